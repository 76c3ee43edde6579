//! The real window under load and at rest, on a desktop of its own: how soon its keys are answered while
//! reviews stream, how soon it is painted beside a bare window, and what it takes when nothing happens.
//!
//! `COUNTERSIGN_BARE` names the bare program (`--example bare`); `cargo xtask bench window` builds both.

#![cfg(target_os = "linux")]
#![allow(dead_code, reason = "the tests beside it use more of these")]
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a desktop that can't be set up ends the bench"
)]

mod desktop;
mod driver;
mod window;

use std::error::Error;
use std::time::{Duration, Instant};

use countersign_tests::figures::{Bound, Figures, median, percentile};
use countersign_tests::make_pdf::contract_of;
use countersign_tests::processes::{TICKS, proportional, stat, ticks, tree};
use desktop::{Desktop, Theme};
use driver::Driver;
use window::{Window, program, text};

/// Reviews that stream meanwhile, and the pages of each.
const REVIEWS: usize = 20;
const PAGES: usize = 300;
/// Keys that are pressed meanwhile.
const KEYS: usize = 150;
/// 95 in 100 of them are answered within this, in milliseconds.
const ANSWERED: f64 = 100.0;
/// Starts of each program, in turns.
const STARTS: usize = 7;
/// The window is painted at most so many times later than a bare one.
const LATER: f64 = 1.2;
/// What a start leaves to be done is done after this, and an idle program is watched for as long.
const SETTLED: Duration = Duration::from_secs(20);
/// Share of a core that an idle program may take, in percent.
const IDLE_CORE: f64 = 0.5;

/// Keeps how long each key waits for the next frame.
const LISTEN: &str = "window.answers = [];
    document.addEventListener('keydown', ({ timeStamp }) =>
        requestAnimationFrame(() => window.answers.push(performance.now() - timeStamp)), true)";

/// When something was first painted, in milliseconds since 1970.
const PAINTED: &str = "const [paint] = performance.getEntriesByName('first-contentful-paint');
    return paint ? performance.timeOrigin + paint.startTime : null";

fn main() -> Result<(), Box<dyn Error>> {
    let bare = std::env::var("COUNTERSIGN_BARE")?;
    let mut figures = Figures::default();
    answers(&mut figures);
    starts(&mut figures, &bare);
    rest(&mut figures);
    figures.finish()
}

/// Keys while twenty reviews stream what they do.
fn answers(figures: &mut Figures) {
    let desktop = Desktop::start(Theme::Light);
    let files: Vec<String> = (0..REVIEWS)
        .map(|at| {
            let contract = contract_of(PAGES, at as u64);
            text(&desktop.file(&format!("Contract {at}.pdf"), &contract))
        })
        .collect();
    let named: Vec<&str> = files.iter().map(String::as_str).collect();
    let window = Window::open(&desktop, &named);
    window.wait(
        "reviews under way",
        "return document.querySelector('[data-state=running]') !== null",
    );
    window.run(LISTEN);
    for at in 0..KEYS {
        desktop.point(if at % 10 < 5 { "key Down" } else { "key Up" });
    }
    let enough = KEYS / 2;
    let heard = window.wait(
        "answers to most keys",
        &format!("return window.answers.length > {enough} ? window.answers : null"),
    );
    let heard: Vec<f64> = heard
        .as_array()
        .unwrap()
        .iter()
        .filter_map(serde_json::Value::as_f64)
        .collect();
    let under_way =
        |row: &&serde_json::Value| row["state"] == "running" || row["state"] == "queued";
    let left = window.reviews().iter().filter(under_way).count();
    figures.add("keys answered while reviews stream", heard.len() as f64, "");
    figures.promise(
        "reviews under way at the last key",
        left as f64,
        "",
        Bound::AtLeast(1.0),
    );
    figures.add("input to the next frame, median", median(&heard), "ms");
    let p95 = percentile(&heard, 95);
    figures.promise(
        "input to the next frame, p95",
        p95,
        "ms",
        Bound::AtMost(ANSWERED),
    );
}

/// The first paint of the program beside that of a bare window, in turns.
fn starts(figures: &mut Figures, bare: &str) {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let desktop = Desktop::start(Theme::Light);
        let folder = vec!["--data-dir".to_owned(), text(&desktop.data_folder())];
        ours.push(first_paint(&desktop, &program(), &folder));
        theirs.push(first_paint(&desktop, bare, &[]));
    }
    figures.add("first paint after the start, median", median(&ours), "ms");
    figures.add("the same of a bare window", median(&theirs), "ms");
    let ratio = median(&ours) / median(&theirs);
    figures.promise(
        "first paint beside a bare window",
        ratio,
        "times",
        Bound::AtMost(LATER),
    );
}

/// Milliseconds from a program's start to its first contentful paint.
fn first_paint(desktop: &Desktop, program: &str, arguments: &[String]) -> f64 {
    let driver = Driver::start(desktop, program, arguments);
    let deadline = Instant::now() + desktop::PATIENCE;
    loop {
        let painted = driver.run(PAINTED, &[]).ok();
        if let Some(painted) = painted.and_then(|at| at.as_f64()) {
            let now = driver.run("return Date.now()", &[]).unwrap();
            return painted - (now.as_f64().unwrap() - age(driver.program_id()));
        }
        assert!(Instant::now() < deadline, "{program} painted nothing");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Milliseconds since a process was started, to a hundredth of a second.
fn age(process: u32) -> f64 {
    let begun: f64 = stat(process).unwrap()[19].parse().unwrap();
    let uptime = std::fs::read_to_string("/proc/uptime").unwrap();
    let up: f64 = uptime.split(' ').next().unwrap().parse().unwrap();
    (up - begun / TICKS) * 1000.0
}

/// What the open window takes when nothing happens: a share of a core, and memory of all its processes.
fn rest(figures: &mut Figures) {
    let desktop = Desktop::start(Theme::Light);
    let window = Window::open(&desktop, &["--samples"]);
    window.wait_completed(2);
    std::thread::sleep(SETTLED);
    let all = tree(window.program_id());
    let computed = || all.iter().filter_map(|id| ticks(*id)).sum::<f64>() / TICKS;
    let before = computed();
    std::thread::sleep(SETTLED);
    let share = 100.0 * (computed() - before) / SETTLED.as_secs_f64();
    figures.promise(
        "an open window at rest",
        share,
        "% core",
        Bound::AtMost(IDLE_CORE),
    );
    let memory = |ids: &[u32]| ids.iter().filter_map(|id| proportional(*id)).sum::<f64>() / 1000.0;
    figures.add("memory of all its processes (PSS)", memory(&all), "MB");
    let own = memory(&[window.program_id()]);
    figures.add("memory of the program alone (PSS)", own, "MB");
}
