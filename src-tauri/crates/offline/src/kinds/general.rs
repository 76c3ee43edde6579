//! The general provisions: law, forum, force majeure, precedence, changes of the terms, blanks.

use countersign_contracts::clause::{Clause, ClauseKind, FactValue, Side};

use super::places::{Place, find_places};
use crate::pattern::{fold, rx, rx_printed};
use crate::reader::Sentence;

/// Which law governs.
pub(super) fn read_governing_law(s: &Sentence, clauses: &mut Vec<Clause>) {
    let governs = rx!(
        r"\b(?:govern(?:ed|ing)?|construed|interpreted|enforced|subject to)\b[^.;]{0,200}?\b(?:laws?|statutes|legislation)\b|\b(?:law|legislation) of\b[^.;]{0,80}?\b(?:applies|shall apply)\b|\b(?:application of|pursuant to) the laws of\b|\blaws? of\b[^.;]{0,180}?\b(?:shall |will )?(?:govern|apply|control)|\b(?:accordance with|pursuant to)\b[^.;]{0,12}\blaws? of\b"
    );
    let Some(hit) = governs.find(s.lower) else {
        return;
    };
    let about = rx!(
        r"\bagreement\b|\bcontract\b|\bterms\b|\bvalidity|\bconstruction|\binterpret|\bhereof\b|\bgoverning law|\bit is governed|\baddendum\b|\bamendment\b|\blicen[cs]e\b|\bnda\b|\brelations of the parties\b"
    );
    if !s.has(about) && !s.heading.contains("law")
        || s.has(rx!(
            r"\bgoverned by (?:and subject to )?the terms|\bapplicable laws?\b[^.]{0,20}$"
        )) && !s.lower.contains("laws of")
    {
        return;
    }
    // "This Agreement … the laws of": the clause itself, not a definition that names a law.
    let itself = s.has(rx!(
        r"\b(?:this|the) (?:\w+ ){0,2}(?:agreement|contract)\b[^.]{0,200}\blaws?\b"
    ));
    let headed = s.heading.contains("law");
    let confidence = match (itself, headed) {
        (true, true) => 0.92,
        (true, false) | (false, true) => 0.88,
        (false, false) => 0.7,
    };
    let mut clause = s.clause(ClauseKind::GoverningLaw, Side::Both, false, confidence);
    match law_named(s, hit.start()) {
        Some((law, start, end)) => {
            // Export rules name the United States too; a word that is no known place may be no place.
            if law == "United States" {
                clause.confidence -= 0.1;
            } else if find_places(&fold(&law)).is_empty() {
                clause.confidence -= 0.25;
            }
            clause
                .facts
                .push(s.fact("law", FactValue::Text { value: law }, start, end));
        }
        None => clause.confidence = 0.45,
    }
    clauses.push(clause);
}

/// The place in "the laws of the State of Delaware", "Delaware law", "English law".
fn law_named(s: &Sentence, from: usize) -> Option<(String, usize, usize)> {
    if let Some(place) = known_place(s, from) {
        return Some((place.name.to_owned(), place.start, place.end));
    }
    let of = rx!(
        r"\blaws?,? (?:and (?:regulations|statutes|decisions|judicial decisions) |and not[^.]{0,60}, )?(?:of|in force in|applicable in|for the time being in force in)\s+(?:the\s+)?(?:internal laws of the\s+)?(?:(?:state|commonwealth|province|republic|federal republic|district) of (?:the )?)?"
    );
    let named = rx!(r"\b(?:by|with|under|to)\s+(?:the\s+)?(?:\w+\s+)?((?:[a-z]+\s){1,3})laws?\b");
    let (start, tail) = match of.find_at(s.lower, from) {
        Some(hit) => (hit.end(), s.text.get(hit.end()..)?),
        None => {
            let place = named.captures(s.lower)?.get(1)?;
            let printed = s.text.get(place.start()..place.end())?.trim();
            let proper = printed
                .split(' ')
                .rfind(|w| w.starts_with(char::is_uppercase))?;
            let start = place.start() + printed.rfind(proper)?;
            return is_place(proper)
                .then(|| (country(proper).to_owned(), start, start + proper.len()));
        }
    };
    let end = place_end(tail);
    let place = tail.get(..end)?.trim_end_matches([' ', ',']);
    let bare = rx_printed!(
        r"(?i)^(?:state|commonwealth|province|federal republic|republic|kingdom) of (?:the )?"
    )
    .replace(place, "");
    let value = country(bare.trim()).to_owned();
    (value.len() >= 2 && is_place(&value)).then(|| (value, start, start + place.len()))
}

/// A place behind the word for law ("laws, other than choice of law rules, of the state of Florida"), in
/// front of it ("New York law"), or before both ("made in the State of Nevada and … the laws thereof").
fn known_place(s: &Sentence, from: usize) -> Option<Place> {
    let law = rx!(r"\blaws?\b|\bstatutes\b|\blegislation\b");
    let ends = rx!(r"\bwithout\b|\bexcluding\b|\bregardless\b|\bexcept\b|\bconflicts? of|[;]");
    let adjective = rx!(
        r"^\s*(?:state|general obligations|general corporation|substantive|municipal|internal|procedural)?\s*$"
    );
    let follows = rx!(r"^(?:[^;.]{0,70}?\b)?(?:of|in)\b");
    let in_range = |start: usize, end: usize| {
        let place = find_places(s.lower.get(start..end.min(s.lower.len()))?)
            .into_iter()
            .next()?;
        Some(Place {
            start: place.start + start,
            end: place.end + start,
            ..place
        })
    };
    let laws: Vec<_> = law
        .find_iter(s.lower)
        .filter(|m| m.start() >= from)
        .collect();
    let first = laws.first()?.end();
    for law in &laws {
        let before = in_range(law.start().saturating_sub(40), law.start()).filter(|place| {
            s.lower
                .get(place.end..law.start())
                .is_some_and(|gap| adjective.is_match(gap))
        });
        let end = ends
            .find_at(s.lower, law.end())
            .map_or(s.lower.len(), |m| m.start())
            .min(law.end() + 200);
        let behind = || {
            let tail = s.lower.get(law.end()..end)?;
            follows.is_match(tail).then(|| in_range(law.end(), end))?
        };
        if let Some(place) = before.or_else(behind) {
            return Some(place);
        }
    }
    in_range(first, first + 300).or_else(|| {
        let of_that = s.has(rx!(
            r"\blaws? (?:of (?:that|such|said) (?:state|province|country)|thereof)"
        ));
        of_that.then(|| in_range(0, first)).flatten()
    })
}

/// An adjective or an abbreviation as the country's name.
fn country(words: &str) -> &str {
    match words {
        "English" => "England",
        "Scottish" => "Scotland",
        "Irish" => "Ireland",
        "German" => "Germany",
        "French" => "France",
        "Dutch" => "Netherlands",
        "Swiss" => "Switzerland",
        "Swedish" => "Sweden",
        "Israeli" => "Israel",
        "PRC" | "P.R.C" | "P.R.C." | "Chinese" | "PRC." => "People's Republic of China",
        other => other,
    }
}

/// Whether capitalised words can name a place: "Agreement" and "Courts" are defined terms.
fn is_place(words: &str) -> bool {
    let terms = rx_printed!(
        r"(?i)\b(?:agreement|courts?|contract|services?|part(?:y|ies)|order|cover|section|accordance|rules|arbitration|commerce|such|escrow|laws?|title|general|applicable|federal|state)\b"
    );
    words.len() >= 2 && words.starts_with(char::is_uppercase) && !terms.is_match(words)
}

/// A place ends where its capitalised words end.
fn place_end(tail: &str) -> usize {
    let mut end = 0;
    let mut at = 0;
    for word in tail.split_inclusive(' ') {
        let bare = word.trim_end_matches([' ', ',', '.', ';', ')']);
        let joins = ["of", "the", "and", "de"].contains(&bare);
        let capital = bare.starts_with(char::is_uppercase) || bare == "state";
        let stops = [
            "Without",
            "Excluding",
            "Except",
            "As",
            "Any",
            "WITHOUT",
            "EXCLUDING",
        ]
        .contains(&bare);
        if stops || !(capital || joins) {
            break;
        }
        at += word.len();
        if capital {
            end = at;
            let closes = word.trim_end().ends_with(['.', ';', ')']);
            let comma = word.trim_end().ends_with(',');
            let country = rx_printed!(r"^\s*(?:United States|USA|U\.S|England|Canada|India)")
                .is_match(tail.get(at..).unwrap_or(""));
            if closes || comma && !country {
                break;
            }
        }
    }
    tail.get(..end)
        .map_or(0, |t| t.trim_end_matches([' ', ',', '.', ';', ')']).len())
}

/// Courts, arbitration, jury waivers, fee shifting.
pub(super) fn read_forum(s: &Sentence, clauses: &mut Vec<Clause>) {
    let forum = rx!(
        r"\bjurisdiction\b|\bvenue\b|\barbitrat|\bjury\b|\bclass action|\bcourts? (?:of|in|located|sitting|for)\b|\bdefendant's home"
    );
    let Some(hit) = forum.find(s.lower) else {
        return;
    };
    let disputes = rx!(
        r"\bdisputes?\b|\bactions?\b|\bproceedings?\b|\bexclusive|\bsubmit|\bwaive|\bclaims?\b|\bsuits?\b|\bcontrovers|\bcourts?\b[^.]{0,40}\bjurisdiction|\bbears its own"
    );
    if !s.has(disputes) || s.has(rx!(r"\border of (?:a|any) court|\bcourt order|\bcompetent jurisdiction\b[^.]{0,60}\b(?:invalid|unenforceable|orders?|void|illegal)|\bheld\b[^.]{0,60}\binvalid|\bjurisdictions? in which|\btaxing jurisdiction")) {
        return;
    }
    let jury = rx!(r"\bwaive\w*\b[^.]{0,120}?\b(?:jury|class action)|\bjury\b[^.]{0,80}\bwaive");
    let denied = s.has(rx!(
        r"\bnothing\b[^.]{0,60}\bwaives?\b|\bnot\b[^.]{0,30}\bwaive"
    ));
    let at = s.lower.find("waive").unwrap_or(hit.start());
    let mut clause = s.clause(ClauseKind::DisputeResolution, s.subject(at), denied, 0.75);
    clause.facts = s.flags(&[
        ("exclusive", rx!(r"\bexclusive(?:ly)?\b[^.]{0,60}\b(?:jurisdiction|venue|forum)|\b(?:jurisdiction|venue|courts?)\b[^.]{0,60}\bexclusive|\bonly in (?:the )?courts?|\bexclusively in\b")),
        ("arbitration", rx!(r"\b(?:shall|will|must|be)\b[^.]{0,100}\b(?:settled|resolved|determined|submitted|referred|decided)\b[^.]{0,60}\barbitrat|\bbinding arbitration|\bfinally settled")),
    ]);
    if s.has(jury) && !denied {
        clause.facts.push(s.flag("jury_waived"));
    }
    let reimburses = rx!(
        r"\b(?:shall|will|agrees? to)\b[^.]{0,40}\b(?:reimburse|pay)\b[^.]{0,60}\b(?:attorneys?'?|legal) ?(?:'s)? ?(?:fees|costs)"
    );
    if let Some(paid) = reimburses.find(s.lower)
        && s.subject(paid.end().saturating_sub(12)) == Side::Ours
    {
        clause.facts.push(s.flag("fees_on_us"));
    }
    if let Some((place, start, end)) = forum_place(s) {
        clause
            .facts
            .push(s.fact("forum", FactValue::Text { value: place }, start, end));
    }
    clauses.push(clause);
}

fn forum_place(s: &Sentence) -> Option<(String, usize, usize)> {
    let located = rx!(
        r"\b(?:courts?|arbitration|venue|proceedings?|held|seat|located|sitting)\b[^.;]{0,60}?\b(?:located in|sitting in|held in|in|of|for)\s+(?:the\s+)?(?:city of\s+|state of\s+|county of\s+)?"
    );
    let hit = located.find(s.lower)?;
    let tail = s.text.get(hit.end()..)?;
    let end = place_end(tail);
    let place = tail.get(..end)?.trim_end_matches([',', ' ']);
    // "in English", "of the American Arbitration Association".
    let no_seat = rx_printed!(
        r"^(?:American|Chinese|Dutch|English|French|German|International|Italian|Spanish)\b"
    );
    (is_place(place) && !no_seat.is_match(place))
        .then(|| (place.to_owned(), hit.end(), hit.end() + place.len()))
}

/// Events beyond control.
pub(super) fn read_force_majeure(s: &Sentence, clauses: &mut Vec<Clause>) {
    let excuses = rx!(
        r"\b(?:not|neither|no|nor|excused?|relieved)\b[^.]{0,160}?\b(?:liable|responsible|default|breach|delay|failure|perform)\w*[^.]{0,200}?\b(?:force majeure|reasonable control|beyond (?:the|its|their) (?:\w+ )?control|acts? of god)|\bforce majeure\b[^.]{0,120}?\b(?:excus|suspend|relie|not (?:be )?liable)"
    );
    let Some(hit) = excuses.find(s.lower) else {
        return;
    };
    let liable = rx!(r"\bliable|\bresponsible|\bexcused?|\brelieved|\bdeemed|\bdefault")
        .find_at(s.lower, hit.start())
        .map_or(hit.start(), |m| m.start());
    clauses.push(s.clause(ClauseKind::ForceMajeure, s.subject(liable), false, 0.75));
}

/// What prevails in a conflict.
pub(super) fn read_precedence(s: &Sentence, clauses: &mut Vec<Clause>) {
    let conflict = rx!(r"\bconflicts?\b|\binconsisten|\border of precedence|\bdiscrepanc");
    let prevails = rx!(
        r"\bprevails?\b|\bcontrols?\b|\btakes? precedence|\bgoverns?\b|\bsupersedes?\b|\bshall control|\bdo not apply"
    );
    if !s.has(conflict)
        || !s.has(prevails)
        || s.has(rx!(r"\bconflicts? of laws?|\bconflict of interest"))
    {
        return;
    }
    let online = rx!(
        r"\bwww\.|https?:|\bwebsite\b|\burl\b|\bonline\b|\bpublished (?:at|on)|\bposted (?:at|on)|\blink\b"
    );
    let verb = prevails.find(s.lower).map_or(0, |m| m.start());
    let before = s.lower.get(..verb).unwrap_or("");
    let mut clause = s.clause(ClauseKind::OrderOfPrecedence, Side::Both, false, 0.75);
    let refused = s.has(rx!(r"\b(?:do|does|shall|will) not apply"));
    if online.is_match(before)
        && !refused
        && !rx!(r"\bthis agreement (?:shall |will )?$").is_match(before)
    {
        clause.facts.push(s.flag("online_terms"));
    }
    clauses.push(clause);
}

/// Terms changed by one side alone.
pub(super) fn read_unilateral_change(s: &Sentence, clauses: &mut Vec<Clause>) {
    let changes = rx!(
        r"\b(?:may|right to|entitled to|free to|reserves|shall|can)\b[^.]{0,100}?\b(?:modify|amend|change|revise|update|alter|vary|replace|supplement|adapt)\b[^.]{0,120}?\b(?:these terms|this agreement|the terms|terms (?:of|and conditions)|agreement|policies|conditions)\b|\b(?:amendments?|changes?|modifications?|revisions?)\b[^.;]{0,40}?\b(?:published|posted|made|issued|announced) by\b[^.;]{0,80}?\b(?:become|form|bind|apply|take effect)|\b(?:these terms|the terms|terms of this agreement|conditions|this agreement)\b[^.;]{0,40}?\bsubject to (?:change|amendment|modification) by\b|\bchanges? to (?:these|the) (?:terms|conditions)\b[^.;]{0,20}?\btake effect (?:when|upon|on|as soon as)\b[^.;]{0,60}?\b(?:publish|post)|\b(?:terms|conditions)\b[^.;]{0,60}?\bas (?:changed|amended|updated|modified|revised|varied)(?: or \w+)? by\b|\b(?:may|right to|entitled to|reserves|can)\b[^.]{0,60}?\b(?:issue|publish|adopt)\b[^.]{0,30}?\b(?:amended|revised|new|updated|changed) (?:version|terms|conditions)\b|\b(?:these terms|the terms|this agreement|conditions)\b[^.(]{0,60}?\b(?:may|can|shall|will) (?:not )?be (?:unilaterally )?(?:modified|amended|changed|revised|updated|altered|varied|replaced)\b[^.]{0,60}\bby\b"
    );
    let Some(hit) = changes.find(s.lower) else {
        return;
    };
    let alone = rx!(
        r"\bposting|\bposted|\bpublish|\bweb ?site|\bat any time|\b(?:sole|own|absolute) (?:discretion|option)|\bat its option|\bby (?:giving |written |mere |simple )*notice\b|\bis bound by\b|\bwith effect for the future|\bby using\b|\bwhenever\b|\bof which it informs\b|\bfrom time to time|\bwithout (?:prior )?notice|\bwithout (?:the )?(?:\S+ ){0,3}?(?:consent|approval|agreement)|\bcontinued use|\bunilateral"
    );
    let verb = rx!(r"\b(?:modif(?:y|ied)|amend(?:ed)?|changed?|revised?|updated?|alter(?:ed)?|var(?:y|ied)|replaced?|supplement|adapt|published|posted|made|issued|announced)\b")
        .find_at(s.lower, hit.start())
        .map_or(hit.start(), |m| m.start());
    // "amendments published by Supplier", "as changed by Supplier": whoever does it stands behind.
    let by = rx!(r"\b(?:published|posted|made|issued|announced|changed|amended|updated|modified|revised|varied|change|amendment|modification) by (?:the )?")
        .find_at(s.lower, hit.start())
        .and_then(|by| s.mentions.iter().find(|m| m.start == by.end()))
        .filter(|_| !s.has(rx!(r"\bmay (?:\w+ )?be\b")));
    let refused = s.has(rx!(r"\b(?:do|does|shall|will) not (?:become|form|bind|apply|take effect)\b|\bno (?:amendment|change|modification)\b[^.;]{0,60}\b(?:bind|valid|effective)"));
    let negated = s.negated(verb, verb + 5) || refused;
    let agreed = s.has(rx!(r"\bmutual|\bwritten (?:agreement|consent|instrument)|\bsigned by|\bin writing (?:and )?signed|\bboth parties|\bagreed (?:in writing|by)|\bwith the (?:prior )?(?:written )?consent|\bonly (?:by|in) (?:a )?writ|\bunless\b[^.;]{0,120}\b(?:does|do) not agree\b"));
    let defines = rx!(r#""[^"]{2,60}" (?:means|shall mean)\b"#);
    if !negated && (agreed || !s.has(alone) || s.has(defines)) {
        return;
    }
    let bound = by.map_or_else(|| s.subject(verb), |m| m.side);
    clauses.push(s.clause(ClauseKind::UnilateralChange, bound, negated, 0.75));
}

/// Rights of people who are not parties.
pub(super) fn read_beneficiary(s: &Sentence, clauses: &mut Vec<Clause>) {
    let named = rx!(
        r"\bthird[- ]party beneficiar\w*|\b(?:third part(?:y|ies)|third persons?)\b[^.]{0,80}\b(?:enforce|rights under|benefit)|\bno third party has rights"
    );
    let Some(hit) = named.find(s.lower) else {
        return;
    };
    let none = rx!(r"\b(?:no|not|nothing|neither|none)\b");
    let negated = s
        .lower
        .get(..hit.end() + 40.min(s.lower.len() - hit.end()))
        .is_some_and(|head| none.is_match(head));
    clauses.push(s.clause(
        ClauseKind::ThirdPartyBeneficiary,
        Side::Unknown,
        negated,
        0.7,
    ));
}

/// Blanks that were never filled in, in the running text: not on signature lines, not in forms.
pub(super) fn read_placeholder(s: &Sentence, clauses: &mut Vec<Clause>) {
    let blank = rx!(
        r"\[\s*(?:●|•|insert\b|date\b|name\b|amount\b|tbd\b|to be (?:determined|completed|inserted)|_+)|[a-z,$]\s*_{3,}\s*[a-z,.;(%]|\bxx/xx"
    );
    let signing = rx!(
        r"\b(?:by|name|title|signature|signed|print(?:ed)?|attest|witness|its|per|notary|seal|dated?)\b\s*:?\s*_{3,}|_{3,}[\s_]*\(?(?:printed|print|type|typed|signature|signed|name|title|authori[sz]ed)\b|/s/"
    );
    let form = rx!(r"\b(?:exhibit|schedule|appendix|annex|attachment|form of)\b");
    let Some(hit) = blank.find(s.lower) else {
        return;
    };
    let running = s.lower.bytes().filter(|b| *b == b' ').count() >= 8;
    if !running || s.has(signing) || s.heading.contains("signature") || form.is_match(s.heading) {
        return;
    }
    let mut clause = s.clause(ClauseKind::Placeholder, Side::Unknown, false, 0.7);
    clause
        .facts
        .push(s.fact("blank", FactValue::Flag, hit.start(), hit.end()));
    clauses.push(clause);
}
