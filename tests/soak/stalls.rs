//! Stopped (SIGSTOP) for longer than it may be away, while another takes its work over; then it goes on
//! as if nothing had happened.

use std::process::Command;
use std::time::Duration;

use countersign_engine::views::Nothing;
use countersign_store::faults::Mistake;
use countersign_tests::fault_server::{FaultServer, Latency, Options, Script};
use countersign_tests::make_pdf;
use tokio::process::Child;

use super::audit::Audit;
use super::house::{House, PATIENCE};

/// Longer than a transaction takes.
const A_LITTLE: Duration = Duration::from_millis(200);

fn signal(child: &Child, name: &str) {
    let id = child.id().expect("it still runs").to_string();
    let sent = Command::new("kill").args([name, &id]).status().unwrap();
    assert!(sent.success());
}

async fn within(patience: Duration, holds: impl Fn() -> bool) -> bool {
    let waited = tokio::time::timeout(patience, async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    });
    waited.await.is_ok()
}

/// Two programs at work in one folder: the first is stopped in the middle of its questions and its lock
/// is lost, as on a drive of the network; the second takes over; the first comes back.
async fn two_at_work(mistake: Option<Mistake>) -> Audit {
    let slow = Script {
        latency: Latency::Fixed { ms: 300 },
        ..Script::default()
    };
    let server = FaultServer::start(Options {
        script: slow,
        ..Options::default()
    })
    .await
    .unwrap();
    let mut house = House::new(&server.base_url()).await;
    if let Some(mistake) = mistake {
        house = house.mistaken(mistake);
    }
    for seed in 0..3 {
        let bytes = make_pdf::contract_of(3, seed);
        let file = house.desk.file(&format!("{seed}.pdf"), &bytes);
        house.submit(file).await;
    }
    let asked = || server.ledger().calls.len();
    let asked_twice = || server.ledger().by_key.values().any(|times| *times > 1);
    let mut first = house.start(&["resume"]);
    assert!(
        within(PATIENCE, || asked() >= 6).await,
        "questions are under way"
    );
    let beside = house.engine().await;
    signal(&first, "-STOP");
    // Stopped in the middle of a transaction it keeps everybody out: it is let go on a little.
    while tokio::time::timeout(A_LITTLE, beside.mark_notices_read(Nothing {}))
        .await
        .is_err()
    {
        signal(&first, "-CONT");
        within(A_LITTLE, || false).await;
        signal(&first, "-STOP");
    }
    beside.close().await;
    std::fs::remove_file(house.desk.data().join("engine.lock")).unwrap();
    let mut second = house.start(&["resume"]);
    assert!(
        within(PATIENCE, asked_twice).await,
        "the second asks what the first has asked"
    );
    signal(&first, "-CONT");
    let ended = tokio::time::timeout(Duration::from_secs(30), second.wait()).await;
    assert!(
        ended.is_ok() || mistake.is_some(),
        "the second comes to its end"
    );
    let ended = tokio::time::timeout(Duration::from_secs(5), first.wait()).await;
    assert!(ended.is_ok() || mistake.is_some(), "so does the first");
    for mut program in [first, second] {
        if program.id().is_some() {
            program.kill().await.unwrap();
        }
    }
    Audit::of(&house, &server.ledger()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_comes_back_too_late_completes_nothing() {
    let audit = two_at_work(None).await;
    // What it had in hand and not sent yet it may still send when it comes back, before it learns that the
    // work is another's: a fence keeps the answer out, and can't keep the question in.
    assert!(audit.paid_again <= audit.in_flight, "{audit}");
    let mut broken = audit.broken();
    broken.retain(|what| !what.ends_with("answers paid again"));
    assert_eq!(broken, Vec::<String>::new(), "{audit}");
    assert_eq!(audit.completed, 3);
    assert!(audit.in_flight > 0 && audit.sent_again > 0, "{audit}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completion_without_a_fence_is_noticed() {
    // The one that comes back may find that it had nothing in hand: then there was no mistake to notice.
    let mut audit = two_at_work(Some(Mistake::Unfenced)).await;
    for _ in 0..2 {
        if audit.uneven == 0 {
            audit = two_at_work(Some(Mistake::Unfenced)).await;
        }
    }
    assert!(audit.uneven > 0, "{:?}\n{audit}", audit.broken());
}
