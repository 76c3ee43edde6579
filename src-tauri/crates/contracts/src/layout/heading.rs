//! Numbers, headings and depth: where a paragraph stands in the numbering tree.

use super::lines::{Line, Measure};
use super::numbering::{Label, Style, label_of};
use super::paragraphs::{is_contents_entry, is_title};

/// Longest heading in words and characters.
const MOST_WORDS: usize = 16;
const MOST_CHARACTERS: usize = 120;

/// `1 April 2020` is a date.
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The numbering seen so far, from the top down to where the text stands.
pub(super) struct Outline<'m> {
    measure: &'m Measure,
    stack: Vec<Step>,
    /// Depth of the last heading or number.
    level: u8,
}

#[derive(Debug, Clone, Copy)]
struct Step {
    style: Style,
    value: u32,
    level: u8,
    /// Where its number stands across the page, in points.
    left: f32,
}

impl Step {
    /// `Article IV`, or `IV.` at the top.
    fn is_article(&self) -> bool {
        self.style == Style::Article || (self.style == Style::UpperRoman && self.level == 0)
    }
}

impl<'m> Outline<'m> {
    pub fn new(measure: &'m Measure) -> Self {
        Self {
            measure,
            stack: Vec::new(),
            level: 0,
        }
    }

    /// Reads a paragraph's number and heading, and says how deep it stands.
    pub fn place(
        &mut self,
        text: &str,
        lines: &[Line<'_>],
    ) -> (Option<String>, Option<String>, u8) {
        if lines.iter().any(is_contents_entry) {
            return (None, None, 1);
        }
        let label = label_of(text).filter(|l| self.is_number(l, text, lines));
        let body_at = label.as_ref().map_or(0, |l| l.length);
        let body = text
            .get(body_at..)
            .unwrap_or("")
            .trim_start_matches([' ', '.', ':', '-', '–', '—', '\t']);
        let heading = self.heading(body, label.is_some(), lines);
        let level = match &label {
            Some(label) => self.step(label, lines.first().map_or(0.0, |l| l.left)),
            None if heading.is_some() => self.unnumbered_level(body, lines),
            None => self.level.saturating_add(1).min(8),
        };
        (label.map(|l| l.printed), heading, level)
    }

    /// A bare `7` counts as a number only before a heading: `30 days after …` starts no part.
    fn is_number(&self, label: &Label, text: &str, lines: &[Line<'_>]) -> bool {
        let bare = matches!(label.style, Style::Decimal(1)) && label.length == label.printed.len();
        if !bare {
            let named = matches!(label.style, Style::Part | Style::Article);
            let rest = text.get(label.length..).unwrap_or("").trim_start();
            // `Schedule 2 sets out …` is a sentence about a schedule.
            return !named || !rest.starts_with(|c: char| c.is_lowercase()) || rest.is_empty();
        }
        let rest = text.get(label.length..).unwrap_or("").trim_start();
        let month = rest
            .split([' ', ','])
            .next()
            .is_some_and(|w| MONTHS.contains(&w));
        rest.starts_with(char::is_uppercase)
            && label.value < 100
            && !month
            && (self.heading(rest, true, lines).is_some())
    }

    fn heading(&self, body: &str, numbered: bool, lines: &[Line<'_>]) -> Option<String> {
        if body.is_empty() {
            return None;
        }
        self.bare_heading(body, numbered, lines)
            .or_else(|| run_in_heading(body, numbered, lines))
    }

    /// A paragraph that is a heading and nothing else.
    fn bare_heading(&self, body: &str, numbered: bool, lines: &[Line<'_>]) -> Option<String> {
        let words = body.split(' ').count();
        let characters = body.chars().count();
        if words > MOST_WORDS
            || characters > MOST_CHARACTERS
            || body.chars().filter(|c| c.is_alphabetic()).count() < 3
        {
            return None;
        }
        // Bullets, notes in brackets and the small words of a title page head nothing.
        let heads = body.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '“' | '"'));
        let joins = matches!(
            body.to_lowercase().as_str(),
            "and" | "between" | "among" | "by and between" | "by" | "or" | "with" | "to"
        );
        if !heads || joins {
            return None;
        }
        let stripped = body.trim_end_matches(['.', ':']);
        let steps = [";", ",", "; and", "; or", ", and", ", or"];
        if steps.iter().any(|end| body.ends_with(end))
            || (body.ends_with('.') && !numbered)
            || body.contains("____")
        {
            return None;
        }
        let set_apart = lines.iter().all(|l| is_title(l, self.measure));
        let titled = numbered && is_title_case(stripped) && !stripped.contains(". ");
        (set_apart || titled).then(|| stripped.to_owned())
    }

    fn step(&mut self, label: &Label, left: f32) -> u8 {
        let letter = label.ambiguous.then(|| label.as_letter()).flatten();
        let label = match &letter {
            Some(letter) if self.is_rather_letter(label, letter) => letter,
            _ => label,
        };
        let style = match label.style {
            // A list counted `1.`, `2.` within a clause, not the next article.
            Style::Decimal(1) if self.is_nested_list(label, left) => Style::Number,
            style => style,
        };
        let level = match style {
            Style::Part => {
                self.stack.clear();
                0
            }
            Style::Article => {
                self.stack.retain(|s| s.style == Style::Part);
                0
            }
            Style::Decimal(numbers) => {
                let under_article = self.stack.iter().any(Step::is_article);
                self.stack.retain(|s| match s.style {
                    Style::Decimal(n) => n < numbers,
                    _ => s.is_article() || s.style == Style::Part,
                });
                (numbers - 1).max(u8::from(under_article))
            }
            style => match self.stack.iter().position(|s| s.style == style) {
                Some(at) => {
                    let level = self.stack[at].level;
                    self.stack.truncate(at);
                    level
                }
                None => {
                    let top = u8::from(style != Style::UpperRoman);
                    self.stack.last().map_or(top, |s| s.level.saturating_add(1))
                }
            },
        };
        self.stack.push(Step {
            style,
            value: label.value,
            level,
            left,
        });
        self.level = level;
        level
    }

    /// `(i)` after `(h)` goes on counting letters, and `(d)` is hardly the roman 500.
    fn is_rather_letter(&self, roman: &Label, letter: &Label) -> bool {
        let single = roman.printed.trim_matches(['(', ')']).len() == 1;
        match (
            self.expects(letter.style, letter.value),
            self.expects(roman.style, roman.value),
        ) {
            (true, false) => true,
            (false, true) => false,
            _ => single && roman.value != 1,
        }
    }

    /// Whether a `1.` stands within a clause that is counted otherwise, or a `2.` follows such one.
    fn is_nested_list(&self, label: &Label, left: f32) -> bool {
        let is_top = |s: &Step| matches!(s.style, Style::Decimal(1));
        let top = self.stack.iter().find(|s| is_top(s));
        let counted_above = top.is_some() || self.stack.iter().any(Step::is_article);
        let lettered = self.stack.last().is_some_and(|s| {
            matches!(
                s.style,
                Style::Lower | Style::Upper | Style::LowerRoman | Style::Number
            )
        });
        match label.value {
            1 => lettered && counted_above,
            value => {
                let follows = |s: &&Step| s.style == Style::Number && s.value + 1 == value;
                let Some(list) = self.stack.iter().find(follows) else {
                    return false;
                };
                // Where both counts go on with this number, it stands under the one it belongs to.
                let apart = |s: &Step| (s.left - left).abs();
                top.is_none_or(|top| top.value + 1 != value || apart(list) < apart(top))
            }
        }
    }

    fn expects(&self, style: Style, value: u32) -> bool {
        self.stack
            .iter()
            .any(|s| s.style == style && s.value + 1 == value)
    }

    fn unnumbered_level(&mut self, body: &str, lines: &[Line<'_>]) -> u8 {
        let large = lines.iter().all(|l| l.size > 1.12 * self.measure.body_size);
        let caps = !body.chars().any(char::is_lowercase);
        let numbered_above = self.stack.iter().any(|s| s.level == 0);
        let level = u8::from(!(large || caps) && numbered_above);
        self.level = level;
        level
    }
}

/// The heading that a paragraph's text runs on from: `Limitation of Liability. Neither party …`.
fn run_in_heading(body: &str, numbered: bool, lines: &[Line<'_>]) -> Option<String> {
    let (end, stop) = body
        .char_indices()
        .take_while(|(at, _)| *at < MOST_CHARACTERS)
        .find(|(at, c)| {
            let next = body.get(at + c.len_utf8()..).unwrap_or("");
            match c {
                '.' => next.starts_with(' ') || next.starts_with("\u{a0}"),
                ':' => next.starts_with(' '),
                '–' | '—' => true,
                _ => false,
            }
        })
        .map(|(at, c)| (at, c.len_utf8()))?;
    let head = body.get(..end)?.trim();
    let rest = body
        .get(end + stop..)?
        .trim_start_matches([' ', '-', '–', '—']);
    let words = head.split(' ').count();
    let last = head.rsplit(' ').next().unwrap_or("").to_lowercase();
    let abbreviated = matches!(
        last.as_str(),
        "inc"
            | "ltd"
            | "co"
            | "corp"
            | "no"
            | "mr"
            | "ms"
            | "dr"
            | "st"
            | "l.p"
            | "u.s"
            | "n.a"
            | "llc"
            | "llp"
            | "sec"
            | "s.a"
    ) || last.chars().count() < 2;
    if words > 10 || abbreviated || rest.is_empty() || !is_title_case(head) {
        return None;
    }
    let starts_sentence = rest.starts_with(|c: char| {
        c.is_uppercase() || c.is_ascii_digit() || matches!(c, '(' | '“' | '"' | '[' | '‘' | '\'')
    });
    if !starts_sentence
        && !body
            .get(end..)
            .is_some_and(|r| r.starts_with(['–', '—', ':']))
    {
        return None;
    }
    let bold = is_bold_lead(head, lines);
    let unnumbered =
        words <= 6 && body.get(end..).is_some_and(|r| r.starts_with('.')) && head.len() >= 4;
    let defined = head.starts_with(['“', '"']);
    (bold || ((numbered || unnumbered) && starts_sentence && !defined)).then(|| head.to_owned())
}

/// Whether the heading's words are bold and the words behind them are not.
fn is_bold_lead(head: &str, lines: &[Line<'_>]) -> bool {
    let count = head.split(' ').count();
    let words: Vec<_> = lines
        .iter()
        .flat_map(|l| &l.words)
        .filter(|w| w.text.chars().any(char::is_alphabetic))
        .take(count + 3)
        .collect();
    let lead = words.iter().take_while(|w| w.bold).count();
    lead >= count.min(2) && lead < words.len()
}

/// Whether each word that carries meaning starts with a capital.
fn is_title_case(text: &str) -> bool {
    const SMALL: [&str; 24] = [
        "a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "nor", "not", "of", "on",
        "or", "per", "the", "to", "under", "upon", "with", "without", "&", "its",
    ];
    let mut capitals = 0;
    for (at, word) in text.split(' ').enumerate() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let Some(first) = bare.chars().next() else {
            continue;
        };
        if first.is_uppercase() {
            capitals += 1;
        } else if at == 0 || !(first.is_ascii_digit() || SMALL.contains(&bare)) {
            return false;
        }
    }
    capitals > 0
}
