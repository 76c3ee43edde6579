//! The stream of changes: where it begins, where it goes on, when it ends.

use std::time::Duration;

use countersign_engine::clients::Scope;
use countersign_tests::make_pdf;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Program;

/// A stream that is listened to.
struct Listener {
    stream: TcpStream,
    seen: String,
}

#[derive(Debug)]
struct Told {
    id: i64,
    kind: String,
    data: Value,
}

impl Listener {
    async fn open(program: &Program, token: &str, path: &str, headers: &str) -> Self {
        let mut stream = TcpStream::connect(&program.desk.address).await.unwrap();
        let request = format!(
            "GET /v1{path} HTTP/1.1\r\nConnection: close\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n{headers}\r\n",
            program.desk.address
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        Self {
            stream,
            seen: String::new(),
        }
    }

    /// Reads until `done` says so of what was told; false when the stream ended before.
    async fn until(&mut self, done: impl Fn(&[Told]) -> bool) -> bool {
        let mut buffer = [0; 4096];
        let read = async {
            while !done(&self.told()) {
                let count = self.stream.read(&mut buffer).await.unwrap();
                if count == 0 {
                    return false;
                }
                self.seen
                    .push_str(&String::from_utf8_lossy(&buffer[..count]));
            }
            true
        };
        tokio::time::timeout(Duration::from_secs(30), read)
            .await
            .unwrap()
    }

    fn told(&self) -> Vec<Told> {
        let mut told = Vec::new();
        let (mut id, mut kind, mut data) = (None, None, None);
        for line in self.seen.lines() {
            if let Some(found) = line.strip_prefix("id: ") {
                id = found.parse().ok();
            } else if let Some(found) = line.strip_prefix("event: ") {
                kind = Some(found.to_owned());
            } else if let Some(found) = line.strip_prefix("data: ") {
                data = serde_json::from_str(found).ok();
            } else if line.is_empty()
                && let (Some(id), Some(kind), Some(data)) = (id.take(), kind.take(), data.take())
            {
                told.push(Told { id, kind, data });
            }
        }
        told
    }
}

fn about<'a>(id: &'a str) -> impl Fn(&[Told]) -> bool + 'a {
    move |told| told.iter().any(|event| event.data["review_id"] == id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_goes_on_behind_the_last_event_it_saw() {
    let program = Program::held().await;
    let first = program.submit("a.pdf", &make_pdf::contract_of(1, 1)).await;
    let mut listener = Listener::open(&program, &program.token, "/events", "").await;
    assert!(listener.until(|told| !told.is_empty()).await);
    let open = &listener.told()[0];
    assert_eq!(open.kind, "open");
    assert!(
        listener
            .seen
            .to_ascii_lowercase()
            .contains("content-type: text/event-stream")
    );
    let second = program.submit("b.pdf", &make_pdf::contract_of(1, 2)).await;
    assert!(listener.until(about(&second)).await);
    let told = listener.told();
    assert!(!about(&first)(&told), "what was before is not told");
    let last = told.last().unwrap();
    assert!(last.id > open.id);
    assert_eq!(
        (last.kind.as_str(), &last.data["seq"]),
        ("review_changed", &last.id.into())
    );

    // Away while a third is submitted.
    drop(listener);
    let third = program.submit("c.pdf", &make_pdf::contract_of(1, 3)).await;
    let header = format!("Last-Event-ID: {}\r\n", last.id);
    let mut again = Listener::open(&program, &program.token, "/events", &header).await;
    assert!(again.until(about(&third)).await);
    assert!(!about(&second)(&again.told()), "{:?}", again.told());
    let ids: Vec<i64> = again.told().iter().map(|event| event.id).collect();
    assert!(ids.is_sorted(), "{ids:?}");

    let mut whole =
        Listener::open(&program, &program.token, "/events", "Last-Event-ID: 0\r\n").await;
    assert!(
        whole
            .until(|told| [&first, &second, &third].iter().all(|id| about(id)(told)))
            .await
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_was_never_given_means_that_all_may_have_changed() {
    let program = Program::held().await;
    let mut listener = Listener::open(
        &program,
        &program.token,
        "/events",
        "Last-Event-ID: 999999\r\n",
    )
    .await;
    assert!(listener.until(|told| told.len() == 2).await);
    let told = listener.told();
    assert_eq!(told[1].kind, "review_changed");
    assert!(told[1].data["review_id"].is_null() && told[1].id < 999_999);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_may_listen_to_one_review_alone() {
    let program = Program::held().await;
    let wanted = program.submit("a.pdf", &make_pdf::contract_of(1, 1)).await;
    let path = format!("/events?review_id={wanted}");
    let mut listener = Listener::open(&program, &program.token, &path, "").await;
    assert!(listener.until(|told| !told.is_empty()).await);
    let other = program.submit("b.pdf", &make_pdf::contract_of(1, 2)).await;
    program
        .ask("POST", &format!("/reviews/{wanted}/pause"))
        .await;
    assert!(listener.until(about(&wanted)).await);
    assert!(!about(&other)(&listener.told()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_of_a_revoked_client_ends() {
    let program = Program::held().await;
    let added = program
        .desk
        .engine
        .add_client("short", &[Scope::Read])
        .await
        .unwrap();
    let mut listener = Listener::open(&program, &added.token, "/events", "").await;
    assert!(listener.until(|told| !told.is_empty()).await);
    program
        .desk
        .engine
        .revoke_client(&added.client.id)
        .await
        .unwrap();
    let id = program.submit("a.pdf", &make_pdf::contract_of(1, 1)).await;
    assert!(
        !listener.until(about(&id)).await,
        "nothing is told any more"
    );
}
