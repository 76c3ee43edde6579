//! What a provider answers.

use serde::{Deserialize, Serialize};

/// The answer to one [`ModelRequest`](crate::ModelRequest), as it was paid for.
///
/// A reply that was cut off or refused is a reply too: it cost something. Ask [`ModelReply::check`], or
/// read it with [`parse_reply`](crate::parse_reply), before believing its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelReply {
    /// What the model wrote; empty when it refused.
    pub text: String,
    /// Why it stopped writing.
    pub finish: Finish,
    /// What it cost in tokens.
    pub usage: Usage,
    /// The model that answered, in the provider's words; may be more precise than the one asked for.
    pub model: String,
    /// The provider's name of this answer.
    pub response_id: Option<String>,
    /// The status of the answer.
    pub http_status: u16,
    /// From sending to the head of the answer.
    pub first_byte_ms: u64,
    /// From sending to the last byte.
    pub total_ms: u64,
    /// What the provider said of its limits.
    pub limits: RateLimits,
}

/// Why a model stopped writing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    /// It was done.
    Stop,
    /// It reached `max_output_tokens`, or the end of its context.
    Length,
    /// It would not answer, or a filter of the provider took the answer away.
    Refusal,
    /// Anything else, in the provider's word.
    Other(String),
}

/// Tokens used by a call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens read, the cached ones among them.
    pub input_tokens: u64,
    /// Tokens written, those of hidden reasoning among them.
    pub output_tokens: u64,
    /// Of the tokens read, those the provider had in its cache.
    pub cached_tokens: u64,
    /// The provider gave no counts, or impossible ones; these are our own, rather too high than too low.
    pub estimated: bool,
}

/// What a provider said of its limits, in headers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateLimits {
    /// Calls.
    pub requests: Limit,
    /// Tokens.
    pub tokens: Limit,
}

/// One limit, as far as it was said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// How many there are in a window.
    pub limit: Option<u64>,
    /// How many are left of them.
    pub remaining: Option<u64>,
    /// When all of them are back.
    pub reset_ms: Option<u64>,
}

/// A model that a provider says it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedModel {
    /// The provider's name of it.
    pub id: String,
    /// Tokens it can see, where that is said.
    pub context_tokens: Option<u32>,
}

/// The answer to one [`EmbedRequest`](crate::EmbedRequest).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EmbedReply {
    /// One vector for each text, in their order, all of one length.
    pub vectors: Vec<Vec<f32>>,
    /// What it cost in tokens.
    pub usage: Usage,
    /// The model that answered, in the provider's words.
    pub model: String,
    /// The status of the answer.
    pub http_status: u16,
    /// From sending to the head of the answer.
    pub first_byte_ms: u64,
    /// From sending to the last byte.
    pub total_ms: u64,
    /// What the provider said of its limits.
    pub limits: RateLimits,
}
