//! Killed at random instants. `COUNTERSIGN_KILLS` (or `cargo xtask soak --kills N`) says how often,
//! `COUNTERSIGN_SEED` when.

use std::path::Path;
use std::time::{Duration, Instant};

use countersign_store::faults::Mistake;
use countersign_tests::fault_server::process::FaultProcess;
use countersign_tests::make_pdf;

use super::audit::Audit;
use super::house::{Dice, House, PATIENCE};

/// Kills without being asked for more.
const KILLS: u32 = 200;
/// How long a worker lives before it is killed.
const SHORTEST_LIFE_MS: f64 = 15.0;
const LONGEST_LIFE_MS: f64 = 700.0;
/// At most so many times what a start takes: on a busy machine one that is killed while it starts shows nothing.
const STARTS: f64 = 6.0;
/// Contracts submitted whenever all are done; half of them ask what another has asked.
const BATCH: u64 = 4;
/// Before this share of starts another contract is submitted: steps that were lost often wait, and a
/// program that waits is not worth killing.
const NEW_WORK: f64 = 0.2;

/// A house whose programs are killed, and the server that counts what they ask.
struct Siege {
    house: House,
    server: FaultProcess,
    dice: Dice,
    contracts: u64,
    longest_life_ms: f64,
    kills_of_submits: u32,
    kills_of_workers: u32,
}

impl Siege {
    async fn new(seed: u64) -> Self {
        // Long enough that questions are under way when the kill comes.
        let server = FaultProcess::start(
            Path::new(env!("CARGO_BIN_EXE_fault_server")),
            &["--latency", "40~0.6"],
        )
        .unwrap();
        let house = House::new(server.base_url()).await;
        let begun = Instant::now();
        // With nothing to do it starts and ends.
        house.start(&["resume"]).wait().await.unwrap();
        let start_ms = begun.elapsed().as_secs_f64() * 1000.0;
        Self {
            house,
            server,
            dice: Dice::of(seed),
            contracts: 0,
            longest_life_ms: LONGEST_LIFE_MS.max(STARTS * start_ms),
            kills_of_submits: 0,
            kills_of_workers: 0,
        }
    }

    fn kills(&self) -> u32 {
        self.kills_of_submits + self.kills_of_workers
    }

    /// Submits a new contract; some of the submitting programs are killed and then run again.
    async fn submit(&mut self) {
        let number = self.contracts;
        self.contracts += 1;
        let seed = number / 2;
        let mut bytes = make_pdf::contract_of(1 + (seed % 4) as usize, seed);
        if number % 2 == 1 {
            bytes.extend_from_slice(b"\n% the same words in another file\n");
        }
        let file = self.house.desk.file(&format!("{number}.pdf"), &bytes);
        if self.dice.throw() < 0.5 {
            let mut submit = self.house.start(&["submit", file.to_str().unwrap()]);
            let life = self.dice.time(SHORTEST_LIFE_MS, 200.0);
            if tokio::time::timeout(life, submit.wait()).await.is_err() {
                submit.kill().await.unwrap();
                self.kills_of_submits += 1;
            }
        }
        self.house.submit(file).await;
    }

    async fn refill(&mut self) {
        for _ in 0..BATCH {
            self.submit().await;
        }
    }

    /// Kills until `kills` are reached.
    async fn go_on(&mut self, kills: u32) {
        if self.contracts == 0 {
            self.refill().await;
        }
        while self.kills() < kills {
            if self.dice.throw() < NEW_WORK {
                self.submit().await;
            }
            let mut worker = self.house.start(&["resume"]);
            let life = self.dice.time(SHORTEST_LIFE_MS, self.longest_life_ms);
            match tokio::time::timeout(life, worker.wait()).await {
                Ok(_) => self.refill().await,
                Err(_) => {
                    worker.kill().await.unwrap();
                    self.kills_of_workers += 1;
                }
            }
        }
    }

    /// Lets the work end and counts. A review that was set aside after ten losses is retried, as a
    /// person would.
    async fn end(&mut self, patience: Duration) -> (usize, Audit) {
        let mut finished = self.house.finish(patience).await;
        let first = Audit::of(&self.house, &self.server.ledger().unwrap()).await;
        if finished && first.set_aside > 0 {
            let engine = self.house.engine().await;
            for (review_id, _) in &self.house.promised {
                let review_id = review_id.clone();
                let of = countersign_engine::views::ReviewId { review_id };
                engine.retry_review(of).await.unwrap();
            }
            engine.close().await;
            finished = self.house.finish(patience).await;
            let last = Audit::of(&self.house, &self.server.ledger().unwrap()).await;
            assert!(finished, "the retried reviews come to an end");
            return (first.set_aside, last);
        }
        (first.set_aside, first)
    }
}

fn from_environment<T: std::str::FromStr>(name: &str, otherwise: T) -> T {
    std::env::var(name)
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(otherwise)
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_instants_nothing_is_lost_and_nothing_is_paid_again() {
    let kills = from_environment("COUNTERSIGN_KILLS", KILLS);
    let seed = from_environment("COUNTERSIGN_SEED", 1);
    let begun = Instant::now();
    let mut siege = Siege::new(seed).await;
    siege.go_on(kills).await;
    let (set_aside, audit) = siege.end(PATIENCE).await;
    eprintln!(
        "{} kills ({} of workers, {} of submits) in {:.0} s, seed {seed}; {set_aside} reviews were retried by hand\n{audit}",
        siege.kills(),
        siege.kills_of_workers,
        siege.kills_of_submits,
        begun.elapsed().as_secs_f64(),
    );
    assert_eq!(audit.broken(), Vec::<String>::new());
    assert_eq!(audit.completed, audit.promised);
    assert!(
        audit.lost_attempts > 0 && audit.in_flight > 0,
        "kills hit work"
    );
    assert!(audit.reused > 0 && audit.quotes > 0);
}

/// Rounds of kills until the audit says what is wrong; what it says.
async fn until_noticed(mistake: Mistake, kills_a_round: u32) -> Audit {
    let mut siege = Siege::new(2).await;
    siege.house = siege.house.mistaken(mistake);
    for round in 1..=6 {
        siege.go_on(kills_a_round * round).await;
        let (_, audit) = siege.end(Duration::from_secs(8)).await;
        if !audit.broken().is_empty() {
            return audit;
        }
        siege.refill().await;
    }
    panic!("{mistake:?} went unnoticed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hand_over_in_two_transactions_is_noticed() {
    let audit = until_noticed(Mistake::SplitHandOver, 25).await;
    assert!(audit.stuck > 0, "{:?}\n{audit}", audit.broken());
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_are_forgotten_are_noticed() {
    let audit = until_noticed(Mistake::ForgetAnswers, 2).await;
    assert!(audit.paid_again > 0, "{:?}\n{audit}", audit.broken());
}
