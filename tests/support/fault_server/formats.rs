//! The three wires a question comes in by and an answer leaves by.

use serde_json::{Value, json};

use super::answers::{Question, key_of, vector_of};
use super::script::Fault;

/// What a client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Chat completions and embeddings.
    OpenAi,
    /// Messages.
    Anthropic,
    /// `generateContent` and `batchEmbedContents`.
    Gemini,
}

/// What is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Called {
    Model,
    Embeddings,
}

impl Format {
    /// The path below which a server of this format answers.
    pub fn base(self) -> &'static str {
        match self {
            Self::OpenAi | Self::Anthropic => "/v1",
            Self::Gemini => "/v1beta",
        }
    }

    /// The format that a path belongs to, and what it calls.
    pub(super) fn of(path: &str) -> Option<(Self, Called)> {
        match path {
            "/v1/chat/completions" => Some((Self::OpenAi, Called::Model)),
            "/v1/embeddings" => Some((Self::OpenAi, Called::Embeddings)),
            "/v1/messages" => Some((Self::Anthropic, Called::Model)),
            _ => {
                let (_, verb) = path.strip_prefix("/v1beta/models/")?.split_once(':')?;
                match verb {
                    "generateContent" => Some((Self::Gemini, Called::Model)),
                    "batchEmbedContents" => Some((Self::Gemini, Called::Embeddings)),
                    _ => None,
                }
            }
        }
    }

    /// What is asked, without what is only about how.
    pub(super) fn asked(self, called: Called, body: &Value) -> Value {
        match (self, called) {
            (Self::OpenAi, Called::Model) => body["messages"].clone(),
            (Self::OpenAi, Called::Embeddings) => body["input"].clone(),
            (Self::Anthropic, _) => json!([body["system"], body["messages"]]),
            (Self::Gemini, Called::Model) => json!([body["systemInstruction"], body["contents"]]),
            (Self::Gemini, Called::Embeddings) => body["requests"].clone(),
        }
    }

    /// Reads a question.
    pub(super) fn question(self, path: &str, body: &Value) -> Question {
        let text = |pointer: &str| {
            let value = body.pointer(pointer).and_then(Value::as_str);
            value.unwrap_or_default().to_owned()
        };
        let schema = |pointers: [&str; 2]| {
            let found = pointers.iter().find_map(|pointer| body.pointer(pointer));
            found.cloned()
        };
        let key = key_of(&self.asked(Called::Model, body));
        match self {
            Self::OpenAi => Question::read(body),
            Self::Anthropic => Question {
                model: text("/model"),
                system: text("/system"),
                user: text("/messages/0/content"),
                schema: schema(["/output_config/format/schema", "/tools/0/input_schema"]),
                key,
                body: body.clone(),
            },
            Self::Gemini => Question {
                model: path
                    .trim_start_matches("/v1beta/models/")
                    .split(':')
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
                system: text("/systemInstruction/parts/0/text"),
                user: text("/contents/0/parts/0/text"),
                schema: schema([
                    "/generationConfig/responseJsonSchema",
                    "/tools/0/functionDeclarations/0/parametersJsonSchema",
                ]),
                key,
                body: body.clone(),
            },
        }
    }

    /// The body of an answer, with what the fault does to it.
    pub(super) fn answer(
        self,
        question: &Question,
        body: &Value,
        text: &str,
        number: u64,
        fault: &Fault,
    ) -> Value {
        let asked = question.system.len() + question.user.len();
        let said = match fault {
            Fault::EmptyChoices | Fault::EmptyContent | Fault::Refusal | Fault::ContentFilter => {
                String::new()
            }
            Fault::Length => text.chars().take(text.chars().count() / 2).collect(),
            Fault::Prose => {
                format!("Here is what I found:\n\n{text}\n\nLet me know if you need {{more}}!")
            }
            Fault::Fenced => format!("```json\n{text}\n```"),
            Fault::SchemaViolation => "{\"clauses\": \"a canary instead of a list\"}".to_owned(),
            _ => text.to_owned(),
        };
        let counts = match fault {
            Fault::NoUsage => None,
            Fault::WrongUsage => Some((0, 99_000_000_000)),
            _ => Some((asked.div_ceil(4) + 8, said.len().div_ceil(4).max(1))),
        };
        // A forced tool is called with the answer; what is no JSON is said instead.
        let call = body
            .get("tools")
            .and_then(|_| serde_json::from_str::<Value>(&said).ok());
        let draft = Draft {
            number,
            model: &question.model,
            said,
            call,
            counts,
            fault,
        };
        match self {
            Self::OpenAi => draft.completion(),
            Self::Anthropic => draft.message(),
            Self::Gemini => draft.generated(),
        }
    }

    /// Vectors for the texts of a body.
    pub(super) fn vectors(self, body: &Value) -> Value {
        if self == Self::Gemini {
            let texts = body["requests"].as_array().into_iter().flatten();
            let texts = texts.filter_map(|one| one.pointer("/content/parts/0/text")?.as_str());
            let vectors: Vec<Value> = texts
                .map(|text| json!({ "values": vector_of(text) }))
                .collect();
            return json!({ "embeddings": vectors });
        }
        let one = body["input"].as_str().into_iter();
        let many = body["input"].as_array().into_iter().flatten();
        let texts: Vec<&str> = one.chain(many.filter_map(Value::as_str)).collect();
        let data: Vec<Value> = texts
            .iter()
            .enumerate()
            .map(|(index, text)| {
                json!({ "object": "embedding", "index": index, "embedding": vector_of(text) })
            })
            .collect();
        let tokens: usize = texts.iter().map(|text| text.len().div_ceil(4)).sum();
        json!({
            "object": "list",
            "model": body["model"],
            "data": data,
            "usage": { "prompt_tokens": tokens, "total_tokens": tokens },
        })
    }

    /// JSON, but of something else.
    pub(super) fn foreign(self) -> Value {
        match self {
            Self::OpenAi => json!({ "choices": 7 }),
            Self::Anthropic => json!({ "content": 7 }),
            Self::Gemini => json!({ "candidates": 7 }),
        }
    }

    /// What a server of this format says with a status.
    pub(super) fn error(self, status: u16, message: &str) -> Value {
        match self {
            Self::OpenAi => {
                let code = match status {
                    401 => "invalid_api_key",
                    404 => "model_not_found",
                    429 => "rate_limit_exceeded",
                    500..=599 => "server_error",
                    _ => "invalid_request_error",
                };
                json!({ "error": { "message": format!("{code}: {message}"), "code": code } })
            }
            Self::Anthropic => {
                let word = match status {
                    401 => "authentication_error",
                    402 => "billing_error",
                    403 => "permission_error",
                    404 => "not_found_error",
                    413 => "request_too_large",
                    429 => "rate_limit_error",
                    529 => "overloaded_error",
                    500..=599 => "api_error",
                    _ => "invalid_request_error",
                };
                json!({ "type": "error", "error": { "type": word, "message": message } })
            }
            Self::Gemini => {
                let word = match status {
                    401 => "UNAUTHENTICATED",
                    403 => "PERMISSION_DENIED",
                    404 => "NOT_FOUND",
                    429 => "RESOURCE_EXHAUSTED",
                    503 => "UNAVAILABLE",
                    500..=599 => "INTERNAL",
                    _ => "INVALID_ARGUMENT",
                };
                json!({ "error": { "code": status, "message": message, "status": word } })
            }
        }
    }
}

/// An answer before it has a format.
struct Draft<'a> {
    number: u64,
    model: &'a str,
    said: String,
    /// What the tool is called with.
    call: Option<Value>,
    /// Tokens in and out.
    counts: Option<(usize, usize)>,
    fault: &'a Fault,
}

impl Draft<'_> {
    fn id(&self) -> String {
        format!("fault-{}", self.number)
    }

    fn completion(&self) -> Value {
        let usage = self.counts.map(|(input, output)| {
            json!({
                "prompt_tokens": input,
                "completion_tokens": output,
                "total_tokens": input + output,
                "prompt_tokens_details": { "cached_tokens": 0 },
            })
        });
        let mut message = json!({ "role": "assistant", "content": self.said, "refusal": null });
        if let Some(call) = &self.call {
            message["content"] = Value::Null;
            message["tool_calls"] = json!([{
                "id": "call-1", "type": "function",
                "function": { "name": "clauses", "arguments": call.to_string() },
            }]);
        }
        if *self.fault == Fault::Refusal {
            message["content"] = Value::Null;
            message["refusal"] = "I cannot help with that.".into();
        }
        let finish = match self.fault {
            Fault::Length => "length",
            Fault::ContentFilter => "content_filter",
            _ if self.call.is_some() => "tool_calls",
            _ => "stop",
        };
        let choice = json!({ "index": 0, "message": message, "finish_reason": finish });
        let choices = match self.fault {
            Fault::EmptyChoices => Vec::new(),
            _ => vec![choice],
        };
        json!({
            "id": self.id(),
            "object": "chat.completion",
            "created": 0,
            "model": self.model,
            "choices": choices,
            "usage": usage,
        })
    }

    fn message(&self) -> Value {
        let usage = self.counts.map(|(input, output)| {
            json!({
                "input_tokens": input,
                "cache_creation_input_tokens": 0,
                "cache_read_input_tokens": 0,
                "output_tokens": output,
            })
        });
        let content = match (&self.call, self.said.is_empty()) {
            (Some(call), _) => {
                json!([{ "type": "tool_use", "id": "tool-1", "name": "clauses", "input": call }])
            }
            (None, true) => json!([]),
            (None, false) => json!([{ "type": "text", "text": self.said }]),
        };
        let stop = match self.fault {
            Fault::Length => "max_tokens",
            Fault::Refusal | Fault::ContentFilter => "refusal",
            _ if self.call.is_some() => "tool_use",
            _ => "end_turn",
        };
        json!({
            "id": self.id(),
            "type": "message",
            "role": "assistant",
            "model": self.model,
            "content": content,
            "stop_reason": stop,
            "stop_sequence": null,
            "usage": usage,
        })
    }

    fn generated(&self) -> Value {
        let usage = self.counts.map(|(input, output)| {
            json!({
                "promptTokenCount": input,
                "candidatesTokenCount": output,
                "totalTokenCount": input + output,
            })
        });
        let part = match &self.call {
            Some(call) => json!({ "functionCall": { "name": "clauses", "args": call } }),
            None => json!({ "text": self.said }),
        };
        let finish = match self.fault {
            Fault::Length => "MAX_TOKENS",
            Fault::ContentFilter => "SAFETY",
            _ => "STOP",
        };
        let candidate = json!({
            "content": { "role": "model", "parts": [part] }, "finishReason": finish, "index": 0,
        });
        let mut value = json!({
            "candidates": [candidate],
            "usageMetadata": usage,
            "modelVersion": self.model,
            "responseId": self.id(),
        });
        match self.fault {
            Fault::EmptyChoices => value["candidates"] = json!([]),
            // The filter that looks at questions.
            Fault::Refusal => {
                value["candidates"] = json!([]);
                value["promptFeedback"] = json!({ "blockReason": "PROHIBITED_CONTENT" });
            }
            _ => {}
        }
        value
    }
}
