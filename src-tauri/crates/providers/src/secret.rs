//! Keys of providers: they print as nothing and are wiped from memory when dropped.

use std::ffi::OsString;

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

/// Where keys are kept.
pub trait Secrets: std::fmt::Debug + Send + Sync {
    /// The key of a provider, when there is one.
    fn get(&self, provider_id: &str) -> Option<Secret>;

    /// Where a person finds or puts the key of a provider, as it goes on after "the key is in".
    fn source(&self, provider_id: &str) -> String;
}

/// Keys in environment variables: for servers, containers and the terminal.
#[derive(Debug, Clone, Copy, Default)]
pub struct EnvironmentSecrets;

impl Secrets for EnvironmentSecrets {
    fn get(&self, provider_id: &str) -> Option<Secret> {
        key_in(std::env::var_os(variable(provider_id)))
    }

    fn source(&self, provider_id: &str) -> String {
        format!("the environment variable {}", variable(provider_id))
    }
}

/// A variable that is empty, or no text, holds no key.
fn key_in(value: Option<OsString>) -> Option<Secret> {
    let value = value?.into_string().ok()?;
    let secret = Secret::new(&value);
    (!secret.expose().is_empty()).then_some(secret)
}

/// `COUNTERSIGN_KEY_` and the id in capitals, with `_` for all that is neither letter nor digit.
fn variable(provider_id: &str) -> String {
    let id = provider_id.chars().map(|character| {
        if character.is_ascii_alphanumeric() {
            character.to_ascii_uppercase()
        } else {
            '_'
        }
    });
    "COUNTERSIGN_KEY_".chars().chain(id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_is_named_after_the_provider() {
        for (id, expected) in [
            ("openai", "COUNTERSIGN_KEY_OPENAI"),
            ("my-server.2", "COUNTERSIGN_KEY_MY_SERVER_2"),
            ("büro", "COUNTERSIGN_KEY_B_RO"),
        ] {
            assert_eq!(variable(id), expected);
            assert!(EnvironmentSecrets.source(id).ends_with(expected));
        }
    }

    #[test]
    fn blanks_are_no_key_and_a_key_has_none_around_it() {
        assert!(key_in(None).is_none());
        assert!(key_in(Some(" \n".into())).is_none());
        assert_eq!(key_in(Some(" key\n".into())).unwrap().expose(), "key");
        assert!(EnvironmentSecrets.get("a-provider-nobody-has").is_none());
    }

    #[test]
    fn a_key_prints_as_nothing() {
        assert_eq!(format!("{:?}", Secret::new("sk-canary")), "Secret");
    }
}
