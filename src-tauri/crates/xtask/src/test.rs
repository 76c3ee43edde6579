//! `cargo xtask test`: set-up, then every lane, then a table and one closing line.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::arguments::Arguments;
use crate::error::Error;
use crate::lanes::{self, Lane, Tree, Work};
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
    /// What is typed to run it alone.
    again: String,
    passed: bool,
    /// The time that the whole run took longer for it.
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
    let since = Instant::now();
    let needs = lanes.iter().map(|lane| lane.needs).reduce(Needs::and);
    let needs = needs.unwrap_or(Needs::TESTS);
    let ready = setup::prepare(workspace, needs, consent, &mut Steps::begin("Set-up"));
    rows.push(Row::new("set-up", "setup --for test".to_owned()).end(since, ready));
    if rows.iter().all(|row: &Row| row.passed) {
        run_lanes(&mut rows, workspace, &lanes);
        if let (Some(before), Some(after)) = (before, Tree::look(workspace)) {
            println!("\n== {}: the run left the checkout as it was", Tree::NAME);
            let row = Row::new(Tree::NAME, "test".to_owned());
            rows.push(row.end(Instant::now(), before.compare(&after)));
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

/// Runs each lane in its turn; one that runs behind the others is begun in it and waited for at last.
fn run_lanes(rows: &mut Vec<Row>, workspace: &Workspace, lanes: &[&'static Lane]) {
    let mut waited_for = Vec::new();
    for lane in lanes {
        println!("\n== {}: {}", lane.name, lane.about);
        let (row, since) = (Row::of(lane), Instant::now());
        match lane.work {
            Work::InTurn(work) => rows.push(row.end(since, work(workspace))),
            Work::Behind(begin) => match begin(workspace) {
                Ok(begun) => waited_for.push((row.and(since.elapsed()), begun)),
                Err(error) => rows.push(row.end(since, Err(error))),
            },
        }
    }
    for (row, begun) in waited_for {
        println!("\n== {}: what is left of it", row.name);
        rows.push(row.end(Instant::now(), begun.end()));
    }
}

impl Row {
    /// A row that has not ended.
    fn new(name: &'static str, again: String) -> Self {
        Self {
            name,
            again,
            passed: false,
            took: Duration::ZERO,
        }
    }

    fn of(lane: &Lane) -> Self {
        Self::new(lane.name, format!("test {}", lane.name))
    }

    /// With time that was spent on it before.
    fn and(mut self, took: Duration) -> Self {
        self.took += took;
        self
    }

    /// Ends it and says how.
    fn end(self, since: Instant, ended: Result<(), Error>) -> Self {
        let row = self.and(since.elapsed());
        let (name, took) = (row.name, seconds(row.took));
        match &ended {
            Ok(()) => println!("-- {name} passed in {took}"),
            Err(error) => {
                println!("{}", error.explain());
                let again = &row.again;
                println!("-- {name} FAILED after {took}; again: cargo xtask {again}");
            }
        }
        Self {
            passed: ended.is_ok(),
            ..row
        }
    }
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
