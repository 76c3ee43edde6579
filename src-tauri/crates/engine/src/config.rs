//! What a host decides when it opens the engine.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use countersign_providers::Keys;

use crate::clock::{Clock, SystemClock};
use crate::views::Settings;

/// Largest file taken in, bytes.
pub const LARGEST_FILE: u64 = 512 * 1024 * 1024;

/// Longest time until a webhook has answered, as the Standard Webhooks specification recommends.
const WEBHOOK_PATIENCE: Duration = Duration::from_secs(20);

/// Worker counts when the person has chosen none.
pub const DEFAULT_SETTINGS: Settings = Settings {
    reading_workers: 2,
    offline_workers: 2,
};

/// The platform's place for a program's data, with a folder of our own in it. None when the system does
/// not say where a user's data goes.
#[must_use]
pub fn default_data_folder() -> Option<PathBuf> {
    dirs::data_dir().map(|folder| folder.join("countersign"))
}

/// The environment variable that a provider's key is looked for in, where no keychain has it.
#[must_use]
pub fn key_variable(provider: &str) -> String {
    Keys::variable(provider)
}

/// The environment variable that a webhook's secret is looked for in, where no keychain has it.
#[must_use]
pub fn webhook_variable(webhook: &str) -> String {
    Keys::variable(&crate::webhooks::secret_name(webhook))
}

/// What a host decides when it opens the engine.
#[derive(Debug, Clone)]
pub struct Config {
    /// Everything is kept here.
    pub data_folder: PathBuf,
    /// The program that reads documents in a child process: the host's own binary, whose `main` begins
    /// with [`crate::child::run_if_asked`].
    pub reader_program: PathBuf,
    /// Whether finished reviews go to the desktop's notifications (the host shows them).
    pub desktop_notifications: bool,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where the keys of model providers and the secrets of webhooks are.
    pub keys: Arc<Keys>,
    /// Longest time until a webhook has answered.
    pub webhook_patience: Duration,
    /// Whether this host looks at the folder that a person has chosen to be watched.
    pub watches: bool,
}

impl Config {
    /// For a host with this data folder, reading with its own binary, without notifications and keychain.
    ///
    /// # Errors
    /// When the running program's path can't be told.
    pub fn of_this_program(data_folder: PathBuf) -> std::io::Result<Self> {
        Ok(Self {
            data_folder,
            reader_program: std::env::current_exe()?,
            desktop_notifications: false,
            clock: Arc::new(SystemClock),
            keys: Arc::new(Keys::without_keychain()),
            webhook_patience: WEBHOOK_PATIENCE,
            watches: false,
        })
    }

    /// With the keys of whoever runs this program, in the system's keychain.
    #[must_use]
    pub fn with_keychain(self) -> Self {
        Self {
            keys: Arc::new(Keys::of_this_system()),
            ..self
        }
    }
}
