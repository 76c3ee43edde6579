//! What a file is, told by its bytes, and which reader it goes to.

use countersign_contracts::document::Page;
use countersign_contracts::side::DocumentSide;

use crate::cage::{ReadSummary, Tally};
use crate::error::ReadError;
use crate::flow::Attachment;
use crate::flow::layout::{Laid, lay_out};
use crate::package::Package;
use crate::pdf::{PdfReader, unreadable};
use crate::picture::Picture;
use crate::wire::Look;
use crate::{docx, html, mail, markdown, odt, outlook, plain_text, rtf};

/// Most pages laid out by [`read_file`].
const MOST_PAGES: u32 = 5_000;
/// Where the header of a PDF may begin, and what else is told by a file's first bytes.
const HEAD_BYTES: usize = 2048;

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Portable Document Format.
    Pdf,
    /// Word, since 2007.
    Docx,
    /// OpenDocument text.
    Odt,
    /// Rich Text Format.
    Rtf,
    /// A page of the web.
    Html,
    /// Markdown.
    Markdown,
    /// Plain text.
    Text,
    /// A mail message.
    Mail,
    /// A message in Outlook's own format.
    Outlook,
}

/// Every format with the endings of its files' names, the usual one first, and its media type.
const FORMATS: [(Format, &[&str], &str); 9] = [
    (Format::Pdf, &["pdf"], "application/pdf"),
    (
        Format::Docx,
        &["docx", "docm", "dotx", "dotm"],
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    (
        Format::Odt,
        &["odt", "ott"],
        "application/vnd.oasis.opendocument.text",
    ),
    (Format::Rtf, &["rtf"], "application/rtf"),
    (Format::Html, &["html", "htm", "xhtml"], "text/html"),
    (Format::Markdown, &["md", "markdown"], "text/markdown"),
    (Format::Text, &["txt", "text"], "text/plain"),
    (Format::Mail, &["eml"], "message/rfc822"),
    (Format::Outlook, &["msg"], "application/vnd.ms-outlook"),
];

impl Format {
    /// Every format.
    pub fn all() -> impl Iterator<Item = Self> {
        FORMATS.iter().map(|(format, ..)| *format)
    }

    /// The format that a file name's ending (without its dot) stands for.
    #[must_use]
    pub fn of_ending(ending: &str) -> Option<Self> {
        let ending = ending.to_ascii_lowercase();
        let found = FORMATS
            .iter()
            .find(|(_, endings, _)| endings.contains(&ending.as_str()));
        found.map(|(format, ..)| *format)
    }

    /// The format that a file's name stands for.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        name.rsplit_once('.')
            .and_then(|(_, ending)| Self::of_ending(ending))
    }

    /// The format of a media type that [`Format::media_type`] gave.
    #[must_use]
    pub fn of_media_type(media_type: &str) -> Option<Self> {
        let found = FORMATS.iter().find(|(_, _, own)| *own == media_type);
        found.map(|(format, ..)| *format)
    }

    /// Its usual ending.
    #[must_use]
    pub fn ending(self) -> &'static str {
        let found = FORMATS.iter().find(|(format, ..)| *format == self);
        found
            .and_then(|(_, endings, _)| endings.first())
            .unwrap_or(&"")
    }

    /// Its media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        let found = FORMATS.iter().find(|(format, ..)| *format == self);
        found.map_or("application/octet-stream", |(.., media_type)| media_type)
    }
}

/// Reads a document of any format in this process, page by page.
///
/// A host reads in a child process instead ([`crate::read_document`]): a hostile file can exhaust
/// memory or time here.
///
/// # Errors
/// When the bytes are of no format that is read, or hold nothing to read.
pub fn read_file(
    bytes: Vec<u8>,
    named: Option<Format>,
    on_page: &mut dyn FnMut(Page),
) -> Result<ReadSummary, ReadError> {
    let mut opened = open(bytes, named, MOST_PAGES, "")?;
    let mut tally = Tally::default();
    for number in 1..=opened.page_count() {
        let page = opened.read_page(number);
        tally.count(&page);
        on_page(page);
    }
    let mut summary = tally.verdict(opened.page_count())?;
    let (side, attachments) = opened.beside();
    summary.side.append(side);
    summary.attachments = attachments;
    Ok(summary)
}

/// An opened document.
pub(crate) enum Opened {
    Pdf(Box<PdfReader>),
    /// Laid out whole; pages are taken out as they are asked for.
    Flow(Box<Laid>),
}

impl Opened {
    /// How many pages it holds.
    pub fn page_count(&self) -> u32 {
        match self {
            Self::Pdf(reader) => reader.page_count(),
            Self::Flow(laid) => u32::try_from(laid.pages.len()).unwrap_or(u32::MAX),
        }
    }

    /// What recognition of this page, which was read last, is good for.
    pub fn look(&self, page: &Page) -> Look {
        match self {
            Self::Pdf(reader) => reader.look(page),
            Self::Flow(_) => Look::No,
        }
    }

    /// Draws a page, counted from 1, at so many dots an inch.
    pub fn draw(&self, number: u32, dots: f32) -> Option<Picture> {
        match self {
            Self::Pdf(reader) => reader.draw(number, dots),
            Self::Flow(_) => None,
        }
    }

    /// What stands beside the pages that were read, and the files that came with it.
    pub fn beside(self) -> (DocumentSide, Vec<Attachment>) {
        match self {
            Self::Pdf(reader) => (reader.into_side(), Vec::new()),
            Self::Flow(laid) => (laid.side, laid.attachments),
        }
    }

    /// Reads one page, counted from 1; once.
    pub fn read_page(&mut self, number: u32) -> Page {
        match self {
            Self::Pdf(reader) => reader.read_page(number),
            Self::Flow(laid) => {
                let gone = || unreadable(number, (0.0, 0.0), "The file ends before this page.");
                let page = laid.pages.get_mut(number.saturating_sub(1) as usize);
                page.map_or_else(gone, |page| {
                    let (words, problem) = (std::mem::take(&mut page.words), page.problem.take());
                    Page {
                        words,
                        problem,
                        ..page.clone()
                    }
                })
            }
        }
    }
}

/// Opens a document. What the bytes are decides; the name only where bytes can't tell, as among
/// texts.
pub(crate) fn open(
    bytes: Vec<u8>,
    named: Option<Format>,
    most_pages: u32,
    password: &str,
) -> Result<Opened, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    let head = bytes.get(..bytes.len().min(HEAD_BYTES)).unwrap_or(&[]);
    if head.windows(5).any(|w| w == b"%PDF-") && !is_text_format(named) {
        return Ok(Opened::Pdf(Box::new(PdfReader::open(bytes, password)?)));
    }
    let flow = if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        read_package(bytes)?
    } else if head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
        match what_old_file(&bytes) {
            None => outlook::read(bytes)?,
            Some(error) => return Err(error),
        }
    } else {
        let start = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let start = start.trim_ascii_start();
        if start.starts_with(b"{\\rtf") {
            rtf::read(&bytes)?
        } else if named == Some(Format::Pdf) {
            return Err(ReadError::NotAPdf);
        } else {
            match named.filter(|named| is_text_format(Some(*named))) {
                Some(Format::Mail) => mail::read(&bytes)?,
                Some(Format::Html) => html::read(&bytes)?,
                _ if looks_like_html(start) => html::read(&bytes)?,
                Some(Format::Markdown) => markdown::read(&bytes)?,
                None if looks_like_mail(start) => mail::read(&bytes)?,
                _ => plain_text::read(&bytes)?,
            }
        }
    };
    Ok(Opened::Flow(Box::new(lay_out(flow, most_pages)?)))
}

/// Whether only the name can tell the format from other texts.
fn is_text_format(named: Option<Format>) -> bool {
    matches!(
        named,
        Some(Format::Html | Format::Markdown | Format::Text | Format::Mail)
    )
}

fn looks_like_html(start: &[u8]) -> bool {
    let start = start.get(..start.len().min(15)).unwrap_or(start);
    let start = start.to_ascii_lowercase();
    start.starts_with(b"<!doctype html") || start.starts_with(b"<html")
}

fn looks_like_mail(start: &[u8]) -> bool {
    let line = start.split(|b| *b == b'\n').next().unwrap_or(start);
    let names: [&[u8]; 6] = [
        b"Return-Path:",
        b"Received:",
        b"Delivered-To:",
        b"Message-ID:",
        b"MIME-Version:",
        b"X-Mozilla-Status:",
    ];
    names.iter().any(|name| line.starts_with(name))
}

fn read_package(bytes: Vec<u8>) -> Result<crate::flow::Flow, ReadError> {
    let mut package = Package::open(bytes)?;
    if let Some(kind) = package.part("mimetype")? {
        return if kind.starts_with(b"application/vnd.oasis.opendocument.text") {
            odt::read(package)
        } else {
            Err(ReadError::UnknownFormat)
        };
    }
    if package.has("[Content_Types].xml") {
        if package.has("xl/workbook.xml") || package.has("ppt/presentation.xml") {
            return Err(ReadError::UnknownFormat);
        }
        return docx::read(package);
    }
    Err(ReadError::UnknownFormat)
}

/// Why a compound file of Microsoft's can't be read, by the names of its streams; `None` for a
/// message, which can.
fn what_old_file(bytes: &[u8]) -> Option<ReadError> {
    let holds = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memchr::memmem::find(bytes, &name).is_some()
    };
    if holds("EncryptedPackage") {
        Some(ReadError::LockedOffice)
    } else if holds("__substg1.0_") {
        None
    } else if holds("WordDocument") {
        Some(ReadError::OldWord)
    } else {
        Some(ReadError::UnknownFormat)
    }
}

#[cfg(test)]
mod tests;
