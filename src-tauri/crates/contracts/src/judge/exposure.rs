//! What a clause puts at stake in this contract, in money or days: "3 months' charges: GBP 41,250
//! against GBP 660,000 over the term".
//!
//! Every number is one that the contract states, or computed from such; where one is missing nothing
//! is said.

use crate::clause::{Clause, ClauseKind, Fact, FactValue, NumberUnit, Side};

use super::dates::{last_day_for_notice, start_day};
use super::explain::{say_fact, say_number};
use super::terms::initial_term;
use super::{Contract, SURE};

/// Hours of a month, for what an availability in percent allows.
const HOURS_OF_MONTH: f64 = 730.0;
/// A controller must tell the authority within this many hours (GDPR, article 33).
const AUTHORITY_HOURS: f64 = 72.0;

/// What `clause` comes to; `None` when the contract does not say enough.
pub(super) fn exposure(contract: &Contract, clause: &Clause) -> Option<String> {
    match clause.kind {
        ClauseKind::CapOnLiability => cap(contract, clause),
        ClauseKind::RenewalTerm => renewal(contract, clause),
        ClauseKind::NoticePeriodToTerminateRenewal => {
            let day = last_day_for_notice(contract)?;
            Some(format!("The last day to give notice is {}.", day.to_iso()))
        }
        ClauseKind::PriceRestrictions => uplift(contract, clause),
        ClauseKind::LiquidatedDamages => leaving(contract, clause),
        ClauseKind::ExpirationDate => {
            let money = Money::of(contract)?;
            let total = money.over(clause.fact("term")?)?;
            Some(format!(
                "{} over {}.",
                money.say(total),
                say_fact(&clause.fact("term")?.value)
            ))
        }
        ClauseKind::TerminationForConvenience => {
            let money = Money::of(contract)?;
            let notice = clause.fact("notice")?;
            let charges = money.over(notice)?;
            let length = say_fact(&notice.value);
            Some(format!(
                "About {} in charges over the {length} of notice.",
                money.say(charges)
            ))
        }
        ClauseKind::LateFees => {
            let money = Money::of(contract)?;
            let rate = number(clause, "interest", NumberUnit::PercentPerYear)?;
            let month = money.yearly / 12.0;
            let interest = month * rate / 100.0 / 12.0;
            Some(format!(
                "A month's charges ({}) paid a month late cost {}.",
                money.say(month),
                money.say(interest)
            ))
        }
        ClauseKind::MinimumCommitment => commitment(contract, clause),
        ClauseKind::ServiceLevel => {
            let uptime = number(clause, "uptime", NumberUnit::Percent).filter(|u| *u < 100.0)?;
            let hours = (100.0 - uptime) / 100.0 * HOURS_OF_MONTH;
            Some(format!(
                "Allows {} hours of outage a month.",
                say_number((hours * 10.0).round() / 10.0)
            ))
        }
        ClauseKind::BreachNotice => {
            let hours = number(clause, "notice", NumberUnit::Hours)?;
            let left = AUTHORITY_HOURS - hours;
            (left <= 0.0).then(|| {
                "Leaves nothing of the 72 hours in which an authority must be told, where personal data is concerned."
                    .to_owned()
            })
        }
        ClauseKind::ClaimTimeLimit => {
            let FactValue::Duration { value, unit } = clause.fact("limit")?.value else {
                return None;
            };
            let (start, _) = start_day(contract)?;
            let day = start.add(value, unit);
            Some(format!(
                "A claim that arises on the first day, {}, is barred after {}.",
                start.to_iso(),
                day.to_iso()
            ))
        }
        _ => None,
    }
}

/// The fees of a year with their currency.
struct Money {
    currency: Option<String>,
    yearly: f64,
}

impl Money {
    fn of(contract: &Contract) -> Option<Self> {
        match &contract.annual_fees()?.1.value {
            FactValue::Amount { currency, value } if *value > 0.0 => Some(Self {
                currency: currency.clone(),
                yearly: *value,
            }),
            _ => None,
        }
    }

    /// The charges over a length of time.
    fn over(&self, length: &Fact) -> Option<f64> {
        let months = length.value.number_in(NumberUnit::Months)?;
        Some(self.yearly * months / 12.0)
    }

    fn say(&self, value: f64) -> String {
        let rounded = if value >= 100.0 { value.round() } else { value };
        say_fact(&FactValue::Amount {
            currency: self.currency.clone(),
            value: rounded,
        })
    }
}

fn number(clause: &Clause, name: &str, unit: NumberUnit) -> Option<f64> {
    clause.fact(name)?.value.number_in(unit)
}

/// What the contract costs over its first term, and how that is said; else over a year.
fn whole(contract: &Contract, money: &Money) -> (f64, String) {
    let term = initial_term(contract).map(|(_, term)| term);
    match term.and_then(|term| Some((term, money.over(term)?))) {
        Some((term, total)) if total > money.yearly => {
            (total, format!("over the term of {}", say_fact(&term.value)))
        }
        _ => (money.yearly, "a year".to_owned()),
    }
}

fn cap(contract: &Contract, clause: &Clause) -> Option<String> {
    let money = Money::of(contract)?;
    let (total, span) = whole(contract, &money);
    let stated = clause.fact("cap_amount").map(|fact| &fact.value);
    let (limit, how) = match (stated, number(clause, "cap", NumberUnit::Months)) {
        (Some(FactValue::Amount { currency, value }), _) if *currency == money.currency => {
            (*value, "The limit".to_owned())
        }
        (None, Some(months)) => (
            money.yearly * months / 12.0,
            match months {
                3.0 => "One quarter's charges".to_owned(),
                12.0 => "One year's charges".to_owned(),
                months => format!("{} months' charges", say_number(months)),
            },
        ),
        _ => return None,
    };
    (limit < total).then(|| {
        format!(
            "{how}: {} against {} {span}.",
            money.say(limit),
            money.say(total)
        )
    })
}

fn renewal(contract: &Contract, clause: &Clause) -> Option<String> {
    let length = clause.fact("renewal")?;
    // Who may leave at any time is not bound for as long as that.
    let leaves = |exit: &Clause| matches!(exit.bound, Side::Ours | Side::Both);
    if contract
        .affirmed(ClauseKind::TerminationForConvenience)
        .any(|exit| leaves(exit) && exit.confidence >= SURE)
    {
        return None;
    }
    // Of several renewals a notice need not keep off each.
    let keeps_off = contract
        .found(ClauseKind::NoticePeriodToTerminateRenewal)
        .any(|notice| notice.span.overlaps(clause.span));
    let others = contract
        .affirmed(ClauseKind::RenewalTerm)
        .any(|other| other.fact("automatic").is_some() && !other.span.overlaps(clause.span));
    let day = last_day_for_notice(contract)
        .filter(|_| keeps_off || !others)
        .map(|day| format!(" unless notice is given by {}", day.to_iso()))
        .unwrap_or_default();
    match Money::of(contract).and_then(|money| Some(money.say(money.over(length)?))) {
        Some(cost) => Some(format!(
            "Another {} for {cost}{day}.",
            say_fact(&length.value)
        )),
        None if !day.is_empty() => Some(format!("Another {}{day}.", say_fact(&length.value))),
        None => None,
    }
}

fn uplift(contract: &Contract, clause: &Clause) -> Option<String> {
    let money = Money::of(contract)?;
    let percent = number(clause, "uplift", NumberUnit::Percent)?;
    let more = money.yearly * percent / 100.0;
    Some(format!(
        "Up to {} a year more on {}.",
        money.say(more),
        money.say(money.yearly)
    ))
}

fn leaving(contract: &Contract, clause: &Clause) -> Option<String> {
    clause.fact("remaining_fees")?;
    let money = Money::of(contract)?;
    let percent = number(clause, "fee", NumberUnit::Percent).unwrap_or(100.0);
    let (total, span) = whole(contract, &money);
    Some(format!(
        "Up to {} ({} % of {} {span}).",
        money.say(total * percent / 100.0),
        say_number(percent),
        money.say(total)
    ))
}

fn commitment(contract: &Contract, clause: &Clause) -> Option<String> {
    let FactValue::Amount { currency, value } = &clause.fact("minimum")?.value else {
        return None;
    };
    let years = initial_term(contract)?
        .1
        .value
        .number_in(NumberUnit::Years)?;
    let said = contract.text(clause.span).to_ascii_lowercase();
    let yearly = [
        "per year",
        "each year",
        "per annum",
        "annual",
        "contract year",
        "yearly",
    ]
    .iter()
    .any(|word| said.contains(word));
    (yearly && years > 1.0).then(|| {
        let total = FactValue::Amount {
            currency: currency.clone(),
            value: (value * years).round(),
        };
        format!("{} over the term.", say_fact(&total))
    })
}
