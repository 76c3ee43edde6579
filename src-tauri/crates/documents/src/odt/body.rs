//! Blocks and runs of an ODT.

use std::collections::HashMap;

use countersign_contracts::document::HiddenKind;
use countersign_contracts::side::ChangeKind;

use super::Change;
use super::lists::Lists;
use super::styles::{Format, Styles};
use crate::error::ReadError;
use crate::flow::{Block, Cell, Flow, MOST_TEXT_BYTES, Mark, Note, Paragraph, Run, raised};
use crate::xml::{Element, Node};

/// Most columns that one cell may stand for.
const MOST_REPEATED: u32 = 60;

/// Comments, and insertions, that may be about the same word.
const MOST_OPEN: usize = 64;

/// The list that the walk is in.
struct List {
    /// What its count is kept under.
    key: String,
    style: String,
}

/// What walking the text has found so far.
pub(super) struct Body {
    styles: Styles,
    lists: Lists,
    changes: HashMap<String, Change>,
    flow: Flow,
    end: Vec<Note>,
    text_bytes: usize,
    /// Insertions that are open, by the change's id, with their marks.
    inserted: Vec<(String, u32)>,
    /// Comments that are open, by name, with their marks.
    commented: Vec<(String, u32)>,
    open: Vec<List>,
    lists_begun: u32,
    /// The last list of each style: `continue-numbering` goes on with it.
    last_of_style: HashMap<String, String>,
    /// Blocks of frames that hang on the paragraph being read.
    boxes: Vec<Block>,
    hidden: bool,
    /// The cell being read is on a coloured ground.
    shaded: bool,
}

impl Body {
    pub fn new(styles: Styles, lists: Lists, changes: HashMap<String, Change>) -> Self {
        Self {
            styles,
            lists,
            changes,
            flow: Flow::default(),
            end: Vec::new(),
            text_bytes: 0,
            inserted: Vec::new(),
            commented: Vec::new(),
            open: Vec::new(),
            lists_begun: 0,
            last_of_style: HashMap::new(),
            boxes: Vec::new(),
            hidden: false,
            shaded: false,
        }
    }

    pub fn read(&mut self, text: &Element) -> Result<(), ReadError> {
        let mut blocks = Vec::new();
        self.blocks(text, &mut None, &mut blocks)?;
        self.flow.blocks = blocks;
        Ok(())
    }

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

    /// Reads blocks; `item` is the list item whose number the next paragraph bears, with the number
    /// it is to start at.
    fn blocks(
        &mut self,
        parent: &Element,
        item: &mut Option<Option<u32>>,
        blocks: &mut Vec<Block>,
    ) -> Result<(), ReadError> {
        for element in parent.elements() {
            match &*element.name {
                "text:p" | "text:h" => self.paragraph(element, item, blocks)?,
                "text:list" => self.list(element, blocks)?,
                "text:numbered-paragraph" => self.blocks(element, &mut None, blocks)?,
                "table:table" => self.table(element, blocks)?,
                "text:section" => {
                    let outer = self.hidden;
                    self.hidden |= element.attribute("display") == Some("none");
                    let read = self.blocks(element, &mut None, blocks);
                    self.hidden = outer;
                    read?;
                }
                "text:change" | "text:change-start" | "text:change-end" => {
                    let mut runs = Vec::new();
                    self.change(element, &mut runs);
                    if let Some(Block::Paragraph(last)) = blocks.last_mut() {
                        last.runs.append(&mut runs);
                    }
                }
                "draw:frame"
                | "draw:text-box"
                | "text:index-body"
                | "text:table-of-content"
                | "text:illustration-index"
                | "text:table-index"
                | "text:object-index"
                | "text:user-index"
                | "text:alphabetical-index"
                | "text:bibliography"
                | "text:index-title" => self.blocks(element, &mut None, blocks)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn list(&mut self, list: &Element, blocks: &mut Vec<Block>) -> Result<(), ReadError> {
        let own = list.attribute("style-name");
        let (key, style) = match (self.open.last(), own) {
            (Some(outer), own) => (
                outer.key.clone(),
                own.map_or_else(|| outer.style.clone(), str::to_owned),
            ),
            (None, own) => {
                let style = own.unwrap_or("").to_owned();
                let goes_on = list.attribute("continue-numbering") == Some("true")
                    || list.attribute("continue-list").is_some();
                let known = self.last_of_style.get(&style).filter(|_| goes_on).cloned();
                let key = known.unwrap_or_else(|| {
                    self.lists_begun += 1;
                    format!("{style}\u{1}{}", self.lists_begun)
                });
                self.last_of_style.insert(style.clone(), key.clone());
                (key, style)
            }
        };
        self.open.push(List { key, style });
        let read = self.items(list, blocks);
        self.open.pop();
        read
    }

    fn items(&mut self, list: &Element, blocks: &mut Vec<Block>) -> Result<(), ReadError> {
        for element in list.elements() {
            let mut item = match &*element.name {
                "text:list-item" => Some(
                    element
                        .attribute("start-value")
                        .and_then(|v| v.parse().ok()),
                ),
                "text:list-header" => None,
                _ => continue,
            };
            self.blocks(element, &mut item, blocks)?;
        }
        Ok(())
    }

    fn paragraph(
        &mut self,
        element: &Element,
        item: &mut Option<Option<u32>>,
        blocks: &mut Vec<Block>,
    ) -> Result<(), ReadError> {
        let style = element.attribute("style-name");
        if self.styles.breaks_before(style) {
            blocks.push(Block::PageBreak);
        }
        let outer = std::mem::take(&mut self.boxes);
        let mut runs = Vec::new();
        let format = self.styles.format(style);
        self.runs(element, format, &mut runs)?;
        let boxes = std::mem::replace(&mut self.boxes, outer);
        let is_heading = &*element.name == "text:h";
        let outline = element
            .attribute("outline-level")
            .and_then(|l| l.parse::<u8>().ok())
            .filter(|l| (1..=10).contains(l));
        let level = self.open.len().saturating_sub(1);
        let label = match (item.take(), self.open.last()) {
            (Some(start), Some(list)) => {
                let style = match self.styles.list(style) {
                    Some(own) if list.style.is_empty() => own.to_owned(),
                    _ => list.style.clone(),
                };
                self.lists.next(&list.key, &style, level, start)
            }
            // A heading whose style names no list on purpose bears no number.
            _ if is_heading
                && self.styles.list(style) != Some("")
                && element.attribute("is-list-header") != Some("true") =>
            {
                let restart = element.attribute("restart-numbering") == Some("true");
                let start = element
                    .attribute("start-value")
                    .and_then(|v| v.parse().ok());
                let start = start.filter(|_| restart).or(restart.then_some(1));
                self.lists
                    .next_heading(usize::from(outline.unwrap_or(1)) - 1, start)
            }
            _ => String::new(),
        };
        let indent = u8::try_from(if is_heading { 0 } else { level }).unwrap_or(u8::MAX);
        blocks.push(Block::Paragraph(Paragraph {
            label,
            runs,
            heading: is_heading.then(|| outline.unwrap_or(1)),
            indent,
            contents: false,
        }));
        blocks.extend(boxes);
        Ok(())
    }

    fn table(&mut self, table: &Element, blocks: &mut Vec<Block>) -> Result<(), ReadError> {
        let mut rows = Vec::new();
        let open = std::mem::take(&mut self.open);
        let read = self.rows(table, &mut rows);
        self.open = open;
        read?;
        if !rows.is_empty() {
            blocks.push(Block::Table(rows));
        }
        Ok(())
    }

    fn rows(&mut self, parent: &Element, rows: &mut Vec<Vec<Cell>>) -> Result<(), ReadError> {
        for element in parent.elements() {
            match &*element.name {
                "table:table-header-rows" | "table:table-rows" | "table:table-row-group" => {
                    self.rows(element, rows)?;
                }
                "table:table-row" => {
                    let mut cells = Vec::new();
                    for cell in element.elements() {
                        self.cell(cell, &mut cells)?;
                    }
                    if !cells.is_empty() {
                        rows.push(cells);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn cell(&mut self, cell: &Element, cells: &mut Vec<Cell>) -> Result<(), ReadError> {
        let columns = |name: &str| {
            let value = cell.attribute(name).and_then(|v| v.parse::<u32>().ok());
            value.unwrap_or(1).clamp(1, MOST_REPEATED)
        };
        match &*cell.name {
            "table:table-cell" => {
                let mut blocks = Vec::new();
                let outer = self.shaded;
                let own = self.styles.format(cell.attribute("style-name"));
                self.shaded |= own.shaded == Some(true);
                let read = self.blocks(cell, &mut None, &mut blocks);
                self.shaded = outer;
                read?;
                let paragraphs = blocks
                    .into_iter()
                    .flat_map(|block| match block {
                        Block::Paragraph(paragraph) => vec![paragraph],
                        Block::Table(rows) => rows
                            .into_iter()
                            .flatten()
                            .flat_map(|cell| cell.paragraphs)
                            .collect(),
                        Block::PageBreak => Vec::new(),
                    })
                    .collect();
                cells.push(Cell {
                    paragraphs,
                    columns: columns("number-columns-spanned"),
                    share: 0.0,
                });
            }
            // The part of a merged cell that reaches down from the row above.
            "table:covered-table-cell" => {
                let spanned: u32 = cells.last().map_or(1, |c| c.columns);
                if spanned <= 1 {
                    cells.push(Cell {
                        columns: 1,
                        ..Cell::default()
                    });
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn runs(
        &mut self,
        parent: &Element,
        format: Format,
        runs: &mut Vec<Run>,
    ) -> Result<(), ReadError> {
        for child in &parent.children {
            let element = match child {
                Node::Text(text) => {
                    let text: String = text
                        .chars()
                        .map(|c| if c.is_ascii_whitespace() { ' ' } else { c })
                        .collect();
                    self.push(&text, format, runs)?;
                    continue;
                }
                Node::Element(element) => element,
            };
            match &*element.name {
                "text:span" => {
                    let own = self.styles.format(element.attribute("style-name"));
                    self.runs(element, own.over(format), runs)?;
                }
                "text:s" => self.push(" ", format, runs)?,
                "text:tab" => self.push("\t", format, runs)?,
                "text:line-break" => self.push("\n", format, runs)?,
                "text:hidden-text" => {
                    let hidden = Format {
                        hidden: Some(true),
                        ..format
                    };
                    let text = element.attribute("string-value").unwrap_or("").to_owned();
                    self.push(&text, hidden, runs)?;
                }
                "text:note" => self.note(element, runs)?,
                "office:annotation" => self.comment(element, runs),
                "office:annotation-end" => {
                    let name = element.attribute("name").unwrap_or("");
                    self.commented.retain(|(open, _)| open != name);
                }
                "text:change" | "text:change-start" | "text:change-end" => {
                    self.change(element, runs);
                }
                "draw:frame" | "draw:text-box" | "draw:custom-shape" | "draw:rect" | "draw:a"
                | "draw:g" => {
                    let mut blocks = Vec::new();
                    let open = std::mem::take(&mut self.open);
                    let read = self.blocks(element, &mut None, &mut blocks);
                    self.open = open;
                    read?;
                    self.boxes.extend(blocks);
                }
                "text:ruby" => {
                    if let Some(base) = element.child("text:ruby-base") {
                        self.runs(base, format, runs)?;
                    }
                }
                "text:bookmark"
                | "text:bookmark-start"
                | "text:bookmark-end"
                | "text:soft-page-break"
                | "text:alphabetical-index-mark"
                | "text:script" => {}
                // Links and every kind of field: what they show.
                _ => self.runs(element, format, runs)?,
            }
        }
        Ok(())
    }

    fn push(&mut self, text: &str, format: Format, runs: &mut Vec<Run>) -> Result<(), ReadError> {
        self.text_bytes += text.len();
        if self.text_bytes > MOST_TEXT_BYTES {
            return Err(ReadError::OutOfLimits { what: "memory" });
        }
        let hidden = if self.hidden || format.hidden == Some(true) {
            Some(HiddenKind::Marked)
        } else if format.white == Some(true) && format.shaded != Some(true) && !self.shaded {
            Some(HiddenKind::White)
        } else if format.tiny == Some(true) {
            Some(HiddenKind::Tiny)
        } else {
            None
        };
        let marks = self.inserted.iter().chain(&self.commented);
        runs.push(Run {
            text: text.to_owned(),
            bold: format.bold == Some(true),
            hidden,
            marks: marks.map(|(_, mark)| *mark).collect(),
            footnote: None,
        });
        Ok(())
    }

    fn change(&mut self, element: &Element, runs: &mut Vec<Run>) {
        let id = element.attribute("change-id").unwrap_or("");
        if &*element.name == "text:change-end" {
            self.inserted.retain(|(open, _)| open != id);
            return;
        }
        let Some(change) = self.changes.remove(id) else {
            return;
        };
        let is_insertion = change.kind == ChangeKind::Insertion;
        self.flow.marks.push(Mark::Change {
            kind: change.kind,
            author: change.author,
            date: change.date,
            gone: if is_insertion {
                String::new()
            } else {
                change.gone
            },
        });
        let mark = u32::try_from(self.flow.marks.len() - 1).unwrap_or(u32::MAX);
        if is_insertion && self.inserted.len() < MOST_OPEN {
            self.inserted.push((id.to_owned(), mark));
        } else {
            runs.push(Run {
                marks: vec![mark],
                ..Run::default()
            });
        }
    }

    fn comment(&mut self, annotation: &Element, runs: &mut Vec<Run>) {
        let said = |name| {
            let text = annotation.child(name)?.text();
            Some(text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        let mut paragraphs = Vec::new();
        annotation.descendants("text:p", &mut paragraphs);
        let lines: Vec<String> = paragraphs.iter().map(|p| p.text()).collect();
        self.flow.marks.push(Mark::Comment {
            author: said("dc:creator"),
            date: said("dc:date"),
            text: lines.join("\n").trim().to_owned(),
        });
        let mark = u32::try_from(self.flow.marks.len() - 1).unwrap_or(u32::MAX);
        runs.push(Run {
            marks: vec![mark],
            ..Run::default()
        });
        if let Some(name) = annotation.attribute("name")
            && self.commented.len() < MOST_OPEN
        {
            self.commented.push((name.to_owned(), mark));
        }
    }

    fn note(&mut self, note: &Element, runs: &mut Vec<Run>) -> Result<(), ReadError> {
        let Some(body) = note.child("text:note-body") else {
            return Ok(());
        };
        let is_endnote = note.attribute("note-class") == Some("endnote");
        let mut blocks = Vec::new();
        let open = std::mem::take(&mut self.open);
        let read = self.blocks(body, &mut None, &mut blocks);
        self.open = open;
        read?;
        let paragraphs = blocks
            .into_iter()
            .filter_map(|block| match block {
                Block::Paragraph(paragraph) => Some(paragraph),
                Block::Table(_) | Block::PageBreak => None,
            })
            .collect();
        let (label, footnote) = if is_endnote {
            let label = format!("⁽{}⁾", raised(self.end.len() + 1));
            self.end.push(Note {
                label: label.clone(),
                paragraphs,
            });
            (label, None)
        } else {
            let label = raised(self.flow.footnotes.len() + 1);
            self.flow.footnotes.push(Note {
                label: label.clone(),
                paragraphs,
            });
            let index = u32::try_from(self.flow.footnotes.len() - 1).unwrap_or(u32::MAX);
            (label, Some(index))
        };
        runs.push(Run {
            text: label,
            footnote,
            ..Run::default()
        });
        Ok(())
    }
}
