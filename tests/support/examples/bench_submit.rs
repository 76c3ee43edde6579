//! How long a person waits for a submit, with nothing going on and with twenty contracts in flight.
//!
//! `cargo xtask bench submit [--corpus DIR]`. Three runs of each, in turn; a forced write of a small file
//! is timed beside every submit, since that is what a submit waits for.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use countersign_engine::Engine;
use countersign_engine::config::Config;
use countersign_engine::views::SubmitContracts;
use countersign_tests::make_pdf;

const SUBMITS: usize = 200;
const IN_FLIGHT: usize = 20;
const LONGEST: usize = 154;
const RUNS: usize = 3;
const BOUND_MS: f64 = 50.0;

struct Run {
    submit: Vec<Duration>,
    fsync: Vec<Duration>,
}

fn main() -> Result<(), Box<dyn Error>> {
    countersign_engine::child::run_if_asked();
    let corpus = std::env::args()
        .skip_while(|a| a != "--corpus")
        .nth(1)
        .map(PathBuf::from);
    let load = contracts(corpus.as_deref())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let (mut unloaded, mut loaded) = (Vec::new(), Vec::new());
    println!(
        "{:<10} {:>4} {:>12} {:>12} {:>12} {:>12}",
        "", "run", "p50 ms", "p99 ms", "max ms", "fsync p99 ms"
    );
    for run in 0..RUNS {
        unloaded.push(show("unloaded", run, &runtime.block_on(measure(&[], run))?));
        loaded.push(show("loaded", run, &runtime.block_on(measure(&load, run))?));
    }
    let (unloaded, loaded) = (median(unloaded), median(loaded));
    let bound = BOUND_MS.max(1.5 * unloaded);
    println!("median p99: unloaded {unloaded:.1} ms, loaded {loaded:.1} ms, bound {bound:.1} ms");
    if loaded > bound {
        return Err("the loaded p99 is past its bound".into());
    }
    Ok(())
}

/// Twenty contracts from 1 to 154 pages: real ones spread over the corpus, or made-up ones.
fn contracts(corpus: Option<&Path>) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let Some(folder) = corpus else {
        let pages = |n: usize| 1 + n * (LONGEST - 1) / (IN_FLIGHT - 1);
        return Ok((0..IN_FLIGHT)
            .map(|n| make_pdf::contract_of(pages(n), n as u64))
            .collect());
    };
    let mut files: Vec<(u64, PathBuf)> = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "pdf") {
            files.push((path.metadata()?.len(), path));
        }
    }
    files.sort();
    if files.len() < IN_FLIGHT {
        return Err(format!("{} holds fewer than {IN_FLIGHT} PDFs", folder.display()).into());
    }
    let spread = |n: usize| &files[n * (files.len() - 1) / (IN_FLIGHT - 1)].1;
    Ok((0..IN_FLIGHT)
        .map(|n| std::fs::read(spread(n)))
        .collect::<Result<_, _>>()?)
}

async fn measure(load: &[Vec<u8>], run: usize) -> Result<Run, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let config = Config::of_this_program(folder.path().join("data"))?;
    // Nothing going on means no workers at all.
    let engine = if load.is_empty() {
        Engine::attach(config).await?
    } else {
        Engine::open(config).await?
    };
    let mut drops = Vec::new();
    for (n, bytes) in load.iter().enumerate() {
        drops.push(file(&engine, folder.path(), &format!("load-{n}"), bytes)?);
    }
    engine
        .submit_contracts(SubmitContracts {
            drop_ids: drops,
            playbook: None,
        })
        .await?;
    let small = make_pdf::contract_of(2, run as u64);
    let mut result = Run {
        submit: Vec::new(),
        fsync: Vec::new(),
    };
    for n in 0..SUBMITS {
        // A comment behind the end makes each another file.
        let bytes = [small.as_slice(), format!("% {n}\n").as_bytes()].concat();
        let id = file(&engine, folder.path(), &format!("small-{n}"), &bytes)?;
        let start = Instant::now();
        let answer = engine
            .submit_contracts(SubmitContracts {
                drop_ids: vec![id],
                playbook: None,
            })
            .await?;
        result.submit.push(start.elapsed());
        assert!(answer[0].review_id.is_some(), "{answer:?}");
        result.fsync.push(forced_write(folder.path(), &bytes)?);
    }
    engine.close().await;
    Ok(result)
}

fn file(engine: &Engine, folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<String> {
    let path = folder.join(format!("{name}.pdf"));
    std::fs::write(&path, bytes)?;
    Ok(engine.register_file(&path))
}

fn forced_write(folder: &Path, bytes: &[u8]) -> std::io::Result<Duration> {
    let start = Instant::now();
    let file = std::fs::File::create(folder.join("probe"))?;
    std::io::Write::write_all(&mut &file, bytes)?;
    file.sync_all()?;
    Ok(start.elapsed())
}

/// Prints a run and returns its p99 in milliseconds.
fn show(name: &str, run: usize, result: &Run) -> f64 {
    let p99 = percentile(&result.submit, 99);
    println!(
        "{name:<10} {run:>4} {:>12.2} {p99:>12.2} {:>12.2} {:>12.2}",
        percentile(&result.submit, 50),
        percentile(&result.submit, 100),
        percentile(&result.fsync, 99)
    );
    p99
}

fn percentile(times: &[Duration], percent: usize) -> f64 {
    let mut times = times.to_vec();
    times.sort();
    let at = (times.len() * percent).div_ceil(100).clamp(1, times.len()) - 1;
    times[at].as_secs_f64() * 1000.0
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
