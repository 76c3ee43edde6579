//! The engine through its commands.

use std::path::PathBuf;
use std::time::Duration;

use countersign_contracts::playbook::PROCUREMENT_TOML;
use countersign_engine::Engine;
use countersign_engine::config::Config;
use countersign_engine::views::*;
use countersign_tests::make_pdf;

use crate::cli::program;

/// An engine on a data folder of its own, thrown away at the end.
pub struct Desk {
    pub folder: tempfile::TempDir,
    pub engine: Engine,
}

impl Desk {
    /// With the built command line as the reading child.
    pub async fn new() -> Self {
        Self::with_reader(program()).await
    }

    pub async fn with_reader(reader_program: PathBuf) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::of_this_program(folder.path().join("data")).unwrap();
        config.reader_program = reader_program;
        config.desktop_notifications = true;
        Self {
            engine: Engine::open(config).await.unwrap(),
            folder,
        }
    }

    pub fn drop_file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        self.engine.register_file(&path)
    }

    pub async fn submit(&self, drop_ids: Vec<String>) -> Vec<Submitted> {
        self.engine
            .submit_contracts(SubmitContracts {
                drop_ids,
                playbook: None,
            })
            .await
            .unwrap()
    }

    pub async fn row(&self, review_id: &str) -> ReviewRow {
        self.engine
            .get_review(ReviewId {
                review_id: review_id.to_owned(),
            })
            .await
            .unwrap()
            .unwrap()
            .row
    }

    /// Waits for a change after which `wanted` holds.
    pub async fn until(&self, review_id: &str, wanted: impl Fn(&ReviewRow) -> bool) -> ReviewRow {
        let mut events = self.engine.events();
        let waited = tokio::time::timeout(Duration::from_secs(60), async {
            loop {
                let row = self.row(review_id).await;
                if wanted(&row) {
                    return row;
                }
                let _ = events.recv().await;
            }
        });
        waited
            .await
            .expect("the change did not come within a minute")
    }
}

impl Desk {
    /// Waits until the second reading of a completed review has ended; returns its report.
    pub async fn read_twice(&self, review_id: &str) -> Report {
        let mut events = self.engine.events();
        let waited = tokio::time::timeout(Duration::from_secs(60), async {
            loop {
                let review_id = review_id.to_owned();
                let view = self.engine.get_review(ReviewId { review_id }).await;
                let report = view.unwrap().unwrap().report.unwrap();
                let second = report.coverage.second_reading.as_ref();
                if !second.unwrap().under_way {
                    return report;
                }
                let _ = events.recv().await;
            }
        });
        waited
            .await
            .expect("the second reading did not end within a minute")
    }
}

pub fn ended(row: &ReviewRow) -> bool {
    row.finished_at.is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_contracts_dropped_at_once_are_accepted_at_once_and_completed() {
    let desk = Desk::new().await;
    let drops: Vec<String> = (0..20)
        .map(|n| desk.drop_file(&format!("{n}.pdf"), &make_pdf::contract_of(2, n)))
        .collect();
    let submitted = desk.submit(drops).await;
    assert_eq!(submitted.len(), 20);
    for (n, one) in submitted.iter().enumerate() {
        assert_eq!(
            one.file,
            format!("{n}.pdf"),
            "each answer stands at its drop's place"
        );
        let row = desk.until(one.review_id.as_deref().unwrap(), ended).await;
        assert_eq!(row.state, ReviewState::Completed, "{:?}", row.message);
    }
    assert_eq!(desk.engine.undelivered_notices().await.unwrap().len(), 20);
    desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_dropped_twice_finds_the_first_review() {
    let desk = Desk::new().await;
    let bytes = make_pdf::contract_of(2, 1);
    let first = desk.submit(vec![desk.drop_file("a.pdf", &bytes)]).await;
    let again = desk
        .submit(vec![desk.drop_file("copy of a.pdf", &bytes)])
        .await;
    assert!(!first[0].existing && again[0].existing);
    assert_eq!(first[0].review_id, again[0].review_id);
    desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_review_stays_stopped_until_it_is_retried() {
    let desk = Desk::new().await;
    let submitted = desk
        .submit(vec![
            desk.drop_file("long.pdf", &make_pdf::contract_of(60, 1)),
        ])
        .await;
    let id = submitted[0].review_id.clone().unwrap();
    let stopped = desk
        .engine
        .stop_review(ReviewId {
            review_id: id.clone(),
        })
        .await
        .unwrap();
    assert_eq!(stopped.state, ReviewState::Stopped);
    assert!(stopped.message.unwrap().contains("retry"));
    desk.engine
        .retry_review(ReviewId {
            review_id: id.clone(),
        })
        .await
        .unwrap();
    let row = desk.until(&id, ended).await;
    assert_eq!(row.state, ReviewState::Completed, "{:?}", row.message);
    desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_does_not_start_fails_in_words_after_its_tries_and_retry_goes_on() {
    let desk = Desk::with_reader(PathBuf::from("/nowhere/countersign")).await;
    let submitted = desk
        .submit(vec![desk.drop_file("a.pdf", &make_pdf::contract_of(2, 1))])
        .await;
    let id = submitted[0].review_id.clone().unwrap();
    let row = desk.until(&id, ended).await;
    assert_eq!(
        (row.state, row.code.as_deref()),
        (ReviewState::Failed, Some("reader_not_started"))
    );
    let history = desk
        .engine
        .get_history(ReviewId {
            review_id: id.clone(),
        })
        .await
        .unwrap();
    assert_eq!(history[0].attempts.len(), 3);
    assert!(history[0].attempts.iter().all(|a| a.error.is_some()));
    let notices = desk.engine.list_notices(Nothing {}).await.unwrap();
    assert!(notices[0].title.contains("failed"));
    let status = desk.engine.get_status(Nothing {}).await.unwrap();
    assert_eq!(status.problems[0].code, "reader_program");
    desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_folder_has_one_engine_at_work_and_any_number_that_look() {
    let desk = Desk::new().await;
    let config = Config::of_this_program(desk.folder.path().join("data")).unwrap();
    let second = Engine::open(config.clone()).await;
    assert!(matches!(
        second,
        Err(countersign_engine::error::Error::Busy { .. })
    ));
    let looker = Engine::attach(config).await.unwrap();
    let path = desk.folder.path().join("b.pdf");
    std::fs::write(&path, make_pdf::contract_of(2, 3)).unwrap();
    let drop = looker.register_file(&path);
    let submitted = looker
        .submit_contracts(SubmitContracts {
            drop_ids: vec![drop],
            playbook: None,
        })
        .await
        .unwrap();
    let row = desk
        .until(submitted[0].review_id.as_deref().unwrap(), ended)
        .await;
    assert_eq!(
        row.state,
        ReviewState::Completed,
        "the engine at work saw what another process submitted"
    );
    looker.close().await;
    desk.engine.close().await;
}

/// Commands that are asked for something that isn't there, below.
const NAMES_NOTHING: &[&str] = &[
    "remove_playbook",
    "save_playbook",
    "remove_question",
    "add_finding",
    "edit_finding",
    "remove_finding",
    "remove_webhook",
    "redeliver",
    "measure_provider",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_command_answers_in_json_or_says_no_in_words() {
    let desk = Desk::new().await;
    let submitted = desk.engine.submit_samples(Nothing {}).await.unwrap();
    let id = submitted[0].review_id.clone().unwrap();
    let contract = desk.until(&id, ended).await.contract_id;
    let backup = desk.engine.make_backup(Nothing {}).await.unwrap();
    for name in countersign_engine::api::COMMANDS {
        let argument = match *name {
            "delete_contract" | "undo_delete" => serde_json::json!({ "contract_id": contract }),
            "change_retention" => serde_json::json!({ "days": 30 }),
            "restore_backup" => serde_json::json!({ "name": backup.name }),
            "submit_contracts" => serde_json::json!({ "drop_ids": ["unknown"] }),
            "export_review" => serde_json::json!({ "review_id": id, "format": "json" }),
            "related_passages" => serde_json::json!({ "review_id": id, "text": "liability" }),
            "cite_place" => {
                serde_json::json!({ "contract_id": contract, "start": 0, "end": 40 })
            }
            "portfolio" | "export_portfolio" => {
                serde_json::json!({ "sort": "file", "fields": ["supplier"] })
            }
            "renewals" => serde_json::json!({ "today": "2026-01-01" }),
            "search_text" => serde_json::json!({ "text": "liability" }),
            "change_priority" => serde_json::json!({ "review_id": id, "priority": -1 }),
            "change_review_budget" => {
                serde_json::json!({ "review_id": id, "micros": 5, "tokens": null })
            }
            "give_password" => serde_json::json!({ "review_id": id, "password": "wrong" }),
            "choose_side" => {
                let review = ReviewId {
                    review_id: id.clone(),
                };
                let view = desk.engine.get_review(review).await.unwrap().unwrap();
                let party = view.report.unwrap().contract.parties[0].name.clone();
                serde_json::json!({ "review_id": id, "party": party })
            }
            "decide_finding" | "note_finding" | "explain_finding" => {
                let review = ReviewId {
                    review_id: id.clone(),
                };
                let view = desk.engine.get_review(review).await.unwrap().unwrap();
                let key = view.decisions.findings[0].key.clone();
                serde_json::json!({ "review_id": id, "key": key, "verdict": "accepted", "note": "Ask for more." })
            }
            "find_words" => serde_json::json!({ "contract_id": contract, "text": "liability" }),
            "undo_decision" => serde_json::json!({ "review_id": id, "decision": null }),
            "choose_contract_type" => {
                serde_json::json!({ "review_id": id, "contract_type": "services" })
            }
            "pause_all" => serde_json::json!({ "paused": false }),
            "change_recognition" => serde_json::json!({ "languages": ["eng"] }),
            "get_spot" => {
                serde_json::json!({ "contract_id": contract, "page": 1, "place": [72, 72, 200, 90] })
            }
            "get_page" => serde_json::json!({ "contract_id": contract, "number": 1 }),
            "save_provider" => serde_json::json!({
                "id": "local", "name": "Local", "base_url": "http://localhost:1/v1", "model": "m",
                "requests_per_minute": null, "tokens_per_minute": null, "concurrency": 1, "context_tokens": 8000,
                "input_micros_per_million": null, "output_micros_per_million": null
            }),
            "test_provider" | "resume_provider" | "list_models" | "forget_provider_key" => {
                serde_json::json!({ "provider": "local" })
            }
            "list_outbound" => serde_json::json!({ "limit": 5, "before": null }),
            "change_redaction" => {
                serde_json::json!({ "emails": true, "phones": true, "accounts": true, "names": true })
            }
            "change_offline" => serde_json::json!({ "offline": false }),
            "set_provider_key" => serde_json::json!({ "provider": "local", "key": "k" }),
            "remove_provider" => serde_json::json!({ "provider": "other" }),
            "choose_readers" => serde_json::json!({ "providers": [] }),
            "change_budgets" => {
                serde_json::json!({ "month_micros": 1, "month_tokens": null, "review_micros": null, "review_tokens": null })
            }
            "change_settings" => serde_json::json!({ "reading_workers": 1, "offline_workers": 3 }),
            "choose_playbook" | "get_playbook" | "duplicate_playbook" => {
                serde_json::json!({ "review_id": id, "playbook": "nda" })
            }
            "remove_playbook" => serde_json::json!({ "playbook": "none" }),
            "read_playbook" | "try_playbook" | "save_playbook" => {
                serde_json::json!({ "review_id": id, "source": PROCUREMENT_TOML, "opened": null })
            }
            "edit_playbook" => serde_json::json!({
                "source": PROCUREMENT_TOML, "edit": { "what": "name", "text": "Ours" }
            }),
            "ask_contract" => serde_json::json!({ "review_id": id, "text": "liability cap" }),
            "remove_question" => serde_json::json!({ "question_id": "none" }),
            "save_portfolio_view" | "remove_portfolio_view" => serde_json::json!({
                "name": "Mine", "columns": ["supplier"], "pinned": [], "sort": "file", "descending": false, "words": "",
                "filters": [], "proposals": []
            }),
            "list_decisions" => serde_json::json!({ "limit": 5, "before": null }),
            "add_finding" => serde_json::json!({
                "review_id": id, "places": [], "title": "Ours", "severity": "high", "explanation": "", "ask": ""
            }),
            "edit_finding" => serde_json::json!({ "review_id": id, "key": "none", "said": null }),
            "remove_finding" => serde_json::json!({ "review_id": id, "check": "none" }),
            "add_webhook" => {
                serde_json::json!({ "name": "hook", "url": "http://127.0.0.1:1/", "private": true })
            }
            "remove_webhook" => serde_json::json!({ "name": "none" }),
            "rotate_webhook" | "switch_webhook" | "test_webhook" | "list_deliveries" => {
                serde_json::json!({ "name": "hook", "on": true, "limit": 5 })
            }
            "redeliver" => serde_json::json!({ "id": "none" }),
            "change_notifications" => {
                serde_json::json!({ "shown": true, "quiet_from": 1320, "quiet_until": 420 })
            }
            "change_watch" => serde_json::json!({ "format": "pdf" }),
            "measure_provider" => serde_json::json!({ "provider": "none", "contracts": 1 }),
            _ => serde_json::json!({ "review_id": id }),
        };
        let reply = desk.engine.call(name, argument).await;
        match reply {
            Err(error) if NAMES_NOTHING.contains(name) => {
                assert_ne!(error.code(), "argument", "{name}: {error}");
            }
            reply => assert!(reply.is_ok(), "{name}: {reply:?}"),
        }
    }
    let spot =
        serde_json::json!({ "contract_id": contract, "page": 1, "place": [72, 72, 200, 90] });
    let spot = desk.engine.call("get_spot", spot).await.unwrap();
    let png = spot["png"].as_str().unwrap();
    assert!(png.starts_with("iVBORw0KGgo"), "a PNG file in Base64");
    let refused = desk
        .engine
        .call(
            "submit_contracts",
            serde_json::json!({ "drop_ids": ["unknown"] }),
        )
        .await
        .unwrap();
    assert_eq!(refused[0]["refusal"]["code"], "unknown_drop");
    let codes = [
        (
            "export_review",
            serde_json::json!({ "review_id": "none", "format": "csv" }),
            "no_such_review",
        ),
        (
            "export_review",
            serde_json::json!({ "review_id": id, "format": "xlsm" }),
            "argument",
        ),
        (
            "change_settings",
            serde_json::json!({ "reading_workers": 0, "offline_workers": 3 }),
            "setting",
        ),
        (
            "choose_side",
            serde_json::json!({ "review_id": id, "party": "Nobody in it" }),
            "no_such_party",
        ),
        ("launch", serde_json::json!({}), "unknown_command"),
    ];
    for (name, argument, code) in codes {
        assert_eq!(
            desk.engine.call(name, argument).await.unwrap_err().code(),
            code
        );
    }
    desk.engine.close().await;
}
