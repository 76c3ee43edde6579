//! What a host decides when it opens the engine.

use std::path::PathBuf;
use std::sync::Arc;

use countersign_providers::Keys;

use crate::clock::{Clock, SystemClock};
use crate::views::Settings;

/// Largest file taken in, bytes.
pub const LARGEST_FILE: u64 = 512 * 1024 * 1024;

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
    /// Where the keys of model providers are.
    pub keys: Arc<Keys>,
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
