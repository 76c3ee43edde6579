//! Calls of a model: asked once, answered once, paid once.
//!
//! Before a call its intent is written, fenced by the step that makes it; its answer is kept in the
//! transaction that ends the step. A question whose answer is kept is never asked again. What is lost
//! between the answer and its commit is the one thing that can be paid twice, and it is counted.

use sqlx::SqliteConnection;

use crate::blob_row::{pack, unpack};
use crate::budgets::{Payment, pay};
use crate::faults::{self, Mistake};
use crate::limits::{Outcome, ProviderHealth, ProviderLimits};
use crate::steps::ClaimedStep;
use crate::{Error, Store};

/// What became of the wish to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// The answer is known: nothing is sent, nothing is paid.
    Known(String),
    /// The intent is written: ask.
    Ask,
    /// Another step is asking the very same at this moment.
    UnderWay,
    /// The step is not the caller's any more: don't ask.
    TooLate,
}

/// One call: what was asked of whom, how it ended, what it used.
#[derive(Debug, Clone, PartialEq)]
pub struct CallRecord {
    /// Hash of provider, model, parameters and prompt.
    pub key: String,
    /// The provider.
    pub provider: String,
    /// The model, as the provider names it.
    pub model: String,
    /// Hash of the prompt's own text, without the document.
    pub prompt_hash: String,
    /// Sent at; none when a kept answer was used.
    pub sent_at: Option<i64>,
    /// Until the first byte of the answer, milliseconds.
    pub first_byte_ms: Option<u64>,
    /// Until its end, milliseconds.
    pub call_ms: Option<u64>,
    /// HTTP status.
    pub http_status: Option<u16>,
    /// Class of the error, if it failed.
    pub error_class: Option<&'static str>,
    /// Tokens, where the provider counted them or they were estimated.
    pub usage: Option<CallUsage>,
    /// The provider's id of the answer.
    pub response_id: Option<String>,
    /// The answer's text, if it is worth keeping.
    pub reply: Option<String>,
    /// What it says of the provider.
    pub outcome: Outcome,
    /// The provider's limits, to learn within.
    pub concurrency: u32,
}

/// What a call used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallUsage {
    /// Tokens sent.
    pub input_tokens: u64,
    /// Tokens received.
    pub output_tokens: u64,
    /// Of those sent, tokens the provider had in its cache.
    pub cached_tokens: u64,
    /// Millionths of a US dollar; 0 when the price is not known.
    pub micros: u64,
    /// Which price table it was computed by.
    pub price_version: Option<String>,
}

/// A provider as the queue sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct ProviderRow {
    /// Its id.
    pub provider: String,
    /// What was learnt of it.
    pub health: ProviderHealth,
    /// Nobody asks it before then.
    pub blocked_until: i64,
    /// Why it waits for a person: code and words.
    pub paused: Option<(String, String)>,
}

#[derive(sqlx::FromRow)]
struct StoredProvider {
    provider: String,
    state: String,
    blocked_until: i64,
    paused_code: Option<String>,
    paused_message: Option<String>,
}

impl Store {
    /// Writes down that a question is about to be asked, or finds that it was answered.
    ///
    /// # Errors
    /// What the database says; then the question must not be asked.
    pub async fn begin_call(
        &self,
        step: &ClaimedStep,
        boot_id: &str,
        key: &str,
        asked: (&str, &str),
        now: i64,
    ) -> Result<Begun, Error> {
        let (step, boot_id, key) = (step.clone(), boot_id.to_owned(), key.to_owned());
        let (provider, model) = (asked.0.to_owned(), asked.1.to_owned());
        self.write(move |db| {
            Box::pin(async move {
                if !is_own(db, &step, &boot_id).await? {
                    return Ok(Begun::TooLate);
                }
                let known: Option<(Option<Vec<u8>>, i64, i64)> =
                    sqlx::query_as("select reply, step_id, attempt from model_calls where key = ?")
                        .bind(&key)
                        .fetch_optional(&mut *db)
                        .await?;
                faults::point("call.looked_up");
                match known {
                    Some((Some(reply), _, _)) if !faults::makes(Mistake::ForgetAnswers) => {
                        return Ok(Begun::Known(unpack("model_calls", &key, &reply)?));
                    }
                    Some((None, other, attempt)) if other != step.id => {
                        let asking: Option<i64> = sqlx::query_scalar(
                            "select 1 from steps where id = ? and attempt = ? and state = 'running'",
                        )
                        .bind(other)
                        .bind(attempt)
                        .fetch_optional(&mut *db)
                        .await?;
                        if asking.is_some() {
                            return Ok(Begun::UnderWay);
                        }
                    }
                    _ => {}
                }
                sqlx::query(
                    "insert into model_calls (key, review_id, step_id, attempt, provider, model, state, created_at)
                     values (?, ?, ?, ?, ?, ?, 'intent', ?)
                     on conflict (key) do update set review_id = excluded.review_id, step_id = excluded.step_id,
                         attempt = excluded.attempt;
                     update attempts set sent_at = ?, model = ? where step_id = ? and number = ?",
                )
                .bind(&key)
                .bind(&step.review_id)
                .bind(step.id)
                .bind(step.attempt)
                .bind(&provider)
                .bind(&model)
                .bind(now)
                .bind(now)
                .bind(&model)
                .bind(step.id)
                .bind(step.attempt)
                .execute(db)
                .await?;
                faults::point("call.intent");
                Ok(Begun::Ask)
            })
        })
        .await
    }

    /// All providers that were ever asked.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn provider_rows(&self) -> Result<Vec<ProviderRow>, Error> {
        let rows: Vec<StoredProvider> = sqlx::query_as(
            "select provider, state, blocked_until, paused_code, paused_message from provider_states order by provider",
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// The person has put a provider right: it is asked again from now on.
    ///
    /// # Errors
    /// What the database says.
    pub async fn resume_provider(&self, provider: &str, now: i64) -> Result<(), Error> {
        let provider = provider.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query("delete from provider_states where provider = ?")
                    .bind(&provider)
                    .execute(&mut *db)
                    .await?;
                crate::budgets::release(db, None, now).await?;
                Ok(())
            })
        })
        .await
    }
}

impl TryFrom<StoredProvider> for ProviderRow {
    type Error = Error;

    fn try_from(row: StoredProvider) -> Result<Self, Error> {
        let health = serde_json::from_str(&row.state)
            .map_err(|e| Error::inconsistent("provider_states", &row.provider, e))?;
        Ok(Self {
            provider: row.provider,
            health,
            blocked_until: row.blocked_until,
            paused: row
                .paused_code
                .map(|code| (code, row.paused_message.unwrap_or_default())),
        })
    }
}

/// What is kept of a provider; a new one is healthy.
pub(crate) async fn provider_row(
    db: &mut SqliteConnection,
    provider: &str,
) -> Result<ProviderRow, Error> {
    let row: Option<StoredProvider> = sqlx::query_as(
        "select provider, state, blocked_until, paused_code, paused_message from provider_states where provider = ?",
    )
    .bind(provider)
    .fetch_optional(db)
    .await?;
    row.map_or_else(
        || {
            Ok(ProviderRow {
                provider: provider.to_owned(),
                health: ProviderHealth::default(),
                blocked_until: 0,
                paused: None,
            })
        },
        TryInto::try_into,
    )
}

pub(crate) async fn keep_provider_row(
    db: &mut SqliteConnection,
    row: &ProviderRow,
    now: i64,
) -> Result<(), Error> {
    let state = serde_json::to_string(&row.health)
        .map_err(|e| Error::inconsistent("provider_states", &row.provider, e))?;
    sqlx::query(
        "insert or replace into provider_states (provider, state, blocked_until, paused_code, paused_message, updated_at)
         values (?, ?, ?, ?, ?, ?)",
    )
    .bind(&row.provider)
    .bind(state)
    .bind(row.blocked_until)
    .bind(row.paused.as_ref().map(|(code, _)| code))
    .bind(row.paused.as_ref().map(|(_, message)| message))
    .bind(now)
    .execute(db)
    .await?;
    Ok(())
}

/// Writes down how a call ended: in the attempt, in the spending, in what is known of the provider, and
/// the answer itself. `pause` stops the provider until a person has put it right.
pub(crate) async fn settle(
    db: &mut SqliteConnection,
    step: &ClaimedStep,
    call: &CallRecord,
    pause: Option<(&str, &str)>,
    now: i64,
) -> Result<(), Error> {
    let usage = call.usage.as_ref();
    let count = |of: fn(&CallUsage) -> u64| usage.map(|u| i64::try_from(of(u)).unwrap_or(i64::MAX));
    let reused = call.sent_at.is_none();
    sqlx::query(
        "update attempts set model = ?, prompt_hash = ?, first_byte_ms = ?, call_ms = ?, http_status = ?, error_class = ?,
             input_tokens = ?, output_tokens = ?, cached_tokens = ?, cost_micros = ?, price_version = ?, response_id = ?, reused = ?
         where step_id = ? and number = ?",
    )
    .bind(&call.model)
    .bind(&call.prompt_hash)
    .bind(call.first_byte_ms.map(|ms| ms as i64))
    .bind(call.call_ms.map(|ms| ms as i64))
    .bind(call.http_status)
    .bind(call.error_class)
    .bind(count(|u| u.input_tokens))
    .bind(count(|u| u.output_tokens))
    .bind(count(|u| u.cached_tokens))
    .bind(count(|u| u.micros))
    .bind(usage.and_then(|u| u.price_version.as_ref()))
    .bind(&call.response_id)
    .bind(reused)
    .bind(step.id)
    .bind(step.attempt)
    .execute(&mut *db)
    .await?;
    if reused {
        return Ok(());
    }
    if let Some(usage) = usage {
        let payment = Payment {
            review_id: &step.review_id,
            provider: &call.provider,
            model: &call.model,
            kind: "settled",
            tokens: i64::try_from(usage.input_tokens + usage.output_tokens).unwrap_or(i64::MAX),
            micros: i64::try_from(usage.micros).unwrap_or(i64::MAX),
        };
        pay(db, payment, now).await?;
    }
    match &call.reply {
        Some(reply) => {
            sqlx::query(
                "update model_calls set state = 'done', reply = ?, done_at = ? where key = ?",
            )
            .bind(pack(reply)?)
            .bind(now)
            .bind(&call.key)
            .execute(&mut *db)
            .await?;
        }
        None => {
            sqlx::query("delete from model_calls where key = ? and state = 'intent'")
                .bind(&call.key)
                .execute(&mut *db)
                .await?;
        }
    }
    faults::point("call.settled");
    learn(db, call, pause, now).await
}

async fn learn(
    db: &mut SqliteConnection,
    call: &CallRecord,
    pause: Option<(&str, &str)>,
    now: i64,
) -> Result<(), Error> {
    let mut row = provider_row(db, &call.provider).await?;
    let before = row.clone();
    if let Some(until) = row.health.learn(call.outcome, call.concurrency, now) {
        row.blocked_until = row.blocked_until.max(until);
    }
    if let Some((code, message)) = pause {
        row.paused = Some((code.to_owned(), message.to_owned()));
    }
    if row != before {
        keep_provider_row(db, &row, now).await?;
    }
    Ok(())
}

/// Attempts that end without a word of their call: one that was sent may have been paid for, so its most
/// counts as spent. Call before the attempt is ended.
pub(crate) async fn assume_paid(
    db: &mut SqliteConnection,
    step_id: i64,
    attempt: i64,
    now: i64,
) -> Result<(), Error> {
    let sent: Option<(String, String, Option<String>, i64, i64)> = sqlx::query_as(
        "select s.review_id, a.provider, a.model, a.reserved_tokens, a.reserved_micros
         from attempts a join steps s on s.id = a.step_id
         where a.step_id = ? and a.number = ? and a.sent_at is not null and a.ended_at is null and a.provider is not null",
    )
    .bind(step_id)
    .bind(attempt)
    .fetch_optional(&mut *db)
    .await?;
    let Some((review_id, provider, model, tokens, micros)) = sent else {
        return Ok(());
    };
    let payment = Payment {
        review_id: &review_id,
        provider: &provider,
        model: model.as_deref().unwrap_or(""),
        kind: "assumed",
        tokens,
        micros,
    };
    pay(db, payment, now).await
}

/// Whether a step still is the caller's.
async fn is_own(
    db: &mut SqliteConnection,
    step: &ClaimedStep,
    boot_id: &str,
) -> Result<bool, Error> {
    let own: Option<i64> = sqlx::query_scalar(
        "select 1 from steps where id = ? and attempt = ? and state = 'running' and boot_id = ?",
    )
    .bind(step.id)
    .bind(step.attempt)
    .bind(boot_id)
    .fetch_optional(db)
    .await?;
    Ok(own.is_some())
}

/// The limits of a provider by its id.
pub(crate) fn limits_of<'a>(
    limits: &'a [ProviderLimits],
    provider: &str,
) -> Option<&'a ProviderLimits> {
    limits.iter().find(|l| l.provider == provider)
}
