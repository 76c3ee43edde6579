//! Summaries that a model writes: only what rests on findings is shown.

use std::sync::Arc;

use countersign_engine::views::*;
use countersign_tests::fault_server::answers::{Question, built_in_answer};
use countersign_tests::fault_server::{Answer, FaultServer, Options};
use serde_json::json;

use crate::engine::{Desk, ended};
use crate::models::{Model, calls, of};

async fn reviewed(answer: Answer) -> (Model, String, Report) {
    let options = Options {
        answer,
        ..Options::default()
    };
    let model = Model {
        desk: Desk::new().await,
        server: FaultServer::start(options).await.unwrap(),
    };
    model.set_up("local", &model.server, |_| {}).await;
    model.choose(&["local"]).await;
    let submitted = model.desk.engine.submit_samples(Nothing {}).await.unwrap();
    let id = submitted[0].review_id.clone().unwrap();
    let row = model.desk.until(&id, ended).await;
    assert_eq!(row.state, ReviewState::Completed, "{:?}", row.message);
    let report = report(&model, &id).await;
    (model, id, report)
}

async fn report(model: &Model, id: &str) -> Report {
    let view = model.desk.engine.get_review(of(id)).await.unwrap();
    view.unwrap().report.unwrap()
}

/// The ids of the findings that a question lists.
fn ids(question: &Question) -> Vec<String> {
    let listed = question.document().unwrap_or_default().lines();
    let id = |line: &str| Some(line.strip_prefix('[')?.split(']').next()?.to_owned());
    listed.filter_map(id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_sentences_that_rest_on_findings_are_shown() {
    let answers = |question: &Question| {
        if !question.wants("points") {
            return built_in_answer(question);
        }
        let ids = ids(question);
        json!({ "points": [
            { "sentence": "These two belong together.", "findings": ids.iter().take(2).collect::<Vec<_>>() },
            { "sentence": "The Supplier is a pleasure to work with.", "findings": [] },
            { "sentence": "There is a flying carpet.", "findings": ["flying-carpet"] },
            { "sentence": "It costs 987,654,321 a year.", "findings": [ids[0]] },
            { "sentence": "You can sign this.", "findings": [ids[0]] },
        ] })
        .to_string()
    };
    let (model, id, report) = reviewed(Arc::new(answers)).await;
    let [sentence] = report.summary.sentences.as_slice() else {
        panic!("{:?}", report.summary.sentences);
    };
    assert_eq!(sentence.text, "These two belong together.");
    assert_eq!(sentence.checks.len(), 2);
    for check in &sentence.checks {
        let found = report.findings.iter().find(|one| one.check == *check);
        assert!(found.unwrap().is_risk());
    }
    let history = model.history(&id).await;
    let step = history.iter().find(|step| step.key == "write_summary");
    let attempt = &step.unwrap().attempts[0];
    assert!(attempt.call.is_some());
    let left_out = attempt.error.as_ref().unwrap();
    assert!(left_out.message.starts_with("4 sentences"), "{left_out:?}");
    let sent = calls(&history)
        .iter()
        .filter(|(_, call)| !call.reused)
        .count();
    assert_eq!(
        report.usage.model_calls as usize, sent,
        "the receipt counts it"
    );

    // Judged again the findings are others: what was written of them is gone.
    let party = report.contract.parties[1].name.clone();
    let review_id = id.clone();
    let engine = &model.desk.engine;
    engine
        .choose_side(ChooseSide { review_id, party })
        .await
        .unwrap();
    let judged_again = self::report(&model, &id).await;
    assert_eq!(judged_again.summary.sentences, []);
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_written_summary_the_report_is_that_of_the_rules() {
    let breaks_off = |question: &Question| match question.wants("points") {
        true => "no JSON at all".to_owned(),
        false => built_in_answer(question),
    };
    let (model, id, report) = reviewed(Arc::new(breaks_off)).await;
    assert_eq!(report.summary.sentences, []);
    assert!(!report.summary.text.is_empty() && !report.summary.reasons.is_empty());
    let history = model.history(&id).await;
    let step = history.iter().find(|step| step.key == "write_summary");
    assert_eq!(step.unwrap().attempts.len(), 2, "asked again once");
    model.desk.engine.close().await;
}
