//! Copies of the database that can take its place, and putting one there.
//!
//! A copy is made by `vacuum into` beside the others, checked, and only then given its name:
//! `backups/countersign-20260131T235959Z.db`. Putting one back is asked for by a file
//! (`restore.pending`) and done at the next opening, before SQLite touches the database; the database
//! that stood there is moved to `replaced/`, never deleted. It may be cut off anywhere and is then
//! done again.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use countersign_contracts::date::CivilDate;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use crate::error::io;
use crate::{Error, faults, integrity};

/// Backups kept; the oldest goes when a newer one is whole.
pub const KEEP: usize = 7;
/// The folder of backups within a data folder.
pub const FOLDER: &str = "backups";
/// The folder of databases that a backup took the place of.
pub const REPLACED: &str = "replaced";

const PENDING: &str = "restore.pending";
const PREFIX: &str = "countersign-";
const SUFFIX: &str = ".db";
const PARTIAL: &str = ".partial-";
const DAY_MS: i64 = 86_400_000;
/// Half a backup that is older is nobody's work any more.
const LONGEST_COPY_MS: i64 = 3_600_000;
/// Tells copies of one process apart.
static COPIES: AtomicU64 = AtomicU64::new(0);

/// A backup that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Its file's name.
    pub name: String,
    /// Made at.
    pub made_at: i64,
    /// Bytes.
    pub size_bytes: u64,
}

/// A backup that took the place of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Its name.
    pub name: String,
    /// Where the database that stood there is now; nothing when there was none.
    pub moved_to: Option<PathBuf>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Pending {
    name: String,
    requested_at: i64,
}

/// The backups of a data folder, newest first.
///
/// # Errors
/// [`Error::Io`] when the folder can't be listed; a folder that is not there has none.
pub fn list(data_folder: &Path) -> Result<Vec<Backup>, Error> {
    let attempted = "listing the backups";
    let entries = match std::fs::read_dir(data_folder.join(FOLDER)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(io(attempted, error)),
    };
    let mut backups = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|e| io(attempted, e))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(made_at) = time_of_name(&name) {
            let size_bytes = match entry.metadata() {
                Ok(data) => data.len(),
                // Another purge let go of it since the folder was read.
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
                Err(e) => return Err(io(attempted, e)),
            };
            backups.push(Backup {
                name,
                made_at,
                size_bytes,
            });
        }
    }
    backups.sort_by(|a, b| b.name.cmp(&a.name));
    Ok(backups)
}

/// Copies the database into the folder of backups, checks the copy and lets go of the oldest ones.
/// Readers and the writer go on meanwhile.
///
/// # Errors
/// [`Error::Backup`] when no sound copy could be made; then none is left behind.
pub async fn make(data_folder: &Path, database: &Path, now: i64) -> Result<Backup, Error> {
    let folder = data_folder.join(FOLDER);
    let partial = folder.join(format!(
        "{PARTIAL}{}-{}-{}",
        stamp(now),
        std::process::id(),
        COPIES.fetch_add(1, Ordering::Relaxed)
    ));
    let made = copy(&folder, database, &partial, now).await;
    if made.is_err() {
        // The error of the copy is what matters; what is left goes with a later backup.
        let _ = std::fs::remove_file(&partial);
    }
    let made = made.map_err(|source| Error::Backup {
        source: Box::new(source),
    })?;
    keep_newest(data_folder, KEEP)?;
    Ok(made)
}

async fn copy(folder: &Path, database: &Path, partial: &Path, now: i64) -> Result<Backup, Error> {
    std::fs::create_dir_all(folder).map_err(|e| io("making the folder of backups", e))?;
    remove_halves(folder, now)?;
    let mut source = SqliteConnectOptions::new()
        .filename(database)
        .read_only(true)
        .disable_statement_logging()
        .connect()
        .await?;
    let copied = copy_into(&mut source, partial).await;
    let closed = source.close().await;
    let schema = copied?;
    closed?;
    faults::point("backup.copied");
    if verify(partial).await? != schema {
        return Err(Error::inconsistent(
            "_sqlx_migrations",
            partial.display(),
            "the copy has another schema than the database",
        ));
    }
    std::fs::File::options()
        .write(true)
        .open(partial)
        .and_then(|file| file.sync_all())
        .map_err(|e| io("forcing a backup to disk", e))?;
    let mut made_at = now - now.rem_euclid(1000);
    while folder.join(name_of_time(made_at)).exists() {
        made_at += 1000;
    }
    let name = name_of_time(made_at);
    let path = folder.join(&name);
    let size_bytes = std::fs::metadata(partial)
        .map_err(|e| io("looking at a backup", e))?
        .len();
    std::fs::rename(partial, &path).map_err(|e| io("naming a backup", e))?;
    faults::point("backup.named");
    integrity::sync_folder(folder)?;
    Ok(Backup {
        name,
        made_at,
        size_bytes,
    })
}

/// Removes what processes left that were killed while they made a backup.
fn remove_halves(folder: &Path, now: i64) -> Result<(), Error> {
    let attempted = "removing half a backup";
    let dead = format!("{PARTIAL}{}", stamp(now - LONGEST_COPY_MS));
    for entry in std::fs::read_dir(folder).map_err(|e| io(attempted, e))? {
        let entry = entry.map_err(|e| io(attempted, e))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(PARTIAL) && name < dead {
            // Another process may have been quicker.
            let _ = std::fs::remove_file(entry.path());
        }
    }
    Ok(())
}

async fn copy_into(source: &mut SqliteConnection, partial: &Path) -> Result<i64, Error> {
    let schema = schema_version(source).await?;
    let target = partial
        .to_str()
        .ok_or_else(|| Error::inconsistent("backups", partial.display(), "not a name in UTF-8"))?;
    sqlx::query("vacuum into ?")
        .bind(target)
        .execute(source)
        .await?;
    Ok(schema)
}

/// Whether a file is a whole database of Countersign; its schema's version.
///
/// # Errors
/// [`Error::Damaged`] when it is not sound, or what SQLite says.
pub async fn verify(file: &Path) -> Result<i64, Error> {
    let mut copy = SqliteConnectOptions::new()
        .filename(file)
        .read_only(true)
        .immutable(true)
        .disable_statement_logging()
        .connect()
        .await?;
    let checked = async {
        integrity::check(&mut copy, integrity::Depth::Full).await?;
        schema_version(&mut copy).await
    }
    .await;
    copy.close().await?;
    checked
}

/// The newest migration in a database.
async fn schema_version(db: &mut SqliteConnection) -> Result<i64, Error> {
    Ok(
        sqlx::query_scalar("select coalesce(max(version), 0) from _sqlx_migrations")
            .fetch_one(db)
            .await?,
    )
}

/// The newest backup that is sound, looked for from the newest on.
pub async fn newest_good(data_folder: &Path) -> Option<Backup> {
    for backup in list(data_folder).ok()? {
        if verify(&data_folder.join(FOLDER).join(&backup.name))
            .await
            .is_ok()
        {
            return Some(backup);
        }
        tracing::warn!(made_at = backup.made_at, "a backup is not sound");
    }
    None
}

/// Lets go of all backups but the `count` newest.
///
/// # Errors
/// [`Error::Io`].
pub fn keep_newest(data_folder: &Path, count: usize) -> Result<(), Error> {
    for old in list(data_folder)?.into_iter().skip(count) {
        match std::fs::remove_file(data_folder.join(FOLDER).join(old.name)) {
            // Two purges at once both see it; one of them lets go of it first.
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            removed => removed.map_err(|e| io("removing an old backup", e))?,
        }
    }
    Ok(())
}

/// Asks for a backup to take the database's place at the next opening; it is checked now already.
///
/// # Errors
/// [`Error::NoSuchBackup`], [`Error::Damaged`] when the backup itself is not sound, [`Error::Io`].
pub async fn request_restore(data_folder: &Path, name: &str, now: i64) -> Result<Backup, Error> {
    let backup = list(data_folder)?
        .into_iter()
        .find(|backup| backup.name == name)
        .ok_or_else(|| Error::NoSuchBackup {
            name: name.to_owned(),
        })?;
    verify(&data_folder.join(FOLDER).join(name)).await?;
    let pending = Pending {
        name: name.to_owned(),
        requested_at: now,
    };
    integrity::write_note(&data_folder.join(PENDING), &pending)?;
    Ok(backup)
}

/// The name of the backup that takes the database's place at the next opening.
#[must_use]
pub fn pending_restore(data_folder: &Path) -> Option<String> {
    let pending: Pending = integrity::read_note(&data_folder.join(PENDING))?;
    Some(pending.name)
}

/// Takes back what [`request_restore`] asked for.
///
/// # Errors
/// [`Error::Io`].
pub fn forget_restore(data_folder: &Path) -> Result<(), Error> {
    integrity::remove_note(&data_folder.join(PENDING))
}

/// Does what [`request_restore`] asked for. The caller holds the data folder's lock and has not opened
/// the database.
///
/// # Errors
/// [`Error::Restore`] when the backup can't be used any more: the database stands where it stood and
/// nothing is asked for any longer. [`Error::Io`]: this can be called again.
pub async fn apply_restore(data_folder: &Path, database: &Path) -> Result<Option<Restored>, Error> {
    let Some(pending) = integrity::read_note::<Pending>(&data_folder.join(PENDING)) else {
        return Ok(None);
    };
    let mut beside = database.as_os_str().to_owned();
    beside.push(".restoring");
    let beside = PathBuf::from(beside);
    let backup = data_folder.join(FOLDER).join(&pending.name);
    if let Err(source) = copy_checked(&backup, &beside).await {
        // What can't be done must not keep the program from opening at the next start.
        forget_restore(data_folder)?;
        return Err(Error::Restore {
            name: pending.name,
            source: Box::new(source),
        });
    }
    faults::point("restore.copied");
    // Named after the request, so that a second try adds to the same folder.
    let aside = data_folder.join(REPLACED).join(stamp(pending.requested_at));
    let moved = integrity::move_database(database, &aside)?;
    faults::point("restore.moved");
    std::fs::rename(&beside, database).map_err(|e| io("putting the backup in place", e))?;
    faults::point("restore.placed");
    integrity::sync_folder(data_folder)?;
    integrity::forget_damage(data_folder)?;
    forget_restore(data_folder)?;
    Ok(Some(Restored {
        name: pending.name,
        moved_to: (moved || aside.exists()).then_some(aside),
    }))
}

async fn copy_checked(backup: &Path, beside: &Path) -> Result<(), Error> {
    std::fs::copy(backup, beside).map_err(|e| io("copying the backup", e))?;
    verify(beside).await?;
    std::fs::File::options()
        .write(true)
        .open(beside)
        .and_then(|file| file.sync_all())
        .map_err(|e| io("forcing the copy of the backup to disk", e))
}

/// `20260131T235959Z`.
#[must_use]
pub fn stamp(now: i64) -> String {
    let date = CivilDate {
        year: 1970,
        month: 1,
        day: 1,
    }
    .add_days(now.div_euclid(DAY_MS));
    let second = now.rem_euclid(DAY_MS) / 1000;
    format!(
        "{:04}{:02}{:02}T{:02}{:02}{:02}Z",
        date.year,
        date.month,
        date.day,
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

fn name_of_time(now: i64) -> String {
    format!("{PREFIX}{}{SUFFIX}", stamp(now))
}

/// The time in a backup's name; nothing for files that are none.
fn time_of_name(name: &str) -> Option<i64> {
    time_of_stamp(name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?)
}

/// The reverse of [`stamp`], to the second; nothing for what is none.
pub(crate) fn time_of_stamp(text: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
    let date = CivilDate::new(
        i16::try_from(number(0..4)?).ok()?,
        u8::try_from(number(4..6)?).ok()?,
        u8::try_from(number(6..8)?).ok()?,
    )?;
    let (hour, minute, second) = (number(9..11)?, number(11..13)?, number(13..15)?);
    let time = date.day_number() * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000;
    (stamp(time) == text).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backups_are_listed_while_others_let_go_of_them() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join(FOLDER);
        std::fs::create_dir(&folder).unwrap();
        let names: Vec<_> = (0..50).map(|n| name_of_time(n * 1000)).collect();
        for _ in 0..200 {
            for name in &names {
                std::fs::write(folder.join(name), "a backup").unwrap();
            }
            let purge = || keep_newest(data.path(), 1).unwrap();
            std::thread::scope(|threads| {
                threads.spawn(purge);
                threads.spawn(purge);
                while list(data.path()).unwrap().len() > 1 {}
            });
            assert_eq!(list(data.path()).unwrap()[0].name, names[49]);
        }
    }

    #[test]
    fn two_purges_at_once_let_go_of_a_database_that_was_put_aside() {
        let data = tempfile::tempdir().unwrap();
        let asides: Vec<_> = (0..50)
            .map(|n| data.path().join(REPLACED).join(stamp(n * 1000)))
            .collect();
        for _ in 0..40 {
            for aside in &asides {
                std::fs::create_dir_all(aside).unwrap();
                std::fs::write(aside.join("countersign.db"), "a database").unwrap();
            }
            let purge = || integrity::purge_aside(data.path(), i64::MAX).unwrap();
            std::thread::scope(|threads| {
                threads.spawn(purge);
                threads.spawn(purge);
            });
            assert!(asides.iter().all(|aside| !aside.exists()));
        }
    }

    #[test]
    fn a_name_says_when_the_backup_was_made() {
        assert_eq!(
            name_of_time(1_769_903_999_123),
            "countersign-20260131T235959Z.db"
        );
        assert_eq!(
            time_of_name("countersign-20260131T235959Z.db"),
            Some(1_769_903_999_000)
        );
        for other in [
            "countersign.db",
            "countersign-20260231T000000Z.db",
            "countersign-20260131T250000Z.db",
            "countersign-20260131T235959Z.db-wal",
            ".partial-20260131T235959Z",
        ] {
            assert_eq!(time_of_name(other), None, "{other}");
        }
    }
}
