//! What the wires share: a body sent, JSON or a classified error back.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::config::{ProviderConfig, SchemaMode};
use crate::endpoint::Endpoint;
use crate::error::{ErrorClass, ProviderError, code};
use crate::faults::{Asked, fault, is_error_body};
use crate::limits::rate_limits;
use crate::preset::Quirks;
use crate::reply::{Finish, ListedModel, ModelReply, Usage};
use crate::request::ModelRequest;
use crate::secret::Secret;
use crate::way_out::{About, Leaving, WayOut};
use crate::wire::{Answer, Lost, Wire};

/// One provider, whatever it speaks.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub config: ProviderConfig,
    pub endpoint: Endpoint,
    pub quirks: Quirks,
    wire: Arc<Wire>,
    had_key: bool,
    about: About,
}

/// An answer, read from its wire.
pub(crate) struct Read {
    pub text: String,
    pub finish: Finish,
    pub usage: Usage,
    pub model: Option<String>,
    pub id: Option<String>,
}

impl Client {
    pub fn open(
        config: &ProviderConfig,
        key: Option<&Secret>,
        way: &WayOut,
    ) -> Result<Self, ProviderError> {
        let endpoint = Endpoint::parse(&config.base_url)?;
        let key = key.filter(|key| !key.expose().is_empty());
        let quirks = Quirks::of(config, &endpoint);
        Ok(Self {
            wire: Arc::new(Wire::open(config, &endpoint, &quirks, key, way)?),
            quirks,
            config: config.clone(),
            endpoint,
            had_key: key.is_some(),
            about: About::default(),
        })
    }

    /// The same client, asking for this.
    pub fn about(&self, about: About) -> Self {
        Self {
            about,
            ..self.clone()
        }
    }

    /// What is told of a call before it leaves.
    fn leaving(&self, model: &str, body: &[u8]) -> Leaving {
        Leaving {
            host: self.endpoint.host(),
            provider: self.config.id.clone(),
            model: model.to_owned(),
            about: self.about.clone(),
            bytes_sent: body.len() as u64,
        }
    }

    /// Sends a body and gives what came back as JSON. `most` is what the call may cost at most, counted
    /// when it may have been billed without saying so.
    pub async fn post(
        &self,
        path: &str,
        model: &str,
        body: &impl Serialize,
        most: Usage,
    ) -> Result<(Answer, Value), ProviderError> {
        let body = serde_json::to_vec(body).map_err(|_| self.not_json())?;
        let leaving = self.leaving(model, &body);
        let answer = self
            .wire
            .post(self.endpoint.call(path), body, leaving)
            .await;
        self.read(model, answer, most)
    }

    /// Asks for a list that costs nothing.
    pub async fn get(
        &self,
        path: &str,
        query: Option<(&str, &str)>,
    ) -> Result<(Answer, Value), ProviderError> {
        let mut url = self.endpoint.call(path);
        if let Some((name, value)) = query {
            url.query_pairs_mut().append_pair(name, value);
        }
        let answer = self.wire.get(url, self.leaving("", &[])).await;
        let mut read = self.read("", answer, Usage::default());
        if let Err(error) = &mut read {
            error.usage = None;
        }
        read
    }

    fn read(
        &self,
        model: &str,
        answer: Result<Answer, Lost>,
        most: Usage,
    ) -> Result<(Answer, Value), ProviderError> {
        let asked = Asked {
            name: &self.config.name,
            model,
            had_key: self.had_key,
        };
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
    pub fn unusable(&self, answer: &Answer, code: &'static str, usage: Usage) -> ProviderError {
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

    /// The instruction, with the schema told in words where the server cannot be held to it.
    pub fn system(&self, request: &ModelRequest) -> String {
        match (&request.schema, self.config.schema_mode) {
            (Some(schema), SchemaMode::JsonObject | SchemaMode::None) => format!(
                "{}\n\nAnswer with one JSON object and nothing else: no prose around it, no code \
                 fence. It has to match this JSON Schema:\n{}",
                request.system, schema.schema
            ),
            _ => request.system.clone(),
        }
    }

    /// The models of a list as OpenAI and Anthropic give it, and those that were made after it.
    pub async fn list(
        &self,
        query: Option<(&str, &str)>,
    ) -> Result<Vec<ListedModel>, ProviderError> {
        let (answer, value) = self.get("models", query).await?;
        let list = value.get("data").unwrap_or(&value).as_array();
        let Some(list) = list else {
            return Err(self.unusable(&answer, code::UNREADABLE_ANSWER, Usage::default()));
        };
        // OpenRouter; Mistral; vLLM; LM Studio; llama.cpp.
        let context = |model: &Value| {
            [
                "/context_length",
                "/max_context_length",
                "/max_model_len",
                "/loaded_context_length",
                "/meta/n_ctx_train",
            ]
            .iter()
            .find_map(|place| u32::try_from(model.pointer(place)?.as_u64()?).ok())
        };
        let listed = |model: &Value| {
            Some(ListedModel {
                id: model.get("id")?.as_str()?.to_owned(),
                context_tokens: context(model),
            })
        };
        Ok(list.iter().filter_map(listed).collect())
    }

    /// The reply that an answer is, unless there is nothing in it.
    pub fn reply(
        &self,
        request: &ModelRequest,
        answer: &Answer,
        read: Read,
    ) -> Result<ModelReply, ProviderError> {
        let may_be_empty = matches!(read.finish, Finish::Length | Finish::Refusal);
        if read.text.trim().is_empty() && !may_be_empty {
            let mut error = self.unusable(answer, code::EMPTY_REPLY, read.usage);
            error.response_id = read.id;
            return Err(error);
        }
        Ok(ModelReply {
            text: read.text,
            finish: read.finish,
            usage: read.usage,
            model: read.model.unwrap_or_else(|| request.model.clone()),
            response_id: read.id,
            http_status: answer.status,
            first_byte_ms: answer.first_byte_ms,
            total_ms: answer.total_ms,
            limits: rate_limits(&answer.headers),
        })
    }
}
