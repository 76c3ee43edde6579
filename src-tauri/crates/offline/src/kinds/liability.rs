//! Limits of liability, excluded losses, indemnities.

use countersign_contracts::clause::{Clause, ClauseKind, Fact, FactValue, Side, TimeUnit};
use countersign_contracts::document::Span;
use countersign_contracts::profile::Definition;

use crate::numbers::{find_amounts, find_durations, find_percentages, number_from_words};
use crate::pattern::{fold, rx, rx_printed};
use crate::reader::Sentence;
use crate::sides::owner_before;

/// The confidence of what is only a place to look at before something is called missing.
pub(super) const FAINT: f32 = 0.3;

/// "shall not exceed the Fee Base", "limited to the fees paid".
pub(super) fn read_cap(s: &Sentence, clauses: &mut Vec<Clause>) {
    let limits = [
        "exceed",
        "limited",
        "capped",
        "restricted",
        "excess",
        "maximum",
        "greater than",
        "more than",
        "total liability",
        "aggregate liability",
        "entire liability",
        "extend beyond",
        "beyond",
        "no more than",
        "most that",
        "up to",
        "ceiling",
        "exceeding",
    ];
    if !limits.iter().any(|word| s.lower.contains(word)) {
        return;
    }
    let patterns = [
        rx!(
            r"\b(?:liab\w+|damages|obligations?)\b[^;]{0,400}?\b(?:not|no event|neither|nor|never|no)\b[^;]{0,200}?\bexceed\w*"
        ),
        rx!(
            r"\b(?:no event|not|no circumstances|neither|nor)\b[^;]{0,300}?\bliab\w*[^;]{0,400}?\b(?:exceed\w*|in excess of|greater than|for more than)\b"
        ),
        rx!(
            r"\bliabilit(?:y|ies)\b[^;.]{0,300}?\b(?:limited|capped|restricted)\s+(?:solely\s+|only\s+)?(?:to|at)\b"
        ),
        rx!(
            r"\bmaximum\s+(?:aggregate\s+|total\s+|cumulative\s+|combined\s+)*liability\b[^;.]{0,200}?\b(?:is|be|of|equal|exceed)\b"
        ),
        rx!(
            r"\bliab\w*\b[^;.]{0,120}?\b(?:not|never)\b[^;.]{0,20}?\b(?:extend|reach|go)\s+(?:beyond|past|above)\b"
        ),
        rx!(r"\bliab\w*\b[^;.]{0,60}?\bup to\b"),
        rx!(
            r"\b(?:ceiling|upper limit|limit|cap)\s+(?:of|on|for)\b[^;.]{0,60}?\bliability\b[^;.]{0,20}?\b(?:is|be|equals?)\b"
        ),
        rx!(
            r"\b(?:neither|not|no event)\b[^;.]{0,40}?\banswerable\b[^;.]{0,60}?\b(?:exceeding|in excess of|more than)\b"
        ),
        rx!(r"\bliabilit(?:y|ies)\b[^;.]{0,80}?\b(?:in excess of|exceeding|beyond|above)\b"),
        rx!(r"\b(?:liable|pay|owe|recover)\b[^;.]{0,100}?\bno more than\b"),
        rx!(
            r"\b(?:most|maximum|maximum amount|greatest amount|highest amount)\s+(?:that|which|for which)\b[^;.]{0,80}?\b(?:required to pay|liable|obliged to pay|ordered to pay)\b[^;.]{0,80}?\b(?:is|be|equals?)\b"
        ),
    ];
    let cap = patterns.iter().find_map(|p| p.find(s.lower));
    let Some(hit) = cap.or_else(|| cap_on_claims(s)) else {
        return;
    };
    // "any liability in excess of the fees" limits only where that excess is excluded.
    let beyond = rx!(r"\b(?:in excess of|exceeding|beyond|above)$");
    let excluded = rx!(r"\b(?:excluded|disclaimed|waived|barred|ruled out|not accepted)\b");
    if beyond.is_match(hit.as_str()) && !s.has(excluded) && !is_denied(hit.as_str()) {
        return;
    }
    let idle = rx!(
        r"\b(?:but|is|are|be)?\s*not (?:be )?(?:limited|capped|restricted) (?:to|at)\s*$|without being limited to\s*$"
    );
    let insured =
        rx!(r"\binsur\w+\b[^.]{0,120}\b(?:per occurrence|combined single|coverage|policy)");
    if idle.is_match(hit.as_str()) || s.has(insured) {
        return;
    }
    let of_claims = !s.lower.contains("liab");
    let limited = match of_claims {
        true => debtor(s, hit.start(), hit.end()),
        false => limited_party(s),
    };
    let mut clause = s.clause(ClauseKind::CapOnLiability, limited, false, 0.85);
    clause.facts = cap_facts(s, hit.end());
    let of_fees = clause
        .facts
        .iter()
        .any(|fact| ["cap", "cap_amount"].contains(&fact.name.as_str()));
    if of_claims && !of_fees {
        return;
    }
    let sized = !clause.facts.is_empty();
    let carve_outs = carve_outs_in(s.paragraph);
    let by_reference = rx!(
        r"\b(?:except|subject to|other than|save|excluding|notwithstanding)\b[^.]{0,60}\b(?:sections?|articles?|clauses?|paragraphs?|obligations)\b"
    );
    if carve_outs > 0 && (s.paragraph.contains("except") || s.paragraph.contains("not apply"))
        || s.has(by_reference)
    {
        clause.facts.push(s.count("carve_outs", carve_outs.max(1)));
    }
    // The rest of a sentence that began elsewhere: what it is subject to was not read.
    let unnumbered = rx_printed!(r"^\(?[A-Za-z0-9]{1,4}[.)]\s*").replace(s.text, "");
    let whole = unnumbered.starts_with(|c: char| !c.is_lowercase() && c != ',');
    if !whole {
        clause.confidence = 0.5;
    }
    if clause.facts.is_empty() {
        clause.confidence = 0.6;
    }
    if sized {
        clause.facts.push(s.flag("sized"));
    }
    clauses.push(clause);
}

fn is_denied(words: &str) -> bool {
    rx!(r"\b(?:not|no|never|neither|nor)\b").is_match(words)
}

/// The limit of what may be claimed, recovered or paid, where nobody's "liability" is spoken of.
fn cap_on_claims<'a>(s: &Sentence<'a>) -> Option<regex::Match<'a>> {
    let claims = rx!(
        r"\b(?:claims?|recovery|damages|compensation)\b[^;.]{0,160}?\b(?:not|never|no event|no case)\b[^;.]{0,60}?\b(?:exceed|more than|greater than)\b|\b(?:no case|no event|not|never)\b[^;.]{0,60}?\b(?:owe|pay)\b[^;.]{0,30}?\b(?:damages|compensation)\b[^;.]{0,20}?\b(?:more than|exceeding|in excess of)\b|\b(?:need not|not (?:be )?(?:required|obliged) to) pay\b[^;.]{0,60}?\bmore than\b|\b(?:recovery|recourse|damages|compensation)\b[^;.]{0,160}?\b(?:limited|capped|restricted)\s+(?:to|at)\b"
    );
    // Sums agreed for one event (a delay, a service level) are no limit of all liability.
    let single = rx!(r"\bliquidated\b|\bdelay|\bper claim\b|\binsur|\bcredits?\b|\bexpenses\b");
    claims.find(s.lower).filter(|_| !s.has(single))
}

/// Who would have to pay what a sentence limits: the one a claim is against, else the other side of the
/// one that claims.
fn debtor(s: &Sentence, from: usize, to: usize) -> Side {
    let owes = rx!(r"\b(?:against|from|payable by|paid by|owed by|due from) (?:the )?$");
    let named = s.mentions.iter().find(|m| {
        s.lower
            .get(..m.start)
            .is_some_and(|head| owes.is_match(head))
    });
    let pays = rx!(r"\b(?:owe|pay)\b")
        .find_at(s.lower, from)
        .filter(|pays| pays.end() <= to);
    match (named, pays) {
        (Some(named), _) => named.side,
        (None, Some(pays)) => s.subject(pays.start()),
        (None, None) => Side::Unknown,
    }
}

/// Whose liability the sentence speaks of.
pub(super) fn limited_party(s: &Sentence) -> Side {
    let Some(at) = s.lower.find("liab") else {
        return Side::Unknown;
    };
    let close = |m: &crate::sides::Mention| at.saturating_sub(m.end) < 70;
    let owner = owner_before(s.lower, &s.mentions, at).filter(close);
    let of = || {
        let after = s.lower.get(at..)?;
        let of = at + rx!(r"^liabilit(?:y|ies) of (?:the )?").find(after)?.end();
        s.mentions
            .iter()
            .find(|m| m.start.abs_diff(of) < 6)
            .copied()
    };
    owner
        .or_else(of)
        .map_or_else(|| s.subject(at), |mention| mention.side)
}

/// The size of a cap, from the words behind "exceed" and from the definitions they name.
fn cap_facts(s: &Sentence, from: usize) -> Vec<Fact> {
    let tail = s.lower.get(from..).unwrap_or("");
    let printed = s.text.get(from..).unwrap_or("");
    let mut facts = size_facts(tail, s.start + from);
    if facts
        .iter()
        .any(|f| f.name == "cap" || f.name == "cap_amount")
    {
        return facts;
    }
    let named: Option<&Definition> = s
        .profile
        .definitions
        .iter()
        .filter(|d| d.term.len() > 3 && !is_common(&d.term))
        .filter(|d| printed.contains(&d.term) || printed.contains(&d.term.to_uppercase()))
        .max_by_key(|d| d.term.len());
    if let Some(definition) = named {
        let lower = fold(&definition.text);
        let mut defined = size_facts(&lower, definition.span.start as usize);
        // The whole definition proves the size, not its number alone.
        defined
            .iter_mut()
            .for_each(|fact| fact.span = definition.span);
        scale_by_share(tail, definition, &mut defined);
        facts.retain(|f| f.name != "share");
        facts.extend(defined);
    }
    facts
}

fn is_common(term: &str) -> bool {
    [
        "Agreement",
        "Services",
        "Customer",
        "Supplier",
        "Party",
        "Parties",
        "Order Form",
        "Section",
    ]
    .contains(&term)
}

/// "200 % of the Annual Fees": the share times what the definition says.
fn scale_by_share(tail: &str, definition: &Definition, defined: &mut Vec<Fact>) {
    let annual = rx!(r"annual|yearly|contract year|12 month");
    if !defined.iter().any(|f| f.name == "cap") && annual.is_match(&fold(&definition.term)) {
        let span = definition.span;
        let value = FactValue::Duration {
            value: 12.0,
            unit: TimeUnit::Month,
        };
        defined.push(Fact {
            name: "cap".to_owned(),
            value,
            span,
        });
    }
    let Some(share) = share_in(tail) else { return };
    for fact in defined.iter_mut().filter(|f| f.name == "cap") {
        if let FactValue::Duration { value, .. } = &mut fact.value {
            *value *= share;
        }
    }
}

/// `two hundred percent (200%)`, `two (2) times`, `2x`: the factor in front of the fees.
fn share_in(tail: &str) -> Option<f64> {
    let percent = find_percentages(tail)
        .first()
        .map(|p| p.value.value / 100.0);
    let parts = rx!(r"\b(?:one )?(half|third|quarter)(?: of)? (?:of )?(?:the|a|its|any)\b");
    let part = parts.captures(tail).and_then(|c| match c.get(1)?.as_str() {
        "half" => Some(1.0 / 2.0),
        "third" => Some(1.0 / 3.0),
        _ => Some(1.0 / 4.0),
    });
    percent.or(part).or_else(|| {
        let times = rx!(
            r"\b(?:(two|three|four|five|ten)\s*)?(?:\(?(\d+(?:\.\d+)?)\s*x?\)?)?\s*(?:x|times)\b"
        );
        let captures = times.captures(tail)?;
        let digits = captures.get(2).and_then(|m| m.as_str().parse().ok());
        digits.or_else(|| captures.get(1).and_then(|m| number_from_words(m.as_str())))
    })
}

/// Months of fees, a fixed sum, or all fees ever paid.
pub(super) fn size_facts(lower: &str, offset: usize) -> Vec<Fact> {
    let mut facts = Vec::new();
    let place = |start: usize, end: usize| Span::new(offset + start, offset + end);
    let of_fees = rx!(
        r"\b(?:fees?|amounts?|charges?|price|paid|payable|payments?|consideration|compensation|billed|invoiced|revenue)\b"
    );
    let days_of_fees = rx!(r"\b(?:fees?|amounts?|charges?|sums?|paid|payable)\b[^.;]{0,120}$");
    let period = find_durations(lower)
        .into_iter()
        .find(|d| match d.value.unit {
            TimeUnit::Month | TimeUnit::Year => true,
            // "the fees paid in the ninety days before": a quarter's.
            TimeUnit::Day | TimeUnit::Week => {
                d.value.days() >= 28.0
                    && lower
                        .get(..d.start)
                        .is_some_and(|h| days_of_fees.is_match(h))
            }
            _ => false,
        });
    let monthly = rx!(
        r"\b(?:([a-z]+)\s*)?(?:\((\d{1,2})\)\s*)?monthly (?:fees?|charges?|instal+ments|subscriptions?)\b|\b(?:in|for|during) the (?:calendar )?(?:month|quarter) (?:in which|of|before|preceding|prior to)\b|\bfees of (?:a|one) (?:single )?(?:month|quarter)\b"
    );
    let share = share_in(lower).unwrap_or(1.0);
    if let Some(period) = period.filter(|_| of_fees.is_match(lower)) {
        let months = match period.value.unit {
            TimeUnit::Year => period.value.value * 12.0,
            TimeUnit::Day | TimeUnit::Week => (period.value.days() / 3.0).round() / 10.0,
            _ => period.value.value,
        };
        let value = FactValue::Duration { value: months * share, unit: TimeUnit::Month };
        facts.push(Fact { name: "cap".to_owned(), value, span: place(period.start, period.end) });
    } else if let Some(monthly) = monthly.captures(lower) {
        let whole = monthly.get(0).map_or(0..0, |m| m.range());
        let digits = monthly.get(2).and_then(|m| m.as_str().parse().ok());
        let words = || monthly.get(1).and_then(|m| number_from_words(m.as_str()));
        let quarter = lower.get(whole.clone()).is_some_and(|words| words.contains("quarter"));
        let count = digits.or_else(words).unwrap_or(if quarter { 3.0 } else { 1.0 });
        let value = FactValue::Duration { value: count, unit: TimeUnit::Month };
        facts.push(Fact { name: "cap".to_owned(), value, span: place(whole.start, whole.end) });
    } else if let Some(annual) =
        rx!(r"\bannual (?:fees?|charges?|subscription|contract)|\b(?:in|for|during) (?:the|that|each|any|such|the applicable|the relevant) (?:contract |calendar )?year\b|\bin the contract year\b").find(lower)
            .filter(|_| of_fees.is_match(lower))
    {
        let value = FactValue::Duration { value: 12.0 * share, unit: TimeUnit::Month };
        facts.push(Fact { name: "cap".to_owned(), value, span: place(annual.start(), annual.end()) });
    }
    let greatest = find_amounts(lower)
        .into_iter()
        .max_by(|a, b| a.value.value.total_cmp(&b.value.value));
    if let Some(amount) = greatest.filter(|a| a.value.value >= 1.0) {
        let span = place(amount.start, amount.end);
        facts.push(Fact {
            name: "cap_amount".to_owned(),
            value: amount.value.fact(),
            span,
        });
    }
    let all = rx!(
        r"\b(?:total|aggregate|all|the)?\s*(?:fees|amounts?|sums?|price|payments?|consideration|compensation|charges)\b[^.;]{0,60}\b(?:paid|payable|received|due)\b"
    );
    if facts.is_empty()
        && let Some(hit) = all.find(lower)
    {
        let span = place(hit.start(), hit.end());
        facts.push(Fact {
            name: "all_fees".to_owned(),
            value: FactValue::Flag,
            span,
        });
    }
    facts
}

/// How many of the usual carve-outs a text names.
pub(super) fn carve_outs_in(lower: &str) -> usize {
    [
        rx!(r"\bconfidential"),
        rx!(r"\bdata (?:breach|protection|security)|security (?:breach|incident)|personal data|data and security"),
        rx!(r"\bindemni"),
        rx!(r"\bgross(?:ly)? negligen"),
        rx!(r"\bwil+ful|intentional"),
        rx!(r"\bdeath|personal injury|bodily injury"),
        rx!(r"\bfraud"),
        rx!(r"\binfring|misappropriat|intellectual property"),
    ]
    .iter()
    .filter(|pattern| pattern.is_match(lower))
    .count()
}

/// "Nothing in this Agreement limits …", "the cap shall not apply to …", "shall be unlimited".
pub(super) fn read_uncapped(s: &Sentence, clauses: &mut Vec<Clause>) {
    if !s.lower.contains("liab") && !s.heading.contains("liab") {
        return;
    }
    let nothing = rx!(
        r"\b(?:nothing (?:in|contained|herein)|no (?:provision|term|limitation)|neither party)\b[^.]{0,120}?\b(?:limits?|excludes?|restricts?|limited|excluded|limit or exclude)\b[^.]{0,120}?\bliab"
    );
    let not_apply = rx!(
        r"\b(?:limit\w*|caps?|exclusions?|foregoing|disclaimers?|waiver)\b[^;]{0,200}?\b(?:shall|will|do|does) not (?:apply|limit|be applicable|affect|extend)"
    );
    let unlimited = rx!(
        r"\bliab\w*[^.;]{0,80}?\b(?:shall be|will be|is|are|be|without)\s+(?:unlimited|uncapped|limit(?:ation)?\b)"
    );
    let excepted = rx!(r"\b(?:except|with the exception|other than|save|excluding)\b[^.]{0,400}");
    // "liability, cost and expenses (including without limitation …)" limits nothing.
    let general = unlimited.find(s.lower).filter(|hit| {
        let listed = rx!(r"\binclud\w+,? (?:but )?without limit(?:ation)?$|\bwithout limit(?:ation)? (?:of|to) the (?:generality|foregoing)");
        let tail = s.lower.get(hit.start()..(hit.end() + 30).min(s.lower.len()));
        !listed.is_match(hit.as_str()) && !tail.is_some_and(|words| listed.is_match(words))
    });
    let excepts = || {
        s.lower.contains("liab")
            && (s.lower.contains("not exceed")
                || s.lower.contains("no event")
                || s.lower.contains("be liable")
                || s.lower.contains("limited to"))
            && excepted
                .find(s.lower)
                .is_some_and(|m| carve_outs_in(m.as_str()) > 0)
    };
    let carve_out = s.has(nothing)
        || (s.lower.contains("liab") || s.heading.contains("liab")) && s.has(not_apply);
    if general.is_none() && !carve_out && !excepts() {
        return;
    }
    let negated =
        general.is_some_and(|m| s.negated(m.end().saturating_sub(3), m.end())) && !s.has(nothing);
    let bound = match limited_party(s) {
        Side::Unknown => Side::Both,
        side => side,
    };
    let mut clause = s.clause(ClauseKind::UncappedLiability, bound, negated, 0.8);
    // A list of heads may stand in the sentences or items that follow.
    let heads = carve_outs_in(if excepts() { s.lower } else { s.paragraph });
    clause.facts.push(s.count("carve_outs", heads));
    if general.is_some() && heads == 0 {
        clause.facts.push(s.flag("general"));
    }
    if !s.has(rx!(r"\bconfidential|data|indemni|negligen|wil+ful|fraud|death|injury|unlimited|uncapped|misconduct|infring|breach")) {
        clause.confidence = 0.5;
    }
    clauses.push(clause);
}

/// Lost profits, indirect and consequential damages excluded.
pub(super) fn read_consequential_loss(s: &Sentence, clauses: &mut Vec<Clause>) {
    if !s.lower.contains("damage") && !s.lower.contains("loss") {
        return;
    }
    let losses = rx!(
        r"\b(?:consequential|incidental|special|indirect|punitive|exemplary)\b|\bloss (?:or corruption )?of (?:any )?(?:anticipated |future )?(?:profits?|data|revenues?|business|goodwill|use)\b|\blost (?:profits?|revenues?|data)\b"
    );
    let excluded = rx!(
        r"\b(?:not|no event|no circumstances|neither|nor|in no case|no liability)\b[^;]{0,250}?\bliab\w*|\bliab\w*[^;]{0,80}\b(?:excluded|not include|no liability)|\bdisclaims?\b[^;]{0,60}liab|\bwaives?\b[^;]{0,120}(?:damages|loss)"
    );
    let (Some(loss), Some(hit)) = (losses.find(s.lower), excluded.find(s.lower)) else {
        return;
    };
    // "direct or indirect, shall not exceed" limits; it excludes nothing.
    let limits = rx!(r"\b(?:shall|will|may) not exceed\b|\blimited to\b");
    let kinds = rx!(
        r"\b(?:consequential|incidental|special|punitive|exemplary)\b|\blost (?:profits?|revenues?|data)\b|\bloss of\b"
    );
    if s.has(limits) && !s.has(kinds) {
        return;
    }
    // "indemnify against … consequential damages" owes them; it does not exclude them.
    if s.has(rx!(r"^[^.]{0,80}\bindemnif")) && !s.lower.contains("no event") {
        return;
    }
    let at = s
        .lower
        .get(..hit.end())
        .and_then(|h| h.rfind("liab"))
        .unwrap_or(loss.start());
    let bound = match s.subject(at) {
        Side::Unknown => limited_party(s),
        side => side,
    };
    // A loss excluded for one event alone ("late delivery") is not the contract's general rule.
    let general = rx!(
        r"\b(?:no event|no circumstances|no case)\b|\bthis agreement\b|\bhereunder\b|\beither party\b|\bneither party\b|\bwhatsoever\b|\bthe other\b"
    );
    let narrow = rx!(
        r"\bforce majeure\b|\bby reason of\b|\bin respect of any (?:late|delay)|\btermination of this agreement in accordance"
    );
    let confidence = if s.has(general) && !s.has(narrow) {
        0.85
    } else {
        0.5
    };
    let mut clause = s.clause(ClauseKind::ConsequentialLoss, bound, false, confidence);
    clause.facts = s.flags(&[
        ("direct_too", rx!(r"\b(?:whether|either)\s+direct(?:ly)?\s*,?\s*(?:or|and)?\s*indirect|\bdirect(?:ly)?,?\s+(?:or|and)\s+indirect|\bdirect,\s+indirect")),
        ("data_loss", rx!(r"\b(?:loss|corruption|lost)\b[^.;]{0,40}\bdata\b")),
    ]);
    clauses.push(clause);
}

/// "No action may be brought more than six months after …".
pub(super) fn read_claim_time_limit(s: &Sentence, clauses: &mut Vec<Clause>) {
    let barred = rx!(
        r"\bno\s+(?:legal |such |judicial |arbitral |cause of )?(?:action|claim|suit|proceeding|arbitration)s?\b[^.]{0,220}?\b(?:more than|later than|after|unless)\b"
    );
    let within = rx!(
        r"\b(?:must|shall) (?:bring|commence|file|institute) (?:any|all|an|each|every) (?:\w+ )?(?:claim|action|suit|proceeding)s?\b[^.]{0,160}?\bwithin\b|\b(?:any|all|each|every) (?:action|claim|suit|legal proceeding)s?\b[^.]{0,160}?\b(?:must|shall) be (?:brought|commenced|filed|instituted)\b[^.]{0,60}?\bwithin\b|\b(?:action|suit|legal proceedings?|claims? arising (?:out of|under|from|in connection))\b[^.]{0,160}?\bmust be (?:brought|commenced|filed|instituted)\b[^.]{0,60}?\bwithin\b|\bmay not bring (?:an?|any) (?:action|claim|suit)\b[^.]{0,160}?\b(?:more than|later than|after)\b"
    );
    let lost = rx!(
        r"\b(?:claims?|actions?|suits?|causes? of action)\b[^.]{0,80}?\b(?:waived|barred|released|extinguished|forfeited|lost|excluded)\b[^.]{0,60}?\b(?:unless|if not|not)\b|\bloses?\b[^.]{0,20}?\bclaims?\b[^.]{0,20}?\bunless\b[^.]{0,60}?\bwithin\b|\bclaims?\b[^.]{0,40}?\b(?:can|may|shall) (?:only )?be (?:brought|raised|asserted|made) (?:only )?within\b|\bwaives?\b[^.]{0,30}?\b(?:claims?|actions?|suits?|causes? of action)\b[^.]{0,60}?\bnot (?:\w+ )?(?:brought|made|filed|commenced|notified|raised|asserted)\b|\b(?:no liability|not be liable)\b[^.]{0,30}?\bclaims?\b[^.]{0,60}?\b(?:brought|made|filed|commenced|notified|raised|asserted)\b[^.]{0,20}?\b(?:more than|later than|after)\b|\bcauses? of action\b[^.]{0,160}?\b(?:must|shall) be (?:brought|commenced|filed|instituted)\b[^.]{0,60}?\bwithin\b"
    );
    let expires = rx!(
        r"\b(?:claims?|rights? of action|causes? of action)\b[^.]{0,80}?\b(?:time[- ]barred|statute[- ]barred|expires?|lapses?|prescribed|become void)\b[^.]{0,20}?\b(?:after|within|upon)?\b|\b(?:limitation|prescription) periods?\b[^.]{0,100}?\b(?:is|are|be|of|to)\b|\bno claims?\b[^.]{0,60}?\bunless\b[^.]{0,80}?\bwithin\b|\breleased from (?:all |any )?(?:claims?|liability)\b[^.]{0,60}?\bnot (?:\w+ )?(?:brought|made|asserted|notified|raised)\b|\b(?:may|shall|can) (?:not|no longer) sue\b[^.]{0,60}?\b(?:after|later than|more than)\b"
    );
    let Some(hit) = barred
        .find(s.lower)
        .or_else(|| within.find(s.lower))
        .or_else(|| lost.find(s.lower))
        .or_else(|| expires.find(s.lower))
    else {
        return;
    };
    let acts = rx!(
        r"\b(?:brought|bring|commence|filed?|institute|maintain|assert|made|initiated?|notified|raised)"
    );
    let freed = rx!(
        r"\bnot waive|\bnever waive|\bnothing\b[^.]{0,60}\b(?:waives|shortens|bars)|\b(?:no claim|not|never)\b[^.]{0,40}\b(?:barred|shortened|lost|extinguished|lose)\b"
    );
    if !s.has(acts) && !s.has(expires) || s.has(freed) {
        return;
    }
    let Some(limit) = s.duration_near(hit.end(), |d| d.days() >= 20.0) else {
        return;
    };
    if limit.start.abs_diff(hit.end()) > 120 {
        return;
    }
    // "Claims against Supplier", "Supplier is not liable for claims": the other side's claims.
    let against = |m: &crate::sides::Mention| {
        s.lower
            .get(..m.start)
            .is_some_and(|head| rx!(r"\bagainst (?:the )?$").is_match(head))
            || s.lower.get(m.end..).is_some_and(|tail| {
                rx!(r"^ (?:shall|will) (?:have no liab|not be liab)").is_match(tail)
            })
    };
    let near = |m: &&crate::sides::Mention| m.start > hit.start() || against(m);
    let bound = s
        .mentions
        .iter()
        .find(near)
        .map_or(Side::Both, |m| match (against(m), m.side) {
            (true, Side::Ours) => Side::Theirs,
            (true, Side::Theirs) => Side::Ours,
            (_, side) => side,
        });
    // "Customer must bring any claim": whom it binds stands in front.
    let led = rx!(
        r"^[^.]{0,12}\b(?:must (?:bring|commence|file|institute)|(?:may|shall|can) (?:not|no longer) sue)\b"
    );
    let bound = match s.mentions.iter().find(|m| m.end <= hit.start() + 1) {
        Some(first)
            if s.lower
                .get(first.end..)
                .is_some_and(|tail| led.is_match(tail)) =>
        {
            first.side
        }
        _ => bound,
    };
    let mut clause = s.clause(ClauseKind::ClaimTimeLimit, bound, false, 0.85);
    clause.facts.push(s.duration_fact("limit", &limit));
    clauses.push(clause);
}

/// "Supplier shall indemnify …": who, against what.
pub(super) fn read_indemnity(s: &Sentence, clauses: &mut Vec<Clause>) {
    let duty = rx!(
        r"\b(?:shall|will|agrees?|must|undertakes?|hereby|required|obliged|obligated|assumes?|duty to|obligation to)\b[^.;]{0,140}?\b(indemnif(?:y|ies)|(?:be|keep|kept) (?:\S+ ){0,3}?indemnified|hold\s+(?:\S+\s+){0,6}?harmless|defend)\b|\b(indemnifies)\b"
    );
    let infringement = rx!(
        r"\binfring|misappropriat|violat\w+ (?:of )?(?:any )?(?:intellectual|patent|copyright)"
    );
    let listed = s.lead_in.contains("indemnif") || s.lead_in.contains("harmless");
    let hit = duty
        .captures(s.lower)
        .and_then(|c| c.get(1).or_else(|| c.get(2)));
    let Some(verb) = hit else {
        if listed
            && s.has(infringement)
            && matches!(
                s.lead_in_subject.map(|m| m.side),
                Some(Side::Theirs | Side::Both)
            )
        {
            let side = s.lead_in_subject.map_or(Side::Unknown, |m| m.side);
            clauses.push(s.clause(ClauseKind::IpIndemnity, side, false, 0.7));
        }
        return;
    };
    // "the right to defend and enforce its patents" protects property, not the other party.
    if verb.as_str() == "defend"
        && (!s.has(rx!(
            r"\bclaims?\b|\bsuits?\b|\bharmless|\bindemnif|\bactions?\b"
        )) || s.has(rx!(r"\bright\b[^.;]{0,80}?\bdefend|\benforce")))
    {
        return;
    }
    // "the indemnified party shall defend": the procedure, not the duty. "except to the extent that Acme is
    // required to indemnify under section 7": another clause's.
    if s.has(rx!(
        r"^[^.]{0,30}\bindemnified (?:party|person)s? (?:shall|will)\b|\b(?:except|unless|extent)\b[^.]{0,300}\b(?:is|are) (?:required|obliged|obligated) to indemnify\b[^.;]{0,80}\b(?:pursuant to|under|in accordance with) (?:section|article|clause|paragraph)"
    )) {
        return;
    }
    let bound = indemnifier(s, verb.start(), verb.end());
    let negated = s.negated(verb.start(), verb.end());
    let mut clause = s.clause(ClauseKind::Indemnity, bound, negated, 0.85);
    let claims = defined_claims(s, verb.end());
    let whole = [s.lower, s.paragraph, claims.as_str()];
    clause.facts = s.flags(&[
        ("any_breach", rx!(r"\bany (?:actual or alleged )?breach\b|\bbreach of (?:any|this|the) |\bfailure (?:by \w+ )?to (?:comply|perform)|\b(?:arising|arises?|resulting|results?|related|relating|connected|connection) (?:out of|from|in connection with|under|to|with)(?: or (?:in connection with|relating to|related to))? (?:this agreement|\S+ (?:use|performance)\b)|\bhowever (?:caused|arising)|\bany (?:claim|loss|damage|liability)s?\b[^.;]{0,40}\b(?:related|relating) to the (?:services?|software|products?)|\bin (?:connection|respect|consequence) (?:with|of) (?:this agreement|(?:the|any) (?:use|performance)\b)|\b(?:arising|resulting) (?:out of|from) (?:the|any) use\b")),
        ("use", rx!(r"\buse (?:or misuse )?of (?:the |any )?(?:services?|software|products?|platform|system|site|equipment|deliverables?|goods)|\bperformance of this agreement")),
        ("fault", rx!(r"\bnegligen|\bwil+ful|misconduct|\bfault\b|wrongful")),
        ("narrow", rx!(r"\buses? (?:other than|not (?:permitted|approved|authori[sz]ed))\b|\bonly (?:against|for|to the extent|from)|\bsolely (?:to the extent|for|from)|\bto the extent (?:caused|arising|that such|resulting|attributable)")),
    ]);
    let protects_rights = whole.iter().any(|text| infringement.is_match(text));
    let data_only = s.has(rx!(
        r"\b(?:customer|client|licensee|user) (?:data|content|materials)\b[^.]{0,60}infring"
    ));
    // Who answers for what it warrants may answer for infringement too: a place to look at, no more.
    let answers = !negated && bound != Side::Ours && s.has(rx!(r"\brepresentations?\b|\bwarrant"));
    clauses.push(clause);
    if answers && !protects_rights {
        clauses.push(s.clause(ClauseKind::IpIndemnity, bound, false, FAINT));
    }
    if protects_rights && !data_only {
        let confidence = if s.has(infringement) { 0.85 } else { 0.6 };
        let mut clause = s.clause(ClauseKind::IpIndemnity, bound, negated, confidence);
        if s.mentions.is_empty() {
            clause.facts.push(s.flag("unnamed"));
        }
        clauses.push(clause);
    }
}

/// Who indemnifies: of "Supplier shall be indemnified by Customer" it is Customer, of "for the account of
/// Customer, who shall indemnify" too; else the verb's subject.
fn indemnifier(s: &Sentence, verb: usize, end: usize) -> Side {
    let behind = s.lower.get(end..).unwrap_or("");
    let passive = s.lower.get(verb..end).is_some_and(|v| v.starts_with("be "));
    if let Some(by) = rx!(r"^(?: and held harmless)? by (?:the )?")
        .find(behind)
        .filter(|_| passive)
        && let Some(agent) = s.mentions.iter().find(|m| m.start == end + by.end())
    {
        return agent.side;
    }
    let head = s.lower.get(..verb).unwrap_or("");
    if let Some(who) =
        rx!(r", who (?:shall|will|must|agrees to|undertakes to)[^,;.]{0,30}$").find(head)
        && let Some(named) = s.mentions.iter().rfind(|m| m.end <= who.start() + 1)
    {
        return named.side;
    }
    s.subject(verb)
}

/// What the claims are that an indemnity names by a defined term: "Provider-Covered Claims".
fn defined_claims(s: &Sentence, from: usize) -> String {
    let printed = s.text.get(from..).unwrap_or("");
    let named = s.profile.definitions.iter().find(|d| {
        (d.term.contains("Claim") || d.term.contains("Losses")) && printed.contains(&d.term)
    });
    named.map_or_else(String::new, |d| fold(&d.text))
}

/// Settling without consent, rights lost by late notice.
pub(super) fn read_indemnity_procedure(s: &Sentence, clauses: &mut Vec<Clause>) {
    let about = rx!(r"\bindemni|\btender\b|\bdefen[sc]e\b|\bdefend|\bsettle");
    if !s.has(about) || !s.has(rx!(r"\bclaim|\bindemni|\bsuit|\baction")) {
        return;
    }
    let forfeits = rx!(
        r"\bforfeit(?:s|ed|ing)?\b|\b(?:fail\w*|late|delay)\b[^.]{0,140}\b(?:forfeits?|waives?|loses?|relieved? of (?:its|all|any)|bars?)\b"
    );
    let freely = rx!(
        r"\b(?:may|right to|entitled to|authority to)\b[^.]{0,50}\bsettle\b[^.]{0,100}\b(?:sees fit|sole discretion|without (?:the |any )?(?:prior )?(?:written )?(?:consent|approval)|on such terms)"
    );
    let fair = rx!(
        r"\bonly to the extent\b|\bexcept to the extent\b|\bshall not (?:settle|enter into)\b|\bnot (?:settle|compromise)\b|\bwithout the (?:prior )?(?:written )?(?:consent|approval) of\b|\bprejudiced\b"
    );
    let procedure =
        rx!(r"\bprompt(?:ly)?\b|\bnotice\b|\bnotif|\bcontrol\b|\bsettle|\bdelay\b|\bforfeit");
    if !s.has(procedure) {
        return;
    }
    let at = s
        .lower
        .find("settle")
        .or_else(|| s.lower.find("forfeit"))
        .unwrap_or(0);
    let bound = s.subject(at);
    let mut clause = s.clause(ClauseKind::IndemnityProcedure, bound, false, 0.7);
    let risky = s.flags(&[("forfeits", forfeits), ("settles_freely", freely)]);
    if s.has(fair) && !s.has(freely) {
        clause.facts.push(s.flag("fair"));
    } else {
        clause.facts = risky;
    }
    clauses.push(clause);
}
