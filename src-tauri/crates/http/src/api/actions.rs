//! Changing how a review stands, and deleting contracts. Each may be asked for twice.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use countersign_engine::views::{DeleteContract, ReviewId, ReviewRow, ReviewState};
use serde::Deserialize;

use super::Problem;
use super::resources::{Deleted, Review};
use super::take::{Path, Query};
use crate::Shared;

pub(crate) async fn cancel(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Result<Json<Review>, Problem> {
    let row = shared.engine.review_row(&id).await?;
    match row.state {
        ReviewState::Stopped => Ok(Json(row.into())),
        ReviewState::Completed | ReviewState::Failed => Err(ended(&row, "")),
        _ => Ok(Json(shared.engine.stop_review(of(id)).await?.into())),
    }
}

pub(crate) async fn retry(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Result<Json<Review>, Problem> {
    let row = shared.engine.review_row(&id).await?;
    match row.state {
        ReviewState::Queued | ReviewState::Running => Ok(Json(row.into())),
        ReviewState::Completed => Err(ended(&row, "")),
        ReviewState::Paused => Err(Problem::new(
            StatusCode::CONFLICT,
            "review_paused",
            format!("The review of {} is held. Resume it instead.", row.file),
        )),
        _ => Ok(Json(shared.engine.retry_review(of(id)).await?.into())),
    }
}

pub(crate) async fn pause(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Result<Json<Review>, Problem> {
    let row = shared.engine.review_row(&id).await?;
    if row.finished_at.is_some() {
        return Err(ended(&row, ""));
    }
    Ok(Json(shared.engine.pause_review(of(id)).await?.into()))
}

pub(crate) async fn resume(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Result<Json<Review>, Problem> {
    let row = shared.engine.review_row(&id).await?;
    if row.finished_at.is_some() {
        return Err(ended(
            &row,
            " Retry goes on with one that failed or was stopped.",
        ));
    }
    Ok(Json(shared.engine.resume_review(of(id)).await?.into()))
}

#[derive(Deserialize)]
pub(crate) struct And {
    #[serde(default)]
    and_backups: bool,
}

pub(crate) async fn delete(
    State(shared): State<Arc<Shared>>,
    Path(contract_id): Path<String>,
    Query(And { and_backups }): Query<And>,
) -> Result<(StatusCode, Json<Deleted>), Problem> {
    let argument = DeleteContract {
        contract_id,
        and_backups,
    };
    let deleted = shared.engine.delete_contract(argument).await?;
    Ok((StatusCode::ACCEPTED, Json(deleted.into())))
}

fn of(review_id: String) -> ReviewId {
    ReviewId { review_id }
}

fn ended(row: &ReviewRow, instead: &str) -> Problem {
    let state = match row.state {
        ReviewState::Completed => "completed",
        ReviewState::Stopped => "stopped",
        _ => "failed",
    };
    Problem::new(
        StatusCode::CONFLICT,
        "review_ended",
        format!("The review of {} is {state}.{instead}", row.file),
    )
}
