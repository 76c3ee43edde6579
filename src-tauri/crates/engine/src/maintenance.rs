//! Keeping a data folder well: opening it after trouble, backups, purges, and how long reviews are kept.
//!
//! The engine at work looks after it every hour and when something is due; whoever is attached only
//! does what a person asks for.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

pub use countersign_store::backup::stamp;
use countersign_store::backup::{self, Backup};
use countersign_store::deletion::{Deletion, Task};
use countersign_store::integrity::{self, Depth, Trouble};
use countersign_store::{BackupFirst, Doors, Error as StoreError, Store};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::Engine;
use crate::engine::{Inner, database, lock};
use crate::error::Error;
use crate::views::{ErrorView, Event};

/// Longest time between two looks.
const LOOK: Duration = Duration::from_secs(3600);
/// After a look that failed.
const LOOK_AGAIN: Duration = Duration::from_secs(60);
/// A deletion can be undone this long.
pub(crate) const UNDO_MS: i64 = 30_000;
const DAY_MS: i64 = 86_400_000;
/// A database that was put aside is kept this long.
const KEEP_ASIDE_MS: i64 = 30 * DAY_MS;
/// Purged with backups: one stays, made after the purge.
const BACKUPS_AFTER_PURGE: usize = 1;

/// What the looks leave for the next.
#[derive(Debug, Default)]
pub(crate) struct Upkeep {
    /// Something is due earlier than was thought.
    pub(crate) due: Arc<Notify>,
    /// Who looks.
    keeper: Mutex<Option<JoinHandle<()>>>,
    /// Why the last backup failed.
    backup_problem: Mutex<Option<String>>,
}

/// Whether a database was looked at after an unclean end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    /// It was, or there was no need.
    Done,
    /// It is large: to be done beside the work.
    BesideWork,
}

/// How far a purge went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purged {
    /// Contracts that are gone.
    pub contracts: usize,
    /// Nothing of them is left to be removed later; until then a reader or a submission is in the way.
    pub complete: bool,
}

/// What became of a wish to restore a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Restore {
    /// The backup stands in the database's place; the database that stood there was moved.
    Done {
        /// Where to, when there was one.
        moved_to: Option<PathBuf>,
    },
    /// Another Countersign is at work in the folder: done when it is started again.
    AtNextStart,
}

/// The backups of a data folder, newest first; the database need not be sound.
///
/// # Errors
/// What the store says.
pub fn backups_in(data_folder: &Path) -> Result<Vec<Backup>, Error> {
    Ok(backup::list(data_folder)?)
}

/// Puts a backup in the database's place, now or at the next start of the Countersign that is at work in
/// the folder. Nothing is deleted.
///
/// # Errors
/// What the store says: no such backup, or one that is not sound.
pub async fn restore_in(data_folder: &Path, name: &str, now: i64) -> Result<Restore, Error> {
    backup::request_restore(data_folder, name, now).await?;
    let _lock = match lock(data_folder) {
        Ok(lock) => lock,
        Err(Error::Busy { .. }) => return Ok(Restore::AtNextStart),
        Err(other) => return Err(other),
    };
    let restored = backup::apply_restore(data_folder, &database(data_folder)).await?;
    Ok(Restore::Done {
        moved_to: restored.and_then(|restored| restored.moved_to),
    })
}

/// Begins with an empty database after damage; the damaged one stays where it was moved. False when
/// nothing is known of damage.
///
/// # Errors
/// What the store says.
pub fn begin_anew_in(data_folder: &Path) -> Result<bool, Error> {
    let damaged = integrity::known_damage(data_folder).is_some();
    integrity::forget_damage(data_folder)?;
    Ok(damaged)
}

/// Opens the database of a folder whose lock the caller holds: a restore that was asked for is done, and
/// a damaged database is put aside rather than opened.
pub(crate) async fn open_alone(data_folder: &Path, now: i64) -> Result<(Doors, Check), Error> {
    settle(data_folder, now).await?;
    let file = database(data_folder);
    let doors = match open(data_folder, now).await {
        Err(Error::Store(StoreError::Damaged(_))) => return Err(put_aside(data_folder, now).await?),
        opened => opened?,
    };
    if !doors.commands.ended_uncleanly().await? {
        return Ok((doors, Check::Done));
    }
    let size = std::fs::metadata(&file).map_or(0, |data| data.len());
    if size > integrity::SMALL_BYTES {
        return Ok((doors, Check::BesideWork));
    }
    match doors.commands.check_beside_work().await {
        Err(StoreError::Damaged(_)) => {
            doors.work.close().await;
            doors.commands.close().await;
            Err(put_aside(data_folder, now).await?)
        }
        checked => {
            checked?;
            Ok((doors, Check::Done))
        }
    }
}

/// Opens the database beside another process that may be at work; if none is, as [`open_alone`] would.
pub(crate) async fn open_beside(data_folder: &Path, now: i64) -> Result<Doors, Error> {
    let unsettled = backup::pending_restore(data_folder).is_some()
        || integrity::known_damage(data_folder).is_some();
    if unsettled {
        match lock(data_folder) {
            Ok(_lock) => settle(data_folder, now).await?,
            Err(Error::Busy { .. }) => {}
            Err(other) => return Err(other),
        }
    }
    match open(data_folder, now).await {
        Err(Error::Store(StoreError::Damaged(source))) => match lock(data_folder) {
            Ok(_lock) => Err(put_aside(data_folder, now).await?),
            Err(_) => Err(StoreError::Damaged(source).into()),
        },
        opened => opened,
    }
}

async fn open(data_folder: &Path, now: i64) -> Result<Doors, Error> {
    let backup = BackupFirst {
        data_folder: data_folder.to_owned(),
        now,
    };
    Ok(Store::open_safely(&database(data_folder), backup).await?)
}

/// Does what an earlier start left to be done before the database is touched.
async fn settle(data_folder: &Path, now: i64) -> Result<(), Error> {
    let file = database(data_folder);
    if let Some(restored) = backup::apply_restore(data_folder, &file).await? {
        tracing::info!(backup = restored.name, "a backup took the database's place");
    }
    let Some(damage) = integrity::known_damage(data_folder) else {
        return Ok(());
    };
    if let Some(moved_to) = damage.moved_to {
        return Err(damaged(data_folder, moved_to).await);
    }
    match integrity::check_file(&file, Depth::Full).await {
        Err(StoreError::Damaged(_)) => Err(put_aside(data_folder, now).await?),
        checked => {
            checked?;
            Ok(integrity::forget_damage(data_folder)?)
        }
    }
}

/// Moves the damaged database aside; the error that says so and what can be done.
async fn put_aside(data_folder: &Path, now: i64) -> Result<Error, Error> {
    tracing::error!("the database is damaged and was moved aside");
    let moved_to = integrity::set_aside(data_folder, &database(data_folder), now)?;
    Ok(damaged(data_folder, moved_to).await)
}

async fn damaged(data_folder: &Path, moved_to: PathBuf) -> Error {
    Error::Damaged {
        moved_to,
        backup: backup::newest_good(data_folder).await.map(|b| b.name),
    }
}

impl Engine {
    /// Follows the writer's trouble: told to listeners at once, remembered when it outlives this start.
    pub(crate) fn watch_trouble(&self) {
        let inner = Arc::downgrade(&self.inner);
        let mut trouble = self.inner.context.store.trouble();
        tokio::spawn(async move {
            while trouble.changed().await.is_ok() {
                let now = *trouble.borrow_and_update();
                let Some(inner) = inner.upgrade() else {
                    return;
                };
                let engine = Engine { inner };
                if now == Trouble::Damaged {
                    let folder = &engine.inner.context.config.data_folder;
                    if let Err(error) = integrity::remember_damage(folder, engine.now()) {
                        tracing::error!(%error, "that the database is damaged could not be noted");
                    }
                }
                // Nothing can be written about it: it goes by the number of the last change.
                engine.tell(Event {
                    seq: engine.inner.store.last_event().await.unwrap_or(0),
                    kind: "status_changed".to_owned(),
                    review_id: None,
                });
            }
        });
    }

    /// Begins to look after the folder.
    pub(crate) fn begin_maintenance(&self, check: Check) {
        tracing::info!(version = env!("CARGO_PKG_VERSION"), "at work");
        let keeper = tokio::spawn(maintain(Arc::downgrade(&self.inner), check));
        *self.keeper() = Some(keeper);
    }

    /// Ends the looking after, wherever it is: what it left is done at the next start.
    pub(crate) async fn end_maintenance(&self) {
        let keeper = self.keeper().take();
        if let Some(keeper) = keeper {
            keeper.abort();
            // Ended by us or by itself: either is an end.
            let _ = keeper.await;
        }
    }

    fn keeper(&self) -> std::sync::MutexGuard<'_, Option<JoinHandle<()>>> {
        self.inner
            .upkeep
            .keeper
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks after the folder once: old reviews, purges, files, databases put aside, the daily backup.
    ///
    /// # Errors
    /// What the store says; each part is tried whatever became of the others.
    pub async fn maintain(&self) -> Result<Purged, Error> {
        let aged = self.delete_aged().await;
        let registered = self.fill_register().await;
        let purged = self.purge().await;
        let forgotten = self.forget_old_calls().await;
        let webhooks = self.look_after_webhooks().await;
        let folder = &self.inner.context.config.data_folder;
        let aside = integrity::purge_aside(folder, self.now() - KEEP_ASIDE_MS);
        let backed_up = self.back_up_daily().await;
        aged.and(forgotten)
            .and(webhooks)
            .and(registered)
            .and(Ok(aside?))
            .and(backed_up)
            .and(purged)
    }

    /// Removes for good what was deleted and is due, with its files, its traces in the log and, where
    /// that was asked for, in the backups.
    ///
    /// # Errors
    /// What the store says; what is left is done at the next look.
    pub async fn purge(&self) -> Result<Purged, Error> {
        let context = &self.inner.context;
        let store = &context.store;
        let purged = store.purge_contracts(self.now()).await?;
        for contract_id in &purged {
            context.cache.forget("", contract_id);
            context.cache.forget_reviews();
        }
        let mut complete = true;
        for rest in store.purge_rests().await? {
            let done = match rest.task {
                Task::Checkpoint => store.empty_log().await?,
                Task::Backups => {
                    self.back_up().await?;
                    let folder = &context.config.data_folder;
                    backup::keep_newest(folder, BACKUPS_AFTER_PURGE)?;
                    integrity::purge_aside(folder, i64::MAX)?;
                    true
                }
            };
            if done {
                store.rest_is_done(rest).await?;
            }
            complete &= done;
        }
        let wanted = self.inner.drops.kept();
        complete &= context
            .blobs
            .collect_garbage(store, &wanted, self.now())
            .await?;
        Ok(Purged {
            contracts: purged.len(),
            complete,
        })
    }

    /// Makes a backup now.
    ///
    /// # Errors
    /// What the store says; then no backup was made and the older ones are still there.
    pub(crate) async fn back_up(&self) -> Result<Backup, Error> {
        let folder = &self.inner.context.config.data_folder;
        let made = backup::make(folder, &database(folder), self.now()).await;
        *self.backup_problem() = made.as_ref().err().map(ToString::to_string);
        Ok(made?)
    }

    async fn back_up_daily(&self) -> Result<(), Error> {
        let folder = &self.inner.context.config.data_folder;
        let newest = backup::list(folder)?.into_iter().next();
        let due = newest.is_none_or(|newest| {
            // Also when the clock was set back: a backup from the future says nothing.
            (self.now() - newest.made_at).abs() >= DAY_MS
        });
        if due && self.inner.context.store.holds_contracts().await? {
            self.back_up().await?;
        }
        Ok(())
    }

    /// Puts reports into the register that were kept by a version without one, some at a time.
    async fn fill_register(&self) -> Result<(), Error> {
        while self.inner.context.store.fill_register().await? {}
        Ok(())
    }

    async fn delete_aged(&self) -> Result<(), Error> {
        let Some(days) = self.retention_days().await? else {
            return Ok(());
        };
        let store = &self.inner.context.store;
        let now = self.now();
        let aged = store
            .contracts_ended_before(now - i64::from(days) * DAY_MS)
            .await?;
        for contract_id in aged {
            let deletion = Deletion {
                contract_id,
                purge_at: now,
                and_backups: false,
            };
            store.delete_contract(deletion, now).await?;
        }
        Ok(())
    }

    pub(crate) async fn retention_days(&self) -> Result<Option<u32>, Error> {
        let days: Option<Option<u32>> = self.inner.store.setting("retention_days").await?;
        Ok(days.flatten())
    }

    /// What of the folder's trouble a person has to know.
    pub(crate) fn trouble_in_words(&self) -> Vec<ErrorView> {
        let folder = self.inner.context.config.data_folder.display();
        let problem = |code: &str, message: String| ErrorView {
            code: code.to_owned(),
            message,
        };
        let trouble = *self.inner.store.trouble().borrow();
        let mut problems = Vec::new();
        match trouble {
            Trouble::None => {}
            Trouble::DiskFull => problems.push(problem(
                "disk_full",
                format!(
                    "The disk that holds {folder} is full, so reviews wait. Nothing is lost: free some space on it and they go \
                     on by themselves."
                ),
            )),
            Trouble::Damaged => problems.push(problem(
                "damaged",
                "The database is damaged, so nothing more is written. What is shown can still be read and exported. Start \
                 Countersign again: it moves the damaged file aside and offers the newest good backup."
                    .to_owned(),
            )),
        }
        if let Some(why) = self.backup_problem().clone() {
            problems.push(problem(
                "backup",
                format!(
                    "The last backup failed: {why}. Reviews go on; make sure that {folder} has space for a copy of the database."
                ),
            ));
        }
        problems
    }

    fn backup_problem(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.inner
            .upkeep
            .backup_problem
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes writes fail past this many pages of the database, as if the disk ended there; for tests.
    ///
    /// # Errors
    /// What the store says.
    #[doc(hidden)]
    pub async fn limit_database_pages(&self, pages: u32) -> Result<(), Error> {
        Ok(self.inner.store.limit_pages(pages).await?)
    }

    /// Transactions of this start, for tests: a worker without anything to do makes hardly any.
    #[doc(hidden)]
    #[must_use]
    pub fn commits(&self) -> u64 {
        *self.inner.store.commits().borrow()
    }

    /// When there is next something to do.
    async fn next_look(&self) -> Duration {
        let due = self.inner.context.store.next_purge_at().await;
        match due {
            Ok(Some(due)) => {
                let wait = u64::try_from(due - self.now()).unwrap_or(0);
                // A clock that was set back must not put off what is due.
                Duration::from_millis(wait.clamp(100, UNDO_MS.unsigned_abs()))
            }
            _ => LOOK,
        }
    }
}

async fn maintain(inner: Weak<Inner>, check: Check) {
    let Some((mut stop, due)) = inner
        .upgrade()
        .map(|inner| (inner.stop.subscribe(), Arc::clone(&inner.upkeep.due)))
    else {
        return;
    };
    if check == Check::BesideWork
        && let Some(inner) = inner.upgrade()
        && let Err(error) = inner.context.store.check_beside_work().await
    {
        tracing::error!(%error, "the check after an unclean end");
    }
    while !*stop.borrow_and_update() {
        let wait = {
            let Some(inner) = inner.upgrade() else {
                return;
            };
            let engine = Engine { inner };
            match engine.maintain().await {
                Ok(Purged { complete: true, .. }) => engine.next_look().await,
                Ok(_) => LOOK_AGAIN,
                Err(Error::Store(StoreError::Closed)) => return,
                Err(error) => {
                    tracing::warn!(%error, "not all of the data folder could be looked after");
                    LOOK_AGAIN
                }
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = due.notified() => {}
            _ = stop.changed() => {}
        }
    }
}
