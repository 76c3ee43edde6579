//! How soon the command line answers, how large what is installed is, and what a serving program takes when
//! nobody asks it anything.
//!
//! `cargo xtask bench start`. Every file that a start reads has been read before, by the one that is not
//! counted. Linux only: the figures come from `/proc`.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use countersign_tests::figures::{Bound, Figures, median, option};
use countersign_tests::processes::{TICKS, proportional, ticks};

/// Starts of each kind.
const STARTS: usize = 15;
/// After this a server has begun; for as long it is left alone.
const SETTLED: Duration = Duration::from_secs(5);
const IDLE: Duration = Duration::from_secs(10);
/// Share of a core that an idle program may take, in percent.
const MOST_IDLE_PERCENT: f64 = 0.5;

fn main() -> Result<(), Box<dyn Error>> {
    let program = option("--program").ok_or("expected --program PROGRAM")?;
    let folder = option("--folder").unwrap_or_else(|| ".".to_owned());
    let desk = tempfile::tempdir_in(&folder)?;
    let mut figures = Figures::default();
    let data = desk.path().join("data");
    let data = data.to_str().ok_or("a folder's name is not UTF-8")?;
    let cases: [(&str, &str, Vec<&str>); 3] = [
        ("a program that does nothing", "true", vec![]),
        ("countersign --version", &program, vec!["--version"]),
        (
            "countersign list",
            &program,
            vec!["--data-dir", data, "list"],
        ),
    ];
    let mut took: [Vec<f64>; 3] = Default::default();
    for round in 0..=STARTS {
        for ((_, program, words), took) in cases.iter().zip(&mut took) {
            let milliseconds = run(program, words)?;
            if round > 0 {
                took.push(milliseconds);
            }
        }
    }
    for ((name, _, _), took) in cases.iter().zip(&took) {
        figures.spread(*name, took, "ms", None);
    }
    let ratio = median(&took[2]) / median(&took[0]);
    figures.add(
        "countersign list / a program that does nothing",
        ratio,
        "times",
    );
    sizes(&mut figures, Path::new(&program));
    idle(&mut figures, &program, data)?;
    figures.finish()
}

fn run(program: &str, words: &[&str]) -> Result<f64, Box<dyn Error>> {
    let start = Instant::now();
    let mut command = Command::new(program);
    command
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if !command.status()?.success() {
        return Err(format!("{program} {words:?} failed").into());
    }
    Ok(start.elapsed().as_secs_f64() * 1000.0)
}

/// The programs, and the packages where `cargo xtask bundle` has made them.
fn sizes(figures: &mut Figures, program: &Path) {
    let Some(folder) = program.parent() else {
        return;
    };
    let mut files: Vec<PathBuf> = vec![program.to_owned(), folder.join("countersign-desktop")];
    for kind in ["deb", "rpm"] {
        let made = std::fs::read_dir(folder.join("bundle").join(kind));
        let made = made
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path());
        files.extend(made.filter(|file| file.extension().is_some_and(|end| end == kind)));
    }
    for file in files {
        if let Ok(data) = file.metadata() {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let megabytes = data.len() as f64 / 1e6;
            figures.add(format!("size of {name}"), megabytes, "MB");
        }
    }
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

fn idle(figures: &mut Figures, program: &str, data: &str) -> Result<(), Box<dyn Error>> {
    let mut command = Command::new(program);
    command
        .args(["--data-dir", data, "serve"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let server = Ended(command.spawn()?);
    let ended = "the idle server has ended";
    std::thread::sleep(SETTLED);
    let before = ticks(server.0.id()).ok_or(ended)?;
    std::thread::sleep(IDLE);
    let used = (ticks(server.0.id()).ok_or(ended)? - before) / TICKS;
    let percent = 100.0 * used / IDLE.as_secs_f64();
    let bound = Bound::AtMost(MOST_IDLE_PERCENT);
    figures.promise("an idle server", percent, "% of one core", bound);
    let megabytes = proportional(server.0.id()).ok_or(ended)? / 1000.0;
    figures.add("memory of an idle server (PSS)", megabytes, "MB");
    Ok(())
}
