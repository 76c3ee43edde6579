//! Key terms of every contract of a gold file against its answers, one line an answer: field, right
//! or not, gold, read, title. `cargo run -p countersign-offline --example facts -- train.jsonl.gz`
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};

use countersign_contracts::document::Document;
use countersign_offline::facts::read_facts;
use countersign_offline::facts::score::{Score, compare};
use flate2::read::GzDecoder;
use serde::Deserialize;

#[derive(Deserialize)]
struct Gold {
    title: String,
    text: String,
    answers: BTreeMap<String, String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("give the gold file")?;
    let mut scores: BTreeMap<&str, Score> = BTreeMap::new();
    for line in BufReader::new(GzDecoder::new(File::open(path)?)).lines() {
        let gold: Gold = serde_json::from_str(&line?)?;
        let facts = read_facts(&Document::from_plain_text(&gold.text));
        for row in compare(&facts, |question| {
            gold.answers.get(question).map(String::as_str)
        }) {
            scores.entry(row.field).or_default().add(&row);
            let verdict = if row.right { "right" } else { "WRONG" };
            println!(
                "{}\t{verdict}\t{}\t{}\t{}",
                row.field,
                on_one_line(&row.gold),
                on_one_line(&row.read),
                on_one_line(&gold.title)
            );
        }
    }
    for (field, s) in scores {
        eprintln!(
            "{field:16} stated {:4} read {:4} right {:4} recall {:.3} precision {:.3} strict {:.3}",
            s.stated,
            s.read,
            s.right,
            s.recall(),
            s.precision(),
            s.strict_precision()
        );
    }
    Ok(())
}

fn on_one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
