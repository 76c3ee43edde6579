//! A paragraph's runs to words, and words to lines.

use countersign_contracts::document::HiddenKind;

use super::{LEADING, Setting};
use crate::flow::metrics::{advance, width};
use crate::flow::{Paragraph, Run};

/// Tab stops stand this far apart, in points.
const TAB: f32 = 36.0;
/// Size of a note's mark against the text's.
const MARK_SIZE: f32 = 0.65;

/// A word on its line.
#[derive(Debug, Clone)]
pub(super) struct FlowWord {
    pub text: String,
    pub x: f32,
    pub width: f32,
    pub size: f32,
    pub bold: bool,
    pub hidden: Option<HiddenKind>,
    pub marks: Vec<u32>,
}

/// A line of words.
#[derive(Debug, Clone)]
pub(super) struct FlowLine {
    pub words: Vec<FlowWord>,
    pub size: f32,
    /// Whether it is the paragraph's first.
    pub begins: bool,
    /// Footnotes it refers to.
    pub notes: Vec<u32>,
    /// Marks that no word carries.
    pub loose: Vec<u32>,
}

impl FlowLine {
    /// From its top to the next line's.
    pub fn height(&self) -> f32 {
        if self.words.is_empty() {
            0.0
        } else {
            LEADING * self.size
        }
    }
}

/// What stands between a word and the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing: a note's mark, or the visible rest of a word.
    Nothing,
    Space,
    Tab,
    LineBreak,
}

#[derive(Debug)]
struct Token {
    before: Before,
    text: String,
    bold: bool,
    hidden: Option<HiddenKind>,
    marks: Vec<u32>,
    note: Option<u32>,
}

/// Breaks a paragraph into lines. One without a word gives at most a line that carries its marks.
pub(super) fn break_paragraph(paragraph: &Paragraph, setting: &Setting) -> Vec<FlowLine> {
    let (tokens, loose) = tokens_of(paragraph, setting.bold);
    if tokens.is_empty() {
        let line = FlowLine {
            words: Vec::new(),
            size: setting.size,
            begins: true,
            notes: Vec::new(),
            loose,
        };
        return if line.loose.is_empty() {
            Vec::new()
        } else {
            vec![line]
        };
    }
    let mut breaker = Breaker {
        setting,
        lines: Vec::new(),
        x: 0.0,
    };
    breaker.open(true);
    let last_tab = tokens.iter().rposition(|t| t.before == Before::Tab);
    for at in 0..tokens.len() {
        let Some(token) = tokens.get(at) else { break };
        let pushed_right = paragraph.contents && Some(at) == last_tab;
        let rest = pushed_right.then(|| {
            let rest = tokens.get(at..).unwrap_or(&[]);
            let words: f32 = rest.iter().map(|t| breaker.width_of(t)).sum();
            words + 0.25 * setting.size * (rest.len().saturating_sub(1)) as f32
        });
        breaker.push(token, rest);
    }
    breaker.lines
}

/// The widest word of a paragraph at a size.
pub(super) fn widest_word(paragraph: &Paragraph, size: f32) -> f32 {
    let (tokens, _) = tokens_of(paragraph, false);
    let widths = tokens.iter().map(|t| width(&t.text, size, t.bold));
    widths.fold(0.0, f32::max)
}

fn tokens_of(paragraph: &Paragraph, all_bold: bool) -> (Vec<Token>, Vec<u32>) {
    let mut writer = TokenWriter {
        tokens: Vec::new(),
        before: Before::Space,
        open: false,
        all_bold,
        loose: Vec::new(),
    };
    if !paragraph.label.is_empty() && !paragraph.is_empty() {
        let bold = paragraph
            .runs
            .iter()
            .find(|run| run.text.chars().any(char::is_alphanumeric))
            .is_some_and(|run| run.bold);
        writer.push_run(&Run {
            text: paragraph.label.clone(),
            bold,
            ..Run::default()
        });
        writer.space(Before::Space);
    }
    for run in &paragraph.runs {
        writer.push_run(run);
    }
    (writer.tokens, writer.loose)
}

struct TokenWriter {
    tokens: Vec<Token>,
    before: Before,
    /// Whether the last token may grow.
    open: bool,
    all_bold: bool,
    /// Marks that wait for a word.
    loose: Vec<u32>,
}

impl TokenWriter {
    fn space(&mut self, before: Before) {
        self.open = false;
        let stronger = matches!(
            (self.before, before),
            (Before::Nothing, _)
                | (Before::Space, Before::Tab | Before::LineBreak)
                | (Before::Tab, Before::LineBreak)
        );
        if stronger {
            self.before = before;
        }
    }

    fn push_run(&mut self, run: &Run) {
        if run.text.is_empty() {
            // What was taken out is told by the word before it, or else by the one after.
            match self.tokens.last_mut() {
                Some(token) => token.marks.extend_from_slice(&run.marks),
                None => self.loose.extend_from_slice(&run.marks),
            }
            return;
        }
        if run.footnote.is_some() {
            self.open = false;
        }
        for c in run.text.chars() {
            match c {
                '\n' | '\u{b}' | '\u{c}' | '\r' => self.space(Before::LineBreak),
                '\t' => self.space(Before::Tab),
                c if c.is_whitespace() || c == '\u{200b}' => self.space(Before::Space),
                c if c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c) => {}
                c => self.push_char(c, run),
            }
        }
        if run.footnote.is_some() {
            self.open = false;
        }
    }

    fn push_char(&mut self, c: char, run: &Run) {
        let bold = run.bold || self.all_bold;
        if self.open
            && let Some(token) = self.tokens.last_mut()
            && token.hidden == run.hidden
        {
            token.text.push(c);
            token.bold &= bold || !c.is_alphanumeric();
            for mark in &run.marks {
                if !token.marks.contains(mark) {
                    token.marks.push(*mark);
                }
            }
            return;
        }
        let before = match self.tokens.last() {
            None => Before::Space,
            Some(_) => self.before,
        };
        let mut marks = run.marks.clone();
        marks.append(&mut self.loose);
        self.tokens.push(Token {
            before,
            text: c.to_string(),
            bold,
            hidden: run.hidden,
            marks,
            note: run.footnote,
        });
        self.open = true;
        self.before = Before::Nothing;
    }
}

struct Breaker<'s> {
    setting: &'s Setting,
    lines: Vec<FlowLine>,
    /// Where the next word may begin, from the column's left edge.
    x: f32,
}

impl Breaker<'_> {
    fn open(&mut self, begins: bool) {
        self.lines.push(FlowLine {
            words: Vec::new(),
            size: self.setting.size,
            begins,
            notes: Vec::new(),
            loose: Vec::new(),
        });
        self.x = 0.0;
    }

    fn size_of(&self, token: &Token) -> f32 {
        match token.note {
            Some(_) => MARK_SIZE * self.setting.size,
            None => self.setting.size,
        }
    }

    fn width_of(&self, token: &Token) -> f32 {
        width(&token.text, self.size_of(token), token.bold)
    }

    /// Places a word; `rest` is the width of what must end at the right edge.
    fn push(&mut self, token: &Token, rest: Option<f32>) {
        let column = self.setting.width;
        let space = 0.25 * self.setting.size;
        let empty = self.lines.last().is_none_or(|line| line.words.is_empty());
        let mut x = match token.before {
            Before::LineBreak if !empty => {
                self.open(false);
                0.0
            }
            _ if empty => 0.0,
            Before::Tab => match rest {
                Some(rest) => (column - rest).max(self.x + 2.0 * space),
                None => ((self.x + space) / TAB).ceil() * TAB,
            },
            Before::Nothing => self.x,
            Before::Space | Before::LineBreak => self.x + space,
        };
        let wide = self.width_of(token);
        let empty = self.lines.last().is_none_or(|line| line.words.is_empty());
        if x + wide > column && !empty {
            self.open(false);
            x = 0.0;
        }
        if wide > column {
            self.push_pieces(token);
        } else {
            self.put(token, token.text.clone(), x, wide);
        }
        if let (Some(line), Some(note)) = (self.lines.last_mut(), token.note) {
            line.notes.push(note);
        }
    }

    /// Cuts a word that is wider than its column.
    fn push_pieces(&mut self, token: &Token) {
        let size = self.size_of(token);
        let mut piece = String::new();
        let mut wide = 0.0;
        for c in token.text.chars() {
            let step = advance(c, token.bold) * size;
            if wide + step > self.setting.width && !piece.is_empty() {
                self.put(token, std::mem::take(&mut piece), 0.0, wide);
                self.open(false);
                wide = 0.0;
            }
            piece.push(c);
            wide += step;
        }
        self.put(token, piece, 0.0, wide);
    }

    fn put(&mut self, token: &Token, text: String, x: f32, wide: f32) {
        let size = self.size_of(token);
        self.x = x + wide;
        if let Some(line) = self.lines.last_mut() {
            line.words.push(FlowWord {
                text,
                x: self.setting.left + x,
                width: wide,
                size,
                bold: token.bold,
                hidden: token.hidden,
                marks: token.marks.clone(),
            });
        }
    }
}
