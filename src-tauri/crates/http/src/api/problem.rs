//! Refusals as problem details (RFC 9457): a stable type, what happened, what to do.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use countersign_engine::error::Error;
use schemars::JsonSchema;
use serde::Serialize;

/// Media type of every refusal.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// What the type of every problem begins with; its code follows.
const TYPES: &str = "urn:countersign:problem:";

/// Why a request was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Problem {
    /// Names the sort of problem; stable.
    #[serde(rename = "type")]
    kind: String,
    /// The sort of problem in a few words.
    title: &'static str,
    /// HTTP status.
    status: u16,
    /// What happened here, what it means and what to do.
    detail: String,
    /// The last part of the type, to decide on.
    code: String,
    #[serde(skip)]
    retry_after: Option<u32>,
    #[serde(skip)]
    challenge: Option<&'static str>,
}

impl Problem {
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("{TYPES}{code}"),
            title: title(code).unwrap_or_else(|| status.canonical_reason().unwrap_or("Refused")),
            status: status.as_u16(),
            detail: detail.into(),
            code: code.to_owned(),
            retry_after: None,
            challenge: None,
        }
    }

    /// The same may go well after so many seconds.
    pub fn retry_after(self, seconds: u32) -> Self {
        Self {
            retry_after: Some(seconds),
            ..self
        }
    }

    /// What the client must show instead.
    pub fn challenge(self, challenge: &'static str) -> Self {
        Self {
            challenge: Some(challenge),
            ..self
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let (retry_after, challenge) = (self.retry_after, self.challenge);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(challenge) = challenge {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static(challenge),
            );
        }
        response
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let code = error.code();
        let (status, retry_after) = match code {
            "no_such_review" | "no_such_contract" => (StatusCode::NOT_FOUND, None),
            "no_report" | "key_taken" => (StatusCode::CONFLICT, None),
            "too_large" => (StatusCode::PAYLOAD_TOO_LARGE, None),
            "broken_upload" => (StatusCode::BAD_REQUEST, None),
            "disk_full" => (StatusCode::SERVICE_UNAVAILABLE, Some(60)),
            "removed_meanwhile" => (StatusCode::SERVICE_UNAVAILABLE, Some(1)),
            "empty" | "no_such_playbook" | "playbook" => (StatusCode::UNPROCESSABLE_ENTITY, None),
            _ => (StatusCode::INTERNAL_SERVER_ERROR, None),
        };
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!(%error, code, "a request could not be answered");
        }
        Self {
            retry_after,
            ..Self::new(status, code, sentence(&error.to_string()))
        }
    }
}

/// An error's words as a sentence.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    let mut sentence: String = first.chain(letters).collect();
    if !sentence.ends_with(['.', '?', '!']) {
        sentence.push('.');
    }
    sentence
}

/// The same words for every problem of a sort.
fn title(code: &str) -> Option<&'static str> {
    Some(match code {
        "no_token" => "A token is needed",
        "wrong_token" => "The token is not valid",
        "wrong_scope" => "The client may not do this",
        "foreign_origin" => "Asked by a foreign page or under a foreign name",
        "nothing_here" => "There is nothing here",
        "wrong_method" => "The method does not fit",
        "bad_parameter" => "A parameter does not fit",
        "bad_key" => "The idempotency key does not fit",
        "key_taken" => "The idempotency key was used for something else",
        "bad_form" => "The form does not fit",
        "unknown_media_type" => "Files of this type are not reviewed",
        "too_large" => "The file is too large",
        "empty" => "The file is empty",
        "broken_upload" => "The upload broke off",
        "removed_meanwhile" => "Try again in a moment",
        "no_such_review" => "There is no such review",
        "no_such_contract" => "There is no such contract",
        "no_such_playbook" => "There is no such playbook",
        "no_such_format" => "There is no such form",
        "no_report" => "There is no report yet",
        "review_ended" => "The review is at an end",
        "review_paused" => "The review is paused",
        "disk_full" => "The disk is full",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_keeps_its_code_and_becomes_a_sentence() {
        let problem = Problem::from(Error::NoSuchReview { id: "x".into() });
        assert_eq!(
            (problem.status, problem.code.as_str()),
            (404, "no_such_review")
        );
        assert_eq!(problem.kind, "urn:countersign:problem:no_such_review");
        assert!(problem.detail.starts_with("There is no review x."));
        assert!(problem.detail.ends_with('.'));
    }
}
