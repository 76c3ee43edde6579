//! Chunk: the document cut along its numbering, its passages, and what it says about itself.
//!
//! Safe to run twice: chunks, passages and profile are replaced as a whole, and the fan-out opens once.

use std::sync::Arc;

use countersign_contracts::chunk::{Chunk, chunk_document};
use countersign_contracts::profile::DocumentProfile;
use countersign_store::products::Product;
use countersign_store::steps::{ClaimedStep, NewPhase, NewStep, StepResult};

use super::ask_model::{self, PartOf};
use super::prompt::{self, Part};
use super::{Context, OFFLINE, StepError, compute, document};
use crate::models::Model;
use crate::passages::embedded_passages;

pub(super) async fn run(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
) -> Result<StepResult, StepError> {
    let document = document(context, claimed).await?;
    let (profile, chunks, passages) = compute(move || {
        let cut = chunk_document(&document);
        let passages = embedded_passages(&document, &cut);
        let chunks: Vec<_> = cut
            .into_iter()
            .map(|chunk| {
                let text = document.slice(chunk.span).to_owned();
                (chunk, text)
            })
            .collect();
        (
            countersign_offline::profile::profile_document(&document),
            chunks,
            passages,
        )
    })
    .await?;
    if chunks.is_empty() {
        return Err(StepError::GiveUp {
            code: "no_text",
            message: "No readable text was found on any page, so nothing could be reviewed. If the file is a scan, have it \
                      recognised (OCR) and submit it again."
                .to_owned(),
        });
    }
    context
        .cache
        .keep_profile(&claimed.review_id, Arc::new(profile.clone()));
    context.cache.forget_index(&claimed.review_id);
    let model = first_model(context, claimed).await?;
    let questions = model.map_or_else(
        || Ok(Vec::new()),
        |model| questions(&model, &profile, &chunks),
    )?;
    let phase = NewPhase {
        name: "read_clauses",
        total: (chunks.len() + questions.len()) as u32,
        then_kind: "judge",
        then_lane: OFFLINE,
    };
    let estimate = questions
        .iter()
        .filter_map(|q| q.need.as_ref())
        .fold((0_u64, 0_u64), |(tokens, micros), need| {
            (tokens + u64::from(need.tokens), micros + need.micros)
        });
    let mut next: Vec<NewStep> = chunks
        .iter()
        .map(|(chunk, _)| NewStep {
            key: format!("read_clauses/{}", chunk.index),
            kind: "read_clauses",
            lane: OFFLINE,
            phase: Some("read_clauses"),
            input: chunk.index.to_string(),
            need: None,
        })
        .collect();
    let asks = !questions.is_empty();
    next.extend(questions);
    let products = vec![
        Product::Profile(Box::new(profile)),
        Product::Chunks(chunks),
        Product::Passages(passages),
    ];
    Ok(StepResult {
        products,
        phase: Some(phase),
        next,
        estimate: asks.then_some(estimate),
        ..StepResult::default()
    })
}

/// The provider that is asked first; none when the review is the offline reader's alone.
async fn first_model(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
) -> Result<Option<Arc<Model>>, StepError> {
    let review = context
        .store
        .review(&claimed.review_id)
        .await?
        .ok_or_else(|| StepError::lost("review"))?;
    let chain: Vec<String> = serde_json::from_str(&review.providers).unwrap_or_default();
    Ok(chain.iter().find_map(|id| context.models.get(id)))
}

/// One question for each chunk, with what it may use at the most.
fn questions(
    model: &Model,
    profile: &DocumentProfile,
    chunks: &[(Chunk, String)],
) -> Result<Vec<NewStep>, StepError> {
    chunks
        .iter()
        .map(|(chunk, text)| {
            let part = Part {
                profile,
                heading_path: &chunk.heading_path,
                text,
                context: "",
                repair: None,
            };
            let request = prompt::question(&model.config, part);
            let part_of = PartOf {
                chunk: chunk.index,
                range: None,
            };
            ask_model::step(&part_of, prompt::need(&model.config, &request))
        })
        .collect()
}
