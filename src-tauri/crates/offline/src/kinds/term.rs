//! Dates, the initial term, renewal and the notice against it.

use countersign_contracts::clause::{Clause, ClauseKind, Fact, FactValue, Side, TimeUnit};
use countersign_contracts::document::Span;

use crate::dates::date_fact;
use countersign_contracts::date::CivilDate;

use crate::numbers::{Duration, Found, find_durations};
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
        r"\b(?:automatic\w*|successive|evergreen|tacitly)\b[^.]{0,100}?\b(?:renew\w*|exten(?:d|ds|ded|sions?)|prolong\w*|continue[sd]?|roll(?:s|ed)? over)\b|\broll(?:s|ed)? over (?:in)?to\b|\b(?:renew(?:s|ed|al)?|exten(?:d|ds|ded|sions?)|prolong\w*|continue[sd]?)\b[^.]{0,140}?\b(?:automatic\w*|tacitly|successive|additional|further|for (?:a|one|another|an|up to) (?:\w+ ){0,3}(?:term|period)s?|year[- ]to[- ]year|month[- ]to[- ]month|by (?:mutual|a written|written))\b|\b(?:renew(?:s|ed|al)?|exten(?:d|ds|ded|sions?))\b[^.]{0,140}?\bfor (?:a|one|another|an|up to)\b|\b(?:shall|will|may|is) (?:not )?(?:be )?(?:renew(?:ed|able)?|renewal)\b|\beffective (?:on a )?(?:month|year)[- ]to[- ](?:month|year)|\b(?:and|thereafter)\b[^.;]{0,30}\b(?:from )?year to year\b|\bcontinue\b[^.;]{0,40}\bthereafter until\b|\bindefinitely (?:after|thereafter)\b|\brenewable\b[^.]{0,30}\b(?:term|period|year)|\brenewal (?:terms?|periods?)\b[^.]{0,80}?\b(?:automatic\w*|follow|begin|commence)|\b(?:prolong|exten)\w*\b[^.]{0,10}\bby (?:a further |another )?\w+ \(?\d|\b(?:run|continue|go on|carry on)s?\b[^.]{0,20}?\bfor (?:a further|another|a new)\b|\ba? ?(?:new|further|another) (?:term|period) of\b[^.;]{0,40}?\b(?:begin|commence|start|follow)"
    );
    let about =
        rx!(r"\b(?:agreement|term|subscription|contract|order|period|franchise|appointment)\b");
    let Some(hit) = renews.find(s.lower).filter(|_| s.has(about)) else {
        return;
    };
    if s.has(rx!(r"\bextend(?:ed|s)? (?:to|beyond|the (?:benefit|time|deadline|date|warranty|delivery))|letters? of credit|insurance|time for performance|patent")) {
        return;
    }
    // "shall continue for three years and shall automatically renew": what it renews for counts.
    let telling = rx!(
        r"\brenew\w*|\bexten\w*|\bprolong\w*|\broll(?:s|ed)?\b|\byear to year|\bmonth to month|\b(?:new|further) (?:term|period) of\b|\bfor (?:a further|another)\b"
    );
    let verb = telling.find_at(s.lower, hit.start()).or_else(|| {
        let within = s.lower.get(..hit.end())?;
        rx!(r"\bcontinue\w*").find_iter(within).last()
    });
    let verb = verb.unwrap_or(hit);
    // "such period shall automatically be extended by ten days" extends no contract.
    let subject = rx!(
        r"\b(?:agreement|terms?|contract|subscription|order|attachment|lease|licen[cs]e|appointment|engagement|franchise)\b|\brenewal for\b"
    );
    let reach = s
        .lower
        .get(hit.start().saturating_sub(160)..(verb.end().max(hit.end()) + 8).min(s.lower.len()));
    if !reach.is_some_and(|words| subject.is_match(words)) {
        return;
    }
    let automatic = rx!(
        r"\bautomatic\w*|\bevergreen|\bon its own\b|\bof its own accord|\bby itself\b|\bdeemed (?:to be |to have been )?(?:renewed|extended)|\broll(?:s|ed)? over|\b(?:if|where) (?:neither|no)\b[^.]{0,60}\bnotice|\bin the absence of\b[^.]{0,40}\bnotice|\bunless (?:either|one|any|notice|(?:\w+ ){1,2}(?:party )?(?:gives|notif|provid|deliver|elects|terminates|cancels|objects|opts))|\bunless cancel|\bunless (?:earlier |sooner )?terminated[^.]{0,80}notice|begins by itself|tacitly|\b(?:absent|failing|without) (?:a |any |such |timely |prior |written )*notice|\b(?:if|where|each time|unless)\b[^.;]{0,40}\b(?:does|do|did|is|has|have) not\b[^.;]{0,30}\b(?:cancel|terminat|notice|object|notif)|\bunless\b[^.;]{0,40}\b(?:in writing|notice)|\b(?:new|further) (?:term|period) of\b[^.;]{0,40}\bbegins|(?:year|month)[- ]to[- ](?:year|month)|\bshall (?:thereafter )?continue\b[^.]{0,60}\b(?:successive|year)"
    );
    let optional = rx!(
        r"\b(?:may|option|right|elect|entitled)\b[^.]{0,80}?\b(?:renew|extend)|\b(?:renew|exten)\w*[^.]{0,80}?\b(?:mutual|written agreement|agreement of the parties|agreed|option)\b"
    );
    let auxiliary = auxiliary_before(&s.auxiliaries, verb.start()).unwrap_or(0);
    let scope = auxiliary
        .max(verb.start().saturating_sub(60))
        .max(s.condition_end(verb.start()));
    let negated = crate::negation::is_negated(s.lower, scope, verb.end().max(hit.start()));
    let not_required = rx!(
        r"\b(?:not|no|nothing)\b[^.;]{0,60}?\b(?:require|oblig|permit|entitle|provide for)\w*\b"
    );
    let never =
        rx!(r"\b(?:in no event|under no circumstances|at no time)\b[^.,;]{0,80}?\b(?:renew|exten)");
    let none = rx!(
        r"^(?:\S{1,8}\s)?no (?:such )?(?:\w+ ){1,4}(?:shall|will|may|is|are)\b[^.;]{0,40}?\b(?:renew|exten|prolong)"
    );
    let negated = negated
        || s.has(none)
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
    let unlimited = rx!(
        r"\bunlimited period|\bindefinitely (?:after|there)|\bthereafter\b[^.]{0,80}\b(?:until|unless)\b[^.]{0,40}\bterminat|\bcontinue in (?:full force and )?effect (?:thereafter )?until"
    );
    let for_good = rx!(r"\bindefinitely (?:after|thereafter)\b|\beffect thereafter until\b");
    match renewal_length(s, verb.start()).filter(|_| !s.has(for_good)) {
        Some(length) => clause.facts.push(length),
        None if s.has(unlimited) => clause.facts.push(s.flag("endless")),
        None if s.has(rx!(
            r"\bof the same (?:duration|length)|\blike (?:term|period)s?|\bsame period|\bequal (?:in (?:duration|length) )?to the (?:previous|preceding|prior|initial|original|expiring|then[- ]current) (?:\w+ )?(?:term|period)|\bas long as the (?:previous|preceding|initial|original) (?:term|period)"
        )) =>
        {
            clause.facts.push(s.flag("same_length"));
        }
        None => {}
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
    let rolling = rx!(
        r"\b(?:half a year|year[- ]to[- ]year|every year|each year|annual(?:ly)?|yearly|one-year|month[- ]to[- ]month|monthly|(?:month|year) of service)\b"
    );
    let periods = rx!(r"\bsuccessive (?:annual|yearly|monthly|one-year)\b");
    let behind = periods.find(s.lower).filter(|hit| hit.start() > verb);
    let best = after.or_else(|| long.rfind(|d| behind.is_none() && !is_notice(d.end)));
    if let Some(best) = best {
        return Some(s.duration_fact("renewal", best));
    }
    let rolling = rolling.find(s.lower)?;
    if rolling.as_str().starts_with("half") {
        let half = FactValue::Duration {
            value: 6.0,
            unit: TimeUnit::Month,
        };
        return Some(s.fact("renewal", half, rolling.start(), rolling.end()));
    }
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
    let notice =
        rx!(r"\bnotice\b|\bnotif\w+|\bin writing\b|\bintention\b|\belect|\bterminat|\bcancel");
    let renews = rx!(
        r"\brenew\w*|\bnon-?renewal|\bextend(?:ed|s)?\b|\bextension|\bprolong|\bmonth[- ]to[- ]month|\bcontinue\b[^.]{0,80}\buntil\b[^.]{0,110}\bterminat|\bafter (?:that|which) until terminated|\b(?:expiration|expiry|end) (?:date )?of (?:the |its |such |said |any |then[- ])*(?:initial|original|current|relevant|applicable|term|agreement|contract)|\bfollowing the initial term|\bextended term"
    );
    let other = rx!(
        r"\binsurance|\bletter of credit|\bpric(?:e|es|ing)\b[^.]{0,60}\b(?:increase|adjust)|\bcure\b|\bpurchase orders?\b|\binventory\b|\bforecast"
    );
    if !s.has(notice) || !s.has(renews) || s.has(other) && !s.has(rx!(r"\brenew|\bnon-renew")) {
        return;
    }
    if s.has(rx!(r"\binsurance|\bletter of credit")) {
        return;
    }
    let before = rx!(
        r"^s?'?(?:\)| |\W){0,3}(?:(?:calendar|business|prior|advance|written|of|the|a|'|-) ?){0,5}(?:prior|before|in advance|advance|preceding|notice|written notice)\b"
    );
    let within = rx!(r"\bwithin (?:\w+ )?(?:\(?\w+\)? )?$");
    let least = rx!(r"\bnotice\b[^.;]{0,40}\b(?:at least|not less than|of) $");
    let lead = s.durations().iter().find(|d| {
        let tail = s
            .lower
            .get(d.end..(d.end + 70).min(s.lower.len()))
            .unwrap_or("");
        let head = s.lower.get(..d.start).unwrap_or("");
        let ahead = before.is_match(tail)
            || within.is_match(head) && tail.trim_start().starts_with("of the conclusion")
            || least.is_match(head);
        let latest = rx!(r"\b(?:not|no) (?:more|earlier|sooner) than (?:\w+ )?$").is_match(head);
        d.value.days() <= 400.0 && ahead && !latest && !tail.trim_start().starts_with("after")
    });
    let Some(lead) = lead else { return };
    let automatic = s.has(rx!(r"\bautomatic|\bunless\b|\bnon-?renewal|\bnot to (?:renew|extend)|\bsuccessive|\bconsecutive|\bend of the|\bexpir|begins by itself"));
    let confidence = if automatic { 0.85 } else { 0.55 };
    let mut clause = s.clause(
        ClauseKind::NoticePeriodToTerminateRenewal,
        s.subject(lead.start),
        false,
        confidence,
    );
    clause.facts.push(s.duration_fact("notice", lead));
    // "at least sixty (60) but not more than ninety (90) days before": a notice can be too early.
    let most = rx!(r"\b(?:not|no) (?:more|earlier|sooner) than (?:\w+ )?$");
    let early = s.durations().iter().find(|d| {
        d.start != lead.start
            && d.value.days() > lead.value.days()
            && s.lower
                .get(..d.start)
                .is_some_and(|head| most.is_match(head))
    });
    if let Some(early) = early {
        clause.facts.push(s.duration_fact("earliest", early));
    }
    clauses.push(clause);
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
    ];
    if !lengths.iter().any(|word| s.lower.contains(word)) {
        return;
    }
    let about = rx!(
        r"\b(?:initial|original|committed|primary|minimum) (?:\w+ )?(?:term|period)\b|\bterm of (?:this|the) (?:\w+ )?(?:agreement|contract|license)|\b(?:this|the) (?:\w+ ){0,3}(?:agreement|contract|venture|appointment|amendment|addendum)\b[^.]{0,160}?\b(?:shall|will|is|starts?|commences?|continues?|remains?|expires?|begins?|takes?|terminates?)\b|^\W*(?:\S+\s+)?(?:the |\W)?term\b|\b(?:subscription|effective|cooperation|license) term\b|\bcontract (?:period|end)\b|\bduration of (?:this|the) (?:agreement|contract|venture)|^\W*(?:\S+\s+)?\W{0,3}(?:expiration|termination|expiry|end) date\b|\bemployment\b[^.]{0,60}\b(?:commence|continue)"
    );
    let under = rx!(r"(?:^|/ )[^/]*\b(?:term|duration|period)\b[^/]*$").is_match(s.heading);
    if !(under || s.has(about)) || s.has(rx!(r"\bsurviv|\bconfidential(?:ity)? (?:obligation|period)|\bwarrant|\bexercis|\bnon-?compet|\bduring the term\b[^.]{0,40}\band for|\binsurance|\bpurchase orders?\b|\bterminat\w+ (?:or expiration )?of this agreement\b[^.]{0,60}\b(?:for|within)\b")) {
        return;
    }
    let mut facts = Vec::new();
    facts.extend(
        anniversary(s)
            .or_else(|| stated_length(s))
            .or_else(|| defined_length(s)),
    );
    facts.extend(stated_end(s));
    let has_end = !facts.is_empty();
    let endless = rx!(
        r"\b(?:perpetual(?:ly)?|(?:in|for) perpetuity|indefinite(?:ly)?)\b|\b(?:indefinite|unlimited) (?:period|term|duration)|\b(?:continue|remain|effect|effective|force|valid|endure|govern)\w*\b[^.]{0,100}\b(?:until|unless and until|unless|as long as|so long as)\b[^.]{0,80}\b(?:terminat|cancel|notice)|\bend (?:when|upon|on)\b[^.]{0,50}\bterminat|\bend on the\b[^.]{0,30}\bday following\b[^.]{0,30}\bnotice|\b(?:until|upon|on) the (?:earlier |later )?(?:termination|expiration(?:,? (?:and/or|or)(?: earlier)? termination)?) of\b[^.]{0,60}\b(?:agreement|attachments?|royalty term|last)\b"
    );
    if !has_end
        && s.has(endless)
        && !s.has(rx!(r"\bexpires? on\b|\buntil the (?:expiration|end|termination) date\b|\bexpires? (?:at|upon) the end\b"))
        && !rx!(r"\blicen[cs]e (?:is|shall be) perpetual|\bperpetual,? (?:\w+,? ){0,4}licen")
            .is_match(s.lower)
    {
        facts.push(s.flag("endless"));
    }
    if facts.is_empty() {
        return;
    }
    if let Some(start) = stated_start(s) {
        facts.push(start);
    }
    if s.has(rx!(r"\banniversary of the date (?:hereof|of this)|\b(?:years?|months?) (?:from|after|following) the date (?:hereof|of this agreement|of its execution)")) {
        facts.push(s.flag("from_date"));
    }
    let named = s.has(rx!(
        r"\b(?:initial|committed) (?:\w+ )?(?:term|period)\b|\bterm of (?:this|the) (?:\w+ )?agreement\b|\bcontract period\b|\b(?:expiration|termination) date\s*:|^\W*(?:\S+\s+)?\W{0,3}(?:expiration|expiry|termination|end) date\W{1,3}(?:means|shall mean)\b|\bthis (?:\w+ ){0,2}(?:agreement|contract)\b[^.]{0,60}\b(?:commence|begin|become effective|continue)"
    ));
    let itself = s.has(rx!(
        r"\b(?:agreement|contract|term|period|venture|employment)\b[^.]{0,120}\b(?:shall|will|is|to)\b[^.]{0,80}\b(?:commence|begin|start|continue|remain|extend|be (?:effective|valid|for|in|\w+ \(?\w+\)? (?:year|month))|become effective|come into|enter into|terminate on|expire|run|have an? (?:initial )?term|be one|mean)\b|\bterm is\b|\bcommences?\b|\bcontinues?\b"
    ));
    let mut confidence = 0.45;
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
    let mut clause = s.clause(ClauseKind::ExpirationDate, Side::Both, false, confidence);
    clause.facts = facts;
    clauses.push(clause);
}

/// "until May 31, 2001", "from November 1, 2014 to October 31, 2017", "Termination Date: 1 April 2009".
fn stated_end(s: &Sentence) -> Option<Fact> {
    let until = rx!(
        r"\b(?:until|through|expir(?:es?|ing)(?: on)?|ending(?: on| as of)?|ends?(?: on)?|terminates?(?: on)?|terminate on|conclud(?:es?|ing)(?: on)?|thereafter until|to and including|no event later than|effective date to|(?:expiration|termination|expiry|end) date|contract end)\b[^.]{0,60}$"
    );
    let range = rx!(
        r"^[^.\d]{0,6}\b(?:to|through|until|till|-)[^.\d]{0,12}$|^[\s\x01]*-[\s\x01]*$|^\s*,? ?(?:and )?(?:ending|through|concluding|expiring|continuing until)[^.]{0,40}$"
    );
    let dates = s.dates();
    let found = dates.iter().enumerate().find(|(at, date)| {
        let head = s.lower.get(..date.start).unwrap_or("");
        let behind = at
            .checked_sub(1)
            .and_then(|before| dates.get(before))
            .and_then(|before| s.lower.get(before.end..date.start))
            .is_some_and(|gap| range.is_match(gap));
        behind || until.is_match(head.get(head.len().saturating_sub(80)..).unwrap_or(""))
    });
    found.map(|(_, date)| s.fact("date", date_fact(date.value), date.start, date.end))
}

/// "shall commence as of April 1, 2018": the day this clause counts from.
fn stated_start(s: &Sentence) -> Option<Fact> {
    let from = rx!(r"\b(?:commenc\w*|begin\w*|start\w*|effective|from|beginning)\b[^.;\d]{0,30}$");
    let date = s.dates().iter().find(|date| {
        s.lower
            .get(date.start.saturating_sub(60)..date.start)
            .is_some_and(|head| from.is_match(head))
    })?;
    Some(s.fact("start", date_fact(date.value), date.start, date.end))
}

/// "until the fifth (5th) anniversary of the Effective Date": so many years.
fn anniversary(s: &Sentence) -> Option<Fact> {
    let named = rx!(
        r"\b(?:until|through|ending|ends?|expires?|terminates?|and)\b[^.;]{0,80}?\b(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|fifteenth|twentieth|twenty-fifth|\d{1,2}(?:st|nd|rd|th))\b\s*(?:\(\s*\d{1,2}\s?(?:st|nd|rd|th|t h)?\s*\)\s*)?(?:year )?(?:anniversary|anniversaries)\b"
    );
    let captures = named.captures(s.lower)?;
    let word = captures.get(1)?;
    let years = match word.as_str() {
        "first" => 1.0,
        "second" => 2.0,
        "third" => 3.0,
        "fourth" => 4.0,
        "fifth" => 5.0,
        "sixth" => 6.0,
        "seventh" => 7.0,
        "eighth" => 8.0,
        "ninth" => 9.0,
        "tenth" => 10.0,
        "fifteenth" => 15.0,
        "twentieth" => 20.0,
        "twenty-fifth" => 25.0,
        digits => digits
            .trim_end_matches(|c: char| !c.is_ascii_digit())
            .parse()
            .ok()?,
    };
    let length = FactValue::Duration {
        value: years,
        unit: TimeUnit::Year,
    };
    Some(s.fact("term", length, word.start(), captures.get(0)?.end()))
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
        r"(?:\bfor|\bof|\bterm is|\bterm shall be|\bperiod of|\bfor an?|\ban?|\bthe|\binitial|\bor|\bexpires?|\buntil(?: the)?|\bterminate|\beffect|\bbe)[^.,;]{0,40}$"
    );
    let within = |start: usize| {
        let head = s.lower.get(start.saturating_sub(40)..start).unwrap_or("");
        rx!(r"\bwithin (?:a |the )?(?:period of |first |next )?(?:\w+ \()?$|\b(?:the|such) first (?:\w+ \()?$|\bby the end of (?:\w+ \()?$|\bperiod of illness\b").is_match(head)
    };
    let found = s.durations().iter().find(|d| {
        is_long(&d.value)
            && d.value.value < 100.0
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
    if dates.is_empty() {
        return;
    }
    let before = rx!(
        r#"\beffective (?:date )?(?:as of|on|from|beginning)?\s*(?:the )?$|"effective date"[^.;]{0,60}$|\beffective date (?:is|of|shall be|means|:)[^.;]{0,40}$|\bcommencement date[^.;]{0,50}$|\bshall (?:become effective|be effective|commence|take effect|begin|come into force|enter into force)[^.;]{0,40}$|\bto be effective\s*$|\bmade effective[^.;]{0,12}$|\beffective date\s*:?[^a-z]{0,6}$|\bin(?:to)? force as of\s*$"#
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
    // "from the Effective Date through December 31": that day is the end of something.
    let runs_until = |date: &Found<CivilDate>| {
        let head = s.lower.get(..date.start).unwrap_or("");
        rx!(r"\beffective date\b[^.;]{0,60}\b(?:through|until|till|to|before|ending|expir\w*)\b[^.;]{0,30}$|\beffective\b[^.;]{0,60}\b(?:expires?|through|until)\b[^.;]{0,30}$|\b(?:expires?|until|through|ending)(?: on)? $").is_match(head)
    };
    let effective = effective.filter(|date| !runs_until(date));
    if let Some(date) = effective.filter(|_| s.start < HEAD || s.lower.contains("agreement")) {
        let sure = s.start < HEAD;
        let elsewhere = s.lower.get(..date.start).is_some_and(refers);
        let mut clause = s.clause(
            ClauseKind::EffectiveDate,
            Side::Both,
            false,
            match (sure, elsewhere) {
                (true, false) => 0.85,
                _ => 0.5,
            },
        );
        clause
            .facts
            .push(s.fact("date", date_fact(date.value), date.start, date.end));
        clauses.push(clause);
    }
    read_agreement_date(s, clauses);
}

/// Whether a date behind these words is another document's: "that certain agreement dated …".
fn refers(head: &str) -> bool {
    // "(as amended, restated or supplemented, this "Agreement") is entered into as of …" is this one.
    let this = rx!(
        r"\bthis\W{1,6}(?:\w+ ){0,3}agreement\W{0,8}(?:is|was) (?:\w+ ){0,3}(?:made|entered into)[^;.]{0,30}$"
    );
    if this.is_match(head) {
        return false;
    }
    let other = rx!(
        r"\b(?:that certain|certain|pursuant to|original(?:ly)?|existing|prior|previous(?:ly)?|as amended|amends?|supplement to|set forth in|under|reference is made|whereas)\b[^;]{0,140}\b(?:agreement|contract|deed|plan|letter|lease|licen[cs]e)\b[^;.]{0,90}\b(?:dated|entered into|made|executed)\b[^;.]{0,30}$|\b(?:incorporated|organi[sz]ed|registered|filed|ended|ending|expir\w*|until|through|amended)\b[^;.]{0,40}$"
    );
    other.is_match(head.get(head.len().saturating_sub(240)..).unwrap_or(head))
}

/// The preamble's date first, then a date under the title, then the dates beside the signatures.
fn read_agreement_date(s: &Sentence, clauses: &mut Vec<Clause>) {
    let made = rx!(
        r"\b(?:made|entered into|dated|executed|signed|as of|effective|concluded|day of|this|date|on)\b[^.;]{0,60}$"
    );
    let own = rx!(
        r"\b(?:this|the) (?:\S+ ){0,9}?(?:agreement|amendment|contract|addendum|lease|licen[cs]e|memorandum|deed|letter|plan|terms|engagement|schedule|mou|jsma|oma)\b|^\W*dated\b|^\W*date\b"
    );
    let filed = rx!(
        r"\b(?:source:|8-ka?|10-ka?|10-qa?|10qsb|10-12g|s-1a?|s-4a?|f-1a?|f-4a?|sb-2a?|1-a|20-f|485bpos|sc 13d)\b"
    );
    let signing = rx!(r"\bdated?\s*(?:signed)?\s*[:\s_.]{0,8}$");
    let titled = rx!(r"\b(?:agreement|contract|amendment|copy|plan)\W{0,6}$");
    let witness = rx!(
        r"\b(?:in witness whereof|executed this|done and signed|signed (?:at|and|this)|hereunto|this agreement is dated)\b"
    );
    let made_here = rx!(r"\b(?:made|entered into|dated)\b[^.;]{0,24}$");
    let behind_made = |date: &&Found<CivilDate>| {
        let head = s.lower.get(..date.start).unwrap_or("");
        s.start < HEAD && made_here.is_match(head) && own.is_match(head) && !refers(head)
    };
    // Of several dates the one behind "made and entered into" is the agreement's.
    let first = s.dates().iter().find(behind_made).into_iter();
    for date in first.chain(s.dates()) {
        let head = s.lower.get(..date.start).unwrap_or("");
        let near = head.get(head.len().saturating_sub(120)..).unwrap_or(head);
        let is_filing = filed.is_match(near);
        let first = s.start < HEAD;
        let short = s.text.len() < date.end - date.start + 60;
        // "Date: 1/19/07 Date: January 22, 2007": one beside each signature.
        let beside_signatures = s.dates().len() > 1
            && rx!(r"^\W*dated?\s*:").is_match(s.lower)
            && signing.is_match(near);
        let (name, confidence) = if beside_signatures {
            ("signed", 0.7)
        } else if first && made.is_match(near) && own.is_match(head) && !refers(head) {
            ("date", 0.85)
        } else if witness.is_match(head) && made.is_match(near) {
            ("date", 0.7)
        } else if first && s.start < 2500 && made_here.is_match(near) && !refers(head) {
            ("date", 0.8)
        } else if is_filing {
            continue;
        } else if signing.is_match(near) && s.start > 600 {
            ("signed", 0.45)
        } else if first && s.start < 3000 && !refers(head) && (titled.is_match(near) || short) {
            ("date", 0.62)
        } else if first && made.is_match(near) && !refers(head) {
            ("date", 0.6)
        } else if short
            && (s.heading.contains("signature") || s.start > 600 && s.has(rx!(r"/s/|---|___")))
        {
            ("signed", 0.45)
        } else if first && made.is_match(near) && s.start < 3000 {
            ("date", 0.42)
        } else {
            continue;
        };
        let mut clause = s.clause(ClauseKind::AgreementDate, Side::Both, false, confidence);
        clause
            .facts
            .push(s.fact(name, date_fact(date.value), date.start, date.end));
        clauses.push(clause);
        if name == "date" {
            return;
        }
    }
}
