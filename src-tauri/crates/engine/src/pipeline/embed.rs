//! Embed: some passages of a contract as a provider's embedding model sees them.
//!
//! Only where the person has named such a model. What the offline embedder made of every passage stays;
//! without the provider's, or with a part of them, related passages are found by it. Safe to run twice:
//! the question's key finds the answer that was kept, and the same passages get the same embeddings.

use std::sync::Arc;

use countersign_contracts::embedding::{Embedder, Embedding};
use countersign_contracts::passage::EmbeddedPassage;
use countersign_providers::{
    About, EmbedReply, EmbedRequest, ProviderError, Purpose, Usage, estimate_tokens,
};
use countersign_store::blobs::sha256_hex;
use countersign_store::calls::{Begun, CallRecord};
use countersign_store::faults;
use countersign_store::limits::Outcome;
use countersign_store::products::Product;
use countersign_store::steps::{ClaimedStep, ModelNeed, NewPhase, NewStep, StepResult};
use serde::{Deserialize, Serialize};
use tracing::Instrument as _;

use super::ask_model::asked_model;
use super::{
    Context, MODEL, OFFLINE, READ_CLAUSES, StepError, call, find_context, redaction, span,
};
use crate::models::Model;

/// Passages of one call. Servers take hundreds; a call that is lost should not be dear.
const BATCH: usize = 64;
const PHASE: &str = "embed";
/// Counted up when a provider's numbers are rounded otherwise.
const ROUNDING: u32 = 1;

/// Which passages, counted from 0 in the order of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Batch {
    first: u32,
    count: u32,
}

/// An answer as it is kept: rounded, so that it takes a byte a component.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    model: String,
    vectors: Vec<Vec<i8>>,
}

/// The steps that have a contract's passages embedded; none when the provider has no model for it.
pub(super) fn steps(model: &Model, passages: &[EmbeddedPassage]) -> Vec<NewStep> {
    if model.config.embedding_model.is_none() {
        return Vec::new();
    }
    let batches = passages.chunks(BATCH).enumerate();
    let step = |(number, some): (usize, &[EmbeddedPassage])| {
        let tokens: u32 = some
            .iter()
            .map(|p| estimate_tokens(&p.passage.searchable()))
            .sum();
        let usage = Usage {
            input_tokens: u64::from(tokens),
            estimated: true,
            ..Usage::default()
        };
        let price = model.config.embedding_price.as_ref();
        NewStep {
            key: format!("embed/{number}"),
            kind: "embed",
            lane: MODEL,
            phase: Some(PHASE),
            input: serde_json::json!({ "first": number * BATCH, "count": some.len() }).to_string(),
            need: Some(ModelNeed {
                provider: model.config.id.clone(),
                tokens,
                micros: price.map_or(0, |price| price.cost_micros(&usage)),
            }),
        }
    };
    batches.map(step).collect()
}

/// Their fan-out: when all have ended, what stands beside each chunk is found.
pub(super) fn phase(batches: usize) -> NewPhase {
    NewPhase {
        name: PHASE,
        total: batches as u32,
        then_kind: find_context::KIND,
        then_lane: OFFLINE,
        then_phase: Some(READ_CLAUSES),
    }
}

pub(super) async fn run(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
    boot_id: &str,
) -> Result<StepResult, StepError> {
    let batch: Batch =
        serde_json::from_str(&claimed.input).map_err(|_| StepError::lost("passage"))?;
    let Some(model) = asked_model(context, claimed).await? else {
        return Ok(call::not_asked(context));
    };
    let Some(name) = model.config.embedding_model.clone() else {
        let words = "The provider has no model for embeddings any more.".to_owned();
        return Ok(without("no_embedding_model", &words, None));
    };
    let store = &context.store;
    let texts = store
        .searchable_passages(&claimed.review_id, batch.first, batch.count)
        .await?;
    let request = EmbedRequest { model: name, texts };
    let request = match redaction::redactor(context, claimed).await? {
        Some(redactor) => redactor.texts(&request),
        None => request,
    };
    let about = About::review(Purpose::Embed, &claimed.review_id);
    let client = match model.client(about).await {
        Ok(client) => client,
        Err(error) => return decide(claimed, &error, None),
    };
    let key = call::key_of(&model, &request);
    // There are no words of ours in such a question.
    let mut record = call::record_of(&model, &request.model, &key, sha256_hex(b""));
    let now = context.config.clock.now_ms();
    let asked = (model.config.id.as_str(), request.model.as_str());
    let begun = store.begin_call(claimed, boot_id, &key, asked, now).await?;
    let kept: Kept = match begun {
        Begun::Known(kept) => {
            serde_json::from_str(&kept).map_err(|_| StepError::lost("model's answer"))?
        }
        Begun::Ask => {
            faults::point("call.begun");
            record.sent_at = Some(now);
            let price = model.config.embedding_price.as_ref();
            let span = span::of_embedding(&model, &request);
            match client.embed(&request).instrument(span.clone()).await {
                Ok(reply) => {
                    faults::point("call.answered");
                    record.usage = Some(call::used(price, &reply.usage));
                    record.http_status = Some(reply.http_status);
                    record.first_byte_ms = Some(reply.first_byte_ms);
                    record.call_ms = Some(reply.total_ms);
                    record.outcome = Outcome::Answered;
                    span::end(&span, &record);
                    rounded(reply)
                }
                Err(error) => {
                    call::failed(&mut record, price, &error);
                    span::end(&span, &record);
                    return decide(claimed, &error, Some(record));
                }
            }
        }
        Begun::UnderWay => return Err(call::asked_already()),
        Begun::TooLate => return Err(StepError::TooLate),
    };
    let embeddings = embeddings_of(&model.config.id, &kept);
    if embeddings.len() != request.texts.len() {
        let words = "The provider's embeddings are not one for each text, or of no use.";
        return Ok(without("unusable_embeddings", words, Some(record)));
    }
    if record.sent_at.is_some() {
        record.reply = serde_json::to_string(&kept).ok();
    }
    Ok(StepResult {
        products: vec![Product::ProvidedEmbeddings {
            first: batch.first,
            embeddings,
        }],
        call: Some(record),
        ..StepResult::default()
    })
}

/// The provider's numbers rounded to a byte; one that is no number leaves its vector out.
fn rounded(reply: EmbedReply) -> Kept {
    let round = |values: &Vec<f32>| {
        let embedder = Embedder {
            name: String::new(),
            version: ROUNDING,
            dimension: values.len() as u32,
        };
        Embedding::from_floats(Arc::new(embedder), values).map(|e| e.components().to_vec())
    };
    Kept {
        vectors: reply.vectors.iter().filter_map(round).collect(),
        model: reply.model,
    }
}

/// Embeddings of one embedder; none when their lengths differ.
fn embeddings_of(provider: &str, kept: &Kept) -> Vec<Embedding> {
    let embedder = Arc::new(Embedder {
        name: format!("{provider}:{}", kept.model),
        version: ROUNDING,
        dimension: kept.vectors.first().map_or(0, Vec::len) as u32,
    });
    let embeddings: Option<Vec<Embedding>> = kept
        .vectors
        .iter()
        .map(|vector| Embedding::from_components(Arc::clone(&embedder), vector.clone()))
        .collect();
    embeddings.unwrap_or_default()
}

fn decide(
    claimed: &ClaimedStep,
    error: &ProviderError,
    call: Option<CallRecord>,
) -> Result<StepResult, StepError> {
    match call::again(claimed, error, call.as_ref(), 0) {
        Some(again) => Err(again),
        None => Ok(without(error.code, &error.message, call)),
    }
}

/// The review goes on with the offline embeddings.
fn without(code: &str, message: &str, call: Option<CallRecord>) -> StepResult {
    let instead = "Related passages are found by the offline embeddings.";
    call::without(code, message, instead, call)
}
