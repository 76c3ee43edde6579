//! Settings: JSON values by name.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Error, Store, events};

impl Store {
    /// A setting, or nothing when it was never changed.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Error> {
        let value: Option<String> = sqlx::query_scalar("select value from settings where key = ?")
            .bind(key)
            .fetch_optional(&self.pool)
            .await?;
        value
            .map(|json| {
                serde_json::from_str(&json).map_err(|e| Error::inconsistent("settings", key, e))
            })
            .transpose()
    }

    /// Changes a setting.
    ///
    /// # Errors
    /// What the database says.
    pub async fn change_setting<T: Serialize>(
        &self,
        key: &'static str,
        value: &T,
        now: i64,
    ) -> Result<(), Error> {
        let json =
            serde_json::to_string(value).map_err(|e| Error::inconsistent("settings", key, e))?;
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query("insert into settings (key, value) values (?, ?) on conflict (key) do update set value = excluded.value")
                    .bind(key)
                    .bind(json)
                    .execute(&mut *db)
                    .await?;
                events::note(db, "settings_changed", None, now).await
            })
        })
        .await
    }
}
