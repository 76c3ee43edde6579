//! Ends that are counted in years of the contract: anniversaries and contract years.

use countersign_contracts::clause::{Fact, FactValue, TimeUnit};

use crate::numbers::number_from_words;
use crate::pattern::rx;
use crate::reader::Sentence;

/// Ordinals of years, in words and in digits.
const ORDINALS: &str = r"first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|fifteenth|twentieth|twenty-fifth|\d{1,2}(?:st|nd|rd|th)";
/// The same in digits behind it: "(5th)".
const IN_DIGITS: &str = r"\s*(?:\(\s*\d{1,2}\s?(?:st|nd|rd|th|t h)?\s*\)\s*)?";

/// "until the fifth (5th) anniversary of the Effective Date": so many years.
pub(super) fn anniversary(s: &Sentence) -> Option<Fact> {
    let ends = rx!(
        r"\b(?:until|through|ending|ends?|expires?|terminates?|and)\b[^.;]{0,80}$|^\W{0,3}\w{1,3}\W{1,3}(?:on |upon )?the $"
    );
    let (years, start, end) = anniversary_in(s.lower)?;
    let head = s.lower.get(..start)?;
    // In a list that "until the earlier of:" leads in, the anniversary stands first.
    let leads = ends.find(head)?;
    (leads.start() > 0 || !s.lead_in.is_empty() || leads.as_str().len() > 12)
        .then(|| s.fact("term", years_value(years), start, end))
}

/// The first "fifth (5th) anniversary" in folded text: how many years, and where.
pub(super) fn anniversary_in(lower: &str) -> Option<(f64, usize, usize)> {
    let named = rx!(&format!(
        r"\b({ORDINALS})\b{IN_DIGITS}(?:year )?(?:anniversary|anniversaries)\b"
    ));
    let captures = named.captures(lower)?;
    let (whole, word) = (captures.get(0)?, captures.get(1)?);
    // "of the Offtake Agreement Effective Date" counts from the day of another contract.
    let of_another =
        rx!(r"^ of the (?:\w+ ){1,3}(?:agreement|contract) (?:effective|commencement) date");
    if of_another.is_match(lower.get(whole.end()..)?) {
        return None;
    }
    Some((ordinal(word.as_str())?, whole.start(), whole.end()))
}

/// "until the end of the third Contract Year", "upon the end of Year 3": so many years.
pub(super) fn contract_year(s: &Sentence) -> Option<Fact> {
    let named = rx!(&format!(
        r"\b(?:until|upon|through|on|at)\b[^.;]{{0,30}}\b(?:end|expiration|conclusion|completion|last day|close) of (?:the )?(?:(?:contract |licen[cs]e |agreement |term )?year (\w+)\b|({ORDINALS}){IN_DIGITS} ?(?:contract |licen[cs]e |agreement |term )year\b)"
    ));
    let captures = named.captures(s.lower)?;
    let word = captures.get(1).or_else(|| captures.get(2))?;
    let years = number_from_words(word.as_str()).or_else(|| ordinal(word.as_str()))?;
    // "the end of year 2004" is a year of the calendar.
    (years <= 40.0).then(|| {
        let end = captures.get(0).map_or(word.end(), |whole| whole.end());
        s.fact("term", years_value(years), word.start(), end)
    })
}

/// `third` and `3rd` are 3.
fn ordinal(word: &str) -> Option<f64> {
    Some(match word {
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
    })
}

pub(super) fn years_value(value: f64) -> FactValue {
    FactValue::Duration {
        value,
        unit: TimeUnit::Year,
    }
}
