//! Embeddings of a provider: asked for before the questions, paid once, and never needed.

use countersign_engine::views::*;
use countersign_tests::fault_server::{Fault, Script};

use crate::engine::ended;
use crate::models::{Model, calls, of, parts};

fn with_vectors(setup: &mut ProviderSetup) {
    setup.embedding_model = Some("vectors".to_owned());
    setup.embedding_micros_per_million = Some(100_000);
}

/// Steps whose key begins so.
fn steps<'a>(history: &'a [StepView], key: &str) -> Vec<&'a StepView> {
    let begins = |step: &&StepView| step.key.starts_with(key);
    history.iter().filter(begins).collect()
}

fn asked_for(model: &Model, path: &str) -> Vec<u64> {
    let calls = model.server.ledger().calls;
    let these = calls.iter().filter(|call| call.path.ends_with(path));
    these.map(|call| call.number).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn passages_are_embedded_before_the_first_question_and_paid_once() {
    let model = Model::new(Script::default(), with_vectors).await;
    let (row, history) = model.review(30, 21).await;
    assert_eq!(row.state, ReviewState::Completed, "{:?}", row.message);
    let batches = steps(&history, "embed/");
    assert!(batches.len() >= 2, "{} batches", batches.len());
    assert_eq!(steps(&history, "find_context").len(), 1);
    let (embedded, questions) = (
        asked_for(&model, "/embeddings"),
        asked_for(&model, "/chat/completions"),
    );
    assert_eq!(embedded.len(), batches.len());
    assert_eq!(questions.len(), parts(&history));
    assert!(embedded.iter().max() < questions.iter().min());
    assert_eq!(row.done, row.total, "every part was counted");

    let calls = calls(&history);
    assert_eq!(calls.len(), embedded.len() + questions.len());
    let cost = |call: &CallView| call.cost_micros.unwrap() as u64;
    let all: u64 = calls.iter().map(|(_, call)| cost(call)).sum();
    assert_eq!(row.spending.spent_micros, all);
    assert!(row.spending.estimate_micros.unwrap() >= all);
    let vectors = calls
        .iter()
        .filter(|(_, call)| call.model.as_deref() == Some("vectors"));
    assert!(vectors.map(|(_, call)| cost(call)).sum::<u64>() > 0);

    let asked = model.asked();
    let again = model.submit_again(&row).await;
    assert_eq!(again.state, ReviewState::Completed, "{:?}", again.message);
    assert_eq!(model.asked(), asked, "nothing was sent again");
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_them_the_review_goes_on_by_the_offline_ones() {
    let script = Script::of([Fault::status(400, &[])]);
    let model = Model::new(script, with_vectors).await;
    let (row, history) = model.review(6, 22).await;
    assert_eq!(row.state, ReviewState::Completed, "{:?}", row.message);
    let batches = steps(&history, "embed/");
    assert_eq!(batches.len(), 1);
    let said = batches[0].attempts[0].error.as_ref().unwrap();
    assert!(said.message.contains("offline embeddings"), "{said:?}");
    let asked = asked_for(&model, "/chat/completions").len();
    assert_eq!(asked, parts(&history));
    assert!(asked > 0);
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn finished_offline_while_they_are_waited_for_nothing_more_is_asked() {
    let script = Script::of([Fault::status(401, &[])]);
    let model = Model::new(script, with_vectors).await;
    let id = model.submit(6, 23).await;
    let held = |row: &ReviewRow| row.code.as_deref() == Some("provider_paused");
    model.desk.until(&id, held).await;
    model.desk.engine.finish_offline(of(&id)).await.unwrap();
    let row = model.desk.until(&id, ended).await;
    assert_eq!(row.state, ReviewState::Completed, "{:?}", row.message);
    assert_eq!(row.done, row.total, "what is not asked is not waited for");
    let history = model.history(&id).await;
    assert_eq!((model.asked(), parts(&history)), (1, 0));
    model.desk.engine.close().await;
}
