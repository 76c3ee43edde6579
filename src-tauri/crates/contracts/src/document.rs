//! The text read from a contract's file, with the place of every word.
//!
//! A [`Page`] holds words as painted. [`Document::from_pages`] (see [`crate::layout`]) turns pages
//! into one running text; every word of that text maps back to the page words it came from, so a
//! quote, a highlight and an export share one geometry.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A rectangle in points (1/72 inch) from the top left of the page as shown (crop box and rotation
/// applied): `[x0, y0, x1, y1]`, with `x0 <= x1` and `y0 <= y1`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Bbox(pub [f32; 4]);

impl Bbox {
    /// The smallest box that holds both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        let (a, b) = (self.0, other.0);
        Self([
            a[0].min(b[0]),
            a[1].min(b[1]),
            a[2].max(b[2]),
            a[3].max(b[3]),
        ])
    }

    /// Height in points.
    #[must_use]
    pub fn height(self) -> f32 {
        self.0[3] - self.0[1]
    }

    /// Width in points.
    #[must_use]
    pub fn width(self) -> f32 {
        self.0[2] - self.0[0]
    }
}

/// Where a page's words come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum PageSource {
    /// Painted text, read together with its geometry.
    Text,
    /// The text layer as the second reader gave it: words without boxes.
    SecondReader,
    /// Optical character recognition of the page's picture.
    Ocr,
    /// Painted text and recognised pictures.
    Mixed,
    /// Nothing could be read.
    None,
    /// Text of a file that has no pages of its own, laid out by Countersign. The index of a word's
    /// line skips one number where a paragraph begins; a page whose first line is 0 goes on with
    /// the paragraph of the page before.
    Flow,
}

/// What can be expected of a page's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum PageQuality {
    /// Read whole.
    Ok,
    /// Read by the second reader only: text without places.
    Fallback,
    /// A picture of text (a scan): nothing to read without recognition.
    NeedsOcr,
    /// Blank on purpose: nothing is painted at all.
    Blank,
    /// Recognised with little confidence: what it says is to be compared with the page.
    Doubtful,
    /// Could not be read; [`Page::problem`] says why.
    Unreadable,
}

/// Why a word can't be seen on the page although the file holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum HiddenKind {
    /// Text render mode 3 (neither filled nor stroked).
    Invisible,
    /// The colour of the paper.
    White,
    /// Fully or almost fully transparent.
    Transparent,
    /// Too small to read.
    Tiny,
    /// Cut away by a clipping path.
    Clipped,
    /// Outside the visible page.
    OffPage,
    /// Painted over by a picture or a filled shape.
    Covered,
    /// Marked as hidden in the file.
    Marked,
}

/// One word as painted, in painting order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// The word's characters, ligatures split.
    pub text: String,
    /// Its place. Empty (all zero) when the page's source gives none.
    pub bbox: Bbox,
    /// Index of its line on the page, counted from 0 in reading order.
    pub line: u32,
    /// Font size in points after scaling.
    pub size: f32,
    /// Painted in a bold face, as far as the font's name says.
    pub bold: bool,
    /// Set when a reader of the page can't see it; such words are kept out of the reviewed text.
    pub hidden: Option<HiddenKind>,
    /// How sure recognition is of it, in percent; `None` for a word that was not recognised. Kept
    /// beside the words, so that those kept before can be read.
    #[serde(skip)]
    pub confidence: Option<u8>,
}

/// Confidence in percent under which a recognised word is doubtful.
pub const DOUBTFUL_WORD: u8 = 60;

impl Word {
    /// Whether it was recognised with little confidence.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        self.confidence.is_some_and(|sure| sure < DOUBTFUL_WORD)
    }
}

/// One page: its size, its words in reading order, and how well it could be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Counted from 1.
    pub number: u32,
    /// Points.
    pub width: f32,
    /// Points.
    pub height: f32,
    /// Where the words come from.
    pub source: PageSource,
    /// What can be expected of them.
    pub quality: PageQuality,
    /// Why the page could not be read (whole), in words for the person.
    pub problem: Option<String>,
    /// Words, line by line.
    pub words: Vec<Word>,
}

/// A half-open range of byte offsets into [`Document::text`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from `start` to `end` (bytes).
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self {
            start: start as u32,
            end: end as u32,
        }
    }

    /// As a range for slicing.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether the two share at least one byte.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// Ties a range of [`Document::text`] to the painted word it came from. A word hyphenated over two
/// lines gives two of these side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordRef {
    /// The range in the document's text.
    pub span: Span,
    /// Page number, from 1.
    pub page: u32,
    /// Index into that page's words.
    pub word: u32,
}

/// A paragraph of the running text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Paragraph {
    /// Its range.
    pub span: Span,
    /// The page it starts on.
    pub page: u32,
    /// Its own number as printed: `7.2`, `(a)`, `Article IV`, `Schedule 2`.
    pub number: Option<String>,
    /// Its heading, when it is or starts with one: `Limitation of Liability`.
    pub heading: Option<String>,
    /// Depth in the numbering tree, 0 for the top.
    pub level: u8,
}

/// The whole text of a contract and where each word of it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// The pages as read.
    pub pages: Vec<Page>,
    /// The running text that is reviewed: visible words only, running headers and footers left out,
    /// hyphens joined, words separated by one space, paragraphs by a blank line (`\n\n`).
    pub text: String,
    /// Every word of the text, ascending.
    pub words: Vec<WordRef>,
    /// Paragraphs of the text, ascending.
    pub paragraphs: Vec<Paragraph>,
}

impl Document {
    /// A page by its number.
    #[must_use]
    pub fn page(&self, number: u32) -> Option<&Page> {
        let guess = (number as usize)
            .checked_sub(1)
            .and_then(|at| self.pages.get(at));
        guess
            .filter(|page| page.number == number)
            .or_else(|| self.pages.iter().find(|page| page.number == number))
    }

    /// The words that a span touches, in order.
    #[must_use]
    pub fn words_in(&self, span: Span) -> &[WordRef] {
        let from = self.words.partition_point(|w| w.span.end <= span.start);
        let to = self.words.partition_point(|w| w.span.start < span.end);
        self.words.get(from..to).unwrap_or(&[])
    }

    /// The painted words behind a span.
    pub fn painted(&self, span: Span) -> impl Iterator<Item = &Word> {
        let words = self.words_in(span).iter();
        words.filter_map(|at| self.page(at.page)?.words.get(at.word as usize))
    }

    /// The page of a byte offset; the first page when the text is empty.
    #[must_use]
    pub fn page_at(&self, offset: u32) -> u32 {
        let at = self.words.partition_point(|w| w.span.end <= offset);
        self.words
            .get(at)
            .or_else(|| self.words.last())
            .map_or(1, |w| w.page)
    }

    /// The text of a span; empty when the span does not lie on character boundaries.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }
}
