//! The wire of Anthropic's Messages.

use std::sync::Arc;

use futures_core::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Provider;
use crate::client::{Client, Read};
use crate::config::SchemaMode;
use crate::error::{ErrorClass, ProviderError, code};
use crate::estimate::{Counts, Estimate};
use crate::reply::{EmbedReply, Finish, ListedModel, ModelReply};
use crate::request::{EmbedRequest, ModelRequest, ReplySchema};
use crate::way_out::About;

/// A provider that speaks this wire.
#[derive(Debug)]
pub(crate) struct Anthropic {
    pub client: Client,
}

impl Anthropic {
    async fn messages(&self, request: &ModelRequest) -> Result<ModelReply, ProviderError> {
        let system = self.client.system(request);
        let estimate = Estimate::of(request, &system);
        let most = estimate.usage(request.max_output_tokens.into());
        let body = self.body(request, &system);
        let (answer, value) = self
            .client
            .post("messages", &request.model, &body, most)
            .await?;
        let Ok(message) = Message::deserialize(value) else {
            return Err(self.client.unusable(&answer, code::UNREADABLE_ANSWER, most));
        };
        let text = text_of(&message.content);
        let finish = match message.stop_reason.as_deref() {
            Some("end_turn" | "stop_sequence" | "tool_use") => Finish::Stop,
            Some("max_tokens" | "model_context_window_exceeded") => Finish::Length,
            Some("refusal") => Finish::Refusal,
            Some(other) => Finish::Other(other.to_owned()),
            None => Finish::Other("none".to_owned()),
        };
        let read = Read {
            usage: estimate.check(message.usage.unwrap_or_default().counts(), &text),
            text,
            finish,
            model: message.model,
            id: message.id,
        };
        self.client.reply(request, &answer, read)
    }

    fn body(&self, request: &ModelRequest, system: &str) -> Value {
        let config = &self.client.config;
        let mut body = json!({
            "model": request.model,
            "max_tokens": request.max_output_tokens,
            "messages": [{ "role": "user", "content": request.user }],
        });
        if !system.is_empty() {
            body["system"] = system.into();
        }
        // There is no seed on this wire.
        if config.sampling {
            body["temperature"] = json!(request.temperature);
        }
        if let Some(ReplySchema { name, schema }) = &request.schema {
            match config.schema_mode {
                SchemaMode::JsonSchema => {
                    body["output_config"] =
                        json!({ "format": { "type": "json_schema", "schema": schema } });
                }
                SchemaMode::Tool => {
                    body["tools"] = json!([{ "name": name, "input_schema": schema }]);
                    body["tool_choice"] = json!({ "type": "tool", "name": name });
                }
                // Nothing lies between a tool and words on this wire.
                SchemaMode::JsonObject | SchemaMode::None => {}
            }
        }
        body
    }
}

/// What the tool was called with, else what was written; thoughts are left out.
fn text_of(content: &[Block]) -> String {
    let called = content.iter().find_map(|block| match block {
        Block::ToolUse { input } => Some(input.to_string()),
        _ => None,
    });
    called.unwrap_or_else(|| {
        let texts = content.iter().filter_map(|block| match block {
            Block::Text { text } => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    })
}

impl Provider for Anthropic {
    fn complete<'a>(
        &'a self,
        request: &'a ModelRequest,
    ) -> BoxFuture<'a, Result<ModelReply, ProviderError>> {
        Box::pin(self.messages(request))
    }

    fn embed<'a>(
        &'a self,
        _: &'a EmbedRequest,
    ) -> BoxFuture<'a, Result<EmbedReply, ProviderError>> {
        let name = &self.client.config.name;
        let error = ProviderError::new(
            ErrorClass::Fallback,
            code::NO_EMBEDDINGS,
            format!(
                "{name} has no models for embeddings, so the offline ones are used. Take the model \
                 for embeddings out of the provider's settings"
            ),
        );
        Box::pin(std::future::ready(Err(error)))
    }

    fn list_models(&self) -> BoxFuture<'_, Result<Vec<ListedModel>, ProviderError>> {
        Box::pin(self.client.list(Some(("limit", "1000"))))
    }

    fn about(&self, about: About) -> Arc<dyn Provider> {
        Arc::new(Self {
            client: self.client.about(about),
        })
    }
}

#[derive(Deserialize)]
struct Message {
    id: Option<String>,
    model: Option<String>,
    content: Vec<Block>,
    stop_reason: Option<String>,
    usage: Option<Used>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block {
    Text {
        text: String,
    },
    ToolUse {
        input: Value,
    },
    /// Thoughts, and what later versions of the wire add.
    #[serde(other)]
    Other,
}

#[derive(Default, Deserialize)]
struct Used {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
}

impl Used {
    /// `input_tokens` are those that had nothing to do with the cache.
    fn counts(&self) -> Counts {
        let written = self.cache_creation_input_tokens.unwrap_or(0);
        let read = self.cache_read_input_tokens.unwrap_or(0);
        let all = |fresh: u64| fresh.checked_add(written)?.checked_add(read);
        Counts {
            input: self.input_tokens.and_then(all),
            output: self.output_tokens,
            cached: self.cache_read_input_tokens,
        }
    }
}
