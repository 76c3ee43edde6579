//! Ranking by words: Okapi BM25 over the passages of one contract.

use std::collections::BTreeMap;

use crate::embed::weights::weight_of;
use crate::embed::words::Word;

/// How soon repeating a word stops helping.
const SATURATION: f64 = 1.2;
/// How much long passages are held back.
const LENGTH: f64 = 0.75;
/// Words of a query that count: its rarest.
const MOST_WORDS: usize = 40;
/// Words lighter than this count only in a query that has no others.
const LIGHT: u64 = 700;

/// Which passages have which words.
#[derive(Debug, Clone)]
pub struct Lexical {
    /// For each stem, the passages that have it and how often.
    postings: BTreeMap<String, Vec<(usize, u32)>>,
    lengths: Vec<usize>,
    mean_length: f64,
}

impl Lexical {
    /// Counts the words of passages.
    #[must_use]
    pub fn new(passages: Vec<Vec<Word>>) -> Self {
        let lengths: Vec<usize> = passages.iter().map(Vec::len).collect();
        let mut postings: BTreeMap<String, Vec<(usize, u32)>> = BTreeMap::new();
        for (at, words) in passages.into_iter().enumerate() {
            for word in words {
                let list = postings.entry(word.stem).or_default();
                match list.last_mut() {
                    Some((last, count)) if *last == at => *count += 1,
                    _ => list.push((at, 1)),
                }
            }
        }
        let mean_length = lengths.iter().sum::<usize>() as f64 / lengths.len().max(1) as f64;
        Self {
            postings,
            lengths,
            mean_length,
        }
    }

    /// Passages that share a word with the query, best first; equals in the order of the text.
    #[must_use]
    pub fn rank(&self, query: &[Word]) -> Vec<usize> {
        let mut scores = vec![0.0; self.lengths.len()];
        for (stem, idf) in self.terms(query) {
            for (at, count) in self.postings.get(stem).into_iter().flatten() {
                let (Some(score), Some(length)) = (scores.get_mut(*at), self.lengths.get(*at))
                else {
                    continue;
                };
                let count = f64::from(*count);
                let norm = 1.0 - LENGTH + LENGTH * *length as f64 / self.mean_length;
                *score += idf * count * (SATURATION + 1.0) / (count + SATURATION * norm);
            }
        }
        let mut ranked: Vec<(usize, f64)> = scores
            .into_iter()
            .enumerate()
            .filter(|(_, score)| *score > 0.0)
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.into_iter().map(|(at, _)| at).collect()
    }

    /// The query's words that count, rarest first, with their weights.
    fn terms<'q>(&self, query: &'q [Word]) -> Vec<(&'q str, f64)> {
        let only_light = query.iter().all(|w| weight_of(&w.stem) < LIGHT);
        let mut stems: Vec<&str> = query
            .iter()
            .map(|w| w.stem.as_str())
            .filter(|stem| only_light || weight_of(stem) >= LIGHT)
            .collect();
        stems.sort_unstable();
        stems.dedup();
        let all = self.lengths.len() as f64;
        let mut terms: Vec<(&str, f64)> = stems
            .into_iter()
            .filter_map(|stem| {
                let with = self.postings.get(stem)?.len() as f64;
                Some((stem, (1.0 + (all - with + 0.5) / (with + 0.5)).ln()))
            })
            .collect();
        terms.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        terms.truncate(MOST_WORDS);
        terms
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embed::words::words_of;

    fn rank(passages: &[&str], query: &str) -> Vec<usize> {
        Lexical::new(passages.iter().map(|p| words_of(p)).collect()).rank(&words_of(query))
    }

    #[test]
    fn the_passage_with_the_rarest_words_comes_first() {
        let passages = [
            "The supplier shall pay the customer.",
            "The supplier shall hold the source code in escrow for the customer.",
            "The customer shall pay the supplier every month.",
        ];
        assert_eq!(rank(&passages, "escrow of source code")[0], 1);
        assert_eq!(rank(&passages, "monthly payments"), [2]);
        assert!(rank(&passages, "zymurgy").is_empty());
        assert!(rank(&passages, "").is_empty());
        assert!(rank(&[], "escrow").is_empty());
    }

    #[test]
    fn a_query_of_common_words_alone_still_finds_them() {
        assert_eq!(rank(&["to be or not", "nothing"], "not to be"), [0]);
    }
}
