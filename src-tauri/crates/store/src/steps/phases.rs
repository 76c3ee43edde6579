//! Fan-out and fan-in: the step that makes done = total adds what follows, once.

use sqlx::SqliteConnection;

use super::{ClaimedStep, NewPhase};
use crate::{Error, faults};

pub(super) async fn open_phase(
    db: &mut SqliteConnection,
    review_id: &str,
    phase: &NewPhase,
) -> Result<(), Error> {
    sqlx::query(
        "insert into phases (review_id, name, total, then_kind, then_lane, then_phase) values (?, ?, ?, ?, ?, ?)
         on conflict (review_id, name) do nothing",
    )
    .bind(review_id)
    .bind(phase.name)
    .bind(phase.total)
    .bind(phase.then_kind)
    .bind(phase.then_lane)
    .bind(phase.then_phase)
    .execute(db)
    .await?;
    Ok(())
}

/// How a review stands when one of its steps has ended.
#[derive(sqlx::FromRow)]
struct Standing {
    stop_after: bool,
    done: Option<i64>,
    total: Option<i64>,
    then_kind: Option<String>,
    then_lane: Option<String>,
    then_phase: Option<String>,
}

/// Counts a step that has ended in its phase, if it has one, and says that the review has changed. True
/// when the review is to stop once nothing of it is at work.
pub(super) async fn count_in_phase(
    db: &mut SqliteConnection,
    review_id: &str,
    step_id: i64,
    now: i64,
) -> Result<bool, Error> {
    // One call of three statements: on a busy machine each call waits for the database's thread.
    let standing: Standing = sqlx::query_as(
        "update phases set done = done + 1 where review_id = ? and name = (select phase from steps where id = ?);
         insert or replace into events (kind, review_id, created_at) values ('review_changed', ?, ?);
         select r.stop_after, p.done, p.total, p.then_kind, p.then_lane, p.then_phase
         from steps s join reviews r on r.id = s.review_id left join phases p on p.review_id = r.id and p.name = s.phase
         where s.id = ?",
    )
    .bind(review_id)
    .bind(step_id)
    .bind(review_id)
    .bind(now)
    .bind(step_id)
    .fetch_one(&mut *db)
    .await?;
    if standing.done.is_some() && standing.done == standing.total {
        faults::point("complete.fan_in");
        sqlx::query(
            "insert into steps (review_id, key, kind, lane, phase, state, ready_at, created_at)
             values (?, ?, ?, ?, ?, 'available', ?, ?)
             on conflict (review_id, key) do nothing",
        )
        .bind(review_id)
        .bind(&standing.then_kind)
        .bind(&standing.then_kind)
        .bind(&standing.then_lane)
        .bind(&standing.then_phase)
        .bind(now)
        .bind(now)
        .execute(db)
        .await?;
    }
    Ok(standing.stop_after)
}

/// The step's phase has `by` steps more than were counted, or fewer.
pub(super) async fn grow_phase(
    db: &mut SqliteConnection,
    step: &ClaimedStep,
    by: i32,
) -> Result<(), Error> {
    if by != 0 {
        sqlx::query(
            "update phases set total = total + ? where review_id = ? and name = (select phase from steps where id = ?)",
        )
        .bind(by)
        .bind(&step.review_id)
        .bind(step.id)
        .execute(db)
        .await?;
    }
    Ok(())
}
