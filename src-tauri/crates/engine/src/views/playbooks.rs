//! Playbooks on their way to and from the screen on which they are changed.

use countersign_contracts::finding::{Outcome, Severity};
use countersign_contracts::playbook::{Edit, Outline};
use countersign_contracts::report::Proposal;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A playbook to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PlaybookRow {
    /// Stable id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Version as written in the playbook.
    pub version: String,
    /// Number of checks.
    pub checks: u32,
    /// Used when none is chosen.
    pub default: bool,
    /// A person made it; the others come with the program and stay as they are.
    pub own: bool,
}

/// Names a playbook.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PlaybookId {
    /// Its id.
    pub playbook: String,
}

/// A playbook's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PlaybookText {
    /// TOML.
    pub source: String,
}

/// A playbook to be looked at or changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PlaybookView {
    /// As in the list.
    pub row: PlaybookRow,
    /// TOML.
    pub source: String,
    /// Hash of the text, to be given back with changes.
    pub sha256: String,
}

/// What the engine reads in a playbook's text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PlaybookReading {
    /// The text that was read.
    pub source: String,
    /// What it says; absent when it can't be used.
    pub outline: Option<Outline>,
    /// Why it can't be used.
    pub problem: Option<PlaybookProblem>,
}

/// Why a playbook can't be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PlaybookProblem {
    /// The line of the text, from 1.
    pub line: u32,
    /// What is wrong there.
    pub message: String,
}

/// A change to a playbook's text by the form beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct EditPlaybook {
    /// TOML.
    pub source: String,
    /// What to change.
    pub edit: Edit,
}

/// A playbook to keep.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SavePlaybook {
    /// TOML.
    pub source: String,
    /// The one that was opened and takes these changes; absent for a new one.
    pub opened: Option<OpenedPlaybook>,
}

/// A playbook as it was when it was opened.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OpenedPlaybook {
    /// Its id.
    pub playbook: String,
    /// Hash of its text.
    pub sha256: String,
}

/// A playbook to be tried, without keeping anything.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TryPlaybook {
    /// A finished review.
    pub review_id: String,
    /// TOML, kept or not.
    pub source: String,
}

/// What another playbook would make of a contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PlaybookTrial {
    /// The file.
    pub file: String,
    /// The playbook that its report was made by.
    pub playbook: String,
    /// What the report proposes.
    pub proposal: Proposal,
    /// What it would propose.
    pub would_propose: Proposal,
    /// Risks that the report does not have.
    pub added: Vec<TriedFinding>,
    /// Risks that would be none any more.
    pub removed: Vec<TriedFinding>,
    /// Risks that would be told otherwise.
    pub changed: Vec<ChangedFinding>,
    /// Risks that would stay as they are.
    pub same: u32,
}

/// A finding of a trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TriedFinding {
    /// The check's id.
    pub check: String,
    /// How it comes out.
    pub outcome: Outcome,
    /// How much it matters.
    pub severity: Severity,
    /// One line.
    pub title: String,
    /// Why.
    pub explanation: String,
    /// Page of its words; absent for an absence.
    pub page: Option<u32>,
}

/// A finding before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ChangedFinding {
    /// In the report.
    pub before: TriedFinding,
    /// By the playbook that is tried.
    pub after: TriedFinding,
}

/// Which playbook a finished review is judged by.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ChoosePlaybook {
    /// The review.
    pub review_id: String,
    /// The playbook's id.
    pub playbook: String,
}
