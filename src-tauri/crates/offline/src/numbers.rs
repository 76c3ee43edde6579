//! Numbers as contracts write them: in words, in digits, or both ("sixty (60) days"); with them
//! durations, percentages and amounts of money.

use countersign_contracts::clause::{FactValue, TimeUnit};

use crate::pattern::rx;

/// A value and the bytes of the text it was read from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found<T> {
    /// The value.
    pub value: T,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Duration {
    /// How many.
    pub value: f64,
    /// Of what.
    pub unit: TimeUnit,
}

impl Duration {
    /// As the value of a fact.
    #[must_use]
    pub fn fact(self) -> FactValue {
        FactValue::Duration {
            value: self.value,
            unit: self.unit,
        }
    }

    /// In days, a month taken as 30.
    #[must_use]
    pub fn days(self) -> f64 {
        self.value * self.unit.hours() / 24.0
    }
}

/// A share or rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Percentage {
    /// 1.5 for 1.5 %.
    pub value: f64,
    /// The period of a rate.
    pub per: Option<TimeUnit>,
}

impl Percentage {
    /// As the value of a fact.
    #[must_use]
    pub fn fact(self) -> FactValue {
        FactValue::Percentage {
            value: self.value,
            per: self.per,
        }
    }
}

/// Money.
#[derive(Debug, Clone, PartialEq)]
pub struct Amount {
    /// ISO 4217.
    pub currency: Option<String>,
    /// In whole units.
    pub value: f64,
}

impl Amount {
    /// As the value of a fact.
    #[must_use]
    pub fn fact(&self) -> FactValue {
        FactValue::Amount {
            currency: self.currency.clone(),
            value: self.value,
        }
    }
}

pub(crate) const WORD: &str = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|\
    fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fourty|fifty|sixty|seventy|eighty|\
    ninety|hundred|thousand";

/// The value of a number in words: `one hundred twenty`, `twenty-four`, `one and one-half`.
#[must_use]
pub fn number_from_words(words: &str) -> Option<f64> {
    let (mut total, mut current, mut any) = (0.0, 0.0, false);
    for word in words.split([' ', '-', '\n', ',']).filter(|w| !w.is_empty()) {
        let value = match word {
            "and" => continue,
            "half" if any => {
                // "one and one-half": the second "one" was counted as a unit.
                current -= 0.5;
                continue;
            }
            "one" => 1.0,
            "two" => 2.0,
            "three" => 3.0,
            "four" => 4.0,
            "five" => 5.0,
            "six" => 6.0,
            "seven" => 7.0,
            "eight" => 8.0,
            "nine" => 9.0,
            "ten" => 10.0,
            "eleven" => 11.0,
            "twelve" => 12.0,
            "thirteen" => 13.0,
            "fourteen" => 14.0,
            "fifteen" => 15.0,
            "sixteen" => 16.0,
            "seventeen" => 17.0,
            "eighteen" => 18.0,
            "nineteen" => 19.0,
            "twenty" => 20.0,
            "thirty" => 30.0,
            "forty" | "fourty" => 40.0,
            "fifty" => 50.0,
            "sixty" => 60.0,
            "seventy" => 70.0,
            "eighty" => 80.0,
            "ninety" => 90.0,
            "hundred" => {
                current = f64::max(current, 1.0) * 100.0;
                any = true;
                continue;
            }
            "thousand" => {
                total += f64::max(current, 1.0) * 1000.0;
                current = 0.0;
                any = true;
                continue;
            }
            _ => return None,
        };
        current += value;
        any = true;
    }
    any.then_some(total + current)
}

fn number_from_digits(digits: &str) -> Option<f64> {
    digits.replace(',', "").trim_end_matches('.').parse().ok()
}

/// Digits win over words: where both stand and disagree, the digits are what the parties looked at.
fn number_of(words: Option<regex::Match>, digits: Option<regex::Match>) -> Option<f64> {
    digits
        .and_then(|d| number_from_digits(d.as_str()))
        .or_else(|| words.and_then(|w| number_from_words(w.as_str().trim())))
}

/// Every length of time in folded text: `sixty (60) days`, `12-month`, `two years`.
#[must_use]
pub fn find_durations(lower: &str) -> Vec<Found<Duration>> {
    let pattern = rx!(&format!(
        r"\b(?:(?P<words>(?:{WORD})(?:[\s-]+(?:and\s+)?(?:{WORD}))*)[\s-]*)?(?:\(?\s*(?P<digits>\d[\d,]*(?:\.\d+)?)\s*\)?|\([il]\))?[\s~-]*(?:(?:calendar|consecutive|full|successive|additional|further|contract|prior|continuous|whole|complete|extra)\s+)*(?P<working>business\s+|working\s+|banking\s+)?(?P<unit>minute|hour|day|week|month|year|annum)s?\b"
    ));
    let mut found = Vec::new();
    for captures in pattern.captures_iter(lower) {
        let Some(value) = number_of(captures.name("words"), captures.name("digits")) else {
            continue;
        };
        let (Some(whole), Some(unit)) = (captures.get(0), captures.name("unit")) else {
            continue;
        };
        let value = if unit.as_str() == "minute" {
            value / 60.0
        } else {
            value
        };
        let unit = match unit.as_str() {
            "minute" | "hour" => TimeUnit::Hour,
            "day" if captures.name("working").is_some() => TimeUnit::BusinessDay,
            "day" => TimeUnit::Day,
            "week" => TimeUnit::Week,
            "month" => TimeUnit::Month,
            _ => TimeUnit::Year,
        };
        // "on 5 May 2020 years" does not occur; four-digit "years" are dates that ran together.
        if value <= 0.0 || (value >= 1000.0 && unit != TimeUnit::Hour) {
            continue;
        }
        let text = whole.as_str();
        let start = whole.start() + (text.len() - text.trim_start().len());
        found.push(Found {
            value: Duration { value, unit },
            start,
            end: whole.end(),
        });
    }
    found
}

/// Every percentage in folded text, with the period of a rate: `two percent (2%) per month`.
#[must_use]
pub fn find_percentages(lower: &str) -> Vec<Found<Percentage>> {
    let pattern = rx!(&format!(
        r"(?:\b(?P<words>(?:{WORD})(?:[\s-]+(?:and\s+)?(?:{WORD}|half))*)\s*(?:percent|per\s?cent|%)?\s*)?(?:\(?\s*(?P<digits>\d[\d,]*(?:\.\d+)?)\s*(?:-\s*)?(?P<half>1/2|½)?\s*(?:%|percent\b|per\s?cent\b)\s*\)?|(?P<bare>percent\b|per\s?cent\b))"
    ));
    let worded = rx!(&format!(
        r"\b(?P<words>(?:{WORD})(?:[\s-]+(?:and\s+)?(?:{WORD}|half))*)\s*(?:percent|per\s?cent)\b"
    ));
    let mut found = Vec::new();
    for captures in pattern.captures_iter(lower) {
        let Some(whole) = captures.get(0) else {
            continue;
        };
        let value = match captures.name("digits") {
            Some(digits) => number_from_digits(digits.as_str()).map(|n| {
                if captures.name("half").is_some() {
                    n + 0.5
                } else {
                    n
                }
            }),
            None => captures
                .name("words")
                .and_then(|w| number_from_words(w.as_str())),
        };
        if let Some(value) = value {
            found.push(Found {
                value: Percentage { value, per: None },
                start: whole.start(),
                end: whole.end(),
            });
        }
    }
    if found.is_empty() {
        for captures in worded.captures_iter(lower) {
            let (Some(whole), Some(words)) = (captures.get(0), captures.name("words")) else {
                continue;
            };
            if let Some(value) = number_from_words(words.as_str()) {
                let value = Percentage { value, per: None };
                found.push(Found {
                    value,
                    start: whole.start(),
                    end: whole.end(),
                });
            }
        }
    }
    for rate in &mut found {
        rate.value.per = period_after(lower, rate.end);
    }
    found
}

fn period_after(lower: &str, end: usize) -> Option<TimeUnit> {
    let mut to = (end + 60).min(lower.len());
    while !lower.is_char_boundary(to) {
        to -= 1;
    }
    let tail = lower.get(end..to)?;
    let period = rx!(
        r"^[^.;%\d]{0,30}?\b(?:(?:per|a|each|every|for each|of each)\s+(?:calendar\s+)?(month|year|annum|day|week)|(monthly|annually|yearly|daily|weekly|p\.a\.))"
    );
    let captures = period.captures(tail)?;
    let word = captures.get(1).or_else(|| captures.get(2))?.as_str();
    Some(match word {
        "month" | "monthly" => TimeUnit::Month,
        "day" | "daily" => TimeUnit::Day,
        "week" | "weekly" => TimeUnit::Week,
        _ => TimeUnit::Year,
    })
}

/// Every amount of money in folded text: `usd 240,000`, `$5 million`, `eur 1.5m`.
#[must_use]
pub fn find_amounts(lower: &str) -> Vec<Found<Amount>> {
    let pattern = rx!(
        r"(?:(?P<sign>us\$|u\.s\.\s?\$|a\$|c\$|\$|£|€|\busd\b|\bgbp\b|\beur\b|\bchf\b|\bsek\b|\bcad\b|\baud\b|\brmb\b)\s?(?P<after>\d[\d,]*(?:\.\d+)?)(?:\s?(?P<scale>million|billion|thousand|m\b|k\b))?)|(?:\b(?P<before>\d[\d,]*(?:\.\d+)?)\s?(?P<scale2>million|billion|thousand)?\s?(?P<name>usd\b|gbp\b|eur\b|chf\b|sek\b|(?:u\.?s\.?\s)?dollars|euros?\b|pounds\b|pounds sterling))"
    );
    let mut found = Vec::new();
    for captures in pattern.captures_iter(lower) {
        let Some(whole) = captures.get(0) else {
            continue;
        };
        let digits = captures.name("after").or_else(|| captures.name("before"));
        let Some(mut value) = digits.and_then(|d| number_from_digits(d.as_str())) else {
            continue;
        };
        let scale = captures.name("scale").or_else(|| captures.name("scale2"));
        value *= match scale.map(|s| s.as_str()) {
            Some("million" | "m") => 1e6,
            Some("billion") => 1e9,
            Some("thousand" | "k") => 1e3,
            _ => 1.0,
        };
        let sign = captures.name("sign").or_else(|| captures.name("name"));
        let currency = sign.and_then(|sign| currency_of(sign.as_str().trim_matches([' ', '\x01'])));
        found.push(Found {
            value: Amount { currency, value },
            start: whole.start(),
            end: whole.end(),
        });
    }
    found
}

fn currency_of(sign: &str) -> Option<String> {
    let code = match sign {
        "\x02" | "gbp" | "pounds" | "pounds sterling" => "GBP",
        "\x03" | "eur" | "euro" | "euros" => "EUR",
        "a$" | "aud" => "AUD",
        "c$" | "cad" => "CAD",
        "chf" => "CHF",
        "sek" => "SEK",
        "rmb" => "CNY",
        sign if sign.contains('$') || sign.contains("dollar") || sign == "usd" => "USD",
        _ => return None,
    };
    Some(code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_from_words_and_digits() {
        use TimeUnit::{BusinessDay, Day, Hour, Month, Year};
        let cases = [
            ("at least one hundred twenty (120) days before", 120.0, Day),
            ("thirty (30) days' notice", 30.0, Day),
            ("a twelve-month period", 12.0, Month),
            ("two (2) business days", 2.0, BusinessDay),
            ("for two years after", 2.0, Year),
            ("a 30-day cure period", 30.0, Day),
            ("within seventy-two (72) hours", 72.0, Hour),
            (
                "successive periods of twenty-four (24) months each",
                24.0,
                Month,
            ),
            ("within ninety calendar days", 90.0, Day),
            ("one (1) year", 1.0, Year),
            ("three (3) consecutive months", 3.0, Month),
            ("one (i) year", 1.0, Year),
            ("additional 3~year periods", 3.0, Year),
        ];
        for (text, value, unit) in cases {
            let found = find_durations(text);
            assert_eq!(
                found.first().map(|f| f.value),
                Some(Duration { value, unit }),
                "{text}"
            );
        }
        assert_eq!(find_durations("each day of the month"), []);
    }

    #[test]
    fn percentages_are_read_with_their_period() {
        use TimeUnit::{Month, Year};
        let cases = [
            ("two percent (2%) per month", 2.0, Some(Month)),
            ("1.5% per month", 1.5, Some(Month)),
            ("1 1/2% per month", 1.5, Some(Month)),
            (
                "one and one-half percent (1.5%) per month",
                1.5,
                Some(Month),
            ),
            ("one and one-half percent per month", 1.5, Some(Month)),
            ("eighteen percent (18%) per annum", 18.0, Some(Year)),
            ("one hundred fifty percent (150%) of the rate", 150.0, None),
            ("ninety-nine percent (99.0%) of the time", 99.0, None),
            ("99.95% of the time in each calendar month", 99.95, None),
            ("ten percent of the fees", 10.0, None),
        ];
        for (text, value, per) in cases {
            let found = find_percentages(text);
            let first = found.first().map(|f| f.value);
            assert_eq!(first.map(|f| f.value), Some(value), "{text} {found:?}");
            if per.is_some() {
                assert_eq!(first.and_then(|f| f.per), per, "{text}");
            }
        }
    }

    #[test]
    fn amounts_are_read_with_their_currency() {
        let cases = [
            ("usd 240,000 per year", "USD", 240_000.0),
            ("$5 million per claim", "USD", 5e6),
            ("£1,250.50", "GBP", 1250.5),
            ("five million dollars ($5,000,000)", "USD", 5e6),
            ("a sum of 300,000 euros", "EUR", 300_000.0),
        ];
        for (text, currency, value) in cases {
            let found = find_amounts(&crate::pattern::fold(text));
            let expect = Amount {
                currency: Some(currency.to_owned()),
                value,
            };
            assert_eq!(
                found.first().map(|f| f.value.clone()),
                Some(expect),
                "{text}"
            );
        }
    }
}
