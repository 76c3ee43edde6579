//! When a found span counts as a marked clause: CUAD's own rule.

use std::collections::BTreeSet;

use countersign_contracts::clause::ClauseKind;

/// Share of the words of both that a found and a marked span must have in common.
const COMMON: f32 = 0.5;

/// A marked span, its words taken apart once.
#[derive(Debug)]
pub struct Marked<'a> {
    text: &'a str,
    words: BTreeSet<String>,
}

impl<'a> Marked<'a> {
    /// Takes a text apart.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            words: words(text),
        }
    }
}

/// Whether a found text counts as one of the marked ones.
#[must_use]
pub fn is_right(kind: ClauseKind, found: &str, marked: &[Marked]) -> bool {
    if marked.is_empty() {
        return false;
    }
    let words = words(found);
    marked.iter().any(|m| {
        let common = m.words.intersection(&words).count() as f32;
        let all = (m.words.len() + words.len()) as f32 - common;
        common / all >= COMMON || (kind == ClauseKind::Parties && found.contains(m.text))
    })
}

fn words(text: &str) -> BTreeSet<String> {
    text.replace(['.', ',', ';', ':'], "")
        .to_lowercase()
        .replace('/', " ")
        .split(' ')
        .map(str::to_owned)
        .collect()
}
