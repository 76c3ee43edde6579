//! Measures the trained clause model over the texts of a gold file: loading, and predicting with the
//! segmentation included, in time on the processor.
//!
//! `cargo run --release -p countersign-offline --example model_speed -- train.jsonl.gz`
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use countersign_contracts::document::Document;
use countersign_offline::model::places::hear;
use countersign_offline::model::segments::cut_segments;
use countersign_offline::model::{ClauseModel, embedded};
use flate2::read::GzDecoder;
use serde::Deserialize;

/// Characters of a printed page, on average.
const PAGE: usize = 3000;
/// The file that comes with the program.
static FILE: &[u8] = include_bytes!("../model/clauses.bin");

/// Time on the processor where the system tells it, so that other programs do not count; else the clock.
fn busy() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let ticks = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    ticks
        .and_then(|line| line.split(' ').next()?.parse().ok())
        .map_or_else(|| START.elapsed(), Duration::from_nanos)
}

#[derive(Deserialize)]
struct Gold {
    text: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("give the gold file (JSON lines, gzip)")?;
    let started = busy();
    let loaded = ClauseModel::load(FILE)?;
    println!(
        "{} bytes, {} kinds, loaded in {:?}",
        FILE.len(),
        loaded.kinds.len(),
        (busy() - started)
    );
    let model = embedded().map_err(Clone::clone)?;
    let (mut cutting, mut scoring, mut predicting, mut hearing) = (
        Duration::ZERO,
        Duration::ZERO,
        Duration::ZERO,
        Duration::ZERO,
    );
    let mut heard = 0;
    let (mut bytes, mut predictions) = (0, 0);
    for line in BufReader::new(GzDecoder::new(File::open(path)?)).lines() {
        let gold: Gold = serde_json::from_str(&line?)?;
        bytes += gold.text.len();
        let started = busy();
        let segments = cut_segments(&gold.text);
        cutting += busy() - started;
        let started = busy();
        predictions += model.predict(&gold.text, &segments).len();
        predicting += busy() - started;
        let started = busy();
        assert_eq!(
            model.score(&gold.text, &segments).total.len(),
            segments.len() * model.kinds.len()
        );
        scoring += busy() - started;
        let document = Document::from_plain_text(&gold.text);
        let started = busy();
        heard += hear(&document).0.len();
        hearing += busy() - started;
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
    println!(
        "as a review does  {:8.0} pages/s, {heard} places kept",
        rate(hearing)
    );
    Ok(())
}
