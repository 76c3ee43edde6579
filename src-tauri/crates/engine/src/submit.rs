//! Submitting: a file into the data folder, a review into the queue, an id back. Nothing is parsed here.

use std::path::Path;
use std::sync::PoisonError;

use countersign_contracts::playbook::Playbook;
use countersign_documents::Format;
use countersign_store::blobs::{Blob, sha256_hex};
use countersign_store::submissions::{PlaybookRow, Submission};
use tokio::io::AsyncRead;
use tokio::task::JoinSet;

use crate::Engine;
use crate::clock::new_id;
use crate::config::LARGEST_FILE;
use crate::drops::{Content, Dropped, clean_name};
use crate::error::Error;
use crate::pipeline::{PIPELINE_VERSION, READER, first_step};
use crate::views::Submitted;

/// Which rules a review is made by.
#[derive(Debug, Clone)]
pub enum PlaybookChoice {
    /// The default playbook.
    Default,
    /// One of those there are, by id.
    Named(String),
    /// A playbook's own text.
    Source(String),
}

impl Engine {
    /// Registers a file of the person's; the id is what pages submit.
    #[must_use]
    pub fn register_file(&self, path: &Path) -> String {
        let dropped = Dropped {
            name: clean_name(path),
            content: Content::File(path.to_owned()),
        };
        self.inner.drops.register(dropped)
    }

    /// Registers bytes that come with the program.
    pub(crate) fn register_bytes(&self, name: &str, bytes: &'static [u8]) -> String {
        self.inner.drops.register(Dropped {
            name: name.to_owned(),
            content: Content::Memory(bytes),
        })
    }

    /// Streams an upload into the data folder and registers it.
    ///
    /// # Errors
    /// [`Error::Refused`] when it is too large, or what the store says.
    pub async fn register_upload(
        &self,
        name: &str,
        source: impl AsyncRead + Unpin,
    ) -> Result<String, Error> {
        let blob = self.keep(source, LARGEST_FILE).await?;
        Ok(self.inner.drops.register(Dropped {
            name: clean_name(Path::new(name)),
            content: Content::Kept(blob),
        }))
    }

    /// Submits registered files, all at once; each answer stands at its id's place.
    ///
    /// # Errors
    /// A playbook that can't be used. What is wrong with one file is in its answer.
    pub async fn submit_drops(
        &self,
        drop_ids: &[String],
        choice: &PlaybookChoice,
    ) -> Result<Vec<Submitted>, Error> {
        let playbook = self.playbook_row(choice).await?;
        let mut tasks = JoinSet::new();
        for (at, id) in drop_ids.iter().enumerate() {
            let (engine, dropped, playbook) =
                (self.clone(), self.inner.drops.take(id), playbook.clone());
            // Made here, so that the queue keeps the order of the drop whoever is copied first.
            let review_id = new_id();
            tasks.spawn(async move { (at, engine.submit_one(review_id, dropped, playbook).await) });
        }
        let mut answers: Vec<(usize, Submitted)> = Vec::with_capacity(drop_ids.len());
        while let Some(done) = tasks.join_next().await {
            if let Ok(answer) = done {
                answers.push(answer);
            }
        }
        answers.sort_by_key(|(at, _)| *at);
        self.wake_workers();
        Ok(answers
            .into_iter()
            .map(|(_, submitted)| submitted)
            .collect())
    }

    /// The reviews of the files that came with a mail, once the mail is read.
    ///
    /// # Errors
    /// What the store says.
    pub async fn attached_reviews(&self, review_id: &str) -> Result<Vec<Submitted>, Error> {
        let attached = self.inner.store.attached_reviews(review_id).await?;
        let submitted = |(review_id, file)| Submitted {
            file,
            review_id: Some(review_id),
            existing: false,
            refusal: None,
        };
        Ok(attached.into_iter().map(submitted).collect())
    }

    async fn submit_one(
        &self,
        review_id: String,
        dropped: Option<Dropped>,
        playbook: PlaybookRow,
    ) -> Submitted {
        let Some(dropped) = dropped else {
            let refusal = Error::Refused {
                code: "unknown_drop",
                message:
                    "This file was dropped in an earlier session of the window. Drop it again."
                        .to_owned(),
            };
            return Submitted {
                file: String::new(),
                review_id: None,
                existing: false,
                refusal: Some(refusal.view()),
            };
        };
        let file = dropped.name.clone();
        match self.take_in(review_id, dropped, playbook).await {
            Ok((review_id, existing)) => Submitted {
                file,
                review_id: Some(review_id),
                existing,
                refusal: None,
            },
            Err(error) => Submitted {
                file,
                review_id: None,
                existing: false,
                refusal: Some(error.view()),
            },
        }
    }

    async fn take_in(
        &self,
        review_id: String,
        dropped: Dropped,
        playbook: PlaybookRow,
    ) -> Result<(String, bool), Error> {
        // Until its row is written, nobody removes the file.
        let _hold = self.inner.context.blobs.hold().await?;
        let blob = match dropped.content {
            Content::Kept(blob) => blob,
            Content::Memory(bytes) => self.keep_at_once(move || Ok(bytes)).await?,
            Content::File(path) => {
                let name = dropped.name.clone();
                self.keep_at_once(move || open(&path, &name)).await?
            }
        };
        let submission = self.submission(review_id, dropped.name, blob, playbook)?;
        let accepted = self.inner.store.submit(submission, self.now()).await?;
        Ok((accepted.review_id, accepted.existing))
    }

    /// A file that is kept, to be reviewed by these rules and by whoever reads at present.
    pub(crate) fn submission(
        &self,
        review_id: String,
        file_name: String,
        blob: Blob,
        playbook: PlaybookRow,
    ) -> Result<Submission, Error> {
        let models = self.inner.context.models.settings();
        let chain = if models.offline {
            Vec::new()
        } else {
            models.chain
        };
        Ok(Submission {
            contract_id: new_id(),
            review_id,
            media_type: media_type(&file_name),
            file_name,
            sha256: blob.sha256,
            size_bytes: blob.size,
            playbook,
            pipeline_version: PIPELINE_VERSION,
            reader: self.reader_of(&chain),
            providers: serde_json::to_string(&chain)?,
            first: first_step(),
        })
    }

    /// The rules that are chosen, as a review keeps them.
    ///
    /// # Errors
    /// [`Error::NoSuchPlaybook`], a playbook that can't be used, or what the store says.
    pub(crate) async fn playbook_row(&self, choice: &PlaybookChoice) -> Result<PlaybookRow, Error> {
        let source = match choice {
            PlaybookChoice::Default => countersign_contracts::playbook::PROCUREMENT_TOML.to_owned(),
            PlaybookChoice::Named(id) => self.playbook_source(id).await?,
            PlaybookChoice::Source(source) => source.clone(),
        };
        let last = || {
            self.inner
                .rules
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some((_, row)) = last().as_ref().filter(|(text, _)| *text == source) {
            return Ok(row.clone());
        }
        // With the playbook it extends: a review keeps all of the rules it was judged by.
        let bundled = countersign_contracts::playbook::bundle(&source)?.into_owned();
        let playbook = Playbook::parse(&bundled)?;
        let row = PlaybookRow {
            sha256: sha256_hex(bundled.as_bytes()),
            id: playbook.id,
            name: playbook.name,
            version: playbook.version,
            source: bundled,
        };
        *last() = Some((source, row.clone()));
        Ok(row)
    }

    /// Who reads: with another reader the same contract is another review.
    fn reader_of(&self, chain: &[String]) -> String {
        let models = chain
            .iter()
            .filter_map(|id| self.inner.context.models.get(id))
            .map(|model| format!("{}:{}", model.config.id, model.config.model));
        std::iter::once(READER.to_owned())
            .chain(models)
            .collect::<Vec<_>>()
            .join("+")
    }

    /// Copies a file in, in one go: the person who submits waits for one turn of a thread.
    async fn keep_at_once<R: std::io::Read>(
        &self,
        open: impl FnOnce() -> Result<R, Error> + Send + 'static,
    ) -> Result<Blob, Error> {
        let blobs = self.inner.context.blobs.clone();
        let copying = tokio::task::spawn_blocking(move || {
            let kept = blobs.keep(&new_id(), open()?, LARGEST_FILE);
            kept.map_err(|error| not_kept(error, LARGEST_FILE))
        });
        match copying.await {
            Ok(kept) => kept,
            Err(error) => Err(Error::from(countersign_store::Error::Io {
                attempted: "copying into the data folder".to_owned(),
                source: std::io::Error::other(error),
            })),
        }
    }

    /// Streams a file into the data folder; one of more than `largest` bytes is refused.
    pub(crate) async fn keep(
        &self,
        source: impl AsyncRead + Unpin,
        largest: u64,
    ) -> Result<Blob, Error> {
        let blobs = &self.inner.context.blobs;
        let kept = blobs.keep_stream(&new_id(), source, largest).await;
        kept.map_err(|error| not_kept(error, largest))
    }
}

fn not_kept(error: countersign_store::Error, largest: u64) -> Error {
    match error {
        countersign_store::Error::Io { source, .. }
            if source.kind() == std::io::ErrorKind::FileTooLarge =>
        {
            too_large(largest)
        }
        countersign_store::Error::Io { source, .. }
            if source.kind() == std::io::ErrorKind::InvalidData =>
        {
            Error::Refused {
                code: "broken_upload",
                message: format!(
                    "The upload broke off or is malformed ({source}), so it was not taken in. Send it again."
                ),
            }
        }
        other => other.into(),
    }
}

/// What is said of a file that is larger than files may be.
#[must_use]
pub fn too_large(largest: u64) -> Error {
    let size = match largest / 1024 / 1024 {
        0 => format!("{largest} bytes"),
        megabytes => format!("{megabytes} MB"),
    };
    Error::Refused {
        code: "too_large",
        message: format!(
            "The file is larger than {size}, so it was not taken in. Split it, or save it smaller."
        ),
    }
}

fn open(path: &Path, name: &str) -> Result<std::fs::File, Error> {
    let refused = |code, why: &str| Error::Refused {
        code,
        message: format!("{name} {why}"),
    };
    let metadata = std::fs::metadata(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => refused(
            "not_found",
            "is not there any more. Check the name and the folder.",
        ),
        _ => refused(
            "unreadable",
            &format!("can't be opened ({error}). Check that you may read it."),
        ),
    })?;
    if metadata.is_dir() {
        return Err(refused(
            "folder",
            "is a folder. Give the contract files in it instead.",
        ));
    }
    if !metadata.is_file() {
        return Err(refused("not_a_file", "is not an ordinary file."));
    }
    std::fs::File::open(path).map_err(|error| {
        refused(
            "unreadable",
            &format!("can't be opened ({error}). Check that you may read it."),
        )
    })
}

/// As the name says. A file without an ending is taken for a PDF, as most contracts are.
pub(crate) fn media_type(name: &str) -> &'static str {
    match Path::new(name).extension() {
        None => Format::Pdf.media_type(),
        Some(_) => Format::of_name(name).map_or("application/octet-stream", Format::media_type),
    }
}
