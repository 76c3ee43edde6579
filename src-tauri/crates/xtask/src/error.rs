//! What can go wrong in a command, each in words that say what to do.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

/// Why a command stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line says something this program doesn't know.
    #[error("{what}. `cargo xtask help` shows what is understood")]
    Usage {
        /// The sentence, without its full stop.
        what: String,
    },
    /// A file named on the command line isn't there.
    #[error("{} can't be opened: is the path right?", path.display())]
    NoSuchFile {
        /// As it was typed.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Not inside a Countersign checkout.
    #[error("no Countersign checkout here: run `cargo xtask` inside one")]
    NoWorkspace,
    /// A program that set-up can't install itself.
    #[error("{tool} is missing. {remedy}")]
    MissingTool {
        /// What it is called.
        tool: &'static str,
        /// What to do about it.
        remedy: String,
    },
    /// System packages are missing and weren't installed.
    #[error("{why}. Install them, then repeat this command:\n\n  {line}\n")]
    MissingPackages {
        /// Which, or why they were not installed here.
        why: String,
        /// The line that installs them.
        line: String,
    },
    /// A command ended badly.
    #[error("`{command}` failed ({status})")]
    Failed {
        /// As one would type it.
        command: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// Benches that did not end well, or whose promises are not kept.
    #[error("not as promised, or not measured: {what}. Each says above what it is")]
    Missed {
        /// Their names.
        what: String,
    },
    /// A command couldn't be started.
    #[error("`{command}` could not be started")]
    NotStarted {
        /// As one would type it.
        command: String,
        /// What the system said.
        source: io::Error,
    },
    /// Reading or writing a file failed.
    #[error("{doing} failed")]
    File {
        /// What was attempted, with the path.
        doing: String,
        /// What the system said.
        source: io::Error,
    },
    /// A tool printed, or a file holds, JSON of another shape than expected.
    #[error("{what} isn't the JSON expected")]
    Json {
        /// Whose JSON.
        what: String,
        /// Where it breaks.
        source: serde_json::Error,
    },
    /// A lane looked and found what must not be.
    #[error("{heading}\n{}", list(found))]
    Found {
        /// What they have in common.
        heading: &'static str,
        /// One line each.
        found: Vec<String>,
    },
}

impl Error {
    /// The error and what caused it, one a line.
    pub fn explain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(source) = cause {
            text.push_str(&format!("\n  because: {source}"));
            cause = source.source();
        }
        text
    }
}

fn list(found: &[String]) -> String {
    let lines: Vec<String> = found.iter().map(|line| format!("  - {line}")).collect();
    lines.join("\n")
}
