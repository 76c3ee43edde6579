//! Reviews every PDF of a folder in one run of the built command line and looks each quote up in what
//! pdftotext reads on its page.
//!
//! `cargo xtask bench review --corpus DIR`. Ends badly when a contract is not completed or a quote is
//! not found.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::collections::HashMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;

/// Quotes printed that were not found.
const SHOWN: usize = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [program, corpus] = arguments.as_slice() else {
        return Err("expected the program and the folder of PDFs".into());
    };
    let corpus = std::fs::canonicalize(corpus)?;
    let mut files: Vec<PathBuf> = std::fs::read_dir(&corpus)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "pdf"));
    files.sort();
    let desk = tempfile::tempdir()?;
    let out = desk.path().join("out");
    let start = Instant::now();
    let status = Command::new(program)
        .arg("--data-dir")
        .arg(desk.path().join("data"))
        .args(["review", "--quiet", "--format", "json", "--out"])
        .arg(&out)
        .args(&files)
        .stderr(std::process::Stdio::null())
        .status()?;
    let seconds = start.elapsed().as_secs_f64();
    // A report is named as its file was, but for letters that not every file system takes.
    let mut by_name = HashMap::new();
    for entry in std::fs::read_dir(&out)? {
        let report: Value = serde_json::from_slice(&std::fs::read(entry?.path())?)?;
        if let Some(name) = report["contract"]["file"].as_str() {
            by_name.insert(name.to_owned(), report);
        }
    }
    let named = |path: &PathBuf| {
        let name = path.file_name()?.to_string_lossy();
        Some((path.clone(), by_name.get(name.as_ref())?.clone()))
    };
    let reports: Vec<(PathBuf, Value)> = files.iter().filter_map(named).collect();
    let pages: u64 = reports
        .iter()
        .filter_map(|(_, r)| r["contract"]["pages"].as_u64())
        .sum();
    println!(
        "contracts: {} of {} completed ({status})",
        reports.len(),
        files.len()
    );
    println!(
        "pages: {pages}; time: {seconds:.1} s; {:.0} pages/s",
        pages as f64 / seconds
    );
    let (found, lost) = look_up(&reports);
    println!(
        "quotes: {} of {} found by pdftotext on their page",
        found,
        found + lost.len()
    );
    for (file, page, quote) in lost.iter().take(SHOWN) {
        println!("  not found: {file} p. {page}: {quote}");
    }
    if reports.len() < files.len() || !lost.is_empty() {
        return Err("not everything was completed and found".into());
    }
    Ok(())
}

type Lost = (String, u64, String);

fn look_up(reports: &[(PathBuf, Value)]) -> (usize, Vec<Lost>) {
    let (mut found, mut lost) = (0, Vec::new());
    for (path, report) in reports {
        let mut pages: HashMap<u64, String> = HashMap::new();
        for citation in citations(report) {
            let (Some(number), Some(quote)) =
                (citation["page"].as_u64(), citation["quote"].as_str())
            else {
                continue;
            };
            let page = pages
                .entry(number)
                .or_insert_with(|| bare(&pdftotext(path, number)));
            if page.contains(&bare(quote)) {
                found += 1;
            } else {
                let file = path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                lost.push((file, number, quote.to_owned()));
            }
        }
    }
    (found, lost)
}

fn citations(report: &Value) -> impl Iterator<Item = &Value> {
    ["findings", "key_terms", "key_dates", "obligations"]
        .into_iter()
        .filter_map(|part| report[part].as_array())
        .flatten()
        .filter_map(|item| item["citations"].as_array())
        .flatten()
}

fn pdftotext(file: &Path, page: u64) -> String {
    let page = page.to_string();
    let output = Command::new("pdftotext")
        .args(["-f", &page, "-l", &page])
        .arg(file)
        .arg("-")
        .output();
    output
        .map(|o| String::from_utf8_lossy(&o.stdout).into_owned())
        .unwrap_or_default()
}

/// Without spaces and hyphens, in compatibility form: what readers of one page differ in.
fn bare(text: &str) -> String {
    text.nfkc()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{ad}'))
        .collect()
}
