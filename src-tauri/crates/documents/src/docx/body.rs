//! Blocks of a DOCX: paragraphs, tables, content controls, notes, text boxes.

use std::collections::HashMap;

use countersign_contracts::side::ChangeKind;

use super::numbering::Lists;
use super::paragraph::Field;
use super::styles::Styles;
use super::{Remark, named};
use crate::error::ReadError;
use crate::flow::{Block, Cell, Flow, MOST_TEXT_BYTES, Mark, Note, Paragraph, Run, raised};
use crate::xml::Element;

/// What walking the document has found so far.
pub(super) struct Body {
    pub(super) styles: Styles,
    pub(super) lists: Lists,
    comments: HashMap<String, Remark>,
    footnotes: HashMap<String, Vec<Paragraph>>,
    endnotes: HashMap<String, Vec<Paragraph>>,
    end: Vec<Note>,
    flow: Flow,
    text_bytes: usize,
    /// Marks of the changes that the walk is within.
    pub(super) changes: Vec<u32>,
    /// How many of those took text out.
    pub(super) gone: usize,
    /// Comments whose range is open, by their id.
    pub(super) open_comments: Vec<(String, u32)>,
    marked: HashMap<String, u32>,
    /// Text that nobody changed stands between the last change and here.
    pub(super) apart: bool,
    pub(super) fields: Vec<Field>,
    /// Runs of a paragraph whose end was taken out: they go on in the next.
    pub(super) carried: Vec<Run>,
    /// Text boxes of the paragraph being read; they follow it.
    pub(super) boxes: Vec<Block>,
    /// The cell being read is on a coloured ground.
    pub(super) shaded: bool,
    /// How deep the walk is in text boxes.
    pub(super) box_depth: u32,
}

/// Comments that may be about the same word.
const MOST_OPEN_COMMENTS: usize = 64;
/// Text boxes within text boxes that are read.
pub(super) const DEEPEST_BOX: u32 = 4;

impl Body {
    pub fn new(styles: Styles, lists: Lists, comments: HashMap<String, Remark>) -> Self {
        Self {
            styles,
            lists,
            comments,
            footnotes: HashMap::new(),
            endnotes: HashMap::new(),
            end: Vec::new(),
            flow: Flow::default(),
            text_bytes: 0,
            changes: Vec::new(),
            gone: 0,
            open_comments: Vec::new(),
            marked: HashMap::new(),
            apart: false,
            fields: Vec::new(),
            carried: Vec::new(),
            boxes: Vec::new(),
            shaded: false,
            box_depth: 0,
        }
    }

    /// Reads the notes; they are placed where the text refers to them.
    pub fn read_notes(&mut self, footnotes: Option<&Element>, endnotes: Option<&Element>) {
        for (part, name) in [(footnotes, "w:footnote"), (endnotes, "w:endnote")] {
            let notes = part.into_iter().flat_map(Element::elements);
            for note in notes.filter(|e| &*e.name == name) {
                let kind = note.attribute("type").unwrap_or("normal");
                let (Some(id), "normal") = (note.attribute("id"), kind) else {
                    continue;
                };
                let mut blocks = Vec::new();
                // A note too deep to read is left out like one that isn't there.
                if self.blocks(note, &mut blocks).is_err() {
                    continue;
                }
                let paragraphs = as_paragraphs(blocks);
                let notes = if name == "w:footnote" {
                    &mut self.footnotes
                } else {
                    &mut self.endnotes
                };
                notes.insert(id.to_owned(), paragraphs);
            }
        }
    }

    pub fn read_document(&mut self, content: &Element) -> Result<(), ReadError> {
        let mut blocks = Vec::new();
        self.blocks(content, &mut blocks)?;
        self.flow.blocks = blocks;
        if !self.carried.is_empty() {
            let runs = std::mem::take(&mut self.carried);
            self.flow.blocks.push(Block::Paragraph(Paragraph {
                runs,
                ..Paragraph::default()
            }));
        }
        Ok(())
    }

    /// The document read.
    pub fn finish(mut self) -> Flow {
        for note in std::mem::take(&mut self.end) {
            let mut paragraphs = note.paragraphs.into_iter();
            let mut first = paragraphs.next().unwrap_or_default();
            first.label = note.label;
            self.flow.blocks.push(Block::Paragraph(first));
            self.flow.blocks.extend(paragraphs.map(Block::Paragraph));
        }
        self.flow
    }

    /// Reads what stands in a body, a cell, a note or a content control.
    pub fn blocks(&mut self, parent: &Element, blocks: &mut Vec<Block>) -> Result<(), ReadError> {
        for element in parent.elements() {
            match &*element.name {
                "w:p" => self.paragraph(element, blocks)?,
                "w:tbl" => self.table(element, blocks)?,
                "w:sdt" => {
                    if let Some(content) = element.child("w:sdtContent") {
                        self.blocks(content, blocks)?;
                    }
                }
                "w:customXml" | "w:smartTag" => self.blocks(element, blocks)?,
                "w:ins" | "w:del" | "w:moveTo" | "w:moveFrom" => {
                    self.within_change(element, |body| body.blocks(element, blocks))?;
                }
                "mc:AlternateContent" => {
                    if let Some(choice) = chosen(element) {
                        self.blocks(choice, blocks)?;
                    }
                }
                "w:commentRangeStart" => self.open_comment(element),
                "w:commentRangeEnd" => self.close_comment(element),
                _ => {}
            }
        }
        Ok(())
    }

    fn table(&mut self, table: &Element, blocks: &mut Vec<Block>) -> Result<(), ReadError> {
        let grid: Vec<f32> = table
            .child("w:tblGrid")
            .into_iter()
            .flat_map(Element::elements)
            .filter_map(|column| column.attribute("w")?.parse().ok())
            .collect();
        let mut rows = Vec::new();
        self.rows(table, &grid, &mut rows)?;
        if !rows.is_empty() {
            blocks.push(Block::Table(rows));
        }
        Ok(())
    }

    fn rows(
        &mut self,
        parent: &Element,
        grid: &[f32],
        rows: &mut Vec<Vec<Cell>>,
    ) -> Result<(), ReadError> {
        for element in parent.elements() {
            match &*element.name {
                "w:tr" => {
                    let properties = element.child("w:trPr");
                    let change =
                        properties.and_then(|p| p.child("w:del").or_else(|| p.child("w:ins")));
                    let mut cells = Vec::new();
                    match change {
                        Some(change) => {
                            self.within_change(change, |body| {
                                body.cells(element, grid, &mut cells)
                            })?;
                            if &*change.name == "w:del" {
                                continue;
                            }
                        }
                        None => self.cells(element, grid, &mut cells)?,
                    }
                    let skipped = properties
                        .and_then(|p| p.value("w:gridBefore", "val"))
                        .and_then(|v| v.parse().ok())
                        .filter(|n| (1..60).contains(n));
                    if let Some(columns) = skipped {
                        let cell = Cell {
                            columns,
                            ..Cell::default()
                        };
                        cells.insert(0, cell);
                    }
                    if !cells.is_empty() {
                        rows.push(cells);
                    }
                }
                "w:sdt" => {
                    if let Some(content) = element.child("w:sdtContent") {
                        self.rows(content, grid, rows)?;
                    }
                }
                "w:customXml" => self.rows(element, grid, rows)?,
                "w:ins" | "w:moveTo" => {
                    self.within_change(element, |body| body.rows(element, grid, rows))?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn cells(
        &mut self,
        row: &Element,
        grid: &[f32],
        cells: &mut Vec<Cell>,
    ) -> Result<(), ReadError> {
        for element in row.elements() {
            match &*element.name {
                "w:tc" => {
                    let properties = element.child("w:tcPr");
                    let columns = properties
                        .and_then(|p| p.value("w:gridSpan", "val"))
                        .and_then(|v| v.parse::<u32>().ok())
                        .map_or(1, |n| n.clamp(1, 63));
                    let at: u32 = cells.iter().map(|c| c.columns).sum();
                    let outer = self.shaded;
                    self.shaded |= properties.is_some_and(is_shaded);
                    let mut blocks = Vec::new();
                    self.blocks(element, &mut blocks)?;
                    self.shaded = outer;
                    cells.push(Cell {
                        paragraphs: as_paragraphs(blocks),
                        columns,
                        share: grid.get(at as usize).copied().unwrap_or(0.0),
                    });
                }
                "w:sdt" => {
                    if let Some(content) = element.child("w:sdtContent") {
                        self.cells(content, grid, cells)?;
                    }
                }
                "w:customXml" => self.cells(element, grid, cells)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Does `work` within a tracked change.
    pub fn within_change<T>(
        &mut self,
        element: &Element,
        work: impl FnOnce(&mut Self) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        let kind = match &*element.name {
            "w:ins" => ChangeKind::Insertion,
            "w:moveTo" => ChangeKind::MoveTo,
            "w:moveFrom" => ChangeKind::MoveFrom,
            _ => ChangeKind::Deletion,
        };
        let takes_out = matches!(kind, ChangeKind::Deletion | ChangeKind::MoveFrom);
        let mark = self.change_mark(kind, named(element, "author"), named(element, "date"));
        self.changes.push(mark);
        self.gone += usize::from(takes_out);
        let done = work(self);
        self.gone -= usize::from(takes_out);
        self.changes.pop();
        done
    }

    /// The mark of a change; one that goes on from the last shares its mark.
    fn change_mark(&mut self, new: ChangeKind, by: Option<String>, at: Option<String>) -> u32 {
        let last = self.flow.marks.len().saturating_sub(1);
        if let Some(Mark::Change {
            kind, author, date, ..
        }) = self.flow.marks.last()
            && (*kind, author, date) == (new, &by, &at)
            && !self.changes.contains(&index(last))
            && !std::mem::replace(&mut self.apart, false)
        {
            return index(last);
        }
        self.apart = false;
        self.flow.marks.push(Mark::Change {
            kind: new,
            author: by,
            date: at,
            gone: String::new(),
        });
        index(self.flow.marks.len() - 1)
    }

    /// Keeps text that was taken out with the change that did.
    pub fn take_out(&mut self, text: &str) {
        self.text_bytes += text.len();
        for mark in self.changes.iter().rev() {
            if let Some(Mark::Change {
                kind: ChangeKind::Deletion | ChangeKind::MoveFrom,
                gone,
                ..
            }) = self.flow.marks.get_mut(*mark as usize)
            {
                gone.push_str(text);
                return;
            }
        }
    }

    pub fn open_comment(&mut self, range: &Element) {
        if self.open_comments.len() < MOST_OPEN_COMMENTS
            && let Some((id, mark)) = self.comment_mark(range)
        {
            self.open_comments.push((id, mark));
        }
    }

    pub fn close_comment(&mut self, range: &Element) {
        let id = range.attribute("id").unwrap_or("");
        self.open_comments.retain(|(open, _)| open != id);
    }

    /// The mark of a comment that the text refers to, made when it is first met.
    pub fn comment_mark(&mut self, reference: &Element) -> Option<(String, u32)> {
        let id = reference.attribute("id")?;
        if let Some(mark) = self.marked.get(id) {
            return Some((id.to_owned(), *mark));
        }
        let remark = self.comments.get(id)?.clone();
        self.flow.marks.push(Mark::Comment {
            author: remark.author,
            date: remark.date,
            text: remark.text,
        });
        let mark = index(self.flow.marks.len() - 1);
        self.marked.insert(id.to_owned(), mark);
        Some((id.to_owned(), mark))
    }

    /// Refers to a footnote: its mark and its index among the flow's notes.
    pub fn refer_to_footnote(&mut self, id: &str) -> Option<(String, Option<u32>)> {
        let paragraphs = self.footnotes.remove(id)?;
        let label = raised(self.flow.footnotes.len() + 1);
        self.flow.footnotes.push(Note {
            label: label.clone(),
            paragraphs,
        });
        Some((label, Some(index(self.flow.footnotes.len() - 1))))
    }

    /// Refers to an endnote: its mark.
    pub fn refer_to_endnote(&mut self, id: &str) -> Option<(String, Option<u32>)> {
        let paragraphs = self.endnotes.remove(id)?;
        let label = format!("⁽{}⁾", raised(self.end.len() + 1));
        self.end.push(Note {
            label: label.clone(),
            paragraphs,
        });
        Some((label, None))
    }

    /// Counts text towards the limit of a document.
    pub fn count(&mut self, bytes: usize) -> Result<(), ReadError> {
        self.text_bytes += bytes;
        if self.text_bytes > MOST_TEXT_BYTES {
            return Err(ReadError::OutOfLimits { what: "memory" });
        }
        Ok(())
    }

    pub fn note(&mut self, text: &str) {
        if self.flow.notes.iter().all(|known| known != text) {
            self.flow.notes.push(text.to_owned());
        }
    }
}

fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The version of alternative content that is read: the first, as newer programs do.
pub(super) fn chosen(element: &Element) -> Option<&Element> {
    element
        .child("mc:Choice")
        .or_else(|| element.child("mc:Fallback"))
}

/// Whether a `w:tcPr` or `w:pPr` puts colour behind the text.
pub(super) fn is_shaded(properties: &Element) -> bool {
    let fill = properties.value("w:shd", "fill");
    fill.is_some_and(|fill| {
        !fill.eq_ignore_ascii_case("auto") && !fill.eq_ignore_ascii_case("ffffff")
    })
}

/// Blocks as paragraphs alone: a table within gives a paragraph a row, its cells set apart.
pub(super) fn as_paragraphs(blocks: Vec<Block>) -> Vec<Paragraph> {
    let mut paragraphs = Vec::new();
    for block in blocks {
        match block {
            Block::Paragraph(paragraph) => paragraphs.push(paragraph),
            Block::Table(rows) => paragraphs.extend(rows.into_iter().map(row_as_paragraph)),
            Block::PageBreak => {}
        }
    }
    paragraphs
}

fn row_as_paragraph(row: Vec<Cell>) -> Paragraph {
    let mut whole = Paragraph::default();
    for cell in row {
        for paragraph in cell.paragraphs {
            let gap = if whole.runs.is_empty() { "" } else { "\t" };
            let label = if paragraph.label.is_empty() {
                gap.to_owned()
            } else {
                format!("{gap}{} ", paragraph.label)
            };
            if !label.is_empty() {
                whole.runs.push(Run {
                    text: label,
                    ..Run::default()
                });
            }
            whole.runs.extend(paragraph.runs);
        }
    }
    whole
}

/// The paragraphs of a comment, a header or a footer, without numbers.
pub(super) fn plain_paragraphs(part: &Element) -> Vec<Paragraph> {
    let mut body = Body::new(Styles::default(), Lists::default(), HashMap::new());
    let mut blocks = Vec::new();
    // What is too large to read is left out of what stands beside the text.
    if body.blocks(part, &mut blocks).is_err() {
        return Vec::new();
    }
    as_paragraphs(blocks)
}
