//! Between what a person sets up and what providers are opened with.

use countersign_providers::{
    FoundKey, KeyPlace as Place, Keys, Preset, Price, PriceList, ProviderConfig, WireFormat,
};

use crate::error::Error;
use crate::views::{KeyPlace, KeyView, PriceView, ProviderSetup};

/// Prices that a person typed in.
const OWN_PRICE: &str = "own";

/// How a provider was set up.
pub(super) fn setup_of(config: &ProviderConfig) -> ProviderSetup {
    let own = |price: &Option<Price>| price.clone().filter(|price| price.version == OWN_PRICE);
    let price = own(&config.price);
    let price = price.as_ref();
    ProviderSetup {
        id: config.id.clone(),
        name: config.name.clone(),
        preset: config.preset.clone(),
        base_url: config.base_url.clone(),
        model: config.model.clone(),
        requests_per_minute: config.requests_per_minute,
        tokens_per_minute: config.tokens_per_minute,
        concurrency: config.concurrency,
        context_tokens: config.context_tokens,
        input_micros_per_million: price.map(|p| p.input_micros_per_million),
        output_micros_per_million: price.map(|p| p.output_micros_per_million),
        embedding_model: config.embedding_model.clone(),
        embedding_micros_per_million: own(&config.embedding_price)
            .map(|p| p.input_micros_per_million),
    }
}

/// Names of ours are short and look the same in a keychain, in an environment variable and on a command line.
pub(super) fn is_good_id(id: &str) -> bool {
    (1..=40).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// What the person set up, over what was set up before.
pub(super) fn config_of(
    setup: &ProviderSetup,
    before: Option<&ProviderConfig>,
) -> Result<ProviderConfig, Error> {
    if !is_good_id(&setup.id) {
        return Err(Error::Setting(
            "a provider's id is 1 to 40 small letters, digits and hyphens, as in \"openai\" or \"local-1\"".to_owned(),
        ));
    }
    if setup.model.trim().is_empty() {
        return Err(Error::Setting(
            "name the model to ask, as the provider calls it".to_owned(),
        ));
    }
    if setup.concurrency == 0 || setup.concurrency > 128 {
        return Err(Error::Setting("calls at once can be 1 to 128".to_owned()));
    }
    let preset = preset_of(setup)?;
    let model = setup.model.trim();
    let known = before.filter(|known| known.preset == setup.preset && known.model == model);
    // What was learnt of another model holds for it alone.
    let config = known.cloned().unwrap_or_else(|| match preset {
        Some(preset) => preset.config(&setup.id, model),
        None => ProviderConfig {
            id: setup.id.clone(),
            model: model.to_owned(),
            ..ProviderConfig::default()
        },
    });
    let base_url = match (setup.base_url.trim(), preset) {
        ("", Some(preset)) => preset.base_url.as_str(),
        (typed, _) => typed,
    };
    if base_url.contains("YOUR-") {
        return Err(Error::Setting(format!(
            "put the name of your own resource into the address {base_url}"
        )));
    }
    let price = match (
        setup.input_micros_per_million,
        setup.output_micros_per_million,
    ) {
        (Some(input), Some(output)) => Some(own_price(input, output)),
        _ => preset.and_then(|preset| preset.price(model)),
    };
    let embedding_model = setup.embedding_model.as_deref().map(str::trim);
    let embedding_model = embedding_model.filter(|name| !name.is_empty());
    if embedding_model.is_some() && config.wire == WireFormat::Anthropic {
        return Err(Error::Setting(
            "Anthropic has no models for embeddings: leave that field empty, and the offline ones are used".to_owned(),
        ));
    }
    Ok(ProviderConfig {
        name: setup.name.clone(),
        base_url: base_url.to_owned(),
        requests_per_minute: setup.requests_per_minute,
        tokens_per_minute: setup.tokens_per_minute,
        concurrency: setup.concurrency,
        context_tokens: setup.context_tokens,
        price,
        embedding_price: match setup.embedding_micros_per_million {
            Some(input) => Some(own_price(input, 0)),
            None => preset
                .zip(embedding_model)
                .and_then(|(preset, model)| preset.price(model)),
        },
        embedding_model: embedding_model.map(str::to_owned),
        ..config
    })
}

fn own_price(input: u64, output: u64) -> Price {
    Price {
        input_micros_per_million: input,
        output_micros_per_million: output,
        cached_input_micros_per_million: input,
        version: OWN_PRICE.to_owned(),
    }
}

fn preset_of(setup: &ProviderSetup) -> Result<Option<&'static Preset>, Error> {
    let Some(id) = setup.preset.as_deref() else {
        return Ok(None);
    };
    let preset = Preset::find(id);
    let preset = preset.ok_or_else(|| {
        let all: Vec<&str> = Preset::all().iter().map(|preset| &*preset.id).collect();
        Error::Setting(format!(
            "there is no preset {id}. There are: {}",
            all.join(", ")
        ))
    })?;
    Ok(Some(preset))
}

/// What a provider's model costs, and who says so.
pub(super) fn price_view(config: &ProviderConfig) -> Option<PriceView> {
    let price = config.price.as_ref()?;
    let list = config.preset.as_deref().and_then(PriceList::of);
    let source = match (price.version.as_str(), list) {
        (OWN_PRICE, _) => "as you entered it".to_owned(),
        ("free", _) => "a server on this computer".to_owned(),
        (_, Some(list)) => format!("{}, read on {}", list.source, list.read),
        (version, None) => version.to_owned(),
    };
    Some(PriceView {
        input: price.input_micros_per_million,
        cached: price.cached_input_micros_per_million,
        output: price.output_micros_per_million,
        source,
    })
}

/// Where a provider's key is, and what a person can do about it.
pub(super) fn key_view(id: &str, found: &FoundKey) -> KeyView {
    let variable = Keys::variable(id);
    let trouble = found.no_keychain;
    let (place, words) = match (found.place, trouble) {
        (Place::Keychain, _) => (KeyPlace::Keychain, "in the system's keychain".to_owned()),
        (Place::Environment, _) => (
            KeyPlace::Environment,
            format!("in the environment variable {variable}"),
        ),
        (Place::Memory, _) => (
            KeyPlace::Memory,
            format!(
                "in memory until Countersign is closed, because there is no keychain on this computer that answers. To keep it, \
                 put it into the environment variable {variable}"
            ),
        ),
        (Place::Nowhere, Some(why)) if why.is_locked() => {
            (KeyPlace::None, format!("not found: {why}"))
        }
        (Place::Nowhere, _) => (
            KeyPlace::None,
            format!("none is set, here or in the environment variable {variable}"),
        ),
    };
    KeyView { place, words }
}
