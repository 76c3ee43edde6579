//! The styles of an ODT as far as text depends on them.

use std::collections::HashMap;

use crate::xml::Element;

/// Longest chain of styles with a parent.
const LONGEST_CHAIN: usize = 40;

/// All styles by name.
#[derive(Debug, Default)]
pub(super) struct Styles(HashMap<String, Style>);

#[derive(Debug, Default)]
struct Style {
    parent: Option<String>,
    bold: Option<bool>,
    hidden: Option<bool>,
    white: Option<bool>,
    shaded: Option<bool>,
    tiny: Option<bool>,
    list: Option<String>,
    break_before: bool,
}

/// How text of a style is set; `None` where the style says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Format {
    pub bold: Option<bool>,
    pub hidden: Option<bool>,
    pub white: Option<bool>,
    pub shaded: Option<bool>,
    pub tiny: Option<bool>,
}

impl Format {
    /// What stands here, and where nothing does, what `under` says.
    pub fn over(self, under: Self) -> Self {
        Self {
            bold: self.bold.or(under.bold),
            hidden: self.hidden.or(under.hidden),
            white: self.white.or(under.white),
            shaded: self.shaded.or(under.shaded),
            tiny: self.tiny.or(under.tiny),
        }
    }
}

impl Styles {
    /// Takes the styles of a part.
    pub fn take(&mut self, part: &Element) {
        for element in part.elements().filter(|e| &*e.name == "style:style") {
            let Some(name) = element.attribute("name") else {
                continue;
            };
            let mut style = Style {
                parent: element.attribute("parent-style-name").map(str::to_owned),
                list: element.attribute("list-style-name").map(str::to_owned),
                ..Style::default()
            };
            if let Some(text) = element.child("style:text-properties") {
                style.bold = text
                    .attribute("font-weight")
                    .map(|w| w == "bold" || w.parse::<u32>().is_ok_and(|w| w >= 600));
                style.hidden = text.attribute("display").map(|d| d == "none");
                style.white = text
                    .attribute("color")
                    .map(|c| c.eq_ignore_ascii_case("#ffffff"));
                style.shaded = text
                    .attribute("background-color")
                    .map(|c| c != "transparent");
                style.tiny = text
                    .attribute("font-size")
                    .and_then(super::points)
                    .map(|p| p <= 2.5);
            }
            if let Some(paragraph) = element.child("style:paragraph-properties") {
                style.break_before = paragraph.attribute("break-before") == Some("page");
                let ground = paragraph.attribute("background-color");
                style.shaded = style.shaded.or(ground.map(|c| c != "transparent"));
            }
            if let Some(cell) = element.child("style:table-cell-properties") {
                let ground = cell.attribute("background-color");
                style.shaded = style.shaded.or(ground.map(|c| c != "transparent"));
            }
            self.0.insert(name.to_owned(), style);
        }
    }

    fn chain<'s>(&'s self, name: Option<&'s str>) -> impl Iterator<Item = &'s Style> {
        let mut next = name;
        std::iter::from_fn(move || {
            let style = self.0.get(next?)?;
            next = style.parent.as_deref();
            Some(style)
        })
        .take(LONGEST_CHAIN)
    }

    /// How text of this style is set.
    pub fn format(&self, name: Option<&str>) -> Format {
        self.chain(name).fold(Format::default(), |near, style| {
            near.over(Format {
                bold: style.bold,
                hidden: style.hidden,
                white: style.white,
                shaded: style.shaded,
                tiny: style.tiny,
            })
        })
    }

    /// The list style that a paragraph style names.
    pub fn list<'s>(&'s self, name: Option<&'s str>) -> Option<&'s str> {
        self.chain(name).find_map(|style| style.list.as_deref())
    }

    /// Whether a paragraph of this style begins a page.
    pub fn breaks_before(&self, name: Option<&str>) -> bool {
        self.chain(name).next().is_some_and(|s| s.break_before)
    }
}
