//! Judge: the playbook's positions against all clauses; where a model is asked, it looks a second time next.
//!
//! Safe to run twice: the judgement is replaced as a whole.

use std::sync::Arc;

use countersign_contracts::clause::Clause;
use countersign_contracts::document::Document;
use countersign_contracts::judge::{Judgement, judge};
use countersign_contracts::playbook::Playbook;
use countersign_contracts::profile::DocumentProfile;
use countersign_contracts::readers::{ReadClause, combine};
use countersign_offline::check_document;
use countersign_offline::facts::read_document;
use countersign_store::products::{OFFLINE_READER, Product};
use countersign_store::steps::{ClaimedStep, StepResult};

use super::chunk::model_needs;
use super::{Context, StepError, document, playbook, profile, second_look, summary};

pub(super) async fn run(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
) -> Result<StepResult, StepError> {
    let document = document(context, claimed).await?;
    let profile = profile(context, claimed).await?;
    let (playbook, _) = playbook(context, claimed).await?;
    let read = context.store.clauses_of_review(&claimed.review_id).await?;
    let judgement = context
        .compute(move || judge_all(&document, &profile, read, &playbook))
        .await?;
    let looks = second_look::steps(context, claimed, &judgement).await?;
    let products = vec![Product::Judgement(Box::new(judgement))];
    if looks.is_empty() {
        return Ok(StepResult {
            products,
            next: vec![summary::next(context, claimed).await?],
            ..StepResult::default()
        });
    }
    Ok(StepResult {
        products,
        phases: vec![second_look::phase(&looks)],
        estimate: Some(model_needs(&looks)),
        next: looks,
        ..StepResult::default()
    })
}

/// The judgement over what every reader read. Where a person chose our side, the offline reader's
/// clauses are read anew, for whom they bind hangs on it; a model's are seen from the other side.
pub(crate) fn judge_all(
    document: &Document,
    profile: &DocumentProfile,
    read: Vec<(String, Clause)>,
    playbook: &Playbook,
) -> Judgement {
    let mut all: Vec<ReadClause> = Vec::with_capacity(read.len());
    if profile.chosen.side {
        let anew = read_document(document, profile);
        all.extend(anew.into_iter().map(|clause| ReadClause {
            offline: true,
            clause,
        }));
    }
    for (reader, mut clause) in read {
        let offline = reader == OFFLINE_READER;
        if offline && profile.chosen.side {
            continue;
        }
        if profile.chosen.swapped {
            clause.bound = clause.bound.reversed();
        }
        all.push(ReadClause { offline, clause });
    }
    let mut clauses = combine(all);
    clauses.extend(check_document(document, profile));
    judge(document, profile, &clauses, playbook)
}
