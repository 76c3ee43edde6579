//! Spans shorter than a sentence: dates, also with blanks, and the title of a contract.

use std::sync::LazyLock;

use regex::Regex;

const MONTH: &str = "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";
const BLANK: &str = r"[_\[\]*●•·…]{1,20}";
const ORDINAL: &str = r"(?:\s?(?:st|nd|rd|th|s t|n d|r d|t h)\b)?";
const YEAR: &str = r"(?:[0-9]{4}|(?:19|20)_+|[0-9]{2}\b|[_\[\]*●•·…]{1,20})";

static DATE: LazyLock<Regex> = LazyLock::new(|| {
    compile(&format!(
        r"(?i)\b{MONTH}\.?\s*(?:[0-9]{{1,2}}|{BLANK}){ORDINAL}\s*[.,]?\s*{YEAR}|(?:\b[0-9]{{1,2}}|{BLANK}){ORDINAL}\s*(?:day)?\s*(?:of)?\s*,?\s*(?:{MONTH}|{BLANK})\.?\s*,?\s*(?:in the year\s*)?{YEAR}|\b(?:[a-z]{{5,9}}[- ])?[a-z]{{4,11}}\s+day\s+of\s+{MONTH}\s*,?\s*{YEAR}|\b[0-9]{{1,2}}\s?[/.-]\s?[0-9]{{1,2}}\s?[/.-]\s?[0-9]{{2,4}}\b|\b[0-9]{{4}}[-.][0-9]{{1,2}}[-.][0-9]{{1,2}}\b|\b{MONTH}\s*,?\s*[0-9]{{4}}\b|\bday of\s*,\s*[0-9]{{4}}\b"
    ))
});

static TITLE: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?:(?:[A-Z][A-Za-z0-9'’&/.,-]*|of|and|for|the|to|in|on|with|a|an|&|-|–|/|No\.?|#?[0-9]+)\s+){0,14}(?:AGREEMENT|Agreement|CONTRACT|Contract|AMENDMENT|Amendment|ADDENDUM|Addendum|LICEN[CS]E|Licen[cs]e|LEASE|STATEMENT OF WORK|Statement of Work|PLAN|Plan|TERMS|Terms|ORDER|Order|SCHEDULE|POLICY|UNDERSTANDING|Understanding|UNDERTAKING|DEED)\b(?:\s+(?:No\.?|NO\.?|#|NUMBER)\s*[0-9]+)?",
    )
});

/// Where dates stand in a text, blanks to fill in among them.
pub fn find_dates(text: &str) -> Vec<(usize, usize)> {
    DATE.find_iter(text)
        .map(|m| (m.start(), m.end()))
        .take(12)
        .collect()
}

/// Where a text names a contract as titles do.
pub fn find_titles(text: &str) -> Vec<(usize, usize)> {
    let mut titles = Vec::new();
    for found in TITLE.find_iter(text).take(6) {
        let mut start = found.start();
        // What stands before the title in the same line: "Exhibit 10.1", "This", "THE".
        loop {
            let rest = text.get(start..found.end()).unwrap_or("");
            let word = rest.split_whitespace().next().unwrap_or("");
            let lower = word.to_ascii_lowercase();
            let skipped = matches!(
                lower.as_str(),
                "exhibit"
                    | "ex"
                    | "this"
                    | "the"
                    | "execution"
                    | "copy"
                    | "version"
                    | "page"
                    | "to"
                    | "and"
                    | "of"
                    | "in"
                    | "for"
                    | "a"
                    | "an"
                    | "-"
                    | "confidential"
                    | "draft"
                    | "form"
            ) || (!word.is_empty()
                && word
                    .chars()
                    .all(|c| c.is_ascii_digit() || c == '.' || c == '-'));
            if !skipped || word.len() >= rest.len() {
                break;
            }
            let after = rest.get(word.len()..).unwrap_or("");
            start += word.len() + after.len() - after.trim_start().len();
        }
        titles.push((start, found.end()));
    }
    titles
}

fn compile(source: &str) -> Regex {
    #[expect(
        clippy::expect_used,
        reason = "both patterns are constants, run by the tests"
    )]
    Regex::new(source).expect("a constant pattern compiles")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_found_with_their_blanks() {
        for (text, date) in [
            ("made as of June 21, 1999 by", "June 21, 1999"),
            (
                "on this 15th day of December, 1997 between",
                "15th day of December, 1997",
            ),
            ("dated ____ day of ____ 2013", "____ day of ____ 2013"),
            ("from 01/02/2019 on", "01/02/2019"),
        ] {
            let found: Vec<&str> = find_dates(text).iter().map(|&(a, b)| &text[a..b]).collect();
            assert_eq!(found, [date]);
        }
    }

    #[test]
    fn a_title_is_found_behind_what_stands_before_it() {
        for (text, title) in [
            (
                "Exhibit 10.14 MASTER SERVICES AGREEMENT",
                "MASTER SERVICES AGREEMENT",
            ),
            ("This Cooperation Agreement (this", "Cooperation Agreement"),
        ] {
            let found: Vec<&str> = find_titles(text)
                .iter()
                .map(|&(a, b)| &text[a..b])
                .collect();
            assert_eq!(found, [title]);
        }
    }
}
