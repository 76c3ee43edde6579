//! Our side and the type of a contract: chosen by a person, judged again, kept over a restart.

use std::time::Duration;

use countersign_contracts::clause::Side;
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

async fn open(folder: &std::path::Path) -> Engine {
    let mut config = Config::of_this_program(folder.join("data")).unwrap();
    config.reader_program = program();
    Engine::open(config).await.unwrap()
}

async fn report(engine: &Engine, id: &str) -> Option<Report> {
    let review_id = id.to_owned();
    let view = engine.get_review(ReviewId { review_id }).await.unwrap()?;
    // The report is kept before the review is delivered; until then it is still being worked on.
    view.row.finished_at.as_ref()?;
    view.report
}

fn fires(report: &Report, check: &str) -> bool {
    report
        .findings
        .iter()
        .any(|f| f.check == check && f.is_risk())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_side_and_type_judge_again_and_outlive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(folder.path()).await;
    let path = folder.path().join("services.md");
    std::fs::write(&path, CONTRACT).unwrap();
    let drop_ids = vec![engine.register_file(&path)];
    let submit = SubmitContracts {
        drop_ids,
        playbook: None,
    };
    let submitted = engine.submit_contracts(submit).await.unwrap();
    let id = submitted[0].review_id.clone().unwrap();
    let mut events = engine.events();
    let proposed = loop {
        if let Some(report) = report(&engine, &id).await {
            break report;
        }
        let waited = tokio::time::timeout(Duration::from_secs(60), events.recv()).await;
        waited.expect("the review ends within a minute").unwrap();
    };
    assert!(!proposed.contract.side_chosen && !proposed.contract.type_chosen);
    assert_eq!(proposed.contract.contract_type, "services");
    assert!(fires(&proposed, "buyer-indemnity-broad") && fires(&proposed, "cap-low"));
    let read_before = engine
        .get_history(ReviewId {
            review_id: id.clone(),
        })
        .await
        .unwrap();

    let side = |party: &str| ChooseSide {
        review_id: id.clone(),
        party: party.to_owned(),
    };
    let row = engine.choose_side(side("Acme Works Ltd")).await.unwrap();
    let theirs = report(&engine, &id).await.unwrap();
    assert_eq!(row.counts, theirs.summary.counts);
    let sides: Vec<Side> = theirs.contract.parties.iter().map(|p| p.side).collect();
    assert_eq!(sides, [Side::Ours, Side::Theirs]);
    assert!(
        !fires(&theirs, "buyer-indemnity-broad"),
        "it is the other side that indemnifies"
    );
    assert!(!fires(&theirs, "cap-low"), "the cap protects us");

    let nda = ChooseContractType {
        review_id: id.clone(),
        contract_type: ContractType::Nda,
    };
    engine.choose_contract_type(nda).await.unwrap();
    engine.close().await;
    // The data folder is let go of with the last handle.
    drop(engine);

    let again = open(folder.path()).await;
    let kept = report(&again, &id).await.unwrap();
    assert!(kept.contract.side_chosen && kept.contract.type_chosen);
    assert_eq!(kept.contract.contract_type, "nda");
    assert!(
        !fires(&kept, "no-convenience-exit"),
        "no check of services in an NDA"
    );
    let read_after = again
        .get_history(ReviewId {
            review_id: id.clone(),
        })
        .await
        .unwrap();
    assert_eq!(read_before, read_after, "nothing was read again");

    again.choose_side(side("Customer")).await.unwrap();
    let back = report(&again, &id).await.unwrap();
    assert!(fires(&back, "buyer-indemnity-broad"));
    let nobody = again.choose_side(side("Nobody Ltd")).await.unwrap_err();
    assert!(nobody.to_string().contains("Bramley Foods Ltd"), "{nobody}");
    again.close().await;
}
