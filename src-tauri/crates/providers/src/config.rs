//! How a provider is reached. The key is never part of it.

use serde::{Deserialize, Serialize};

use crate::price::Price;

/// One provider, as a person set it up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderConfig {
    /// Its name in the database and for its key.
    pub id: String,
    /// Its name on screen.
    pub name: String,
    /// Where it is, up to the version: `https://api.openai.com/v1`, `http://localhost:11434/v1`.
    pub base_url: String,
    /// What it speaks.
    #[serde(default)]
    pub wire: WireFormat,
    /// The [`Preset`](crate::Preset) it was set up by.
    #[serde(default)]
    pub preset: Option<String>,
    /// The model that reads.
    pub model: String,
    /// The model that makes vectors, when there is one.
    #[serde(default)]
    pub embedding_model: Option<String>,
    /// Calls a minute; no limit of our own without it.
    #[serde(default)]
    pub requests_per_minute: Option<u32>,
    /// Tokens a minute; no limit of our own without it.
    #[serde(default)]
    pub tokens_per_minute: Option<u32>,
    /// Calls at the same time.
    #[serde(default = "four")]
    pub concurrency: u32,
    /// Tokens the model can see, question and answer together.
    #[serde(default = "small_context")]
    pub context_tokens: u32,
    /// The most tokens the model can write.
    #[serde(default = "small_output")]
    pub max_output_tokens: u32,
    /// Tokens it may write on top of an answer, to think first.
    #[serde(default)]
    pub thinking_tokens: u32,
    /// What the model that makes vectors costs; unknown without it.
    #[serde(default)]
    pub embedding_price: Option<Price>,
    /// What the model that reads costs; unknown without it.
    #[serde(default)]
    pub price: Option<Price>,
    /// How the shape of an answer is asked for.
    #[serde(default)]
    pub schema_mode: SchemaMode,
    /// Whether temperature and seed are sent. Reasoning models refuse them.
    #[serde(default = "yes")]
    pub sampling: bool,
    /// A proxy all calls go through, as a URL. No proxy is ever taken from the system or environment.
    #[serde(default)]
    pub proxy: Option<String>,
    /// How long is too long.
    #[serde(default)]
    pub timeouts: Timeouts,
}

impl Default for ProviderConfig {
    /// Of nobody and nowhere; the rest is what an older setting without it means.
    fn default() -> Self {
        Self {
            id: String::new(),
            name: String::new(),
            base_url: String::new(),
            wire: WireFormat::default(),
            preset: None,
            model: String::new(),
            embedding_model: None,
            requests_per_minute: None,
            tokens_per_minute: None,
            concurrency: four(),
            context_tokens: small_context(),
            max_output_tokens: small_output(),
            thinking_tokens: 0,
            embedding_price: None,
            price: None,
            schema_mode: SchemaMode::default(),
            sampling: yes(),
            proxy: None,
            timeouts: Timeouts::default(),
        }
    }
}

/// What a provider speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WireFormat {
    /// Chat completions and embeddings as OpenAI defined them; most servers speak it.
    #[default]
    #[serde(rename = "openai")]
    OpenAi,
    /// Anthropic's Messages.
    Anthropic,
    /// Google's generateContent.
    Gemini,
}

/// How the shape of an answer is asked for, from what binds a model most to what every model understands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SchemaMode {
    /// By the schema itself: the server lets no other answer pass.
    #[default]
    JsonSchema,
    /// By a tool that the model has to call: the answer is what it calls it with.
    Tool,
    /// By JSON of some kind; the schema is told in words.
    JsonObject,
    /// The schema is told in words alone.
    None,
}

impl SchemaMode {
    /// What to try when a server does not know this one.
    pub fn lower(self) -> Option<Self> {
        match self {
            Self::JsonSchema => Some(Self::Tool),
            Self::Tool => Some(Self::JsonObject),
            Self::JsonObject => Some(Self::None),
            Self::None => None,
        }
    }
}

/// How long is too long, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Timeouts {
    /// Until a connection stands.
    pub connect_ms: u64,
    /// Until the head of the answer comes. Servers send it when the model has finished writing.
    pub first_byte_ms: u64,
    /// Between two pieces of the answer.
    pub idle_ms: u64,
    /// Altogether.
    pub whole_ms: u64,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect_ms: 10_000,
            first_byte_ms: 240_000,
            idle_ms: 30_000,
            whole_ms: 300_000,
        }
    }
}

fn yes() -> bool {
    true
}

fn four() -> u32 {
    4
}

/// What the smallest models in use can see.
fn small_context() -> u32 {
    8_192
}

fn small_output() -> u32 {
    2_048
}
