//! The real window under load and at rest, on a desktop of its own: how soon its keys are answered while
//! reviews stream, how soon it is painted beside a bare window, and what it takes when nothing happens.
//!
//! `COUNTERSIGN_BARE` names the bare program (`--example bare`); `cargo xtask bench window` builds both.

#![cfg(target_os = "linux")]
#![allow(dead_code, reason = "the tests beside it use more of these")]
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

/// When something was first painted, and when the list of contracts stood there, in milliseconds since 1970;
/// the second is 0 in a window that has none.
const PAINTED: &str = "const at = (name) => {
        const [entry] = performance.getEntriesByName(name);
        return entry ? performance.timeOrigin + entry.startTime : 0;
    };
    const painted = at('first-contentful-paint');
    const listed = at('listed');
    return painted && (listed || document.title === 'Bare') ? [painted, listed] : null";

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
    let (mut first, mut later, mut listed, mut theirs) = (vec![], vec![], vec![], vec![]);
    for _ in 0..STARTS {
        let desktop = Desktop::start(Theme::Light);
        let folder = vec!["--data-dir".to_owned(), text(&desktop.data_folder())];
        first.push(first_paint(&desktop, &program(), &folder)[0]);
        let [painted, shown] = first_paint(&desktop, &program(), &folder);
        later.push(painted);
        listed.push(shown);
        theirs.push(first_paint(&desktop, bare, &[])[0]);
    }
    figures.spread("bare window, start to first paint", &theirs, "ms", None);
    figures.spread("very first start to first paint", &first, "ms", None);
    figures.spread("start to first paint", &later, "ms", None);
    figures.spread("start to the list of contracts", &listed, "ms", None);
    for (name, ours) in [("very first start", first), ("start", later)] {
        let ratio = median(&ours) / median(&theirs);
        let name = format!("{name} to first paint / bare window");
        figures.promise(name, ratio, "times", Bound::AtMost(LATER));
    }
    let ratio = median(&listed) / median(&theirs);
    figures.add("start to the list / bare window", ratio, "times");
}

/// Milliseconds from a program's start to its first contentful paint, and to its list of contracts.
fn first_paint(desktop: &Desktop, program: &str, arguments: &[String]) -> [f64; 2] {
    let driver = Driver::start(desktop, program, arguments);
    let deadline = Instant::now() + desktop::PATIENCE;
    loop {
        let said = driver.run(PAINTED, &[]).unwrap_or_default();
        if let [Some(painted), Some(listed)] = [0, 1].map(|at| said[at].as_f64()) {
            let now = driver.run("return Date.now()", &[]).unwrap();
            let begun = now.as_f64().unwrap() - age(driver.program_id());
            return [painted - begun, listed - begun];
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
