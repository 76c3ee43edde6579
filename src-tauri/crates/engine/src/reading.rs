//! Reading one file without reviewing it: what the reader sees, for people and for other programs.

use std::path::Path;

use countersign_contracts::compare::SecondReading;
use countersign_contracts::coverage::hidden_text;
use countersign_contracts::document::{Document, Page, PageQuality, PageSource, Word};
use countersign_contracts::report::HiddenText;
use countersign_contracts::side::{Comment, Table, TrackedChange};
use countersign_documents::{
    Format, KeptPages, Password, ReadError, ReadLimits, ReadRequest, Recogniser, compare_readings,
    read_document,
};
use serde::Serialize;

use crate::views::WordView;

/// A file as it was read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReadFile {
    /// Its pages, each with every word as painted.
    pub pages: Vec<ReadPage>,
    /// Headings of the text, in order.
    pub headings: Vec<Heading>,
    /// Tables, where the file says what is one.
    pub tables: Vec<Table>,
    /// Tracked changes left in it; the words are those with all of them accepted.
    pub changes: Vec<TrackedChange>,
    /// Comments left in it.
    pub comments: Vec<Comment>,
    /// Runs of words that it holds but does not show.
    pub hidden: Vec<HiddenText>,
    /// Headers, footers and watermarks that stand beside the text.
    pub running: Vec<String>,
    /// What else a reader should know of it.
    pub notes: Vec<String>,
    /// What a second, independent reader says of the text.
    pub second_reading: Option<SecondReading>,
    /// Names of the files that came with it.
    pub attachments: Vec<String>,
    /// The text that would be reviewed.
    #[serde(skip)]
    pub text: String,
}

/// A page as it was read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReadPage {
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
    /// Mean confidence of its recognised words, in percent; absent where none was recognised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// Why it could not be read (whole).
    pub problem: Option<String>,
    /// Every word as painted, before anything is joined, left out or put in another order.
    pub words: Vec<WordView>,
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Heading {
    /// The page it stands on.
    pub page: u32,
    /// Depth in the numbering tree, 0 for the top.
    pub level: u8,
    /// Its number as printed.
    pub number: Option<String>,
    /// Its words.
    pub text: String,
}

/// Reads a file in a child process of `program`, whose `main` begins with
/// [`crate::child::run_if_asked`]. `languages` are those of scanned pages, as tesseract's codes joined
/// with `+`.
///
/// # Errors
/// Why it can't be read, in words.
pub async fn read_file(
    program: &Path,
    file: &Path,
    password: Option<String>,
    languages: Option<&str>,
) -> Result<ReadFile, ReadError> {
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned());
    let request = ReadRequest {
        program: program.to_owned(),
        file: file.to_owned(),
        named: name.as_deref().and_then(Format::of_name),
        limits: ReadLimits::default(),
        password: password.map(Password::new),
        recogniser: Recogniser::find().map(|found| match languages {
            Some(codes) => found.for_languages(codes),
            None => found,
        }),
        kept: KeptPages::default(),
    };
    let mut pages: Vec<Page> = Vec::new();
    let summary = read_document(&request, &mut |page| pages.push(page)).await?;
    let second_reading = match compare_readings(&request, &pages).await? {
        reading if reading.pages_of_text > 0 => Some(reading),
        _ => None,
    };
    let document = Document::from_pages(pages);
    let headings = document.paragraphs.iter().filter_map(|paragraph| {
        Some(Heading {
            page: paragraph.page,
            level: paragraph.level,
            number: paragraph.number.clone(),
            text: paragraph.heading.clone()?,
        })
    });
    Ok(ReadFile {
        headings: headings.collect(),
        tables: summary.side.tables,
        changes: summary.side.changes,
        comments: summary.side.comments,
        hidden: hidden_text(&document),
        running: summary.side.running,
        notes: summary.side.notes,
        second_reading,
        attachments: summary.attachments.into_iter().map(|a| a.name).collect(),
        text: document.text,
        pages: document.pages.into_iter().map(ReadPage::from).collect(),
    })
}

fn confidence_of(words: &[Word]) -> Option<f32> {
    let sure: Vec<f32> = words
        .iter()
        .flat_map(|w| w.confidence)
        .map(f32::from)
        .collect();
    (!sure.is_empty()).then(|| sure.iter().sum::<f32>() / sure.len() as f32)
}

impl From<Page> for ReadPage {
    fn from(page: Page) -> Self {
        Self {
            number: page.number,
            width: page.width,
            height: page.height,
            source: page.source,
            quality: page.quality,
            confidence: confidence_of(&page.words),
            problem: page.problem,
            words: page.words.into_iter().map(WordView::from).collect(),
        }
    }
}
