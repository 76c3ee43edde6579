//! Read clauses: one chunk, by the offline reader.
//!
//! Safe to run twice: the chunk's clauses are replaced as a whole, and the fan-in counts a step once.

use std::sync::Arc;

use countersign_offline::{ChunkInput, read_chunk};
use countersign_store::products::{OFFLINE_READER, Product};
use countersign_store::steps::{ClaimedStep, StepResult};

use super::{Context, StepError, profile};

pub(super) async fn run(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
) -> Result<StepResult, StepError> {
    let number: u32 = claimed
        .input
        .parse()
        .map_err(|_| StepError::lost("chunk"))?;
    let (chunk, text) = context
        .store
        .chunk_of_review(&claimed.review_id, number)
        .await?
        .ok_or_else(|| StepError::lost("chunk"))?;
    let profile = profile(context, claimed).await?;
    let clauses = context
        .compute(move || {
            read_chunk(&ChunkInput {
                text: &text,
                start: chunk.span.start as usize,
                heading_path: &chunk.heading_path,
                profile: &profile,
            })
        })
        .await?;
    Ok(StepResult {
        products: vec![Product::Clauses {
            chunk: number,
            reader: OFFLINE_READER.to_owned(),
            clauses,
        }],
        ..StepResult::default()
    })
}
