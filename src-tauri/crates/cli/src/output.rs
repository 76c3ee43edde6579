//! Where a command's files go: a folder, or standard output.

use std::collections::HashSet;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use crate::error::Error;

/// A folder that is written into; no name is given twice.
pub(crate) struct Folder<'a> {
    path: &'a Path,
    taken: HashSet<String>,
}

impl<'a> Folder<'a> {
    /// The folder, made where it is not there yet.
    pub(crate) fn open(path: &'a Path) -> Result<Self, Error> {
        std::fs::create_dir_all(path).map_err(|source| Error::Write {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self {
            path,
            taken: HashSet::new(),
        })
    }

    /// Writes a file under its name, or under `-2`, `-3`, … of it; says where it is.
    pub(crate) fn write(&mut self, name: &str, content: &[u8]) -> Result<PathBuf, Error> {
        let path = self.path.join(self.free_name(name));
        match write_whole(&path, content) {
            Ok(()) => Ok(path),
            Err(source) => Err(Error::Write { path, source }),
        }
    }

    fn free_name(&mut self, name: &str) -> String {
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        let mut free = name.to_owned();
        let mut number = 2;
        while !self.taken.insert(free.to_lowercase()) {
            free = format!("{stem}-{number}.{ending}");
            number += 1;
        }
        free
    }
}

/// Writes a file to standard output; what is not text only where no terminal shows it.
pub(crate) fn to_stdout(content: &[u8], is_text: bool) -> Result<(), Error> {
    let mut stdout = std::io::stdout();
    if !is_text && stdout.is_terminal() {
        return Err(Error::NotText);
    }
    stdout
        .write_all(content)
        .and_then(|()| stdout.flush())
        .map_err(Error::Stdout)
}

/// Whole or not at all: a summary that is cut off must not look like one.
fn write_whole(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    std::fs::write(&beside, content)?;
    std::fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_contracts_of_one_name_get_two_files() {
        let mut folder = Folder {
            path: Path::new("."),
            taken: HashSet::new(),
        };
        assert_eq!(folder.free_name("supply.json"), "supply.json");
        assert_eq!(folder.free_name("Supply.json"), "Supply-2.json");
        assert_eq!(folder.free_name("supply.json"), "supply-3.json");
    }
}
