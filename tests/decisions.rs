//! What a person decided about findings: kept over a restart and a judgement made again, taken back,
//! and told in every export.

use std::path::Path;
use std::time::Duration;

use countersign_contracts::decision::{DecisionKind, Verdict};
use countersign_engine::Engine;
use countersign_engine::config::Config;
use countersign_engine::views::*;

use crate::cli::program;

const CONTRACT: &str = "# Managed Services Agreement\n\n\
    This Agreement is made as of March 1, 2025 between Acme Works Ltd (\"Supplier\") and Bramley Foods Ltd (\"Customer\").\n\n\
    1. Liability. Supplier's total liability under this Agreement shall not exceed the fees paid in the three (3) months \
    before the claim.\n\n\
    2. Indemnity. Customer shall indemnify and hold harmless Supplier from any claim, loss or damage arising from any \
    breach of this Agreement.\n\n\
    3. Fees. Customer shall pay each invoice within thirty (30) days of its receipt.\n";

struct Desk {
    engine: Engine,
    review_id: String,
}

impl Desk {
    async fn open(folder: &Path) -> Engine {
        let mut config = Config::of_this_program(folder.join("data")).unwrap();
        config.reader_program = program();
        Engine::open(config).await.unwrap()
    }

    async fn review(folder: &Path) -> Self {
        let engine = Self::open(folder).await;
        let path = folder.join("services.md");
        std::fs::write(&path, CONTRACT).unwrap();
        let submit = SubmitContracts {
            drop_ids: vec![engine.register_file(&path)],
            playbook: None,
        };
        let mut events = engine.events();
        let submitted = engine.submit_contracts(submit).await.unwrap();
        let review_id = submitted[0].review_id.clone().unwrap();
        let desk = Self { engine, review_id };
        while desk.view().await.report.is_none() {
            let waited = tokio::time::timeout(Duration::from_secs(60), events.recv()).await;
            waited.expect("the review ends within a minute").unwrap();
        }
        desk
    }

    fn id(&self) -> ReviewId {
        ReviewId {
            review_id: self.review_id.clone(),
        }
    }

    async fn view(&self) -> ReviewView {
        self.engine.get_review(self.id()).await.unwrap().unwrap()
    }

    /// Place and key of the finding of a check.
    async fn finding(&self, check: &str) -> (usize, String) {
        let view = self.view().await;
        let findings = view.report.unwrap().findings;
        let at = findings.iter().position(|one| one.check == check).unwrap();
        (at, view.decisions.findings[at].key.clone())
    }

    async fn decide(
        &self,
        key: &str,
        verdict: Option<Verdict>,
        reason: &str,
    ) -> Result<DecisionsView, countersign_engine::error::Error> {
        let argument = DecideFinding {
            review_id: self.review_id.clone(),
            key: key.to_owned(),
            verdict,
            reason: reason.to_owned(),
        };
        self.engine.decide_finding(argument).await
    }

    async fn undo(&self, decision: Option<i64>) -> DecisionsView {
        let review_id = self.review_id.clone();
        let argument = UndoDecision {
            review_id,
            decision,
        };
        self.engine.undo_decision(argument).await.unwrap()
    }

    async fn export(&self, format: ExportFormat) -> String {
        let argument = ExportReview {
            review_id: self.review_id.clone(),
            format,
        };
        self.engine.export_review(argument).await.unwrap().content
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_outlives_a_restart_and_a_judgement_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::review(folder.path()).await;
    let (cap, key) = desk.finding("cap-low").await;
    let decided = desk
        .decide(
            &key,
            Some(Verdict::Dismissed),
            "  Agreed with the business ",
        )
        .await
        .unwrap();
    assert_eq!(decided.findings[cap].verdict, Some(Verdict::Dismissed));
    assert_eq!(decided.findings[cap].reason, "Agreed with the business");
    assert_eq!(decided.history[0].finding, u32::try_from(cap).ok());
    let Desk { engine, review_id } = desk;
    engine.close().await;
    drop(engine);

    let engine = Desk::open(folder.path()).await;
    let desk = Desk { engine, review_id };
    assert_eq!(desk.view().await.decisions, decided);

    // Our side is the other party now: the same words, judged otherwise, still carry what was decided.
    let side = ChooseSide {
        review_id: desk.review_id.clone(),
        party: "Acme Works Ltd".to_owned(),
    };
    desk.engine.choose_side(side).await.unwrap();
    let view = desk.view().await;
    let findings = view.report.unwrap().findings;
    let settled: Vec<_> = view
        .decisions
        .findings
        .iter()
        .zip(&findings)
        .filter(|(decision, _)| decision.verdict.is_some())
        .collect();
    match settled.as_slice() {
        [(decision, finding)] => {
            assert_eq!(
                (decision.key.as_str(), finding.check.as_str()),
                (key.as_str(), "cap-low")
            );
            let then = decision
                .judged_otherwise
                .map(|then| (then.outcome, then.severity));
            assert!(then.is_none_or(|then| then != (finding.outcome, finding.severity)));
        }
        [] => assert_eq!(
            view.decisions.history[0].finding, None,
            "it is told, with no finding"
        ),
        more => panic!("one was decided, {} are settled", more.len()),
    }
    desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_are_told_once_taken_back_in_turn_and_stand_in_every_export() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::review(folder.path()).await;
    let (cap, cap_key) = desk.finding("cap-low").await;
    let (indemnity, indemnity_key) = desk.finding("buyer-indemnity-broad").await;

    let refused = desk.decide(&cap_key, Some(Verdict::Dismissed), "  ").await;
    assert_eq!(refused.unwrap_err().code(), "no_reason");
    let refused = desk.decide("no such finding", None, "").await;
    assert_eq!(refused.unwrap_err().code(), "no_such_finding");

    desk.decide(&cap_key, Some(Verdict::Accepted), "")
        .await
        .unwrap();
    desk.decide(&cap_key, Some(Verdict::Accepted), "")
        .await
        .unwrap();
    desk.decide(
        &indemnity_key,
        Some(Verdict::Dismissed),
        "=SUM(insured) *elsewhere*",
    )
    .await
    .unwrap();
    let note = NoteFinding {
        review_id: desk.review_id.clone(),
        key: cap_key.clone(),
        note: "Ask Mary".to_owned(),
    };
    let now = desk.engine.note_finding(note).await.unwrap();
    assert_eq!(
        now.history.iter().map(|one| one.kind).collect::<Vec<_>>(),
        [
            DecisionKind::Noted,
            DecisionKind::Dismissed,
            DecisionKind::Accepted
        ],
        "what is decided already is not written down again"
    );

    let markdown = desk.export(ExportFormat::Markdown).await;
    assert!(
        markdown.contains("**Decided:** accepted, to be raised"),
        "{markdown}"
    );
    assert!(
        markdown.contains(r"**Decided:** dismissed: =SUM(insured) \*elsewhere\*"),
        "{markdown}"
    );
    assert!(markdown.contains("**Note:** Ask Mary"), "{markdown}");
    let csv = desk.export(ExportFormat::Csv).await;
    assert!(
        csv.lines()
            .next()
            .unwrap()
            .ends_with("decision,reason,note"),
        "{csv}"
    );
    assert!(csv.contains("accepted,,Ask Mary"), "{csv}");
    assert!(
        csv.contains("dismissed,'=SUM(insured) *elsewhere*,"),
        "{csv}"
    );
    let json: serde_json::Value =
        serde_json::from_str(&desk.export(ExportFormat::Json).await).unwrap();
    let told = |at: usize| {
        let all = json["decisions"].as_array().unwrap();
        all.iter()
            .find(|one| one["finding"] == at)
            .cloned()
            .unwrap()
    };
    assert_eq!(told(cap)["verdict"], "accepted");
    assert_eq!(told(cap)["note"], "Ask Mary");
    assert_eq!(told(indemnity)["reason"], "=SUM(insured) *elsewhere*");

    // The newest first, or the one that is named.
    let first = now.history[2].id;
    let back = desk.undo(None).await;
    assert_eq!(back.findings[cap].note, "");
    assert_eq!(back.findings[cap].verdict, Some(Verdict::Accepted));
    let back = desk.undo(Some(first)).await;
    assert_eq!(back.findings[cap].verdict, None);
    assert_eq!(back.findings[indemnity].verdict, Some(Verdict::Dismissed));
    assert_eq!(
        desk.undo(Some(first)).await,
        back,
        "it was taken back before"
    );
    let reopened = desk.decide(&indemnity_key, None, "").await.unwrap();
    assert_eq!(reopened.findings[indemnity].verdict, None);
    assert_eq!(
        reopened
            .history
            .iter()
            .filter(|one| one.undone_at.is_some())
            .count(),
        2
    );
    desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_says_by_what_rule_and_from_what_clause_it_came_and_its_words_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::review(folder.path()).await;
    let (_, key) = desk.finding("cap-low").await;
    let why = ExplainFinding {
        review_id: desk.review_id.clone(),
        key,
    };
    let explained = desk.engine.explain_finding(why).await.unwrap();
    assert_eq!(explained.position, "Size of the liability cap");
    assert_eq!(
        explained.conditions,
        ["bound is theirs or both", "cap.months < walk_away_months"]
    );
    let [clause] = explained.clauses.as_slice() else {
        panic!("one clause caps liability: {:?}", explained.clauses);
    };
    assert_eq!((clause.reader.as_str(), clause.page), ("offline", 1));
    assert!(
        clause.text.contains("shall not exceed the fees paid"),
        "{}",
        clause.text
    );
    assert!(
        clause.facts.iter().any(|fact| fact.value == "3 months"),
        "{:?}",
        clause.facts
    );

    let view = desk.view().await;
    let words = |text: &str| FindWords {
        contract_id: view.row.contract_id.clone(),
        text: text.to_owned(),
    };
    let found = desk
        .engine
        .find_words(words("supplier's TOTAL liability"))
        .await
        .unwrap();
    assert_eq!(found.places.len(), 1);
    assert_eq!((found.places[0].page, found.more), (1, false));
    assert!(
        desk.engine
            .find_words(words("no such words"))
            .await
            .unwrap()
            .places
            .is_empty()
    );
    desk.engine.close().await;
}
