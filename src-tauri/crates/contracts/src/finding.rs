//! Findings: a playbook's positions judged against the clauses of a contract.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::citation::Citation;
use crate::clause::ClauseKind;

/// How a position came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The contract says what the playbook asks for.
    Met,
    /// An acceptable second best.
    Fallback,
    /// Past the walk-away point.
    RedLine,
    /// The playbook wants a clause that is not there.
    Missing,
    /// The clause is there, but what it says could not be told.
    Unclear,
    /// The position does not concern this contract.
    NotApplicable,
}

/// How much it matters.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Low,
    /// Worth asking.
    Medium,
    /// To be changed before signing.
    High,
    /// Not to be signed without a decision above the buyer.
    Critical,
}

/// Computed, never asked: from the match of the quote, the reader's evidence and the page's quality.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Can be relied on.
    High,
    /// Look at the quote before relying on it.
    Check,
    /// A hint.
    Weak,
}

/// A position judged against clauses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Finding {
    /// The id of the check in the playbook: `cap-low`.
    pub check: String,
    /// The kind of clause it judges.
    pub clause_kind: ClauseKind,
    /// How it came out.
    pub outcome: Outcome,
    /// How much it matters.
    pub severity: Severity,
    /// One line: what is the matter.
    pub title: String,
    /// What the contract says and why that matters to this buyer.
    pub explanation: String,
    /// What to ask the other side for; empty when there is nothing to ask.
    pub ask: String,
    /// What is at stake in this contract, in money or days; empty when it can't be computed.
    #[serde(default)]
    pub exposure: String,
    /// What the playbook says of settling it; nothing when there is nothing to ask.
    #[serde(default)]
    pub advice: Advice,
    /// How far to trust it.
    pub confidence: Confidence,
    /// The words on the page that prove it, best first; empty when the finding is an absence.
    pub citations: Vec<Citation>,
}

/// How the playbook would settle a finding.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default)]
pub struct Advice {
    /// What the buyer's own paper says.
    pub standard: String,
    /// What can be accepted in its place, the best first.
    pub fallbacks: Vec<Fallback>,
    /// Where to stop; empty when there is no such point.
    pub walk_away: String,
    /// Who may accept less: `legal`, `privacy`, `finance`, `security`, `business`; empty for the reviewer.
    pub approver: String,
}

/// What can be accepted in place of the standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Fallback {
    /// In a few words.
    pub position: String,
    /// The words to offer.
    pub language: String,
}

impl Finding {
    /// Whether a person has something to do about it: what counts and what is listed as a risk.
    #[must_use]
    pub fn is_risk(&self) -> bool {
        matches!(
            self.outcome,
            Outcome::RedLine | Outcome::Missing | Outcome::Unclear
        ) || (self.outcome == Outcome::Fallback && self.severity > Severity::Low)
    }
}
