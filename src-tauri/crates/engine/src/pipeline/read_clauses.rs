//! Read clauses: a chunk or, of a long contract, some chunks in a row, by the offline reader.
//!
//! Safe to run twice: each chunk's clauses are replaced as a whole, and the fan-in counts a step once.

use std::ops::RangeInclusive;
use std::sync::Arc;

use countersign_contracts::chunk::Chunk;
use countersign_offline::{ChunkInput, read_chunk};
use countersign_store::products::{OFFLINE_READER, Product};
use countersign_store::steps::{ClaimedStep, NewStep, StepResult};

use super::{Context, OFFLINE, READ_CLAUSES, StepError, profile};

/// Steps of one contract at the most. To claim and to commit a step takes longer than to read a chunk, so that
/// a long contract's chunks are read several a step; in each a person still sees it move.
const MOST_STEPS: u32 = 96;

/// The steps that read so many chunks.
pub(super) fn steps(chunks: u32) -> Vec<NewStep> {
    let each = chunks.div_ceil(MOST_STEPS).max(1);
    let first = (0..chunks).step_by(each as usize);
    let step = |first: u32| {
        let last = (first + each).min(chunks) - 1;
        NewStep {
            key: format!("read_clauses/{first}"),
            kind: "read_clauses",
            lane: OFFLINE,
            phase: Some(READ_CLAUSES),
            input: match last {
                last if last == first => first.to_string(),
                last => format!("{first}-{last}"),
            },
            need: None,
        }
    };
    first.map(step).collect()
}

/// The chunks that a step reads: `12`, or `12-18`.
fn chunks_of(input: &str) -> Option<RangeInclusive<u32>> {
    let (first, last) = input.split_once('-').unwrap_or((input, input));
    Some(first.parse().ok()?..=last.parse().ok()?)
}

pub(super) async fn run(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
) -> Result<StepResult, StepError> {
    let numbers = chunks_of(&claimed.input).ok_or_else(|| StepError::lost("chunk"))?;
    let mut chunks = Vec::new();
    for number in numbers {
        let chunk = context
            .store
            .chunk_of_review(&claimed.review_id, number)
            .await?
            .ok_or_else(|| StepError::lost("chunk"))?;
        chunks.push((number, chunk));
    }
    let profile = profile(context, claimed).await?;
    let read = move |(number, (chunk, text)): (u32, (Chunk, String))| Product::Clauses {
        chunk: number,
        reader: OFFLINE_READER.to_owned(),
        clauses: read_chunk(&ChunkInput {
            text: &text,
            start: chunk.span.start as usize,
            heading_path: &chunk.heading_path,
            profile: &profile,
        }),
    };
    let products = context
        .compute(move || chunks.into_iter().map(read).collect())
        .await?;
    Ok(StepResult {
        products,
        ..StepResult::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chunk_is_read_by_one_step() {
        for chunks in [0, 1, 2, 95, 96, 97, 191, 192, 193, 591, 3000] {
            let steps = steps(chunks);
            assert!(steps.len() <= MOST_STEPS as usize);
            let read: Vec<u32> = steps
                .iter()
                .flat_map(|step| chunks_of(&step.input).unwrap())
                .collect();
            assert_eq!(read, (0..chunks).collect::<Vec<_>>());
            let mut keys: Vec<&str> = steps.iter().map(|step| step.key.as_str()).collect();
            keys.dedup();
            assert_eq!(keys.len(), steps.len());
        }
        assert_eq!(steps(96)[12].input, "12");
        assert_eq!(steps(591)[2].input, "14-20");
        assert_eq!(chunks_of("twelve"), None);
    }
}
