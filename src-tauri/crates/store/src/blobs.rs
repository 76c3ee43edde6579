//! Files under their own hash: `blobs/ab/<sha256>`.
//!
//! A file is either whole under its name or not there: it is written beside, forced to disk, renamed,
//! and the folder is forced to disk too. Doing it twice leaves one file.

use std::io::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt};

use crate::Error;
use crate::error::io;
use crate::faults;

const BUFFER_BYTES: usize = 256 * 1024;
/// What comes over the network is handed to the disk in pieces of this size: under load each hand-over waits
/// for its turn.
const STREAM_BYTES: usize = 1024 * 1024;
/// Files of no contract stay this long: an upload may still be submitted.
const UNCLAIMED_MS: i64 = 86_400_000;

/// The folder of files.
#[derive(Debug, Clone)]
pub struct Blobs {
    folder: PathBuf,
}

/// While it lives nothing is removed from the folder of files, by this process or another: what is
/// being submitted stays.
#[derive(Debug)]
pub struct Hold {
    _lock: std::fs::File,
}

/// A file that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// Hexadecimal.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
}

impl Blobs {
    /// Uses `folder`, made when missing.
    ///
    /// # Errors
    /// [`Error::Io`] when it can't be made.
    pub fn open(folder: PathBuf) -> Result<Self, Error> {
        let incoming = folder.join("incoming");
        // Whatever an earlier process left half written belongs to nobody.
        if incoming.exists() {
            std::fs::remove_dir_all(&incoming)
                .map_err(|source| io("clearing half-written files", source))?;
        }
        std::fs::create_dir_all(&incoming)
            .map_err(|source| io("making the folder for files", source))?;
        Ok(Self { folder })
    }

    /// Uses a folder that another process has open: nothing is cleared.
    ///
    /// # Errors
    /// [`Error::Io`] when it can't be made.
    pub fn open_shared(folder: PathBuf) -> Result<Self, Error> {
        std::fs::create_dir_all(folder.join("incoming"))
            .map_err(|source| io("making the folder for files", source))?;
        Ok(Self { folder })
    }

    /// Where a file is kept, whether it is there or not.
    #[must_use]
    pub fn path(&self, sha256: &str) -> PathBuf {
        let shelf = sha256.get(..2).unwrap_or("00");
        self.folder.join(shelf).join(sha256)
    }

    /// Keeps files from being removed until their contract is in the database.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub async fn hold(&self) -> Result<Hold, Error> {
        let attempted = "holding the folder for files";
        let file = self.lock_file()?;
        // Only a clearing of files makes it wait.
        if file.try_lock_shared().is_ok() {
            return Ok(Hold { _lock: file });
        }
        let locked = tokio::task::spawn_blocking(move || file.lock_shared().map(|()| file)).await;
        let file = locked
            .map_err(std::io::Error::other)
            .flatten()
            .map_err(|e| io(attempted, e))?;
        Ok(Hold { _lock: file })
    }

    /// The right to remove files; nothing while anybody submits.
    fn try_clear(&self) -> Result<Option<Hold>, Error> {
        let file = self.lock_file()?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Hold { _lock: file })),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(e)) => Err(io("holding the folder for files", e)),
        }
    }

    fn lock_file(&self) -> Result<std::fs::File, Error> {
        std::fs::File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.folder.join("lock"))
            .map_err(|e| io("holding the folder for files", e))
    }

    /// Removes the files of purged contracts, and files that nobody has claimed for a day (an upload that
    /// was never submitted). Files of `wanted` stay. While anybody submits nothing is done: false.
    ///
    /// # Errors
    /// [`Error::Io`], or what the database says.
    pub async fn collect_garbage(
        &self,
        store: &crate::Store,
        wanted: &[String],
        now: i64,
    ) -> Result<bool, Error> {
        let garbage = store.garbage().await?;
        let unclaimed = self.files_older_than(now - UNCLAIMED_MS)?;
        if garbage.is_empty() && unclaimed.is_empty() {
            return Ok(true);
        }
        let Some(hold) = self.try_clear()? else {
            return Ok(false);
        };
        // Asked under the lock: what was submitted until now is known.
        let known = store.known_files().await?;
        let mut removed = Vec::new();
        for sha256 in garbage {
            if wanted.contains(&sha256) {
                continue;
            }
            if !known.contains(&sha256) {
                self.remove(&sha256)?;
                faults::point("purge.file");
            }
            removed.push(sha256);
        }
        for sha256 in unclaimed {
            if !known.contains(&sha256) && !wanted.contains(&sha256) {
                self.remove(&sha256)?;
            }
        }
        drop(hold);
        store.garbage_is_gone(removed).await?;
        Ok(true)
    }

    fn remove(&self, sha256: &str) -> Result<(), Error> {
        match std::fs::remove_file(self.path(sha256)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(io("removing the file of a deleted contract", error))
            }
            _ => Ok(()),
        }
    }

    fn files_older_than(&self, then: i64) -> Result<Vec<String>, Error> {
        let attempted = "listing the folder for files";
        let mut found = Vec::new();
        for shelf in std::fs::read_dir(&self.folder).map_err(|e| io(attempted, e))? {
            let shelf = shelf.map_err(|e| io(attempted, e))?.path();
            let is_shelf = shelf.file_name().is_some_and(|name| name.len() == 2);
            if !is_shelf {
                continue;
            }
            for file in std::fs::read_dir(&shelf).map_err(|e| io(attempted, e))? {
                let file = file.map_err(|e| io(attempted, e))?;
                // A file that goes while it is looked at was somebody else's to remove.
                let Ok(changed) = file.metadata().and_then(|data| data.modified()) else {
                    continue;
                };
                let changed = changed
                    .duration_since(std::time::UNIX_EPOCH)
                    .unwrap_or_default();
                if (changed.as_millis() as i64) < then {
                    found.push(file.file_name().to_string_lossy().into_owned());
                }
            }
        }
        Ok(found)
    }

    /// Copies `source` in on the calling thread, which waits for the disk; `name` must be unique among
    /// files coming in. `limit` in bytes.
    ///
    /// # Errors
    /// [`Error::Io`]; with kind `FileTooLarge` when the source is longer than `limit`.
    pub fn keep(
        &self,
        name: &str,
        mut source: impl std::io::Read,
        limit: u64,
    ) -> Result<Blob, Error> {
        let mut coming = Incoming::new(&self.folder, name, limit)?;
        let mut buffer = vec![0; BUFFER_BYTES];
        loop {
            let count = source
                .read(&mut buffer)
                .map_err(|e| io("reading the file", e))?;
            match buffer.get(..count) {
                Some(read) if !read.is_empty() => coming.take(read)?,
                _ => return coming.settle(self),
            }
        }
    }

    /// Streams `source` in; otherwise as [`Blobs::keep`].
    ///
    /// # Errors
    /// As [`Blobs::keep`].
    pub async fn keep_stream(
        &self,
        name: &str,
        mut source: impl AsyncRead + Unpin,
        limit: u64,
    ) -> Result<Blob, Error> {
        let mut coming: Option<Incoming> = None;
        let mut buffer = vec![0; STREAM_BYTES];
        loop {
            // One hand-over to the disk for many pieces of the network: each waits for its turn of a thread.
            let mut filled = 0;
            let ended = loop {
                let count = source
                    .read(buffer.get_mut(filled..).unwrap_or_default())
                    .await
                    .map_err(|e| io("reading the file", e))?;
                filled += count;
                if count == 0 || filled == buffer.len() {
                    break count == 0;
                }
            };
            let (blobs, name) = (self.clone(), name.to_owned());
            let step = on_disk(move || {
                let mut coming = match coming {
                    Some(coming) => coming,
                    None => Incoming::new(&blobs.folder, &name, limit)?,
                };
                coming.take(buffer.get(..filled).unwrap_or_default())?;
                if ended {
                    return coming.settle(&blobs).map(Step::Kept);
                }
                Ok(Step::More(coming, buffer))
            });
            match step.await? {
                Step::Kept(blob) => return Ok(blob),
                Step::More(more, again) => (coming, buffer) = (Some(more), again),
            }
        }
    }
}

/// What is there of a stream after a piece of it.
enum Step {
    /// All of it.
    Kept(Blob),
    /// A part, and the buffer for the next.
    More(Incoming, Vec<u8>),
}

/// Runs what waits for the disk where that holds up nobody.
async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|e| io("copying into the data folder", std::io::Error::other(e)))
        .flatten()
}

/// A file on its way in; removed again when it doesn't arrive.
struct Incoming {
    file: std::fs::File,
    path: PathBuf,
    hash: Sha256,
    size: u64,
    limit: u64,
    arrived: bool,
}

impl Incoming {
    fn new(folder: &Path, name: &str, limit: u64) -> Result<Self, Error> {
        let path = folder.join("incoming").join(name);
        let file =
            std::fs::File::create(&path).map_err(|e| io("making a file in the data folder", e))?;
        faults::point("blob.created");
        Ok(Self {
            file,
            path,
            hash: Sha256::new(),
            size: 0,
            limit,
            arrived: false,
        })
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.size += bytes.len() as u64;
        if self.size > self.limit {
            return Err(io(
                "the file is too large",
                std::io::ErrorKind::FileTooLarge.into(),
            ));
        }
        self.hash.update(bytes);
        self.file
            .write_all(bytes)
            .map_err(|e| io("copying into the data folder", e))
    }

    /// Forces it to disk under its own name.
    fn settle(mut self, blobs: &Blobs) -> Result<Blob, Error> {
        let copying = |e| io("copying into the data folder", e);
        let sha256 = hex(&std::mem::take(&mut self.hash).finalize());
        let path = blobs.path(&sha256);
        faults::point("blob.copied");
        self.file.sync_all().map_err(copying)?;
        faults::point("blob.synced");
        let shelf = path.parent().unwrap_or(&blobs.folder);
        std::fs::create_dir_all(shelf).map_err(|e| io("making a folder in the data folder", e))?;
        std::fs::rename(&self.path, &path).map_err(copying)?;
        self.arrived = true;
        faults::point("blob.renamed");
        sync_folder(shelf)?;
        faults::point("blob.kept");
        Ok(Blob {
            sha256,
            size: self.size,
        })
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.arrived {
            // The error of the copy is what matters; a left-over is cleared at the next start.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> Result<(), Error> {
    let handle =
        std::fs::File::open(folder).map_err(|e| io("opening a folder of the data folder", e))?;
    handle
        .sync_all()
        .map_err(|e| io("forcing a folder to disk", e))
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> Result<(), Error> {
    // Elsewhere a rename is durable with the file system's own journal; folders can't be opened.
    Ok(())
}

/// SHA-256 of a file, hexadecimal. Reads all of it: call it where waiting keeps nobody.
///
/// # Errors
/// When the file can't be read.
pub fn sha256_of_file(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0_u8; BUFFER_BYTES];
    loop {
        let count = std::io::Read::read(&mut file, &mut buffer)?;
        if count == 0 {
            return Ok(hex(&digest.finalize()));
        }
        digest.update(&buffer[..count]);
    }
}

/// SHA-256 of `bytes`, hexadecimal.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_same_file_is_kept_once_under_its_hash() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path().join("blobs")).unwrap();
        let first = blobs.keep("a", &b"contract"[..], 100).unwrap();
        let streamed = blobs.keep_stream("b", &b"contract"[..], 100).await;
        let second = streamed.unwrap();
        assert_eq!(first, second);
        assert_eq!(first.sha256, sha256_hex(b"contract"));
        assert_eq!(
            std::fs::read(blobs.path(&first.sha256)).unwrap(),
            b"contract"
        );
        assert_eq!(
            std::fs::read_dir(folder.path().join("blobs/incoming"))
                .unwrap()
                .count(),
            0
        );
    }

    #[tokio::test]
    async fn a_file_past_the_limit_is_refused_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path().join("blobs")).unwrap();
        let too_large = |error: &Error| matches!(error, Error::Io { source, .. } if source.kind() == std::io::ErrorKind::FileTooLarge);
        let copied = blobs.keep("a", &b"contract"[..], 7);
        assert!(too_large(&copied.unwrap_err()));
        let streamed = blobs.keep_stream("b", &b"contract"[..], 7).await;
        assert!(too_large(&streamed.unwrap_err()));
        assert_eq!(
            std::fs::read_dir(folder.path().join("blobs/incoming"))
                .unwrap()
                .count(),
            0
        );
    }
}
