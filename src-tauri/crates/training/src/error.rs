//! What ends a training or an evaluation.

use std::path::PathBuf;

/// An error, in words for the person at the terminal.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file of contracts can't be read.
    #[error("{} can't be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file can't be written.
    #[error("{} can't be written: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line of the gold is no contract.
    #[error("line {line} of {} is no contract with `title`, `text` and `clauses`: {source}", path.display())]
    Gold {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
    /// A model can't be used.
    #[error("{0}")]
    Model(#[source] countersign_offline::model::ModelError),
}
