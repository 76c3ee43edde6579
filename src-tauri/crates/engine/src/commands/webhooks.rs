//! Commands about webhooks.

use countersign_providers::{BadAddress, SigningSecret, WebhookAddress};
use countersign_store::webhooks::{AttemptRow, Due, MessageRow, WebhookRow};

use super::positive;
use super::setup::key_view;
use crate::Engine;
use crate::error::Error;
use crate::views::*;
use crate::webhooks::{self, HELD_MS, OLD_SECRET_MS, old_secret_name, secret_name};

/// Webhooks at the most: each is told every message.
const MOST: usize = 20;
/// Messages of one look at them.
const MOST_MESSAGES: u32 = 500;
/// Why one that a person has switched off is off.
const BY_HAND: &str = "Switched off by hand";

impl Engine {
    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn list_webhooks(&self, _: Nothing) -> Result<Vec<WebhookView>, Error> {
        let rows = self.inner.store.webhooks().await?;
        Ok(rows.into_iter().map(view).collect())
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::Setting`] for a name or address that can't be used, [`Error::Keychain`], or what the store says.
    pub async fn add_webhook(&self, argument: NewWebhook) -> Result<WebhookSecret, Error> {
        let NewWebhook { name, url, private } = argument;
        if !crate::commands::setup::is_good_id(&name) {
            return Err(Error::Setting(
                "a webhook's name is 1 to 40 small letters, digits and hyphens, as in \"procurement\"".to_owned(),
            ));
        }
        let address = WebhookAddress::parse(&url, private).map_err(bad)?;
        let store = &self.inner.store;
        if store.webhooks().await?.len() >= MOST {
            return Err(Error::Setting(format!(
                "there are {MOST} webhooks already. Remove one that is not needed any more"
            )));
        }
        if !store
            .add_webhook(&name, address.as_str(), private, self.now())
            .await?
        {
            return Err(Error::Setting(format!(
                "there is a webhook called {name} already. Choose another name, or remove that one first"
            )));
        }
        let kept = self.new_secret(&name).await;
        if kept.is_err() {
            store.remove_webhook(&name, self.now()).await?;
        }
        kept
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::Setting`] for no such webhook, [`Error::Keychain`], or what the store says.
    pub async fn rotate_webhook(&self, argument: WebhookName) -> Result<WebhookSecret, Error> {
        let name = argument.name;
        self.webhook_called(&name).await?;
        let found = self.find_key(&secret_name(&name)).await;
        if let Some(why) = found.no_keychain.filter(|why| why.is_locked()) {
            return Err(why.into());
        }
        let now = self.now();
        // Known before it is kept: an end in between leaves a webhook whose messages are signed with what there is.
        let until = now + OLD_SECRET_MS;
        self.inner.store.rotate_webhook(&name, until, now).await?;
        if let Some(old) = found.key {
            self.keep_key(&old_secret_name(&name), old).await?;
        }
        self.new_secret(&name).await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::Setting`] for no such webhook, or what the store says.
    pub async fn switch_webhook(&self, argument: WebhookSwitch) -> Result<Vec<WebhookView>, Error> {
        self.webhook_called(&argument.name).await?;
        let because = (!argument.on).then_some(BY_HAND);
        let now = self.now();
        self.inner
            .store
            .switch_webhook(&argument.name, because, now)
            .await?;
        self.list_webhooks(Nothing {}).await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::Setting`] for no such webhook, [`Error::Keychain`], or what the store says.
    pub async fn remove_webhook(&self, argument: WebhookName) -> Result<Vec<WebhookView>, Error> {
        let name = argument.name;
        self.webhook_called(&name).await?;
        self.forget_key(&old_secret_name(&name)).await?;
        self.forget_key(&secret_name(&name)).await?;
        self.inner.store.remove_webhook(&name, self.now()).await?;
        self.list_webhooks(Nothing {}).await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::Setting`] for no such webhook, or what the store says.
    pub async fn test_webhook(&self, argument: WebhookName) -> Result<WebhookTest, Error> {
        let row = self.webhook_called(&argument.name).await?;
        let now = self.now();
        let message = webhooks::test(&row.name, now);
        let store = &self.inner.store;
        let due = store
            .add_message_to(&row.name, message, now + HELD_MS, now)
            .await?;
        self.by_hand(&row, &due, false).await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::Setting`] for no such webhook, or what the store says.
    pub async fn list_deliveries(
        &self,
        argument: ListDeliveries,
    ) -> Result<Vec<DeliveryView>, Error> {
        self.webhook_called(&argument.name).await?;
        let most = argument.limit.min(MOST_MESSAGES);
        let rows = self.inner.store.messages_to(&argument.name, most).await?;
        Ok(rows.into_iter().map(delivery).collect())
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::Setting`] for no such message or a webhook that is off, or what the store says.
    pub async fn redeliver(&self, argument: DeliveryId) -> Result<WebhookTest, Error> {
        let now = self.now();
        let requeued = self
            .inner
            .store
            .requeue_message(&argument.id, now + HELD_MS, now);
        let due = requeued.await?.ok_or_else(|| {
            Error::Setting(
                "there is no such message any more, or its webhook is off. Look at the list of messages".to_owned(),
            )
        })?;
        let row = self.webhook_called(&due.webhook).await?;
        self.by_hand(&row, &due, true).await
    }

    /// Sends a message now and says how it was received.
    async fn by_hand(
        &self,
        row: &WebhookRow,
        due: &Due,
        again: bool,
    ) -> Result<WebhookTest, Error> {
        let attempt = self.try_message(row, due).await;
        let (message, http_status) = match &attempt.answer {
            Ok(status) => (format!("{} took the message", row.name), Some(*status)),
            Err(not) => (not.words.clone(), not.http_status),
        };
        let test = WebhookTest {
            taken: attempt.answer.is_ok(),
            message,
            http_status,
            took_ms: positive(attempt.took_ms),
        };
        if again && attempt.answer.as_ref().is_err_and(|not| not.held) {
            self.put_off(due, &test.message).await?;
        } else {
            self.end_try(due, attempt, again).await?;
        }
        Ok(test)
    }

    /// Makes a secret, keeps it and tells it.
    async fn new_secret(&self, name: &str) -> Result<WebhookSecret, Error> {
        let secret = SigningSecret::generate().ok_or_else(|| {
            Error::Setting(
                "this computer gives no randomness, so no secret was made. Try again".to_owned(),
            )
        })?;
        let id = secret_name(name);
        self.keep_key(&id, secret.text().clone()).await?;
        Ok(WebhookSecret {
            webhook: view(self.webhook_called(name).await?),
            secret: secret.text().expose().to_owned(),
            kept: key_view(&id, &self.find_key(&id).await),
        })
    }

    async fn webhook_called(&self, name: &str) -> Result<WebhookRow, Error> {
        let row = self.inner.store.webhook(name).await?;
        row.ok_or_else(|| {
            Error::Setting(format!(
                "there is no webhook called {name}. `countersign webhook list` names those there are"
            ))
        })
    }

    /// That webhooks were switched off by what they answered, in words.
    pub(crate) async fn webhook_trouble(&self) -> Result<Option<ErrorView>, Error> {
        let rows = self.inner.store.webhooks().await?;
        let off =
            |row: &WebhookRow| row.state == "disabled" && row.problem.as_deref() != Some(BY_HAND);
        let names: Vec<&str> = rows
            .iter()
            .filter(|row| off(row))
            .map(|row| row.name.as_str())
            .collect();
        Ok((!names.is_empty()).then(|| ErrorView {
            code: "webhook".to_owned(),
            message: format!(
                "These webhooks are told nothing any more, because their address says that it is gone: {}. Switch them on \
                 again or remove them in the settings.",
                names.join(", ")
            ),
        }))
    }
}

fn bad(why: BadAddress) -> Error {
    Error::Setting(why.to_string())
}

fn view(row: WebhookRow) -> WebhookView {
    WebhookView {
        on: row.state == "active",
        name: row.name,
        url: row.url,
        private: row.private,
        problem: row.problem,
        secret_made_at: row.secret_made_at,
        old_secret_until: row.old_secret_until,
        waiting: positive(row.waiting),
        delivered_at: row.delivered_at,
    }
}

fn delivery(row: MessageRow) -> DeliveryView {
    let state = match row.state.as_str() {
        "available" => DeliveryState::Waiting,
        "delivered" => DeliveryState::Taken,
        _ => DeliveryState::GivenUp,
    };
    let attempt = |row: AttemptRow| DeliveryTry {
        at: row.started_at,
        took_ms: positive(row.took_ms),
        http_status: row.http_status,
        problem: row.problem,
    };
    DeliveryView {
        id: row.id,
        message_id: row.message_id,
        event: row.event,
        state,
        created_at: row.created_at,
        delivered_at: row.delivered_at,
        next_at: (state == DeliveryState::Waiting).then_some(row.ready_at),
        review_id: row.review_id,
        file: row.file_name,
        tries: row.attempts.into_iter().map(attempt).collect(),
    }
}
