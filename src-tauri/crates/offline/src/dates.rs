//! Dates as contracts write them: `March 3, 2025`, `12 May 2025`, `this 3rd day of March, 2025`,
//! `6/21/99`, `21.6.1999`, `2025-03-03`, `the last day of February 2025`.

use countersign_contracts::clause::FactValue;
use countersign_contracts::date::CivilDate;

use crate::numbers::Found;
use crate::pattern::rx;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

const MONTH: &str = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|\
    sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
/// Endings of ordinals, as some converters tear them too.
const ORDINAL: &str = r"\s?(?:st|nd|rd|th|s t|n d|r d|t h)\b";

/// Every date in folded text, in order. Slashes are read as month/day/year unless only
/// day/month can be meant, dots the other way round.
#[must_use]
pub fn find_dates(lower: &str) -> Vec<Found<CivilDate>> {
    let month_first = rx!(&format!(
        r"(?:\b|_)({MONTH})[.\s_]*(\d{{1,2}})(?:{ORDINAL})?[\s,._]*(\d{{4}})\b"
    ));
    let day_first = rx!(&format!(
        r"(?:\b|_|of|on)(\d{{1,2}})(?:{ORDINAL})?[\s\-._]*(?:day)?\s*(?:of)?[\s\-]*(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day)?[\s,]*({MONTH})(?:\s+day of)?[\s,.\-]*(?:in the year\s*)?(\d{{4}})\b"
    ));
    let worded = rx!(
        r"\b((?:twenty-|thirty-)?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth)\s+(?:\(\d{1,2}\w\w\)\s+)?day\s+of\s+(january|february|march|april|may|june|july|august|september|october|november|december)\s*,?\s*(?:of\s+)?(\d{4})\b"
    );
    let slashed = rx!(r"\b(\d{1,2})(?:[/.](\d{1,2})[/.]|-(\d{1,2})-)(\d{4}|\d{2})\b");
    let month_end = rx!(&format!(
        r"\b(?:last day|end) (?:of|in)(?: the month of)? ({MONTH})[\s,]+(?:of )?(\d{{4}})\b"
    ));
    let iso = rx!(r"\b((?:19|20)\d{2})-(\d{2})-(\d{2})\b");
    let mut found = Vec::new();
    let mut push = |captures: &regex::Captures, date: Option<CivilDate>| {
        if let (Some(whole), Some(value)) = (captures.get(0), date) {
            found.push(Found {
                value,
                start: whole.start(),
                end: whole.end(),
            });
        }
    };
    for c in month_first.captures_iter(lower) {
        push(
            &c,
            CivilDate::new(int(&c, 3) as i16, month_number(&c, 1), int(&c, 2) as u8),
        );
    }
    for c in day_first.captures_iter(lower) {
        push(
            &c,
            CivilDate::new(int(&c, 3) as i16, month_number(&c, 2), int(&c, 1) as u8),
        );
    }
    for c in worded.captures_iter(lower) {
        let day = c.get(1).map_or(0, |m| day_from_words(m.as_str()));
        push(
            &c,
            CivilDate::new(int(&c, 3) as i16, month_number(&c, 2), day),
        );
    }
    for c in slashed.captures_iter(lower) {
        let second = int(&c, 2).max(int(&c, 3));
        let (first, second, year) = (int(&c, 1) as u8, second as u8, int(&c, 4));
        let year = match year {
            0..=49 => year + 2000,
            50..=99 => year + 1900,
            full => full,
        };
        let month_first = CivilDate::new(year as i16, first, second);
        let day_first = CivilDate::new(year as i16, second, first);
        // Dots are the continental way, which puts the day first.
        let dotted = c.get(2).is_some()
            && c.get(1)
                .is_some_and(|m| lower.as_bytes().get(m.end()) == Some(&b'.'));
        push(
            &c,
            if dotted {
                day_first.or(month_first)
            } else {
                month_first.or(day_first)
            },
        );
    }
    for c in month_end.captures_iter(lower) {
        push(
            &c,
            CivilDate::last_of_month(int(&c, 2) as i16, month_number(&c, 1)),
        );
    }
    for c in iso.captures_iter(lower) {
        push(
            &c,
            CivilDate::new(int(&c, 1) as i16, int(&c, 2) as u8, int(&c, 3) as u8),
        );
    }
    found.sort_by_key(|f| f.start);
    found
}

/// As the value of a fact.
#[must_use]
pub fn date_fact(date: CivilDate) -> FactValue {
    FactValue::Date {
        year: date.year,
        month: date.month,
        day: date.day,
    }
}

fn int(captures: &regex::Captures, group: usize) -> i32 {
    captures
        .get(group)
        .and_then(|m| m.as_str().parse().ok())
        .unwrap_or(0)
}

/// `twenty-first` is 21.
fn day_from_words(words: &str) -> u8 {
    const ORDINALS: [&str; 20] = [
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "seventeenth",
        "eighteenth",
        "nineteenth",
        "twentieth",
    ];
    let (tens, unit) = match words.split_once('-') {
        Some(("twenty", unit)) => (20, unit),
        Some(("thirty", unit)) => (30, unit),
        _ if words == "thirtieth" => return 30,
        _ => (0, words),
    };
    ORDINALS
        .iter()
        .position(|word| *word == unit)
        .map_or(0, |at| tens + at as u8 + 1)
}

fn month_number(captures: &regex::Captures, group: usize) -> u8 {
    let word = captures.get(group).map_or("", |m| m.as_str());
    MONTHS
        .iter()
        .position(|m| word.starts_with(m))
        .map_or(0, |at| at as u8 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_contracts_write_them() {
        let cases = [
            ("as of march 3, 2025 (the", "2025-03-03"),
            ("on 12 may 2025", "2025-05-12"),
            ("this 3rd day of march, 2025", "2025-03-03"),
            ("dated 6/21/99", "1999-06-21"),
            ("on 2025-03-03.", "2025-03-03"),
            ("sept. 1, 2001", "2001-09-01"),
            ("31/12/2020", "2020-12-31"),
            ("december 31,2019", "2019-12-31"),
            ("this first day of july, 2017", "2017-07-01"),
            ("the twenty-first day of may 2019", "2019-05-21"),
            ("this 18t h day of august 2014", "2014-08-18"),
            ("this 20th day of friday, march 2020", "2020-03-20"),
            ("on january 6th, 2016", "2016-01-06"),
            ("effective as of1 august 2019", "2019-08-01"),
            ("this 16 day of august. 2012", "2012-08-16"),
            ("the 20 march day of 1998", "1998-03-20"),
            ("1st day of --- november, 2003", "2003-11-01"),
            ("entered into on april. 1st 2019", "2019-04-01"),
            ("as of _dec. 8, 2005", "2005-12-08"),
            ("as of 12-23-2019", "2019-12-23"),
            ("date: 3-14-18", "2018-03-14"),
            ("until march 18. 2021", "2021-03-18"),
            ("the first (1st) day of may of 2010", "2010-05-01"),
            ("the last day in february, 2024", "2024-02-29"),
            ("at the end of the month of june 2019", "2019-06-30"),
            ("1.4.2011 (the", "2011-04-01"),
            ("dated 6.21.99", "1999-06-21"),
            ("on 4/1/2011", "2011-04-01"),
        ];
        for (text, expect) in cases {
            let found = find_dates(text);
            assert_eq!(
                found.first().map(|f| f.value.to_iso()).as_deref(),
                Some(expect),
                "{text}"
            );
        }
        assert_eq!(find_dates("section 3.2.1 of may 40, 2020"), []);
        assert_eq!(find_dates("at the end of the 2022 season in march"), []);
    }
}
