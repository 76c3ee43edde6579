//! How long a whole offline review takes, from the drop to the report, for a contract of 20 and of 400 pages.
//!
//! `cargo xtask bench pace [--full]`. In turns: the engine, the same review without queue and database
//! (what durability costs), the engine while somebody looks for the first finding as the window does. Then
//! the built command line as a whole process, with its memory; with `--peers DIR` (the programs of a virtual
//! environment) beside two programs that people may pick instead, on the same files.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod in_memory;
mod workbench;

use std::error::Error;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use countersign_engine::Engine;
use countersign_engine::config::Config;
use countersign_engine::views::{ReviewId, SubmitContracts};
use countersign_tests::figures::{Bound, Figures, median, option};
use countersign_tests::make_pdf;
use countersign_tests::processes::{TICKS, proportional, ticks_of_children, tree};
use workbench::settle;

/// A length of contract and what is promised of it.
struct Length {
    pages: usize,
    rounds: usize,
    /// From the drop to the report, in seconds.
    review: f64,
    /// To the first provisional finding.
    first: Option<f64>,
    /// Memory of all processes, in megabytes.
    memory: Option<f64>,
}

const LENGTHS: [Length; 2] = [
    Length {
        pages: 20,
        rounds: 9,
        review: 0.5,
        first: None,
        memory: None,
    },
    Length {
        pages: 400,
        rounds: 5,
        review: 3.0,
        first: Some(1.0),
        memory: Some(300.0),
    },
];
/// What queue and database may add.
const DURABILITY: f64 = 1.15;
/// How much faster than the faster of the others.
const TIMES_FASTER: f64 = 20.0;
/// Whole processes of each program.
const STARTS: usize = 3;
/// Contracts that wait at once, and pages of each.
const SEVERAL: (usize, usize) = (12, 60);
/// Share of all cores that several contracts keep busy.
const BUSY: f64 = 0.85;
const LOOK: Duration = Duration::from_millis(10);

fn main() -> Result<(), Box<dyn Error>> {
    countersign_engine::child::run_if_asked();
    let program = option("--program").ok_or("expected --program PROGRAM")?;
    let peers = option("--peers").map(PathBuf::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let desk = tempfile::tempdir_in(option("--folder").unwrap_or_else(|| ".".to_owned()))?;
    let mut figures = Figures::default();
    for length in &LENGTHS {
        runtime.block_on(rounds(&mut figures, desk.path(), length))?;
        whole(
            &mut figures,
            desk.path(),
            length,
            &program,
            peers.as_deref(),
        )?;
    }
    several(&mut figures, desk.path(), &program)?;
    figures.finish()
}

/// The engine, the review without it, and the engine with somebody who looks, in turns.
async fn rounds(figures: &mut Figures, desk: &Path, length: &Length) -> Result<(), Box<dyn Error>> {
    let pages = length.pages;
    let config = Config::of_this_program(desk.join(format!("data {pages}")))?;
    let engine = Engine::open(config).await?;
    let (mut review, mut bare, mut first, mut second) = (vec![], vec![], vec![], vec![]);
    for round in 0..length.rounds {
        let file = contract(desk, pages, 10 * round as u64)?;
        let start = Instant::now();
        let id = drop_file(&engine, &file).await?;
        settle(&engine, Some(std::slice::from_ref(&id))).await?;
        review.push(start.elapsed().as_secs_f64());
        second_reading(&engine, &id).await?;
        second.push(start.elapsed().as_secs_f64());

        let start = Instant::now();
        let (findings, passages) = in_memory::review(&file).await?;
        bare.push(start.elapsed().as_secs_f64());
        let view = engine.get_review(ReviewId { review_id: id }).await?;
        let report = view.and_then(|view| view.report).ok_or("no report")?;
        assert_eq!(findings, report.findings.len(), "both reviewed the same");
        assert!(passages > pages, "and embedded its passages");

        let file = contract(desk, pages, 10 * round as u64 + 1)?;
        let start = Instant::now();
        let id = drop_file(&engine, &file).await?;
        first_finding(&engine, &id).await?;
        first.push(start.elapsed().as_secs_f64());
        second_reading(&engine, &id).await?;
        println!(
            "{pages} pages, round {}: review {:.3} s, without database {:.3} s, first finding {:.3} s",
            round + 1,
            review[round],
            bare[round],
            first[round]
        );
    }
    engine.close().await;
    let name = |what: &str| format!("{pages} pages, {what}");
    let bound = Some(Bound::AtMost(length.review));
    figures.spread(name("drop to report"), &review, "s", bound);
    figures.spread(name("without queue and database"), &bare, "s", None);
    let ratios: Vec<f64> = review
        .iter()
        .zip(&bare)
        .map(|(one, other)| one / other)
        .collect();
    let bound = Some(Bound::AtMost(DURABILITY));
    figures.spread(name("with / without"), &ratios, "", bound);
    let bound = length.first.map(Bound::AtMost);
    figures.spread(name("drop to first finding"), &first, "s", bound);
    figures.spread(name("drop to second reading's end"), &second, "s", None);
    Ok(())
}

fn contract(desk: &Path, pages: usize, seed: u64) -> std::io::Result<PathBuf> {
    let file = desk.join(format!("Contract {pages} {seed}.pdf"));
    std::fs::write(&file, make_pdf::contract_of(pages, seed))?;
    Ok(file)
}

async fn drop_file(engine: &Engine, file: &Path) -> Result<String, Box<dyn Error>> {
    let submit = SubmitContracts {
        drop_ids: vec![engine.register_file(file)],
        playbook: None,
    };
    let submitted = engine.submit_contracts(submit).await?;
    let id = submitted.into_iter().find_map(|one| one.review_id);
    Ok(id.ok_or("a contract was not accepted")?)
}

/// Waits until the second reading behind a completed review has ended.
async fn second_reading(engine: &Engine, id: &str) -> Result<(), Box<dyn Error>> {
    settle(engine, Some(&[id.to_owned()])).await?;
    let mut events = engine.events();
    loop {
        let review_id = id.to_owned();
        let view = engine.get_review(ReviewId { review_id }).await?;
        let report = view.and_then(|view| view.report).ok_or("no report")?;
        let second = report.coverage.second_reading;
        if second.is_none_or(|second| !second.under_way) {
            return Ok(());
        }
        // A listener that lags looks again all the same.
        let _ = tokio::time::timeout(Duration::from_millis(50), events.recv()).await;
    }
}

/// Looks for findings whenever something has changed, as the window does.
async fn first_finding(engine: &Engine, id: &str) -> Result<(), Box<dyn Error>> {
    let mut events = engine.events();
    loop {
        let review_id = id.to_owned();
        let found = engine.findings_so_far(ReviewId { review_id }).await?;
        if !found.is_empty() {
            return Ok(());
        }
        if !engine
            .unfinished_reviews()
            .await?
            .iter()
            .any(|left| left == id)
        {
            return Err("a review ended without a provisional finding".into());
        }
        let _ = tokio::time::timeout(Duration::from_millis(200), events.recv()).await;
    }
}

/// What a whole process took.
struct Whole {
    seconds: f64,
    /// Proportional, of all its processes, the most.
    megabytes: f64,
}

/// The command line as a whole process, and the others'.
fn whole(
    figures: &mut Figures,
    desk: &Path,
    length: &Length,
    program: &str,
    peers: Option<&Path>,
) -> Result<(), Box<dyn Error>> {
    let pages = length.pages;
    let (mut seconds, mut megabytes) = (vec![], vec![]);
    for round in 0..STARTS {
        let file = contract(desk, pages, 2 + 10 * round as u64)?;
        let one = run(&mut review_command(program, desk, &[file]))?;
        seconds.push(one.seconds);
        megabytes.push(one.megabytes);
    }
    let name = |what: &str| format!("{pages} pages, {what}");
    figures.spread(name("whole process"), &seconds, "s", None);
    let bound = length.memory.map(Bound::AtMost);
    figures.spread(name("memory of it, most"), &megabytes, "MB", bound);
    let Some(peers) = peers else { return Ok(()) };
    let file = contract(desk, pages, 2)?;
    let mut fastest = f64::INFINITY;
    for (peer, words) in PEERS {
        let mut command = Command::new(peers.join(peer));
        // What it keeps stays on this desk.
        command.args(words).arg(&file).env("HOME", desk);
        let took = run(&mut command)?.seconds;
        println!("{pages} pages, {peer}: {took:.2} s");
        figures.add(name(peer), took, "s");
        fastest = fastest.min(took);
    }
    let times = fastest / median(&seconds);
    // The promise is of the long one: with a short one, starting weighs as much as reviewing.
    match length.memory {
        Some(_) => figures.promise(
            name("times faster than the faster"),
            times,
            "",
            Bound::AtLeast(TIMES_FASTER),
        ),
        None => figures.add(name("times faster than the faster"), times, ""),
    }
    Ok(())
}

/// Programs of the virtual environment and how they review one file without any model.
const PEERS: [(&str, &[&str]); 2] = [
    (
        "hermes-legal",
        &[
            "analyze",
            "--provider",
            "offline",
            "--no-cache",
            "--no-save",
            "--format",
            "json",
        ],
    ),
    ("redline", &["review", "--format", "json"]),
];

fn review_command(program: &str, desk: &Path, files: &[PathBuf]) -> Command {
    let mut command = Command::new(program);
    command
        .arg("--data-dir")
        .arg(desk.join("whole"))
        .args(["review", "--quiet", "--format", "json", "--out"])
        .arg(desk.join("reports"))
        .args(files);
    command
}

/// Runs a program to its end; what it thinks of the contract is not asked.
fn run(command: &mut Command) -> Result<Whole, Box<dyn Error>> {
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let mut kilobytes = 0.0_f64;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        let now: f64 = tree(child.id()).into_iter().filter_map(proportional).sum();
        kilobytes = kilobytes.max(now);
        std::thread::sleep(LOOK);
    };
    let seconds = start.elapsed().as_secs_f64();
    if status.success() {
        Ok(Whole {
            seconds,
            megabytes: kilobytes / 1000.0,
        })
    } else {
        Err(format!("{:?} ended with {status}", command.get_program()).into())
    }
}

/// Several contracts at once keep all cores busy.
fn several(figures: &mut Figures, desk: &Path, program: &str) -> Result<(), Box<dyn Error>> {
    let (contracts, pages) = SEVERAL;
    let files: Vec<PathBuf> = (0..contracts)
        .map(|n| contract(desk, pages, 500 + n as u64))
        .collect::<Result<_, _>>()?;
    let before = ticks_of_children();
    let one = run(&mut review_command(program, desk, &files))?;
    let used = (ticks_of_children() - before) / TICKS;
    let cores = available_parallelism().map_or(1, NonZero::get) as f64;
    let all = (contracts * pages) as f64;
    let name = format!("{contracts} contracts of {pages} pages");
    figures.add(format!("{name}, pages a second"), all / one.seconds, "");
    let share = used / one.seconds / cores;
    let bound = Bound::AtLeast(BUSY);
    figures.promise(format!("{name}, share of all cores"), share, "", bound);
    Ok(())
}
