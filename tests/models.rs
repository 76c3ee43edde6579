//! Reviews with a model provider: what is asked, what is paid, what happens when it fails.

use std::time::Duration;

use countersign_engine::views::*;
use countersign_tests::fault_server::{Fault, FaultServer, Options, Script};
use countersign_tests::make_pdf;

use crate::engine::{Desk, ended};

pub struct Model {
    pub desk: Desk,
    pub server: FaultServer,
}

impl Model {
    /// A provider called "local" that new reviews ask.
    pub async fn new(script: Script, change: impl Fn(&mut ProviderSetup)) -> Self {
        let server = FaultServer::start(Options {
            script,
            ..Options::default()
        })
        .await
        .unwrap();
        let model = Self {
            desk: Desk::new().await,
            server,
        };
        model.set_up("local", &model.server, change).await;
        model.choose(&["local"]).await;
        model
    }

    pub async fn set_up(
        &self,
        id: &str,
        server: &FaultServer,
        change: impl Fn(&mut ProviderSetup),
    ) {
        let mut setup = ProviderSetup {
            id: id.to_owned(),
            name: id.to_owned(),
            base_url: server.base_url(),
            model: "test".to_owned(),
            input_micros_per_million: Some(1_000_000),
            output_micros_per_million: Some(2_000_000),
            ..ProviderSetup::default()
        };
        change(&mut setup);
        self.desk.engine.save_provider(setup).await.unwrap();
    }

    pub async fn choose(&self, providers: &[&str]) {
        let providers = providers.iter().map(|id| (*id).to_owned()).collect();
        self.desk
            .engine
            .choose_readers(ReaderChoice { providers })
            .await
            .unwrap();
    }

    pub async fn submit(&self, pages: usize, seed: u64) -> String {
        let name = format!("contract {seed}.pdf");
        let dropped = self
            .desk
            .drop_file(&name, &make_pdf::contract_of(pages, seed));
        self.desk.submit(vec![dropped]).await[0]
            .review_id
            .clone()
            .unwrap()
    }

    pub async fn review(&self, pages: usize, seed: u64) -> (ReviewRow, Vec<StepView>) {
        let id = self.submit(pages, seed).await;
        let row = self.desk.until(&id, ended).await;
        let history = self.history(&id).await;
        (row, history)
    }

    pub async fn history(&self, id: &str) -> Vec<StepView> {
        let review_id = id.to_owned();
        self.desk
            .engine
            .get_history(ReviewId { review_id })
            .await
            .unwrap()
    }

    pub fn asked(&self) -> usize {
        self.server.ledger().calls.len()
    }
}

pub fn of(id: &str) -> ReviewId {
    ReviewId {
        review_id: id.to_owned(),
    }
}

/// The attempts of the steps that ask a model.
pub fn calls(history: &[StepView]) -> Vec<(&AttemptView, &CallView)> {
    history
        .iter()
        .flat_map(|step| &step.attempts)
        .filter_map(|attempt| attempt.call.as_ref().map(|call| (attempt, call)))
        .collect()
}

/// Steps that ask: about whole chunks, about findings, and for the summary.
pub fn parts(history: &[StepView]) -> usize {
    history
        .iter()
        .filter(|step| {
            let key = step.key.as_str();
            key.ends_with("/model") || key.starts_with("second_look/") || key == "write_summary"
        })
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_chunk_is_asked_about_once_and_the_receipt_adds_up() {
    let model = Model::new(Script::default(), |_| {}).await;
    let (row, history) = model.review(6, 1).await;
    assert_eq!(row.state, ReviewState::Completed, "{:?}", row.message);
    assert_eq!(row.reader, "offline+local:test");
    let ledger = model.server.ledger();
    assert_eq!(ledger.calls.len(), parts(&history));
    assert!(ledger.by_key.values().all(|count| *count == 1));
    assert!(ledger.peak <= 4, "{} at once", ledger.peak);

    let calls = calls(&history);
    let tokens = |call: &CallView| call.input_tokens.unwrap() + call.output_tokens.unwrap();
    let all: i64 = calls.iter().map(|(_, call)| tokens(call)).sum();
    let micros: i64 = calls
        .iter()
        .map(|(_, call)| call.cost_micros.unwrap())
        .sum();
    assert!(all > 0 && micros > 0);
    assert_eq!(row.spending.spent_tokens, all as u64);
    assert_eq!(row.spending.spent_micros, micros as u64);
    assert!(row.spending.estimate_tokens.unwrap() >= row.spending.spent_tokens);
    for (attempt, call) in &calls {
        assert_eq!(call.provider, "local");
        assert_eq!(call.http_status, Some(200));
        assert!(call.prompt_hash.is_some() && attempt.input_hash.is_some());
        assert!(call.total_ms.is_some() && call.sent_at.is_some());
        assert_eq!(call.price_version.as_deref(), Some("own"));
    }
    let months = model
        .desk
        .engine
        .get_spending(Nothing {})
        .await
        .unwrap()
        .months;
    assert_eq!(months.len(), 1);
    assert_eq!(months[0].tokens, all as u64);
    assert_eq!(months[0].calls, calls.len() as u64);
    let view = model.desk.engine.get_review(of(&row.id)).await.unwrap();
    let usage = view.unwrap().report.unwrap().usage;
    assert_eq!(u64::from(usage.model_calls), calls.len() as u64);
    assert_eq!(usage.cost_micros, micros as u64);
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_paid_for_is_never_asked_again() {
    let model = Model::new(Script::default(), |_| {}).await;
    let (row, _) = model.review(3, 2).await;
    let asked = model.asked();
    // The same text under another playbook's hash would be another review; here it is retried whole.
    let other = Model::submit_again(&model, &row).await;
    assert_eq!(other.state, ReviewState::Completed, "{:?}", other.message);
    assert_eq!(model.asked(), asked, "nothing was sent again");
    let history = model.history(&other.id).await;
    assert!(calls(&history).iter().all(|(_, call)| call.reused));
    assert_eq!(other.spending.spent_micros, 0);
    model.desk.engine.close().await;
}

impl Model {
    /// The same words in another file: another contract, the same questions.
    pub async fn submit_again(&self, row: &ReviewRow) -> ReviewRow {
        let seed: u64 = row
            .file
            .trim_start_matches("contract ")
            .trim_end_matches(".pdf")
            .parse()
            .unwrap();
        let mut bytes = make_pdf::contract_of(row.pages.unwrap() as usize, seed);
        bytes.extend_from_slice(b"\n% the same once more\n");
        let dropped = self.desk.drop_file("again.pdf", &bytes);
        let submitted = self.desk.submit(vec![dropped]).await;
        assert!(!submitted[0].existing);
        let id = submitted[0].review_id.clone().unwrap();
        self.desk.until(&id, ended).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_has_its_class_and_the_review_is_completed() {
    let short = |status, header, value| Fault::status(status, &[(header, value)]);
    let cases = [
        ("retry_after", short(429, "retry-after-ms", "5"), true),
        ("retry_after", short(529, "retry-after-ms", "5"), true),
        ("retry_backoff", Fault::status(500, &[]), true),
        ("retry_backoff", Fault::ResetMidBody, true),
        ("repair_prompt", Fault::SchemaViolation, true),
        ("shrink", Fault::Length, false),
        ("fallback", Fault::Refusal, false),
        ("permanent", Fault::status(418, &[]), false),
    ];
    let model = Model::new(Script::default(), |setup| setup.concurrency = 1).await;
    for (seed, (class, fault, again)) in cases.into_iter().enumerate() {
        let name = fault.word();
        model.server.follow(Script::of([fault]));
        let (row, history) = model.review(1, 100 + seed as u64).await;
        assert_eq!(
            row.state,
            ReviewState::Completed,
            "{name}: {:?}",
            row.message
        );
        let calls = calls(&history);
        let (attempt, call) = calls[0];
        assert_eq!(call.error_class.as_deref(), Some(class), "{name}");
        assert!(attempt.error.is_some(), "{name}: the reason is told");
        let outcome = if again { "failed" } else { "completed" };
        assert_eq!(attempt.outcome.as_deref(), Some(outcome), "{name}");
        let answered = calls
            .iter()
            .filter(|(_, call)| call.error_class.is_none())
            .count();
        assert!(
            answered + 1 >= parts(&history),
            "{name}: everything else was answered"
        );
    }
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_stops_at_its_cap_and_goes_on_when_it_is_raised() {
    let model = Model::new(Script::default(), |_| {}).await;
    let caps = |review_tokens| BudgetSettings {
        review_tokens,
        ..BudgetSettings::default()
    };
    model
        .desk
        .engine
        .change_budgets(caps(Some(20_000)))
        .await
        .unwrap();
    let id = model.submit(12, 3).await;
    let held = |row: &ReviewRow| row.state == ReviewState::Waiting;
    let row = model.desk.until(&id, held).await;
    assert_eq!(row.code.as_deref(), Some("review_budget"));
    assert!(row.message.as_ref().unwrap().contains("Raise it"));
    let settled = |row: &ReviewRow| row.spending.spent_tokens > 0;
    let row = model.desk.until(&id, settled).await;
    assert!(row.spending.spent_tokens <= 20_000);
    let before = model.asked();
    assert!(before > 0);

    model.desk.engine.change_budgets(caps(None)).await.unwrap();
    let row = model.desk.until(&id, ended).await;
    assert_eq!(row.state, ReviewState::Completed);
    assert!(model.asked() > before);
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_is_used_up_waits_for_the_next_and_can_be_finished_offline() {
    let model = Model::new(Script::default(), |_| {}).await;
    model
        .desk
        .engine
        .change_budgets(BudgetSettings {
            month_micros: Some(1),
            ..BudgetSettings::default()
        })
        .await
        .unwrap();
    let id = model.submit(3, 4).await;
    let held = |row: &ReviewRow| row.code.as_deref() == Some("month_budget");
    let row = model.desk.until(&id, held).await;
    assert!(row.waiting_until.is_some(), "it says until when");
    assert_eq!(model.asked(), 0);
    model.desk.engine.finish_offline(of(&id)).await.unwrap();
    let row = model.desk.until(&id, ended).await;
    assert_eq!(row.state, ReviewState::Completed, "{:?}", row.message);
    assert_eq!(model.asked(), 0);
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_key_pauses_the_provider_and_burns_nothing() {
    let refused = || Fault::status(401, &[]);
    let model = Model::new(Script::of([refused()]), |setup| setup.concurrency = 1).await;
    let id = model.submit(2, 5).await;
    let held = |row: &ReviewRow| row.code.as_deref() == Some("provider_paused");
    model.desk.until(&id, held).await;
    let asked = model.asked();
    assert_eq!(asked, 1, "nobody goes on asking");
    let providers = model.desk.engine.list_providers(Nothing {}).await.unwrap();
    let paused = providers[0].paused.as_ref().unwrap();
    assert_eq!(paused.code, "key_refused");

    let provider = "local".to_owned();
    model
        .desk
        .engine
        .resume_provider(ProviderId { provider })
        .await
        .unwrap();
    let row = model.desk.until(&id, ended).await;
    assert_eq!(row.state, ReviewState::Completed);
    let history = model.history(&id).await;
    assert_eq!(model.asked(), parts(&history) + 1);
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_review_asks_nothing_more_and_hangs_up() {
    let hang = Script {
        chances: vec![countersign_tests::fault_server::Chance {
            fault: Fault::HangBeforeHeaders,
            per_mille: 1_000,
        }],
        ..Script::default()
    };
    let model = Model::new(hang, |_| {}).await;
    let id = model.submit(8, 6).await;
    let waited = tokio::time::timeout(Duration::from_secs(30), async {
        while model.asked() < 4 {
            tokio::task::yield_now().await;
        }
    });
    waited.await.expect("four questions are under way");
    let stopped = std::time::Instant::now();
    model.desk.engine.stop_review(of(&id)).await.unwrap();
    let asked = model.asked();
    let hung_up = tokio::time::timeout(Duration::from_secs(1), async {
        while model
            .server
            .ledger()
            .calls
            .iter()
            .any(|call| call.ended_ms.is_none())
        {
            tokio::task::yield_now().await;
        }
    });
    hung_up
        .await
        .expect("the connections are closed within a second");
    assert!(stopped.elapsed() < Duration::from_secs(1));
    assert_eq!(model.asked(), asked, "no new call after the stop");
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_too_long_for_the_model_is_taken_apart() {
    let model = Model::new(Script::default(), |setup| setup.context_tokens = 4_600).await;
    let (row, history) = model.review(6, 7).await;
    assert_eq!(row.state, ReviewState::Completed, "{:?}", row.message);
    let halves = history
        .iter()
        .filter(|step| step.key.contains("/model/"))
        .count();
    assert!(halves >= 2, "{:?} {:?}", row.spending, parts(&history));
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_provider_of_the_chain_takes_over_and_the_offline_reader_comes_last() {
    let refuses = Script {
        chances: vec![countersign_tests::fault_server::Chance {
            fault: Fault::Refusal,
            per_mille: 1_000,
        }],
        ..Script::default()
    };
    let model = Model::new(refuses.clone(), |_| {}).await;
    let second = FaultServer::start(Options::default()).await.unwrap();
    model.set_up("second", &second, |_| {}).await;
    model.choose(&["local", "second"]).await;
    let (row, history) = model.review(2, 8).await;
    assert_eq!(row.state, ReviewState::Completed);
    assert_eq!(second.ledger().calls.len(), parts(&history));

    second.follow(refuses);
    let (row, history) = model.review(2, 9).await;
    assert_eq!(row.state, ReviewState::Completed);
    let calls = calls(&history);
    let mut errors = calls
        .iter()
        .filter_map(|(attempt, _)| attempt.error.as_ref());
    assert!(errors.any(|error| error.message.contains("offline reader alone")));
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_set_is_used_and_never_told_again() {
    const KEY: &str = "sk-stachelbeere";
    let model = Model::new(Script::default(), |_| {}).await;
    let engine = &model.desk.engine;
    let provider = || "local".to_owned();
    let set = |key: &str| ProviderKey {
        provider: provider(),
        key: key.to_owned(),
    };
    let empty = engine.set_provider_key(set(" \n")).await.unwrap_err();
    assert!(empty.to_string().contains("empty"), "{empty}");
    assert!(!format!("{:?}", set(KEY)).contains(KEY));

    let views = engine.set_provider_key(set(KEY)).await.unwrap();
    assert_eq!(views[0].key.place, KeyPlace::Memory);
    let words = &views[0].key.words;
    assert!(words.contains("until Countersign is closed"), "{words}");
    assert!(words.contains("COUNTERSIGN_KEY_LOCAL"), "{words}");
    assert!(!serde_json::to_string(&views).unwrap().contains(KEY));
    assert!(tested(&model, []).await.works);
    let calls = model.server.ledger().calls;
    assert_eq!(calls.last().unwrap().key_in, ["authorization"]);

    let argument = ProviderId {
        provider: provider(),
    };
    let views = engine.forget_provider_key(argument).await.unwrap();
    assert_eq!(views[0].key.place, KeyPlace::None);
    assert!(tested(&model, []).await.works);
    let calls = model.server.ledger().calls;
    assert!(calls.last().unwrap().key_in.is_empty());
    let nobody = ProviderKey {
        provider: "nobody".to_owned(),
        key: KEY.to_owned(),
    };
    assert!(engine.set_provider_key(nobody).await.is_err());
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_nothing_may_leave_nobody_is_asked_and_reviews_are_finished_offline() {
    let hang = Script {
        chances: vec![countersign_tests::fault_server::Chance {
            fault: Fault::HangBeforeHeaders,
            per_mille: 1_000,
        }],
        ..Script::default()
    };
    let model = Model::new(hang, |_| {}).await;
    let engine = &model.desk.engine;
    let id = model.submit(6, 41).await;
    let under_way = tokio::time::timeout(Duration::from_secs(30), async {
        while model.asked() < 4 {
            tokio::task::yield_now().await;
        }
    });
    under_way.await.expect("four questions are under way");
    let offline = |offline| OfflineSwitch { offline };
    let status = engine.change_offline(offline(true)).await.unwrap();
    assert!(status.offline);
    let asked = model.asked();
    let row = model.desk.until(&id, ended).await;
    assert_eq!(row.state, ReviewState::Completed, "{:?}", row.message);
    let view = engine.get_review(of(&id)).await.unwrap().unwrap();
    let notes = view.report.unwrap().coverage.notes;
    let says_why = |note: &String| note.starts_with("Nothing was to leave this computer");
    assert!(notes.iter().any(says_why), "{notes:?}");
    let cut_off = tokio::time::timeout(Duration::from_secs(5), async {
        while model
            .server
            .ledger()
            .calls
            .iter()
            .any(|call| call.ended_ms.is_none())
        {
            tokio::task::yield_now().await;
        }
    });
    cut_off.await.expect("what was under way is cut off");

    model.server.follow(Script::default());
    let (row, history) = model.review(2, 42).await;
    assert_eq!(
        (row.state, row.reader.as_str()),
        (ReviewState::Completed, "offline")
    );
    assert!(calls(&history).is_empty());
    let provider = || ProviderId {
        provider: "local".to_owned(),
    };
    let test = engine.test_provider(provider()).await.unwrap();
    assert_eq!((test.works, test.code.as_str()), (false, "offline"));
    let listed = engine.list_models(provider()).await.unwrap();
    assert!(listed.problem.unwrap().contains("nothing may leave"));
    assert!(engine.measure_planted("local", planted(1)).await.is_err());
    assert_eq!(model.asked(), asked, "nobody was asked");

    let status = engine.change_offline(offline(false)).await.unwrap();
    assert!(!status.offline);
    assert!(engine.test_provider(provider()).await.unwrap().works);
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_that_waits_for_a_provider_is_finished_when_nothing_may_leave() {
    let script = Script::of([Fault::status(401, &[])]);
    let model = Model::new(script, |setup| setup.concurrency = 1).await;
    let id = model.submit(2, 43).await;
    let held = |row: &ReviewRow| row.code.as_deref() == Some("provider_paused");
    model.desk.until(&id, held).await;
    let switch = OfflineSwitch { offline: true };
    model.desk.engine.change_offline(switch).await.unwrap();
    let row = model.desk.until(&id, ended).await;
    assert_eq!(row.state, ReviewState::Completed, "{:?}", row.message);
    assert_eq!(model.asked(), 1);
    model.desk.engine.close().await;
}

/// What a test of the provider says when its server does this.
async fn tested(model: &Model, faults: impl IntoIterator<Item = Fault>) -> ProviderTest {
    model.server.follow(Script::of(faults));
    let provider = "local".to_owned();
    let test = model.desk.engine.test_provider(ProviderId { provider });
    test.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_of_a_provider_says_in_words_what_is_wrong() {
    let model = Model::new(Script::default(), |setup| setup.model = "small".to_owned()).await;
    let works = tested(&model, []).await;
    assert!(works.works, "{}", works.message);
    assert_eq!((works.code.as_str(), works.hints.len()), ("works", 0));
    assert!(works.tokens > 0 && works.micros > 0);
    for (fault, code, words) in [
        (Fault::status(401, &[]), "key_refused", "wants a key"),
        (Fault::status(402, &[]), "out_of_credit", "Top it up"),
        (
            Fault::status(404, &[]),
            "model_unknown",
            "It has: small, vectors.",
        ),
        (Fault::status(503, &[]), "overloaded", "busy"),
        (Fault::SchemaViolation, "not_the_schema", "not in the form"),
        (Fault::Length, "cut_off", "limit of words"),
        (Fault::Refusal, "refused", "would not answer"),
        (
            Fault::error(
                400,
                serde_json::json!({ "error": { "code": "context_length_exceeded" } }),
            ),
            "context_exceeded",
            "more context",
        ),
    ] {
        let test = tested(&model, [fault]).await;
        assert_eq!((test.works, test.code.as_str()), (false, code));
        assert!(test.message.contains(words), "{code}: {}", test.message);
        assert!(!test.message.contains("by itself"), "{}", test.message);
    }
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_finds_out_how_a_provider_wants_to_be_asked() {
    let model = Model::new(Script::default(), |_| {}).await;
    let no_schema = serde_json::json!({ "error": { "param": "response_format" } });
    let no_tools = serde_json::json!({ "error": { "message": "does not support tools" } });
    let no_seed = serde_json::json!({ "error": { "param": "temperature" } });
    let faults = [no_schema, no_tools, no_seed].map(|body| Fault::error(400, body));
    let test = tested(&model, faults).await;
    assert!(test.works, "{}", test.message);
    assert!(test.hints[0].contains("in words"), "{:?}", test.hints);
    let asked = model.asked();
    model.server.follow(Script::default());
    let (row, history) = model.review(1, 31).await;
    assert_eq!(row.state, ReviewState::Completed);
    assert_eq!(
        model.asked() - asked,
        parts(&history),
        "nothing is found out twice"
    );
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_says_that_a_context_is_too_small() {
    let model = Model::new(Script::default(), |setup| {
        setup.model = "small".to_owned();
        setup.context_tokens = 100_000;
    })
    .await;
    let test = tested(&model, []).await;
    assert!(test.works, "{}", test.message);
    assert!(test.hints[0].contains("enter 32000"), "{:?}", test.hints);
    model
        .set_up("local", &model.server, |setup| setup.context_tokens = 2_000)
        .await;
    let test = tested(&model, []).await;
    assert!(test.hints[0].contains("read in pieces"), "{:?}", test.hints);
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preset_brings_its_price_and_what_becomes_of_the_text() {
    let model = Model::new(Script::default(), |setup| {
        setup.preset = Some("anthropic".to_owned());
        setup.model = "claude-sonnet-4-5-20250929".to_owned();
        (
            setup.input_micros_per_million,
            setup.output_micros_per_million,
        ) = (None, None);
    })
    .await;
    let known = model.desk.engine.list_providers(Nothing {}).await.unwrap();
    let price = known[0].price.as_ref().unwrap();
    assert_eq!((price.input, price.output), (3_000_000, 15_000_000));
    assert!(price.source.contains("read on 2026-"), "{}", price.source);
    assert_eq!(known[0].setup.input_micros_per_million, None);
    assert!(known[0].privacy.as_ref().unwrap().contains("Anthropic"));
    let (row, history) = model.review(2, 32).await;
    assert_eq!(row.state, ReviewState::Completed, "{:?}", row.message);
    assert!(row.spending.spent_micros > 0);
    let calls = calls(&history);
    assert!(!calls.is_empty());
    for (_, call) in calls {
        assert_eq!(call.price_version.as_deref(), Some("table 2026-11-23"));
    }
    let called = model.server.ledger().calls;
    assert!(called.iter().all(|call| call.path == "/v1/messages"));

    let own = |setup: &mut ProviderSetup| {
        setup.preset = Some("anthropic".to_owned());
        setup.input_micros_per_million = Some(7);
        setup.output_micros_per_million = Some(8);
    };
    model.set_up("local", &model.server, own).await;
    let known = model.desk.engine.list_providers(Nothing {}).await.unwrap();
    assert_eq!(known[0].price.as_ref().unwrap().source, "as you entered it");
    let unknown = ProviderSetup {
        preset: Some("nobody".to_owned()),
        ..known[0].setup.clone()
    };
    let error = model.desk.engine.save_provider(unknown).await.unwrap_err();
    assert!(error.to_string().contains("lm-studio"), "{error}");
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_knows_no_schema_is_asked_in_words_from_then_on() {
    let unknown = serde_json::json!({ "error": {
        "message": "Unrecognized request argument supplied: response_format",
        "type": "invalid_request_error", "param": "response_format", "code": null
    } });
    let script = Script::of([
        Fault::error(400, unknown.clone()),
        Fault::error(400, unknown.clone()),
        Fault::error(400, unknown),
    ]);
    let model = Model::new(script, |setup| setup.concurrency = 1).await;
    let (row, history) = model.review(2, 10).await;
    assert_eq!(row.state, ReviewState::Completed, "{:?}", row.message);
    assert_eq!(
        model.asked(),
        parts(&history) + 3,
        "each simpler way is found once"
    );
    let answered = calls(&history)
        .iter()
        .filter(|(_, call)| call.error_class.is_none())
        .count();
    assert_eq!(answered, parts(&history));
    model.desk.engine.close().await;
}

/// Contracts with planted risks for `measure_planted`.
fn planted(count: u64) -> countersign_engine::measure::PlantedOptions {
    countersign_engine::measure::PlantedOptions {
        seed: 1,
        count,
        tuning: true,
        variant: countersign_engine::measure::Variant::Plain,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_measured_by_planted_risks_beside_the_offline_reader() {
    let model = Model::new(Script::default(), |_| {}).await;
    let engine = &model.desk.engine;
    let measured = engine.measure_planted("local", planted(6)).await.unwrap();
    assert_eq!(measured.calls, model.asked() as u64);
    assert_eq!(measured.unanswered, 0);
    assert!(measured.calls >= 6 && measured.tokens > 0 && measured.micros > 0);
    // The server's reader quotes sentences with "liability", each word for word.
    assert!(measured.quotes > 0 && measured.verified == measured.quotes);
    let (offline, together) = (measured.offline.total(), measured.together.total());
    assert_eq!(
        (offline.risks, offline.decoys),
        (together.risks, together.decoys)
    );
    assert!(offline.risks > 10 && measured.read_offline > measured.read_by_model);
    assert!(measured.read_by_model > 0, "{measured:?}");
    assert_eq!(together.found, offline.found, "it knows nothing new");
    // Nothing of it is spent in a review's name.
    let months = engine.get_spending(Nothing {}).await.unwrap().months;
    assert!(months.is_empty());
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_measured_provider_is_asked_again_counted_where_it_fails_and_stopped_by_a_wrong_key() {
    let again = Fault::status(429, &[("retry-after-ms", "1")]);
    let script = Script::of([again, Fault::SchemaViolation]);
    let model = Model::new(script, |setup| setup.concurrency = 1).await;
    let engine = &model.desk.engine;
    let measured = engine.measure_planted("local", planted(1)).await.unwrap();
    assert_eq!(measured.unanswered, 0, "both were asked again");
    assert_eq!(measured.calls, model.asked() as u64 - 1, "429 is no answer");

    let before = model.asked() as u64;
    model.server.follow(Script::of([Fault::status(400, &[])]));
    let failed = engine.measure_planted("local", planted(1)).await.unwrap();
    assert_eq!(failed.unanswered, 1);
    assert_eq!(failed.calls, model.asked() as u64 - before - 1);

    model.server.follow(Script::of([Fault::status(401, &[])]));
    let stopped = engine.measure_planted("local", planted(1)).await;
    assert!(stopped.is_err());
    let unknown = engine.measure_planted("nobody", planted(1)).await;
    assert!(unknown.unwrap_err().to_string().contains("nobody"));
    model.desk.engine.close().await;
}
