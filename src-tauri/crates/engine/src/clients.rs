//! Programs that may use the HTTP interface: each has a token of its own, and may do what it was given.
//!
//! A token is shown once, when its client is added. Only its SHA-256 is kept: it holds more chance than
//! can be tried out, so nothing slower is needed.

use countersign_store::blobs::sha256_hex;
use countersign_store::clients::ClientRow;
use serde::{Deserialize, Serialize};

use crate::Engine;
use crate::clock::new_id;
use crate::error::Error;

/// What tokens begin with, so that one that lies about is known for what it is.
const PREFIX: &str = "csk_";
/// When a client was last heard of is written down this often.
const HEARD_MS: i64 = 3_600_000;
const LONGEST_NAME: usize = 100;
/// Where programs are served beside the window when nobody has chosen a port.
const USUAL_PORT: u16 = 8171;
/// Under which name the choice is kept.
const SERVING: &str = "serving";

/// What a client may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Look: reviews, findings, exports, events, figures.
    Read,
    /// Submit contracts.
    Submit,
    /// Stop, pause and go on with reviews, delete contracts.
    Manage,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 3] = [Self::Read, Self::Submit, Self::Manage];

    /// What it is called.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Submit => "submit",
            Self::Manage => "manage",
        }
    }
}

/// A program that may use the HTTP interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Client {
    /// Client id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Made at.
    pub created_at: i64,
    /// Asked for something at, to the hour.
    pub last_used_at: Option<i64>,
    /// Its token is worth nothing since then.
    pub revoked_at: Option<i64>,
}

/// A client that was just added, with what is never shown again.
pub struct AddedClient {
    /// The client.
    pub client: Client,
    /// Its token.
    pub token: String,
}

impl std::fmt::Debug for AddedClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AddedClient")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

/// Whether programs are served beside the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Serving {
    /// They are.
    pub on: bool,
    /// Where, on this computer.
    pub port: u16,
}

impl Default for Serving {
    fn default() -> Self {
        Self {
            on: false,
            port: USUAL_PORT,
        }
    }
}

impl From<ClientRow> for Client {
    fn from(row: ClientRow) -> Self {
        let may = [row.may_read, row.may_submit, row.may_manage];
        let scopes = Scope::ALL.into_iter().zip(may);
        Self {
            id: row.id,
            name: row.name,
            scopes: scopes
                .filter_map(|(scope, may)| may.then_some(scope))
                .collect(),
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
        }
    }
}

impl Engine {
    /// Adds a client; its token is told here and nowhere else.
    ///
    /// # Errors
    /// [`Error::Setting`] for a name that can't be used or is taken, or no scope; what the store says.
    pub async fn add_client(&self, name: &str, scopes: &[Scope]) -> Result<AddedClient, Error> {
        let name = name.trim();
        if name.is_empty()
            || name.chars().count() > LONGEST_NAME
            || name.chars().any(char::is_control)
        {
            return Err(Error::Setting(format!(
                "a client needs a name of 1 to {LONGEST_NAME} characters on one line"
            )));
        }
        if scopes.is_empty() {
            return Err(Error::Setting(
                "a client needs something it may do: read, submit or manage".to_owned(),
            ));
        }
        let token = new_token();
        let row = ClientRow {
            id: new_id(),
            name: name.to_owned(),
            may_read: scopes.contains(&Scope::Read),
            may_submit: scopes.contains(&Scope::Submit),
            may_manage: scopes.contains(&Scope::Manage),
            created_at: self.now(),
            last_used_at: None,
            revoked_at: None,
        };
        let hash = sha256_hex(token.as_bytes());
        if !self.inner.store.add_client(row.clone(), hash).await? {
            return Err(Error::Setting(format!(
                "there is a client {name} already. Choose another name, or revoke that one first"
            )));
        }
        Ok(AddedClient {
            client: row.into(),
            token,
        })
    }

    /// All clients, the oldest first; those that were revoked too.
    ///
    /// # Errors
    /// What the store says.
    pub async fn clients(&self) -> Result<Vec<Client>, Error> {
        let rows = self.inner.store.clients().await?;
        Ok(rows.into_iter().map(Client::from).collect())
    }

    /// Makes a client's token worth nothing. False when there is no such client, or it was revoked before.
    ///
    /// # Errors
    /// What the store says.
    pub async fn revoke_client(&self, id: &str) -> Result<bool, Error> {
        Ok(self.inner.store.revoke_client(id, self.now()).await?)
    }

    /// Whose token this is; nobody's once its client is revoked.
    ///
    /// # Errors
    /// What the store says.
    pub async fn client_of_token(&self, token: &str) -> Result<Option<Client>, Error> {
        if !token.starts_with(PREFIX) {
            return Ok(None);
        }
        let hash = sha256_hex(token.as_bytes());
        let Some(row) = self.inner.store.client_of_token(&hash).await? else {
            return Ok(None);
        };
        let now = self.now();
        if row.last_used_at.is_none_or(|at| now - at > HEARD_MS) {
            self.inner.store.note_client_used(&row.id, now).await?;
        }
        Ok(Some(row.into()))
    }
}

impl Engine {
    /// Whether programs are served beside the window; off unless a person has turned it on.
    ///
    /// # Errors
    /// What the store says.
    pub async fn serving(&self) -> Result<Serving, Error> {
        Ok(self.inner.store.setting(SERVING).await?.unwrap_or_default())
    }

    /// Has programs served beside the window, or no longer.
    ///
    /// # Errors
    /// What the store says.
    pub async fn change_serving(&self, serving: Serving) -> Result<(), Error> {
        let now = self.now();
        Ok(self
            .inner
            .store
            .change_setting(SERVING, &serving, now)
            .await?)
    }
}

/// 244 bits of chance.
fn new_token() -> String {
    let half = || uuid::Uuid::new_v4().simple();
    format!("{PREFIX}{}{}", half(), half())
}
