//! Looking at reviews: the list in parts, one of them, what it found.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use countersign_engine::Engine;
use countersign_engine::error::Error;
use serde::Deserialize;

use super::Problem;
use super::resources::{Findings, Review, Reviews};
use super::take::{Path, Query, bad_parameter};
use crate::Shared;

/// Reviews of a part when it is not said how many.
pub(crate) const USUAL: u32 = 50;
/// Reviews of a part at the most.
pub(crate) const MOST: u32 = 200;
/// A report that is being made is asked for again after so many seconds.
const SOON: u32 = 2;

#[derive(Deserialize)]
pub(crate) struct Part {
    limit: Option<u32>,
    cursor: Option<String>,
}

pub(crate) async fn list(
    State(shared): State<Arc<Shared>>,
    Query(part): Query<Part>,
) -> Result<Json<Reviews>, Problem> {
    let limit = part.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(bad_parameter(format!(
            "`limit` is a number from 1 to {MOST}."
        )));
    }
    if part
        .cursor
        .as_deref()
        .is_some_and(|cursor| uuid::Uuid::try_parse(cursor).is_err())
    {
        return Err(bad_parameter(
            "`cursor` is the `next_cursor` of the part before, as it is.",
        ));
    }
    // One more than asked for tells whether there are more.
    let cursor = part.cursor.as_deref();
    let mut rows = shared.engine.reviews_before(cursor, limit + 1).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    Ok(Json(Reviews {
        next_cursor: rows.last().filter(|_| more).map(|row| row.id.clone()),
        reviews: rows.into_iter().map(Review::from).collect(),
    }))
}

pub(crate) async fn get(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Result<Json<Review>, Problem> {
    Ok(Json(shared.engine.review_row(&id).await?.into()))
}

pub(crate) async fn findings(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Result<Json<Findings>, Problem> {
    match shared.engine.found(&id).await {
        Ok(found) => Ok(Json(Findings::of(id, found))),
        Err(error) => Err(without_report(&shared.engine, &id, error).await),
    }
}

/// Why a review has nothing to show: it is asked for again soon only while it is at work.
pub(crate) async fn without_report(engine: &Engine, id: &str, error: Error) -> Problem {
    if !matches!(error, Error::NoReport { .. }) {
        return error.into();
    }
    match engine.review_row(id).await {
        Ok(row) if row.finished_at.is_none() => Problem::from(error).retry_after(SOON),
        Ok(row) => {
            let why = row.message.unwrap_or_default();
            Problem::new(
                StatusCode::CONFLICT,
                "no_report",
                format!("The review of {} ended without a report. {why}", row.file).trim_end(),
            )
        }
        Err(gone) => gone.into(),
    }
}
