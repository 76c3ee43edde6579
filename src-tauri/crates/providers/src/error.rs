//! What can go wrong between us and a provider, and what to do next.

use serde::{Deserialize, Serialize};

use crate::reply::{RateLimits, Usage};

/// A call without an answer that can be used. Its fields are those of [`Failure`]: behind a pointer, so
/// that a result is not larger for what rarely happens.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.message)]
pub struct ProviderError(Box<Failure>);

/// What is known of a call that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What to do next.
    pub class: ErrorClass,
    /// What it was, in a word of [`code`] that stays the same.
    pub code: &'static str,
    /// For a person: what happened, what it means, what to do.
    pub message: String,
    /// The status of the answer, when there was one.
    pub http_status: Option<u16>,
    /// What it cost, when it was billed all the same.
    pub usage: Option<Usage>,
    /// The provider's name of the answer, when it gave one.
    pub response_id: Option<String>,
    /// From sending to knowing.
    pub total_ms: u64,
    /// What the provider said of its limits.
    pub limits: RateLimits,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "class")]
pub enum ErrorClass {
    /// Ask again, not before this.
    RetryAfter {
        /// Milliseconds from now, at most an hour.
        ms: u64,
    },
    /// Ask again, each time later.
    RetryBackoff,
    /// Ask again and say what was wrong with the answer.
    RepairPrompt,
    /// Ask for less at once.
    Shrink,
    /// Ask somebody else, in the end the offline reader.
    Fallback,
    /// Asking again changes nothing.
    Permanent,
    /// A person has to do something first; it's no fault of the step.
    UserAction,
}

/// The codes of a [`ProviderError`].
pub mod code {
    /// 401: the key is missing, wrong or withdrawn.
    pub const KEY_REFUSED: &str = "key_refused";
    /// Nothing may leave this computer: a person has shut the way out.
    pub const OFFLINE: &str = "offline";
    /// It could not be written down that the call leaves, so it did not.
    pub const NOT_NOTED: &str = "not_noted";
    /// The key is wanted, and the keychain that may hold it is locked.
    pub const KEYCHAIN_LOCKED: &str = "keychain_locked";
    /// 403: the key is known, but not for this.
    pub const NOT_ALLOWED: &str = "not_allowed";
    /// 402, or 429 with a quota that is used up.
    pub const OUT_OF_CREDIT: &str = "out_of_credit";
    /// 404, or a code that says so.
    pub const MODEL_UNKNOWN: &str = "model_unknown";
    /// The settings of the provider cannot be used as they are.
    pub const BAD_SETTINGS: &str = "bad_settings";
    /// The answer sends us elsewhere, and we don't go.
    pub const REDIRECTED: &str = "redirected";
    /// The server's certificate cannot be trusted.
    pub const UNTRUSTED: &str = "untrusted";
    /// Nothing listens on this computer's port.
    pub const NOT_RUNNING: &str = "not_running";
    /// No connection: no network, no such host, nobody there.
    pub const UNREACHABLE: &str = "unreachable";
    /// Connected, but silent for too long, or too slow altogether.
    pub const TIMED_OUT: &str = "timed_out";
    /// The connection broke before the answer was complete.
    pub const CONNECTION_LOST: &str = "connection_lost";
    /// 429.
    pub const RATE_LIMITED: &str = "rate_limited";
    /// 503, 529: too busy, or still loading the model.
    pub const OVERLOADED: &str = "overloaded";
    /// Any other 5xx, and errors that come with a status of success.
    pub const SERVER_ERROR: &str = "server_error";
    /// The answer is not what this wire answers.
    pub const UNREADABLE_ANSWER: &str = "unreadable_answer";
    /// The answer is larger than any answer should be.
    pub const TOO_LARGE_ANSWER: &str = "too_large_answer";
    /// The answer has no text in it.
    pub const EMPTY_REPLY: &str = "empty_reply";
    /// The model stopped at its limit of tokens.
    pub const CUT_OFF: &str = "cut_off";
    /// The model, or a filter of the provider, would not answer.
    pub const REFUSED: &str = "refused";
    /// The text is not the JSON that was asked for.
    pub const NOT_THE_SCHEMA: &str = "not_the_schema";
    /// The question is longer than the model can read.
    pub const CONTEXT_EXCEEDED: &str = "context_exceeded";
    /// The server can't be held to a shape in this way: choose a lower `SchemaMode` and ask again.
    pub const SCHEMA_UNSUPPORTED: &str = "schema_unsupported";
    /// The model takes no temperature or seed: switch `sampling` off and ask again.
    pub const SAMPLING_UNSUPPORTED: &str = "sampling_unsupported";
    /// What the provider speaks knows no embeddings.
    pub const NO_EMBEDDINGS: &str = "no_embeddings";
    /// Any other 4xx.
    pub const REQUEST_REFUSED: &str = "request_refused";
}

impl ProviderError {
    /// An error of which no more is known than this.
    pub fn new(class: ErrorClass, code: &'static str, message: impl Into<String>) -> Self {
        Self(Box::new(Failure {
            class,
            code,
            message: message.into(),
            http_status: None,
            usage: None,
            response_id: None,
            total_ms: 0,
            limits: RateLimits::default(),
        }))
    }
}

impl std::ops::Deref for ProviderError {
    type Target = Failure;

    fn deref(&self) -> &Failure {
        &self.0
    }
}

impl std::ops::DerefMut for ProviderError {
    fn deref_mut(&mut self) -> &mut Failure {
        &mut self.0
    }
}
