//! The computer's clock put forward and back, by an hour and by more than a year, while steps wait and
//! while they run.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use countersign_engine::Engine;
use countersign_engine::clock::ManualClock;
use countersign_engine::config::Config;
use countersign_engine::error::Error;
use countersign_engine::views::{ReviewId, ReviewRow, ReviewState};
use countersign_tests::fault_server::{Fault, FaultServer, Latency, Options, Script};
use countersign_tests::make_pdf;
use tokio::task::JoinSet;

use super::audit::Audit;
use super::house::{House, PATIENCE};
use crate::cli::program;

const NOW: i64 = 1_800_000_000_000;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
const JUMPS: [i64; 4] = [HOUR_MS, -HOUR_MS, 400 * DAY_MS, -400 * DAY_MS];
/// What the provider asks us to wait.
const WAIT_MS: i64 = 60_000;
/// Long enough for every loop of the worker to look once.
const A_LOOK: Duration = Duration::from_millis(2_500);
/// Transactions of a worker that has nothing to do, within [`A_LOOK`].
const IDLE_COMMITS: u64 = 30;

/// An engine with a clock in our hands, at one review.
struct Room {
    house: House,
    server: FaultServer,
    clock: Arc<ManualClock>,
    engine: Engine,
    review_id: String,
}

impl Room {
    async fn new(script: Script, now: i64) -> Self {
        let server = FaultServer::start(Options {
            script,
            ..Options::default()
        })
        .await
        .unwrap();
        let mut house = House::new(&server.base_url()).await;
        let file = house.desk.file("1.pdf", &make_pdf::contract_of(2, 1));
        let review_id = house.submit(file).await;
        let clock = Arc::new(ManualClock::at(now));
        let engine = open(house.desk.data(), &clock).await;
        Self {
            house,
            server,
            clock,
            engine,
            review_id,
        }
    }

    async fn row(&self) -> ReviewRow {
        let review_id = self.review_id.clone();
        let view = self.engine.get_review(ReviewId { review_id }).await;
        view.unwrap().unwrap().row
    }

    async fn until(&self, what: &str, holds: impl Fn(&ReviewRow) -> bool) {
        let waited = tokio::time::timeout(PATIENCE, async {
            while !holds(&self.row().await) {
                tokio::task::yield_now().await;
            }
        });
        waited.await.expect(what);
    }

    /// Whether it ends while every loop looks at least once.
    async fn ends_soon(&self) -> bool {
        let ended = async {
            while self.row().await.finished_at.is_none() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(A_LOOK, ended).await.is_ok()
    }

    async fn audit(self) -> Audit {
        self.engine.close().await;
        Audit::of(&self.house, &self.server.ledger()).await
    }
}

async fn open(data_folder: PathBuf, clock: &Arc<ManualClock>) -> Engine {
    let mut config = Config::of_this_program(data_folder).unwrap();
    config.reader_program = program();
    config.clock = Arc::clone(clock) as Arc<_>;
    // The tasks of an engine that was closed let go of its lock a moment later.
    let opened = tokio::time::timeout(PATIENCE, async {
        loop {
            match Engine::open(config.clone()).await {
                Err(Error::Busy { .. }) => tokio::task::yield_now().await,
                opened => return opened.unwrap(),
            }
        }
    });
    opened.await.expect("the folder is free")
}

/// Everything is refused for a minute.
fn refusing() -> Script {
    Script::of((0..8).map(|_| Fault::status(429, &[("retry-after", "60")])))
}

async fn waits_the_same_time(jump: i64) {
    let room = Room::new(refusing(), NOW).await;
    let waits = |row: &ReviewRow| row.waiting_until.is_some_and(|at| at > NOW + WAIT_MS / 2);
    room.until("it waits for the provider", waits).await;
    let calls = room.server.ledger().calls.len();
    room.clock.put(jump);
    let commits = room.engine.commits();
    assert!(!room.ends_soon().await, "{jump}: the wait is not over");
    let commits = room.engine.commits() - commits;
    assert!(
        commits < IDLE_COMMITS,
        "{jump}: {commits} transactions while nothing is to do"
    );
    assert_eq!(
        room.server.ledger().calls.len(),
        calls,
        "{jump}: nobody asks"
    );
    room.server.follow(Script::default());
    room.clock.advance(WAIT_MS + 1_000);
    room.until("it ends once the minute is over", |row| {
        row.finished_at.is_some()
    })
    .await;
    let audit = room.audit().await;
    assert_eq!(audit.lost_attempts, 0, "{jump}\n{audit}");
    assert_eq!(audit.completed, 1, "{jump}\n{audit}");
}

async fn goes_on_with_what_runs(jump: i64) {
    let slow = Script {
        latency: Latency::Fixed { ms: 1_500 },
        ..Script::default()
    };
    let room = Room::new(slow, NOW).await;
    let asked = async {
        while room.server.ledger().calls.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, asked)
        .await
        .expect("a question");
    room.clock.put(jump);
    room.until("it ends", |row| row.finished_at.is_some()).await;
    assert_eq!(room.row().await.state, ReviewState::Completed);
    let audit = room.audit().await;
    assert_eq!(audit.broken(), Vec::<String>::new(), "{jump}\n{audit}");
    assert_eq!(
        (audit.lost_attempts, audit.sent_again),
        (0, 0),
        "{jump}\n{audit}"
    );
    assert_eq!(
        audit.attempts, audit.steps,
        "{jump}: each step was tried once\n{audit}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_put_neither_shortens_a_wait_nor_prolongs_it() {
    let mut rooms = JoinSet::new();
    for jump in JUMPS {
        let runtime = tokio::runtime::Handle::current();
        rooms.spawn_blocking(move || runtime.block_on(waits_the_same_time(jump)));
    }
    rooms.join_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_put_costs_no_step_that_runs() {
    let mut rooms = JoinSet::new();
    for jump in JUMPS {
        let runtime = tokio::runtime::Handle::current();
        rooms.spawn_blocking(move || runtime.block_on(goes_on_with_what_runs(jump)));
    }
    rooms.join_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_after_a_clock_that_ran_ahead_waits_an_hour_at_the_most() {
    let room = Room::new(refusing(), NOW + 400 * DAY_MS).await;
    let waits = |row: &ReviewRow| row.waiting_until.is_some_and(|at| at > NOW + 300 * DAY_MS);
    room.until("it waits for the provider", waits).await;
    room.engine.close().await;
    drop(room.engine);
    let clock = Arc::new(ManualClock::at(NOW));
    let engine = open(room.house.desk.data(), &clock).await;
    let room = Room {
        clock,
        engine,
        ..room
    };
    let until = room.row().await.waiting_until.expect("it still waits");
    assert!(until <= NOW + HOUR_MS, "{} ms", until - NOW);
    room.server.follow(Script::default());
    room.clock.advance(HOUR_MS + 1_000);
    room.until("it ends after that hour", |row| row.finished_at.is_some())
        .await;
    let audit = room.audit().await;
    assert_eq!(audit.completed, 1, "{audit}");
}
