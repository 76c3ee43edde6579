//! Word's numbers, computed as Word shows them.
//!
//! A paragraph names a list (`w:num`), a list its pattern (`w:abstractNum`). Lists of one pattern
//! count on together, unless a list starts a level anew with an override.

use std::collections::{HashMap, HashSet};

use super::styles::{Numbering, Styles, level};
use crate::figures::{Figures, bullet};
use crate::xml::Element;

const LEVELS: usize = 9;
/// Most references from pattern to style to pattern that are followed.
const MOST_LINKS: usize = 8;

/// The lists of a document and how far each has counted.
#[derive(Debug, Default)]
pub(super) struct Lists {
    patterns: HashMap<String, Pattern>,
    lists: HashMap<String, List>,
    counters: HashMap<String, Counters>,
    /// Lists whose overrides have been applied.
    begun: HashSet<String>,
}

#[derive(Debug, Default)]
struct Pattern {
    levels: Vec<Option<Level>>,
    /// The numbering style whose list is used instead.
    numbering_style: Option<String>,
}

#[derive(Debug, Default)]
struct List {
    pattern: String,
    starts: HashMap<u8, u32>,
    levels: HashMap<u8, Level>,
}

#[derive(Debug, Clone)]
struct Level {
    start: u32,
    figures: Figures,
    text: String,
    style: Option<String>,
    /// The level (from 1) after which this one begins anew; 0 for never.
    restart: Option<u8>,
    legal: bool,
}

#[derive(Debug, Default)]
struct Counters {
    values: [Option<u32>; LEVELS],
    /// Where a level starts instead, until it has.
    starts: [Option<u32>; LEVELS],
}

/// A paragraph's number.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Label {
    pub text: String,
    pub level: u8,
}

impl Lists {
    /// Reads the numbering part.
    pub fn of(part: &Element) -> Self {
        let mut lists = Self::default();
        for element in part.elements() {
            match &*element.name {
                "w:abstractNum" => {
                    let Some(id) = element.attribute("abstractNumId") else {
                        continue;
                    };
                    let mut pattern = Pattern {
                        levels: vec![None; LEVELS],
                        numbering_style: element.value("w:numStyleLink", "val").map(str::to_owned),
                    };
                    for (at, level) in levels_of(element) {
                        if let Some(slot) = pattern.levels.get_mut(usize::from(at)) {
                            *slot = Some(level);
                        }
                    }
                    lists.patterns.insert(id.to_owned(), pattern);
                }
                "w:num" => {
                    if let (Some(id), Some(pattern)) = (
                        element.attribute("numId"),
                        element.value("w:abstractNumId", "val"),
                    ) {
                        lists.lists.insert(id.to_owned(), list_of(element, pattern));
                    }
                }
                _ => {}
            }
        }
        lists
    }

    /// Counts a paragraph and gives its number; `None` when it has none.
    pub fn next(&mut self, own: &Numbering, style: Option<&str>, styles: &Styles) -> Option<Label> {
        let inherited = styles.numbering(style);
        let id = match &own.list {
            Some(id) => id.clone(),
            None => inherited.as_ref()?.1.list.clone()?,
        };
        let list = self.lists.get(&id)?;
        let pattern_id = self.resolve(&list.pattern, styles);
        let pattern = self.patterns.get(&pattern_id)?;
        let at = own.level.or_else(|| {
            let (from, numbering) = inherited.as_ref()?;
            let linked = pattern.levels.iter().position(|level| {
                level
                    .as_ref()
                    .is_some_and(|l| l.style.as_deref() == Some(*from))
            });
            linked
                .and_then(|at| u8::try_from(at).ok())
                .or(numbering.level)
        });
        let at = at.unwrap_or(0);
        let levels: Vec<Option<Level>> = (0..LEVELS)
            .map(|l| {
                let overridden = u8::try_from(l).ok().and_then(|l| list.levels.get(&l));
                overridden.or(pattern.levels.get(l)?.as_ref()).cloned()
            })
            .collect();
        let level = levels.get(usize::from(at))?.clone()?;
        let counters = self.counters.entry(pattern_id).or_default();
        if self.begun.insert(id) {
            for (level, start) in &list.starts {
                if let Some(slot) = counters.starts.get_mut(usize::from(*level)) {
                    *slot = Some(*start);
                }
            }
        }
        counters.step(usize::from(at), &levels);
        Some(Label {
            text: counters.show(&level, &levels),
            level: at,
        })
    }

    /// The pattern that stands behind one which only names a numbering style.
    fn resolve(&self, pattern: &str, styles: &Styles) -> String {
        let mut id = pattern.to_owned();
        for _ in 0..MOST_LINKS {
            let link = self
                .patterns
                .get(&id)
                .and_then(|p| p.numbering_style.as_deref());
            let next = link
                .and_then(|style| styles.list_of_style(style))
                .and_then(|list| self.lists.get(list));
            match next {
                Some(list) if list.pattern != id => id.clone_from(&list.pattern),
                _ => break,
            }
        }
        id
    }
}

impl Counters {
    fn step(&mut self, at: usize, levels: &[Option<Level>]) {
        let start_of = |l: usize| {
            levels
                .get(l)
                .and_then(Option::as_ref)
                .map_or(1, |l| l.start)
        };
        if let (Some(value), Some(start)) = (self.values.get_mut(at), self.starts.get_mut(at)) {
            *value = Some(match (start.take(), *value) {
                (Some(start), _) => start,
                (None, Some(value)) => value.saturating_add(1),
                (None, None) => start_of(at),
            });
        }
        // A level that was passed over counts as begun.
        for above in 0..at {
            if let (Some(value @ None), Some(start)) =
                (self.values.get_mut(above), self.starts.get_mut(above))
            {
                *value = Some(start.take().unwrap_or(start_of(above)));
            }
        }
        for below in at + 1..LEVELS {
            let restart = levels
                .get(below)
                .and_then(Option::as_ref)
                .and_then(|l| l.restart);
            let begins_anew = match restart {
                Some(0) => false,
                // It begins anew after that level and after those above it.
                Some(after) => at < usize::from(after),
                None => true,
            };
            if begins_anew && let Some(value) = self.values.get_mut(below) {
                *value = None;
            }
        }
    }

    fn show(&self, level: &Level, levels: &[Option<Level>]) -> String {
        if level.figures == Figures::Bullet {
            return bullet(&level.text);
        }
        let mut shown = String::new();
        let mut characters = level.text.chars().peekable();
        while let Some(c) = characters.next() {
            let digit = characters
                .peek()
                .filter(|_| c == '%')
                .and_then(|d| d.to_digit(10))
                .filter(|d| *d > 0);
            let Some(digit) = digit else {
                shown.push(c);
                continue;
            };
            characters.next();
            let at = digit as usize - 1;
            let Some(Some(other)) = levels.get(at) else {
                continue;
            };
            let value = self.values.get(at).copied().flatten();
            let figures = if level.legal && other.figures != Figures::None {
                Figures::Decimal
            } else {
                other.figures
            };
            shown.push_str(&figures.show(value.unwrap_or(other.start)));
        }
        shown.trim().to_owned()
    }
}

fn list_of(element: &Element, pattern: &str) -> List {
    let mut list = List {
        pattern: pattern.to_owned(),
        ..List::default()
    };
    for over in element.elements().filter(|e| &*e.name == "w:lvlOverride") {
        let Some(at) = over.attribute("ilvl").and_then(level) else {
            continue;
        };
        let start = over.value("w:startOverride", "val");
        if let Some(start) = start.and_then(|v| v.parse().ok()) {
            list.starts.insert(at, start);
        }
        if let Some((_, level)) = levels_of(over).next() {
            list.levels.insert(at, level);
        }
    }
    list
}

fn levels_of(element: &Element) -> impl Iterator<Item = (u8, Level)> {
    let levels = element.elements().filter(|e| &*e.name == "w:lvl");
    levels.filter_map(|lvl| {
        let at = lvl.attribute("ilvl").and_then(level)?;
        let format = lvl.child("w:numFmt").or_else(|| {
            // A format that older programs don't know stands beside one that they do.
            let choice = lvl.child("mc:AlternateContent")?.child("mc:Choice")?;
            choice.child("w:numFmt")
        });
        let figures = format.map_or(Figures::Decimal, |f| {
            Figures::named(
                f.attribute("val").unwrap_or("decimal"),
                f.attribute("format").unwrap_or(""),
            )
        });
        Some((
            at,
            Level {
                start: lvl
                    .value("w:start", "val")
                    .and_then(|v| v.parse().ok())
                    .unwrap_or(0),
                figures,
                text: lvl.value("w:lvlText", "val").unwrap_or("").to_owned(),
                style: lvl.value("w:pStyle", "val").map(str::to_owned),
                restart: lvl
                    .value("w:lvlRestart", "val")
                    .and_then(|v| v.parse().ok()),
                legal: super::styles::toggle(lvl, "w:isLgl").unwrap_or(false),
            },
        ))
    })
}
