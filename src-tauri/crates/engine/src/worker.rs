//! Workers: claim steps, run them, commit what they made.
//!
//! Work runs on a runtime of its own whose threads have a low priority, so a command never waits for
//! it. Claims, leases and commits are the store's; here is only the loop around them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use countersign_store::faults;
use countersign_store::integrity::Trouble;
use countersign_store::notices::NewNotice;
use countersign_store::steps::{
    Claim, Claimed, ClaimedStep, Fenced, SET_ASIDE, StepFailure, StepResult,
};
use tokio::runtime::Runtime;
use tokio::sync::{Notify, watch};
use tokio::task::AbortHandle;
use tracing::Instrument as _;

use crate::clock::new_id;
use crate::otlp;
use crate::pipeline::{self, Again, Context, MODEL, OFFLINE, READING, StepError};
use crate::views::Settings;
use crate::webhooks;

/// A claim holds this long unless renewed.
const LEASE_MS: i64 = 30_000;
/// Under a third of the lease, sent by a task that work can't block.
const HEARTBEAT: Duration = Duration::from_secs(8);
/// Other processes may submit to the same folder: look by yourself this often.
const IDLE_LOOK: Duration = Duration::from_secs(1);
/// Failed tries of a step before the review fails.
const MAX_FAILURES: i64 = 3;
/// Steps of a computing lane in flight for each worker: while one computes, the others wait for a commit.
const IN_FLIGHT_PER_WORKER: usize = 3;
/// Questions to models under way at once, all providers together; each has a limit of its own besides.
const MOST_QUESTIONS: usize = 256;
/// Steps claimed in one go.
const MOST_CLAIMS: usize = 32;
/// The two clocks may differ by this much before the time of day counts as changed, milliseconds.
const CLOCK_SLACK_MS: i64 = 3_000;

/// The running workers of one process.
#[derive(Debug)]
pub(crate) struct Workers {
    shared: Arc<Shared>,
    runtime: Mutex<Option<Runtime>>,
}

#[derive(Debug)]
struct Shared {
    context: Arc<Context>,
    boot_id: String,
    settings: watch::Receiver<Settings>,
    paused: watch::Receiver<bool>,
    /// What the time of day is ahead of the time that passed, as last seen.
    clock_ahead: AtomicI64,
    wake: Notify,
    stopping: watch::Sender<bool>,
    running: Mutex<HashMap<i64, Running>>,
}

#[derive(Debug)]
struct Running {
    attempt: i64,
    review_id: String,
    lane: &'static str,
    task: Option<AbortHandle>,
}

impl Workers {
    /// Starts workers for every lane. Call from the host's runtime: the heartbeat stays there.
    pub(crate) fn start(
        context: Arc<Context>,
        boot_id: String,
        settings: watch::Receiver<Settings>,
        paused: watch::Receiver<bool>,
    ) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("countersign-work")
            .on_thread_start(lower_priority)
            .enable_all()
            .build()?;
        let clock = &context.config.clock;
        let clock_ahead = AtomicI64::new(clock.now_ms() - clock.elapsed_ms());
        let shared = Arc::new(Shared {
            context,
            boot_id,
            settings,
            paused,
            clock_ahead,
            wake: Notify::new(),
            stopping: watch::channel(false).0,
            running: Mutex::default(),
        });
        for lane in [READING, OFFLINE, MODEL] {
            runtime.spawn(dispatch(Arc::clone(&shared), lane));
        }
        tokio::spawn(heartbeat(Arc::clone(&shared)));
        Ok(Self {
            shared,
            runtime: Mutex::new(Some(runtime)),
        })
    }

    /// There may be something to do.
    pub(crate) fn wake(&self) {
        self.shared.wake.notify_waiters();
    }

    /// Ends the work on a review in the middle; the store has fenced it already.
    pub(crate) fn abort_review(&self, review_id: &str) {
        self.shared.abort(|running| running.review_id == review_id);
    }

    /// Ends the questions to models of a review; the store has fenced them already.
    pub(crate) fn abort_questions(&self, review_id: &str) {
        self.shared
            .abort(|running| running.lane == MODEL && running.review_id == review_id);
    }

    /// Ends all work and waits until nothing of it runs. What was begun is ready again at the next start.
    pub(crate) async fn stop(&self) {
        self.shared.stopping.send_replace(true);
        self.shared.wake.notify_waiters();
        self.shared.abort(|_| true);
        let runtime = self
            .runtime
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(runtime) = runtime {
            let ended = tokio::task::spawn_blocking(move || {
                runtime.shutdown_timeout(Duration::from_secs(5))
            })
            .await;
            if let Err(error) = ended {
                tracing::warn!(%error, "the workers did not end in order");
            }
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.shared.stopping.send_replace(true);
        if let Some(runtime) = self
            .runtime
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
        {
            runtime.shutdown_background();
        }
    }
}

impl Shared {
    fn limit(&self, lane: &str) -> usize {
        let settings = *self.settings.borrow();
        match lane {
            READING => settings.reading_workers as usize,
            MODEL => MOST_QUESTIONS,
            _ => settings.offline_workers as usize * IN_FLIGHT_PER_WORKER,
        }
    }

    fn running(&self) -> std::sync::MutexGuard<'_, HashMap<i64, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn busy(&self, lane: &str) -> usize {
        let running = self.running();
        running.values().filter(|step| step.lane == lane).count()
    }

    fn free(&self, lane: &str) -> usize {
        self.limit(lane).saturating_sub(self.busy(lane))
    }

    fn claim(&self, lane: &'static str) -> Claim {
        let now = self.context.config.clock.now_ms();
        Claim {
            lane,
            boot_id: self.boot_id.clone(),
            now,
            lease_until: now + LEASE_MS,
            models: (lane == MODEL).then(|| self.context.models.rules()),
        }
    }

    /// For the place of a step that ends now; none while nothing is to begin, or when there are fewer
    /// places than steps by now.
    fn claim_in_its_place(&self, lane: &'static str) -> Option<Claim> {
        let nothing_begins = *self.paused.borrow() || *self.stopping.borrow();
        (!nothing_begins && self.busy(lane) <= self.limit(lane)).then(|| self.claim(lane))
    }

    fn abort(&self, which: impl Fn(&Running) -> bool) {
        let mut running = self.running();
        running.retain(|_, step| {
            if !which(step) {
                return true;
            }
            if let Some(task) = &step.task {
                task.abort();
            }
            false
        });
    }
}

/// Claims for one lane whenever there is a free place and something to do.
async fn dispatch(shared: Arc<Shared>, lane: &'static str) {
    let mut settings = shared.settings.clone();
    let mut paused = shared.paused.clone();
    let mut trouble = shared.context.store.trouble();
    let mut stopping = shared.stopping.subscribe();
    // The first look claims at once; an idle look asks before it claims, since a claim writes.
    let mut look_first = false;
    while !*stopping.borrow_and_update() {
        let woken = shared.wake.notified();
        tokio::pin!(woken);
        woken.as_mut().enable();
        let free = shared.free(lane).min(MOST_CLAIMS);
        let mut look_again = IDLE_LOOK;
        let held = *paused.borrow_and_update() || *trouble.borrow_and_update() != Trouble::None;
        if free > 0 && !held {
            notice_clock(&shared).await;
            // When this fills the lane, a finished step wakes the loop.
            match claim(&shared, lane, free, look_first).await {
                Ok(claimed) => {
                    look_again = until(&shared, claimed.wake_at).min(IDLE_LOOK);
                    let more = claimed.steps.len() == free;
                    claimed
                        .steps
                        .into_iter()
                        .for_each(|step| start(&shared, lane, step));
                    if more && shared.free(lane) > 0 {
                        continue;
                    }
                }
                Err(error) => tracing::warn!(
                    error = error.with_causes(),
                    lane,
                    "no step could be claimed"
                ),
            }
        }
        tokio::select! {
            () = &mut woken => look_first = false,
            _ = settings.changed() => look_first = false,
            _ = paused.changed() => look_first = false,
            _ = trouble.changed() => look_first = false,
            _ = stopping.changed() => {}
            () = tokio::time::sleep(look_again) => look_first = look_again == IDLE_LOOK,
        }
    }
}

async fn claim(
    shared: &Shared,
    lane: &'static str,
    most: usize,
    look_first: bool,
) -> Result<Claimed, countersign_store::Error> {
    let claim = shared.claim(lane);
    if look_first && !shared.context.store.has_ready_step(lane, claim.now).await? {
        return Ok(Claimed::default());
    }
    let claimed = shared.context.store.claim_steps(claim, most).await?;
    if !claimed.steps.is_empty() {
        faults::point("claim.answered");
    }
    Ok(claimed)
}

/// Runs a claimed step as a task of its own, listed so that it can be ended from outside.
fn start(shared: &Arc<Shared>, lane: &'static str, step: ClaimedStep) {
    let (id, review_id, attempt) = (step.id, step.review_id.clone(), step.attempt);
    shared.running().insert(
        id,
        Running {
            attempt,
            review_id,
            lane,
            task: None,
        },
    );
    let task = tokio::spawn(run(Arc::clone(shared), lane, step)).abort_handle();
    if let Some(running) = shared.running().get_mut(&id) {
        running.task = Some(task);
    }
}

async fn run(shared: Arc<Shared>, lane: &'static str, step: ClaimedStep) {
    // A task of its own, so that a panic in a step ends the step and not its keeping.
    let span = otlp::of_step(&step, lane);
    let work = tokio::spawn({
        let (shared, step) = (Arc::clone(&shared), step.clone());
        async move { pipeline::run(&shared.context, &step, &shared.boot_id).await }
            .instrument(span.clone())
    });
    let abort_with_us = AbortOnDrop(work.abort_handle());
    let outcome = work.await;
    drop(abort_with_us);
    let result = match outcome {
        Ok(result) => result,
        Err(error) if error.is_panic() => Err(StepError::Retry {
            code: "internal",
            message: "This part of the review stopped because of a defect of Countersign. It is tried again by itself; if \
                      it keeps failing, the other contracts are not affected."
                .to_owned(),
        }),
        // The program is closing: the step is put back by the end of this boot.
        Err(_) => return,
    };
    let (outcome, code) = result.as_ref().map_or_else(
        |error| ("failed", Some(error.code())),
        |_| ("completed", None),
    );
    span.record("countersign.step.outcome", outcome);
    if let Some(code) = code {
        span.record("error.type", code);
    }
    drop(span);
    // Not to be ended from outside any more: what is claimed in the place of the step must be begun.
    tokio::spawn(end(shared, lane, step, result));
}

/// Writes how a step ended, and begins what was claimed in its place.
async fn end(
    shared: Arc<Shared>,
    lane: &'static str,
    step: ClaimedStep,
    result: Result<StepResult, StepError>,
) {
    let next = match result {
        Ok(result) => commit(&shared, lane, &step, result).await,
        Err(StepError::Again(again)) => {
            try_again(&shared, &step, *again).await;
            Vec::new()
        }
        Err(StepError::TooLate) => Vec::new(),
        Err(error) => fail(&shared, lane, &step, &error).await,
    };
    shared.running().remove(&step.id);
    next.into_iter().for_each(|step| start(&shared, lane, step));
    shared.wake.notify_waiters();
}

struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Ends a step with its result; in the same transaction its place is given to the next one. Where that can't
/// be written the result is kept by itself: nothing that stands in the way of a claim costs an answer.
async fn commit(
    shared: &Shared,
    lane: &'static str,
    step: &ClaimedStep,
    result: StepResult,
) -> Vec<ClaimedStep> {
    let mut refused = false;
    let kept = until_kept(step, || {
        let now = shared.context.config.clock.now_ms();
        let next = (!std::mem::replace(&mut refused, true))
            .then(|| shared.claim_in_its_place(lane))
            .flatten();
        let store = &shared.context.store;
        store.complete_and_claim(step, &shared.boot_id, result.clone(), next, now)
    });
    let kept = kept.await;
    faults::point("complete.answered");
    let Some((fenced, next)) = kept else {
        return Vec::new();
    };
    if fenced == Fenced::TooLate {
        tracing::info!(
            step = step.id,
            attempt = step.attempt,
            "a result came too late and was dropped"
        );
    }
    next.steps
}

/// Writes how a try ended, again and again until it lands: work that is done is never thrown away
/// because the disk was full or the database busy. None when the program is closing.
async fn until_kept<W, T>(step: &ClaimedStep, mut write: impl FnMut() -> W) -> Option<T>
where
    W: Future<Output = Result<T, countersign_store::Error>>,
{
    let mut wait = Duration::from_millis(100);
    loop {
        match write().await {
            Ok(kept) => return Some(kept),
            Err(countersign_store::Error::Closed | countersign_store::Error::Damaged(_)) => {
                return None;
            }
            Err(error) => {
                tracing::error!(
                    error = error.with_causes(),
                    step = step.id,
                    "how a step ended could not be written yet"
                );
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(Duration::from_secs(10));
            }
        }
    }
}

/// Ends a try that is to be made anew, knowing more.
async fn try_again(shared: &Shared, step: &ClaimedStep, again: Again) {
    let now = shared.context.config.clock.now_ms();
    tracing::info!(step = step.id, kind = %step.kind, attempt = step.attempt, code = again.code, in_ms = again.in_ms, "a step is tried again");
    let failure = StepFailure {
        code: again.code.to_owned(),
        message: again.message,
        retry_at: Some(now + again.in_ms),
        burns: again.burns,
        call: again.call,
        ask_instead: again.ask_instead,
        repair: again.repair,
        pauses_provider: again.pauses_provider,
        notice: None,
        needs_person: false,
    };
    until_kept(step, || {
        let store = &shared.context.store;
        store.fail_step(step, &shared.boot_id, failure.clone(), now)
    })
    .await;
}

/// A part that no model could be asked about is the offline reader's alone; the review goes on.
fn read_offline(code: &str, message: &str) -> StepResult {
    StepResult {
        note: Some((code.to_owned(), message.to_owned())),
        ..StepResult::default()
    }
}

/// When somebody has put the computer's clock forward or back, everything that waits for a time moves
/// along.
async fn notice_clock(shared: &Shared) {
    let clock = &shared.context.config.clock;
    let ahead = clock.now_ms() - clock.elapsed_ms();
    let moved = ahead - shared.clock_ahead.load(Ordering::SeqCst);
    if moved.abs() <= CLOCK_SLACK_MS || shared.clock_ahead.swap(ahead, Ordering::SeqCst) == ahead {
        return;
    }
    tracing::warn!(
        moved_ms = moved,
        "the computer's clock was changed; waits move along"
    );
    let shifted = shared.context.store.shift_times(moved, clock.now_ms());
    if let Err(error) = shifted.await {
        tracing::warn!(
            error = error.with_causes(),
            "waits could not be moved along"
        );
    }
}

/// How long until then.
fn until(shared: &Shared, at: Option<i64>) -> Duration {
    at.map_or(IDLE_LOOK, |at| {
        let ms = at - shared.context.config.clock.now_ms();
        Duration::from_millis(u64::try_from(ms).unwrap_or(0).max(1))
    })
}

async fn fail(
    shared: &Shared,
    lane: &'static str,
    step: &ClaimedStep,
    error: &StepError,
) -> Vec<ClaimedStep> {
    let now = shared.context.config.clock.now_ms();
    let (code, message, give_up) = match error {
        StepError::GiveUp { code, message } | StepError::NeedsPerson { code, message } => {
            (*code, message.clone(), true)
        }
        StepError::Retry { code, message } => {
            (*code, message.clone(), step.failures + 1 >= MAX_FAILURES)
        }
        StepError::Again(_)
        | StepError::TooLate
        | StepError::Store(countersign_store::Error::Closed) => return Vec::new(),
        StepError::Store(error) => (
            "store",
            format!("The database did not answer ({error}). Nothing is lost; retry the review."),
            step.failures + 1 >= MAX_FAILURES,
        ),
    };
    tracing::warn!(step = step.id, kind = %step.kind, attempt = step.attempt, code, give_up, "a step failed");
    if give_up && step.provider.is_some() {
        return commit(shared, lane, step, read_offline(code, &message)).await;
    }
    let needs_person = matches!(error, StepError::NeedsPerson { .. });
    // Who gave the wrong password is told where it was typed.
    let notice = if give_up && code != crate::passwords::WRONG {
        notice(shared, &step.review_id, needs_person, code, &message).await
    } else {
        None
    };
    let failure = StepFailure {
        code: code.to_owned(),
        message,
        retry_at: (!give_up).then(|| now + backoff_ms(step.failures)),
        needs_person,
        burns: true,
        notice,
        ..StepFailure::default()
    };
    until_kept(step, || {
        let store = &shared.context.store;
        store.fail_step(step, &shared.boot_id, failure.clone(), now)
    })
    .await;
    Vec::new()
}

async fn notice(
    shared: &Shared,
    review_id: &str,
    needs_person: bool,
    code: &str,
    message: &str,
) -> Option<NewNotice> {
    let review = shared
        .context
        .store
        .review(review_id)
        .await
        .ok()
        .flatten()?;
    let now = shared.context.config.clock.now_ms();
    let title = if needs_person {
        format!("{} needs its password", review.file_name)
    } else {
        format!("Review of {} failed", review.file_name)
    };
    Some(NewNotice {
        id: new_id(),
        title,
        body: message.to_owned(),
        desktop: shared.context.config.desktop_notifications.then(new_id),
        message: Some(webhooks::ended(
            (review_id, &review.contract_id),
            needs_person,
            code,
            now,
        )),
    })
}

/// Tells of reviews that were set aside: what ended them took the program with it, so nobody did.
async fn tell_set_aside(shared: &Shared) {
    let store = &shared.context.store;
    let untold = match store.set_aside_untold().await {
        Ok(untold) => untold,
        Err(error) => {
            return tracing::warn!(
                error = error.with_causes(),
                "reviews that were set aside could not be looked for"
            );
        }
    };
    for (review_id, message) in untold {
        let Some(notice) = notice(shared, &review_id, false, SET_ASIDE, &message).await else {
            continue;
        };
        let now = shared.context.config.clock.now_ms();
        if let Err(error) = store.tell_set_aside(&review_id, notice, now).await {
            tracing::warn!(error = error.with_causes(), "a notice could not be written");
        }
    }
}

/// 1 s, 4 s, 16 s.
fn backoff_ms(failures: i64) -> i64 {
    1000 << (2 * failures.clamp(0, 5))
}

async fn heartbeat(shared: Arc<Shared>) {
    let mut stopping = shared.stopping.subscribe();
    tell_set_aside(&shared).await;
    while !*stopping.borrow_and_update() {
        tokio::select! {
            () = tokio::time::sleep(HEARTBEAT) => {}
            _ = stopping.changed() => return,
        }
        notice_clock(&shared).await;
        let now = shared.context.config.clock.now_ms();
        let steps: Vec<(i64, i64)> = shared
            .running()
            .iter()
            .map(|(id, running)| (*id, running.attempt))
            .collect();
        if !steps.is_empty() {
            match shared
                .context
                .store
                .renew_leases(&shared.boot_id, steps, now + LEASE_MS)
                .await
            {
                Ok(gone) => {
                    let mut running = shared.running();
                    for id in gone {
                        if let Some(task) = running.remove(&id).and_then(|step| step.task) {
                            task.abort();
                        }
                    }
                }
                Err(error) => {
                    tracing::warn!(error = error.with_causes(), "leases could not be renewed")
                }
            }
        }
        match shared.context.store.rescue_expired_steps(now).await {
            Ok(0) => {}
            Ok(count) => {
                tracing::warn!(count, "steps without a living worker were put back");
                tell_set_aside(&shared).await;
                shared.wake.notify_waiters();
            }
            Err(error) => tracing::warn!(
                error = error.with_causes(),
                "expired leases could not be looked for"
            ),
        }
    }
}

/// Work stands back behind whatever the person does.
#[cfg(unix)]
pub(crate) fn lower_priority() {
    // Failing to step back costs smoothness, nothing else.
    let _ = rustix::process::nice(10);
}

#[cfg(not(unix))]
pub(crate) fn lower_priority() {}
