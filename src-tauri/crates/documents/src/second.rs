//! The second reader of the text layer: pdf-extract, where the first one can't decode a page.
//!
//! It panics and fails on many files that are merely unusual, so each call stands behind
//! `catch_unwind`; what it can't read, it has no opinion on.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use countersign_contracts::document::{Bbox, Word};
use pdf_extract::{Document, PlainTextOutput, output_doc_page};

/// The file as pdf-extract sees it, loaded when first asked.
pub(crate) struct SecondReader {
    document: Option<Document>,
    pages: BTreeMap<u32, Option<String>>,
}

impl SecondReader {
    /// Loads the file; one that can't be loaded has no text.
    pub fn new(bytes: Arc<Vec<u8>>) -> Self {
        let document = catch_unwind(AssertUnwindSafe(|| {
            let mut document = Document::load_mem(&bytes).ok()?;
            if document.is_encrypted() {
                document.decrypt("").ok()?;
            }
            Some(document)
        }));
        Self {
            document: document.ok().flatten(),
            pages: BTreeMap::new(),
        }
    }

    /// The text layer of a page, counted from 1.
    pub fn text_of_page(&mut self, number: u32) -> Option<String> {
        let document = self.document.as_ref()?;
        self.pages
            .entry(number)
            .or_insert_with(|| {
                catch_unwind(AssertUnwindSafe(|| {
                    let mut text = String::new();
                    let mut output = PlainTextOutput::new(&mut text);
                    output_doc_page(document, &mut output, number).ok()?;
                    Some(text)
                }))
                .ok()
                .flatten()
            })
            .clone()
    }
}

/// Words without places, line by line.
pub(crate) fn words_of(text: &str) -> Vec<Word> {
    let lines = text.lines().filter(|l| !l.trim().is_empty());
    lines
        .zip(0u32..)
        .flat_map(|(line, index)| {
            line.split_whitespace().map(move |word| Word {
                text: word.to_owned(),
                bbox: Bbox([0.0; 4]),
                line: index,
                size: 0.0,
                bold: false,
                hidden: None,
            })
        })
        .collect()
}
