//! What left the computer: the log equals what a recording proxy saw.

use countersign_engine::views::*;
use countersign_tests::fault_server::{Fault, FaultServer, Script};
use countersign_tests::recorder::Recorder;

use crate::engine::ended;
use crate::models::{Model, of};

/// A provider behind a proxy that keeps every byte.
async fn recorded(script: Script) -> (Model, Recorder) {
    let model = Model::new(Script::default(), |_| {}).await;
    model.server.follow(script);
    let recorder = Recorder::before(&model.server.base_url()).unwrap();
    let url = recorder.base_url();
    model
        .set_up("local", &model.server, |setup| {
            setup.base_url = url.clone();
            setup.model = "small".to_owned();
            setup.embedding_model = Some("vectors".to_owned());
        })
        .await;
    (model, recorder)
}

async fn log(model: &Model) -> OutboundLog {
    let wanted = ListOutbound {
        limit: 1_000,
        before: None,
    };
    model.desk.engine.list_outbound(wanted).await.unwrap()
}

fn local() -> ProviderId {
    ProviderId {
        provider: "local".to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_holds_every_call_with_the_bytes_that_a_proxy_saw() {
    let (model, recorder) = recorded(Script::default()).await;
    let engine = &model.desk.engine;
    assert!(engine.test_provider(local()).await.unwrap().works);
    assert_eq!(engine.list_models(local()).await.unwrap().problem, None);
    model.server.follow(Script::of([
        Fault::status(500, &[]),
        Fault::ResetMidBody,
        Fault::SchemaViolation,
        Fault::status(429, &[("retry-after-ms", "5")]),
    ]));
    let (row, _) = model.review(4, 51).await;
    assert_eq!(row.state, ReviewState::Completed, "{:?}", row.message);

    let log = log(&model).await;
    let mut seen: Vec<(u64, u64)> = recorder
        .exchanges()
        .iter()
        .map(|exchange| (exchange.sent.len() as u64, exchange.received.len() as u64))
        .collect();
    let mut written: Vec<(u64, u64)> = log
        .calls
        .iter()
        .map(|call| (call.bytes_sent, call.bytes_received.unwrap()))
        .collect();
    seen.sort_unstable();
    written.sort_unstable();
    assert!(seen.len() > 8, "{seen:?}");
    assert_eq!(written, seen);
    assert_eq!(log.total, seen.len() as u64);
    assert_eq!(
        log.bytes_sent,
        seen.iter().map(|(sent, _)| sent).sum::<u64>()
    );
    assert_eq!(
        log.bytes_received,
        seen.iter().map(|(_, received)| received).sum::<u64>()
    );
    assert!(log.bytes_sent > 10_000);

    for call in &log.calls {
        assert_eq!(
            (call.host.as_str(), call.provider.as_str()),
            (recorder.host().as_str(), "local")
        );
        let of_review = matches!(
            call.purpose.as_str(),
            "read" | "second_look" | "embed" | "summary"
        );
        let named = (call.review_id.as_deref(), call.file.as_deref());
        let expected = of_review
            .then_some((row.id.as_str(), row.file.as_str()))
            .unzip();
        assert_eq!(named, expected, "{call:?}");
    }
    let count = |what: &dyn Fn(&&OutboundCall) -> bool| log.calls.iter().filter(what).count();
    for purpose in ["read", "embed", "test", "models"] {
        assert!(count(&|call| call.purpose == purpose) > 0, "{purpose}");
    }
    assert_eq!(count(&|call| call.outcome.as_deref() == Some("broken")), 1);
    assert_eq!(count(&|call| call.outcome.as_deref() == Some("refused")), 2);
    let words = serde_json::to_string(&log).unwrap().to_lowercase();
    assert!(
        !words.contains("liability") && !words.contains("supplier"),
        "no contract's words"
    );
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_waited_for_is_written_down_and_what_never_left_is_not() {
    let (model, recorder) = recorded(Script::of([Fault::HangBeforeHeaders])).await;
    let engine = &model.desk.engine;
    model
        .set_up("local", &model.server, |setup| {
            setup.base_url = recorder.base_url();
            setup.concurrency = 1;
        })
        .await;
    let id = model.submit(2, 52).await;
    let under_way = tokio::time::timeout(std::time::Duration::from_secs(30), async {
        while model.asked() == 0 {
            tokio::task::yield_now().await;
        }
    });
    under_way.await.expect("a question is under way");
    engine.stop_review(of(&id)).await.unwrap();
    model.desk.until(&id, ended).await;
    let log_now = log(&model).await;
    assert_eq!(log_now.total, 1);
    assert_eq!(
        (
            log_now.calls[0].outcome.as_deref(),
            log_now.calls[0].bytes_received
        ),
        (None, None)
    );
    assert_eq!(
        log_now.calls[0].bytes_sent,
        recorder.exchanges()[0].sent.len() as u64
    );

    let gone = FaultServer::start(Default::default())
        .await
        .unwrap()
        .base_url();
    model
        .set_up("local", &model.server, |setup| {
            setup.base_url = gone.clone()
        })
        .await;
    let test = engine.test_provider(local()).await.unwrap();
    assert_eq!(test.code, "not_running", "{}", test.message);
    let switch = OfflineSwitch { offline: true };
    engine.change_offline(switch).await.unwrap();
    assert!(!engine.test_provider(local()).await.unwrap().works);
    assert_eq!(log(&model).await.total, 1);
    model.desk.engine.close().await;
}
