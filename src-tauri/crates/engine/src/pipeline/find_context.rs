//! Find context: what stands elsewhere in the contract and helps to understand each chunk, and then the
//! questions of all chunks.
//!
//! Made once for a review, before its first question: the index of its passages is built here alone, and
//! the history keeps which places were put beside which chunk. Safe to run twice: the same passages give
//! the same places, and a question's key makes it one step.

use std::sync::Arc;

use countersign_contracts::chunk::Chunk;
use countersign_contracts::profile::DocumentProfile;
use countersign_offline::retrieve::Index;
use countersign_offline::retrieve::context::ContextPassage;
use countersign_providers::estimate_tokens;
use countersign_store::passages::Embedded;
use countersign_store::steps::{ClaimedStep, NewStep, StepResult};

use super::ask_model::{self, PartOf};
use super::chunk::model_needs;
use super::prompt::{self, Part};
use super::{Context, OFFLINE, READ_CLAUSES, StepError, first_model, profile};
use crate::models::Model;

pub(super) const KIND: &str = "find_context";

/// The step, where no embeddings are waited for.
pub(super) fn step() -> NewStep {
    NewStep {
        phase: Some(READ_CLAUSES),
        ..super::step(KIND, OFFLINE)
    }
}

pub(super) async fn run(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
) -> Result<StepResult, StepError> {
    let store = &context.store;
    let chunks = store.chunks_of_review(&claimed.review_id).await?;
    let Some(model) = first_model(context, claimed).await? else {
        let words =
            "No model is asked about this contract any more: the offline reader alone reads it.";
        return Ok(StepResult {
            grows_phase: -(chunks.len() as i32),
            note: Some(("no_model".to_owned(), words.to_owned())),
            ..StepResult::default()
        });
    };
    let profile = profile(context, claimed).await?;
    let rows = store
        .passages_of_review(&claimed.review_id, Embedded::ByProviderIfWhole)
        .await?;
    let questions = context
        .compute(move || {
            let index = Index::new(rows, &profile);
            let questions = chunks
                .iter()
                .map(|(chunk, text)| question(&model, &profile, &index, (chunk, text)));
            questions.collect::<Result<Vec<_>, StepError>>()
        })
        .await??;
    Ok(StepResult {
        estimate: Some(model_needs(&questions)),
        next: questions,
        ..StepResult::default()
    })
}

fn question(
    model: &Model,
    profile: &DocumentProfile,
    index: &Index,
    (chunk, text): (&Chunk, &str),
) -> Result<NewStep, StepError> {
    let room = prompt::CONTEXT_TOKENS;
    let mut beside = index.context_for_chunk(chunk.index, room as usize);
    // The index counts tokens in its own way; what is sent is counted as it will be sent.
    let mut around = words_of(&beside);
    while estimate_tokens(&around) > room && beside.pop().is_some() {
        around = words_of(&beside);
    }
    let part = Part {
        profile,
        heading_path: &chunk.heading_path,
        text,
        context: &around,
        repair: None,
    };
    let part_of = PartOf {
        chunk: chunk.index,
        range: None,
        beside: beside
            .iter()
            .map(|p| (p.chunk, p.passage, p.span.start, p.span.end))
            .collect(),
    };
    let request = prompt::question(&model.config, part);
    ask_model::step(&part_of, prompt::need(&model.config, &request))
}

fn words_of(passages: &[ContextPassage]) -> String {
    let texts: Vec<&str> = passages.iter().map(|p| p.text.as_str()).collect();
    in_words(&texts)
}

/// Excerpts as a question shows them: one a line.
pub(super) fn in_words(texts: &[impl AsRef<str>]) -> String {
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    texts
        .iter()
        .map(|text| format!("- {}\n", line(text.as_ref())))
        .collect()
}
