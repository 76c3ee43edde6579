//! Dates, the initial term, renewal and the notice against it; here how long the contract runs at first.

mod dated;
mod renewal;
mod years;

use countersign_contracts::clause::{Clause, ClauseKind, Fact, FactValue, Side, TimeUnit};
use countersign_contracts::date::CivilDate;
use countersign_contracts::document::Span;

use crate::dates::{date_fact, find_dates};
use crate::numbers::{Duration, Found, find_durations};
use crate::pattern::{fold, rx};
use crate::reader::Sentence;

pub(super) use dated::read_dates;
pub(super) use renewal::{read_renewal, read_renewal_notice};
use years::{anniversary, anniversary_in, contract_year, years_value};

fn is_long(duration: &Duration) -> bool {
    matches!(duration.unit, TimeUnit::Month | TimeUnit::Year)
}

fn is_short(length: &FactValue) -> bool {
    matches!(length, FactValue::Duration { value, unit: TimeUnit::Month } if *value < 6.0)
}

/// How long the contract runs at first, or until when.
pub(super) fn read_initial_term(s: &Sentence, clauses: &mut Vec<Clause>) {
    let lengths = [
        "year",
        "month",
        "until",
        "expir",
        "perpetu",
        "indefinit",
        "for the",
        "end",
        "through",
        "terminat",
        "unlimited",
        "as long as",
        "so long as",
        "days",
        " to ",
        "conclud",
        "anniversar",
    ];
    if !lengths.iter().any(|word| s.lower.contains(word)) {
        return;
    }
    let about = rx!(
        r"\b(?:initial|original|committed|primary|minimum) (?:\w+ )?(?:term|period)\b|\bterm of (?:this|the) (?:\w+ )?(?:agreement|contract|license)|\b(?:this|the) (?:\w+ ){0,3}(?:agreement|contract|venture|appointment|amendment|addendum)\b[^.]{0,160}?\b(?:shall|will|is|starts?|commences?|continues?|remains?|expires?|begins?|takes?|terminates?)\b|^\W*(?:\S+\s+)?(?:the |\W)?term\b|\b(?:subscription|effective|cooperation|license) term\b|\bcontract (?:period|end)\b|^\W*it (?:shall|will) (?:be|become) effective\b|\bduration of (?:this|the) (?:agreement|contract|venture)|^\W*(?:\S+\s+)?\W{0,3}(?:expiration|termination|expiry|end) date\b|\bemployment\b[^.]{0,60}\b(?:commence|continue)"
    );
    let other_matter = rx!(r"\bwarrant|\bexercis|\binsurance|\bpurchase orders?\b");
    let listed = s.has_lead(rx!(
        r"\b(?:agreement|contract|term)\b[^.]{0,120}\b(?:continue|remain|effect|force|expire|terminate|end)\b[^.]{0,80}\b(?:until|upon|on|at) (?:the )?(?:earlie|later|first|latest)"
    ));
    let under = rx!(r"(?:^|/ )[^/]*\b(?:term|duration|period)\b[^/]*$").is_match(s.heading);
    // What says of the agreement itself how long it runs may name an insurance or an order too.
    let plainly = s.has(rx!(
        r"^\W*(?:\S{1,8}\s+){0,2}(?:(?:term|duration)(?: and termination| of agreement)?\W+(?:[0-9.]+\s+)?)?(?:(?:subject to|unless|except as)[^,]{0,160},\s*)?(?:the (?:initial )?term of )?this (?:\w+ ){0,3}(?:agreement|contract)\b[^.]{0,60}\b(?:shall|will|is|begins|commences|continues|becomes)\b[^.]{0,80}\b(?:effect\w*|commenc\w*|continu\w*|begin\w*|remain\w*|force|term|period)\b|\bthis (?:\w+ )?(?:agreement|contract) (?:shall|will) continue (?:in (?:full force and )?effect )?for\b"
    ));
    let other = !plainly && s.has(other_matter);
    if !(under || listed || s.has(about)) || other || s.has(rx!(r"\bsurviv|\bconfidential(?:ity)? (?:obligation|period)|\b(?:covenants?|obligations?|duties) of confidential|\bnon-?compet|\bduring the term\b[^.]{0,40}\band for|\bterminat\w+ (?:or expiration )?of this agreement\b[^.]{0,60}\b(?:for|within)\b")) {
        return;
    }
    // "During the period of three years from the date hereof, the Company will furnish …".
    let of_a_duty = rx!(r"^\W*(?:\S{1,8}\s+){0,2}(?:during|for) (?:the|a) period of\b[^,]{0,80},");
    if s.has(of_a_duty) || s.has(rx!(r"\band one day after\b")) {
        return;
    }
    if is_after_the_end(s) || defines_another_thing(s) || runs_by_years_from_elsewhere(s) {
        return;
    }
    let mut facts = Vec::new();
    facts.extend(
        anniversary(s)
            .or_else(|| contract_year(s))
            .or_else(|| stated_length(s)),
    );
    facts.extend(stated_end(s));
    // "for the Trademark Term, and the licences in perpetuity" has no one end.
    if facts.is_empty() && !s.lower.contains("perpet") {
        facts.extend(defined_end(s));
    }
    // "until the end of the current calendar year": the year's last day, whichever year it begins in.
    if facts.is_empty()
        && s.has(rx!(
            r"\b(?:until|through) the (?:end|last day) of the (?:current |then[- ]current |first )?calendar year\b"
        ))
    {
        facts.push(s.flag("year_end"));
    }
    let has_end = !facts.is_empty();
    let endless = rx!(
        r"\b(?:perpetual(?:ly)?|(?:in|for) perpetuity|indefinite(?:ly)?)\b|\b(?:indefinite|unlimited) (?:period|term|duration)|\b(?:continue|remain|effect|effective|force|valid|endure|govern)\w*\b[^.]{0,100}\b(?:until|unless and until|unless|as long as|so long as)\b[^.]{0,80}\b(?:terminat|cancel|notice)|\bend (?:when|upon|on)\b[^.]{0,50}\bterminat|\bend on the\b[^.]{0,30}\bday following\b[^.]{0,30}\bnotice|\b(?:until|upon|on) the (?:earlier |later )?(?:termination|expiration(?:,? (?:and/or|or)(?: earlier)? termination)?) of\b[^.]{0,60}\b(?:agreement|attachments?|royalty term|last)\b"
    );
    // Only something that may happen ends it: no day, no length.
    let by_event = rx!(
        r"\b(?:continue|remain)\w*\b[^.]{0,100}\buntil the (?:earlier|earliest|first)\b[^.]{0,300}\b(?:terminat|notice|ceas|no longer|complet|resign)|\bcontinue\w*\b[^.]{0,60}\b(?:through|until) the (?:completion|performance|termination)\b"
    );
    let only_event = rx!(
        r"\bthis (?:\w+ ){0,3}(?:agreement|contract|appointment)\b[^.;]{0,40}\b(?:shall|will)\b[^.;]{0,20}\b(?:terminate|expire|end)\b[^.;]{0,140}\b(?:(?:upon|on) the (?:earlier|earliest|first) (?:to occur )?of|on the exercise by)\b|\bthis (?:\w+ ){0,3}(?:agreement|contract|appointment) (?:shall|will)(?: automatically)? expire (?:if|when|upon)\b|\bthis agreement (?:shall|will) terminate\s*:"
    );
    if !has_end
        && (s.has(endless) || s.has(by_event))
        && !s.has(rx!(r"\bexpires? on\b|\buntil the (?:expiration|end|termination) date\b|\bexpires? (?:at|upon) the end\b"))
        && !rx!(r"\blicen[cs]e (?:is|shall be) perpetual|\bperpetual,? (?:\w+,? ){0,4}licen")
            .is_match(s.lower)
    {
        facts.push(s.flag("endless"));
    }
    let vague = facts.is_empty() && s.has(only_event);
    if vague {
        facts.push(s.flag("endless"));
    }
    if facts.is_empty() {
        return;
    }
    let length = facts.first().map_or(0, |fact| fact.span.end as usize);
    facts.extend(
        stated_start(s, length.saturating_sub(s.start))
            .filter(|start| facts.iter().all(|fact| fact.span != start.span)),
    );
    if s.has(rx!(r"\b(?:date|day)(?: and year)? first (?:above|set forth|written|hereinabove)|\banniversary of the date (?:hereof|of this)|\b(?:years?|months?) (?:from|after|following) the date (?:hereof|of this agreement|of its execution)")) {
        facts.push(s.flag("from_date"));
    }
    let named = s.has(rx!(
        r"\b(?:initial|committed) (?:\w+ )?(?:term|period)\b|\bterm of (?:this|the) (?:\w+ )?agreement\b|\bcontract period\b|\b(?:expiration|termination) date\s*:|^\W*(?:\S+\s+)?\W{0,3}(?:expiration|expiry|termination|end) date\W{1,3}(?:means|shall mean)\b|\bthis (?:\w+ ){0,2}(?:agreement|contract)\b[^.]{0,60}\b(?:commence|begin|become effective|continue)"
    ));
    let itself = s.has(rx!(
        r"\b(?:agreement|contract|term|period|venture|employment)\b[^.]{0,120}\b(?:shall|will|is|to)\b[^.]{0,80}\b(?:commence|begin|start|continue|remain|extend|be (?:effective|valid|for|in|\w+ \(?\w+\)? (?:year|month))|become effective|come into|enter into|terminate on|expire|run|have an? (?:initial )?term|be one|mean)\b|\bterm is\b|\bcommences?\b|\bcontinues?\b"
    ));
    let mut confidence: f32 = 0.45;
    for (holds, more) in [
        (itself, 0.15),
        (under, 0.15),
        (named, 0.15),
        (has_end, 0.05),
    ] {
        if holds {
            confidence += more;
        }
    }
    if s.has(rx!(r"\b(?:date of (?:its |the )?(?:execution|signature|signing)|(?:date|upon) (?:of )?(?:the )?last signature)\b")) {
        facts.push(s.flag("from_signature"));
    }
    // Few contracts run for weeks: a short length is most likely something else's.
    let short = facts
        .iter()
        .any(|fact| fact.name == "term" && is_short(&fact.value));
    if short && !named && !under {
        confidence -= 0.2;
    }
    // Beside a clause that names a day or a length this one says only how it may end before.
    if vague {
        confidence = confidence.min(0.42);
    }
    let mut clause = s.clause(ClauseKind::ExpirationDate, Side::Both, false, confidence);
    clause.facts = facts;
    clauses.push(clause);
}

/// "Upon a termination of this Agreement, …": what follows the end says nothing of when it comes.
fn is_after_the_end(s: &Sentence) -> bool {
    s.has(rx!(
        r"^\W*(?:\S{1,8}\s+){0,2}(?:upon|after|following) (?:an?y? |the )?(?:(?:expiration|expiry|termination)(?:,? (?:and|or|/) ?)?(?:earlier |sooner )?){1,2}(?: of| for any| hereof)\b(?: (?:this|the) (?:\w+ )?(?:agreement|contract)| reason)?[^,]{0,60},"
    ))
}

/// A definition of anything but a term, a period or a day.
fn defines_another_thing(s: &Sentence) -> bool {
    let defined = rx!(r#"["“]([^"”]{2,60})["”],? (?:shall )?means?\b"#);
    let of_time = rx!(r"\b(?:term|period|dates?|day|year|duration|expiration|expiry)\b");
    let mut names = defined
        .captures_iter(s.lower)
        .filter_map(|hit| hit.get(1))
        .peekable();
    names.peek().is_some() && !names.any(|name| of_time.is_match(name.as_str()))
}

/// "until the end of the fifteenth Contract Year", where contract years are counted from a day that
/// this contract doesn't begin on: no end follows from it.
fn runs_by_years_from_elsewhere(s: &Sentence) -> bool {
    contract_year(s).is_some()
        && s.profile.definitions.iter().any(|definition| {
            fold(&definition.term) == "contract year"
                && !rx!(r"\beffective date\b|\bdate (?:hereof|of this)\b")
                    .is_match(&fold(&definition.text))
        })
}

/// "until May 31, 2001", "from November 1, 2014 to October 31, 2017", "Termination Date: 1 April 2009".
fn stated_end(s: &Sentence) -> Option<Fact> {
    let listed = || {
        let lead = rx!(r"\b(?:until|upon|on|at) (?:the )?(?:earlie|later|first|latest)");
        s.has_lead(lead).then(|| s.dates().first()).flatten()
    };
    let date = end_in(s.lower, s.dates()).or_else(listed)?;
    Some(s.fact("date", date_fact(date.value), date.start, date.end))
}

/// The first date that words before it make the end of something.
fn end_in<'a>(lower: &str, dates: &'a [Found<CivilDate>]) -> Option<&'a Found<CivilDate>> {
    let until = rx!(
        r"\b(?:until|through|expir(?:es?|ing)(?: on)?|ending(?: on| as of)?|ends?(?: on)?|terminates?(?: on)?|terminate on|conclud(?:es?|ing)(?: on)?|thereafter until|to and including|no event later than|effective date to|(?:expiration|termination|expiry|end) date|contract end)\b[^.]{0,60}$"
    );
    let range = rx!(
        r"^[^.\d]{0,6}\b(?:to|through|until|till|-)[^.\d]{0,12}$|^[\s\x01]*-[\s\x01]*$|^\s*,? ?(?:and )?(?:ending|through|concluding|expiring|continuing until)[^.]{0,40}$"
    );
    let of_several = rx!(
        r"\b(?:until|upon|on|expires?|terminates?|ends?)(?: on| upon)? (?:the )?(?:earlier|later|earliest|latest|first)\b[^.]{0,160}$"
    );
    let ends = |at: usize, date: &Found<CivilDate>| {
        let head = lower.get(..date.start).unwrap_or("");
        let behind = at
            .checked_sub(1)
            .and_then(|before| dates.get(before))
            .and_then(|before| lower.get(before.end..date.start))
            .is_some_and(|gap| range.is_match(gap));
        let near = |reach: usize| head.get(head.len().saturating_sub(reach)..).unwrap_or("");
        behind || until.is_match(near(80)) || of_several.is_match(near(240))
    };
    dates
        .iter()
        .enumerate()
        .find(|(at, date)| ends(*at, date))
        .map(|(_, date)| date)
}

/// "shall commence as of April 1, 2018": the day this clause counts from.
/// A day behind the length ("24 months to commence on …") goes before one in front of it.
fn stated_start(s: &Sentence, length: usize) -> Option<Fact> {
    let from = rx!(r"\b(?:commenc\w*|begin\w*|start\w*|effective|from|beginning)\b[^.;\d]{0,30}$");
    let starts = |date: &&Found<CivilDate>| {
        s.lower
            .get(date.start.saturating_sub(60)..date.start)
            .is_some_and(|head| from.is_match(head))
    };
    let behind = s
        .dates()
        .iter()
        .filter(|date| date.start >= length)
        .find(starts);
    let date = behind.or_else(|| s.dates().iter().find(starts))?;
    Some(s.fact("start", date_fact(date.value), date.start, date.end))
}

fn stated_length(s: &Sentence) -> Option<Fact> {
    let renewing =
        rx!(r"\brenew\w*|\bextended\b|\bextension|\bsuccessive|\badditional|\bfurther period");
    let anew = rx!(r"\bcommenc|\bbegin|\beffective date|\binitial|\bthis agreement|\bcontinue");
    // A length close behind "renewed for" is the renewal's; a heading "Term and Renewal" says nothing.
    let renews = |start: usize| {
        let head = s.lower.get(..start).unwrap_or("");
        renewing.find_iter(head).last().is_some_and(|hit| {
            let gap = head.get(hit.end()..).unwrap_or("");
            gap.len() < 220 && !anew.is_match(gap)
        })
    };
    let lead = rx!(
        r"(?:\bfor|\bof|\bterm is|\bterm\s*:|\bterm shall be|\bperiod of|\bfor an?|\ban?|\bthe|\binitial|\bor|\bexpires?|\buntil(?: the)?|\bterminate|\beffect|\bbe)[^.,;]{0,40}$"
    );
    let within = |start: usize| {
        let head = s.lower.get(start.saturating_sub(80)..start).unwrap_or("");
        rx!(r"\bwithin (?:a |the )?(?:period of |first |next )?(?:\w+ \()?$|\b(?:the|such) first (?:\w+ \()?$|\bby the end of (?:\w+ \()?$|\bperiod of illness\b|\b(?:once )?(?:every|each) (?:\w+ \()?$|\bmay (?:\w+ ){0,2}terminate\b[^.;]*$").is_match(head)
    };
    // "for two years following termination" begins when the term ends.
    let afterwards = rx!(
        r"^s?\W{0,3}(?:following|after|from)(?: the)?(?: date of| effective date of)?(?: the| any| such)? (?:termination|expiration|expiry)\b"
    );
    let fits = |d: &&Found<Duration>| {
        is_long(&d.value)
            && d.value.value < 100.0
            && !s
                .lower
                .get(d.end..)
                .is_some_and(|tail| afterwards.is_match(tail))
            && !renews(d.start)
            && !within(d.start)
            && s.lower
                .get(..d.start)
                .is_some_and(|head| lead.is_match(head))
            && !s
                .lower
                .get(d.end..(d.end + 30).min(s.lower.len()))
                .is_some_and(|tail| {
                    rx!(r"^s?'?\s*(?:prior|before|notice|written|advance)").is_match(tail)
                })
    };
    // Of several lengths the one that the term of the agreement is said to be.
    let own = rx!(
        r"\bterm of (?:this|the) (?:\w+ )?(?:agreement|contract) (?:shall|will) be (?:for )?(?:an? (?:period|term) of )?$"
    );
    let said = |d: &&Found<Duration>| {
        s.lower
            .get(..d.start)
            .is_some_and(|head| own.is_match(head))
    };
    let all = || s.durations().iter().filter(fits);
    let found = all().find(said).or_else(|| all().next())?;
    Some(s.duration_fact("term", found))
}

/// "continues for the Committed Term", "until the Expiration Date": the definition says how long.
fn defined_end(s: &Sentence) -> Option<Fact> {
    let runs = rx!(r"\b(?:continu|remain|runs?|effect|lasts?|force|expire|terminate|end)\w*\b");
    let names = rx!(
        r"\b(?:for|until|through|on|upon|at the end of|at the expiration of|until the end of) the(?: entire)? "
    );
    // "shall become effective on the Effective Date" ends nothing.
    let begins = |term: &str| {
        rx!(r"effective|commenc|clos|sign|execut|start|launch|deliver").is_match(&fold(term))
    };
    let from = runs.find(s.lower)?.end();
    names
        .find_iter(s.lower)
        .filter(|hit| hit.start() >= from)
        .find_map(|hit| {
            let printed = s.text.get(hit.end()..)?;
            let definition = s
                .profile
                .definitions
                .iter()
                .find(|d| printed.starts_with(&d.term) && !begins(&d.term))?;
            let lower = fold(&definition.text);
            let offset = definition.span.start as usize;
            let fact = |name: &str, value: FactValue, start: usize, end: usize| Fact {
                name: name.to_owned(),
                value,
                span: Span::new(offset + start, offset + end),
            };
            let dates = find_dates(&lower);
            let is_date = definition.term.ends_with("Date");
            let end = end_in(&lower, &dates).or_else(|| dates.first().filter(|_| is_date));
            if let Some(date) = end {
                return Some(fact("date", date_fact(date.value), date.start, date.end));
            }
            if let Some((years, start, end)) = anniversary_in(&lower) {
                return Some(fact("term", years_value(years), start, end));
            }
            let length = find_durations(&lower)
                .into_iter()
                .find(|d| is_long(&d.value))?;
            Some(fact("term", length.value.fact(), length.start, length.end))
        })
}
