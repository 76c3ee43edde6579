//! Quality: warranties, disclaimers, remedies, service levels.

use countersign_contracts::clause::{Clause, ClauseKind, FactValue, Side, TimeUnit};

use super::liability::FAINT;
use crate::pattern::rx;
use crate::reader::Sentence;
use crate::sides::owner_before;

/// An express warranty, and how long it lasts.
pub(super) fn read_warranty(s: &Sentence, clauses: &mut Vec<Clause>) {
    let states = rx!(
        r"\b(?:represents? and warrants?|warrants? (?:and represents? )?(?:that|to|for|each|the)|warrants\b|warranty (?:period|term)|shall be warranted)"
    );
    // "warrants that:" leads into a list, whose items are what is warranted.
    let listed = states.is_match(s.lead_in);
    let hit = states.find(s.lower).map(|m| m.start());
    let Some(at) = hit.or(listed.then_some(0)) else {
        return;
    };
    if s.has(rx!(
        r"\bdisclaim|\bno (?:other )?warrant|\bmakes? no\b|\bdoes not warrant|\bnot warrant"
    )) {
        return;
    }
    let bound = match (hit, s.lead_in_subject) {
        (None, Some(leads)) => leads.side,
        _ => s.subject(at),
    };
    if bound != Side::Ours && s.has(rx!(r"\binfring|\bmisappropriat")) {
        clauses.push(s.clause(ClauseKind::IpIndemnity, bound, false, FAINT));
    }
    let about = rx!(
        r"\b(?:services?|software|products?|goods|deliverables?|equipment|system|work|platform|documentation|defects?|conform|workman|material)"
    );
    if !s.has(about) && !about.is_match(s.paragraph) {
        return;
    }
    let quality = s.has(rx!(
        r"\bdefect|\bconform|\bworkman|\bprofessional|\bskill|\bfree (?:from|of)|\bmaterially|\bsubstantially|\bwarranty period|\bspecifications?\b|\bperform(?:s|ed)? (?:the services|substantially|materially|in accordance)|\baccordance with"
    ));
    let mut warranty = s.clause(ClauseKind::Warranty, bound, false, 0.7);
    if quality {
        warranty.facts.push(s.flag("quality"));
    }
    clauses.push(warranty);
    let period = s.durations().iter().find(|d| {
        let head = s.lower.get(..d.start).unwrap_or("");
        matches!(
            d.value.unit,
            TimeUnit::Day | TimeUnit::Month | TimeUnit::Year
        ) && d.value.days() >= 14.0
            && rx!(r"\b(?:for|period of|within|of|during|is|term of|warranty)\b[^.]{0,50}$")
                .is_match(head)
    });
    let lasting = quality || s.has(rx!(r"\bperform"));
    if let Some(period) = period.filter(|_| lasting && !is_of_medium(s)) {
        let mut clause = s.clause(ClauseKind::WarrantyDuration, bound, false, 0.75);
        clause.facts.push(s.duration_fact("period", period));
        clauses.push(clause);
    }
}

/// Whether a warranty is of the disk alone: what that may not do wrong says nothing of the program on it.
pub(super) fn is_of_medium(s: &Sentence) -> bool {
    s.has(rx!(r"\b(?:media|medium|diskettes?|disks?|tapes?|cd-?roms?)\b[^.]{0,60}\b(?:on which|containing)\b|\b(?:physical|tangible) (?:media|medium)\b|\bthe (?:media|medium|diskettes?) (?:on|is|are|will|shall)\b"))
}

/// "AS IS", all warranties disclaimed.
pub(super) fn read_disclaimer(s: &Sentence, clauses: &mut Vec<Clause>) {
    let as_is = rx!(
        r#""as[- ]is[",]|\bas it stands\b|\bas[- ]is,? (?:basis|where[- ]is|without|condition|with all faults|(?:and|or) (?:"?as available|"?with all|without|where))|"as[- ]is\b"#
    );
    let disclaims = rx!(
        r"\bno (?:representations?|conditions?) (?:or|and|nor) warrant|\bhas (?:given|made) no warrant|\bwithout (?:any )?warrant(?:y|ies)\b|\bexcludes?\b[^.]{0,60}?\bwarrant|\bwarrant(?:y|ies)\b[^.]{0,60}?\b(?:are|is) (?:hereby )?excluded\b|\bdisclaims?\b[^.]{0,80}?\bwarrant|\bno (?:other )?(?:express(?:ed)? or implied )?(?:representations? or )?warrant|\b(?:makes?|gives?|provides?|offers?|extends?) no\b[^.]{0,80}?\bwarrant|\bexcludes?\b[^.]{0,40}?\b(?:all|any|every)\b[^.]{0,40}?\bwarrant|\bwarranties\b[^.]{0,160}?\b(?:excluded|disclaimed)|\bwithout (?:any )?(?:representation or )?warrant(?:y|ies) of any kind|\bin lieu of\b[^.]{0,80}?\bwarrant|\bwarrant\w*\b[^.]{0,120}?\bmerchantab"
    );
    let quoted = s.has(as_is) && s.has(rx!(r"\bprovided?\b|\bdelivered\b|\blicensed\b|\bsold\b|\baccept|\bmade available\b|\bfurnished\b|\bbasis\b|\bis\b|\bare\b"));
    if !quoted && !s.has(disclaims) {
        return;
    }
    let hit = as_is
        .find(s.lower)
        .filter(|_| quoted)
        .or_else(|| disclaims.find(s.lower));
    let Some(hit) = hit else { return };
    let denied = s.has(rx!(r#"\bnot (?:provided|delivered|sold|licensed)?\s*(?:on an )?"?as[- ]is|\bnothing\b[^.]{0,60}\b(?:excludes?|limits?|disclaims?)\b[^.]{0,60}\bwarrant|\bnot (?:be )?(?:exclude|disclaim|limit)\w*\b[^.]{0,60}\bwarrant|\bnot be provided\b[^.]{0,20}\bas[- ]is|\bno\b[^.]{0,60}\bwarrant\w*\b[^.]{0,40}\b(?:is|are) (?:disclaimed|excluded)"#));
    let mut clause = s.clause(
        ClauseKind::WarrantyDisclaimer,
        disclaimer(s, hit.start()),
        denied,
        0.8,
    );
    clause.facts = s.flags(&[
        ("as_is", as_is),
        // What is given beside the thing that is paid for: other makers' goods, trials, content.
        ("aside", rx!(r"\bnon-\w+ (?:services?|products?|software|materials)|\bthird[- ]part(?:y|ies)\b[^.]{0,40}\b(?:software|products?|services?|materials|content|components)\b|\b(?:beta|evaluation|trial|pre-?release|demonstration|samples?|templates?)\b|\bfree of charge\b|\bno charge\b|\bconfidential information\b")),
        ("other_than_stated", rx!(r"\bbeyond (?:this|these|that)\b|\bno other\b|\b(?:any|all|other) other (?:representations?|warrant)|\bexcept (?:as|for|to the extent)\b|\bother than (?:as|the|those)\b|\bexpress(?:ly)? (?:set forth|stated|provided)\b|\bset forth (?:in|herein|above)|\bunless (?:specifically|expressly|otherwise)")),
    ]);
    clauses.push(clause);
}

/// Who disclaims: the subject, or whoever provides the thing.
fn disclaimer(s: &Sentence, at: usize) -> Side {
    // "… IS PROVIDED AS IS, AND LICENSOR HEREBY DISCLAIMS": whoever disclaims gives it.
    let said = rx!(
        r"\b(?:hereby |expressly |specifically )*(?:disclaims?|makes? no|gives? no|excludes?)\b"
    )
    .find_at(s.lower, at.min(s.lower.len()))
    .map(|m| s.subject(m.start()))
    .filter(|side| *side != Side::Unknown);
    // "All warranties are disclaimed by Supplier": who does it stands behind the verb.
    let done_by = rx!(r"\b(?:disclaimed|excluded|negated|waived|made|given)\b")
        .find(s.lower)
        .filter(|m| {
            s.lower
                .get(m.end()..)
                .is_some_and(|tail| tail.starts_with(" by "))
        });
    let near = s.subject(done_by.map_or(at, |m| m.end()));
    // "Customer takes the services as they are": what it takes the other side gives.
    let taken = rx!(r"\b(?:takes?|accepts?|acknowledges?|waives?)\b").find(s.lower);
    let takes =
        |m: &regex::Match| s.subject(m.start()) == Side::Ours && !s.negated(m.start(), m.end());
    if near == Side::Ours && taken.as_ref().is_some_and(takes) {
        return Side::Theirs;
    }
    match (near, said) {
        (Side::Unknown, Some(side)) => return side,
        (Side::Unknown, None) => {
            if let Some(owner) = owner_before(s.lower, &s.mentions, s.lower.len()) {
                return owner.side;
            }
        }
        _ => {}
    }
    match near {
        Side::Unknown
            if s.has(rx!(
                r"\b(?:services?|software|products?|platform|site|deliverables?|goods|equipment|system|technology|technologies|licensed materials)\b"
            )) =>
        {
            Side::Theirs
        }
        side => side,
    }
}

/// One remedy and no other.
pub(super) fn read_sole_remedy(s: &Sentence, clauses: &mut Vec<Clause>) {
    let sole = rx!(
        r"\b(?:sole|only|exclusive|sole and exclusive|exclusive and sole)\s+(?:and exclusive |and sole )?(?:remed(?:y|ies)|liability|obligation)"
    );
    let Some(hit) = sole.find(s.lower) else {
        return;
    };
    let denied = s.has(rx!(
        r"\b(?:not|no|nor)\b[^.]{0,50}\b(?:sole|exclusive)[^.]{0,20}\bremed"
    ));
    let owner = s
        .mentions
        .iter()
        .filter(|m| m.end <= hit.start() && m.possessive && hit.start() - m.end < 20)
        .map(|m| m.side)
        .next_back();
    let mut clause = s.clause(
        ClauseKind::SoleRemedy,
        owner.unwrap_or(Side::Unknown),
        denied,
        0.75,
    );
    clause.facts = s.flags(&[
        (
            "credits",
            rx!(r"\b(?:service|service level|performance|sla) credits?\b"),
        ),
        ("exit_too", rx!(r"\bterminat|\brefund|\bexcept as\b")),
        (
            "warranty",
            rx!(r"\bwarrant|\bre-?perform|\brepair|\breplace"),
        ),
    ]);
    clauses.push(clause);
}

/// Availability promised.
pub(super) fn read_service_level(s: &Sentence, clauses: &mut Vec<Clause>) {
    let level = rx!(r"\bavailab\w*|\bup-?time|\bservice levels?\b");
    let Some(hit) = level.find(s.lower) else {
        return;
    };
    let uptime = s
        .percentages()
        .iter()
        .find(|p| (90.0..=100.0).contains(&p.value.value));
    let service = rx!(
        r"\bservices?\b|\bsystem|\bplatform|\bhosted|\bnetwork|\bsite\b|\bserver|\bsoftware|\bapplication"
    );
    let agreed = rx!(
        r"\bservice level (?:agreement|commitment|credit)|\bservice levels?\b|\bservice credits?\b"
    );
    if !s.has(service)
        || (uptime.is_none() && !s.has(agreed))
        || s.has(rx!(r"\bfunds\b|\btax|\bshares"))
    {
        return;
    }
    let verb = rx!(r"\b(?:make|maintain|ensure|meet|provide|guarantee|use|achieve|credit)\w*")
        .find(s.lower)
        .map_or(hit.start(), |m| m.start());
    let confidence = if uptime.is_some() { 0.85 } else { 0.6 };
    let mut clause = s.clause(ClauseKind::ServiceLevel, s.subject(verb), false, confidence);
    if let Some(uptime) = uptime {
        let value = FactValue::Percentage {
            value: uptime.value.value,
            per: None,
        };
        clause
            .facts
            .push(s.fact("uptime", value, uptime.start, uptime.end));
    }
    clause.facts.extend(s.flags(&[(
        "efforts_only",
        rx!(r"\b(?:commercially )?reasonable efforts|\bbest efforts|\bendeavou?rs|\btarget"),
    )]));
    clauses.push(clause);
}
