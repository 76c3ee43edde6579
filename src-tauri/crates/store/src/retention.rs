//! How long finished reviews are kept.

use crate::{Error, Store};

impl Store {
    /// Whether there is anything to lose.
    ///
    /// # Errors
    /// What the database says.
    pub async fn holds_contracts(&self) -> Result<bool, Error> {
        Ok(
            sqlx::query_scalar("select exists (select 1 from contracts)")
                .fetch_one(&self.pool)
                .await?,
        )
    }

    /// Contracts all of whose reviews ended before `then` and that are not deleted yet; what is unfinished
    /// or was reviewed again since stays.
    ///
    /// # Errors
    /// What the database says.
    pub async fn contracts_ended_before(&self, then: i64) -> Result<Vec<String>, Error> {
        Ok(sqlx::query_scalar(
            "select contract_id from reviews
             where contract_id not in (select contract_id from deletions)
             group by contract_id
             having count(*) = count(finished_at) and max(finished_at) < ?",
        )
        .bind(then)
        .fetch_all(&self.pool)
        .await?)
    }
}
