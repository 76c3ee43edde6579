//! How near a backlog comes to what the model's own slowness allows.
//!
//! `cargo xtask bench schedule [--full]`. A model of varied latency that refuses one call in twenty is
//! asked about every part of twenty contracts of 4 to 400 pages, eight questions at a time. No
//! schedule ends before all latencies are served by eight at once, or before the longest chain of
//! one question's tries; the bound is computed from what the model's server wrote down.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod workbench;

use std::collections::{BTreeMap, VecDeque};
use std::error::Error;
use std::time::Instant;

use countersign_engine::Engine;
use countersign_engine::config::Config;
use countersign_engine::views::{Nothing, ReviewState, SubmitContracts};
use countersign_tests::fault_server::process::FaultProcess;
use countersign_tests::fault_server::{Call, Chance, Fault, Latency, Script};
use countersign_tests::figures::{Bound, Figures, flag, option, percentile};
use countersign_tests::make_pdf;
use workbench::{ask, settle};

const SLOTS: usize = 8;
const CONTRACTS: usize = 20;
const SHORTEST: usize = 4;
const LONGEST: usize = 400;
const MEDIAN_MS: f64 = 2_000.0;
const RETRY_AFTER_MS: f64 = 1_000.0;
/// Without `--full` all times of the model are divided by this.
const FASTER: f64 = 5.0;
const REFUSED_PER_MILLE: u32 = 50;
const PROMISE: f64 = 1.05;

fn main() -> Result<(), Box<dyn Error>> {
    countersign_engine::child::run_if_asked();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    runtime.block_on(bench())
}

async fn bench() -> Result<(), Box<dyn Error>> {
    let faster = if flag("--full") { 1.0 } else { FASTER };
    let program = option("--server").ok_or("expected --server PROGRAM")?;
    let server = FaultProcess::start(program.as_ref(), &[])?;
    server.follow(&script(faster))?;
    println!(
        "a model of {:.0} ms median (a real one's {MEDIAN_MS:.0} ms divided by {faster:.0}), {SLOTS} at once, \
         1 in {} refused with {:.0} ms to wait",
        MEDIAN_MS / faster,
        1_000 / REFUSED_PER_MILLE,
        RETRY_AFTER_MS / faster
    );
    let desk = tempfile::tempdir_in(option("--folder").unwrap_or_else(|| ".".to_owned()))?;
    let engine = Engine::open(Config::of_this_program(desk.path().join("data"))?).await?;
    ask(&engine, server.base_url(), SLOTS as u32).await?;
    let mut drop_ids = Vec::new();
    for n in 0..CONTRACTS {
        let pages = SHORTEST + n * (LONGEST - SHORTEST) / (CONTRACTS - 1);
        let path = desk.path().join(format!("{pages} pages.pdf"));
        std::fs::write(&path, make_pdf::contract_of(pages, n as u64))?;
        drop_ids.push(engine.register_file(&path));
    }
    let submit = SubmitContracts {
        drop_ids,
        playbook: None,
    };
    let start = Instant::now();
    engine.submit_contracts(submit).await?;
    settle(&engine, None).await?;
    let seconds = start.elapsed().as_secs_f64();
    let reviews = engine.list_reviews(Nothing {}).await?;
    let completed = reviews
        .iter()
        .filter(|row| row.state == ReviewState::Completed)
        .count();
    engine.close().await;
    let ledger = server.ledger()?;
    let mut figures = Figures::default();
    figures.promise(
        "contracts completed",
        completed as f64,
        "",
        Bound::AtLeast(CONTRACTS as f64),
    );
    report(
        &mut figures,
        &ledger.calls,
        seconds,
        RETRY_AFTER_MS / faster,
    );
    figures.promise(
        "most calls at once",
        ledger.peak as f64,
        "",
        Bound::AtMost(SLOTS as f64),
    );
    figures.finish()
}

fn script(faster: f64) -> Script {
    let wait = format!("{:.0}", RETRY_AFTER_MS / faster);
    Script {
        chances: vec![Chance {
            fault: Fault::status(429, &[("retry-after-ms", &wait)]),
            per_mille: REFUSED_PER_MILLE,
        }],
        seed: 1,
        latency: Latency::Lognormal {
            median_ms: MEDIAN_MS / faster,
            sigma: 0.5,
        },
        ..Script::default()
    }
}

fn report(figures: &mut Figures, calls: &[Call], seconds: f64, wait_ms: f64) {
    let took = |call: &Call| {
        call.ended_ms
            .map_or(0.0, |ended| (ended - call.started_ms) as f64)
    };
    let waits = |call: &Call| if call.fault == "429" { wait_ms } else { 0.0 };
    let mut chains: BTreeMap<&str, f64> = BTreeMap::new();
    for call in calls {
        *chains.entry(&call.key).or_default() += took(call) + waits(call);
    }
    let chain = chains.values().copied().fold(0.0, f64::max) / 1000.0;
    let served: f64 = calls.iter().map(took).sum::<f64>() / 1000.0 / SLOTS as f64;
    let waited: f64 = calls.iter().map(waits).sum::<f64>() / 1000.0 / SLOTS as f64;
    let bound = (served + waited).max(chain);
    let first = calls.iter().map(|call| call.started_ms).min().unwrap_or(0);
    let last = calls
        .iter()
        .filter_map(|call| call.ended_ms)
        .max()
        .unwrap_or(0);
    let asking = (last - first) as f64 / 1000.0;
    figures.add("calls", calls.len() as f64, "");
    figures.add("latencies and waits / 8", served + waited, "s");
    figures.add("latencies alone / 8", served, "s");
    figures.add("longest chain of one question", chain, "s");
    figures.add("submit to last notice", seconds, "s");
    figures.add("first call to last answer", asking, "s");
    figures.promise(
        "from submit / bound",
        seconds / bound,
        "",
        Bound::AtMost(PROMISE),
    );
    figures.promise(
        "from first call / bound",
        asking / bound,
        "",
        Bound::AtMost(PROMISE),
    );
    figures.add("from submit / latencies alone", seconds / served, "");
    let gaps = gaps(calls);
    figures.add(
        "from freed slot to next call, p50",
        percentile(&gaps, 50),
        "ms",
    );
    figures.add(
        "from freed slot to next call, p99",
        percentile(&gaps, 99),
        "ms",
    );
}

/// How long each slot stood empty before each call: calls take the slot that was freed first.
fn gaps(calls: &[Call]) -> Vec<f64> {
    let mut moments: Vec<(u64, bool)> = calls
        .iter()
        .flat_map(|call| {
            let ended = call.ended_ms.map(|ended| (ended, false));
            ended.into_iter().chain([(call.started_ms, true)])
        })
        .collect();
    // In the same millisecond the slot is freed before it is taken.
    moments.sort_unstable();
    let mut freed: VecDeque<u64> = VecDeque::new();
    let mut gaps = Vec::new();
    for (at, begins) in moments {
        if !begins {
            freed.push_back(at);
        } else if let Some(since) = freed.pop_front() {
            gaps.push((at - since) as f64);
        }
    }
    gaps
}
