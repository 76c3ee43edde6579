//! Text of the document in a spreadsheet's cell: never a formula, never longer than a cell holds.

/// Longest text a cell of the usual spreadsheet programs holds, in units of UTF-16.
const LONGEST: usize = 32_767;
/// What ends a text that was too long.
const CUT: &str = " …";

/// The text on one line, without control characters, no longer than a cell holds with `spare` more.
pub(crate) fn plain(text: &str, spare: usize) -> String {
    let clean: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let room = LONGEST - spare;
    if clean.encode_utf16().count() <= room {
        return clean;
    }
    let mut left = room - CUT.chars().count();
    let kept: String = clean
        .chars()
        .take_while(|c| {
            let fits = c.len_utf16() <= left;
            left = left.saturating_sub(c.len_utf16());
            fits
        })
        .collect();
    format!("{kept}{CUT}")
}

/// Whether a spreadsheet program may take the text for a formula when it is read or typed again.
pub(crate) fn starts_formula(text: &str) -> bool {
    text.trim_start().starts_with([
        '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ])
}

/// A cell of a file without types, as CSV is: an apostrophe makes text of what could be a formula.
#[must_use]
pub fn untyped(text: &str) -> String {
    let plain = plain(text, 1);
    if starts_formula(&plain) {
        format!("'{plain}")
    } else {
        plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_never_starts_a_formula_and_has_no_control_characters() {
        assert_eq!(untyped("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(untyped("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(untyped("\t=1+1"), "' =1+1");
        assert_eq!(untyped("\u{ff1d}1+1"), "'\u{ff1d}1+1");
        assert_eq!(untyped("a\tb\r\nc\0"), "a b  c ");
        assert_eq!(untyped("30 days"), "30 days");
    }

    #[test]
    fn a_long_text_is_cut_to_what_a_cell_holds_and_says_so() {
        for text in ["x".repeat(40_000), "𝄞".repeat(20_000), "=".repeat(32_767)] {
            let cell = untyped(&text);
            let length = cell.encode_utf16().count();
            assert!(
                (LONGEST - 2..=LONGEST).contains(&length) && cell.ends_with(" …"),
                "{length}"
            );
        }
        assert_eq!(plain(&"x".repeat(LONGEST), 0).len(), LONGEST);
    }
}
