//! Questions about a contract: answered from all of it by words that stand there, or not at all.

use std::sync::Arc;
use std::time::Duration;

use countersign_engine::Engine;
use countersign_engine::config::Config;
use countersign_engine::views::*;
use countersign_tests::fault_server::answers::{Question, built_in_answer};
use countersign_tests::fault_server::{Answer, Chance, Fault, FaultServer, Options, Script};
use serde_json::json;

use crate::cli::program;
use crate::engine::{Desk, ended};
use crate::models::{Model, of};

const LIABILITY: &str = "What is the liability of the Supplier?";
const INVENTED: &str = "The Supplier owes a flying carpet to every customer.";

/// Whether a model is asked a person's question, for the first time or again for its words.
fn is_question(question: &Question) -> bool {
    question.wants("sentences")
}

fn is_again(question: &Question) -> bool {
    question.user.contains("You have answered this before")
}

/// A completed review that only the offline reader has read, with a provider chosen afterwards.
async fn reviewed(pages: usize, seed: u64, answer: Answer, script: Script) -> (Model, String) {
    let options = Options {
        answer,
        script,
        ..Options::default()
    };
    let model = Model {
        desk: Desk::new().await,
        server: FaultServer::start(options).await.unwrap(),
    };
    let (row, _) = model.review(pages, seed).await;
    assert_eq!(row.state, ReviewState::Completed, "{:?}", row.message);
    assert_eq!(model.asked(), 0);
    model.set_up("local", &model.server, |_| {}).await;
    model.choose(&["local"]).await;
    (model, row.id)
}

async fn ask(engine: &Engine, review_id: &str, text: &str) -> QuestionView {
    let asked = AskContract {
        review_id: review_id.to_owned(),
        text: text.to_owned(),
    };
    engine.ask_contract(asked).await.unwrap()
}

/// The question once `wanted` holds of it.
async fn until(
    engine: &Engine,
    asked: &QuestionView,
    wanted: impl Fn(&QuestionView) -> bool,
) -> QuestionView {
    let mut events = engine.events();
    let waited = tokio::time::timeout(Duration::from_secs(60), async {
        loop {
            let all = engine.list_questions(of(&asked.review_id)).await.unwrap();
            let found = all.into_iter().find(|one| one.id == asked.id).unwrap();
            if wanted(&found) {
                return found;
            }
            let _ = events.recv().await;
        }
    });
    waited
        .await
        .expect("the change did not come within a minute")
}

async fn answered(model: &Model, review_id: &str, text: &str) -> QuestionView {
    let engine = &model.desk.engine;
    let asked = ask(engine, review_id, text).await;
    assert!(asked.ended_at.is_none(), "the reply comes at once");
    until(engine, &asked, |question| question.ended_at.is_some()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_from_every_page_by_words_that_stand_there() {
    // One true sentence a part, and one that nobody wrote.
    let answers = |question: &Question| {
        let mut answer: serde_json::Value =
            serde_json::from_str(&built_in_answer(question)).unwrap();
        if is_question(question) && !is_again(question) {
            let invented = json!({ "sentence": INVENTED, "quote": INVENTED });
            answer["sentences"].as_array_mut().unwrap().push(invented);
        } else if is_question(question) {
            answer = json!({ "sentences": [] });
        }
        answer.to_string()
    };
    let (model, id) = reviewed(40, 71, Arc::new(answers), Script::default()).await;
    let engine = &model.desk.engine;
    let question = answered(&model, &id, LIABILITY).await;
    assert_eq!(question.state, QuestionState::Answered);
    assert!(question.parts_total > 2, "{}", question.parts_total);
    assert_eq!(question.parts_done, question.parts_total);
    assert_eq!((question.pages_read, question.pages_total), (40, 40));
    assert!(question.answer.len() > 2, "{:?}", question.answer);
    for sentence in &question.answer {
        assert!(!sentence.citations.is_empty(), "{}", sentence.text);
        assert!(sentence.citations.iter().all(|citation| citation.verified));
    }
    let told = serde_json::to_string(&question).unwrap();
    assert!(!told.contains("flying carpet"));
    assert_eq!(question.left_out, 0, "taken back when it was asked again");
    assert_eq!(question.model.as_deref(), Some("local: test"));

    // Each call stands in the history, in what was spent and in what left the computer.
    let asked = model.asked() as u64;
    assert_eq!(question.calls, asked);
    assert!(question.tokens > 0 && question.micros > 0);
    let history = model.history(&id).await;
    let steps = |again: bool| {
        let of_question = |step: &&StepView| step.key.starts_with("ask/") && step.lane == "model";
        let steps = history.iter().filter(of_question);
        steps
            .filter(|step| step.key.ends_with("/again") == again)
            .count()
    };
    assert!(steps(false) > 1 && steps(true) == steps(false));
    assert_eq!((steps(false) + steps(true)) as u64, asked);
    let months = engine.get_spending(Nothing {}).await.unwrap().months;
    assert_eq!(
        (months[0].calls, months[0].micros),
        (asked, question.micros)
    );
    let row = model.desk.row(&id).await;
    assert_eq!(row.state, ReviewState::Completed);
    assert_eq!(row.spending.spent_micros, question.micros);
    let wanted = ListOutbound {
        limit: 1_000,
        before: None,
    };
    let log = engine.list_outbound(wanted).await.unwrap();
    assert_eq!(log.calls.len() as u64, asked);
    assert!(log.calls.iter().all(|call| call.purpose == "ask"));

    // The same question once more costs nothing.
    let again = answered(&model, &id, LIABILITY).await;
    assert_eq!(
        (model.asked() as u64, again.calls, again.micros),
        (asked, 0, 0)
    );
    assert_eq!(again.answer, question.answer);
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_model_makes_up_is_no_answer_even_when_it_insists() {
    let lies = |question: &Question| {
        let document = question.document().unwrap_or_default();
        let real = document
            .split_inclusive(['.', '\n'])
            .map(str::trim)
            .max_by_key(|sentence| sentence.len())
            .unwrap_or_default();
        json!({ "sentences": [
            { "sentence": INVENTED, "quote": INVENTED },
            { "sentence": "The cap is EUR 987,654,321.", "quote": real },
            { "sentence": "All is well.", "quote": "" },
        ] })
        .to_string()
    };
    let (model, id) = reviewed(6, 72, Arc::new(lies), Script::default()).await;
    let question = answered(&model, &id, LIABILITY).await;
    assert_eq!(question.state, QuestionState::Answered);
    assert_eq!(question.answer, []);
    assert!(question.left_out > 0);
    assert_eq!((question.pages_read, question.pages_total), (6, 6));
    let told = serde_json::to_string(&question).unwrap();
    assert!(!told.contains("flying carpet") && !told.contains("987,654,321"));
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_model_the_passages_that_hold_the_words_are_shown_and_nothing_leaves() {
    let (model, id) = reviewed(6, 73, Arc::new(built_in_answer), Script::default()).await;
    let engine = &model.desk.engine;
    let offline = |offline| engine.change_offline(OfflineSwitch { offline });
    for switched in [true, false] {
        offline(switched).await.unwrap();
        if !switched {
            model.choose(&[]).await;
        }
        let question = answered(&model, &id, LIABILITY).await;
        assert_eq!(question.model, None);
        assert_eq!(question.answer, []);
        assert!(!question.passages.is_empty());
        for passage in &question.passages {
            let quotes: Vec<String> = passage
                .citations
                .iter()
                .map(|citation| citation.quote.to_lowercase())
                .collect();
            let heading = passage.heading_path.join(" ").to_lowercase();
            let text = format!("{heading} {}", quotes.join(" "));
            assert!(text.contains("liab") || text.contains("supplier"), "{text}");
            assert!(passage.citations.iter().all(|citation| citation.verified));
        }
        assert_eq!((question.pages_read, question.pages_total), (6, 6));
        let nothing = answered(&model, &id, "Zebra zoology?").await;
        assert_eq!((nothing.passages, nothing.answer), (vec![], vec![]));
    }
    assert_eq!(model.asked(), 0);
    let empty = AskContract {
        review_id: id,
        text: "  ".to_owned(),
    };
    let refused = engine.ask_contract(empty).await.unwrap_err();
    assert_eq!(refused.code(), "no_question");
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_waits_at_a_cap_and_at_a_refused_key_and_its_review_stays_done() {
    let (model, id) = reviewed(6, 74, Arc::new(built_in_answer), Script::default()).await;
    let engine = &model.desk.engine;
    let caps = |month_micros| BudgetSettings {
        month_micros,
        ..BudgetSettings::default()
    };
    engine.change_budgets(caps(Some(1))).await.unwrap();
    let asked = ask(engine, &id, LIABILITY).await;
    let waits = |question: &QuestionView| question.state == QuestionState::Waiting;
    let waiting = until(engine, &asked, waits).await;
    assert_eq!(waiting.code.as_deref(), Some("month_budget"));
    assert!(waiting.message.unwrap().contains("the question waits"));
    assert_eq!(model.desk.row(&id).await.state, ReviewState::Completed);
    assert_eq!(model.asked(), 0);

    model.server.follow(Script::of([Fault::status(401, &[])]));
    engine.change_budgets(caps(None)).await.unwrap();
    let refused = |question: &QuestionView| question.code.as_deref() == Some("provider_paused");
    until(engine, &asked, refused).await;
    let provider = "local".to_owned();
    engine
        .resume_provider(ProviderId { provider })
        .await
        .unwrap();
    let question = until(engine, &asked, |question| question.ended_at.is_some()).await;
    assert_eq!(question.state, QuestionState::Answered);
    assert_eq!(question.pages_read, 6);
    assert_eq!(model.desk.row(&id).await.state, ReviewState::Completed);
    model.desk.engine.close().await;
}

fn always(fault: Fault) -> Script {
    Script {
        chances: vec![Chance {
            fault,
            per_mille: 1_000,
        }],
        ..Script::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_no_provider_answers_counts_as_unread() {
    let refuses = always(Fault::Refusal);
    let (model, id) = reviewed(6, 75, Arc::new(built_in_answer), refuses.clone()).await;
    let question = answered(&model, &id, LIABILITY).await;
    assert_eq!(question.answer, []);
    assert_eq!((question.pages_read, question.pages_total), (0, 6));

    let second = FaultServer::start(Options::default()).await.unwrap();
    model.set_up("second", &second, |_| {}).await;
    model.choose(&["local", "second"]).await;
    let question = answered(&model, &id, LIABILITY).await;
    assert_eq!((question.pages_read, question.pages_total), (6, 6));
    assert_eq!(question.model.as_deref(), Some("second: test"));
    assert!(!question.answer.is_empty());
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_goes_on_after_a_restart_and_can_be_taken_away() {
    let hangs = always(Fault::HangBeforeHeaders);
    let (model, id) = reviewed(6, 76, Arc::new(built_in_answer), hangs).await;
    let asked = ask(&model.desk.engine, &id, LIABILITY).await;
    let under_way = tokio::time::timeout(Duration::from_secs(30), async {
        while model.asked() == 0 {
            tokio::task::yield_now().await;
        }
    });
    under_way.await.expect("a part is being asked about");
    let Model { desk, server } = model;
    let Desk { folder, engine } = desk;
    engine.close().await;
    // Its lock on the folder goes with it.
    drop(engine);

    server.follow(Script::default());
    let mut config = Config::of_this_program(folder.path().join("data")).unwrap();
    config.reader_program = program();
    let engine = Engine::open(config).await.unwrap();
    let question = until(&engine, &asked, |question| question.ended_at.is_some()).await;
    assert_eq!(question.state, QuestionState::Answered);
    assert_eq!(question.pages_read, 6);

    server.follow(always(Fault::HangBeforeHeaders));
    let other = ask(&engine, &id, "Who bears the cost of insurance?").await;
    let question_id = other.id.clone();
    engine
        .remove_question(QuestionId { question_id })
        .await
        .unwrap();
    let left = engine.list_questions(of(&id)).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].id, asked.id);
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_completed_review_is_asked() {
    let hangs = always(Fault::HangBeforeHeaders);
    let model = Model::new(hangs, |_| {}).await;
    let id = model.submit(2, 77).await;
    let early = AskContract {
        review_id: id.clone(),
        text: LIABILITY.to_owned(),
    };
    let refused = model.desk.engine.ask_contract(early).await.unwrap_err();
    assert_eq!(refused.code(), "no_report");
    model.desk.engine.finish_offline(of(&id)).await.unwrap();
    model.desk.until(&id, ended).await;
    model.desk.engine.close().await;
}
