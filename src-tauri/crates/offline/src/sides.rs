//! Who a sentence is about: mentions of the parties, and the subject of a verb.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
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
    labels: Option<AhoCorasick>,
    sides: Vec<Side>,
}

/// Words that stand for either party alike, folded.
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
    "disclosing party",
    "indemnifying party",
    "indemnified party",
    "indemnitee",
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
    "neither of the parties",
];

static GENERIC: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(BOTH)
        .ok()
});

impl Sides {
    /// Prepares the labels of a document.
    #[must_use]
    pub fn new(profile: &DocumentProfile) -> Self {
        let mut words: Vec<String> = Vec::new();
        let mut sides = Vec::new();
        for label in &profile.labels {
            for word in [label.label.clone(), label.label.to_uppercase()] {
                if word.len() > 1 && !words.contains(&word) {
                    words.push(word);
                    sides.push(label.side);
                }
            }
        }
        // Built once a chunk, for a handful of words: the kind that is cheapest to build.
        let labels = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::NoncontiguousNFA))
            .build(&words)
            .ok();
        Self { labels, sides }
    }

    /// Every mention of a party, in order. `lower` is the sentence folded.
    #[must_use]
    pub fn mentions(&self, text: &str, lower: &str) -> Vec<Mention> {
        let mut mentions: Vec<Mention> = Vec::new();
        let labels = self.labels.iter().flat_map(|words| words.find_iter(text));
        for hit in labels {
            let side = self.sides.get(hit.pattern().as_usize()).copied();
            let tail = text.get(hit.end()..).unwrap_or("");
            // "Customer Data" and "Supplier Materials" name things, not the party.
            if !names_a_thing(tail) {
                let side = side.unwrap_or(Side::Unknown);
                mentions.extend(mention(lower, hit.start(), hit.end(), side));
            }
        }
        for hit in GENERIC.iter().flat_map(|words| words.find_iter(lower)) {
            mentions.extend(mention(lower, hit.start(), hit.end(), Side::Both));
        }
        mentions.sort_by_key(|m| m.start);
        join_pairs(lower, &mut mentions);
        mentions
    }
}

fn mention(lower: &str, start: usize, end: usize, side: Side) -> Option<Mention> {
    let bytes = lower.as_bytes();
    let joined = |at: Option<&u8>| at.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    if joined(start.checked_sub(1).and_then(|at| bytes.get(at))) || joined(bytes.get(end)) {
        return None;
    }
    let head = lower.get(..start)?.trim_end();
    let before = |words: &str| {
        head.ends_with(words)
            && !joined(
                head.len()
                    .checked_sub(words.len() + 1)
                    .and_then(|at| bytes.get(at)),
            )
    };
    // "the other party", "any other customer": not the party spoken of.
    if ["other", "another", "third"].into_iter().any(before) {
        return None;
    }
    let tail = lower.get(end..)?.trim_start_matches('\x01');
    // "It is Supplier, not Customer, that shall": named to be left out.
    if before("not") && tail.starts_with(',') {
        return None;
    }
    let possessive = tail.starts_with("'s") || tail.starts_with("' ");
    Some(Mention {
        start,
        end,
        side,
        possessive,
        oblique: is_oblique(head),
    })
}

/// Whether the words in front of a party hang it on a preposition.
fn is_oblique(head: &str) -> bool {
    const PREPOSITIONS: [&str; 22] = [
        "by",
        "to",
        "of",
        "with",
        "from",
        "for",
        "against",
        "between",
        "on",
        "upon",
        "behalf",
        "under",
        "through",
        "in",
        "than",
        "at",
        "toward",
        "towards",
        "regarding",
        "via",
        "among",
        "including",
    ];
    let mut words = head
        .rsplit([' ', '(', ','])
        .map(|w| w.trim_matches(['"', '\x01']));
    let mut word = words.next().unwrap_or("");
    if ["the", "such", "its", "any", "each", "either", "both"].contains(&word) {
        word = words.next().unwrap_or("");
    }
    let each_of = word == "of"
        && words
            .next()
            .is_some_and(|w| ["each", "either", "both", "neither"].contains(&w));
    PREPOSITIONS.contains(&word) && !each_of
}

/// "Supplier and Customer shall": both.
fn join_pairs(lower: &str, mentions: &mut [Mention]) {
    for at in 1..mentions.len() {
        let [.., first, second] = &mut mentions[..=at] else {
            continue;
        };
        let joined = lower.get(first.end..second.start).is_some_and(|gap| {
            [
                " and ",
                " and the ",
                " or ",
                " or the ",
                ", and ",
                " and/or ",
                " nor ",
                " nor the ",
                ", or ",
            ]
            .contains(&gap)
        });
        if joined && first.side != second.side && !first.oblique && !first.possessive {
            first.side = Side::Both;
            second.side = Side::Both;
        }
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

/// Where the auxiliaries of a folded sentence stand: the words before them are subjects.
#[must_use]
pub fn auxiliaries(lower: &str) -> Vec<usize> {
    let auxiliary = rx!(
        r"\b(?:shall|will|may|must|should|agrees?|undertakes?|covenants?|hereby|has|have|had|is|are|can|cannot|does|do|reserves?|warrants?|represents?|grants?|waives?|disclaims?|assigns?|acknowledges?|makes?|assumes?|retains?|owns?|provides?|remains?)\b"
    );
    auxiliary.find_iter(lower).map(|m| m.start()).collect()
}

/// The last auxiliary at or before `verb`.
#[must_use]
pub fn auxiliary_before(auxiliaries: &[usize], verb: usize) -> Option<usize> {
    let at = auxiliaries.partition_point(|start| *start <= verb);
    auxiliaries.get(at.checked_sub(1)?).copied()
}

/// The subject of the verb that stands at `verb`: the last party named before its auxiliary that does
/// not hang on a preposition.
#[must_use]
pub fn subject_of(
    lower: &str,
    auxiliaries: &[usize],
    mentions: &[Mention],
    verb: usize,
) -> Option<Mention> {
    let auxiliary = auxiliary_before(auxiliaries, verb).unwrap_or(verb);
    // "In no event shall Supplier be liable": the subject stands behind its auxiliary.
    // Not in "Customer shall reimburse Supplier and indemnify it", where the subject stands before it.
    let stands_before = mentions
        .iter()
        .any(|m| m.end < auxiliary && auxiliary - m.end <= 2 && !m.oblique && !m.possessive);
    let inverted = mentions.iter().filter(|_| !stands_before).find(|m| {
        m.start > auxiliary
            && m.end <= verb
            && !m.oblique
            && !m.possessive
            && lower
                .get(auxiliary..m.start)
                .is_some_and(|gap| gap.len() < 22 && !gap.contains(','))
    });
    let before = || {
        let plain = |m: &&Mention| m.end <= auxiliary && !m.oblique && !m.possessive;
        mentions.iter().rev().filter(plain)
    };
    inverted
        .or_else(|| before().find(|m| reaches(lower, m.end, auxiliary)))
        .or_else(|| passive_agent(lower, mentions, verb))
        .or_else(|| before().next())
        .copied()
}

/// The party whose thing is the subject: "Supplier's total liability shall", "liability of Supplier
/// shall".
#[must_use]
pub fn owner_before(lower: &str, mentions: &[Mention], at: usize) -> Option<Mention> {
    let of = |m: &Mention| {
        let head = lower.get(..m.start).unwrap_or("");
        head.ends_with("of ") || head.ends_with("of the ")
    };
    mentions
        .iter()
        .filter(|m| m.end <= at)
        .rfind(|m| m.possessive || m.oblique && of(m))
        .copied()
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
