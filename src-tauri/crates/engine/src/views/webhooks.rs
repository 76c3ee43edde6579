//! Webhooks as a person sets them up, and what they were told.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::KeyView;

/// A webhook to be added.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct NewWebhook {
    /// Short name in small letters.
    pub name: String,
    /// Where messages go.
    pub url: String,
    /// It may be on this computer or in its own network.
    #[serde(default)]
    pub private: bool,
}

/// Names a webhook.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct WebhookName {
    /// Its name.
    pub name: String,
}

/// Switches a webhook.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct WebhookSwitch {
    /// Its name.
    pub name: String,
    /// Whether it is told anything.
    pub on: bool,
}

/// An address that is told when a review ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WebhookView {
    /// Its name.
    pub name: String,
    /// Where messages go.
    pub url: String,
    /// It may be on this computer or in its own network.
    pub private: bool,
    /// Whether it is told anything.
    pub on: bool,
    /// Why the last message was not taken, or why it was switched off.
    pub problem: Option<String>,
    /// Its secret was made at.
    pub secret_made_at: i64,
    /// Until then messages are signed with the secret before this one too.
    pub old_secret_until: Option<i64>,
    /// Messages that wait for it.
    pub waiting: u64,
    /// When it last took one.
    pub delivered_at: Option<i64>,
}

/// A webhook's new secret, told this once.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct WebhookSecret {
    /// The webhook.
    pub webhook: WebhookView,
    /// The secret: `whsec_…`. It can't be asked for again.
    pub secret: String,
    /// Where it is kept.
    pub kept: KeyView,
}

impl std::fmt::Debug for WebhookSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("WebhookSecret")
            .field("webhook", &self.webhook)
            .field("kept", &self.kept)
            .finish_non_exhaustive()
    }
}

/// How a message sent by hand was received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WebhookTest {
    /// Whether it was taken.
    pub taken: bool,
    /// In words.
    pub message: String,
    /// The answer's status, when there was one.
    pub http_status: Option<u16>,
    /// Until the answer, milliseconds.
    pub took_ms: u64,
}

/// What a webhook was told is asked for.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ListDeliveries {
    /// The webhook's name.
    pub name: String,
    /// At the most so many, newest first.
    pub limit: u32,
}

/// Names a message to a webhook.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DeliveryId {
    /// Its id.
    pub id: String,
}

/// A message to a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeliveryView {
    /// Its id; names it in commands.
    pub id: String,
    /// The id it is sent with, the same in every try.
    pub message_id: String,
    /// What happened: `review.completed`, `review.failed`, `review.waiting`, `webhook.test`.
    pub event: String,
    /// Where it is.
    pub state: DeliveryState,
    /// Made at.
    pub created_at: i64,
    /// Taken at.
    pub delivered_at: Option<i64>,
    /// The next try.
    pub next_at: Option<i64>,
    /// The review it is about, while there is one.
    pub review_id: Option<String>,
    /// Name of its file.
    pub file: Option<String>,
    /// Tries, oldest first.
    pub tries: Vec<DeliveryTry>,
}

/// Where a message to a webhook is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It waits for its next try.
    Waiting,
    /// It was taken.
    Taken,
    /// All tries failed, or its contract was deleted.
    GivenUp,
}

/// A try to deliver a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeliveryTry {
    /// Began at.
    pub at: i64,
    /// Until the answer, milliseconds.
    pub took_ms: u64,
    /// The answer's status.
    pub http_status: Option<u16>,
    /// Why it was not taken.
    pub problem: Option<String>,
}
