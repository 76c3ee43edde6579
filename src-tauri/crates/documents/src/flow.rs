//! Text without pages: what the readers of DOCX, ODT, RTF, HTML, Markdown, plain text and mail give,
//! and [`layout`], which lays it out as pages.
//!
//! The pages hold nothing but words with boxes, so citations, highlights and coverage work as they
//! do on a PDF, and the page that is drawn is made of the same words.

pub(crate) mod layout;
mod metrics;

use countersign_contracts::document::HiddenKind;
use countersign_contracts::side::ChangeKind;

/// Most bytes of text taken from one document; a contract of 5,000 pages holds about 15 MB.
pub(crate) const MOST_TEXT_BYTES: usize = 32 << 20;

/// A document as it flows.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    pub blocks: Vec<Block>,
    /// Notes that a text run refers to by index; each stands at the end of its page.
    pub footnotes: Vec<Note>,
    /// Changes and comments that runs refer to by index.
    pub marks: Vec<Mark>,
    /// Headers, footers, watermarks.
    pub running: Vec<String>,
    /// What else a reader should know, in words.
    pub notes: Vec<String>,
    /// Width and height of the paper in points; A4 when the file says nothing.
    pub paper: Option<(f32, f32)>,
    /// Files that came with it.
    pub attachments: Vec<Attachment>,
}

/// A file that came with a mail.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Attachment {
    /// Its name as the mail says; may be anything.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// One thing after another down the page.
#[derive(Debug)]
pub(crate) enum Block {
    Paragraph(Paragraph),
    /// A table's rows.
    Table(Vec<Vec<Cell>>),
    /// The next block begins a page.
    PageBreak,
}

/// A cell of a table.
#[derive(Debug, Default)]
pub(crate) struct Cell {
    pub paragraphs: Vec<Paragraph>,
    /// Columns it takes.
    pub columns: u32,
    /// Its width against the others'; 0 when the file doesn't say.
    pub share: f32,
}

/// A paragraph.
#[derive(Debug, Clone, Default)]
pub(crate) struct Paragraph {
    /// Its number as the file's own program shows it: `7.2(a)`.
    pub label: String,
    pub runs: Vec<Run>,
    /// Depth of a heading, 1 for the topmost.
    pub heading: Option<u8>,
    /// Depth of a list or an indent, 0 for none.
    pub indent: u8,
    /// An entry of a table of contents: what follows the last tab stands at the right edge.
    pub contents: bool,
}

/// A stretch of text set alike.
#[derive(Debug, Clone, Default)]
pub(crate) struct Run {
    /// `\n` breaks the line, `\t` leaves a gap.
    pub text: String,
    pub bold: bool,
    pub hidden: Option<HiddenKind>,
    /// Indices into [`Flow::marks`].
    pub marks: Vec<u32>,
    /// Index into [`Flow::footnotes`]; the text is then the note's mark.
    pub footnote: Option<u32>,
}

/// A note at a page's end.
#[derive(Debug, Clone, Default)]
pub(crate) struct Note {
    pub label: String,
    pub paragraphs: Vec<Paragraph>,
}

/// Something said of a stretch of the text.
#[derive(Debug, Clone)]
pub(crate) enum Mark {
    Change {
        kind: ChangeKind,
        author: Option<String>,
        date: Option<String>,
        /// Text that was taken out; text that is there is taken from the page.
        gone: String,
    },
    Comment {
        author: Option<String>,
        date: Option<String>,
        text: String,
    },
}

impl Flow {
    /// Adds another flow's blocks, with what is said of them.
    pub fn append(&mut self, mut other: Self) {
        let offset = u32::try_from(self.marks.len()).unwrap_or(u32::MAX);
        let runs = other.blocks.iter_mut().flat_map(|block| match block {
            Block::Paragraph(paragraph) => vec![paragraph],
            Block::Table(rows) => rows
                .iter_mut()
                .flatten()
                .flat_map(|cell| &mut cell.paragraphs)
                .collect(),
            Block::PageBreak => Vec::new(),
        });
        for run in runs.flat_map(|paragraph| &mut paragraph.runs) {
            for mark in &mut run.marks {
                *mark = mark.saturating_add(offset);
            }
        }
        self.marks.append(&mut other.marks);
        self.blocks.append(&mut other.blocks);
    }
}

impl Paragraph {
    /// A paragraph of one plain run.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            runs: vec![Run {
                text: text.into(),
                ..Run::default()
            }],
            ..Self::default()
        }
    }

    /// Whether nothing of it would be painted.
    pub fn is_empty(&self) -> bool {
        self.runs.iter().all(|run| run.text.trim().is_empty())
    }

    /// Its text without its number.
    pub fn text(&self) -> String {
        self.runs.iter().map(|run| run.text.as_str()).collect()
    }
}

/// The mark of note `number` in raised figures.
pub(crate) fn raised(number: usize) -> String {
    let figures = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digits = number.to_string();
    let digits = digits.bytes().map(|b| usize::from(b.wrapping_sub(b'0')));
    digits.filter_map(|d| figures.get(d)).collect()
}
