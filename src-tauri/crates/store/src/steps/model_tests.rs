//! Random histories: the queue against a model of it that fits on a page. After each move both say the
//! same of every review, step and phase, and of whose turn it is.
//!
//! `PROPTEST_CASES=10000` makes it as many histories.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::submissions::{PlaybookRow, Submission};
use crate::{Doors, Store};

const LEASE_MS: i64 = 30_000;
const LANES: [&str; 2] = ["reading", "offline"];

/// One thing that happens. Numbers pick from what there is.
#[derive(Debug, Clone)]
enum Move {
    Submit,
    Claim {
        lane: usize,
    },
    Complete {
        claim: usize,
        parts: u32,
        apart: bool,
    },
    Fail {
        claim: usize,
        wait: Option<i64>,
    },
    Renew {
        claim: usize,
    },
    Stop {
        review: usize,
    },
    StopAfterStep {
        review: usize,
    },
    Pause {
        review: usize,
    },
    Resume {
        review: usize,
    },
    Retry {
        review: usize,
    },
    Priority {
        review: usize,
        to: i64,
    },
    TimePasses {
        ms: i64,
    },
    ClockIsPut {
        by: i64,
    },
    Rescue,
    Crash,
    CleanEnd,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let any_claim = 0..64_usize;
    let any_review = 0..8_usize;
    let one = prop_oneof![
        2 => Just(Move::Submit),
        8 => (0..2_usize).prop_map(|lane| Move::Claim { lane }),
        8 => (any_claim.clone(), 1..4_u32, any::<bool>())
            .prop_map(|(claim, parts, apart)| Move::Complete { claim, parts, apart }),
        2 => (any_claim.clone(), proptest::option::of(0..5_000_i64))
            .prop_map(|(claim, wait)| Move::Fail { claim, wait }),
        1 => any_claim.prop_map(|claim| Move::Renew { claim }),
        1 => any_review.clone().prop_map(|review| Move::Stop { review }),
        1 => any_review.clone().prop_map(|review| Move::StopAfterStep { review }),
        1 => any_review.clone().prop_map(|review| Move::Pause { review }),
        1 => any_review.clone().prop_map(|review| Move::Resume { review }),
        2 => any_review.clone().prop_map(|review| Move::Retry { review }),
        1 => (any_review, -2..3_i64).prop_map(|(review, to)| Move::Priority { review, to }),
        2 => (0..40_000_i64).prop_map(|ms| Move::TimePasses { ms }),
        1 => (-34_560_000_000..34_560_000_000_i64).prop_map(|by| Move::ClockIsPut { by }),
        1 => Just(Move::Rescue),
        1 => Just(Move::Crash),
        1 => Just(Move::CleanEnd),
    ];
    proptest::collection::vec(one, 1..60)
}

#[derive(Debug, Clone, PartialEq)]
struct ModelReview {
    id: String,
    state: &'static str,
    priority: i64,
    vtime: f64,
    started: bool,
    stop_after: bool,
    phase: Option<(i64, i64)>,
}

#[derive(Debug, Clone, PartialEq)]
struct ModelStep {
    review: usize,
    key: String,
    lane: &'static str,
    state: &'static str,
    attempt: i64,
    failures: i64,
    losses: i64,
    ready_at: i64,
    lease_until: i64,
    boot: usize,
}

/// What a worker believes to own.
#[derive(Debug, Clone)]
struct Held {
    step: usize,
    attempt: i64,
    boot: usize,
    claimed: ClaimedStep,
}

/// The queue as it should be.
#[derive(Debug, Default)]
struct Model {
    now: i64,
    boot: usize,
    reviews: Vec<ModelReview>,
    /// In the order they were made.
    steps: Vec<ModelStep>,
}

impl Model {
    fn finished(&self, review: usize) -> bool {
        ["completed", "stopped", "failed"].contains(&self.reviews[review].state)
    }

    fn least_vtime(&self) -> Option<f64> {
        let at_work = |r: &&ModelReview| ["queued", "running"].contains(&r.state);
        let times = self.reviews.iter().filter(at_work).map(|r| r.vtime);
        times.reduce(f64::min)
    }

    fn catch_up(&mut self, review: usize) {
        let least = self.least_vtime().unwrap_or(0.0);
        let vtime = &mut self.reviews[review].vtime;
        *vtime = vtime.max(least);
    }

    fn add_step(&mut self, review: usize, key: &str, lane: &'static str) {
        if self
            .steps
            .iter()
            .any(|s| s.review == review && s.key == key)
        {
            return;
        }
        self.steps.push(ModelStep {
            review,
            key: key.to_owned(),
            lane,
            state: "available",
            attempt: 0,
            failures: 0,
            losses: 0,
            ready_at: self.now,
            lease_until: 0,
            boot: 0,
        });
    }

    fn submit(&mut self, id: &str) {
        let review = self.reviews.len();
        self.reviews.push(ModelReview {
            id: id.to_owned(),
            state: "queued",
            priority: 0,
            vtime: self.least_vtime().unwrap_or(0.0),
            started: false,
            stop_after: false,
            phase: None,
        });
        self.add_step(review, "read", "reading");
    }

    /// The review whose turn it is, and its oldest step.
    fn claim(&mut self, lane: &str) -> Option<usize> {
        let ready = |s: &ModelStep| {
            s.lane == lane
                && s.ready_at <= self.now
                && ["available", "retryable"].contains(&s.state)
        };
        let open = |r: &ModelReview| ["queued", "running"].contains(&r.state) && !r.stop_after;
        let mut turns: Vec<usize> = (0..self.reviews.len())
            .filter(|n| open(&self.reviews[*n]))
            .filter(|n| self.steps.iter().any(|s| s.review == *n && ready(s)))
            .collect();
        turns.sort_by(|a, b| {
            let (a, b) = (&self.reviews[*a], &self.reviews[*b]);
            let by_time = a.vtime.total_cmp(&b.vtime);
            a.priority
                .cmp(&b.priority)
                .then(by_time)
                .then(a.id.cmp(&b.id))
        });
        let review = *turns.first()?;
        let of_it = (0..self.steps.len()).filter(|n| self.steps[*n].review == review);
        let step = of_it
            .filter(|n| ready(&self.steps[*n]))
            .min_by_key(|n| (self.steps[*n].ready_at, *n))?;
        let claimed = &mut self.steps[step];
        claimed.state = "running";
        claimed.attempt += 1;
        claimed.lease_until = self.now + LEASE_MS;
        claimed.boot = self.boot;
        let review = &mut self.reviews[review];
        (review.state, review.started) = ("running", true);
        review.vtime += 1.0;
        Some(step)
    }

    fn owns(&self, held: &Held) -> bool {
        let step = &self.steps[held.step];
        step.state == "running" && step.attempt == held.attempt && step.boot == held.boot
    }

    fn complete(&mut self, held: &Held, parts: u32, apart: bool) -> bool {
        if !self.owns(held) {
            return false;
        }
        let (review, key) = (
            self.steps[held.step].review,
            self.steps[held.step].key.clone(),
        );
        self.steps[held.step].state = "completed";
        if key == "read" {
            self.reviews[review]
                .phase
                .get_or_insert((0, i64::from(parts)));
            for n in 0..parts {
                self.add_step(review, &format!("read_clauses/{n}"), "offline");
            }
        }
        if key.starts_with("read_clauses/") {
            if apart {
                for half in ["a", "b"] {
                    self.add_step(review, &format!("{key}{half}"), "offline");
                }
            }
            let (done, total) = self.reviews[review].phase.expect("a fan-out");
            let (done, total) = (done + 1, total + if apart { 2 } else { 0 });
            self.reviews[review].phase = Some((done, total));
            if done == total {
                self.add_step(review, "judge", "offline");
            }
        }
        if key == "judge" {
            self.reviews[review].state = "completed";
        } else {
            self.stop_if_asked(review);
        }
        true
    }

    fn fail(&mut self, held: &Held, wait: Option<i64>) -> bool {
        if !self.owns(held) {
            return false;
        }
        let step = &mut self.steps[held.step];
        let review = step.review;
        step.failures += 1;
        step.ready_at = self.now + wait.unwrap_or(0);
        step.state = if wait.is_some() {
            "retryable"
        } else {
            "discarded"
        };
        if wait.is_some() {
            self.stop_if_asked(review);
        } else {
            self.end(review, "failed");
        }
        true
    }

    fn end(&mut self, review: usize, state: &'static str) {
        self.reviews[review].state = state;
        let open = ["available", "running", "retryable"];
        for step in self.steps.iter_mut().filter(|s| s.review == review) {
            if open.contains(&step.state) {
                step.state = "cancelled";
            }
        }
    }

    fn stop(&mut self, review: usize) -> bool {
        if self.finished(review) {
            return false;
        }
        self.reviews[review].stop_after = false;
        self.end(review, "stopped");
        true
    }

    fn stop_if_asked(&mut self, review: usize) {
        let running = |s: &ModelStep| s.review == review && s.state == "running";
        if self.reviews[review].stop_after && !self.steps.iter().any(running) {
            self.stop(review);
        }
    }

    fn retry(&mut self, review: usize) -> bool {
        if !["failed", "stopped"].contains(&self.reviews[review].state) {
            return false;
        }
        self.catch_up(review);
        self.reviews[review].state = "queued";
        self.reviews[review].stop_after = false;
        let now = self.now;
        for step in self.steps.iter_mut().filter(|s| s.review == review) {
            if ["cancelled", "discarded"].contains(&step.state) {
                step.state = "available";
                (step.failures, step.losses, step.ready_at) = (0, 0, now);
            }
        }
        true
    }

    fn resume(&mut self, review: usize) -> bool {
        if self.reviews[review].state != "paused" {
            return false;
        }
        self.catch_up(review);
        let started = self.reviews[review].started;
        self.reviews[review].state = if started { "running" } else { "queued" };
        true
    }

    /// Steps without a worker: tried again, later and later, and given up after ten times.
    fn put_back(&mut self, lost: Vec<usize>) {
        for n in lost {
            if self.steps[n].state != "running" {
                continue;
            }
            let step = &mut self.steps[n];
            step.losses += 1;
            let wait = if step.losses < 4 {
                0
            } else {
                1_000 << (step.losses - 4)
            };
            step.ready_at = self.now + wait;
            step.state = "available";
            let review = step.review;
            if step.losses >= MAX_LOSSES {
                step.state = "discarded";
                self.end(review, "failed");
            }
            self.stop_if_asked_unless_ended(review);
        }
    }

    fn stop_if_asked_unless_ended(&mut self, review: usize) {
        if !self.finished(review) {
            self.stop_if_asked(review);
        }
    }

    fn running(&self) -> impl Iterator<Item = usize> {
        (0..self.steps.len()).filter(|n| self.steps[*n].state == "running")
    }

    fn new_boot(&mut self) {
        self.boot += 1;
        let longest = self.now + 3_600_000;
        for step in &mut self.steps {
            if ["available", "retryable"].contains(&step.state) {
                step.ready_at = step.ready_at.min(longest);
            }
        }
    }
}

/// A review as the database has it.
#[derive(Debug, FromRow)]
struct ReviewLine {
    id: String,
    state: String,
    priority: i64,
    vtime: f64,
    stop_after: bool,
    done: Option<i64>,
    total: Option<i64>,
}

/// The real queue and the model of it, side by side.
struct Pair {
    doors: Doors,
    model: Model,
    held: Vec<Held>,
}

impl Pair {
    fn boot_id(n: usize) -> String {
        format!("boot-{n}")
    }

    async fn begin(doors: Doors) -> Self {
        doors
            .work
            .write(|db| {
                Box::pin(async move {
                    for table in ["contracts", "playbooks", "boots", "events"] {
                        let clear = format!("delete from {table}");
                        sqlx::query(sqlx::AssertSqlSafe(clear))
                            .execute(&mut *db)
                            .await?;
                    }
                    Ok(())
                })
            })
            .await
            .unwrap();
        let now = 1_800_000_000_000;
        doors
            .work
            .begin_boot(&Self::boot_id(0), 1, "test", now)
            .await
            .unwrap();
        Self {
            doors,
            model: Model {
                now,
                ..Model::default()
            },
            held: Vec::new(),
        }
    }

    async fn make(&mut self, a_move: &Move) -> Result<(), TestCaseError> {
        let (store, now) = (self.doors.work.clone(), self.model.now);
        let boot_id = Self::boot_id(self.model.boot);
        let review_of =
            |n: &usize| (!self.model.reviews.is_empty()).then(|| n % self.model.reviews.len());
        let review = match a_move {
            Move::Stop { review }
            | Move::StopAfterStep { review }
            | Move::Pause { review }
            | Move::Resume { review }
            | Move::Retry { review }
            | Move::Priority { review, .. } => match review_of(review) {
                Some(n) => n,
                None => return Ok(()),
            },
            _ => 0,
        };
        let id = self
            .model
            .reviews
            .get(review)
            .map_or(String::new(), |r| r.id.clone());
        match a_move {
            Move::Submit => {
                let id = format!("review-{:02}", self.model.reviews.len());
                store.submit(submission(&id), now).await.unwrap();
                self.model.submit(&id);
            }
            Move::Claim { lane } => self.claim(LANES[*lane], boot_id).await?,
            Move::Complete {
                claim,
                parts,
                apart,
            } => {
                let Some(held) = self.pick(*claim) else {
                    return Ok(());
                };
                let result = result_of(&held, *parts, *apart);
                let by = Self::boot_id(held.boot);
                let fenced = store
                    .complete_step(&held.claimed, &by, result, now)
                    .await
                    .unwrap();
                let expected = self.model.complete(&held, *parts, *apart);
                prop_assert_eq!(fenced == Fenced::Accepted, expected);
            }
            Move::Fail { claim, wait } => {
                let Some(held) = self.pick(*claim) else {
                    return Ok(());
                };
                let by = Self::boot_id(held.boot);
                let failure = failure(wait.map(|ms| now + ms));
                let fenced = store
                    .fail_step(&held.claimed, &by, failure, now)
                    .await
                    .unwrap();
                prop_assert_eq!(fenced == Fenced::Accepted, self.model.fail(&held, *wait));
            }
            Move::Renew { claim } => {
                let Some(held) = self.pick(*claim) else {
                    return Ok(());
                };
                let by = Self::boot_id(held.boot);
                let of = vec![(held.claimed.id, held.attempt)];
                let gone = store.renew_leases(&by, of, now + LEASE_MS).await.unwrap();
                prop_assert_eq!(gone.is_empty(), self.model.owns(&held));
                if gone.is_empty() {
                    self.model.steps[held.step].lease_until = now + LEASE_MS;
                }
            }
            Move::Stop { .. } => {
                let stopped = store.stop_review(&id, now).await.unwrap();
                prop_assert_eq!(stopped, self.model.stop(review));
            }
            Move::StopAfterStep { .. } => {
                let asked = store.stop_review_after_step(&id, now).await.unwrap();
                prop_assert_eq!(asked, !self.model.finished(review));
                if asked {
                    self.model.reviews[review].stop_after = true;
                    self.model.stop_if_asked(review);
                }
            }
            Move::Pause { .. } => {
                let may = ["queued", "running"].contains(&self.model.reviews[review].state);
                prop_assert_eq!(store.pause_review(&id, now).await.unwrap(), may);
                if may {
                    self.model.reviews[review].state = "paused";
                }
            }
            Move::Resume { .. } => {
                let resumed = store.resume_review(&id, now).await.unwrap();
                prop_assert_eq!(resumed, self.model.resume(review));
            }
            Move::Retry { .. } => {
                let retried = store.retry_review(&id, now).await.unwrap();
                prop_assert_eq!(retried, self.model.retry(review));
            }
            Move::Priority { to, .. } => {
                prop_assert!(store.change_priority(&id, *to, now).await.unwrap());
                self.model.reviews[review].priority = *to;
            }
            Move::TimePasses { ms } => self.model.now += ms,
            Move::ClockIsPut { by } => {
                self.model.now += by;
                store.shift_times(*by, self.model.now).await.unwrap();
                for step in &mut self.model.steps {
                    match step.state {
                        "running" => step.lease_until += by,
                        "available" | "retryable" => step.ready_at += by,
                        _ => {}
                    }
                }
            }
            Move::Rescue => {
                let ended = |n: &usize| self.model.steps[*n].lease_until < now;
                let lost: Vec<usize> = self.model.running().filter(ended).collect();
                store.rescue_expired_steps(now).await.unwrap();
                self.model.put_back(lost);
            }
            Move::Crash => {
                let lost: Vec<usize> = self.model.running().collect();
                self.model.new_boot();
                let next = Self::boot_id(self.model.boot);
                store.begin_boot(&next, 1, "test", now).await.unwrap();
                self.model.put_back(lost);
            }
            Move::CleanEnd => {
                store.end_boot(&boot_id, now).await.unwrap();
                let running: Vec<usize> = self.model.running().collect();
                for n in running {
                    self.model.steps[n].state = "available";
                }
                self.model.new_boot();
                let next = Self::boot_id(self.model.boot);
                prop_assert_eq!(store.begin_boot(&next, 1, "test", now).await.unwrap(), 0);
            }
        }
        Ok(())
    }

    /// Any claim that was ever made: those that were taken over since are to be refused.
    fn pick(&self, n: usize) -> Option<Held> {
        let newest_first = self.held.iter().rev();
        newest_first.cycle().nth(n % 8).cloned()
    }

    async fn claim(&mut self, lane: &'static str, boot_id: String) -> Result<(), TestCaseError> {
        let claim = Claim {
            lane,
            boot_id,
            now: self.model.now,
            lease_until: self.model.now + LEASE_MS,
            models: None,
        };
        let ready = self
            .doors
            .work
            .has_ready_step(lane, self.model.now)
            .await
            .unwrap();
        let claimed = self
            .doors
            .work
            .claim_steps(claim, 1)
            .await
            .unwrap()
            .steps
            .pop();
        let expected = self.model.claim(lane);
        prop_assert_eq!(ready, expected.is_some());
        let of_model = expected.map(|n| {
            let step = &self.model.steps[n];
            (
                self.model.reviews[step.review].id.clone(),
                step.key.clone(),
                step.attempt,
            )
        });
        let of_store = claimed
            .as_ref()
            .map(|s| (s.review_id.clone(), s.key.clone(), s.attempt));
        prop_assert_eq!(of_store, of_model);
        if let (Some(step), Some(claimed)) = (expected, claimed) {
            self.held.push(Held {
                step,
                attempt: claimed.attempt,
                boot: self.model.boot,
                claimed,
            });
        }
        Ok(())
    }

    /// What anybody can see is the same in both.
    async fn compare(&self) -> Result<(), TestCaseError> {
        let pool = &self.doors.work.pool;
        let reviews: Vec<ReviewLine> = sqlx::query_as(
            "select r.id, r.state, r.priority, r.vtime, r.stop_after, p.done, p.total
             from reviews r left join phases p on p.review_id = r.id order by r.id",
        )
        .fetch_all(pool)
        .await
        .unwrap();
        prop_assert_eq!(reviews.len(), self.model.reviews.len());
        for (row, model) in reviews.iter().zip(&self.model.reviews) {
            prop_assert_eq!(
                (&row.id, row.state.as_str(), row.priority),
                (&model.id, model.state, model.priority)
            );
            prop_assert_eq!(
                (row.vtime, row.stop_after, row.done.zip(row.total)),
                (model.vtime, model.stop_after, model.phase)
            );
        }
        let steps: Vec<(String, String, String, i64, i64, i64)> = sqlx::query_as(
            "select review_id, key, state, attempt, failures, ready_at from steps order by id",
        )
        .fetch_all(pool)
        .await
        .unwrap();
        prop_assert_eq!(steps.len(), self.model.steps.len());
        for (row, model) in steps.iter().zip(&self.model.steps) {
            let review = &self.model.reviews[model.review].id;
            prop_assert_eq!(
                (&row.0, &row.1, row.2.as_str(), row.3, row.4),
                (
                    review,
                    &model.key,
                    model.state,
                    model.attempt,
                    model.failures
                )
            );
            if ["available", "retryable"].contains(&model.state) {
                prop_assert_eq!(row.5, model.ready_at, "{} {}", row.0, row.1);
            }
        }
        // Each try that has no end belongs to a step at work, and no step was completed twice.
        let (open, running, twice): (i64, i64, i64) = sqlx::query_as(
            "select (select count(*) from attempts where ended_at is null),
                 (select count(*) from steps where state = 'running'),
                 (select count(*) from (select 1 from attempts where outcome = 'completed' group by step_id having count(*) > 1))",
        )
        .fetch_one(pool)
        .await
        .unwrap();
        prop_assert_eq!((open, twice), (running, 0));
        Ok(())
    }
}

fn step(key: &str, lane: &'static str, phase: Option<&'static str>) -> NewStep {
    let kind = match key.split('/').next() {
        Some("read_clauses") => "read_clauses",
        Some("judge") => "judge",
        _ => "read",
    };
    NewStep {
        key: key.to_owned(),
        kind,
        lane,
        phase,
        input: "0".to_owned(),
        need: None,
    }
}

fn submission(id: &str) -> Submission {
    Submission {
        contract_id: format!("contract of {id}"),
        review_id: id.to_owned(),
        file_name: format!("{id}.pdf"),
        media_type: "application/pdf",
        sha256: format!("hash of {id}"),
        size_bytes: 1,
        playbook: PlaybookRow {
            sha256: "rules".into(),
            id: "p".into(),
            name: "P".into(),
            version: "1".into(),
            source: String::new(),
        },
        pipeline_version: 1,
        reader: "offline".into(),
        providers: "[]".into(),
        first: step("read", "reading", None),
    }
}

fn result_of(held: &Held, parts: u32, apart: bool) -> StepResult {
    let key = held.claimed.key.as_str();
    let part = |key: String| step(&key, "offline", Some("read_clauses"));
    match key {
        "read" => StepResult {
            phases: vec![NewPhase {
                name: "read_clauses",
                total: parts,
                then_kind: "judge",
                then_lane: "offline",
                then_phase: None,
            }],
            next: (0..parts)
                .map(|n| part(format!("read_clauses/{n}")))
                .collect(),
            ..StepResult::default()
        },
        "judge" => StepResult {
            completes_review: true,
            ..StepResult::default()
        },
        _ if apart => StepResult {
            next: ["a", "b"].map(|half| part(format!("{key}{half}"))).to_vec(),
            grows_phase: 2,
            ..StepResult::default()
        },
        _ => StepResult::default(),
    }
}

fn failure(retry_at: Option<i64>) -> StepFailure {
    StepFailure {
        code: "broken".into(),
        message: "It broke. Retry.".into(),
        retry_at,
        burns: true,
        ..StepFailure::default()
    }
}

#[test]
fn random_histories_leave_the_queue_as_the_model_says() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    // In memory where there is a place for it: what is looked at is the queue, not the disk.
    let folder = tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap();
    let doors = runtime
        .block_on(Store::open(&folder.path().join("test.db")))
        .unwrap();
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        ..Config::default()
    });
    let told = runner.run(&moves(), |history| {
        runtime.block_on(async {
            let mut pair = Pair::begin(doors.clone()).await;
            for a_move in &history {
                pair.make(a_move).await?;
                pair.compare().await?;
            }
            Ok(())
        })
    });
    if let Err(difference) = told {
        panic!("{difference}");
    }
}
