//! A fast first look at many embeddings: their signs alone, one bit a component.
//!
//! A query of three words touches few of the components, so its own signs say little. It is kept as
//! bit planes instead: each component it touches counts by its size, the others not at all.

use super::Embedding;

/// Bits of a component's size that count.
const PLANES: usize = 4;

/// A query ready to be held against the signs of many embeddings.
#[derive(Debug, Clone)]
pub struct SignQuery {
    signs: Vec<u64>,
    /// For each bit of the size, which components have it set; the lowest bit first.
    planes: [Vec<u64>; PLANES],
    /// The score of a text that agrees in everything.
    most: i32,
}

impl SignQuery {
    /// Prepares a query.
    #[must_use]
    pub fn new(query: &Embedding) -> Self {
        let signs = query.signs();
        let mut planes: [Vec<u64>; PLANES] = std::array::from_fn(|_| vec![0; signs.len()]);
        let mut most = 0;
        for (at, component) in query.components().iter().enumerate() {
            let size = component.unsigned_abs() >> (7 - PLANES);
            most += i32::from(size);
            for (bit, plane) in planes.iter_mut().enumerate() {
                if let Some(word) = plane.get_mut(at / 64) {
                    *word |= u64::from(size >> bit & 1) << (at % 64);
                }
            }
        }
        Self {
            signs,
            planes,
            most,
        }
    }

    /// Bytes of one embedding's signs, as [`sign_bytes`](Self::sign_bytes) writes them.
    #[must_use]
    pub fn width(&self) -> usize {
        self.signs.len() * 8
    }

    /// How well the signs agree, weighed by the query: the higher, the likelier a high cosine. Signs
    /// of another width agree in nothing.
    #[must_use]
    pub fn score(&self, signs: &[u8]) -> i32 {
        if signs.len() != self.width() {
            return -self.most;
        }
        let mut agreed = 0;
        for (at, bytes) in signs.chunks_exact(8).enumerate() {
            let mut word = [0; 8];
            word.copy_from_slice(bytes);
            let Some(own) = self.signs.get(at) else { break };
            let same = !(u64::from_le_bytes(word) ^ own);
            for (bit, plane) in self.planes.iter().enumerate() {
                let mask = plane.get(at).copied().unwrap_or(0);
                agreed += ((same & mask).count_ones() as i32) << bit;
            }
        }
        2 * agreed - self.most
    }

    /// The signs of an embedding as they are kept.
    #[must_use]
    pub fn sign_bytes(embedding: &Embedding) -> Vec<u8> {
        embedding
            .signs()
            .into_iter()
            .flat_map(u64::to_le_bytes)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::embedding::Embedder;

    fn embedding(weights: &[i64]) -> Embedding {
        let embedder = Arc::new(Embedder {
            name: "test".into(),
            version: 1,
            dimension: weights.len() as u32,
        });
        Embedding::from_weights(embedder, weights).unwrap()
    }

    /// Numbers that look random and never change.
    fn noise(seed: u64) -> impl FnMut() -> i64 {
        let mut state = seed * 2 + 1;
        move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as i64 % 200 - 100
        }
    }

    #[test]
    fn the_same_text_scores_highest_and_its_opposite_lowest() {
        let mut next = noise(7);
        let weights: Vec<i64> = (0..130).map(|_| next()).collect();
        let opposite: Vec<i64> = weights.iter().map(|w| -w).collect();
        let query = SignQuery::new(&embedding(&weights));
        let score = |weights: &[i64]| query.score(&SignQuery::sign_bytes(&embedding(weights)));
        assert_eq!(score(&weights), query.most);
        assert!(score(&opposite) < 16 - query.most);
        for _ in 0..50 {
            let other: Vec<i64> = (0..130).map(|_| next()).collect();
            assert!(score(&other) < query.most);
        }
    }

    #[test]
    fn what_the_query_does_not_touch_does_not_count() {
        let mut query = vec![0_i64; 64];
        (query[3], query[40]) = (100, -50);
        let query = SignQuery::new(&embedding(&query));
        let mut near = vec![1_i64; 64];
        near[40] = -1;
        let far: Vec<i64> = near.iter().map(|w| -w).collect();
        let score = |weights: &[i64]| query.score(&SignQuery::sign_bytes(&embedding(weights)));
        assert_eq!(score(&near), query.most);
        assert_eq!(score(&far), -query.most);
    }

    #[test]
    fn signs_of_another_width_agree_in_nothing() {
        let query = SignQuery::new(&embedding(&[1; 64]));
        assert_eq!(query.score(&[255; 16]), -query.most);
    }
}
