//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use countersign_engine::config::default_data_folder;
use countersign_engine::views::ExportFormat;

use crate::error::Error;

/// Reviews contracts before you sign them, on this computer alone.
///
/// Exit codes: 0 all went well; 1 at least one contract could not be reviewed; 2 the command line is
/// wrong; 3 the program could not work (data folder, output folder, playbook).
#[derive(Debug, Parser)]
#[command(name = "countersign", version)]
pub(crate) struct Arguments {
    /// Everything is kept in this folder [default: the system's place for a program's data]
    #[arg(long, global = true, env = "COUNTERSIGN_DATA", value_name = "DIR")]
    data_dir: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Review contracts and write their risk summaries
    Review(Review),
    /// Put contracts into the queue and return at once
    Submit(Submit),
    /// Work off whatever is unfinished in the data folder
    Resume,
    /// List the reviews in the data folder
    List(List),
    /// Show one review
    Show(Show),
    /// Find passages of one contract by words
    Related(Related),
    /// Find passages of all contracts by words
    Search(Search),
    /// Check that this computer has what Countersign needs
    Doctor,
    /// Serve the window's page on this computer (prints its address)
    Serve(Serve),
}

#[derive(Debug, Args)]
pub(crate) struct Review {
    /// Contracts (PDF)
    pub(crate) files: Vec<PathBuf>,
    /// Review the sample contracts that come with the program
    #[arg(long)]
    pub(crate) samples: bool,
    /// Form of the risk summary
    #[arg(long, value_enum, default_value_t = Format::Md)]
    pub(crate) format: Format,
    /// Write one file a contract into this folder, named after it, instead of to stdout
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Judge by this playbook (TOML)
    #[arg(long, value_name = "FILE")]
    pub(crate) playbook: Option<PathBuf>,
    /// No progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Submit {
    /// Contracts (PDF)
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Judge by this playbook (TOML)
    #[arg(long, value_name = "FILE")]
    pub(crate) playbook: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// As a JSON array
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Review id, or the beginning of one
    pub(crate) id: String,
    /// Form
    #[arg(long, value_enum, default_value_t = Format::Md)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Related {
    /// Review id, or the beginning of one
    pub(crate) id: String,
    /// What is looked for
    pub(crate) words: String,
    /// At the most so many
    #[arg(long, default_value_t = 5)]
    pub(crate) limit: u32,
}

#[derive(Debug, Args)]
pub(crate) struct Search {
    /// What is looked for; a phrase in quotation marks is looked for as it stands
    pub(crate) words: String,
    /// At the most so many
    #[arg(long, default_value_t = 10)]
    pub(crate) limit: u32,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// 0 for any free port
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// Folder of the built page
    #[arg(long, value_name = "DIR")]
    pub(crate) ui: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// JSON, as its published schema says
    Json,
    /// Markdown
    Md,
    /// CSV, one finding a line
    Csv,
}

impl Format {
    pub(crate) fn export(self) -> ExportFormat {
        match self {
            Self::Json => ExportFormat::Json,
            Self::Md => ExportFormat::Markdown,
            Self::Csv => ExportFormat::Csv,
        }
    }

    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Md => "md",
            Self::Csv => "csv",
        }
    }
}

impl Arguments {
    pub(crate) fn data_folder(&self) -> Result<PathBuf, Error> {
        self.data_dir
            .clone()
            .or_else(default_data_folder)
            .ok_or(Error::NoDataFolder)
    }
}
