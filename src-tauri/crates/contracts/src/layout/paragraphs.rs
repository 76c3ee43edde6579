//! Where one paragraph ends and the next begins.

use std::ops::Range;

use super::lines::{Line, Measure};
use super::numbering::{Style, label_of};

/// Groups lines into paragraphs.
pub(super) fn group(lines: &[Line<'_>], measure: &Measure) -> Vec<Range<usize>> {
    let mut groups = Vec::new();
    let mut start = 0;
    for at in 1..lines.len() {
        let Some(paragraph) = lines.get(start..at) else {
            continue;
        };
        if lines
            .get(at)
            .is_some_and(|line| breaks_before(paragraph, line, measure))
        {
            groups.push(start..at);
            start = at;
        }
    }
    if start < lines.len() {
        groups.push(start..lines.len());
    }
    groups
}

/// Whether `line` starts a new paragraph after the lines gathered so far.
fn breaks_before(paragraph: &[Line<'_>], line: &Line<'_>, measure: &Measure) -> bool {
    let (Some(first), Some(last)) = (paragraph.first(), paragraph.last()) else {
        return false;
    };
    if let Some(begins) = line.begins {
        return begins;
    }
    let mut previous = End::of(last, measure, line);
    let text = line.text();
    let follows = last.page == line.page
        && !line.resumes
        && line.top > last.top - 1.0
        && overlaps(last, line);
    if is_contents_entry(last) || is_rule(last) || is_rule(line) {
        return true;
    }
    if is_label_only(paragraph) {
        return !(follows
            && line.bottom - last.bottom < 3.5 * line.size.max(1.0)
            && is_title(line, measure));
    }
    let after_title = is_title(last, measure) && !is_title(line, measure);
    let terminal = previous.terminal;
    previous.terminal |= after_title || ends_item(last);
    if starts_item(&text, line, &previous, measure) {
        return true;
    }
    previous.terminal = terminal;
    if !last.placed() || !line.placed() {
        return previous.terminal && starts_upper(&text) && last.words.len() < 8;
    }
    if !follows {
        return breaks_over_gap(paragraph, line, &previous, &text, measure);
    }
    let leading = measure.leading(line.page).max(line.size);
    let gap = line.bottom - last.bottom;
    let own_leading = match paragraph {
        [.., before, last] if before.page == last.page && last.bottom > before.bottom => {
            last.bottom - before.bottom
        }
        _ => leading,
    };
    if gap > 1.3 * own_leading.max(leading).max(1.15 * line.size) {
        return true;
    }
    if (line.size - last.size).abs() > 0.12 * line.size.max(last.size) {
        return true;
    }
    if last.bold != line.bold && !measure.body_bold && last.letters().0 > 0 && line.letters().0 > 0
    {
        // A heading's end, unless a bold lead-in merely fills the whole first line.
        let lead_in = last.bold && !previous.short;
        let starts_bold = line.bold && !starts_upper(&text);
        if !lead_in && !starts_bold {
            return true;
        }
    }
    if after_title && previous.short {
        return true;
    }
    let em = line.size.max(1.0);
    let indented = line.left - last.left;
    let from_start = line.left - first.left;
    if previous.terminal && (indented > 0.9 * em || (indented < -0.9 * em && paragraph.len() > 1)) {
        // Indents within a hanging paragraph show only after its first line.
        let hanging = paragraph.len() == 1 && from_start > 0.0 && !previous.short;
        if !hanging {
            return true;
        }
    }
    if previous.short && (previous.terminal || (previous.very_short && starts_upper(&text))) {
        return true;
    }
    false
}

/// Breaks at the top of a page or column, where there is no distance to go by.
fn breaks_over_gap(
    paragraph: &[Line<'_>],
    line: &Line<'_>,
    previous: &End,
    text: &str,
    measure: &Measure,
) -> bool {
    let Some(last) = paragraph.last() else {
        return false;
    };
    if last.page == line.page
        && line.top <= last.top
        && !overlaps(last, line)
        && previous.very_short
    {
        return true;
    }
    if is_title(last, measure) || is_title(line, measure) {
        return true;
    }
    let lower = text
        .chars()
        .find(|c| c.is_alphabetic())
        .is_some_and(char::is_lowercase);
    if lower {
        return false;
    }
    previous.terminal || (previous.very_short && starts_upper(text))
}

/// How a line ends.
struct End {
    /// With a mark that can end a paragraph.
    terminal: bool,
    /// The next line's first word would have fitted on it.
    short: bool,
    /// It fills little of the column.
    very_short: bool,
}

impl End {
    fn of(line: &Line<'_>, measure: &Measure, next: &Line<'_>) -> Self {
        let last = line
            .words
            .iter()
            .rev()
            .map(|w| w.text)
            .find(|w| !w.is_empty())
            .unwrap_or("");
        let bare = last.trim_end_matches(['"', '”', '’', '\'', ')', ']', '*']);
        let terminal = bare.ends_with(['.', ';', ':', '!', '?']) && !is_abbreviation(bare)
            || last.ends_with(":-")
            || last.ends_with(":—");
        let (left, right) = measure.margins(line.page);
        let column_right = if next.page == line.page && overlaps(line, next) {
            right.max(line.right).max(next.right)
        } else {
            right.max(line.right)
        };
        // In one of two columns the page's margin says nothing.
        let column_right = if line.right < left + 0.55 * (right - left)
            && next.right < left + 0.55 * (right - left)
            && line.page == next.page
            && line.words.len() > 3
            && next.words.len() > 3
            && (line.right - next.right).abs() < 0.25 * (right - left)
        {
            line.right.max(next.right)
        } else {
            column_right
        };
        let next_word = next.words.first().map_or(0.0, |w| w.x.1 - w.x.0);
        let room = column_right - line.right;
        Self {
            terminal,
            short: room > next_word + 0.8 * line.size,
            very_short: room > 0.3 * (right - left).max(1.0),
        }
    }
}

/// Whether the line is a rule made of characters: `--------`.
fn is_rule(line: &Line<'_>) -> bool {
    let mut characters = line.words.iter().flat_map(|w| w.text.chars());
    line.words.iter().any(|w| w.text.len() >= 8)
        && characters.all(|c| matches!(c, '-' | '=' | '*' | '–' | '—'))
}

/// Whether the line ends a step of a list: `…; and`.
fn ends_item(line: &Line<'_>) -> bool {
    let [.., before, last] = line.words.as_slice() else {
        return false;
    };
    matches!(last.text, "and" | "or" | "and/or") && before.text.ends_with([';', ','])
}

/// Whether the line starts a numbered or bulleted item.
fn starts_item(text: &str, line: &Line<'_>, previous: &End, measure: &Measure) -> bool {
    let first = text.split(' ').next().unwrap_or("");
    if matches!(
        first,
        "•" | "●" | "▪" | "■" | "◦" | "o" | "\u{f0b7}" | "" | "–" | "-" | "*"
    ) {
        return first != "o" && first != "-" && first != "–" || previous.terminal;
    }
    let Some(label) = label_of(text) else {
        return false;
    };
    let rest = text.get(label.length..).unwrap_or("").trim_start();
    let bare_integer =
        matches!(label.style, Style::Decimal(1)) && label.length == label.printed.len();
    if bare_integer {
        return is_title(line, measure)
            || (previous.short && previous.terminal && starts_upper(rest));
    }
    // `as set out in Section` / `3.2 above`: a reference broken over two lines.
    let opens = rest.is_empty() || starts_upper(rest) || rest.starts_with(['“', '"', '[', '(']);
    match label.style {
        Style::Part | Style::Article => (previous.terminal || previous.short) && opens,
        Style::Decimal(_) if text.starts_with(|c: char| c.is_ascii_digit()) => {
            previous.terminal || previous.short || (opens && line.bold)
        }
        Style::Decimal(_) => (previous.terminal || previous.short) && opens,
        _ => previous.terminal || previous.short,
    }
}

/// Whether the paragraph is nothing but a label that waits for its title: `ARTICLE IV`.
fn is_label_only(paragraph: &[Line<'_>]) -> bool {
    let [line] = paragraph else { return false };
    if line.words.len() > 3 {
        return false;
    }
    let text = line.text();
    label_of(&text).is_some_and(|label| {
        let rest = text
            .get(label.length..)
            .unwrap_or("")
            .trim_matches([' ', '.', ':', '-', '–', '—']);
        let dotted = label.length > label.printed.len()
            || matches!(label.style, Style::Part | Style::Article);
        rest.is_empty() && (dotted || matches!(label.style, Style::Decimal(2..)))
    })
}

/// Whether the line looks like (a line of) a heading: short, and set in capitals, in bold or larger.
pub(super) fn is_title(line: &Line<'_>, measure: &Measure) -> bool {
    let (letters, capitals) = line.letters();
    if letters < 2 || line.words.len() > 14 {
        return false;
    }
    let text_end = line.words.last().map_or("", |w| w.text);
    if text_end.ends_with([';', ',']) {
        return false;
    }
    let caps = capitals * 10 >= letters * 9 && letters >= 3;
    let large = line.size > 1.12 * measure.body_size && measure.body_size > 0.0;
    caps || large || (line.bold && !measure.body_bold)
}

/// Whether the line is an entry of a table of contents: leaders and a page number.
pub(super) fn is_contents_entry(line: &Line<'_>) -> bool {
    let Some((last, rest)) = line.words.split_last() else {
        return false;
    };
    let number = last.text.trim_start_matches('.');
    let counted = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
    let dots = |w: &str| w.len() >= 3 && w.trim_matches(['.', '…', '_']).is_empty();
    let leaders = rest
        .iter()
        .filter(|w| dots(w.text) || w.text == ".")
        .count();
    let in_word = line
        .words
        .iter()
        .any(|w| w.text.contains("....") || w.text.contains("……"));
    let led = leaders >= 3 || rest.iter().any(|w| dots(w.text) && w.text.len() >= 4) || in_word;
    // Without leaders: a numbered title, and the page's number far to the right of it.
    let far = rest
        .last()
        .is_some_and(|w| last.x.0 - w.x.1 > 2.0 * line.size)
        && line.placed()
        && last.text.len() <= 4
        && label_of(&line.text()).is_some();
    counted && (led || far)
}

fn starts_upper(text: &str) -> bool {
    text.trim_start_matches(|c: char| !c.is_alphanumeric())
        .starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
}

/// Whether the two lines share part of their width.
fn overlaps(a: &Line<'_>, b: &Line<'_>) -> bool {
    a.left < b.right && b.left < a.right
}

/// Whether a full stop belongs to the word and ends no sentence: `No.`, `Mr.`
fn is_abbreviation(word: &str) -> bool {
    let lower = word.trim_start_matches(['(', '“', '"']).to_lowercase();
    matches!(
        lower.as_str(),
        "mr." | "ms." | "mrs." | "dr." | "no." | "nos." | "sec." | "i.e." | "e.g." | "vs."
    )
}
