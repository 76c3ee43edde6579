//! Patterns, and the text they run over.
//!
//! The reader's patterns run over *folded* text: lower-cased ASCII of the same length as the original,
//! so that an offset in one is an offset in the other. ASCII automata are several times smaller and
//! faster than Unicode ones, and typographic quotation marks need no second spelling.

use regex::Regex;

/// Folds text: ASCII lower case; other characters become as many control bytes as they had bytes.
/// Quotation marks keep their meaning (`’` becomes filler and `'`), `£`, `€`, `½` and bullets too.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            folded.push(c.to_ascii_lowercase());
            continue;
        }
        let last = match c {
            '‘' | '’' => '\'',
            '“' | '”' => '"',
            '\u{a0}' => ' ',
            '–' | '—' | '‐' | '‑' => '-',
            '£' => '\x02',
            '€' => '\x03',
            '½' => '\x04',
            '●' | '•' => '\x05',
            _ => '\x01',
        };
        for _ in 1..c.len_utf8() {
            folded.push('\x01');
        }
        folded.push(last);
    }
    folded
}

/// Compiles a pattern for folded text.
///
/// # Panics
/// When the pattern is wrong; a test compiles each of them.
#[must_use]
pub fn pattern(source: &str) -> Regex {
    let source = source
        .replace("[^", r"[\x00-\x7F--")
        .replace(r"\w", "[0-9a-z_]")
        .replace(r"\W", r"[\x00-\x7F--0-9a-z_]")
        .replace(r"\d", "[0-9]")
        .replace(r"\s", r"[ \t\n\x01]")
        .replace(r"\S", r"[\x01-\x08!-~]");
    let mut ascii = String::with_capacity(source.len() * 2);
    let (mut depth, mut escaped) = (0_u32, false);
    for c in source.chars() {
        match c {
            '[' if !escaped => depth += 1,
            ']' if !escaped => depth = depth.saturating_sub(1),
            _ => {}
        }
        // Outside a class these stand behind the filler that folding put there.
        match c {
            '\'' | '"' | '-' if depth == 0 && !escaped => ascii.push_str(r"\x01{0,2}"),
            '£' | '½' => ascii.push_str(r"\x01?"),
            '€' => ascii.push_str(r"\x01{0,2}"),
            _ => {}
        }
        match c {
            '£' => ascii.push('\x02'),
            '€' => ascii.push('\x03'),
            '½' => ascii.push('\x04'),
            '●' | '•' => ascii.push('\x05'),
            other => ascii.push(other),
        }
        escaped = c == '\\' && !escaped;
    }
    compile(&ascii.replace(r"\b", r"(?-u:\b)"))
}

/// Compiles a pattern for text as printed; `'` and `"` match typographic quotation marks too.
///
/// # Panics
/// When the pattern is wrong; a test compiles each of them.
#[must_use]
pub fn printed_pattern(source: &str) -> Regex {
    let either = source
        .replace(r"\b", r"(?-u:\b)")
        .replace(r"\w", "[0-9A-Za-z_]")
        .replace(r"\d", "[0-9]")
        .replace(r"\s", r"[ \t\n]")
        .replace('\'', "['’]")
        .replace('"', "[\"“”]");
    compile(&either)
}

fn compile(source: &str) -> Regex {
    #[expect(
        clippy::expect_used,
        reason = "patterns are constants, run by the tests"
    )]
    Regex::new(source).expect("a constant pattern compiles")
}

/// A pattern for folded text, compiled on first use.
macro_rules! rx {
    ($source:expr) => {{
        static PATTERN: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| $crate::pattern::pattern($source));
        &*PATTERN
    }};
}
pub(crate) use rx;

/// A pattern for text as printed, compiled on first use.
macro_rules! rx_printed {
    ($source:expr) => {{
        static PATTERN: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| $crate::pattern::printed_pattern($source));
        &*PATTERN
    }};
}
pub(crate) use rx_printed;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_keeps_every_offset() {
        let text = "Customer’s “Fee Base” – £1,000 or €2 • 1½ café";
        let folded = fold(text);
        assert_eq!(folded.len(), text.len());
        assert!(folded.is_ascii());
        let quoted = pattern("customer's \"([^\"]+)\" - £1")
            .captures(&folded)
            .unwrap();
        let term = quoted.get(1).unwrap();
        assert!(text[term.start()..].starts_with("Fee Base"));
    }
}
