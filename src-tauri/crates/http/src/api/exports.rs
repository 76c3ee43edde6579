//! A review as a file.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use countersign_engine::exports::ExportFormat;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::Problem;
use super::reviews::without_report;
use super::take::Path;
use crate::Shared;

/// What stands in a name of RFC 8187 as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

pub(crate) async fn export(
    State(shared): State<Arc<Shared>>,
    Path((id, format)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let engine = &shared.engine;
    engine.review_row(&id).await?;
    let format = ExportFormat::of_id(&format).ok_or_else(|| {
        let known: Vec<&str> = ExportFormat::ALL.iter().map(|format| format.id()).collect();
        Problem::new(
            StatusCode::NOT_FOUND,
            "no_such_format",
            format!("A review is exported as {}.", known.join(", ")),
        )
    })?;
    let file = match engine.export_file(&id, format, None).await {
        Ok(file) => file,
        Err(error) => return Err(without_report(engine, &id, error).await),
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, value(&content_type(format)));
    headers.insert(header::CONTENT_DISPOSITION, value(&disposition(&file.name)));
    Ok((headers, file.bytes).into_response())
}

/// The forms, as the document says them.
pub(crate) fn formats() -> Value {
    let ids: Vec<&str> = ExportFormat::ALL.iter().map(|format| format.id()).collect();
    let purposes: Vec<String> = ExportFormat::ALL
        .iter()
        .map(|format| format!("`{}`: {}", format.id(), format.purpose()))
        .collect();
    json!({"type": "string", "enum": ids, "description": purposes.join("; ")})
}

/// The media types that exports have.
pub(crate) fn media_types() -> Vec<&'static str> {
    let mut types: Vec<&str> = ExportFormat::ALL
        .iter()
        .map(|format| format.media_type())
        .collect();
    types.sort_unstable();
    types.dedup();
    types
}

fn content_type(format: ExportFormat) -> String {
    if format.is_text() && format.media_type().starts_with("text/") {
        format!("{}; charset=utf-8", format.media_type())
    } else {
        format.media_type().to_owned()
    }
}

/// To be saved under this name: in plain letters, and as it is (RFC 6266).
fn disposition(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ';
    let plain: String = name
        .chars()
        .map(|c| if is_plain(c) { c } else { '_' })
        .collect();
    let whole = utf8_percent_encode(name, PLAIN);
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

/// Made of visible letters only, so that it always fits.
fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_within_its_header() {
        assert_eq!(
            disposition("Größe \"x\"\r\nSet-Cookie: a.pdf"),
            "attachment; filename=\"Gr__e _x___Set-Cookie: a.pdf\"; \
             filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%22x%22%0D%0ASet-Cookie%3A%20a.pdf"
        );
    }

    #[test]
    fn text_says_its_letters_and_files_do_not() {
        assert_eq!(content_type(ExportFormat::Csv), "text/csv; charset=utf-8");
        assert_eq!(content_type(ExportFormat::Json), "application/json");
        assert_eq!(content_type(ExportFormat::Pdf), "application/pdf");
    }
}
