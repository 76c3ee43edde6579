//! How long a short contract takes behind a long one, beside the time it takes alone.
//!
//! `cargo xtask bench turns`. A contract of 4 pages is submitted right after one of 400, by the offline
//! reader alone and with a model of 200 ms that answers eight questions at once. Alone and behind take
//! turns; the medians are compared.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod workbench;

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use countersign_engine::Engine;
use countersign_engine::config::Config;
use countersign_engine::views::ReviewId;
use countersign_tests::fault_server::process::FaultProcess;
use countersign_tests::fault_server::{Latency, Script};
use countersign_tests::figures::{Bound, Figures, median, option};
use countersign_tests::make_pdf;
use workbench::{ask, settle, submit};

const ROUNDS: u64 = 5;
const SHORT: usize = 4;
const LONG: usize = 400;
const LATENCY_MS: u64 = 200;
const PROMISE: f64 = 2.0;

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
    server.follow(&Script {
        latency: Latency::Fixed { ms: LATENCY_MS },
        ..Script::default()
    })?;
    let desk = tempfile::tempdir_in(option("--folder").unwrap_or_else(|| ".".to_owned()))?;
    let engine = Engine::open(Config::of_this_program(desk.path().join("data"))?).await?;
    let mut figures = Figures::default();
    let mut seed = 0;
    for reader in ["offline", "with a model"] {
        if reader != "offline" {
            ask(&engine, server.base_url(), 8).await?;
        }
        let (mut alone, mut behind) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            seed += 3;
            alone.push(short(&engine, desk.path(), seed).await?);
            let long = make_pdf::contract_of(LONG, seed + 1);
            let name = format!("long {seed}");
            let long = submit(&engine, desk.path(), &name, &long).await?;
            behind.push(short(&engine, desk.path(), seed + 2).await?);
            let unfinished = engine.unfinished_reviews().await?;
            assert!(
                unfinished.contains(&long),
                "the long one is still under way"
            );
            engine.stop_review(ReviewId { review_id: long }).await?;
            settle(&engine, None).await?;
            let at = round as usize;
            println!(
                "{reader}, round {}: alone {:.2} s, behind {:.2} s",
                round + 1,
                alone[at],
                behind[at]
            );
        }
        figures.add(format!("{reader}, alone"), median(&alone), "s");
        figures.add(format!("{reader}, behind"), median(&behind), "s");
        let ratio = median(&behind) / median(&alone);
        let bound = Bound::AtMost(PROMISE);
        figures.promise(format!("{reader}, behind / alone"), ratio, "", bound);
    }
    engine.close().await;
    figures.finish()
}

/// Seconds from the submit of a short contract to its report.
async fn short(engine: &Engine, folder: &Path, seed: u64) -> Result<f64, Box<dyn Error>> {
    let bytes = make_pdf::contract_of(SHORT, seed);
    let start = Instant::now();
    let review = submit(engine, folder, &format!("short {seed}"), &bytes).await?;
    settle(engine, Some(&[review])).await?;
    Ok(start.elapsed().as_secs_f64())
}
