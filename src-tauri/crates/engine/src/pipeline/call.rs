//! A call of a provider as the history keeps it: what was asked of whom, what it used, what its error
//! means. Shared by the steps that ask.

use countersign_providers::{
    About, ErrorClass, ModelReply, ModelRequest, Price, Provider, ProviderError, Purpose, Usage,
    parse_reply,
};
use countersign_store::blobs::sha256_hex;
use countersign_store::calls::{Begun, CallRecord, CallUsage};
use countersign_store::faults;
use countersign_store::limits::Outcome;
use countersign_store::steps::{ClaimedStep, StepResult};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing::Instrument as _;

use super::redaction::Question;
use super::{Again, Context, StepError, span};
use crate::models::Model;

/// Failed answers of one provider before the step does without it.
const MAX_FAILURES: i64 = 4;
/// Another step is asking the same: look again after this long.
const UNDER_WAY_MS: i64 = 500;

/// What went wrong and what follows, as two sentences: not every message ends with a stop.
pub(super) fn then(message: &str, next: &str) -> String {
    format!("{}. {next}", message.trim_end_matches('.'))
}

/// The step ends without an answer: its note says why, and what stands in the answer's place.
pub(super) fn without(
    code: &str,
    message: &str,
    instead: &str,
    call: Option<CallRecord>,
) -> StepResult {
    StepResult {
        call,
        note: Some((code.to_owned(), then(message, instead))),
        ..StepResult::default()
    }
}

/// What was asked of whom, in one hash.
pub(super) fn key_of(model: &Model, request: &impl Serialize) -> String {
    let request = serde_json::to_string(request).unwrap_or_default();
    let whom = format!("{}\n{}\n", model.config.id, model.config.base_url);
    sha256_hex(format!("{whom}{request}").as_bytes())
}

/// A call about to be made of one of a provider's models.
pub(super) fn record_of(model: &Model, name: &str, key: &str, prompt_hash: String) -> CallRecord {
    CallRecord {
        key: key.to_owned(),
        provider: model.config.id.clone(),
        model: name.to_owned(),
        prompt_hash,
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
    }
}

/// A review that is to be finished offline is not asked about any more.
pub(super) fn not_asked(context: &Context) -> StepResult {
    let words = if context.models.way().is_shut() {
        "Nothing may leave this computer, so this question was not asked."
    } else {
        "You had the review finished offline, so this question was not asked."
    };
    StepResult {
        note: Some(("finished_offline".to_owned(), words.to_owned())),
        ..StepResult::default()
    }
}

/// For a question that another step is asking at this moment.
pub(super) fn asked_already() -> StepError {
    Again {
        code: "asked_already",
        message: "The same question is being asked for another contract at this moment; its answer will do for both."
            .to_owned(),
        ..Again::default()
    }
    .after(UNDER_WAY_MS)
}

/// What a call used, by a price that may not be known.
pub(super) fn used(price: Option<&Price>, usage: &Usage) -> CallUsage {
    CallUsage {
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        cached_tokens: usage.cached_tokens,
        micros: price.map_or(0, |price| price.cost_micros(usage)),
        price_version: price.map(|price| price.version.clone()),
    }
}

/// An answer in the shape asked for, with what the history keeps of its call. An error without a record was
/// met before anything was sent.
pub(super) type Answered<A> = Result<(A, CallRecord), (ProviderError, Option<CallRecord>)>;

/// Puts a question about a step's contract to a model, and reads the answer.
pub(super) async fn answer<A: DeserializeOwned>(
    context: &Context,
    claimed: &ClaimedStep,
    boot_id: &str,
    model: &Model,
    purpose: Purpose,
    question: &Question,
    prompt_hash: String,
) -> Result<Answered<A>, StepError> {
    let about = About::review(purpose, &claimed.review_id);
    let client = match model.client(about).await {
        Ok(client) => client,
        Err(error) => return Ok(Err((error, None))),
    };
    let whom = (model, client.as_ref());
    let asked = ask(
        context,
        claimed,
        boot_id,
        whom,
        &question.request,
        prompt_hash,
    )
    .await?;
    let (reply, mut record) = match asked {
        Ok(replied) => replied,
        Err((error, record)) => return Ok(Err((error, Some(record)))),
    };
    Ok(match parse_reply(&question.answer(&reply)) {
        Ok(answer) => {
            keep(&mut record, &reply);
            Ok((answer, record))
        }
        Err(error) => {
            record.error_class = Some(class_word(&error));
            Err((error, Some(record)))
        }
    })
}

/// How a question went, with what the history keeps of it. The reply is as the provider said it.
type Asked = Result<(ModelReply, CallRecord), (ProviderError, CallRecord)>;

/// Asks a model, or takes the answer that was paid for before.
async fn ask(
    context: &Context,
    claimed: &ClaimedStep,
    boot_id: &str,
    (model, client): (&Model, &dyn Provider),
    request: &ModelRequest,
    prompt_hash: String,
) -> Result<Asked, StepError> {
    let key = key_of(model, request);
    let mut record = record_of(model, &model.config.model, &key, prompt_hash);
    let now = context.config.clock.now_ms();
    let whom = (model.config.id.as_str(), model.config.model.as_str());
    let begun = context
        .store
        .begin_call(claimed, boot_id, &key, whom, now)
        .await?;
    match begun {
        Begun::Known(kept) => {
            let reply = serde_json::from_str(&kept);
            let reply = reply.map_err(|_| StepError::lost("model's answer"))?;
            return Ok(Ok((reply, record)));
        }
        Begun::Ask => {}
        Begun::UnderWay => return Err(asked_already()),
        Begun::TooLate => return Err(StepError::TooLate),
    }
    faults::point("call.begun");
    record.sent_at = Some(now);
    let price = model.config.price.as_ref();
    let span = span::of_call(model, request);
    let replied = client.complete(request).instrument(span.clone()).await;
    match &replied {
        Ok(reply) => {
            faults::point("call.answered");
            answered(&mut record, price, reply);
        }
        Err(error) => failed(&mut record, price, error),
    }
    span::end(&span, &record);
    Ok(match replied {
        Ok(reply) => Ok((reply, record)),
        Err(error) => Err((error, record)),
    })
}

/// Keeps an answer that was of use, unless it was kept before.
fn keep(record: &mut CallRecord, reply: &ModelReply) {
    if record.sent_at.is_some() {
        record.reply = serde_json::to_string(reply).ok();
    }
}

/// It was answered.
fn answered(record: &mut CallRecord, price: Option<&Price>, reply: &ModelReply) {
    record.usage = Some(used(price, &reply.usage));
    record.http_status = Some(reply.http_status);
    record.first_byte_ms = Some(reply.first_byte_ms);
    record.call_ms = Some(reply.total_ms);
    record.response_id.clone_from(&reply.response_id);
    record.outcome = Outcome::Answered;
}

/// It failed.
pub(super) fn failed(record: &mut CallRecord, price: Option<&Price>, error: &ProviderError) {
    record.usage = error.usage.as_ref().map(|usage| used(price, usage));
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

/// The next try after an error that a try by itself can get past: later, when a person has put the
/// provider right, or with what was wrong with the answer, up to `repairs` times. None when more of the
/// same would not help.
pub(super) fn again(
    claimed: &ClaimedStep,
    error: &ProviderError,
    call: Option<&CallRecord>,
    repairs: i64,
) -> Option<StepError> {
    let again = of_error(error, call);
    match error.class {
        ErrorClass::RetryAfter { ms } => Some(again.after(i64::try_from(ms).unwrap_or(i64::MAX))),
        ErrorClass::RetryBackoff if claimed.failures + 1 < MAX_FAILURES => {
            let burns = Again {
                burns: true,
                ..again
            };
            Some(burns.after(backoff_ms(claimed)))
        }
        ErrorClass::UserAction => {
            let pauses = Again {
                pauses_provider: true,
                ..again
            };
            Some(pauses.after(0))
        }
        ErrorClass::RepairPrompt if claimed.repairs < repairs => {
            let repaired = Again {
                repair: Some(error.message.clone()),
                ..again
            };
            Some(repaired.after(0))
        }
        ErrorClass::RetryBackoff
        | ErrorClass::RepairPrompt
        | ErrorClass::Shrink
        | ErrorClass::Fallback
        | ErrorClass::Permanent => None,
    }
}

/// Another try because of an error.
pub(super) fn of_error(error: &ProviderError, call: Option<&CallRecord>) -> Again {
    Again {
        code: error.code,
        message: error.message.clone(),
        call: call.cloned(),
        ..Again::default()
    }
}

/// The class of an error as the history names it.
pub(super) fn class_word(error: &ProviderError) -> &'static str {
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

/// Doubles from one second to a minute, each step at its own moment within the second half of it.
fn backoff_ms(claimed: &ClaimedStep) -> i64 {
    let longest = 1000_i64 << claimed.failures.clamp(0, 6);
    let hash = sha256_hex(format!("{}/{}", claimed.id, claimed.attempt).as_bytes());
    let share = i64::from_str_radix(hash.get(..4).unwrap_or("0"), 16).unwrap_or(0);
    longest / 2 + longest / 2 * share / 0xffff
}

#[cfg(test)]
mod tests {
    use super::then;

    #[test]
    fn two_sentences_are_parted_by_one_stop() {
        for message in ["The part was cut off", "The part was cut off."] {
            assert_eq!(
                then(message, "It is read again."),
                "The part was cut off. It is read again."
            );
        }
    }
}
