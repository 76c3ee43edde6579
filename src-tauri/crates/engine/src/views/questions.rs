//! Questions about a contract and their answers.

use countersign_contracts::answer::AnswerPassage;
use countersign_contracts::citation::Citation;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks about a contract.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AskContract {
    /// A completed review of it.
    pub review_id: String,
    /// The question.
    pub text: String,
}

/// Names a question.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct QuestionId {
    /// Question id.
    pub question_id: String,
}

/// How far a question is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum QuestionState {
    /// The contract is being read for it.
    Running,
    /// It goes on when a person has done something, or at a time.
    Waiting,
    /// There is an answer, or it is certain that there is none.
    Answered,
    /// It can't be answered.
    Failed,
}

/// A question about a contract with what was found for it so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct QuestionView {
    /// Question id.
    pub id: String,
    /// The review it was asked of.
    pub review_id: String,
    /// The question.
    pub text: String,
    /// How far it is.
    pub state: QuestionState,
    /// Why it waits or failed, in one stable word.
    pub code: Option<String>,
    /// The same for people.
    pub message: Option<String>,
    /// The provider and model that are asked; absent when no model is: then passages that hold the question's
    /// words are all there is.
    pub model: Option<String>,
    /// The answer, each sentence with words of the contract; empty when nothing was found.
    pub answer: Vec<AnswerSentence>,
    /// Sentences of the model that were left out, because their words or numbers do not stand on the page.
    pub left_out: u32,
    /// Passages that hold words of the question.
    pub passages: Vec<AnswerPassage>,
    /// Pages that were read for the answer.
    pub pages_read: u32,
    /// Pages of the contract.
    pub pages_total: u32,
    /// Parts of the contract that were read or given up.
    pub parts_done: u32,
    /// Parts that are to be read.
    pub parts_total: u32,
    /// Calls of a provider; fewer than parts when answers were kept from before.
    pub calls: u64,
    /// Their tokens, sent and received.
    pub tokens: u64,
    /// What they cost, millionths of a US dollar.
    pub micros: u64,
    /// When it was asked.
    pub asked_at: i64,
    /// When it was answered.
    pub ended_at: Option<i64>,
}

/// A sentence of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AnswerSentence {
    /// What it says, in the model's words.
    pub text: String,
    /// The contract's words that it rests on.
    pub citations: Vec<Citation>,
}
