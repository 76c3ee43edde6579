//! The report: what a review leaves. Its JSON form is the public contract of the data.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::citation::Citation;
use crate::clause::Side;
use crate::compare::SecondReading;
use crate::document::{Bbox, HiddenKind};
use crate::finding::{Finding, Severity};
use crate::side::{Comment, TrackedChange};

/// What a review leaves: everything that the screen, the exports and the command line show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Report {
    /// The agreement reviewed.
    pub contract: ContractFacts,
    /// The program that made the report.
    pub engine: EngineFacts,
    /// The rules it was judged by.
    pub playbook: PlaybookFacts,
    /// What was read and what was not.
    pub coverage: Coverage,
    /// The proposal and its reasons.
    pub summary: Summary,
    /// Every judged position, the gravest first, then by page.
    pub findings: Vec<Finding>,
    /// The contract register's row.
    pub key_terms: Vec<KeyTerm>,
    /// Dates that matter, with their arithmetic.
    pub key_dates: Vec<KeyDate>,
    /// Who must do what.
    pub obligations: Vec<Obligation>,
    /// What the review used.
    pub usage: Usage,
}

/// The agreement reviewed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ContractFacts {
    /// File name as submitted.
    pub file: String,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
    /// Number of pages.
    pub pages: u32,
    /// Title as printed in the document; empty when none was found.
    pub title: String,
    /// The parties that the document names.
    pub parties: Vec<ContractParty>,
    /// What sort of agreement it is: `saas`, `licence`, `services`, `goods`, `nda`, `dpa`, `other`.
    #[serde(rename = "type")]
    pub contract_type: String,
    /// A person chose our side; else it is proposed from the document.
    #[serde(default)]
    pub side_chosen: bool,
    /// A person chose the type; else it is proposed from the document.
    #[serde(default)]
    pub type_chosen: bool,
}

/// A party of the contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ContractParty {
    /// Name as printed.
    pub name: String,
    /// The word the document uses for it: `Customer`, `Supplier`.
    pub label: Option<String>,
    /// Ours or theirs.
    pub side: Side,
}

/// The program that made the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct EngineFacts {
    /// `Countersign`.
    pub name: String,
    /// Program version.
    pub version: String,
    /// Who read the clauses: `offline`.
    pub reader: String,
    /// Version of the pipeline that made the report.
    pub pipeline_version: u32,
}

/// The rules it was judged by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct PlaybookFacts {
    /// Stable id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Version as written in the playbook.
    pub version: String,
    /// SHA-256 of the playbook's text, hexadecimal.
    pub sha256: String,
}

/// What was read and what was not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Coverage {
    /// Pages of the file.
    pub pages_total: u32,
    /// Pages whose text was reviewed (blank pages count as read).
    pub pages_read: u32,
    /// Of these, pages read by recognition.
    pub pages_ocr: u32,
    /// Pages that could not be read, with the reason.
    pub pages_failed: Vec<FailedPage>,
    /// Text that the file holds but the page does not show.
    pub hidden_text: Vec<HiddenText>,
    /// Tracked changes left in the file; the text that was reviewed has all of them accepted.
    #[serde(default)]
    pub changes: Vec<TrackedChange>,
    /// Comments left in the file.
    #[serde(default)]
    pub comments: Vec<Comment>,
    /// What else a reader should know of the file.
    #[serde(default)]
    pub notes: Vec<String>,
    /// What a second, independent reader says of the text; absent where there is no text layer to
    /// read twice.
    #[serde(default)]
    pub second_reading: Option<SecondReading>,
    /// Chunks read, of all.
    pub chunks_read: u32,
    /// Chunks of the document.
    pub chunks_total: u32,
}

/// A page that could not be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct FailedPage {
    /// Counted from 1.
    pub page: u32,
    /// In words.
    pub reason: String,
}

/// A run of text that can't be seen on the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct HiddenText {
    /// Counted from 1.
    pub page: u32,
    /// Where it stands.
    pub boxes: Vec<Bbox>,
    /// What it says.
    pub text: String,
    /// Why it can't be seen.
    pub kind: HiddenKind,
}

/// What the rules propose. Never "sign".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Proposal {
    /// Nothing stands against it in this playbook.
    Ready,
    /// Points to settle with the other side.
    Negotiate,
    /// A decision above the buyer is needed.
    Escalate,
    /// Too little could be read to say.
    NoVerdict,
}

/// The proposal and its reasons.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Summary {
    /// What the rules propose.
    pub proposal: Proposal,
    /// The decision line in words.
    pub text: String,
    /// Why, one line each, the gravest first.
    pub reasons: Vec<String>,
    /// Risks by severity.
    pub counts: SeverityCounts,
    /// What a model writes of the findings, each sentence with those that it rests on; empty without a model.
    #[serde(default)]
    pub sentences: Vec<SummarySentence>,
}

/// A sentence of a summary that a model wrote. One that rests on no finding is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct SummarySentence {
    /// What it says.
    pub text: String,
    /// The checks of the findings that it rests on.
    pub checks: Vec<String>,
}

/// Risks by severity (findings for which [`Finding::is_risk`] holds).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct SeverityCounts {
    /// Critical ones.
    pub critical: u32,
    /// High ones.
    pub high: u32,
    /// Medium ones.
    pub medium: u32,
    /// Low ones.
    pub low: u32,
}

impl SeverityCounts {
    /// Counts the risks among `findings`.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        let mut counts = Self::default();
        for finding in findings.iter().filter(|f| f.is_risk()) {
            match finding.severity {
                Severity::Critical => counts.critical += 1,
                Severity::High => counts.high += 1,
                Severity::Medium => counts.medium += 1,
                Severity::Low => counts.low += 1,
            }
        }
        counts
    }
}

/// How a value of the register came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum TermState {
    /// The document says so.
    Stated,
    /// Computed from what the document says.
    Computed,
    /// Concluded from the document.
    Inferred,
    /// Not there.
    NotFound,
    /// A person confirmed it.
    Confirmed,
}

/// One cell of the contract register.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct KeyTerm {
    /// Stable field id: `governing_law`, `payment_days`.
    pub field: String,
    /// The value in words or digits; empty when not found.
    pub value: String,
    /// `days`, `USD`, … when the value is a number.
    pub unit: Option<String>,
    /// How it came about.
    pub state: TermState,
    /// Where it stands.
    pub citations: Vec<Citation>,
}

/// A date that matters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct KeyDate {
    /// What happens: `Initial term ends`.
    pub event: String,
    /// ISO 8601 date; absent when the rule can't be dated.
    pub date: Option<String>,
    /// How the date was computed, step by step, or why it can't be.
    pub arithmetic: Vec<String>,
    /// Where the rule stands.
    pub citations: Vec<Citation>,
}

/// Something a party must do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Obligation {
    /// Who owes it.
    pub side: Side,
    /// What, in the document's words.
    pub text: String,
    /// By when, as written.
    pub due: Option<String>,
    /// Where it stands.
    pub citations: Vec<Citation>,
}

/// What the review used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Usage {
    /// Calls of a model provider.
    pub model_calls: u32,
    /// Tokens sent.
    pub tokens_in: u64,
    /// Tokens received.
    pub tokens_out: u64,
    /// Cost in millionths of a US dollar.
    pub cost_micros: u64,
    /// From the claim of the first step to the completed report, milliseconds.
    pub elapsed_ms: u64,
}
