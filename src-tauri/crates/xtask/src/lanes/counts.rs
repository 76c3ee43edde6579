//! The lane `counts`: the instructions of the five hottest paths, by callgrind, beside those that were kept.
//!
//! Instructions don't depend on what else the machine does. They are those of the build that the other lanes
//! run, so nothing is compiled for it; a path that got slower there got slower.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value};

use crate::error::Error;
use crate::process;
use crate::workspace::Workspace;

/// The paths, as the example names them.
const PATHS: [&str; 5] = ["pages", "second_reading", "chunks", "clauses", "judgement"];
/// A path may take so many times the instructions that were kept.
const MOST: f64 = 1.1;
/// Set to keep the counts of now.
const KEEP: &str = "UPDATE";

/// Counts every path and compares.
pub fn check(workspace: &Workspace) -> Result<(), Error> {
    let program = workspace.program("debug", "examples/counts");
    // What else runs changes no count.
    let counted: Vec<Result<u64, Error>> = std::thread::scope(|threads| {
        let all = PATHS.map(|path| threads.spawn(|| count(&program, path)));
        let lost = |_| {
            Err(Error::MissingTool {
                tool: "a count",
                remedy: "The thread that asked for it has ended".to_owned(),
            })
        };
        all.into_iter()
            .map(|one| one.join().unwrap_or_else(lost))
            .collect()
    });
    let mut now = Map::new();
    for (path, count) in PATHS.iter().zip(counted) {
        now.insert((*path).to_owned(), count?.into());
    }
    let file = kept_in(workspace);
    let words = |doing: &str| format!("{doing} {}", file.display());
    if std::env::var_os(KEEP).is_some() {
        let text = format!("{:#}\n", Value::Object(now));
        return std::fs::write(&file, text).map_err(|source| Error::File {
            doing: words("writing"),
            source,
        });
    }
    let text = std::fs::read_to_string(&file).map_err(|source| Error::File {
        doing: words("reading"),
        source,
    })?;
    let kept: Value = serde_json::from_str(&text).map_err(|source| Error::Json {
        what: file.display().to_string(),
        source,
    })?;
    compare(&now, &kept)
}

/// The instructions of one path.
fn count(program: &Path, path: &str) -> Result<u64, Error> {
    let mut valgrind = Command::new("valgrind");
    valgrind
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg("--toggle-collect=*measured*")
        .arg(program)
        .arg(path);
    let said = process::read_errors(&mut valgrind)?;
    let count = collected(&said).filter(|count| *count > 0);
    count.ok_or(Error::MissingTool {
        tool: "callgrind's count",
        remedy: format!("It said: {said}"),
    })
}

fn kept_in(workspace: &Workspace) -> PathBuf {
    workspace.root().join("tests/fixtures/counts.json")
}

/// Prints each path's count beside what was kept.
fn compare(now: &Map<String, Value>, kept: &Value) -> Result<(), Error> {
    let mut slower = Vec::new();
    for (path, count) in now {
        let (count, before) = (count.as_f64(), kept[path].as_f64());
        let (Some(count), Some(before)) = (count, before) else {
            slower.push(format!("{path} (none was kept)"));
            continue;
        };
        let ratio = count / before;
        println!(
            "    {path:<15} {:>9.1} million instructions, {ratio:.3} times those kept",
            count / 1e6
        );
        if ratio > MOST {
            slower.push(format!("{path} ({ratio:.2} times)"));
        }
    }
    if slower.is_empty() {
        return Ok(());
    }
    Err(Error::Found {
        heading: "These paths take over a tenth more instructions than were kept. Find out why; where it is worth it, \
                  `UPDATE=1 cargo xtask test counts` keeps the counts of now",
        found: slower,
    })
}

/// `==123== Collected : 4567`.
fn collected(said: &str) -> Option<u64> {
    let (_, rest) = said
        .lines()
        .find_map(|line| line.split_once("Collected :"))?;
    rest.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_count_is_found_in_what_callgrind_says() {
        let said = "==7== Callgrind\n==7== \n==7== Events    : Ir\n==7== Collected : 123456\n";
        assert_eq!(collected(said), Some(123_456));
        assert_eq!(collected("==7== Callgrind"), None);
    }

    #[test]
    fn a_path_that_takes_a_tenth_more_is_an_error() {
        let kept = json!({ "pages": 1000, "clauses": 1000 });
        let now = |pages: u64, clauses: u64| {
            let counts = [("pages", pages), ("clauses", clauses)];
            let counts = counts.map(|(path, count)| (path.to_owned(), count.into()));
            counts.into_iter().collect::<Map<_, _>>()
        };
        assert!(compare(&now(1099, 500), &kept).is_ok());
        let error = compare(&now(1000, 1101), &kept).unwrap_err().to_string();
        assert!(error.contains("clauses (1.10 times)"), "{error}");
        assert!(compare(&now(1000, 1000), &json!({ "pages": 1000 })).is_err());
    }
}
