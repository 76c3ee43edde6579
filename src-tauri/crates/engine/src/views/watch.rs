//! The watched folder.

use countersign_exports::ExportFormat;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The watched folder and what was taken from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WatchView {
    /// The folder; absent while none is watched.
    pub folder: Option<String>,
    /// The form of the results.
    pub format: ExportFormat,
    /// Files whose reviews are kept.
    pub taken: u64,
    /// Those beside which results were written.
    pub written: u64,
    /// Why the folder can't be looked at, or results can't be written.
    pub problem: Option<String>,
}

/// How the results of the watched folder are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WatchChoice {
    /// The form of the results.
    pub format: ExportFormat,
}
