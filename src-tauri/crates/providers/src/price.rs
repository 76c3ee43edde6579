//! What calls cost.

use std::sync::LazyLock;

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
    /// Of a server on this computer.
    pub fn free() -> Self {
        Self {
            input_micros_per_million: 0,
            output_micros_per_million: 0,
            cached_input_micros_per_million: 0,
            version: "free".to_owned(),
        }
    }

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

/// The price of a model as its maker published it, from `prices.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownPrice {
    /// The model, without the date of a version.
    pub name: String,
    /// US dollars for a million tokens read.
    input: f64,
    /// The same, for those in the provider's cache; as all others without it.
    #[serde(default)]
    cached: Option<f64>,
    /// The same, for those written.
    output: f64,
    /// Tokens it may need to think; as its provider's others without it.
    #[serde(default)]
    pub(crate) thinking_tokens: Option<u32>,
}

/// What one provider's models cost.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceList {
    /// The preset they belong to.
    pub preset: String,
    /// The day on which the prices stood there.
    pub read: String,
    /// Where they are published.
    pub source: String,
    /// The models.
    pub models: Vec<KnownPrice>,
}

impl PriceList {
    /// That of a preset.
    pub fn of(preset: &str) -> Option<&'static Self> {
        PRICES.provider.iter().find(|list| list.preset == preset)
    }
}

impl KnownPrice {
    /// As it is kept with a provider and with each cost.
    pub fn price(&self) -> Price {
        // Dollars have few digits; a float holds their millionths exactly.
        let micros = |dollars: f64| (dollars * 1_000_000.0).round() as u64;
        Price {
            input_micros_per_million: micros(self.input),
            output_micros_per_million: micros(self.output),
            cached_input_micros_per_million: micros(self.cached.unwrap_or(self.input)),
            version: format!("table {}", PRICES.version),
        }
    }

    /// Whether a model is this one, or a dated version of it.
    fn is(&self, model: &str) -> bool {
        let model = model.strip_prefix("models/").unwrap_or(model);
        let is_date = |version: &str| {
            let digits = version.chars().filter(char::is_ascii_digit).count();
            digits >= 6 && version.chars().all(|c| c.is_ascii_digit() || c == '-')
        };
        model
            .strip_prefix(&self.name)
            .is_some_and(|rest| rest.is_empty() || rest.strip_prefix('-').is_some_and(is_date))
    }
}

/// The price of a preset's model, where it is known.
pub fn known(preset: &str, model: &str) -> Option<&'static KnownPrice> {
    let list = PriceList::of(preset)?;
    list.models.iter().find(|known| known.is(model))
}

#[derive(Deserialize)]
struct Prices {
    version: String,
    provider: Vec<PriceList>,
}

#[expect(
    clippy::expect_used,
    reason = "the file is part of the program and a test reads it"
)]
static PRICES: LazyLock<Prices> =
    LazyLock::new(|| toml::from_str(include_str!("../prices.toml")).expect("prices.toml"));

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preset::Preset;

    #[test]
    fn each_list_belongs_to_a_preset_and_says_where_it_is_from() {
        for list in &PRICES.provider {
            assert!(Preset::find(&list.preset).is_some(), "{}", list.preset);
            assert!(list.source.starts_with("https://"), "{}", list.source);
            let day: Vec<&str> = list.read.split('-').collect();
            assert_eq!(day.len(), 3, "{}", list.read);
            assert!(list.read <= PRICES.version, "{}", list.read);
            for known in &list.models {
                let price = known.price();
                assert!(price.cached_input_micros_per_million <= price.input_micros_per_million);
                assert!(price.input_micros_per_million > 0, "{}", known.name);
            }
        }
    }

    #[test]
    fn a_name_stands_for_its_dated_versions_and_for_no_other_model() {
        let name = |preset: &str, model: &str| known(preset, model).map(|known| &*known.name);
        assert_eq!(name("openai", "gpt-4.1-2025-04-14"), Some("gpt-4.1"));
        assert_eq!(name("openai", "gpt-4.1-mini"), Some("gpt-4.1-mini"));
        assert_eq!(name("openai", "gpt-4.1-nano"), None);
        assert_eq!(
            name("anthropic", "claude-opus-5-5"),
            Some("claude-opus-5-5")
        );
        assert_eq!(name("anthropic", "claude-opus-5-9"), None);
        assert_eq!(
            name("gemini", "models/gemini-2.5-flash"),
            Some("gemini-2.5-flash")
        );
        let cached = known("openai", "gpt-5.4-mini").unwrap().price();
        assert_eq!(cached.cached_input_micros_per_million, 75_000);
        assert_eq!(cached.version, "table 2026-11-23");
    }

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
