//! Who may speak to the host: the page of this very address with the token, and programs that ask under
//! a name of this host.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::Shared;
use crate::api::Problem;
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

/// Names and ports under which this computer reaches itself.
pub(crate) fn own_names(port: u16) -> Vec<String> {
    ["127.0.0.1", "localhost", "[::1]"]
        .map(|name| format!("{name}:{port}"))
        .into()
}

/// With those that a person gave, which may stand behind another program that listens at the usual port.
pub(crate) fn names(own: &[String], given: &[String], port: u16) -> Vec<String> {
    let given = given
        .iter()
        .map(|name| name.to_ascii_lowercase())
        .flat_map(|name| [format!("{name}:{port}"), name]);
    own.iter().cloned().chain(given).collect()
}

/// Refuses requests that were meant for another host or come from another page: a web site that a
/// person visits must not reach this port through their browser.
pub(crate) async fn own_origin(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let (status, code) = (StatusCode::FORBIDDEN, "foreign_origin");
    if is_for_programs(request.uri().path()) {
        if is_ours(request.headers(), &shared.names) {
            return next.run(request).await;
        }
        let why = "This is not asked for under a name of this host, or by a page of another. `countersign serve --host NAME` \
                   adds a name.";
        return Problem::new(status, code, why).into_response();
    }
    if is_ours(request.headers(), &shared.own_names) {
        return next.run(request).await;
    }
    problem(status, code, "Only the page of this address may ask here.")
}

fn is_for_programs(path: &str) -> bool {
    path.strip_prefix("/v1")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn is_ours(headers: &HeaderMap, names: &[String]) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let known = |name: &str| names.contains(&name.to_ascii_lowercase());
    let host = text(header::HOST).is_some_and(known);
    let origin = !headers.contains_key(header::ORIGIN)
        || text(header::ORIGIN).is_some_and(|origin| {
            ["http://", "https://"]
                .iter()
                .any(|scheme| origin.strip_prefix(scheme).is_some_and(known))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_must_name_this_host_and_come_from_none_or_this_page() {
        let names = names(&own_names(80), &["Reviews.example.org".to_owned()], 80);
        let cases: &[(Option<&str>, Option<&str>, bool)] = &[
            (Some("127.0.0.1:80"), None, true),
            (Some("reviews.example.org"), None, true),
            (Some("REVIEWS.example.org:80"), None, true),
            (
                Some("reviews.example.org"),
                Some("https://reviews.example.org"),
                true,
            ),
            (Some("localhost:80"), Some("http://localhost:80"), true),
            (None, None, false),
            (Some("localhost"), None, false),
            (Some("localhost:81"), None, false),
            (Some("evil.example"), None, false),
            (Some("reviews.example.org.evil.example"), None, false),
            (Some("localhost:80"), Some("http://evil.example"), false),
            (Some("localhost:80"), Some("null"), false),
            (Some("localhost:80"), Some("file://localhost:80"), false),
        ];
        for (host, origin, expected) in cases {
            let mut headers = HeaderMap::new();
            for (name, value) in [(header::HOST, host), (header::ORIGIN, origin)] {
                if let Some(value) = value {
                    headers.insert(name, value.parse().unwrap());
                }
            }
            assert_eq!(is_ours(&headers, &names), *expected, "{host:?} {origin:?}");
        }
    }

    #[test]
    fn only_what_stands_under_v1_is_for_programs() {
        assert!(is_for_programs("/v1") && is_for_programs("/v1/reviews"));
        assert!(
            !is_for_programs("/v12") && !is_for_programs("//v1/x") && !is_for_programs("/call/v1")
        );
    }
}
