//! The interface for other programs over its real wire: what it does, and what it refuses.

mod doors;
mod events;
mod names;
mod submits;

use std::path::PathBuf;
use std::time::Duration;

use countersign_engine::clients::Scope;
use countersign_engine::views::PauseAll;
use countersign_http::Options;
use countersign_tests::make_pdf;
use serde_json::{Value, json};

use crate::http::{Answer, Desk};

/// A served data folder and a client that may do everything.
pub struct Program {
    pub desk: Desk,
    pub token: String,
}

impl Program {
    pub async fn new() -> Self {
        Self::with(Options::default()).await
    }

    pub async fn with(options: Options) -> Self {
        let desk = Desk::with(options).await;
        let token = token(&desk, "everything", &Scope::ALL).await;
        Self { desk, token }
    }

    /// One whose reviews don't begin.
    pub async fn held() -> Self {
        let program = Self::new().await;
        let held = PauseAll { paused: true };
        program.desk.engine.pause_all(held).await.unwrap();
        program
    }

    /// Asks with the token, under `/v1`.
    pub async fn ask(&self, method: &str, path: &str) -> Answer {
        self.ask_with(method, path, &[], b"").await
    }

    pub async fn ask_with(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let mut all = vec![("Authorization", bearer.as_str())];
        all.extend_from_slice(headers);
        let path = format!("/v1{path}");
        self.desk.ask(method, &path, &all, body).await
    }

    /// Submits a file as the body; the review's id.
    pub async fn submit(&self, name: &str, bytes: &[u8]) -> String {
        let path = format!("/reviews?name={name}");
        let headers = [("Content-Type", "application/pdf")];
        let answer = self.ask_with("POST", &path, &headers, bytes).await;
        assert_eq!(answer.status, 202, "{}", answer.text());
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// Waits until a review is at its end; what is said of it then.
    pub async fn settled(&self, id: &str) -> Value {
        let mut events = self.desk.engine.events();
        let ended = tokio::time::timeout(Duration::from_secs(90), async {
            loop {
                let review = self.ask("GET", &format!("/reviews/{id}")).await.json();
                if !review["finished_at"].is_null() {
                    return review;
                }
                let _ = events.recv().await;
            }
        });
        ended.await.unwrap()
    }

    /// All bytes of the files that were taken in.
    pub fn kept_bytes(&self) -> u64 {
        let mut folders = vec![self.desk.folder.path().join("data/blobs")];
        let mut size = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                let data = entry.metadata().unwrap();
                if data.is_dir() {
                    folders.push(entry.path());
                } else {
                    size += data.len();
                }
            }
        }
        size
    }
}

pub async fn token(desk: &Desk, name: &str, scopes: &[Scope]) -> String {
    desk.engine.add_client(name, scopes).await.unwrap().token
}

/// A refusal is a problem of RFC 9457, with this status and code.
#[track_caller]
pub fn refused(answer: &Answer, status: u16, code: &str) {
    let said = answer.text();
    assert_eq!(answer.status, status, "{said}");
    assert_eq!(
        answer.header("Content-Type"),
        Some("application/problem+json")
    );
    let problem = answer.json();
    assert_eq!(problem["code"], code, "{said}");
    assert_eq!(problem["type"], format!("urn:countersign:problem:{code}"));
    assert_eq!(problem["status"], status);
    assert_fits("Problem", &problem);
    for words in ["title", "detail"] {
        assert!(!problem[words].as_str().unwrap().is_empty(), "{said}");
    }
}

/// What is said fits its schema of the published document.
#[track_caller]
pub fn assert_fits(schema: &str, said: &Value) {
    let document: Value = serde_json::from_str(&countersign_http::openapi_document()).unwrap();
    let rooted = json!({
        "$ref": format!("#/components/schemas/{schema}"),
        "components": document["components"],
    });
    let validator = jsonschema::validator_for(&rooted).unwrap();
    let wrong: Vec<String> = validator
        .iter_errors(said)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{schema}: {wrong:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_is_submitted_followed_and_fetched_in_every_form() {
    let program = Program::new().await;
    let pdf = make_pdf::contract_of(3, 5);
    let headers = [("Content-Type", "application/pdf")];
    let answer = program
        .ask_with(
            "POST",
            "/reviews?name=supply.pdf&playbook=saas",
            &headers,
            &pdf,
        )
        .await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    let accepted = answer.json();
    assert_fits("Acknowledged", &accepted);
    let id = accepted["id"].as_str().unwrap();
    assert_eq!(accepted["file"], "supply.pdf");
    assert_eq!(accepted["existing"], false);
    assert_eq!(
        answer.header("Location"),
        Some(format!("/v1/reviews/{id}").as_str())
    );

    let review = program.settled(id).await;
    assert_fits("Review", &review);
    assert_eq!(review["state"], "completed", "{review}");
    assert_eq!(review["pages"], 3);
    let list = program.ask("GET", "/reviews").await.json();
    assert_fits("Reviews", &list);
    assert_eq!(list["reviews"][0]["id"], id);

    let findings = program
        .ask("GET", &format!("/reviews/{id}/findings"))
        .await
        .json();
    assert_fits("Findings", &findings);
    assert!(!findings["findings"].as_array().unwrap().is_empty());

    let begins: &[(&str, &str, &[u8])] = &[
        ("pdf", "application/pdf", b"%PDF-"),
        (
            "docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            b"PK",
        ),
        (
            "letter",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            b"PK",
        ),
        (
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            b"PK",
        ),
        ("ics", "text/calendar; charset=utf-8", b"BEGIN:VCALENDAR"),
        ("md", "text/markdown; charset=utf-8", b"# "),
        ("letter-md", "text/markdown; charset=utf-8", b""),
        ("csv", "text/csv; charset=utf-8", b""),
        ("json", "application/json", b"{"),
    ];
    assert_eq!(
        begins.len(),
        countersign_engine::exports::ExportFormat::ALL.len()
    );
    for (format, media_type, begin) in begins {
        let file = program
            .ask("GET", &format!("/reviews/{id}/exports/{format}"))
            .await;
        assert_eq!(file.status, 200, "{format}");
        assert_eq!(file.header("Content-Type"), Some(*media_type));
        assert!(file.body.starts_with(begin), "{format}");
        let name = file.header("Content-Disposition").unwrap();
        assert!(name.starts_with("attachment; filename=\"supply"), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_told_in_parts_without_gaps() {
    let program = Program::held().await;
    let mut wanted = Vec::new();
    for n in 0..5 {
        wanted.push(
            program
                .submit(&format!("{n}.pdf"), &make_pdf::contract_of(1, n))
                .await,
        );
    }
    wanted.reverse();
    let mut told = Vec::new();
    let mut path = "/reviews?limit=2".to_owned();
    let mut parts = 0;
    loop {
        let part = program.ask("GET", &path).await.json();
        assert_fits("Reviews", &part);
        let ids = part["reviews"].as_array().unwrap().iter();
        told.extend(ids.map(|review| review["id"].as_str().unwrap().to_owned()));
        parts += 1;
        let Some(next) = part["next_cursor"].as_str() else {
            break;
        };
        path = format!("/reviews?limit=2&cursor={next}");
    }
    assert_eq!((parts, told), (3, wanted));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_is_held_stopped_and_gone_on_with_and_each_may_be_asked_for_twice() {
    let program = Program::held().await;
    let id = program.submit("a.pdf", &make_pdf::contract_of(1, 1)).await;
    let act = |action: &'static str| {
        let path = format!("/reviews/{id}/{action}");
        let program = &program;
        async move { program.ask("POST", &path).await }
    };
    for (action, state) in [
        ("pause", "paused"),
        ("pause", "paused"),
        ("resume", "queued"),
        ("resume", "queued"),
        ("retry", "queued"),
        ("cancel", "stopped"),
        ("cancel", "stopped"),
    ] {
        let answer = act(action).await;
        assert_eq!(answer.status, 200, "{action}: {}", answer.text());
        assert_fits("Review", &answer.json());
        assert_eq!(answer.json()["state"], state, "{action}");
    }
    refused(&act("pause").await, 409, "review_ended");
    refused(&act("resume").await, 409, "review_ended");
    assert_eq!(act("retry").await.json()["state"], "queued");
    act("pause").await;
    refused(&act("retry").await, 409, "review_paused");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_contract_is_gone_with_its_reviews() {
    let program = Program::held().await;
    let id = program.submit("a.pdf", &make_pdf::contract_of(1, 1)).await;
    let review = program.ask("GET", &format!("/reviews/{id}")).await.json();
    let contract = format!("/contracts/{}", review["contract_id"].as_str().unwrap());
    let deleted = program.ask("DELETE", &contract).await;
    assert_eq!(deleted.status, 202);
    assert_fits("Deleted", &deleted.json());
    for path in ["", "/findings", "/exports/pdf"] {
        let answer = program.ask("GET", &format!("/reviews/{id}{path}")).await;
        refused(&answer, 404, "no_such_review");
    }
    for action in ["pause", "resume", "retry", "cancel"] {
        let answer = program
            .ask("POST", &format!("/reviews/{id}/{action}"))
            .await;
        refused(&answer, 404, "no_such_review");
    }
    let list = program.ask("GET", "/reviews").await.json();
    assert_eq!(list["reviews"], json!([]));
    refused(
        &program.ask("DELETE", "/contracts/none").await,
        404,
        "no_such_contract",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_report_says_when_to_ask_again() {
    let program = Program::held().await;
    let id = program.submit("a.pdf", &make_pdf::contract_of(1, 1)).await;
    for path in ["findings", "exports/json"] {
        let answer = program.ask("GET", &format!("/reviews/{id}/{path}")).await;
        refused(&answer, 409, "no_report");
        assert_eq!(answer.header("Retry-After"), Some("2"));
    }
    program.ask("POST", &format!("/reviews/{id}/cancel")).await;
    let answer = program.ask("GET", &format!("/reviews/{id}/findings")).await;
    refused(&answer, 409, "no_report");
    assert_eq!(
        answer.header("Retry-After"),
        None,
        "it never comes by itself"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn health_and_figures_tell_how_it_is() {
    let program = Program::held().await;
    program.submit("a.pdf", &make_pdf::contract_of(1, 1)).await;
    let health = program.desk.ask("GET", "/v1/health", &[], b"").await;
    assert_eq!(
        (health.status, health.json()),
        (200, json!({"status": "ok", "problems": []}))
    );
    assert_fits("Health", &health.json());
    let figures = program.ask("GET", "/metrics").await;
    assert!(
        figures
            .header("Content-Type")
            .unwrap()
            .starts_with("application/openmetrics-text")
    );
    let said = figures.text();
    for line in [
        "countersign_reviews{state=\"queued\"} 1",
        "countersign_steps_open{lane=\"reading\",state=\"available\"} 1",
        "countersign_http_answers_total{operation=\"submitReview\",status=\"202\"} 1",
    ] {
        assert!(said.lines().any(|found| found == line), "{line}\n{said}");
    }
    let playbooks = program.ask("GET", "/playbooks").await.json();
    assert_fits("Playbooks", &playbooks);
    assert_eq!(playbooks["playbooks"][0]["default"], true);
    let document = program.desk.ask("GET", "/v1/openapi.json", &[], b"").await;
    assert_eq!(document.text(), countersign_http::openapi_document());
}

/// The document is one that others can use: every reference leads somewhere.
#[test]
fn every_reference_of_the_document_leads_somewhere() {
    let text = countersign_http::openapi_document();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let references: Vec<&str> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("\"$ref\": \"#"))
        .map(|rest| rest.trim_end_matches(',').trim_end_matches('"'))
        .collect();
    assert!(references.len() > 20);
    for reference in references {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
    let file =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../src-tauri/crates/http/openapi.json");
    assert_eq!(std::fs::read_to_string(file).unwrap(), text);
}
