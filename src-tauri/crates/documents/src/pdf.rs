//! Reads a PDF in this process, page by page.
//!
//! A host reads in a child process instead ([`crate::read_document`]): a hostile file can exhaust
//! memory or time here.

use std::sync::Arc;

use countersign_contracts::document::{HiddenKind, Page, PageQuality, PageSource, Word};
use countersign_contracts::side::DocumentSide;
use hayro_interpret::kurbo::{Affine, Rect};
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, interpret_page};
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use crate::annotations;
use crate::cage::{ReadSummary, Tally};
use crate::error::ReadError;
use crate::glyphs::{Collector, Painting};
use crate::layers::{self, Layers};
use crate::picture::{self, Picture};
use crate::second::SecondReader;
use crate::weight::Weights;
use crate::wire::Look;
use crate::words;

/// Most glyphs read from one page; a printed page holds about 5,000.
const MOST_GLYPHS: usize = 400_000;
/// Glyphs with an outline of another letter from which a page's fonts are doubted.
const DOUBTFUL_GLYPHS: usize = 2;
/// Fewer glyphs over a picture are a stamp or a filing note, not the page's text.
const FEW_GLYPHS: usize = 150;

/// Reads all pages of a PDF and hands each over as it is done.
///
/// # Errors
/// When the bytes are no PDF, need a password, or not one page can be read. A page that can't be
/// read is handed over as such.
pub fn read_pdf(bytes: Vec<u8>, on_page: &mut dyn FnMut(Page)) -> Result<ReadSummary, ReadError> {
    let mut reader = PdfReader::open(bytes, "")?;
    let mut tally = Tally::default();
    for number in 1..=reader.page_count() {
        let page = reader.read_page(number);
        tally.count(&page);
        on_page(page);
    }
    let mut summary = tally.verdict(reader.page_count())?;
    summary.side.append(reader.into_side());
    Ok(summary)
}

/// An opened PDF.
pub(crate) struct PdfReader {
    pdf: Pdf,
    bytes: Arc<Vec<u8>>,
    weights: Weights,
    second: Option<SecondReader>,
    password: String,
    side: DocumentSide,
    layers: Layers,
    /// Share of the page read last that its largest picture takes.
    picture_share: f32,
    /// Whether that page draws letters that are other letters elsewhere.
    doubtful: bool,
}

impl PdfReader {
    /// Opens the file with its password; most need none.
    pub fn open(bytes: Vec<u8>, password: &str) -> Result<Self, ReadError> {
        if bytes.is_empty() {
            return Err(ReadError::Empty);
        }
        let head = bytes.get(..bytes.len().min(2048)).unwrap_or(&[]);
        if !head.windows(5).any(|w| w == b"%PDF-") {
            return Err(ReadError::NotAPdf);
        }
        let bytes = Arc::new(bytes);
        let open = |password| Pdf::new_with_password(Arc::clone(&bytes), password);
        // One that was typed for a file that needs none must not keep it shut.
        let pdf = open("").or_else(|_| open(password));
        let pdf = pdf.map_err(|error| match error {
            LoadPdfError::Decryption(DecryptionError::PasswordProtected) => {
                if password.is_empty() {
                    ReadError::PasswordNeeded
                } else {
                    ReadError::WrongPassword
                }
            }
            LoadPdfError::Decryption(_) => ReadError::UnknownEncryption,
            LoadPdfError::Invalid => ReadError::Damaged,
        })?;
        if pdf.pages().is_empty() {
            return Err(ReadError::Damaged);
        }
        let mut side = DocumentSide::default();
        let layers = Layers::of(&pdf, &bytes, password, &mut side.notes);
        Ok(Self {
            pdf,
            bytes,
            weights: Weights::default(),
            second: None,
            password: password.to_owned(),
            side,
            layers,
            picture_share: 0.0,
            doubtful: false,
        })
    }

    /// How many pages the file holds.
    pub fn page_count(&self) -> u32 {
        u32::try_from(self.pdf.pages().len()).unwrap_or(u32::MAX)
    }

    /// Reads one page, counted from 1.
    pub fn read_page(&mut self, number: u32) -> Page {
        let index = number.saturating_sub(1) as usize;
        let Some(page) = self.pdf.pages().get(index) else {
            return unreadable(number, (0.0, 0.0), "The file ends before this page.");
        };
        let size = page.render_dimensions();
        let weights = std::mem::take(&mut self.weights);
        let (mut painting, weights) = paint(&self.pdf, page, size, weights);
        self.weights = weights;
        self.picture_share = painting.picture_share;
        self.doubtful = painting.doubtful >= DOUBTFUL_GLYPHS;
        if let Some(other) = self.layers.page(index) {
            let (all, _) = paint(self.layers.pdf(&self.pdf), other, size, Weights::default());
            layers::add_unshown(&mut painting, all);
        }
        // Where fonts don't say what they show, or nothing could be painted though the page has
        // content, the other reader may know better.
        let nothing = painting.glyphs.is_empty() && !painting.marked;
        let garbled = painting.undecodable * 10 > painting.glyphs.len();
        if (garbled || nothing)
            && has_content(page)
            && let Some(page) = self.second_opinion(number, size)
        {
            return page;
        }
        let read = grade(number, size, painting);
        if let Some(page) = self.pdf.pages().get(index) {
            annotations::read(page, &read, &mut self.side);
        }
        read
    }

    /// What recognition of this page, which was read last, is good for.
    pub fn look(&self, page: &Page) -> Look {
        let seen = page.words.iter().filter(|w| w.hidden.is_none());
        let glyphs: usize = seen.map(|w| w.text.chars().count()).sum();
        let painted = page.source == PageSource::Text;
        match page.quality {
            PageQuality::NeedsOcr => Look::Picture,
            PageQuality::Unreadable if page.width > 0.0 => Look::Picture,
            PageQuality::Ok if page.source == PageSource::Ocr => Look::Layer,
            PageQuality::Ok if painted && self.doubtful => Look::Doubt,
            PageQuality::Ok if painted && self.picture_share > 0.5 && glyphs < FEW_GLYPHS => {
                Look::Picture
            }
            _ => Look::No,
        }
    }

    /// Draws a page, counted from 1, at so many dots an inch.
    pub fn draw(&self, number: u32, dots: f32) -> Option<Picture> {
        let index = number.checked_sub(1)? as usize;
        picture::draw(self.pdf.pages().get(index)?, dots)
    }

    /// What stands beside the pages that were read.
    pub fn into_side(self) -> DocumentSide {
        self.side
    }

    fn second_opinion(&mut self, number: u32, size: (f32, f32)) -> Option<Page> {
        let reader = self
            .second
            .get_or_insert_with(|| SecondReader::new(Arc::clone(&self.bytes), &self.password));
        let text = reader.text_of_page(number)?;
        let words: Vec<Word> = crate::second::words_of(&text);
        let letters = words.iter().flat_map(|w| w.text.chars());
        let (good, all) = letters.fold((0usize, 0usize), |(good, all), c| {
            (
                good + usize::from(c.is_alphanumeric() || c.is_ascii_punctuation()),
                all + 1,
            )
        });
        (all >= 20 && good * 10 >= all * 9).then_some(Page {
            number,
            width: size.0,
            height: size.1,
            source: PageSource::SecondReader,
            quality: PageQuality::Fallback,
            problem: Some(
                "The page's fonts can't be decoded reliably; its text was read another way, \
                 without the places of the words."
                    .to_owned(),
            ),
            words,
        })
    }
}

fn paint(
    pdf: &Pdf,
    page: &hayro_syntax::page::Page<'_>,
    size: (f32, f32),
    weights: Weights,
) -> (Painting, Weights) {
    let cache = InterpreterCache::new();
    let bounds = Rect::new(0.0, 0.0, f64::from(size.0), f64::from(size.1));
    let transform = Affine::new(page.initial_transform(true).as_coeffs());
    let settings = InterpreterSettings::default();
    let mut context = Context::new(transform, bounds, &cache, pdf.xref(), settings);
    let mut collector = Collector::new(size.0, size.1, weights, MOST_GLYPHS);
    interpret_page(page, &mut context, &mut collector);
    collector.finish()
}

fn has_content(page: &hayro_syntax::page::Page<'_>) -> bool {
    page.page_stream()
        .is_some_and(|stream| !stream.trim_ascii().is_empty())
}

/// Turns what was painted into a page and says what can be expected of it.
fn grade(number: u32, size: (f32, f32), painting: Painting) -> Page {
    let undecodable = painting.undecodable;
    let doubtful = painting.doubtful >= DOUBTFUL_GLYPHS;
    let glyphs = painting.glyphs.len();
    let picture = painting.picture_share;
    let (marked, overflowed) = (painting.marked, painting.overflowed);
    let unchecked = painting.unchecked;
    let mut words = words::words_of(painting.glyphs);
    let mut source = PageSource::Text;
    // A scan with its recognised text laid invisibly over or under the picture.
    let of_layer = |word: &Word| {
        matches!(
            word.hidden,
            Some(HiddenKind::Invisible | HiddenKind::Covered)
        )
    };
    let layered = words.iter().filter(|word| of_layer(word)).count();
    if picture > 0.5 && layered * 2 > words.len() {
        for word in words.iter_mut().filter(|word| of_layer(word)) {
            word.hidden = None;
        }
        source = PageSource::Ocr;
    }
    let visible = words.iter().filter(|w| w.hidden.is_none()).count();
    let (source, quality, problem) = if undecodable * 5 > glyphs {
        let problem = "The page's fonts don't say which characters they show: its text can be \
                       seen, but not read.";
        words.clear();
        (PageSource::None, PageQuality::Unreadable, Some(problem))
    } else if visible == 0 && picture > 0.25 || (picture > 0.5 && visible < 5) {
        let problem = "The page is a picture, such as a scan: it holds no text to read.";
        (PageSource::None, PageQuality::NeedsOcr, Some(problem))
    } else if visible == 0 && marked {
        // Drawings only, or hidden text only: there is nothing that a person could read.
        (source, PageQuality::Blank, None)
    } else if visible == 0 {
        (PageSource::None, PageQuality::Blank, None)
    } else if undecodable * 10 > glyphs {
        let problem = "Some of the page's characters can't be told from its fonts.";
        (source, PageQuality::Ok, Some(problem))
    } else if doubtful {
        let problem = "Fonts of the page call one letter by two names: its text may be other than \
                       what can be seen. Compare it with the page.";
        (source, PageQuality::Ok, Some(problem))
    } else if unchecked {
        let problem = "The page is covered with so many shapes that what lies under them could not be \
                       checked: it may hold text that can't be seen.";
        (source, PageQuality::Ok, Some(problem))
    } else if overflowed {
        let problem = "The page holds more text than can be read; the rest was left out.";
        (source, PageQuality::Ok, Some(problem))
    } else {
        (source, PageQuality::Ok, None)
    };
    Page {
        number,
        width: size.0,
        height: size.1,
        source,
        quality,
        problem: problem.map(str::to_owned),
        words,
    }
}

/// A page that could not be read, and why.
pub(crate) fn unreadable(number: u32, size: (f32, f32), problem: &str) -> Page {
    Page {
        number,
        width: size.0,
        height: size.1,
        source: PageSource::None,
        quality: PageQuality::Unreadable,
        problem: Some(problem.to_owned()),
        words: Vec::new(),
    }
}
