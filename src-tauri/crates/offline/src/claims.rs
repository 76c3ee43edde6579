//! Numbers that a sentence claims: each has to stand in the words it rests on, in whatever form.

use crate::numbers::{find_amounts, find_durations, find_percentages};

/// Numbers closer than this are one.
const SAME: f64 = 1e-6;

/// Whether every number of a sentence stands in one of the texts it may rest on.
#[must_use]
pub fn numbers_stand(sentence: &str, texts: &[&str]) -> bool {
    let (claimed, known) = (claimed(sentence), texts.iter().flat_map(|text| all(text)));
    let known: Vec<f64> = known.collect();
    claimed.iter().all(|number| {
        known
            .iter()
            .any(|other| (number - other).abs() <= SAME * number.abs().max(1.0))
    })
}

/// Values with their units, and the digits that are in none of those.
fn claimed(text: &str) -> Vec<f64> {
    let lower = plain(text);
    let measured = measured(&lower);
    let outside = |at: usize| {
        !measured
            .iter()
            .any(|(_, from, to)| (*from..*to).contains(&at))
    };
    let digits = digits(&lower).into_iter().filter(|(_, at)| outside(*at));
    let values = measured.iter().map(|(value, _, _)| *value);
    values.chain(digits.map(|(value, _)| value)).collect()
}

/// Every number that a text can be said to hold.
fn all(text: &str) -> Vec<f64> {
    let lower = plain(text);
    let values = measured(&lower).into_iter().map(|(value, _, _)| value);
    let digits = digits(&lower).into_iter().map(|(value, _)| value);
    values.chain(digits).collect()
}

/// Small letters, and thousands parted by commas alone.
fn plain(text: &str) -> String {
    let lower: Vec<char> = text.to_lowercase().chars().collect();
    let is_digit = |at: usize| lower.get(at).is_some_and(char::is_ascii_digit);
    let parts_thousands = |at: usize, mark: char| {
        matches!(mark, '\'' | '\u{2019}' | '\u{a0}' | '\u{202f}')
            && at.checked_sub(1).is_some_and(is_digit)
            && is_digit(at + 1)
    };
    let as_comma = |(at, c): (usize, &char)| if parts_thousands(at, *c) { ',' } else { *c };
    lower.iter().enumerate().map(as_comma).collect()
}

/// Durations, percentages and amounts with the bytes they were read from.
fn measured(lower: &str) -> Vec<(f64, usize, usize)> {
    let durations = find_durations(lower);
    let durations = durations.iter().map(|f| (f.value.value, f.start, f.end));
    let shares = find_percentages(lower);
    let shares = shares.iter().map(|f| (f.value.value, f.start, f.end));
    let amounts = find_amounts(lower);
    let amounts = amounts.iter().map(|f| (f.value.value, f.start, f.end));
    durations.chain(shares).chain(amounts).collect()
}

/// Runs of digits with the marks of thousands and decimals, and where they begin.
fn digits(text: &str) -> Vec<(f64, usize)> {
    let mut found = Vec::new();
    let mut run = String::new();
    let mut start = 0;
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        if c.is_ascii_digit() {
            if run.is_empty() {
                start = at;
            }
            run.push(c);
            continue;
        }
        let goes_on = rest.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        match c {
            ',' if goes_on && !run.is_empty() => {}
            '.' if goes_on && !run.is_empty() => run.push('.'),
            _ => take(&mut run, start, &mut found),
        }
    }
    take(&mut run, start, &mut found);
    found
}

/// A number like 9.1.2 is that of a clause: its parts are no numbers, it is left out.
fn take(run: &mut String, start: usize, found: &mut Vec<(f64, usize)>) {
    if let Ok(value) = run.parse() {
        found.push((value, start));
    }
    run.clear();
}

#[cfg(test)]
mod tests {
    use super::numbers_stand;

    #[test]
    fn every_number_of_a_sentence_has_to_stand_in_its_words() {
        let quote = "invoices are payable within forty-five (45) days; the cap is EUR 1,000,000 or 5% a year.";
        for (sentence, stands) in [
            ("Invoices are due within 45 days.", true),
            ("Invoices are due within forty-five days.", true),
            ("Invoices are due within 30 days.", false),
            ("Invoices are due within thirty days.", false),
            ("The cap is EUR 1 million.", true),
            ("The cap is EUR 1'000'000, or 5 %.", true),
            ("The cap is EUR 2,000,000.", false),
            ("It is capped.", true),
            ("One of the parties pays.", true),
        ] {
            assert_eq!(numbers_stand(sentence, &[quote]), stands, "{sentence}");
        }
        assert!(numbers_stand(
            "Not within 30 days.",
            &[quote, "Is it 30 days?"]
        ));
    }
}
