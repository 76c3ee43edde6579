//! Contracts that are no PDFs, from the file to the report.

use countersign_engine::views::*;
use countersign_tests::make_docx::{Docx, item, level, list};
use countersign_tests::make_pdf;
use serde_json::Value;

use crate::cli::{Desk, text};

const SAMPLE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../src-tauri/crates/engine/samples/one-sided-saas"
);

fn json_of(desk: &Desk, arguments: &[&str]) -> Value {
    let output = desk.run(arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn judged(report: &Value) -> Vec<(String, String)> {
    let findings = report["findings"].as_array().unwrap();
    let word = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    let mut judged: Vec<(String, String)> = findings
        .iter()
        .map(|f| (word(f, "check"), word(f, "outcome")))
        .collect();
    judged.sort();
    judged
}

#[test]
fn the_same_contract_is_judged_alike_as_pdf_and_as_markdown() {
    let desk = Desk::new();
    let of = |ending: &str| {
        let file = format!("{SAMPLE}.{ending}");
        json_of(&desk, &["review", &file, "--format", "json", "--quiet"])
    };
    let (pdf, markdown) = (of("pdf"), of("md"));
    assert_eq!(judged(&pdf), judged(&markdown));
    let placed = |f: &&Value| {
        let citations = f["citations"].as_array().unwrap();
        citations
            .iter()
            .all(|c| c["boxes"].as_array().is_some_and(|b| !b.is_empty()))
    };
    assert!(
        markdown["findings"]
            .as_array()
            .unwrap()
            .iter()
            .all(|f| placed(&f))
    );
}

#[test]
fn a_word_file_is_read_with_its_numbers_and_what_stands_beside() {
    let desk = Desk::new();
    let (pattern, uses) = list(
        1,
        &(level(0, "decimal", "%1.", "") + &level(1, "decimal", "%1.%2", "")),
    );
    let change = "<w:p><w:r><w:t xml:space=\"preserve\">Notice period: </w:t></w:r><w:del w:author=\"Ann\"><w:r><w:delText>30</w:delText></w:r></w:del><w:ins w:author=\"Ann\"><w:r><w:t>90</w:t></w:r></w:ins><w:r><w:t xml:space=\"preserve\"> days.</w:t></w:r></w:p>";
    let docx = Docx {
        body: item(1, 0, "Term") + &item(1, 1, "The term is three years.") + change,
        numbering: pattern + &uses,
        ..Docx::default()
    };
    let file = desk.file("term.docx", &docx.bytes());
    let file = file.to_str().unwrap();
    let read = json_of(&desk, &["read", file, "--format", "json"]);
    let words = read["pages"][0]["words"].as_array().unwrap();
    let printed: Vec<&str> = words.iter().map(|w| w["text"].as_str().unwrap()).collect();
    assert_eq!(printed[..4], ["1.", "Term", "1.1", "The"]);
    let corners: Vec<f64> = words[0]["box"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v.as_f64().unwrap())
        .collect();
    assert!(
        corners[0] < corners[2] && corners[1] < corners[3],
        "{corners:?}"
    );
    assert_eq!(read["pages"][0]["source"], "flow");
    assert_eq!(read["changes"][0]["kind"], "deletion");
    assert_eq!(read["changes"][1]["text"], "90");
    let printed = desk.run(&["read", file]);
    assert!(
        text(&printed.stdout).contains("Notice period: 90 days."),
        "{}",
        text(&printed.stdout)
    );
}

#[test]
fn a_file_that_can_t_be_read_ends_in_one_sentence() {
    let desk = Desk::new();
    let broken = desk.file("broken.docx", &Docx::of("").bytes()[..200]);
    let locked = desk.file("locked.pdf", &make_pdf::bad::encrypted());
    for (file, word) in [(broken, "damaged"), (locked, "password")] {
        let output = desk.run(&["read", file.to_str().unwrap(), "--format", "json"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty());
        let said = text(&output.stderr);
        assert!(said.contains(word) && said.lines().count() == 1, "{said}");
    }
}

const MAIL: &str = "Received: x\r\nSubject: Our terms\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Type: text/plain\r\n\r\nPlease find our terms attached.\r\n--B\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=\"terms.txt\"\r\n\r\n1. Payment\n\nThe Customer shall pay within thirty (30) days of the invoice.\n\r\n--B--\r\n";

#[test]
fn a_mail_is_reviewed_with_its_files() {
    let desk = Desk::new();
    let file = desk.file("offer.eml", MAIL.as_bytes());
    let out = desk.folder.path().join("out");
    let (file, out) = (file.to_str().unwrap(), out.to_str().unwrap());
    let output = desk.run(&["review", file, "--format", "json", "--out", out, "--quiet"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let terms = std::fs::read(format!("{out}/terms.json")).unwrap();
    let terms: Value = serde_json::from_slice(&terms).unwrap();
    let notes = terms["coverage"]["notes"].to_string();
    assert!(notes.contains("offer.eml"), "{notes}");
    assert!(std::fs::exists(format!("{out}/offer.json")).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_files_of_a_mail_are_contracts_of_their_own() {
    let desk = crate::engine::Desk::new().await;
    let dropped = desk.drop_file("offer.eml", MAIL.as_bytes());
    let review = desk
        .submit(vec![dropped])
        .await
        .remove(0)
        .review_id
        .unwrap();
    let done = |row: &ReviewRow| row.state == ReviewState::Completed;
    desk.until(&review, done).await;
    let rows = desk.engine.list_reviews(Nothing {}).await.unwrap();
    let attached = rows.iter().find(|row| row.file == "terms.txt").unwrap();
    desk.until(&attached.id, done).await;
    let words = desk
        .engine
        .get_page(PageOfContract {
            contract_id: attached.contract_id.clone(),
            number: 1,
        })
        .await
        .unwrap()
        .unwrap()
        .words;
    assert_eq!(words[1].text, "Payment");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_file_asks_for_its_password_and_keeps_none() {
    let desk = crate::engine::Desk::new().await;
    let dropped = desk.drop_file("locked.pdf", &make_pdf::bad::encrypted());
    let review_id = desk
        .submit(vec![dropped])
        .await
        .remove(0)
        .review_id
        .unwrap();
    let ended = |row: &ReviewRow| row.finished_at.is_some() || row.state == ReviewState::Waiting;
    let asked = desk.until(&review_id, ended).await;
    assert_eq!(asked.state, ReviewState::Waiting);
    assert_eq!(asked.code.as_deref(), Some("password_needed"));
    let wrong = "Tumbledown-77-wrong";
    for (password, code) in [(wrong, Some("wrong_password")), ("secret", None)] {
        let given = GivePassword {
            review_id: review_id.clone(),
            password: password.to_owned(),
        };
        desk.engine.give_password(given).await.unwrap();
        let row = desk.until(&review_id, ended).await;
        assert_eq!(row.code.as_deref(), code, "{:?}", row.message);
    }
    let view = desk
        .engine
        .get_review(ReviewId {
            review_id: review_id.clone(),
        })
        .await
        .unwrap()
        .unwrap();
    assert_eq!(view.row.state, ReviewState::Completed);
    let notices = desk.engine.list_notices(Nothing {}).await.unwrap();
    let told: Vec<&str> = notices.iter().map(|n| n.title.as_str()).collect();
    assert_eq!(
        told,
        [
            "Review of locked.pdf finished",
            "locked.pdf needs its password"
        ]
    );
    let report = desk.read_twice(&review_id).await;
    let second = report.coverage.second_reading.unwrap();
    assert_eq!((second.pages_of_text, second.pages_compared), (1, 1));
    desk.engine.close().await;
    let mut folders = vec![desk.folder.path().to_owned()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
                continue;
            }
            files += 1;
            let bytes = std::fs::read(entry.path()).unwrap();
            let found = bytes.windows(wrong.len()).any(|w| w == wrong.as_bytes());
            assert!(!found, "{}", entry.path().display());
        }
    }
    assert!(files > 1, "the data folder holds the database");
}
