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

pub(super) async fn count_in_phase(
    db: &mut SqliteConnection,
    review_id: &str,
    step_id: i64,
    now: i64,
) -> Result<(), Error> {
    let then: Option<(i64, i64, String, String)> = sqlx::query_as(
        "update phases set done = done + 1
         where review_id = ? and name = (select phase from steps where id = ?)
         returning done, total, then_kind, then_lane",
    )
    .bind(review_id)
    .bind(step_id)
    .fetch_optional(&mut *db)
    .await?;
    let Some((done, total, kind, lane)) = then else {
        return Ok(());
    };
    if done == total {
        faults::point("complete.fan_in");
        sqlx::query(
            "insert into steps (review_id, key, kind, lane, state, ready_at, created_at)
             values (?, ?, ?, ?, 'available', ?, ?)
             on conflict (review_id, key) do nothing",
        )
        .bind(review_id)
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

/// A step of the phase was taken apart into `by` others.
pub(super) async fn grow_phase(
    db: &mut SqliteConnection,
    step: &ClaimedStep,
    by: u32,
) -> Result<(), Error> {
    if by > 0 {
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
