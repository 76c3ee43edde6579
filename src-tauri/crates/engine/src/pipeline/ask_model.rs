//! Ask a model: one part of a contract, by one provider.
//!
//! Safe to run twice: the question's key finds the answer that was kept, and the part's clauses are
//! replaced as a whole. What an error means is decided here; the queue does it.

use std::sync::Arc;

use countersign_providers::{ErrorClass, ModelReply, ProviderError, Usage, code, parse_reply};
use countersign_store::blobs::sha256_hex;
use countersign_store::calls::{Begun, CallRecord, CallUsage};
use countersign_store::faults;
use countersign_store::limits::Outcome;
use countersign_store::products::Product;
use countersign_store::steps::{ClaimedStep, ModelNeed, NewStep, StepResult};
use serde::{Deserialize, Serialize};
use tracing::Instrument as _;

use super::prompt::{self, Answer, Part};
use super::{Again, Context, MODEL, StepError, compute, profile, span};
use crate::models::Model;

/// Failed answers of one provider before another reader takes the part.
const MAX_FAILURES: i64 = 4;
/// Times an answer of the wrong shape is asked for again.
const MAX_REPAIRS: i64 = 2;
/// A part shorter than this is not taken apart any more, bytes.
const SHORTEST_PART: usize = 400;
/// Another step is asking the same: look again after this long.
const UNDER_WAY_MS: i64 = 500;

/// Which part of which chunk; the whole of it without a range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PartOf {
    pub(super) chunk: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) range: Option<(u32, u32)>,
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

pub(super) async fn run(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
    boot_id: &str,
) -> Result<StepResult, StepError> {
    let part_of: PartOf =
        serde_json::from_str(&claimed.input).map_err(|_| StepError::lost("chunk"))?;
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
        .ok_or_else(|| StepError::lost("chunk"))?;
    let model = claimed
        .provider
        .as_deref()
        .and_then(|id| context.models.get(id))
        .ok_or_else(|| StepError::lost("provider"))?;
    let profile = profile(context, claimed).await?;
    let around = super::context_of(context, claimed, part_of.chunk).await?;
    let request = prompt::question(
        &model.config,
        Part {
            profile: &profile,
            heading_path: &chunk.heading_path,
            text,
            context: &around,
            repair: claimed.repair.as_deref(),
        },
    );
    let asker = Asker {
        context,
        claimed,
        model: &model,
        part_of: &part_of,
        text,
    };
    if prompt::tokens(&request) > model.config.context_tokens {
        let words = "This part is longer than the model can read at once.";
        return asker.take_apart("context_exceeded", words, None).await;
    }
    let key = key_of(&model, &request);
    let client = match &model.client {
        Ok(client) => Arc::clone(client),
        Err(error) => return asker.decide(error, None).await,
    };
    let now = context.config.clock.now_ms();
    let asked = (model.config.id.as_str(), model.config.model.as_str());
    let mut record = CallRecord {
        key: key.clone(),
        provider: model.config.id.clone(),
        model: model.config.model.clone(),
        prompt_hash: prompt::prompt_hash(),
        sent_at: None,
        first_byte_ms: None,
        call_ms: None,
        http_status: None,
        error_class: None,
        usage: None,
        response_id: None,
        reply: None,
        outcome: Outcome::Neutral,
        concurrency: model.config.concurrency,
    };
    let begun = context
        .store
        .begin_call(claimed, boot_id, &key, asked, now)
        .await?;
    let reply = match begun {
        Begun::Known(kept) => {
            serde_json::from_str(&kept).map_err(|_| StepError::lost("model's answer"))?
        }
        Begun::Ask => {
            faults::point("call.begun");
            record.sent_at = Some(now);
            let span = span::of_call(&model, &request);
            match client.complete(&request).instrument(span.clone()).await {
                Ok(reply) => {
                    faults::point("call.answered");
                    answered(&mut record, &model, &reply);
                    span::end(&span, &record);
                    reply
                }
                Err(error) => {
                    failed(&mut record, &model, &error);
                    span::end(&span, &record);
                    return asker.decide(&error, Some(record)).await;
                }
            }
        }
        Begun::UnderWay => {
            return Err(StepError::Again(Box::new(Again {
                code: "asked_already",
                message: "The same question is being asked for another contract at this moment; its answer will do for both."
                    .to_owned(),
                in_ms: UNDER_WAY_MS,
                ..Again::default()
            })));
        }
        Begun::TooLate => return Err(StepError::TooLate),
    };
    let answer: Answer = match parse_reply(&reply) {
        Ok(answer) => answer,
        Err(error) => {
            record.error_class = Some(class_word(&error));
            return asker.decide(&error, Some(record)).await;
        }
    };
    let (start, text) = (chunk.span.start + from as u32, text.to_owned());
    let (clauses, unverified) = compute(move || prompt::verified(answer, &text, start)).await?;
    if record.sent_at.is_some() {
        record.reply = serde_json::to_string(&reply).ok();
    }
    Ok(StepResult {
        products: vec![Product::Clauses {
            chunk: part_of.chunk,
            reader: format!("{}:{}", model.config.id, model.config.model),
            clauses,
        }],
        call: Some(record),
        note: (unverified > 0).then(|| {
            (
                "unverified_quotes".to_owned(),
                format!("{unverified} quotes of the model do not stand in this part and were thrown away."),
            )
        }),
        ..StepResult::default()
    })
}

/// What was asked of whom, in one hash.
fn key_of(model: &Model, request: &countersign_providers::ModelRequest) -> String {
    let request = serde_json::to_string(request).unwrap_or_default();
    let whom = format!("{}\n{}\n", model.config.id, model.config.base_url);
    sha256_hex(format!("{whom}{request}").as_bytes())
}

fn used(model: &Model, usage: &Usage) -> CallUsage {
    let price = model.config.price.as_ref();
    CallUsage {
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        cached_tokens: usage.cached_tokens,
        micros: price.map_or(0, |price| price.cost_micros(usage)),
        price_version: price.map(|price| price.version.clone()),
    }
}

fn answered(record: &mut CallRecord, model: &Model, reply: &ModelReply) {
    record.usage = Some(used(model, &reply.usage));
    record.http_status = Some(reply.http_status);
    record.first_byte_ms = Some(reply.first_byte_ms);
    record.call_ms = Some(reply.total_ms);
    record.response_id.clone_from(&reply.response_id);
    record.outcome = Outcome::Answered;
}

fn failed(record: &mut CallRecord, model: &Model, error: &ProviderError) {
    record.usage = error.usage.as_ref().map(|usage| used(model, usage));
    record.http_status = error.http_status;
    record.call_ms = Some(error.total_ms);
    record.response_id.clone_from(&error.response_id);
    record.error_class = Some(class_word(error));
    record.outcome = match error.class {
        ErrorClass::RetryAfter { ms } => Outcome::Refused {
            wait_ms: i64::try_from(ms).ok(),
        },
        ErrorClass::RetryBackoff if error.http_status == Some(429) => {
            Outcome::Refused { wait_ms: None }
        }
        ErrorClass::RetryBackoff => Outcome::Failed,
        _ => Outcome::Neutral,
    };
}

fn class_word(error: &ProviderError) -> &'static str {
    match error.class {
        ErrorClass::RetryAfter { .. } => "retry_after",
        ErrorClass::RetryBackoff => "retry_backoff",
        ErrorClass::RepairPrompt => "repair_prompt",
        ErrorClass::Shrink => "shrink",
        ErrorClass::Fallback => "fallback",
        ErrorClass::Permanent => "permanent",
        ErrorClass::UserAction => "user_action",
    }
}

/// Who asks, about what: enough to decide what an error means.
struct Asker<'a> {
    context: &'a Arc<Context>,
    claimed: &'a ClaimedStep,
    model: &'a Model,
    part_of: &'a PartOf,
    text: &'a str,
}

impl Asker<'_> {
    async fn decide(
        &self,
        error: &ProviderError,
        call: Option<CallRecord>,
    ) -> Result<StepResult, StepError> {
        let again = Again {
            code: error.code,
            message: error.message.clone(),
            call: call.clone(),
            ..Again::default()
        };
        if self.speak_simpler(error.code).await? {
            return Err(again.after(0));
        }
        match error.class {
            ErrorClass::RetryAfter { ms } => {
                Err(again.after(i64::try_from(ms).unwrap_or(i64::MAX)))
            }
            ErrorClass::RetryBackoff if self.claimed.failures + 1 < MAX_FAILURES => {
                let wait = backoff_ms(self.claimed);
                Err(Again {
                    burns: true,
                    ..again
                }
                .after(wait))
            }
            ErrorClass::RepairPrompt if self.claimed.repairs < MAX_REPAIRS => Err(Again {
                repair: Some(error.message.clone()),
                ..again
            }
            .after(0)),
            ErrorClass::Shrink => self.take_apart(error.code, &error.message, call).await,
            ErrorClass::UserAction => Err(Again {
                pauses_provider: true,
                ..again
            }
            .after(0)),
            ErrorClass::RetryBackoff
            | ErrorClass::RepairPrompt
            | ErrorClass::Fallback
            | ErrorClass::Permanent => self.fall_back(error.code, &error.message, call).await,
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
                chunk: self.part_of.chunk,
                range: Some(range),
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
        let review = self
            .context
            .store
            .review(&self.claimed.review_id)
            .await?
            .ok_or_else(|| StepError::lost("review"))?;
        let chain: Vec<String> = serde_json::from_str(&review.providers).unwrap_or_default();
        let next = chain
            .iter()
            .skip_while(|id| **id != self.model.config.id)
            .skip(1)
            .find_map(|id| self.context.models.get(id));
        let Some(next) = next else {
            return Ok(StepResult {
                call,
                note: Some((
                    code.to_owned(),
                    format!("{message}. This part was read by the offline reader alone."),
                )),
                ..StepResult::default()
            });
        };
        let profile = profile(self.context, self.claimed).await?;
        let request = prompt::question(
            &next.config,
            Part {
                profile: &profile,
                heading_path: &[],
                text: self.text,
                context: "",
                repair: None,
            },
        );
        Err(Again {
            code,
            message: format!("{message}. {} is asked instead.", next.config.name),
            call,
            ask_instead: Some(prompt::need(&next.config, &request)),
            ..Again::default()
        }
        .after(0))
    }
}

/// Where to cut a text in two: the end of the sentence nearest its middle, else between words.
fn middle_of(text: &str) -> Option<usize> {
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

/// Doubles from one second to a minute, each step at its own moment within the second half of it.
fn backoff_ms(claimed: &ClaimedStep) -> i64 {
    let longest = 1000_i64 << claimed.failures.clamp(0, 6);
    let hash = sha256_hex(format!("{}/{}", claimed.id, claimed.attempt).as_bytes());
    let share = i64::from_str_radix(hash.get(..4).unwrap_or("0"), 16).unwrap_or(0);
    longest / 2 + longest / 2 * share / 0xffff
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
