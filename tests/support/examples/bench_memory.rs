//! What a full queue takes of memory, and an idle one of the processor.
//!
//! `cargo xtask bench memory`. Twenty contracts of 400 pages are worked off by the built command line
//! with four reading children and a model; the proportional memory of its whole process tree is looked
//! at ten times a second. Afterwards `serve` is left alone for twenty seconds. Linux only: the
//! figures come from `/proc`.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod workbench;

use std::error::Error;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use countersign_engine::Engine;
use countersign_engine::config::Config;
use countersign_engine::views::{Nothing, ReviewState, Settings, SubmitContracts};
use countersign_tests::fault_server::process::FaultProcess;
use countersign_tests::fault_server::{Latency, Script};
use countersign_tests::figures::{Bound, Figures, option};
use countersign_tests::make_pdf;
use countersign_tests::processes::{TICKS, proportional, ticks, tree};
use workbench::ask;

const CONTRACTS: usize = 20;
const PAGES: usize = 400;
const READING_CHILDREN: u32 = 4;
const LATENCY_MS: u64 = 100;
const LOOK: Duration = Duration::from_millis(100);
const MOST_MB: f64 = 500.0;
const IDLE: Duration = Duration::from_secs(20);
/// Before the idle time is measured: starting is work.
const SETTLE: Duration = Duration::from_secs(5);
const MOST_IDLE_PERCENT: f64 = 0.5;

fn main() -> Result<(), Box<dyn Error>> {
    let program = option("--program").ok_or("expected --program PROGRAM")?;
    let server = option("--server").ok_or("expected --server PROGRAM")?;
    let server = FaultProcess::start(server.as_ref(), &[])?;
    server.follow(&Script {
        latency: Latency::Fixed { ms: LATENCY_MS },
        ..Script::default()
    })?;
    let desk = tempfile::tempdir_in(option("--folder").unwrap_or_else(|| ".".to_owned()))?;
    let data = desk.path().join("data");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(submit(desk.path(), &data, server.base_url()))?;

    let start = Instant::now();
    let mut child = countersign(&program, &data, &["resume"])?;
    let mut most = Sample::default();
    let mut children = 0;
    let status = loop {
        if let Some(status) = child.0.try_wait()? {
            break status;
        }
        let sample = Sample::of(child.0.id());
        children = children.max(sample.children());
        if sample.kilobytes() > most.kilobytes() {
            most = sample;
            most.after = start.elapsed().as_secs_f64();
        }
        std::thread::sleep(LOOK);
    };
    let seconds = start.elapsed().as_secs_f64();
    let completed = runtime.block_on(completed(&data))?;
    println!(
        "{CONTRACTS} contracts of {PAGES} pages in {seconds:.0} s ({status}); most memory after {:.0} s: {}",
        most.after,
        most.words()
    );
    let mut figures = Figures::default();
    let all = Bound::AtLeast(CONTRACTS as f64);
    figures.promise("contracts completed", completed as f64, "", all);
    let bound = Bound::AtMost(MOST_MB);
    figures.promise(
        "memory of all processes, most",
        most.kilobytes() / 1000.0,
        "MB",
        bound,
    );
    let bound = Bound::AtMost(f64::from(READING_CHILDREN));
    figures.promise("reading children, most", children as f64, "", bound);

    let idle = countersign(&program, &data, &["serve"])?;
    std::thread::sleep(SETTLE);
    let ended = "the idle process has ended";
    let before = ticks(idle.0.id()).ok_or(ended)?;
    std::thread::sleep(IDLE);
    let used = (ticks(idle.0.id()).ok_or(ended)? - before) / TICKS;
    let percent = 100.0 * used / IDLE.as_secs_f64();
    let bound = Bound::AtMost(MOST_IDLE_PERCENT);
    figures.promise("processor while idle", percent, "% of one", bound);
    figures.add(
        "memory while idle",
        Sample::of(idle.0.id()).kilobytes() / 1000.0,
        "MB",
    );
    figures.finish()
}

/// Ended with this one, whatever happens.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn countersign(program: &str, data: &Path, words: &[&str]) -> std::io::Result<Ended> {
    let mut command = Command::new(program);
    command
        .arg("--data-dir")
        .arg(data)
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().map(Ended)
}

async fn submit(folder: &Path, data: &Path, base_url: &str) -> Result<(), Box<dyn Error>> {
    let engine = Engine::attach(Config::of_this_program(data.to_owned())?).await?;
    let settings = Settings {
        reading_workers: READING_CHILDREN,
        offline_workers: 2,
    };
    engine.change_settings(settings).await?;
    ask(&engine, base_url, 8).await?;
    let mut drop_ids = Vec::new();
    for n in 0..CONTRACTS {
        let path = folder.join(format!("{n}.pdf"));
        std::fs::write(&path, make_pdf::contract_of(PAGES, n as u64))?;
        drop_ids.push(engine.register_file(&path));
    }
    let submit = SubmitContracts {
        drop_ids,
        playbook: None,
    };
    let submitted = engine.submit_contracts(submit).await?;
    assert!(submitted.iter().all(|one| one.review_id.is_some()));
    engine.close().await;
    Ok(())
}

async fn completed(data: &Path) -> Result<usize, Box<dyn Error>> {
    let engine = Engine::attach(Config::of_this_program(data.to_owned())?).await?;
    let rows = engine.list_reviews(Nothing {}).await?;
    engine.close().await;
    Ok(rows
        .iter()
        .filter(|row| row.state == ReviewState::Completed)
        .count())
}

/// The memory of a process and of those it started, at one moment.
#[derive(Default)]
struct Sample {
    /// Proportional kilobytes, the first process first.
    processes: Vec<f64>,
    after: f64,
}

impl Sample {
    fn of(root: u32) -> Self {
        // Between its start and the program it becomes, a child still is its parent: memory and all.
        let line = |id: u32| std::fs::read(format!("/proc/{id}/cmdline")).ok();
        let whole = line(root);
        let itself = |id: &u32| *id == root || line(*id) != whole;
        Self {
            processes: tree(root)
                .into_iter()
                .filter(itself)
                .filter_map(proportional)
                .collect(),
            after: 0.0,
        }
    }

    fn kilobytes(&self) -> f64 {
        self.processes.iter().sum()
    }

    fn children(&self) -> usize {
        self.processes.len().saturating_sub(1)
    }

    fn words(&self) -> String {
        let megabytes: Vec<String> = self
            .processes
            .iter()
            .map(|kilobytes| format!("{:.0}", kilobytes / 1000.0))
            .collect();
        format!("{} MB", megabytes.join(" + "))
    }
}
