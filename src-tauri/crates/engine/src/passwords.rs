//! Passwords of locked files. They are held in memory only and go with the program.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use countersign_documents::Password;

use crate::Engine;
use crate::error::Error;
use crate::views::{GivePassword, ReviewId, ReviewRow};

/// Code of a step whose file the given password does not open.
pub(crate) const WRONG: &str = "wrong_password";

/// The passwords given since the program started.
#[derive(Debug, Default)]
pub(crate) struct Passwords {
    given: Mutex<Given>,
}

#[derive(Debug, Default)]
struct Given {
    by_contract: HashMap<String, Password>,
    of_all: Option<Password>,
}

impl Passwords {
    /// The one to try on a contract's file.
    pub(crate) fn of(&self, contract_id: &str) -> Option<Password> {
        let given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let own = given.by_contract.get(contract_id);
        own.or(given.of_all.as_ref()).cloned()
    }

    /// Drops a contract's own, which turned out not to open its file.
    pub(crate) fn forget(&self, contract_id: &str) {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        given.by_contract.remove(contract_id);
    }
}

impl Engine {
    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], or what the store says.
    pub async fn give_password(&self, argument: GivePassword) -> Result<ReviewRow, Error> {
        let review_id = argument.review_id;
        let row = self.existing_row(&review_id).await?;
        {
            let passwords = &self.inner.context.passwords.given;
            let mut given = passwords.lock().unwrap_or_else(PoisonError::into_inner);
            given
                .by_contract
                .insert(row.contract_id, Password::new(argument.password));
        }
        self.retry_review(ReviewId { review_id }).await
    }

    /// Tries this password on every locked file for which none was given.
    pub fn use_password(&self, password: String) {
        let passwords = &self.inner.context.passwords.given;
        let mut given = passwords.lock().unwrap_or_else(PoisonError::into_inner);
        given.of_all = Some(Password::new(password));
    }
}
