//! Playbooks that a person made. A review does not refer to them: it pins the text it was judged by.

use crate::submissions::PlaybookRow;
use crate::{Error, Store, events};

/// What became of the wish to keep a playbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// It is kept.
    Kept,
    /// Another one has its id.
    Taken,
    /// It was changed or removed since it was opened: nothing is overwritten.
    ChangedSince,
}

impl Store {
    /// Playbooks that a person made, by name.
    ///
    /// # Errors
    /// What the database says.
    pub async fn own_playbooks(&self) -> Result<Vec<PlaybookRow>, Error> {
        Ok(sqlx::query_as(
            "select sha256, id, name, version, source from own_playbooks order by name, id",
        )
        .fetch_all(&self.pool)
        .await?)
    }

    /// One of them.
    ///
    /// # Errors
    /// What the database says.
    pub async fn own_playbook(&self, id: &str) -> Result<Option<PlaybookRow>, Error> {
        Ok(sqlx::query_as(
            "select sha256, id, name, version, source from own_playbooks where id = ?",
        )
        .bind(id)
        .fetch_optional(&self.pool)
        .await?)
    }

    /// Keeps a playbook: a new one, or in the place of the one that was opened, known by id and hash.
    ///
    /// # Errors
    /// What the database says.
    pub async fn keep_own_playbook(
        &self,
        row: PlaybookRow,
        opened: Option<(String, String)>,
        now: i64,
    ) -> Result<Keeping, Error> {
        self.write(move |db| {
            Box::pin(async move {
                let mut created = now;
                let known: Option<i64> =
                    sqlx::query_scalar("select 1 from own_playbooks where id = ?")
                        .bind(&row.id)
                        .fetch_optional(&mut *db)
                        .await?;
                let renamed = opened.as_ref().is_some_and(|(id, _)| *id != row.id);
                if known.is_some() && (opened.is_none() || renamed) {
                    return Ok(Keeping::Taken);
                }
                if let Some((id, sha256)) = &opened {
                    let before: Option<i64> = sqlx::query_scalar(
                        "delete from own_playbooks where id = ? and sha256 = ? returning created_at",
                    )
                    .bind(id)
                    .bind(sha256)
                    .fetch_optional(&mut *db)
                    .await?;
                    let Some(before) = before else {
                        return Ok(Keeping::ChangedSince);
                    };
                    created = before;
                }
                sqlx::query(
                    "insert into own_playbooks (id, name, version, source, sha256, created_at, changed_at) values (?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(&row.id)
                .bind(&row.name)
                .bind(&row.version)
                .bind(&row.source)
                .bind(&row.sha256)
                .bind(created)
                .bind(now)
                .execute(&mut *db)
                .await?;
                events::note(db, "settings_changed", None, now).await?;
                Ok(Keeping::Kept)
            })
        })
        .await
    }

    /// Removes a playbook. `false` when there is none.
    ///
    /// # Errors
    /// What the database says.
    pub async fn remove_own_playbook(&self, id: &str, now: i64) -> Result<bool, Error> {
        let id = id.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                let removed = sqlx::query("delete from own_playbooks where id = ?")
                    .bind(&id)
                    .execute(&mut *db)
                    .await?;
                events::note(db, "settings_changed", None, now).await?;
                Ok(removed.rows_affected() > 0)
            })
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str, source: &str) -> PlaybookRow {
        PlaybookRow {
            sha256: format!("hash of {source}"),
            id: id.to_owned(),
            name: id.to_uppercase(),
            version: "1".to_owned(),
            source: source.to_owned(),
        }
    }

    #[tokio::test]
    async fn nothing_that_was_changed_meanwhile_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("test.db"))
            .await
            .unwrap()
            .commands;
        let keep = |row: PlaybookRow, opened: Option<(&str, &str)>| {
            let opened = opened.map(|(id, source)| (id.to_owned(), format!("hash of {source}")));
            store.keep_own_playbook(row, opened, 1)
        };
        assert_eq!(keep(row("a", "one"), None).await.unwrap(), Keeping::Kept);
        assert_eq!(keep(row("a", "two"), None).await.unwrap(), Keeping::Taken);
        assert_eq!(
            keep(row("a", "two"), Some(("a", "one"))).await.unwrap(),
            Keeping::Kept
        );
        assert_eq!(
            keep(row("a", "three"), Some(("a", "one"))).await.unwrap(),
            Keeping::ChangedSince
        );
        // Under another id it goes away from the old one, unless that is another's.
        assert_eq!(keep(row("b", "other"), None).await.unwrap(), Keeping::Kept);
        assert_eq!(
            keep(row("b", "two"), Some(("a", "two"))).await.unwrap(),
            Keeping::Taken
        );
        assert_eq!(
            keep(row("c", "two"), Some(("a", "two"))).await.unwrap(),
            Keeping::Kept
        );
        let ids = |rows: Vec<PlaybookRow>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
        assert_eq!(ids(store.own_playbooks().await.unwrap()), ["b", "c"]);
        assert!(store.remove_own_playbook("b", 2).await.unwrap());
        assert!(!store.remove_own_playbook("b", 2).await.unwrap());
        assert_eq!(store.own_playbook("b").await.unwrap(), None);
    }
}
