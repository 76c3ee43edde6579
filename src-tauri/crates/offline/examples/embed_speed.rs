//! Measures embeddings and retrieval over the texts of a gold file: how long one passage takes to embed,
//! one contract to be made ready, and one chunk to be given its context.
//!
//! `cargo run --release -p countersign-offline --example embed_speed -- train.jsonl.gz [CONTRACTS]`
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::time::{Duration, Instant};

use countersign_contracts::chunk::chunk_document;
use countersign_contracts::document::Document;
use countersign_contracts::passage::{EmbeddedPassage, cut_passages};
use countersign_offline::embed::embed;
use countersign_offline::profile_document;
use countersign_offline::retrieve::Index;
use flate2::read::GzDecoder;
use serde::Deserialize;

/// Tokens of context that a chunk is given.
const BUDGET: usize = 1500;

#[derive(Deserialize)]
struct Gold {
    text: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments
        .next()
        .ok_or("give the gold file (JSON lines, gzip)")?;
    let most: usize = arguments.next().map_or(Ok(usize::MAX), |n| n.parse())?;
    let [mut embedding, mut indexing, mut context] = [Duration::ZERO; 3];
    let (mut contracts, mut passages, mut chunks) = (0, 0, 0);
    let lines = BufReader::new(GzDecoder::new(File::open(path)?)).lines();
    for line in lines.take(most) {
        let gold: Gold = serde_json::from_str(&line?)?;
        let document = Document::from_plain_text(&gold.text);
        let profile = profile_document(&document);
        let cut = chunk_document(&document);
        let started = Instant::now();
        let rows: Vec<EmbeddedPassage> = cut_passages(&document, &cut)
            .into_iter()
            .map(|passage| EmbeddedPassage {
                embedding: embed(&passage.searchable()),
                passage,
            })
            .collect();
        embedding += started.elapsed();
        passages += rows.len();
        let started = Instant::now();
        let index = Index::new(rows, &profile);
        indexing += started.elapsed();
        let started = Instant::now();
        for chunk in &cut {
            let found = index.context_for_chunk(chunk.index, BUDGET);
            assert!(found.iter().all(|one| one.chunk != chunk.index));
        }
        context += started.elapsed();
        chunks += cut.len();
        contracts += 1;
    }
    let each = |took: Duration, count: usize| took.as_secs_f64() * 1e6 / count.max(1) as f64;
    println!("{contracts} contracts, {chunks} chunks, {passages} passages, one core");
    println!(
        "cut and embed  {:8.0} microseconds a passage",
        each(embedding, passages)
    );
    println!(
        "index          {:8.0} microseconds a contract",
        each(indexing, contracts)
    );
    println!(
        "context        {:8.0} microseconds a chunk",
        each(context, chunks)
    );
    Ok(())
}
