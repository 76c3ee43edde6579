//! Programs that may use the HTTP interface, and the keys under which they submit.

use sqlx::{FromRow, SqliteConnection};

use crate::submissions::{Accepted, Submission, take_in};
use crate::{Error, Store};

/// A key is known this long; then the same key is a new submission.
pub const KEYS_KEPT_MS: i64 = 24 * 3_600_000;

/// A program that may use the HTTP interface.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct ClientRow {
    /// Client id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// May look.
    pub may_read: bool,
    /// May submit contracts.
    pub may_submit: bool,
    /// May stop, pause, go on and delete.
    pub may_manage: bool,
    /// Made at.
    pub created_at: i64,
    /// Asked for something at, to the hour.
    pub last_used_at: Option<i64>,
    /// Its token is worth nothing since then.
    pub revoked_at: Option<i64>,
}

/// Under which key of a client a submission is made, and what it asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmissionKey {
    /// The client.
    pub client_id: String,
    /// As the client gave it.
    pub key: String,
    /// Hash of all that was submitted.
    pub request_sha256: String,
}

/// What a submission under a key led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keyed {
    /// A submission was made, now or at an earlier time under this key.
    Accepted(Accepted),
    /// The key belongs to another submission.
    Taken,
}

impl Store {
    /// Adds a client. False when one of this name is there already.
    ///
    /// # Errors
    /// What the database says.
    pub async fn add_client(&self, client: ClientRow, token_sha256: String) -> Result<bool, Error> {
        self.write(move |db| {
            Box::pin(async move {
                let added = sqlx::query(
                    "insert into clients (id, name, token_sha256, may_read, may_submit, may_manage, created_at)
                     select ?1, ?2, ?3, ?4, ?5, ?6, ?7
                     where not exists (select 1 from clients where name = ?2 and revoked_at is null)",
                )
                .bind(client.id)
                .bind(client.name)
                .bind(token_sha256)
                .bind(client.may_read)
                .bind(client.may_submit)
                .bind(client.may_manage)
                .bind(client.created_at)
                .execute(db)
                .await?;
                Ok(added.rows_affected() == 1)
            })
        })
        .await
    }

    /// All clients, the oldest first; those that were revoked too.
    ///
    /// # Errors
    /// What the database says.
    pub async fn clients(&self) -> Result<Vec<ClientRow>, Error> {
        Ok(sqlx::query_as(
            "select id, name, may_read, may_submit, may_manage, created_at, last_used_at, revoked_at
             from clients
             order by created_at, id",
        )
        .fetch_all(&self.pool)
        .await?)
    }

    /// The client whose token has this hash; nobody once it is revoked.
    ///
    /// # Errors
    /// What the database says.
    pub async fn client_of_token(&self, token_sha256: &str) -> Result<Option<ClientRow>, Error> {
        Ok(sqlx::query_as(
            "select id, name, may_read, may_submit, may_manage, created_at, last_used_at, revoked_at
             from clients
             where token_sha256 = ? and revoked_at is null",
        )
        .bind(token_sha256)
        .fetch_optional(&self.pool)
        .await?)
    }

    /// A client asked for something.
    ///
    /// # Errors
    /// What the database says.
    pub async fn note_client_used(&self, id: &str, now: i64) -> Result<(), Error> {
        let id = id.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query("update clients set last_used_at = ? where id = ?")
                    .bind(now)
                    .bind(id)
                    .execute(db)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Makes a client's token worth nothing. False when there is no such client, or it was revoked before.
    ///
    /// # Errors
    /// What the database says.
    pub async fn revoke_client(&self, id: &str, now: i64) -> Result<bool, Error> {
        let id = id.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                let revoked = sqlx::query(
                    "update clients set revoked_at = ? where id = ? and revoked_at is null",
                )
                .bind(now)
                .bind(id)
                .execute(db)
                .await?;
                Ok(revoked.rows_affected() == 1)
            })
        })
        .await
    }

    /// Takes a contract in under a client's key, which is written down in the same transaction: whoever asks
    /// again for the same gets the same answer, also after a crash between the two.
    ///
    /// # Errors
    /// What the database says.
    pub async fn submit_under_key(
        &self,
        submission: Submission,
        key: SubmissionKey,
        now: i64,
    ) -> Result<Keyed, Error> {
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query("delete from submission_keys where created_at < ?")
                    .bind(now - KEYS_KEPT_MS)
                    .execute(&mut *db)
                    .await?;
                if let Some(earlier) = earlier(db, &key).await? {
                    return Ok(earlier);
                }
                let accepted = take_in(db, &submission, now).await?;
                sqlx::query(
                    "insert into submission_keys (client_id, key, request_sha256, review_id, existing, created_at)
                     values (?, ?, ?, ?, ?, ?)",
                )
                .bind(&key.client_id)
                .bind(&key.key)
                .bind(&key.request_sha256)
                .bind(&accepted.review_id)
                .bind(accepted.existing)
                .bind(now)
                .execute(db)
                .await?;
                Ok(Keyed::Accepted(accepted))
            })
        })
        .await
    }
}

/// What this key led to before.
async fn earlier(db: &mut SqliteConnection, key: &SubmissionKey) -> Result<Option<Keyed>, Error> {
    let found: Option<(String, String, bool)> = sqlx::query_as(
        "select request_sha256, review_id, existing from submission_keys where client_id = ? and key = ?",
    )
    .bind(&key.client_id)
    .bind(&key.key)
    .fetch_optional(db)
    .await?;
    Ok(found.map(|(request, review_id, existing)| {
        if request == key.request_sha256 {
            Keyed::Accepted(Accepted {
                review_id,
                existing,
            })
        } else {
            Keyed::Taken
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::NewStep;
    use crate::submissions::PlaybookRow;

    async fn store(folder: &std::path::Path) -> Store {
        let store = Store::open(&folder.join("test.db")).await.unwrap().commands;
        assert!(
            store
                .add_client(client("erp"), "hash".into())
                .await
                .unwrap()
        );
        store
    }

    fn client(name: &str) -> ClientRow {
        ClientRow {
            id: format!("client-{name}"),
            name: name.into(),
            may_read: true,
            may_submit: true,
            may_manage: false,
            created_at: 1,
            last_used_at: None,
            revoked_at: None,
        }
    }

    fn submission(name: &str) -> Submission {
        Submission {
            contract_id: format!("contract-{name}"),
            review_id: format!("review-{name}"),
            file_name: format!("{name}.pdf"),
            media_type: "application/pdf",
            sha256: format!("hash-{name}"),
            size_bytes: 10,
            playbook: PlaybookRow {
                sha256: "rules".into(),
                id: "p".into(),
                name: "P".into(),
                version: "1".into(),
                source: "x".into(),
            },
            pipeline_version: 1,
            reader: "offline".into(),
            providers: "[]".into(),
            first: NewStep {
                key: "read".into(),
                kind: "read",
                lane: "reading",
                phase: None,
                input: "{}".into(),
                need: None,
            },
        }
    }

    fn key(key: &str, request: &str) -> SubmissionKey {
        SubmissionKey {
            client_id: "client-erp".into(),
            key: key.into(),
            request_sha256: request.into(),
        }
    }

    #[tokio::test]
    async fn a_revoked_token_opens_nothing_and_its_name_is_free_again() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path()).await;
        assert!(
            !store
                .add_client(client("erp"), "other".into())
                .await
                .unwrap()
        );
        let found = store.client_of_token("hash").await.unwrap().unwrap();
        assert_eq!(found, client("erp"));
        assert_eq!(store.client_of_token("other").await.unwrap(), None);
        store.note_client_used("client-erp", 5).await.unwrap();
        assert!(store.revoke_client("client-erp", 7).await.unwrap());
        assert!(!store.revoke_client("client-erp", 8).await.unwrap());
        assert_eq!(store.client_of_token("hash").await.unwrap(), None);
        let next = ClientRow {
            id: "client-2".into(),
            ..client("erp")
        };
        assert!(store.add_client(next, "other".into()).await.unwrap());
        let all = store.clients().await.unwrap();
        let revoked = all.iter().find(|one| one.id == "client-erp").unwrap();
        assert_eq!(
            (revoked.last_used_at, revoked.revoked_at),
            (Some(5), Some(7))
        );
        assert_eq!(all.len(), 2);
    }

    #[tokio::test]
    async fn the_same_key_has_the_same_answer_and_no_other_submission() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path()).await;
        let submit = |name: &str, key| store.submit_under_key(submission(name), key, 100);
        let first = submit("a", key("k1", "request a")).await.unwrap();
        let made = Keyed::Accepted(Accepted {
            review_id: "review-a".into(),
            existing: false,
        });
        assert_eq!(first, made);
        assert_eq!(submit("a", key("k1", "request a")).await.unwrap(), made);
        assert_eq!(
            submit("b", key("k1", "request b")).await.unwrap(),
            Keyed::Taken
        );
        assert_eq!(store.list_reviews().await.unwrap().len(), 1);
        let again = submit("a", key("k2", "request a")).await.unwrap();
        assert_eq!(
            again,
            Keyed::Accepted(Accepted {
                review_id: "review-a".into(),
                existing: true,
            })
        );
    }

    #[tokio::test]
    async fn a_key_is_forgotten_after_a_day() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path()).await;
        let submit = |name: &str, now| {
            store.submit_under_key(submission(name), key("k", &format!("request {name}")), now)
        };
        submit("a", 100).await.unwrap();
        assert_eq!(submit("b", 100 + KEYS_KEPT_MS).await.unwrap(), Keyed::Taken);
        let later = submit("b", 101 + KEYS_KEPT_MS).await.unwrap();
        assert!(matches!(later, Keyed::Accepted(accepted) if accepted.review_id == "review-b"));
    }
}
