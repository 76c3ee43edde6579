//! Playbooks of one's own: made, changed by form and text, tried without keeping anything, and judged by.

use std::path::Path;
use std::time::Duration;

use countersign_contracts::decision::Verdict;
use countersign_contracts::playbook::{BUILT_IN, Edit, Playbook};
use countersign_engine::Engine;
use countersign_engine::config::Config;
use countersign_engine::views::*;

use crate::cli::program;

const CONTRACT: &str = "# Managed Services Agreement\n\n\
    This Agreement is made as of March 1, 2025 between Acme Works Ltd (\"Supplier\") and Bramley Foods Ltd (\"Customer\").\n\n\
    1. Liability. Supplier's total liability under this Agreement shall not exceed the fees paid in the nine (9) months \
    before the claim.\n\n\
    2. Indemnity. Customer shall indemnify and hold harmless Supplier from any claim, loss or damage arising from any \
    breach of this Agreement.\n\n\
    3. Fees. Customer shall pay each invoice within thirty (30) days of its receipt.\n";

async fn open(folder: &Path) -> Engine {
    let mut config = Config::of_this_program(folder.join("data")).unwrap();
    config.reader_program = program();
    Engine::open(config).await.unwrap()
}

async fn review(engine: &Engine, folder: &Path, playbook: Option<&str>) -> String {
    let path = folder.join("services.md");
    std::fs::write(&path, CONTRACT).unwrap();
    let submit = SubmitContracts {
        drop_ids: vec![engine.register_file(&path)],
        playbook: playbook.map(str::to_owned),
    };
    let mut events = engine.events();
    let submitted = engine.submit_contracts(submit).await.unwrap();
    let review_id = submitted[0].review_id.clone().unwrap();
    while view(engine, &review_id).await.row.state != ReviewState::Completed {
        let waited = tokio::time::timeout(Duration::from_secs(60), events.recv()).await;
        waited.expect("the review ends within a minute").unwrap();
    }
    review_id
}

async fn view(engine: &Engine, id: &str) -> ReviewView {
    let review_id = id.to_owned();
    let view = engine.get_review(ReviewId { review_id }).await.unwrap();
    view.unwrap()
}

fn named(id: &str) -> PlaybookId {
    PlaybookId {
        playbook: id.to_owned(),
    }
}

fn severity(report: &Report, check: &str) -> Option<String> {
    let mut findings = report.findings.iter();
    let found = findings.find(|one| one.check == check && one.is_risk())?;
    Some(format!("{:?}", found.severity))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_playbook_is_duplicated_changed_tried_and_judged_by() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(folder.path()).await;
    let review_id = review(&engine, folder.path(), None).await;
    let before = view(&engine, &review_id).await;
    let report = before.report.clone().unwrap();
    assert_eq!(severity(&report, "cap-low").as_deref(), Some("High"));

    // A copy says only what is different, and for now nothing is.
    let copy = engine
        .duplicate_playbook(named("procurement"))
        .await
        .unwrap();
    assert!(copy.own && !copy.default);
    let opened = engine.get_playbook(named(&copy.id)).await.unwrap();
    assert!(opened.source.lines().count() < 10, "{}", opened.source);
    let trial = |source: &str| {
        engine.try_playbook(TryPlaybook {
            review_id: review_id.clone(),
            source: source.to_owned(),
        })
    };
    let same = trial(&opened.source).await.unwrap();
    assert!(same.added.is_empty() && same.removed.is_empty() && same.changed.is_empty());
    assert!(same.same > 0 && same.proposal == same.would_propose);

    // By the form: a stricter number, and a check that is left out.
    let edit = |source: String, edit: Edit| engine.edit_playbook(EditPlaybook { source, edit });
    let number = Edit::Number {
        check: "cap-low".to_owned(),
        name: "walk_away_months".to_owned(),
        value: 10.0,
    };
    let stricter = edit(opened.source.clone(), number).await.unwrap();
    let without = Edit::LeaveOut {
        check: "buyer-indemnity-broad".to_owned(),
        left_out: true,
    };
    let changed = edit(stricter.source, without).await.unwrap();
    assert!(changed.problem.is_none());
    let told = trial(&changed.source).await.unwrap();
    let checks = |list: &[TriedFinding]| -> Vec<String> {
        list.iter().map(|one| one.check.clone()).collect()
    };
    assert_eq!(checks(&told.removed), ["buyer-indemnity-broad"]);
    assert_eq!(checks(&told.added), [""; 0]);
    assert_eq!(told.changed.len(), 1);
    assert_eq!(told.changed[0].after.check, "cap-low");
    assert_eq!(
        (
            told.changed[0].before.severity,
            told.changed[0].after.severity
        ),
        (
            countersign_contracts::finding::Severity::High,
            countersign_contracts::finding::Severity::Critical
        )
    );
    assert_eq!(told.changed[0].after.page, Some(1));
    // Nothing of it was kept.
    assert_eq!(view(&engine, &review_id).await.report, before.report);

    let save = |source: &str, sha256: &str| SavePlaybook {
        source: source.to_owned(),
        opened: Some(OpenedPlaybook {
            playbook: copy.id.clone(),
            sha256: sha256.to_owned(),
        }),
    };
    engine
        .save_playbook(save(&changed.source, &opened.sha256))
        .await
        .unwrap();
    let late = engine
        .save_playbook(save(&opened.source, &opened.sha256))
        .await
        .unwrap_err();
    assert_eq!(late.code(), "playbook_changed");

    // Judged by it, decisions stay and the review names its rules.
    let decided = before.decisions.findings.iter().zip(&report.findings);
    let (cap, _) = decided
        .clone()
        .find(|(_, finding)| finding.check == "cap-low")
        .unwrap();
    let accept = DecideFinding {
        review_id: review_id.clone(),
        key: cap.key.clone(),
        verdict: Some(Verdict::Accepted),
        reason: String::new(),
    };
    engine.decide_finding(accept).await.unwrap();
    let row = engine
        .choose_playbook(ChoosePlaybook {
            review_id: review_id.clone(),
            playbook: copy.id.clone(),
        })
        .await
        .unwrap();
    assert_eq!(row.playbook, copy.name);
    let judged = view(&engine, &review_id).await;
    let after = judged.report.unwrap();
    assert_eq!(after.playbook.id, copy.id);
    assert_eq!(severity(&after, "cap-low").as_deref(), Some("Critical"));
    assert_eq!(severity(&after, "buyer-indemnity-broad"), None);
    let at = after.findings.iter().position(|f| f.check == "cap-low");
    let kept = &judged.decisions.findings[at.unwrap()];
    assert_eq!(kept.verdict, Some(Verdict::Accepted));
    assert!(kept.judged_otherwise.is_some());

    // The rules are the review's own: without the playbook it is as it was.
    engine.remove_playbook(named(&copy.id)).await.unwrap();
    assert_eq!(
        view(&engine, &review_id).await.report.unwrap().findings,
        after.findings
    );
    let gone = engine.get_playbook(named(&copy.id)).await.unwrap_err();
    assert_eq!(gone.code(), "no_such_playbook");
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_used_is_not_kept_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(folder.path()).await;
    let save = |source: &str| {
        engine.save_playbook(SavePlaybook {
            source: source.to_owned(),
            opened: None,
        })
    };
    let reading = engine
        .read_playbook(PlaybookText {
            source: "id = \"x\"\nname = \"X\"\nversion = \"1\"\n\n[[position]]\nid = \"a\"\nclause_kind = \"insurance\"\ntitle = \"T\"\nonly_if = [\"the moon is full\"]\n".to_owned(),
        })
        .await
        .unwrap();
    let problem = reading.problem.unwrap();
    assert_eq!(problem.line, 9);
    assert!(
        problem.message.contains("the moon is full"),
        "{}",
        problem.message
    );
    assert!(reading.outline.is_none());

    for (source, code) in [
        ("id = \"x", "playbook"),
        (BUILT_IN[0], "playbook_taken"),
        ("id = \"A b\"\nname = \"X\"\nversion = \"1\"\n", "setting"),
    ] {
        assert_eq!(save(source).await.unwrap_err().code(), code, "{source:.40}");
    }
    let saved = save("id = \"ours\"\nname = \"Ours\"\nversion = \"1\"\nextends = \"nda\"\n").await;
    assert_eq!(
        saved.unwrap_err().code(),
        "playbook",
        "what extends another one is not extended"
    );
    let own = "id = \"ours\"\nname = \"Ours\"\nversion = \"1\"\nextends = \"procurement\"\nonly = [\"cap-low\"]\n";
    assert_eq!(save(own).await.unwrap().checks, 1);
    assert_eq!(save(own).await.unwrap_err().code(), "playbook_taken");
    let missing = engine.remove_playbook(named("procurement")).await;
    assert_eq!(missing.unwrap_err().code(), "no_such_playbook");

    // A new review goes by it, with the playbook that it extends.
    let review_id = review(&engine, folder.path(), Some("ours")).await;
    let report = view(&engine, &review_id).await.report.unwrap();
    assert_eq!(report.playbook.name, "Ours");
    let checks: Vec<&str> = report.findings.iter().map(|f| f.check.as_str()).collect();
    assert!(checks.contains(&"cap-low") && !checks.contains(&"buyer-indemnity-broad"));
    let copies = [
        engine.duplicate_playbook(named("ours")).await.unwrap(),
        engine.duplicate_playbook(named("ours")).await.unwrap(),
        engine.duplicate_playbook(named("saas")).await.unwrap(),
    ];
    let ids: Vec<&str> = copies.iter().map(|copy| copy.id.as_str()).collect();
    assert_eq!(ids, ["ours-own", "ours-own-2", "saas-own"]);
    assert_eq!(copies[1].checks, 1);
    let saas = Playbook::parse(BUILT_IN[1]).unwrap();
    assert_eq!(copies[2].checks as usize, saas.positions.len());
    let own: Vec<bool> = engine
        .list_playbooks(Nothing {})
        .await
        .unwrap()
        .iter()
        .map(|row| row.own)
        .collect();
    assert_eq!(own.iter().filter(|own| **own).count(), 4);
    engine.close().await;
}
