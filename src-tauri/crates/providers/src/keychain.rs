//! The system's keychain: Secret Service on Linux, Keychain Services on macOS, Credential Manager on Windows.
//!
//! Each look at it has a thread of its own and an end: a locked keychain asks the person for its password and
//! answers when they have typed it, or never. A locked one may also look like one without an entry, so it is
//! believed to be there only when it gives back what was written to it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use keyring::Entry;

use crate::secret::Secret;

/// Under this name our keys stand in the keychain.
const SERVICE: &str = "countersign";
/// Long enough to type a password, short enough to be told what is the matter.
const PATIENCE: Duration = Duration::from_secs(20);

/// The keychain of whoever runs this program.
#[derive(Debug, Default)]
pub(crate) struct Keychain {
    /// It has given back what was written to it.
    answers: AtomicBool,
}

/// Why the keychain is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoKeychain {
    /// Nothing of the kind runs here.
    #[error(
        "there is no keychain on this computer that answers (on Linux: GNOME Keyring, KWallet or another Secret Service)"
    )]
    Absent,
    /// It is there and locked.
    #[error("the system's keychain is locked. Unlock it and try again")]
    Locked,
    /// It said nothing for so long; it may be asking the person for its password.
    #[error(
        "the system's keychain did not answer within 20 s. It may be locked: unlock it and try again"
    )]
    Silent,
    /// It answers, and keeps nothing.
    #[error(
        "the system's keychain does not give back what is written to it. It may be locked: unlock it and try again"
    )]
    Forgetful,
}

impl NoKeychain {
    /// There is one, and a person can open it.
    #[must_use]
    pub fn is_locked(self) -> bool {
        self != Self::Absent
    }
}

impl Keychain {
    /// A provider's key; none when the keychain is there and has none.
    pub fn read(&self, provider_id: &str) -> Result<Option<Secret>, NoKeychain> {
        let found = read(provider_id.to_owned())?;
        if found.is_none() {
            self.look()?;
        }
        Ok(found)
    }

    /// Writes a provider's key, over the one that was there.
    pub fn write(&self, provider_id: &str, key: &Secret) -> Result<(), NoKeychain> {
        self.look()?;
        let (name, key) = (provider_id.to_owned(), key.clone());
        patiently(move || entry(&name)?.set_password(key.expose()))
    }

    /// Takes a provider's key away, if there is one.
    pub fn delete(&self, provider_id: &str) -> Result<(), NoKeychain> {
        self.look()?;
        delete(provider_id.to_owned())
    }

    /// Whether an entry that is written can be read again; once it could, that is not asked any more.
    fn look(&self) -> Result<(), NoKeychain> {
        const WRITTEN: &str = "thrown away at once";
        if self.answers.load(Ordering::Relaxed) {
            return Ok(());
        }
        // Of this process: another may be looking at the same time.
        let name = format!("availability check {}", std::process::id());
        let to_write = name.clone();
        patiently(move || entry(&to_write)?.set_password(WRITTEN))?;
        let read = read(name.clone())?;
        delete(name)?;
        if read.is_none_or(|read| read.expose() != WRITTEN) {
            return Err(NoKeychain::Forgetful);
        }
        self.answers.store(true, Ordering::Relaxed);
        Ok(())
    }
}

fn entry(name: &str) -> keyring::Result<Entry> {
    Entry::new(SERVICE, name)
}

fn read(name: String) -> Result<Option<Secret>, NoKeychain> {
    patiently(move || match entry(&name)?.get_password() {
        Ok(key) => Ok(Some(Secret::new(&key))),
        // What is no text is no key of ours.
        Err(keyring::Error::NoEntry | keyring::Error::BadEncoding(_)) => Ok(None),
        Err(error) => Err(error),
    })
}

fn delete(name: String) -> Result<(), NoKeychain> {
    patiently(move || match entry(&name)?.delete_credential() {
        Err(keyring::Error::NoEntry) => Ok(()),
        deleted => deleted,
    })
}

/// What the keychain says within [`PATIENCE`]. A thread that waits longer is left behind.
fn patiently<T: Send + 'static>(
    ask: impl FnOnce() -> keyring::Result<T> + Send + 'static,
) -> Result<T, NoKeychain> {
    let (said, heard) = mpsc::channel();
    let asking = std::thread::Builder::new().name("keychain".to_owned());
    let asking = asking.spawn(move || {
        // Nobody listens any more when it took too long.
        let _ = said.send(ask());
    });
    if asking.is_err() {
        return Err(NoKeychain::Absent);
    }
    match heard.recv_timeout(PATIENCE) {
        Ok(Ok(answer)) => Ok(answer),
        // An error's own words may hold what stands in the keychain.
        Ok(Err(keyring::Error::NoStorageAccess(_))) => Err(NoKeychain::Locked),
        Ok(Err(_)) => Err(NoKeychain::Absent),
        Err(mpsc::RecvTimeoutError::Timeout) => Err(NoKeychain::Silent),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(NoKeychain::Absent),
    }
}
