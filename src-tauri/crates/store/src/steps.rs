//! The queue: claiming steps fairly, keeping them by lease, ending each attempt exactly once.
//!
//! A step belongs to the attempt that claimed it. Completing, failing and renewing are compare-and-set
//! on (state, attempt, boot): a worker that was away too long changes nothing. A step's result, the
//! steps that follow, its attempt's end and the notice of change are one transaction.

use sqlx::{FromRow, SqliteConnection};

use crate::notices::{NewNotice, add_notice};
use crate::products::{Product, keep_product};
use crate::{Error, Store, events};

/// Losses (its process ended in the middle) after which a step is set aside rather than tried again.
pub const MAX_LOSSES: i64 = 10;
/// From this loss on a step waits before it is tried again, so that the others get on meanwhile.
const WAIT_FROM_LOSS: i64 = 4;

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
    /// The contract.
    pub contract_id: String,
    /// Hash of the contract's file.
    pub sha256: String,
    /// Hash of the playbook.
    pub playbook_sha256: String,
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
}

/// What a step leaves.
#[derive(Debug, Clone, Default)]
pub struct StepResult {
    /// What it made.
    pub products: Vec<Product>,
    /// The fan-out it opens.
    pub phase: Option<NewPhase>,
    /// What comes next.
    pub next: Vec<NewStep>,
    /// The review ends with this step.
    pub completes_review: bool,
}

/// How a try failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepFailure {
    /// Stable code.
    pub code: String,
    /// For the person: what happened, what it means, what to do.
    pub message: String,
    /// Another try from then on; without one the review fails with this message.
    pub retry_at: Option<i64>,
    /// Told to the person when the review fails.
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

impl Store {
    /// Claims up to `most` steps of a lane, one after the other: each time the review with the lowest (priority, virtual time) that has
    /// one ready, and of it the oldest. Each claim moves the review's virtual time on by 1/weight, so
    /// reviews take turns whatever their size.
    ///
    /// # Errors
    /// What the database says.
    pub async fn claim_steps(&self, claim: Claim, most: usize) -> Result<Vec<ClaimedStep>, Error> {
        self.write(move |db| {
            Box::pin(async move {
                let mut claimed = Vec::new();
                while claimed.len() < most {
                    match claim_one(db, &claim).await? {
                        Some(step) => claimed.push(step),
                        None => break,
                    }
                }
                Ok(claimed)
            })
        })
        .await
    }

    /// Whether a lane has a step ready; asked by idle workers instead of a claim, since it writes nothing.
    ///
    /// # Errors
    /// What the database says.
    pub async fn has_ready_step(&self, lane: &str, now: i64) -> Result<bool, Error> {
        let found: Option<i64> = sqlx::query_scalar(
            "select 1 from reviews r
             where r.state in ('queued', 'running')
               and exists (
                   select 1 from steps s
                   where s.review_id = r.id and s.lane = ? and s.ready_at <= ?
                     and s.state in ('available', 'retryable', 'scheduled'))
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
        let (step, boot_id) = (step.clone(), boot_id.to_owned());
        self.write(move |db| {
            Box::pin(async move {
                if !end_running(db, &step, &boot_id, "completed", now).await? {
                    return Ok(Fenced::TooLate);
                }
                end_attempt(db, &step, "completed", None, now).await?;
                for product in &result.products {
                    keep_product(db, &step, product, now).await?;
                }
                if let Some(phase) = &result.phase {
                    open_phase(db, &step.review_id, phase).await?;
                }
                for next in &result.next {
                    add_step(db, &step.review_id, next, now).await?;
                }
                count_in_phase(db, &step, now).await?;
                if result.completes_review {
                    complete_review(db, &step.review_id, now).await?;
                }
                events::note(db, "review_changed", Some(&step.review_id), now).await?;
                Ok(Fenced::Accepted)
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
                if !end_running(db, &step, &boot_id, state, now).await? {
                    return Ok(Fenced::TooLate);
                }
                sqlx::query("update steps set failures = failures + 1, ready_at = ? where id = ?")
                    .bind(failure.retry_at.unwrap_or(now))
                    .bind(step.id)
                    .execute(&mut *db)
                    .await?;
                end_attempt(
                    db,
                    &step,
                    "failed",
                    Some((&failure.code, &failure.message)),
                    now,
                )
                .await?;
                if failure.retry_at.is_none() {
                    fail_review(db, &step.review_id, &failure.code, &failure.message, now).await?;
                    if let Some(notice) = &failure.notice {
                        add_notice(db, &step.review_id, notice, now).await?;
                    }
                }
                events::note(db, "review_changed", Some(&step.review_id), now).await?;
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

    /// Puts back every running step whose lease has ended.
    ///
    /// # Errors
    /// What the database says.
    pub async fn rescue_expired_steps(&self, now: i64) -> Result<u64, Error> {
        self.write(move |db| {
            Box::pin(async move {
                let lost = sqlx::query_as::<_, RunningStep>(
                    "select id, review_id, key, attempt, losses from steps where state = 'running' and lease_until < ?",
                )
                .bind(now)
                .fetch_all(&mut *db)
                .await?;
                put_back(db, lost, now).await
            })
        })
        .await
    }

    /// Registers this process start and takes over at once whatever older ones were working on. The
    /// caller holds the data folder's lock, so no other process is working.
    ///
    /// # Errors
    /// What the database says.
    pub async fn begin_boot(
        &self,
        boot_id: &str,
        pid: u32,
        version: &str,
        now: i64,
    ) -> Result<u64, Error> {
        let (boot_id, version) = (boot_id.to_owned(), version.to_owned());
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query("update boots set ended_at = ? where ended_at is null").bind(now).execute(&mut *db).await?;
                sqlx::query("insert into boots (id, pid, version, started_at) values (?, ?, ?, ?)")
                    .bind(&boot_id)
                    .bind(pid)
                    .bind(&version)
                    .bind(now)
                    .execute(&mut *db)
                    .await?;
                let lost = sqlx::query_as::<_, RunningStep>(
                    "select id, review_id, key, attempt, losses from steps where state = 'running' and boot_id <> ?",
                )
                .bind(&boot_id)
                .fetch_all(&mut *db)
                .await?;
                sqlx::query("update reviews set resumed = 1 where state in ('queued', 'running') and started_at is not null")
                    .execute(&mut *db)
                    .await?;
                put_back(db, lost, now).await
            })
        })
        .await
    }

    /// Ends this process start in order: what it was working on is ready again, at no cost to anyone.
    ///
    /// # Errors
    /// What the database says.
    pub async fn end_boot(&self, boot_id: &str, now: i64) -> Result<(), Error> {
        let boot_id = boot_id.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query(
                    "update attempts set ended_at = ?, outcome = 'cancelled'
                     where ended_at is null and step_id in (select id from steps where state = 'running' and boot_id = ?)",
                )
                .bind(now)
                .bind(&boot_id)
                .execute(&mut *db)
                .await?;
                sqlx::query(
                    "update steps set state = 'available', boot_id = null, lease_until = null
                     where state = 'running' and boot_id = ?",
                )
                .bind(&boot_id)
                .execute(&mut *db)
                .await?;
                sqlx::query("update boots set ended_at = ? where id = ?").bind(now).bind(&boot_id).execute(db).await?;
                Ok(())
            })
        })
        .await
    }

    /// When the next step that is not ready yet becomes so.
    ///
    /// # Errors
    /// What the database says.
    pub async fn next_ready_at(&self) -> Result<Option<i64>, Error> {
        Ok(sqlx::query_scalar(
            "select min(s.ready_at) from steps s join reviews r on r.id = s.review_id
             where s.state in ('available', 'retryable', 'scheduled') and r.state in ('queued', 'running')",
        )
        .fetch_one(&self.pool)
        .await?)
    }
}

#[derive(FromRow)]
struct RunningStep {
    id: i64,
    review_id: String,
    key: String,
    attempt: i64,
    losses: i64,
}

async fn claim_one(db: &mut SqliteConnection, claim: &Claim) -> Result<Option<ClaimedStep>, Error> {
    let review: Option<String> = sqlx::query_scalar(
        "select r.id from reviews r
         where r.state in ('queued', 'running')
           and exists (
               select 1 from steps s
               where s.review_id = r.id and s.lane = ? and s.ready_at <= ?
                 and s.state in ('available', 'retryable', 'scheduled'))
         order by r.priority, r.vtime, r.id
         limit 1",
    )
    .bind(claim.lane)
    .bind(claim.now)
    .fetch_optional(&mut *db)
    .await?;
    let Some(review_id) = review else {
        return Ok(None);
    };
    let step = sqlx::query_as::<_, ClaimedStep>(
        "update steps set state = 'running', attempt = attempt + 1, boot_id = ?, lease_until = ?
         where id = (
             select id from steps
             where review_id = ? and lane = ? and ready_at <= ? and state in ('available', 'retryable', 'scheduled')
             order by ready_at, id
             limit 1)
         returning id, review_id, key, kind, input, attempt, failures,
             (select contract_id from reviews where id = review_id) as contract_id,
             (select sha256 from contracts where id = (select contract_id from reviews where id = review_id)) as sha256,
             (select playbook_sha256 from reviews where id = review_id) as playbook_sha256",
    )
    .bind(&claim.boot_id)
    .bind(claim.lease_until)
    .bind(&review_id)
    .bind(claim.lane)
    .bind(claim.now)
    .fetch_one(&mut *db)
    .await?;
    sqlx::query("insert into attempts (step_id, number, boot_id, started_at) values (?, ?, ?, ?)")
        .bind(step.id)
        .bind(step.attempt)
        .bind(&claim.boot_id)
        .bind(claim.now)
        .execute(&mut *db)
        .await?;
    sqlx::query(
        "update reviews set state = 'running', stage = ?, vtime = vtime + 1.0 / weight,
             started_at = coalesce(started_at, ?), message = null, code = null
         where id = ?",
    )
    .bind(&step.kind)
    .bind(claim.now)
    .bind(&review_id)
    .execute(&mut *db)
    .await?;
    if step.attempt == 1 && step.key == step.kind {
        events::note(db, "review_changed", Some(&review_id), claim.now).await?;
    }
    Ok(Some(step))
}

async fn end_running(
    db: &mut SqliteConnection,
    step: &ClaimedStep,
    boot_id: &str,
    state: &str,
    now: i64,
) -> Result<bool, Error> {
    let finished_at = (state == "completed" || state == "discarded").then_some(now);
    let ended = sqlx::query(
        "update steps set state = ?, boot_id = null, lease_until = null, finished_at = ?
         where id = ? and state = 'running' and attempt = ? and boot_id = ?",
    )
    .bind(state)
    .bind(finished_at)
    .bind(step.id)
    .bind(step.attempt)
    .bind(boot_id)
    .execute(db)
    .await?;
    Ok(ended.rows_affected() == 1)
}

async fn end_attempt(
    db: &mut SqliteConnection,
    step: &ClaimedStep,
    outcome: &str,
    error: Option<(&str, &str)>,
    now: i64,
) -> Result<(), Error> {
    sqlx::query("update attempts set ended_at = ?, outcome = ?, code = ?, message = ? where step_id = ? and number = ?")
        .bind(now)
        .bind(outcome)
        .bind(error.map(|(code, _)| code))
        .bind(error.map(|(_, message)| message))
        .bind(step.id)
        .bind(step.attempt)
        .execute(db)
        .await?;
    Ok(())
}

/// Adds a step; a step of the same key stays as it is.
pub(crate) async fn add_step(
    db: &mut SqliteConnection,
    review_id: &str,
    step: &NewStep,
    now: i64,
) -> Result<(), Error> {
    sqlx::query(
        "insert into steps (review_id, key, kind, lane, phase, input, state, ready_at, created_at)
         values (?, ?, ?, ?, ?, ?, 'available', ?, ?)
         on conflict (review_id, key) do nothing",
    )
    .bind(review_id)
    .bind(&step.key)
    .bind(step.kind)
    .bind(step.lane)
    .bind(step.phase)
    .bind(&step.input)
    .bind(now)
    .bind(now)
    .execute(db)
    .await?;
    Ok(())
}

async fn open_phase(
    db: &mut SqliteConnection,
    review_id: &str,
    phase: &NewPhase,
) -> Result<(), Error> {
    sqlx::query(
        "insert into phases (review_id, name, total, then_kind, then_lane) values (?, ?, ?, ?, ?)
         on conflict (review_id, name) do nothing",
    )
    .bind(review_id)
    .bind(phase.name)
    .bind(phase.total)
    .bind(phase.then_kind)
    .bind(phase.then_lane)
    .execute(db)
    .await?;
    Ok(())
}

async fn count_in_phase(
    db: &mut SqliteConnection,
    step: &ClaimedStep,
    now: i64,
) -> Result<(), Error> {
    let then: Option<(i64, i64, String, String)> = sqlx::query_as(
        "update phases set done = done + 1
         where review_id = ? and name = (select phase from steps where id = ?)
         returning done, total, then_kind, then_lane",
    )
    .bind(&step.review_id)
    .bind(step.id)
    .fetch_optional(&mut *db)
    .await?;
    let Some((done, total, kind, lane)) = then else {
        return Ok(());
    };
    if done == total {
        sqlx::query(
            "insert into steps (review_id, key, kind, lane, state, ready_at, created_at)
             values (?, ?, ?, ?, 'available', ?, ?)
             on conflict (review_id, key) do nothing",
        )
        .bind(&step.review_id)
        .bind(&kind)
        .bind(&kind)
        .bind(lane)
        .bind(now)
        .bind(now)
        .execute(db)
        .await?;
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

/// Cancels all steps of a review that have not ended, those at work included: their workers are fenced.
pub(crate) async fn end_open_steps(
    db: &mut SqliteConnection,
    review_id: &str,
    now: i64,
) -> Result<(), Error> {
    sqlx::query(
        "update attempts set ended_at = ?, outcome = 'cancelled'
         where ended_at is null and step_id in (select id from steps where review_id = ? and state = 'running')",
    )
    .bind(now)
    .bind(review_id)
    .execute(&mut *db)
    .await?;
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

/// Doubles from one second, at most a minute.
fn wait_after_loss_ms(losses: i64) -> i64 {
    if losses < WAIT_FROM_LOSS {
        return 0;
    }
    1000 << (losses - WAIT_FROM_LOSS).clamp(0, 6)
}

async fn put_back(
    db: &mut SqliteConnection,
    lost: Vec<RunningStep>,
    now: i64,
) -> Result<u64, Error> {
    let mut count = 0;
    for step in lost {
        let set_aside = step.losses + 1 >= MAX_LOSSES;
        let put_back = sqlx::query(
            "update steps set state = ?, losses = losses + 1, boot_id = null, lease_until = null, finished_at = ?, ready_at = ?
             where id = ? and state = 'running' and attempt = ?",
        )
        .bind(if set_aside { "discarded" } else { "available" })
        .bind(set_aside.then_some(now))
        .bind(now + wait_after_loss_ms(step.losses + 1))
        .bind(step.id)
        .bind(step.attempt)
        .execute(&mut *db)
        .await?;
        if put_back.rows_affected() == 0 {
            continue;
        }
        count += 1;
        sqlx::query(
            "update attempts set ended_at = ?, outcome = 'lost' where step_id = ? and number = ?",
        )
        .bind(now)
        .bind(step.id)
        .bind(step.attempt)
        .execute(&mut *db)
        .await?;
        if set_aside {
            let message = format!(
                "The program ended {MAX_LOSSES} times while it worked on this contract (step {}), so it was set aside to \
                 let the others go on. Retry it alone; if it happens again, the file itself is the likely cause.",
                step.key
            );
            fail_review(db, &step.review_id, "set_aside", &message, now).await?;
        }
        events::note(db, "review_changed", Some(&step.review_id), now).await?;
    }
    Ok(count)
}
