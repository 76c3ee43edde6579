//! Everything Countersign keeps: SQLite through sqlx, and files under their own hash.
//!
//! One connection writes, owned by the writer task (see [`writer`]); readers have a pool of their own
//! and cannot write. Each method of [`Store`] is named after its question and is one transaction.
//! Nothing here decides what a review is or what comes next: the engine does.
//!
//! Start with [`Store::open`], then [`steps`] (the queue) and [`reviews`].

pub mod activity;
pub mod attachments;
pub mod backup;
mod blob_row;
pub mod blobs;
pub mod budgets;
pub mod calls;
mod choices;
pub mod clients;
pub mod decisions;
pub mod deletion;
pub mod documents;
pub mod error;
pub mod events;
pub mod faults;
pub mod figures;
pub mod integrity;
pub mod limits;
pub mod measurements;
pub mod notices;
pub mod outbound;
pub mod own_findings;
pub mod passages;
pub mod playbooks;
mod portfolio_views;
pub mod products;
pub mod questions;
pub mod recognised;
pub mod register;
pub mod retention;
pub mod reviews;
pub mod settings;
pub mod steps;
pub mod submissions;
pub mod watched;
pub mod webhooks;
mod writer;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection, SqlitePool};

pub use error::Error;
use futures_core::future::BoxFuture;
use writer::{Urgency, Writer};

/// Before this version SQLite could lose a committed transaction when a WAL was reset while another
/// connection was writing (fixed in 3.51.3, and in 3.50.7 for that line).
const OLDEST_SOUND_SQLITE: (u32, u32, u32) = (3, 51, 3);
/// Rows that are read ahead of whoever takes them.
const ROWS_AHEAD: usize = 1_000;

/// The database of one data folder. Clones share the connections.
#[derive(Debug, Clone)]
pub struct Store {
    writer: Writer,
    pool: SqlitePool,
    urgency: Urgency,
}

/// The two doors of one database: background work can never take the last connection from a person.
#[derive(Debug, Clone)]
pub struct Doors {
    /// For commands: a connection of its own, and its writes go first.
    pub commands: Store,
    /// For workers.
    pub work: Store,
}

/// A backup before the schema of an existing database changes.
#[derive(Debug, Clone)]
pub struct BackupFirst {
    /// The data folder whose backups it joins.
    pub data_folder: PathBuf,
    /// Now.
    pub now: i64,
}

impl Store {
    /// Opens (or makes) the database file and brings its schema up to date, without a backup.
    ///
    /// # Errors
    /// As [`Store::open_safely`].
    pub async fn open(file: &Path) -> Result<Doors, Error> {
        Self::open_with(file, None).await
    }

    /// Opens (or makes) the database file and brings its schema up to date, after a backup of a database
    /// that has another.
    ///
    /// # Errors
    /// [`Error::UnsoundSqlite`] for an SQLite with a known way to lose data, [`Error::NewerSchema`] when
    /// a later version of the program wrote the file, [`Error::NoBackupFirst`], [`Error::Damaged`], else
    /// what SQLite says.
    pub async fn open_safely(file: &Path, backup: BackupFirst) -> Result<Doors, Error> {
        Self::open_with(file, Some(backup)).await
    }

    async fn open_with(file: &Path, backup: Option<BackupFirst>) -> Result<Doors, Error> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10))
            .foreign_keys(true)
            .pragma("trusted_schema", "off")
            .pragma("mmap_size", "0")
            .pragma("journal_size_limit", "67108864")
            // The writer has a second connection for it.
            .pragma("wal_autocheckpoint", "0")
            .pragma("secure_delete", "fast")
            .disable_statement_logging();
        let mut connection = SqliteConnection::connect_with(&options).await?;
        assert_sound_version(&mut connection).await?;
        if let Some(BackupFirst { data_folder, now }) = backup
            && migration_pends(&mut connection).await?
        {
            let made = backup::make(&data_folder, file, now).await;
            made.map_err(|error| match error {
                Error::Backup { source } if matches!(*source, Error::Damaged(_)) => *source,
                source => Error::NoBackupFirst {
                    source: Box::new(source),
                },
            })?;
        }
        migrate(&mut connection).await?;
        let readers = options
            .clone()
            .read_only(true)
            .pragma("query_only", "on")
            // The history of a long contract has thousands: each wait of the reading thread costs a turn.
            .row_buffer_size(ROWS_AHEAD);
        let pool = |size| {
            SqlitePoolOptions::new()
                .max_connections(size)
                .min_connections(1)
                .acquire_timeout(Duration::from_secs(30))
                .idle_timeout(None)
                .max_lifetime(None)
                .connect_with(readers.clone())
        };
        let (commands, work) = (pool(2).await?, pool(4).await?);
        let checkpoints = SqliteConnection::connect_with(&options).await?;
        let writer = Writer::start(connection, checkpoints)
            .map_err(|source| error::io("The thread that writes could not be started", source))?;
        Ok(Doors {
            commands: Self {
                writer: writer.clone(),
                pool: commands,
                urgency: Urgency::Command,
            },
            work: Self {
                writer,
                pool: work,
                urgency: Urgency::Work,
            },
        })
    }

    /// Ends the writer after everything handed to it has been committed, and closes the readers.
    pub async fn close(self) {
        self.pool.close().await;
        self.writer.stop().await;
    }

    /// Runs `work` in the writer's next transaction. An error undoes this work alone.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, Error>>
            + Send
            + 'static,
    {
        self.writer.write(self.urgency, work).await
    }

    /// Wakes after each committed transaction.
    #[must_use]
    pub fn commits(&self) -> tokio::sync::watch::Receiver<u64> {
        self.writer.commits()
    }
}

async fn assert_sound_version(connection: &mut SqliteConnection) -> Result<(), Error> {
    let version: String = sqlx::query_scalar("select sqlite_version()")
        .fetch_one(connection)
        .await?;
    let mut parts = version
        .split('.')
        .map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    if (next(), next(), next()) < OLDEST_SOUND_SQLITE {
        return Err(Error::UnsoundSqlite { version });
    }
    Ok(())
}

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// Whether a database that holds something has another schema than this program's. One of a newer
/// program is refused without a backup.
async fn migration_pends(connection: &mut SqliteConnection) -> Result<bool, Error> {
    let known: Option<i64> =
        sqlx::query_scalar("select 1 from sqlite_schema where name = '_sqlx_migrations'")
            .fetch_optional(&mut *connection)
            .await?;
    if known.is_none() {
        return Ok(false);
    }
    let applied: Vec<i64> = sqlx::query_scalar("select version from _sqlx_migrations")
        .fetch_all(connection)
        .await?;
    let newer = applied
        .iter()
        .any(|version| !MIGRATIONS.version_exists(*version));
    Ok(!newer
        && !applied.is_empty()
        && MIGRATIONS
            .iter()
            .any(|migration| !applied.contains(&migration.version)))
}

async fn migrate(connection: &mut SqliteConnection) -> Result<(), Error> {
    match MIGRATIONS.run(connection).await {
        Ok(()) => Ok(()),
        Err(sqlx::migrate::MigrateError::VersionMissing(version)) => {
            Err(Error::NewerSchema { version })
        }
        Err(sqlx::migrate::MigrateError::Execute(error)) => Err(error.into()),
        Err(other) => Err(Error::Migration(Box::new(other))),
    }
}

#[cfg(test)]
mod lifetime_tests;
#[cfg(test)]
mod tests;
