//! Ask a model: one part of a contract, by one provider.
//!
//! Safe to run twice: the question's key finds the answer that was kept, and the part's clauses are
//! replaced as a whole. What an error means is decided here; the queue does it.

use std::sync::Arc;

use countersign_contracts::chunk::Chunk;
use countersign_contracts::document::Span;
use countersign_providers::{ErrorClass, ProviderError, Purpose, code};
use countersign_store::calls::CallRecord;
use countersign_store::passages::Excerpt;
use countersign_store::products::Product;
use countersign_store::steps::{ClaimedStep, ModelNeed, NewStep, StepResult};
use serde::{Deserialize, Serialize};

use super::chunk::model_needs;
use super::prompt::{self, Answer, Part};
use super::{
    Again, Context, MODEL, StepError, ask_again, call, find_context, next_model, profile, redaction,
};
use crate::models::Model;

/// Times an answer of the wrong shape is asked for again.
const MAX_REPAIRS: i64 = 2;
/// A part shorter than this is not taken apart any more, bytes.
const SHORTEST_PART: usize = 400;

/// Which part of which chunk, the whole of it without a range; and what stands beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PartOf {
    pub(super) chunk: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) range: Option<(u32, u32)>,
    /// Places of the contract that help to understand it: chunk, passage of it, and the range of the
    /// document's text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) beside: Vec<(u32, u32, u32, u32)>,
}

impl PartOf {
    fn excerpts(&self) -> Vec<Excerpt> {
        let excerpt = |(chunk, passage, start, end): &(u32, u32, u32, u32)| Excerpt {
            chunk: *chunk,
            passage: *passage,
            span: Span {
                start: *start,
                end: *end,
            },
        };
        self.beside.iter().map(excerpt).collect()
    }
}

/// A step that asks about a part.
pub(super) fn step(part: &PartOf, need: ModelNeed) -> Result<NewStep, StepError> {
    let key = match part.range {
        None => format!("read_clauses/{}/model", part.chunk),
        Some((from, to)) => format!("read_clauses/{}/model/{from}-{to}", part.chunk),
    };
    Ok(NewStep {
        key,
        kind: "read_clauses",
        lane: MODEL,
        phase: Some("read_clauses"),
        input: serde_json::to_string(part).map_err(|_| StepError::lost("chunk"))?,
        need: Some(need),
    })
}

/// The provider of a step, unless its review was to be finished without it meanwhile or nothing may leave.
pub(super) async fn asked_model(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
) -> Result<Option<Arc<Model>>, StepError> {
    let id = claimed.provider.as_deref().unwrap_or_default();
    if context.models.way().is_shut() {
        return Ok(None);
    }
    if !super::chain_of(context, claimed)
        .await?
        .iter()
        .any(|one| one == id)
    {
        return Ok(None);
    }
    let model = context.models.get(id);
    Ok(Some(model.ok_or_else(|| StepError::lost("provider"))?))
}

pub(super) async fn run(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
    boot_id: &str,
) -> Result<StepResult, StepError> {
    let part_of: PartOf =
        serde_json::from_str(&claimed.input).map_err(|_| StepError::lost("chunk"))?;
    let (chunk, from, text) = text_of(context, claimed, &part_of).await?;
    let text = text.as_str();
    let Some(model) = asked_model(context, claimed).await? else {
        return Ok(call::not_asked(context));
    };
    let profile = profile(context, claimed).await?;
    let around = context
        .store
        .excerpts(&claimed.review_id, &part_of.excerpts())
        .await?;
    let around = find_context::in_words(&around);
    let question = prompt::question(
        &model.config,
        Part {
            profile: &profile,
            heading_path: &chunk.heading_path,
            text,
            context: &around,
            repair: claimed.repair.as_deref(),
        },
    );
    let question = redaction::question(context, claimed, question).await?;
    let asker = Asker {
        context,
        claimed,
        model: &model,
        part_of: &part_of,
        text,
        around: &around,
    };
    if prompt::tokens(&question.request) > model.config.context_tokens {
        let words = "This part is longer than the model can read at once.";
        return asker.take_apart("context_exceeded", words, None).await;
    }
    let hash = prompt::prompt_hash();
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
        Err((error, record)) => return asker.decide(&error, record).await,
    };
    let start = chunk.span.start + from as u32;
    let of_part = text.to_owned();
    let (clauses, unverified) = context
        .compute(move || prompt::verified(answer, &of_part, start))
        .await?;
    let read = Product::Clauses {
        chunk: part_of.chunk,
        reader: format!("{}:{}", model.config.id, model.config.model),
        clauses,
    };
    if unverified.is_empty() {
        return Ok(StepResult {
            products: vec![read],
            call: Some(record),
            ..StepResult::default()
        });
    }
    let note = ask_again::note(unverified.len());
    let misquoted = ask_again::product(&claimed.key, part_of.chunk, &unverified);
    let again = ask_again::step(&model, claimed, &profile, part_of, text, unverified)?;
    let next: Vec<NewStep> = again.into_iter().collect();
    Ok(StepResult {
        products: vec![read, misquoted],
        grows_phase: next.len() as i32,
        estimate: Some(model_needs(&next)),
        next,
        call: Some(record),
        note: Some(note),
        ..StepResult::default()
    })
}

/// The text of a part, with where it begins in the document.
pub(super) async fn text_of(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
    part_of: &PartOf,
) -> Result<(Chunk, usize, String), StepError> {
    let (chunk, whole) = context
        .store
        .chunk_of_review(&claimed.review_id, part_of.chunk)
        .await?
        .ok_or_else(|| StepError::lost("chunk"))?;
    let (from, to) = part_of
        .range
        .map_or((0, whole.len()), |(from, to)| (from as usize, to as usize));
    let text = whole
        .get(from..to)
        .ok_or_else(|| StepError::lost("chunk"))?
        .to_owned();
    Ok((chunk, from, text))
}

/// Who asks, about what: enough to decide what an error means.
struct Asker<'a> {
    context: &'a Arc<Context>,
    claimed: &'a ClaimedStep,
    model: &'a Model,
    part_of: &'a PartOf,
    text: &'a str,
    /// Words from elsewhere in the contract.
    around: &'a str,
}

impl Asker<'_> {
    async fn decide(
        &self,
        error: &ProviderError,
        call: Option<CallRecord>,
    ) -> Result<StepResult, StepError> {
        if self.speak_simpler(error.code).await? {
            return Err(call::of_error(error, call.as_ref()).after(0));
        }
        if let Some(again) = call::again(self.claimed, error, call.as_ref(), MAX_REPAIRS) {
            return Err(again);
        }
        match error.class {
            ErrorClass::Shrink => self.take_apart(error.code, &error.message, call).await,
            _ => self.fall_back(error.code, &error.message, call).await,
        }
    }

    /// A server that does not know how we ask is asked in a simpler way from now on. True when there was
    /// one left.
    async fn speak_simpler(&self, code: &str) -> Result<bool, StepError> {
        if !matches!(code, code::SCHEMA_UNSUPPORTED | code::SAMPLING_UNSUPPORTED) {
            return Ok(false);
        }
        let asked = &self.model.config;
        let simpler = self.context.change_models(|settings| {
            let known = settings.providers.iter_mut().find(|p| p.id == asked.id);
            let Some(config) = known else {
                return Ok(false);
            };
            // Another step may have found out before.
            if (config.schema_mode, config.sampling) != (asked.schema_mode, asked.sampling) {
                return Ok(true);
            }
            match (code, config.schema_mode.lower()) {
                (code::SCHEMA_UNSUPPORTED, Some(lower)) => config.schema_mode = lower,
                (code::SAMPLING_UNSUPPORTED, _) if config.sampling => config.sampling = false,
                _ => return Ok(false),
            }
            Ok(true)
        });
        simpler.await
    }

    /// Two halves instead of the whole, cut at a sentence or between words.
    async fn take_apart(
        &self,
        code: &'static str,
        message: &str,
        call: Option<CallRecord>,
    ) -> Result<StepResult, StepError> {
        let Some(middle) = middle_of(self.text) else {
            return self.fall_back(code, message, call).await;
        };
        let from = self.part_of.range.map_or(0, |(from, _)| from);
        let to = from + self.text.len() as u32;
        let cut = from + middle as u32;
        let half = |range| {
            let part = PartOf {
                range: Some(range),
                ..self.part_of.clone()
            };
            let need = ModelNeed {
                provider: self.model.config.id.clone(),
                tokens: u32::try_from(self.claimed.need_tokens).unwrap_or(u32::MAX),
                micros: u64::try_from(self.claimed.need_micros).unwrap_or(0),
            };
            step(&part, need)
        };
        Ok(StepResult {
            next: vec![half((from, cut))?, half((cut, to))?],
            grows_phase: 2,
            call,
            note: Some((code.to_owned(), message.to_owned())),
            ..StepResult::default()
        })
    }

    /// The next provider of the review's chain; after the last the offline reader's word stands alone.
    async fn fall_back(
        &self,
        code: &'static str,
        message: &str,
        call: Option<CallRecord>,
    ) -> Result<StepResult, StepError> {
        let next = next_model(self.context, self.claimed, self.model).await?;
        let Some(next) = next else {
            let instead = "This part was read by the offline reader alone.";
            return Ok(call::without(code, message, instead, call));
        };
        let profile = profile(self.context, self.claimed).await?;
        let request = prompt::question(
            &next.config,
            Part {
                profile: &profile,
                heading_path: &[],
                text: self.text,
                context: self.around,
                repair: None,
            },
        );
        Err(Again {
            code,
            message: call::then(message, &format!("{} is asked instead.", next.config.name)),
            call,
            ask_instead: Some(prompt::need(&next.config, &request)),
            ..Again::default()
        }
        .after(0))
    }
}

/// Where to cut a text in two: the end of the sentence nearest its middle, else between words.
pub(super) fn middle_of(text: &str) -> Option<usize> {
    if text.len() < SHORTEST_PART {
        return None;
    }
    let half = text.len() / 2;
    let quarter = text.len() / 4;
    let best = |ends: &mut dyn Iterator<Item = usize>| {
        ends.filter(|at| at.abs_diff(half) < quarter)
            .min_by_key(|at| at.abs_diff(half))
    };
    best(
        &mut text
            .match_indices([';', '.', '\n'])
            .map(|(at, mark)| at + mark.len()),
    )
    .or_else(|| best(&mut text.match_indices(' ').map(|(at, _)| at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_cut_at_the_end_of_a_sentence_near_its_middle() {
        let text = format!("{}. {}", "a word ".repeat(40).trim(), "b word ".repeat(45));
        let cut = middle_of(&text).unwrap();
        assert!(text[..cut].ends_with("a word."));
        assert_eq!(middle_of("Short."), None);
        assert_eq!(middle_of(&"x".repeat(1_000)), None, "one word can't be cut");
    }
}
