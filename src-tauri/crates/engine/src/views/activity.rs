//! What happened lately, over all contracts.

use countersign_contracts::decision::DecisionKind;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which decisions to list.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ListDecisions {
    /// At the most so many, newest first.
    pub limit: u32,
    /// Only older ones than the decision of this id.
    pub before: Option<i64>,
}

/// A decision about a finding of some contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Decided {
    /// Counted up.
    pub id: i64,
    /// The contract's newest review.
    pub review_id: String,
    /// The file.
    pub file: String,
    /// What was decided.
    pub kind: DecisionKind,
    /// The reason, or the note.
    pub words: String,
    /// The finding's title at that time.
    pub title: String,
    /// Made at.
    pub decided_at: i64,
    /// Taken back at.
    pub undone_at: Option<i64>,
}

/// How a provider answered in the last seven days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProviderUse {
    /// Its id.
    pub provider: String,
    /// Calls that were sent.
    pub calls: u32,
    /// Those that failed, by the class of what went wrong, the most frequent first.
    pub failures: Vec<FailureCount>,
    /// Half of the answers began within so many milliseconds.
    pub first_byte_ms: Option<i64>,
    /// Half of the answers were there within so many milliseconds.
    pub half_ms: Option<i64>,
    /// 95 of 100 answers were there within so many milliseconds.
    pub most_ms: Option<i64>,
    /// Tokens both ways.
    pub tokens: i64,
    /// Millionths of a US dollar.
    pub micros: i64,
    /// The newest call was sent at.
    pub last_at: i64,
    /// Calls a day of the seven, today's last.
    pub days: Vec<u32>,
}

/// How often something went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FailureCount {
    /// `retry_after`, `retry_backoff`, `repair_prompt`, `shrink`, `fallback`, `permanent`, `user_action`.
    pub class: String,
    /// How often.
    pub count: u32,
}
