//! Markdown: what it looks like when it is set, as paragraphs.

use countersign_contracts::side::ChangeKind;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::error::ReadError;
use crate::flow::{Block, Cell, Flow, Mark, Note, Paragraph, Run, raised};
use crate::plain_text::decode;

/// Reads a Markdown file.
pub(crate) fn read(bytes: &[u8]) -> Result<Flow, ReadError> {
    let text = decode(bytes, None)?;
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS;
    let mut writer = Writer::default();
    for event in Parser::new_ext(&text, options) {
        writer.take(event);
    }
    writer.close();
    Ok(writer.flow)
}

#[derive(Default)]
struct Writer {
    flow: Flow,
    open: Paragraph,
    bold: u32,
    /// Next number of each list that is open; `None` for bullets.
    lists: Vec<Option<u64>>,
    quotes: u8,
    rows: Vec<Vec<Cell>>,
    in_table: bool,
    in_code: bool,
    /// The note being read.
    note: Option<usize>,
    names: Vec<String>,
    struck: Option<u32>,
}

impl Writer {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => {
                let text = if self.in_code {
                    text.to_string()
                } else {
                    text.replace('\n', " ")
                };
                self.push(&text);
            }
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.push(&text);
            }
            Event::SoftBreak => self.push(" "),
            Event::HardBreak => self.push("\n"),
            Event::Rule => self.close(),
            Event::TaskListMarker(ticked) => self.push(if ticked { "☒ " } else { "☐ " }),
            Event::FootnoteReference(name) => {
                let index = self.note_of(&name);
                self.open.runs.push(Run {
                    text: raised(index + 1),
                    footnote: u32::try_from(index).ok(),
                    ..Run::default()
                });
            }
            Event::Html(_) | Event::InlineHtml(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.close();
                self.open.heading = Some(match level {
                    HeadingLevel::H1 => 1,
                    HeadingLevel::H2 => 2,
                    _ => 3,
                });
            }
            Tag::Paragraph | Tag::HtmlBlock if !self.open.is_empty() => self.close(),
            Tag::BlockQuote(_) => {
                self.close();
                self.quotes = self.quotes.saturating_add(1);
            }
            Tag::CodeBlock(_) => {
                self.close();
                self.in_code = true;
            }
            Tag::List(first) => {
                self.close();
                self.lists.push(*first);
            }
            Tag::Item => {
                self.close();
                self.open.label = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let label = format!("{number}.");
                        *number = number.saturating_add(1);
                        label
                    }
                    _ => "•".to_owned(),
                };
            }
            Tag::Table(_) => {
                self.close();
                self.in_table = true;
            }
            Tag::TableHead | Tag::TableRow => self.rows.push(Vec::new()),
            Tag::TableCell => {}
            Tag::FootnoteDefinition(name) => {
                self.close();
                self.note = Some(self.note_of(name));
            }
            Tag::Strong => self.bold += 1,
            Tag::Strikethrough => {
                self.flow.marks.push(Mark::Change {
                    kind: ChangeKind::Deletion,
                    author: None,
                    date: None,
                    gone: String::new(),
                });
                self.struck = u32::try_from(self.flow.marks.len() - 1).ok();
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item => self.close(),
            TagEnd::BlockQuote(_) => {
                self.close();
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::CodeBlock => {
                self.close();
                self.in_code = false;
            }
            TagEnd::List(_) => {
                self.close();
                self.lists.pop();
            }
            TagEnd::TableCell => {
                let paragraph = std::mem::take(&mut self.open);
                if let Some(row) = self.rows.last_mut() {
                    row.push(Cell {
                        paragraphs: vec![paragraph],
                        columns: 1,
                        share: 0.0,
                    });
                }
            }
            TagEnd::Table => {
                self.in_table = false;
                let rows = std::mem::take(&mut self.rows);
                self.flow.blocks.push(Block::Table(rows));
            }
            TagEnd::FootnoteDefinition => {
                self.close();
                self.note = None;
            }
            TagEnd::Strong => self.bold = self.bold.saturating_sub(1),
            TagEnd::Strikethrough => {
                if let Some(mark) = self.struck.take() {
                    self.open.runs.push(Run {
                        marks: vec![mark],
                        ..Run::default()
                    });
                }
            }
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        if let Some(mark) = self.struck {
            if let Some(Mark::Change { gone, .. }) = self.flow.marks.get_mut(mark as usize) {
                gone.push_str(text);
            }
            return;
        }
        self.open.runs.push(Run {
            text: text.to_owned(),
            bold: self.bold > 0,
            ..Run::default()
        });
    }

    fn close(&mut self) {
        if self.in_table {
            return;
        }
        let depth = u8::try_from(self.lists.len().saturating_sub(1)).unwrap_or(u8::MAX);
        let mut paragraph = std::mem::take(&mut self.open);
        if paragraph.runs.is_empty() {
            // An item's number waits for its text.
            self.open.label = paragraph.label;
            return;
        }
        paragraph.indent = depth.saturating_add(self.quotes);
        match self.note.and_then(|at| self.flow.footnotes.get_mut(at)) {
            Some(note) => note.paragraphs.push(paragraph),
            None => self.flow.blocks.push(Block::Paragraph(paragraph)),
        }
    }

    fn note_of(&mut self, name: &str) -> usize {
        if let Some(at) = self.names.iter().position(|known| known == name) {
            return at;
        }
        self.names.push(name.to_owned());
        self.flow.footnotes.push(Note {
            label: raised(self.names.len()),
            paragraphs: Vec::new(),
        });
        self.names.len() - 1
    }
}
