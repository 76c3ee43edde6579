//! The words for what a report holds: the same in every form.

use countersign_contracts::clause::Side;
use countersign_contracts::finding::{Confidence, Outcome, Severity};
use countersign_contracts::report::{Proposal, TermState};
use countersign_contracts::side::ChangeKind;

/// Stands before what a model wrote.
pub(crate) const WRITTEN: &str = "Written by a model about the findings below, which were made by rules; the numbers are theirs:";

pub(crate) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "critical",
        Severity::High => "high",
        Severity::Medium => "medium",
        Severity::Low => "low",
    }
}

pub(crate) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Met => "met",
        Outcome::Fallback => "acceptable fallback",
        Outcome::RedLine => "red line",
        Outcome::Missing => "missing",
        Outcome::Unclear => "unclear",
        Outcome::NotApplicable => "not applicable",
    }
}

pub(crate) fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "high",
        Confidence::Check => "check the quote before relying on it",
        Confidence::Weak => "weak: a hint only",
    }
}

pub(crate) fn side(side: Side) -> &'static str {
    match side {
        Side::Ours => "we",
        Side::Theirs => "they",
        Side::Both => "both",
        Side::Unknown => "someone",
    }
}

pub(crate) fn state(state: TermState) -> &'static str {
    match state {
        TermState::Stated => "stated",
        TermState::Computed => "computed",
        TermState::Inferred => "inferred",
        TermState::NotFound => "not found",
        TermState::Confirmed => "confirmed by a person",
    }
}

pub(crate) fn proposal(proposal: Proposal) -> &'static str {
    match proposal {
        Proposal::Ready => "Ready",
        Proposal::Negotiate => "Negotiate",
        Proposal::Escalate => "Escalate",
        Proposal::NoVerdict => "No verdict",
    }
}

pub(crate) fn change(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Insertion => "added",
        ChangeKind::Deletion => "taken out",
        ChangeKind::MoveFrom => "moved from here",
        ChangeKind::MoveTo => "moved here",
    }
}

/// A field of the register as a person reads it: `payment_days` is "Payment days".
pub(crate) fn field(id: &str) -> String {
    capital(&id.replace('_', " "))
}

/// With a capital first letter.
pub(crate) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
