//! What ends a command.

use std::path::PathBuf;

/// An error that ends a command, in words for the person at the terminal.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(
        "this system does not say where a program's data goes; choose a folder with --data-dir"
    )]
    NoDataFolder,
    #[error("{0}")]
    Engine(#[from] countersign_engine::error::Error),
    #[error("{0}")]
    Measure(#[from] countersign_engine::measure::MeasureError),
    #[error("{} can't be read: {source}", path.display())]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{} can't be written: {source}. The review is kept; choose another folder with --out and run the command again", path.display())]
    Write {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{} can't be written: {source}. Choose another place with --out", path.display())]
    Save {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error(
        "this form is not text, so it is not written to a terminal. Choose a folder with --out"
    )]
    NotText,
    #[error("only one file goes to standard output. Choose a folder with --out")]
    OneFile,
    #[error("standard output took no more: {0}")]
    Stdout(#[source] std::io::Error),
    #[error("{0}")]
    Eval(#[from] countersign_training::Error),
    #[error("no folder was given, and none was watched before. Name it: `countersign watch DIR`")]
    NoWatchFolder,
    #[error("no contract was given. Name the files, or try --samples")]
    NothingGiven,
    #[error("there is no review {id}. `countersign list` shows those there are")]
    NoSuchReview { id: String },
    #[error("more than one review begins with {id}. Give more of the id")]
    Ambiguous { id: String },
    #[error("{0}")]
    Verify(#[from] countersign_engine::verify::VerifyError),
    #[error("the key could not be read: {0}. Type it, or pipe it in")]
    Key(#[source] std::io::Error),
    #[error(
        "there is no keychain on this computer that answers, so the key was not kept. Put it into the environment variable {} instead",
        countersign_engine::config::key_variable(id)
    )]
    KeyNotKept { id: String },
    #[error("the program could not start: {0}")]
    Start(#[source] std::io::Error),
    #[error("the port can't be used: {0}. Choose another with --port")]
    Listen(#[source] std::io::Error),
}
