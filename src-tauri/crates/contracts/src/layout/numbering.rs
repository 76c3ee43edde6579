//! The numbers that legal text counts its parts with.

use crate::numeral::{PARTS, roman_value};

/// How a number is written, which tells its rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `Schedule 2`, `Exhibit A`: starts a part of its own.
    Part,
    /// `Article IV`.
    Article,
    /// `7`, `7.2`, `7.2.1`, also after `Section` or `§`; how many numbers.
    Decimal(u8),
    /// `(1)` or `1)`.
    Number,
    /// `(a)`, `a.` or `a)`.
    Lower,
    /// `(A)`, `A.` or `A)`.
    Upper,
    /// `(i)`, `i.` or `i)`.
    LowerRoman,
    /// `(I)` or `I.`.
    UpperRoman,
}

/// The number at the start of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Label {
    /// As the register writes it: `7.2`, `(a)`, `Article IV`.
    pub printed: String,
    pub style: Style,
    /// Its place in its sequence, counted from 1, by the last of its numbers.
    pub value: u32,
    /// Bytes of the text it takes, without the space behind.
    pub length: usize,
    /// It could also be a letter: `(i)`, `(v)`, `(c)`.
    pub ambiguous: bool,
}

/// Reads the label that a text starts with.
pub(super) fn label_of(text: &str) -> Option<Label> {
    let first = text.split(' ').next().filter(|w| !w.is_empty())?;
    let word = first.to_lowercase();
    if PARTS.contains(&word.as_str()) || word == "part" || word == "article" {
        return named(text, first, &word);
    }
    if matches!(word.as_str(), "section" | "sec." | "clause" | "§" | "§§") {
        let rest = text.get(first.len() + 1..)?;
        let second = rest.split(' ').next()?;
        let label = decimal(second)?;
        return Some(Label {
            length: first.len() + 1 + label.length,
            ..label
        });
    }
    if let Some(rest) = first.strip_prefix('§') {
        let label = decimal(rest)?;
        return Some(Label {
            length: '§'.len_utf8() + label.length,
            ..label
        });
    }
    decimal(first).or_else(|| enclosed(first))
}

fn named(text: &str, first: &str, word: &str) -> Option<Label> {
    let rest = text.get(first.len() + 1..)?;
    let second = rest.split(' ').next()?;
    let bare = second.trim_end_matches(['.', ':', ',', '-', '–', '—']);
    let bare = bare.trim_matches(['“', '”', '"', '\'']);
    let bare = if bare.contains('(') {
        bare
    } else {
        bare.trim_end_matches(')')
    };
    let upper_start = first.chars().next().is_some_and(char::is_uppercase);
    let short = !bare.is_empty() && bare.len() <= 6;
    // `A`, `IV`, `10.2`, `B-1`, `10(d)`
    let digits_first = bare.starts_with(|c: char| c.is_ascii_digit());
    let counted = bare.chars().all(|c| {
        c.is_ascii_digit()
            || c.is_ascii_uppercase()
            || matches!(c, '.' | '-')
            || (digits_first && (c.is_ascii_lowercase() || matches!(c, '(' | ')')))
    });
    if !upper_start || !short || !counted {
        return None;
    }
    let value = value_of(bare).unwrap_or(1);
    let style = if word == "article" || word == "part" {
        Style::Article
    } else {
        Style::Part
    };
    let mut name: String = word.to_owned();
    if let Some(initial) = name.get_mut(..1) {
        initial.make_ascii_uppercase();
    }
    Some(Label {
        printed: format!("{name} {bare}"),
        style,
        value,
        length: first.len() + 1 + second.len(),
        ambiguous: false,
    })
}

/// `7.`, `7.2`, `7.2.1.`, `10)` is no decimal; a bare `7` is one only for headings.
fn decimal(word: &str) -> Option<Label> {
    let bare = word.trim_end_matches(['.', ':']);
    let numbers: Vec<&str> = bare.split('.').collect();
    let counted = numbers
        .iter()
        .all(|n| !n.is_empty() && n.len() <= 3 && n.chars().all(|c| c.is_ascii_digit()));
    if !counted || numbers.len() > 6 {
        return None;
    }
    // `2.0` is what others write as `2.`
    let numbers = match numbers.as_slice() {
        [first, "0"] => vec![*first],
        _ => numbers,
    };
    let value = numbers.last()?.parse().ok()?;
    Some(Label {
        printed: bare.to_owned(),
        style: Style::Decimal(numbers.len() as u8),
        value,
        length: word.len(),
        ambiguous: false,
    })
}

/// `(a)`, `(iv)`, `(2)`, `a)`, `A.`.
fn enclosed(word: &str) -> Option<Label> {
    let word = word.strip_suffix([':', ',']).unwrap_or(word);
    let (inner, in_brackets) = match word.strip_prefix('(').and_then(|w| w.strip_suffix(')')) {
        Some(inner) => (inner, true),
        None => (
            word.strip_suffix(')').or_else(|| word.strip_suffix('.'))?,
            false,
        ),
    };
    let length = inner.chars().count();
    if !inner.is_ascii() || length == 0 || length > 5 {
        return None;
    }
    if inner.chars().all(|c| c.is_ascii_digit()) {
        let value = inner.parse().ok().filter(|v| *v < 100)?;
        return Some(label(word, Style::Number, value, false));
    }
    let lower = inner.chars().all(|c| c.is_ascii_lowercase());
    let upper = inner.chars().all(|c| c.is_ascii_uppercase());
    if !lower && !upper {
        return None;
    }
    let letter = letter_value(inner);
    let roman = roman_value(inner);
    match (roman, letter) {
        (Some(value), letter) if length > 1 || in_brackets || upper || value == 1 => {
            let style = if lower {
                Style::LowerRoman
            } else {
                Style::UpperRoman
            };
            Some(label(word, style, value, letter.is_some()))
        }
        (_, Some(value)) if length == 1 || in_brackets => {
            let style = if lower { Style::Lower } else { Style::Upper };
            Some(label(word, style, value, false))
        }
        _ => None,
    }
}

fn label(printed: &str, style: Style, value: u32, ambiguous: bool) -> Label {
    let length = printed.len();
    Label {
        printed: printed.trim_end_matches('.').to_owned(),
        style,
        value,
        length,
        ambiguous,
    }
}

impl Label {
    /// The same label read as a letter: `(i)` after `(h)`.
    pub fn as_letter(&self) -> Option<Self> {
        let inner = self.printed.trim_matches(['(', ')', '.']);
        let value = letter_value(inner)?;
        let style = match self.style {
            Style::LowerRoman => Style::Lower,
            Style::UpperRoman => Style::Upper,
            _ => return None,
        };
        Some(Self {
            style,
            value,
            ambiguous: false,
            ..self.clone()
        })
    }
}

fn value_of(text: &str) -> Option<u32> {
    text.parse()
        .ok()
        .or_else(|| roman_value(text))
        .or_else(|| letter_value(text))
}

/// `a` is 1, `z` 26, `aa` 27.
fn letter_value(text: &str) -> Option<u32> {
    let mut letters = text.chars().map(|c| c.to_ascii_lowercase());
    let first = letters.next().filter(char::is_ascii_lowercase)?;
    let rest = letters.clone().count() as u32;
    if rest > 2 || letters.any(|c| c != first) {
        return None;
    }
    Some(first as u32 - 'a' as u32 + 1 + 26 * rest)
}
