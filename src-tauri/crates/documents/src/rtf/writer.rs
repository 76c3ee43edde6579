//! Control words and text to blocks.

use std::collections::HashMap;

use countersign_contracts::document::HiddenKind;
use countersign_contracts::side::ChangeKind;
use encoding_rs::{Encoding, WINDOWS_1252};

use crate::error::ReadError;
use crate::figures::symbol;
use crate::flow::{Block, Cell, Flow, MOST_TEXT_BYTES, Mark, Note, Paragraph, Run, raised};

/// Letters up to this many half points can't be read.
const TINY_HALF_POINTS: i32 = 5;
/// Cells of a row.
const MOST_CELLS: usize = 200;

/// What a group is for, where that isn't the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Destination {
    Skipped,
    Fonts,
    Colours,
    /// Names of those who tracked changes.
    Authors,
    /// A list's number as its program wrote it out.
    Label,
    /// Headers and footers.
    Running,
    Footnote,
    Comment,
    CommentAuthor,
    /// The result of a field, or the text of a shape: text like any other.
    Shown,
}

impl Destination {
    /// The destination that a control word at a group's beginning opens.
    pub fn of(word: &str) -> Option<Self> {
        Some(match word {
            "fonttbl" => Self::Fonts,
            "colortbl" => Self::Colours,
            "revtbl" => Self::Authors,
            "listtext" | "pntext" => Self::Label,
            "header" | "headerl" | "headerr" | "headerf" | "footer" | "footerl" | "footerr"
            | "footerf" => Self::Running,
            "footnote" => Self::Footnote,
            "annotation" => Self::Comment,
            "atnauthor" => Self::CommentAuthor,
            "fldrslt" | "shptxt" | "shpinst" | "shp" | "ud" => Self::Shown,
            "stylesheet" | "info" | "pict" | "object" | "fldinst" | "xe" | "tc" | "listtable"
            | "listoverridetable" | "rsidtbl" | "generator" | "themedata"
            | "colorschememapping" | "latentstyles" | "datastore" | "nonshppict" | "bkmkstart"
            | "bkmkend" | "pgdsctbl" | "ftnsep" | "ftnsepc" | "ftncn" | "aftnsep" | "aftnsepc"
            | "aftncn" | "filetbl" | "template" | "private" | "mmathPr" | "wgrffmtfilter"
            | "sp" | "nesttableprops" | "atnid" | "atnref" | "atndate" | "atntime" | "atnicn"
            | "atnparent" | "atrfstart" | "atrfend" | "upr" | "pnseclvl" | "pn" | "xmlnstbl"
            | "userprops" => Self::Skipped,
            _ => return None,
        })
    }
}

/// How text is set and where it goes, within a group.
#[derive(Debug, Clone, Copy)]
struct State {
    destination: Option<Destination>,
    bold: bool,
    hidden: bool,
    size: i32,
    colour: usize,
    shaded: bool,
    /// The paragraph is on a coloured ground.
    ground: bool,
    font: i32,
    /// Characters that follow a `\u` for readers that don't know it.
    skip: u32,
    deleted: bool,
    inserted: bool,
    author: usize,
    time: u32,
    in_table: bool,
    outline: Option<u8>,
    /// The group began a note or the like, whose own text it holds.
    sink: bool,
}

/// A text of its own: the body, a note, a header.
#[derive(Debug, Default)]
struct Sink {
    blocks: Vec<Block>,
    paragraph: Paragraph,
    cells: Vec<Cell>,
    cell: Vec<Paragraph>,
    rows: Vec<Vec<Cell>>,
}

/// Builds the flow.
pub(super) struct Writer {
    states: Vec<State>,
    state: State,
    sinks: Vec<(Destination, Sink)>,
    body: Sink,
    flow: Flow,
    /// Bytes that wait to be decoded together.
    pending: Vec<u8>,
    skip: u32,
    high: Option<u16>,
    page: &'static Encoding,
    fonts: HashMap<i32, &'static Encoding>,
    symbols: Vec<i32>,
    white: Vec<bool>,
    colour: (i32, i32, i32, bool),
    authors: Vec<String>,
    name: String,
    comment_author: Option<String>,
    text_bytes: usize,
    paper: (i32, i32),
    /// A cell of the row is on a coloured ground.
    row_ground: bool,
}

impl Default for Writer {
    fn default() -> Self {
        Self {
            states: Vec::new(),
            state: State {
                destination: None,
                bold: false,
                hidden: false,
                size: 24,
                colour: 0,
                shaded: false,
                ground: false,
                font: -1,
                skip: 1,
                deleted: false,
                inserted: false,
                author: 0,
                time: 0,
                in_table: false,
                outline: None,
                sink: false,
            },
            sinks: Vec::new(),
            body: Sink::default(),
            flow: Flow::default(),
            pending: Vec::new(),
            skip: 0,
            high: None,
            page: WINDOWS_1252,
            fonts: HashMap::new(),
            symbols: Vec::new(),
            white: Vec::new(),
            colour: (0, 0, 0, false),
            authors: Vec::new(),
            name: String::new(),
            comment_author: None,
            text_bytes: 0,
            paper: (0, 0),
            row_ground: false,
        }
    }
}

impl Writer {
    pub fn open(&mut self) {
        self.flush();
        self.states.push(self.state);
        self.state.sink = false;
        self.skip = 0;
    }

    pub fn close(&mut self) {
        self.flush();
        self.skip = 0;
        if self.state.sink {
            self.end_sink();
        }
        let ended = self.state.destination;
        if let Some(outer) = self.states.pop() {
            self.state = outer;
        }
        if self.state.destination != ended && ended == Some(Destination::CommentAuthor) {
            let name = std::mem::take(&mut self.name);
            self.comment_author = Some(name.trim().to_owned()).filter(|n| !n.is_empty());
        }
        // Each name stands in a group of its own.
        if self.state.destination == Some(Destination::Authors) && ended == self.state.destination {
            let name = std::mem::take(&mut self.name);
            self.authors
                .push(name.trim().trim_end_matches(';').to_owned());
        }
    }

    pub fn enter(&mut self, destination: Destination) {
        let skipped = self.state.destination == Some(Destination::Skipped);
        match destination {
            _ if skipped => {}
            Destination::Shown => {}
            Destination::Running | Destination::Footnote | Destination::Comment => {
                self.sinks.push((destination, Sink::default()));
                self.state.destination = None;
                self.state.sink = true;
                self.state.in_table = false;
            }
            other => {
                self.name.clear();
                self.state.destination = Some(other);
            }
        }
    }

    pub fn finish(mut self) -> Result<Flow, ReadError> {
        self.flush();
        while !self.sinks.is_empty() {
            self.end_sink();
        }
        self.end_paragraph();
        end_table(&mut self.body);
        self.flow.blocks = std::mem::take(&mut self.body.blocks);
        let (width, height) = self.paper;
        self.flow.paper =
            (width > 0 && height > 0).then(|| (width as f32 / 20.0, height as f32 / 20.0));
        Ok(self.flow)
    }

    pub fn byte(&mut self, byte: u8) -> Result<(), ReadError> {
        if self.skip > 0 {
            self.skip -= 1;
            return Ok(());
        }
        self.pending.push(byte);
        self.count(1)
    }

    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        let skipped = (self.skip as usize).min(bytes.len());
        self.skip -= u32::try_from(skipped).unwrap_or(0);
        let rest = bytes.get(skipped..).unwrap_or(&[]);
        self.pending.extend_from_slice(rest);
        self.count(rest.len())
    }

    fn count(&mut self, bytes: usize) -> Result<(), ReadError> {
        if self.state.destination == Some(Destination::Skipped) {
            self.pending.clear();
            return Ok(());
        }
        self.text_bytes += bytes;
        if self.text_bytes > MOST_TEXT_BYTES {
            return Err(ReadError::OutOfLimits { what: "memory" });
        }
        Ok(())
    }

    /// Decodes the bytes that wait.
    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.pending);
        let seen = matches!(self.state.destination, None | Some(Destination::Label));
        if seen && self.symbols.contains(&self.state.font) {
            let text: String = bytes
                .iter()
                .filter_map(|b| char::from_u32(0xf000 + u32::from(*b)))
                .map(symbol)
                .collect();
            return self.text(&text);
        }
        let encoding = self
            .fonts
            .get(&self.state.font)
            .copied()
            .unwrap_or(self.page);
        let (text, _) = encoding.decode_without_bom_handling(&bytes);
        self.text(&text);
    }

    fn text(&mut self, text: &str) {
        match self.state.destination {
            None => self.push(text),
            Some(Destination::Label) => {
                let sink = self.sink();
                sink.paragraph.label.push_str(text);
            }
            Some(Destination::Authors | Destination::CommentAuthor) => self.name.push_str(text),
            Some(Destination::Colours) => {
                for _ in text.matches(';') {
                    let (red, green, blue, named) = std::mem::take(&mut self.colour);
                    self.white
                        .push(named && (red, green, blue) == (255, 255, 255));
                }
            }
            Some(_) => {}
        }
    }

    fn sink(&mut self) -> &mut Sink {
        match self.sinks.last_mut() {
            Some((_, sink)) => sink,
            None => &mut self.body,
        }
    }

    fn push(&mut self, text: &str) {
        let state = self.state;
        let kind = match (state.deleted, state.inserted) {
            (true, _) => Some(ChangeKind::Deletion),
            (false, true) => Some(ChangeKind::Insertion),
            (false, false) => None,
        };
        let mark = kind.map(|kind| self.change(kind));
        if state.deleted {
            if let Some(Mark::Change { gone, .. }) =
                mark.and_then(|m| self.flow.marks.get_mut(m as usize))
            {
                gone.push_str(text);
            }
            let marks = mark.into_iter().collect();
            self.sink().paragraph.runs.push(Run {
                marks,
                ..Run::default()
            });
            return;
        }
        let on_colour = state.shaded || state.ground || (state.in_table && self.row_ground);
        let hidden = if state.hidden {
            Some(HiddenKind::Marked)
        } else if self.white.get(state.colour) == Some(&true) && !on_colour {
            Some(HiddenKind::White)
        } else if state.size <= TINY_HALF_POINTS {
            Some(HiddenKind::Tiny)
        } else {
            None
        };
        self.sink().paragraph.runs.push(Run {
            text: text.to_owned(),
            bold: state.bold,
            hidden,
            marks: mark.into_iter().collect(),
            footnote: None,
        });
    }

    /// The mark of a change; one that goes on shares its mark.
    fn change(&mut self, new: ChangeKind) -> u32 {
        let by = self
            .authors
            .get(self.state.author)
            .filter(|a| !a.is_empty())
            .cloned();
        let at = date(self.state.time);
        let last = u32::try_from(self.flow.marks.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let goes_on = self
            .sink()
            .paragraph
            .runs
            .last()
            .is_some_and(|run| run.marks.contains(&last));
        if let Some(Mark::Change {
            kind, author, date, ..
        }) = self.flow.marks.last()
            && goes_on
            && (*kind, author, date) == (new, &by, &at)
        {
            return last;
        }
        self.flow.marks.push(Mark::Change {
            kind: new,
            author: by,
            date: at,
            gone: String::new(),
        });
        u32::try_from(self.flow.marks.len() - 1).unwrap_or(u32::MAX)
    }

    /// Does what a control word says.
    pub fn word(&mut self, word: &str, number: Option<i32>) -> Result<(), ReadError> {
        if word == "u" {
            self.unicode(number.unwrap_or(0));
            return self.count(3);
        }
        self.flush();
        self.skip = 0;
        if self.state.destination == Some(Destination::Skipped) {
            return Ok(());
        }
        let on = number != Some(0);
        match word {
            "par" | "sect" => self.end_paragraph(),
            "line" | "lbr" => self.text("\n"),
            "tab" => self.text("\t"),
            "page" | "column" => {
                self.end_paragraph();
                let sink = self.sink();
                end_table(sink);
                sink.blocks.push(Block::PageBreak);
            }
            "cell" | "nestcell" => self.end_cell(),
            "row" | "nestrow" => self.end_row(),
            "pard" => {
                self.state.in_table = false;
                self.state.outline = None;
                self.state.ground = false;
            }
            "intbl" => self.state.in_table = true,
            "outlinelevel" => {
                self.state.outline = number.and_then(|n| u8::try_from(n).ok()).filter(|n| *n < 9);
            }
            "plain" => {
                let state = &mut self.state;
                (state.bold, state.hidden, state.shaded) = (false, false, false);
                (state.size, state.colour) = (24, 0);
                (state.deleted, state.inserted) = (false, false);
            }
            "b" => self.state.bold = on,
            "v" | "webhidden" => self.state.hidden = on,
            "fs" => self.state.size = number.unwrap_or(24),
            "cf" => self.state.colour = number.and_then(|n| usize::try_from(n).ok()).unwrap_or(0),
            "chcbpat" | "cb" | "highlight" => self.state.shaded = number.unwrap_or(0) > 0,
            "cbpat" => self.state.ground = number.unwrap_or(0) > 0,
            "clcbpat" => self.row_ground |= number.unwrap_or(0) > 0,
            "trowd" => self.row_ground = false,
            "f" => self.font(number.unwrap_or(0)),
            "fcharset" if self.state.destination == Some(Destination::Fonts) => match number {
                Some(2) => self.symbols.push(self.state.font),
                number => {
                    if let Some(encoding) = charset(number.unwrap_or(0)) {
                        self.fonts.insert(self.state.font, encoding);
                    }
                }
            },
            "ansicpg" => {
                let label = format!("windows-{}", number.unwrap_or(1252));
                if let Some(encoding) = Encoding::for_label(label.as_bytes()) {
                    self.page = encoding;
                }
            }
            "mac" => self.page = encoding_rs::MACINTOSH,
            "uc" => self.state.skip = number.and_then(|n| u32::try_from(n).ok()).unwrap_or(1),
            "red" => (self.colour.0, self.colour.3) = (number.unwrap_or(0), true),
            "green" => (self.colour.1, self.colour.3) = (number.unwrap_or(0), true),
            "blue" => (self.colour.2, self.colour.3) = (number.unwrap_or(0), true),
            "deleted" => self.state.deleted = on,
            "revised" => self.state.inserted = on,
            "revauth" | "revauthdel" => {
                self.state.author = number.and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
            }
            "revdttm" | "revdttmdel" => self.state.time = number.unwrap_or(0).cast_unsigned(),
            "chftn" => self.note_mark(),
            "paperw" => self.paper.0 = number.unwrap_or(0),
            "paperh" => self.paper.1 = number.unwrap_or(0),
            _ => {
                if let Some(text) = character(word) {
                    self.text(text);
                }
            }
        }
        Ok(())
    }

    fn font(&mut self, number: i32) {
        self.state.font = number;
    }

    fn unicode(&mut self, code: i32) {
        self.flush();
        self.skip = self.state.skip;
        let unit = (code & 0xffff) as u16;
        let units = match (self.high.take(), unit) {
            (_, 0xd800..=0xdbff) => {
                self.high = Some(unit);
                return;
            }
            (Some(high), 0xdc00..=0xdfff) => vec![high, unit],
            _ => vec![unit],
        };
        let text = String::from_utf16_lossy(&units);
        let text: String = text.chars().map(symbol).collect();
        self.text(&text);
    }

    /// A note's mark: in the text, the next note's; in a note, its own, which it has anyway.
    fn note_mark(&mut self) {
        if self.sinks.is_empty() {
            let index = self.flow.footnotes.len();
            self.body.paragraph.runs.push(Run {
                text: raised(index + 1),
                footnote: u32::try_from(index).ok(),
                ..Run::default()
            });
        }
    }

    fn end_sink(&mut self) {
        self.end_paragraph();
        let Some((destination, mut sink)) = self.sinks.pop() else {
            return;
        };
        end_table(&mut sink);
        let paragraphs: Vec<Paragraph> = sink
            .blocks
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
        let text = || {
            let lines: Vec<String> = paragraphs.iter().map(Paragraph::text).collect();
            lines.join("\n").trim().to_owned()
        };
        match destination {
            Destination::Footnote => {
                let label = raised(self.flow.footnotes.len() + 1);
                self.flow.footnotes.push(Note { label, paragraphs });
            }
            Destination::Comment => {
                let comment = Mark::Comment {
                    author: self.comment_author.take(),
                    date: None,
                    text: text(),
                };
                self.flow.marks.push(comment);
                let mark = u32::try_from(self.flow.marks.len() - 1).unwrap_or(u32::MAX);
                self.sink().paragraph.runs.push(Run {
                    marks: vec![mark],
                    ..Run::default()
                });
            }
            _ => {
                let line = text().split_whitespace().collect::<Vec<_>>().join(" ");
                if !line.is_empty() && !self.flow.running.contains(&line) {
                    self.flow.running.push(line);
                }
            }
        }
    }

    fn end_paragraph(&mut self) {
        if self.state.destination.is_some() {
            return;
        }
        let (outline, in_table) = (self.state.outline, self.state.in_table);
        let sink = self.sink();
        let mut paragraph = std::mem::take(&mut sink.paragraph);
        paragraph.label = paragraph.label.trim().chars().map(symbol).collect();
        paragraph.heading = outline.map(|o| o + 1);
        if paragraph.runs.is_empty() {
            return;
        }
        if in_table {
            sink.cell.push(paragraph);
        } else {
            end_table(sink);
            sink.blocks.push(Block::Paragraph(paragraph));
        }
    }

    fn end_cell(&mut self) {
        self.state.in_table = true;
        self.end_paragraph();
        let sink = self.sink();
        let paragraphs = std::mem::take(&mut sink.cell);
        if sink.cells.len() < MOST_CELLS {
            sink.cells.push(Cell {
                paragraphs,
                columns: 1,
                share: 0.0,
            });
        }
    }

    fn end_row(&mut self) {
        let sink = self.sink();
        let cells = std::mem::take(&mut sink.cells);
        if !cells.is_empty() {
            sink.rows.push(cells);
        }
    }
}

/// Ends the table whose rows were gathered.
fn end_table(sink: &mut Sink) {
    let mut cells = std::mem::take(&mut sink.cells);
    let paragraphs = std::mem::take(&mut sink.cell);
    if !paragraphs.is_empty() {
        cells.push(Cell {
            paragraphs,
            columns: 1,
            share: 0.0,
        });
    }
    if !cells.is_empty() {
        sink.rows.push(cells);
    }
    if !sink.rows.is_empty() {
        let rows = std::mem::take(&mut sink.rows);
        sink.blocks.push(Block::Table(rows));
    }
}

/// Characters that have a control word of their own.
fn character(word: &str) -> Option<&'static str> {
    Some(match word {
        "emdash" => "—",
        "endash" => "–",
        "lquote" => "‘",
        "rquote" => "’",
        "ldblquote" => "“",
        "rdblquote" => "”",
        "bullet" => "•",
        "emspace" | "enspace" | "qmspace" => " ",
        "softhyphen" => "\u{ad}",
        _ => return None,
    })
}

/// The encoding of a font's character set.
fn charset(number: i32) -> Option<&'static Encoding> {
    let label = match number {
        0 | 1 => "windows-1252",
        77 => "macintosh",
        128 => "shift_jis",
        129 => "euc-kr",
        134 => "gbk",
        136 => "big5",
        161 => "windows-1253",
        162 => "windows-1254",
        163 => "windows-1258",
        177 => "windows-1255",
        178 => "windows-1256",
        186 => "windows-1257",
        204 => "windows-1251",
        222 => "windows-874",
        238 => "windows-1250",
        _ => return None,
    };
    Encoding::for_label(label.as_bytes())
}

/// A time as Word packs it: minute, hour, day, month, year since 1900.
fn date(packed: u32) -> Option<String> {
    let part = |shift: u32, bits: u32| (packed >> shift) & ((1 << bits) - 1);
    let (minute, hour, day) = (part(0, 6), part(6, 5), part(11, 5));
    let (month, year) = (part(16, 4), 1900 + part(20, 9));
    (packed != 0 && (1..=12).contains(&month) && day > 0)
        .then(|| format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:00"))
}
