//! What a good call is answered with: always the same for the same question.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Stands before the text of a contract in a question.
pub const DOCUMENT_BEGINS: &str = "<<<DOCUMENT";
/// Stands behind it.
pub const DOCUMENT_ENDS: &str = "DOCUMENT>>>";
/// What is shorter is a heading, bytes.
const SENTENCE: usize = 40;

/// What a client asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The model.
    pub model: String,
    /// All messages of the system.
    pub system: String,
    /// All messages of the user.
    pub user: String,
    /// The schema of the answer.
    pub schema: Option<Value>,
    /// SHA-256 of the messages.
    pub key: String,
    /// The body, as it came.
    pub body: Value,
}

impl Question {
    /// Reads the body of a chat completion.
    pub fn read(body: &Value) -> Self {
        let messages = body.get("messages").and_then(Value::as_array);
        let of = |role: &str| {
            let texts: Vec<&str> = messages
                .into_iter()
                .flatten()
                .filter(|message| message["role"] == role)
                .filter_map(|message| message["content"].as_str())
                .collect();
            texts.join("\n")
        };
        Self {
            model: body["model"].as_str().unwrap_or_default().to_owned(),
            system: of("system"),
            user: of("user"),
            schema: [
                "/response_format/json_schema/schema",
                "/tools/0/function/parameters",
            ]
            .iter()
            .find_map(|pointer| body.pointer(pointer))
            .cloned(),
            key: key_of(&body["messages"]),
            body: body.clone(),
        }
    }

    /// Whether it wants this field of yes or no answered, by the schema or in words.
    pub fn asks_for(&self, field: &str) -> bool {
        let in_words = format!("\"{field}\":{{\"type\":\"boolean\"}}");
        let schema = self.schema.as_ref();
        schema.is_some_and(|schema| schema["properties"].get(field).is_some())
            || self.system.contains(&in_words)
    }

    /// Whether its answer is to have this field, by the schema.
    pub fn wants(&self, field: &str) -> bool {
        let in_words = format!("\"{field}\":{{");
        let schema = self.schema.as_ref();
        schema.is_some_and(|schema| schema["properties"].get(field).is_some())
            || (schema.is_none() && self.system.contains(&in_words))
    }

    /// The contract's text in the question.
    pub fn document(&self) -> Option<&str> {
        let (_, behind) = self.user.split_once(DOCUMENT_BEGINS)?;
        let (document, _) = behind.split_once(DOCUMENT_ENDS)?;
        Some(document)
    }
}

/// The built-in reader of clauses: each sentence with the word "liability" is a cap, a second look finds nothing, and
/// to whatever a person asks the first sentences about liability are the answer. A question without a document gets a line of prose.
pub fn built_in_answer(question: &Question) -> String {
    for field in ["wrong", "found"] {
        if question.asks_for(field) {
            return json!({ field: false, "quote": "" }).to_string();
        }
    }
    if question.wants("points") {
        return json!({ "points": [] }).to_string();
    }
    let Some(document) = question.document() else {
        return format!(
            "An answer to {}.",
            question.key.get(..12).unwrap_or_default()
        );
    };
    let about_liability = document
        .split_inclusive(['.', ';', '\n'])
        .map(str::trim)
        .filter(|sentence| sentence.to_lowercase().contains("liability"));
    if question.wants("sentences") {
        let sentences: Vec<Value> = about_liability
            .filter(|sentence| sentence.len() >= SENTENCE)
            .map(|sentence| json!({ "sentence": sentence, "quote": sentence }))
            .take(3)
            .collect();
        return json!({ "sentences": sentences }).to_string();
    }
    let clauses: Vec<Value> = about_liability
        .map(|sentence| {
            json!({ "kind": "cap_on_liability", "quote": sentence, "bound": "unknown", "holds": true })
        })
        .collect();
    json!({ "clauses": clauses }).to_string()
}

/// A vector of a text: its hash, as eight numbers between -1 and 1.
pub fn vector_of(text: &str) -> Vec<f32> {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter()
        .take(8)
        .map(|byte| f32::from(*byte) / 127.5 - 1.0)
        .collect()
}

/// The key of what was asked.
pub fn key_of(asked: &Value) -> String {
    let hash = Sha256::digest(asked.to_string().as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_reader_quotes_sentences_about_liability() {
        let body = json!({
            "model": "any",
            "messages": [
                { "role": "system", "content": "Read." },
                { "role": "user", "content": "Text:\n<<<DOCUMENT\n1. Price. Liability is capped at EUR 5. \
                  Law of Norway.\nDOCUMENT>>>\nNo liability out here." },
            ],
            "response_format": { "type": "json_schema", "json_schema": { "schema": {} } },
        });
        let question = Question::read(&body);
        let answer: Value = serde_json::from_str(&built_in_answer(&question)).unwrap();
        let clauses = answer["clauses"].as_array().unwrap();
        let quotes: Vec<&str> = clauses
            .iter()
            .filter_map(|clause| clause["quote"].as_str())
            .collect();
        assert_eq!(quotes, ["Liability is capped at EUR 5."]);
        assert_eq!(question.system, "Read.");
    }
}
