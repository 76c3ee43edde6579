//! `POST /chat/completions`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::OpenAi;
use crate::config::SchemaMode;
use crate::error::{ErrorClass, ProviderError, code};
use crate::limits::rate_limits;
use crate::reply::{Finish, ModelReply, Usage};
use crate::request::{ModelRequest, ReplySchema};
use crate::tokens::estimate_tokens;
use crate::wire::Answer;

/// No call is billed for more; beyond it a count is nonsense.
const MOST_TOKENS: u64 = 10_000_000;

/// Marks, roles and a server's own prompt come on top of the bytes we sent.
const MOST_TOKENS_OF_A_SERVER: u64 = 8_192;

impl OpenAi {
    pub(super) async fn chat(&self, request: &ModelRequest) -> Result<ModelReply, ProviderError> {
        let system = self.system(request);
        let body = self.chat_body(request, &system);
        let estimate = Estimate::of(request, &system);
        let most = estimate.usage(request.max_output_tokens.into());
        let (answer, value) = self
            .post("chat/completions", &request.model, &body, most)
            .await?;
        let Ok(reply) = ChatReply::deserialize(value) else {
            return Err(self.unusable(&answer, code::UNREADABLE_ANSWER, most));
        };
        self.read_reply(request, &estimate, &answer, reply)
    }

    /// The instruction, with the schema told in words where the server cannot be held to it.
    fn system(&self, request: &ModelRequest) -> String {
        match (&request.schema, self.config.schema_mode) {
            (Some(schema), SchemaMode::JsonObject | SchemaMode::None) => format!(
                "{}\n\nAnswer with one JSON object and nothing else: no prose around it, no code \
                 fence. It has to match this JSON Schema:\n{}",
                request.system, schema.schema
            ),
            _ => request.system.clone(),
        }
    }

    fn chat_body<'a>(&self, request: &'a ModelRequest, system: &'a str) -> ChatBody<'a> {
        let mut messages = Vec::with_capacity(2);
        if !system.is_empty() {
            messages.push(Message {
                role: "system",
                content: system,
            });
        }
        messages.push(Message {
            role: "user",
            content: &request.user,
        });
        // OpenAI renamed the limit for all its models; the others kept the old name.
        let is_renamed = ["openai.com", "openai.azure.com", "services.ai.azure.com"]
            .iter()
            .any(|domain| self.endpoint.is_at(domain));
        let limit = Some(request.max_output_tokens);
        let schema = request.schema.as_ref();
        ChatBody {
            model: &request.model,
            messages,
            max_tokens: limit.filter(|_| !is_renamed),
            max_completion_tokens: limit.filter(|_| is_renamed),
            temperature: self.config.sampling.then_some(request.temperature),
            seed: request.seed.filter(|_| self.config.sampling),
            response_format: schema.and_then(|schema| format_of(schema, self.config.schema_mode)),
            stream: false,
        }
    }

    fn read_reply(
        &self,
        request: &ModelRequest,
        estimate: &Estimate,
        answer: &Answer,
        reply: ChatReply,
    ) -> Result<ModelReply, ProviderError> {
        let choice = reply.choices.into_iter().next();
        let (text, is_refusal, word) = match choice {
            Some(choice) => {
                let message = choice.message.unwrap_or_default();
                let is_refusal = message.refusal.is_some_and(|refusal| !refusal.is_empty());
                let text = message.content.map(Content::text).unwrap_or_default();
                (text, is_refusal, choice.finish_reason)
            }
            None => (String::new(), false, None),
        };
        let usage = estimate.check(reply.usage.as_ref(), &text);
        let with_id = |mut error: ProviderError| {
            error.response_id.clone_from(&reply.id);
            error
        };
        let finish = match word.as_deref() {
            _ if is_refusal => Finish::Refusal,
            Some("stop" | "eos" | "end_turn" | "stop_sequence") => Finish::Stop,
            Some("length" | "max_tokens" | "model_length") => Finish::Length,
            Some("content_filter" | "refusal" | "safety") => Finish::Refusal,
            Some("error") => return Err(with_id(self.broke_off(answer, usage))),
            Some(other) => Finish::Other(other.to_owned()),
            None => Finish::Other("none".to_owned()),
        };
        let may_be_empty = matches!(finish, Finish::Length | Finish::Refusal);
        if text.trim().is_empty() && !may_be_empty {
            return Err(with_id(self.unusable(answer, code::EMPTY_REPLY, usage)));
        }
        Ok(ModelReply {
            text,
            finish,
            usage,
            model: reply.model.unwrap_or_else(|| request.model.clone()),
            response_id: reply.id,
            http_status: answer.status,
            first_byte_ms: answer.first_byte_ms,
            total_ms: answer.total_ms,
            limits: rate_limits(&answer.headers),
        })
    }

    /// OpenRouter's way to say that the server behind it failed half-way.
    fn broke_off(&self, answer: &Answer, usage: Usage) -> ProviderError {
        let mut error = self.unusable(answer, code::SERVER_ERROR, usage);
        error.class = ErrorClass::RetryBackoff;
        error.message = format!(
            "{} broke off in the middle of its answer. Countersign asks again by itself",
            self.config.name
        );
        error
    }
}

fn format_of(schema: &ReplySchema, mode: SchemaMode) -> Option<ResponseFormat<'_>> {
    match mode {
        SchemaMode::JsonSchema => Some(ResponseFormat::JsonSchema {
            json_schema: NamedSchema {
                name: &schema.name,
                strict: true,
                schema: &schema.schema,
            },
        }),
        SchemaMode::JsonObject => Some(ResponseFormat::JsonObject),
        SchemaMode::None => None,
    }
}

/// Our own count of a question, to check the provider's.
struct Estimate {
    input: u64,
    bytes: u64,
}

impl Estimate {
    fn of(request: &ModelRequest, system: &str) -> Self {
        let schema = request.schema.as_ref();
        let schema = schema.map(|schema| schema.schema.to_string());
        let parts = [system, &request.user, schema.as_deref().unwrap_or_default()];
        Self {
            input: parts
                .iter()
                .map(|part| u64::from(estimate_tokens(part)))
                .sum(),
            bytes: parts.iter().map(|part| part.len() as u64).sum(),
        }
    }

    fn usage(&self, output_tokens: u64) -> Usage {
        Usage {
            input_tokens: self.input,
            output_tokens,
            cached_tokens: 0,
            estimated: true,
        }
    }

    /// The provider's counts where they are possible, else ours. A token is a byte at least.
    fn check(&self, said: Option<&Value>, text: &str) -> Usage {
        let number = |pointer: &str| said?.pointer(pointer)?.as_u64();
        let input = number("/prompt_tokens")
            .filter(|tokens| (1..=self.bytes + MOST_TOKENS_OF_A_SERVER).contains(tokens));
        let output = number("/completion_tokens")
            .filter(|tokens| *tokens <= MOST_TOKENS && (*tokens > 0 || text.is_empty()));
        let (Some(input_tokens), Some(output_tokens)) = (input, output) else {
            return self.usage(estimate_tokens(text).into());
        };
        let cached = number("/prompt_tokens_details/cached_tokens")
            .or_else(|| number("/prompt_cache_hit_tokens"))
            .filter(|cached| *cached <= input_tokens);
        Usage {
            input_tokens,
            output_tokens,
            cached_tokens: cached.unwrap_or(0),
            estimated: false,
        }
    }
}

#[derive(Serialize)]
struct ChatBody<'a> {
    model: &'a str,
    messages: Vec<Message<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<ResponseFormat<'a>>,
    stream: bool,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ResponseFormat<'a> {
    JsonSchema { json_schema: NamedSchema<'a> },
    JsonObject,
}

#[derive(Serialize)]
struct NamedSchema<'a> {
    name: &'a str,
    strict: bool,
    schema: &'a Value,
}

#[derive(Deserialize)]
struct ChatReply {
    id: Option<String>,
    model: Option<String>,
    #[serde(default)]
    choices: Vec<Choice>,
    usage: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    message: Option<Answered>,
    finish_reason: Option<String>,
}

#[derive(Default, Deserialize)]
struct Answered {
    content: Option<Content>,
    refusal: Option<String>,
}

/// Text, or parts of which some are text (Mistral's reasoning models).
#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    text: String,
}

impl Content {
    fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Parts(parts) => parts.into_iter().map(|part| part.text).collect(),
        }
    }
}
