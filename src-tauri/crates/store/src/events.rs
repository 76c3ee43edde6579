//! Notices of change. They say that something changed, never what: a change of the same subject
//! replaces the older one, so the table stays as small as the number of subjects.

use sqlx::{FromRow, SqliteConnection};

use crate::{Error, Store};

/// A notice of change.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct EventRow {
    /// Ascending.
    pub seq: i64,
    /// What sort of change.
    pub kind: String,
    /// The review it is about; empty for none.
    pub review_id: String,
}

impl Store {
    /// All changes after `seq`, oldest first, at most a thousand.
    ///
    /// # Errors
    /// What the database says.
    pub async fn events_after(&self, seq: i64) -> Result<Vec<EventRow>, Error> {
        Ok(sqlx::query_as(
            "select seq, kind, review_id from events where seq > ? order by seq limit 1000",
        )
        .bind(seq)
        .fetch_all(&self.pool)
        .await?)
    }

    /// The number of the newest change, 0 when there is none.
    ///
    /// # Errors
    /// What the database says.
    pub async fn last_event(&self) -> Result<i64, Error> {
        Ok(
            sqlx::query_scalar("select coalesce(max(seq), 0) from events")
                .fetch_one(&self.pool)
                .await?,
        )
    }
}

pub(crate) async fn note(
    db: &mut SqliteConnection,
    kind: &str,
    review_id: Option<&str>,
    now: i64,
) -> Result<(), Error> {
    sqlx::query("insert or replace into events (kind, review_id, created_at) values (?, ?, ?)")
        .bind(kind)
        .bind(review_id.unwrap_or(""))
        .bind(now)
        .execute(db)
        .await?;
    Ok(())
}
