//! What happened lately, over all contracts: decisions of people and calls of providers.

use sqlx::FromRow;

use crate::{Error, Store};

/// A decision, with the contract it is about.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct DecidedRow {
    /// Counted up.
    pub id: i64,
    /// The contract's newest review.
    pub review_id: String,
    /// The file.
    pub file_name: String,
    /// What was decided.
    pub kind: String,
    /// The reason, or the note.
    pub words: String,
    /// The finding's title at that time.
    pub title: String,
    /// Made at.
    pub decided_at: i64,
    /// Taken back at.
    pub undone_at: Option<i64>,
}

/// A call of a provider, as its attempt tells of it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct CalledRow {
    /// The provider.
    pub provider: String,
    /// Sent at.
    pub sent_at: i64,
    /// Until the first byte of the answer, milliseconds.
    pub first_byte_ms: Option<i64>,
    /// Until its end, milliseconds.
    pub call_ms: Option<i64>,
    /// Class of the error, if it failed.
    pub error_class: Option<String>,
    /// Tokens both ways.
    pub tokens: i64,
    /// Millionths of a US dollar.
    pub cost_micros: i64,
}

impl Store {
    /// Decisions about all contracts that are there, newest first: at most so many, older than the decision
    /// `before`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn decisions_of_all(
        &self,
        before: Option<i64>,
        most: u32,
    ) -> Result<Vec<DecidedRow>, Error> {
        Ok(sqlx::query_as(
            "select d.id, r.id as review_id, c.file_name, d.kind, d.words, d.title, d.decided_at, d.undone_at
             from decisions d
             join contracts c on c.id = d.contract_id
             join reviews r on r.id = (
                 select id from reviews where contract_id = d.contract_id order by created_at desc, id desc limit 1)
             where (?1 is null or d.id < ?1)
                 and d.contract_id not in (select contract_id from deletions)
             order by d.id desc
             limit ?2",
        )
        .bind(before)
        .bind(most)
        .fetch_all(&self.pool)
        .await?)
    }

    /// Calls that were sent from `since` on, newest first: at most so many.
    ///
    /// # Errors
    /// What the database says.
    pub async fn calls_since(&self, since: i64, most: u32) -> Result<Vec<CalledRow>, Error> {
        Ok(sqlx::query_as(
            "select provider, sent_at, first_byte_ms, call_ms, error_class,
                 coalesce(input_tokens, 0) + coalesce(output_tokens, 0) as tokens,
                 coalesce(cost_micros, 0) as cost_micros
             from attempts
             where provider is not null and started_at >= ?1 and sent_at >= ?1
             order by sent_at desc
             limit ?2",
        )
        .bind(since)
        .bind(most)
        .fetch_all(&self.pool)
        .await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_happened_lately_is_told_newest_first_without_deleted_contracts() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("test.db"))
            .await
            .unwrap()
            .commands;
        store
            .write(|db| {
                Box::pin(async move {
                    sqlx::raw_sql(
                        "insert into boots (id, pid, version, started_at) values ('b', 1, '1', 0);
                         insert into contracts (id, file_name, media_type, sha256, size_bytes, created_at)
                         values ('c', 'a.pdf', 'application/pdf', 'h', 1, 0), ('d', 'b.pdf', 'application/pdf', 'i', 1, 0);
                         insert into playbooks (sha256, id, name, version, source, created_at) values ('p', 'p', 'P', '1', '', 0);
                         insert into reviews (id, contract_id, playbook_sha256, pipeline_version, reader, state, stage, vtime, created_at)
                         values ('r1', 'c', 'p', 1, 'offline', 'queued', 'read', 0, 0), ('r2', 'c', 'p', 2, 'offline', 'queued', 'read', 0, 5),
                             ('s', 'd', 'p', 1, 'offline', 'queued', 'read', 0, 0);
                         insert into decisions (contract_id, finding, kind, words, check_id, title, outcome, severity, decided_at)
                         values ('c', 'f', 'accepted', '', 'x', 'One', 'red_line', 'high', 10),
                             ('d', 'f', 'accepted', '', 'x', 'Gone', 'red_line', 'high', 11),
                             ('c', 'f', 'dismissed', 'agreed', 'x', 'Two', 'red_line', 'high', 12);
                         insert into steps (id, review_id, key, kind, lane, state, ready_at, created_at)
                         values (1, 'r1', 'read', 'read', 'model', 'available', 0, 0);
                         insert into attempts (step_id, number, boot_id, started_at, ended_at, outcome, provider, sent_at, call_ms, input_tokens, output_tokens)
                         values (1, 1, 'b', 100, 150, 'completed', 'mistral', 101, 40, 7, 3),
                             (1, 2, 'b', 200, 210, 'failed', 'mistral', null, null, null, null),
                             (1, 3, 'b', 50, 60, 'completed', 'mistral', 50, 9, 1, 1);
                         insert into deletions (contract_id, deleted_at, purge_at) values ('d', 1, 2);",
                    )
                    .execute(&mut *db)
                    .await?;
                    Ok(())
                })
            })
            .await
            .unwrap();
        let told = store.decisions_of_all(None, 10).await.unwrap();
        let lines: Vec<(&str, &str)> = told
            .iter()
            .map(|row| (row.title.as_str(), row.review_id.as_str()))
            .collect();
        assert_eq!(lines, [("Two", "r2"), ("One", "r2")]);
        let older = store.decisions_of_all(Some(told[0].id), 10).await.unwrap();
        assert_eq!(older, told[1..]);
        let calls = store.calls_since(100, 10).await.unwrap();
        assert_eq!(
            calls
                .iter()
                .map(|c| (c.sent_at, c.tokens))
                .collect::<Vec<_>>(),
            [(101, 10)]
        );
    }
}
