//! Finds fonts that lie: the same outline, drawn as two letters.
//!
//! A font's map from glyphs to characters can say anything, and every reader believes it. Where a
//! document draws one outline and calls it `1` here and `9` there, one of the two is a lie; which
//! one, only the picture of the page tells.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use hayro_interpret::font::OutlineGlyph;
use hayro_interpret::kurbo::{BezPath, PathEl, Point};

/// Most outlines that are kept of a document.
const MOST: usize = 50_000;
/// Letters that many faces draw alike.
const ALIKE: [&str; 4] = ["Il1i", "O0o", "S5s", "B8"];

/// Outlines seen so far and the characters they were drawn as.
#[derive(Debug, Default)]
pub(crate) struct Shapes {
    /// What each glyph of each font with its character came to: whether it is doubtful.
    known: HashMap<(u128, char), u64>,
    drawn_as: HashMap<u64, char>,
    doubtful: HashSet<u64>,
}

impl Shapes {
    /// Whether the glyph's outline has stood for another letter or digit.
    pub fn is_doubtful(&mut self, glyph: &OutlineGlyph, character: char) -> bool {
        if !character.is_ascii_alphanumeric() || self.known.len() >= MOST {
            return false;
        }
        let key = (glyph.identifier().cache_key(), character);
        let shape = match self.known.get(&key) {
            Some(shape) => *shape,
            None => {
                let shape = hash_of(&glyph.outline());
                self.known.insert(key, shape);
                self.note(shape, character);
                shape
            }
        };
        self.doubtful.contains(&shape)
    }

    fn note(&mut self, shape: u64, character: char) {
        let first = *self.drawn_as.entry(shape).or_insert(character);
        let alike = |set: &&str| set.contains(first) && set.contains(character);
        // Small capitals and faces without small letters.
        let same = first.eq_ignore_ascii_case(&character);
        if shape != EMPTY && !same && !ALIKE.iter().any(alike) {
            self.doubtful.insert(shape);
        }
    }
}

/// The hash of an outline without a stroke.
const EMPTY: u64 = 0;

fn hash_of(outline: &BezPath) -> u64 {
    let elements = outline.elements();
    if elements.len() < 3 {
        return EMPTY;
    }
    let mut hasher = DefaultHasher::new();
    let mut point = |p: Point| {
        (p.x.round() as i32, p.y.round() as i32).hash(&mut hasher);
    };
    for element in elements {
        match *element {
            PathEl::MoveTo(a) | PathEl::LineTo(a) => point(a),
            PathEl::QuadTo(a, b) => [a, b].into_iter().for_each(&mut point),
            PathEl::CurveTo(a, b, c) => [a, b, c].into_iter().for_each(&mut point),
            PathEl::ClosePath => {}
        }
    }
    hasher.finish().max(1)
}
