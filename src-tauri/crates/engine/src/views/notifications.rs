//! How the desktop tells of reviews.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the desktop shows when a review ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NotificationSettings {
    /// Whether it shows anything.
    pub shown: bool,
    /// Nothing is shown from this minute of the local day on…
    pub quiet_from: Option<u32>,
    /// …until this one; what came meanwhile is shown then.
    pub quiet_until: Option<u32>,
}

impl Default for NotificationSettings {
    fn default() -> Self {
        Self {
            shown: true,
            quiet_from: None,
            quiet_until: None,
        }
    }
}
