//! A file that is a zip of parts (DOCX, ODT), under caps of its own.
//!
//! Parts are asked for by name and read into memory; nothing is ever written to a path that the
//! file names.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::error::ReadError;

/// Most entries of a package; Word writes some twenty, and one for each picture.
const MOST_ENTRIES: usize = 20_000;
/// Most bytes of one part when unpacked.
const MOST_PART_BYTES: u64 = 128 << 20;
/// Most bytes of all parts together.
const MOST_BYTES: u64 = 256 << 20;
/// A part that is this many times its packed size, past the first megabytes, is a bomb: text packs
/// to a tenth, the most regular tables to a hundredth.
const MOST_RATIO: u64 = 500;
const RATIO_FREE_BYTES: u64 = 8 << 20;

/// An opened package.
pub(crate) struct Package {
    archive: ZipArchive<Cursor<Vec<u8>>>,
    bytes_left: u64,
}

impl Package {
    /// Opens a package.
    pub fn open(bytes: Vec<u8>) -> Result<Self, ReadError> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ReadError::Damaged)?;
        if archive.len() > MOST_ENTRIES {
            return Err(ReadError::OutOfLimits { what: "memory" });
        }
        Ok(Self {
            archive,
            bytes_left: MOST_BYTES,
        })
    }

    /// Whether it has a part of this name.
    pub fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }

    /// The bytes of a part; `None` when there is none of this name.
    pub fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, ReadError> {
        let Some(index) = self.archive.index_for_name(name) else {
            return Ok(None);
        };
        let part = self
            .archive
            .by_index(index)
            .map_err(|_| ReadError::Damaged)?;
        if part.encrypted() {
            return Err(ReadError::LockedOffice);
        }
        let by_ratio = part
            .compressed_size()
            .saturating_mul(MOST_RATIO)
            .max(RATIO_FREE_BYTES);
        let most = MOST_PART_BYTES.min(self.bytes_left).min(by_ratio);
        let mut bytes = Vec::new();
        // The size that the file states may be a lie: what comes out is what counts.
        part.take(most + 1)
            .read_to_end(&mut bytes)
            .map_err(|_| ReadError::Damaged)?;
        if bytes.len() as u64 > most {
            return Err(ReadError::OutOfLimits { what: "memory" });
        }
        self.bytes_left -= bytes.len() as u64;
        Ok(Some(bytes))
    }
}
