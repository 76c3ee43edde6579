//! Webhooks: addresses that are told when a review ends, and what each of them was told.
//!
//! A message is a row of the outbox for each webhook, written in the transaction that ends the review. It is
//! there until the address has taken it, the tries are used up, or its contract is deleted.

mod messages;

use sqlx::FromRow;

use crate::{Error, Store, events};
pub(crate) use messages::add_message;
pub use messages::{AttemptRow, Due, MessageRow, NewMessage, Outcome, Tried};

/// The kind of the events that are about webhooks.
pub const CHANGED: &str = "webhooks_changed";

/// An address that is told.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct WebhookRow {
    /// Its name; its secret stands under it in the keychain.
    pub name: String,
    /// Where messages go.
    pub url: String,
    /// It may be on this computer or in its own network.
    pub private: bool,
    /// `active` or `disabled`.
    pub state: String,
    /// Why nothing reaches it.
    pub problem: Option<String>,
    /// Its secret was made at.
    pub secret_made_at: i64,
    /// Until then messages are signed with the secret before this one too.
    pub old_secret_until: Option<i64>,
    /// Made at.
    pub created_at: i64,
    /// Messages that wait.
    pub waiting: i64,
    /// When the last one was taken.
    pub delivered_at: Option<i64>,
}

const SELECT: &str = "select w.*,
     (select count(*) from outbox o where o.webhook = w.name and o.state = 'available') as waiting,
     (select max(o.delivered_at) from outbox o where o.webhook = w.name and o.state = 'delivered') as delivered_at
 from webhooks w";

impl Store {
    /// All webhooks, by name.
    ///
    /// # Errors
    /// What the database says.
    pub async fn webhooks(&self) -> Result<Vec<WebhookRow>, Error> {
        let sql = sqlx::AssertSqlSafe(format!("{SELECT} order by w.name"));
        Ok(sqlx::query_as(sql).fetch_all(&self.pool).await?)
    }

    /// One webhook.
    ///
    /// # Errors
    /// What the database says.
    pub async fn webhook(&self, name: &str) -> Result<Option<WebhookRow>, Error> {
        let sql = sqlx::AssertSqlSafe(format!("{SELECT} where w.name = ?"));
        let row = sqlx::query_as(sql).bind(name);
        Ok(row.fetch_optional(&self.pool).await?)
    }

    /// Adds a webhook; false when there is one of this name.
    ///
    /// # Errors
    /// What the database says.
    pub async fn add_webhook(
        &self,
        name: &str,
        url: &str,
        private: bool,
        now: i64,
    ) -> Result<bool, Error> {
        let (name, url) = (name.to_owned(), url.to_owned());
        self.write(move |db| {
            Box::pin(async move {
                let added = sqlx::query(
                    "insert into webhooks (name, url, private, state, secret_made_at, created_at)
                     values (?1, ?2, ?3, 'active', ?4, ?4)
                     on conflict (name) do nothing",
                )
                .bind(name)
                .bind(url)
                .bind(private)
                .bind(now)
                .execute(&mut *db)
                .await?;
                events::note(db, CHANGED, None, now).await?;
                Ok(added.rows_affected() > 0)
            })
        })
        .await
    }

    /// Takes a webhook away, with all it was told.
    ///
    /// # Errors
    /// What the database says.
    pub async fn remove_webhook(&self, name: &str, now: i64) -> Result<(), Error> {
        let name = name.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query("delete from webhooks where name = ?")
                    .bind(name)
                    .execute(&mut *db)
                    .await?;
                events::note(db, CHANGED, None, now).await
            })
        })
        .await
    }

    /// Switches a webhook on, or off for a reason. What waits for it stays and goes once it is on.
    ///
    /// # Errors
    /// What the database says.
    pub async fn switch_webhook(
        &self,
        name: &str,
        off_because: Option<&str>,
        now: i64,
    ) -> Result<(), Error> {
        let (name, problem) = (name.to_owned(), off_because.map(str::to_owned));
        self.write(move |db| {
            Box::pin(async move {
                let state = if problem.is_none() {
                    "active"
                } else {
                    "disabled"
                };
                sqlx::query("update webhooks set state = ?, problem = ? where name = ?")
                    .bind(state)
                    .bind(&problem)
                    .bind(&name)
                    .execute(&mut *db)
                    .await?;
                if problem.is_none() {
                    sqlx::query(
                        "update outbox set ready_at = min(ready_at, ?), failures = 0
                         where webhook = ? and state = 'available'",
                    )
                    .bind(now)
                    .bind(&name)
                    .execute(&mut *db)
                    .await?;
                }
                events::note(db, CHANGED, None, now).await
            })
        })
        .await
    }

    /// A webhook gets a new secret now; the one before holds beside it until then.
    ///
    /// # Errors
    /// What the database says.
    pub async fn rotate_webhook(&self, name: &str, old_until: i64, now: i64) -> Result<(), Error> {
        let name = name.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query(
                    "update webhooks set secret_made_at = ?, old_secret_until = ? where name = ?",
                )
                .bind(now)
                .bind(old_until)
                .bind(name)
                .execute(&mut *db)
                .await?;
                events::note(db, CHANGED, None, now).await
            })
        })
        .await
    }

    /// Webhooks whose secret before the present one has served its time.
    ///
    /// # Errors
    /// What the database says.
    pub async fn old_secrets_due(&self, now: i64) -> Result<Vec<String>, Error> {
        let due = sqlx::query_scalar("select name from webhooks where old_secret_until <= ?");
        Ok(due.bind(now).fetch_all(&self.pool).await?)
    }

    /// The secret before the present one is gone.
    ///
    /// # Errors
    /// What the database says.
    pub async fn forget_old_secret(&self, name: &str, now: i64) -> Result<(), Error> {
        let name = name.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query(
                    "update webhooks set old_secret_until = null where name = ? and old_secret_until <= ?",
                )
                .bind(name)
                .bind(now)
                .execute(db)
                .await?;
                Ok(())
            })
        })
        .await
    }
}
