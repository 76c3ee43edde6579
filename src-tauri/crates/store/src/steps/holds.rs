//! What a person does to a review in the queue: stop, stop after this step, pause, go on, go first,
//! finish without a model.

use sqlx::SqliteConnection;

use super::end_open_steps;
use super::phases::count_in_phase;
use crate::calls::assume_paid;
use crate::{Error, Store, events, questions};

/// Said of a review that a person ended.
const STOPPED: &str = "Stopped by you. What was done is kept; retry goes on from here.";

impl Store {
    /// Ends a review that is not at an end; nothing it made is lost. False when there was nothing to end.
    ///
    /// # Errors
    /// What the database says.
    pub async fn stop_review(&self, review_id: &str, now: i64) -> Result<bool, Error> {
        let review_id = review_id.to_owned();
        self.write(move |db| Box::pin(async move { stop(db, &review_id, now).await }))
            .await
    }

    /// Ends a review as soon as the steps at work are done; at once when none is. False when it is at an
    /// end already.
    ///
    /// # Errors
    /// What the database says.
    pub async fn stop_review_after_step(&self, review_id: &str, now: i64) -> Result<bool, Error> {
        let review_id = review_id.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                let asked = sqlx::query(
                    "update reviews set stop_after = 1 where id = ? and finished_at is null",
                )
                .bind(&review_id)
                .execute(&mut *db)
                .await?;
                stop_if_asked(db, &review_id, now).await?;
                events::note(db, "review_changed", Some(&review_id), now).await?;
                Ok(asked.rows_affected() > 0)
            })
        })
        .await
    }

    /// Holds a review: steps at work are finished, no other begins. False when it can't be held.
    ///
    /// # Errors
    /// What the database says.
    pub async fn pause_review(&self, review_id: &str, now: i64) -> Result<bool, Error> {
        self.change_state(
            review_id,
            "update reviews set state = 'paused', code = null, waiting_until = null, message = 'Paused by you. What was done is kept; it goes on from here when you let it.'
             where id = ? and state in ('queued', 'running', 'waiting')",
            now,
        )
        .await
    }

    /// Goes on with a review that was paused, or that waits for a person. False when it is neither.
    ///
    /// # Errors
    /// What the database says.
    pub async fn resume_review(&self, review_id: &str, now: i64) -> Result<bool, Error> {
        self.change_state(
            review_id,
            "update steps set state = 'available', finished_at = null
             where state = 'discarded' and review_id = (select id from reviews where id = ?1 and state in ('paused', 'waiting'));
             update reviews set state = case when started_at is null then 'queued' else 'running' end, code = null, message = null,
                 waiting_until = null,
                 vtime = max(vtime, coalesce((select min(vtime) from reviews where state in ('queued', 'running')), 0))
             where id = ?1 and state in ('paused', 'waiting')",
            now,
        )
        .await
    }

    /// Moves a review before (a smaller number) or behind others. False when there is no such review.
    ///
    /// # Errors
    /// What the database says.
    pub async fn change_priority(
        &self,
        review_id: &str,
        priority: i64,
        now: i64,
    ) -> Result<bool, Error> {
        let review_id = review_id.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                let changed = sqlx::query("update reviews set priority = ? where id = ?")
                    .bind(priority)
                    .bind(&review_id)
                    .execute(&mut *db)
                    .await?;
                events::note(db, "review_changed", Some(&review_id), now).await?;
                Ok(changed.rows_affected() > 0)
            })
        })
        .await
    }

    /// Sets a review's own caps. None means the common ones.
    ///
    /// # Errors
    /// What the database says.
    pub async fn change_review_budget(
        &self,
        review_id: &str,
        micros: Option<i64>,
        tokens: Option<i64>,
        now: i64,
    ) -> Result<bool, Error> {
        let review_id = review_id.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                let changed = sqlx::query(
                    "update reviews set budget_micros = ?, budget_tokens = ?,
                         state = case when state = 'waiting' and code = 'review_budget' then 'running' else state end,
                         message = case when code = 'review_budget' then null else message end,
                         code = case when code = 'review_budget' then null else code end
                     where id = ?",
                )
                .bind(micros)
                .bind(tokens)
                .bind(&review_id)
                .execute(&mut *db)
                .await?;
                events::note(db, "review_changed", Some(&review_id), now).await?;
                Ok(changed.rows_affected() > 0)
            })
        })
        .await
    }

    /// Ends all questions to models of a review: what the offline reader finds is all there will be. What
    /// models have answered so far is kept. Returns how many were left unasked.
    ///
    /// # Errors
    /// What the database says.
    pub async fn finish_offline(&self, review_id: &str, now: i64) -> Result<u64, Error> {
        let review_id = review_id.to_owned();
        self.write(move |db| {
            Box::pin(
                async move { finish_offline(db, &review_id, FinishedOffline::Asked, now).await },
            )
        })
        .await
    }

    /// The same for every review that still has a model to ask, because nothing may leave the computer.
    /// Returns their ids.
    ///
    /// # Errors
    /// What the database says.
    pub async fn finish_all_offline(&self, now: i64) -> Result<Vec<String>, Error> {
        self.write(move |db| {
            Box::pin(async move {
                let open: Vec<String> = sqlx::query_scalar(
                    "select id from reviews where finished_at is null and providers <> '[]' order by id",
                )
                .fetch_all(&mut *db)
                .await?;
                for id in &open {
                    finish_offline(db, id, FinishedOffline::Switch, now).await?;
                }
                // What waits for a provider ends without it.
                questions::release(db, None, now).await?;
                Ok(open)
            })
        })
        .await
    }

    async fn change_state(
        &self,
        review_id: &str,
        change: &'static str,
        now: i64,
    ) -> Result<bool, Error> {
        let review_id = review_id.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                let changed = sqlx::query(change)
                    .bind(&review_id)
                    .execute(&mut *db)
                    .await?;
                if changed.rows_affected() > 0 {
                    events::note(db, "review_changed", Some(&review_id), now).await?;
                }
                Ok(changed.rows_affected() > 0)
            })
        })
        .await
    }
}

/// Why models were not asked about all of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FinishedOffline {
    /// A person had it finished without them.
    Asked,
    /// Nothing was to leave the computer.
    Switch,
}

impl FinishedOffline {
    pub(crate) fn of(word: &str) -> Self {
        match word {
            "switch" => Self::Switch,
            _ => Self::Asked,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Switch => "switch",
        }
    }

    /// Said of a question that was under way.
    fn in_words(self) -> &'static str {
        match self {
            Self::Asked => {
                "You had the review finished offline, so this question was not waited for."
            }
            Self::Switch => {
                "Nothing may leave this computer any more, so this question was not waited for."
            }
        }
    }
}

async fn finish_offline(
    db: &mut SqliteConnection,
    review_id: &str,
    why: FinishedOffline,
    now: i64,
) -> Result<u64, Error> {
    let open: Vec<(i64, i64)> = sqlx::query_as(
        "select s.id, s.attempt from steps s join reviews r on r.id = s.review_id
         where s.review_id = ? and s.provider is not null and r.finished_at is null
           and s.state not in ('completed', 'cancelled', 'discarded')",
    )
    .bind(review_id)
    .fetch_all(&mut *db)
    .await?;
    for (id, attempt) in &open {
        leave_unasked(db, review_id, (*id, *attempt), why, now).await?;
    }
    sqlx::query(
        "update reviews set finished_offline = ?2 where id = ?1 and finished_at is null and providers <> '[]';
         update reviews set providers = '[]' where id = ?1 and finished_at is null;
         update reviews set waiting_until = null, state = 'running', message = null, code = null
         where id = ?1 and state = 'waiting'
           and not exists (select 1 from steps s where s.review_id = reviews.id and s.state = 'discarded')",
    )
    .bind(review_id)
    .bind(why.word())
    .execute(&mut *db)
    .await?;
    events::note(db, "review_changed", Some(review_id), now).await?;
    Ok(open.len() as u64)
}

async fn leave_unasked(
    db: &mut SqliteConnection,
    review_id: &str,
    (step_id, attempt): (i64, i64),
    why: FinishedOffline,
    now: i64,
) -> Result<(), Error> {
    assume_paid(db, step_id, attempt, now).await?;
    sqlx::query(
        "update attempts set ended_at = ?, outcome = 'cancelled', code = 'finished_offline', message = ?
         where step_id = ? and ended_at is null",
    )
    .bind(now)
    .bind(why.in_words())
    .bind(step_id)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "update steps set state = 'completed', boot_id = null, lease_until = null, finished_at = ? where id = ?",
    )
    .bind(now)
    .bind(step_id)
    .execute(&mut *db)
    .await?;
    count_in_phase(db, review_id, step_id, now).await?;
    Ok(())
}

/// Ends a review that is to stop once nothing of it is at work.
pub(super) async fn stop_if_asked(
    db: &mut SqliteConnection,
    review_id: &str,
    now: i64,
) -> Result<(), Error> {
    let due: Option<i64> = sqlx::query_scalar(
        "select 1 from reviews r where r.id = ? and r.stop_after = 1 and r.finished_at is null
           and not exists (select 1 from steps s where s.review_id = r.id and s.state = 'running')",
    )
    .bind(review_id)
    .fetch_optional(&mut *db)
    .await?;
    if due.is_some() {
        stop(db, review_id, now).await?;
    }
    Ok(())
}

async fn stop(db: &mut SqliteConnection, review_id: &str, now: i64) -> Result<bool, Error> {
    let stopped = sqlx::query(
        "update reviews set state = 'stopped', cancel_requested_at = ?, finished_at = ?, message = ?, code = null,
             stop_after = 0, waiting_until = null
         where id = ? and finished_at is null",
    )
    .bind(now)
    .bind(now)
    .bind(STOPPED)
    .bind(review_id)
    .execute(&mut *db)
    .await?;
    if stopped.rows_affected() == 0 {
        return Ok(false);
    }
    end_open_steps(db, review_id, now).await?;
    events::note(db, "review_changed", Some(review_id), now).await?;
    Ok(true)
}
