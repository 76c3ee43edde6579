//! A register's value as a spreadsheet or a calendar wants it: a day, a number, or words.

use countersign_contracts::date::CivilDate;

/// What a value of the register is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    /// A day of the calendar.
    Day(CivilDate),
    /// A number; its unit stands beside it.
    Number(f64),
    /// Anything else.
    Words(&'a str),
}

/// The value behind its words. A number is one only where the register names its unit: `12345` alone may
/// be a name.
pub(crate) fn value<'a>(said: &'a str, unit: Option<&str>) -> Value<'a> {
    if let Some(day) = day(said) {
        return Value::Day(day);
    }
    let number = unit.and_then(|unit| number(said, unit));
    number.map_or(Value::Words(said), Value::Number)
}

/// A day written `2026-03-31`.
pub(crate) fn day(said: &str) -> Option<CivilDate> {
    let (year, rest) = said.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || ![year, month, day].into_iter().all(all_digits) {
        return None;
    }
    CivilDate::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// The number in `USD 240,000`, `3 months` and `1.5 % per month`, when the rest of the words is its unit.
fn number(said: &str, unit: &str) -> Option<f64> {
    let digits = |c: char| c.is_ascii_digit() || matches!(c, ',' | '.' | '-');
    let from = said.find(digits)?;
    let words = said.get(from..)?;
    let (number, after) = words.split_at(words.find(|c| !digits(c)).unwrap_or(words.len()));
    let before = said.get(..from)?.trim();
    let after = after.trim();
    let is_unit = |word: &str| word.is_empty() || word == unit || format!("{word}s") == unit;
    (is_unit(before) && is_unit(after))
        .then(|| number.replace(',', "").parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_numbers_are_told_from_words() {
        let cases = [
            ("USD 240,000", Some("USD"), Value::Number(240_000.0)),
            ("1,250.5", Some("EUR"), Value::Number(1250.5)),
            ("3 months", Some("months"), Value::Number(3.0)),
            ("1 month", Some("months"), Value::Number(1.0)),
            ("1.5 % per month", Some("% per month"), Value::Number(1.5)),
            ("99.9 %", Some("%"), Value::Number(99.9)),
            ("12345", None, Value::Words("12345")),
            (
                "3 months of fees",
                Some("months"),
                Value::Words("3 months of fees"),
            ),
            (
                "2026-02-28",
                None,
                Value::Day(CivilDate::new(2026, 2, 28).unwrap()),
            ),
            ("2026-02-31", None, Value::Words("2026-02-31")),
            ("perpetual", None, Value::Words("perpetual")),
            ("", None, Value::Words("")),
        ];
        for (said, unit, expected) in cases {
            assert_eq!(value(said, unit), expected, "{said}");
        }
    }
}
