//! The contract register: a report as one row of typed cells, and the days on which something about the
//! contract must be done. What is compared over many contracts is made here, once, when a report is kept.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::clause::FactValue;
use crate::clause::TimeUnit;
use crate::date::CivilDate;
use crate::judge::{INITIAL_END, LAST_NOTICE, PRICE_NOTICE, RENEWAL_END, say_fact};
use crate::report::{KeyDate, KeyTerm, Report, TermState};

/// The field that holds the sort of agreement.
pub const CONTRACT_TYPE: &str = "contract_type";
/// The field that holds the last day to give notice against renewal.
pub const NOTICE_DEADLINE: &str = "notice_deadline";

/// One cell of the register.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Stable field id: `governing_law`, `payment_days`.
    pub field: String,
    /// As the report has it; empty when not found.
    pub value: String,
    /// `days`, `USD`, … when the value is a number.
    pub unit: Option<String>,
    /// How it came about.
    pub state: TermState,
    /// The value as a number, where it is one.
    pub measure: Option<Measure>,
    /// The first page that says so.
    pub page: Option<u32>,
}

/// A number that can be compared with others of the same scale.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// `days` for every length of time, else the unit; empty for a number without one.
    pub scale: String,
    /// How much.
    pub number: f64,
}

/// What a day is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineKind {
    /// A notice must be given, or is to be received, by then.
    Notice,
    /// A term of the contract ends.
    End,
}

/// A day on which something about the contract must be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// What it is about.
    pub kind: DeadlineKind,
    /// What happens, in words.
    pub event: String,
    /// ISO 8601 date.
    pub date: String,
    /// How the date was computed, step by step.
    pub arithmetic: Vec<String>,
    /// The first page that says so.
    pub page: Option<u32>,
}

/// What the end of the term is called that runs now, after renewals.
pub const RENEWED_END: &str = "Term ends, as renewed since";

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Length {
    /// How many.
    pub value: f64,
    /// Of what.
    pub unit: TimeUnit,
}

/// The register's row: the sort of agreement, every key term, and the last day to give notice.
#[must_use]
pub fn cells(report: &Report) -> Vec<Cell> {
    let contract = &report.contract;
    let mut cells = vec![Cell {
        field: CONTRACT_TYPE.to_owned(),
        value: contract.contract_type.clone(),
        unit: None,
        state: if contract.type_chosen {
            TermState::Confirmed
        } else {
            TermState::Inferred
        },
        measure: None,
        page: None,
    }];
    cells.extend(report.key_terms.iter().map(cell));
    let notice = report
        .key_dates
        .iter()
        .find(|date| date.event == LAST_NOTICE);
    let notice = notice.and_then(|row| Some((row, row.date.clone()?)));
    cells.push(Cell {
        field: NOTICE_DEADLINE.to_owned(),
        state: notice
            .as_ref()
            .map_or(TermState::NotFound, |_| TermState::Computed),
        page: notice.as_ref().and_then(|(row, _)| first_page(row)),
        value: notice.map_or_else(String::new, |(_, date)| date),
        unit: None,
        measure: None,
    });
    cells
}

/// The days of a report that ask for something to be done, as far as they could be dated.
#[must_use]
pub fn deadlines(report: &Report) -> Vec<Deadline> {
    let deadline = |row: &KeyDate| {
        Some(Deadline {
            kind: kind_of(&row.event)?,
            event: row.event.clone(),
            date: row.date.clone()?,
            arithmetic: row.arithmetic.clone(),
            page: first_page(row),
        })
    };
    report.key_dates.iter().filter_map(deadline).collect()
}

/// More renewals than any contract has seen.
const MOST_RENEWALS: u32 = 500;

/// The days of the term that runs today, of a contract that renews itself and whose first term has ended:
/// its end, and the last day to keep it from renewing once more. Nobody tells a contract whether a notice
/// was given, so the arithmetic says what it assumes.
#[must_use]
pub fn as_renewed(
    end: CivilDate,
    every: Length,
    notice: Option<Length>,
    today: CivilDate,
) -> Vec<Deadline> {
    let term = |times: u32| end.add(every.value * f64::from(times), every.unit);
    let running = (1..=MOST_RENEWALS).find(|times| term(*times) >= today);
    let Some(times) = running.filter(|_| end < today && every.value > 0.0) else {
        return Vec::new();
    };
    let ends = term(times);
    let deadline = |kind, event: &str, date: CivilDate, arithmetic| Deadline {
        kind,
        event: event.to_owned(),
        date: date.to_iso(),
        arithmetic,
        page: None,
    };
    let renewed = format!(
        "{} + {times} x {} = {}, if no notice was given",
        end.to_iso(),
        every.words(),
        ends.to_iso()
    );
    let mut days = Vec::new();
    if let Some(notice) = notice {
        let last = ends.add(-notice.value, notice.unit);
        let sum = format!("{} - {} = {}", ends.to_iso(), notice.words(), last.to_iso());
        days.push(deadline(
            DeadlineKind::Notice,
            LAST_NOTICE,
            last,
            vec![renewed.clone(), sum],
        ));
    }
    days.push(deadline(
        DeadlineKind::End,
        RENEWED_END,
        ends,
        vec![renewed],
    ));
    days
}

impl Length {
    /// A cell's value, where it is a length of time.
    #[must_use]
    pub fn of(value: &str, unit: Option<&str>) -> Option<Self> {
        let (unit, _) = unit_of_time(unit?)?;
        Some(Self {
            value: value.split(' ').find_map(number)?,
            unit,
        })
    }

    fn words(self) -> String {
        say_fact(&FactValue::Duration {
            value: self.value,
            unit: self.unit,
        })
    }
}

fn kind_of(event: &str) -> Option<DeadlineKind> {
    match event {
        LAST_NOTICE | PRICE_NOTICE => Some(DeadlineKind::Notice),
        INITIAL_END | RENEWAL_END => Some(DeadlineKind::End),
        _ => None,
    }
}

fn first_page(row: &KeyDate) -> Option<u32> {
    row.citations.first().map(|citation| citation.page)
}

fn cell(term: &KeyTerm) -> Cell {
    Cell {
        field: term.field.clone(),
        value: term.value.clone(),
        unit: term.unit.clone(),
        state: term.state,
        measure: measure(&term.value, term.unit.as_deref()),
        page: term.citations.first().map(|citation| citation.page),
    }
}

/// A value as [`crate::judge::say_fact`] writes it, read back as a number.
fn measure(value: &str, unit: Option<&str>) -> Option<Measure> {
    let number = value.split(' ').find_map(number)?;
    let Some(unit) = unit else {
        // "7" is a number, "7 Harbour Street" is not.
        return (!value.contains(' ')).then(|| Measure {
            scale: String::new(),
            number,
        });
    };
    Some(match unit_of_time(unit) {
        Some((_, days)) => Measure {
            scale: "days".to_owned(),
            number: number * days,
        },
        None => Measure {
            scale: unit.to_owned(),
            number,
        },
    })
}

fn number(word: &str) -> Option<f64> {
    let digits = word.strip_prefix('-').unwrap_or(word);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    word.replace(',', "").parse().ok()
}

/// The unit by its plural, with its days; those only put lengths of time in order, dates are computed on
/// the calendar.
fn unit_of_time(unit: &str) -> Option<(TimeUnit, f64)> {
    let lengths = [
        (TimeUnit::Hour, 1.0 / 24.0),
        (TimeUnit::Day, 1.0),
        (TimeUnit::BusinessDay, 1.4),
        (TimeUnit::Week, 7.0),
        (TimeUnit::Month, 30.436_875),
        (TimeUnit::Year, 365.2425),
    ];
    let singular = unit.strip_suffix('s')?;
    lengths
        .into_iter()
        .find(|(unit, _)| unit.word() == singular)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(value: &FactValue, unit: Option<&str>) -> Option<(String, f64)> {
        measure(&say_fact(value), unit).map(|m| (m.scale, (m.number * 100.0).round() / 100.0))
    }

    #[test]
    fn what_is_said_of_a_fact_is_read_back_as_a_number_of_one_scale() {
        let length = |value, unit| FactValue::Duration { value, unit };
        let money = |currency: Option<&str>| FactValue::Amount {
            currency: currency.map(str::to_owned),
            value: 1_234_567.5,
        };
        let days = |number| Some(("days".to_owned(), number));
        assert_eq!(said(&length(30.0, TimeUnit::Day), Some("days")), days(30.0));
        assert_eq!(
            said(&length(1.0, TimeUnit::Year), Some("years")),
            days(365.24)
        );
        assert_eq!(
            said(&length(10.0, TimeUnit::BusinessDay), Some("working days")),
            days(14.0)
        );
        assert_eq!(
            said(&length(12.0, TimeUnit::Hour), Some("hours")),
            days(0.5)
        );
        assert_eq!(
            said(&money(Some("USD")), Some("USD")),
            Some(("USD".to_owned(), 1_234_567.5))
        );
        assert_eq!(said(&money(None), None), Some((String::new(), 1_234_567.5)));
        let rate = FactValue::Percentage {
            value: 99.9,
            per: None,
        };
        assert_eq!(said(&rate, Some("%")), Some(("%".to_owned(), 99.9)));
        let one_month = length(1.0, TimeUnit::Month);
        let thirty_days = length(30.0, TimeUnit::Day);
        assert!(said(&one_month, Some("months")) > said(&thirty_days, Some("days")));
    }

    #[test]
    fn names_dates_and_words_are_no_numbers() {
        for text in [
            "",
            "perpetual",
            "England and Wales",
            "2026-03-01",
            "inf",
            "NaN",
            "7 Harbour Street",
        ] {
            assert_eq!(measure(text, None), None, "{text}");
        }
    }

    fn day(iso: &str) -> CivilDate {
        CivilDate::from_iso(iso).unwrap()
    }

    #[test]
    fn a_contract_that_renewed_has_the_days_of_the_term_that_runs() {
        let year = Length::of("1 year", Some("years")).unwrap();
        let notice = Length::of("90 days", Some("days"));
        let told = |today: &str| -> Vec<(String, Vec<String>)> {
            let days = as_renewed(day("2020-03-01"), year, notice, day(today));
            days.into_iter().map(|d| (d.date, d.arithmetic)).collect()
        };
        let renewed = "2020-03-01 + 7 x 1 year = 2027-03-01, if no notice was given";
        assert_eq!(
            told("2026-11-23"),
            [
                (
                    "2026-12-01".to_owned(),
                    vec![
                        renewed.to_owned(),
                        "2027-03-01 - 90 days = 2026-12-01".to_owned()
                    ]
                ),
                ("2027-03-01".to_owned(), vec![renewed.to_owned()]),
            ]
        );
        assert_eq!(told("2027-03-01").len(), 2, "the last day still runs");
        assert!(told("2020-03-01").is_empty(), "the first term runs");
        let never = Length { value: 0.0, ..year };
        assert!(as_renewed(day("2020-03-01"), never, None, day("2026-01-01")).is_empty());
        assert_eq!(Length::of("perpetual", None), None);
        let leap = as_renewed(day("2024-02-29"), year, None, day("2024-03-01"));
        assert_eq!(leap[0].date, "2025-02-28");
    }

    #[test]
    fn only_days_that_ask_for_something_are_deadlines() {
        assert_eq!(kind_of(LAST_NOTICE), Some(DeadlineKind::Notice));
        assert_eq!(kind_of(INITIAL_END), Some(DeadlineKind::End));
        assert_eq!(kind_of("Contract takes effect"), None);
    }
}
