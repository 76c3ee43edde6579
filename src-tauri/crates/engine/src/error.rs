//! What can go wrong at the engine's edge, each with a stable code.

use std::path::PathBuf;

use crate::views::ErrorView;

/// An error of the engine.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The data folder can't be used.
    #[error("the data folder {} can't be used: {source}. Choose another with --data-dir or make this one writable", folder.display())]
    DataFolder {
        /// Where.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another process has the workers of this data folder.
    #[error("another Countersign is at work in {}. Use that one, or choose another data folder", folder.display())]
    Busy {
        /// Where.
        folder: PathBuf,
    },
    /// The database is damaged and was moved aside; nothing is opened in its place.
    #[error(
        "the database is damaged. It was moved to {}, nothing was deleted. {}",
        moved_to.display(),
        what_to_do(backup.as_deref())
    )]
    Damaged {
        /// Where it is now.
        moved_to: PathBuf,
        /// The newest good backup.
        backup: Option<String>,
    },
    /// No such contract.
    #[error(
        "there is no contract {id}. It may have been deleted for good; look at the list of reviews"
    )]
    NoSuchContract {
        /// As asked for.
        id: String,
    },
    /// The diagnostics could not be packed.
    #[error("the diagnostics could not be packed: {0}")]
    Pack(#[from] zip::result::ZipError),
    /// No such command.
    #[error("there is no command {name}")]
    UnknownCommand {
        /// As asked for.
        name: String,
    },
    /// A command's argument does not fit.
    #[error("the argument of {command} does not fit: {source}")]
    Argument {
        /// The command.
        command: &'static str,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// No such review.
    #[error("there is no review {id}. It may have been removed; look at the list of reviews")]
    NoSuchReview {
        /// As asked for.
        id: String,
    },
    /// The review has no report yet.
    #[error(
        "the review of {file} has no report yet. Wait until it is done, or retry it if it failed"
    )]
    NoReport {
        /// The file.
        file: String,
    },
    /// The report has no such finding (any more).
    #[error(
        "that finding is not in the report any more, so nothing was decided. The contract was judged again in the meantime: look at the finding that stands there now"
    )]
    NoSuchFinding,
    /// Nothing was asked, or a whole document.
    #[error(
        "that is no question that can be answered. Ask in a sentence or two, of {longest} characters at the most"
    )]
    NoQuestion {
        /// Characters.
        longest: usize,
    },
    /// Dismissed without a reason.
    #[error(
        "a finding is dismissed with a reason, so that others can follow it. Say why it does not matter here"
    )]
    NoReason,
    /// The report does not satisfy its own schema: a defect of the program, not of the contract.
    #[error(
        "the summary was not written because it does not match its published form ({problem}). This is a defect of Countersign; the review itself is kept"
    )]
    MalformedReport {
        /// Where and what.
        problem: String,
    },
    /// A file can't be written in the form that was asked for.
    #[error("the file was not written: {0}. The review itself is kept; another form may do")]
    Export(#[source] countersign_exports::Error),
    /// Writing a file ended without one.
    #[error("the file was not written: {0}. The review itself is kept; another form may do")]
    ExportEnded(#[source] tokio::task::JoinError),
    /// What came back to be saved is not what was written.
    #[error("the file was damaged on its way and was not saved. Export it again")]
    DamagedExport,
    /// The file can't be taken in.
    #[error("{message}")]
    Refused {
        /// Stable code.
        code: &'static str,
        /// For the person.
        message: String,
    },
    /// A playbook that can't be used.
    #[error("the playbook can't be used: {0}")]
    Playbook(#[from] countersign_contracts::playbook::PlaybookError),
    /// The contract names no such party.
    #[error("the contract names no party {party}. It names: {parties}")]
    NoSuchParty {
        /// As chosen.
        party: String,
        /// As read.
        parties: String,
    },
    /// Judging again ended without a result.
    #[error("the contract could not be judged again, and nothing was changed. Try once more: {0}")]
    Judging(#[from] tokio::task::JoinError),
    /// No such playbook.
    #[error("there is no playbook {id}. `list_playbooks` names those there are")]
    NoSuchPlaybook {
        /// As asked for.
        id: String,
    },
    /// A playbook's id is another's.
    #[error(
        "there is a playbook \"{id}\" already, and nothing was changed. Give this one another id: the line `id = …` of its text"
    )]
    PlaybookTaken {
        /// The id.
        id: String,
    },
    /// A playbook was changed or removed since it was opened.
    #[error(
        "{name} was changed elsewhere since it was opened here, so it was not saved over. Copy your text, open the playbook again and put your changes in"
    )]
    PlaybookChanged {
        /// Its name.
        name: String,
    },
    /// A key could neither be kept nor taken away.
    #[error("nothing was changed, because {0}")]
    Keychain(#[from] countersign_providers::NoKeychain),
    /// A program submitted something else under the same key.
    #[error(
        "this key was given to another submission within the last day, so nothing was submitted. Give every submission a key of its own, and the same key only to repeat it unchanged"
    )]
    KeyTaken,
    /// A setting out of range.
    #[error("{0}")]
    Setting(String),
    /// The store.
    #[error(transparent)]
    Store(#[from] countersign_store::Error),
    /// A value that JSON can't hold.
    #[error("a value could not be written as JSON")]
    Json(#[from] serde_json::Error),
}

impl From<countersign_exports::Error> for Error {
    fn from(error: countersign_exports::Error) -> Self {
        match error {
            countersign_exports::Error::MalformedReport { problem } => {
                Self::MalformedReport { problem }
            }
            other => Self::Export(other),
        }
    }
}

fn what_to_do(backup: Option<&str>) -> String {
    match backup {
        Some(name) => format!(
            "`countersign backup restore {name}` puts the newest good backup in its place; `countersign backup fresh` begins \
             with an empty list instead"
        ),
        None => "There is no good backup; `countersign backup fresh` begins with an empty list"
            .to_owned(),
    }
}

impl Error {
    /// The code that hosts and the page decide on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::DataFolder { .. } => "data_folder",
            Self::Busy { .. } => "busy",
            Self::Damaged { .. } => "damaged",
            Self::NoSuchContract { .. } => "no_such_contract",
            Self::Pack(_) => "pack",
            Self::UnknownCommand { .. } => "unknown_command",
            Self::Argument { .. } => "argument",
            Self::NoSuchReview { .. } => "no_such_review",
            Self::NoReport { .. } => "no_report",
            Self::NoSuchFinding => "no_such_finding",
            Self::NoReason => "no_reason",
            Self::NoQuestion { .. } => "no_question",
            Self::MalformedReport { .. } => "malformed_report",
            Self::Export(_) | Self::ExportEnded(_) => "not_exported",
            Self::DamagedExport => "damaged_export",
            Self::Refused { code, .. } => code,
            Self::Playbook(_) => "playbook",
            Self::NoSuchPlaybook { .. } => "no_such_playbook",
            Self::PlaybookTaken { .. } => "playbook_taken",
            Self::PlaybookChanged { .. } => "playbook_changed",
            Self::NoSuchParty { .. } => "no_such_party",
            Self::Judging(_) => "judging",
            Self::Keychain(_) => "keychain",
            Self::KeyTaken => "key_taken",
            Self::Setting(_) => "setting",
            Self::Store(countersign_store::Error::DiskFull(_)) => "disk_full",
            Self::Store(countersign_store::Error::Damaged(_)) => "damaged",
            Self::Store(countersign_store::Error::NoSuchBackup { .. }) => "no_such_backup",
            Self::Store(_) => "store",
            Self::Json(_) => "json",
        }
    }

    /// As hosts send it.
    #[must_use]
    pub fn view(&self) -> ErrorView {
        ErrorView {
            code: self.code().to_owned(),
            message: self.to_string(),
        }
    }
}
