//! Files under their own hash: `blobs/ab/<sha256>`.
//!
//! A file is either whole under its name or not there: it is written beside, forced to disk, renamed,
//! and the folder is forced to disk too. Doing it twice leaves one file.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tokio::fs;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};

use crate::Error;

const BUFFER_BYTES: usize = 256 * 1024;

/// The folder of files.
#[derive(Debug, Clone)]
pub struct Blobs {
    folder: PathBuf,
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

    /// Streams `source` in; `name` must be unique among files coming in. `limit` in bytes.
    ///
    /// # Errors
    /// [`Error::Io`]; with kind `FileTooLarge` when the source is longer than `limit`.
    pub async fn keep(
        &self,
        name: &str,
        mut source: impl AsyncRead + Unpin,
        limit: u64,
    ) -> Result<Blob, Error> {
        let incoming = self.folder.join("incoming").join(name);
        let result = self.stream_in(&incoming, &mut source, limit).await;
        if result.is_err() {
            // The error of the copy is what matters; a left-over is cleared at the next start.
            let _ = fs::remove_file(&incoming).await;
        }
        result
    }

    async fn stream_in(
        &self,
        incoming: &Path,
        source: &mut (impl AsyncRead + Unpin),
        limit: u64,
    ) -> Result<Blob, Error> {
        let mut file = fs::File::create(incoming)
            .await
            .map_err(|e| io("making a file in the data folder", e))?;
        let mut hash = Sha256::new();
        let mut size = 0_u64;
        let mut buffer = vec![0; BUFFER_BYTES];
        loop {
            let count = source
                .read(&mut buffer)
                .await
                .map_err(|e| io("reading the file", e))?;
            let Some(read) = buffer.get(..count).filter(|read| !read.is_empty()) else {
                break;
            };
            size += count as u64;
            if size > limit {
                return Err(io(
                    "the file is too large",
                    std::io::ErrorKind::FileTooLarge.into(),
                ));
            }
            hash.update(read);
            file.write_all(read)
                .await
                .map_err(|e| io("copying into the data folder", e))?;
        }
        let sha256 = hex(&hash.finalize());
        let path = self.path(&sha256);
        file.sync_all()
            .await
            .map_err(|e| io("copying into the data folder", e))?;
        drop(file);
        let shelf = path.parent().unwrap_or(&self.folder).to_owned();
        fs::create_dir_all(&shelf)
            .await
            .map_err(|e| io("making a folder in the data folder", e))?;
        fs::rename(incoming, &path)
            .await
            .map_err(|e| io("copying into the data folder", e))?;
        sync_folder(&shelf).await?;
        Ok(Blob { sha256, size })
    }
}

#[cfg(unix)]
async fn sync_folder(folder: &Path) -> Result<(), Error> {
    let handle = fs::File::open(folder)
        .await
        .map_err(|e| io("opening a folder of the data folder", e))?;
    handle
        .sync_all()
        .await
        .map_err(|e| io("forcing a folder to disk", e))
}

#[cfg(not(unix))]
async fn sync_folder(_folder: &Path) -> Result<(), Error> {
    // Elsewhere a rename is durable with the file system's own journal; folders can't be opened.
    Ok(())
}

/// SHA-256 of `bytes`, hexadecimal.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn io(attempted: &str, source: std::io::Error) -> Error {
    Error::Io {
        attempted: attempted.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_same_file_is_kept_once_under_its_hash() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path().join("blobs")).unwrap();
        let first = blobs.keep("a", &b"contract"[..], 100).await.unwrap();
        let second = blobs.keep("b", &b"contract"[..], 100).await.unwrap();
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
        let error = blobs.keep("a", &b"contract"[..], 7).await.unwrap_err();
        assert!(
            matches!(&error, Error::Io { source, .. } if source.kind() == std::io::ErrorKind::FileTooLarge)
        );
        assert_eq!(
            std::fs::read_dir(folder.path().join("blobs/incoming"))
                .unwrap()
                .count(),
            0
        );
    }
}
