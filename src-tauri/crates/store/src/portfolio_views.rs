//! Columns, order and filters of the portfolio, each under a name that a person gave them.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Error, Store, events};

impl Store {
    /// All of them, by name.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn portfolio_views<T: DeserializeOwned>(&self) -> Result<Vec<T>, Error> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("select name, view from portfolio_views order by lower(name), name")
                .fetch_all(&self.pool)
                .await?;
        rows.iter()
            .map(|(name, view)| {
                serde_json::from_str(view)
                    .map_err(|error| Error::inconsistent("portfolio_views", name, error))
            })
            .collect()
    }

    /// Keeps one, in the place of the one of that name.
    ///
    /// # Errors
    /// What the database says.
    pub async fn keep_portfolio_view<T: Serialize>(
        &self,
        name: &str,
        view: &T,
        now: i64,
    ) -> Result<(), Error> {
        let json = serde_json::to_string(view)
            .map_err(|error| Error::inconsistent("portfolio_views", name, error))?;
        let name = name.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query(
                    "insert into portfolio_views (name, view, changed_at) values (?, ?, ?)
                     on conflict (name) do update set view = excluded.view, changed_at = excluded.changed_at",
                )
                .bind(&name)
                .bind(json)
                .bind(now)
                .execute(&mut *db)
                .await?;
                events::note(db, "settings_changed", None, now).await
            })
        })
        .await
    }

    /// Removes one; nothing happens where there is none.
    ///
    /// # Errors
    /// What the database says.
    pub async fn remove_portfolio_view(&self, name: &str, now: i64) -> Result<(), Error> {
        let name = name.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query("delete from portfolio_views where name = ?")
                    .bind(&name)
                    .execute(&mut *db)
                    .await?;
                events::note(db, "settings_changed", None, now).await
            })
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_view_takes_the_place_of_the_one_of_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("test.db"))
            .await
            .unwrap()
            .commands;
        for (name, view) in [("Ends", 1), ("caps", 2), ("Ends", 3)] {
            store.keep_portfolio_view(name, &view, 1).await.unwrap();
        }
        assert_eq!(store.portfolio_views::<u32>().await.unwrap(), [2, 3]);
        store.remove_portfolio_view("caps", 2).await.unwrap();
        assert_eq!(store.portfolio_views::<u32>().await.unwrap(), [3]);
        assert!(store.portfolio_views::<String>().await.is_err());
    }
}
