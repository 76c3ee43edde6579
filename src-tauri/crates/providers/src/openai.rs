//! The wire of OpenAI's chat completions and embeddings, which most servers speak: OpenAI, Azure,
//! Mistral, OpenRouter, Ollama, LM Studio, llama.cpp, vLLM.

mod chat;
mod embeddings;

use futures_core::future::BoxFuture;
use serde::Serialize;
use serde_json::Value;

use crate::Provider;
use crate::config::ProviderConfig;
use crate::endpoint::Endpoint;
use crate::error::{ErrorClass, ProviderError, code};
use crate::faults::{Asked, fault, is_error_body};
use crate::limits::rate_limits;
use crate::reply::{EmbedReply, ModelReply, Usage};
use crate::request::{EmbedRequest, ModelRequest};
use crate::secret::Secret;
use crate::wire::{Answer, Wire};

/// A provider that speaks this wire.
#[derive(Debug)]
pub(crate) struct OpenAi {
    config: ProviderConfig,
    endpoint: Endpoint,
    wire: Wire,
    had_key: bool,
}

impl OpenAi {
    pub fn open(config: &ProviderConfig, key: Option<&Secret>) -> Result<Self, ProviderError> {
        let endpoint = Endpoint::parse(&config.base_url)?;
        let key = key.filter(|key| !key.expose().is_empty());
        Ok(Self {
            wire: Wire::open(config, &endpoint, key)?,
            config: config.clone(),
            endpoint,
            had_key: key.is_some(),
        })
    }

    /// Sends a body and gives what came back as JSON. `most` is what the call may cost at most, counted
    /// when it may have been billed without saying so.
    async fn post(
        &self,
        path: &str,
        model: &str,
        body: &impl Serialize,
        most: Usage,
    ) -> Result<(Answer, Value), ProviderError> {
        let asked = Asked {
            name: &self.config.name,
            model,
            had_key: self.had_key,
        };
        let body = serde_json::to_vec(body).map_err(|_| self.not_json())?;
        let answer = self.wire.post(self.endpoint.call(path), body).await;
        let answer = answer.map_err(|lost| {
            let mut error = lost.error;
            error.usage = lost.may_be_billed.then_some(most);
            error
        })?;
        if !(200..300).contains(&answer.status) {
            return Err(fault(&answer, asked));
        }
        match serde_json::from_slice::<Value>(&answer.body) {
            Ok(value) if is_error_body(&value) => Err(fault(&answer, asked)),
            Ok(value) => Ok((answer, value)),
            Err(_) => Err(self.unusable(&answer, code::UNREADABLE_ANSWER, most)),
        }
    }

    /// A paid answer of which nothing can be made.
    fn unusable(&self, answer: &Answer, code: &'static str, usage: Usage) -> ProviderError {
        let name = &self.config.name;
        let what = match code {
            code::EMPTY_REPLY => "an answer without a word in it",
            _ => "something that is no answer of a model",
        };
        let mut error = ProviderError::new(
            ErrorClass::RetryBackoff,
            code,
            format!(
                "{name} sent {what}. Countersign asks again by itself; check the address in the \
                 provider's settings if this lasts"
            ),
        );
        error.http_status = Some(answer.status);
        error.usage = Some(usage);
        error.total_ms = answer.total_ms;
        error.limits = rate_limits(&answer.headers);
        error
    }

    fn not_json(&self) -> ProviderError {
        let name = &self.config.name;
        ProviderError::new(
            ErrorClass::Permanent,
            code::REQUEST_REFUSED,
            format!("The call to {name} cannot be written as JSON, so it was not sent"),
        )
    }
}

impl Provider for OpenAi {
    fn complete<'a>(
        &'a self,
        request: &'a ModelRequest,
    ) -> BoxFuture<'a, Result<ModelReply, ProviderError>> {
        Box::pin(self.chat(request))
    }

    fn embed<'a>(
        &'a self,
        request: &'a EmbedRequest,
    ) -> BoxFuture<'a, Result<EmbedReply, ProviderError>> {
        Box::pin(self.embeddings(request))
    }
}
