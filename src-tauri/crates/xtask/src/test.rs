//! `cargo xtask test`: set-up, then every lane, then a table and one closing line.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::arguments::Arguments;
use crate::error::Error;
use crate::lanes::{self, Lane, Tree};
use crate::process;
use crate::setup::{self, Consent, Needs};
use crate::steps::{Steps, seconds};
use crate::workspace::Workspace;

/// What `help` says of it.
pub const ABOUT: &str = "Sets up and runs every LANE, or those named; a lane that fails doesn't \
    keep the others from\nrunning. The last line counts them: `N passed, N failed`. With \
    --oracles, the texts that other\nprograms (LibreOffice) make of our test files are made anew \
    instead.";

/// How one lane ended.
struct Row {
    name: &'static str,
    passed: bool,
    took: Duration,
}

/// Runs the lanes asked for. Ends with failure if any failed.
pub fn run(workspace: &Workspace, mut arguments: Arguments) -> Result<ExitCode, Error> {
    if arguments.flag("--oracles") {
        arguments.rest()?;
        return ask_oracles(workspace);
    }
    let consent = Consent::take(&mut arguments);
    let lanes = choose(&arguments.rest()?)?;
    let mut rows = Vec::new();
    let before = Tree::look(workspace).filter(|_| lanes.len() == lanes::ALL.len());
    // A clone has nothing of its own: whatever git shows after the run, the run has changed.
    let before = if setup::in_ci() {
        before.map(|_| Tree::default())
    } else {
        before
    };
    run_lane(&mut rows, "set-up", "setup --for test", || {
        let needs = lanes.iter().map(|lane| lane.needs).reduce(Needs::and);
        let mut steps = Steps::begin("Set-up");
        setup::prepare(
            workspace,
            needs.unwrap_or(Needs::TESTS),
            consent,
            &mut steps,
        )
    });
    if rows.iter().all(|row: &Row| row.passed) {
        for lane in &lanes {
            println!("\n== {}: {}", lane.name, lane.about);
            let again = format!("test {}", lane.name);
            run_lane(&mut rows, lane.name, &again, || (lane.run)(workspace));
        }
        if let (Some(before), Some(after)) = (before, Tree::look(workspace)) {
            println!("\n== {}: the run left the checkout as it was", Tree::NAME);
            run_lane(&mut rows, Tree::NAME, "test", || before.compare(&after));
        }
    }
    Ok(close(&rows))
}

/// Lets the tests that compare with another program ask it again and keep its answers.
fn ask_oracles(workspace: &Workspace) -> Result<ExitCode, Error> {
    let tests = [
        "test",
        "--package",
        "countersign-documents",
        "--lib",
        "docx",
    ];
    process::run(workspace.cargo(&tests).env("COUNTERSIGN_ORACLES", "1"))?;
    Ok(ExitCode::SUCCESS)
}

/// The lanes named, in their own order; all when none is.
fn choose(names: &[String]) -> Result<Vec<&'static Lane>, Error> {
    if let Some(unknown) = names
        .iter()
        .find(|name| lanes::ALL.iter().all(|lane| lane.name != **name))
    {
        let known: Vec<&str> = lanes::ALL.iter().map(|lane| lane.name).collect();
        let what = format!(
            "there is no lane `{unknown}`; there are {}",
            known.join(", ")
        );
        return Err(Error::Usage { what });
    }
    let asked = |lane: &&Lane| names.is_empty() || names.iter().any(|name| name == lane.name);
    Ok(lanes::ALL.iter().filter(asked).collect())
}

fn run_lane(
    rows: &mut Vec<Row>,
    name: &'static str,
    again: &str,
    work: impl FnOnce() -> Result<(), Error>,
) {
    let begun = Instant::now();
    let ended = work();
    let took = begun.elapsed();
    match &ended {
        Ok(()) => println!("-- {name} passed in {}", seconds(took)),
        Err(error) => {
            println!("{}", error.explain());
            println!(
                "-- {name} FAILED after {}; again: cargo xtask {again}",
                seconds(took)
            );
        }
    }
    rows.push(Row {
        name,
        passed: ended.is_ok(),
        took,
    });
}

/// Prints the table and the closing line.
fn close(rows: &[Row]) -> ExitCode {
    println!("\n{:<12} {:<8} {:>12}", "lane", "", "took");
    for row in rows {
        let verdict = if row.passed { "passed" } else { "FAILED" };
        println!("{:<12} {verdict:<8} {:>12}", row.name, seconds(row.took));
    }
    let total: Duration = rows.iter().map(|row| row.took).sum();
    println!("{:<12} {:<8} {:>12}\n", "all", "", seconds(total));
    let failed = rows.iter().filter(|row| !row.passed).count();
    println!("{} passed, {failed} failed", rows.len() - failed);
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_named_run_in_their_own_order() {
        let names = |asked: &[&str]| -> Vec<&str> {
            let asked: Vec<String> = asked.iter().map(|name| (*name).to_owned()).collect();
            choose(&asked)
                .unwrap()
                .iter()
                .map(|lane| lane.name)
                .collect()
        };
        assert_eq!(names(&["test", "fmt"]), ["fmt", "test"]);
        assert_eq!(names(&[]).len(), lanes::ALL.len());
    }

    #[test]
    fn an_unknown_lane_is_refused_with_the_known_ones() {
        let error = choose(&["tests".to_owned()]).err().unwrap();
        assert!(error.to_string().contains("layout, fmt"));
    }
}
