//! The HTTP host over its real wire.

use std::time::Duration;

use countersign_engine::Engine;
use countersign_engine::config::Config;
use countersign_http::{Host, Options};
use countersign_tests::make_pdf;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub struct Desk {
    pub folder: tempfile::TempDir,
    pub address: String,
    pub token: String,
    pub engine: Engine,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    fn read(answer: &[u8]) -> Self {
        let at = answer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let head = String::from_utf8(answer[..at].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut body = answer[at + 4..].to_vec();
        if head
            .to_ascii_lowercase()
            .contains("transfer-encoding: chunked")
        {
            body = unchunk(&body);
        }
        Self { status, head, body }
    }
}

impl Desk {
    pub async fn new() -> Self {
        Self::with(Options::default()).await
    }

    pub async fn with(options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ui = folder.path().join("ui");
        std::fs::create_dir(&ui).unwrap();
        std::fs::write(ui.join("index.html"), "<!doctype html>").unwrap();
        std::fs::write(folder.path().join("secret.txt"), "secret").unwrap();
        let mut config = Config::of_this_program(folder.path().join("data")).unwrap();
        config.reader_program = crate::cli::program();
        let engine = Engine::open(config).await.unwrap();
        let host = Host::listen(
            engine.clone(),
            Options {
                ui: Some(ui),
                ..options
            },
        )
        .await
        .unwrap();
        let url = host.url();
        let (address, token) = url
            .strip_prefix("http://")
            .unwrap()
            .split_once("/#token=")
            .unwrap();
        let desk = Self {
            folder,
            address: address.to_owned(),
            token: token.to_owned(),
            engine,
        };
        tokio::spawn(host.run(std::future::pending()));
        desk
    }

    pub async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n",
            body.len()
        );
        if !headers.iter().any(|(name, _)| *name == "Host") {
            request.push_str(&format!("Host: {}\r\n", self.address));
        }
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.write_all(body).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        Answer::read(&answer)
    }

    /// Sends these bytes as they are; the answer, whether all of them were taken or not.
    pub async fn send(&self, request: &[u8]) -> Answer {
        let stream = TcpStream::connect(&self.address).await.unwrap();
        let (mut from, mut to) = stream.into_split();
        let request = request.to_vec();
        let sending = tokio::spawn(async move {
            let _ = to.write_all(&request).await;
            to
        });
        let mut answer = Vec::new();
        let mut buffer = [0; 4096];
        // A host that refuses a body closes while it is still being sent.
        while let Ok(count @ 1..) = from.read(&mut buffer).await {
            answer.extend_from_slice(&buffer[..count]);
        }
        sending.abort();
        Answer::read(&answer)
    }

    async fn call(&self, command: &str, argument: &Value) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Content-Type", "application/json"),
        ];
        self.ask(
            "POST",
            &format!("/call/{command}"),
            &headers,
            argument.to_string().as_bytes(),
        )
        .await
    }
}

fn unchunk(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(at) = body.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&body[..at]).unwrap(), 16).unwrap();
        if size == 0 {
            break;
        }
        whole.extend_from_slice(&body[at + 2..at + 2 + size]);
        body = &body[at + 4 + size..];
    }
    whole
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_becomes_a_report_and_the_original_comes_back_by_ranges() {
    let desk = Desk::new().await;
    let bearer = format!("Bearer {}", desk.token);
    let pdf = make_pdf::contract_of(3, 5);
    let upload = desk
        .ask(
            "POST",
            "/drops?name=..%2F..%2Fsupply%0A.pdf",
            &[("Authorization", &bearer)],
            &pdf,
        )
        .await;
    let drop_id = upload.json()["drop_id"].as_str().unwrap().to_owned();
    let submitted = desk
        .call(
            "submit_contracts",
            &serde_json::json!({ "drop_ids": [drop_id] }),
        )
        .await
        .json();
    assert_eq!(
        submitted[0]["file"], "supply .pdf",
        "a name has no folders and no line breaks"
    );
    let id = submitted[0]["review_id"].as_str().unwrap().to_owned();
    let mut events = desk.engine.events();
    let done = tokio::time::timeout(Duration::from_secs(60), async {
        loop {
            let view = desk
                .call("get_review", &serde_json::json!({ "review_id": id }))
                .await
                .json();
            if view["row"]["state"] == "completed" {
                return view;
            }
            let _ = events.recv().await;
        }
    });
    let view = done.await.unwrap();
    assert_eq!(view["pages"].as_array().unwrap().len(), 3);
    let document = format!("/docs/{}", view["row"]["contract_id"].as_str().unwrap());
    let part = desk
        .ask(
            "GET",
            &document,
            &[("Authorization", &bearer), ("Range", "bytes=0-4")],
            b"",
        )
        .await;
    assert_eq!((part.status, part.body.as_slice()), (206, &b"%PDF-"[..]));
    let whole = desk
        .ask("GET", &document, &[("Authorization", &bearer)], b"")
        .await;
    assert_eq!(whole.body, pdf);
    assert!(
        whole
            .head
            .to_ascii_lowercase()
            .contains("content-type: application/pdf")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_told_from_the_number_asked_for() {
    let desk = Desk::new().await;
    desk.call("submit_samples", &serde_json::json!({})).await;
    let mut stream = TcpStream::connect(&desk.address).await.unwrap();
    let request = format!(
        "GET /events?after=0 HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\r\n",
        desk.address, desk.token
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut seen = String::new();
    let told = tokio::time::timeout(Duration::from_secs(30), async {
        let mut buffer = [0; 4096];
        while !seen.contains("review_changed") {
            let count = stream.read(&mut buffer).await.unwrap();
            assert!(count > 0, "the stream ended: {seen}");
            seen.push_str(&String::from_utf8_lossy(&buffer[..count]));
        }
    });
    told.await.unwrap();
    assert!(
        seen.to_ascii_lowercase()
            .contains("content-type: text/event-stream")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_refused() {
    let desk = Desk::new().await;
    let bearer = format!("Bearer {}", desk.token);
    type Headers<'a> = &'a [(&'a str, &'a str)];
    let cases: &[(&str, &str, Headers, u16)] = &[
        ("POST", "/call/list_reviews", &[], 401),
        (
            "POST",
            "/call/list_reviews",
            &[("Authorization", "Bearer wrong")],
            401,
        ),
        ("GET", "/docs/x", &[], 401),
        ("GET", "/events", &[], 401),
        ("POST", "/drops?name=a", &[], 401),
        ("GET", "/", &[("Host", "evil.example")], 403),
        (
            "POST",
            "/call/list_reviews",
            &[
                ("Authorization", &bearer),
                ("Origin", "http://evil.example"),
            ],
            403,
        ),
        ("GET", "/docs/none", &[("Authorization", &bearer)], 404),
        ("GET", "/../secret.txt", &[], 404),
        ("GET", "/%2e%2e/secret.txt", &[], 404),
        (
            "POST",
            "/call/launch",
            &[
                ("Authorization", &bearer),
                ("Content-Type", "application/json"),
            ],
            400,
        ),
    ];
    for (method, path, headers, status) in cases {
        let answer = desk.ask(method, path, headers, b"").await;
        assert_eq!(answer.status, *status, "{method} {path} {headers:?}");
        assert!(!String::from_utf8_lossy(&answer.body).contains("secret"));
    }
    let page = desk.ask("GET", "/", &[], b"").await;
    assert_eq!(page.status, 200);
    assert!(
        page.head
            .to_ascii_lowercase()
            .contains("content-security-policy: default-src 'none'")
    );
}
