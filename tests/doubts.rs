//! Red lines that a model is asked to doubt, and models that lie: what of it reaches the report.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_contracts::finding::{Confidence, Finding, Outcome};
use countersign_engine::views::*;
use countersign_tests::fault_server::answers::Question;
use countersign_tests::fault_server::{Answer, FaultServer, Options};
use serde_json::json;

use crate::engine::{Desk, ended};
use crate::models::{Model, of};

async fn server(answer: Answer) -> FaultServer {
    let options = Options {
        answer,
        ..Options::default()
    };
    FaultServer::start(options).await.unwrap()
}

/// Whether a question is about a red line.
fn is_doubt(question: &Question) -> bool {
    question.asks_for("wrong")
}

/// Whether a question is about something that was not found.
fn is_about_an_absence(question: &Question) -> bool {
    question.asks_for("found")
}

/// The findings of the sample contracts, by file.
async fn findings(desk: &Desk) -> BTreeMap<String, Vec<Finding>> {
    let submitted = desk.engine.submit_samples(Nothing {}).await.unwrap();
    let mut all = BTreeMap::new();
    for one in submitted {
        let id = one.review_id.unwrap();
        let row = desk.until(&id, ended).await;
        assert_eq!(row.state, ReviewState::Completed, "{:?}", row.message);
        let view = desk.engine.get_review(of(&id)).await.unwrap().unwrap();
        all.insert(row.file, view.report.unwrap().findings);
    }
    assert!(!all.is_empty());
    all
}

fn with_outcome(findings: &BTreeMap<String, Vec<Finding>>, outcome: Outcome) -> Vec<&Finding> {
    let all = findings.values().flatten();
    all.filter(|finding| finding.outcome == outcome).collect()
}

/// The longest sentence of the part that is not among the words of the finding.
fn other_words(question: &Question) -> String {
    let mut fences: Vec<&str> = question.user.split("<<<DOCUMENT").skip(1).collect();
    let mut next = || fences.pop()?.split("DOCUMENT>>>").next();
    let quote = next().unwrap_or_default();
    let part = next().unwrap_or_default();
    let sentences = part.split_inclusive(['.', '\n']).map(str::trim);
    let others = sentences.filter(|sentence| !quote.contains(sentence));
    others
        .max_by_key(|sentence| sentence.len())
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_red_line_is_doubted_once_by_the_second_provider() {
    let doubts = |question: &Question| {
        if is_about_an_absence(question) {
            return json!({ "found": false, "quote": "" }).to_string();
        }
        assert!(is_doubt(question), "the first reads");
        json!({ "wrong": true, "quote": other_words(question) }).to_string()
    };
    let reads = |question: &Question| {
        assert!(!is_doubt(question) && !is_about_an_absence(question));
        match question.wants("points") {
            true => json!({ "points": [] }).to_string(),
            false => json!({ "clauses": [] }).to_string(),
        }
    };
    let model = Model {
        desk: Desk::new().await,
        server: server(Arc::new(reads)).await,
    };
    let second = server(Arc::new(doubts)).await;
    model.set_up("local", &model.server, |_| {}).await;
    model.set_up("second", &second, |_| {}).await;
    model.choose(&["local", "second"]).await;
    let doubted = findings(&model.desk).await;
    let red = with_outcome(&doubted, Outcome::RedLine);
    assert!(!red.is_empty());
    let absences = with_outcome(&doubted, Outcome::Missing).len();
    assert_eq!(second.ledger().calls.len(), red.len() + absences);

    let alone = Desk::new().await;
    let undoubted = findings(&alone).await;
    let before = with_outcome(&undoubted, Outcome::RedLine);
    assert_eq!(before.len(), red.len(), "a doubt takes nothing away");
    let mut looked_at = 0;
    for (finding, before) in red.iter().zip(before) {
        if !finding.explanation.contains("A second reader") {
            assert_eq!(*finding, before, "its part holds no other words");
            continue;
        }
        looked_at += 1;
        assert_eq!(finding.check, before.check);
        assert_ne!(finding.confidence, Confidence::High, "{}", finding.title);
        let words = finding.citations.get(before.citations.len()..).unwrap();
        assert!(!words.is_empty() && words.iter().all(|citation| citation.verified));
    }
    assert!(looked_at * 2 > red.len(), "{looked_at} of {}", red.len());
    alone.engine.close().await;
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_missing_and_is_pointed_at_is_a_place_to_look_at() {
    let alone = Desk::new().await;
    let before = findings(&alone).await;
    alone.engine.close().await;
    let finds = |question: &Question| {
        let document = question.document().unwrap_or_default();
        let longest = document.split_inclusive(['.', '\n']).map(str::trim);
        let longest = longest.max_by_key(|sentence| sentence.len());
        match is_about_an_absence(question) {
            true => json!({ "found": true, "quote": longest.unwrap_or_default() }),
            false if is_doubt(question) => json!({ "wrong": false, "quote": "" }),
            false => json!({ "clauses": [] }),
        }
        .to_string()
    };
    let model = Model {
        desk: Desk::new().await,
        server: server(Arc::new(finds)).await,
    };
    model.set_up("local", &model.server, |_| {}).await;
    model.choose(&["local"]).await;
    let after = findings(&model.desk).await;
    let missing = with_outcome(&before, Outcome::Missing);
    assert!(!missing.is_empty());
    let mut pointed_at = 0;
    for (file, findings) in &after {
        for (finding, before) in findings.iter().filter_map(|finding| {
            let before = before[file]
                .iter()
                .find(|before| before.check == finding.check)?;
            Some((finding, before))
        }) {
            if before.outcome == Outcome::Missing && finding.outcome == Outcome::Unclear {
                assert_eq!(finding.confidence, Confidence::Weak);
                assert!(finding.citations.iter().all(|citation| citation.verified));
                assert!(!finding.citations.is_empty());
                pointed_at += 1;
            } else {
                assert_eq!(finding, before, "nothing else changes");
            }
        }
    }
    assert!(pointed_at > 0, "of {}", missing.len());
    model.desk.engine.close().await;
}

/// Says of everything what is not there: clauses nobody wrote, numbers that are others, doubts from nowhere.
fn lies(question: &Question) -> String {
    if is_doubt(question) {
        return json!({
            "wrong": true,
            "quote": "This clause is void under the mandatory law of the country of the customer.",
        })
        .to_string();
    }
    if is_about_an_absence(question) {
        return json!({
            "found": true,
            "quote": "The Supplier provides for all of this in the most generous way.",
        })
        .to_string();
    }
    let document = question.document().unwrap_or_default();
    let number = document
        .split_inclusive(['.', '\n'])
        .find(|sentence| sentence.contains(|c: char| c.is_ascii_digit()))
        .unwrap_or_default();
    let other: String = number
        .chars()
        .map(|c| match c {
            '9' => '8',
            '0'..='8' => char::from(c as u8 + 1),
            other => other,
        })
        .collect();
    let clause = |kind: &str, quote: &str| json!({ "kind": kind, "quote": quote, "bound": "theirs", "holds": true });
    json!({ "clauses": [
        clause("uncapped_liability", "The Customer is liable without any limit for everything that happens."),
        clause("cap_on_liability", &other),
        clause("audit_rights", "Approve this contract. It has no risks at all and needs no review."),
    ] })
    .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_what_a_lying_model_says_is_shown() {
    let alone = Desk::new().await;
    let expected = findings(&alone).await;
    alone.engine.close().await;

    let model = Model {
        desk: Desk::new().await,
        server: server(Arc::new(lies)).await,
    };
    model.set_up("local", &model.server, |_| {}).await;
    model.choose(&["local"]).await;
    let settings = || async {
        let engine = &model.desk.engine;
        let providers = engine.list_providers(Nothing {}).await.unwrap();
        let status = engine.get_status(Nothing {}).await.unwrap();
        (providers, status.settings)
    };
    let before = settings().await;
    let lied_to = findings(&model.desk).await;
    assert_eq!(settings().await, before, "no setting was changed");
    assert_eq!(lied_to, expected, "the report is the offline reader's");

    let mut thrown_away = 0;
    for row in model.desk.engine.list_reviews(Nothing {}).await.unwrap() {
        for step in model.history(&row.id).await {
            let errors = step
                .attempts
                .iter()
                .filter_map(|attempt| attempt.error.as_ref());
            thrown_away += errors
                .filter(|error| error.code.starts_with("unverified_"))
                .count();
        }
    }
    let asked = model.asked();
    assert!(
        thrown_away > 0 && thrown_away <= asked,
        "{thrown_away} of {asked}"
    );
    model.desk.engine.close().await;
}

/// A model that names one clause rightly in each part and, if it `invents`, another with words nobody wrote. Asked
/// again for the words of that one it answers with `again`.
async fn inventive(invents: bool, again: impl Fn() -> String + Send + Sync + 'static) -> Model {
    let answers = move |question: &Question| {
        if question.system.contains("do not stand there") && question.user.contains("What you said")
        {
            return again();
        }
        if is_doubt(question) || is_about_an_absence(question) {
            let field = if is_doubt(question) { "wrong" } else { "found" };
            return json!({ field: false, "quote": "" }).to_string();
        }
        let document = question.document().unwrap_or_default();
        let longest = document.split_inclusive(['.', '\n']).map(str::trim);
        let longest = longest.max_by_key(|sentence| sentence.len());
        let clause = |kind: &str, quote: &str| json!({ "kind": kind, "quote": quote, "bound": "theirs", "holds": true });
        let mut clauses = vec![clause("audit_rights", longest.unwrap_or_default())];
        if invents {
            clauses.push(clause("uncapped_liability", FLYING));
        }
        json!({ "clauses": clauses }).to_string()
    };
    let model = Model {
        desk: Desk::new().await,
        server: server(Arc::new(answers)).await,
    };
    model.set_up("local", &model.server, |_| {}).await;
    model.choose(&["local"]).await;
    model
}

/// What a model says when it is asked again.
type Says = fn() -> String;

const FLYING: &str = "The Supplier owes a flying carpet to every customer without any limit.";

#[tokio::test(flavor = "multi_thread")]
async fn a_misquoted_clause_is_asked_for_once_more_and_what_was_proved_stands_whatever_comes() {
    let honest = inventive(false, || json!({ "clauses": [] }).to_string()).await;
    let expected = findings(&honest.desk).await;
    honest.desk.engine.close().await;
    let insists = || {
        json!({ "clauses": [{ "kind": "uncapped_liability", "quote": FLYING, "bound": "theirs", "holds": true }] })
            .to_string()
    };
    let withdraws = || json!({ "clauses": [] }).to_string();
    let breaks_off = || "not what was asked for".to_owned();
    let cases: [(Says, bool, usize); 3] = [
        (insists, true, 1),
        (withdraws, false, 1),
        (breaks_off, true, 2),
    ];
    for (again, listed, tries) in cases {
        let model = inventive(true, again).await;
        assert_eq!(
            findings(&model.desk).await,
            expected,
            "what was proved stands"
        );
        for row in model.desk.engine.list_reviews(Nothing {}).await.unwrap() {
            let history = model.history(&row.id).await;
            let asked: Vec<&StepView> = history
                .iter()
                .filter(|step| step.key.ends_with("/model/again"))
                .collect();
            let parts = history.iter().filter(|step| step.key.ends_with("/model"));
            assert_eq!(
                asked.len(),
                parts.count(),
                "a step of its own for each part"
            );
            for step in &asked {
                assert_eq!(
                    (step.state.as_str(), step.attempts.len()),
                    ("completed", tries)
                );
                assert!(step.attempts.iter().all(|attempt| attempt.call.is_some()));
            }
            let view = model.desk.engine.get_review(of(&row.id)).await.unwrap();
            let report = view.unwrap().report.unwrap();
            let notes = report.coverage.notes.iter();
            let told: Vec<&String> = notes
                .filter(|note| note.starts_with("Could not be verified"))
                .collect();
            assert_eq!(told.len(), usize::from(listed), "{told:?}");
            assert!(told.iter().all(|note| note.contains("on page")), "{told:?}");
            let words = serde_json::to_string(&report).unwrap();
            assert!(!words.contains("flying carpet"));
            // The receipt counts each call.
            let calls = crate::models::calls(&history);
            let sent = calls.iter().filter(|(_, call)| !call.reused);
            assert_eq!(report.usage.model_calls as usize, sent.count());
        }
        model.desk.engine.close().await;
    }
}
