//! Submitting: a file in the body or in a form, streamed to disk; the id comes back before it is read.

use std::io;
use std::sync::Arc;

use axum::Extension;
use axum::Json;
use axum::body::Body;
use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use countersign_engine::clients::Client;
use countersign_engine::submit::too_large;
use countersign_engine::uploads::{ClientKey, Upload, UploadRequest, media_types, playbook_ids};
use futures_util::TryStreamExt;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::io::AsyncRead;
use tokio_util::io::StreamReader;

use super::Problem;
use super::resources::Acknowledged;
use super::take::Query;
use crate::Shared;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const LONGEST_KEY: usize = 255;
/// What a form holds besides its file.
const ROUND_A_FILE: u64 = 64 * 1024;
/// Longest word of a form, bytes.
const LONGEST_WORD: usize = 1024;
const ANY_FILE: &str = "application/octet-stream";

#[derive(Deserialize)]
pub(crate) struct Given {
    name: Option<String>,
    playbook: Option<String>,
}

pub(crate) async fn submit(
    State(shared): State<Arc<Shared>>,
    Extension(client): Extension<Arc<Client>>,
    Query(given): Query<Given>,
    request: Request,
) -> Result<Response, Problem> {
    let headers = request.headers();
    let key = key(headers)?.map(|key| ClientKey {
        client_id: client.id.clone(),
        key,
    });
    let media_type = media_type(headers)?;
    if length(headers).is_some_and(|length| length > shared.largest_upload + ROUND_A_FILE) {
        return Err(too_large(shared.largest_upload).into());
    }
    let sent = if media_type.as_deref() == Some("multipart/form-data") {
        form(&shared, request).await?
    } else {
        let upload = keep(&shared, body(request.into_body())).await?;
        Sent {
            upload,
            name: None,
            media_type,
            playbook: None,
        }
    };
    let wanted = UploadRequest {
        name: given.name.or(sent.name),
        media_type: sent.media_type,
        playbook: sent.playbook.or(given.playbook),
        key,
    };
    let accepted = shared.engine.submit_upload(sent.upload, wanted).await?;
    let accepted = Acknowledged::from(accepted);
    let location = AppendHeaders([(header::LOCATION, accepted.url.clone())]);
    Ok((StatusCode::ACCEPTED, location, Json(accepted)).into_response())
}

/// What came in, whichever way.
struct Sent {
    upload: Upload,
    name: Option<String>,
    media_type: Option<String>,
    playbook: Option<String>,
}

/// The largest body that is looked at at all.
pub(crate) fn largest_body(shared: &Shared) -> usize {
    usize::try_from(shared.largest_upload + ROUND_A_FILE).unwrap_or(usize::MAX)
}

/// The body, as the document says it.
pub(crate) fn document() -> Value {
    let form = json!({
        "schema": {
            "type": "object",
            "required": ["file"],
            "additionalProperties": false,
            "properties": {
                "file": {"type": "string", "format": "binary", "minLength": 1, "description": "The contract."},
                "playbook": playbooks(),
            },
        },
    });
    let mut content = Map::new();
    content.insert("multipart/form-data".to_owned(), form);
    for media_type in media_types().chain([ANY_FILE]) {
        let bytes = json!({"schema": {"type": "string", "minLength": 1}});
        content.insert(media_type.to_owned(), bytes);
    }
    json!({
        "required": true,
        "description": "A contract: PDF, DOCX, ODT, RTF, HTML, Markdown, text or mail. What its bytes are decides.",
        "content": content,
    })
}

/// The ids of playbooks, as the document says them.
pub(crate) fn playbooks() -> Value {
    json!({"type": "string", "enum": playbook_ids().unwrap_or_default()})
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut given = headers.get_all(KEY).iter();
    let Some(key) = given.next() else {
        return Ok(None);
    };
    let key = key.to_str().ok().filter(|key| {
        (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
    });
    match (key, given.next()) {
        (Some(key), None) => Ok(Some(key.to_owned())),
        _ => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "bad_key",
            format!(
                "`Idempotency-Key` is one word of 1 to {LONGEST_KEY} visible ASCII characters."
            ),
        )),
    }
}

/// The body's type without its parameters; one that no contract has is refused.
fn media_type(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(given) = headers.get(header::CONTENT_TYPE) else {
        return Ok(None);
    };
    let essence = given
        .to_str()
        .ok()
        .and_then(|given| given.parse::<mime::Mime>().ok())
        .map(|given| given.essence_str().to_owned());
    essence
        .filter(|essence| {
            essence == "multipart/form-data"
                || essence == ANY_FILE
                || media_types().any(|known| known == essence)
        })
        .map(Some)
        .ok_or_else(|| {
            let known: Vec<&str> = media_types().chain([ANY_FILE]).collect();
            Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unknown_media_type",
                format!(
                    "Send a form (`multipart/form-data`), or the file itself as one of {}.",
                    known.join(", ")
                ),
            )
        })
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

async fn keep(shared: &Shared, source: impl AsyncRead) -> Result<Upload, Problem> {
    tokio::pin!(source);
    Ok(shared
        .engine
        .keep_upload(source, shared.largest_upload)
        .await?)
}

fn body(body: Body) -> impl AsyncRead {
    let broken = |error: axum::Error| io::Error::new(io::ErrorKind::InvalidData, error);
    StreamReader::new(body.into_data_stream().map_err(broken))
}

/// Takes a form apart: one file, and words.
async fn form(shared: &Shared, request: Request) -> Result<Sent, Problem> {
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|rejection| bad_form(rejection.body_text()))?;
    let (mut file, mut playbook) = (None, None);
    while let Some(field) = form.next_field().await.map_err(malformed)? {
        match field.name() {
            Some("file") if file.is_none() => {
                let name = field.file_name().map(str::to_owned);
                let media_type = field.content_type().map(str::to_owned);
                let bytes = StreamReader::new(field.map_err(broken));
                file = Some((keep(shared, bytes).await?, name, media_type));
            }
            Some("playbook") if playbook.is_none() => playbook = Some(word(field).await?),
            other => {
                let name = other.unwrap_or_default().escape_default();
                return Err(bad_form(format!(
                    "A form has one part `file` and at most one part `playbook`; `{name}` is one too many."
                )));
            }
        }
    }
    let (upload, name, media_type) =
        file.ok_or_else(|| bad_form("The form has no part `file`."))?;
    Ok(Sent {
        upload,
        name,
        media_type,
        playbook,
    })
}

async fn word(mut field: Field<'_>) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(malformed)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LONGEST_WORD {
            return Err(bad_form("The part `playbook` is too long."));
        }
    }
    String::from_utf8(bytes).map_err(|_| bad_form("The part `playbook` is not text."))
}

fn broken(error: MultipartError) -> io::Error {
    let kind = match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => io::ErrorKind::FileTooLarge,
        _ => io::ErrorKind::InvalidData,
    };
    io::Error::new(kind, error)
}

fn malformed(error: MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            "The form is larger than its file may be.",
        ),
        _ => bad_form(error.body_text()),
    }
}

fn bad_form(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "bad_form", detail)
}
