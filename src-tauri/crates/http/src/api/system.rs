//! The program itself: its playbooks, its health, its document, and what is not there.

use std::sync::Arc;

use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use countersign_engine::views::Nothing;

use super::Problem;
use super::openapi::DOCUMENT;
use super::resources::{Health, HealthStatus, Playbook, Playbooks};
use crate::Shared;

pub(crate) async fn playbooks(
    State(shared): State<Arc<Shared>>,
) -> Result<Json<Playbooks>, Problem> {
    let rows = shared.engine.list_playbooks(Nothing {}).await?;
    Ok(Json(Playbooks {
        playbooks: rows.into_iter().map(Playbook::from).collect(),
    }))
}

pub(crate) async fn health(State(shared): State<Arc<Shared>>) -> (StatusCode, Json<Health>) {
    let problems = match shared.engine.trouble().await {
        Ok(problems) => problems,
        Err(error) => vec![error.code().to_owned()],
    };
    let grave = |code: &String| code != "backup";
    let (code, status) = if problems.iter().any(grave) {
        (StatusCode::SERVICE_UNAVAILABLE, HealthStatus::Failing)
    } else if problems.is_empty() {
        (StatusCode::OK, HealthStatus::Ok)
    } else {
        (StatusCode::OK, HealthStatus::Degraded)
    };
    (code, Json(Health { status, problems }))
}

pub(crate) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT).into_response()
}

/// Answers what no path is for.
pub(crate) async fn nothing_here(OriginalUri(uri): OriginalUri) -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "nothing_here",
        format!(
            "There is nothing at {}. `GET /v1/openapi.json` says what there is.",
            uri.path()
        ),
    )
}

/// Answers a method that a path does not have.
pub(crate) async fn wrong_method(method: Method) -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "wrong_method",
        format!("{method} is not for this path. The header `Allow` says what is."),
    )
}
