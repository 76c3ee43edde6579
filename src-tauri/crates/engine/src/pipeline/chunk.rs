//! Chunk: the document cut along its numbering, and what it says about itself.
//!
//! Safe to run twice: chunks and profile are replaced as a whole, and the fan-out opens once.

use std::sync::Arc;

use countersign_contracts::chunk::chunk_document;
use countersign_store::products::Product;
use countersign_store::steps::{ClaimedStep, NewPhase, NewStep, StepResult};

use super::{Context, OFFLINE, StepError, compute, document};

pub(super) async fn run(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
) -> Result<StepResult, StepError> {
    let document = document(context, claimed).await?;
    let (profile, chunks) = compute(move || {
        let chunks: Vec<_> = chunk_document(&document)
            .into_iter()
            .map(|chunk| {
                let text = document.slice(chunk.span).to_owned();
                (chunk, text)
            })
            .collect();
        (
            countersign_offline::profile::profile_document(&document),
            chunks,
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
    let phase = NewPhase {
        name: "read_clauses",
        total: chunks.len() as u32,
        then_kind: "judge",
        then_lane: OFFLINE,
    };
    let next = chunks
        .iter()
        .map(|(chunk, _)| NewStep {
            key: format!("read_clauses/{}", chunk.index),
            kind: "read_clauses",
            lane: OFFLINE,
            phase: Some("read_clauses"),
            input: chunk.index.to_string(),
        })
        .collect();
    let products = vec![Product::Profile(Box::new(profile)), Product::Chunks(chunks)];
    Ok(StepResult {
        products,
        phase: Some(phase),
        next,
        completes_review: false,
    })
}
