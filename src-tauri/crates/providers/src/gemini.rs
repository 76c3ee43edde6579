//! The wire of Google's Gemini API: `generateContent` and `batchEmbedContents`.

use std::sync::Arc;

use futures_core::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Provider;
use crate::client::{Client, Read};
use crate::config::SchemaMode;
use crate::error::{ProviderError, code};
use crate::estimate::{Counts, Estimate, estimated, sound};
use crate::limits::rate_limits;
use crate::reply::{EmbedReply, Finish, ListedModel, ModelReply, Usage};
use crate::request::{EmbedRequest, ModelRequest, ReplySchema};
use crate::way_out::About;

/// A provider that speaks this wire.
#[derive(Debug)]
pub(crate) struct Gemini {
    pub client: Client,
}

impl Gemini {
    async fn generate(&self, request: &ModelRequest) -> Result<ModelReply, ProviderError> {
        let system = self.client.system(request);
        let estimate = Estimate::of(request, &system);
        let most = estimate.usage(request.max_output_tokens.into());
        let body = self.body(request, &system);
        let path = format!("{}:generateContent", resource(&request.model));
        let (answer, value) = self.client.post(&path, &request.model, &body, most).await?;
        let Ok(generated) = Generated::deserialize(value) else {
            return Err(self.client.unusable(&answer, code::UNREADABLE_ANSWER, most));
        };
        let candidate = generated.candidates.into_iter().next().unwrap_or_default();
        let text = candidate.content.unwrap_or_default().text();
        let is_blocked = generated
            .prompt_feedback
            .is_some_and(|feedback| feedback.block_reason.is_some());
        let finish = match candidate.finish_reason.as_deref() {
            _ if is_blocked => Finish::Refusal,
            Some("STOP") => Finish::Stop,
            Some("MAX_TOKENS") => Finish::Length,
            Some(
                "SAFETY" | "RECITATION" | "LANGUAGE" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII",
            ) => Finish::Refusal,
            Some(other) => Finish::Other(other.to_owned()),
            None => Finish::Other("none".to_owned()),
        };
        let read = Read {
            usage: estimate.check(generated.usage_metadata.unwrap_or_default().counts(), &text),
            text,
            finish,
            model: generated.model_version,
            id: generated.response_id,
        };
        self.client.reply(request, &answer, read)
    }

    fn body(&self, request: &ModelRequest, system: &str) -> Value {
        let config = &self.client.config;
        let mut generation = json!({ "maxOutputTokens": request.max_output_tokens });
        if config.sampling {
            generation["temperature"] = json!(request.temperature);
            if let Some(seed) = request.seed {
                generation["seed"] = seed.into();
            }
        }
        let mut body = json!({
            "contents": [{ "role": "user", "parts": [{ "text": request.user }] }],
        });
        if !system.is_empty() {
            body["systemInstruction"] = json!({ "parts": [{ "text": system }] });
        }
        if let Some(ReplySchema { name, schema }) = &request.schema {
            match config.schema_mode {
                SchemaMode::JsonSchema => {
                    generation["responseMimeType"] = "application/json".into();
                    generation["responseJsonSchema"] = schema.clone();
                }
                SchemaMode::Tool => {
                    body["tools"] = json!([{
                        "functionDeclarations": [{ "name": name, "parametersJsonSchema": schema }],
                    }]);
                    body["toolConfig"] = json!({
                        "functionCallingConfig": { "mode": "ANY", "allowedFunctionNames": [name] },
                    });
                }
                SchemaMode::JsonObject => {
                    generation["responseMimeType"] = "application/json".into();
                }
                SchemaMode::None => {}
            }
        }
        body["generationConfig"] = generation;
        body
    }

    async fn models(&self) -> Result<Vec<ListedModel>, ProviderError> {
        let (answer, value) = self
            .client
            .get("models", Some(("pageSize", "1000")))
            .await?;
        let Ok(list) = Models::deserialize(value) else {
            let usage = Usage::default();
            return Err(self
                .client
                .unusable(&answer, code::UNREADABLE_ANSWER, usage));
        };
        let listed = |model: Model| ListedModel {
            id: model.name.trim_start_matches("models/").to_owned(),
            context_tokens: model.input_token_limit,
        };
        Ok(list.models.into_iter().map(listed).collect())
    }

    async fn embeddings(&self, request: &EmbedRequest) -> Result<EmbedReply, ProviderError> {
        let model = resource(&request.model);
        let of =
            |text: &String| json!({ "model": model, "content": { "parts": [{ "text": text }] } });
        let all: Vec<Value> = request.texts.iter().map(of).collect();
        let body = json!({ "requests": all });
        // This wire does not say what it counted.
        let usage = estimated(request);
        let path = format!("{model}:batchEmbedContents");
        let (answer, value) = self
            .client
            .post(&path, &request.model, &body, usage)
            .await?;
        let vectors = Embedded::deserialize(value).ok().and_then(|reply| {
            let all: Vec<Vec<f32>> = reply.embeddings.into_iter().map(|e| e.values).collect();
            sound(all).filter(|all| all.len() == request.texts.len())
        });
        let Some(vectors) = vectors else {
            return Err(self
                .client
                .unusable(&answer, code::UNREADABLE_ANSWER, usage));
        };
        Ok(EmbedReply {
            vectors,
            usage,
            model: request.model.clone(),
            http_status: answer.status,
            first_byte_ms: answer.first_byte_ms,
            total_ms: answer.total_ms,
            limits: rate_limits(&answer.headers),
        })
    }
}

/// A model as the wire names it, whichever way the person wrote it.
fn resource(model: &str) -> String {
    if model.contains('/') {
        model.to_owned()
    } else {
        format!("models/{model}")
    }
}

impl Provider for Gemini {
    fn complete<'a>(
        &'a self,
        request: &'a ModelRequest,
    ) -> BoxFuture<'a, Result<ModelReply, ProviderError>> {
        Box::pin(self.generate(request))
    }

    fn embed<'a>(
        &'a self,
        request: &'a EmbedRequest,
    ) -> BoxFuture<'a, Result<EmbedReply, ProviderError>> {
        Box::pin(self.embeddings(request))
    }

    fn list_models(&self) -> BoxFuture<'_, Result<Vec<ListedModel>, ProviderError>> {
        Box::pin(self.models())
    }

    fn about(&self, about: About) -> Arc<dyn Provider> {
        Arc::new(Self {
            client: self.client.about(about),
        })
    }
}

/// Has a candidate, or says why it has none, or neither.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Generated {
    #[serde(default)]
    candidates: Vec<Candidate>,
    prompt_feedback: Option<Feedback>,
    usage_metadata: Option<Used>,
    model_version: Option<String>,
    response_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Feedback {
    block_reason: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    content: Option<Content>,
    finish_reason: Option<String>,
}

#[derive(Default, Deserialize)]
struct Content {
    #[serde(default)]
    parts: Vec<Part>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    #[serde(default)]
    text: String,
    #[serde(default)]
    thought: bool,
    function_call: Option<FunctionCall>,
}

#[derive(Deserialize)]
struct FunctionCall {
    #[serde(default)]
    args: Value,
}

impl Content {
    /// What the tool was called with, else what was written; thoughts are left out.
    fn text(self) -> String {
        let called = self
            .parts
            .iter()
            .find_map(|part| part.function_call.as_ref());
        match called {
            Some(call) => call.args.to_string(),
            None => {
                let said = self.parts.into_iter().filter(|part| !part.thought);
                said.map(|part| part.text).collect()
            }
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Used {
    prompt_token_count: Option<u64>,
    candidates_token_count: Option<u64>,
    thoughts_token_count: Option<u64>,
    cached_content_token_count: Option<u64>,
}

impl Used {
    /// Thoughts are billed as what is written.
    fn counts(&self) -> Counts {
        let written = [self.candidates_token_count, self.thoughts_token_count];
        let all = written
            .iter()
            .flatten()
            .try_fold(0_u64, |sum, part| sum.checked_add(*part));
        Counts {
            input: self.prompt_token_count,
            output: all.filter(|_| written.iter().any(Option::is_some)),
            cached: self.cached_content_token_count,
        }
    }
}

#[derive(Deserialize)]
struct Embedded {
    embeddings: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    values: Vec<f32>,
}

#[derive(Deserialize)]
struct Models {
    models: Vec<Model>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Model {
    name: String,
    input_token_limit: Option<u32>,
}
