//! The way out of this computer. Every call of every provider goes through it, and it can be shut.

use tokio::sync::watch;

use crate::error::{ErrorClass, ProviderError, code};

/// Whether anything may leave. Clones are the same way.
#[derive(Debug, Clone)]
pub struct WayOut {
    shut: watch::Sender<bool>,
}

impl Default for WayOut {
    /// Open.
    fn default() -> Self {
        Self {
            shut: watch::Sender::new(false),
        }
    }
}

impl WayOut {
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
    pub(crate) fn refusal(name: &str) -> ProviderError {
        ProviderError::new(
            ErrorClass::Fallback,
            code::OFFLINE,
            format!(
                "{name} was not asked, because nothing may leave this computer. Switch that off in the settings to ask it again"
            ),
        )
    }
}
