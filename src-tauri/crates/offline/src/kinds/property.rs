//! Intellectual property: who owns the work, what may be used, escrow.

use countersign_contracts::clause::{Clause, ClauseKind, Side};

use crate::pattern::rx;
use crate::reader::Sentence;

/// Who owns what is made.
pub(super) fn read_ownership(s: &Sentence, clauses: &mut Vec<Clause>) {
    let assigns = rx!(
        r"\b(?:hereby )?(?:assigns?|agrees? to assign|shall assign|will assign|transfers? and assigns?|assigns? and transfers?)\b[^.]{0,120}?\b(?:right|title|interest|copyright|ownership|intellectual|inventions?|deliverables?|work product|patents?)\b"
    );
    let owns = rx!(
        r"\b(?:shall|will|to) (?:be )?(?:the )?(?:sole |exclusive |sole and exclusive )*(?:own(?:ed)?|property of|belong to|vest in)\b|\bshall (?:exclusively )?own\b|\b(?:become|remain|be) the (?:sole |exclusive |sole and exclusive )*property of\b|\bworks? made for hire\b|\bwork for hire\b"
    );
    let works = rx!(
        r"\b(?:deliverables?|work product|works?|developed|inventions?|created|customi[sz]ations?|improvements?|configurations?|results|reports?|materials produced)\b"
    );
    let assigned = assigns.find(s.lower);
    let owned = owns.find(s.lower).filter(|_| s.has(works));
    let Some(hit) = assigned.or(owned) else {
        return;
    };
    if s.has(rx!(r"\bmay not assign|\bshall not assign|\bassign this agreement|\bassign(?:s)? (?:its|any|all)? ?(?:rights?|interests?) (?:and obligations |or obligations )?(?:under|hereunder|in this)")) {
        return;
    }
    let contractual = rx!(
        r"\b(?:rights?|obligations?|interests?)\b[^.]{0,60}?\b(?:under|in) (?:this|the) (?:agreement|contract)"
    );
    let intellectual = rx!(
        r"\bcopyright|\bpatent|\binvention|\bdeliverable|\bwork product|\bintellectual|\bworks?\b"
    );
    if s.has(contractual) && !s.has(intellectual) {
        return;
    }
    // "inventions made solely by its own personnel": each keeps what it makes, and nothing changes hands.
    let by_itself = rx!(
        r"\b(?:made|developed|conceived|invented|created|generated|discovered)\b[^.;]{0,40}\bsolely by\b"
    );
    if assigned.is_none() && s.has(by_itself) {
        return;
    }
    let jointly =
        rx!(r"\bjointly own|\bjoint(?:ly)? (?:ownership|owned)|\bco-?own|\bown\w* jointly");
    let owner = owner_of(s, hit.end());
    let giver = assigned.map(|m| s.subject(m.start()));
    let bound = match (giver, owner) {
        (Some(side @ (Side::Ours | Side::Theirs)), _) => side,
        (_, Side::Ours) => Side::Theirs,
        (_, Side::Theirs) => Side::Ours,
        (Some(side), _) => side,
        _ => Side::Unknown,
    };
    let negated = s.negated(hit.start(), hit.start() + 6);
    let kind = if s.has(jointly) {
        ClauseKind::JointIpOwnership
    } else {
        ClauseKind::IpOwnershipAssignment
    };
    let mut clause = s.clause(
        kind,
        bound,
        negated,
        if assigned.is_some() { 0.8 } else { 0.6 },
    );
    if assigned.is_some() {
        clause.facts.push(s.flag("assigned"));
    }
    if s.has(works) {
        clause.facts.push(s.flag("works"));
    }
    if s.has(rx!(r"\b(?:developed|created|prepared|made|configured|produced)\b[^.]{0,60}\b(?:for|by|under)\b|\bdeliverables?\b|\bwork product\b|\bat \S+ cost\b")) {
        clause.facts.push(s.flag("paid_work"));
    }
    clauses.push(clause);
}

/// "shall be owned by Customer", "shall be the property of Supplier", "Customer shall own".
fn owner_of(s: &Sentence, end: usize) -> Side {
    let behind = s
        .mentions
        .iter()
        .find(|m| m.start >= end.saturating_sub(2) && m.start < end + 14);
    behind.map_or_else(|| s.subject(end.saturating_sub(2)), |m| m.side)
}

/// A licence and its limits.
pub(super) fn read_licence(s: &Sentence, clauses: &mut Vec<Clause>) {
    let grants = rx!(
        r"\b(?:hereby )?(?:grants?|granted|licen[cs]es)\b[^.]{0,100}?\b(?:licen[cs]e|right|sublicen[cs]e)\b"
    );
    let Some(hit) = grants.find(s.lower) else {
        return;
    };
    if s.has(rx!(r"\bno (?:other )?(?:right|licen[cs]e)s?\b|\bsecurity interest|\bstock|\bshares\b|\boptions? to\b")) {
        return;
    }
    let bound = s.subject(hit.start());
    let negated = s.negated(hit.start(), hit.start() + 5);
    let flags = s.flags(&[
        ("revocable", rx!(r"(?:^|[^r])\brevocable\b")),
        ("exclusive", rx!(r"(?:[^\-]|^)\bexclusive\b")),
        (
            "single_site",
            rx!(r"\bsingle site|\bone site|\bdesignated (?:site|computer|cpu)|\bsite named"),
        ),
    ]);
    let whole = s.paragraph;
    let no_affiliates = rx!(r"\baffiliates?\b[^.]{0,60}\b(?:may|shall) not (?:use|access)|\bnot\b[^.]{0,40}\b(?:by|to) (?:its |any )?affiliates").is_match(whole);
    let affiliates = s.has(rx!(r"\baffiliates?\b|\bsubsidiar")) && !no_affiliates;
    let perpetual = s.has(rx!(r"\bperpetual\b|\birrevocable\b"));
    let fixed = s.has(rx!(r"\bnon-?transferable\b|\bnot transferable"));
    let mut clause = s.clause(ClauseKind::LicenseGrant, bound, negated, 0.8);
    clause.facts = flags;
    if no_affiliates {
        clause.facts.push(s.flag("no_affiliates"));
    }
    if affiliates {
        clause.facts.push(s.flag("affiliates"));
        clauses.push(s.clause(ClauseKind::AffiliateLicenseLicensee, bound, negated, 0.55));
    }
    if perpetual {
        clause.facts.push(s.flag("perpetual"));
        clauses.push(s.clause(
            ClauseKind::IrrevocableOrPerpetualLicense,
            bound,
            negated,
            0.75,
        ));
    }
    if fixed {
        clauses.push(s.clause(ClauseKind::NonTransferableLicense, bound, negated, 0.8));
    }
    clauses.push(clause);
}

/// Source code in escrow.
pub(super) fn read_escrow(s: &Sentence, clauses: &mut Vec<Clause>) {
    let deposit =
        rx!(r"\bsource code\b|\bescrow agent\b|\bdeposit materials\b|\bescrow agreement\b");
    if !s.has(deposit)
        || s.has(rx!(
            r"\bpurchase price|\bescrow (?:fund|account|amount)|\bdomain name"
        ))
    {
        return;
    }
    let at = s.lower.find("escrow").unwrap_or(0);
    let verb = rx!(r"\b(?:deposit|place|provide|maintain|deliver|enter)\w*")
        .find(s.lower)
        .map_or(at, |m| m.start());
    clauses.push(s.clause(
        ClauseKind::SourceCodeEscrow,
        s.subject(verb),
        s.negated(verb, verb + 4),
        0.75,
    ));
}

/// A promise not to sue or not to challenge.
pub(super) fn read_covenant_not_to_sue(s: &Sentence, clauses: &mut Vec<Clause>) {
    let promises = rx!(
        r"\bcovenants? not to (?:sue|assert|bring|challenge)|\bnot (?:to )?sue\b|\b(?:shall|will|agrees?)\b[^.;]{0,60}?\b(?:not|never|nor)\b[^.;]{0,100}?\b(?:challenge|contest|attack)\b[^.;]{0,120}?\b(?:validity|ownership|title|rights?|patents?|marks?|trademarks?|enforceab)"
    );
    let Some(hit) = promises.find(s.lower) else {
        return;
    };
    let freed = s.has(rx!(r"\bdoes not covenant|\bmay (?:challenge|contest)|\bno covenant|\bnothing\b[^.]{0,60}\b(?:prevent|prohibit|restrict)"));
    let mut clause = s.clause(
        ClauseKind::CovenantNotToSue,
        s.subject(hit.end()),
        freed,
        0.7,
    );
    if s.subject(hit.end()) == Side::Unknown {
        clause.bound = s.subject(hit.start() + 1);
    }
    clauses.push(clause);
}
