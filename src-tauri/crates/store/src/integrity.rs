//! A damaged database: finding out, putting it aside, and saying so until the person has decided.
//!
//! `damaged.json` in the data folder remembers damage across starts. While it names where the damaged
//! files are, nothing is opened in their place: an empty list would look like everything is lost.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use crate::backup::{REPLACED, stamp, time_of_stamp};
use crate::error::io;
use crate::{Error, Store};

/// The folder of damaged databases within a data folder.
pub const FOLDER: &str = "damaged";
const NOTE: &str = "damaged.json";
/// Up to this size a check is made before work begins; past it, beside the work.
pub const SMALL_BYTES: u64 = 50 * 1024 * 1024;

/// What keeps the writer from writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trouble {
    /// Nothing.
    #[default]
    None,
    /// The disk is full: writes fail until there is space; the writer finds out by itself.
    DiskFull,
    /// The database is damaged: the writer has ended.
    Damaged,
}

/// How much is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Every page's form (`quick_check`).
    Quick,
    /// Every page and every index against its table (`integrity_check`).
    Full,
}

/// What is known of damage from earlier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Damage {
    /// Seen at.
    pub found_at: i64,
    /// Where the files are now; nothing while they still stand in their place, to be looked at.
    pub moved_to: Option<PathBuf>,
}

impl Store {
    /// Wakes when trouble begins and when it is over.
    #[must_use]
    pub fn trouble(&self) -> tokio::sync::watch::Receiver<Trouble> {
        self.writer.trouble()
    }

    /// Looks at the whole database beside the running work; damage ends the writer.
    ///
    /// # Errors
    /// [`Error::Damaged`], or what SQLite says.
    pub async fn check_beside_work(&self) -> Result<(), Error> {
        let mut reader = self.pool.acquire().await?;
        let checked = check(&mut reader, Depth::Quick).await;
        if let Err(Error::Damaged(_)) = &checked {
            self.writer.end_damaged();
        }
        checked
    }

    /// Whether an earlier start of the program did not end in order. Asked before this start is written
    /// down.
    ///
    /// # Errors
    /// What the database says.
    pub async fn ended_uncleanly(&self) -> Result<bool, Error> {
        let open: Option<i64> =
            sqlx::query_scalar("select 1 from boots where ended_at is null limit 1")
                .fetch_optional(&self.pool)
                .await?;
        Ok(open.is_some())
    }

    /// Makes writes fail past this many pages, as if the disk ended there; for tests of a full disk.
    ///
    /// # Errors
    /// What the database says.
    #[doc(hidden)]
    pub async fn limit_pages(&self, pages: u32) -> Result<(), Error> {
        self.write(move |db| {
            Box::pin(async move {
                let pragma = format!("pragma max_page_count = {pages}");
                sqlx::query(sqlx::AssertSqlSafe(pragma)).execute(db).await?;
                Ok(())
            })
        })
        .await
    }
}

/// Looks at a database file that nobody writes to.
///
/// # Errors
/// [`Error::Damaged`], or what SQLite says.
pub async fn check_file(database: &Path, depth: Depth) -> Result<(), Error> {
    let mut connection = SqliteConnectOptions::new()
        .filename(database)
        .disable_statement_logging()
        .connect()
        .await?;
    let checked = check(&mut connection, depth).await;
    let closed = connection.close().await;
    checked?;
    Ok(closed?)
}

pub(crate) async fn check(db: &mut SqliteConnection, depth: Depth) -> Result<(), Error> {
    let pragma = match depth {
        Depth::Quick => "pragma quick_check(1)",
        Depth::Full => "pragma integrity_check(1)",
    };
    let answer: String = sqlx::query_scalar(pragma).fetch_one(db).await?;
    if answer == "ok" {
        return Ok(());
    }
    Err(Error::Damaged(Box::new(sqlx::Error::Protocol(answer))))
}

/// What is known of damage from earlier, if anything.
#[must_use]
pub fn known_damage(data_folder: &Path) -> Option<Damage> {
    read_note(&data_folder.join(NOTE))
}

/// Remembers that the database is damaged; the next opening looks at it before anything else.
///
/// # Errors
/// [`Error::Io`].
pub fn remember_damage(data_folder: &Path, now: i64) -> Result<(), Error> {
    let damage = Damage {
        found_at: now,
        moved_to: None,
    };
    write_note(&data_folder.join(NOTE), &damage)
}

/// The damage is dealt with: something whole stands in the place, or nothing is wanted there.
///
/// # Errors
/// [`Error::Io`].
pub fn forget_damage(data_folder: &Path) -> Result<(), Error> {
    remove_note(&data_folder.join(NOTE))
}

/// Moves a damaged database with all that belongs to it to `damaged/<time>/` and remembers where. The
/// caller holds the data folder's lock and has closed the database.
///
/// # Errors
/// [`Error::Io`].
pub fn set_aside(data_folder: &Path, database: &Path, now: i64) -> Result<PathBuf, Error> {
    let aside = data_folder.join(FOLDER).join(stamp(now));
    // Remembered first: cut off in between, the next opening finds no database and knows why.
    let damage = Damage {
        found_at: now,
        moved_to: Some(aside.clone()),
    };
    write_note(&data_folder.join(NOTE), &damage)?;
    move_database(database, &aside)?;
    Ok(aside)
}

/// Removes the databases that were put aside before a moment, damaged or replaced by a backup: they hold
/// what was deleted since. One that a person has yet to decide about stays.
///
/// # Errors
/// [`Error::Io`].
pub fn purge_aside(data_folder: &Path, before: i64) -> Result<(), Error> {
    let undecided = known_damage(data_folder).and_then(|damage| damage.moved_to);
    for folder in [FOLDER, REPLACED] {
        let entries = match std::fs::read_dir(data_folder.join(folder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(io("looking for databases that were put aside", error)),
        };
        for entry in entries {
            let entry = entry.map_err(|e| io("looking for databases that were put aside", e))?;
            let time = entry.file_name().to_str().and_then(time_of_stamp);
            let path = entry.path();
            if time.is_some_and(|time| time < before) && undecided.as_ref() != Some(&path) {
                match std::fs::remove_dir_all(path) {
                    // Two purges at once both see it; one of them lets go of it first.
                    Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
                    removed => {
                        removed.map_err(|e| io("removing a database that was put aside", e))?;
                    }
                }
            }
        }
    }
    Ok(())
}

/// Moves a database and the files beside it; true when there was one. Safe to call again.
pub(crate) fn move_database(database: &Path, aside: &Path) -> Result<bool, Error> {
    let name = database.file_name().unwrap_or_default();
    let mut moved = false;
    for ending in ["", "-wal", "-shm", "-journal"] {
        let mut file_name = name.to_owned();
        file_name.push(ending);
        let from = database.with_file_name(&file_name);
        if !from.exists() {
            continue;
        }
        std::fs::create_dir_all(aside).map_err(|e| io("making a folder for the database", e))?;
        std::fs::rename(&from, aside.join(&file_name))
            .map_err(|e| io("moving the database aside", e))?;
        moved |= ending.is_empty();
    }
    if moved {
        sync_folder(aside)?;
    }
    Ok(moved)
}

/// Writes a small file whole or not at all, and forces it to disk.
pub(crate) fn write_note<T: Serialize>(path: &Path, note: &T) -> Result<(), Error> {
    use std::io::Write as _;
    let attempted = "writing a note into the data folder";
    let json = serde_json::to_vec(note).map_err(|e| Error::inconsistent("note", "new", e))?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let mut file = std::fs::File::create(&beside).map_err(|e| io(attempted, e))?;
    file.write_all(&json)
        .and_then(|()| file.sync_all())
        .map_err(|e| io(attempted, e))?;
    std::fs::rename(&beside, path).map_err(|e| io(attempted, e))?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// A note, when it is there and whole.
pub(crate) fn read_note<T: DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

pub(crate) fn remove_note(path: &Path) -> Result<(), Error> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(io("removing a note from the data folder", error))
        }
        _ => path.parent().map_or(Ok(()), sync_folder),
    }
}

/// Forces the names in a folder to disk; where folders can't be opened the file system's own journal
/// does it.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), Error> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    std::fs::File::open(folder)
        .and_then(|handle| handle.sync_all())
        .map_err(|e| io("forcing a folder to disk", e))
}
