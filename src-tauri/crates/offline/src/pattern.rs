//! Patterns over lower-cased contract text.

use regex::Regex;

/// Compiles a pattern. Word boundaries and classes are ASCII, which is several times faster and all
/// that lower-cased English needs; `'` and `"` match typographic quotation marks too.
///
/// # Panics
/// When the pattern is wrong; a test compiles each of them.
#[must_use]
pub fn pattern(source: &str) -> Regex {
    let ascii = source
        .replace(r"\b", r"(?-u:\b)")
        .replace(r"\w", "[0-9A-Za-z_]")
        .replace(r"\d", "[0-9]")
        .replace(r"\s", r"[ \t\n]")
        .replace('\'', "['’]")
        .replace('"', "[\"“”]");
    #[expect(
        clippy::expect_used,
        reason = "patterns are constants, each compiled by a test"
    )]
    Regex::new(&ascii).expect("a constant pattern compiles")
}

/// A pattern compiled on first use.
macro_rules! rx {
    ($source:expr) => {{
        static PATTERN: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| $crate::pattern::pattern($source));
        &*PATTERN
    }};
}
pub(crate) use rx;
