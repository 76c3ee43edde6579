//! Bytes in, bytes out: a small HTTP/1.1, because faults happen below what an HTTP library shows.

use std::io::{Error, ErrorKind, Result};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::State;
use super::answers::key_of;
use super::formats::{Called, Format};
use super::script::Fault;

/// A question may hold a whole contract.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Where the wires put their key.
const KEY_HEADERS: [&str; 4] = ["authorization", "api-key", "x-api-key", "x-goog-api-key"];

/// Serves each connection in a task of its own; they end with this one.
pub(super) async fn accept(listener: TcpListener, state: Arc<State>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(serve(stream, Arc::clone(&state)));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(mut stream: TcpStream, state: Arc<State>) {
    let mut unread = Vec::new();
    loop {
        let request = match Request::read(&mut stream, &mut unread).await {
            Ok(Some(request)) => request,
            Ok(None) => return,
            Err(_) => {
                // Whoever greets in TLS hears plainly that this isn't spoken here.
                let _ = send(&mut stream, 400, &[], b"").await;
                return;
            }
        };
        match respond(&mut stream, &state, &request).await {
            Ok(Next::Stay) => {}
            Ok(Next::Close) | Err(_) => return,
        }
    }
}

/// What becomes of the connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Stay,
    Close,
}

async fn respond(stream: &mut TcpStream, state: &State, request: &Request) -> Result<Next> {
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/health") => send(stream, 200, &[], b"{\"status\":\"ok\"}").await,
        ("GET", "/control/calls") => {
            let body = serde_json::to_vec(&state.ledger())?;
            send(stream, 200, &[], &body).await
        }
        ("POST", "/control/script") => match serde_json::from_slice(&request.body) {
            Ok(script) => {
                state.follow(script);
                send(stream, 204, &[], b"").await
            }
            Err(error) => send(stream, 400, &[], error.to_string().as_bytes()).await,
        },
        ("GET", path) => match models(path) {
            Some(list) => send(stream, 200, &[], list.to_string().as_bytes()).await,
            None => send(stream, 404, &[], b"{\"error\":\"not found\"}").await,
        },
        (_, path) => match Format::of(path) {
            Some((format, called)) => call(stream, state, request, format, called).await,
            None => send(stream, 404, &[], b"{\"error\":\"not found\"}").await,
        },
    }
}

/// The models a server of some format says it has.
fn models(path: &str) -> Option<Value> {
    match path.split('?').next()? {
        "/v1/models" => Some(json!({
            "object": "list",
            "data": [
                { "id": "small", "object": "model", "context_length": 32_000 },
                { "id": "vectors", "object": "model" },
            ],
        })),
        "/v1beta/models" => Some(json!({ "models": [
            { "name": "models/small", "inputTokenLimit": 32_000, "outputTokenLimit": 2_048,
              "supportedGenerationMethods": ["generateContent", "countTokens"] },
            { "name": "models/vectors", "supportedGenerationMethods": ["embedContent"] },
        ] })),
        _ => None,
    }
}

/// Ends the call in the ledger, also when the connection's task is cut off.
struct Running<'a> {
    state: &'a State,
    number: u64,
    sent: bool,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.state.end(self.number, self.sent);
    }
}

async fn call(
    stream: &mut TcpStream,
    state: &State,
    request: &Request,
    format: Format,
    called: Called,
) -> Result<Next> {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let key = key_of(&format.asked(called, &body));
    let plan = state.begin(&key, &request.path, request.key_in.clone());
    let mut running = Running {
        state,
        number: plan.number,
        sent: false,
    };
    if plan.latency_ms > 0 {
        tokio::select! {
            () = sleep(Duration::from_millis(plan.latency_ms)) => {}
            () = gone(stream) => return Ok(Next::Close),
        }
    }
    let good = match called {
        Called::Model => {
            let question = format.question(&request.path, &body);
            let text = state.answer(&question);
            format.answer(&question, &body, &text, plan.number, &plan.fault)
        }
        Called::Embeddings => format.vectors(&body),
    };
    let next = misbehave(stream, request, format, &plan.fault, &good).await?;
    running.sent = true;
    Ok(next)
}

/// Sends what the script says in place of the good answer. An error means that not all was sent.
async fn misbehave(
    stream: &mut TcpStream,
    request: &Request,
    format: Format,
    fault: &Fault,
    good: &Value,
) -> Result<Next> {
    let bytes = good.to_string().into_bytes();
    let half = bytes.get(..bytes.len() / 2).unwrap_or_default();
    match fault {
        Fault::Status {
            status,
            headers,
            body,
        } => {
            let body = match body {
                Some(Value::String(text)) => text.clone(),
                Some(body) => body.to_string(),
                None => usual_error(format, *status, request).to_string(),
            };
            send(stream, *status, &pairs(headers), body.as_bytes()).await
        }
        Fault::HangBeforeHeaders => {
            gone(stream).await;
            Err(unsent())
        }
        Fault::HangAfterHeaders => {
            stream.write_all(&head(200, &[], bytes.len())).await?;
            gone(stream).await;
            Err(unsent())
        }
        Fault::Drip { every_ms } => {
            stream.write_all(&head(200, &[], bytes.len())).await?;
            for byte in &bytes {
                stream.write_all(&[*byte]).await?;
                tokio::select! {
                    () = sleep(Duration::from_millis(*every_ms)) => {}
                    () = gone(stream) => return Err(unsent()),
                }
            }
            Ok(Next::Stay)
        }
        Fault::TruncatedJson => send(stream, 200, &[], half).await,
        Fault::InvalidJson => send(stream, 200, &[], b"<html>Welcome to nginx!</html>").await,
        Fault::ForeignJson => send(stream, 200, &[], format.foreign().to_string().as_bytes()).await,
        Fault::ErrorInSuccess => {
            let error = json!({ "error": { "code": 502, "message": "the server behind failed" } });
            send(stream, 200, &[], error.to_string().as_bytes()).await
        }
        Fault::CloseBeforeHeaders => Err(unsent()),
        Fault::ResetMidBody => {
            stream.write_all(&head(200, &[], bytes.len())).await?;
            stream.write_all(half).await?;
            stream.flush().await?;
            stream.set_zero_linger()?;
            Err(unsent())
        }
        Fault::Endless => {
            let block = vec![b' '; 1024 * 1024];
            stream.write_all(&head(200, &[], usize::MAX / 2)).await?;
            loop {
                stream.write_all(&block).await?;
            }
        }
        Fault::CloseIdle => {
            send(stream, 200, &[], &bytes).await?;
            Ok(Next::Close)
        }
        Fault::Good { headers } => send(stream, 200, &pairs(headers), &bytes).await,
        // What is wrong with these stands in the answer itself.
        Fault::EmptyChoices
        | Fault::EmptyContent
        | Fault::Length
        | Fault::Refusal
        | Fault::ContentFilter
        | Fault::NoUsage
        | Fault::WrongUsage
        | Fault::Prose
        | Fault::Fenced
        | Fault::SchemaViolation => send(stream, 200, &[], &bytes).await,
    }
}

/// What a careless server says with a status: it repeats the key and the question.
fn usual_error(format: Format, status: u16, request: &Request) -> Value {
    let key = &request.key;
    let question = String::from_utf8_lossy(&request.body);
    format.error(status, &format!("{key} asked {question}"))
}

fn pairs(headers: &std::collections::BTreeMap<String, String>) -> Vec<(&str, &str)> {
    headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

async fn send(
    stream: &mut TcpStream,
    status: u16,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Next> {
    let mut bytes = head(status, headers, body.len());
    bytes.extend_from_slice(body);
    stream.write_all(&bytes).await?;
    stream.flush().await?;
    Ok(Next::Stay)
}

fn head(status: u16, headers: &[(&str, &str)], length: usize) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} .\r\ncontent-type: application/json\r\n");
    // A length is forbidden where there can be no body.
    if status != 204 {
        head.push_str(&format!("content-length: {length}\r\n"));
    }
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// Waits until the client hangs up. It sends nothing more while it waits for an answer.
async fn gone(stream: &mut TcpStream) {
    let mut byte = [0];
    while stream.read(&mut byte).await.is_ok_and(|read| read > 0) {}
}

fn unsent() -> Error {
    Error::from(ErrorKind::ConnectionAborted)
}

/// A call as it came in.
struct Request {
    method: String,
    path: String,
    /// As the header says it that it came in.
    key: String,
    /// Those headers' names.
    key_in: Vec<String>,
    body: Vec<u8>,
}

impl Request {
    /// The next call of a connection; nothing when the client is done. `unread` keeps what came in
    /// behind it.
    async fn read(stream: &mut TcpStream, unread: &mut Vec<u8>) -> Result<Option<Self>> {
        loop {
            if let Some((mut request, begin, length)) = Self::head(unread)? {
                let end = begin + length;
                while unread.len() < end {
                    if stream.read_buf(unread).await? == 0 {
                        return Ok(None);
                    }
                }
                let rest = unread.split_off(end);
                request.body = unread.split_off(begin);
                *unread = rest;
                return Ok(Some(request));
            }
            if unread.len() > MOST_BYTES || stream.read_buf(unread).await? == 0 {
                return Ok(None);
            }
        }
    }

    /// The head, where the body begins and how long it is; nothing while the head is incomplete.
    fn head(bytes: &[u8]) -> Result<Option<(Self, usize, usize)>> {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut head = httparse::Request::new(&mut headers);
        let unreadable = || Error::from(ErrorKind::InvalidData);
        let httparse::Status::Complete(begin) = head.parse(bytes).map_err(|_| unreadable())? else {
            return Ok(None);
        };
        let header = |name: &str| {
            let header = head
                .headers
                .iter()
                .find(|header| header.name.eq_ignore_ascii_case(name));
            header
                .map(|header| String::from_utf8_lossy(header.value).into_owned())
                .unwrap_or_default()
        };
        let length = match header("content-length").as_str() {
            "" => 0,
            length => length.parse().map_err(|_| unreadable())?,
        };
        let is_too_long = length > MOST_BYTES || !header("transfer-encoding").is_empty();
        if is_too_long {
            return Err(unreadable());
        }
        let request = Self {
            method: head.method.unwrap_or_default().to_owned(),
            path: head.path.unwrap_or_default().to_owned(),
            key: KEY_HEADERS.map(header).concat(),
            key_in: KEY_HEADERS
                .into_iter()
                .filter(|name| !header(name).is_empty())
                .map(str::to_owned)
                .collect(),
            body: Vec::new(),
        };
        Ok(Some((request, begin, length)))
    }
}
