//! Chunk: the document cut along its numbering, its passages, and what it says about itself.
//!
//! Safe to run twice: chunks, passages and profile are replaced as a whole, and the fan-out opens once.

use std::sync::Arc;

use countersign_contracts::chunk::chunk_document;
use countersign_contracts::compare::SecondReading;
use countersign_contracts::passage::{EmbeddedPassage, Passage, cut_passages};
use countersign_offline::embed::embed;
use countersign_offline::profile::profile_document;
use countersign_store::products::Product;
use countersign_store::steps::{ClaimedStep, NewPhase, NewStep, StepResult};

use super::{
    Context, OFFLINE, READ_CLAUSES, StepError, compare, document, embed as provider_embeddings,
    find_context, first_model, read_clauses,
};

pub(super) async fn run(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
) -> Result<StepResult, StepError> {
    let document = document(context, claimed).await?;
    let second = SecondReading::to_come(&document.pages);
    let text = Arc::clone(&document);
    let (chunks, passages) = context
        .compute(move || {
            let cut = chunk_document(&text);
            let passages = cut_passages(&text, &cut);
            let chunks: Vec<_> = cut
                .into_iter()
                .map(|chunk| {
                    let text = text.slice(chunk.span).to_owned();
                    (chunk, text)
                })
                .collect();
            (chunks, passages)
        })
        .await?;
    let (profile, passages) = tokio::try_join!(
        context.compute(move || profile_document(&document)),
        embedded(context, passages)
    )?;
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
    let to_read = read_clauses::steps(chunks.len() as u32);
    let mut phases = vec![NewPhase {
        name: READ_CLAUSES,
        total: to_read.len() as u32,
        then_kind: "judge",
        then_lane: OFFLINE,
        then_phase: None,
    }];
    let mut next = Vec::new();
    let mut estimate = None;
    if let Some(model) = first_model(context, claimed).await? {
        // One question a chunk, and the step that says what stands beside each.
        phases[0].total += chunks.len() as u32 + 1;
        let batches = provider_embeddings::steps(&model, &passages);
        if batches.is_empty() {
            next.push(find_context::step());
        } else {
            estimate = Some(model_needs(&batches));
            phases.push(provider_embeddings::phase(batches.len()));
            next.extend(batches);
        }
    }
    next.extend(to_read);
    next.extend(second.map(|second| compare::step(second.pages_of_text)));
    let products = vec![
        Product::Profile(Box::new(profile)),
        Product::Chunks(chunks),
        Product::Passages(passages),
    ];
    Ok(StepResult {
        products,
        phases,
        next,
        estimate,
        ..StepResult::default()
    })
}

/// The passages with their offline embeddings, by two threads.
async fn embedded(
    context: &Arc<Context>,
    mut passages: Vec<Passage>,
) -> Result<Vec<EmbeddedPassage>, StepError> {
    let embed_all = |passages: Vec<Passage>| {
        move || -> Vec<EmbeddedPassage> {
            let with_embedding = |passage: Passage| EmbeddedPassage {
                embedding: embed(&passage.searchable()),
                passage,
            };
            passages.into_iter().map(with_embedding).collect()
        }
    };
    let second = passages.split_off(passages.len() / 2);
    let (mut first, second) = tokio::try_join!(
        context.compute(embed_all(passages)),
        context.compute(embed_all(second))
    )?;
    first.extend(second);
    Ok(first)
}

/// What steps that ask will use at the most: tokens and millionths of a US dollar.
pub(super) fn model_needs(steps: &[NewStep]) -> (u64, u64) {
    steps
        .iter()
        .filter_map(|step| step.need.as_ref())
        .fold((0, 0), |(tokens, micros), need| {
            (tokens + u64::from(need.tokens), micros + need.micros)
        })
}
