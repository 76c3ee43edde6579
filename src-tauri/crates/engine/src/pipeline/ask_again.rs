//! Ask again: a model that quoted words which do not stand in the part is asked once more for the contract's own.
//!
//! A step of its own, so that what the first answer proved is kept whatever becomes of the second. Safe to run
//! twice: the question's key finds the answer that was kept, and what it leaves is replaced as a whole. What is
//! still without words is listed by its kind and place; the words that were made up are never shown.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_contracts::chunk::Chunk;
use countersign_contracts::clause::ClauseKind;
use countersign_contracts::document::Document;
use countersign_contracts::profile::DocumentProfile;
use countersign_providers::{ProviderError, Purpose};
use countersign_store::calls::CallRecord;
use countersign_store::products::Product;
use countersign_store::steps::{ClaimedStep, NewStep, StepResult};
use serde::{Deserialize, Serialize};

use super::ask_model::{PartOf, asked_model, text_of};
use super::prompt::{self, Answer, Said};
use super::{Context, MODEL, READ_CLAUSES, StepError, call, profile, redaction};
use crate::models::Model;

/// The kind of these steps.
pub(super) const KIND: &str = "ask_again";
/// Times an answer of the wrong shape is asked for again.
const MAX_REPAIRS: i64 = 1;
/// Lines about what could not be verified; the rest is counted.
const MOST_LINES: usize = 12;

/// Which part, and what was said of it with words that do not stand there.
#[derive(Debug, Serialize, Deserialize)]
struct Misquoted {
    /// Key of the step that read the part.
    part: String,
    of: PartOf,
    said: Vec<Said>,
}

/// What the history says of an answer of which so many quotes do not stand in its part.
pub(super) fn note(unverified: usize) -> (String, String) {
    let words =
        format!("{unverified} quotes of the model do not stand in this part and were thrown away.");
    ("unverified_quotes".to_owned(), words)
}

/// What is kept of clauses that were named with words that do not stand there.
pub(super) fn product(part: &str, chunk: u32, said: &[Said]) -> Product {
    Product::Unverified {
        part: part.to_owned(),
        chunk,
        kinds: said.iter().map(|said| said.kind).collect(),
    }
}

/// The step that asks the same provider once more; none when all that was said is too long to ask about.
pub(super) fn step(
    model: &Model,
    claimed: &ClaimedStep,
    profile: &DocumentProfile,
    of: PartOf,
    text: &str,
    said: Vec<Said>,
) -> Result<Option<NewStep>, StepError> {
    let request = prompt::quote_again(&model.config, profile, text, &said, None);
    if prompt::tokens(&request) > model.config.context_tokens {
        return Ok(None);
    }
    let misquoted = Misquoted {
        part: claimed.key.clone(),
        of,
        said,
    };
    Ok(Some(NewStep {
        key: format!("{}/again", claimed.key),
        kind: KIND,
        lane: MODEL,
        phase: Some(READ_CLAUSES),
        input: serde_json::to_string(&misquoted).map_err(|_| StepError::lost("answer"))?,
        need: Some(prompt::need(&model.config, &request)),
    }))
}

pub(super) async fn run(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
    boot_id: &str,
) -> Result<StepResult, StepError> {
    let misquoted: Misquoted =
        serde_json::from_str(&claimed.input).map_err(|_| StepError::lost("answer"))?;
    let Some(model) = asked_model(context, claimed).await? else {
        return Ok(call::not_asked(context));
    };
    let (chunk, from, text) = text_of(context, claimed, &misquoted.of).await?;
    let profile = profile(context, claimed).await?;
    let repair = claimed.repair.as_deref();
    let question = prompt::quote_again(&model.config, &profile, &text, &misquoted.said, repair);
    let question = redaction::question(context, claimed, question).await?;
    let hash = prompt::again_hash();
    let asked = call::answer(
        context,
        claimed,
        boot_id,
        &model,
        Purpose::Read,
        &question,
        hash,
    );
    let (answer, record): (Answer, _) = match asked.await? {
        Ok(answered) => answered,
        Err((error, record)) => return decide(claimed, &error, record),
    };
    let kinds: Vec<ClauseKind> = misquoted.said.iter().map(|said| said.kind).collect();
    let start = chunk.span.start + from as u32;
    let proved = context.compute(move || prompt::verified(answer.only(&kinds), &text, start));
    let (clauses, unverified) = proved.await?;
    Ok(StepResult {
        products: vec![
            Product::Clauses {
                chunk: misquoted.of.chunk,
                reader: format!("{}:{}", model.config.id, model.config.model),
                clauses,
            },
            product(&misquoted.part, misquoted.of.chunk, &unverified),
        ],
        call: Some(record),
        note: (!unverified.is_empty()).then(|| note(unverified.len())),
        ..StepResult::default()
    })
}

/// What the first answer proved stands, whatever became of the second.
fn decide(
    claimed: &ClaimedStep,
    error: &ProviderError,
    call: Option<CallRecord>,
) -> Result<StepResult, StepError> {
    if let Some(again) = call::again(claimed, error, call.as_ref(), MAX_REPAIRS) {
        return Err(again);
    }
    let instead = "Its words were not asked for again.";
    Ok(call::without(error.code, &error.message, instead, call))
}

/// What could not be verified, for the report: of what kind and on which pages, the most frequent first.
pub(super) async fn in_words(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
    document: &Document,
) -> Result<Vec<String>, StepError> {
    let store = &context.store;
    let unverified = store.unverified_of_review(&claimed.review_id).await?;
    if unverified.is_empty() {
        return Ok(Vec::new());
    }
    let chunks = store.chunks_of_review(&claimed.review_id).await?;
    Ok(lines(&unverified, &chunks, document))
}

fn lines(
    unverified: &[(u32, String)],
    chunks: &[(Chunk, String)],
    document: &Document,
) -> Vec<String> {
    let page_of = |number: u32| {
        let (chunk, _) = chunks.iter().find(|(chunk, _)| chunk.index == number)?;
        Some(document.words_in(chunk.span).first()?.page)
    };
    let title_of = |id: &str| {
        let kind = ClauseKind::ALL.iter().find(|kind| kind.id() == id);
        kind.map_or(id, |kind| kind.title()).to_owned()
    };
    let mut by_kind: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (chunk, kind) in unverified {
        by_kind
            .entry(kind)
            .or_default()
            .push(page_of(*chunk).unwrap_or(1));
    }
    let mut kinds: Vec<(&str, Vec<u32>)> = by_kind.into_iter().collect();
    kinds.sort_by_key(|(_, pages)| std::cmp::Reverse(pages.len()));
    let more = kinds.len().saturating_sub(MOST_LINES);
    let mut lines: Vec<String> = kinds
        .into_iter()
        .take(MOST_LINES)
        .map(|(kind, mut pages)| {
            pages.sort_unstable();
            pages.dedup();
            let pages: Vec<String> = pages.iter().map(u32::to_string).collect();
            let on = if pages.len() == 1 { "page" } else { "pages" };
            format!(
                "Could not be verified: a model named a clause of the kind “{}” on {on} {}, but not with words that stand there, \
                 even when it was asked once more. It was left out.",
                title_of(kind),
                pages.join(", ")
            )
        })
        .collect();
    if more > 0 {
        lines.push(format!(
            "Could not be verified: clauses of {more} more kinds that a model named with words that do not stand there."
        ));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_contracts::chunk::chunk_document;

    #[test]
    fn what_was_made_up_is_listed_by_kind_and_page_without_its_words() {
        let document = Document::from_plain_text("1. Term\n\nThis agreement runs for one year.");
        let chunks: Vec<(Chunk, String)> = chunk_document(&document)
            .into_iter()
            .map(|chunk| (chunk, String::new()))
            .collect();
        let said = |kind: ClauseKind| (0, kind.id().to_owned());
        let told = lines(
            &[
                said(ClauseKind::AuditRights),
                said(ClauseKind::CapOnLiability),
                said(ClauseKind::CapOnLiability),
            ],
            &chunks,
            &document,
        );
        assert_eq!(told.len(), 2);
        assert!(
            told[0].contains(ClauseKind::CapOnLiability.title()),
            "{told:?}"
        );
        assert!(told[0].contains("on page 1, but"), "{told:?}");
        let all: Vec<(u32, String)> = ClauseKind::ALL.iter().map(|kind| said(*kind)).collect();
        let told = lines(&all, &chunks, &document);
        assert_eq!(told.len(), MOST_LINES + 1);
        assert!(told[MOST_LINES].contains(&format!("{} more", all.len() - MOST_LINES)));
    }
}
