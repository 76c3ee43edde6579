//! Deleting a contract: hidden at once, gone for good a little later, with everything that came of it.
//!
//! Rows go by `on delete cascade`; freed pages are overwritten in the same transaction and the log that
//! still holds them is emptied after it. Its file goes last, by way of `blob_garbage`, so that a purge
//! that is cut off goes on at the next start. Backups made before keep what they hold until they age
//! out, unless they are to go as well.

use std::collections::HashSet;

use sqlx::{ConnectOptions, Connection, SqliteConnection};

use crate::steps::end_open_steps;
use crate::{Error, Store, events, faults};

/// What is to be deleted, and when for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    /// The contract.
    pub contract_id: String,
    /// Its purge is due then.
    pub purge_at: i64,
    /// Whether backups go with it.
    pub and_backups: bool,
}

/// What deleting changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deleted {
    /// Name of the file.
    pub file_name: String,
    /// Reviews that were at work and were stopped.
    pub stopped: Vec<String>,
    /// Its purge is due then.
    pub purge_at: i64,
}

/// What is left to do after purges, by whoever keeps the data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rest {
    /// What.
    pub task: Task,
    /// The newest purge that asks for it.
    pub since: i64,
}

/// A sort of rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// The log still holds old pages: see [`Store::empty_log`].
    Checkpoint,
    /// The backups are to be replaced by one made now.
    Backups,
}

impl Task {
    fn word(self) -> &'static str {
        match self {
            Self::Checkpoint => "checkpoint",
            Self::Backups => "backups",
        }
    }
}

/// Contracts and reviews that are hidden.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hidden {
    /// Contract ids.
    pub contracts: HashSet<String>,
    /// Review ids.
    pub reviews: HashSet<String>,
}

const STOPPED: &str = "Stopped because the contract was deleted. Retry goes on from here.";

impl Store {
    /// Hides a contract and stops its reviews. Nothing when there is no such contract; deleting what is
    /// deleted already changes nothing but a wish for the backups to go too.
    ///
    /// # Errors
    /// What the database says.
    pub async fn delete_contract(
        &self,
        deletion: Deletion,
        now: i64,
    ) -> Result<Option<Deleted>, Error> {
        self.write(move |db| {
            Box::pin(async move {
                let id = &deletion.contract_id;
                let file_name: Option<String> =
                    sqlx::query_scalar("select file_name from contracts where id = ?")
                        .bind(id)
                        .fetch_optional(&mut *db)
                        .await?;
                let Some(file_name) = file_name else {
                    return Ok(None);
                };
                let purge_at = sqlx::query_scalar(
                    "insert into deletions (contract_id, deleted_at, purge_at, and_backups) values (?, ?, ?, ?)
                     on conflict (contract_id) do update set and_backups = max(and_backups, excluded.and_backups),
                         purge_at = min(purge_at, max(excluded.purge_at, deleted_at))
                     returning purge_at",
                )
                .bind(id)
                .bind(now)
                .bind(deletion.purge_at.max(now))
                .bind(deletion.and_backups)
                .fetch_one(&mut *db)
                .await?;
                let stopped: Vec<String> = sqlx::query_scalar(
                    "update reviews set state = 'stopped', cancel_requested_at = ?, finished_at = ?, message = ?, code = null
                     where contract_id = ? and finished_at is null
                     returning id",
                )
                .bind(now)
                .bind(now)
                .bind(STOPPED)
                .bind(id)
                .fetch_all(&mut *db)
                .await?;
                for review_id in &stopped {
                    end_open_steps(db, review_id, now).await?;
                    sqlx::query("insert into deletion_stops (review_id, contract_id) values (?, ?)")
                        .bind(review_id)
                        .bind(id)
                        .execute(&mut *db)
                        .await?;
                }
                sqlx::query(
                    "update outbox set state = 'discarded'
                     where state = 'available' and notice_id in (
                         select id from notices where review_id in (select id from reviews where contract_id = ?))",
                )
                .bind(id)
                .execute(&mut *db)
                .await?;
                note_everything(db, now).await?;
                faults::point("delete.hidden");
                Ok(Some(Deleted { file_name, stopped, purge_at }))
            })
        })
        .await
    }

    /// Shows a deleted contract again. The reviews that the deletion stopped, to be gone on with; nothing
    /// when it was not deleted, or is gone.
    ///
    /// # Errors
    /// What the database says.
    pub async fn undo_delete(
        &self,
        contract_id: &str,
        now: i64,
    ) -> Result<Option<Vec<String>>, Error> {
        let contract_id = contract_id.to_owned();
        self.write(move |db| Box::pin(async move { undo(db, &contract_id, now).await }))
            .await
    }

    /// What deletions hide.
    ///
    /// # Errors
    /// What the database says.
    pub async fn hidden(&self) -> Result<Hidden, Error> {
        let contracts: Vec<String> = sqlx::query_scalar("select contract_id from deletions")
            .fetch_all(&self.pool)
            .await?;
        if contracts.is_empty() {
            return Ok(Hidden::default());
        }
        let reviews: Vec<String> = sqlx::query_scalar(
            "select id from reviews where contract_id in (select contract_id from deletions)",
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(Hidden {
            contracts: contracts.into_iter().collect(),
            reviews: reviews.into_iter().collect(),
        })
    }

    /// When the next deleted contract is to go for good.
    ///
    /// # Errors
    /// What the database says.
    pub async fn next_purge_at(&self) -> Result<Option<i64>, Error> {
        Ok(sqlx::query_scalar("select min(purge_at) from deletions")
            .fetch_one(&self.pool)
            .await?)
    }

    /// Removes for good what was deleted and is due; so is what was deleted by a clock that has been set back
    /// since. Returns the contracts that went.
    ///
    /// # Errors
    /// What the database says.
    pub async fn purge_contracts(&self, now: i64) -> Result<Vec<String>, Error> {
        let due: Vec<String> = sqlx::query_scalar(
            "select contract_id from deletions where purge_at <= ?1 or deleted_at > ?1",
        )
        .bind(now)
        .fetch_all(&self.pool)
        .await?;
        let mut purged = Vec::new();
        // One transaction a contract: a command never waits for more than one.
        for contract_id in due {
            let gone = self
                .write(move |db| {
                    Box::pin(async move {
                        sqlx::query("pragma secure_delete = on")
                            .execute(&mut *db)
                            .await?;
                        let gone = purge(db, &contract_id, now).await;
                        sqlx::query("pragma secure_delete = fast")
                            .execute(&mut *db)
                            .await?;
                        Ok(gone?.then_some(contract_id))
                    })
                })
                .await?;
            faults::point("purge.committed");
            purged.extend(gone);
        }
        Ok(purged)
    }

    /// What is left to do after purges.
    ///
    /// # Errors
    /// What the database says.
    pub async fn purge_rests(&self) -> Result<Vec<Rest>, Error> {
        let rests: Vec<(String, i64)> =
            sqlx::query_as("select task, since from purge_rests order by task")
                .fetch_all(&self.pool)
                .await?;
        let rest = |(task, since): (String, i64)| {
            let task = match task.as_str() {
                "backups" => Task::Backups,
                _ => Task::Checkpoint,
            };
            Rest { task, since }
        };
        Ok(rests.into_iter().map(rest).collect())
    }

    /// A rest was done; one of the same sort that came up meanwhile stays.
    ///
    /// # Errors
    /// What the database says.
    pub async fn rest_is_done(&self, rest: Rest) -> Result<(), Error> {
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query("delete from purge_rests where task = ? and since = ?")
                    .bind(rest.task.word())
                    .bind(rest.since)
                    .execute(db)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Empties the log, so that no page of what was purged is left in it. False while a reader needs an
    /// old page: to be tried again.
    ///
    /// # Errors
    /// What the database says.
    pub async fn empty_log(&self) -> Result<bool, Error> {
        let options = (*self.pool.connect_options()).clone();
        let mut connection = options
            .read_only(false)
            .pragma("query_only", "off")
            .connect()
            .await?;
        let emptied: Result<(i64, i64, i64), _> = sqlx::query_as("pragma wal_checkpoint(truncate)")
            .fetch_one(&mut connection)
            .await;
        connection.close().await?;
        let (busy, _, _) = emptied?;
        Ok(busy == 0)
    }

    /// Files that are to be removed.
    pub(crate) async fn garbage(&self) -> Result<Vec<String>, Error> {
        Ok(sqlx::query_scalar("select sha256 from blob_garbage")
            .fetch_all(&self.pool)
            .await?)
    }

    /// Files that belong to a contract.
    pub(crate) async fn known_files(&self) -> Result<HashSet<String>, Error> {
        let known: Vec<String> = sqlx::query_scalar("select sha256 from contracts")
            .fetch_all(&self.pool)
            .await?;
        Ok(known.into_iter().collect())
    }

    pub(crate) async fn garbage_is_gone(&self, removed: Vec<String>) -> Result<(), Error> {
        if removed.is_empty() {
            return Ok(());
        }
        self.write(move |db| {
            Box::pin(async move {
                for sha256 in removed {
                    sqlx::query("delete from blob_garbage where sha256 = ?")
                        .bind(sha256)
                        .execute(&mut *db)
                        .await?;
                }
                Ok(())
            })
        })
        .await
    }
}

/// Takes a deletion back within the caller's transaction.
pub(crate) async fn undo(
    db: &mut SqliteConnection,
    contract_id: &str,
    now: i64,
) -> Result<Option<Vec<String>>, Error> {
    let stopped: Vec<String> =
        sqlx::query_scalar("select review_id from deletion_stops where contract_id = ?")
            .bind(contract_id)
            .fetch_all(&mut *db)
            .await?;
    let undone = sqlx::query("delete from deletions where contract_id = ?")
        .bind(contract_id)
        .execute(&mut *db)
        .await?;
    if undone.rows_affected() == 0 {
        return Ok(None);
    }
    note_everything(db, now).await?;
    Ok(Some(stopped))
}

/// Whatever a page shows of contracts may have changed.
async fn note_everything(db: &mut SqliteConnection, now: i64) -> Result<(), Error> {
    events::note(db, "review_changed", None, now).await?;
    events::note(db, "notice_created", None, now).await
}

async fn purge(db: &mut SqliteConnection, contract_id: &str, now: i64) -> Result<bool, Error> {
    let due: Option<(String, bool)> = sqlx::query_as(
        "select c.sha256, d.and_backups from deletions d join contracts c on c.id = d.contract_id
         where d.contract_id = ?1 and (d.purge_at <= ?2 or d.deleted_at > ?2)",
    )
    .bind(contract_id)
    .bind(now)
    .fetch_optional(&mut *db)
    .await?;
    let Some((sha256, and_backups)) = due else {
        return Ok(false);
    };
    forget_words_at_once(db).await?;
    sqlx::query(
        "delete from events where review_id in (select id from reviews where contract_id = ?)",
    )
    .bind(contract_id)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "delete from outbox where notice_id in (
             select id from notices where review_id in (select id from reviews where contract_id = ?))",
    )
    .bind(contract_id)
    .execute(&mut *db)
    .await?;
    sqlx::query("delete from contracts where id = ?")
        .bind(contract_id)
        .execute(&mut *db)
        .await?;
    faults::point("purge.rows");
    sqlx::query("insert or replace into blob_garbage (sha256, since) values (?, ?)")
        .bind(sha256)
        .bind(now)
        .execute(&mut *db)
        .await?;
    let rests: &[Task] = if and_backups {
        &[Task::Checkpoint, Task::Backups]
    } else {
        &[Task::Checkpoint]
    };
    for task in rests {
        // Another purge in the same millisecond is told apart too.
        sqlx::query(
            "insert into purge_rests (task, since) values (?, ?)
             on conflict (task) do update set since = max(since + 1, excluded.since)",
        )
        .bind(task.word())
        .bind(now)
        .execute(&mut *db)
        .await?;
    }
    note_everything(db, now).await?;
    Ok(true)
}

/// Full-text indexes keep the words of deleted rows until their parts are merged, unless told not to.
async fn forget_words_at_once(db: &mut SqliteConnection) -> Result<(), Error> {
    let indexes: Vec<String> = sqlx::query_scalar(
        "select name from sqlite_schema where type = 'table' and sql like 'create virtual table%using fts5%'",
    )
    .fetch_all(&mut *db)
    .await?;
    for index in indexes {
        let name = index.replace('"', "\"\"");
        let command =
            format!("insert into \"{name}\" (\"{name}\", rank) values ('secure-delete', 1)");
        sqlx::query(sqlx::AssertSqlSafe(command))
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}
