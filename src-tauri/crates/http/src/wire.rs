//! The four things the page asks for.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::sse::{Event as Sse, KeepAlive};
use axum::response::{IntoResponse, Response};
use countersign_engine::error::Error;
use countersign_engine::views::{ErrorView, Event};
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use tokio_util::io::StreamReader;
use tower::ServiceExt;
use tower_http::services::ServeFile;

use crate::Shared;

/// Runs a command of the table.
pub(crate) async fn call(
    State(shared): State<Arc<Shared>>,
    Path(command): Path<String>,
    Json(argument): Json<Value>,
) -> Response {
    match shared.engine.call(&command, argument).await {
        Ok(reply) => Json(reply).into_response(),
        Err(error) => refuse(&error),
    }
}

#[derive(Deserialize)]
pub(crate) struct After {
    #[serde(default)]
    after: Option<i64>,
}

/// Streams changes: those after a number first, then each as it comes.
pub(crate) async fn events(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<After>,
) -> Response {
    let live = shared.engine.events();
    let missed = match query.after {
        Some(seq) => match shared.engine.events_after(seq).await {
            Ok(missed) => missed,
            Err(error) => return refuse(&error),
        },
        None => Vec::new(),
    };
    let stream = stream::iter(missed)
        .chain(follow(live))
        .map(|event| Ok::<_, Infallible>(sse(&event)));
    axum::response::Sse::new(stream)
        .keep_alive(KeepAlive::default())
        .into_response()
}

fn sse(event: &Event) -> Sse {
    let data = serde_json::to_string(event).unwrap_or_default();
    Sse::default().id(event.seq.to_string()).data(data)
}

fn follow(receiver: tokio::sync::broadcast::Receiver<Event>) -> impl Stream<Item = Event> {
    stream::unfold((receiver, 0), |(mut receiver, seq)| async move {
        match receiver.recv().await {
            Ok(event) => {
                let seq = event.seq;
                Some((event, (receiver, seq)))
            }
            // Too slow to be told of each change: everything may have changed.
            Err(RecvError::Lagged(_)) => {
                let all = Event {
                    seq,
                    kind: "review_changed".to_owned(),
                    review_id: None,
                };
                Some((all, (receiver, seq)))
            }
            Err(RecvError::Closed) => None,
        }
    })
}

#[derive(Deserialize)]
pub(crate) struct Name {
    name: String,
}

/// Takes an upload in and gives it an id to submit.
pub(crate) async fn drop_file(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<Name>,
    body: Body,
) -> Response {
    let bytes = body.into_data_stream().map_err(io::Error::other);
    let reader = StreamReader::new(bytes);
    tokio::pin!(reader);
    match shared.engine.register_upload(&query.name, reader).await {
        Ok(id) => Json(json!({ "drop_id": id })).into_response(),
        Err(error) => refuse(&error),
    }
}

/// The original file of a contract, whole or by ranges.
pub(crate) async fn document(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (path, media_type) = match shared.engine.contract_file(&id).await {
        Ok(Some(found)) => found,
        Ok(None) => {
            return problem(
                StatusCode::NOT_FOUND,
                "no_such_contract",
                "There is no such contract here.",
            );
        }
        Err(error) => return refuse(&error),
    };
    let mime = media_type.parse().unwrap_or(mime::APPLICATION_OCTET_STREAM);
    match ServeFile::new_with_mime(path, &mime).oneshot(request).await {
        Ok(response) => response.into_response(),
        Err(never) => match never {},
    }
}

fn refuse(error: &Error) -> Response {
    let status = match error {
        Error::UnknownCommand { .. }
        | Error::NoSuchReview { .. }
        | Error::NoSuchPlaybook { .. } => StatusCode::NOT_FOUND,
        Error::Argument { .. } | Error::Refused { .. } | Error::Playbook(_) | Error::Setting(_) => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Error::NoReport { .. }
        | Error::Busy { .. }
        | Error::PlaybookTaken { .. }
        | Error::PlaybookChanged { .. } => StatusCode::CONFLICT,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let view = error.view();
    (status, Json(view)).into_response()
}

/// An answer that says no, in the form the page understands.
pub(crate) fn problem(status: StatusCode, code: &str, message: &str) -> Response {
    (
        status,
        Json(ErrorView {
            code: code.to_owned(),
            message: message.to_owned(),
        }),
    )
        .into_response()
}
