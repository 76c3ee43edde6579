//! The watched folder: contracts that are saved into it are reviewed once they are whole, and what was found is
//! written beside them. Only where a person has chosen a folder and the host says that it watches.
//!
//! A file is known by its hash, so it is reviewed once whatever it is called; so is what is written here, which is
//! never reviewed.

mod folder;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use countersign_exports::ExportFormat;
use countersign_store::blobs::{sha256_hex, sha256_of_file};
use countersign_store::watched::ToWrite;
use serde::{Deserialize, Serialize};
use tokio::sync::{broadcast, watch};

use crate::Engine;
use crate::engine::Inner;
use crate::error::Error;
use crate::submit::PlaybookChoice;
use crate::views::{Nothing, WatchChoice, WatchView};
use folder::{Files, Named};

/// Time between two looks at the folder.
const LOOK: Duration = Duration::from_secs(2);
/// Results that could not be written are tried again after this time.
const WRITE_AGAIN_MS: i64 = 60_000;
/// What a result is called, behind the name of its contract.
pub(crate) const RESULT: &str = " - risk summary";
/// Looks that a slow listener may lag behind.
const BACKLOG: usize = 64;
/// The setting's name.
const SETTING: &str = "watch";

/// What a person has chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Watch {
    folder: PathBuf,
    format: ExportFormat,
    playbook: Option<String>,
}

/// What the looks at the folder remember, and who listens to what they bring.
#[derive(Debug)]
pub(crate) struct Watcher {
    /// One look at a time.
    memory: tokio::sync::Mutex<Memory>,
    /// Why the folder can't be looked at.
    problem: Mutex<Option<String>>,
    said: broadcast::Sender<Looked>,
}

impl Default for Watcher {
    fn default() -> Self {
        Self {
            memory: tokio::sync::Mutex::default(),
            problem: Mutex::default(),
            said: broadcast::channel(BACKLOG).0,
        }
    }
}

impl Watcher {
    fn problem(&self) -> MutexGuard<'_, Option<String>> {
        self.problem.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Default)]
struct Memory {
    folder: PathBuf,
    files: Files,
    /// Reviews whose results could not be written, and since when.
    unwritten: HashMap<String, i64>,
}

/// What a look at the folder brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Looked {
    /// Contracts that are being reviewed now.
    pub taken: Vec<PathBuf>,
    /// Results that were written.
    pub written: Vec<PathBuf>,
    /// What went wrong, in words.
    pub problems: Vec<String>,
}

impl Engine {
    /// Watches a folder from now on, in place of the one before. For hosts: a page names no path.
    ///
    /// # Errors
    /// [`Error::Setting`] for what is no folder or holds our own data, [`Error::Playbook`], or what the store says.
    pub async fn watch_folder(
        &self,
        folder: &Path,
        format: Option<ExportFormat>,
        playbook: Option<&str>,
    ) -> Result<WatchView, Error> {
        let not_watched =
            |why: &str| Error::Setting(format!("{} is not watched: {why}", folder.display()));
        let whole = std::path::absolute(folder).and_then(|path| path.canonicalize());
        let whole = whole.map_err(|error| not_watched(&error.to_string()))?;
        if !whole.is_dir() {
            return Err(not_watched(
                "it is no folder. Choose the folder that contracts are saved into",
            ));
        }
        let data = self.inner.context.config.data_folder.canonicalize();
        if data.is_ok_and(|data| whole.starts_with(&data) || data == whole) {
            return Err(not_watched(
                "Countersign keeps its own data there. Choose another",
            ));
        }
        if let Some(playbook) = playbook {
            self.playbook_source(playbook).await?;
        }
        let before = self.watch().await?;
        let kept = before
            .as_ref()
            .map_or(ExportFormat::Markdown, |watch| watch.format);
        let chosen = Watch {
            folder: whole,
            format: format.unwrap_or(kept),
            playbook: playbook.map(str::to_owned),
        };
        self.change_setting(Some(chosen)).await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn get_watch(&self, _: Nothing) -> Result<WatchView, Error> {
        let figures = self.inner.store.watched_figures().await?;
        let watch = self.watch().await?;
        let problem = self.inner.watcher.problem().clone();
        Ok(WatchView {
            folder: watch
                .as_ref()
                .map(|watch| watch.folder.display().to_string()),
            format: watch.map_or(ExportFormat::Markdown, |watch| watch.format),
            taken: crate::commands::positive(figures.taken),
            written: crate::commands::positive(figures.written),
            problem: problem.or(figures.problem),
        })
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn change_watch(&self, choice: WatchChoice) -> Result<WatchView, Error> {
        let watch = self.watch().await?;
        let changed = watch.map(|watch| Watch {
            format: choice.format,
            ..watch
        });
        self.change_setting(changed).await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn stop_watching(&self, _: Nothing) -> Result<WatchView, Error> {
        self.change_setting(None).await
    }

    async fn watch(&self) -> Result<Option<Watch>, Error> {
        let watch: Option<Option<Watch>> = self.inner.store.setting(SETTING).await?;
        Ok(watch.flatten())
    }

    async fn change_setting(&self, watch: Option<Watch>) -> Result<WatchView, Error> {
        let now = self.now();
        self.inner
            .store
            .change_setting(SETTING, &watch, now)
            .await?;
        self.get_watch(Nothing {}).await
    }

    /// Looks at the folder once: takes in the contracts that are whole and new, and writes the results that are due.
    ///
    /// # Errors
    /// What the store says; what is wrong with the folder or a file is in the answer.
    pub async fn look_at_folder(&self) -> Result<Looked, Error> {
        let mut memory = self.inner.watcher.memory.lock().await;
        let Some(watch) = self.watch().await? else {
            *memory = Memory::default();
            *self.inner.watcher.problem() = None;
            return Ok(Looked::default());
        };
        if memory.folder != watch.folder {
            *memory = Memory {
                folder: watch.folder.clone(),
                ..Memory::default()
            };
        }
        let mut looked = Looked::default();
        self.take_new(&watch, &mut memory, &mut looked).await?;
        for to_write in self.inner.context.store.results_to_write().await? {
            self.write_results(&watch, to_write, &mut memory, &mut looked)
                .await?;
        }
        Ok(looked)
    }

    async fn take_new(
        &self,
        watch: &Watch,
        memory: &mut Memory,
        looked: &mut Looked,
    ) -> Result<(), Error> {
        let folder = watch.folder.clone();
        let found = blocking(move || folder::list(&folder)).await;
        let problem = found.as_ref().err().map(|error| {
            format!(
                "The watched folder {} can't be looked at ({error}). Make it readable, or choose another",
                watch.folder.display()
            )
        });
        let before = std::mem::replace(&mut *self.inner.watcher.problem(), problem.clone());
        if before != problem {
            looked.problems.extend(problem);
        }
        let Ok(found) = found else {
            return Ok(());
        };
        let elapsed = self.inner.context.config.clock.elapsed_ms();
        for file in memory.files.whole(found, elapsed) {
            match self.take_file(watch, &file).await? {
                Taken::Now => looked.taken.push(file.path.clone()),
                Taken::Before => {}
                Taken::NotYet => {
                    memory.files.forget(&file);
                    continue;
                }
                Taken::Refused(why) => looked.problems.push(why),
            }
            memory.files.done(&file);
        }
        Ok(())
    }

    async fn take_file(&self, watch: &Watch, file: &Named) -> Result<Taken, Error> {
        let path = file.path.clone();
        let Ok(sha256) = blocking(move || sha256_of_file(&path)).await else {
            // Gone or locked by now.
            return Ok(Taken::NotYet);
        };
        let store = &self.inner.context.store;
        if store.was_watched(&sha256).await? {
            return Ok(Taken::Before);
        }
        let choice = match &watch.playbook {
            Some(id) => PlaybookChoice::Named(id.clone()),
            None => PlaybookChoice::Default,
        };
        let id = self.register_file(&file.path);
        let submitted = match self.submit_drops(&[id], &choice).await {
            // Taken away or changed since the folder was chosen.
            Err(error @ (Error::NoSuchPlaybook { .. } | Error::Playbook(_))) => {
                return Ok(Taken::Refused(error.to_string()));
            }
            submitted => submitted?.pop(),
        };
        let Some(submitted) = submitted else {
            return Ok(Taken::NotYet);
        };
        match (submitted.review_id, submitted.refusal) {
            (Some(review_id), _) => {
                let path = file.path.to_string_lossy();
                store
                    .take_watched(&sha256, &review_id, &path, self.now())
                    .await?;
                Ok(Taken::Now)
            }
            (None, Some(refusal)) if refusal.code == "not_found" => Ok(Taken::NotYet),
            (None, refusal) => Ok(Taken::Refused(
                refusal.map_or_else(String::new, |refusal| refusal.message),
            )),
        }
    }

    async fn write_results(
        &self,
        watch: &Watch,
        to_write: ToWrite,
        memory: &mut Memory,
        looked: &mut Looked,
    ) -> Result<(), Error> {
        let elapsed = self.inner.context.config.clock.elapsed_ms();
        let ToWrite { review_id, file } = to_write;
        let since = memory.unwritten.get(&review_id);
        if since.is_some_and(|since| elapsed - since < WRITE_AGAIN_MS) {
            return Ok(());
        }
        let store = &self.inner.context.store;
        let written = match self
            .result(&review_id, watch.format, Path::new(&file))
            .await
        {
            Ok(path) => {
                memory.unwritten.remove(&review_id);
                looked.written.push(path);
                None
            }
            Err(Error::Store(error)) => return Err(error.into()),
            Err(error) => {
                memory.unwritten.insert(review_id.clone(), elapsed);
                looked.problems.push(error.to_string());
                Some(error.to_string())
            }
        };
        Ok(store
            .end_watched(&review_id, written.as_deref(), self.now())
            .await?)
    }

    /// Writes the summary beside the contract, under a name that nothing has there.
    async fn result(
        &self,
        review_id: &str,
        format: ExportFormat,
        contract: &Path,
    ) -> Result<PathBuf, Error> {
        let stem = contract.file_stem().unwrap_or_default().to_string_lossy();
        let name = countersign_exports::safe_name(&stem, RESULT, format.ending());
        let file = self.export_file(review_id, format, None).await?;
        let store = &self.inner.context.store;
        // Before it is there: it must never be taken for a contract.
        store
            .note_watched(&sha256_hex(&file.bytes), self.now())
            .await?;
        let place = contract.with_file_name(name);
        let at = place.clone();
        let written = blocking(move || folder::write_new(&at, &file.bytes)).await;
        written.map_err(|source| {
            Error::Setting(format!(
                "the summary could not be written to {} ({source}). The review itself is kept; make the folder writable",
                place.display()
            ))
        })
    }

    /// Begins to look at the folder, while there is one.
    pub(crate) fn begin_watching(&self) {
        if self.inner.context.config.watches {
            let inner = Arc::downgrade(&self.inner);
            tokio::spawn(run(inner, self.inner.stop.subscribe()));
        }
    }
}

/// What became of a file.
enum Taken {
    /// It is being reviewed.
    Now,
    /// It was, or was written here.
    Before,
    /// It is looked at again.
    NotYet,
    /// It can't be, and why.
    Refused(String),
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> std::io::Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(std::io::Error::other).flatten()
}

/// Looks at the folder again and again, until the engine is gone.
async fn run(inner: Weak<Inner>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow_and_update() {
        {
            let Some(inner) = inner.upgrade() else {
                return;
            };
            let engine = Engine { inner };
            match engine.look_at_folder().await {
                Ok(looked) => engine.tell_looked(&looked),
                Err(Error::Store(countersign_store::Error::Closed)) => return,
                Err(error) => tracing::warn!(%error, "the watched folder could not be looked at"),
            }
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = stop.changed() => {}
        }
    }
}

impl Engine {
    fn tell_looked(&self, looked: &Looked) {
        if *looked == Looked::default() {
            return;
        }
        tracing::info!(
            taken = looked.taken.len(),
            written = looked.written.len(),
            problems = looked.problems.len(),
            "the watched folder was looked at"
        );
        // Without listeners there is nobody to miss it.
        let _ = self.inner.watcher.said.send(looked.clone());
    }

    /// What looks at the folder bring from now on.
    #[must_use]
    pub fn watched(&self) -> tokio::sync::broadcast::Receiver<Looked> {
        self.inner.watcher.said.subscribe()
    }
}
