//! How well a passage is found again: for kinds of clauses, a few words are asked of every contract of
//! a gold file that has such a clause, and the passages of its gold spans are looked for among the
//! first three. By words, by embeddings, by both, and as the program shows them: with what defines a
//! term of the question before all else.
//!
//! `cargo run --release -p countersign-offline --example retrieval -- --corpus DIR [--every N]`, where
//! DIR holds `train.jsonl.gz`. Every second contract is asked, those that the table of common words was
//! not counted over.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use countersign_contracts::chunk::chunk_document;
use countersign_contracts::document::Document;
use countersign_contracts::passage::{EmbeddedPassage, cut_passages};
use countersign_offline::embed::embed;
use countersign_offline::embed::words::words_of;
use countersign_offline::profile_document;
use countersign_offline::retrieve::fuse::fuse;
use countersign_offline::retrieve::lexical::Lexical;
use countersign_offline::retrieve::{Index, ranked};
use flate2::read::GzDecoder;
use serde::Deserialize;

/// A kind of the gold file and the words asked for it.
const QUESTIONS: [(&str, &str); 14] = [
    (
        "Cap On Liability",
        "limit on total liability, maximum amount of damages",
    ),
    ("Governing Law", "which state's law governs this agreement"),
    (
        "Anti-Assignment",
        "assignment of the agreement without consent",
    ),
    (
        "Termination For Convenience",
        "terminate without cause on notice",
    ),
    ("Audit Rights", "right to audit books and records"),
    ("Insurance", "insurance coverage to be maintained"),
    ("Exclusivity", "exclusive rights, not appoint others"),
    ("Renewal Term", "automatic renewal of the term"),
    ("Non-Compete", "not to compete with the business"),
    (
        "Ip Ownership Assignment",
        "ownership of intellectual property created",
    ),
    ("Warranty Duration", "how long the warranty lasts"),
    ("Minimum Commitment", "minimum quantity to be purchased"),
    (
        "Change Of Control",
        "merger or change of control of a party",
    ),
    (
        "Post-Termination Services",
        "obligations after termination, transition, sell off inventory",
    ),
];

#[derive(Deserialize)]
struct Gold {
    text: String,
    clauses: BTreeMap<String, Vec<(usize, usize)>>,
}

/// Questions asked, and for each ranking those answered first and among the first three.
#[derive(Default, Clone, Copy)]
struct Tally {
    asked: usize,
    hits: [[usize; 2]; 4],
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|a| a == name)?;
        arguments.get(at + 1)
    };
    let corpus = value("--corpus").ok_or("give the folder of train.jsonl.gz with --corpus")?;
    let every: usize = value("--every").map_or(Ok(1), |n| n.parse())?;
    let file = File::open(Path::new(corpus).join("train.jsonl.gz"))?;
    let mut tallies = [Tally::default(); QUESTIONS.len()];
    let (mut contracts, mut passages) = (0, 0);
    let lines = BufReader::new(GzDecoder::new(file)).lines();
    for line in lines.skip(1).step_by(2).step_by(every) {
        let gold: Gold = serde_json::from_str(&line?)?;
        contracts += 1;
        passages += ask(&gold, &mut tallies);
    }
    println!("{contracts} contracts, {passages} passages; top 1 / top 3");
    let names = ["words", "embeddings", "both", "as shown"];
    println!(
        "{:28} {:>5}  {:>13} {:>13} {:>13} {:>13}",
        "", "asked", names[0], names[1], names[2], names[3]
    );
    let mut all = Tally::default();
    for ((kind, _), tally) in QUESTIONS.iter().zip(&tallies) {
        print(kind, tally);
        all.asked += tally.asked;
        for (sum, hits) in all.hits.iter_mut().zip(tally.hits) {
            *sum = [sum[0] + hits[0], sum[1] + hits[1]];
        }
    }
    print("all", &all);
    Ok(())
}

fn print(name: &str, tally: &Tally) {
    let share = |hits: usize| 100.0 * hits as f64 / tally.asked.max(1) as f64;
    let columns: Vec<String> = tally
        .hits
        .iter()
        .map(|[one, three]| format!("{:5.1} / {:5.1}", share(*one), share(*three)))
        .collect();
    println!("{name:28} {:5}  {}", tally.asked, columns.join(" "));
}

/// Asks one contract all questions that it has an answer to; tells how many passages it has.
fn ask(gold: &Gold, tallies: &mut [Tally]) -> usize {
    let document = Document::from_plain_text(&gold.text);
    let rows: Vec<EmbeddedPassage> = cut_passages(&document, &chunk_document(&document))
        .into_iter()
        .map(|passage| EmbeddedPassage {
            embedding: embed(&passage.searchable()),
            passage,
        })
        .collect();
    let lexical = Lexical::new(
        rows.iter()
            .map(|r| words_of(&r.passage.searchable()))
            .collect(),
    );
    let index = Index::new(rows.clone(), &profile_document(&document));
    for ((kind, question), tally) in QUESTIONS.iter().zip(tallies) {
        let wanted = holders(gold, kind, &document, &rows);
        if wanted.is_empty() {
            continue;
        }
        let embedding = embed(question);
        let cosines: Vec<Option<f32>> = rows
            .iter()
            .map(|r| r.embedding.cosine(&embedding))
            .collect();
        let (words, meaning) = (lexical.rank(&words_of(question)), ranked(&cosines));
        let fused = fuse(&words, &meaning)
            .into_iter()
            .map(|(row, _)| row)
            .collect();
        let shown = index.related(question, None, 3);
        let shown = shown
            .iter()
            .filter_map(|r| rows.iter().position(|row| row.passage == *r.passage))
            .collect();
        let rankings = [words, meaning, fused, shown];
        tally.asked += 1;
        for (hits, ranking) in tally.hits.iter_mut().zip(rankings) {
            for (slot, most) in hits.iter_mut().zip([1, 3]) {
                *slot += usize::from(ranking.iter().take(most).any(|row| wanted.contains(row)));
            }
        }
    }
    rows.len()
}

/// The rows that hold the beginning of a gold span of this kind. Gold counts characters of its own text, so a span
/// is found in the document by its words.
fn holders(gold: &Gold, kind: &str, document: &Document, rows: &[EmbeddedPassage]) -> Vec<usize> {
    let characters: Vec<char> = gold.text.chars().collect();
    let mut wanted = Vec::new();
    for (start, end) in gold.clauses.get(kind).into_iter().flatten() {
        let span: String = characters
            .get(*start..*end)
            .unwrap_or_default()
            .iter()
            .collect();
        let words: Vec<&str> = span.split_whitespace().take(8).collect();
        let Some(at) = document.text.find(&words.join(" ")) else {
            continue;
        };
        let row = rows
            .iter()
            .position(|r| r.passage.span.range().contains(&at));
        wanted.extend(row);
    }
    wanted
}
