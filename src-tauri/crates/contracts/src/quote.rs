//! Where a quote stands in a text: what a reader says is there is looked for, not believed.
//!
//! Both are compared in one plain form: white space as one blank, typographic quotes, dashes and
//! ligatures as plain letters, capitals small. Everything else must be the same, in one run.

use crate::document::Span;

/// A quote shorter than this many letters and digits proves nothing: it would be found anywhere.
const SHORTEST: usize = 12;

/// A text in its plain form, with the place of every letter.
struct Plain {
    text: String,
    /// Byte of the original for every byte of the plain form; one more for the end.
    places: Vec<u32>,
}

/// The range of `text` (bytes) where `quote` stands, or none.
#[must_use]
pub fn locate(text: &str, quote: &str) -> Option<Span> {
    let quote = plain(quote);
    let quote = quote
        .text
        .trim_matches(|c: char| c == '"' || c == '\'' || c == '.' || c == ' ');
    if quote.chars().filter(|c| c.is_alphanumeric()).count() < SHORTEST {
        return None;
    }
    let hay = plain(text);
    let at = hay
        .text
        .match_indices(quote)
        .map(|(at, _)| at)
        .find(|at| stands_alone(&hay.text, *at, quote.len()))?;
    let start = *hay.places.get(at)?;
    let last = *hay.places.get(at + quote.len() - 1)?;
    let width = text
        .get(last as usize..)
        .and_then(|rest| rest.chars().next())
        .map_or(1, char::len_utf8);
    Some(Span {
        start,
        end: last + width as u32,
    })
}

/// A quote begins and ends where words do.
fn stands_alone(text: &str, at: usize, length: usize) -> bool {
    let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let (before, rest) = text.split_at(at);
    let (quote, after) = rest.split_at(length);
    let cuts = |a: &str, b: &str| inside(a.chars().next_back()) && inside(b.chars().next());
    !cuts(before, quote) && !cuts(quote, after)
}

fn plain(text: &str) -> Plain {
    let mut plain = Plain {
        text: String::with_capacity(text.len()),
        places: Vec::with_capacity(text.len() + 1),
    };
    let mut blank = true;
    for (at, c) in text.char_indices() {
        if c.is_whitespace() || c == '\u{a0}' {
            if !blank {
                push(&mut plain, " ", at);
            }
            blank = true;
            continue;
        }
        blank = false;
        match c {
            '\u{ad}' | '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{feff}' => {}
            '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{2032}' | '`' => push(&mut plain, "'", at),
            '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{2033}' | '«' | '»' => {
                push(&mut plain, "\"", at);
            }
            '\u{2010}'..='\u{2015}' | '\u{2212}' => push(&mut plain, "-", at),
            'ﬀ' => push(&mut plain, "ff", at),
            'ﬁ' => push(&mut plain, "fi", at),
            'ﬂ' => push(&mut plain, "fl", at),
            'ﬃ' => push(&mut plain, "ffi", at),
            'ﬄ' => push(&mut plain, "ffl", at),
            '…' => push(&mut plain, "...", at),
            other => {
                for lower in other.to_lowercase() {
                    let mut bytes = [0; 4];
                    push(&mut plain, lower.encode_utf8(&mut bytes), at);
                }
            }
        }
    }
    plain.places.push(text.len() as u32);
    plain
}

fn push(plain: &mut Plain, text: &str, at: usize) {
    plain.text.push_str(text);
    plain
        .places
        .extend(std::iter::repeat_n(at as u32, text.len()));
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "8.1  Except for “gross\n negligence”, the Supplier’s liability\u{a0}shall not exceed the ﬁrst £100.\nNothing else.";

    fn found(quote: &str) -> Option<&str> {
        locate(TEXT, quote).map(|span| &TEXT[span.start as usize..span.end as usize])
    }

    #[test]
    fn a_quote_is_found_whatever_its_spaces_quotes_and_capitals() {
        assert_eq!(
            found("the supplier's liability shall not exceed the first £100"),
            Some("the Supplier’s liability\u{a0}shall not exceed the ﬁrst £100")
        );
        assert_eq!(
            found("Except for \"gross negligence\", the"),
            Some("Except for “gross\n negligence”, the")
        );
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        assert_eq!(found("the Supplier's liability shall exceed"), None);
        assert_eq!(
            found("the Supplier's liability shall not exceed the first £200"),
            None
        );
        assert_eq!(found("upplier's liability shall not"), None, "half a word");
        assert_eq!(found("the"), None, "too short to prove anything");
        assert_eq!(found(""), None);
    }
}
