//! Who may speak to the host: the page of this very address, with the token.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::Shared;
use crate::wire::problem;

/// Refuses requests without the token.
pub(crate) async fn token(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let given = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let given = given
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or("");
    if !same(given, &shared.token) {
        return problem(
            StatusCode::UNAUTHORIZED,
            "token",
            "The token is missing or wrong. Open the page with the address that was printed at the start.",
        );
    }
    next.run(request).await
}

/// Refuses requests that were meant for another host or come from another page: a web site that a
/// person visits must not reach this port through their browser.
pub(crate) async fn own_origin(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    if !is_ours(request.headers(), shared.port) {
        return problem(
            StatusCode::FORBIDDEN,
            "foreign_origin",
            "Only the page of this address may ask here.",
        );
    }
    next.run(request).await
}

fn is_ours(headers: &HeaderMap, port: u16) -> bool {
    let own = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).is_some_and(|host| own.iter().any(|o| o == host));
    let origin = text(header::ORIGIN).is_none_or(|origin| {
        origin
            .strip_prefix("http://")
            .is_some_and(|origin| own.iter().any(|o| o == origin))
    });
    host && origin
}

/// Compares in a time that does not tell how much was right.
fn same(given: &str, wanted: &str) -> bool {
    given.len() == wanted.len()
        && given
            .bytes()
            .zip(wanted.bytes())
            .fold(0, |differs, (a, b)| differs | (a ^ b))
            == 0
}
