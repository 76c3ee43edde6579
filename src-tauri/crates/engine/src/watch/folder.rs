//! A folder's files as looks at it see them: which are contracts, which are whole, and writing beside them.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use countersign_documents::Format;

use super::RESULT;

/// A file that has not changed for so long is whole…
const SETTLED_MS: i64 = 3_000;
/// …unless its form has an end that is not there: then only after so long.
const STALLED_MS: i64 = 60_000;
/// The end of a file stands in so many of its last bytes.
const TAIL: u64 = 66_000;

/// A file of the folder, as a look saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) path: PathBuf,
    size: u64,
    changed: Option<SystemTime>,
    /// The end that its form has is there.
    ended: bool,
}

/// What earlier looks saw.
#[derive(Debug, Default)]
pub(super) struct Files(HashMap<PathBuf, Seen>);

#[derive(Debug)]
struct Seen {
    file: Named,
    /// As it is since then.
    since: i64,
    done: bool,
}

/// The contracts of a folder, without what lies in folders of it.
pub(super) fn list(folder: &Path) -> std::io::Result<Vec<Named>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        // What is gone again, or is no file of its own, is nothing to review.
        let Some(data) = entry.metadata().ok().filter(std::fs::Metadata::is_file) else {
            continue;
        };
        let path = entry.path();
        if data.len() > 0 && is_contract(&path) {
            found.push(Named {
                ended: has_end(&path).unwrap_or(false),
                path,
                size: data.len(),
                changed: data.modified().ok(),
            });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// Files of a form that is read, but hidden ones, locks of office programs, and what was written here.
fn is_contract(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(std::ffi::OsStr::to_str) else {
        return false;
    };
    Format::of_name(name).is_some()
        && !name.starts_with(['.', '~'])
        && !countersign_exports::stem(name).contains(RESULT)
}

/// Whether a PDF or a ZIP (DOCX, ODT) has its end; other forms have none to miss.
fn has_end(path: &Path) -> std::io::Result<bool> {
    let mark: &[u8] = match path.extension().and_then(std::ffi::OsStr::to_str) {
        Some(ending) if ending.eq_ignore_ascii_case("pdf") => b"%%EOF",
        Some("docx" | "DOCX" | "docm" | "odt") => b"PK\x05\x06",
        _ => return Ok(true),
    };
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    file.seek(SeekFrom::Start(size.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.take(TAIL).read_to_end(&mut tail)?;
    Ok(tail.windows(mark.len()).any(|window| window == mark))
}

impl Files {
    /// Of the files there are now, those that are whole and were not dealt with.
    pub(super) fn whole(&mut self, found: Vec<Named>, elapsed_ms: i64) -> Vec<Named> {
        self.0
            .retain(|path, _| found.iter().any(|file| file.path == *path));
        let mut whole = Vec::new();
        for file in found {
            let seen = self.0.entry(file.path.clone()).or_insert_with(|| Seen {
                file: file.clone(),
                since: elapsed_ms,
                done: false,
            });
            if seen.file != file {
                *seen = Seen {
                    file: file.clone(),
                    since: elapsed_ms,
                    done: false,
                };
            }
            let wanted = if file.ended { SETTLED_MS } else { STALLED_MS };
            if !seen.done && elapsed_ms - seen.since >= wanted {
                whole.push(file);
            }
        }
        whole
    }

    /// It was dealt with, as long as it stays as it is.
    pub(super) fn done(&mut self, file: &Named) {
        if let Some(seen) = self.0.get_mut(&file.path) {
            seen.done = true;
        }
    }

    /// It is looked at as if it had just come.
    pub(super) fn forget(&mut self, file: &Named) {
        self.0.remove(&file.path);
    }
}

/// Writes a file whole or not at all, under this name or, where something else has it, with `-2`, `-3`, … behind it.
pub(super) fn write_new(path: &Path, content: &[u8]) -> std::io::Result<PathBuf> {
    let free = free_name(path, content);
    if free.exists() {
        // Written before an end of the program that kept it from being noted.
        return Ok(free);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let part = path.with_file_name(format!(".{name}.part"));
    let write = || {
        let mut file = File::create(&part)?;
        file.write_all(content)?;
        file.sync_all()?;
        std::fs::rename(&part, &free)?;
        Ok(free.clone())
    };
    write().inspect_err(|_| {
        // Best effort: what is wrong with the folder is already told.
        let _ = std::fs::remove_file(&part);
    })
}

/// The first name that is free, or has this content already.
fn free_name(path: &Path, content: &[u8]) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    let numbered = (2..).map(|number| path.with_file_name(format!("{stem}-{number}.{ending}")));
    let mut names = std::iter::once(path.to_owned()).chain(numbered);
    let ours = |name: &Path| std::fs::read(name).is_ok_and(|there| there == content);
    names
        .find(|name| !name.exists() || ours(name))
        .unwrap_or_else(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_whole_when_it_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        let mut files = Files::default();
        let mut look = |elapsed| {
            let whole = files.whole(list(folder.path()).unwrap(), elapsed);
            whole.iter().for_each(|file| files.done(file));
            whole.len()
        };
        std::fs::write(&path, "one").unwrap();
        assert_eq!([look(0), look(2_999)], [0, 0]);
        std::fs::write(&path, "one two").unwrap();
        assert_eq!(
            [look(3_000), look(5_999), look(6_000), look(9_000)],
            [0, 0, 1, 0]
        );
        std::fs::write(&path, "another").unwrap();
        assert_eq!(
            [look(9_001), look(12_001)],
            [0, 1],
            "what was written over is new"
        );
    }

    #[test]
    fn a_copy_that_stalls_is_not_taken_for_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.pdf");
        std::fs::write(&path, "%PDF-1.7 and a part").unwrap();
        let mut files = Files::default();
        let mut look = |elapsed| files.whole(list(folder.path()).unwrap(), elapsed).len();
        assert_eq!([look(0), look(10_000), look(59_999)], [0, 0, 0]);
        assert_eq!(look(60_000), 1, "the reader says what is wrong with it");
        std::fs::write(&path, "%PDF-1.7 and the rest %%EOF\n").unwrap();
        assert_eq!([look(60_001), look(63_001)], [0, 1]);
    }

    #[test]
    fn what_is_no_contract_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            ".hidden.pdf",
            "~$lock.docx",
            "a.pdf.part",
            "a.zip",
            "a - risk summary.md",
            "a - risk summary-2.pdf",
        ] {
            std::fs::write(folder.path().join(name), "%%EOF").unwrap();
        }
        std::fs::write(folder.path().join("empty.pdf"), "").unwrap();
        std::fs::create_dir(folder.path().join("folder.pdf")).unwrap();
        assert_eq!(list(folder.path()).unwrap(), []);
    }

    #[test]
    fn nothing_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a - risk summary.md");
        let written: Vec<PathBuf> = ["1", "2", "3", "2"]
            .iter()
            .map(|text| write_new(&path, text.as_bytes()).unwrap())
            .collect();
        let names: Vec<_> = written
            .iter()
            .map(|path| path.file_name().unwrap().to_str().unwrap())
            .collect();
        let second = "a - risk summary-2.md";
        assert_eq!(
            names,
            [
                "a - risk summary.md",
                second,
                "a - risk summary-3.md",
                second
            ]
        );
        assert_eq!(std::fs::read_to_string(&written[0]).unwrap(), "1");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
    }
}
