//! The queue: claiming steps fairly, keeping them by lease, ending each attempt exactly once.
//!
//! A step belongs to the attempt that claimed it. Completing, failing and renewing are compare-and-set
//! on (state, attempt, boot): a worker that was away too long changes nothing. A step's result, the
//! steps that follow, its attempt's end and the notice of change are one transaction.

mod claim;
mod holds;
mod losses;
mod phases;

use sqlx::{FromRow, QueryBuilder, Sqlite, SqliteConnection};

use crate::budgets::Budgets;
use crate::calls::{CallRecord, settle};
use crate::faults::{self, Mistake};
use crate::limits::ProviderLimits;
use crate::notices::{NewNotice, add_notice};
use crate::products::{AT_ONCE, Product, keep_product};
use crate::{Error, Store, documents, events, questions};
pub use holds::FinishedOffline;
use holds::stop_if_asked;
use losses::cancel_attempts;
pub use losses::{MAX_LOSSES, SET_ASIDE};
use phases::{count_in_phase, grow_phase, open_phase};

/// A step that now belongs to the caller.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct ClaimedStep {
    /// The step.
    pub id: i64,
    /// Its review.
    pub review_id: String,
    /// Its key within the review.
    pub key: String,
    /// What is to be done.
    pub kind: String,
    /// JSON input.
    pub input: String,
    /// This try, from 1. Everything said about the step must name it.
    pub attempt: i64,
    /// Tries that failed before.
    pub failures: i64,
    /// The model provider to ask, for a step of the model lane.
    pub provider: Option<String>,
    /// Tokens held back for this try.
    pub need_tokens: i64,
    /// Money held back for it, millionths of a US dollar.
    pub need_micros: i64,
    /// Answers that had to be asked for again.
    pub repairs: i64,
    /// What was wrong with the last answer.
    pub repair: Option<String>,
    /// The contract.
    pub contract_id: String,
    /// Hash of the contract's file.
    pub sha256: String,
    /// Hash of the playbook.
    pub playbook_sha256: String,
    /// Version of the pipeline that began the review.
    pub pipeline_version: i64,
}

/// Kind and key of the step that reads the text a second time. No phase waits for it, a review is
/// completed without it, and its failure is nobody's.
pub const SECOND_READING: &str = "second_reading";

/// Kind of the steps that answer a question, and the first part of their keys, before the question's id. They go on
/// behind a completed review, and a failure of theirs is the question's.
pub const ASK: &str = "ask";

/// What a claim brought.
#[derive(Debug, Clone, Default)]
pub struct Claimed {
    /// Steps that now belong to the caller.
    pub steps: Vec<ClaimedStep>,
    /// When there will be more by itself, if that is known.
    pub wake_at: Option<i64>,
}

/// What holds for steps that ask a model.
#[derive(Debug, Clone, Default)]
pub struct ModelRules {
    /// Caps on spending.
    pub budgets: Budgets,
    /// The providers that are set up.
    pub limits: Vec<ProviderLimits>,
    /// Nothing leaves the computer: steps that would ask are claimed to end without, and wait for nothing.
    pub offline: bool,
}

/// Who claims, what, and for how long.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The lane whose steps are wanted.
    pub lane: &'static str,
    /// This process start.
    pub boot_id: String,
    /// Now.
    pub now: i64,
    /// The lease ends then, unless renewed.
    pub lease_until: i64,
    /// For the lane whose steps ask a model.
    pub models: Option<ModelRules>,
}

/// What a step asks of a provider at the most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelNeed {
    /// The provider.
    pub provider: String,
    /// Tokens, sent and received.
    pub tokens: u32,
    /// Millionths of a US dollar; 0 when the price is not known.
    pub micros: u64,
}

/// A step to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStep {
    /// Key within the review; making the same key twice makes one step.
    pub key: String,
    /// What is to be done.
    pub kind: &'static str,
    /// Which workers do it.
    pub lane: &'static str,
    /// The phase that counts it.
    pub phase: Option<&'static str>,
    /// JSON input.
    pub input: String,
    /// For the model lane: whom it asks.
    pub need: Option<ModelNeed>,
}

/// A fan-out: when `total` steps of the phase are done, `then` is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPhase {
    /// Its name.
    pub name: &'static str,
    /// Steps in it.
    pub total: u32,
    /// The step that follows: key and kind.
    pub then_kind: &'static str,
    /// Which workers do that.
    pub then_lane: &'static str,
    /// The phase that counts that step, if one does.
    pub then_phase: Option<&'static str>,
}

/// What a step leaves.
#[derive(Debug, Clone, Default)]
pub struct StepResult {
    /// What it made.
    pub products: Vec<Product>,
    /// The fan-outs it opens.
    pub phases: Vec<NewPhase>,
    /// What comes next.
    pub next: Vec<NewStep>,
    /// The review ends with this step.
    pub completes_review: bool,
    /// Steps by which the step's own phase grows: it was taken apart into these. Below nought when there
    /// will be fewer than were counted.
    pub grows_phase: i32,
    /// The call it made.
    pub call: Option<CallRecord>,
    /// Something worth knowing of how it went: code and words.
    pub note: Option<(String, String)>,
    /// What steps that ask a model will use, beside what is known already: tokens and micros.
    pub estimate: Option<(u64, u64)>,
}

/// How a try failed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StepFailure {
    /// Stable code.
    pub code: String,
    /// For the person: what happened, what it means, what to do.
    pub message: String,
    /// Another try from then on; without one the review fails with this message.
    pub retry_at: Option<i64>,
    /// It does not fail but waits, with this code, for a person, who then has it retried.
    pub needs_person: bool,
    /// Whether the try counts against the step.
    pub burns: bool,
    /// The call it made.
    pub call: Option<CallRecord>,
    /// The next try asks this one instead.
    pub ask_instead: Option<ModelNeed>,
    /// What the next try must put right.
    pub repair: Option<String>,
    /// Nobody asks the provider until a person has put this right.
    pub pauses_provider: bool,
    /// Told to the person when the review fails or waits.
    pub notice: Option<NewNotice>,
}

/// Whether what was said about a step still concerned it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fenced {
    /// It was the caller's, and is done.
    Accepted,
    /// It had been taken over, stopped or ended: nothing was changed.
    TooLate,
}

/// How far apart [`Mistake::SplitHandOver`] puts what belongs together: wide enough for a killer to hit.
const SPLIT: std::time::Duration = std::time::Duration::from_millis(25);

impl Store {
    /// Claims up to `most` steps of a lane, one after the other: each time the review with the lowest (priority, virtual time) that has
    /// one ready, and of it the oldest. Each claim moves the review's virtual time on by 1/weight, so
    /// reviews take turns whatever their size.
    ///
    /// Steps that ask a model are claimed only within the provider's limits and the budgets; what they
    /// may use is held back until they end. A review that may not go on waits, with the reason.
    ///
    /// # Errors
    /// What the database says.
    pub async fn claim_steps(&self, claim: Claim, most: usize) -> Result<Claimed, Error> {
        self.write(move |db| Box::pin(async move { claim::claim_steps(db, &claim, most).await }))
            .await
    }

    /// Whether a lane has a step ready; asked by idle workers instead of a claim, since it writes nothing.
    ///
    /// # Errors
    /// What the database says.
    pub async fn has_ready_step(&self, lane: &str, now: i64) -> Result<bool, Error> {
        let found: Option<i64> = sqlx::query_scalar(
            "select 1 from reviews r
             where r.state in ('queued', 'running', 'waiting') and r.stop_after = 0
               and exists (
                   select 1 from steps s
                   where s.review_id = r.id and s.lane = ?1 and s.ready_at <= ?2
                     and s.state in ('available', 'retryable', 'scheduled'))
             union all
             select 1 from steps s join reviews r on r.id = s.review_id
             where s.kind = 'second_reading' and s.lane = ?1 and s.ready_at <= ?2
               and s.state in ('available', 'retryable', 'scheduled')
               and r.state = 'completed' and r.stop_after = 0
             union all
             select 1 from steps s join questions q on q.id = s.question_id
             where s.kind = 'ask' and s.lane = ?1 and s.ready_at <= ?2
               and s.state in ('available', 'retryable', 'scheduled') and q.state = 'running'
             limit 1",
        )
        .bind(lane)
        .bind(now)
        .fetch_optional(&self.pool)
        .await?;
        Ok(found.is_some())
    }

    /// Ends a step with its result.
    ///
    /// # Errors
    /// What the database says; then nothing of it happened.
    pub async fn complete_step(
        &self,
        step: &ClaimedStep,
        boot_id: &str,
        result: StepResult,
        now: i64,
    ) -> Result<Fenced, Error> {
        let ended = self.complete_and_claim(step, boot_id, result, None, now);
        ended.await.map(|(fenced, _)| fenced)
    }

    /// The mistake of [`Mistake::SplitHandOver`]: between the two the program may end.
    async fn complete_in_two(
        &self,
        step: ClaimedStep,
        boot_id: String,
        result: StepResult,
        now: i64,
    ) -> Result<Fenced, Error> {
        let (of, with) = (step.clone(), result.clone());
        let own = self.write(move |db| {
            Box::pin(async move { acknowledge(db, &of, &boot_id, &with, now).await })
        });
        if !own.await? {
            return Ok(Fenced::TooLate);
        }
        tokio::time::sleep(SPLIT).await;
        self.write(move |db| Box::pin(async move { hand_over(db, &step, &result, now).await }))
            .await?;
        Ok(Fenced::Accepted)
    }

    /// Ends a step with its result and gives its place to the next one, in one transaction: what was
    /// ended frees the room (a provider's concurrency, say) that the claim then finds. Claims nothing
    /// when the step was not the caller's any more.
    ///
    /// # Errors
    /// What the database says; then nothing of it happened.
    pub async fn complete_and_claim(
        &self,
        step: &ClaimedStep,
        boot_id: &str,
        result: StepResult,
        next: Option<Claim>,
        now: i64,
    ) -> Result<(Fenced, Claimed), Error> {
        let (step, boot_id) = (step.clone(), boot_id.to_owned());
        if faults::makes(Mistake::SplitHandOver) {
            let fenced = self.complete_in_two(step, boot_id, result, now).await?;
            return Ok((fenced, Claimed::default()));
        }
        self.write(move |db| {
            Box::pin(async move {
                let fenced = if acknowledge(db, &step, &boot_id, &result, now).await? {
                    hand_over(db, &step, &result, now).await?;
                    Fenced::Accepted
                } else {
                    Fenced::TooLate
                };
                let claimed = match &next {
                    Some(claim) if fenced == Fenced::Accepted => {
                        claim::claim_steps(db, claim, 1).await?
                    }
                    _ => Claimed::default(),
                };
                Ok((fenced, claimed))
            })
        })
        .await
    }

    /// Ends a try that failed: another one later, or the whole review with the reason.
    ///
    /// # Errors
    /// What the database says.
    pub async fn fail_step(
        &self,
        step: &ClaimedStep,
        boot_id: &str,
        failure: StepFailure,
        now: i64,
    ) -> Result<Fenced, Error> {
        let (step, boot_id) = (step.clone(), boot_id.to_owned());
        self.write(move |db| {
            Box::pin(async move {
                let state = if failure.retry_at.is_some() {
                    "retryable"
                } else {
                    "discarded"
                };
                let error = Some((failure.code.as_str(), failure.message.as_str()));
                if !end_try(db, &step, &boot_id, state, error, now).await? {
                    return Ok(Fenced::TooLate);
                }
                faults::point("fail.ended");
                prepare_next_try(db, &step, &failure, now).await?;
                if let Some(call) = &failure.call {
                    let pause = failure.pauses_provider.then_some((failure.code.as_str(), failure.message.as_str()));
                    settle(db, &step, call, pause, now).await?;
                    faults::point("fail.settled");
                }
                if failure.retry_at.is_none() && step.kind == SECOND_READING {
                    documents::give_up_second_reading(db, step.id, now).await?;
                } else if failure.retry_at.is_none() && step.kind == ASK {
                    let why = (failure.code.as_str(), failure.message.as_str());
                    questions::give_up(db, step.id, why, now).await?;
                } else if failure.retry_at.is_none() {
                    end_review(db, &step.review_id, &failure, now).await?;
                    if let Some(notice) = &failure.notice {
                        add_notice(db, &step.review_id, notice, now).await?;
                    }
                } else {
                    sqlx::query("update reviews set code = ?, message = ? where id = ? and state = 'running'")
                        .bind(&failure.code)
                        .bind(&failure.message)
                        .bind(&step.review_id)
                        .execute(&mut *db)
                        .await?;
                    stop_if_asked(db, &step.review_id, now).await?;
                }
                events::note(db, "review_changed", Some(&step.review_id), now).await?;
                faults::point("fail.written");
                Ok(Fenced::Accepted)
            })
        })
        .await
    }

    /// Renews the leases of the steps a process is working on. Returns those that are no longer its own
    /// (stopped, or taken over): their work must end without a word.
    ///
    /// # Errors
    /// What the database says.
    pub async fn renew_leases(
        &self,
        boot_id: &str,
        steps: Vec<(i64, i64)>,
        lease_until: i64,
    ) -> Result<Vec<i64>, Error> {
        let boot_id = boot_id.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                let mut gone = Vec::new();
                for (id, attempt) in steps {
                    let renewed = sqlx::query(
                        "update steps set lease_until = ? where id = ? and attempt = ? and state = 'running' and boot_id = ?",
                    )
                    .bind(lease_until)
                    .bind(id)
                    .bind(attempt)
                    .bind(&boot_id)
                    .execute(&mut *db)
                    .await?;
                    if renewed.rows_affected() == 0 {
                        gone.push(id);
                    }
                }
                Ok(gone)
            })
        })
        .await
    }
}

/// Ends the step and its try; false when it is not the caller's any more.
async fn acknowledge(
    db: &mut SqliteConnection,
    step: &ClaimedStep,
    boot_id: &str,
    result: &StepResult,
    now: i64,
) -> Result<bool, Error> {
    let note = result
        .note
        .as_ref()
        .map(|(code, words)| (code.as_str(), words.as_str()));
    if !end_try(db, step, boot_id, "completed", note, now).await? {
        return Ok(false);
    }
    faults::point("complete.ended");
    if let Some(call) = &result.call {
        settle(db, step, call, None, now).await?;
        faults::point("complete.settled");
    }
    Ok(true)
}

/// Keeps what a step made and makes what follows.
async fn hand_over(
    db: &mut SqliteConnection,
    step: &ClaimedStep,
    result: &StepResult,
    now: i64,
) -> Result<(), Error> {
    if let Some((tokens, micros)) = result.estimate {
        add_to_estimate(db, &step.review_id, tokens, micros).await?;
    }
    for product in &result.products {
        keep_product(db, step, product, now).await?;
    }
    faults::point("complete.products");
    for phase in &result.phases {
        open_phase(db, &step.review_id, phase).await?;
        faults::point("complete.fan_out");
    }
    add_steps(db, &step.review_id, &result.next, now).await?;
    grow_phase(db, step, result.grows_phase).await?;
    if step.kind == ASK {
        questions::settle(db, step.id, now).await?;
    }
    let stops = count_in_phase(db, &step.review_id, step.id, now).await?;
    if result.completes_review {
        complete_review(db, &step.review_id, now).await?;
        faults::point("deliver.completed");
    } else if stops {
        stop_if_asked(db, &step.review_id, now).await?;
    }
    faults::point("complete.written");
    Ok(())
}

/// Ends the try of a step, and the step itself as `state` says; false, with nothing changed, when it is
/// not the caller's any more.
async fn end_try(
    db: &mut SqliteConnection,
    step: &ClaimedStep,
    boot_id: &str,
    state: &str,
    error: Option<(&str, &str)>,
    now: i64,
) -> Result<bool, Error> {
    let finished_at = (state == "completed" || state == "discarded").then_some(now);
    let outcome = if state == "completed" {
        "completed"
    } else {
        "failed"
    };
    // One call of two statements: on a busy machine each call waits for the database's thread. The second
    // does nothing where the first found no step.
    let ended = sqlx::query(
        "update steps set state = ?, boot_id = null, lease_until = null, finished_at = ?
         where id = ? and ((state = 'running' and attempt = ? and boot_id = ?) or ?);
         update attempts set ended_at = ?, outcome = ?, code = ?, message = ?
         where changes() = 1 and step_id = ? and number = ?",
    )
    .bind(state)
    .bind(finished_at)
    .bind(step.id)
    .bind(step.attempt)
    .bind(boot_id)
    .bind(faults::makes(Mistake::Unfenced))
    .bind(now)
    .bind(outcome)
    .bind(error.map(|(code, _)| code))
    .bind(error.map(|(_, message)| message))
    .bind(step.id)
    .bind(step.attempt)
    .execute(db)
    .await?;
    Ok(ended.rows_affected() > 0)
}

/// Adds steps; one of the same key stays as it is.
pub(crate) async fn add_steps(
    db: &mut SqliteConnection,
    review_id: &str,
    steps: &[NewStep],
    now: i64,
) -> Result<(), Error> {
    for some in steps.chunks(AT_ONCE) {
        let mut insert = QueryBuilder::<Sqlite>::new(
            "insert into steps (review_id, key, kind, lane, phase, input, provider, need_tokens, need_micros, state, ready_at, created_at, question_id) ",
        );
        insert.push_values(some, |mut row, step| {
            let need = step.need.as_ref();
            let micros = need.map_or(0, |need| i64::try_from(need.micros).unwrap_or(i64::MAX));
            row.push_bind(review_id)
                .push_bind(&step.key)
                .push_bind(step.kind)
                .push_bind(step.lane)
                .push_bind(step.phase)
                .push_bind(&step.input)
                .push_bind(need.map(|need| &need.provider))
                .push_bind(need.map_or(0, |need| need.tokens))
                .push_bind(micros)
                .push_bind("available")
                .push_bind(now)
                .push_bind(now)
                .push_bind(questions::question_of(step));
        });
        insert.push(" on conflict (review_id, key) do nothing");
        insert.build().execute(&mut *db).await?;
    }
    Ok(())
}

async fn complete_review(
    db: &mut SqliteConnection,
    review_id: &str,
    now: i64,
) -> Result<(), Error> {
    sqlx::query("update reviews set state = 'completed', stage = 'deliver', finished_at = ?, message = null, code = null where id = ?")
        .bind(now)
        .bind(review_id)
        .execute(db)
        .await?;
    Ok(())
}

/// Ends a review with a reason; its other steps are cancelled, what it made is kept.
pub(crate) async fn fail_review(
    db: &mut SqliteConnection,
    review_id: &str,
    code: &str,
    message: &str,
    now: i64,
) -> Result<(), Error> {
    end_open_steps(db, review_id, now).await?;
    sqlx::query(
        "update reviews set state = 'failed', code = ?, message = ?, finished_at = ? where id = ?",
    )
    .bind(code)
    .bind(message)
    .bind(now)
    .bind(review_id)
    .execute(db)
    .await?;
    Ok(())
}

/// Ends a review by a failure, or holds it for a person.
async fn end_review(
    db: &mut SqliteConnection,
    review_id: &str,
    failure: &StepFailure,
    now: i64,
) -> Result<(), Error> {
    let StepFailure { code, message, .. } = failure;
    if !failure.needs_person {
        return fail_review(db, review_id, code, message, now).await;
    }
    sqlx::query("update reviews set state = 'waiting', code = ?, message = ?, waiting_until = null where id = ?")
        .bind(code)
        .bind(message)
        .bind(review_id)
        .execute(&mut *db)
        .await?;
    stop_if_asked(db, review_id, now).await
}

async fn add_to_estimate(
    db: &mut SqliteConnection,
    review_id: &str,
    tokens: u64,
    micros: u64,
) -> Result<(), Error> {
    /// Far above any sum, and two of them still are one number of the database.
    const MOST: u64 = 1 << 60;
    sqlx::query(
        "update reviews set estimate_tokens = coalesce(estimate_tokens, 0) + ?,
             estimate_micros = coalesce(estimate_micros, 0) + ?
         where id = ?",
    )
    .bind(tokens.min(MOST) as i64)
    .bind(micros.min(MOST) as i64)
    .bind(review_id)
    .execute(db)
    .await?;
    Ok(())
}

/// What the next try of a failed step will know.
async fn prepare_next_try(
    db: &mut SqliteConnection,
    step: &ClaimedStep,
    failure: &StepFailure,
    now: i64,
) -> Result<(), Error> {
    sqlx::query(
        "update steps set failures = failures + ?, ready_at = ?, repairs = repairs + ?, repair = ? where id = ?",
    )
    .bind(failure.burns)
    .bind(failure.retry_at.unwrap_or(now))
    .bind(failure.repair.is_some())
    .bind(&failure.repair)
    .bind(step.id)
    .execute(&mut *db)
    .await?;
    if let Some(need) = &failure.ask_instead {
        sqlx::query(
            "update steps set provider = ?, need_tokens = ?, need_micros = ?, failures = 0, repairs = 0, repair = null
             where id = ?",
        )
        .bind(&need.provider)
        .bind(need.tokens)
        .bind(i64::try_from(need.micros).unwrap_or(i64::MAX))
        .bind(step.id)
        .execute(db)
        .await?;
    }
    Ok(())
}

/// Cancels all steps of a review that have not ended, those at work included: their workers are fenced.
pub(crate) async fn end_open_steps(
    db: &mut SqliteConnection,
    review_id: &str,
    now: i64,
) -> Result<(), Error> {
    let running =
        sqlx::query_as("select id, attempt from steps where review_id = ? and state = 'running'")
            .bind(review_id)
            .fetch_all(&mut *db)
            .await?;
    cancel_attempts(db, running, now).await?;
    sqlx::query(
        "update steps set state = 'cancelled', boot_id = null, lease_until = null, finished_at = ?
         where review_id = ? and state not in ('completed', 'cancelled', 'discarded')",
    )
    .bind(now)
    .bind(review_id)
    .execute(db)
    .await?;
    Ok(())
}

#[cfg(test)]
mod model_tests;
