//! The second reader of the text layer: pdf-extract, where the first one can't decode a page, and
//! as a second opinion.
//!
//! It panics and fails on many files that are merely unusual, so each call stands behind
//! `catch_unwind`; what it can't read, it has no opinion on.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

use countersign_contracts::document::{Bbox, Word};
use pdf_extract::{
    Document, LoadOptions, MediaBox, OutputDev, OutputError, PlainTextOutput, Transform,
    output_doc, output_doc_page,
};

/// Reads the text layer of every page, without places, and hands each over with its number counted
/// from 1; `None` where it can't be read. Not in the order of the pages where one of them fails.
pub fn read_text_layer(bytes: Vec<u8>, on_page: &mut dyn FnMut(u32, Option<&str>)) {
    let mut reader = SecondReader::new(Arc::new(bytes), "");
    reader.read_all(&mut |number, text| on_page(number, Some(text)));
    for number in reader.unread() {
        on_page(number, reader.text_of_page(number).as_deref());
    }
}

/// The file as pdf-extract sees it, loaded when first asked.
pub(crate) struct SecondReader {
    document: Option<Document>,
    read: BTreeSet<u32>,
}

impl SecondReader {
    /// Loads the file; one that can't be loaded has no text.
    pub fn new(bytes: Arc<Vec<u8>>, password: &str) -> Self {
        let document = catch_unwind(AssertUnwindSafe(|| load(&bytes, password)));
        Self {
            document: document.ok().flatten(),
            read: BTreeSet::new(),
        }
    }

    /// How many pages it finds.
    pub fn page_count(&self) -> u32 {
        let count = |document: &Document| {
            catch_unwind(AssertUnwindSafe(|| document.get_pages().len())).unwrap_or(0)
        };
        let pages = self.document.as_ref().map_or(0, count);
        u32::try_from(pages).unwrap_or(u32::MAX)
    }

    /// Reads all pages in one walk of the page tree, as far as none of them fails, and hands each over
    /// as it is done.
    pub fn read_all(&mut self, on_page: &mut dyn FnMut(u32, &str)) {
        let Some(document) = self.document.as_ref() else {
            return;
        };
        let written = Written::default();
        let mut writer = written.clone();
        let mut walk = PageByPage {
            text: PlainTextOutput::new(&mut writer as &mut dyn std::io::Write),
            written,
            number: 0,
            read: &mut self.read,
            on_page,
        };
        // How it ended is told by the pages that are missing.
        let _ = catch_unwind(AssertUnwindSafe(|| output_doc(document, &mut walk)));
    }

    /// Pages that the walk did not come to.
    pub fn unread(&self) -> Vec<u32> {
        let all = 1..=self.page_count();
        all.filter(|number| !self.read.contains(number)).collect()
    }

    /// The text layer of a page, counted from 1.
    pub fn text_of_page(&self, number: u32) -> Option<String> {
        let document = self.document.as_ref()?;
        let read = catch_unwind(AssertUnwindSafe(|| {
            let mut text = String::new();
            let mut output = PlainTextOutput::new(&mut text);
            output_doc_page(document, &mut output, number).ok()?;
            Some(text)
        }));
        read.ok().flatten()
    }
}

/// Opens a file, with its password where the empty one does not do.
pub(crate) fn load(bytes: &[u8], password: &str) -> Option<Document> {
    let options = LoadOptions::with_password(password);
    let mut document = Document::load_mem_with_options(bytes, options).ok()?;
    if document.is_encrypted() {
        document.decrypt(password).ok()?;
    }
    Some(document)
}

/// Hands over each page's text, a page once it has ended.
struct PageByPage<'w> {
    text: PlainTextOutput<&'w mut dyn std::io::Write>,
    written: Written,
    number: u32,
    read: &'w mut BTreeSet<u32>,
    on_page: &'w mut dyn FnMut(u32, &str),
}

/// What was written since it was last taken.
#[derive(Clone, Default)]
struct Written(Rc<RefCell<Vec<u8>>>);

impl std::io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl OutputDev for PageByPage<'_> {
    fn begin_page(
        &mut self,
        number: u32,
        media_box: &MediaBox,
        art_box: Option<(f64, f64, f64, f64)>,
    ) -> Result<(), OutputError> {
        self.number = number;
        self.written.0.borrow_mut().clear();
        self.text.begin_page(number, media_box, art_box)
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        let bytes = std::mem::take(&mut *self.written.0.borrow_mut());
        self.read.insert(self.number);
        (self.on_page)(self.number, &String::from_utf8_lossy(&bytes));
        self.text.end_page()
    }

    fn output_character(
        &mut self,
        matrix: &Transform,
        width: f64,
        spacing: f64,
        size: f64,
        character: &str,
    ) -> Result<(), OutputError> {
        self.text
            .output_character(matrix, width, spacing, size, character)
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        self.text.begin_word()
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        self.text.end_word()
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        self.text.end_line()
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
                confidence: None,
            })
        })
        .collect()
}
