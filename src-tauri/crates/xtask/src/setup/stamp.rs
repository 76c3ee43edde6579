//! The content of a folder as one hash, and notes of such hashes.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::Error;

/// Hashes names and bytes of every file under `folder`, but for the relative paths in `without`.
pub fn hash_folder(folder: &Path, without: &[&str]) -> Result<String, Error> {
    let mut files = Vec::new();
    collect(folder, Path::new(""), without, &mut files)?;
    files.sort();
    let mut hash = Sha256::new();
    for file in &files {
        let bytes =
            fs::read(folder.join(file)).map_err(|source| failed("reading", file, source))?;
        hash.update(file.to_string_lossy().as_bytes());
        hash.update([0]);
        hash.update(bytes.len().to_le_bytes());
        hash.update(bytes);
    }
    Ok(format!("{:x}", hash.finalize()))
}

/// Adds the files under `folder/inner` to `files`, relative to `folder`.
fn collect(
    folder: &Path,
    inner: &Path,
    without: &[&str],
    files: &mut Vec<PathBuf>,
) -> Result<(), Error> {
    let path = folder.join(inner);
    let listing = |source| failed("listing", &path, source);
    for entry in fs::read_dir(&path).map_err(listing)? {
        let entry = entry.map_err(listing)?;
        let inner = inner.join(entry.file_name());
        if without.iter().any(|name| inner == Path::new(name)) {
            continue;
        }
        if entry.file_type().map_err(listing)?.is_dir() {
            collect(folder, &inner, without, files)?;
        } else {
            files.push(inner);
        }
    }
    Ok(())
}

/// Reads a note; nothing when there's none.
pub fn read(note: &Path) -> Option<String> {
    fs::read_to_string(note).ok()
}

/// Writes a note, making its folder.
pub fn write(note: &Path, text: &str) -> Result<(), Error> {
    if let Some(folder) = note.parent() {
        fs::create_dir_all(folder).map_err(|source| failed("making", folder, source))?;
    }
    fs::write(note, text).map_err(|source| failed("writing", note, source))
}

fn failed(doing: &str, path: &Path, source: std::io::Error) -> Error {
    Error::File {
        doing: format!("{doing} {}", path.display()),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_hashes_by_names_and_bytes_but_for_what_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| write(&folder.path().join(name), text).unwrap();
        let hash = || hash_folder(folder.path(), &["build", "static/pdfjs"]).unwrap();
        put("src/a.ts", "a");
        put("static/icon.svg", "i");
        let first = hash();
        put("build/index.html", "built");
        put("static/pdfjs/font", "copied");
        assert_eq!(hash(), first);
        put("src/a.ts", "b");
        assert_ne!(hash(), first);
        put("src/a.ts", "a");
        assert_eq!(hash(), first);
        put("src/b.ts", "");
        assert_ne!(hash(), first);
    }
}
