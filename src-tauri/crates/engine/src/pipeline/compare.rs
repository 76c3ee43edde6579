//! Compare: the text layer read a second time by another reader, page by page.
//!
//! Safe to run twice: the second reading is replaced as a whole. It goes beside the reading of clauses
//! and never fails a review: what could not be compared is counted.

use std::sync::Arc;

use countersign_contracts::compare::{SecondReading, is_comparable};
use countersign_documents::compare_readings;
use countersign_store::products::Product;
use countersign_store::steps::{ClaimedStep, NewStep, StepResult};

use super::{Context, READING, StepError, document, read};

/// The step's key; it belongs to the stage of its phase.
pub(super) const KEY: &str = "second_reading";

/// The step, counted in the phase in which clauses are read.
pub(super) fn step() -> NewStep {
    NewStep {
        key: KEY.to_owned(),
        kind: "read_clauses",
        lane: READING,
        phase: Some("read_clauses"),
        input: "{}".to_owned(),
        need: None,
    }
}

pub(super) async fn run(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
) -> Result<StepResult, StepError> {
    let side = context.store.document_side(&claimed.contract_id).await?;
    if side.second.is_some() {
        return Ok(StepResult::default());
    }
    let document = document(context, claimed).await?;
    let text = document
        .pages
        .iter()
        .filter(|page| is_comparable(page))
        .count();
    let request = read::request(context, &claimed.contract_id).await?;
    let second = match compare_readings(&request, &document.pages).await {
        Ok(second) => second,
        Err(error) => {
            tracing::warn!(step = claimed.id, code = error.code(), "no second reading");
            SecondReading {
                pages_of_text: text as u32,
                ..SecondReading::default()
            }
        }
    };
    Ok(StepResult {
        products: vec![Product::SecondReading(second)],
        ..StepResult::default()
    })
}
