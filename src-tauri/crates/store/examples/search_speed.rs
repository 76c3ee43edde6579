//! Measures the search over all contracts: fills a new database with synthetic passages and prints how
//! long a search takes, by words and by nearness together.
//!
//! `cargo run --release -p countersign-store --example search_speed -- [PASSAGES]`, 100,000 when none
//! is given. Words fall off as in English (Zipf), so that a search has frequent and rare ones.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use countersign_contracts::embedding::{Embedder, Embedding, SignQuery};
use countersign_store::Store;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};

const DIMENSION: usize = 384;
const PASSAGES_OF_A_REVIEW: usize = 60;
const WORDS_OF_A_PASSAGE: usize = 170;
const VOCABULARY: u64 = 20_000;
const SEARCHES: usize = 200;

/// Numbers that look random and are the same in every run.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    /// The rank of a word: each ten times rarer than the word at a tenth of its rank.
    fn rank(&mut self, from: u64) -> u64 {
        let share = (self.next() % 1_000_000) as f64 / 1_000_000.0;
        let (low, high) = ((from as f64).ln(), (VOCABULARY as f64).ln());
        (low + share * (high - low)).exp() as u64
    }

    fn words(&mut self, count: usize, from: u64) -> String {
        let words: Vec<String> = (0..count)
            .map(|_| format!("w{}", self.rank(from)))
            .collect();
        words.join(" ")
    }

    fn embedding(&mut self, embedder: &Arc<Embedder>) -> Option<Embedding> {
        let weights: Vec<i64> = (0..DIMENSION)
            .map(|_| (self.next() % 255) as i64 - 127)
            .collect();
        Embedding::from_weights(Arc::clone(embedder), &weights)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let passages: usize = std::env::args().nth(1).map_or(Ok(100_000), |n| n.parse())?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("speed.db");
    let doors = Store::open(&file).await?;
    let embedder = Arc::new(Embedder {
        name: "synthetic".into(),
        version: 1,
        dimension: DIMENSION as u32,
    });
    let mut noise = Noise(1);
    let started = Instant::now();
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .foreign_keys(true);
    let mut db = options.connect().await?;
    fill(&mut db, passages, &embedder, &mut noise).await?;
    println!(
        "{passages} passages written in {:.1} s",
        started.elapsed().as_secs_f64()
    );
    let mut took: Vec<Duration> = Vec::new();
    let mut found = 0;
    for at in 0..SEARCHES {
        // The word of rank r is in about 17 / r of all passages.
        let query = format!("{} {}", noise.words(1, 10), noise.words(1 + at % 3, 100));
        let embedding = noise
            .embedding(&embedder)
            .ok_or("an embedding of another length")?;
        let started = Instant::now();
        let hits = doors
            .commands
            .search_passages(&query, &embedding, 60)
            .await?;
        took.push(started.elapsed());
        found += hits.by_words.len() + hits.by_nearness.len();
    }
    took.sort();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    println!(
        "{SEARCHES} searches, {found} passages found: p50 {:.1} ms, p95 {:.1} ms, longest {:.1} ms",
        at(0.5),
        at(0.95),
        at(1.0)
    );
    println!(
        "database {} MB",
        std::fs::metadata(&file)?.len() / 1_000_000
    );
    Ok(())
}

async fn fill(
    db: &mut SqliteConnection,
    passages: usize,
    embedder: &Arc<Embedder>,
    noise: &mut Noise,
) -> Result<(), Box<dyn Error>> {
    sqlx::query("begin").execute(&mut *db).await?;
    sqlx::query("insert into playbooks values ('p', 'p', 'P', '1', '', 0)")
        .execute(&mut *db)
        .await?;
    sqlx::query("insert into embedders values (1, 'synthetic', 1, ?)")
        .bind(DIMENSION as i64)
        .execute(&mut *db)
        .await?;
    let mut id = 0;
    while id < passages {
        let review = format!("{id:08}");
        sqlx::query("insert into contracts (id, file_name, media_type, sha256, size_bytes, created_at) values (?1, ?1, 'application/pdf', ?1, 1, 0)")
            .bind(&review)
            .execute(&mut *db)
            .await?;
        sqlx::query(
            "insert into reviews (id, contract_id, playbook_sha256, pipeline_version, reader, state, stage, vtime, created_at)
             values (?1, ?1, 'p', 1, 'offline', 'queued', 'read', 0, 0)",
        )
        .bind(&review)
        .execute(&mut *db)
        .await?;
        let first = id + 1;
        let mut signs = Vec::new();
        for at in 0..PASSAGES_OF_A_REVIEW.min(passages - id) {
            id += 1;
            let embedding = noise
                .embedding(embedder)
                .ok_or("an embedding of another length")?;
            signs.extend(SignQuery::sign_bytes(&embedding));
            let bytes: Vec<u8> = embedding.components().iter().map(|c| *c as u8).collect();
            sqlx::query("insert into passages values (?, ?, ?, 0, 0, 0, 1, ?, ?, '[]', '[]', ?)")
                .bind(id as i64)
                .bind(&review)
                .bind(at as i64)
                .bind(bytes)
                .bind(noise.words(2, 100))
                .bind(noise.words(WORDS_OF_A_PASSAGE, 1))
                .execute(&mut *db)
                .await?;
        }
        sqlx::query("insert into passage_sets values (?, 1, ?, ?, ?)")
            .bind(&review)
            .bind(first as i64)
            .bind((id + 1 - first) as i64)
            .bind(signs)
            .execute(&mut *db)
            .await?;
    }
    sqlx::query("commit").execute(db).await?;
    Ok(())
}
