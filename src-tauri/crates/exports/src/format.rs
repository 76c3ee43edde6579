//! The one list of forms: the window's menu, the command line and the HTTP host all offer it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::file_name::{safe_name, stem};

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// For people and mail.
    Markdown,
    /// The public contract of the data.
    Json,
    /// One finding a line.
    Csv,
    /// A workbook: issues, key terms, dates, obligations.
    Xlsx,
    /// The summary and every finding, to go on writing in.
    Docx,
    /// What is asked of the supplier, to be edited and sent.
    LetterDocx,
    /// The same for a mail.
    LetterMarkdown,
    /// A calendar of the key dates.
    Ics,
    /// For the signatory: a summary of at most two pages, and an appendix.
    Pdf,
}

impl ExportFormat {
    /// Every form.
    pub const ALL: &[Self] = &[
        Self::Pdf,
        Self::Docx,
        Self::Markdown,
        Self::Xlsx,
        Self::Ics,
        Self::LetterDocx,
        Self::LetterMarkdown,
        Self::Csv,
        Self::Json,
    ];

    /// What it is called on a command line.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Docx => "docx",
            Self::LetterDocx => "letter",
            Self::LetterMarkdown => "letter-md",
            Self::Ics => "ics",
            Self::Pdf => "pdf",
        }
    }

    /// What it is good for, in a few words.
    #[must_use]
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Markdown => "the risk summary to read and to send",
            Self::Json => "the whole report, as its published schema says",
            Self::Csv => "one finding a line",
            Self::Pdf => "a summary of two pages with an appendix, for the signatory",
            Self::Docx => "the summary and every finding, to go on writing in",
            Self::LetterDocx => "a letter to the supplier with what is asked, clause by clause",
            Self::LetterMarkdown => "the same letter as Markdown, for a mail",
            Self::Ics => "a calendar of the key dates, with reminders",
            Self::Xlsx => "a workbook with the issues, key terms, dates and obligations",
        }
    }

    /// The form of this id.
    #[must_use]
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.id() == id)
    }

    /// Media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Markdown | Self::LetterMarkdown => "text/markdown",
            Self::Docx | Self::LetterDocx => {
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            }
            Self::Json => "application/json",
            Self::Csv => "text/csv",
            Self::Ics => "text/calendar",
            Self::Pdf => "application/pdf",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// Whether it is text in UTF-8, fit for a terminal.
    #[must_use]
    pub fn is_text(self) -> bool {
        match self {
            Self::Markdown | Self::LetterMarkdown | Self::Json | Self::Csv | Self::Ics => true,
            Self::Xlsx | Self::Pdf | Self::Docx | Self::LetterDocx => false,
        }
    }

    /// The proposed name of a contract's export: it says what the file is where its ending alone would
    /// be that of the contract itself.
    #[must_use]
    pub fn file_name(self, contract_file: &str) -> String {
        safe_name(stem(contract_file), self.suffix(), self.ending())
    }

    /// The ending of its files.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::LetterDocx => "docx",
            Self::LetterMarkdown => "md",
            other => other.id(),
        }
    }

    fn suffix(self) -> &'static str {
        match self {
            Self::Pdf | Self::Docx => " - risk summary",
            Self::LetterDocx | Self::LetterMarkdown => " - letter",
            _ => "",
        }
    }
}
