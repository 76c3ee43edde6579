//! Tags and text to blocks.

use std::collections::HashSet;

use countersign_contracts::document::HiddenKind;
use countersign_contracts::side::ChangeKind;
use html5ever::tokenizer::{StartTag, Tag};

use crate::figures::Figures;
use crate::flow::{Block, Cell, Flow, Mark, Paragraph, Run};

/// How far up an end tag looks for its beginning.
const FARTHEST: usize = 256;

/// An element that is open.
struct Open {
    name: String,
    hidden: Option<HiddenKind>,
    bold: bool,
    pre: bool,
    /// Its content is no text of the page.
    silent: bool,
    heading: Option<u8>,
    change: Option<u32>,
    gone: bool,
}

/// A list that is open: its figures and its next number.
struct List {
    figures: Figures,
    next: u32,
}

/// Builds the flow of a page.
#[derive(Default)]
pub(super) struct Builder {
    flow: Flow,
    open: Vec<Open>,
    paragraph: Paragraph,
    lists: Vec<List>,
    tables: u32,
    rows: Vec<Vec<Cell>>,
    cell: Option<Cell>,
    /// Classes and ids that a style sheet hides.
    hidden_names: HashSet<String>,
}

impl Builder {
    pub fn text(&mut self, text: &str) {
        if self.open.last().is_some_and(|o| o.name == "style") {
            self.read_style(text);
            return;
        }
        let (mut hidden, mut bold, mut pre, mut silent) = (None, false, false, false);
        let (mut heading, mut changes, mut gone) = (None, Vec::new(), None);
        if let Some(top) = self.open.last() {
            (hidden, bold, pre, silent) = (top.hidden, top.bold, top.pre, top.silent);
            heading = top.heading;
            changes.extend(top.change);
            gone = top.change.filter(|_| top.gone);
        }
        if silent {
            return;
        }
        if let Some(mark) = gone {
            if let Some(Mark::Change { gone, .. }) = self.flow.marks.get_mut(mark as usize) {
                gone.push_str(text);
            }
            return;
        }
        let text = if pre {
            text.to_owned()
        } else {
            text.replace(['\n', '\r', '\t', '\u{c}'], " ")
        };
        if self.paragraph.runs.is_empty() && text.trim().is_empty() {
            return;
        }
        if heading.is_some() {
            self.paragraph.heading = heading;
        }
        self.paragraph.runs.push(Run {
            text,
            bold,
            hidden,
            marks: changes,
            footnote: None,
        });
    }

    pub fn tag(&mut self, tag: &Tag) {
        if tag.kind == StartTag {
            self.start(tag);
        } else {
            self.end(&tag.name);
        }
    }

    pub fn finish(mut self) -> Flow {
        self.close_paragraph();
        while self.tables > 0 {
            self.end_table();
        }
        self.flow
    }

    fn start(&mut self, tag: &Tag) {
        let name: &str = &tag.name;
        let attribute = |wanted: &str| {
            let found = tag.attrs.iter().find(|a| &*a.name.local == wanted);
            found.map(|a| &*a.value)
        };
        match name {
            "br" => return self.push_raw("\n"),
            "hr" => return self.close_paragraph(),
            "img" | "input" | "meta" | "link" | "area" | "base" | "col" | "embed" | "source"
            | "track" | "wbr" => return,
            "li" => {
                self.close_until(&["li"], &["ul", "ol", "menu"]);
                self.close_paragraph();
                self.paragraph.label = self.number_of(attribute("value"));
            }
            "ul" | "menu" => {
                self.close_paragraph();
                self.lists.push(List {
                    figures: Figures::Bullet,
                    next: 1,
                });
            }
            "ol" => {
                self.close_paragraph();
                let figures = match attribute("type") {
                    Some("a") => Figures::LowerLetter,
                    Some("A") => Figures::UpperLetter,
                    Some("i") => Figures::LowerRoman,
                    Some("I") => Figures::UpperRoman,
                    _ => Figures::Decimal,
                };
                let start = attribute("start").and_then(|v| v.parse().ok());
                self.lists.push(List {
                    figures,
                    next: start.unwrap_or(1),
                });
            }
            "table" => {
                self.close_paragraph();
                self.tables += 1;
            }
            "tr" => {
                self.close_until(&["td", "th", "tr"], &["table"]);
                self.close_paragraph();
                if self.tables == 1 {
                    self.end_cell();
                    self.rows.push(Vec::new());
                }
            }
            "td" | "th" => {
                self.close_until(&["td", "th"], &["table", "tr"]);
                self.close_paragraph();
                if self.tables == 1 {
                    self.end_cell();
                    let columns = attribute("colspan").and_then(|v| v.parse::<u32>().ok());
                    self.cell = Some(Cell {
                        columns: columns.unwrap_or(1).clamp(1, 60),
                        ..Cell::default()
                    });
                }
            }
            _ if is_block(name) => {
                if name != "p" {
                    self.close_until(&["p"], &["div", "td", "th", "table", "body", "li"]);
                }
                self.close_paragraph();
            }
            _ => {}
        }
        if tag.self_closing && !is_block(name) {
            return;
        }
        let hidden = self
            .hides(attribute("style"), attribute("class"), attribute("id"))
            .or_else(|| attribute("hidden").map(|_| HiddenKind::Marked));
        let change = match name {
            "del" => Some(ChangeKind::Deletion),
            "ins" => Some(ChangeKind::Insertion),
            _ => None,
        };
        let change = change.and_then(|kind| {
            self.flow.marks.push(Mark::Change {
                kind,
                author: None,
                date: attribute("datetime").map(str::to_owned),
                gone: String::new(),
            });
            u32::try_from(self.flow.marks.len() - 1).ok()
        });
        let parent = self.open.last();
        let open = Open {
            hidden: hidden.or(parent.and_then(|p| p.hidden)),
            bold: parent.is_some_and(|p| p.bold) || matches!(name, "b" | "strong" | "th"),
            pre: parent.is_some_and(|p| p.pre) || matches!(name, "pre" | "textarea"),
            silent: parent.is_some_and(|p| p.silent)
                || matches!(
                    name,
                    "script"
                        | "style"
                        | "template"
                        | "title"
                        | "head"
                        | "svg"
                        | "math"
                        | "iframe"
                        | "object"
                ),
            heading: heading(name).or(parent.and_then(|p| p.heading)),
            change: change.or(parent.and_then(|p| p.change)),
            gone: name == "del" || parent.is_some_and(|p| p.gone),
            name: name.to_owned(),
        };
        if name == "body" {
            self.close_until(&["head"], &["html"]);
        }
        self.open.push(open);
    }

    fn end(&mut self, name: &str) {
        if name == "del" {
            let mark = self.open.last().and_then(|o| o.change);
            self.paragraph.runs.push(Run {
                marks: mark.into_iter().collect(),
                ..Run::default()
            });
        }
        if is_block(name)
            || matches!(
                name,
                "li" | "ul" | "ol" | "menu" | "table" | "tr" | "td" | "th"
            )
        {
            self.close_paragraph();
        }
        match name {
            "ul" | "ol" | "menu" => {
                self.lists.pop();
            }
            "td" | "th" if self.tables == 1 => self.end_cell(),
            "table" if self.tables > 0 => self.end_table(),
            _ => {}
        }
        let near = self.open.iter().rev().take(FARTHEST);
        if let Some(up) = near.into_iter().position(|o| o.name == name) {
            self.open.truncate(self.open.len() - up - 1);
        }
    }

    /// Closes the nearest element of one of these names, unless one of `within` stands nearer.
    fn close_until(&mut self, names: &[&str], within: &[&str]) {
        for (up, open) in self.open.iter().rev().take(FARTHEST).enumerate() {
            if within.contains(&open.name.as_str()) {
                return;
            }
            if names.contains(&open.name.as_str()) {
                self.open.truncate(self.open.len() - up - 1);
                return;
            }
        }
    }

    fn number_of(&mut self, value: Option<&str>) -> String {
        let Some(list) = self.lists.last_mut() else {
            return String::new();
        };
        if list.figures == Figures::Bullet {
            return "•".to_owned();
        }
        let number = value.and_then(|v| v.parse().ok()).unwrap_or(list.next);
        list.next = number.saturating_add(1);
        format!("{}.", list.figures.show(number))
    }

    fn push_raw(&mut self, text: &str) {
        let top = self.open.last();
        if top.is_some_and(|o| o.silent || o.gone) || self.paragraph.runs.is_empty() {
            return;
        }
        self.paragraph.runs.push(Run {
            text: text.to_owned(),
            ..Run::default()
        });
    }

    fn close_paragraph(&mut self) {
        let empty =
            self.paragraph.is_empty() && self.paragraph.runs.iter().all(|r| r.marks.is_empty());
        if empty {
            // An item's number waits for its text, which may stand in a paragraph of its own.
            self.paragraph.runs.clear();
            return;
        }
        let mut paragraph = std::mem::take(&mut self.paragraph);
        paragraph.indent = u8::try_from(self.lists.len().saturating_sub(1)).unwrap_or(u8::MAX);
        match &mut self.cell {
            Some(cell) => cell.paragraphs.push(paragraph),
            None => self.flow.blocks.push(Block::Paragraph(paragraph)),
        }
    }

    fn end_cell(&mut self) {
        if let Some(cell) = self.cell.take() {
            match self.rows.last_mut() {
                Some(row) => row.push(cell),
                None => self.rows.push(vec![cell]),
            }
        }
    }

    fn end_table(&mut self) {
        self.tables -= 1;
        if self.tables > 0 {
            return;
        }
        self.end_cell();
        let rows = std::mem::take(&mut self.rows);
        let rows: Vec<Vec<Cell>> = rows.into_iter().filter(|row| !row.is_empty()).collect();
        if rows.iter().all(|row| row.len() == 1) {
            // A table of one column only places its text on the page.
            let cells = rows.into_iter().flatten();
            let paragraphs = cells.flat_map(|cell| cell.paragraphs);
            self.flow.blocks.extend(paragraphs.map(Block::Paragraph));
        } else {
            self.flow.blocks.push(Block::Table(rows));
        }
    }

    /// Whether an element's own style hides it.
    fn hides(
        &self,
        style: Option<&str>,
        class: Option<&str>,
        id: Option<&str>,
    ) -> Option<HiddenKind> {
        let by_name = class
            .into_iter()
            .flat_map(str::split_whitespace)
            .any(|c| self.hidden_names.contains(&format!(".{c}")))
            || id.is_some_and(|id| self.hidden_names.contains(&format!("#{id}")));
        if by_name {
            return Some(HiddenKind::Marked);
        }
        hidden_by(style?)
    }

    /// Notes the classes and ids that a style sheet hides.
    fn read_style(&mut self, sheet: &str) {
        for rule in sheet.split('}') {
            let Some((selectors, declarations)) = rule.split_once('{') else {
                continue;
            };
            if hidden_by(declarations) != Some(HiddenKind::Marked) {
                continue;
            }
            for selector in selectors.split(',').map(str::trim) {
                let simple = selector.starts_with(['.', '#'])
                    && !selector.contains([' ', '>', ':', '+', '~', '[']);
                if simple {
                    self.hidden_names.insert(selector.to_owned());
                }
            }
        }
    }
}

/// What declarations of a style do to be unseen.
fn hidden_by(style: &str) -> Option<HiddenKind> {
    let style: String = style
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_ascii_lowercase();
    let mut white = false;
    let mut ground = false;
    for declaration in style.split(';') {
        let Some((name, value)) = declaration.split_once(':') else {
            continue;
        };
        let value = value.trim_end_matches("!important");
        match (name, value) {
            ("display", "none") | ("visibility", "hidden" | "collapse") => {
                return Some(HiddenKind::Marked);
            }
            ("opacity", "0" | "0.0" | "0%") => return Some(HiddenKind::Transparent),
            ("font-size", size) => {
                let digits = size.trim_end_matches(|c: char| c.is_ascii_alphabetic());
                let points = digits.parse::<f32>().ok();
                if points.is_some_and(|p| p <= 2.0) && !size.ends_with("em") && !size.ends_with('%')
                {
                    return Some(HiddenKind::Tiny);
                }
            }
            ("color", "white" | "#fff" | "#ffffff" | "rgb(255,255,255)") => white = true,
            ("background" | "background-color" | "background-image", _) => ground = true,
            _ => {}
        }
    }
    (white && !ground).then_some(HiddenKind::White)
}

fn heading(name: &str) -> Option<u8> {
    let depth = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&depth).then_some(depth)
}

fn is_block(name: &str) -> bool {
    heading(name).is_some()
        || matches!(
            name,
            "p" | "div"
                | "section"
                | "article"
                | "header"
                | "footer"
                | "nav"
                | "main"
                | "aside"
                | "address"
                | "blockquote"
                | "pre"
                | "dl"
                | "dt"
                | "dd"
                | "fieldset"
                | "form"
                | "figure"
                | "figcaption"
                | "body"
                | "html"
                | "center"
                | "details"
                | "summary"
                | "caption"
                | "option"
                | "tbody"
                | "thead"
                | "tfoot"
        )
}
