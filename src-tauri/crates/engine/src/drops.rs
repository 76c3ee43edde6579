//! Files that a person dropped: known here by id, so that a page never names a path.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use countersign_store::blobs::Blob;

use crate::clock::new_id;

/// A dropped file.
#[derive(Debug, Clone)]
pub(crate) struct Dropped {
    pub(crate) name: String,
    pub(crate) content: Content,
}

/// Where its bytes are.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    /// In a file of the person's.
    File(PathBuf),
    /// In the program itself.
    Memory(&'static [u8]),
    /// In the data folder already.
    Kept(Blob),
}

/// All dropped files that were not submitted yet.
#[derive(Debug, Default)]
pub(crate) struct Drops(Mutex<HashMap<String, Dropped>>);

impl Drops {
    pub(crate) fn register(&self, dropped: Dropped) -> String {
        let id = new_id();
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id.clone(), dropped);
        id
    }

    /// Files in the data folder that wait to be submitted.
    pub(crate) fn kept(&self) -> Vec<String> {
        let drops = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        drops
            .values()
            .filter_map(|dropped| match &dropped.content {
                Content::Kept(blob) => Some(blob.sha256.clone()),
                Content::File(_) | Content::Memory(_) => None,
            })
            .collect()
    }

    pub(crate) fn take(&self, id: &str) -> Option<Dropped> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(id)
    }
}

/// A name fit to be shown and written: the last part of a path, without control characters.
pub(crate) fn clean_name(path: &Path) -> String {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let clean: String = name
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(255)
        .collect();
    let clean = clean.trim();
    if clean.is_empty() {
        "contract".to_owned()
    } else {
        clean.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_no_folders_and_no_control_characters() {
        assert_eq!(
            clean_name(Path::new("/a/b/Müller & Co (1).pdf")),
            "Müller & Co (1).pdf"
        );
        assert_eq!(
            clean_name(Path::new("a\r\nSet-Cookie: x.pdf")),
            "a  Set-Cookie: x.pdf"
        );
        assert_eq!(clean_name(Path::new("/")), "contract");
    }
}
