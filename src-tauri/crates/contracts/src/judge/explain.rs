//! Explanations: the texts of a playbook filled with the values of this contract.

use crate::clause::{Clause, Fact, FactValue, Side};
use crate::date::CivilDate;
use crate::playbook::condition::number_unit;

use super::Contract;

/// Fills `{notice}`, `{notice.days}`, `{ours}`, `{theirs}`, `{bound}`, `{contract.term}` and
/// `{contract.annual_fees}`. `None` when a value is not known.
pub(super) fn explain(contract: &Contract, clause: Option<&Clause>, say: &str) -> Option<String> {
    let mut filled = String::new();
    let mut rest = say;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}')?;
        filled.push_str(before);
        filled.push_str(&value_of(contract, clause, name)?);
        rest = tail;
    }
    filled.push_str(rest);
    Some(filled)
}

fn value_of(contract: &Contract, clause: Option<&Clause>, name: &str) -> Option<String> {
    let profile = contract.profile;
    match name {
        "ours" => return Some(profile.word_for(Side::Ours).to_owned()),
        "theirs" => return Some(profile.word_for(Side::Theirs).to_owned()),
        "bound" => return Some(profile.word_for(clause?.bound).to_owned()),
        "type" => return Some(profile.contract_type.title().to_owned()),
        "contract.annual_fees" => return contract.annual_fees().map(|(_, f)| say_fact(&f.value)),
        "contract.term" => {
            return super::terms::initial_term(contract).map(|(_, f)| say_fact(&f.value));
        }
        _ => {}
    }
    match name.rsplit_once('.') {
        Some((name, unit)) => {
            let number = clause?.fact(name)?.value.number_in(number_unit(unit)?)?;
            Some(say_number((number * 10.0).round() / 10.0))
        }
        None => clause?.fact(name).map(|fact| say_fact(&fact.value)),
    }
}

/// A number without a needless fraction, thousands apart: `240,000`, `1.5`.
#[must_use]
pub fn say_number(value: f64) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    let whole = rounded.trunc().abs() as u64;
    let mut digits = whole.to_string();
    let mut at = digits.len();
    while at > 3 {
        at -= 3;
        digits.insert(at, ',');
    }
    let cents = ((rounded - rounded.trunc()).abs() * 100.0).round() as u64;
    let fraction = match cents {
        0 => String::new(),
        tens if tens % 10 == 0 => format!(".{}", tens / 10),
        other => format!(".{other:02}"),
    };
    format!("{}{digits}{fraction}", if rounded < 0.0 { "-" } else { "" })
}

/// A value as a person writes it: `3 months`, `USD 240,000`, `2 % per month`, `2025-03-03`.
#[must_use]
pub fn say_fact(value: &FactValue) -> String {
    match value {
        FactValue::Amount { currency, value } => match currency {
            Some(currency) => format!("{currency} {}", say_number(*value)),
            None => say_number(*value),
        },
        FactValue::Duration { value, unit } => {
            let plural = if (*value - 1.0).abs() < 1e-9 { "" } else { "s" };
            format!("{} {}{plural}", say_number(*value), unit.word())
        }
        FactValue::Percentage { value, per } => match per {
            Some(unit) => format!("{} % per {}", say_number(*value), unit.word()),
            None => format!("{} %", say_number(*value)),
        },
        FactValue::Date { year, month, day } => CivilDate::new(*year, *month, *day)
            .map_or_else(|| format!("{year}-{month}-{day}"), CivilDate::to_iso),
        FactValue::Count { value } => say_number(*value),
        FactValue::Text { value } => value.clone(),
        FactValue::Flag => "yes".to_owned(),
    }
}

/// The unit that a register shows beside a number.
pub(super) fn unit_of(fact: &Fact) -> Option<String> {
    match &fact.value {
        FactValue::Amount { currency, .. } => currency.clone(),
        FactValue::Duration { unit, .. } => Some(format!("{}s", unit.word())),
        FactValue::Percentage {
            per: Some(unit), ..
        } => Some(format!("% per {}", unit.word())),
        FactValue::Percentage { per: None, .. } => Some("%".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clause::TimeUnit;

    #[test]
    fn values_are_said_as_a_person_writes_them() {
        let amount = |value| FactValue::Amount {
            currency: Some("USD".to_owned()),
            value,
        };
        let months = |value| FactValue::Duration {
            value,
            unit: TimeUnit::Month,
        };
        let cases = [
            (amount(240_000.0), "USD 240,000"),
            (amount(1_234_567.5), "USD 1,234,567.5"),
            (months(1.0), "1 month"),
            (months(36.0), "36 months"),
            (
                FactValue::Percentage {
                    value: 1.5,
                    per: Some(TimeUnit::Month),
                },
                "1.5 % per month",
            ),
            (
                FactValue::Date {
                    year: 2025,
                    month: 3,
                    day: 3,
                },
                "2025-03-03",
            ),
        ];
        for (value, expect) in cases {
            assert_eq!(say_fact(&value), expect);
        }
    }
}
