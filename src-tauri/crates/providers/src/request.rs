//! What is asked of a provider. Serialized with its fields in this order, a request is the same bytes
//! every time: the engine hashes them to recognise a question it has already paid for.

use serde::{Deserialize, Serialize};

/// One question to a model.
///
/// Temperatures that are not numbers have no JSON and are sent as nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelRequest {
    /// The provider's name of the model.
    pub model: String,
    /// What the model is and how it answers.
    pub system: String,
    /// The question, with the contract's words as data in it.
    pub user: String,
    /// The shape of the answer; without it the answer is prose.
    pub schema: Option<ReplySchema>,
    /// The most tokens the answer may have.
    pub max_output_tokens: u32,
    /// 0 for the likeliest words.
    pub temperature: f32,
    /// For servers that can repeat an answer.
    pub seed: Option<u64>,
}

/// The shape an answer must have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReplySchema {
    /// Its name on the wire: letters, digits, `_` and `-`, at most 64.
    pub name: String,
    /// A JSON Schema. Strict servers want `additionalProperties: false` and every property required.
    pub schema: serde_json::Value,
}

/// Texts to be turned into vectors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmbedRequest {
    /// The provider's name of the model.
    pub model: String,
    /// The texts.
    pub texts: Vec<String>,
}
