//! Findings that a person makes of words they select.

use countersign_contracts::document::Bbox;
use countersign_contracts::finding::Severity;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Places on a page.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OnPage {
    /// Counted from 1.
    pub page: u32,
    /// Points from the page's top left.
    pub boxes: Vec<Bbox>,
}

/// A finding to be made of selected words.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AddFinding {
    /// The review in which it is made; it belongs to the contract.
    pub review_id: String,
    /// Where the words stand.
    pub places: Vec<OnPage>,
    /// One line: what is the matter.
    pub title: String,
    /// How much it matters.
    pub severity: Severity,
    /// Why; may be empty.
    pub explanation: String,
    /// What to ask the other side for; may be empty.
    pub ask: String,
}

/// A finding that was made.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AddedFinding {
    /// Names it when something is decided about it.
    pub key: String,
    /// Names it when it is removed.
    pub check: String,
}

/// A finding of the person's own to be removed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RemoveFinding {
    /// A review of the contract.
    pub review_id: String,
    /// The finding's check.
    pub check: String,
}

/// What a person says of a finding in place of the playbook.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct EditFinding {
    /// The review.
    pub review_id: String,
    /// The finding's key.
    pub key: String,
    /// What is said; absent to go back to what the playbook says.
    pub said: Option<SaidOfFinding>,
}

/// How much a finding matters and what to ask for.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SaidOfFinding {
    /// How much it matters.
    pub severity: Severity,
    /// What to ask the other side for.
    pub ask: String,
}

/// What the playbook says of a finding of which a person says something else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct EditedFinding {
    /// The finding's key.
    pub key: String,
    /// How much it matters by the playbook.
    pub severity: Severity,
    /// What the playbook asks for.
    pub ask: String,
}
