//! Judge: the playbook's positions against all clauses.
//!
//! Safe to run twice: the judgement is replaced as a whole.

use std::sync::Arc;

use countersign_contracts::judge::judge;
use countersign_contracts::readers::{ReadClause, combine};
use countersign_offline::check_document;
use countersign_store::products::{OFFLINE_READER, Product};
use countersign_store::steps::{ClaimedStep, StepResult};

use super::{Context, OFFLINE, StepError, compute, document, playbook, profile, step};

pub(super) async fn run(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
) -> Result<StepResult, StepError> {
    let document = document(context, claimed).await?;
    let profile = profile(context, claimed).await?;
    let (playbook, _) = playbook(context, claimed).await?;
    let read = context.store.clauses_of_review(&claimed.review_id).await?;
    let judgement = compute(move || {
        let mut clauses = combine(
            read.into_iter()
                .map(|(reader, clause)| ReadClause {
                    offline: reader == OFFLINE_READER,
                    clause,
                })
                .collect(),
        );
        clauses.extend(check_document(&document, &profile));
        judge(&document, &profile, &clauses, &playbook)
    })
    .await?;
    Ok(StepResult {
        products: vec![Product::Judgement(Box::new(judgement))],
        next: vec![step("synthesise", OFFLINE)],
        ..StepResult::default()
    })
}
