//! Data: protection, breaches, return, use; confidentiality and feedback.

use countersign_contracts::clause::{Clause, ClauseKind, Fact, FactValue, Side, TimeUnit};

use crate::pattern::rx;
use crate::reader::Sentence;

/// Terms on the processing of personal data.
pub(super) fn read_data_protection(s: &Sentence, clauses: &mut Vec<Clause>) {
    let words = rx!(
        r"\bpersonal (?:data|information)\b|\bdata processing (?:agreement|addendum|terms)\b|\bgdpr\b|\bdata protection\b|\bsub-?processors?\b|\bpersonally identifiable|\bdata subjects?\b|\btechnical and organi[sz]ational\b"
    );
    let Some(hit) = words.find(s.lower) else {
        return;
    };
    let terms = rx!(
        r"\bdata processing (?:agreement|addendum|terms)\b|\bas a (?:data )?processor\b|\bdocumented instructions\b|\barticle 28\b|\bstandard contractual clauses\b|\b(?:shall|will|must|agrees? to)\b[^.]{0,100}\b(?:process|protect|safeguard|comply|adhere|abide)\w*\b[^.]{0,160}\b(?:personal (?:data|information)|personally identifiable|data protection|privacy|gdpr|data subject)|\bprocess(?:es|ing)?\b[^.]{0,60}\bpersonal (?:data|information)\b[^.]{0,120}\b(?:only|instructions|in accordance|compliance)|\bpersonal (?:data|information)\b[^.]{0,80}\b(?:shall|will|must|only)\b[^.]{0,60}\b(?:process|protect|be (?:used|kept|held))"
    );
    let verb = rx!(
        r"\b(?:process|protect|safeguard|comply|use|collect|implement|maintain|responsible)\w*"
    )
    .find(s.lower)
    .map_or(hit.start(), |m| m.start());
    let bound = s.subject(verb);
    let has_terms = s.has(terms);
    let mut clause = s.clause(
        ClauseKind::DataProtection,
        bound,
        false,
        if has_terms { 0.75 } else { 0.5 },
    );
    if has_terms {
        clause.facts.push(s.flag("terms"));
    }
    clause.facts.extend(s.flags(&[(
        "all_on_us",
        rx!(r"\b(?:solely|sole|entirely|exclusively)\b[^.]{0,30}\bresponsib"),
    )]));
    clause.facts.extend(s.flags(&[
        ("instructions", rx!(r"\b(?:documented|written|lawful|controller's|customer's)(?: (?:and|written|documented|lawful|reasonable))* instructions\b|\b(?:only|in accordance with|on)\b[^.]{0,60}\binstructions\b[^.]{0,40}\b(?:controller|customer|client|company)")),
        ("persons_bound", rx!(r"\b(?:persons?|personnel|employees|staff|individuals|anyone)\b[^.]{0,160}\b(?:confidential|secrecy)")),
        ("security", rx!(r"\btechnical(?:,| and| or)\b[^.]{0,40}\borgani[sz]ational\b[^.]{0,60}\b(?:measures|safeguards)|\bsecurity measures\b")),
        ("subprocessors", rx!(r"\bsub-?processors?\b[^.]{0,200}\b(?:authori[sz]|consent|approv|notif|inform|object|engage|list)|\b(?:authori[sz]|consent|approv|notif|inform|object|engag)\w*\b[^.]{0,200}\bsub-?processors?\b|\bengage another processor")),
        ("rights", rx!(r"\b(?:assist|help|cooperat|co-operat|support|respon[ds])\w*\b[^.]{0,200}\bdata subjects?\b|\bdata subjects?\b[^.]{0,200}\b(?:assist|help|cooperat|support|forward|redirect)")),
        ("assistance", rx!(r"\b(?:assist|help|cooperat|co-operat|support|provide)\w*\b[^.]{0,240}\b(?:impact assessments?|prior consultation|articles? 32|supervisory authorit)")),
    ]));
    if s.lower.contains("processor")
        && let Some(notice) = s.duration_near(hit.start(), |d| d.days() <= 120.0)
    {
        clause.facts.push(s.duration_fact("notice", &notice));
    }
    clauses.push(clause);
}

/// How soon a security incident is told.
pub(super) fn read_breach_notice(s: &Sentence, clauses: &mut Vec<Clause>) {
    let event = rx!(
        r"\b(?:security|data|privacy|personal data) (?:breach|incident)|\bunauthori[sz]ed (?:access|use|disclosure|acquisition)|\bbreach of (?:security|personal data|the security)|\bcyber\w* (?:attack|incident|event)|\bsecurity (?:event|violation|compromise)|\b(?:data|information) (?:is|has been|are|have been) (?:compromised|accessed|lost|stolen)"
    );
    let tells = rx!(
        r"\b(?:shall|will|must|agrees? to)\b[^.]{0,80}?\b(?:notif(?:y|ies)|inform|report|advise|tell|alert|disclose|(?:give|provide|send)\b[^.]{0,30}?\bnotice)\b|\bhas\b[^.]{0,100}?\bto (?:notify|inform|tell)\b|\bneed(?:s)? (?:only )?(?:to )?(?:notify|inform|tell)\b|\b(?:shall|will|must)\b[^.]{0,20}?\bbe (?:notified|reported|disclosed|communicated|told|informed|alerted|advised)\b|\b(?:shall|will|must)\b[^.]{0,20}?\b(?:let\b[^.]{0,30}?\bknow|bring\b[^.]{0,60}?\battention)\b|\bnotices? of\b[^.]{0,80}?\b(?:shall|will|must) be (?:given|sent|provided)\b"
    );
    let (Some(_), Some(verb)) = (event.find(s.lower), tells.find(s.lower)) else {
        return;
    };
    let bound = teller(s, verb.start(), verb.end());
    let mut clause = s.clause(
        ClauseKind::BreachNotice,
        bound,
        s.negated(verb.end().saturating_sub(4), verb.end()),
        0.75,
    );
    let limit = s.duration_near(verb.end(), |d| {
        matches!(
            d.unit,
            TimeUnit::Hour
                | TimeUnit::Day
                | TimeUnit::BusinessDay
                | TimeUnit::Week
                | TimeUnit::Month
        ) && d.days() <= 90.0
    });
    match limit {
        Some(limit) => clause.facts.push(s.duration_fact("notice", &limit)),
        None if s.has(rx!(r"\b(?:not|no) later than\b|\bwithin the\b")) => {}
        None => clause.facts.push(s.flag("no_limit")),
    }
    clause.facts.extend(s.flags(&[
        ("vague", rx!(r"\bwhen(?:ever)? (?:it|\w+) (?:considers?|deems?|thinks?)|\bas it (?:sees|thinks) fit|\breasonable (?:time|period)|\b(?:as soon as|when|where) (?:(?:reasonably|commercially) )?(?:practicable|practical|possible|feasible)|\bin a timely manner|\bafter it has completed|\bits own investigation|\bin due course")),
        ("prompt", rx!(r"\bprompt(?:ly)?\b|\bimmediate(?:ly)?\b|\bwithout (?:undue|unreasonable) delay|\bforthwith")),
    ]));
    clauses.push(clause);
}

/// Who tells of an incident: of "shall be reported by Supplier to Customer" it is Supplier, of "notice
/// shall be given to Customer" the other side; else the verb's subject.
fn teller(s: &Sentence, start: usize, end: usize) -> Side {
    let tail = s.lower.get(end..).unwrap_or("");
    let after = |pattern: &regex::Regex| {
        let at = end + pattern.find(tail)?.end();
        s.mentions.iter().find(|m| m.start == at).map(|m| m.side)
    };
    let passive = s.lower.get(..end).is_some_and(|head| {
        rx!(r"\bbe (?:notified|reported|disclosed|communicated|told|informed|alerted|advised|given|sent|provided)$")
            .is_match(head)
    });
    if !passive {
        // "shall provide Customer with notice": the subject stands before the giving.
        let gives = rx!(r"\b(?:give|provide|send|let|bring)\b").find_at(s.lower, start);
        let at = gives
            .filter(|m| m.end() < end)
            .map_or(end - 1, |m| m.start());
        return s.subject(at.saturating_sub(1));
    }
    let by = after(rx!(r"^[^.;]{0,40}?\bby (?:the )?"));
    let to = after(rx!(r"^[^.;]{0,30}?\bto (?:the )?"));
    match (by, to) {
        (Some(side), _) => side,
        (None, Some(Side::Ours)) => Side::Theirs,
        (None, Some(Side::Theirs)) => Side::Ours,
        _ => s.subject(end.saturating_sub(1)),
    }
}

const OUR_DATA: &str = r"\b(?:customer|client|licensee|subscriber|buyer|purchaser|user|your|company)(?:'s)? (?:data|content|information|materials)\b|\b(?:customer|client|licensee|subscriber|buyer|purchaser|company)'s (?:confidential |personal |business )?(?:data|information|content)\b";

/// What happens to the data at the end.
pub(super) fn read_data_return(s: &Sentence, clauses: &mut Vec<Clause>) {
    let data = rx!(&format!(r"{OUR_DATA}|\bpersonal data\b|\ball data\b"));
    let ends = rx!(
        r"\b(?:terminat|expir|agreement ends|end of (?:the|this)|request|cessation|completion)"
    );
    let acts = rx!(
        r"\b(?:return|deliver|export|retriev|delet|destroy|eras|extract|make available|download|obtain a copy|retain)\w*"
    );
    let (Some(_), Some(act)) = (data.find(s.lower), acts.find(s.lower)) else {
        return;
    };
    if !s.has(ends) && !ends.is_match(s.paragraph) {
        return;
    }
    let gives = rx!(
        r"\b(?:return|deliver|export|retriev|extract|make available|download|obtain a copy)\w*"
    )
    .find(s.lower);
    let refused = s.has(rx!(
        r"\bno obligation\b[^.]{0,60}\b(?:retain|return|keep|store|maintain|provide)"
    ));
    let negated = refused || gives.is_some_and(|m| s.negated(m.start(), m.end()));
    let at = gives.map_or(act.start(), |m| m.start());
    let mut clause = s.clause(ClauseKind::DataReturn, s.subject(at), negated, 0.75);
    if gives.is_some() && !negated {
        clause.facts.push(s.flag("returned"));
    }
    let deletes = rx!(r"\bmay\b[^.]{0,60}\b(?:delete|destroy|erase|purge)\w*");
    if s.has(deletes)
        && !s.has(rx!(r"\bmay not\b"))
        && s.has(rx!(r"\bimmediately\b|\bat any time\b|\bwithout notice"))
    {
        clause.facts.push(s.flag("deleted_at_once"));
    }
    if let Some(window) = s.duration_near(at, |d| d.days() <= 400.0) {
        clause.facts.push(s.duration_fact("window", &window));
    }
    clauses.push(clause);
}

/// What else the supplier does with the data.
pub(super) fn read_data_use(s: &Sentence, clauses: &mut Vec<Clause>) {
    let data = rx!(&format!(
        r"{OUR_DATA}|\busage data\b|\baggregat\w* (?:data|information|statistic)|\banonymi[sz]ed (?:data|information)|\bde-?identified (?:data|information)"
    ));
    let uses = rx!(
        r"\b(?:use|uses|used|using|copy|modify|analy[sz]e|exploit|feed|mine|processed|licen[cs]es|license|train|aggregate|collect|compile|create|distribute|share|sell|process)\b"
    );
    let (Some(_), Some(first)) = (data.find(s.lower), uses.find(s.lower)) else {
        return;
    };
    let allowed = rx!(
        r"\b(?:may|shall|will|can|grants?|right to|licen[cs]e|entitled|must|agrees?|permits?|permitted|allows?|allowed|authori[sz]es?|authori[sz]ed|consents?|reserves|free to)\b"
    );
    let training =
        rx!(r"\b(?:train\w*|machine[- ]learning|artificial intelligence)\b|\bai models?\b");
    let improving = rx!(
        r"\b(?:improv(?:e|es|ing|ement|ements)|enhanc(?:e|es|ing|ement)|develop(?:s|ed|ing|ment)?\b|benchmark\w*|analytics|research|market(?:ing)?|commerciali[sz]\w+|own (?:\w+ )?(?:products|business|purposes)\b)"
    );
    if !s.has(allowed)
        || !(s.has(training)
            || s.has(improving)
            || s.has(rx!(
                r"\bonly to provide|\bsolely (?:to|for)|\bperpetual|\birrevocable|\bany purpose"
            )))
    {
        return;
    }
    if s.has(rx!(r"\btraining (?:services|session|materials|course)|\bconfidential information\b[^.]{0,80}\bsolely")) {
        return;
    }
    let grant = rx!(
        r"\b(?:grants?|licen[cs]es|(?:allows?|permits?|authori[sz]es?)\b[^.;]{0,24}?\bto (?:use|process|analy[sz]e|exploit|train)|consents? to (?:the |any )?(?:use|processing|analysis|exploitation))\b"
    )
    .find(s.lower);
    // "may be processed by Supplier": the one that uses stands behind.
    let used_by =
        rx!(r"\bmay (?:not )?be (?:used|processed|analy[sz]ed|exploited|copied) by (?:the )?")
            .find(s.lower)
            .and_then(|by| s.mentions.iter().find(|m| m.start == by.end()));
    // "Customer grants Supplier a licence": the one that uses is the other side.
    let bound = match (grant, used_by) {
        (_, Some(user)) => user.side,
        (Some(grant), None) => match s.subject(grant.start()) {
            Side::Ours => Side::Theirs,
            Side::Theirs => Side::Ours,
            other => other,
        },
        (None, None) => match s.subject(first.start()) {
            // "may serve to train Supplier's models": whoever owns what it serves.
            Side::Unknown => s
                .mentions
                .iter()
                .rfind(|m| m.possessive && m.start > first.start())
                .map_or(Side::Unknown, |m| m.side),
            side => side,
        },
    };
    let negated = match grant {
        Some(grant) => s.negated(grant.start(), grant.end()),
        None => s.negated(first.start(), first.end()),
    };
    let mut clause = s.clause(ClauseKind::DataUse, bound, negated, 0.75);
    clause.facts = s.flags(&[
        ("training", training),
        ("own_products", rx!(r"\bproduct (?:development|improvement)|\b(?:develop|improve|enhance|create|improving|developing)\w*\b[^.]{0,80}\b(?:products?|services?|offerings?|software|technolog|models?)|\bany purpose|\bany other purpose|\bown (?:\w+ )?purposes|\bown benefit|\bcommerciali[sz]")),
        ("perpetual", rx!(r"\bperpetual|\birrevocable|\bsurviv")),
        ("only_for_us", rx!(r"\bonly to (?:provide|perform)|\bsolely (?:to|for the purpose of) (?:provid|perform)|\bonly for the purpose of (?:provid|perform)")),
        ("aggregated", rx!(r"\baggregat|\banonymi|\bde-?identif")),
    ]);
    // Logs and statistics about the use of a service are not the buyer's own data.
    if !s.has(rx!(OUR_DATA)) {
        clause.facts.push(s.flag("aggregated"));
    }
    clauses.push(clause);
}

/// A licence on suggestions.
pub(super) fn read_feedback(s: &Sentence, clauses: &mut Vec<Clause>) {
    let words = rx!(
        r"\bfeedback\b|\bsuggestions?\b[^.]{0,80}\b(?:improve|enhance|licen|use)|\b(?:licen[cs]e|use)\b[^.]{0,80}\bsuggestions?"
    );
    let about = rx!(r"\blicen[cs]e|\buse\b|\bown|\bassign|\bexploit|\bincorporate");
    let Some(hit) = words.find(s.lower).filter(|_| s.has(about)) else {
        return;
    };
    let verb = rx!(r"\b(?:grants?|assigns?|use|own|give|include)\w*")
        .find(s.lower)
        .map_or(hit.start(), |m| m.start());
    let negated = s.negated(verb, verb + 4);
    let mut clause = s.clause(ClauseKind::Feedback, s.subject(verb), negated, 0.7);
    clause.facts = s.flags(&[
        ("perpetual", rx!(r"\bperpetual|\birrevocable")),
        (
            "confidential_too",
            rx!(r"\bincluding\b[^.]{0,60}\bconfidential|\bconfidential information contained"),
        ),
    ]);
    clauses.push(clause);
}

/// Who keeps whose secrets, and for how long.
pub(super) fn read_confidentiality(s: &Sentence, clauses: &mut Vec<Clause>) {
    let duty = rx!(
        r"\b(?:shall|will|must|agrees? (?:to|that it will)|undertakes? to|may not)\b[^.]{0,140}?\b(?:keep|hold|maintain|treat|protect|disclose|use|safeguard|preserve)\b[^.]{0,140}?\b(?:confiden|secret)|\bconfidential information\b[^.]{0,120}?\b(?:shall|will|must) (?:not )?(?:be )?(?:disclos|kept|held|remain|use)|\b(?:obligations?|provisions|duties|duty|undertakings?)\b[^.]{0,100}?\bconfiden\w*[^.]{0,160}?\b(?:surviv|remain|continue|for a (?:period|term))|\b(?:confidential\w*|section|article)\b[^.]{0,100}?\b(?:surviv\w*|remain\w*|continue\w*)\b[^.]{0,80}?\b(?:years?|months?)\b"
    );
    let Some(hit) = duty.find(s.lower) else {
        // Under its own heading even words that no pattern knows are something on confidentiality.
        if s.heading.contains("confiden") || s.has(rx!(r"\bbound by\b[^.]{0,60}\bconfiden")) {
            clauses.push(s.clause(ClauseKind::Confidentiality, Side::Both, false, 0.45));
        }
        return;
    };
    if s.has(rx!(
        r"\bconfidential treatment\b[^.]{0,60}\b(?:request|commission|omitted)|\barbitrat"
    )) {
        return;
    }
    let verb = rx!(r"\b(?:keep|hold|maintain|treat|protect|disclose|use|safeguard|preserve|surviv|remain|continue)\w*").find_at(s.lower, hit.start()).map_or(hit.start(), |m| m.start());
    let mut clause = s.clause(ClauseKind::Confidentiality, s.subject(verb), false, 0.7);
    if let Some(period) = confidentiality_period(s) {
        clause.facts.push(period);
    }
    clause.facts.extend(s.flags(&[
        (
            "lasting",
            rx!(r"\btrade secrets?\b|\bindefinite|\bperpetu|\bas long as|\bso long as"),
        ),
        (
            "after_end",
            rx!(r"\bduring the term\b[^.;]{0,60}\band for\b|\bthereafter\b|\b(?:after|following) (?:the |any |its )?(?:termination|expiration|expiry|end)\b"),
        ),
    ]));
    clauses.push(clause);
}

fn confidentiality_period(s: &Sentence) -> Option<Fact> {
    let near = rx!(r"\b(?:after|following|for|from|period|thereafter|term)\b");
    let found = s
        .durations()
        .iter()
        .filter(|d| {
            matches!(d.value.unit, TimeUnit::Year | TimeUnit::Month) && d.value.value < 100.0
        })
        .find(|d| {
            let from = d.start.saturating_sub(60);
            s.lower
                .get(from..(d.end + 40).min(s.lower.len()))
                .is_none_or(|w| near.is_match(w))
        })?;
    let value = FactValue::Duration {
        value: found.value.value,
        unit: found.value.unit,
    };
    Some(s.fact("period", value, found.start, found.end))
}
