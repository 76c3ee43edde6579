//! What calls cost.

use serde::{Deserialize, Serialize};

use crate::reply::Usage;

/// The price of a model, in millionths of a US dollar for a million tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// For tokens read.
    pub input_micros_per_million: u64,
    /// For tokens written.
    pub output_micros_per_million: u64,
    /// For tokens read that the provider had in its cache.
    pub cached_input_micros_per_million: u64,
    /// Which table it is from: kept with each cost, so that an old one can be explained.
    pub version: String,
}

impl Price {
    /// The cost of a call in millionths of a US dollar, rounded up.
    pub fn cost_micros(&self, usage: &Usage) -> u64 {
        let cached = usage.cached_tokens.min(usage.input_tokens);
        let fresh = usage.input_tokens - cached;
        let part = |tokens: u64, price: u64| u128::from(tokens) * u128::from(price);
        let sum = part(fresh, self.input_micros_per_million)
            + part(cached, self.cached_input_micros_per_million)
            + part(usage.output_tokens, self.output_micros_per_million);
        u64::try_from(sum.div_ceil(1_000_000)).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: u64, cached: u64, output: u64, expected: u64) {
        let price = Price {
            input_micros_per_million: 2_500_000,
            output_micros_per_million: 10_000_000,
            cached_input_micros_per_million: 1_250_000,
            version: "test".to_owned(),
        };
        let usage = Usage {
            input_tokens: input,
            output_tokens: output,
            cached_tokens: cached,
            estimated: false,
        };
        assert_eq!(price.cost_micros(&usage), expected);
    }

    #[test]
    fn cached_tokens_are_cheaper_and_fractions_count_as_one() {
        check(1_000_000, 0, 0, 2_500_000);
        check(1_000_000, 400_000, 0, 2_000_000);
        check(0, 0, 1_000, 10_000);
        check(1, 0, 0, 3);
        check(0, 0, 0, 0);
    }

    #[test]
    fn impossible_counts_neither_overflow_nor_come_cheap() {
        check(10, 20, 0, 13);
        check(u64::MAX, 0, u64::MAX, u64::MAX);
    }
}
