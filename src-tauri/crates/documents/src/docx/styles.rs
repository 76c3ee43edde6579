//! The styles of a DOCX as far as text and numbers depend on them.

use std::collections::HashMap;

use crate::xml::Element;

/// Longest chain of styles that are based on one another.
const LONGEST_CHAIN: usize = 40;

/// All styles by id.
#[derive(Debug, Default)]
pub(super) struct Styles {
    by_id: HashMap<String, Style>,
    default_paragraph: Option<String>,
}

#[derive(Debug, Default)]
struct Style {
    name: String,
    based_on: Option<String>,
    numbering: Numbering,
    outline: Option<u8>,
    run: RunFormat,
}

/// What a paragraph or a style says of its number.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbering {
    pub list: Option<String>,
    pub level: Option<u8>,
}

/// What a run or a style says of how text is set; `None` where it says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RunFormat {
    pub bold: Option<bool>,
    pub vanish: Option<bool>,
    /// White letters.
    pub white: Option<bool>,
    /// A background other than the paper.
    pub shaded: Option<bool>,
    /// Half points.
    pub size: Option<u32>,
}

impl RunFormat {
    /// Reads a `w:rPr`.
    pub fn of(properties: &Element) -> Self {
        let shade = properties.child("w:shd");
        let fill = shade.and_then(|s| s.attribute("fill"));
        let shaded = fill.map(|fill| !fill.eq_ignore_ascii_case("auto") && !is_white(fill));
        let marked = properties
            .child("w:highlight")
            .map(|h| h.attribute("val") != Some("none"));
        Self {
            bold: toggle(properties, "w:b"),
            vanish: toggle(properties, "w:vanish"),
            white: properties.value("w:color", "val").map(is_white),
            shaded: marked.filter(|m| *m).or(shaded),
            size: properties.value("w:sz", "val").and_then(|v| v.parse().ok()),
        }
    }

    /// What stands here, and where nothing does, what `under` says.
    pub fn over(self, under: Self) -> Self {
        Self {
            bold: self.bold.or(under.bold),
            vanish: self.vanish.or(under.vanish),
            white: self.white.or(under.white),
            shaded: self.shaded.or(under.shaded),
            size: self.size.or(under.size),
        }
    }
}

fn is_white(colour: &str) -> bool {
    colour.eq_ignore_ascii_case("ffffff") || colour.eq_ignore_ascii_case("white")
}

/// A property that is on when it is there, unless its value says otherwise.
pub(super) fn toggle(properties: &Element, name: &str) -> Option<bool> {
    let element = properties.child(name)?;
    Some(!matches!(
        element.attribute("val"),
        Some("0" | "false" | "off")
    ))
}

impl Numbering {
    /// Reads the `w:numPr` of a `w:pPr`.
    pub fn of(properties: &Element) -> Self {
        let Some(numbering) = properties.child("w:numPr") else {
            return Self::default();
        };
        Self {
            list: numbering.value("w:numId", "val").map(str::to_owned),
            level: numbering.value("w:ilvl", "val").and_then(level),
        }
    }
}

/// A level from its number in the file.
pub(super) fn level(value: &str) -> Option<u8> {
    value.parse().ok().filter(|level| *level < 9)
}

impl Styles {
    /// Reads the styles part.
    pub fn of(part: &Element) -> Self {
        let mut styles = Self::default();
        for element in part.elements().filter(|e| &*e.name == "w:style") {
            let Some(id) = element.attribute("styleId") else {
                continue;
            };
            let paragraph = element.child("w:pPr");
            let style = Style {
                name: element
                    .value("w:name", "val")
                    .unwrap_or("")
                    .to_ascii_lowercase(),
                based_on: element.value("w:basedOn", "val").map(str::to_owned),
                numbering: paragraph.map(Numbering::of).unwrap_or_default(),
                outline: paragraph.and_then(outline),
                run: element
                    .child("w:rPr")
                    .map(RunFormat::of)
                    .unwrap_or_default(),
            };
            let default = matches!(element.attribute("default"), Some("1" | "true" | "on"));
            if default && element.attribute("type") == Some("paragraph") {
                styles.default_paragraph = Some(id.to_owned());
            }
            styles.by_id.insert(id.to_owned(), style);
        }
        styles
    }

    /// The style and those it is based on, the nearest first, each with its id.
    fn chain<'s>(&'s self, id: Option<&'s str>) -> impl Iterator<Item = (&'s str, &'s Style)> {
        let mut next = id.or(self.default_paragraph.as_deref());
        std::iter::from_fn(move || {
            let id = next?;
            let style = self.by_id.get(id)?;
            next = style.based_on.as_deref();
            Some((id, style))
        })
        .take(LONGEST_CHAIN)
    }

    /// The list of a style's paragraphs and its level, and the id of the style that says so.
    pub fn numbering<'s>(&'s self, id: Option<&'s str>) -> Option<(&'s str, Numbering)> {
        let mut chain = self.chain(id);
        let (from, style) = chain.find(|(_, style)| style.numbering.list.is_some())?;
        Some((from, style.numbering.clone()))
    }

    /// The list that a numbering style names.
    pub fn list_of_style(&self, id: &str) -> Option<&str> {
        self.by_id.get(id)?.numbering.list.as_deref()
    }

    /// How text of this style is set.
    pub fn run_format(&self, id: Option<&str>) -> RunFormat {
        self.chain(id)
            .fold(RunFormat::default(), |near, (_, style)| {
                near.over(style.run)
            })
    }

    /// The same of a character style; no style gives nothing.
    pub fn character_format(&self, id: &str) -> RunFormat {
        self.run_format(Some(id))
    }

    /// Depth of a heading, 1 for the topmost; `None` for other paragraphs.
    pub fn heading(&self, id: Option<&str>) -> Option<u8> {
        for (_, style) in self.chain(id) {
            if let Some(outline) = style.outline {
                return (outline < 9).then_some(outline + 1);
            }
            if style.name == "title" {
                return Some(1);
            }
            if let Some(depth) = style.name.strip_prefix("heading ") {
                return depth.parse().ok().filter(|d| (1..=9).contains(d));
            }
        }
        None
    }

    /// Whether the style is that of a table of contents.
    pub fn is_contents(&self, id: Option<&str>) -> bool {
        self.chain(id)
            .any(|(_, style)| style.name.starts_with("toc ") || style.name == "table of figures")
    }
}

/// The outline level of a `w:pPr`; 9 is that of body text.
pub(super) fn outline(properties: &Element) -> Option<u8> {
    properties
        .value("w:outlineLvl", "val")
        .and_then(|v| v.parse().ok())
}
