//! Keys of providers: where they are, how they print (as nothing), and that they are wiped from memory when
//! dropped.

use std::collections::HashMap;
use std::ffi::OsString;
use std::sync::{Mutex, MutexGuard, PoisonError};

use secrecy::{ExposeSecret, SecretString};

use crate::keychain::{Keychain, NoKeychain};

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

/// Where keys are kept: the system's keychain first, then this run's memory, then the environment.
///
/// All of it may wait for the keychain: call it where waiting keeps nobody.
#[derive(Debug, Default)]
pub struct Keys {
    keychain: Option<Keychain>,
    /// Keys that no keychain could take, for this run alone.
    memory: Mutex<HashMap<String, Secret>>,
}

/// A provider's key, and where it is.
#[derive(Debug, Clone)]
pub struct FoundKey {
    /// The key, when there is one.
    pub key: Option<Secret>,
    /// Where it is.
    pub place: KeyPlace,
    /// Why the keychain could not be asked, when it should have been.
    pub no_keychain: Option<NoKeychain>,
}

/// Where a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPlace {
    /// In the system's keychain.
    Keychain,
    /// In this program's memory, until it ends.
    Memory,
    /// In the environment variable of [`Keys::variable`].
    Environment,
    /// Nowhere.
    Nowhere,
}

impl Keys {
    /// Set to `off`, it keeps this program away from the keychain: on servers, and in tests.
    pub const SWITCH: &str = "COUNTERSIGN_KEYCHAIN";

    /// Keys of whoever runs this program, in the keychain too unless [`Keys::SWITCH`] says no.
    #[must_use]
    pub fn of_this_system() -> Self {
        let off = std::env::var_os(Self::SWITCH).is_some_and(|value| value == "off");
        Self {
            keychain: (!off).then(Keychain::default),
            ..Self::default()
        }
    }

    /// Keys in the environment, and what is set for this run: no keychain is asked.
    #[must_use]
    pub fn without_keychain() -> Self {
        Self::default()
    }

    /// The environment variable that a provider's key is looked for in.
    #[must_use]
    pub fn variable(provider_id: &str) -> String {
        variable(provider_id)
    }

    /// Looks for a provider's key.
    pub fn find(&self, provider_id: &str) -> FoundKey {
        let asked = self
            .keychain
            .as_ref()
            .map(|keychain| keychain.read(provider_id));
        let (found, no_keychain) = match asked {
            Some(Ok(found)) => (found, None),
            Some(Err(why)) => (None, Some(why)),
            None => (None, None),
        };
        let places = [
            (KeyPlace::Keychain, found),
            (KeyPlace::Memory, self.memory().get(provider_id).cloned()),
            (
                KeyPlace::Environment,
                key_in(std::env::var_os(variable(provider_id))),
            ),
        ];
        let mut found = places
            .into_iter()
            .filter_map(|(place, key)| Some((place, key?)));
        let (place, key) = match found.next() {
            Some((place, key)) => (place, Some(key)),
            None => (KeyPlace::Nowhere, None),
        };
        FoundKey {
            key,
            place,
            no_keychain,
        }
    }

    /// Keeps a key in the keychain, or in memory when there is none. A keychain that is only locked is an
    /// error: the person can unlock it.
    ///
    /// # Errors
    /// [`NoKeychain`], never [`NoKeychain::Absent`].
    pub fn keep(&self, provider_id: &str, key: Secret) -> Result<KeyPlace, NoKeychain> {
        let kept = match &self.keychain {
            Some(keychain) => keychain.write(provider_id, &key),
            None => Err(NoKeychain::Absent),
        };
        match kept {
            Ok(()) => {
                self.memory().remove(provider_id);
                Ok(KeyPlace::Keychain)
            }
            Err(NoKeychain::Absent) => {
                self.memory().insert(provider_id.to_owned(), key);
                Ok(KeyPlace::Memory)
            }
            Err(why) => Err(why),
        }
    }

    /// Takes a provider's key out of keychain and memory. The environment is not ours to change.
    ///
    /// # Errors
    /// [`NoKeychain`], never [`NoKeychain::Absent`]; then the key may still be there.
    pub fn forget(&self, provider_id: &str) -> Result<(), NoKeychain> {
        self.memory().remove(provider_id);
        match self
            .keychain
            .as_ref()
            .map(|keychain| keychain.delete(provider_id))
        {
            None | Some(Ok(()) | Err(NoKeychain::Absent)) => Ok(()),
            Some(Err(why)) => Err(why),
        }
    }

    fn memory(&self) -> MutexGuard<'_, HashMap<String, Secret>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
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
        }
    }

    #[test]
    fn blanks_are_no_key_and_a_key_has_none_around_it() {
        assert!(key_in(None).is_none());
        assert!(key_in(Some(" \n".into())).is_none());
        assert_eq!(key_in(Some(" key\n".into())).unwrap().expose(), "key");
    }

    #[test]
    fn without_a_keychain_a_key_is_held_for_this_run() {
        let keys = Keys::without_keychain();
        assert_eq!(keys.find("mine").place, KeyPlace::Nowhere);
        let kept = keys.keep("mine", Secret::new("sk-1"));
        assert_eq!(kept, Ok(KeyPlace::Memory));
        let found = keys.find("mine");
        assert_eq!((found.place, found.no_keychain), (KeyPlace::Memory, None));
        assert_eq!(found.key.unwrap().expose(), "sk-1");
        assert_eq!(keys.find("other").place, KeyPlace::Nowhere);
        keys.forget("mine").unwrap();
        assert_eq!(keys.find("mine").place, KeyPlace::Nowhere);
        assert!(!format!("{keys:?}").contains("sk-1"));
    }

    #[test]
    fn a_key_prints_as_nothing() {
        assert_eq!(format!("{:?}", Secret::new("sk-canary")), "Secret");
    }
}
