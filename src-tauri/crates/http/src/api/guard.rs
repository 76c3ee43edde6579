//! The door of an operation: whose token it is, whether it may, and how long the answer took.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use countersign_engine::clients::{Client, Scope};

use super::Problem;
use crate::Shared;

/// What stands before an operation.
#[derive(Clone)]
pub(crate) struct Door {
    pub shared: Arc<Shared>,
    pub scope: Option<Scope>,
    pub operation: &'static str,
}

/// The token that a request showed, kept for streams that outlive its first look.
#[derive(Clone)]
pub(crate) struct Token(pub Arc<str>);

/// Lets through who may, and counts the answer.
pub(crate) async fn pass(State(door): State<Door>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let response = match admit(&door, request).await {
        Ok(request) => next.run(request).await,
        Err(problem) => problem.into_response(),
    };
    let status = response.status().as_u16();
    let metrics = &door.shared.metrics;
    metrics.answered(door.operation, status, begun.elapsed());
    response
}

async fn admit(door: &Door, mut request: Request) -> Result<Request, Problem> {
    let Some(scope) = door.scope else {
        return Ok(request);
    };
    let token = bearer(&request).ok_or_else(|| {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "no_token",
            "Send the client's token: `Authorization: Bearer csk_…`. `countersign client add NAME` makes one.",
        )
        .challenge("Bearer")
    })?;
    let token: Arc<str> = token.into();
    let client = door.shared.engine.client_of_token(&token).await?;
    let client = client.ok_or_else(|| {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "wrong_token",
            "No client has this token, or it was revoked. `countersign client list` shows the clients there are.",
        )
        .challenge("Bearer error=\"invalid_token\"")
    })?;
    if !client.scopes.contains(&scope) {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "wrong_scope",
            format!(
                "This client was not given the scope `{}`. Add a client that has it: `countersign client add NAME --scope {}`.",
                scope.word(),
                scope.word()
            ),
        )
        .challenge("Bearer error=\"insufficient_scope\""));
    }
    let extensions = request.extensions_mut();
    extensions.insert(Arc::<Client>::new(client));
    extensions.insert(Token(token));
    Ok(request)
}

fn bearer(request: &Request) -> Option<&str> {
    let given = request
        .headers()
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?;
    let (scheme, token) = given.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}
