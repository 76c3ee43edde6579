//! Prints the table of common words (`src/embed/common-words.txt`): stems that more than one passage
//! in a hundred has, counted over every second contract of a gold file.
//!
//! `cargo run -p countersign-offline --example common_words -- train.jsonl.gz`
#![allow(clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};

use countersign_contracts::chunk::chunk_document;
use countersign_contracts::document::Document;
use countersign_contracts::passage::cut_passages;
use countersign_offline::embed::words::words_of;
use flate2::read::GzDecoder;
use serde::Deserialize;

/// A stem that fewer passages than this share have is not listed.
const SHARE: f64 = 0.01;
/// Entries on a line.
const LINE: usize = 10;

#[derive(Deserialize)]
struct Gold {
    text: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("give the gold file (JSON lines, gzip)")?;
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let mut passages = 0;
    let lines = BufReader::new(GzDecoder::new(File::open(path)?)).lines();
    for line in lines.step_by(2) {
        let gold: Gold = serde_json::from_str(&line?)?;
        let document = Document::from_plain_text(&gold.text);
        for passage in cut_passages(&document, &chunk_document(&document)) {
            passages += 1;
            let stems: BTreeSet<String> = words_of(&passage.searchable())
                .into_iter()
                .map(|w| w.stem)
                .collect();
            for stem in stems {
                *counts.entry(stem).or_default() += 1;
            }
        }
    }
    let common: Vec<String> = counts
        .into_iter()
        .map(|(stem, count)| (stem, f64::from(count) / f64::from(passages)))
        .filter(|(_, share)| *share > SHARE)
        .map(|(stem, share)| format!("{stem}:{:.0}", -share.ln() * 1000.0))
        .collect();
    for line in common.chunks(LINE) {
        println!("{}", line.join(" "));
    }
    Ok(())
}
