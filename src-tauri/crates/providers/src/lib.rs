//! The edge to model providers: one request in, one reply or one classified error out.
//!
//! Nothing here retries, waits for a rate limit, counts a budget or knows what a review is: that is the
//! engine's. What each wire answers is turned into one vocabulary: [`ModelReply`] with what it used, or
//! [`ProviderError`] whose [`ErrorClass`] says what to do next. Neither a key nor a word of a contract
//! ever stands in an error.
//!
//! Webhooks leave by the same way ([`webhook`]): this is the one crate that is a client of the network.
//!
//! Start with [`open`], then [`Provider`].

mod anthropic;
mod client;
pub mod config;
mod endpoint;
pub mod error;
mod estimate;
mod faults;
mod gemini;
mod keychain;
mod limits;
mod openai;
pub mod parse;
pub mod preset;
pub mod price;
mod redact;
pub mod reply;
pub mod request;
pub mod secret;
pub mod tokens;
pub mod way_out;
pub mod webhook;
mod wire;

use std::sync::Arc;

use futures_core::future::BoxFuture;

pub use config::{ProviderConfig, SchemaMode, Timeouts, WireFormat};
pub use error::{ErrorClass, Failure, ProviderError, code};
pub use keychain::NoKeychain;
pub use parse::parse_reply;
pub use preset::{KeyNeed, Preset};
pub use price::{Price, PriceList};
pub use redact::{Redaction, Redactor, Replaced};
pub use reply::{EmbedReply, Finish, Limit, ListedModel, ModelReply, RateLimits, Usage};
pub use request::{EmbedRequest, ModelRequest, ReplySchema};
pub use secret::{FoundKey, KeyPlace, Keys, Secret};
pub use tokens::estimate_tokens;
pub use way_out::{About, Purpose, WayOut};
pub use webhook::{BadAddress, NotTaken, SigningSecret, WebhookAddress, WebhookMessage};
pub use wire::prepare_tls;

/// A model behind a wire.
pub trait Provider: std::fmt::Debug + Send + Sync {
    /// Sends one request and waits for its one reply. Dropping the future closes the connection.
    fn complete<'a>(
        &'a self,
        request: &'a ModelRequest,
    ) -> BoxFuture<'a, Result<ModelReply, ProviderError>>;

    /// Turns texts into vectors, one for each, in their order.
    fn embed<'a>(
        &'a self,
        request: &'a EmbedRequest,
    ) -> BoxFuture<'a, Result<EmbedReply, ProviderError>>;

    /// The models it has, as far as it says.
    fn list_models(&self) -> BoxFuture<'_, Result<Vec<ListedModel>, ProviderError>>;

    /// The same provider, asked for this purpose: who watches the way out is told.
    fn about(&self, about: About) -> Arc<dyn Provider>;
}

/// Opens a provider, to be reached by this way. Nothing is sent yet.
///
/// # Errors
/// [`code::BAD_SETTINGS`] when address, key or proxy cannot be used.
pub fn open(
    config: &ProviderConfig,
    key: Option<Secret>,
    way: &WayOut,
) -> Result<Arc<dyn Provider>, ProviderError> {
    let client = client::Client::open(config, key.as_ref(), way)?;
    Ok(match config.wire {
        WireFormat::OpenAi => Arc::new(openai::OpenAi { client }),
        WireFormat::Anthropic => Arc::new(anthropic::Anthropic { client }),
        WireFormat::Gemini => Arc::new(gemini::Gemini { client }),
    })
}
