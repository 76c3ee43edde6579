//! When a message that was not taken is tried again: over three days, each time later.

use std::hash::{DefaultHasher, Hash, Hasher};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// Waits after the first, second, … failed try.
const WAITS: [i64; 12] = [
    5 * SECOND,
    30 * SECOND,
    2 * MINUTE,
    10 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
];
/// At most this part of a wait comes on top, so that many messages don't come back at the same moment.
const JITTER: i64 = 5;

/// How long to wait after a try that failed, when so many had failed before it; none when that was the last. The
/// server's own wish holds where it is longer, up to a day.
pub(super) fn wait_ms(failures: i64, id: &str, wished_ms: Option<u64>) -> Option<i64> {
    let wait = *WAITS.get(usize::try_from(failures).ok()?)?;
    let mut hasher = DefaultHasher::new();
    (id, failures).hash(&mut hasher);
    let spread = u64::try_from(wait / JITTER).unwrap_or(1).max(1);
    // Below the spread, which is far below what an i64 holds.
    let jitter = i64::try_from(hasher.finish() % spread).unwrap_or(0);
    let wished = i64::try_from(wished_ms.unwrap_or(0)).unwrap_or(i64::MAX);
    Some((wait + jitter).max(wished.min(24 * HOUR)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_go_from_seconds_to_a_day_and_end() {
        let waits: Vec<i64> = (0..)
            .map_while(|failures| wait_ms(failures, "m", None))
            .collect();
        assert_eq!(waits.len(), 12);
        assert!((5 * SECOND..=6 * SECOND).contains(&waits[0]), "{waits:?}");
        assert!(waits.windows(2).all(|pair| pair[0] < pair[1]), "{waits:?}");
        let days = waits.iter().sum::<i64>() / (24 * HOUR);
        assert_eq!(days, 3, "{waits:?}");
    }

    #[test]
    fn two_messages_come_back_at_different_moments_and_one_always_at_its_own() {
        let of = |id: &str| wait_ms(4, id, None);
        assert_ne!(of("a"), of("b"));
        assert_eq!(of("a"), of("a"));
    }

    #[test]
    fn a_server_that_wants_more_time_gets_it_up_to_a_day() {
        assert_eq!(wait_ms(0, "m", Some(90_000)), Some(90_000));
        assert_eq!(wait_ms(0, "m", Some(u64::MAX)), Some(24 * HOUR));
        assert!(wait_ms(5, "m", Some(1)).unwrap() >= HOUR);
    }
}
