//! Finding passages of one contract again: by their words, by their meaning, by what defines or is
//! referred to.
//!
//! An [`Index`] is made of one contract's passages alone, so what it finds does not change when other
//! contracts come or go. Two rankings, by words ([`lexical`]) and by embeddings, are fused by the
//! places a passage takes in them ([`fuse()`]). What a chunk needs beside it stands in [`context`].

pub mod context;
pub mod fuse;
pub mod lexical;
pub mod references;

use std::collections::{BTreeMap, HashMap};

use countersign_contracts::embedding::Embedding;
use countersign_contracts::passage::{EmbeddedPassage, Passage};
use countersign_contracts::profile::{Definition, DocumentProfile};

use crate::embed::embed;
use crate::embed::words::words_of;
use fuse::fuse;
use lexical::Lexical;

/// Embeddings less alike than this have nothing to do with each other (384 hashed components differ
/// by some 0.05 from chance alone).
pub const UNLIKE: f32 = 0.05;
/// What is less alike than this share of the likest is not ranked by its embedding.
const NEARLY: f32 = 0.6;
/// Places of each ranking that count.
const PLACES: usize = 50;
/// Definitions that come before everything else at the most.
const MOST_DEFINITIONS: usize = 3;

/// The passages of one contract, ready to be asked.
#[derive(Debug, Clone)]
pub struct Index {
    rows: Vec<EmbeddedPassage>,
    lexical: Lexical,
    definitions: Vec<Defined>,
    /// For each number in full, its row and where its paragraph starts.
    numbers: HashMap<String, (usize, u32)>,
}

/// A definition and the row that holds it.
#[derive(Debug, Clone)]
struct Defined {
    definition: Definition,
    row: usize,
    /// In small letters.
    lower: String,
    /// How many passages use the term.
    used: usize,
}

impl Defined {
    /// Whether a query means this term: one word could be any word unless it is written like the term.
    fn is_named(&self, query: &str, lower: &str) -> bool {
        uses(query, &self.definition.term) || (self.lower.contains(' ') && uses(lower, &self.lower))
    }
}

/// A passage that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Related<'a> {
    /// The passage.
    pub passage: &'a Passage,
    /// For ordering only: the fused rankings' score.
    pub score: f64,
    /// Why it was found.
    pub why: Why,
}

/// Why a passage was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Why {
    /// How alike its embedding is, when the two can be compared.
    pub cosine: Option<f32>,
    /// Its place by words, from 1; nothing when it shares none.
    pub words_rank: Option<usize>,
    /// The term of the query that it defines.
    pub defines: Option<String>,
}

impl Index {
    /// Makes an index of all passages of a contract. Takes some milliseconds for a hundred pages.
    #[must_use]
    pub fn new(rows: Vec<EmbeddedPassage>, profile: &DocumentProfile) -> Self {
        let lexical = Lexical::new(
            rows.iter()
                .map(|row| words_of(&row.passage.searchable()))
                .collect(),
        );
        let mut numbers = HashMap::new();
        for (at, row) in rows.iter().enumerate() {
            for numbered in &row.passage.numbers {
                numbers
                    .entry(numbered.number.clone())
                    .or_insert((at, numbered.span.start));
            }
        }
        let definitions = profile
            .definitions
            .iter()
            .filter(|d| !profile.labels.iter().any(|label| label.label == d.term))
            .filter_map(|definition| {
                let row = rows.iter().position(|row| {
                    let span = row.passage.span;
                    span.start <= definition.span.start && definition.span.start < span.end
                })?;
                let used = rows
                    .iter()
                    .filter(|row| uses(&row.passage.text, &definition.term))
                    .count();
                Some(Defined {
                    definition: definition.clone(),
                    row,
                    lower: definition.term.to_lowercase(),
                    used,
                })
            })
            .collect();
        Self {
            rows,
            lexical,
            definitions,
            numbers,
        }
    }

    /// The passages that have most to do with a query, best first; what defines a term of the query
    /// comes before all else. Nothing of `exclude_chunk` is among them. Never fails: a query without
    /// words finds nothing.
    #[must_use]
    pub fn related(
        &self,
        query: &str,
        exclude_chunk: Option<u32>,
        most: usize,
    ) -> Vec<Related<'_>> {
        let embedding = embed(query);
        let cosines = self.cosines(&[&embedding]);
        let by_words = self.lexical.rank(&words_of(query));
        let lower = query.to_lowercase();
        let mut defining: BTreeMap<usize, &Defined> = BTreeMap::new();
        let mut named: Vec<&Defined> = self
            .definitions
            .iter()
            .filter(|d| d.is_named(query, &lower))
            .collect();
        named.sort_by_key(|d| (d.used, d.row));
        for defined in named.into_iter().take(MOST_DEFINITIONS) {
            defining.entry(defined.row).or_insert(defined);
        }
        let mut found = self.fused(&cosines, &by_words, exclude_chunk);
        for row in defining.keys() {
            if !found.iter().any(|(at, _)| at == row) && self.is_outside(*row, exclude_chunk) {
                found.push((*row, 0.0));
            }
        }
        let mut related: Vec<Related<'_>> = found
            .into_iter()
            .filter_map(|(at, score)| {
                Some(Related {
                    passage: &self.rows.get(at)?.passage,
                    score,
                    why: Why {
                        cosine: cosines.get(at).copied().flatten(),
                        words_rank: by_words.iter().position(|row| *row == at).map(|p| p + 1),
                        defines: defining.get(&at).map(|d| d.definition.term.clone()),
                    },
                })
            })
            .collect();
        // A stable sort: within each half the order of the scores stays.
        related.sort_by_key(|r| r.why.defines.is_none());
        related.truncate(most);
        related
    }

    /// Rows by both rankings, best first.
    fn fused(
        &self,
        cosines: &[Option<f32>],
        by_words: &[usize],
        exclude_chunk: Option<u32>,
    ) -> Vec<(usize, f64)> {
        let wanted = |row: &usize| self.is_outside(*row, exclude_chunk);
        let words: Vec<usize> = by_words
            .iter()
            .copied()
            .filter(wanted)
            .take(PLACES)
            .collect();
        let meaning: Vec<usize> = ranked(cosines)
            .into_iter()
            .filter(wanted)
            .take(PLACES)
            .collect();
        fuse(&words, &meaning)
    }

    fn is_outside(&self, row: usize, chunk: Option<u32>) -> bool {
        self.rows
            .get(row)
            .is_some_and(|row| Some(row.passage.chunk) != chunk)
    }

    /// For each row, how alike it is to the nearest of the embeddings.
    fn cosines(&self, embeddings: &[&Embedding]) -> Vec<Option<f32>> {
        let nearest = |row: &EmbeddedPassage| {
            embeddings
                .iter()
                .filter_map(|e| row.embedding.cosine(e))
                .max_by(f32::total_cmp)
        };
        self.rows.iter().map(nearest).collect()
    }
}

/// Rows that are alike enough, and not much less than the likest, the likest first; equals in the order
/// of the text.
#[must_use]
pub fn ranked(cosines: &[Option<f32>]) -> Vec<usize> {
    let likest = cosines.iter().flatten().fold(0.0, |a: f32, b| a.max(*b));
    let least = UNLIKE.max(likest * NEARLY);
    let mut rows: Vec<(usize, f32)> = cosines
        .iter()
        .enumerate()
        .filter_map(|(at, cosine)| Some((at, (*cosine)?)))
        .filter(|(_, cosine)| *cosine >= least)
        .collect();
    rows.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    rows.into_iter().map(|(at, _)| at).collect()
}

/// Whether a text has a term as whole words, written exactly so.
fn uses(text: &str, term: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !term.is_empty()
        && text.match_indices(term).any(|(at, _)| {
            let before = text.get(..at).and_then(|t| t.chars().next_back());
            let mut after = text.get(at + term.len()..).unwrap_or_default().chars();
            let (next, second) = (after.next(), after.next());
            // One `s` more is the plural.
            let plural = next == Some('s') && !is_word(second);
            !is_word(before) && (!is_word(next) || plural)
        })
}

#[cfg(test)]
mod tests;
