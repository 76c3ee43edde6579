//! Reviews every contract of a gold file and prints its findings, then how well each kind of clause
//! was told to be present and each key term read, against the gold.
//!
//! `cargo run -p countersign-offline --example findings -- train.jsonl.gz [--quiet] [--title WORDS]`
//!
//! With documents as read (`--example read -- FILE words` of `countersign-documents`) it prints their
//! findings alone: `… --example findings -- contract.json …`
#![allow(clippy::print_stdout)]

#[path = "../tests/support/review.rs"]
mod support;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::time::Instant;

use countersign_contracts::clause::{ClauseKind, Polarity};
use countersign_offline::dates::find_dates;
use flate2::read::GzDecoder;
use serde::Deserialize;

#[derive(Deserialize)]
struct Gold {
    title: String,
    text: String,
    clauses: BTreeMap<String, Vec<(usize, usize)>>,
    answers: BTreeMap<String, String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let path = arguments
        .first()
        .ok_or("give the gold file (JSON lines, gzip)")?;
    if path.ends_with(".json") {
        for path in &arguments {
            let document = serde_json::from_reader(BufReader::new(File::open(path)?))?;
            print_findings(path, &support::review_document(document)?);
        }
        return Ok(());
    }
    let quiet = arguments.iter().any(|a| a == "--quiet");
    let only = arguments
        .iter()
        .position(|a| a == "--title")
        .and_then(|at| arguments.get(at + 1));
    let mut tally: BTreeMap<ClauseKind, [usize; 4]> = BTreeMap::new();
    let mut risks: BTreeMap<String, usize> = BTreeMap::new();
    let mut terms: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let (mut characters, mut contracts) = (0, 0);
    let started = Instant::now();
    for line in BufReader::new(GzDecoder::new(File::open(path)?)).lines() {
        let gold: Gold = serde_json::from_str(&line?)?;
        if only.is_some_and(|words| !gold.title.contains(words.as_str())) {
            continue;
        }
        let reviewed = support::review(&gold.text)?;
        characters += gold.text.len();
        contracts += 1;
        if !quiet {
            print_findings(&gold.title, &reviewed);
        }
        for finding in reviewed.judgement.findings.iter().filter(|f| f.is_risk()) {
            *risks
                .entry(format!("{:?} {}", finding.outcome, finding.check))
                .or_default() += 1;
        }
        for (field, gold_name) in FIELDS {
            let Some(gold_value) = gold.answers.get(gold_name) else {
                continue;
            };
            let value = reviewed
                .judgement
                .key_terms
                .iter()
                .find(|t| t.field == field);
            let value = value.map_or("", |t| t.value.as_str());
            let slots = terms.entry(field).or_default();
            if gold_value.is_empty() || gold_value.contains('[') || gold_value == "No" {
                continue;
            }
            slots[0] += 1;
            slots[1] += usize::from(!value.is_empty());
            let right = agrees(gold_value, value);
            slots[2] += usize::from(right);
            if !right && !quiet {
                println!("    # {field}: gold {gold_value:?}, read {value:?}");
            }
        }
        for kind in ClauseKind::ALL {
            let Some(name) = kind.cuad_name() else {
                continue;
            };
            let is_there = gold
                .clauses
                .get(name)
                .is_some_and(|spans| !spans.is_empty());
            let is_found = reviewed.clauses.iter().any(|c| {
                c.kind == *kind && c.confidence >= 0.4 && c.polarity == Polarity::Affirmed
            });
            let slot = match (is_there, is_found) {
                (true, true) => 0,
                (false, true) => 1,
                (true, false) => 2,
                (false, false) => 3,
            };
            tally.entry(*kind).or_default()[slot] += 1;
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "\n{contracts} contracts, {} pages of 3,000 characters, {seconds:.1} s",
        characters / 3000
    );
    println!("\n{:38} there found-and-there precision recall", "kind");
    for (kind, [hit, false_hit, miss, _]) in &tally {
        let precision = 100 * hit / (hit + false_hit).max(1);
        let recall = 100 * hit / (hit + miss).max(1);
        println!(
            "{:38} {:5} {hit:15} {precision:9} {recall:6}",
            kind.title(),
            hit + miss
        );
    }
    println!("\nkey terms against the normalised answers: stated, read, right");
    for (field, [stated, read, right]) in terms {
        println!("{field:20} {stated:5} {read:5} {right:5}");
    }
    println!("\nrisks by check");
    let mut risks: Vec<(String, usize)> = risks.into_iter().collect();
    risks.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (check, count) in risks {
        println!("{count:5} {check}");
    }
    Ok(())
}

/// Key terms and the name of the same answer in CUAD.
const FIELDS: [(&str, &str); 7] = [
    ("contract_title", "Document Name"),
    ("agreement_date", "Agreement Date"),
    ("effective_date", "Effective Date"),
    ("expiration_date", "Expiration Date"),
    ("renewal_term", "Renewal Term"),
    ("renewal_notice", "Notice Period To Terminate Renewal"),
    ("governing_law", "Governing Law"),
];

/// Whether two values say the same, compared by letters and digits.
fn agrees(gold: &str, read: &str) -> bool {
    let plain = |text: &str| -> String {
        text.to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect()
    };
    if let Some(date) = find_dates(gold).first() {
        return date.value.to_iso() == read;
    }
    let (gold_plain, read_plain) = (plain(gold), plain(read));
    !read_plain.is_empty()
        && (gold_plain.contains(read_plain.trim_end_matches('s'))
            || read_plain.contains(gold_plain.trim_end_matches('s')))
}

fn print_findings(title: &str, reviewed: &support::Reviewed) {
    println!(
        "\n=== {title}\n    \"{}\" {:?}",
        reviewed.profile.title, reviewed.profile.contract_type
    );
    for party in &reviewed.profile.parties {
        println!("    {} {:?} {:?}", party.name, party.label, party.side);
    }
    for term in reviewed
        .judgement
        .key_terms
        .iter()
        .filter(|t| !t.value.is_empty())
    {
        println!("    {} = {}", term.field, term.value);
    }
    for finding in reviewed.judgement.findings.iter().filter(|f| f.is_risk()) {
        println!(
            "  {:?} {:?} {} ({:?}): {}",
            finding.severity, finding.outcome, finding.check, finding.confidence, finding.title
        );
        for citation in &finding.citations {
            println!(
                "      > {}",
                citation.quote.chars().take(420).collect::<String>()
            );
        }
    }
}
