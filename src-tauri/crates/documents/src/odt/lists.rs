//! Numbers of an ODT's lists and headings, computed as LibreOffice shows them.

use std::collections::HashMap;

use crate::figures::{Figures, bullet};
use crate::xml::Element;

const LEVELS: usize = 10;
/// The list style of headings.
const OUTLINE: &str = "\u{1}outline";

/// List styles by name, and how far each list has counted.
#[derive(Debug, Default)]
pub(super) struct Lists {
    styles: HashMap<String, Vec<Option<Level>>>,
    counters: HashMap<String, [Option<u32>; LEVELS]>,
}

#[derive(Debug, Clone)]
struct Level {
    figures: Figures,
    bullet: String,
    prefix: String,
    suffix: String,
    start: u32,
    /// How many levels are shown, this one included.
    shown: usize,
}

impl Lists {
    /// Takes the list styles of a part.
    pub fn take(&mut self, part: &Element) {
        for element in part.elements() {
            match &*element.name {
                "text:list-style" => {
                    if let Some(name) = element.attribute("name") {
                        self.styles.insert(name.to_owned(), levels_of(element));
                    }
                }
                "text:outline-style" => {
                    self.styles.insert(OUTLINE.to_owned(), levels_of(element));
                }
                _ => {}
            }
        }
    }

    /// Counts an item of `list` at `level` (from 0) and gives its number.
    pub fn next(&mut self, list: &str, style: &str, level: usize, start: Option<u32>) -> String {
        let Some(levels) = self.styles.get(style) else {
            return String::new();
        };
        let Some(Some(own)) = levels.get(level) else {
            return String::new();
        };
        let counters = self.counters.entry(list.to_owned()).or_default();
        let start_of = |l: usize| {
            levels
                .get(l)
                .and_then(Option::as_ref)
                .map_or(1, |l| l.start)
        };
        for (at, value) in counters.iter_mut().enumerate() {
            if at < level {
                value.get_or_insert(start_of(at));
            } else if at == level {
                *value = Some(match (start, *value) {
                    (Some(start), _) => start,
                    (None, Some(value)) => value.saturating_add(1),
                    (None, None) => own.start,
                });
            } else {
                *value = None;
            }
        }
        if own.figures == Figures::Bullet {
            return bullet(&own.bullet);
        }
        let first = (level + 1).saturating_sub(own.shown.max(1));
        let mut parts = Vec::new();
        for at in first..=level {
            let figures = levels
                .get(at)
                .and_then(Option::as_ref)
                .map_or(Figures::None, |l| l.figures);
            let value = counters.get(at).copied().flatten().unwrap_or(1);
            let part = figures.show(value);
            if !part.is_empty() {
                parts.push(part);
            }
        }
        if parts.is_empty() {
            return String::new();
        }
        format!("{}{}{}", own.prefix, parts.join("."), own.suffix)
            .trim()
            .to_owned()
    }

    /// Counts a heading at `level` (from 0) and gives its number.
    pub fn next_heading(&mut self, level: usize, start: Option<u32>) -> String {
        self.next(OUTLINE, OUTLINE, level, start)
    }
}

fn levels_of(style: &Element) -> Vec<Option<Level>> {
    let mut levels = vec![None; LEVELS];
    for element in style.elements() {
        let at = element
            .attribute("level")
            .and_then(|l| l.parse::<usize>().ok())
            .and_then(|l| l.checked_sub(1));
        let (Some(at), kind) = (at, &*element.name) else {
            continue;
        };
        let numbered = matches!(
            kind,
            "text:list-level-style-number" | "text:outline-level-style"
        );
        let affix = |name| element.attribute(name).unwrap_or("").to_owned();
        let figures = if !numbered {
            Figures::Bullet
        } else {
            match element.attribute("num-format") {
                Some("1") => Figures::Decimal,
                Some("a") => Figures::LowerLetter,
                Some("A") => Figures::UpperLetter,
                Some("i") => Figures::LowerRoman,
                Some("I") => Figures::UpperRoman,
                Some("") | None => Figures::None,
                Some("1st") => Figures::Ordinal,
                Some(_) => Figures::Decimal,
            }
        };
        let level = Level {
            figures,
            bullet: affix("bullet-char"),
            prefix: affix("num-prefix"),
            suffix: affix("num-suffix"),
            start: element
                .attribute("start-value")
                .and_then(|v| v.parse().ok())
                .unwrap_or(1),
            shown: element
                .attribute("display-levels")
                .and_then(|v| v.parse().ok())
                .unwrap_or(1),
        };
        if let Some(slot) = levels.get_mut(at) {
            *slot = Some(level);
        }
    }
    levels
}
