//! Dates, the initial term, renewal and the notice against it.

use countersign_contracts::clause::{Clause, ClauseKind, Fact, FactValue, Side, TimeUnit};
use countersign_contracts::document::Span;

use crate::dates::date_fact;
use crate::numbers::{Duration, find_durations};
use crate::pattern::{fold, rx};
use crate::reader::Sentence;
use crate::sides::auxiliary_before;

/// Dates of the agreement itself stand within this many bytes.
const HEAD: usize = 9000;

fn is_long(duration: &Duration) -> bool {
    matches!(duration.unit, TimeUnit::Month | TimeUnit::Year)
}

/// "shall automatically renew for successive periods of twenty-four months".
pub(super) fn read_renewal(s: &Sentence, clauses: &mut Vec<Clause>) {
    let renews = rx!(
        r"\b(?:automatic\w*|successive|evergreen)\b[^.]{0,100}?\b(?:renew\w*|exten(?:d|ds|ded|sions?))\b|\b(?:renew(?:s|ed|al)?|exten(?:d|ds|ded|sions?))\b[^.]{0,140}?\b(?:automatic\w*|successive|additional|further|for (?:a|one|another|an|up to)|year[- ]to[- ]year|month[- ]to[- ]month|by (?:mutual|a written|written))\b|\b(?:shall|will|may) (?:not )?(?:be )?(?:renew(?:ed|able)?|renewal)\b"
    );
    let about = rx!(r"\b(?:agreement|term|subscription|contract|order|period)\b");
    let Some(hit) = renews.find(s.lower).filter(|_| s.has(about)) else {
        return;
    };
    if s.has(rx!(r"\bextend(?:ed|s)? (?:to|beyond|the (?:benefit|time|deadline|date|warranty|delivery))|letters? of credit|insurance|time for performance|patent")) {
        return;
    }
    let verb = rx!(r"\brenew\w*|\bexten\w*")
        .find_at(s.lower, hit.start())
        .unwrap_or(hit);
    // "such period shall automatically be extended by ten days" extends no contract.
    let subject = rx!(
        r"\b(?:agreement|terms?|contract|subscription|order|attachment|lease|licen[cs]e|appointment|engagement)\b"
    );
    let reach = s
        .lower
        .get(hit.start().saturating_sub(160)..verb.end().max(hit.end()));
    if !reach.is_some_and(|words| subject.is_match(words)) {
        return;
    }
    let automatic = rx!(
        r"\bautomatic\w*|\bevergreen|\bunless (?:either|one|any|notice|\w+ (?:party )?(?:gives|notif|provid|deliver|elects))|\bunless (?:earlier |sooner )?terminated[^.]{0,80}notice|begins by itself|year[- ]to[- ]year|month[- ]to[- ]month"
    );
    let optional = rx!(
        r"\b(?:may|option|right|elect|entitled)\b[^.]{0,80}?\b(?:renew|extend)|\b(?:renew|exten)\w*[^.]{0,80}?\b(?:mutual|written agreement|agreement of the parties|agreed|option)\b"
    );
    let auxiliary = auxiliary_before(&s.auxiliaries, verb.start()).unwrap_or(0);
    let scope = auxiliary.max(verb.start().saturating_sub(60));
    let negated = crate::negation::is_negated(s.lower, scope, verb.end().max(hit.start()));
    let not_required = rx!(
        r"\b(?:not|no|nothing)\b[^.;]{0,60}?\b(?:require|oblig|permit|entitle|provide for)\w*\b"
    );
    let never =
        rx!(r"\b(?:in no event|under no circumstances|at no time)\b[^.,;]{0,80}?\b(?:renew|exten)");
    let negated = negated
        || s.has(never)
        || not_required
            .find(s.lower)
            .is_some_and(|m| m.end() <= verb.start());
    let mut clause = s.clause(ClauseKind::RenewalTerm, Side::Both, negated, 0.85);
    if s.has(automatic) {
        clause.facts.push(s.flag("automatic"));
    } else if s.has(optional) {
        clause.facts.push(s.flag("by_choice"));
        clause.bound = s.subject(verb.start());
    } else {
        clause.confidence = 0.6;
    }
    clause.facts.extend(s.flags(&[(
        "ended_by_notice",
        rx!(r"\bunless\b|\bnotice|\bnotif|\bnot to renew|\bcancel"),
    )]));
    if let Some(length) = renewal_length(s, verb.start()) {
        clause.facts.push(length);
    }
    clauses.push(clause);
}

fn renewal_length(s: &Sentence, verb: usize) -> Option<Fact> {
    let found = s.durations();
    let mut long = found.iter().filter(|d| is_long(&d.value));
    // A notice in months ("six months prior to") is no length of a renewal.
    let is_notice = |end: usize| {
        s.lower.get(end..(end + 40).min(s.lower.len())).is_some_and(|tail| {
            rx!(r"^s?'?\s*(?:\)\s*)?(?:prior|before|notice|written|in advance|advance|preceding)").is_match(tail)
        })
    };
    let after = long.clone().find(|d| d.start >= verb && !is_notice(d.end));
    let best = after.or_else(|| long.rfind(|d| !is_notice(d.end)));
    if let Some(best) = best {
        return Some(s.duration_fact("renewal", best));
    }
    let rolling = rx!(
        r"\b(?:year[- ]to[- ]year|annual(?:ly)?|yearly|one-year|month[- ]to[- ]month|monthly)\b"
    )
    .find(s.lower)?;
    let unit = if rolling.as_str().starts_with("month") {
        TimeUnit::Month
    } else {
        TimeUnit::Year
    };
    Some(s.fact(
        "renewal",
        FactValue::Duration { value: 1.0, unit },
        rolling.start(),
        rolling.end(),
    ))
}

/// "notice of non-renewal at least 120 days before the end".
pub(super) fn read_renewal_notice(s: &Sentence, clauses: &mut Vec<Clause>) {
    let notice = rx!(r"\bnotice\b|\bnotif\w+|\bin writing\b|\bintention\b|\belect");
    let renews = rx!(
        r"\brenew\w*|\bnon-?renewal|\bextend(?:ed|s)?\b|\bextension|\bmonth[- ]to[- ]month|\bcontinue\b[^.]{0,60}\buntil terminated"
    );
    if !s.has(notice) || !s.has(renews) || s.has(rx!(r"\binsurance|\bletter of credit")) {
        return;
    }
    let before = rx!(r"\b(?:prior|before|in advance|advance|preceding|notice)\b");
    let lead = s.durations().iter().find(|d| {
        let tail = s
            .lower
            .get(d.end..(d.end + 70).min(s.lower.len()))
            .unwrap_or("");
        d.value.days() <= 400.0
            && before.find(tail).is_some_and(|m| m.start() < 32)
            && !tail.trim_start().starts_with("after")
    });
    let Some(lead) = lead else { return };
    let automatic = s.has(rx!(r"\bautomatic|\bunless\b|\bnon-?renewal|\bnot to (?:renew|extend)|\bsuccessive|begins by itself"));
    let confidence = if automatic { 0.85 } else { 0.55 };
    let mut clause = s.clause(
        ClauseKind::NoticePeriodToTerminateRenewal,
        s.subject(lead.start),
        false,
        confidence,
    );
    clause.facts.push(s.duration_fact("notice", lead));
    clauses.push(clause);
}

/// How long the contract runs at first, or until when.
pub(super) fn read_initial_term(s: &Sentence, clauses: &mut Vec<Clause>) {
    let lengths = [
        "year",
        "month",
        "until",
        "expire",
        "perpetu",
        "indefinit",
        "for the",
        "end",
        "through",
        "terminate",
    ];
    if !lengths.iter().any(|word| s.lower.contains(word)) {
        return;
    }
    let about = rx!(
        r"\b(?:initial|original|committed|primary|minimum) (?:\w+ )?(?:term|period)\b|\bterm of (?:this|the) (?:agreement|contract|license)|\b(?:this|the) (?:\w+ ){0,3}(?:agreement|contract)\b[^.]{0,120}?\b(?:shall|will|is|starts?|commences?|continues?|remains?|expires?|begins?|takes?)\b|^\W*(?:\S+\s+)?(?:the |\W)?term\b|\bsubscription term\b|\beffective term\b|\bduration of (?:this|the) (?:agreement|contract)"
    );
    if !s.has(about) || s.has(rx!(r"\bsurviv|\bconfidential(?:ity)? (?:obligation|period)|\bwarrant|\bexercis|\bnon-?compet|\bduring the term\b[^.]{0,40}\band for")) {
        return;
    }
    let under = rx!(r"(?:^|/ )[^/]*\b(?:term|duration|period)\b[^/]*$").is_match(s.heading);
    let mut facts = Vec::new();
    if let Some(length) = stated_length(s).or_else(|| defined_length(s)) {
        facts.push(length);
    }
    let until = rx!(
        r"\b(?:until|through|expires?(?: on)?|ending(?: on)?|ends?(?: on)?|terminates?(?: on)?|thereafter until|to and including)\b[^.]{0,60}$"
    );
    if let Some(date) = s.dates().iter().find(|d| {
        s.lower
            .get(..d.start)
            .is_some_and(|head| until.is_match(&head[head.len().saturating_sub(80)..]))
    }) {
        facts.push(s.fact("date", date_fact(date.value), date.start, date.end));
    }
    let endless = rx!(
        r"\b(?:perpetual(?:ly)?|in perpetuity|indefinite(?:ly)?)\b|\bindefinite period|\b(?:continue|remain|effect)\b[^.]{0,60}\buntil (?:it is )?terminated"
    );
    if facts.is_empty() && s.has(endless) && !s.lower.contains("licen") {
        facts.push(s.flag("endless"));
    }
    if facts.is_empty() {
        return;
    }
    let strong = under
        || s.has(rx!(
            r"\binitial (?:\w+ )?term\b|\bterm of this agreement\b|\bcommitted term\b"
        ));
    let mut clause = s.clause(
        ClauseKind::ExpirationDate,
        Side::Both,
        false,
        if strong { 0.85 } else { 0.5 },
    );
    clause.facts = facts;
    clauses.push(clause);
}

fn stated_length(s: &Sentence) -> Option<Fact> {
    let renewing = rx!(r"\brenew|\bextend|\bsuccessive|\badditional|\bfurther period")
        .find(s.lower)
        .map(|m| m.start());
    let lead = rx!(
        r"(?:\bfor|\bof|\bterm is|\bterm shall be|\bperiod of|\bfor an?|\ban?|\bthe|\binitial|\bor|\bexpires?|\buntil the)[^.,;]{0,40}$"
    );
    let found = s.durations().iter().find(|d| {
        is_long(&d.value)
            && d.value.value < 100.0
            && renewing.is_none_or(|at| d.start < at || at < d.start.saturating_sub(220))
            && s.lower
                .get(..d.start)
                .is_some_and(|head| lead.is_match(head))
            && !s
                .lower
                .get(d.end..(d.end + 30).min(s.lower.len()))
                .is_some_and(|tail| {
                    rx!(r"^s?'?\s*(?:prior|before|notice|written|advance)").is_match(tail)
                })
    })?;
    Some(s.duration_fact("term", found))
}

/// "continues for the Committed Term": the length stands in the definition.
fn defined_length(s: &Sentence) -> Option<Fact> {
    let runs = rx!(r"\b(?:continues?|remain|runs?|effect|lasts?|in force)\b[^.]{0,60}?\bfor the\b");
    let hit = runs.find(s.lower)?;
    let printed = s.text.get(hit.end()..)?;
    let definition = s
        .profile
        .definitions
        .iter()
        .find(|d| printed.trim_start().starts_with(&d.term))?;
    let lower = fold(&definition.text);
    let found = find_durations(&lower)
        .into_iter()
        .find(|d| is_long(&d.value))?;
    let offset = definition.span.start as usize;
    Some(Fact {
        name: "term".to_owned(),
        value: found.value.fact(),
        span: Span::new(offset + found.start, offset + found.end),
    })
}

/// The day the agreement bears and the day it takes effect.
pub(super) fn read_dates(s: &Sentence, clauses: &mut Vec<Clause>) {
    let dates = s.dates();
    let Some(first) = dates.first() else { return };
    let before = rx!(
        r#"\beffective (?:date )?(?:as of|on|from|beginning)?\s*(?:the )?$|"effective date"[^.;]{0,60}$|\beffective date (?:is|of|shall be|means|:)[^.;]{0,40}$|\bcommencement date[^.;]{0,50}$|\bshall (?:become effective|commence|take effect)[^.;]{0,40}$|\bto be effective\s*$|\bmade effective[^.;]{0,12}$"#
    );
    let behind = rx!(r#"^[^.;\d]{0,45}"?effective date|^[^.;\d]{0,30}\(the effective date"#);
    let effective = dates.iter().find(|d| {
        s.lower
            .get(..d.start)
            .is_some_and(|head| before.is_match(head))
            || s.lower
                .get(d.end..)
                .is_some_and(|tail| behind.is_match(tail))
    });
    if let Some(date) = effective.filter(|_| s.start < HEAD || s.lower.contains("agreement")) {
        let sure = s.start < HEAD;
        let mut clause = s.clause(
            ClauseKind::EffectiveDate,
            Side::Both,
            false,
            if sure { 0.85 } else { 0.5 },
        );
        clause
            .facts
            .push(s.fact("date", date_fact(date.value), date.start, date.end));
        clauses.push(clause);
    }
    let made = rx!(r"\b(?:made|entered into|dated|executed|as of|is made|agreement)\b");
    if s.start < HEAD
        && s.lower
            .get(..first.start)
            .is_some_and(|head| made.is_match(head))
    {
        let mut clause = s.clause(ClauseKind::AgreementDate, Side::Both, false, 0.8);
        clause
            .facts
            .push(s.fact("date", date_fact(first.value), first.start, first.end));
        clauses.push(clause);
    }
}
