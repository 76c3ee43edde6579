//! How the time of a review grows with pages and with contracts, and how a full store answers.
//!
//! `cargo xtask bench growth [--full]`. Contracts of 4, 40 and 400 pages, then 1, 10 and 100 contracts of
//! four pages; with `--full` 2,000 pages, 1,000 contracts and a store of 10,000.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod workbench;

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use countersign_engine::Engine;
use countersign_engine::config::Config;
use countersign_engine::views::{Nothing, PortfolioQuery, SearchText, SubmitContracts};
use countersign_tests::figures::{Bound, Figures, flag, median, option, percentile};
use countersign_tests::make_pdf;
use workbench::settle;

/// Pages of a contract and how often one is reviewed.
const PAGES: [(usize, usize); 4] = [(4, 9), (40, 5), (400, 3), (2_000, 1)];
/// Contracts at once, of [`SHORT`] pages each.
const CONTRACTS: [usize; 4] = [1, 10, 100, 1_000];
const SHORT: usize = 4;
/// A page of a long contract takes so many times what a page of a short one takes, at the most.
const FLAT: f64 = 1.2;
/// Contracts that a full store holds.
const STORED: usize = 10_000;
/// Contracts handed over at once while it is filled.
const AT_ONCE: usize = 500;
/// Times that each question is asked, and how soon 95 of 100 are answered, in milliseconds.
const ASKED: usize = 100;
const ANSWERED: f64 = 50.0;

fn main() -> Result<(), Box<dyn Error>> {
    countersign_engine::child::run_if_asked();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let desk = tempfile::tempdir_in(option("--folder").unwrap_or_else(|| ".".to_owned()))?;
    let mut figures = Figures::default();
    let full = flag("--full");
    runtime.block_on(pages(&mut figures, desk.path(), full))?;
    runtime.block_on(contracts(&mut figures, desk.path(), full))?;
    figures.finish()
}

/// What more pages cost.
async fn pages(figures: &mut Figures, desk: &Path, full: bool) -> Result<(), Box<dyn Error>> {
    let data = desk.join("pages");
    let engine = Engine::open(Config::of_this_program(data.clone())?).await?;
    let empty = stored(&data)?;
    let mut written = 0;
    let mut medians: Vec<(f64, f64)> = Vec::new();
    for (pages, rounds) in PAGES.into_iter().filter(|(pages, _)| full || *pages <= 400) {
        let mut seconds = Vec::new();
        for round in 0..rounds {
            seconds.push(review(&engine, desk, &[(pages, round as u64)]).await?);
            written += pages;
        }
        figures.spread(
            format!("{pages} pages, drop to report"),
            &seconds,
            "s",
            None,
        );
        medians.push((pages as f64, median(&seconds)));
    }
    // What was read a second time behind the reports is in it too.
    settle(&engine, None).await?;
    engine.close().await;
    let kilobytes = (stored(&data)? - empty) / 1000.0 / written as f64;
    let marginal = |from: usize, to: usize| -> f64 {
        let (Some(from), Some(to)) = (medians.get(from), medians.get(to)) else {
            return 0.0;
        };
        1000.0 * (to.1 - from.1) / (to.0 - from.0)
    };
    let first = marginal(1, 2);
    figures.add("a page more, from 40 to 400", first, "ms");
    if full {
        let last = marginal(2, 3);
        figures.add("a page more, from 400 to 2,000", last, "ms");
        let bound = Bound::AtMost(FLAT);
        figures.promise("the latter / the former", last / first, "", bound);
    }
    let fixed = medians
        .first()
        .map_or(0.0, |(pages, seconds)| 1000.0 * seconds - pages * first);
    figures.add("a contract, besides its pages", fixed, "ms");
    figures.add("database, a page", kilobytes, "kB");
    Ok(())
}

/// What more contracts cost, and what a full store answers.
async fn contracts(figures: &mut Figures, desk: &Path, full: bool) -> Result<(), Box<dyn Error>> {
    let engine = Engine::open(Config::of_this_program(desk.join("contracts"))?).await?;
    let mut seed = 0;
    let mut each = Vec::new();
    for count in CONTRACTS.into_iter().filter(|count| full || *count <= 100) {
        let many: Vec<(usize, u64)> = (0..count).map(|n| (SHORT, seed + n as u64)).collect();
        seed += count as u64;
        let milliseconds = 1000.0 * review(&engine, desk, &many).await? / count as f64;
        let name = format!("{count} contracts of {SHORT} pages at once, each");
        figures.add(name, milliseconds, "ms");
        each.push(milliseconds);
    }
    if full {
        let before = each.len().checked_sub(2).and_then(|at| each.get(at));
        let ratio = each
            .last()
            .zip(before)
            .map_or(0.0, |(last, before)| last / before);
        let bound = Bound::AtMost(FLAT);
        figures.promise("of 1,000, each / of 100, each", ratio, "", bound);
        while (seed as usize) < STORED {
            let many: Vec<_> = (0..AT_ONCE as u64)
                .map(|n| (1, 1_000_000 + seed + n))
                .collect();
            seed += AT_ONCE as u64;
            let seconds = review(&engine, desk, &many).await?;
            println!(
                "{seed} contracts: {:.1} ms each",
                1000.0 * seconds / AT_ONCE as f64
            );
        }
        settle(&engine, None).await?;
    }
    answers(figures, &engine).await?;
    engine.close().await;
    Ok(())
}

/// How soon a store is listed, sorted and searched.
async fn answers(figures: &mut Figures, engine: &Engine) -> Result<(), Box<dyn Error>> {
    let stored = engine.list_reviews(Nothing {}).await?.len();
    let grid = |sort: &str, words: &str, offset| PortfolioQuery {
        words: words.to_owned(),
        filters: Vec::new(),
        proposals: Vec::new(),
        sort: sort.to_owned(),
        descending: false,
        fields: [
            "supplier",
            "governing_law",
            "payment_days",
            "expiration_date",
        ]
        .map(str::to_owned)
        .to_vec(),
        offset,
        limit: None,
    };
    let search = |text: &str| SearchText {
        text: text.to_owned(),
        limit: None,
    };
    let mut took: [Vec<f64>; 5] = Default::default();
    for at in 0..ASKED {
        let [list, page, sorted, narrowed, found] = &mut took;
        let start = Instant::now();
        engine.list_reviews(Nothing {}).await?;
        list.push(milliseconds(start));
        let start = Instant::now();
        engine.portfolio(grid("file", "", 0)).await?;
        page.push(milliseconds(start));
        let start = Instant::now();
        let far = (stored * at / ASKED) as u32;
        engine.portfolio(grid("payment_days", "", far)).await?;
        sorted.push(milliseconds(start));
        let start = Instant::now();
        engine
            .portfolio(grid("expiration_date", "england", 0))
            .await?;
        narrowed.push(milliseconds(start));
        let words = [
            "liability cap",
            "notice of renewal",
            "late payment",
            "personal data",
        ];
        let start = Instant::now();
        engine.search_text(search(words[at % words.len()])).await?;
        found.push(milliseconds(start));
    }
    let names = [
        "list of all",
        "grid by name",
        "grid by a term, any page",
        "grid narrowed by words",
        "search over all",
    ];
    for (name, took) in names.iter().zip(&took) {
        let bound = Bound::AtMost(ANSWERED);
        let name = format!("{stored} contracts, {name}, p95");
        figures.promise(name, percentile(took, 95), "ms", bound);
    }
    Ok(())
}

fn milliseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1000.0
}

/// Seconds from handing contracts of so many pages over to the last report.
async fn review(
    engine: &Engine,
    desk: &Path,
    contracts: &[(usize, u64)],
) -> Result<f64, Box<dyn Error>> {
    let mut drop_ids = Vec::new();
    for (pages, seed) in contracts {
        let file = desk.join(format!("Contract {pages} {seed}.pdf"));
        std::fs::write(&file, make_pdf::contract_of(*pages, *seed))?;
        drop_ids.push(engine.register_file(&file));
    }
    let start = Instant::now();
    let submit = SubmitContracts {
        drop_ids,
        playbook: None,
    };
    let submitted = engine.submit_contracts(submit).await?;
    let ids: Vec<String> = submitted
        .into_iter()
        .filter_map(|one| one.review_id)
        .collect();
    assert_eq!(ids.len(), contracts.len(), "all were accepted");
    settle(engine, None).await?;
    Ok(start.elapsed().as_secs_f64())
}

/// Bytes of the database.
fn stored(data: &Path) -> Result<f64, Box<dyn Error>> {
    let mut bytes = 0.0;
    for ending in ["", "-wal"] {
        if let Ok(file) = std::fs::metadata(data.join(format!("countersign.db{ending}"))) {
            bytes += file.len() as f64;
        }
    }
    Ok(bytes)
}
