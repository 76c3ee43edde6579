//! A disk that ends at each page a review adds to the database, one after the other.

use std::time::Duration;

use countersign_engine::Engine;
use countersign_engine::config::Config;
use countersign_engine::views::{Nothing, ReviewId};
use countersign_tests::fault_server::{FaultServer, Options};
use countersign_tests::make_pdf;
use tokio::task::JoinSet;

use super::audit::Audit;
use super::house::{House, PATIENCE};
use crate::cli::program;

const PAGE_BYTES: u64 = 4096;
/// Disks at a time.
const AT_ONCE: u32 = 6;
/// No review of one page adds more.
const MOST_PAGES: u32 = 600;
const NO_LIMIT: u32 = 1 << 30;

async fn until(engine: &Engine, review_id: &str, patience: Duration) -> Option<&'static str> {
    let waited = tokio::time::timeout(patience, async {
        loop {
            let review_id = review_id.to_owned();
            let view = engine.get_review(ReviewId { review_id }).await.unwrap();
            let view = view.unwrap();
            let second = view
                .report
                .and_then(|report| report.coverage.second_reading);
            // The second reading goes on behind a completed review.
            if view.row.finished_at.is_some() && second.is_none_or(|second| !second.under_way) {
                return "ended";
            }
            let status = engine.get_status(Nothing {}).await.unwrap();
            if status.problems.iter().any(|p| p.code == "disk_full") {
                return "disk_full";
            }
            tokio::task::yield_now().await;
        }
    });
    waited.await.ok()
}

/// A review on a disk with room for `pages` more: whether the disk was full on the way.
async fn room_for(pages: u32) -> bool {
    let server = FaultServer::start(Options::default()).await.unwrap();
    let mut house = House::new(&server.base_url()).await;
    let file = house.desk.file("1.pdf", &make_pdf::contract_of(1, 1));
    let review_id = house.submit(file).await;
    let database = house.desk.data().join("countersign.db");
    let size = std::fs::metadata(database).unwrap().len() / PAGE_BYTES;
    let mut config = Config::of_this_program(house.desk.data()).unwrap();
    config.reader_program = program();
    let engine = Engine::open(config).await.unwrap();
    engine
        .limit_database_pages(size as u32 + pages)
        .await
        .unwrap();
    let met = until(&engine, &review_id, PATIENCE).await;
    let full = met.expect("it ends or says that the disk is full") == "disk_full";
    if full {
        engine.limit_database_pages(NO_LIMIT).await.unwrap();
        let ended = tokio::time::timeout(PATIENCE, async {
            while until(&engine, &review_id, PATIENCE).await != Some("ended") {
                tokio::task::yield_now().await;
            }
        });
        ended.await.expect("it goes on by itself");
    }
    engine.close().await;
    let audit = Audit::of(&house, &server.ledger()).await;
    assert_eq!(
        audit.broken(),
        Vec::<String>::new(),
        "{pages} pages\n{audit}"
    );
    assert_eq!(
        (audit.completed, audit.sent_again),
        (1, 0),
        "{pages} pages\n{audit}"
    );
    full
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_at_any_page_holds_the_review_up_and_costs_nothing() {
    let mut pauses = 0;
    for first in (0..MOST_PAGES).step_by(AT_ONCE as usize) {
        let mut disks = JoinSet::new();
        for pages in first..first + AT_ONCE {
            let runtime = tokio::runtime::Handle::current();
            disks.spawn_blocking(move || runtime.block_on(room_for(pages)));
        }
        let full = disks
            .join_all()
            .await
            .into_iter()
            .filter(|full| *full)
            .count();
        pauses += full;
        if full == 0 {
            break;
        }
    }
    eprintln!("full at {pauses} pages, gone on from each");
    assert!(pauses > 5, "{pauses}");
}
