//! Chunks: slices of the document that are read one step at a time.
//!
//! A chunk follows the numbering tree where it can: it starts with a section and holds whole
//! paragraphs. Together the chunks of a document cover every paragraph once.

use serde::{Deserialize, Serialize};

use crate::document::{Document, Paragraph, Span};

/// A new section starts a new chunk once the current one is this long (bytes).
const ENOUGH: usize = 1500;
/// No chunk grows past this unless one paragraph alone is longer (bytes).
const MOST: usize = 4000;

/// A slice of the document read by one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// Position among the chunks, from 0.
    pub index: u32,
    /// Its range of the document's text.
    pub span: Span,
    /// Headings it stands under, outermost first.
    pub heading_path: Vec<String>,
    /// Pages it touches, ascending.
    pub pages: Vec<u32>,
}

/// Cuts a document into chunks of roughly 1,500 to 4,000 bytes along its paragraphs. A paragraph is
/// cut only when it alone is longer than that, and then at a sentence's end or between words.
#[must_use]
pub fn chunk_document(document: &Document) -> Vec<Chunk> {
    let mut drafts: Vec<(Span, Vec<String>)> = Vec::new();
    let mut open: Option<(Span, Vec<String>)> = None;
    let mut stack: Vec<(u8, String)> = Vec::new();
    for (at, paragraph) in document.paragraphs.iter().enumerate() {
        if let Some(heading) = &paragraph.heading {
            stack.retain(|(level, _)| *level < paragraph.level);
            stack.push((paragraph.level, heading.clone()));
        }
        let starts_section = paragraph.heading.is_some() || paragraph.level == 0;
        let heads_next = is_bare_heading(paragraph) && at + 1 < document.paragraphs.len();
        let full = open.as_ref().is_some_and(|(span, _)| {
            let length = (span.end - span.start) as usize;
            let with_next = (paragraph.span.end.saturating_sub(span.start)) as usize;
            (length >= ENOUGH && starts_section)
                || (with_next > MOST && !heads_next)
                || with_next > MOST + 200
        });
        if full {
            drafts.extend(open.take());
        }
        match &mut open {
            Some((span, _)) => span.end = paragraph.span.end,
            None => {
                let path = stack.iter().map(|(_, heading)| heading.clone()).collect();
                open = Some((paragraph.span, path));
            }
        }
    }
    drafts.extend(open);
    let mut chunks = Vec::new();
    for (span, heading_path) in drafts {
        for part in cut_huge(document, span) {
            let mut pages: Vec<u32> = document.words_in(part).iter().map(|w| w.page).collect();
            pages.dedup();
            chunks.push(Chunk {
                index: chunks.len() as u32,
                span: part,
                heading_path: heading_path.clone(),
                pages,
            });
        }
    }
    chunks
}

fn is_bare_heading(paragraph: &Paragraph) -> bool {
    let length = paragraph.span.end - paragraph.span.start;
    paragraph
        .heading
        .as_ref()
        .is_some_and(|h| (length as usize) < h.len() + 24)
}

/// Cuts a span that is longer than two chunks: the result of one paragraph without an end.
fn cut_huge(document: &Document, span: Span) -> Vec<Span> {
    let mut parts = Vec::new();
    let (mut start, end) = (span.start as usize, span.end as usize);
    while end - start > 2 * MOST {
        let mut limit = start + MOST;
        while !document.text.is_char_boundary(limit) {
            limit -= 1;
        }
        let Some(window) = document.text.get(start..limit) else {
            break;
        };
        let cut = window
            .rfind(". ")
            .map(|at| at + 2)
            .filter(|at| *at > ENOUGH);
        let cut = cut
            .or_else(|| window.rfind(' ').map(|at| at + 1))
            .unwrap_or(window.len());
        parts.push(Span::new(start, start + window[..cut].trim_end().len()));
        start += cut;
    }
    parts.push(Span::new(start, end));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_paragraph_is_in_exactly_one_chunk_with_its_headings() {
        let mut text = String::from("# Supply Agreement\n\n");
        for section in 1..=12 {
            text.push_str(&format!("## {section}. Section {section}\n\n"));
            for clause in 1..=6 {
                text.push_str(&format!(
                    "{section}.{clause} {}\n\n",
                    "The words go on. ".repeat(12)
                ));
            }
        }
        let document = Document::from_plain_text(&text);
        let chunks = chunk_document(&document);
        for paragraph in &document.paragraphs {
            let holders = chunks
                .iter()
                .filter(|c| c.span.overlaps(paragraph.span))
                .count();
            assert_eq!(holders, 1, "{}", document.slice(paragraph.span));
        }
        assert!(chunks.len() > 4, "{} chunks", chunks.len());
        for chunk in &chunks {
            assert!(chunk.span.end - chunk.span.start < 4300);
            assert!(!document.slice(chunk.span).ends_with(char::is_numeric));
        }
        assert_eq!(
            chunks[1].heading_path.first().map(String::as_str),
            Some("Supply Agreement")
        );
        assert!(
            chunks[1]
                .heading_path
                .last()
                .is_some_and(|h| h.starts_with("Section"))
        );
    }

    #[test]
    fn a_paragraph_without_end_is_cut_between_sentences() {
        let document = Document::from_plain_text(&"A sentence of words. ".repeat(900));
        let chunks = chunk_document(&document);
        assert!(chunks.len() > 3);
        assert!(chunks.iter().all(|c| document.slice(c.span).ends_with('.')));
    }
}
