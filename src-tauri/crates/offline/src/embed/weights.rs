//! How much a word says: little when every contract has it.
//!
//! The table counts stems over half of the CUAD contracts (The Atticus Project, CC BY 4.0);
//! `cargo run -p countersign-offline --example common_words -- train.jsonl.gz` prints it.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Stems that more than one passage in a hundred has, with the thousandth part of the natural
/// logarithm of how many passages go to one that has it.
const TABLE: &str = include_str!("common-words.txt");
/// The weight of a word that the table does not know: one passage in a hundred, a little more.
pub const RARE: u64 = 4_700;

static WEIGHTS: LazyLock<HashMap<&'static str, u64>> = LazyLock::new(|| {
    TABLE
        .split_whitespace()
        .filter_map(|entry| {
            let (stem, weight) = entry.split_once(':')?;
            Some((stem, weight.parse().ok()?))
        })
        .collect()
});

/// The weight of a stem in thousandths, up to [`RARE`].
#[must_use]
pub fn weight_of(stem: &str) -> u64 {
    WEIGHTS.get(stem).copied().unwrap_or(RARE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_every_contract_says_weighs_least() {
        assert!(weight_of("the") < 200, "{}", weight_of("the"));
        assert!(weight_of("the") < weight_of("agreement"));
        assert!(weight_of("agreement") < weight_of("liabil"));
        assert!(weight_of("liabil") < weight_of("escrow"));
        assert_eq!(weight_of("zymurgi"), RARE);
        assert_eq!(WEIGHTS.len(), TABLE.split_whitespace().count());
    }
}
