//! Compare: the text layer read a second time by another reader, page by page.
//!
//! Safe to run twice: the second reading is replaced as a whole. It holds up nothing and never fails a
//! review: what could not be compared is counted. It is begun when no file waits for its first reading,
//! and goes on behind a completed review, whose report then says what it found.

use std::sync::Arc;

use countersign_contracts::compare::SecondReading;
use countersign_contracts::document::Page;
use countersign_documents::compare_readings;
use countersign_store::products::Product;
use countersign_store::steps::{ClaimedStep, NewStep, SECOND_READING, StepResult};

use super::{Context, READER_VERSION, READING, StepError, read};

/// The step, for as many pages of text; no phase waits for it.
pub(super) fn step(pages: u32) -> NewStep {
    NewStep {
        key: SECOND_READING.to_owned(),
        kind: SECOND_READING,
        lane: READING,
        phase: None,
        input: pages.to_string(),
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
    let request = read::request(context, &claimed.contract_id).await?;
    // Not kept in memory: nobody else may need them any more.
    let document = context.cache.document(&claimed.contract_id);
    let stored: Vec<Page>;
    let pages = match &document {
        Some(document) => &document.pages,
        None => {
            let found = context
                .store
                .pages_of_contract(&claimed.contract_id, READER_VERSION);
            stored = found.await?.ok_or_else(|| StepError::lost("text"))?;
            &stored
        }
    };
    let second = match compare_readings(&request, pages).await {
        Ok(second) => second,
        Err(error) => {
            tracing::warn!(step = claimed.id, code = error.code(), "no second reading");
            let to_come = SecondReading::to_come(pages);
            SecondReading::given_up(to_come.map_or(0, |second| second.pages_of_text))
        }
    };
    Ok(StepResult {
        products: vec![Product::SecondReading(second)],
        ..StepResult::default()
    })
}
