//! The time and the ids: the only places that ask the machine for either.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use countersign_contracts::date::CivilDate;
/// `20260131T235959Z`.
pub use countersign_store::backup::stamp;

/// Where the time comes from.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// Milliseconds since 1970, UTC.
    fn now_ms(&self) -> i64;

    /// Milliseconds since some moment, whatever anybody does to the time of day. When both don't go on
    /// alike, the clock was put forward or back.
    fn elapsed_ms(&self) -> i64;
}

/// The computer's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that the rule sends everybody to"
    )]
    fn now_ms(&self) -> i64 {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    fn elapsed_ms(&self) -> i64 {
        static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
        i64::try_from(START.get_or_init(Instant::now).elapsed().as_millis()).unwrap_or(i64::MAX)
    }
}

/// A clock that moves when told to.
#[derive(Debug, Default)]
pub struct ManualClock {
    now: AtomicI64,
    put: AtomicI64,
}

impl ManualClock {
    /// Starts at `now_ms`.
    #[must_use]
    pub fn at(now_ms: i64) -> Self {
        Self {
            now: AtomicI64::new(now_ms),
            put: AtomicI64::new(0),
        }
    }

    /// Moves on (or back).
    pub fn advance(&self, ms: i64) {
        self.now.fetch_add(ms, Ordering::SeqCst);
    }

    /// Is put forward or back by somebody, while no time passes.
    pub fn put(&self, ms: i64) {
        self.put.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now_ms(&self) -> i64 {
        self.elapsed_ms() + self.put.load(Ordering::SeqCst)
    }

    fn elapsed_ms(&self) -> i64 {
        self.now.load(Ordering::SeqCst)
    }
}

/// `2026-01-31T23:59:59.999Z`.
#[must_use]
pub fn iso_8601(now_ms: i64) -> String {
    const DAY_MS: i64 = 86_400_000;
    let day = CivilDate::from_day_number(now_ms.div_euclid(DAY_MS)).to_iso();
    let ms = now_ms.rem_euclid(DAY_MS);
    format!(
        "{day}T{:02}:{:02}:{:02}.{:03}Z",
        ms / 3_600_000,
        ms / 60_000 % 60,
        ms / 1000 % 60,
        ms % 1000
    )
}

/// A new id: UUIDv7, so that ids sort by the time they were made.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the place that the rule sends everybody to"
)]
pub fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}
