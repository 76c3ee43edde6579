//! Several rankings made one.

use std::collections::BTreeMap;

/// Softens how much the first places count (Cormack, Clarke and Büttcher 2009).
const SOFTENING: f64 = 60.0;

/// How much the ranking by embeddings counts beside the ranking by words: enough to decide between
/// neighbours and to find what shares no word. Hashed embeddings know no synonyms; the more they
/// count, the fewer questions of `examples/retrieval.rs` are answered first.
const MEANING: f64 = 0.05;

/// Reciprocal rank fusion: a ranking gives its item at place `p` a score of 1 / (60 + p), by meaning a
/// share of that. Best first; of equals the smaller item first.
#[must_use]
pub fn fuse<T: Copy + Ord>(by_words: &[T], by_meaning: &[T]) -> Vec<(T, f64)> {
    let mut scores: BTreeMap<T, f64> = BTreeMap::new();
    for (ranking, share) in [(by_words, 1.0), (by_meaning, MEANING)] {
        for (at, item) in ranking.iter().enumerate() {
            *scores.entry(*item).or_default() += share / (SOFTENING + at as f64 + 1.0);
        }
    }
    let mut fused: Vec<(T, f64)> = scores.into_iter().collect();
    fused.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    fused
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_rankings_have_comes_before_a_neighbour_that_one_has() {
        let fused = fuse(&[1, 2, 3], &[4, 3, 2]);
        let order: Vec<i32> = fused.iter().map(|(item, _)| *item).collect();
        assert_eq!(order, [2, 3, 1, 4], "{fused:?}");
        assert!(fuse::<u32>(&[], &[]).is_empty());
        assert_eq!(fuse(&[7, 5], &[])[0].0, 7);
        assert_eq!(fuse(&[], &[5, 7])[0].0, 5);
    }
}
