//! Words broken at the end of a line.

use std::borrow::Cow;
use std::collections::HashSet;

use super::lines::Line;

/// Characters that break a word.
pub(super) const HYPHENS: [char; 3] = ['-', '\u{2010}', '\u{ad}'];

/// Prefixes that keep their hyphen.
const KEEP: [&str; 18] = [
    "non", "self", "co", "third", "pre", "post", "sub", "multi", "cross", "anti", "ex", "quasi",
    "well", "then", "half", "full", "one", "two",
];

/// How a word at a line's end meets the first of the next line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// Two words.
    Space,
    /// One word with a hyphen of its own: `third-` `party`.
    KeepHyphen,
    /// One word that was broken: `agree-` `ment`.
    DropHyphen,
}

/// The words that the document writes elsewhere in one piece, and whether it breaks words at all:
/// most contracts don't, and a hyphen at a line's end is then the word's own.
#[derive(Debug)]
pub(super) struct Vocabulary {
    words: HashSet<String>,
    breaks_words: bool,
}

impl Vocabulary {
    pub fn of(lines: &[Line<'_>]) -> Self {
        let is_broken =
            |line: &Line<'_>| line.words.last().is_some_and(|w| w.text.ends_with(HYPHENS));
        let broken = lines.iter().filter(|line| is_broken(line)).count();
        let mut words = HashSet::new();
        if broken == 0 {
            return Self {
                words,
                breaks_words: false,
            };
        }
        let mut after_break = false;
        for line in lines {
            // Halves of broken words are no words of the document's.
            let first = usize::from(after_break);
            after_break = is_broken(line);
            let end = line.words.len() - usize::from(after_break);
            for word in line.words.get(first..end).unwrap_or(&[]) {
                let word = normal(word.text);
                if word.len() > 2 {
                    words.insert(word);
                }
            }
        }
        Self {
            words,
            breaks_words: broken * 50 > lines.len(),
        }
    }

    /// Decides by what else the document writes, then by the second half's first letter.
    pub fn joint(&self, word: &str, next: &str) -> Joint {
        let Some(head) = word.strip_suffix(HYPHENS) else {
            return Joint::Space;
        };
        let letter_before = head.chars().next_back().is_some_and(char::is_alphanumeric);
        let Some(first) = next.chars().next() else {
            return Joint::Space;
        };
        if !letter_before || !first.is_alphanumeric() {
            return Joint::Space;
        }
        if word.ends_with('\u{ad}') {
            return Joint::DropHyphen;
        }
        if !first.is_lowercase() {
            return Joint::KeepHyphen;
        }
        let (head, tail) = (normal(head), normal(next));
        let half = head.rsplit(HYPHENS).next().unwrap_or(&head);
        let keeps = KEEP.contains(&half)
            || !half.chars().all(char::is_alphabetic)
            || self.words.contains(&format!("{head}-{tail}"));
        if !keeps && self.words.contains(&format!("{head}{tail}")) {
            return Joint::DropHyphen;
        }
        let two_words = self.words.contains(half) && self.words.contains(&tail) && tail.len() > 3;
        if keeps || two_words || !self.breaks_words {
            Joint::KeepHyphen
        } else {
            Joint::DropHyphen
        }
    }
}

/// The word without the soft hyphens inside it; one at its end is left for the joint.
pub(super) fn without_soft(word: &str) -> Cow<'_, str> {
    let body = word.strip_suffix('\u{ad}').unwrap_or(word);
    if !body.contains('\u{ad}') {
        return Cow::Borrowed(word);
    }
    let mut clean = body.replace('\u{ad}', "");
    clean.push_str(word.get(body.len()..).unwrap_or(""));
    Cow::Owned(clean)
}

fn normal(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase()
}
