//! Key dates, computed step by step on the calendar; a rule that can't be dated, or whose day would
//! contradict the contract's start, says why.

use crate::citation::{Citation, cite_span};
use crate::clause::{Clause, ClauseKind, Fact, FactValue, TimeUnit};
use crate::date::CivilDate;
use crate::report::KeyDate;

use super::Contract;
use super::explain::say_fact;
use super::terms::{TermEnd, effective_date, end_of_term, signed};

/// What the last day to give notice is called.
pub const LAST_NOTICE: &str = "Last day to give notice against renewal";
/// What the first day to give notice is called, where there is one.
const FIRST_NOTICE: &str = "First day to give notice against renewal";
/// What the last day to be told the next price is called.
pub const PRICE_NOTICE: &str = "Last day to be told the price of the next term";
/// What the end of the first term is called.
pub const INITIAL_END: &str = "Initial term ends";
/// What the end of the first renewal is called.
pub const RENEWAL_END: &str = "First renewal would end";

pub(super) fn compute_dates(contract: &Contract) -> Vec<KeyDate> {
    let mut dates = Vec::new();
    let start = start_date(contract);
    if let Some((event, clause, date)) = &start {
        dates.push(KeyDate {
            event: (*event).to_owned(),
            date: Some(date.to_iso()),
            arithmetic: vec![format!("Stated: {}", date.to_iso())],
            citations: cite(contract, clause, None),
        });
    }
    let end = initial_term_end(contract);
    let end_date = end
        .as_ref()
        .and_then(|end| end.date.as_deref())
        .and_then(CivilDate::from_iso);
    dates.extend(end);
    if let Some((clause, fact)) =
        contract.fact(ClauseKind::NoticePeriodToTerminateRenewal, "notice")
    {
        if let Some(earliest) = clause.fact("earliest") {
            dates.push(before_end(
                contract,
                end_date,
                FIRST_NOTICE,
                clause,
                earliest,
            ));
        }
        dates.push(before_end(contract, end_date, LAST_NOTICE, clause, fact));
    }
    if let Some((clause, fact)) = price_notice(contract) {
        dates.push(before_end(contract, end_date, PRICE_NOTICE, clause, fact));
    }
    if let Some((clause, fact)) = contract.fact(ClauseKind::RenewalTerm, "renewal") {
        dates.push(after_end(contract, end_date, RENEWAL_END, clause, fact));
    }
    dates.extend(rules(contract, end_date));
    dates
}

fn price_notice<'a>(contract: &'a Contract) -> Option<(&'a Clause, &'a Fact)> {
    contract
        .affirmed(ClauseKind::PriceRestrictions)
        .filter(|clause| clause.fact("renewal").is_some())
        .find_map(|clause| clause.fact("notice").map(|fact| (clause, fact)))
}

/// From when a rule counts.
enum From {
    /// The end of the contract.
    End,
    /// Something that has not happened yet: the words say what.
    Event(&'static str),
}

/// Rules that run from the end or from an event; the latter are rows that say why they have no date.
const RULES: [(ClauseKind, &str, &str, From); 10] = [
    (
        ClauseKind::DataReturn,
        "window",
        "Data can be got back until",
        From::End,
    ),
    (
        ClauseKind::PostTerminationServices,
        "period",
        "Help with moving away ends",
        From::End,
    ),
    (
        ClauseKind::NonCompete,
        "after",
        "The ban on competing ends",
        From::End,
    ),
    (
        ClauseKind::PaymentTerms,
        "payment",
        "An invoice is due",
        From::Event("each invoice"),
    ),
    (
        ClauseKind::InvoiceDispute,
        "window",
        "An invoice must be disputed",
        From::Event("each invoice"),
    ),
    (
        ClauseKind::TerminationForCause,
        "cure",
        "A breach must be put right",
        From::Event("the notice of a breach"),
    ),
    (
        ClauseKind::BreachNotice,
        "notice",
        "A security incident must be told",
        From::Event("the incident's discovery"),
    ),
    (
        ClauseKind::TerminationForConvenience,
        "notice",
        "Leaving without a reason takes effect",
        From::Event("the notice"),
    ),
    (
        ClauseKind::ClaimTimeLimit,
        "limit",
        "A claim is barred",
        From::Event("the event that the claim is about"),
    ),
    (
        ClauseKind::WarrantyDuration,
        "period",
        "The warranty ends",
        From::Event("delivery or acceptance"),
    ),
];

fn rules(contract: &Contract, end: Option<CivilDate>) -> Vec<KeyDate> {
    let row = |(kind, name, event, from): &(ClauseKind, &str, &str, From)| {
        let (clause, fact) = contract.fact(*kind, name)?;
        let FactValue::Duration { .. } = fact.value else {
            return None;
        };
        Some(match from {
            From::End => after_end(contract, end, event, clause, fact),
            From::Event(what) => KeyDate {
                event: (*event).to_owned(),
                date: None,
                arithmetic: vec![format!(
                    "{} from {what}: the contract gives no date to count from",
                    say_fact(&fact.value)
                )],
                citations: cite(contract, clause, Some(fact)),
            },
        })
    };
    RULES.iter().filter_map(row).collect()
}

/// The day that terms are counted from, with the clause that says it.
pub(super) fn start_day<'a>(contract: &'a Contract) -> Option<(CivilDate, &'a Clause)> {
    start_date(contract).map(|(_, clause, date)| (date, clause))
}

/// The last day on which a notice keeps the contract from renewing, where it can be computed.
pub(super) fn last_day_for_notice(contract: &Contract) -> Option<CivilDate> {
    let end = initial_term_end(contract)?
        .date
        .as_deref()
        .and_then(CivilDate::from_iso)?;
    let (_, fact) = contract.fact(ClauseKind::NoticePeriodToTerminateRenewal, "notice")?;
    shift(end, &fact.value, -1.0)
}

/// The day that terms are counted from.
fn start_date<'a>(contract: &'a Contract) -> Option<(&'static str, &'a Clause, CivilDate)> {
    let own = |event, found: Option<(&'a Clause, &'a Fact)>| {
        let (clause, fact) = found?;
        Some((event, clause, civil(&fact.value)?))
    };
    let stated = own("Contract takes effect", effective_date(contract)).or_else(|| {
        let dated = contract.fact(ClauseKind::AgreementDate, "date");
        own("Contract is dated", dated)
    });
    stated.or_else(|| {
        let (clause, fact) = signed(contract)?;
        Some(("Contract is signed", clause, civil(&fact.value)?))
    })
}

/// When the initial term ends, stated or computed from the start. A day that is not after the start is
/// no end: the row then says so and has no date.
pub(super) fn initial_term_end(contract: &Contract) -> Option<KeyDate> {
    let (clause, end) = end_of_term(contract)?;
    let start = start_of_term(contract, clause);
    let (fact, date, sum) = match end {
        TermEnd::Stated(fact) => {
            let date = civil(&fact.value)?;
            (fact, Some(date), format!("Stated: {}", date.to_iso()))
        }
        TermEnd::After(fact) => {
            let length = say_fact(&fact.value);
            let date = start.and_then(|start| Some((start, shift(start, &fact.value, 1.0)?)));
            let sum = match date {
                Some((start, date)) => {
                    format!("{} + {length} = {}", start.to_iso(), date.to_iso())
                }
                None => format!("{length} from a start that the contract gives no date for"),
            };
            (fact, date.map(|(_, date)| date), sum)
        }
        TermEnd::WithYear(fact) => {
            let date = start.and_then(|start| CivilDate::last_of_month(start.year, 12));
            let sum = match (start, date) {
                (Some(start), Some(date)) => format!(
                    "{}, to the end of its calendar year = {}",
                    start.to_iso(),
                    date.to_iso()
                ),
                _ => "The end of a calendar year, from a start that the contract gives no date for"
                    .to_owned(),
            };
            (fact, date, sum)
        }
        TermEnd::Endless(_) => return None,
    };
    let before = start.filter(|start| date.is_some_and(|date| date <= *start));
    Some(KeyDate {
        event: INITIAL_END.to_owned(),
        date: date.filter(|_| before.is_none()).map(CivilDate::to_iso),
        arithmetic: match before {
            Some(start) => vec![format!(
                "{sum}, which is not after the start on {}: one of the two dates is another's",
                start.to_iso()
            )],
            None => vec![sum],
        },
        citations: cite(contract, clause, Some(fact)),
    })
}

/// Whether the day on which a clause ends the term is not after the day it begins.
pub(super) fn ends_before_start(contract: &Contract, clause: &Clause, end: &Fact) -> bool {
    let start = start_of_term(contract, clause);
    start.is_some_and(|start| civil(&end.value).is_some_and(|end| end <= start))
}

/// The day that a clause about the term counts from: its own first, then the contract's.
fn start_of_term(contract: &Contract, clause: &Clause) -> Option<CivilDate> {
    // "shall commence as of April 1, 2018": the clause's own start goes before the contract's.
    let stated = clause.fact("start").and_then(|fact| civil(&fact.value));
    let dated = || {
        clause.fact("from_date")?;
        let (_, fact) = contract.fact(ClauseKind::AgreementDate, "date")?;
        civil(&fact.value)
    };
    let signed_on = || {
        clause.fact("from_signature")?;
        if contract.fact(ClauseKind::EffectiveDate, "date").is_some() {
            return None;
        }
        civil(&signed(contract)?.1.value)
    };
    stated
        .or_else(dated)
        .or_else(signed_on)
        .or_else(|| start_date(contract).map(|(_, _, date)| date))
}

/// A length before the end of the term.
fn before_end(
    contract: &Contract,
    end: Option<CivilDate>,
    event: &str,
    clause: &Clause,
    fact: &Fact,
) -> KeyDate {
    counted(contract, end, event, clause, fact, -1.0)
}

/// A length after the end of the term.
fn after_end(
    contract: &Contract,
    end: Option<CivilDate>,
    event: &str,
    clause: &Clause,
    fact: &Fact,
) -> KeyDate {
    counted(contract, end, event, clause, fact, 1.0)
}

fn counted(
    contract: &Contract,
    end: Option<CivilDate>,
    event: &str,
    clause: &Clause,
    fact: &Fact,
    sign: f64,
) -> KeyDate {
    let (mark, side) = if sign < 0.0 {
        ("-", "before")
    } else {
        ("+", "after")
    };
    let length = say_fact(&fact.value);
    let date = end.and_then(|end| Some((end, shift(end, &fact.value, sign)?)));
    let start = start_date(contract).map(|(_, _, start)| start);
    let too_early = start.filter(|start| date.is_some_and(|(_, date)| date < *start));
    let mut arithmetic = match date {
        Some((end, date)) => {
            let sum = format!("{} {mark} {length} = {}", end.to_iso(), date.to_iso());
            vec![match too_early {
                Some(start) => format!(
                    "{sum}, which is before the contract begins on {}",
                    start.to_iso()
                ),
                None => sum,
            }]
        }
        None => vec![format!(
            "{length} {side} the end of the term, which has no date"
        )],
    };
    if let (
        Some(_),
        FactValue::Duration {
            unit: TimeUnit::BusinessDay,
            ..
        },
    ) = (date, &fact.value)
    {
        arithmetic.push(
            "Saturdays and Sundays are left out, public holidays are not: look at the calendar of the place"
                .to_owned(),
        );
    }
    KeyDate {
        event: event.to_owned(),
        date: date
            .filter(|_| too_early.is_none())
            .map(|(_, date)| date.to_iso()),
        arithmetic,
        citations: cite(contract, clause, Some(fact)),
    }
}

fn shift(date: CivilDate, by: &FactValue, sign: f64) -> Option<CivilDate> {
    match by {
        FactValue::Duration { value, unit } if *value < 1200.0 => {
            Some(date.add(sign * value, *unit))
        }
        _ => None,
    }
}

pub(super) fn civil(value: &FactValue) -> Option<CivilDate> {
    match value {
        FactValue::Date { year, month, day } => CivilDate::new(*year, *month, *day),
        _ => None,
    }
}

fn cite(contract: &Contract, clause: &Clause, fact: Option<&Fact>) -> Vec<Citation> {
    let mut citations = cite_span(contract.document, clause.span);
    if let Some(fact) = fact.filter(|f| !f.span.overlaps(clause.span)) {
        citations.extend(cite_span(contract.document, fact.span));
    }
    citations
}
