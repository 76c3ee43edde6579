//! The way out of this computer. Every call of every provider goes through it: it can be shut, and who
//! watches it is told of each call before it leaves.

use std::sync::Arc;

use futures_core::future::BoxFuture;
use tokio::sync::watch;

use crate::error::{ErrorClass, ProviderError, code};

/// Whether anything may leave, and who is told of it. Clones are the same way.
#[derive(Debug, Clone)]
pub struct WayOut {
    shut: watch::Sender<bool>,
    pub(crate) witness: Option<Arc<dyn Witness>>,
}

/// Who is told of each call. Told before it leaves, so that what is written down can't be less than what left.
pub trait Witness: std::fmt::Debug + Send + Sync {
    /// A call is about to leave; the number it is known by from now on. An error keeps it from leaving.
    fn leaves(&self, call: Leaving) -> BoxFuture<'_, Result<i64, ProviderError>>;

    /// What came of it. Not told of a call that nobody waited for to the end.
    fn came_back(&self, number: i64, back: Back) -> BoxFuture<'_, ()>;
}

/// A call that is about to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    /// Host and port it goes to.
    pub host: String,
    /// The provider's id, or the webhook's name.
    pub provider: String,
    /// The model asked; empty when it is asked for its models, and for webhooks.
    pub model: String,
    /// What it is for.
    pub about: About,
    /// Bytes of its body. The head comes on top: address, key, and nothing of a contract.
    pub bytes_sent: u64,
}

/// What a call is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// What.
    pub purpose: Purpose,
    /// For which review.
    pub review_id: Option<String>,
}

/// What a call is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Purpose {
    /// Reading a part of a contract.
    Read,
    /// A second look at a finding.
    SecondLook,
    /// Embedding passages.
    Embed,
    /// A person's test of the provider.
    #[default]
    Test,
    /// The list of its models.
    Models,
    /// Measuring the provider by contracts made for it.
    Measure,
    /// Telling a webhook that something happened.
    Webhook,
    /// Answering a person's question about a contract.
    Ask,
    /// Writing a summary of findings.
    Summary,
}

/// What came of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Back {
    /// No connection came about: nothing left.
    NeverLeft,
    /// An answer to its end.
    Answered {
        /// The status.
        status: u16,
        /// Bytes of its body.
        bytes_received: u64,
    },
    /// The connection broke, or it took too long.
    Broken {
        /// Bytes of the body that came before.
        bytes_received: u64,
    },
}

impl About {
    /// Not for any review.
    #[must_use]
    pub fn of(purpose: Purpose) -> Self {
        Self {
            purpose,
            review_id: None,
        }
    }

    /// For a review.
    #[must_use]
    pub fn review(purpose: Purpose, review_id: &str) -> Self {
        Self {
            purpose,
            review_id: Some(review_id.to_owned()),
        }
    }
}

impl Default for WayOut {
    /// Open, and nobody watches.
    fn default() -> Self {
        Self {
            shut: watch::Sender::new(false),
            witness: None,
        }
    }
}

impl WayOut {
    /// Open, and watched.
    #[must_use]
    pub fn watched_by(witness: Arc<dyn Witness>) -> Self {
        Self {
            witness: Some(witness),
            ..Self::default()
        }
    }

    /// Shuts it, or opens it again. What is under way is cut off.
    pub fn shut(&self, shut: bool) {
        self.shut.send_replace(shut);
    }

    /// Nothing may leave.
    #[must_use]
    pub fn is_shut(&self) -> bool {
        *self.shut.borrow()
    }

    /// Waits until it is shut.
    pub(crate) async fn until_shut(&self) {
        // The sender lives as long as this does.
        let _ = self.shut.subscribe().wait_for(|shut| *shut).await;
    }

    /// Why a provider was not asked, or not heard to the end.
    #[must_use]
    pub fn refusal(name: &str) -> ProviderError {
        ProviderError::new(
            ErrorClass::Fallback,
            code::OFFLINE,
            format!(
                "{name} was not asked, because nothing may leave this computer. Switch that off in the settings to ask it again"
            ),
        )
    }
}
