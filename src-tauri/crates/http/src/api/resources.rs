//! What the interface answers. These shapes are a promise to other programs: they are their own, so that
//! the window's can change.
//!
//! Times are milliseconds since 1970 in UTC, ids UUIDv7 in text.

use countersign_engine::exports::ReportedDecision;
use countersign_engine::inquiries::Found;
use countersign_engine::uploads::AcceptedUpload;
use countersign_engine::views::{
    self, Finding, PlaybookRow, Proposal, ReviewRow, ReviewState, SeverityCounts, Stage,
};
use schemars::JsonSchema;
use serde::Serialize;

/// A submission was taken in.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Acknowledged {
    /// Review id.
    pub id: String,
    /// The name that the file has here.
    pub file: String,
    /// The same file was reviewed before with this playbook: this is that review.
    pub existing: bool,
    /// Where the review is.
    pub url: String,
}

impl From<AcceptedUpload> for Acknowledged {
    fn from(accepted: AcceptedUpload) -> Self {
        Self {
            url: format!("/v1/reviews/{}", accepted.review_id),
            id: accepted.review_id,
            file: accepted.file,
            existing: accepted.existing,
        }
    }
}

/// A review.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Review {
    /// Review id.
    pub id: String,
    /// The contract's id.
    pub contract_id: String,
    /// The file's name.
    pub file: String,
    /// Name of the playbook.
    pub playbook: String,
    /// Who reads: `offline`, and the model providers asked besides.
    pub reader: String,
    /// Its state.
    pub state: ReviewState,
    /// The stage it is in, or ended in.
    pub stage: Stage,
    /// How far this stage is.
    pub progress: Progress,
    /// Pages of the file, once known.
    pub pages: Option<u32>,
    /// Submitted at.
    pub created_at: i64,
    /// First step claimed at.
    pub started_at: Option<i64>,
    /// Ended at.
    pub finished_at: Option<i64>,
    /// Nothing of it can be done before then.
    pub waiting_until: Option<i64>,
    /// Why it is waiting, stopped or failed; stable.
    pub code: Option<String>,
    /// The same in words, and what to do.
    pub message: Option<String>,
    /// What the rules propose, once completed. Never "sign".
    pub proposal: Option<Proposal>,
    /// Risks by severity, once completed.
    pub risks: SeverityCounts,
    /// Tokens that its questions to models used.
    pub spent_tokens: u64,
    /// What they cost, in millionths of a US dollar.
    pub spent_micros: u64,
}

/// How far a stage is.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Progress {
    /// Pages while reading, chunks while finding clauses.
    pub done: u32,
    /// All of them, 0 while unknown.
    pub total: u32,
}

impl From<ReviewRow> for Review {
    fn from(row: ReviewRow) -> Self {
        Self {
            id: row.id,
            contract_id: row.contract_id,
            file: row.file,
            playbook: row.playbook,
            reader: row.reader,
            state: row.state,
            stage: row.stage,
            progress: Progress {
                done: row.done,
                total: row.total,
            },
            pages: row.pages,
            created_at: row.created_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
            waiting_until: row.waiting_until,
            code: row.code,
            message: row.message,
            proposal: row.proposal,
            risks: row.counts,
            spent_tokens: row.spending.spent_tokens,
            spent_micros: row.spending.spent_micros,
        }
    }
}

/// A part of the list of reviews.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Reviews {
    /// Newest first.
    pub reviews: Vec<Review>,
    /// Asks for the next part; absent behind the last review.
    pub next_cursor: Option<String>,
}

/// What a review found.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Findings {
    /// Review id.
    pub review_id: String,
    /// What the rules propose.
    pub proposal: Proposal,
    /// The decision line in words.
    pub summary: String,
    /// Every judged position, the gravest first.
    pub findings: Vec<Finding>,
    /// What a person decided about them.
    pub decisions: Vec<ReportedDecision>,
}

impl Findings {
    pub fn of(review_id: String, found: Found) -> Self {
        Self {
            review_id,
            proposal: found.report.summary.proposal,
            summary: found.report.summary.text,
            findings: found.report.findings,
            decisions: found.decisions,
        }
    }
}

/// A contract that was deleted.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Deleted {
    /// Contract id.
    pub contract_id: String,
    /// The file's name.
    pub file: String,
    /// It is removed for good then.
    pub purge_at: i64,
    /// What is removed, and what is not.
    pub message: String,
}

impl From<views::Deleted> for Deleted {
    fn from(deleted: views::Deleted) -> Self {
        Self {
            contract_id: deleted.contract_id,
            file: deleted.file,
            purge_at: deleted.purge_at,
            message: deleted.message,
        }
    }
}

/// Playbooks to choose from.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Playbooks {
    /// The default first.
    pub playbooks: Vec<Playbook>,
}

/// Rules that contracts can be judged by.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Playbook {
    /// Names it in a submission.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Version.
    pub version: String,
    /// Used when none is named.
    pub default: bool,
}

impl From<PlaybookRow> for Playbook {
    fn from(row: PlaybookRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            version: row.version,
            default: row.default,
        }
    }
}

/// Whether the program works.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Health {
    /// How it is.
    pub status: HealthStatus,
    /// Codes of what is wrong.
    pub problems: Vec<String>,
}

/// How the program is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HealthStatus {
    /// All is well.
    Ok,
    /// It works, and something should be looked at.
    Degraded,
    /// Nothing new can be kept.
    Failing,
}
