//! The contracts' own files for the page: `docs://localhost/<contract id>`, whole or in part.
//!
//! A scheme of its own because bytes in a command's reply are many times slower. The page names
//! contracts, never paths.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use countersign_engine::Engine;
use tauri::http::header::{
    ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, RANGE,
    X_CONTENT_TYPE_OPTIONS,
};
use tauri::http::response::Builder;
use tauri::http::{Method, Request, Response, StatusCode};

/// The scheme's name.
pub const SCHEME: &str = "docs";

/// Answers the page's request for a contract's file.
pub async fn answer(engine: &Engine, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
    if request.method() == Method::OPTIONS {
        return finish(
            head(StatusCode::NO_CONTENT).header(ACCESS_CONTROL_ALLOW_HEADERS, "Range"),
            Vec::new(),
        );
    }
    let id = request.uri().path().trim_start_matches('/');
    let (path, media_type) = match engine.contract_file(id).await {
        Ok(Some(found)) => found,
        Ok(None) => return refuse(StatusCode::NOT_FOUND, "there is no such contract"),
        Err(error) => {
            tracing::warn!(%error, contract_id = id, "a contract's file could not be looked up");
            return refuse(
                StatusCode::INTERNAL_SERVER_ERROR,
                "the data folder can't be read",
            );
        }
    };
    let asked = request
        .headers()
        .get(RANGE)
        .and_then(|value| value.to_str().ok());
    let asked = asked.map(str::to_owned);
    let read = tauri::async_runtime::spawn_blocking(move || read(&path, asked.as_deref()));
    match read.await.map_err(io::Error::other).flatten() {
        Ok(part) => give(part, &media_type),
        Err(error) => {
            tracing::warn!(%error, contract_id = id, "a contract's file could not be read");
            refuse(
                StatusCode::INTERNAL_SERVER_ERROR,
                "the contract's file can't be read",
            )
        }
    }
}

/// What was read for a request.
enum Part {
    Whole(Vec<u8>),
    Range {
        range: Range<u64>,
        length: u64,
        bytes: Vec<u8>,
    },
    OutOfReach {
        length: u64,
    },
}

fn read(path: &Path, asked: Option<&str>) -> io::Result<Part> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let range = match asked.map(|asked| parse(asked, length)) {
        None | Some(Asked::All) => {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            return Ok(Part::Whole(bytes));
        }
        Some(Asked::OutOfReach) => return Ok(Part::OutOfReach { length }),
        Some(Asked::Range(range)) => range,
    };
    file.seek(SeekFrom::Start(range.start))?;
    let mut bytes = Vec::new();
    file.take(range.end - range.start).read_to_end(&mut bytes)?;
    Ok(Part::Range {
        range,
        length,
        bytes,
    })
}

/// What a `Range` header asks of a file of some length.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    /// Not a single range of bytes: the header is ignored, as HTTP has it.
    All,
    Range(Range<u64>),
    OutOfReach,
}

fn parse(asked: &str, length: u64) -> Asked {
    let Some((first, last)) = asked
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
    else {
        return Asked::All;
    };
    let (start, end) = match (first.trim().parse::<u64>(), last.trim()) {
        (Ok(start), "") => (start, length),
        (Ok(start), last) => match last.parse::<u64>() {
            Ok(last) if last >= start => (start, last.saturating_add(1).min(length)),
            _ => return Asked::All,
        },
        (Err(_), last) => match last.parse::<u64>() {
            Ok(count) if first.trim().is_empty() => (length.saturating_sub(count), length),
            _ => return Asked::All,
        },
    };
    if start >= end {
        Asked::OutOfReach
    } else {
        Asked::Range(start..end)
    }
}

fn give(part: Part, media_type: &str) -> Response<Vec<u8>> {
    let (head, bytes) = match part {
        Part::Whole(bytes) => (head(StatusCode::OK), bytes),
        Part::Range {
            range,
            length,
            bytes,
        } => {
            let place = format!("bytes {}-{}/{length}", range.start, range.end - 1);
            (
                head(StatusCode::PARTIAL_CONTENT).header(CONTENT_RANGE, place),
                bytes,
            )
        }
        Part::OutOfReach { length } => {
            let place = format!("bytes */{length}");
            let head = head(StatusCode::RANGE_NOT_SATISFIABLE).header(CONTENT_RANGE, place);
            return finish(head, Vec::new());
        }
    };
    finish(
        head.header(CONTENT_TYPE, media_type)
            .header(CONTENT_LENGTH, bytes.len()),
        bytes,
    )
}

fn refuse(status: StatusCode, reason: &str) -> Response<Vec<u8>> {
    finish(
        head(status).header(CONTENT_TYPE, "text/plain"),
        reason.as_bytes().to_vec(),
    )
}

fn head(status: StatusCode) -> Builder {
    // Every origin may ask because the one window shows only the program's own page.
    Response::builder()
        .status(status)
        .header(ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .header(
            ACCESS_CONTROL_EXPOSE_HEADERS,
            "Accept-Ranges, Content-Length, Content-Range",
        )
        .header(ACCEPT_RANGES, "bytes")
        .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
}

fn finish(head: Builder, body: Vec<u8>) -> Response<Vec<u8>> {
    // Only a media type with control characters could fail here.
    head.body(body).unwrap_or_else(|error| {
        tracing::warn!(%error, "an answer could not be put together");
        let mut response = Response::new(Vec::new());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_http_has_them() {
        let cases = [
            ("bytes=0-3", Asked::Range(0..4)),
            ("bytes=4-", Asked::Range(4..10)),
            ("bytes=-3", Asked::Range(7..10)),
            ("bytes=-99", Asked::Range(0..10)),
            ("bytes=8-99", Asked::Range(8..10)),
            ("bytes=10-", Asked::OutOfReach),
            ("bytes=-0", Asked::OutOfReach),
            (
                "bytes=18446744073709551615-18446744073709551615",
                Asked::OutOfReach,
            ),
            ("bytes=3-1", Asked::All),
            ("bytes=0-1,4-5", Asked::All),
            ("bytes=-", Asked::All),
            ("pages=1-2", Asked::All),
            ("bytes", Asked::All),
        ];
        for (asked, expected) in cases {
            assert_eq!(parse(asked, 10), expected, "{asked}");
        }
        assert_eq!(parse("bytes=0-", 0), Asked::OutOfReach);
    }

    #[test]
    fn a_part_of_a_file_is_that_part() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, b"0123456789").unwrap();
        let part = read(&path, Some("bytes=2-4")).unwrap();
        let response = give(part, "application/pdf");
        assert_eq!(response.status(), StatusCode::PARTIAL_CONTENT);
        assert_eq!(response.headers()[CONTENT_RANGE], "bytes 2-4/10");
        assert_eq!(response.body(), b"234");
        let whole = give(read(&path, None).unwrap(), "application/pdf");
        assert_eq!((whole.status(), whole.body().len()), (StatusCode::OK, 10));
    }
}
