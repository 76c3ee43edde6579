//! Prints places that the trained clause model counts as found, for reading by hand: at most COUNT of a
//! kind, spread evenly over the contracts of a gold file.
//!
//! `cargo run --release -p countersign-offline --example places -- train.jsonl.gz COUNT KIND…`
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};

use countersign_contracts::clause::ClauseKind;
use countersign_offline::model::embedded;
use flate2::read::GzDecoder;
use serde::Deserialize;

/// Characters of a place that are printed.
const SHOWN: usize = 600;

#[derive(Deserialize)]
struct Gold {
    text: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments
        .next()
        .ok_or("give the gold file (JSON lines, gzip), a number and kinds")?;
    let count: usize = arguments.next().ok_or("give a number")?.parse()?;
    let wanted: Vec<String> = arguments.collect();
    let model = embedded().map_err(Clone::clone)?;
    let kinds: Vec<ClauseKind> = ClauseKind::ALL
        .iter()
        .copied()
        .filter(|kind| wanted.iter().any(|id| id == kind.id()))
        .collect();
    let mut places: Vec<Vec<String>> = vec![Vec::new(); kinds.len()];
    for line in BufReader::new(GzDecoder::new(File::open(path)?)).lines() {
        let gold: Gold = serde_json::from_str(&line?)?;
        for place in model.read(&gold.text) {
            let found = model
                .kind(place.kind)
                .is_some_and(|k| place.confidence >= k.found);
            let Some(slot) = kinds
                .iter()
                .position(|k| *k == place.kind)
                .filter(|_| found)
            else {
                continue;
            };
            let text = gold.text.get(place.span.range()).unwrap_or("");
            let text: Vec<&str> = text.split_whitespace().collect();
            let text: String = text.join(" ").chars().take(SHOWN).collect();
            places[slot].push(format!("{:.2} {text}", place.confidence));
        }
    }
    for (kind, places) in kinds.iter().zip(&places) {
        println!("\n== {} ({} places)", kind.id(), places.len());
        let step = (places.len() / count.max(1)).max(1);
        for place in places.iter().step_by(step).take(count) {
            println!("{place}");
        }
    }
    Ok(())
}
