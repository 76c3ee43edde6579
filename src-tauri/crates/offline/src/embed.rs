//! Embeddings without a model: the words of a text, hashed into 384 numbers.
//!
//! [`embed`] is a pure function made of whole numbers alone, so a text has the same embedding on every
//! computer. It hears three things: words by their stem, pairs of neighbouring words, and pieces of
//! four letters inside words, so that a misread letter costs a word only part of its weight. What
//! every contract says weighs little ([`weights`]).

pub mod weights;
pub mod words;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use countersign_contracts::embedding::{Embedder, Embedding};
use weights::weight_of;
use words::words_of;

/// Components of an embedding.
pub const DIMENSION: usize = 384;
/// Counted up whenever a text's embedding changes.
const VERSION: u32 = 1;
/// Share of a word's weight that a pair with its neighbour has, in hundredths.
const PAIR: u64 = 25;
/// Share of a word's weight that all its pieces together have, in hundredths.
const PIECES: u64 = 80;
/// Letters of a piece.
const PIECE: usize = 4;
/// Words this light make no pairs and no pieces: every contract has them.
const LIGHT: u64 = 700;

static EMBEDDER: LazyLock<Arc<Embedder>> = LazyLock::new(|| {
    Arc::new(Embedder {
        name: "offline".to_owned(),
        version: VERSION,
        dimension: DIMENSION as u32,
    })
});

/// Who makes the embeddings of [`embed`].
#[must_use]
pub fn embedder() -> Arc<Embedder> {
    Arc::clone(&EMBEDDER)
}

/// Embeds a text. Takes some 100 microseconds for a passage of 250 words; a text without words gives
/// an embedding that is like nothing.
#[must_use]
pub fn embed(text: &str) -> Embedding {
    let words = words_of(text);
    let mut features: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
    let mut hear = |hash: u64, weight: u64| features.entry(hash).or_insert((weight, 0)).1 += 1;
    let mut before: Option<(&str, u64)> = None;
    for word in &words {
        let weight = weight_of(&word.stem);
        hear(hash(&[b"w", word.stem.as_bytes()]), weight);
        if weight < LIGHT {
            before = None;
            continue;
        }
        if let Some((stem, its)) = before {
            let pair = hash(&[b"p", stem.as_bytes(), b" ", word.stem.as_bytes()]);
            hear(pair, (weight + its) / 2 * PAIR / 100);
        }
        before = Some((&word.stem, weight));
        let pieces = pieces_of(&word.folded);
        // Squares add up, so each of n pieces gets a share of 1 by the root of n.
        let share = weight * PIECES * 10 / (pieces.len() as u64 * 1_000_000).isqrt().max(1);
        for piece in pieces {
            hear(hash(&[b"c", piece.as_bytes()]), share);
        }
    }
    let mut sums = [0_i64; DIMENSION];
    for (hash, (weight, count)) in features {
        let strength = weight * (count * 1_000_000).isqrt() / 1000;
        let at = ((hash >> 32) * DIMENSION as u64) >> 32;
        if let Some(sum) = sums.get_mut(at as usize) {
            *sum += if hash & 1 == 0 { 1 } else { -1 } * strength as i64;
        }
    }
    match Embedding::from_weights(embedder(), &sums) {
        Some(embedding) => embedding,
        None => unreachable!("there are as many sums as the embedder has components"),
    }
}

/// A word's overlapping pieces with its ends marked; none for a word too short to have two.
fn pieces_of(word: &str) -> Vec<String> {
    if word.len() < PIECE {
        return Vec::new();
    }
    let letters: Vec<char> = std::iter::once('^')
        .chain(word.chars())
        .chain(['$'])
        .collect();
    letters
        .windows(PIECE)
        .map(|window| window.iter().collect())
        .collect()
}

/// FNV-1a with a finish that spreads the last bytes over all bits.
fn hash(parts: &[&[u8]]) -> u64 {
    let mut state: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in parts.iter().copied().flatten() {
        state = (state ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn alike(a: &str, b: &str) -> f32 {
        embed(a).cosine(&embed(b)).unwrap_or(0.0)
    }

    #[test]
    fn what_is_said_in_other_forms_is_nearer_than_what_is_said_of_something_else() {
        let cap =
            "The total liability of either party shall not exceed the fees paid in twelve months.";
        let near = "limitation of liability: neither party is liable for more than the fees paid";
        let far = "This Agreement is governed by the laws of the State of Delaware.";
        assert!(alike(cap, near) > alike(cap, far) + 0.15);
        assert!(alike(cap, near) > 0.2, "{}", alike(cap, near));
    }

    #[test]
    fn misread_letters_leave_a_text_near() {
        let printed =
            "Supplier shall indemnify Customer against infringement of intellectual property";
        let misread =
            "Supp1ier shall indemnlfy Customer aga1nst infringernent of inte11ectual property";
        let other =
            "Payment falls due thirty days after receipt of a correct invoice by the Customer";
        assert!(alike(printed, misread) > 0.2, "{}", alike(printed, misread));
        assert!(alike(printed, misread) > alike(printed, other) + 0.1);
    }

    #[test]
    fn the_embedding_of_a_text_is_the_same_on_every_computer() {
        let embedding = embed("Either party may terminate this Agreement for convenience.");
        let sum = embedding.components().iter().fold(0_u64, |sum, c| {
            sum.wrapping_mul(31).wrapping_add(*c as u8 as u64)
        });
        assert_eq!(
            sum, 2046902169988693807,
            "a change of embeddings counts VERSION up"
        );
    }

    #[test]
    fn a_text_without_words_is_like_nothing() {
        assert_eq!(embed(" … \n").cosine(&embed("fees")), None);
    }

    proptest! {
        #[test]
        fn the_same_text_gives_the_same_bytes(text in "\\PC{0,200}") {
            prop_assert_eq!(embed(&text), embed(&text));
        }

        #[test]
        fn nothing_is_more_like_a_text_than_itself(a in "[a-zA-Z ]{1,80}", b in "[a-zA-Z ]{0,80}") {
            let (a, b) = (embed(&a), embed(&b));
            if let Some(own) = a.cosine(&a) {
                prop_assert_eq!(own, 1.0);
                prop_assert!(a.cosine(&b).unwrap_or(0.0) <= own);
            }
        }

        #[test]
        fn case_space_and_marks_do_not_matter(words in prop::collection::vec("[a-z]{1,9}", 1..12)) {
            let plain = words.join(" ");
            let printed = words.join(" \n").to_uppercase() + ".";
            prop_assert_eq!(embed(&plain), embed(&printed));
        }
    }
}
