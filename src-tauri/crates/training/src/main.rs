//! `countersign-training CORPUS MODEL [--seed N] [--folds K]`: trains the clause model of the offline
//! reader and prints how well each kind is told out of fold. Reached through `cargo xtask train`.

#![expect(
    clippy::print_stdout,
    reason = "figures on stdout are what this program is for"
)]

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use countersign_training::Error;
use countersign_training::corpus::read_corpus;
use countersign_training::dataset::Dataset;
use countersign_training::fit::{Options, fit};

fn main() -> ExitCode {
    match Order::read(std::env::args().skip(1)) {
        Some(order) => match train(&order) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        },
        None => {
            eprintln!("countersign-training CORPUS.jsonl.gz MODEL.bin [--seed N] [--folds K]");
            ExitCode::from(2)
        }
    }
}

struct Order {
    corpus: PathBuf,
    model: PathBuf,
    options: Options,
}

impl Order {
    fn read(mut words: impl Iterator<Item = String>) -> Option<Self> {
        let mut files = Vec::new();
        let mut options = Options::default();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--seed" => options.seed = words.next()?.parse().ok()?,
                "--folds" => options.folds = words.next()?.parse().ok().filter(|k| *k >= 2)?,
                _ => files.push(PathBuf::from(word)),
            }
        }
        let [corpus, model] = files.try_into().ok()?;
        Some(Self {
            corpus,
            model,
            options,
        })
    }
}

fn train(order: &Order) -> Result<(), Error> {
    let started = Instant::now();
    let dataset = Dataset::new(read_corpus(&order.corpus)?);
    println!(
        "{} contracts, {} segments, {} features",
        dataset.contracts.len(),
        dataset.rows.len(),
        dataset.rows.width
    );
    let all: Vec<usize> = (0..dataset.contracts.len()).collect();
    let (parts, presence) = fit(&dataset, &all, &order.options);
    let bytes = parts.to_bytes();
    std::fs::write(&order.model, &bytes).map_err(|source| Error::Write {
        path: order.model.clone(),
        source,
    })?;
    println!(
        "\n{:36} there  hit false precision recall  found possible",
        "kind, out of fold"
    );
    let (mut hits, mut false_hits, mut there) = (0, 0, 0);
    for (presence, kind) in presence.iter().zip(&parts.kinds) {
        if presence.kind.cuad_name().is_some() {
            hits += presence.hit;
            false_hits += presence.false_hit;
            there += presence.there;
        }
        println!(
            "{:36} {:5} {:4} {:5} {:9.3} {:6.3} {:6.3} {:8.3}",
            presence.kind.id(),
            presence.there,
            presence.hit,
            presence.false_hit,
            presence.hit as f32 / (presence.hit + presence.false_hit).max(1) as f32,
            presence.hit as f32 / presence.there.max(1) as f32,
            kind.found,
            kind.possible
        );
    }
    println!(
        "\nCUAD's kinds together: presence F1 {:.3}",
        2.0 * hits as f32 / (hits + false_hits + there).max(1) as f32
    );
    println!(
        "{}: {} bytes, {} weights, {} trees; {:.0} s",
        order.model.display(),
        bytes.len(),
        parts.weights.iter().map(Vec::len).sum::<usize>(),
        parts.forest.trees.len(),
        started.elapsed().as_secs_f64()
    );
    Ok(())
}
