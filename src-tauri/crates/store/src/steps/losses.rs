//! Steps whose worker is gone: leases that ended, programs that ended.

use sqlx::{FromRow, SqliteConnection};

use super::holds::stop_if_asked;
use super::{ASK, SECOND_READING, fail_review};
use crate::calls::assume_paid;
use crate::{Error, Store, documents, events, faults, questions};

/// Losses (its process ended in the middle) after which a step is set aside rather than tried again.
pub const MAX_LOSSES: i64 = 10;
/// What a review ends by whose step was lost so often.
pub const SET_ASIDE: &str = "set_aside";
/// From this loss on a step waits before it is tried again, so that the others get on meanwhile.
const WAIT_FROM_LOSS: i64 = 4;
/// No step waits longer than this for its next try.
const LONGEST_WAIT_MS: i64 = 3_600_000;

impl Store {
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
                // A wait that was written by a clock that ran ahead must not last longer than a wait may.
                sqlx::query("update steps set ready_at = min(ready_at, ?) where state in ('available', 'retryable', 'scheduled')")
                    .bind(now + LONGEST_WAIT_MS)
                    .execute(&mut *db)
                    .await?;
                sqlx::query("update provider_states set blocked_until = min(blocked_until, ?)")
                    .bind(now + LONGEST_WAIT_MS)
                    .execute(&mut *db)
                    .await?;
                faults::point("boot.written");
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
                let running = sqlx::query_as(
                    "select id, attempt from steps where state = 'running' and boot_id = ?",
                )
                .bind(&boot_id)
                .fetch_all(&mut *db)
                .await?;
                cancel_attempts(db, running, now).await?;
                sqlx::query(
                    "update steps set state = 'available', boot_id = null, lease_until = null
                     where state = 'running' and boot_id = ?",
                )
                .bind(&boot_id)
                .execute(&mut *db)
                .await?;
                sqlx::query("update boots set ended_at = ? where id = ?")
                    .bind(now)
                    .bind(&boot_id)
                    .execute(db)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// The clock was put forward or back by `by` milliseconds while the program ran: everything that
    /// waits for a time moves along, so that nothing is thought lost and nothing waits for ever.
    ///
    /// # Errors
    /// What the database says.
    pub async fn shift_times(&self, by: i64, now: i64) -> Result<(), Error> {
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query("update steps set lease_until = lease_until + ? where state = 'running'")
                    .bind(by)
                    .execute(&mut *db)
                    .await?;
                sqlx::query("update steps set ready_at = ready_at + ? where state in ('available', 'retryable', 'scheduled')")
                    .bind(by)
                    .execute(&mut *db)
                    .await?;
                sqlx::query("update outbox set ready_at = ready_at + ? where state = 'available'")
                    .bind(by)
                    .execute(&mut *db)
                    .await?;
                for mut row in providers(db).await? {
                    row.health.shift(by);
                    row.blocked_until += by;
                    crate::calls::keep_provider_row(db, &row, now).await?;
                }
                Ok(())
            })
        })
        .await
    }
}

async fn providers(db: &mut SqliteConnection) -> Result<Vec<crate::calls::ProviderRow>, Error> {
    let names: Vec<String> = sqlx::query_scalar("select provider from provider_states")
        .fetch_all(&mut *db)
        .await?;
    let mut rows = Vec::with_capacity(names.len());
    for name in names {
        rows.push(crate::calls::provider_row(db, &name).await?);
    }
    Ok(rows)
}

#[derive(FromRow)]
struct RunningStep {
    id: i64,
    review_id: String,
    key: String,
    attempt: i64,
    losses: i64,
}

/// Ends tries (step, attempt) that nobody waits for any more; what they may have cost counts as spent.
pub(super) async fn cancel_attempts(
    db: &mut SqliteConnection,
    running: Vec<(i64, i64)>,
    now: i64,
) -> Result<(), Error> {
    for (step_id, attempt) in running {
        assume_paid(db, step_id, attempt, now).await?;
        sqlx::query(
            "update attempts set ended_at = ?, outcome = 'cancelled' where step_id = ? and number = ? and ended_at is null",
        )
        .bind(now)
        .bind(step_id)
        .bind(attempt)
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

fn is_of_a_question(key: &str) -> bool {
    key.split('/').next() == Some(ASK)
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
        faults::point("boot.taken_over");
        count += 1;
        assume_paid(db, step.id, step.attempt, now).await?;
        sqlx::query(
            "update attempts set ended_at = ?, outcome = 'lost' where step_id = ? and number = ?",
        )
        .bind(now)
        .bind(step.id)
        .bind(step.attempt)
        .execute(&mut *db)
        .await?;
        if set_aside && step.key == SECOND_READING {
            documents::give_up_second_reading(db, step.id, now).await?;
        } else if set_aside && is_of_a_question(&step.key) {
            let why = (
                SET_ASIDE,
                "The program ended again and again while it looked for the answer, so it was given up. Ask again.",
            );
            questions::give_up(db, step.id, why, now).await?;
        } else if set_aside {
            let message = format!(
                "The program ended {MAX_LOSSES} times while it worked on this contract (step {}), so it was set aside to \
                 let the others go on. Retry it alone; if it happens again, the file itself is the likely cause.",
                step.key
            );
            fail_review(db, &step.review_id, SET_ASIDE, &message, now).await?;
        }
        stop_if_asked(db, &step.review_id, now).await?;
        events::note(db, "review_changed", Some(&step.review_id), now).await?;
    }
    Ok(count)
}
