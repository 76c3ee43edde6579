//! Nothing is lost when the program is killed, and nothing is done twice.

use std::process::Stdio;
use std::time::{Duration, Instant};

use countersign_tests::make_pdf;

use crate::cli::Desk;

const CONTRACTS: u64 = 20;
/// One is long, so that it is under way whenever a short one is done.
const LONG: usize = 240;
const PATIENCE: Duration = Duration::from_secs(300);

fn completed(desk: &Desk) -> usize {
    desk.list()
        .iter()
        .filter(|row| row["state"] == "completed")
        .count()
}

/// Kills a working process as soon as `enough` reviews are done, or at the start for 0.
fn work_until_killed(desk: &Desk, enough: usize) {
    let mut worker = desk
        .command(&["resume"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while completed(desk) < enough && worker.try_wait().unwrap().is_none() {
        assert!(start.elapsed() < PATIENCE, "no progress");
    }
    worker.kill().unwrap();
    worker.wait().unwrap();
}

#[test]
fn killed_with_twenty_contracts_in_flight_all_are_completed_and_none_twice() {
    let desk = Desk::new();
    let files: Vec<_> = (0..CONTRACTS)
        .map(|n| {
            let pages = if n == 0 { LONG } else { 3 + n as usize % 5 };
            desk.file(
                &format!("contract {n}.pdf"),
                &make_pdf::contract_of(pages, n),
            )
        })
        .collect();
    let mut arguments = vec!["submit".into()];
    arguments.extend(files.iter().map(|file| file.as_os_str().to_owned()));
    assert!(desk.run(&arguments).status.success());
    assert_eq!(completed(&desk), 0, "submitting does no work");
    for enough in [0, 1, 3, 5] {
        work_until_killed(&desk, enough);
    }
    let before_the_last = completed(&desk);
    let output = desk.run(&["resume"]);
    assert!(
        output.status.success(),
        "{}",
        crate::cli::text(&output.stderr)
    );
    let rows = desk.list();
    assert_eq!(rows.len(), CONTRACTS as usize);
    assert!(
        rows.iter().all(|row| row["state"] == "completed"),
        "{rows:#?}"
    );
    assert!(
        before_the_last < CONTRACTS as usize,
        "the last start had something to resume"
    );
    assert!(rows.iter().any(|row| row["resumed"] == true));
    check_history(&desk, &rows);
}

/// Each step of each review was completed exactly once, whatever was tried before.
fn check_history(desk: &Desk, rows: &[serde_json::Value]) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let config = countersign_engine::config::Config::of_this_program(desk.data()).unwrap();
        let engine = countersign_engine::Engine::attach(config).await.unwrap();
        for row in rows {
            let review_id = row["id"].as_str().unwrap().to_owned();
            let history = engine
                .get_history(countersign_engine::views::ReviewId { review_id })
                .await
                .unwrap();
            for step in &history {
                let done = step
                    .attempts
                    .iter()
                    .filter(|a| a.outcome.as_deref() == Some("completed"))
                    .count();
                assert_eq!(
                    (step.state.as_str(), done),
                    ("completed", 1),
                    "{}",
                    step.key
                );
            }
            for once in ["read", "chunk", "judge", "synthesise", "deliver"] {
                assert_eq!(history.iter().filter(|step| step.key == once).count(), 1);
            }
        }
        engine.close().await;
    });
}
