//! What the program was started with. A second start hands its words to the first, which reads them
//! here as well.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use countersign_engine::FINDING_LINK;
use tauri::Url;

/// How the program is used, for `--help`.
pub const USAGE: &str = "\
Reviews contracts before you sign them.

Usage: countersign-desktop [--data-dir DIR] [--samples] [FILES…] [LINK]

  FILES            contracts to review, as if they were dropped into the window
  LINK             a link to a finding (countersign://finding/…), as the window copies it
  --samples        review the sample contracts
  --data-dir DIR   keep everything in DIR (or set COUNTERSIGN_DATA)
";

/// What the program was started with.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    /// The data folder, when one was named.
    pub data_folder: Option<PathBuf>,
    /// Whether to review the sample contracts.
    pub samples: bool,
    /// Contracts to review.
    pub files: Vec<PathBuf>,
    /// A finding to show.
    pub link: Option<FindingLink>,
    /// Whether only the usage was asked for.
    pub help: bool,
}

/// Leads to a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingLink {
    /// The review it is of.
    pub review_id: String,
    /// Names it by its check and its quotes.
    pub key: String,
}

impl FindingLink {
    /// Reads a link; its parts are names and can't be anything else.
    fn read(link: &str) -> Option<Self> {
        let (review_id, key) = link
            .strip_prefix(FINDING_LINK)?
            .trim_end_matches('/')
            .split_once('/')?;
        let is_name = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
        };
        (is_name(review_id) && is_name(key)).then(|| Self {
            review_id: review_id.to_owned(),
            key: key.to_owned(),
        })
    }
}

/// Words that are no arguments of this program.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArgumentError {
    /// `--data-dir` stood last.
    #[error("--data-dir needs a folder after it")]
    NoFolder,
    /// An option that is not known.
    #[error("there is no option {0}; --help lists those there are")]
    Unknown(String),
    /// A link that leads to no finding.
    #[error("{0} is no link to a finding, as the window copies them")]
    Link(String),
    /// The address of a file of another computer, or of none.
    #[error("{0} is no file of this computer")]
    Address(String),
}

impl Arguments {
    /// Reads the words after the program's name; relative paths are taken from `folder`.
    ///
    /// # Errors
    /// Words that are no arguments of this program.
    pub fn read(
        words: impl IntoIterator<Item = OsString>,
        folder: &Path,
    ) -> Result<Self, ArgumentError> {
        let mut arguments = Self::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            match word.to_str() {
                Some("--samples") => arguments.samples = true,
                Some("--help" | "-h") => arguments.help = true,
                Some("--data-dir") => {
                    let named = words.next().ok_or(ArgumentError::NoFolder)?;
                    arguments.data_folder = Some(folder.join(named));
                }
                Some("--") => {
                    arguments
                        .files
                        .extend(words.by_ref().map(|word| folder.join(word)));
                }
                Some(text) if text.starts_with("countersign:") => {
                    let link = FindingLink::read(text);
                    arguments.link =
                        Some(link.ok_or_else(|| ArgumentError::Link(text.to_owned()))?);
                }
                Some(text) if text.starts_with('-') => match text.strip_prefix("--data-dir=") {
                    Some(named) => arguments.data_folder = Some(folder.join(named)),
                    None => return Err(ArgumentError::Unknown(text.to_owned())),
                },
                Some(text) if text.starts_with("file://") => {
                    let address = Url::parse(text).ok();
                    let path = address.and_then(|address| address.to_file_path().ok());
                    arguments
                        .files
                        .push(path.ok_or_else(|| ArgumentError::Address(text.to_owned()))?);
                }
                _ => arguments.files.push(folder.join(word)),
            }
        }
        Ok(arguments)
    }

    /// The data folder that was named: by an argument, or else by the value of `COUNTERSIGN_DATA`.
    #[must_use]
    pub fn named_folder(&self, environment: Option<&OsStr>, folder: &Path) -> Option<PathBuf> {
        let named = environment.filter(|value| !value.is_empty());
        self.data_folder
            .clone()
            .or_else(|| named.map(|value| folder.join(value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Arguments, ArgumentError> {
        Arguments::read(words.iter().map(OsString::from), Path::new("/here"))
    }

    #[test]
    fn files_stand_where_the_program_was_started() {
        let arguments = read(&["a b.pdf", "/there/c.pdf", "--samples"]).unwrap();
        assert_eq!(
            arguments.files,
            [Path::new("/here/a b.pdf"), Path::new("/there/c.pdf")]
        );
        assert!(arguments.samples);
    }

    #[cfg(unix)]
    #[test]
    fn a_desktop_names_files_by_their_address() {
        let arguments = read(&["file:///there/a%20b.pdf"]).unwrap();
        assert_eq!(arguments.files, [Path::new("/there/a b.pdf")]);
        let far = "file://elsewhere/a.pdf";
        assert_eq!(read(&[far]), Err(ArgumentError::Address(far.to_owned())));
    }

    #[test]
    fn a_link_names_a_review_and_a_finding_and_nothing_else() {
        let arguments = read(&["countersign://finding/019a-7b/00ff/"]).unwrap();
        let link = arguments.link.unwrap();
        assert_eq!((&*link.review_id, &*link.key), ("019a-7b", "00ff"));
        assert!(arguments.files.is_empty());
        for other in [
            "countersign:",
            "countersign://finding/a",
            "countersign://finding/a/../b",
        ] {
            assert_eq!(read(&[other]), Err(ArgumentError::Link(other.to_owned())));
        }
    }

    #[test]
    fn after_two_dashes_all_words_are_files() {
        let arguments = read(&["--", "--samples"]).unwrap();
        assert_eq!(arguments.files, [Path::new("/here/--samples")]);
        assert!(!arguments.samples);
    }

    #[test]
    fn an_argument_names_the_data_folder_before_the_environment_does() {
        let environment = Some(OsStr::new("/env"));
        let here = Path::new("/here");
        for words in [["--data-dir", "data"].as_slice(), &["--data-dir=data"]] {
            let named = read(words).unwrap().named_folder(environment, here);
            assert_eq!(named.as_deref(), Some(Path::new("/here/data")));
        }
        let none = read(&[]).unwrap();
        assert_eq!(
            none.named_folder(environment, here).as_deref(),
            Some(Path::new("/env"))
        );
        assert_eq!(none.named_folder(Some(OsStr::new("")), here), None);
    }

    #[test]
    fn what_is_no_argument_is_named() {
        assert_eq!(read(&["--data-dir"]), Err(ArgumentError::NoFolder));
        assert_eq!(
            read(&["--sample"]),
            Err(ArgumentError::Unknown("--sample".to_owned()))
        );
    }
}
