//! Findings that a person makes of words they select: in the report, decided, exported, kept over a
//! judgement made again, and removed.

use std::path::Path;
use std::time::Duration;

use countersign_contracts::decision::Verdict;
use countersign_contracts::document::Bbox;
use countersign_contracts::finding::{Finding, Severity};
use countersign_engine::Engine;
use countersign_engine::config::Config;
use countersign_engine::exports::ExportFormat;
use countersign_engine::views::*;

use crate::cli::program;

const CONTRACT: &str = "# Managed Services Agreement\n\n\
    This Agreement is made as of March 1, 2025 between Acme Works Ltd (\"Supplier\") and Bramley Foods Ltd (\"Customer\").\n\n\
    1. Liability. Supplier's total liability under this Agreement shall not exceed the fees paid in the nine (9) months \
    before the claim.\n\n\
    2. Colours. The hats of the Supplier's staff shall be blue at all times.\n";

async fn reviewed(folder: &Path) -> (Engine, String) {
    let mut config = Config::of_this_program(folder.join("data")).unwrap();
    config.reader_program = program();
    let engine = Engine::open(config).await.unwrap();
    let path = folder.join("services.md");
    std::fs::write(&path, CONTRACT).unwrap();
    let submit = SubmitContracts {
        drop_ids: vec![engine.register_file(&path)],
        playbook: None,
    };
    let mut events = engine.events();
    let submitted = engine.submit_contracts(submit).await.unwrap();
    let review_id = submitted[0].review_id.clone().unwrap();
    while view(&engine, &review_id).await.row.state != ReviewState::Completed {
        let waited = tokio::time::timeout(Duration::from_secs(60), events.recv()).await;
        waited.expect("the review ends within a minute").unwrap();
    }
    (engine, review_id)
}

async fn view(engine: &Engine, id: &str) -> ReviewView {
    let review_id = id.to_owned();
    let view = engine.get_review(ReviewId { review_id }).await.unwrap();
    view.unwrap()
}

fn own(view: &ReviewView) -> Vec<(&Finding, Option<Verdict>)> {
    let findings = &view.report.as_ref().unwrap().findings;
    findings
        .iter()
        .zip(&view.decisions.findings)
        .filter(|(finding, _)| finding.check.starts_with("own/"))
        .map(|(finding, decision)| (finding, decision.verdict))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_of_ones_own_stands_in_the_report_until_it_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, review_id) = reviewed(folder.path()).await;
    let before = view(&engine, &review_id).await;
    let contract_id = before.row.contract_id.clone();
    let words = FindWords {
        contract_id,
        text: "staff shall be blue".to_owned(),
    };
    let found = engine.find_words(words).await.unwrap();
    assert_eq!(found.places.len(), 1);
    let place = OnPage {
        page: found.places[0].page,
        boxes: found.places[0].boxes.clone(),
    };
    let add = |places: Vec<OnPage>, title: &str| {
        engine.add_finding(AddFinding {
            review_id: review_id.clone(),
            places,
            title: title.to_owned(),
            severity: Severity::High,
            explanation: "Blue hats cost more.".to_owned(),
            ask: "Hats of any colour.".to_owned(),
        })
    };
    let nowhere = OnPage {
        page: 1,
        boxes: vec![Bbox([0.0, 0.0, 1.0, 1.0])],
    };
    for refused in [
        add(vec![nowhere], "Hats").await,
        add(vec![place.clone()], "  ").await,
    ] {
        assert_eq!(refused.unwrap_err().code(), "setting");
    }
    let made = add(vec![place], "Hats must be blue").await.unwrap();

    let after = view(&engine, &review_id).await;
    let [(finding, None)] = own(&after)[..] else {
        panic!("{:?}", own(&after));
    };
    assert_eq!(finding.citations[0].quote, "staff shall be blue");
    assert!(finding.citations[0].verified && finding.is_risk());
    let (was, is) = (before.report.unwrap(), after.report.clone().unwrap());
    assert_eq!(is.summary.counts.high, was.summary.counts.high + 1);
    assert_eq!(is.summary.proposal, was.summary.proposal);

    let accept = DecideFinding {
        review_id: review_id.clone(),
        key: made.key.clone(),
        verdict: Some(Verdict::Accepted),
        reason: String::new(),
    };
    engine.decide_finding(accept).await.unwrap();
    let explain = ExplainFinding {
        review_id: review_id.clone(),
        key: made.key,
    };
    let explained = engine.explain_finding(explain).await.unwrap();
    assert!(explained.position.is_empty() && explained.conditions.is_empty());
    for format in [
        ExportFormat::Json,
        ExportFormat::Markdown,
        ExportFormat::Csv,
        ExportFormat::LetterMarkdown,
    ] {
        let export = ExportReview {
            review_id: review_id.clone(),
            format,
        };
        let export = engine.export_review(export).await.unwrap();
        assert!(export.content.contains("Hats of any colour"), "{format:?}");
    }

    // Judged again it stays, and so does what was decided.
    let choose = ChooseContractType {
        review_id: review_id.clone(),
        contract_type: ContractType::Goods,
    };
    engine.choose_contract_type(choose).await.unwrap();
    let again = view(&engine, &review_id).await;
    assert_eq!(own(&again)[0].1, Some(Verdict::Accepted));

    let remove = || {
        engine.remove_finding(RemoveFinding {
            review_id: review_id.clone(),
            check: made.check.clone(),
        })
    };
    remove().await.unwrap();
    assert_eq!(own(&view(&engine, &review_id).await), []);
    assert_eq!(remove().await.unwrap_err().code(), "no_such_finding");
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_says_of_a_finding_stands_in_place_of_the_playbook() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, review_id) = reviewed(folder.path()).await;
    let before = view(&engine, &review_id).await;
    let report = before.report.clone().unwrap();
    let mut checks = report.findings.iter();
    let at = checks.position(|one| one.check == "cap-low").unwrap();
    let key = before.decisions.findings[at].key.clone();
    assert_eq!(report.findings[at].severity, Severity::High);
    let edit = |key: &str, said: Option<(Severity, &str)>| {
        engine.edit_finding(EditFinding {
            review_id: review_id.clone(),
            key: key.to_owned(),
            said: said.map(|(severity, ask)| SaidOfFinding {
                severity,
                ask: ask.to_owned(),
            }),
        })
    };
    edit(&key, Some((Severity::Low, "Ten months will do.")))
        .await
        .unwrap();
    let after = view(&engine, &review_id).await;
    let edited = after.report.clone().unwrap();
    assert_eq!(edited.findings[at].severity, Severity::Low);
    assert_eq!(edited.findings[at].ask, "Ten months will do.");
    assert_eq!(
        after.decisions.findings[at].key, key,
        "it is the same finding"
    );
    assert_eq!(edited.summary.counts.low, report.summary.counts.low + 1);
    assert_eq!(after.edited.len(), 1);
    assert_eq!(
        (after.edited[0].severity, after.edited[0].ask.as_str()),
        (Severity::High, report.findings[at].ask.as_str())
    );
    let letter = ExportReview {
        review_id: review_id.clone(),
        format: ExportFormat::LetterMarkdown,
    };
    let letter = engine.export_review(letter).await.unwrap();
    assert!(letter.content.contains("Ten months will do"));

    let other = edit(&"0".repeat(64), Some((Severity::Low, ""))).await;
    assert_eq!(other.unwrap_err().code(), "no_such_finding");
    edit(&key, None).await.unwrap();
    let back = view(&engine, &review_id).await;
    assert_eq!(back.report, before.report);
    assert_eq!(back.edited, []);
    engine.close().await;
}
