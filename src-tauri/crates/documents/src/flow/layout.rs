//! Lays a [`Flow`] out as pages. The same flow gives the same pages, to the last digit.
//!
//! A paragraph that fits on a page is kept whole, its number stands at its beginning, and notes stand
//! at the end of the page that refers to them.

mod lines;
mod places;
mod table;

use std::collections::VecDeque;

use countersign_contracts::document::{Bbox, Page, PageQuality, PageSource, Word};
use countersign_contracts::side::DocumentSide;

use super::{Attachment, Block, Flow, Note, Paragraph};
use crate::error::ReadError;
use lines::{FlowLine, break_paragraph};
use places::Places;

/// A4 in points.
const PAPER: (f32, f32) = (595.0, 842.0);
const MARGIN: f32 = 72.0;
const BODY_SIZE: f32 = 11.0;
const NOTE_SIZE: f32 = 9.0;
/// From the top of a line to the next one's, in font sizes.
const LEADING: f32 = 1.25;
/// Height of a word's box in font sizes: Times from its highest to its lowest letter.
const BOX_HEIGHT: f32 = 1.107;
/// Between two paragraphs, in points.
const GAP: f32 = 8.0;
const INDENT: f32 = 18.0;
const DEEPEST_INDENT: u8 = 8;
/// Share of a page that notes may take before they go on on the next.
const MOST_NOTES: f32 = 0.4;

/// A document laid out.
#[derive(Debug)]
pub(crate) struct Laid {
    pub pages: Vec<Page>,
    pub side: DocumentSide,
    pub attachments: Vec<Attachment>,
}

/// Lays a document out on at most `most_pages` pages.
pub(crate) fn lay_out(flow: Flow, most_pages: u32) -> Result<Laid, ReadError> {
    let (width, height) = flow
        .paper
        .filter(|(w, h)| (200.0..=2000.0).contains(w) && (200.0..=2000.0).contains(h))
        .unwrap_or(PAPER);
    let mut pager = Pager {
        width,
        height,
        most_pages,
        pages: Vec::new(),
        words: Vec::new(),
        last_line: None,
        y: MARGIN,
        waiting: VecDeque::new(),
        places: Places::new(flow.marks.len()),
        side: DocumentSide {
            running: flow.running,
            notes: flow.notes,
            ..DocumentSide::default()
        },
    };
    let texts = marked_texts(&flow.blocks, &flow.footnotes, flow.marks.len());
    for block in &flow.blocks {
        match block {
            Block::Paragraph(paragraph) => pager.paragraph(paragraph, &flow.footnotes)?,
            Block::Table(rows) => table::place(&mut pager, rows, &flow.footnotes)?,
            Block::PageBreak => pager.break_page()?,
        }
    }
    pager.finish()?;
    let Pager {
        mut pages,
        places,
        mut side,
        ..
    } = pager;
    if pages.is_empty() {
        pages.push(page_of(1, (width, height), Vec::new()));
    }
    (side.changes, side.comments) = places.said(flow.marks, &texts);
    Ok(Laid {
        pages,
        side,
        attachments: flow.attachments,
    })
}

/// The text that each mark is about.
fn marked_texts(blocks: &[Block], notes: &[Note], marks: usize) -> Vec<String> {
    let mut texts = vec![String::new(); marks];
    let mut note = |paragraph: &Paragraph| {
        for run in &paragraph.runs {
            for mark in &run.marks {
                if let Some(text) = texts.get_mut(*mark as usize) {
                    text.push_str(&run.text);
                }
            }
        }
        let marked = paragraph.runs.iter().flat_map(|run| &run.marks);
        for mark in marked {
            if let Some(text) = texts.get_mut(*mark as usize)
                && !text.ends_with([' ', '\n'])
            {
                text.push('\n');
            }
        }
    };
    for block in blocks {
        match block {
            Block::Paragraph(paragraph) => note(paragraph),
            Block::Table(rows) => {
                let cells = rows.iter().flatten();
                cells.flat_map(|cell| &cell.paragraphs).for_each(&mut note);
            }
            Block::PageBreak => {}
        }
    }
    notes
        .iter()
        .flat_map(|note| &note.paragraphs)
        .for_each(&mut note);
    texts
}

fn page_of(number: u32, (width, height): (f32, f32), words: Vec<Word>) -> Page {
    let blank = words.iter().all(|word| word.hidden.is_some());
    Page {
        number,
        width,
        height,
        source: PageSource::Flow,
        quality: if blank {
            PageQuality::Blank
        } else {
            PageQuality::Ok
        },
        problem: None,
        words,
    }
}

/// How text is set.
#[derive(Debug, Clone, Copy)]
struct Setting {
    size: f32,
    bold: bool,
    /// Left edge and width of the column.
    left: f32,
    width: f32,
}

/// Fills pages from the top.
struct Pager {
    width: f32,
    height: f32,
    most_pages: u32,
    pages: Vec<Page>,
    words: Vec<Word>,
    /// Index of the page's last line.
    last_line: Option<u32>,
    /// Where the next line's top goes.
    y: f32,
    /// Lines of notes that stand at the end of this page, or of the next.
    waiting: VecDeque<FlowLine>,
    places: Places,
    side: DocumentSide,
}

impl Pager {
    fn number(&self) -> u32 {
        u32::try_from(self.pages.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1)
    }

    fn column(&self) -> f32 {
        self.width - 2.0 * MARGIN
    }

    fn body_height(&self) -> f32 {
        self.height - 2.0 * MARGIN
    }

    /// Where the page's text must end, given the notes that wait.
    fn bottom(&self) -> f32 {
        let notes: f32 = self.waiting.iter().map(FlowLine::height).sum();
        let notes = if self.waiting.is_empty() {
            0.0
        } else {
            notes + GAP
        };
        self.height - MARGIN - notes.min(MOST_NOTES * self.body_height())
    }

    fn paragraph(&mut self, paragraph: &Paragraph, notes: &[Note]) -> Result<(), ReadError> {
        let indent = INDENT * f32::from(paragraph.indent.min(DEEPEST_INDENT));
        let (size, bold) = match paragraph.heading {
            Some(0 | 1) => (15.0, true),
            Some(2) => (13.0, true),
            Some(_) => (12.0, true),
            None => (BODY_SIZE, false),
        };
        let setting = Setting {
            size,
            bold,
            left: MARGIN + indent,
            width: self.column() - indent,
        };
        let lines = break_paragraph(paragraph, &setting);
        self.place_lines(lines, GAP, notes)
    }

    /// Places the lines of a paragraph, on one page when they fit on one.
    fn place_lines(
        &mut self,
        lines: Vec<FlowLine>,
        gap: f32,
        notes: &[Note],
    ) -> Result<(), ReadError> {
        let height: f32 = lines.iter().map(FlowLine::height).sum();
        let above = if self.last_line.is_some() { gap } else { 0.0 };
        let whole = height < 0.66 * self.body_height();
        if whole && self.last_line.is_some() && self.y + above + height > self.bottom() {
            self.end_page()?;
        } else {
            self.y += above;
        }
        for line in lines {
            for index in &line.notes {
                self.add_note(*index, notes);
            }
            if self.last_line.is_some() && self.y + line.height() > self.bottom() {
                self.end_page()?;
            }
            let height = line.height();
            self.put_line(line, self.y);
            self.y += height;
        }
        Ok(())
    }

    /// Puts a line's words on the page with its top at `y`.
    fn put_line(&mut self, line: FlowLine, y: f32) {
        let index = match self.last_line {
            None => u32::from(line.begins),
            Some(last) => last.saturating_add(1 + u32::from(line.begins)),
        };
        self.put_words(line, y, index);
    }

    /// Puts a line's words on the page as part of line `index`.
    fn put_words(&mut self, line: FlowLine, y: f32, index: u32) {
        let page = self.number();
        for mark in &line.loose {
            self.places.at_page(*mark, page);
        }
        if line.words.is_empty() {
            return;
        }
        self.last_line = Some(index);
        for word in line.words {
            let bbox = Bbox([word.x, y, word.x + word.width, y + BOX_HEIGHT * word.size]);
            for mark in &word.marks {
                self.places.add(*mark, page, index, bbox);
            }
            self.words.push(Word {
                text: word.text,
                bbox,
                line: index,
                size: word.size,
                bold: word.bold,
                hidden: word.hidden,
                confidence: None,
            });
        }
    }

    fn add_note(&mut self, index: u32, notes: &[Note]) {
        let Some(note) = notes.get(index as usize) else {
            return;
        };
        let setting = Setting {
            size: NOTE_SIZE,
            bold: false,
            left: MARGIN,
            width: self.column(),
        };
        for (at, paragraph) in note.paragraphs.iter().enumerate() {
            let mut paragraph = paragraph.clone();
            if at == 0 {
                paragraph.label.clone_from(&note.label);
            }
            self.waiting.extend(break_paragraph(&paragraph, &setting));
        }
    }

    fn break_page(&mut self) -> Result<(), ReadError> {
        if self.last_line.is_some() {
            self.end_page()?;
        }
        Ok(())
    }

    /// Puts the notes that wait at the page's end, as far as they fit, and begins the next page.
    fn end_page(&mut self) -> Result<(), ReadError> {
        if self.number() > self.most_pages {
            return Err(ReadError::OutOfLimits { what: "pages" });
        }
        let mut y = self.bottom() + GAP;
        while let Some(line) = self.waiting.pop_front() {
            let height = line.height();
            if y + height > self.height - MARGIN + 0.5 && self.last_line.is_some() {
                self.waiting.push_front(line);
                break;
            }
            self.put_line(line, y);
            y += height;
        }
        let words = std::mem::take(&mut self.words);
        let page = page_of(self.number(), (self.width, self.height), words);
        self.pages.push(page);
        self.last_line = None;
        self.y = MARGIN;
        Ok(())
    }

    fn finish(&mut self) -> Result<(), ReadError> {
        while self.last_line.is_some() || !self.waiting.is_empty() {
            self.end_page()?;
        }
        Ok(())
    }
}
