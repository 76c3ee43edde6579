//! Well-known providers: how each is reached, what is peculiar to it, what a person should know of it.
//!
//! All of it is data (`presets.toml`). A provider that was set up without a preset is known by its host.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::config::{ProviderConfig, WireFormat};
use crate::endpoint::Endpoint;
use crate::price;

/// A provider that is known by name.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Its name in settings.
    pub id: String,
    /// Its name on screen.
    pub name: String,
    /// What it speaks.
    #[serde(default)]
    pub wire: WireFormat,
    /// Where it is, up to the version.
    pub base_url: String,
    /// Domains that are its own.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Whether it wants a key.
    pub key: KeyNeed,
    /// Tokens its models can see, as far as that is one number.
    pub context_tokens: u32,
    /// Tokens its models may need to think before they answer.
    #[serde(default)]
    pub thinking_tokens: u32,
    /// What a person needs to know to set it up.
    pub note: String,
    /// Where text goes and what becomes of it there.
    pub privacy: String,
    /// What its wire does otherwise than others.
    #[serde(default)]
    pub quirks: Quirks,
}

/// Whether a provider wants a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyNeed {
    /// Nothing is answered without.
    Needed,
    /// Whoever runs the server decides.
    Optional,
    /// It asks for none.
    Unused,
}

/// What a server does otherwise than the wire it speaks. Only the wire of OpenAI has dialects.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quirks {
    /// The header its key goes into, bare; that of the wire without it.
    #[serde(default)]
    pub key_header: Option<String>,
    /// What it calls the most tokens of an answer; `max_tokens` without it.
    #[serde(default)]
    pub limit_field: Option<String>,
    /// What it calls the seed; `seed` without it.
    #[serde(default)]
    pub seed_field: Option<String>,
    /// What goes along with every question.
    #[serde(default)]
    pub body: Map<String, Value>,
}

impl Quirks {
    /// What is peculiar to a provider: by its preset, else by its host.
    pub(crate) fn of(config: &ProviderConfig, endpoint: &Endpoint) -> Self {
        let by_id = config.preset.as_deref().and_then(Preset::find);
        let known = by_id.or_else(|| {
            let is_there = |preset: &&Preset| {
                preset.wire == config.wire && preset.hosts.iter().any(|host| endpoint.is_at(host))
            };
            Preset::all().iter().find(is_there)
        });
        known
            .map(|preset| preset.quirks.clone())
            .unwrap_or_default()
    }
}

impl Preset {
    /// Those that come with the program.
    pub fn all() -> &'static [Self] {
        &PRESETS.preset
    }

    /// The one of this id.
    pub fn find(id: &str) -> Option<&'static Self> {
        Self::all().iter().find(|preset| preset.id == id)
    }

    /// The settings of a provider as this preset makes them, for a model.
    pub fn config(&self, id: &str, model: &str) -> ProviderConfig {
        let known = price::known(&self.id, model);
        ProviderConfig {
            id: id.to_owned(),
            name: self.name.clone(),
            base_url: self.base_url.clone(),
            wire: self.wire,
            preset: Some(self.id.clone()),
            model: model.to_owned(),
            context_tokens: self.context_tokens,
            thinking_tokens: known
                .and_then(|known| known.thinking_tokens)
                .unwrap_or(self.thinking_tokens),
            price: self.price(model),
            ..ProviderConfig::default()
        }
    }

    /// What a model of it costs, where that is known. A server on this computer costs nothing.
    pub fn price(&self, model: &str) -> Option<price::Price> {
        price::known(&self.id, model)
            .map(|known| known.price())
            .or_else(|| self.is_local().then(price::Price::free))
    }

    fn is_local(&self) -> bool {
        Endpoint::parse(&self.base_url).is_ok_and(|endpoint| endpoint.is_local)
    }
}

#[derive(Deserialize)]
struct Presets {
    preset: Vec<Preset>,
}

#[expect(
    clippy::expect_used,
    reason = "the file is part of the program and a test reads it"
)]
static PRESETS: LazyLock<Presets> =
    LazyLock::new(|| toml::from_str(include_str!("../presets.toml")).expect("presets.toml"));

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SchemaMode;

    #[test]
    fn every_preset_can_be_opened_and_says_where_text_goes() {
        assert_eq!(Preset::all().len(), 10);
        for preset in Preset::all() {
            let config = preset.config("mine", "some-model");
            crate::open(&config, None, &crate::WayOut::default()).unwrap();
            assert_eq!(config.schema_mode, SchemaMode::JsonSchema);
            assert!(preset.privacy.len() > 20, "{}", preset.id);
            assert_eq!(Preset::find(&preset.id), Some(preset));
            assert_eq!(
                preset.key == KeyNeed::Needed,
                !preset.is_local(),
                "{}",
                preset.id
            );
        }
    }

    #[test]
    fn a_provider_without_a_preset_is_known_by_its_host() {
        let mut config = ProviderConfig {
            base_url: "https://example.openai.azure.com/openai/v1".to_owned(),
            ..ProviderConfig::default()
        };
        let quirks = |config: &ProviderConfig| {
            Quirks::of(config, &Endpoint::parse(&config.base_url).unwrap())
        };
        assert_eq!(quirks(&config).key_header.as_deref(), Some("api-key"));
        config.base_url = "https://example.com/v1".to_owned();
        assert_eq!(quirks(&config), Quirks::default());
        config.preset = Some("mistral".to_owned());
        assert_eq!(quirks(&config).seed_field.as_deref(), Some("random_seed"));
    }

    #[test]
    fn a_server_on_this_computer_costs_nothing_and_an_unknown_model_has_no_price() {
        let price = |id: &str, model: &str| Preset::find(id).unwrap().price(model);
        assert_eq!(price("ollama", "any"), Some(price::Price::free()));
        assert_eq!(price("openai", "gpt-99"), None);
        let known = price("anthropic", "claude-sonnet-4-5-20250929").unwrap();
        assert_eq!(known.input_micros_per_million, 3_000_000);
    }
}
