//! How long a person's commands take while the workers are flooded.
//!
//! `cargo xtask bench flood [--merged PDF]`. A model that answers at once fills eight slots, the offline reader and the
//! reading children work through twenty contracts; meanwhile a person looks at lists, reports and the
//! history of a review of 400 pages, submits and pauses. The same commands are timed before, with
//! nothing going on. A PDF of one's own (real contracts merged into one, say) joins the load.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod workbench;

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use countersign_engine::Engine;
use countersign_engine::config::Config;
use countersign_engine::views::{Nothing, PauseAll, ReviewId, SubmitContracts};
use countersign_tests::fault_server::Script;
use countersign_tests::fault_server::process::FaultProcess;
use countersign_tests::figures::{Bound, Figures, option, percentile};
use countersign_tests::make_pdf;
use workbench::{ask, settle, submit};

const ROUNDS: usize = 200;
/// Between two rounds under load, so that they see all phases of it.
const PAUSE: Duration = Duration::from_millis(150);
const CONTRACTS: usize = 20;
const LONGEST: usize = 400;
const BOUND_MS: f64 = 50.0;
const COMMANDS: [&str; 6] = [
    "list_reviews",
    "get_review",
    "get_history",
    "submit_contracts",
    "pause_review",
    "resume_review",
];

type Times = [Vec<f64>; COMMANDS.len()];

fn main() -> Result<(), Box<dyn Error>> {
    countersign_engine::child::run_if_asked();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    runtime.block_on(bench())
}

async fn bench() -> Result<(), Box<dyn Error>> {
    let program = option("--server").ok_or("expected --server PROGRAM")?;
    let server = FaultProcess::start(program.as_ref(), &[])?;
    server.follow(&Script::default())?;
    let desk = tempfile::tempdir_in(option("--folder").unwrap_or_else(|| ".".to_owned()))?;
    let engine = Engine::open(Config::of_this_program(desk.path().join("data"))?).await?;
    ask(&engine, server.base_url(), 8).await?;

    let long = submit(
        &engine,
        desk.path(),
        "long",
        &make_pdf::contract_of(LONGEST, 0),
    )
    .await?;
    settle(&engine, None).await?;
    let history = engine.get_history(of(&long)).await?;
    println!(
        "looked at: a completed review of {LONGEST} pages, {} steps",
        history.len()
    );

    engine.pause_all(PauseAll { paused: true }).await?;
    let held = submit(&engine, desk.path(), "held", &make_pdf::contract_of(2, 999)).await?;
    let mut unloaded = Times::default();
    for round in 0..ROUNDS {
        person(&engine, desk.path(), (&long, &held), round, &mut unloaded).await?;
    }
    let mut load = Vec::new();
    for n in 0..CONTRACTS {
        let pages = 4 + n * (LONGEST - 4) / (CONTRACTS - 1);
        load.push(
            submit(
                &engine,
                desk.path(),
                &format!("load {n}"),
                &make_pdf::contract_of(pages, 1 + n as u64),
            )
            .await?,
        );
    }
    if let Some(file) = option("--merged") {
        load.push(submit(&engine, desk.path(), "merged", &std::fs::read(&file)?).await?);
        println!("among the load: {file}");
    }
    engine.pause_all(PauseAll { paused: false }).await?;
    let mut loaded = Times::default();
    let mut rounds = 0;
    let last = load.last().map_or(held.as_str(), String::as_str);
    while rounds < ROUNDS && is_flooded(&engine, &load).await? {
        let looked_at = (long.as_str(), last);
        person(
            &engine,
            desk.path(),
            looked_at,
            ROUNDS + rounds,
            &mut loaded,
        )
        .await?;
        rounds += 1;
        tokio::time::sleep(PAUSE).await;
    }
    let calls = server.ledger()?.calls.len();
    println!(
        "{rounds} rounds of commands while {CONTRACTS} contracts of 4 to {LONGEST} pages were worked off, {calls} questions asked"
    );
    engine.close().await;

    let mut figures = Figures::default();
    let enough = Bound::AtLeast(ROUNDS as f64);
    figures.promise("rounds under load", rounds as f64, "", enough);
    for ((name, before), after) in COMMANDS.iter().zip(&unloaded).zip(&loaded) {
        figures.add(
            format!("{name}, unloaded p50"),
            percentile(before, 50),
            "ms",
        );
        figures.add(
            format!("{name}, unloaded p99"),
            percentile(before, 99),
            "ms",
        );
        figures.add(format!("{name}, loaded p50"), percentile(after, 50), "ms");
        let bound = Bound::AtMost(BOUND_MS.max(1.5 * percentile(before, 99)));
        let p99 = percentile(after, 99);
        figures.promise(format!("{name}, loaded p99"), p99, "ms", bound);
        figures.add(format!("{name}, loaded most"), percentile(after, 100), "ms");
    }
    figures.finish()
}

/// One of each command, as a person at the window gives them.
async fn person(
    engine: &Engine,
    folder: &Path,
    (long, held): (&str, &str),
    round: usize,
    times: &mut Times,
) -> Result<(), Box<dyn Error>> {
    let [list, review, history, submits, pause, resume] = times;
    let start = Instant::now();
    let rows = engine.list_reviews(Nothing {}).await?;
    took(list, start);
    assert!(rows.len() > 1);

    let start = Instant::now();
    let view = engine.get_review(of(long)).await?;
    took(review, start);
    assert!(view.is_some_and(|view| view.report.is_some()));

    let start = Instant::now();
    let steps = engine.get_history(of(long)).await?;
    took(history, start);
    assert!(steps.len() > LONGEST / 4);

    // A comment behind the end makes each another file.
    let bytes = [
        SMALL.with(Clone::clone).as_slice(),
        format!("% {round}\n").as_bytes(),
    ]
    .concat();
    let path = folder.join(format!("small {round}.pdf"));
    std::fs::write(&path, bytes)?;
    let drop_ids = vec![engine.register_file(&path)];
    let start = Instant::now();
    let submitted = engine
        .submit_contracts(SubmitContracts {
            drop_ids,
            playbook: None,
        })
        .await?;
    took(submits, start);
    assert!(submitted[0].review_id.is_some(), "{submitted:?}");

    let start = Instant::now();
    engine.pause_review(of(held)).await?;
    took(pause, start);
    let start = Instant::now();
    engine.resume_review(of(held)).await?;
    took(resume, start);
    Ok(())
}

thread_local! {
    static SMALL: Vec<u8> = make_pdf::contract_of(2, 1_000);
}

fn took(times: &mut Vec<f64>, start: Instant) {
    times.push(start.elapsed().as_secs_f64() * 1000.0);
}

async fn is_flooded(engine: &Engine, load: &[String]) -> Result<bool, Box<dyn Error>> {
    let unfinished = engine.unfinished_reviews().await?;
    Ok(load.iter().any(|id| unfinished.contains(id)))
}

fn of(id: &str) -> ReviewId {
    ReviewId {
        review_id: id.to_owned(),
    }
}
