//! Where the marks of a flow came to stand.

use std::collections::BTreeMap;

use countersign_contracts::document::Bbox;
use countersign_contracts::side::{Comment, Place, TrackedChange};

use crate::flow::Mark;

/// Most characters kept of the words that a comment or a change is about.
const MOST_TEXT: usize = 4_000;
/// Most boxes kept for one mark: a comment may be about the whole document.
const MOST_BOXES: usize = 200;

/// Pages and boxes of every mark, by its index.
#[derive(Debug)]
pub(super) struct Places(Vec<Option<Found>>);

#[derive(Debug)]
struct Found {
    page: u32,
    /// Box by line.
    boxes: BTreeMap<u32, Bbox>,
}

impl Places {
    pub fn new(marks: usize) -> Self {
        Self((0..marks).map(|_| None).collect())
    }

    /// Says on which page a mark without words stands.
    pub fn at_page(&mut self, mark: u32, page: u32) {
        if let Some(found @ None) = self.0.get_mut(mark as usize) {
            *found = Some(Found {
                page,
                boxes: BTreeMap::new(),
            });
        }
    }

    /// Adds a word; those on later pages than the first are left out.
    pub fn add(&mut self, mark: u32, page: u32, line: u32, bbox: Bbox) {
        self.at_page(mark, page);
        let Some(Some(found)) = self.0.get_mut(mark as usize) else {
            return;
        };
        if found.page != page || found.boxes.len() >= MOST_BOXES {
            return;
        }
        let boxes = found.boxes.entry(line).or_insert(bbox);
        *boxes = boxes.union(bbox);
    }

    /// The changes and comments with their places, in the order of the flow.
    pub fn said(self, marks: Vec<Mark>, texts: &[String]) -> (Vec<TrackedChange>, Vec<Comment>) {
        let (mut changes, mut comments) = (Vec::new(), Vec::new());
        for ((mark, about), found) in marks.into_iter().zip(texts).zip(self.0) {
            let place = found.map_or_else(Place::default, |found| Place {
                page: found.page,
                boxes: found.boxes.into_values().collect(),
            });
            match mark {
                Mark::Change {
                    kind,
                    author,
                    date,
                    gone,
                } => changes.push(TrackedChange {
                    kind,
                    author,
                    date,
                    text: shortened(if gone.is_empty() { about } else { &gone }),
                    place,
                }),
                Mark::Comment { author, date, text } => comments.push(Comment {
                    author,
                    date,
                    text,
                    anchor: shortened(about),
                    place,
                }),
            }
        }
        (changes, comments)
    }
}

/// The words with one space between, cut where they grow too long.
fn shortened(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    if text.chars().count() <= MOST_TEXT {
        return text;
    }
    text.chars().take(MOST_TEXT).chain(['…']).collect()
}
