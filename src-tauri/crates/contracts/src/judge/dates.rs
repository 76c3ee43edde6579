//! Key dates, computed step by step on the calendar; a rule that can't be dated says why.

use crate::citation::{Citation, cite_span};
use crate::clause::{Clause, ClauseKind, Fact, FactValue};
use crate::date::CivilDate;
use crate::report::KeyDate;

use super::Contract;
use super::explain::say_fact;
use super::terms::{TermEnd, end_of_term, signed};

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
    let Some(end) = initial_term_end(contract) else {
        return dates;
    };
    let end_date = end.date.as_deref().and_then(parse_iso);
    dates.push(end);
    if let Some((clause, fact)) =
        contract.fact(ClauseKind::NoticePeriodToTerminateRenewal, "notice")
    {
        dates.push(last_notice_day(contract, end_date, clause, fact));
    }
    if let Some((clause, fact)) = contract.fact(ClauseKind::RenewalTerm, "renewal") {
        let renewed = end_date.and_then(|end| Some((end, shift(end, &fact.value, 1.0)?)));
        dates.push(KeyDate {
            event: "First renewal would end".to_owned(),
            date: renewed.map(|(_, date)| date.to_iso()),
            arithmetic: match renewed {
                Some((end, date)) => vec![format!(
                    "{} + {} = {}",
                    end.to_iso(),
                    say_fact(&fact.value),
                    date.to_iso()
                )],
                None => vec!["The end of the initial term has no date to count from".to_owned()],
            },
            citations: cite(contract, clause, Some(fact)),
        });
    }
    dates
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
        .and_then(parse_iso)?;
    let (_, fact) = contract.fact(ClauseKind::NoticePeriodToTerminateRenewal, "notice")?;
    shift(end, &fact.value, -1.0)
}

/// The day that terms are counted from.
fn start_date<'a>(contract: &'a Contract) -> Option<(&'static str, &'a Clause, CivilDate)> {
    let kinds = [
        (ClauseKind::EffectiveDate, "Contract takes effect"),
        (ClauseKind::AgreementDate, "Contract is dated"),
    ];
    let stated = kinds.into_iter().find_map(|(kind, event)| {
        let (clause, fact) = contract.fact(kind, "date")?;
        Some((event, clause, civil(&fact.value)?))
    });
    stated.or_else(|| {
        let (clause, fact) = signed(contract)?;
        Some(("Contract is signed", clause, civil(&fact.value)?))
    })
}

/// When the initial term ends, stated or computed from the start.
pub(super) fn initial_term_end(contract: &Contract) -> Option<KeyDate> {
    let start = start_date(contract).map(|(_, _, date)| date);
    let event = "Initial term ends".to_owned();
    let (clause, fact) = match end_of_term(contract) {
        Some((clause, TermEnd::Stated(fact))) => {
            let date = civil(&fact.value)?;
            return Some(KeyDate {
                event,
                date: Some(date.to_iso()),
                arithmetic: vec![format!("Stated: {}", date.to_iso())],
                citations: cite(contract, clause, Some(fact)),
            });
        }
        Some((clause, TermEnd::After(fact))) => (clause, fact),
        _ => return None,
    };
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
    let start = stated.or_else(dated).or_else(signed_on).or(start);
    let computed = start.and_then(|start| Some((start, shift(start, &fact.value, 1.0)?)));
    Some(KeyDate {
        event,
        date: computed.map(|(_, date)| date.to_iso()),
        arithmetic: match computed {
            Some((start, date)) => {
                vec![format!(
                    "{} + {} = {}",
                    start.to_iso(),
                    say_fact(&fact.value),
                    date.to_iso()
                )]
            }
            None => vec![format!(
                "{} from a start that the contract gives no date for",
                say_fact(&fact.value)
            )],
        },
        citations: cite(contract, clause, Some(fact)),
    })
}

fn last_notice_day(
    contract: &Contract,
    end: Option<CivilDate>,
    clause: &Clause,
    fact: &Fact,
) -> KeyDate {
    let computed = end.and_then(|end| Some((end, shift(end, &fact.value, -1.0)?)));
    KeyDate {
        event: "Last day to give notice against renewal".to_owned(),
        date: computed.map(|(_, date)| date.to_iso()),
        arithmetic: match computed {
            Some((end, date)) => {
                vec![format!(
                    "{} - {} = {}",
                    end.to_iso(),
                    say_fact(&fact.value),
                    date.to_iso()
                )]
            }
            None => vec![format!(
                "{} before the end of the term, which has no date",
                say_fact(&fact.value)
            )],
        },
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

fn parse_iso(text: &str) -> Option<CivilDate> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    CivilDate::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

fn cite(contract: &Contract, clause: &Clause, fact: Option<&Fact>) -> Vec<Citation> {
    let mut citations = cite_span(contract.document, clause.span);
    if let Some(fact) = fact.filter(|f| !f.span.overlaps(clause.span)) {
        citations.extend(cite_span(contract.document, fact.span));
    }
    citations
}
