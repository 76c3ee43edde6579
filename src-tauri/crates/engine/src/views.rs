//! Values shaped for the people's side: what commands take and what they reply.
//!
//! Every type here is exported to TypeScript by [`crate::api`]; times are milliseconds since 1970
//! in UTC, ids are UUIDv7 in text.

pub use countersign_contracts::report::Report;
use countersign_contracts::report::{Proposal, SeverityCounts};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A command without arguments.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, TS)]
pub struct Nothing {}

/// Which dropped files to review.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SubmitContracts {
    /// Ids that the host gave when files were dropped, picked or uploaded.
    pub drop_ids: Vec<String>,
    /// Playbook id; the default playbook when absent.
    #[serde(default)]
    pub playbook: Option<String>,
}

/// What became of one dropped file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Submitted {
    /// The file's name.
    pub file: String,
    /// The review that was made or found; absent when the file was refused.
    pub review_id: Option<String>,
    /// The same file was reviewed before with this playbook: `review_id` is that review.
    pub existing: bool,
    /// Why the file was refused.
    pub refusal: Option<ErrorView>,
}

/// An error at the edge: a code to decide on and a sentence to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ErrorView {
    /// Stable code.
    pub code: String,
    /// What happened, what it means, what to do.
    pub message: String,
}

/// Names a review.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ReviewId {
    /// Review id.
    pub review_id: String,
}

/// The state of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    /// Accepted; nothing has started yet.
    Queued,
    /// Being worked on.
    Running,
    /// Nothing can run before a point in time; `message` says why.
    Waiting,
    /// Held by the person.
    Paused,
    /// The report is there.
    Completed,
    /// Ended by the person.
    Stopped,
    /// Ended by a problem; `message` says what to do.
    Failed,
}

/// Where a review stands on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Reading the file's pages.
    Read,
    /// Cutting the text into chunks.
    Chunk,
    /// Finding clauses in the chunks.
    ReadClauses,
    /// Judging clauses by the playbook.
    Judge,
    /// Writing the summary.
    Synthesise,
    /// Handing the report over.
    Deliver,
}

/// A line of the queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ReviewRow {
    /// Review id.
    pub id: String,
    /// Contract id: the file's pages are asked for by it.
    pub contract_id: String,
    /// The file's name.
    pub file: String,
    /// Name of the playbook.
    pub playbook: String,
    /// Its state.
    pub state: ReviewState,
    /// The stage it is in, or ended in.
    pub stage: Stage,
    /// Units done in this stage (pages while reading, chunks while finding clauses).
    pub done: u32,
    /// Units of this stage, 0 while unknown.
    pub total: u32,
    /// Pages of the file, once known.
    pub pages: Option<u32>,
    /// Submitted at.
    pub created_at: i64,
    /// First step claimed at.
    pub started_at: Option<i64>,
    /// Ended at.
    pub finished_at: Option<i64>,
    /// Why it is waiting, stopped or failed, and what to do.
    pub message: Option<String>,
    /// Stable code of the failure.
    pub code: Option<String>,
    /// It went on after a restart of the program.
    pub resumed: bool,
    /// The proposal, once completed.
    pub proposal: Option<Proposal>,
    /// Risks by severity, once completed.
    pub counts: SeverityCounts,
}

/// A page's place in the document view.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct PageView {
    /// Counted from 1.
    pub number: u32,
    /// Points.
    pub width: f32,
    /// Points.
    pub height: f32,
}

/// A review with all there is to show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ReviewView {
    /// The line of the queue.
    pub row: ReviewRow,
    /// Media type of the original file: `application/pdf`.
    pub media_type: String,
    /// Pages with their sizes, once read.
    pub pages: Vec<PageView>,
    /// The report, once completed.
    pub report: Option<Report>,
}

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// For people and mail.
    Markdown,
    /// The public contract of the data.
    Json,
    /// One finding a line.
    Csv,
}

/// Asks for a risk summary.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ExportReview {
    /// Review id.
    pub review_id: String,
    /// Its form.
    pub format: ExportFormat,
}

/// A risk summary ready to be saved.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Export {
    /// Proposed name.
    pub file_name: String,
    /// Media type.
    pub media_type: String,
    /// UTF-8 content.
    pub content: String,
}

/// One try at a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AttemptView {
    /// Counted from 1.
    pub number: u32,
    /// Started at.
    pub started_at: i64,
    /// Ended at; absent while it runs.
    pub ended_at: Option<i64>,
    /// `completed`, `failed`, `lost` (its process ended), `cancelled`; absent while it runs.
    pub outcome: Option<String>,
    /// What went wrong.
    pub error: Option<ErrorView>,
}

/// A step of a review with its history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct StepView {
    /// Its key within the review: `read`, `read_clauses/12`.
    pub key: String,
    /// `available`, `running`, `retryable`, `scheduled`, `completed`, `cancelled`, `discarded`.
    pub state: String,
    /// Made at.
    pub created_at: i64,
    /// Its tries, in order.
    pub attempts: Vec<AttemptView>,
}

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
}

/// A line of the notice list: what the desktop notification said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Notice {
    /// Notice id.
    pub id: String,
    /// The review it is about.
    pub review_id: String,
    /// First line.
    pub title: String,
    /// Second line.
    pub body: String,
    /// Made at.
    pub created_at: i64,
    /// Read at.
    pub read_at: Option<i64>,
}

/// How many workers of each sort run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Settings {
    /// Reading children at once, 1 to 16.
    pub reading_workers: u32,
    /// Offline workers at once, 1 to 16.
    pub offline_workers: u32,
}

/// The state of the program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Status {
    /// Program version.
    pub version: String,
    /// The data folder.
    pub data_folder: String,
    /// Worker counts in force.
    pub settings: Settings,
    /// Findings of the self-check, empty when all is well.
    pub problems: Vec<ErrorView>,
}

/// Something changed. Carries no facts: ask for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Event {
    /// Ascending number; a host that lost the thread asks for all after the last it saw.
    pub seq: i64,
    /// `review_changed`, `notice_created`, `settings_changed`.
    pub kind: String,
    /// The review it is about.
    pub review_id: Option<String>,
}
