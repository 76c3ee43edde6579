//! What a person decided about the findings of a review: as the page and the exports show it.
//!
//! Decisions belong to the contract and name a finding by its check and its quotes
//! ([`finding_key`]). So they hold for every review in which that finding is found again, and nothing
//! that was decided stands beside words that the person has not seen.

use countersign_contracts::decision::{Decision, DecisionKind, Verdict, standing};
use countersign_contracts::finding::{Finding, Outcome, Severity};
use countersign_contracts::report::Report;
use countersign_exports::ReportedDecision;
use countersign_store::decisions::finding_key;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What holds for one finding of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FindingDecision {
    /// Names the finding when something is decided about it.
    pub key: String,
    /// How it was settled; absent while it is open.
    pub verdict: Option<Verdict>,
    /// Why it was dismissed.
    pub reason: String,
    /// Settled at.
    pub decided_at: Option<i64>,
    /// It was judged otherwise when it was settled: another outcome or severity.
    pub judged_otherwise: Option<Judged>,
    /// The note; empty when there is none.
    pub note: String,
}

/// How a finding came out at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Judged {
    /// Outcome.
    pub outcome: Outcome,
    /// Severity.
    pub severity: Severity,
}

/// One line of the history of decisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DecisionEntry {
    /// Names it when it is taken back.
    pub id: i64,
    /// Place of its finding in the report; absent when the report has that finding no more.
    pub finding: Option<u32>,
    /// The finding's title at that time.
    pub title: String,
    /// What was decided.
    pub kind: DecisionKind,
    /// The reason, or the note.
    pub words: String,
    /// Made at.
    pub decided_at: i64,
    /// Taken back at.
    pub undone_at: Option<i64>,
}

/// What was decided about a review's findings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DecisionsView {
    /// One for each finding, in the report's order.
    pub findings: Vec<FindingDecision>,
    /// Everything that was decided, newest first.
    pub history: Vec<DecisionEntry>,
}

/// Decisions as they stand for a report.
#[must_use]
pub fn view(report: &Report, decisions: &[Decision]) -> DecisionsView {
    let keys: Vec<String> = report.findings.iter().map(finding_key).collect();
    let findings = report
        .findings
        .iter()
        .zip(&keys)
        .map(|(finding, key)| of_finding(finding, key, decisions))
        .collect();
    let entry = |decision: &Decision| DecisionEntry {
        id: decision.id,
        finding: keys
            .iter()
            .position(|key| *key == decision.finding)
            .and_then(|at| u32::try_from(at).ok()),
        title: decision.title.clone(),
        kind: decision.kind,
        words: decision.words.clone(),
        decided_at: decision.decided_at,
        undone_at: decision.undone_at,
    };
    DecisionsView {
        findings,
        history: decisions.iter().rev().map(entry).collect(),
    }
}

fn of_finding(finding: &Finding, key: &str, decisions: &[Decision]) -> FindingDecision {
    let holds = standing(key, decisions);
    let settled = holds.verdict.map(|(_, decision)| decision);
    let judged = |decision: &Decision| Judged {
        outcome: decision.outcome,
        severity: decision.severity,
    };
    let now = Judged {
        outcome: finding.outcome,
        severity: finding.severity,
    };
    FindingDecision {
        key: key.to_owned(),
        verdict: holds.verdict.map(|(verdict, _)| verdict),
        reason: settled.map_or_else(String::new, |decision| decision.words.clone()),
        decided_at: settled.map(|decision| decision.decided_at),
        judged_otherwise: settled.map(judged).filter(|then| *then != now),
        note: holds
            .note
            .map_or_else(String::new, |note| note.words.clone()),
    }
}

impl DecisionsView {
    /// What the exports say: the findings about which something holds.
    #[must_use]
    pub fn reported(&self) -> Vec<ReportedDecision> {
        self.findings
            .iter()
            .zip(0..)
            .filter(|(one, _)| one.verdict.is_some() || !one.note.is_empty())
            .map(|(one, finding)| ReportedDecision {
                finding,
                verdict: one.verdict,
                reason: one.reason.clone(),
                note: one.note.clone(),
                decided_at: one.decided_at,
            })
            .collect()
    }
}
