//! Providers measured by contracts with planted risks.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Has a provider measured.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MeasureProvider {
    /// The provider.
    pub provider: String,
    /// Contracts it is to read, up to 200.
    pub contracts: u32,
}

/// How a measurement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MeasurementState {
    /// Contracts are being read.
    Running,
    /// All were.
    Done,
    /// A person ended it.
    Stopped,
    /// Something stood in the way.
    Failed,
}

/// A measurement of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MeasurementView {
    /// Its id.
    pub id: String,
    /// The provider.
    pub provider: String,
    /// Its model.
    pub model: String,
    /// How it stands.
    pub state: MeasurementState,
    /// Why it failed.
    pub message: Option<String>,
    /// Contracts read so far.
    pub done: u32,
    /// Contracts to be read.
    pub contracts: u32,
    /// What came of it.
    pub result: Option<MeasuredView>,
    /// When it began.
    pub started_at: i64,
    /// When it ended.
    pub ended_at: Option<i64>,
}

/// What a provider made of contracts with planted risks, beside the offline reader.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MeasuredView {
    /// Risks that were planted.
    pub risks: u32,
    /// Of these, found by reviews without it.
    pub found_offline: u32,
    /// Found by reviews with it.
    pub found_together: u32,
    /// Harmless clauses that look like risks.
    pub decoys: u32,
    /// Of these, called a risk by reviews without it.
    pub flagged_offline: u32,
    /// Called a risk by reviews with it.
    pub flagged_together: u32,
    /// Planted risks that the offline reader alone reads as what they are.
    pub read_offline: u32,
    /// The same by the model alone.
    pub read_by_model: u32,
    /// Quotes in its answers.
    pub quotes: u32,
    /// Of these, those that stand in the contract.
    pub verified: u32,
    /// Answers that came.
    pub calls: u64,
    /// Parts without an answer of use.
    pub unanswered: u64,
    /// Tokens, sent and received.
    pub tokens: u64,
    /// What they cost, millionths of a US dollar.
    pub micros: u64,
    /// Time of all calls, one after the other.
    pub total_ms: u64,
    /// Time of the offline reader.
    pub offline_ms: u64,
}
