//! `POST /chat/completions`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::OpenAi;
use crate::client::Read;
use crate::config::SchemaMode;
use crate::error::{ErrorClass, ProviderError, code};
use crate::estimate::{Counts, Estimate};
use crate::reply::{Finish, ModelReply, Usage};
use crate::request::{ModelRequest, ReplySchema};
use crate::wire::Answer;

impl OpenAi {
    pub(super) async fn chat(&self, request: &ModelRequest) -> Result<ModelReply, ProviderError> {
        let system = self.client.system(request);
        let body = self.chat_body(request, &system);
        let estimate = Estimate::of(request, &system);
        let most = estimate.usage(request.max_output_tokens.into());
        let (answer, value) = self
            .client
            .post("chat/completions", &request.model, &body, most)
            .await?;
        let Ok(reply) = ChatReply::deserialize(value) else {
            return Err(self.client.unusable(&answer, code::UNREADABLE_ANSWER, most));
        };
        self.read_reply(request, &estimate, &answer, reply)
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
        let config = &self.client.config;
        let schema = request.schema.as_ref();
        let quirks = &self.client.quirks;
        let mut dialect = quirks.body.clone();
        let word = |own: &Option<String>, usual: &str| own.clone().unwrap_or(usual.to_owned());
        dialect.insert(
            word(&quirks.limit_field, "max_tokens"),
            request.max_output_tokens.into(),
        );
        if let Some(seed) = request.seed.filter(|_| config.sampling) {
            dialect.insert(word(&quirks.seed_field, "seed"), seed.into());
        }
        let tool = schema.filter(|_| config.schema_mode == SchemaMode::Tool);
        ChatBody {
            model: &request.model,
            messages,
            dialect,
            temperature: config.sampling.then_some(request.temperature),
            response_format: schema.and_then(|schema| format_of(schema, config.schema_mode)),
            tools: tool.map(|schema| [Tool::of(schema)]),
            tool_choice: tool.map(|schema| Choose::of(&schema.name)),
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
                let is_refusal = message
                    .refusal
                    .as_ref()
                    .is_some_and(|said| !said.is_empty());
                (message.text(), is_refusal, choice.finish_reason)
            }
            None => (String::new(), false, None),
        };
        let counts = reply.usage.as_ref().map(counts).unwrap_or_default();
        let usage = estimate.check(counts, &text);
        let finish = match word.as_deref() {
            _ if is_refusal => Finish::Refusal,
            Some(
                "stop" | "eos" | "end_turn" | "stop_sequence" | "tool_calls" | "function_call",
            ) => Finish::Stop,
            Some("length" | "max_tokens" | "model_length") => Finish::Length,
            Some("content_filter" | "refusal" | "safety") => Finish::Refusal,
            Some("error") => {
                let mut error = self.broke_off(answer, usage);
                error.response_id = reply.id;
                return Err(error);
            }
            Some(other) => Finish::Other(other.to_owned()),
            None => Finish::Other("none".to_owned()),
        };
        let read = Read {
            text,
            finish,
            usage,
            model: reply.model,
            id: reply.id,
        };
        self.client.reply(request, answer, read)
    }

    /// OpenRouter's way to say that the server behind it failed half-way.
    fn broke_off(&self, answer: &Answer, usage: Usage) -> ProviderError {
        let mut error = self.client.unusable(answer, code::SERVER_ERROR, usage);
        error.class = ErrorClass::RetryBackoff;
        error.message = format!(
            "{} broke off in the middle of its answer. Countersign asks again by itself",
            self.client.config.name
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
        SchemaMode::Tool | SchemaMode::None => None,
    }
}

/// What is said of tokens, in OpenAI's words or DeepSeek's.
fn counts(usage: &Value) -> Counts {
    let number = |pointer: &str| usage.pointer(pointer)?.as_u64();
    Counts {
        input: number("/prompt_tokens"),
        output: number("/completion_tokens"),
        cached: number("/prompt_tokens_details/cached_tokens")
            .or_else(|| number("/prompt_cache_hit_tokens")),
    }
}

#[derive(Serialize)]
struct ChatBody<'a> {
    model: &'a str,
    messages: Vec<Message<'a>>,
    /// What servers call otherwise, or want on top.
    #[serde(flatten)]
    dialect: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<ResponseFormat<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tools: Option<[Tool<'a>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<Choose<'a>>,
    stream: bool,
}

#[derive(Serialize)]
struct Tool<'a> {
    r#type: &'static str,
    function: Function<'a>,
}

#[derive(Serialize)]
struct Function<'a> {
    name: &'a str,
    parameters: &'a Value,
}

#[derive(Serialize)]
struct Choose<'a> {
    r#type: &'static str,
    function: Named<'a>,
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
}

impl<'a> Tool<'a> {
    fn of(schema: &'a ReplySchema) -> Self {
        Self {
            r#type: "function",
            function: Function {
                name: &schema.name,
                parameters: &schema.schema,
            },
        }
    }
}

impl<'a> Choose<'a> {
    fn of(name: &'a str) -> Self {
        Self {
            r#type: "function",
            function: Named { name },
        }
    }
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
    #[serde(default)]
    tool_calls: Option<Vec<ToolCall>>,
}

#[derive(Deserialize)]
struct ToolCall {
    function: Called,
}

#[derive(Deserialize)]
struct Called {
    #[serde(default)]
    arguments: Value,
}

impl Answered {
    /// What the tool was called with, else what was written.
    fn text(self) -> String {
        let call = self.tool_calls.into_iter().flatten().next();
        match call.map(|call| call.function.arguments) {
            Some(Value::String(arguments)) => arguments,
            // Some servers give the value itself.
            Some(arguments @ Value::Object(_)) => arguments.to_string(),
            _ => self.content.map(Content::text).unwrap_or_default(),
        }
    }
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
