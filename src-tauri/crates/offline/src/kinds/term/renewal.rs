//! How a contract goes on when its term ends, and the notice that keeps it from it.

use countersign_contracts::clause::{Clause, ClauseKind, Fact, FactValue, Side, TimeUnit};

use super::is_long;
use crate::pattern::rx;
use crate::reader::Sentence;
use crate::sides::auxiliary_before;

/// "shall automatically renew for successive periods of twenty-four months".
pub(in crate::kinds) fn read_renewal(s: &Sentence, clauses: &mut Vec<Clause>) {
    let renews = rx!(
        r"\b(?:automatic\w*|successive|evergreen|tacitly)\b[^.]{0,100}?\b(?:renew\w*|exten(?:d|ds|ded|sions?)|prolong\w*|continue[sd]?|roll(?:s|ed)? over)\b|\broll(?:s|ed)? over (?:in)?to\b|\b(?:renew(?:s|ed|al)?|exten(?:d|ds|ded|sions?)|prolong\w*|continue[sd]?)\b[^.]{0,140}?\b(?:automatic\w*|tacitly|successive|additional|further|for (?:a|one|another|an|up to) (?:\w+ ){0,3}(?:term|period)s?|year[- ]to[- ]year|month[- ]to[- ]month|by (?:mutual|a written|written))\b|\b(?:renew(?:s|ed|al)?|exten(?:d|ds|ded|sions?))\b[^.]{0,140}?\bfor (?:a|one|another|an|up to)\b|\b(?:shall|will|may|is) (?:not )?(?:be )?(?:renew(?:ed|able)?|renewal)\b|\beffective (?:on a )?(?:month|year)[- ]to[- ](?:month|year)|\b(?:and|thereafter)\b[^.;]{0,30}\b(?:from )?year to year\b|\bcontinue\b[^.;]{0,40}\bthereafter until\b|\bindefinitely (?:after|thereafter)\b|\brenewable\b[^.]{0,30}\b(?:term|period|year)|\b(?:renew|extend|prolong)s? itself\b|\b(?:consecutive|successive) (?:\w+ )?periods\b|\brenewal (?:terms?|periods?)\b[^.]{0,80}?\b(?:automatic\w*|follow|begin|commence)|\b(?:prolong|exten)\w*\b[^.]{0,10}\bby (?:a further |another )?\w+ \(?\d|\b(?:run|continue|go on|carry on)s?\b[^.]{0,20}?\bfor (?:a further|another|a new)\b|\ba? ?(?:new|further|another) (?:term|period) of\b[^.;]{0,40}?\b(?:begin|commence|start|follow)"
    );
    let about =
        rx!(r"\b(?:agreement|term|subscription|contract|order|period|franchise|appointment)\b");
    let tacit = rx!(r"\b(?:renewed|extended|prolonged) (?:tacitly|automatically)|\btacit");
    let concerns = |_: &regex::Match| s.has(about) || s.has(tacit) && about.is_match(s.paragraph);
    let Some(hit) = renews.find(s.lower).filter(concerns) else {
        return;
    };
    if s.has(rx!(r"\bextend(?:ed|s)? (?:to|beyond|the (?:benefit|time|deadline|date|warranty|delivery))|letters? of credit|insurance|time for performance|patent|\b(?:pric(?:e|es|ing)|fees?|rates?)\b[^.]{0,200}\byear[- ]to[- ]year")) {
        return;
    }
    // A time allowed for something is extended, not the contract.
    let deadline = rx!(
        r"\b(?:such|that|the|said|any such) (?:time |cure |notice |response |specified )?(?:periods?|time|deadline|date)s? (?:\w+ )?(?:shall|will|may) (?:\w+ ){0,2}be (?:\w+ )?(?:extended|prolonged)"
    );
    if s.has(deadline) && !s.has(rx!(r"\brenew")) {
        return;
    }
    // "shall continue for three years and shall automatically renew": what it renews for counts.
    let telling = rx!(
        r"\brenew\w*|\bexten\w*|\bprolong\w*|\broll(?:s|ed)?\b|\byear to year|\bmonth to month|\b(?:new|further) (?:term|period) of\b|\bfor (?:a further|another)\b"
    );
    // "Unless it says that it does not wish to renew, the agreement shall automatically renew."
    let by_itself = rx!(
        r"\b(?:shall|will|is|be|are|and|thereafter)(?: be)? (?:thereafter )?(?:automatically|tacitly) (?:be )?(?:renew|exten|prolong|roll)\w*"
    );
    let itself = by_itself
        .find(s.lower)
        .and_then(|hit| telling.find_at(s.lower, hit.start()));
    let verb = itself
        .or_else(|| telling.find_at(s.lower, hit.start()))
        .or_else(|| {
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
    let it = s.has(rx!(r"\brenewed tacitly\b|\b(?:it|same) (?:shall|will|is) "))
        && subject.is_match(s.paragraph);
    if !reach.is_some_and(|words| subject.is_match(words)) && !it {
        return;
    }
    let automatic = rx!(
        r"\bautomatic\w*|\bevergreen|\bon its own\b|\bof its own accord|\bby itself\b|\bdeemed (?:to be |to have been |to have )?(?:renewed|extended)|\b(?:renew|extend|prolong)s? itself\b|\bshould (?:neither|no)\b|\bif not (?:terminated|cancel)|\broll(?:s|ed)? over|\b(?:if|where) (?:neither|no)\b[^.]{0,60}\bnotice|\bin the absence of\b[^.]{0,40}\bnotice|\bunless (?:either|one|any|notice|(?:\w+ ){1,2}(?:party )?(?:gives|notif|provid|deliver|elects|terminates|cancels|objects|opts))|\bunless cancel|\bunless (?:earlier |sooner )?terminated[^.]{0,80}notice|begins by itself|tacitly|\b(?:absent|failing|without) (?:a |any |such |timely |prior |written )*notice|\b(?:if|where|each time|unless)\b[^.;]{0,40}\b(?:does|do|did|is|has|have) not\b[^.;]{0,30}\b(?:cancel|terminat|notice|object|notif)|\bunless\b[^.;]{0,40}\b(?:in writing|notice)|\b(?:new|further) (?:term|period) of\b[^.;]{0,40}\bbegins|(?:year|month)[- ]to[- ](?:year|month)|\bshall (?:thereafter )?continue\b[^.]{0,60}\bsuccessive|\bthereafter continue\b[^.]{0,60}\byear"
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
    clause.facts.extend(s.flags(&[
        (
            "ended_by_notice",
            rx!(r"\bunless\b|\bnotice|\bnotif|\bnot to renew|\bcancel"),
        ),
        (
            "same_terms",
            rx!(r"\b(?:same|identical) (?:terms|conditions|prices?|fees|rates)\b"),
        ),
    ]));
    let unlimited = rx!(
        r"\b(?:unlimited|indefinite) period|\bindefinitely (?:after|there)|\bthereafter\b[^.]{0,80}\b(?:until|unless)\b[^.]{0,40}\bterminat|\bcontinue in (?:full force and )?effect (?:thereafter )?until"
    );
    let for_good = rx!(r"\bindefinitely (?:after|thereafter)\b|\beffect thereafter until\b");
    let length = renewal_length(s, verb.start());
    // A length in front of "shall continue until terminated" is the first term's.
    let behind = |fact: &Fact| fact.span.start as usize >= s.start + verb.start();
    let goes_on = rx!(r"\bcontinue\w*\b[^.;]{0,40}\buntil\b[^.;]{0,30}\bterminat");
    let open_ended = s.has(unlimited) || s.has(goes_on);
    match length.filter(|fact| !s.has(for_good) && (behind(fact) || !open_ended)) {
        Some(length) => clause.facts.push(length),
        None if open_ended => clause.facts.push(s.flag("endless")),
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
    // "shall extend for five (5) years ("Initial Term")" renews nothing.
    let is_first = |end: usize| {
        s.lower
            .get(end..(end + 50).min(s.lower.len()))
            .is_some_and(|tail| {
                rx!(r"^[^.;]{0,30}\((?:the )?\W{0,3}(?:initial|original|first) term").is_match(tail)
            })
    };
    let after = long
        .clone()
        .find(|d| d.start >= verb && !is_notice(d.end) && !is_first(d.end));
    let rolling = rx!(
        r"\b(?:half a year|year[- ]to[- ]year|every year|each year|annual(?:ly)?|yearly|one-year|month[- ]to[- ]month|monthly|(?:month|year) of service)\b"
    );
    // "for two years with automatic annual renewals" says beside the verb for how long.
    let yearly = rx!(
        r"\b(?:annual|yearly|one-year|monthly) (?:renewals?|extensions?)\b|\brenew\w* (?:annually|yearly|each year|every year|monthly)\b"
    );
    let beside = yearly.find(s.lower).filter(|_| after.is_none());
    let periods = rx!(r"\bsuccessive (?:annual|yearly|monthly|one-year)\b");
    let behind = periods.find(s.lower).filter(|hit| hit.start() > verb);
    // "for two years, unless extended by agreement": the length is the first term's.
    let unless = s.lower.get(..verb).is_some_and(|head| {
        rx!(r"\b(?:unless|or is|or as|until|and)(?: it is| this agreement is| earlier| sooner)? $").is_match(head)
    });
    let best = after.or_else(|| {
        long.rfind(|d| {
            behind.is_none() && beside.is_none() && !unless && !is_notice(d.end) && !is_first(d.end)
        })
    });
    if let Some(best) = best {
        return Some(s.duration_fact("renewal", best));
    }
    let rolling = rolling.find_at(s.lower, beside.map_or(0, |hit| hit.start()))?;
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
pub(in crate::kinds) fn read_renewal_notice(s: &Sentence, clauses: &mut Vec<Clause>) {
    let notice =
        rx!(r"\bnotice\b|\bnotif\w+|\bin writing\b|\bintention\b|\belect|\bterminat|\bcancel");
    let renews = rx!(
        r"\brenew\w*|\bnon-?renewal|\bextend(?:ed|s)?\b|\bextension|\bprolong|\bmonth[- ]to[- ]month|\b(?:continue|remain)\b[^.]{0,80}\buntil\b[^.]{0,110}\bterminat|\bafter (?:that|which) until terminated|\b(?:expiration|expiry|end) (?:date )?of (?:the |its |such |said |any |then[- ])*(?:initial|original|current|relevant|applicable|term|agreement|contract)|\bfollowing the initial term|\bextended term"
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
        let latest =
            rx!(r"\b(?:not|no|nor) (?:more|earlier|sooner) than (?:\w+ )?$").is_match(head);
        d.value.days() <= 400.0 && ahead && !latest && !tail.trim_start().starts_with("after")
    });
    let Some(lead) = lead else { return };
    let automatic = s.has(rx!(r"\bautomatic|\bunless\b|\bnon-?renewal|\bnot to (?:renew|extend)|\bsuccessive|\bconsecutive|\bend of the|\bexpir|begins by itself"));
    // A notice that one wishes to renew is none against renewal.
    let wish = rx!(
        r"\b(?:desires?|inten\w+|elect\w*|option|requests?|wish\w*|exercis\w*)\b[^.;]{0,30}\bto (?:renew|extend)\b|\brenewal notice\b|\bnotice of (?:renewal|extension)\b|\bexercis\w+ (?:of )?(?:its |such |the |this |his )?(?:\w+ )?option"
    );
    let against = rx!(
        r"\bnot to (?:renew|extend)|\bnot (?:be )?(?:renew|extend)|\bnon-?renew|\bunless\b|\bterminat"
    );
    let confidence = match automatic {
        _ if s.has(wish) && !s.has(against) => 0.5,
        true => 0.85,
        false => 0.55,
    };
    let mut clause = s.clause(
        ClauseKind::NoticePeriodToTerminateRenewal,
        s.subject(lead.start),
        false,
        confidence,
    );
    clause.facts.push(s.duration_fact("notice", lead));
    // "at least sixty (60) but not more than ninety (90) days before": a notice can be too early.
    let most = rx!(r"\b(?:not|no|nor) (?:more|earlier|sooner) than (?:\w+ )?$");
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
