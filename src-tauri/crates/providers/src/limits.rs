//! What headers say of limits and of when to come back.
//!
//! Dates are measured against the answer's own `Date`, never against this computer's clock, which may be
//! wrong by years.

use std::time::Duration;

use countersign_contracts::date::CivilDate;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use crate::reply::{Limit, RateLimits};

/// Nobody is waited for longer than this: a header may be wrong, and asking once an hour is no burden.
const LONGEST_WAIT_MS: u64 = 60 * 60 * 1_000;

/// Numbers from here on are seconds since 1970, not seconds from now.
const LOOKS_LIKE_A_DATE: f64 = 1e9;
/// Numbers from here on are milliseconds since 1970.
const LOOKS_LIKE_A_DATE_IN_MS: f64 = 1e12;

/// The `x-ratelimit-*` headers (OpenAI, Groq, OpenRouter, vLLM's gateways), or Anthropic's.
pub(crate) fn rate_limits(headers: &HeaderMap) -> RateLimits {
    RateLimits {
        requests: limit(headers, "-requests"),
        tokens: limit(headers, "-tokens"),
    }
}

fn limit(headers: &HeaderMap, of: &str) -> Limit {
    let said = |what: &str| {
        text(headers, &format!("x-ratelimit-{what}{of}"))
            .or_else(|| text(headers, &format!("anthropic-ratelimit{of}-{what}")))
    };
    let number = |what: &str| said(what).and_then(|text| text.parse().ok());
    Limit {
        limit: number("limit"),
        remaining: number("remaining"),
        reset_ms: said("reset").and_then(|text| wait(headers, text)),
    }
}

/// How long to stay away: `retry-after-ms`, `retry-after` in seconds or as a date, else when the limit
/// that is used up comes back.
pub(crate) fn retry_after_ms(headers: &HeaderMap) -> Option<u64> {
    let in_ms = || {
        let text = text(headers, "retry-after-ms")?;
        let ms = text.parse::<f64>().ok()?;
        from_seconds(ms / 1_000.0)
    };
    let plain = || wait(headers, text(headers, RETRY_AFTER.as_str())?);
    let bare_reset = || wait(headers, text(headers, "x-ratelimit-reset")?);
    let ms = in_ms()
        .or_else(plain)
        .or_else(|| used_up(rate_limits(headers)))
        .or_else(bare_reset)?;
    Some(ms.min(LONGEST_WAIT_MS))
}

/// When the limits that have nothing left are back; when none says so, when all are.
fn used_up(limits: RateLimits) -> Option<u64> {
    let both = [limits.requests, limits.tokens];
    let is_used_up = |limit: &&Limit| limit.remaining == Some(0);
    let any_used_up = both.iter().filter(is_used_up).count() > 0;
    both.iter()
        .filter(|limit| !any_used_up || is_used_up(limit))
        .filter_map(|limit| limit.reset_ms)
        .max()
}

/// A time from now: `20`, `1.5`, `6m0s`, `20ms`, a date, or a moment since 1970.
fn wait(headers: &HeaderMap, text: &str) -> Option<u64> {
    if let Ok(number) = text.parse::<f64>() {
        return if number >= LOOKS_LIKE_A_DATE_IN_MS {
            since_1970(headers, number / 1_000.0)
        } else if number >= LOOKS_LIKE_A_DATE {
            since_1970(headers, number)
        } else {
            from_seconds(number)
        };
    }
    if let Ok(date) = httpdate::parse_http_date(text) {
        let wait = date.duration_since(said_now(headers)?).unwrap_or_default();
        return u64::try_from(wait.as_millis()).ok();
    }
    if let Some(seconds) = timestamp(text) {
        return since_1970(headers, seconds);
    }
    units(text)
}

/// `2026-01-12T08:00:07Z` as seconds since 1970.
fn timestamp(text: &str) -> Option<f64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut date = date.split('-');
    let (year, month, day) = (date.next()?, date.next()?, date.next()?);
    let day = CivilDate::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    let mut time = time.split(':');
    let (hours, minutes) = (time.next()?, time.next()?);
    let (hours, minutes) = (hours.parse::<u32>().ok()?, minutes.parse::<u32>().ok()?);
    let seconds = time.next()?.parse::<f64>().ok()?;
    // Days and minutes are far within what a float holds exactly.
    let minutes = day.day_number() * 24 * 60 + i64::from(hours) * 60 + i64::from(minutes);
    Some(minutes as f64 * 60.0 + seconds)
}

/// How long an error's body says to wait: `34s`, as Google writes durations.
pub(crate) fn delay_ms(text: &str) -> Option<u64> {
    units(text).map(|ms| ms.min(LONGEST_WAIT_MS))
}

fn since_1970(headers: &HeaderMap, seconds: f64) -> Option<u64> {
    let now = said_now(headers)?
        .duration_since(std::time::UNIX_EPOCH)
        .ok()?
        .as_secs_f64();
    from_seconds((seconds - now).max(0.0))
}

fn said_now(headers: &HeaderMap) -> Option<std::time::SystemTime> {
    httpdate::parse_http_date(text(headers, DATE.as_str())?).ok()
}

/// Go's way to write a duration: `1h2m3.5s`, `20ms`.
fn units(text: &str) -> Option<u64> {
    let mut rest = text;
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let digits =
            rest.find(|character: char| !character.is_ascii_digit() && character != '.')?;
        let (number, behind) = rest.split_at_checked(digits)?;
        let letters = behind
            .find(|character: char| character.is_ascii_digit())
            .unwrap_or(behind.len());
        let (unit, behind) = behind.split_at_checked(letters)?;
        let factor = match unit {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3_600.0,
            "d" => 86_400.0,
            _ => return None,
        };
        seconds += number.parse::<f64>().ok()? * factor;
        rest = behind;
    }
    from_seconds(seconds)
}

fn from_seconds(seconds: f64) -> Option<u64> {
    let wait = Duration::try_from_secs_f64(seconds).ok()?;
    u64::try_from(wait.as_nanos().div_ceil(1_000_000)).ok()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let text = headers.get(name)?.to_str().ok()?.trim();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    const NOW: (&str, &str) = ("date", "Mon, 12 Jan 2026 08:00:00 GMT");

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    #[test]
    fn each_way_to_say_when_to_come_back_is_understood() {
        type Case = (&'static [(&'static str, &'static str)], Option<u64>);
        let cases: &[Case] = &[
            (&[("retry-after", "20")], Some(20_000)),
            (&[("retry-after", "0.5")], Some(500)),
            (&[("retry-after", "0")], Some(0)),
            (
                &[("retry-after-ms", "250"), ("retry-after", "20")],
                Some(250),
            ),
            (
                &[NOW, ("retry-after", "Mon, 12 Jan 2026 08:00:07 GMT")],
                Some(7_000),
            ),
            (
                &[NOW, ("retry-after", "Mon, 12 Jan 2026 07:00:00 GMT")],
                Some(0),
            ),
            (&[("retry-after", "Mon, 12 Jan 2026 08:00:07 GMT")], None),
            (&[("retry-after", "soon")], None),
            (&[("retry-after", "-3")], None),
            (&[("retry-after", "NaN")], None),
            (&[("retry-after", "86400")], Some(3_600_000)),
            (&[("x-ratelimit-reset-requests", "6m0s")], Some(360_000)),
            (&[("x-ratelimit-reset-tokens", "20ms")], Some(20)),
            (&[("x-ratelimit-reset-tokens", "1h2m3.5s")], Some(3_600_000)),
            (&[NOW, ("x-ratelimit-reset", "1768204805000")], Some(5_000)),
            (&[NOW, ("x-ratelimit-reset", "1768204805")], Some(5_000)),
            (
                &[
                    NOW,
                    ("anthropic-ratelimit-requests-remaining", "0"),
                    ("anthropic-ratelimit-requests-reset", "2026-01-12T08:00:07Z"),
                ],
                Some(7_000),
            ),
            (
                &[
                    NOW,
                    ("anthropic-ratelimit-tokens-reset", "2026-01-12T07:59:59.5Z"),
                ],
                Some(0),
            ),
            (
                &[
                    NOW,
                    ("anthropic-ratelimit-tokens-reset", "2026-13-12T08:00:00Z"),
                ],
                None,
            ),
            (&[], None),
        ];
        for (pairs, expected) in cases {
            assert_eq!(retry_after_ms(&headers(pairs)), *expected, "{pairs:?}");
        }
    }

    #[test]
    fn the_limit_that_is_used_up_decides() {
        let headers = headers(&[
            ("x-ratelimit-remaining-requests", "0"),
            ("x-ratelimit-reset-requests", "2s"),
            ("x-ratelimit-remaining-tokens", "9000"),
            ("x-ratelimit-reset-tokens", "50s"),
        ]);
        assert_eq!(retry_after_ms(&headers), Some(2_000));
    }

    #[test]
    fn limits_are_read_as_far_as_they_are_said() {
        let headers = headers(&[
            ("x-ratelimit-limit-requests", "60"),
            ("x-ratelimit-remaining-requests", "59"),
            ("x-ratelimit-reset-requests", "1s"),
            ("x-ratelimit-remaining-tokens", "many"),
        ]);
        let limits = rate_limits(&headers);
        let requests = Limit {
            limit: Some(60),
            remaining: Some(59),
            reset_ms: Some(1_000),
        };
        assert_eq!(limits.requests, requests);
        assert_eq!(limits.tokens, Limit::default());
    }

    #[test]
    fn anthropics_limits_are_read_too() {
        let headers = headers(&[
            NOW,
            ("anthropic-ratelimit-tokens-limit", "80000"),
            ("anthropic-ratelimit-tokens-remaining", "79000"),
            ("anthropic-ratelimit-tokens-reset", "2026-01-12T08:00:01Z"),
        ]);
        let tokens = Limit {
            limit: Some(80_000),
            remaining: Some(79_000),
            reset_ms: Some(1_000),
        };
        assert_eq!(rate_limits(&headers).tokens, tokens);
    }
}
