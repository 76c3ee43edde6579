//! Providers measured by contracts with planted risks: what came of each, newest first.

use sqlx::FromRow;

use crate::{Error, Store, events};

/// So many measurements are kept.
const KEPT: i64 = 50;

/// A measurement that has ended.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Measurement {
    /// Its id.
    pub id: String,
    /// The provider.
    pub provider: String,
    /// Its model.
    pub model: String,
    /// Contracts that were to be read.
    pub contracts: i64,
    /// `done`, `stopped`, `failed`.
    pub state: String,
    /// Why it failed.
    pub message: Option<String>,
    /// What came of it, as JSON.
    pub result: Option<String>,
    /// When it began.
    pub started_at: i64,
    /// When it ended.
    pub ended_at: i64,
}

impl Store {
    /// Keeps a measurement that has ended; the oldest go.
    ///
    /// # Errors
    /// What the database says.
    pub async fn keep_measurement(&self, one: Measurement) -> Result<(), Error> {
        self.write(move |db| {
            Box::pin(async move {
                let now = one.ended_at;
                sqlx::query(
                    "insert into measurements (id, provider, model, contracts, state, message, result, started_at, ended_at)
                     values (?, ?, ?, ?, ?, ?, ?, ?, ?);
                     delete from measurements where id not in (select id from measurements order by started_at desc, id desc limit ?)",
                )
                .bind(one.id)
                .bind(one.provider)
                .bind(one.model)
                .bind(one.contracts)
                .bind(one.state)
                .bind(one.message)
                .bind(one.result)
                .bind(one.started_at)
                .bind(one.ended_at)
                .bind(KEPT)
                .execute(&mut *db)
                .await?;
                events::note(db, "measurement_changed", None, now).await
            })
        })
        .await
    }

    /// Measurements that have ended, newest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn measurements(&self) -> Result<Vec<Measurement>, Error> {
        Ok(sqlx::query_as(
            "select id, provider, model, contracts, state, message, result, started_at, ended_at from measurements
             order by started_at desc, id desc",
        )
        .fetch_all(&self.pool)
        .await?)
    }
}
