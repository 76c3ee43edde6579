//! Second look: a model is asked for the best reason why one red line is wrong, or to look once more for what
//! was not found; by the second provider of the chain where there is one.
//!
//! Safe to run twice: the question's key finds the answer that was kept, and a check's doubt and a step's clauses
//! are replaced. What the model says is never shown: it may point to words of the contract. Those against a red
//! line stand beside it (`contracts/doubt.rs`); those of what was missing are a place to look at, no evidence.

use std::sync::Arc;

use countersign_contracts::chunk::Chunk;
use countersign_contracts::clause::{Clause, ClauseKind, Polarity, Side};
use countersign_contracts::document::{Document, Span};
use countersign_contracts::doubt::{doubt, find_words, place_of, weigh};
use countersign_contracts::finding::{Finding, Outcome};
use countersign_contracts::judge::{FOUND, Judgement};
use countersign_contracts::profile::DocumentProfile;
use countersign_offline::retrieve::Index;
use countersign_providers::{ModelRequest, ProviderConfig, ProviderError, Purpose};
use countersign_store::calls::CallRecord;
use countersign_store::passages::Embedded;
use countersign_store::products::Product;
use countersign_store::steps::{ClaimedStep, NewPhase, NewStep, StepResult};
use serde::{Deserialize, Serialize};

use super::ask_model::asked_model;
use super::judge::judge_all;
use super::prompt::{self, Doubted};
use super::{
    Again, Context, MODEL, OFFLINE, StepError, call, chain_of, document, playbook, profile,
    redaction,
};
use crate::models::Model;

/// The phase that counts these steps, and their kind.
pub(super) const KIND: &str = "second_look";
/// Passages in which an absence is looked for once more.
const NEAREST: usize = 6;
/// A place to look at: less than any rule takes for evidence.
const FAINT: f32 = FOUND / 2.0;
/// Times an answer of the wrong shape is asked for again.
const MAX_REPAIRS: i64 = 1;

/// Which finding, and what is shown with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Asked {
    check: String,
    kind: ClauseKind,
    /// What the finding says, in our words.
    finding: String,
    /// The headings above its words.
    path: String,
    /// The words that prove it; none of an absence.
    about: Option<Span>,
    /// The part of the contract they stand in, and what stands beside it; of an absence the nearest passages.
    shown: Vec<Span>,
}

/// A model's answer.
#[derive(Debug, Deserialize)]
struct Answer {
    /// The finding is wrong, or what was missing is there.
    #[serde(alias = "wrong", alias = "found")]
    yes: bool,
    quote: String,
}

/// The questions about a judgement's red lines and absences; none where no model is asked.
pub(super) async fn steps(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
    judgement: &Judgement,
) -> Result<Vec<NewStep>, StepError> {
    let Some(model) = doubter(context, claimed).await? else {
        return Ok(Vec::new());
    };
    let store = &context.store;
    let document = document(context, claimed).await?;
    let profile = profile(context, claimed).await?;
    let chunks = context.store.chunks_of_review(&claimed.review_id).await?;
    let rows = store
        .passages_of_review(&claimed.review_id, Embedded::ByProviderIfWhole)
        .await?;
    let findings = judgement.findings.clone();
    context
        .compute(move || {
            let index = Index::new(rows, &profile);
            let asked = findings.iter().filter_map(|finding| match finding.outcome {
                Outcome::Missing => Some(asked_for(&index, finding)),
                _ => asked_about(&document, &chunks, &index, finding),
            });
            let steps = asked.map(|asked| step(&model, &document.text, &profile, &asked));
            steps.collect()
        })
        .await?
}

/// When all were answered, the summary is written.
pub(super) fn phase(steps: &[NewStep]) -> NewPhase {
    NewPhase {
        name: KIND,
        total: steps.len() as u32,
        then_kind: super::summary::PREPARE,
        then_lane: OFFLINE,
        then_phase: None,
    }
}

/// The judgement once more with what the second look found; nothing where nobody looked.
pub(super) async fn judged_again(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
) -> Result<Option<Judgement>, StepError> {
    if chain_of(context, claimed).await?.is_empty() {
        return Ok(None);
    }
    let store = &context.store;
    let doubts = store.doubts_of_review(&claimed.review_id).await?;
    let read = store.clauses_of_review(&claimed.review_id).await?;
    let document = document(context, claimed).await?;
    let profile = profile(context, claimed).await?;
    let (playbook, _) = playbook(context, claimed).await?;
    let judgement = context.compute(move || {
        let mut judgement = judge_all(&document, &profile, read, &playbook);
        weigh(&document, &mut judgement.findings, &doubts);
        judgement
    });
    Ok(Some(judgement.await?))
}

/// Another provider than the one that reads, where there is one.
async fn doubter(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
) -> Result<Option<Arc<Model>>, StepError> {
    let chain = chain_of(context, claimed).await?;
    let known: Vec<Arc<Model>> = chain
        .iter()
        .filter_map(|id| context.models.get(id))
        .collect();
    Ok(known.get(1).or(known.first()).cloned())
}

fn asked_about(
    document: &Document,
    chunks: &[(Chunk, String)],
    index: &Index,
    finding: &Finding,
) -> Option<Asked> {
    let about = place_of(document, finding)?;
    let (chunk, _) = chunks
        .iter()
        .find(|(chunk, _)| chunk.span.start <= about.start && about.start < chunk.span.end)?;
    let beside = index.context_for_chunk(chunk.index, prompt::CONTEXT_TOKENS as usize);
    let beside = beside.iter().map(|passage| passage.span);
    Some(Asked {
        check: finding.check.clone(),
        kind: finding.clause_kind,
        finding: format!("{}. {}", finding.title, finding.explanation),
        path: chunk.heading_path.join(" > "),
        about: Some(about),
        shown: std::iter::once(chunk.span).chain(beside).collect(),
    })
}

/// The passages that come nearest to what was not found.
fn asked_for(index: &Index, finding: &Finding) -> Asked {
    let kind = finding.clause_kind;
    let query = format!("{} {} {}", kind.title(), finding.title, finding.ask);
    let mut nearest = index.related(&query, None, NEAREST);
    nearest.sort_by_key(|related| related.passage.span.start);
    Asked {
        check: finding.check.clone(),
        kind,
        finding: format!("{}. {}", kind.title(), finding.title),
        path: String::new(),
        about: None,
        shown: nearest.iter().map(|related| related.passage.span).collect(),
    }
}

fn step(
    model: &Model,
    text: &str,
    profile: &DocumentProfile,
    asked: &Asked,
) -> Result<NewStep, StepError> {
    let request = question(&model.config, text, profile, asked, None);
    Ok(NewStep {
        key: format!("{KIND}/{}", asked.check),
        kind: KIND,
        lane: MODEL,
        phase: Some(KIND),
        input: serde_json::to_string(asked).map_err(|_| StepError::lost("finding"))?,
        need: Some(prompt::need(&model.config, &request)),
    })
}

fn question(
    config: &ProviderConfig,
    text: &str,
    profile: &DocumentProfile,
    asked: &Asked,
    repair: Option<&str>,
) -> ModelRequest {
    let slice = |span: Span| text.get(span.range()).unwrap_or("");
    let texts: Vec<&str> = asked.shown.iter().map(|span| slice(*span)).collect();
    let Some(about) = asked.about else {
        let (finding, text) = (asked.finding.as_str(), texts.join("\n\n"));
        return prompt::look_for(config, profile, finding, &text, repair);
    };
    let (part, beside) = match texts.split_first() {
        Some((part, beside)) => (*part, beside),
        None => ("", &[][..]),
    };
    prompt::doubt(
        config,
        Doubted {
            profile,
            path: &asked.path,
            finding: &asked.finding,
            text: part,
            context: &super::find_context::in_words(beside),
            quote: slice(about),
            repair,
        },
    )
}

pub(super) async fn run(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
    boot_id: &str,
) -> Result<StepResult, StepError> {
    let asked: Asked =
        serde_json::from_str(&claimed.input).map_err(|_| StepError::lost("finding"))?;
    let Some(model) = asked_model(context, claimed).await? else {
        return Ok(call::not_asked(context));
    };
    let chunks = context.store.chunks_of_review(&claimed.review_id).await?;
    let text = text_of(&chunks);
    let profile = profile(context, claimed).await?;
    let repair = claimed.repair.as_deref();
    let question = question(&model.config, &text, &profile, &asked, repair);
    let question = redaction::question(context, claimed, question).await?;
    if prompt::tokens(&question.request) > model.config.context_tokens {
        let words = "This part is longer than the model can read at once.";
        return Ok(undoubted("context_exceeded", words, None));
    }
    let hash = match asked.about {
        Some(_) => prompt::doubt_hash(),
        None => prompt::look_hash(),
    };
    let look = Purpose::SecondLook;
    let asking = call::answer(context, claimed, boot_id, &model, look, &question, hash);
    let (answer, record): (Answer, _) = match asking.await? {
        Ok(answered) => answered,
        Err((error, record)) => return decide(claimed, &error, record),
    };
    let said_yes = answer.yes;
    let reader = format!("{}:{}", model.config.id, model.config.model);
    let proved = context.compute(move || {
        let stands = find_words(&text, &asked.shown, &answer.quote).is_some();
        (stands, proved(&text, &asked, &chunks, &answer, reader))
    });
    let (stands, product) = proved.await?;
    if said_yes && !stands && claimed.repairs == 0 {
        return Err(ask_for_its_words(record));
    }
    let note = (said_yes && product.is_none()).then(|| {
        let words = "The words that the model points to do not stand where it looked, or say nothing else than the finding. Its \
                     answer was thrown away.";
        ("unverified_look".to_owned(), words.to_owned())
    });
    Ok(StepResult {
        products: product.into_iter().collect(),
        call: Some(record),
        note,
        ..StepResult::default()
    })
}

/// Words that do not stand there are asked for once more.
fn ask_for_its_words(record: CallRecord) -> StepError {
    Again {
        code: "unverified_look",
        message: "The words that the model points to do not stand where it looked. It is asked for them once more.".to_owned(),
        repair: Some(
            "its quote does not stand there. Copy the words in one run, or answer that there are none.".to_owned(),
        ),
        call: Some(record),
        ..Again::default()
    }
    .after(0)
}

/// The document's text as far as its chunks hold it, at its places: many questions are asked at once, and
/// a document with its words takes twenty times the memory.
fn text_of(chunks: &[(Chunk, String)]) -> String {
    let mut text = String::new();
    for (chunk, part) in chunks {
        let start = chunk.span.start as usize;
        // What lies between two chunks is what parts paragraphs.
        text.extend(std::iter::repeat_n('\n', start.saturating_sub(text.len())));
        text.push_str(part);
    }
    text
}

/// What an answer comes to, when its words stand on the page.
fn proved(
    text: &str,
    asked: &Asked,
    chunks: &[(Chunk, String)],
    answer: &Answer,
    reader: String,
) -> Option<Product> {
    if !answer.yes {
        return None;
    }
    if let Some(about) = asked.about {
        let about = (asked.check.as_str(), about);
        return doubt(text, about, &asked.shown, &answer.quote).map(Product::Doubt);
    }
    let span = find_words(text, &asked.shown, &answer.quote)?;
    let (chunk, _) = chunks
        .iter()
        .find(|(chunk, _)| chunk.span.start <= span.start && span.start < chunk.span.end)?;
    Some(Product::Clauses {
        chunk: chunk.index,
        reader,
        clauses: vec![Clause {
            kind: asked.kind,
            span,
            bound: Side::Unknown,
            polarity: Polarity::Affirmed,
            confidence: FAINT,
            facts: Vec::new(),
        }],
    })
}

fn decide(
    claimed: &ClaimedStep,
    error: &ProviderError,
    call: Option<CallRecord>,
) -> Result<StepResult, StepError> {
    if let Some(again) = call::again(claimed, error, call.as_ref(), MAX_REPAIRS) {
        return Err(again);
    }
    Ok(undoubted(error.code, &error.message, call))
}

/// The finding stands as the rules judged it.
fn undoubted(code: &str, message: &str, call: Option<CallRecord>) -> StepResult {
    let instead = "The finding was not looked at a second time.";
    call::without(code, message, instead, call)
}
