//! Embeddings: a text as a list of small whole numbers, so that texts of like content point the same
//! way.
//!
//! Who made an embedding is part of it, and two are compared only when the same embedder in the same
//! version made both. What a reader or a provider makes of a text is not this module's business.

use std::sync::Arc;

mod signs;

pub use signs::SignQuery;

/// Who makes embeddings.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Embedder {
    /// `offline`, or the provider's name for its model.
    pub name: String,
    /// Counted up when the same text gives other numbers.
    pub version: u32,
    /// Components of each embedding.
    pub dimension: u32,
}

/// A text as numbers. The longest component is 127 or -127; only the direction matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embedding {
    embedder: Arc<Embedder>,
    components: Box<[i8]>,
}

impl Embedding {
    /// An embedding as it was kept; nothing when the number of components is not the embedder's.
    #[must_use]
    pub fn from_components(embedder: Arc<Embedder>, components: Vec<i8>) -> Option<Self> {
        (components.len() == embedder.dimension as usize).then(|| Self {
            embedder,
            components: components.into_boxed_slice(),
        })
    }

    /// Rounds whole weights to a byte each, by integer arithmetic alone: the same on every computer.
    #[must_use]
    pub fn from_weights(embedder: Arc<Embedder>, weights: &[i64]) -> Option<Self> {
        let largest = weights.iter().map(|w| w.unsigned_abs()).max().unwrap_or(0);
        let largest = i128::from(largest.max(1));
        let round = |weight: &i64| {
            let scaled = i128::from(*weight) * 254;
            ((scaled + scaled.signum() * largest) / (2 * largest)) as i8
        };
        Self::from_components(embedder, weights.iter().map(round).collect())
    }

    /// Rounds a provider's numbers to a byte each; nothing when one is not a number.
    #[must_use]
    pub fn from_floats(embedder: Arc<Embedder>, values: &[f32]) -> Option<Self> {
        let largest = values.iter().fold(0_f32, |most, v| most.max(v.abs()));
        if !values.iter().all(|v| v.is_finite()) {
            return None;
        }
        let scale = if largest > 0.0 { 127.0 / largest } else { 0.0 };
        Self::from_components(
            embedder,
            values.iter().map(|v| (v * scale).round() as i8).collect(),
        )
    }

    /// Who made it.
    #[must_use]
    pub fn embedder(&self) -> &Arc<Embedder> {
        &self.embedder
    }

    /// Its numbers.
    #[must_use]
    pub fn components(&self) -> &[i8] {
        &self.components
    }

    /// How alike two texts are, -1 to 1, and exactly 1 for the same. Nothing when different embedders
    /// made them, or when one of them is of a text that says nothing.
    #[must_use]
    pub fn cosine(&self, other: &Self) -> Option<f32> {
        if self.embedder != other.embedder {
            return None;
        }
        let product = dot(&self.components, &other.components);
        let lengths = i64::from(dot(&self.components, &self.components))
            * i64::from(dot(&other.components, &other.components));
        (lengths > 0).then(|| (f64::from(product) / (lengths as f64).sqrt()) as f32)
    }

    /// One bit a component, 64 to a word, lowest first: set where the component is above nought.
    #[must_use]
    pub fn signs(&self) -> Vec<u64> {
        self.components
            .chunks(64)
            .map(|part| {
                part.iter().enumerate().fold(0, |word, (at, component)| {
                    word | u64::from(*component > 0) << at
                })
            })
            .collect()
    }
}

/// At 3,072 dimensions still far from overflowing.
fn dot(a: &[i8], b: &[i8]) -> i32 {
    a.iter()
        .zip(b)
        .map(|(x, y)| i32::from(*x) * i32::from(*y))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn embedder(name: &str) -> Arc<Embedder> {
        Arc::new(Embedder {
            name: name.into(),
            version: 1,
            dimension: 4,
        })
    }

    #[test]
    fn embeddings_of_different_embedders_are_never_compared() {
        let weights = [3, -1, 0, 2];
        let a = Embedding::from_weights(embedder("a"), &weights).unwrap();
        let b = Embedding::from_weights(embedder("b"), &weights).unwrap();
        let newer = Arc::new(Embedder {
            version: 2,
            ..(*embedder("a")).clone()
        });
        let newer = Embedding::from_weights(newer, &weights).unwrap();
        assert_eq!(a.cosine(&a), Some(1.0));
        assert_eq!(a.cosine(&b), None);
        assert_eq!(a.cosine(&newer), None);
    }

    #[test]
    fn only_the_direction_matters() {
        let a = Embedding::from_weights(embedder("a"), &[1, -2, 0, 1]).unwrap();
        let b = Embedding::from_weights(embedder("a"), &[1000, -2000, 0, 1000]).unwrap();
        assert_eq!(a, b);
        assert_eq!(a.components(), [64, -127, 0, 64]);
        let c = Embedding::from_floats(embedder("a"), &[0.05, -0.1, 0.0, 0.05]).unwrap();
        assert_eq!(a, c);
        let opposite = Embedding::from_weights(embedder("a"), &[-1, 2, 0, -1]).unwrap();
        assert_eq!(a.cosine(&opposite), Some(-1.0));
    }

    #[test]
    fn nothing_is_like_a_text_that_says_nothing() {
        let nothing = Embedding::from_weights(embedder("a"), &[0; 4]).unwrap();
        let some = Embedding::from_weights(embedder("a"), &[0, 1, 0, 0]).unwrap();
        assert_eq!(nothing.cosine(&some), None);
        assert_eq!(nothing.cosine(&nothing), None);
    }

    #[test]
    fn a_wrong_number_of_components_or_a_number_that_is_none_is_refused() {
        assert!(Embedding::from_components(embedder("a"), vec![1; 5]).is_none());
        assert!(Embedding::from_floats(embedder("a"), &[1.0, f32::NAN, 0.0, 0.0]).is_none());
        assert!(Embedding::from_floats(embedder("a"), &[1.0; 3]).is_none());
    }
}
