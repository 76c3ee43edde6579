//! Steps claimed and completed each second, each commit forced to disk, beside apalis on the same disk.
//!
//! `cargo xtask bench queue`. Rounds take turns, so that what else the machine does hits all alike; the
//! medians are compared. A step of ours writes its attempt, its review's turn, its phase and the notice
//! of change besides; a job of apalis does not.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use countersign_store::Store;
use countersign_store::steps::{Claim, ClaimedStep, Fenced, NewPhase, NewStep, StepResult};
use countersign_store::submissions::{PlaybookRow, Submission};
use countersign_tests::figures::{Bound, Figures, median, option};
use tokio::sync::Notify;

const STEPS: usize = 2_000;
const REVIEWS: usize = 20;
const WORKERS: usize = 8;
/// Jobs a worker of apalis claims at once unless told otherwise.
const BATCH: usize = 10;
const ROUNDS: usize = 5;
const LEASE_MS: i64 = 30_000;
const BOOT: &str = "bench";

fn main() -> Result<(), Box<dyn Error>> {
    let peer = option("--peer").ok_or("expected --peer PROGRAM")?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let desk = tempfile::tempdir_in(option("--folder").unwrap_or_else(|| ".".to_owned()))?;
    let (mut ours, mut ours_many) = (Vec::new(), Vec::new());
    let (mut single, mut batched, mut forced) = (Vec::new(), Vec::new(), Vec::new());
    println!(
        "steps a second     ours, {WORKERS} at once   apalis, single   ours, {} at once   apalis, batched",
        WORKERS * BATCH
    );
    for round in 0..ROUNDS {
        let folder = desk.path().join(round.to_string());
        std::fs::create_dir(&folder)?;
        ours.push(runtime.block_on(work(&folder.join("ours.db"), WORKERS))?);
        single.push(apalis(&peer, &folder.join("single.db"), 1)?);
        ours_many.push(runtime.block_on(work(&folder.join("many.db"), WORKERS * BATCH))?);
        batched.push(apalis(&peer, &folder.join("batched.db"), BATCH)?);
        forced.push(forced_write(&folder)?);
        println!(
            "round {:<3} {:>24.0} {:>16.0} {:>18.0} {:>17.0}",
            round + 1,
            ours[round],
            single[round],
            ours_many[round],
            batched[round]
        );
        std::fs::remove_dir_all(&folder)?;
    }
    let mut figures = Figures::default();
    figures.add("a forced write, median", median(&forced), "ms");
    figures.add("ours, 8 at once", median(&ours), "a second");
    figures.add("apalis, single", median(&single), "a second");
    figures.add("ours, 80 at once", median(&ours_many), "a second");
    figures.add("apalis, batched", median(&batched), "a second");
    let ratio = median(&ours) / median(&single);
    figures.promise("8 at once / single", ratio, "", Bound::AtLeast(2.0));
    figures.add(
        "80 at once / batched",
        median(&ours_many) / median(&batched),
        "",
    );
    figures.finish()
}

/// Steps a second of our own queue, with so many at work at once.
async fn work(file: &Path, places: usize) -> Result<f64, Box<dyn Error>> {
    let doors = Store::open(file).await?;
    doors.commands.begin_boot(BOOT, 1, "bench", 0).await?;
    for review in 0..REVIEWS {
        doors.commands.submit(submission(review), 0).await?;
    }
    let store = doors.work.clone();
    for step in claim(&store, "reading", REVIEWS).await? {
        let done = store.complete_step(&step, BOOT, fan_out(), 1).await?;
        assert_eq!(done, Fenced::Accepted);
    }
    let (done, ended) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let start = Instant::now();
    // As the engine's workers do: the first claim fills all places, then each step that ends hands its
    // place to the next.
    for step in claim(&store, "offline", places).await? {
        let (store, done, ended) = (store.clone(), Arc::clone(&done), Arc::clone(&ended));
        tokio::spawn(async move {
            let mut at_work = vec![step];
            while let Some(step) = at_work.pop() {
                let next = Some(of_lane("offline"));
                let completed =
                    store.complete_and_claim(&step, BOOT, StepResult::default(), next, 2);
                if let Ok((Fenced::Accepted, claimed)) = completed.await {
                    done.fetch_add(1, Ordering::SeqCst);
                    at_work.extend(claimed.steps);
                }
            }
            ended.notify_one();
        });
    }
    while done.load(Ordering::SeqCst) < STEPS {
        ended.notified().await;
    }
    let seconds = start.elapsed().as_secs_f64();
    let after = claim(&store, "after", REVIEWS).await?;
    assert_eq!(after.len(), REVIEWS, "each review goes on once");
    drop(store);
    doors.work.close().await;
    doors.commands.close().await;
    Ok(STEPS as f64 / seconds)
}

async fn claim(
    store: &Store,
    lane: &'static str,
    most: usize,
) -> Result<Vec<ClaimedStep>, countersign_store::Error> {
    Ok(store.claim_steps(of_lane(lane), most).await?.steps)
}

fn of_lane(lane: &'static str) -> Claim {
    Claim {
        lane,
        boot_id: BOOT.to_owned(),
        now: 2,
        lease_until: 2 + LEASE_MS,
        models: None,
    }
}

fn submission(review: usize) -> Submission {
    Submission {
        contract_id: format!("contract-{review}"),
        review_id: format!("review-{review}"),
        file_name: format!("{review}.pdf"),
        media_type: "application/pdf",
        sha256: format!("hash-{review}"),
        size_bytes: 10,
        playbook: PlaybookRow {
            sha256: "rules".to_owned(),
            id: "rules".to_owned(),
            name: "Rules".to_owned(),
            version: "1".to_owned(),
            source: String::new(),
        },
        pipeline_version: 1,
        reader: "offline".to_owned(),
        providers: "[]".to_owned(),
        first: step("read".to_owned(), "read", "reading", None),
    }
}

fn fan_out() -> StepResult {
    let parts = STEPS / REVIEWS;
    let part = |n| {
        let key = format!("read_clauses/{n}");
        step(key, "read_clauses", "offline", Some("read_clauses"))
    };
    StepResult {
        phases: vec![NewPhase {
            name: "read_clauses",
            total: parts as u32,
            then_kind: "judge",
            then_lane: "after",
            then_phase: None,
        }],
        next: (0..parts).map(part).collect(),
        ..StepResult::default()
    }
}

fn step(
    key: String,
    kind: &'static str,
    lane: &'static str,
    phase: Option<&'static str>,
) -> NewStep {
    NewStep {
        key,
        kind,
        lane,
        phase,
        input: "0".to_owned(),
        need: None,
    }
}

/// Jobs a second of apalis, each worker with a batch of so many.
fn apalis(peer: &str, file: &Path, batch: usize) -> Result<f64, Box<dyn Error>> {
    let jobs = STEPS / if batch == 1 { 4 } else { 1 };
    let output = Command::new(peer)
        .arg(file)
        .args([jobs.to_string(), batch.to_string()])
        .stderr(std::process::Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("the peer ended with {}", output.status).into());
    }
    let seconds: f64 = String::from_utf8(output.stdout)?.trim().parse()?;
    Ok(jobs as f64 / seconds)
}

/// Milliseconds, the median of 50.
fn forced_write(folder: &Path) -> Result<f64, Box<dyn Error>> {
    let file = std::fs::File::create(folder.join("probe"))?;
    let mut times = Vec::new();
    for _ in 0..50 {
        let start = Instant::now();
        std::io::Write::write_all(&mut &file, &[1; 4096])?;
        file.sync_data()?;
        times.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(median(&times))
}
