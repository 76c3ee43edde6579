//! The running program: opened by a host on a data folder, with or without workers.

use std::fs::{File, TryLockError};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use countersign_providers::WayOut;
use countersign_store::blobs::Blobs;
use countersign_store::submissions::PlaybookRow;
use countersign_store::{Doors, Store};
use tokio::sync::{broadcast, watch};

use crate::cache::Cache;
use crate::clock::new_id;
use crate::computing::Computing;
use crate::config::{Config, DEFAULT_SETTINGS};
use crate::drops::Drops;
use crate::error::Error;
use crate::events;
use crate::maintenance::{self, Upkeep};
use crate::measurements::Measuring;
use crate::models::{ModelSettings, Models};
use crate::outbound::Log;
use crate::pipeline::Context;
use crate::progress::Progress;
use crate::views::{Event, Settings};
use crate::watch::Watcher;
use crate::webhooks::Courier;
use crate::worker::Workers;

/// How long one that is about to let go of a data folder is waited for.
const LETTING_GO: Duration = Duration::from_millis(750);
/// Between two tries.
const LOOK_AGAIN: Duration = Duration::from_millis(15);

/// The engine of one data folder. Clones are the same engine.
#[derive(Debug, Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) context: Arc<Context>,
    /// The door for commands; the context has the one for work.
    pub(crate) store: Store,
    pub(crate) drops: Drops,
    /// The rules submitted by last, as text and as they are kept: reading them takes longer than all the
    /// rest of a submission.
    pub(crate) rules: Mutex<Option<(String, PlaybookRow)>>,
    pub(crate) settings: watch::Sender<Settings>,
    pub(crate) paused: watch::Sender<bool>,
    pub(crate) upkeep: Upkeep,
    pub(crate) courier: Courier,
    pub(crate) measuring: Measuring,
    pub(crate) watcher: Watcher,
    listeners: broadcast::Sender<Event>,
    pub(crate) stop: watch::Sender<bool>,
    work: Option<Work>,
}

/// What only the one process has that works off this folder.
#[derive(Debug)]
struct Work {
    boot_id: String,
    workers: Workers,
    /// Held as long as this process lives; the system lets go of it whatever happens.
    _lock: File,
}

/// What the person has chosen, as kept in the database.
#[derive(Debug)]
struct Chosen {
    settings: Settings,
    models: ModelSettings,
    paused: bool,
}

impl Chosen {
    async fn read(store: &Store, settings: Settings) -> Result<Self, Error> {
        Ok(Self {
            settings,
            models: store.setting("models").await?.unwrap_or_default(),
            paused: store.setting("paused").await?.unwrap_or(false),
        })
    }
}

impl Engine {
    /// Opens a data folder and starts its workers: whatever was left unfinished goes on at once.
    ///
    /// # Errors
    /// [`Error::Busy`] when another process works off this folder, [`Error::Damaged`],
    /// [`Error::DataFolder`], or what the store says.
    pub async fn open(config: Config) -> Result<Self, Error> {
        let folder = config.data_folder.clone();
        make_folder(&folder)?;
        let lock = lock_soon(&folder).await?;
        let blobs = Blobs::open(folder.join("blobs"))?;
        let boot_id = new_id();
        let (doors, check) = maintenance::open_alone(&folder, config.clock.now_ms()).await?;
        let taken_over = doors
            .commands
            .begin_boot(
                &boot_id,
                std::process::id(),
                env!("CARGO_PKG_VERSION"),
                config.clock.now_ms(),
            )
            .await?;
        if taken_over > 0 {
            tracing::info!(taken_over, "steps of an earlier start go on");
        }
        let settings = doors
            .commands
            .setting("workers")
            .await?
            .unwrap_or(DEFAULT_SETTINGS);
        let chosen = Chosen::read(&doors.commands, settings).await?;
        if chosen.models.offline {
            // The last start may have ended before all of them were.
            let now = config.clock.now_ms();
            doors.commands.finish_all_offline(now).await?;
        }
        let engine = Self::start(config, doors, blobs, chosen, Some((lock, boot_id)))?;
        engine.begin_maintenance(check);
        engine.begin_deliveries();
        engine.begin_watching();
        Ok(engine)
    }

    /// Opens a data folder without workers: to submit, to look, to export. Another process may be at
    /// work in it.
    ///
    /// # Errors
    /// [`Error::DataFolder`], or what the store says.
    pub async fn attach(config: Config) -> Result<Self, Error> {
        let folder = config.data_folder.clone();
        make_folder(&folder)?;
        let blobs = Blobs::open_shared(folder.join("blobs"))?;
        let doors = maintenance::open_beside(&folder, config.clock.now_ms()).await?;
        let settings = doors
            .commands
            .setting("workers")
            .await?
            .unwrap_or(DEFAULT_SETTINGS);
        let chosen = Chosen::read(&doors.commands, settings).await?;
        Self::start(config, doors, blobs, chosen, None)
    }

    fn start(
        config: Config,
        doors: Doors,
        blobs: Blobs,
        chosen: Chosen,
        work: Option<(File, String)>,
    ) -> Result<Self, Error> {
        let folder = config.data_folder.clone();
        let settings = watch::channel(chosen.settings).0;
        let paused = watch::channel(chosen.paused).0;
        let log = Log {
            store: doors.work.clone(),
            clock: Arc::clone(&config.clock),
        };
        let way = WayOut::watched_by(Arc::new(log));
        let models = Models::new(chosen.models, Arc::clone(&config.keys), way);
        let computing = Computing::new().map_err(|source| Error::DataFolder {
            folder: folder.clone(),
            source,
        })?;
        let context = Arc::new(Context {
            config,
            store: doors.work,
            blobs,
            cache: Cache::default(),
            computing,
            progress: Progress::default(),
            models,
            settings_gate: tokio::sync::Mutex::default(),
            passwords: crate::passwords::Passwords::default(),
        });
        let work = match work {
            None => None,
            Some((lock, boot_id)) => {
                let workers = Workers::start(
                    Arc::clone(&context),
                    boot_id.clone(),
                    settings.subscribe(),
                    paused.subscribe(),
                )
                .map_err(|source| Error::DataFolder { folder, source })?;
                Some(Work {
                    boot_id,
                    workers,
                    _lock: lock,
                })
            }
        };
        let listeners = broadcast::channel(events::BACKLOG).0;
        let stop = watch::channel(false).0;
        tokio::spawn(events::run(
            Arc::clone(&context),
            listeners.clone(),
            paused.clone(),
            stop.subscribe(),
        ));
        let engine = Self {
            inner: Arc::new(Inner {
                context,
                store: doors.commands,
                drops: Drops::default(),
                rules: Mutex::default(),
                settings,
                paused,
                listeners,
                upkeep: Upkeep::default(),
                courier: Courier::default(),
                measuring: Measuring::default(),
                watcher: Watcher::default(),
                stop,
                work,
            }),
        };
        engine.watch_trouble();
        Ok(engine)
    }

    /// Changes from now on. A listener that lags gets an error from its receiver and then asks for
    /// everything again: events carry no facts.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.inner.listeners.subscribe()
    }

    /// Changes after `seq` that a listener missed, oldest first.
    ///
    /// # Errors
    /// What the store says.
    pub async fn events_after(&self, seq: i64) -> Result<Vec<Event>, Error> {
        let rows = self.inner.store.events_after(seq).await?;
        let event = |row: countersign_store::events::EventRow| Event {
            seq: row.seq,
            kind: row.kind,
            review_id: (!row.review_id.is_empty()).then_some(row.review_id),
        };
        Ok(rows.into_iter().map(event).collect())
    }

    /// Where a contract's original file is kept, and its media type.
    ///
    /// # Errors
    /// What the store says.
    pub async fn contract_file(
        &self,
        contract_id: &str,
    ) -> Result<Option<(PathBuf, String)>, Error> {
        let found = self.inner.store.contract_file(contract_id).await?;
        if self
            .inner
            .store
            .hidden()
            .await?
            .contracts
            .contains(contract_id)
        {
            return Ok(None);
        }
        Ok(found.map(|(sha256, media_type)| (self.inner.context.blobs.path(&sha256), media_type)))
    }

    /// Ids of reviews whose text is still to be read a second time; they may be completed.
    ///
    /// # Errors
    /// What the store says.
    pub async fn open_second_readings(&self) -> Result<Vec<String>, Error> {
        Ok(self.inner.store.open_second_readings().await?)
    }

    /// Ids of reviews that are not at an end, oldest first.
    ///
    /// # Errors
    /// What the store says.
    pub async fn unfinished_reviews(&self) -> Result<Vec<String>, Error> {
        Ok(self.inner.store.unfinished_reviews().await?)
    }

    /// Notices that the desktop has still to show.
    ///
    /// # Errors
    /// What the store says.
    pub async fn undelivered_notices(
        &self,
    ) -> Result<Vec<countersign_store::notices::Undelivered>, Error> {
        Ok(self.inner.store.undelivered_notices(self.now()).await?)
    }

    /// The desktop has shown a notice.
    ///
    /// # Errors
    /// What the store says.
    pub async fn mark_delivered(&self, outbox_id: &str) -> Result<(), Error> {
        Ok(self
            .inner
            .store
            .mark_delivered(outbox_id, self.now())
            .await?)
    }

    /// Ends the workers and closes the database. What was at work is ready again at the next start.
    pub async fn close(&self) {
        self.inner.stop.send_replace(true);
        self.drop_measurement();
        self.end_maintenance().await;
        self.end_deliveries().await;
        if let Some(work) = &self.inner.work {
            work.workers.stop().await;
            if let Err(error) = self.inner.store.end_boot(&work.boot_id, self.now()).await {
                tracing::warn!(%error, "the end of this start could not be written");
            }
        }
        self.inner.context.store.clone().close().await;
        self.inner.store.clone().close().await;
    }

    pub(crate) fn wake_workers(&self) {
        if let Some(work) = &self.inner.work {
            work.workers.wake();
        }
    }

    pub(crate) fn abort_questions(&self, review_id: &str) {
        if let Some(work) = &self.inner.work {
            work.workers.abort_questions(review_id);
        }
    }

    pub(crate) fn abort_review(&self, review_id: &str) {
        if let Some(work) = &self.inner.work {
            work.workers.abort_review(review_id);
        }
    }

    /// Whether this process works off the folder.
    pub(crate) fn is_at_work(&self) -> bool {
        self.inner.work.is_some()
    }

    /// Says something to whoever listens now.
    pub(crate) fn tell(&self, event: Event) {
        // Without listeners there is nobody to miss it.
        let _ = self.inner.listeners.send(event);
    }

    /// Milliseconds since 1970, UTC, by the engine's clock.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.inner.context.config.clock.now_ms()
    }
}

pub(crate) fn database(folder: &std::path::Path) -> PathBuf {
    folder.join("countersign.db")
}

fn make_folder(folder: &std::path::Path) -> Result<(), Error> {
    std::fs::create_dir_all(folder).map_err(|source| Error::DataFolder {
        folder: folder.to_owned(),
        source,
    })?;
    Ok(())
}

/// The lock, also from one that is about to let go of it: work that ends just now, or a child that is
/// being started and shares what was open until it runs.
async fn lock_soon(folder: &std::path::Path) -> Result<File, Error> {
    let deadline = Instant::now() + LETTING_GO;
    loop {
        match lock(folder) {
            Err(Error::Busy { .. }) if Instant::now() < deadline => {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
            locked => return locked,
        }
    }
}

pub(crate) fn lock(folder: &std::path::Path) -> Result<File, Error> {
    let wrong = |source| Error::DataFolder {
        folder: folder.to_owned(),
        source,
    };
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join("engine.lock"))
        .map_err(wrong)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Busy {
            folder: folder.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(wrong(source)),
    }
}
