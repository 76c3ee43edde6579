//! What a person decided about findings, and what of it holds now.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::finding::{Outcome, Severity};

/// What was decided about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// The finding stands: it is to be raised with the other side.
    Accepted,
    /// It does not matter here; the words say why.
    Dismissed,
    /// It is to be decided again.
    Reopened,
    /// A note; empty words take an older one away.
    Noted,
}

/// How a finding was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The finding stands: it is to be raised with the other side.
    Accepted,
    /// It does not matter here.
    Dismissed,
}

/// One decision, as it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Ascending in the order they were made.
    pub id: i64,
    /// The name under which decisions about this finding are kept.
    pub finding: String,
    /// What was decided.
    pub kind: DecisionKind,
    /// The reason, or the note.
    pub words: String,
    /// The finding's check.
    pub check: String,
    /// The finding's title at that time.
    pub title: String,
    /// The finding's outcome at that time.
    pub outcome: Outcome,
    /// The finding's severity at that time.
    pub severity: Severity,
    /// Made at.
    pub decided_at: i64,
    /// Taken back at.
    pub undone_at: Option<i64>,
}

/// What holds for a finding now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing<'a> {
    /// How it was settled.
    pub verdict: Option<(Verdict, &'a Decision)>,
    /// The note.
    pub note: Option<&'a Decision>,
}

/// What holds for the finding kept under `key`, from all decisions, oldest first: the newest that was not
/// taken back. A note and a verdict don't touch one another.
#[must_use]
pub fn standing<'a>(key: &str, decisions: &'a [Decision]) -> Standing<'a> {
    let mut standing = Standing::default();
    let holding = decisions
        .iter()
        .filter(|one| one.finding == key && one.undone_at.is_none());
    for decision in holding {
        match decision.kind {
            DecisionKind::Accepted => standing.verdict = Some((Verdict::Accepted, decision)),
            DecisionKind::Dismissed => standing.verdict = Some((Verdict::Dismissed, decision)),
            DecisionKind::Reopened => standing.verdict = None,
            DecisionKind::Noted => {
                standing.note = Some(decision).filter(|note| !note.words.is_empty());
            }
        }
    }
    standing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(id: i64, finding: &str, kind: DecisionKind, words: &str) -> Decision {
        Decision {
            id,
            finding: finding.to_owned(),
            kind,
            words: words.to_owned(),
            check: "cap-low".to_owned(),
            title: "The cap is low".to_owned(),
            outcome: Outcome::RedLine,
            severity: Severity::High,
            decided_at: id,
            undone_at: None,
        }
    }

    fn told(key: &str, decisions: &[Decision]) -> (Option<Verdict>, Option<String>) {
        let standing = standing(key, decisions);
        (
            standing.verdict.map(|(verdict, _)| verdict),
            standing.note.map(|note| note.words.clone()),
        )
    }

    #[test]
    fn the_newest_decision_that_was_not_taken_back_holds() {
        use DecisionKind::*;
        let mut all = vec![
            decision(1, "a", Accepted, ""),
            decision(2, "b", Dismissed, "covered by the order form"),
            decision(3, "a", Noted, "ask Mary"),
            decision(4, "a", Dismissed, "agreed"),
        ];
        assert_eq!(
            told("a", &all),
            (Some(Verdict::Dismissed), Some("ask Mary".into()))
        );
        assert_eq!(told("b", &all), (Some(Verdict::Dismissed), None));
        assert_eq!(told("c", &all), (None, None));

        all[3].undone_at = Some(5);
        assert_eq!(told("a", &all).0, Some(Verdict::Accepted));
        all.push(decision(6, "a", Reopened, ""));
        all.push(decision(7, "a", Noted, ""));
        assert_eq!(told("a", &all), (None, None));
    }
}
