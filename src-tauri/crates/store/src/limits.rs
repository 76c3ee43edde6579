//! What a provider may be asked right now: rates, concurrency and the circuit breaker. Pure; the claim
//! calls it inside its transaction with what the tables say.
//!
//! Rates are exact over every window of 60 s, since the window is the attempts themselves. Concurrency
//! adapts to refusals: a cluster of "too many requests" lowers it by a third, each success raises it a
//! little. A provider that fails again and again is left alone for a while, then asked once.

use serde::{Deserialize, Serialize};

/// The window of rates, milliseconds.
pub const WINDOW_MS: i64 = 60_000;
/// Failures in a row that open the breaker.
const FAILURES_TO_OPEN: u32 = 5;
/// The breaker's first rest; it doubles with each failed probe.
const FIRST_REST_MS: i64 = 15_000;
const LONGEST_REST_MS: i64 = 600_000;
/// Weight of the newest outcome in the share of refusals.
const REFUSAL_WEIGHT: f64 = 0.1;
/// Below this share refusals are chance, not a limit.
const REFUSALS_THAT_COUNT: f64 = 0.25;
/// Refusals close together have one cause: concurrency goes down once for them.
const SETTLE_MS: i64 = 5_000;

/// What the person or the provider allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderLimits {
    /// The provider.
    pub provider: String,
    /// Requests in any 60 s.
    pub requests_per_minute: Option<u32>,
    /// Tokens in any 60 s, sent and received.
    pub tokens_per_minute: Option<u32>,
    /// Requests under way at once.
    pub concurrency: u32,
}

/// A request of the last minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Recent {
    /// Started at.
    pub at: i64,
    /// Tokens it used, or may use while it runs.
    pub tokens: i64,
}

/// What is remembered of a provider between requests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProviderHealth {
    /// Requests that may be under way, as learnt; the configured concurrency is its ceiling.
    window: f64,
    /// Share of recent requests that were refused as too many.
    refusals: f64,
    lowered_at: i64,
    failures: u32,
    /// Rests taken without a success in between.
    rests: u32,
    /// The breaker is open until then; afterwards one request probes.
    resting_until: i64,
}

impl Default for ProviderHealth {
    fn default() -> Self {
        Self {
            window: f64::MAX,
            refusals: 0.0,
            lowered_at: i64::MIN / 2,
            failures: 0,
            rests: 0,
            resting_until: 0,
        }
    }
}

/// How a request ended, as far as limits are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Answered.
    Answered,
    /// Too many requests; with the provider's own wait where it named one.
    Refused {
        /// Milliseconds.
        wait_ms: Option<i64>,
    },
    /// The provider is in trouble: overloaded, unreachable, broken off.
    Failed,
    /// Something about the one request; says nothing of the provider.
    Neutral,
}

/// Whether a request may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Now.
    Now,
    /// Not before then.
    At(i64, Why),
    /// When one of those under way ends.
    WhenOneEnds,
    /// Never under these limits: it alone is larger than what a minute allows.
    Never,
}

/// What a request waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The rate.
    Rate,
    /// The breaker.
    Resting,
}

impl ProviderHealth {
    /// Whether a request of `tokens` (at the most) may begin `now`. `recent` holds the requests of the
    /// last minute, oldest first; `under_way` counts those without an answer.
    #[must_use]
    pub fn admit(
        &self,
        limits: &ProviderLimits,
        recent: &[Recent],
        under_way: u32,
        tokens: i64,
        now: i64,
    ) -> Admission {
        if limits
            .tokens_per_minute
            .is_some_and(|most| tokens > i64::from(most))
        {
            return Admission::Never;
        }
        if now < self.resting_until {
            return Admission::At(self.resting_until, Why::Resting);
        }
        let probing = self.rests > 0;
        let window = if probing {
            1
        } else {
            self.concurrency(limits.concurrency)
        };
        if under_way >= window {
            return Admission::WhenOneEnds;
        }
        match free_at(limits, recent, tokens, now) {
            at if at <= now => Admission::Now,
            at => Admission::At(at, Why::Rate),
        }
    }

    /// Requests that may be under way at once.
    #[must_use]
    pub fn concurrency(&self, ceiling: u32) -> u32 {
        (self.window.min(f64::from(ceiling.max(1))) as u32).max(1)
    }

    /// Learns from how a request ended. Returns until when nobody should ask, if so.
    pub fn learn(&mut self, outcome: Outcome, ceiling: u32, now: i64) -> Option<i64> {
        let refused = matches!(outcome, Outcome::Refused { .. });
        if outcome != Outcome::Neutral {
            self.refusals += REFUSAL_WEIGHT * (f64::from(u8::from(refused)) - self.refusals);
        }
        match outcome {
            Outcome::Answered => {
                (self.failures, self.rests, self.resting_until) = (0, 0, 0);
                let window = self.window.min(f64::from(ceiling.max(1)));
                self.window = (window + 1.0 / window).min(f64::from(ceiling.max(1)));
                None
            }
            Outcome::Refused { wait_ms } => {
                if self.refusals < REFUSALS_THAT_COUNT {
                    return None;
                }
                if now - self.lowered_at >= SETTLE_MS {
                    let window = self.window.min(f64::from(ceiling.max(1)));
                    self.window = (window * 2.0 / 3.0).max(1.0);
                    self.lowered_at = now;
                }
                wait_ms.map(|ms| now + ms)
            }
            Outcome::Failed => {
                self.failures += 1;
                if self.failures >= FAILURES_TO_OPEN || self.rests > 0 {
                    let rest = FIRST_REST_MS << self.rests.min(6);
                    self.resting_until = now + rest.min(LONGEST_REST_MS);
                    self.rests += 1;
                    self.failures = 0;
                    return Some(self.resting_until);
                }
                None
            }
            Outcome::Neutral => None,
        }
    }

    /// Until when the breaker keeps requests back; 0 when it does not.
    #[must_use]
    pub fn resting_until(&self) -> i64 {
        self.resting_until
    }

    /// The clock was put forward or back by that much.
    pub fn shift(&mut self, by: i64) {
        if self.resting_until > 0 {
            self.resting_until += by;
        }
        self.lowered_at = self.lowered_at.saturating_add(by);
    }
}

/// When the rates leave room: each request of the window makes room when it is a minute old.
fn free_at(limits: &ProviderLimits, recent: &[Recent], tokens: i64, now: i64) -> i64 {
    let in_window = |r: &&Recent| r.at > now - WINDOW_MS && r.at <= now;
    let mut count = recent.iter().filter(in_window).count() as i64;
    let mut used: i64 = recent.iter().filter(in_window).map(|r| r.tokens).sum();
    let fits = |count: i64, used: i64| {
        limits
            .requests_per_minute
            .is_none_or(|most| count < i64::from(most))
            && limits
                .tokens_per_minute
                .is_none_or(|most| used + tokens <= i64::from(most))
    };
    let mut free_at = now;
    for old in recent.iter().filter(in_window) {
        if fits(count, used) {
            break;
        }
        count -= 1;
        used -= old.tokens;
        free_at = old.at + WINDOW_MS;
    }
    free_at
}

#[cfg(test)]
mod tests;
