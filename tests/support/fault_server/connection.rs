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
use super::answers::{Question, key_of, vector_of};
use super::script::Fault;

/// A question may hold a whole contract.
const MOST_BYTES: usize = 64 * 1024 * 1024;

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
        ("POST", "/v1/chat/completions" | "/v1/embeddings") => call(stream, state, request).await,
        _ => send(stream, 404, &[], b"{\"error\":\"not found\"}").await,
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

async fn call(stream: &mut TcpStream, state: &State, request: &Request) -> Result<Next> {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let is_chat = request.path.ends_with("/chat/completions");
    let key = key_of(&body[if is_chat { "messages" } else { "input" }]);
    let plan = state.begin(&key, &request.path);
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
    let good = if is_chat {
        completion(state, &body, plan.number, &plan.fault)
    } else {
        embeddings(&body)
    };
    let next = misbehave(stream, request, &plan.fault, &good).await?;
    running.sent = true;
    Ok(next)
}

/// Sends what the script says in place of the good answer. An error means that not all was sent.
async fn misbehave(
    stream: &mut TcpStream,
    request: &Request,
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
                None => usual_error(*status, request).to_string(),
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
        Fault::ForeignJson => send(stream, 200, &[], b"{\"choices\": 7}").await,
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

/// The body of a chat completion, with what the fault does to it.
fn completion(state: &State, body: &Value, number: u64, fault: &Fault) -> Value {
    let question = Question::read(body);
    let text = state.answer(&question);
    let asked = question.system.len() + question.user.len();
    let usage = |text: &str| {
        let (input, output) = (asked.div_ceil(4) + 8, text.len().div_ceil(4).max(1));
        json!({
            "prompt_tokens": input,
            "completion_tokens": output,
            "total_tokens": input + output,
            "prompt_tokens_details": { "cached_tokens": 0 },
        })
    };
    let with = |text: &str, finish: &str| {
        json!({
            "id": format!("fault-{number}"),
            "object": "chat.completion",
            "created": 0,
            "model": question.model,
            "choices": [{
                "index": 0,
                "message": { "role": "assistant", "content": text, "refusal": null },
                "finish_reason": finish,
            }],
            "usage": usage(text),
        })
    };
    match fault {
        Fault::EmptyChoices => {
            let mut value = with("", "stop");
            value["choices"] = json!([]);
            value
        }
        Fault::EmptyContent => with("", "stop"),
        Fault::Length => {
            let half: String = text.chars().take(text.chars().count() / 2).collect();
            with(&half, "length")
        }
        Fault::Refusal => {
            let mut value = with("", "stop");
            value["choices"][0]["message"]["content"] = Value::Null;
            value["choices"][0]["message"]["refusal"] = json!("I cannot help with that.");
            value
        }
        Fault::ContentFilter => with("", "content_filter"),
        Fault::NoUsage => {
            let mut value = with(&text, "stop");
            value["usage"] = Value::Null;
            value
        }
        Fault::WrongUsage => {
            let mut value = with(&text, "stop");
            value["usage"] = json!({ "prompt_tokens": 0, "completion_tokens": 99_000_000_000_u64 });
            value
        }
        Fault::Prose => with(
            &format!("Here is what I found:\n\n{text}\n\nLet me know if you need {{more}}!"),
            "stop",
        ),
        Fault::Fenced => with(&format!("```json\n{text}\n```"), "stop"),
        Fault::SchemaViolation => with("{\"clauses\": \"a canary instead of a list\"}", "stop"),
        _ => with(&text, "stop"),
    }
}

fn embeddings(body: &Value) -> Value {
    let one = body["input"].as_str().into_iter();
    let many = body["input"].as_array().into_iter().flatten();
    let texts: Vec<&str> = one.chain(many.filter_map(Value::as_str)).collect();
    let data: Vec<Value> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| {
            json!({ "object": "embedding", "index": index, "embedding": vector_of(text) })
        })
        .collect();
    let tokens: usize = texts.iter().map(|text| text.len().div_ceil(4)).sum();
    json!({
        "object": "list",
        "model": body["model"],
        "data": data,
        "usage": { "prompt_tokens": tokens, "total_tokens": tokens },
    })
}

/// What OpenAI says with a status; like a careless server it repeats the key and the question.
fn usual_error(status: u16, request: &Request) -> Value {
    let code = match status {
        401 => "invalid_api_key",
        404 => "model_not_found",
        429 => "rate_limit_exceeded",
        500..=599 => "server_error",
        _ => "invalid_request_error",
    };
    let key = &request.authorization;
    let question = String::from_utf8_lossy(&request.body);
    json!({ "error": { "message": format!("{code}: {key} asked {question}"), "code": code } })
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
    authorization: String,
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
            authorization: header("authorization"),
            body: Vec::new(),
        };
        Ok(Some((request, begin, length)))
    }
}
