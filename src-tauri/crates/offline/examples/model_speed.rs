//! Measures the trained clause model over the texts of a gold file: loading, and predicting with the
//! segmentation included.
//!
//! `cargo run --release -p countersign-offline --example model_speed -- train.jsonl.gz`
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::time::{Duration, Instant};

use countersign_offline::model::segments::cut_segments;
use countersign_offline::model::{ClauseModel, embedded};
use flate2::read::GzDecoder;
use serde::Deserialize;

/// Characters of a printed page, on average.
const PAGE: usize = 3000;
/// The file that comes with the program.
static FILE: &[u8] = include_bytes!("../model/clauses.bin");

#[derive(Deserialize)]
struct Gold {
    text: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("give the gold file (JSON lines, gzip)")?;
    let started = Instant::now();
    let loaded = ClauseModel::load(FILE)?;
    println!(
        "{} bytes, {} kinds, loaded in {:?}",
        FILE.len(),
        loaded.kinds.len(),
        started.elapsed()
    );
    let model = embedded().map_err(Clone::clone)?;
    let (mut cutting, mut scoring, mut predicting) =
        (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    let (mut bytes, mut predictions) = (0, 0);
    for line in BufReader::new(GzDecoder::new(File::open(path)?)).lines() {
        let gold: Gold = serde_json::from_str(&line?)?;
        bytes += gold.text.len();
        let started = Instant::now();
        let segments = cut_segments(&gold.text);
        cutting += started.elapsed();
        let started = Instant::now();
        predictions += model.predict(&gold.text, &segments).len();
        predicting += started.elapsed();
        let started = Instant::now();
        assert_eq!(
            model.score(&gold.text, &segments).total.len(),
            segments.len() * model.kinds.len()
        );
        scoring += started.elapsed();
    }
    let pages = bytes / PAGE;
    let rate = |took: Duration| pages as f64 / took.as_secs_f64();
    println!("{pages} pages of {PAGE} characters, one core, {predictions} places");
    println!("segmentation      {:8.0} pages/s", rate(cutting));
    println!("first stage alone {:8.0} pages/s", rate(scoring));
    println!("both stages       {:8.0} pages/s", rate(predicting));
    println!(
        "all together      {:8.0} pages/s",
        rate(cutting + predicting)
    );
    Ok(())
}
