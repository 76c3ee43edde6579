//! Who a sentence is about: mentions of the parties, and the subject of a verb.

use aho_corasick::{AhoCorasick, MatchKind};
use countersign_contracts::clause::Side;
use countersign_contracts::profile::DocumentProfile;

use crate::pattern::rx;

/// A party named in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Whose name it is.
    pub side: Side,
    /// "Customer's".
    pub possessive: bool,
    /// Follows a preposition, so that it is rarely a subject: "to Customer".
    pub oblique: bool,
}

/// Finds the parties of one document in its sentences.
#[derive(Debug)]
pub struct Sides {
    words: Option<AhoCorasick>,
    sides: Vec<Side>,
}

/// Words that stand for either party alike.
const BOTH: [&str; 26] = [
    "either party",
    "each party",
    "both parties",
    "neither party",
    "the parties",
    "any party",
    "no party",
    "a party",
    "one party",
    "receiving party",
    "recipient",
    "disclosing party",
    "indemnifying party",
    "indemnitor",
    "non-breaching party",
    "nonbreaching party",
    "breaching party",
    "defaulting party",
    "terminating party",
    "affected party",
    "such party",
    "either of the parties",
    "each of the parties",
    "each of us",
    "parties hereto",
    "neither of the parties",
];

impl Sides {
    /// Prepares the labels of a document.
    #[must_use]
    pub fn new(profile: &DocumentProfile) -> Self {
        let mut words: Vec<String> = Vec::new();
        let mut sides = Vec::new();
        let mut add = |word: String, side: Side| {
            if !word.is_empty() && !words.contains(&word) {
                words.push(word);
                sides.push(side);
            }
        };
        for label in &profile.labels {
            add(label.label.clone(), label.side);
            add(label.label.to_uppercase(), label.side);
        }
        for word in BOTH {
            add(word.to_owned(), Side::Both);
            add(word.to_uppercase(), Side::Both);
            add(capitalise(word, false), Side::Both);
            add(capitalise(word, true), Side::Both);
            add(title_last(word), Side::Both);
        }
        let words = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&words)
            .ok();
        Self { words, sides }
    }

    /// Every mention of a party, in order.
    #[must_use]
    pub fn mentions(&self, text: &str) -> Vec<Mention> {
        let Some(words) = &self.words else {
            return Vec::new();
        };
        let bytes = text.as_bytes();
        let mut mentions = Vec::new();
        for hit in words.find_iter(text) {
            let (start, end) = (hit.start(), hit.end());
            let joined =
                |at: Option<&u8>| at.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
            if joined(start.checked_sub(1).and_then(|at| bytes.get(at))) || joined(bytes.get(end)) {
                continue;
            }
            let tail = text.get(end..).unwrap_or("");
            // "Customer Data" and "Supplier Materials" name things, not the party.
            if names_a_thing(tail) {
                continue;
            }
            let head = text.get(..start).unwrap_or("");
            // "the other party", "any other customer": not the party spoken of.
            if rx!(r"(?i)\b(other|such other|another|third)\s*$").is_match(head) {
                continue;
            }
            let oblique = rx!(
                r"(?i)\b(by|to|of|with|from|for|against|between|on|upon|behalf|under|through|in|than|at|and its|or its|toward|towards|regarding|via)(\s+(the|such|its|any|each|either|both))?\s*$"
            )
            .is_match(head);
            let possessive = tail.starts_with("'s")
                || tail.starts_with("’s")
                || tail.starts_with("'S")
                || tail.starts_with("’S")
                || tail.starts_with("' ")
                || tail.starts_with("’ ");
            let side = self
                .sides
                .get(hit.pattern().as_usize())
                .copied()
                .unwrap_or(Side::Unknown);
            mentions.push(Mention {
                start,
                end,
                side,
                possessive,
                oblique,
            });
        }
        mentions
    }
}

/// A capitalised noun right behind a label makes a defined term of it: "Customer Data".
fn names_a_thing(tail: &str) -> bool {
    let Some(next) = tail.strip_prefix(' ') else {
        return false;
    };
    let word: &str = next
        .split(|c: char| !c.is_ascii_alphanumeric())
        .next()
        .unwrap_or("");
    let capital = word.starts_with(|c: char| c.is_ascii_uppercase());
    let shouting = word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase());
    let parts = [
        "DATA",
        "MATERIALS",
        "CONTENT",
        "MARKS",
        "PRODUCTS",
        "SOFTWARE",
        "PROPERTY",
        "AFFILIATES",
        "INDEMNITEES",
        "PARTIES",
        "TECHNOLOGY",
        "INFORMATION",
        "SYSTEM",
        "SYSTEMS",
        "SITE",
    ];
    if shouting {
        parts.contains(&word)
    } else {
        capital && word != "I"
    }
}

fn capitalise(words: &str, every: bool) -> String {
    let mut first = true;
    words
        .split(' ')
        .map(|word| {
            let upper = every || std::mem::take(&mut first);
            let mut chars = word.chars();
            match (upper, chars.next()) {
                (true, Some(c)) => c.to_uppercase().collect::<String>() + chars.as_str(),
                _ => word.to_owned(),
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// `either party` as `either Party`.
fn title_last(words: &str) -> String {
    match words.rsplit_once(' ') {
        Some((head, last)) => format!("{head} {}", capitalise(last, false)),
        None => words.to_owned(),
    }
}

/// The subject of the verb that stands at `verb`: the last party named before its auxiliary that does
/// not hang on a preposition. `lower` is the lower-cased sentence.
#[must_use]
pub fn subject_of(lower: &str, mentions: &[Mention], verb: usize) -> Option<Mention> {
    let modal = last_modal_before(lower, verb).unwrap_or(verb);
    // "In no event shall Supplier be liable": the subject stands behind its auxiliary.
    let inverted = mentions.iter().find(|m| {
        m.start > modal
            && m.end <= verb
            && !m.oblique
            && lower
                .get(modal..m.start)
                .is_some_and(|gap| gap.len() < 22 && !gap.contains(','))
    });
    if let Some(inverted) = inverted.filter(|m| !m.possessive) {
        return Some(*inverted);
    }
    let before = |mention: &&Mention| mention.end <= modal;
    let direct = mentions
        .iter()
        .rev()
        .filter(before)
        .find(|m| !m.oblique && !m.possessive && reaches(lower, m.end, modal));
    direct
        .or_else(|| passive_agent(lower, mentions, verb))
        .or_else(|| {
            mentions
                .iter()
                .rev()
                .filter(before)
                .find(|m| !m.oblique && !m.possessive)
        })
        .copied()
}

/// The party whose thing is the subject: "Supplier's total liability shall", "liability of Supplier
/// shall".
#[must_use]
pub fn owner_before(lower: &str, mentions: &[Mention], at: usize) -> Option<Mention> {
    mentions
        .iter()
        .filter(|m| m.end <= at)
        .rfind(|m| {
            m.possessive
                || m.oblique
                    && lower
                        .get(..m.start)
                        .is_some_and(|h| h.ends_with("of ") || h.ends_with("of the "))
        })
        .copied()
}

/// Auxiliaries that make the word before them a subject.
pub(crate) fn last_modal_before(lower: &str, verb: usize) -> Option<usize> {
    let modal = rx!(
        r"\b(shall|will|may|must|should|agrees?|undertakes?|covenants?|hereby|has|have|had|is|are|can|cannot|does|do|reserves?|warrants?|represents?|grants?|waives?|disclaims?|assigns?|acknowledges?|makes?|assumes?|retains?|owns?|provides?|remains?)\b"
    );
    let head = lower.get(..(verb + 1).min(lower.len()))?;
    modal
        .find_iter(lower.get(..head.len())?)
        .map(|m| m.start())
        .last()
}

/// Whether a subject that ends at `from` still governs the auxiliary at `to`: no other clause between.
fn reaches(lower: &str, from: usize, to: usize) -> bool {
    lower.get(from..to).is_some_and(|between| {
        between.len() < 160 && !between.contains(';') && !between.contains(". ")
    })
}

/// "may be terminated by Customer".
fn passive_agent<'a>(lower: &str, mentions: &'a [Mention], verb: usize) -> Option<&'a Mention> {
    mentions.iter().find(|m| {
        m.start > verb
            && m.start - verb < 60
            && lower.get(..m.start).is_some_and(|head| {
                head.trim_end().ends_with(" by") || head.trim_end().ends_with(" by the")
            })
    })
}
