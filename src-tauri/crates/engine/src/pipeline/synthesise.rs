//! Synthesise: the report, from everything the steps before have left.
//!
//! Safe to run twice: the report is replaced as a whole.

use std::sync::Arc;

use countersign_contracts::compare::SecondReading;
use countersign_contracts::coverage::{failed_pages, hidden_text, notes, pages_read};
use countersign_contracts::document::{Document, PageSource};
use countersign_contracts::judge::summarise;
use countersign_contracts::report::{
    ContractFacts, Coverage, EngineFacts, PlaybookFacts, Report, Usage,
};
use countersign_contracts::side::DocumentSide;
use countersign_store::products::Product;
use countersign_store::steps::{ClaimedStep, FinishedOffline, StepResult};

use super::{
    Context, OFFLINE, PIPELINE_VERSION, StepError, ask_again, document, playbook, profile,
    second_look, step, summary,
};

pub(super) async fn run(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
) -> Result<StepResult, StepError> {
    let document = document(context, claimed).await?;
    let profile = profile(context, claimed).await?;
    let (_, rules) = playbook(context, claimed).await?;
    let review = context
        .store
        .review(&claimed.review_id)
        .await?
        .ok_or_else(|| StepError::lost("review"))?;
    let judgement = context
        .store
        .judgement_of_review(&claimed.review_id)
        .await?
        .ok_or_else(|| StepError::lost("judgement"))?;
    let again = second_look::judged_again(context, claimed).await?;
    let judgement = again.unwrap_or(judgement);
    let chunks = context.store.chunk_coverage(&claimed.review_id).await?;
    let mut side = context.store.document_side(&claimed.contract_id).await?;
    if let Some(mail) = context.store.mail_of_contract(&claimed.contract_id).await? {
        side.notes
            .insert(0, format!("It came with the mail {mail}."));
    }
    let mut coverage = coverage(&document, side, chunks);
    coverage.notes.extend(review.finished_offline.map(in_words));
    let unverified = ask_again::in_words(context, claimed, &document).await?;
    coverage.notes.extend(unverified);
    let mut summary = summarise(&judgement.findings, &coverage, &profile);
    summary.sentences = summary::written(context, claimed, &judgement.findings).await?;
    let spent = context.store.spending_of_review(&claimed.review_id).await?;
    let now = context.config.clock.now_ms();
    let report = Report {
        contract: ContractFacts {
            file: review.file_name,
            sha256: review.sha256,
            pages: document.pages.len() as u32,
            title: profile.title.clone(),
            parties: profile.parties.clone(),
            contract_type: profile.contract_type.id().to_owned(),
            side_chosen: profile.chosen.side,
            type_chosen: profile.chosen.contract_type,
        },
        engine: EngineFacts {
            name: "Countersign".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            reader: review.reader,
            pipeline_version: PIPELINE_VERSION,
        },
        playbook: PlaybookFacts {
            id: rules.id,
            name: rules.name,
            version: rules.version,
            sha256: rules.sha256,
        },
        summary,
        coverage,
        findings: judgement.findings.clone(),
        key_terms: judgement.key_terms.clone(),
        key_dates: judgement.key_dates.clone(),
        obligations: judgement.obligations.clone(),
        usage: Usage {
            model_calls: u32::try_from(spent.calls).unwrap_or(u32::MAX),
            tokens_in: u64::try_from(spent.input_tokens).unwrap_or(0),
            tokens_out: u64::try_from(spent.output_tokens).unwrap_or(0),
            cost_micros: u64::try_from(spent.micros).unwrap_or(0),
            elapsed_ms: u64::try_from(now - review.started_at.unwrap_or(now)).unwrap_or(0),
        },
    };
    Ok(StepResult {
        products: vec![
            Product::Judgement(Box::new(judgement)),
            Product::Report(Box::new(report)),
        ],
        next: vec![step("deliver", OFFLINE)],
        ..StepResult::default()
    })
}

/// Why no model, or not only models, have read it.
fn in_words(why: FinishedOffline) -> String {
    let why = match why {
        FinishedOffline::Asked => "You had this review finished offline",
        FinishedOffline::Switch => "Nothing was to leave this computer",
    };
    format!(
        "{why}, so models were not asked about all of this contract. The offline reader has read all of it."
    )
}

fn coverage(
    document: &Document,
    side: DocumentSide,
    (chunks_read, chunks_total): (u32, u32),
) -> Coverage {
    let notes = notes(document, &side);
    Coverage {
        pages_total: document.pages.len() as u32,
        pages_read: pages_read(document),
        pages_ocr: document
            .pages
            .iter()
            .filter(|p| matches!(p.source, PageSource::Ocr | PageSource::Mixed))
            .count() as u32,
        pages_failed: failed_pages(document),
        hidden_text: hidden_text(document),
        changes: side.changes,
        comments: side.comments,
        notes,
        second_reading: side
            .second
            .or_else(|| SecondReading::to_come(&document.pages)),
        chunks_read,
        chunks_total,
    }
}
