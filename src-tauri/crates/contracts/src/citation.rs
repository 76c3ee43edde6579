//! Citations: the words on the page that prove something.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::document::{Bbox, Document, Span, Word, WordRef};

/// A quote and its place. The quote is always the document's own text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Citation {
    /// Counted from 1.
    pub page: u32,
    /// The document's words on that page, one space between words.
    pub quote: String,
    /// One box a line; empty when the page's source gives no places.
    pub boxes: Vec<Bbox>,
    /// Whether code found the quote in the page's text.
    pub verified: bool,
}

/// A gap between two words of a line past this many times the font size is not a space: a table, a
/// column or a number that stands apart. What lies beyond it is quoted by itself.
const GAP: f32 = 1.5;
/// A piece shorter than this many words that a gap cut off says nothing by itself.
const FEWEST_WORDS: usize = 3;

/// Cites a span: quotes and boxes taken from the page itself, so that each quote is one run of words as
/// it stands there. A new citation begins with a page, a paragraph and behind a wide gap; a paragraph's
/// own number is not quoted. Empty when the span holds no words.
#[must_use]
pub fn cite_span(document: &Document, span: Span) -> Vec<Citation> {
    let mut pieces: Vec<Piece> = Vec::new();
    for word_ref in document.words_in(span) {
        let Some(word) = document
            .page(word_ref.page)
            .and_then(|p| p.words.get(word_ref.word as usize))
        else {
            continue;
        };
        let paragraph = document
            .paragraphs
            .partition_point(|p| p.span.end <= word_ref.span.start);
        if is_number(document, paragraph, word_ref.span) {
            continue;
        }
        let goes_on = pieces
            .last()
            .and_then(|piece| piece.join_of(word_ref, word, paragraph));
        if goes_on.is_none() {
            let after_gap = pieces
                .last()
                .is_some_and(|p| p.page == word_ref.page && p.paragraph == paragraph);
            if let (true, Some(before)) = (after_gap, pieces.last_mut()) {
                before.cut = true;
            }
            pieces.push(Piece::new(word_ref.page, paragraph, after_gap));
        }
        if let Some(piece) = pieces.last_mut() {
            if goes_on == Some(Join::Space) {
                piece.quote.push(' ');
            }
            piece.push(document.slice(word_ref.span), word_ref, word);
        }
    }
    let whole = pieces.iter().any(|piece| piece.words >= FEWEST_WORDS);
    pieces.retain(|piece| !(whole && piece.cut && piece.words < FEWEST_WORDS));
    pieces
        .into_iter()
        .map(|piece| Citation {
            page: piece.page,
            quote: piece.quote,
            boxes: piece.boxes,
            verified: true,
        })
        .collect()
}

/// Whether a word is (part of) the number that its paragraph starts with.
fn is_number(document: &Document, paragraph: usize, word: Span) -> bool {
    let Some(paragraph) = document.paragraphs.get(paragraph) else {
        return false;
    };
    let Some(number) = &paragraph.number else {
        return false;
    };
    let head = document.slice(Span {
        start: paragraph.span.start,
        end: word.end,
    });
    let bare = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    bare(number).starts_with(&bare(head))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Join {
    /// The second half of a word that was hyphenated.
    Nothing,
    Space,
}

/// A run of words on one page.
#[derive(Debug)]
struct Piece {
    page: u32,
    paragraph: usize,
    quote: String,
    boxes: Vec<Bbox>,
    words: usize,
    /// A gap stands before or behind it.
    cut: bool,
    last: Option<(u32, Bbox, u32)>,
}

impl Piece {
    fn new(page: u32, paragraph: usize, cut: bool) -> Self {
        Self {
            page,
            paragraph,
            quote: String::new(),
            boxes: Vec::new(),
            words: 0,
            cut,
            last: None,
        }
    }

    /// How a word joins on, if it does.
    fn join_of(&self, word_ref: &WordRef, word: &Word, paragraph: usize) -> Option<Join> {
        let (line, bbox, end) = self.last?;
        if self.page != word_ref.page || self.paragraph != paragraph {
            return None;
        }
        let gap = word.bbox.0[0] - bbox.0[2];
        if line == word.line && gap > GAP * word.size && word.bbox.width() > 0.0 {
            return None;
        }
        Some(if end == word_ref.span.start {
            Join::Nothing
        } else {
            Join::Space
        })
    }

    fn push(&mut self, text: &str, word_ref: &WordRef, word: &Word) {
        self.quote.push_str(text);
        self.words += 1;
        if word.bbox.width() > 0.0 {
            let same_line = self.last.is_some_and(|(line, ..)| line == word.line);
            match self.boxes.last_mut() {
                Some(line) if same_line => *line = line.union(word.bbox),
                _ => self.boxes.push(word.bbox),
            }
        }
        self.last = Some((word.line, word.bbox, word_ref.span.end));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Page, PageQuality, PageSource, Paragraph};

    /// One page; words as (text, x, line), one paragraph with the number `7.2`.
    fn document(words: &[(&str, f32, u32)]) -> Document {
        let mut document = Document {
            pages: vec![],
            text: String::new(),
            words: vec![],
            paragraphs: vec![],
        };
        let mut page = Page {
            number: 1,
            width: 600.0,
            height: 800.0,
            source: PageSource::Text,
            quality: PageQuality::Ok,
            problem: None,
            words: vec![],
        };
        for (at, (text, x, line)) in words.iter().enumerate() {
            if at > 0 {
                document.text.push(' ');
            }
            let start = document.text.len();
            document.text.push_str(text);
            let span = Span::new(start, document.text.len());
            document.words.push(WordRef {
                span,
                page: 1,
                word: at as u32,
            });
            let y = 100.0 + 12.0 * *line as f32;
            let bbox = Bbox([*x, y, x + 5.0 * text.len() as f32, y + 10.0]);
            page.words.push(Word {
                text: (*text).into(),
                bbox,
                line: *line,
                size: 10.0,
                bold: false,
                hidden: None,
            });
        }
        let span = Span::new(0, document.text.len());
        document.paragraphs.push(Paragraph {
            span,
            page: 1,
            number: Some("7.2".into()),
            heading: None,
            level: 1,
        });
        document.pages.push(page);
        document
    }

    #[test]
    fn a_quote_is_one_run_with_a_box_a_line_and_without_the_paragraphs_number() {
        let document = document(&[
            ("7.2", 10.0, 0),
            ("Fees", 40.0, 0),
            ("are", 63.0, 0),
            ("due", 40.0, 1),
        ]);
        let citations = cite_span(&document, document.paragraphs[0].span);
        assert_eq!(citations.len(), 1);
        assert_eq!(citations[0].quote, "Fees are due");
        assert_eq!(
            citations[0].boxes,
            [
                Bbox([40.0, 100.0, 78.0, 110.0]),
                Bbox([40.0, 112.0, 55.0, 122.0])
            ]
        );
    }

    #[test]
    fn behind_a_wide_gap_begins_another_quote_and_a_scrap_is_left_out() {
        let document = document(&[
            ("Fees", 10.0, 0),
            ("are", 33.0, 0),
            ("due", 51.0, 0),
            ("12", 300.0, 0),
            ("now", 10.0, 1),
        ]);
        let quotes: Vec<String> = cite_span(&document, document.paragraphs[0].span)
            .into_iter()
            .map(|c| c.quote)
            .collect();
        assert_eq!(quotes, ["Fees are due"]);
    }

    #[test]
    fn a_number_alone_is_not_a_citation() {
        let document = document(&[("7.2", 10.0, 0)]);
        assert!(cite_span(&document, document.paragraphs[0].span).is_empty());
    }
}
