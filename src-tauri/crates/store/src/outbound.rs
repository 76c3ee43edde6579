//! What left this computer: a row for each call of a provider, written before it leaves. No words of contracts.

use sqlx::FromRow;

use crate::{Error, Store};

/// A call that is about to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOutbound {
    /// Host and port.
    pub host: String,
    /// The provider's id.
    pub provider: String,
    /// The model; empty when the provider is asked for its models.
    pub model: String,
    /// What it is for: `read`, `second_look`, `embed`, `test`, `models`, `measure`, `webhook`, `ask`,
    /// `summary`.
    pub purpose: &'static str,
    /// For which review.
    pub review_id: Option<String>,
    /// Bytes of its body.
    pub bytes_sent: u64,
}

/// A call that left.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct OutboundRow {
    /// Counted up.
    pub id: i64,
    /// When.
    pub at: i64,
    /// Host and port.
    pub host: String,
    /// The provider's id.
    pub provider: String,
    /// The model; empty when the provider was asked for its models.
    pub model: String,
    /// What it was for.
    pub purpose: String,
    /// For which review, while there is one.
    pub review_id: Option<String>,
    /// Name of its file.
    pub file_name: Option<String>,
    /// Bytes of its body.
    pub bytes_sent: i64,
    /// Bytes of the answer's body.
    pub bytes_received: Option<i64>,
    /// The answer's status.
    pub http_status: Option<u16>,
    /// How it ended; none when nobody waited for the end.
    pub outcome: Option<String>,
}

/// All calls together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromRow)]
pub struct OutboundTotal {
    /// How many.
    pub calls: i64,
    /// Bytes of their bodies.
    pub bytes_sent: i64,
    /// Bytes of the answers' bodies.
    pub bytes_received: i64,
}

impl Store {
    /// Writes down that a call leaves; its number, or none when nothing may leave by now, whoever said so.
    ///
    /// # Errors
    /// What the database says; then it must not leave.
    pub async fn note_outbound(&self, call: NewOutbound, now: i64) -> Result<Option<i64>, Error> {
        self.write(move |db| {
            Box::pin(async move {
                Ok(sqlx::query_scalar(
                    "insert into outbound_calls (at, host, provider, model, purpose, review_id, bytes_sent)
                     select ?1, ?2, ?3, ?4, ?5, (select id from reviews where id = ?6), ?7
                     where not exists (
                         select 1 from settings where key = 'models' and json_extract(value, '$.offline'))
                     returning id",
                )
                .bind(now)
                .bind(call.host)
                .bind(call.provider)
                .bind(call.model)
                .bind(call.purpose)
                .bind(call.review_id)
                .bind(i64::try_from(call.bytes_sent).unwrap_or(i64::MAX))
                .fetch_optional(db)
                .await?)
            })
        })
        .await
    }

    /// Writes down what came back: bytes, and the status of an answer that came to its end.
    ///
    /// # Errors
    /// What the database says.
    pub async fn note_came_back(
        &self,
        id: i64,
        bytes_received: u64,
        status: Option<u16>,
    ) -> Result<(), Error> {
        let outcome = match status {
            Some(200..=299) => "answered",
            Some(_) => "refused",
            None => "broken",
        };
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query(
                    "update outbound_calls set bytes_received = ?, http_status = ?, outcome = ? where id = ?",
                )
                .bind(i64::try_from(bytes_received).unwrap_or(i64::MAX))
                .bind(status)
                .bind(outcome)
                .bind(id)
                .execute(db)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Takes a call back that never left: there was no connection.
    ///
    /// # Errors
    /// What the database says.
    pub async fn note_never_left(&self, id: i64) -> Result<(), Error> {
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query("delete from outbound_calls where id = ?")
                    .bind(id)
                    .execute(db)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Calls that left, newest first: at most so many, older than the call `before`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn outbound(
        &self,
        before: Option<i64>,
        most: u32,
    ) -> Result<Vec<OutboundRow>, Error> {
        Ok(sqlx::query_as(
            "select o.id, o.at, o.host, o.provider, o.model, o.purpose, o.review_id, c.file_name, o.bytes_sent,
                 o.bytes_received, o.http_status, o.outcome
             from outbound_calls o
             left join reviews r on r.id = o.review_id
             left join contracts c on c.id = r.contract_id
                 and c.id not in (select contract_id from deletions)
             where ?1 is null or o.id < ?1
             order by o.id desc
             limit ?2",
        )
        .bind(before)
        .bind(most)
        .fetch_all(&self.pool)
        .await?)
    }

    /// All calls that are still written down, together.
    ///
    /// # Errors
    /// What the database says.
    pub async fn outbound_total(&self) -> Result<OutboundTotal, Error> {
        Ok(sqlx::query_as(
            "select count(*) as calls, coalesce(sum(bytes_sent), 0) as bytes_sent,
                 coalesce(sum(bytes_received), 0) as bytes_received
             from outbound_calls",
        )
        .fetch_one(&self.pool)
        .await?)
    }

    /// Forgets calls that left before `then`. Returns how many.
    ///
    /// # Errors
    /// What the database says.
    pub async fn forget_outbound(&self, then: i64) -> Result<u64, Error> {
        self.write(move |db| {
            Box::pin(async move {
                let forgotten = sqlx::query("delete from outbound_calls where at < ?")
                    .bind(then)
                    .execute(db)
                    .await?;
                Ok(forgotten.rows_affected())
            })
        })
        .await
    }
}
