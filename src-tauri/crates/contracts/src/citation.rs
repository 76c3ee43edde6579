//! Citations: the words on the page that prove something.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::document::{Bbox, Document, Span};

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

/// Cites a span: one citation for each page it touches, quote and boxes taken from the page itself.
/// Empty when the span holds no words.
#[must_use]
pub fn cite_span(document: &Document, span: Span) -> Vec<Citation> {
    let mut citations: Vec<Citation> = Vec::new();
    let mut last_line = None;
    let mut last_end = None;
    for word_ref in document.words_in(span) {
        let Some(page) = document.pages.iter().find(|p| p.number == word_ref.page) else {
            continue;
        };
        let Some(word) = page.words.get(word_ref.word as usize) else {
            continue;
        };
        if citations.last().is_none_or(|c| c.page != page.number) {
            citations.push(Citation {
                page: page.number,
                quote: String::new(),
                boxes: Vec::new(),
                verified: true,
            });
            (last_line, last_end) = (None, None);
        }
        let Some(citation) = citations.last_mut() else {
            continue;
        };
        if !citation.quote.is_empty() && last_end != Some(word_ref.span.start) {
            citation.quote.push(' ');
        }
        citation.quote.push_str(document.slice(word_ref.span));
        last_end = Some(word_ref.span.end);
        if word.bbox.width() > 0.0 {
            match citation.boxes.last_mut() {
                Some(line) if last_line == Some(word.line) => *line = line.union(word.bbox),
                _ => citation.boxes.push(word.bbox),
            }
            last_line = Some(word.line);
        }
    }
    citations.retain(|c| !c.quote.is_empty());
    citations
}
