//! The numbers of paragraphs in full: `(a)` under `7.2` is `7.2(a)`, and what a schedule counts anew
//! is `schedule 2/3.1`.

use crate::document::Paragraph;
use crate::numeral::{PARTS, is_part, roman_value};

/// Gives each paragraph's number in full, in the order of the text. A heading that names a schedule
/// numbers it.
pub(super) fn in_full(paragraphs: &[Paragraph]) -> Vec<Option<String>> {
    let mut outline = Outline::default();
    let printed = |paragraph: &Paragraph| {
        let heading = paragraph.heading.as_deref();
        paragraph
            .number
            .clone()
            .or_else(|| heading.and_then(part_of))
    };
    paragraphs
        .iter()
        .map(|paragraph| printed(paragraph).map(|n| outline.place(&n)))
        .collect()
}

/// `Schedule 2` of `Schedule 2: Service levels`.
fn part_of(heading: &str) -> Option<String> {
    let mut words = heading.split([' ', ':', '.', ',', '–', '—']);
    let (word, number) = (words.next()?, words.next()?);
    let named = PARTS.contains(&word.to_lowercase().as_str());
    let counts = number.len() <= 4
        && number.starts_with(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase());
    (named && counts).then(|| format!("{word} {number}"))
}

/// Where the text has got to.
#[derive(Debug, Default)]
struct Outline {
    part: Option<String>,
    /// The last number that is in full by itself.
    whole: String,
    /// What is open below it, outermost first.
    below: Vec<Below>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Letter,
    Capital,
    Roman,
    Digit,
}

#[derive(Debug)]
struct Below {
    style: Style,
    value: u32,
    printed: String,
}

impl Outline {
    fn place(&mut self, printed: &str) -> String {
        let trimmed = printed.trim_end_matches('.');
        let lower = trimmed.to_lowercase();
        if is_part(&lower) {
            self.below.clear();
            self.whole.clone_from(&lower);
            self.part = Some(lower.clone());
            return lower;
        }
        let digits = lower.starts_with(|c: char| c.is_ascii_digit()) && !lower.ends_with(')');
        if digits || lower.contains(' ') {
            self.below.clear();
            self.whole = match &self.part {
                Some(part) => format!("{part}/{lower}"),
                None => lower,
            };
            return self.whole.clone();
        }
        self.open(trimmed.trim_matches(['(', ')', '.']));
        let open: String = self.below.iter().map(|b| b.printed.as_str()).collect();
        format!("{}{open}", self.whole)
    }

    /// Opens a letter, a roman or a bracketed number: beside one of its style, else below all.
    fn open(&mut self, inner: &str) {
        let (style, value) = self.style_of(inner);
        if let Some(beside) = self.below.iter().position(|b| b.style == style) {
            self.below.truncate(beside);
        }
        self.below.push(Below {
            style,
            value,
            printed: format!("({})", inner.to_lowercase()),
        });
    }

    /// `(i)` goes on behind `(h)`; elsewhere it begins a roman count.
    fn style_of(&self, inner: &str) -> (Style, u32) {
        if let Ok(value) = inner.parse() {
            return (Style::Digit, value);
        }
        let letter = if inner.chars().any(char::is_uppercase) {
            Style::Capital
        } else {
            Style::Letter
        };
        let lower = inner.to_lowercase();
        let alphabetical = lower.bytes().next().map_or(0, |b| {
            u32::from(b.saturating_sub(b'a')) + 1 + 26 * (lower.len() as u32 - 1)
        });
        // No list of paragraphs counts to five hundred: (d) and (m) are letters.
        let Some(roman) = roman_value(&lower).filter(|value| *value < 500) else {
            return (letter, alphabetical);
        };
        let goes_on = |style: Style, value: u32| {
            self.below
                .iter()
                .rposition(|b| b.style == style && b.value + 1 == value)
        };
        let (as_roman, as_letter) = (goes_on(Style::Roman, roman), goes_on(letter, alphabetical));
        let counting = self.below.last().is_some_and(|b| b.style == Style::Roman);
        let likely_letter = lower.len() == 1 && roman != 1 && !counting;
        if as_letter > as_roman || (as_roman.is_none() && likely_letter) {
            (letter, alphabetical)
        } else {
            (Style::Roman, roman)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_that_names_a_schedule_numbers_it() {
        assert_eq!(part_of("SCHEDULE 2: Levels").as_deref(), Some("SCHEDULE 2"));
        assert_eq!(part_of("Exhibit A").as_deref(), Some("Exhibit A"));
        assert_eq!(part_of("Schedule of payments"), None);
        assert_eq!(part_of("Scheduled services"), None);
        assert_eq!(part_of("Annex"), None);
    }

    #[test]
    fn numbers_are_told_in_full() {
        let mut outline = Outline::default();
        let cases = [
            ("7.2", "7.2"),
            ("(a)", "7.2(a)"),
            ("(i)", "7.2(a)(i)"),
            ("(ii)", "7.2(a)(ii)"),
            ("(b)", "7.2(b)"),
            ("7.3.", "7.3"),
            ("(g)", "7.3(g)"),
            ("(h)", "7.3(h)"),
            ("(i)", "7.3(i)"),
            ("(j)", "7.3(j)"),
            ("8", "8"),
            ("a)", "8(a)"),
            ("(1)", "8(a)(1)"),
            ("(A)", "8(a)(1)(a)"),
            ("(2)", "8(a)(2)"),
            ("Article IV", "article iv"),
            ("(i)", "article iv(i)"),
            ("(v)", "article iv(v)"),
            ("Schedule 2", "schedule 2"),
            ("(a)", "schedule 2(a)"),
            ("3.1", "schedule 2/3.1"),
            ("(c)", "schedule 2/3.1(c)"),
            ("(d)", "schedule 2/3.1(d)"),
        ];
        for (printed, full) in cases {
            assert_eq!(outline.place(printed), full, "{printed}");
        }
    }
}
