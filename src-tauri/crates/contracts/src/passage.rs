//! Passages: what can be found again. A chunk is what one step reads; a passage is a few paragraphs of
//! it, short enough to be shown beside another chunk as context.
//!
//! [`cut_passages`] keeps a chunk's paragraphs whole and knows which numbers of the contract a passage
//! holds, so that "Section 7.2" leads to its words.

use serde::{Deserialize, Serialize};

use crate::chunk::Chunk;
use crate::document::{Document, Paragraph, Span};
use crate::embedding::Embedding;

mod numbers;

/// A numbered paragraph starts a new passage once the current one is this long (bytes).
const ENOUGH: usize = 700;
/// No passage grows past this (bytes, some 270 words) unless a paragraph alone is longer.
const MOST: usize = 1700;
/// A paragraph alone longer than this is cut at sentences.
const HUGE: usize = 2 * MOST;

/// A few whole paragraphs of a chunk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// The chunk it belongs to.
    pub chunk: u32,
    /// Position within the chunk, from 0.
    pub passage: u32,
    /// Its range of the document's text.
    pub span: Span,
    /// The page it starts on.
    pub page: u32,
    /// Headings it stands under, outermost first.
    pub heading_path: Vec<String>,
    /// Numbers of the contract that start in it.
    pub numbers: Vec<Numbered>,
    /// The document's text.
    pub text: String,
}

/// A number of the contract and where its paragraph stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered {
    /// In full and in lower case: `7.2`, `7.2(a)`, `article iv`, `schedule 2`, `schedule 2/3.1`.
    pub number: String,
    /// Its paragraph's range of the document's text.
    pub span: Span,
}

/// A passage and its place among all passages in the space of meanings.
#[derive(Debug, Clone, PartialEq)]
pub struct EmbeddedPassage {
    /// The passage.
    pub passage: Passage,
    /// Made from its text and the headings over it.
    pub embedding: Embedding,
}

impl Passage {
    /// What it is found by: the two nearest headings and the text.
    #[must_use]
    pub fn searchable(&self) -> String {
        let nearest = self.heading_path.len().saturating_sub(2);
        let mut words = self
            .heading_path
            .get(nearest..)
            .unwrap_or_default()
            .join("\n");
        words.push('\n');
        words.push_str(&self.text);
        words
    }
}

/// Cuts the chunks of a document into passages of roughly 700 to 1,700 bytes along their paragraphs.
/// Together they hold every byte of a paragraph that a chunk holds, once, in the order of the text.
#[must_use]
pub fn cut_passages(document: &Document, chunks: &[Chunk]) -> Vec<Passage> {
    let places = places(&document.paragraphs);
    let mut passages = Vec::new();
    for chunk in chunks {
        let from = document
            .paragraphs
            .partition_point(|p| p.span.end <= chunk.span.start);
        let to = document
            .paragraphs
            .partition_point(|p| p.span.start < chunk.span.end);
        for (at, group) in group(document, chunk.span, from..to).iter().enumerate() {
            let heading_path = places.get(group.first).map(|place| place.path.clone());
            let numbers = places
                .get(group.first..=group.last)
                .unwrap_or_default()
                .iter()
                .filter_map(|place| place.numbered.clone())
                .filter(|n| group.span.start <= n.span.start && n.span.start < group.span.end)
                .collect();
            passages.push(Passage {
                chunk: chunk.index,
                passage: at as u32,
                span: group.span,
                page: document.page_at(group.span.start),
                heading_path: heading_path.unwrap_or_default(),
                numbers,
                text: document.slice(group.span).to_owned(),
            });
        }
    }
    passages
}

/// What a paragraph stands under.
struct Place {
    path: Vec<String>,
    numbered: Option<Numbered>,
}

fn places(paragraphs: &[Paragraph]) -> Vec<Place> {
    let mut headings: Vec<(u8, &str)> = Vec::new();
    let numbers = numbers::in_full(paragraphs);
    let mut places = Vec::with_capacity(paragraphs.len());
    for (paragraph, number) in paragraphs.iter().zip(numbers) {
        if let Some(heading) = &paragraph.heading {
            headings.retain(|(level, _)| *level < paragraph.level);
            headings.push((paragraph.level, heading));
        }
        places.push(Place {
            path: headings.iter().map(|(_, h)| (*h).to_owned()).collect(),
            numbered: number.map(|number| Numbered {
                number,
                span: paragraph.span,
            }),
        });
    }
    places
}

struct Group {
    span: Span,
    /// Indexes of its first and last paragraph.
    first: usize,
    last: usize,
}

fn group(document: &Document, within: Span, paragraphs: std::ops::Range<usize>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut heading_open = false;
    for at in paragraphs {
        let Some(paragraph) = document.paragraphs.get(at) else {
            continue;
        };
        let bare_heading = paragraph
            .heading
            .as_ref()
            .is_some_and(|h| paragraph.span.range().len() < h.len() + 24);
        for span in cut_paragraph(document, clip(paragraph.span, within)) {
            let joins = groups.last().is_some_and(|open| {
                let length = open.span.range().len();
                let starts_anew = paragraph.number.is_some() || paragraph.heading.is_some();
                let with_this = (span.end - open.span.start) as usize;
                heading_open || (with_this <= MOST && !(length >= ENOUGH && starts_anew))
            });
            match groups.last_mut() {
                Some(open) if joins => (open.span.end, open.last) = (span.end, at),
                _ => groups.push(Group {
                    span,
                    first: at,
                    last: at,
                }),
            }
            heading_open = bare_heading;
        }
    }
    groups
}

fn clip(span: Span, within: Span) -> Span {
    Span {
        start: span.start.max(within.start),
        end: span.end.min(within.end),
    }
}

fn cut_paragraph(document: &Document, span: Span) -> Vec<Span> {
    let mut parts = Vec::new();
    let mut start = span.start as usize;
    let end = span.end as usize;
    while end - start > HUGE {
        let mut limit = start + MOST;
        while !document.text.is_char_boundary(limit) {
            limit -= 1;
        }
        let Some(window) = document.text.get(start..limit) else {
            break;
        };
        let sentence = window.rfind(". ").filter(|at| *at > ENOUGH);
        let cut = sentence
            .map(|at| at + 2)
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
    use crate::chunk::chunk_document;

    fn passages_of(text: &str) -> (Document, Vec<Passage>) {
        let document = Document::from_plain_text(text);
        let passages = cut_passages(&document, &chunk_document(&document));
        (document, passages)
    }

    fn long_contract() -> String {
        let mut text = String::from("# Supply Agreement\n\n");
        for section in 1..=9 {
            text.push_str(&format!("## {section}. Section {section}\n\n"));
            for clause in 1..=7 {
                let words = "The words of this clause go on. ".repeat(4 + clause * 3);
                text.push_str(&format!("{section}.{clause} {words}\n\n"));
            }
        }
        text.push_str(&"A paragraph that does not end. ".repeat(400));
        text
    }

    #[test]
    fn every_byte_of_every_paragraph_is_in_one_passage() {
        let (document, passages) = passages_of(&long_contract());
        assert!(passages.len() > 20, "{}", passages.len());
        for pair in passages.windows(2) {
            assert!(pair[0].span.end <= pair[1].span.start);
            let between = &document.text[pair[0].span.end as usize..pair[1].span.start as usize];
            assert!(between.trim().is_empty(), "{between:?} is in no passage");
        }
        assert_eq!(passages[0].span.start, 0);
        assert_eq!(
            passages.last().unwrap().span.end as usize,
            document.text.len()
        );
        for passage in &passages {
            assert_eq!(passage.text, document.slice(passage.span));
            assert!(passage.text.split(' ').count() <= 600);
        }
    }

    #[test]
    fn keys_count_from_nought_in_each_chunk() {
        let (_, passages) = passages_of(&long_contract());
        let mut expected = (0, 0);
        for passage in &passages {
            if passage.chunk != expected.0 {
                expected = (expected.0 + 1, 0);
            }
            assert_eq!((passage.chunk, passage.passage), expected);
            expected.1 += 1;
        }
    }

    #[test]
    fn a_heading_stays_with_what_it_heads() {
        let (_, passages) = passages_of(&long_contract());
        for passage in &passages {
            let last = passage.text.rsplit("\n\n").next().unwrap_or_default();
            assert!(last.len() > 24, "{last:?} heads nothing");
        }
        let third = passages
            .iter()
            .find(|p| p.text.contains("3.2 The"))
            .unwrap();
        assert_eq!(third.heading_path[0], "Supply Agreement");
        assert!(third.heading_path[1].ends_with("Section 3"));
    }

    #[test]
    fn a_passage_knows_the_numbers_that_start_in_it() {
        let (document, passages) =
            passages_of("7.2 Fees are due:\n\n(a) monthly;\n\n(b) in advance.");
        let numbers: Vec<(&str, &str)> = passages[0]
            .numbers
            .iter()
            .map(|n| (n.number.as_str(), document.slice(n.span)))
            .collect();
        let wanted = [
            ("7.2", "7.2 Fees are due:"),
            ("7.2(a)", "(a) monthly;"),
            ("7.2(b)", "(b) in advance."),
        ];
        assert_eq!(numbers, wanted);
    }
}
