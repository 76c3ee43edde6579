//! Measures the register: fills a new database with synthetic contracts and prints how long a page of the
//! portfolio takes, in several orders and narrowed by words, and a page of deadlines.
//!
//! `cargo run --release -p countersign-store --example register_speed -- [CONTRACTS]`, 10,000 when none is
//! given.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::time::Instant;

use countersign_store::Store;
use countersign_store::register::{Order, Query};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};

const FIELDS: [&str; 20] = [
    "contract_type",
    "contract_title",
    "supplier",
    "customer",
    "agreement_date",
    "effective_date",
    "initial_term",
    "expiration_date",
    "renewal_term",
    "renewal_notice",
    "governing_law",
    "forum",
    "annual_fees",
    "payment_days",
    "late_interest",
    "liability_cap",
    "cure_period",
    "availability",
    "breach_notice",
    "notice_deadline",
];
const TRIES: usize = 20;
/// As large as a usual report is once compressed.
const REPORT_BYTES: usize = 24_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let contracts: u32 = std::env::args().nth(1).map_or(Ok(10_000), |n| n.parse())?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("speed.db");
    let doors = Store::open(&file).await?;
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .foreign_keys(true);
    fill(&mut options.connect().await?, contracts).await?;
    let usual = Query {
        words: String::new(),
        conditions: Vec::new(),
        proposals: Vec::new(),
        order: Order::File,
        descending: false,
        fields: FIELDS
            .iter()
            .take(10)
            .map(|field| (*field).to_owned())
            .collect(),
        offset: 0,
        limit: 100,
    };
    let by_days = Query {
        order: Order::Field("payment_days".to_owned()),
        ..usual.clone()
    };
    let far = Query {
        offset: contracts.saturating_sub(100),
        ..by_days.clone()
    };
    let words = Query {
        words: "delaware 77".to_owned(),
        ..by_days.clone()
    };
    let cases = [
        ("by name", usual),
        ("by payment days", by_days),
        ("its last page", far),
        ("two words", words),
    ];
    println!("{contracts} contracts, a page of 100 rows with 10 cells each, {TRIES} times:");
    for (name, query) in cases {
        let mut took = Vec::new();
        let mut found = 0;
        for _ in 0..TRIES {
            let started = Instant::now();
            found = doors.commands.register(&query).await?.1;
            took.push(started.elapsed().as_secs_f64() * 1000.0);
        }
        tell(name, &mut took, found);
    }
    let mut took = Vec::new();
    let mut found = 0;
    for _ in 0..TRIES {
        let started = Instant::now();
        found = doors.commands.deadlines().await?.len() as u32;
        took.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    tell("all deadlines", &mut took, found);
    Ok(())
}

fn tell(name: &str, took: &mut [f64], found: u32) {
    took.sort_by(f64::total_cmp);
    let middle = took.get(took.len() / 2).copied().unwrap_or_default();
    let longest = took.last().copied().unwrap_or_default();
    println!("  {name}: {found} found, p50 {middle:.1} ms, longest {longest:.1} ms");
}

async fn fill(db: &mut SqliteConnection, contracts: u32) -> Result<(), Box<dyn Error>> {
    sqlx::query("begin").execute(&mut *db).await?;
    sqlx::query("insert into playbooks values ('p', 'p', 'P', '1', '', 0)")
        .execute(&mut *db)
        .await?;
    let report = vec![1_u8; REPORT_BYTES];
    for at in 0..contracts {
        let id = format!("{at:08}");
        sqlx::query("insert into contracts values (?1, 'Contract ' || ?1 || '.pdf', 'application/pdf', ?1, 1, 0)")
            .bind(&id)
            .execute(&mut *db)
            .await?;
        sqlx::query(
            "insert into reviews (id, contract_id, playbook_sha256, pipeline_version, reader, state, stage, vtime, created_at)
             values (?1, ?1, 'p', 1, 'offline', 'queued', 'read', 0, ?2)",
        )
        .bind(&id)
        .bind(at)
        .execute(&mut *db)
        .await?;
        sqlx::query("insert into reports values (?, 'negotiate', ?, 1, 2, 3, ?)")
            .bind(&id)
            .bind(at % 3)
            .bind(&report)
            .execute(&mut *db)
            .await?;
        for field in FIELDS {
            let days = (at * 7919) % 120;
            let (value, scale, number) = match field {
                "payment_days" => (format!("{days} days"), Some("days"), Some(f64::from(days))),
                "governing_law" => (
                    ["England", "Delaware", "Germany"][at as usize % 3].to_owned(),
                    None,
                    None,
                ),
                "expiration_date" | "notice_deadline" => (
                    format!("{}-03-{:02}", 2024 + at % 7, 1 + at % 28),
                    None,
                    None,
                ),
                _ => (format!("{field} of contract {}", at % 1000), None, None),
            };
            sqlx::query("insert into register_cells values (?, ?, ?, null, 'stated', ?, ?, 1)")
                .bind(&id)
                .bind(field)
                .bind(value)
                .bind(scale)
                .bind(number)
                .execute(&mut *db)
                .await?;
        }
        for position in 0..2 {
            sqlx::query("insert into register_deadlines values (?, ?, 'end', 'Initial term ends', ?, '[]', 1)")
                .bind(&id)
                .bind(position)
                .bind(format!("{}-03-{:02}", 2024 + at % 7 + position, 1 + at % 28))
                .execute(&mut *db)
                .await?;
        }
    }
    sqlx::query("commit").execute(db).await?;
    Ok(())
}
