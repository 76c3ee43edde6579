//! Who may do what with the contract and the business: assignment, control, exclusivity, audit,
//! insurance, publicity.

use countersign_contracts::clause::{Clause, ClauseKind, Side};

use crate::numbers::find_percentages;
use crate::pattern::rx;
use crate::reader::Sentence;
use crate::sides::owner_before;

/// Who may assign the contract, and with whose consent.
pub(super) fn read_assignment(s: &Sentence, clauses: &mut Vec<Clause>) {
    let verb = rx!(r"\b(?:assign(?:ed|ment|able)?|transfer(?:red|able)?|delegate|novate)\b");
    let object = rx!(
        r"\b(?:this|the) (?:\w+ )?(?:agreement|contract|licen[cs]e)\b|\brights? (?:\w+ )?(?:or|and|hereunder|under)|\bhereunder\b|\bassignable\b|\bassign it\b"
    );
    let Some(hit) = verb.find(s.lower).filter(|_| s.has(object)) else {
        return;
    };
    if s.has(rx!(r"\bhereby assigns?\b|\bassigns? (?:and transfers? )?(?:to|all (?:right|of its right))\b[^.]{0,60}(?:title|copyright|intellectual)|\bintellectual property rights\b[^.]{0,40}\bassign|\bdata transfer|\btransfer of (?:data|title|personal)|\bassigned to perform|\bassigned (?:personnel|employees|staff|numbers)|\bnot (?:be )?(?:deemed|considered|constitute)[^.]{0,30}\bassignment|\brights? to (?:receive )?payments?\b|\btransfer(?:,| and| or)? (?:[\w-]+ ){0,3}tax")) {
        return;
    }
    let modal = rx!(r"\b(?:may|shall|will|must|can|is|are|not)\b");
    if !s.has(modal) || s.has(rx!(r"\bbinding upon|\binure|\benure")) && !s.has(rx!(r"\bconsent")) {
        return;
    }
    let negated = s.negated(hit.start(), hit.end());
    let consent = rx!(r"\bconsent|\bapproval|\bpermission");
    let without = rx!(
        r"\bwithout (?:the |any |such |obtaining )?(?:\S+ ){0,6}?(?:consent|approval|permission)"
    );
    let agreed = rx!(
        r"\bconsents? (?:in advance )?to any (?:such )?(?:assignment|transfer)[^.]{0,40}\bby\b"
    );
    // "No consent of Customer is required for an assignment by Supplier", and the other way round.
    let unasked = rx!(
        r"\bno (?:such |prior |written )*(?:consent|approval|permission)\b[^.;]{0,60}?\b(?:required|needed|necessary)\b[^.;]{0,40}?\b(?:assignment|transfer)\b[^.;]{0,40}?\bby\b|\b(?:assignment|transfer)\b[^.;]{0,60}?\bby\b[^.;]{0,40}?\b(?:does|do|shall|will) not (?:require|need)\b[^.;]{0,40}?\b(?:consent|approval|permission)\b"
    );
    let transfer_by = rx!(r"\b(?:assignment|transfer)\b[^.;]{0,40}?\bby (?:the )?");
    let assigner = |from: usize| s.mentions.iter().find(|m| m.start >= from).map(|m| m.side);
    let allowed = rx!(
        r"\b(?:assignment|transfer)\b[^.;]{0,40}?\bby\b[^.;]{0,30}?\bis (?:permitted|allowed)\b"
    );
    let named = match (agreed.find(s.lower), s.has(unasked) || s.has(allowed)) {
        // "Customer consents to any assignment by Supplier": the one that assigns.
        (Some(m), _) => Some(assigner(m.end()).unwrap_or(Side::Unknown)),
        (None, true) => transfer_by.find(s.lower).and_then(|m| assigner(m.end())),
        (None, false) => None,
    };
    let bound = named.unwrap_or_else(|| s.subject(hit.start()));
    let negated = negated && !s.has(unasked);
    let mut clause = s.clause(ClauseKind::AntiAssignment, bound, negated, 0.8);
    let permitted = s.has(rx!(
        r"\b(?:may|can|free to|entitled to|right to|permitted to|allowed to)\b[^.;]{0,60}?\b(?:assign|transfer|delegate|novate)|\bfreely (?:assignable|transferable)|\b(?:assignment|transfer)\b[^.;]{0,40}?\bby\b[^.;]{0,30}?\bis (?:permitted|allowed)\b|\bconsents? (?:in advance )?to any (?:such )?(?:assignment|transfer)"
    )) && !s.has(rx!(r"\bnot\b|\bneither\b|\bno\b|\bif\b|\bevent\b"));
    // "Supplier may assign at any time and need not ask": the denial is of the asking.
    let unasking = rx!(
        r"\b(?:may|right to|entitled to|free to)\b[^.;]{0,60}?\b(?:assign|transfer|novate)\b[^.;]{0,100}?\b(?:need not|without having to|is not required to|shall not be required to|not obliged to)\b[^.;]{0,30}?\b(?:ask|obtain|seek|inform|notify|have)\b"
    );
    let permitted = permitted || s.has(unasking) || s.has(unasked);
    let at_will = rx!(
        r"\b(?:free to|freely|at any time|any (?:person|third party|other person|party|other party|company|entity)|(?:in|at) its (?:sole |own |absolute )?(?:discretion|option)|to whom(?:so)?ever|as it (?:pleases|likes|wishes|sees fit)|at all times|of its (?:own )?choice|without (?:any )?(?:restriction|limitation)|in advance)\b"
    );
    let in_advance = rx!(
        r"\b(?:agrees?|consents?) to (?:such|any such|each such|every such|the|this) (?:a |an )?(?:assignment|transfer)\b[^.;]{0,30}?\bin advance\b|\bin advance (?:agrees?|consents?) to\b"
    );
    if clause.bound == Side::Unknown && permitted {
        // "The rights of Supplier are freely assignable": whose they are.
        clause.bound = owner_before(s.lower, &s.mentions, hit.start())
            .map_or(Side::Unknown, |owner| owner.side);
    }
    if negated {
        clause.facts.push(s.flag("restricted"));
    } else if permitted
        && (s.has(without)
            || s.has(unasked)
            || s.has(at_will) && (!s.has(consent) || s.has(agreed) || s.has(in_advance)))
    {
        clause.facts.push(s.flag("free"));
    }
    clause.facts.extend(s.flags(&[
        ("reasonable", rx!(r"\bunreasonabl")),
        ("affiliates_only", rx!(r"\baffiliate|\bsuccessor|\bmerger|\bsale of (?:all|substantially)|\bacqui|\bsubsidiar|\bsubstantially all")),
        ("discretion", rx!(r"\bsole (?:and absolute )?discretion|\babsolute discretion")),
    ]));
    clauses.push(clause);
}

/// What follows from a take-over.
pub(super) fn read_change_of_control(s: &Sentence, clauses: &mut Vec<Clause>) {
    let change = rx!(
        r"\bchange (?:of|in) (?:the )?(?:\w+ )?(?:control|ownership)|\bchange[sd]? (?:of )?control\b|\b(?:merge[sdr]*|acquired|acquisition|consolidat\w+)\b[^.]{0,160}\b(?:terminat|consent|default)|\b(?:terminat\w*|consent)\b[^.]{0,160}\b(?:merge[sdr]*|acquired by|acquisition of|consolidat\w+)"
    );
    let Some(hit) = change.find(s.lower) else {
        return;
    };
    if s.has(rx!(
        r#"^[^.]{0,30}"change (?:of|in) control" (?:means|shall mean)|\bcontrol" means"#
    )) {
        return;
    }
    let tail = s.lower.get(hit.start()..).unwrap_or("");
    let whose = rx!(r"^change (?:of|in) (?:the )?(?:\w+ )?(?:control|ownership) of (?:the )?")
        .find(tail)
        .map(|m| hit.start() + m.end())
        .and_then(|at| {
            s.mentions
                .iter()
                .find(|m| m.start.abs_diff(at) < 5)
                .map(|m| m.side)
        });
    let bound = whose.unwrap_or_else(|| {
        s.mentions
            .iter()
            .rev()
            .find(|m| m.end <= hit.start())
            .map_or(Side::Unknown, |m| m.side)
    });
    let breach = rx!(
        r"\b(?:deemed|constitute[sd]?|be|is|considered)\b[^.]{0,40}?\b(?:material )?(?:breach|default|an assignment|assignment)\b|\bshall (?:automatically|immediately) terminate\b"
    );
    let denied = s.has(rx!(r"\bnot (?:be )?(?:deemed |considered |constitute )?(?:an? )?(?:material )?(?:breach|assignment|default)"));
    let mut clause = s.clause(ClauseKind::ChangeOfControl, bound, denied, 0.75);
    clause.facts = s.flags(&[
        ("is_breach", breach),
        (
            "exit_right",
            rx!(r"\bmay\b[^.]{0,80}\bterminat|\bright to terminat|\bentitled to terminat"),
        ),
    ]);
    if s.has(rx!(r"\bmay\b[^.]{0,80}\bterminat|\bright to terminat")) {
        let at = s.lower.find("terminat").unwrap_or(0);
        let who = match s.subject(at) {
            Side::Ours => "exit_ours",
            Side::Theirs => "exit_theirs",
            _ => "exit_both",
        };
        clause.facts.push(s.flag(who));
    }
    clauses.push(clause);
}

/// Whether work may be passed on.
pub(super) fn read_subcontracting(s: &Sentence, clauses: &mut Vec<Clause>) {
    let verb = rx!(r"\bsub-?contract\w*\b");
    let Some(hit) = verb.find(s.lower) else {
        return;
    };
    let about = rx!(
        r"\b(?:may|shall|will|must|not|has|reserves|remains?|responsible|liable|consent|approv)\w*\b"
    );
    if !s.has(about) || s.has(rx!(r"\binsur|\bindemnif|\bcommitment to\b")) {
        return;
    }
    let acts = rx!(
        r"\b(?:may|shall|will|must|right to|entitled to)\b[^.]{0,60}?\b(?:sub-?contract|engage|use|appoint|employ|retain|delegate)\w*"
    );
    let free = rx!(
        r"\bwithout (?:notice|the |any |prior )?[^.]{0,40}?\b(?:consent|approval|notice)|\bat its (?:sole )?discretion"
    );
    let consent = rx!(r"\bconsent|\bapprov|\bpermission");
    let at = acts
        .find(s.lower)
        .map_or(hit.start(), |m| m.end().saturating_sub(1));
    let negated = s.negated(at.min(hit.start()), hit.end().min(at.max(hit.start())));
    let mut clause = s.clause(ClauseKind::Subcontracting, s.subject(at), negated, 0.7);
    let permits = s.has(rx!(
        r"\bmay\b[^.]{0,60}?\b(?:sub-?contract|engage|use|appoint)"
    )) && !negated;
    if permits && (s.has(free) || !s.has(consent)) {
        clause.facts.push(s.flag("free"));
    }
    if s.has(consent) && !s.has(free) || negated {
        clause.facts.push(s.flag("consent"));
    }
    let disowned = rx!(
        r"\b(?:no|not)\b[^.]{0,60}?\b(?:liab|responsib)\w*[^.]{0,60}?\bsub-?contractor|\bno liability\b"
    );
    if s.has(disowned) {
        clause.facts.push(s.flag("disowned"));
    } else if s.paragraph.contains("liable for")
        || s.paragraph.contains("responsible for")
        || s.paragraph.contains("remains liable")
        || s.paragraph.contains("remain liable")
        || s.paragraph.contains("remain responsible")
        || s.paragraph.contains("fully liable")
    {
        clause.facts.push(s.flag("answers_for_them"));
    }
    clauses.push(clause);
}

/// Bound to one partner.
pub(super) fn read_exclusivity(s: &Sentence, clauses: &mut Vec<Clause>) {
    let buying = rx!(
        r"\b(?:purchas(?:e|es|ing)|buy(?:s|ing)?|obtain(?:s|ing)?|procur(?:e|es|ing)|acquir(?:e|es|ing)|order(?:s|ing)?|sourc(?:e|es|ing))\b[^.]{0,100}?\b(?:exclusively|solely|only)\b[^.]{0,30}?\bfrom\b|\b(?:all|100 ?%|percent \(100 ?%\)|one hundred percent) (?:of )?(?:its|their|his) (?:\w+ ){0,2}(?:requirements|needs|demand|purchases)\b[^.]{0,100}?\b(?:from|exclusive)|\bexclusive(?:ly)? (?:supplier|provider|vendor|source|manufacturer)|\bsole (?:and exclusive )?(?:supplier|provider|vendor|source)|\bexclusively (?:from|through)\b|\bfrom (?:no ?one|nobody|none) (?:but|else|other)\b|\b(?:demand|requirements|needs)\b[^.]{0,60}?\b(?:covered|met|supplied|filled)\b[^.]{0,10}?\bby\b[^.]{0,40}?\b(?:exclusively|solely|only|alone)\b|\b(?:entire|whole|total|full) (?:requirements|needs|demand)\b[^.;]{0,60}?\b(?:with|from|through)\b|\bas its (?:only|sole|exclusive) (?:supplier|provider|vendor|source)\b|\bonly\b[^.;]{0,24}?\bmay (?:supply|provide|deliver)\b|\bdeal\w* exclusively with\b|\bfrom no other (?:part(?:y|ies)|source|supplier|vendor|provider|person)\b|\b(?:whole|all|entirety|totality) of\b[^.;]{0,40}?\b(?:requirements|needs|demand|purchases)\b[^.;]{0,60}?\b(?:bought|purchased|obtained|procured|sourced|ordered)\b[^.;]{0,12}?\bfrom\b|\b(?:purchases|orders)\b[^.;]{0,80}?\b(?:made|placed|effected)\b[^.;]{0,24}?\b(?:from|with)\b[^.;]{0,30}?\b(?:alone|exclusively|only|solely)\b|\bexclusive right to (?:supply|provide|deliver|furnish|sell to)\b|\bgrants?\b[^.;]{0,40}?\bexclusivity\b"
    );
    let elsewhere = rx!(
        r"\b(?:refrains?|abstains?|desists?|prohibited|barred|precluded|forbidden|restrained) (?:from|to)\b[^.;]{0,10}?\b(?:purchas|procur|buy|obtain|sourc|order|us|engag|acquir)(?:e|ing)?\b[^.;]{0,100}?\b(?:compet\w*|other (?:supplier|vendor|provider|person|source)s?|another (?:supplier|vendor|provider|person|source)|third part\w*|elsewhere|anyone else|others)\b|\b(?:shall|will|may|must|agrees?|undertakes?|covenants?)(?: \w+)? not (?:to )?(?:contract with|turn to|engage|appoint|use|deal with) (?:any |an)?other (?:supplier|vendor|provider|source|contractor)s?\b|\b(?:shall|will|may|must|agrees?|undertakes?|covenants?)(?: \w+)? not (?:to )?(?:\w+ )?(?:(?:purchase|procure|buy|obtain|source|order)\b[^.]{0,120}\b(?:compet\w*|any other (?:supplier|vendor|provider|person|party|third|source|entity)|another (?:supplier|vendor|provider|person|party|source)|third part\w*|similar|elsewhere|anyone else|any entity other|other suppliers?|any(?:one|body|where)? (?:\w+ )?other than|from others)|(?:engage|appoint|contract with|use|license) (?:any|another|other|a)\b[^.]{0,100}\b(?:compet\w*|similar))\b"
    );
    let granted = rx!(
        r"\bexclusive (?:right|licen[cs]e|distribut\w+|agent|reseller|sponsor|partner|territory|dealer)|\bon an exclusive basis|\bexclusivity\b"
    );
    // Rights in what is delivered, secrets and people are not where one buys.
    let not_buying = rx!(
        r"\bconfiden|\bmarks?\b|\btrademark|\bname or\b|\bsoftware to\b|\bsublicen|\bpersonnel\b|\bemployees\b|\breverse|\bdata\b|\bdisclos|\bsponsor|\bintellectual|\binterest in\b|\bengage in\b|\bown(?:s|ed|er)?\b"
    );
    let not_law = rx!(
        r"\bexclusive (?:jurisdiction|venue|remed|forum|property|owner)|\bsole and exclusive (?:remed|propert|owner|jurisd|liab)|\bexclusive of|\bnon[- ]?exclusive"
    );
    let hit = buying
        .find(s.lower)
        .or_else(|| elsewhere.find(s.lower).filter(|_| !s.has(not_buying)))
        .or_else(|| granted.find(s.lower).filter(|_| !s.has(not_law)));
    let Some(hit) = hit else { return };
    let is_buying = s.has(buying) || s.has(elsewhere) && !s.has(not_buying);
    let verb = rx!(r"\b(?:purchas(?:e[sd]?|ing)|buy(?:s|ing)?|obtain(?:s|ed|ing)?|procur(?:e[sd]?|ing)|acquir(?:e[sd]?|ing)|order(?:s|ed|ing)?|sourc(?:e[sd]?|ing)|us(?:e[sd]?|ing)|engag(?:e[sd]?|ing)|grant(?:s|ed|ing)?|appoint(?:s|ed|ing)?|licens(?:e[sd]?|ing)|contract(?:s|ed|ing)? with)\b").find_at(s.lower, hit.start()).unwrap_or(hit);
    let freed = s.has(rx!(r"\b(?:obliges?|requires?|obligated|obliged|required)\b[^.]{0,60}\bexclusiv|\bnon-?exclusive|\bfree to\b"));
    // "from no other party" denies the others, not the buying.
    let others = rx!(r"\bfrom (?:and )?(?:no|nobody|none)\b").find_at(s.lower, verb.start());
    let said_to = others
        .map_or(hit.end(), |m| m.start().min(hit.end()))
        .max(verb.start());
    let unbarred = rx!(
        r"\b(?:not|never|neither|nor|no longer) (?:be )?(?:prohibited|barred|precluded|forbidden|restrained)\b|\bnon[- ]?exclusive|\bnot\b[^.;]{0,30}\bexclusiv|\bnothing\b[^.;]{0,40}\b(?:obliges?|requires?|prevents?)\b|\b(?:not|nor) (?:undertake|oblige|require|commit)\b"
    );
    let negated = match s.has(elsewhere) {
        true => s.has(unbarred),
        false => s.negated(verb.start(), said_to) || freed || s.has(unbarred),
    };
    let bound = bound_to_buy(s, verb.start(), hit.end());
    let mut clause = s.clause(
        ClauseKind::Exclusivity,
        bound,
        negated,
        if is_buying { 0.8 } else { 0.55 },
    );
    if is_buying {
        clause.facts.push(s.flag("buys_only"));
    }
    let excepted = rx!(
        r"\bprovided,? however\b|\bunless and until\b|\bexcept (?:as|that|if|where|when|for|in)\b|\b(?:during|for) the first (?:\w+ )?(?:\(\d+\) )?(?:years?|months?)\b"
    );
    if is_buying && excepted.is_match(s.paragraph) {
        clause.facts.push(s.flag("excepted"));
    }
    clauses.push(clause);
}

/// Who may not buy elsewhere: of "Supplier is the exclusive provider to Customer" it is Customer, else
/// the verb's subject, or the party in front of it ("agrees to obtain").
fn bound_to_buy(s: &Sentence, verb: usize, end: usize) -> Side {
    let provides = rx!(
        r"\b(?:be|is|as|are) (?:\w+'s )?(?:the )?(?:sole and )?(?:exclusive|sole) (?:supplier|provider|vendor|source|manufacturer)|\bexclusive right to (?:supply|provide|deliver|furnish|sell)"
    );
    let subject = s.subject(verb);
    // "Customer agrees that Supplier will be its sole source": its is the one that agrees.
    let its = rx!(
        r"\b(?:be|is|as|are|remain) its (?:sole and )?(?:exclusive|sole) (?:supplier|provider|vendor|source)"
    );
    if let Some(its) = its.find(s.lower) {
        let agrees = s
            .mentions
            .iter()
            .find(|m| m.end <= its.start() && m.side != subject);
        return agrees.map_or_else(|| opposite(subject), |m| m.side);
    }
    // "Only Supplier may supply Customer": the one that is supplied.
    if let Some(only) = rx!(r"\bonly\b[^.;]{0,24}?\bmay (?:supply|provide|deliver)\b").find(s.lower)
        && let Some(supplier) = s.mentions.iter().find(|m| m.start >= only.start())
    {
        return opposite(supplier.side);
    }
    let bought_by = rx!(
        r"\b(?:purchases|orders)\b[^.;]{0,40}?\bby (?:the )?$|\b(?:requirements|needs|demand) of (?:the )?$"
    );
    if let Some(buyer) = s.mentions.iter().find(|m| {
        s.lower
            .get(..m.start)
            .is_some_and(|head| bought_by.is_match(head))
    }) {
        return buyer.side;
    }
    if let Some(owner) = rx!(r"\b(?:whole|all|entirety|totality) of (?:the )?").find(s.lower)
        && let Some(owner) = s
            .mentions
            .iter()
            .find(|m| m.start == owner.end() && m.possessive)
    {
        return owner.side;
    }
    if s.has(provides) {
        let served = s.mentions.iter().find(|m| m.start >= end.saturating_sub(1));
        return served.map_or(subject, |m| m.side);
    }
    let front = || s.mentions.iter().rfind(|m| m.end <= verb && !m.oblique);
    match subject {
        Side::Unknown => front().map_or(Side::Unknown, |m| m.side),
        known => known,
    }
}

/// Barred from competing.
pub(super) fn read_non_compete(s: &Sentence, clauses: &mut Vec<Clause>) {
    let bars = rx!(
        r"\b(?:not|neither|nor|refrain)\b[^.;]{0,120}?\b(?:compete\b|(?:engage|participate|operate|sell|market|distribute|promote|represent|offer|develop|manufacture|invest|own|handle|deal|establish|conduct|carry on|be involved|produce|commerciali[sz]e|import|build|acquire|create|supply|provide|enter|become|assist|be engaged|be interested)\w*\b[^.;]{0,160}?\bcompet(?:e|es|ing|itive|itor|itors|ition)\b)|\bnot to compete\b|\b(?:have|has|hold|take|acquire) no (?:interest|stake|share)\b[^.;]{0,80}?\bcompet(?:e|es|ing|itive|ition|itors?)\b|\bcovenants?\b[^.;]{0,20}?\bagainst compet\w+|\b(?:keep|stay) (?:out of|away from)\b[^.;]{0,160}?\bcompet(?:e|es|ing|itive|ition)\b|\b(?:refrains?|abstains?|desists?) from\b[^.;]{0,100}?\bcompet(?:e|es|ing|itive|ition|itors?)\b|\b(?:barred|prohibited|precluded|forbidden|restrained) (?:from|to)\b[^.;]{0,100}?\bcompet(?:e|es|ing|itive|ition|itors?)\b|\bcompet(?:ing|ition) with\b[^.;]{0,100}?\b(?:forbidden|prohibited|not (?:permitted|allowed))\b|\b(?:not|neither|nor)\b[^.;]{0,60}?\b(?:hold|have|acquire|become|advise|support|join|set up|start|open|launch)\b[^.;]{0,100}?\bcompet(?:e|es|ing|itive|itor|itors|ition)\b|^(?:\S{1,8}\s)?no\b[^.;]{0,60}?\bcompet(?:ing|itive)\b[^.;]{0,100}?\b(?:may|shall|will) be (?:sold|offered|marketed|made|developed|distributed|promoted|manufactured)\b"
    );
    let Some(hit) = bars.find(s.lower) else {
        return;
    };
    if s.has(rx!(r"\bcompetent\b[^.]{0,10}$|\bcompeting (?:claims?|terms)|\bcompetition law|\bcompetitive bid|\bdisclos|\bassign|\bcompetitive pric|\bpromot")) && !s.lower.contains("compete") {
        return;
    }
    let freed = s.has(rx!(r"\b(?:nothing|not|neither|nor|no)\b[^.]{0,80}\b(?:restrict|prevent|prohibit|preclude|limit|bar|forbid|stop)\w*\b[^.]{0,80}\bcompet|\bnot (?:be )?(?:read|construed|interpreted|deemed|understood|taken)\b|\b(?:not|never|nor) (?:be )?(?:barred|prohibited|precluded|forbidden|restrained)\b|\bno covenants?\b|\b(?:no|nothing)\b[^.]{0,60}\b(?:forbids?|bars?|prevents?|prohibits?|restricts?)\b"));
    let verb = rx!(r"\bnot\b|\bneither\b|\bnor\b|\brefrain|\babstain|\bdesist|\b(?:barred|prohibited|precluded|forbidden|restrained)\b")
        .find(s.lower)
        .map_or(hit.start(), |m| m.start());
    // "forbidden to Customer", "may be sold by Customer": the one that is barred stands behind.
    let behind = rx!(
        r"\b(?:forbidden|prohibited|not permitted|not allowed) (?:to|for) (?:the )?$|\bbe (?:sold|offered|marketed|made|developed|distributed|promoted|manufactured) by (?:the )?$"
    );
    let barred = s.mentions.iter().find(|m| {
        s.lower
            .get(..m.start)
            .is_some_and(|head| behind.is_match(head))
    });
    let bound = barred.map_or_else(|| s.subject(verb), |m| m.side);
    let mut clause = s.clause(ClauseKind::NonCompete, bound, freed, 0.65);
    let after = rx!(r"\b(?:after|following|thereafter|post)\b");
    if let Some(tail) = after
        .find(s.lower)
        .and_then(|m| s.duration_near(m.start(), |d| d.days() >= 28.0))
    {
        clause.facts.push(s.duration_fact("after", &tail));
    }
    clauses.push(clause);
}

/// Barred from hiring.
pub(super) fn read_no_solicit(s: &Sentence, clauses: &mut Vec<Clause>) {
    let bars = rx!(
        r"\b(?:not|neither|nor|refrain)\b[^.;]{0,160}?\b(?:solicit|hire|employ|recruit|induce|entice)\b[^.;]{0,160}?\b(?:employees?|personnel|staff|employment|consultants?)\b"
    );
    let Some(hit) = bars.find(s.lower) else {
        return;
    };
    if !s.has(rx!(r"\bsolicit|\bhire|\bentice|\binduce|\brecruit")) {
        return;
    }
    let verb = rx!(r"\bsolicit|\bhire|\bemploy|\brecruit|\binduce|\bentice")
        .find_at(s.lower, hit.start())
        .map_or(hit.start(), |m| m.start());
    let mut clause = s.clause(
        ClauseKind::NoSolicitOfEmployees,
        s.subject(verb),
        false,
        0.8,
    );
    let period = s
        .durations()
        .iter()
        .filter(|d| d.value.days() >= 28.0)
        .max_by(|a, b| a.value.days().total_cmp(&b.value.days()));
    if let Some(period) = period {
        clause.facts.push(s.duration_fact("period", period));
    }
    let paragraph_sum = find_percentages(s.paragraph);
    if s.paragraph.contains("salary")
        && let Some(sum) = paragraph_sum.first()
    {
        clause
            .facts
            .push(s.fact("sum", sum.value.fact(), 0, s.text.len()));
    }
    clauses.push(clause);
}

/// Who may look into whose books and premises.
pub(super) fn read_audit(s: &Sentence, clauses: &mut Vec<Clause>) {
    let right = rx!(
        r"\b(?:may|right to|rights? of|entitled to|shall (?:permit|allow|have)|will (?:permit|allow)|shall be (?:permitted|entitled|available|open)|permit|cause)\b[^.]{0,140}?\b(?:audit|inspect|examine)\w*|\bavailable for (?:audit|inspection|examination)|\bno right to (?:audit|inspect)"
    );
    let Some(hit) = right.find(s.lower) else {
        return;
    };
    let about = rx!(
        r"\brecords?\b|\bbooks\b|\buse of\b|\bcomplian|\bpremises|\bsystems?\b|\bfacilit|\bcontrols?\b|\baccounts?\b|\baudit\b"
    );
    if !s.has(about)
        || s.has(rx!(
            r"\binspect(?:ion)? (?:of )?(?:the )?(?:products?|goods|shipment|deliver)|\baccept"
        ))
    {
        return;
    }
    let verb = rx!(r"\b(?:audit|inspect|examine)\w*")
        .find_at(s.lower, hit.start())
        .map_or(hit.start(), |m| m.start());
    let lets = s.has(rx!(
        r"\b(?:shall|will|agrees? to) (?:\w+ )?(?:permit|allow|make|keep|maintain|cause)\b"
    ));
    // "Customer shall permit Supplier to audit": the auditor is the object.
    let bound = match lets {
        true => s
            .mentions
            .iter()
            .find(|m| m.start < verb && m.oblique)
            .or_else(|| {
                s.mentions
                    .iter()
                    .filter(|m| m.end <= verb && !m.possessive)
                    .nth(1)
            })
            .map_or_else(|| opposite(s.subject(verb)), |m| m.side),
        false => s.subject(verb),
    };
    let mut clause = s.clause(
        ClauseKind::AuditRights,
        bound,
        s.negated(verb, verb + 5),
        0.75,
    );
    clause.facts = s.flags(&[(
        "any_time",
        rx!(r"\bat any time|\bwithout (?:prior )?notice|\bfrom time to time"),
    )]);
    if let Some(notice) = s
        .lower
        .find("notice")
        .and_then(|at| s.duration_near(at, |d| d.days() <= 120.0))
    {
        clause.facts.push(s.duration_fact("notice", &notice));
    }
    let cost = rx!(
        r"\b(?:bear|pay|reimburse|borne)\b[^.]{0,60}?\bcosts?\b[^.]{0,80}|\bcosts?\b[^.]{0,60}?\b(?:borne|paid)\b"
    );
    let conditional = rx!(
        r"\bif\b|\bunless\b|\bexceeds?\b|\bin excess\b|\bevent\b|\bshows?\b|\breveals?\b|\bdiscloses?\b"
    );
    for found in cost.find_iter(s.paragraph) {
        let sentence = sentence_around(s.paragraph, found.start());
        let payer_is_audited = match clause.bound {
            Side::Theirs => rx!(r"\b(?:customer|client|licensee|purchaser|buyer|subscriber|company)\b[^.]{0,40}\b(?:bear|pay|reimburse)").is_match(sentence),
            _ => false,
        };
        if payer_is_audited && !conditional.is_match(sentence) {
            clause.facts.push(s.flag("cost_on_us"));
        }
    }
    clauses.push(clause);
}

fn sentence_around(paragraph: &str, at: usize) -> &str {
    let start = paragraph
        .get(..at)
        .and_then(|h| h.rfind(". "))
        .map_or(0, |m| m + 2);
    let end = paragraph
        .get(at..)
        .and_then(|t| t.find(". "))
        .map_or(paragraph.len(), |m| at + m);
    paragraph.get(start..end).unwrap_or("")
}

fn opposite(side: Side) -> Side {
    match side {
        Side::Ours => Side::Theirs,
        Side::Theirs => Side::Ours,
        other => other,
    }
}

/// Who must be insured.
pub(super) fn read_insurance(s: &Sentence, clauses: &mut Vec<Clause>) {
    let duty = rx!(
        r"\b(?:shall|will|must|agrees? to|required to|undertakes? to|at its)\b[^.]{0,140}?\b(?:maintain|carry|procure|obtain|keep|take out|provide|effect|purchase)\b[^.]{0,140}?\binsur|\binsurance\b[^.]{0,80}?\b(?:shall|must) be (?:maintained|carried|procured)|\badditional insured"
    );
    let Some(hit) = duty.find(s.lower) else {
        return;
    };
    let verb =
        rx!(r"\b(?:maintain|carry|procure|obtain|keep|take out|provide|effect|purchase|name)\b")
            .find_at(s.lower, hit.start())
            .map_or(hit.start(), |m| m.start());
    let bound = insurer_by_named(s).unwrap_or_else(|| s.subject(verb));
    let mut clause = s.clause(ClauseKind::Insurance, bound, s.negated(verb, verb + 3), 0.8);
    clause.facts = s.flags(&[(
        "additional_insured",
        rx!(r"\badditional(?:ly)? (?:named )?insured|\bnamed insured"),
    )]);
    let greatest = s
        .amounts()
        .iter()
        .max_by(|a, b| a.value.value.total_cmp(&b.value.value));
    if let Some(cover) = greatest.filter(|a| a.value.value >= 1000.0) {
        clause
            .facts
            .push(s.fact("cover", cover.value.fact(), cover.start, cover.end));
    }
    clauses.push(clause);
}

/// Whoever must name the other as an additional insured is the one that insures.
fn insurer_by_named(s: &Sentence) -> Option<Side> {
    let at = rx!(r"\badditional(?:ly)? (?:named )?insured|\bnamed insured")
        .find(s.lower)?
        .start();
    let named = s
        .mentions
        .iter()
        .rev()
        .find(|m| m.end <= at && at - m.end < 120)?;
    match named.side {
        Side::Ours | Side::Theirs => Some(opposite(named.side)),
        _ => None,
    }
}

/// First refusal, first offer, first negotiation.
pub(super) fn read_first_refusal(s: &Sentence, clauses: &mut Vec<Clause>) {
    let right = rx!(
        r"\bright of first (?:refusal|offer|negotiation)|\bright and (?:an? |the )?first opportunity to|\bfirst right (?:of|to)|\b(?:option|opportunity) (?:to|of) first"
    );
    let Some(hit) = right.find(s.lower) else {
        return;
    };
    // "fails to give notice of the exercise of its right of first refusal" grants nothing.
    let notice = rx!(r"^ (?:\w+ ){0,2}notice\b");
    let grants = rx!(r"\b(?:grants?|gives?|offers?|provides?)\b")
        .find_iter(s.lower)
        .find(|verb| {
            s.lower
                .get(verb.end()..)
                .is_some_and(|tail| !notice.is_match(tail))
        });
    // The one that grants is bound; of "X shall have a right of first refusal" the other side is, and of
    // "if X fails to exercise its right" too.
    let holder = rx!(
        r"\b(?:fails?|elects?|declines?|wish\w*|chooses?)\b[^.;]{0,80}?\bits (?:right of first|first right)"
    );
    let holds = holder.find(s.lower).map(|hit| s.subject(hit.start()));
    let bound = match (holds, grants) {
        (Some(holder @ (Side::Ours | Side::Theirs)), _) => opposite(holder),
        (_, Some(verb)) => s.subject(verb.start()),
        (_, None) => opposite(s.subject(hit.start())),
    };
    let at = grants.map_or(hit.start(), |m| m.start());
    clauses.push(s.clause(ClauseKind::RofrRofoRofn, bound, s.negated(at, at + 1), 0.7));
}

/// Barred from speaking badly of the other.
pub(super) fn read_non_disparagement(s: &Sentence, clauses: &mut Vec<Clause>) {
    let bars = rx!(
        r"\b(?:not|neither|nor|refrain|never)\b[^.;]{0,140}?\b(?:disparag\w+|derogat\w+|negative (?:or|statement|comment|remark))"
    );
    let Some(hit) = bars.find(s.lower) else {
        return;
    };
    // Rules on the use of a mark are not about what may be said.
    if s.has(rx!(r"\bmarks?\b|\btrademark|\blogo|\bdomain name")) {
        return;
    }
    let freed =
        rx!(r"\b(?:nothing|not)\b[^.]{0,60}\b(?:prevents?|prohibits?|restricts?|limits?)\b");
    let mutual = rx!(r"\bboth\b|\beach other\b|\bone another\b");
    let verb = rx!(r"\b(?:make|disparag|publish|issue|state)\w*")
        .find_at(s.lower, hit.start())
        .map_or(hit.start(), |m| m.start());
    let bound = if s.has(mutual) {
        Side::Both
    } else {
        s.subject(verb)
    };
    clauses.push(s.clause(ClauseKind::NonDisparagement, bound, s.has(freed), 0.75));
}

/// Use of the other's name.
pub(super) fn read_publicity(s: &Sentence, clauses: &mut Vec<Clause>) {
    let uses = rx!(
        r"\b(?:may|shall|will|can|right to|entitled to|allowed to|free to|permit\w*|allows?|authori[sz]e[sd]?|consents?|agrees?|neither|not|no)\b[^.]{0,120}?\b(?:used?|issue|make|identify|list|refer|disclose|release|publish|displayed|display|announce|named?|mention|feature|advertise|include|cite|show|present|put)\b[^.]{0,120}?\b(?:name|logos?|trademarks?|marks?|press releases?|public announcement|publicity|(?:customer|client) list|list of (?:customers|clients)|reference|as an? (?:reference )?(?:customer|client|user|licensee)|its (?:customer|client)|works for)|\b(?:names?|logos?|trademarks?)\b[^.;]{0,40}?\b(?:may|can|shall|will) (?:not )?be (?:used|displayed|published|included|shown|listed|mentioned)\b|\b(?:consents?|agrees?) (?:not )?to (?:the |any )?(?:use|publication|inclusion|display|mention|disclosure) of (?:its|\w+'s) (?:\w+ )?(?:name|logo)|\bagrees? (?:not )?to be (?:named|listed|identified|mentioned|cited|featured)\b"
    );
    let Some(hit) = uses.find(s.lower) else {
        return;
    };
    let public = rx!(
        r"\bpublicity|\bpublicly|\bpress release|\bpublic announcement|\bmarketing|\b(?:customer|client) lists?|\bpromotion|\badverti|\breference customer|\bpublic statement|\bsales (?:materials|presentations?)|\bweb ?sites?|\bas an? (?:reference|customer|client)|\blist of (?:customers|clients)\b|\bmake (?:it )?public\b"
    );
    if !s.has(public) || s.has(rx!(r"\bsecurities|\bstock exchange")) {
        return;
    }
    let verb = rx!(r"\b(?:use[ds]?|issue|make|identify|list|refer|disclose|release|publish(?:ed)?|display(?:ed)?|announce|name|mention(?:ed)?|feature|advertise|include[ds]?|cite|show|present)\b")
        .find_at(s.lower, hit.start())
        .map_or(hit.start(), |m| m.start());
    let may = rx!(
        r"\b(?:may|can|right to|entitled to|allowed to|free to|permit\w*|allows?|authori[sz]e[sd]?|consents?|agrees? (?:that|to))\b"
    );
    let only = rx!(
        r"\bsole control\b|\bsolely\b|\bcease\b|\brefer(?:s|ence)? to (?:this|the|any) (?:section|article)"
    );
    // "Customer permits Supplier to use its logo": the one that uses is the other side.
    let lets = rx!(r"\b(?:grants?|permits?|allows?|authori[sz]es?)\b").find(s.lower);
    // "Customer consents to the publication of its name", "its logo may be used by Supplier".
    let agrees = rx!(r"\b(?:consents?|agrees?) (?:not )?to (?:be|the|any)\b").find(s.lower);
    let used_by = rx!(r"\bmay (?:not )?be \w+ by (?:the )?").find(s.lower);
    let user = used_by.and_then(|by| s.mentions.iter().find(|m| m.start == by.end()));
    let (bound, at) = match (lets.or(agrees).filter(|m| m.start() <= verb), user) {
        (_, Some(user)) => (user.side, user.start),
        (Some(lets), None) => (opposite(s.subject(lets.start())), lets.start()),
        (None, None) => (s.subject(verb), verb),
    };
    // "agrees to make no additional public statements".
    let makes_none = rx!(r"\b(?:make|issue|publish|release)s? no\b");
    let barred = used_by.is_some_and(|by| by.as_str().contains(" not ")) || s.has(makes_none);
    let mut clause = s.clause(
        ClauseKind::Publicity,
        bound,
        s.negated(at, at + 3) || barred,
        0.75,
    );
    let denied = clause.polarity == countersign_contracts::clause::Polarity::Negated;
    if !denied && (!s.has(may) || s.has(only)) {
        return;
    }
    let consent = rx!(r"\b(?:consent|approval|permission|approve[ds]?)\b");
    let without = rx!(r"\bwithout (?:\S+ ){0,3}?(?:consent|approval|permission|notice)");
    if s.has(consent) && !s.has(without) || s.has(without) && denied {
        clause.facts.push(s.flag("consent"));
    }
    clauses.push(clause);
}
