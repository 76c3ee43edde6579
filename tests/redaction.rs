//! Personal data that is replaced before a question leaves, and put back into the answer.

use countersign_engine::views::*;
use countersign_tests::fault_server::Script;
use countersign_tests::make_pdf::{Options, typeset};
use countersign_tests::recorder::Recorder;

use crate::engine::ended;
use crate::models::{Model, calls};

const EMAIL: &str = "john.example@acme-supplies.example";
const PHONE: &str = "+44 20 7946 0018";
const IBAN: &str = "DE89 3704 0044 0532 0130 00";
const NAME: &str = "John Example";

const ALL: RedactionSettings = RedactionSettings {
    emails: true,
    phones: true,
    accounts: true,
    names: true,
};

/// The model's reader quotes each sentence that speaks of liability.
fn contract(title: &str) -> Vec<u8> {
    let source = format!(
        "# {title}\n\nThis agreement is made between Acme Supplies Ltd (\"Supplier\") and Beta Ltd (\"Customer\").\n\n\
         ## 1. Claims\n\n1.1 Claims of liability are sent to {NAME} at {EMAIL} or by telephone at {PHONE} within ten days.\n\n\
         1.2 The liability of the Supplier is unlimited for sums paid to {IBAN} in error.\n\n\
         ## 2. Signatures\n\nName: {NAME}\n\nTitle: Chief Executive Officer\n"
    );
    typeset(&source, &Options::default())
}

/// Reviews a contract; what a proxy saw leave, and whether a quote of the model did not stand on the page.
async fn reviewed(model: &Model, recorder: &Recorder, title: &str) -> (String, bool) {
    let before = recorder.exchanges().len();
    let dropped = model
        .desk
        .drop_file(&format!("{title}.pdf"), &contract(title));
    let id = model.desk.submit(vec![dropped]).await[0]
        .review_id
        .clone()
        .unwrap();
    let row = model.desk.until(&id, ended).await;
    assert_eq!(row.state, ReviewState::Completed, "{:?}", row.message);
    let history = model.history(&id).await;
    let calls = calls(&history);
    assert!(!calls.is_empty());
    let unverified = calls.iter().any(|(attempt, _)| {
        let error = attempt.error.as_ref();
        error.is_some_and(|error| error.code == "unverified_quotes")
    });
    let exchanges = recorder.exchanges();
    assert!(exchanges.len() > before);
    let sent: Vec<u8> = exchanges
        .into_iter()
        .flat_map(|exchange| exchange.sent)
        .collect();
    (String::from_utf8(sent).unwrap(), unverified)
}

async fn recorded() -> (Model, Recorder) {
    let model = Model::new(Script::default(), |_| {}).await;
    let recorder = Recorder::before(&model.server.base_url()).unwrap();
    let url = recorder.base_url();
    model
        .set_up("local", &model.server, |setup| setup.base_url = url.clone())
        .await;
    (model, recorder)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_chosen_does_not_leave_and_quotes_still_stand_on_the_page() {
    let (model, recorder) = recorded().await;
    let status = model.desk.engine.change_redaction(ALL).await.unwrap();
    assert_eq!(status.redaction, ALL);
    let (sent, unverified) = reviewed(&model, &recorder, "Supply Agreement").await;
    for word in [
        EMAIL,
        PHONE,
        IBAN,
        NAME,
        "Example",
        "acme-supplies",
        "7946",
        "0044",
    ] {
        assert!(!sent.contains(word), "{word} left");
    }
    for mark in ["[EMAIL-1]", "[PHONE-1]", "[ACCOUNT-1]", "[PERSON-1]"] {
        assert!(sent.contains(mark), "no {mark}");
    }
    let quoted = "Claims of liability are sent to [PERSON-1] at [EMAIL-1]";
    assert!(sent.contains(quoted), "the model quotes marks: {sent}");
    assert!(sent.contains("Acme Supplies Ltd"), "companies stay");
    assert!(!unverified, "each quote was found again");
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_replaced_unless_it_was_chosen() {
    let (model, recorder) = recorded().await;
    let status = model.desk.engine.get_status(Nothing {}).await.unwrap();
    assert_eq!(status.redaction, RedactionSettings::default());
    let (sent, _) = reviewed(&model, &recorder, "First Agreement").await;
    for word in [EMAIL, PHONE, IBAN, NAME] {
        assert!(sent.contains(word), "{word}");
    }
    let phones = RedactionSettings {
        phones: true,
        ..RedactionSettings::default()
    };
    model.desk.engine.change_redaction(phones).await.unwrap();
    let (sent, unverified) = reviewed(&model, &recorder, "Second Agreement").await;
    let later = &sent[sent.rfind("Second Agreement").unwrap_or(0)..];
    assert!(
        later.contains("[PHONE-1]") && later.contains(EMAIL),
        "{later}"
    );
    assert!(!unverified);
    model.desk.engine.close().await;
}
