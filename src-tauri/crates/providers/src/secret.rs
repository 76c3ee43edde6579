//! Keys of providers: they print as nothing and are wiped from memory when dropped.

use secrecy::{ExposeSecret, SecretString};

/// A key.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// A key, without the blanks around it that come along when one is pasted.
    pub fn new(key: &str) -> Self {
        Self(SecretString::from(key.trim()))
    }

    /// The key itself; only for the wire.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secret")
    }
}
