//! Ways out: termination, cure, suspension, fees for leaving, help with leaving.

use countersign_contracts::clause::{Clause, ClauseKind, Side};

use crate::numbers::{Duration, Found};
use crate::pattern::rx;
use crate::reader::Sentence;

/// "may terminate for convenience upon thirty days' notice".
pub(super) fn read_convenience(s: &Sentence, clauses: &mut Vec<Clause>) {
    let verb = rx!(r"\b(?:terminate[ds]?|cancel(?:led)?|termination)\b");
    let freely = rx!(
        r"\bfor (?:its |their |his |\w+'s )?(?:sole )?convenience\b|\bwithout cause\b|\bfor any (?:or no )?reason|\bfor no reason|\bwith or without (?:cause|reason)|\bat any time\b[^.]{0,120}\bnotice\b|\bat any time by any\b|\buntil (?:it is |such time as it is )?terminated by either party\b[^.;]{0,60}\bnotice\b|\bright to terminate this agreement (?:at any time )?(?:with|upon|on|by) notice\b|\b(?:upon|with) (?:\w+ )?(?:prior )?(?:written )?notice (?:thereof )?to\b|\bright to terminate this agreement (?:with|upon|on|by) (?:\w+ )?(?:prior )?(?:written )?notice\b|\b(?:upon|by|on)\b[^.]{0,20}?\b(?:giving |providing )?[^.]{0,40}\b(?:days?|months?)'?s?'? (?:prior )?(?:written )?(?:prior )?notice\b"
    );
    let right = rx!(
        r"\buntil (?:it is |such time as it is )?terminated by either party\b|\b(?:may|right to|entitled to|option to|able to|ability to|reserves)\b[^.]{0,90}?\b(?:terminate[ds]?|cancel(?:led)?)\b|\b(?:may be|be) (?:terminated|cancelled)\b|\bno right to (?:terminate|cancel)"
    );
    // "may be terminated: … (d) By either party upon sixty days' notice".
    let by_either = rx!(r"^\W*(?:\w{1,4}\W+)?by (?:either|any|each) (?:party|of the parties)\b");
    let may_end = rx!(r"\b(?:may|can) (?:also |only )?be (?:terminated|cancelled)\b");
    let listed = || by_either.find(s.lower).filter(|_| s.has_lead(may_end));
    let own = right.find(s.lower);
    let Some(hit) = own.or_else(listed) else {
        return;
    };
    // "for Efficacy Reasons upon ninety days' notice": a reason is asked for.
    let reason = rx!(r"\bfor (?:(?:the|its|their|such|certain) )?(\w+) (?:\w+ )?reasons?\b");
    let is_any = |word: &str| ["any", "no", "whatever", "or", "convenience"].contains(&word);
    if reason
        .captures_iter(s.lower)
        .any(|said| said.get(1).is_some_and(|word| !is_any(word.as_str())))
    {
        return;
    }
    // "if, for any reason, a provision is determined to be invalid … we may terminate".
    let stray = rx!(r"\b(?:if|where|when),? for any reason\b").find(s.lower);
    let convenience = rx!(
        r"\bfor (?:its |\w+ )?convenience\b|\bwithout cause\b|\bwith or without cause\b|\bfor any reason|\bfor no reason"
    )
    .find_iter(s.lower)
    .any(|said| stray.is_none_or(|stray| said.end() > stray.end()));
    let none = s.has(rx!(r"\bno right to (?:terminate|cancel)|\bmay not (?:terminate|cancel)|\bnot (?:be )?entitled to (?:terminate|cancel)"));
    let caused = rx!(
        r"\bbreach|\bdefault|\binsolven|\bbankrupt|\bif (?:the|any|such|either|a|an|it|there|these|those|you|we)\b|\bin the event\b|\bin case\b|\bfail|\bcause\b|\bupon the occurrence|\bliquidat|\bforce majeure|\bnon-payment|\bviolat|\bchange (?:of|in) control|\bafter (?:the )?(?:expiration|such)|\bwhere\b|\bshould\b|\bdetermines? that\b|\brenewal\b|\bdispute|\binfring|\bacqui"
    );
    if !none && !s.has(freely)
        || !convenience && !none && (s.has(caused) || own.is_some() && caused.is_match(s.lead_in))
    {
        return;
    }
    if s.has(rx!(
        r"\bterminate (?:the |his |her )?(?:employment|employee|access|account)"
    )) {
        return;
    }
    let at = verb
        .find_at(s.lower, hit.start())
        .map_or(hit.end(), |m| m.start());
    let who = if own.is_some() {
        s.subject(at)
    } else {
        Side::Both
    };
    let mut clause = s.clause(
        ClauseKind::TerminationForConvenience,
        who,
        own.is_some() && s.negated(at, at + 9),
        if convenience { 0.9 } else { 0.65 },
    );
    if let Some(notice) = s
        .lower
        .find("notice")
        .and_then(|at| s.duration_near(at, |d| d.days() <= 800.0))
    {
        clause.facts.push(s.duration_fact("notice", &notice));
    }
    clauses.push(clause);
}

/// Termination for breach and the time to put it right.
pub(super) fn read_cause(s: &Sentence, clauses: &mut Vec<Clause>) {
    let cures = rx!(r"\b(?:cure[ds]?|curing|remed(?:y|ied|ies)|rectif\w+|correct(?:ed)?)\b");
    let breach = rx!(r"\bbreach|\bdefault|\bfail");
    let ends = rx!(r"\bterminat|\bcancel");
    let ending = rx!(
        r"\b(?:may|right to|entitled to)\b[^.]{0,120}?\bterminat\w*[^.]{0,200}?\b(?:material(?:ly)? breach|breach|default)"
    );
    let Some(cure) = cures.find(s.lower) else {
        if s.has(ending) {
            let at = s.lower.find("terminat").unwrap_or(0);
            clauses.push(s.clause(ClauseKind::TerminationForCause, s.subject(at), false, 0.6));
        }
        return;
    };
    let about_ending = [s.lower, s.heading, s.paragraph, s.lead_in];
    if !s.has(breach) || !about_ending.iter().any(|text| ends.is_match(text)) {
        return;
    }
    if s.has(rx!(
        r"\bsole (?:and exclusive )?remed|\bexclusive remed|\bwarrant"
    )) {
        return;
    }
    // A failure to pay has often a time of its own, and "within a reasonable time" is none in days.
    let of_payment = |d: &&Found<Duration>| {
        let for_it = rx!(
            r"^[^.;,]{0,8}\bfor (?:any )?(?:failures?|non-?payment|breach\w*)\b[^.;]{0,40}\b(?:pay\w*|remit)\b"
        );
        let of_it = rx!(r"\b(?:pay(?:ment)?|monetary)\b[^.;)]{0,40}$");
        let brief = rx!(r"\b(?:or|except)\b[^.;)]{0,90}$");
        let head = s.lower.get(..d.start).unwrap_or("");
        s.lower
            .get(d.end..)
            .is_some_and(|tail| for_it.is_match(tail))
            || of_it.is_match(head) && brief.is_match(head)
    };
    let reasonable = rx!(r"\bwithin a (?:commercially )?reasonable (?:time|period)\b");
    let all: Vec<&Found<Duration>> = s.durations().iter().collect();
    let general: Vec<&Found<Duration>> = all.iter().copied().filter(|d| !of_payment(d)).collect();
    let found = if general.is_empty() { all } else { general };
    let mut clause = s.clause(
        ClauseKind::TerminationForCause,
        s.subject(cure.start()),
        false,
        0.75,
    );
    for duration in found.iter().copied() {
        let near = s
            .mentions
            .iter()
            .filter(|m| m.end <= duration.start && duration.start - m.end < 24)
            .map(|m| m.side)
            .next_back();
        let by = s.lower.get(..duration.start).is_some_and(|head| {
            rx!(r"\bby\s+(?:the\s+)?\S+(?:\s\S+)?\s+(?:within|for|of|in)?\s*$").is_match(head)
        });
        match near.filter(|_| by) {
            Some(Side::Ours) => clause.facts.push(s.duration_fact("cure_ours", duration)),
            Some(Side::Theirs) => clause.facts.push(s.duration_fact("cure_theirs", duration)),
            _ => {}
        }
    }
    let nearest = found
        .iter()
        .filter(|d| d.value.days() <= 200.0)
        .min_by_key(|d| d.start.abs_diff(cure.end()));
    if clause.facts.is_empty()
        && !s.has(reasonable)
        && let Some(best) = nearest
    {
        clause.facts.push(s.duration_fact("cure", best));
    }
    clauses.push(clause);
}

/// The other side may stop performing.
pub(super) fn read_suspension(s: &Sentence, clauses: &mut Vec<Clause>) {
    let verb = rx!(
        r"\b(?:suspend(?:ed|s)?|suspension of|interrupt)\b|\b(?:withhold|block|disable|deactivate|cease to (?:provide|perform|supply)|refuse to (?:provide|perform|supply)|stop|halt|discontinue|cut off|shut (?:off|down)|restrict|put)\b[^.;]{0,40}?\b(?:services?|access|accounts?|performance|platform|on hold)\b|\b(?:services?|access|accounts?)\b[^.;]{0,40}?\b(?:may|can|shall|will) (?:not )?be (?:blocked|withheld|disabled|halted|discontinued|stopped|cut off|restricted)\b"
    );
    let what = rx!(
        r"\bservices?\b|\baccess\b|\bperformance\b|\bdeliver|\bshipment|\buse\b|\baccount|\blicen[cs]e|\bwork\b|\bsupport\b"
    );
    let Some(hit) = verb.find(s.lower).filter(|_| s.has(what)) else {
        return;
    };
    if s.has(rx!(r"\bforce majeure|\breasonable control|\bclinical|\btrading\b|\bsuspend(?:ed)? (?:payment|its payment|the payment)|\bpermit|\bregulat|\bcan be suspended\b")) {
        return;
    }
    let allowed = rx!(
        r"\b(?:may|right to|entitled|allowed to|permitted to|reserves|shall|will|can)\b[^.]{0,120}?\b(?:suspend|interrupt|withhold|withheld|block|disable|deactivate|cease|stop|halt|discontinue|refuse|put|cut|shut|restrict)|\bsuspension of\b[^.]{0,80}?\bmay\b"
    );
    if !s.has(allowed) {
        return;
    }
    // Other words for it are other things too: what may be stopped is surely meant only at will.
    let named = rx!(r"^(?:suspen|interrupt)").is_match(hit.as_str());
    let by = rx!(r"^suspension of\b[^.;]{0,60}\bby (?:the )?")
        .find(s.lower.get(hit.start()..).unwrap_or(""))
        .map(|by| hit.start() + by.end());
    let agent = by.and_then(|at| s.mentions.iter().find(|m| m.start == at));
    let mut clause = s.clause(
        ClauseKind::Suspension,
        agent.map_or_else(|| s.subject(hit.start()), |m| m.side),
        s.negated(hit.start(), hit.end()),
        if named { 0.8 } else { 0.6 },
    );
    clause.facts = s.flags(&[
        ("no_notice", rx!(r"\bwithout (?:any |prior |further |advance |giving )*(?:notice|warning)|\bwith(?:out)? immediate effect|\bwithout delay|\bwith or without notice|\bimmediately\b[^.]{0,30}(?:suspend|and)|\bsuspend[^.]{0,80}\bimmediately\b")),
        ("discretion", rx!(r"\bdiscretion\b|\bfor any reason\b|\b(?:considers?|deems?|thinks?) (?:it |this |that )?(?:appropriate|fit|proper|necessary)|\bsees? fit\b|\bat its (?:sole |own )?option\b")),
        ("disputed", rx!(r"\bwhether or not disputed|\bincluding disputed|\bregardless of (?:any )?dispute|\beven (?:if|though|where|when)\b[^.;]{0,40}\bdisput")),
    ]);
    if let Some(notice) = s
        .lower
        .find("notice")
        .and_then(|at| s.duration_near(at, |d| d.days() <= 120.0))
    {
        clause.facts.push(s.duration_fact("notice", &notice));
    }
    clauses.push(clause);
}

/// What leaving early costs.
pub(super) fn read_exit_fee(s: &Sentence, clauses: &mut Vec<Clause>) {
    let named = rx!(
        r"\b(?:early[- ])?(?:termination|cancellation|exit|break) (?:fee|charge|penalt|payment)\w*|\bliquidated damages\b|\bbreak[- ]?up fee"
    );
    let remaining = rx!(r"\b(?:remaining|remainder|balance|unexpired|unpaid)\b");
    let pays = rx!(r"\b(?:shall|will|must|agrees? to)\b[^.]{0,60}?\b(?:pay|be liable|owe)\b");
    // "may elect to continue this Agreement and pay less, as liquidated damages" is no price of leaving.
    if s.has(rx!(
        r"\belect to continue (?:this|the) (?:agreement|contract)\b"
    )) {
        return;
    }
    let is_named = s.has(named);
    let ends = s.has(rx!(r"\bterminat\w*|\bcancel\w*|\bends before"));
    let owed = rx!(r"\bfees?\b|\bcharges?\b|\bpayments?\b[^.]{0,60}\bterm\b");
    let by_effect = ends && s.has(pays) && s.has(remaining) && s.has(owed);
    if !is_named && !by_effect {
        return;
    }
    let at = pays
        .find(s.lower)
        .map(|m| m.end())
        .or_else(|| named.find(s.lower).map(|m| m.start()))
        .unwrap_or(0);
    let none = rx!(
        r"\bno (?:early |such )?(?:termination|cancellation|exit|break)[^.]{0,80}(?:fee|charge|penalt|payable)|\bwithout (?:any )?(?:termination|cancellation)? ?(?:fee|charge|penalty|liability)"
    );
    let mut clause = s.clause(
        ClauseKind::LiquidatedDamages,
        s.subject(at),
        s.has(none) || s.negated(at, at + 1),
        if is_named { 0.8 } else { 0.6 },
    );
    if is_named && s.has(rx!(r"\bliquidated damages\b")) && !ends {
        clause.facts.push(s.flag("liquidated"));
    } else {
        clause.facts.push(s.flag("exit"));
    }
    if s.has(remaining) && s.has(pays) {
        clause.facts.push(s.flag("remaining_fees"));
    }
    if let Some(share) = s.percentages().first() {
        clause
            .facts
            .push(s.fact("fee", share.value.fact(), share.start, share.end));
    }
    if let Some(amount) = s.amounts().first() {
        clause
            .facts
            .push(s.fact("fee_amount", amount.value.fact(), amount.start, amount.end));
    }
    clauses.push(clause);
}

/// Help with moving away at the end.
pub(super) fn read_transition(s: &Sentence, clauses: &mut Vec<Clause>) {
    let help = rx!(
        r"\b(?:transition(?:al|ing)?|migrat\w+|termination|exit|disengagement|wind-?down|phase-?out)\b[^.]{0,60}?\b(?:assist\w*|services?|support|period|plan|cooperat\w*)\b|\b(?:assist\w*|cooperat\w*)\b[^.]{0,80}?\b(?:transition|migrat|transfer of the services|orderly)"
    );
    let ends = rx!(r"\b(?:terminat|expir|ends?\b|wind)");
    let Some(hit) = help.find(s.lower).filter(|_| s.has(ends)) else {
        return;
    };
    let duty = rx!(r"\b(?:shall|will|agrees?|must|has|have|may|undertakes?|is|no obligation)\b");
    if !s.has(duty) || s.has(rx!(r"^[^.]{0,40}\bmeans\b")) {
        return;
    }
    let verb = rx!(
        r"\b(?:provide|assist|cooperate|offer|perform|continue|render|furnish|make available)\w*"
    )
    .find(s.lower)
    .map_or(hit.start(), |m| m.start());
    let mut clause = s.clause(
        ClauseKind::PostTerminationServices,
        s.subject(verb),
        s.negated(verb, verb + 1),
        0.75,
    );
    clause.facts = s.flags(&[(
        "then_current_rates",
        rx!(r"\bthen[- ]current\b[^.]{0,40}\b(?:rates?|prices?|fees?|charges?)"),
    )]);
    if let Some(period) = s.duration_near(hit.start(), |d| d.days() >= 5.0) {
        clause.facts.push(s.duration_fact("period", &period));
    }
    clauses.push(clause);
}
