//! Measures the offline reader over the texts of a gold file: profile, reading and judging apart.
//!
//! `cargo run --release -p countersign-offline --example speed -- train.jsonl.gz`
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::time::{Duration, Instant};

use countersign_contracts::chunk::chunk_document;
use countersign_contracts::clause::Clause;
use countersign_contracts::document::Document;
use countersign_contracts::judge::judge;
use countersign_contracts::playbook::Playbook;
use countersign_offline::{ChunkInput, profile_document, read_chunk};
use flate2::read::GzDecoder;
use serde::Deserialize;

/// Characters of a printed page, on average.
const PAGE: usize = 3000;

#[derive(Deserialize)]
struct Gold {
    text: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("give the gold file (JSON lines, gzip)")?;
    let playbook = Playbook::procurement()?;
    let mut spent = [Duration::ZERO; 4];
    let (mut bytes, mut longest) = (0, Duration::ZERO);
    for line in BufReader::new(GzDecoder::new(File::open(path)?)).lines() {
        let gold: Gold = serde_json::from_str(&line?)?;
        let document = Document::from_plain_text(&gold.text);
        bytes += document.text.len();
        let started = Instant::now();
        let profile = profile_document(&document);
        let profiled = Instant::now();
        let chunks = chunk_document(&document);
        let chunked = Instant::now();
        let clauses: Vec<Clause> = chunks
            .iter()
            .flat_map(|chunk| {
                read_chunk(&ChunkInput {
                    text: document.slice(chunk.span),
                    start: chunk.span.start as usize,
                    heading_path: &chunk.heading_path,
                    profile: &profile,
                })
            })
            .collect();
        let read = Instant::now();
        let judgement = judge(&document, &profile, &clauses, &playbook);
        let judged = read.elapsed();
        assert!(!judgement.findings.is_empty());
        longest = longest.max(judged);
        for (slot, took) in spent.iter_mut().zip([
            profiled - started,
            chunked - profiled,
            read - chunked,
            judged,
        ]) {
            *slot += took;
        }
    }
    let pages = bytes / PAGE;
    println!("{pages} pages of {PAGE} characters, one core");
    for (name, took) in ["profile", "chunk", "read", "judge"].iter().zip(spent) {
        println!(
            "{name:8} {:8.2} s {:8.0} pages/s",
            took.as_secs_f64(),
            pages as f64 / took.as_secs_f64()
        );
    }
    let all: f64 = spent.iter().map(Duration::as_secs_f64).sum();
    println!(
        "{:8} {all:8.2} s {:8.0} pages/s; longest judgement {longest:?}",
        "all",
        pages as f64 / all
    );
    Ok(())
}
