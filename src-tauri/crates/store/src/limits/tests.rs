//! Ten thousand random schedules against the limits.

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
struct Ask {
    after_ms: i64,
    tokens: i64,
    takes_ms: i64,
    outcome: Outcome,
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        6 => Just(Outcome::Answered),
        1 => proptest::option::of(1..20_000_i64).prop_map(|wait_ms| Outcome::Refused { wait_ms }),
        1 => Just(Outcome::Failed),
        1 => Just(Outcome::Neutral),
    ]
}

fn ask() -> impl Strategy<Value = Ask> {
    (0..8_000_i64, 1..3_000_i64, 1..30_000_i64, outcome()).prop_map(
        |(after_ms, tokens, takes_ms, outcome)| Ask {
            after_ms,
            tokens,
            takes_ms,
            outcome,
        },
    )
}

fn limits() -> impl Strategy<Value = ProviderLimits> {
    (
        proptest::option::of(1..20_u32),
        proptest::option::of(3_000..10_000_u32),
        1..6_u32,
    )
        .prop_map(
            |(requests_per_minute, tokens_per_minute, concurrency)| ProviderLimits {
                provider: "p".into(),
                requests_per_minute,
                tokens_per_minute,
                concurrency,
            },
        )
}

/// Runs the schedule as the queue would: each request begins when it is admitted. Returns (start, end,
/// tokens) of each.
fn run(limits: &ProviderLimits, asks: &[Ask]) -> Vec<(i64, i64, i64)> {
    let mut health = ProviderHealth::default();
    let mut done: Vec<(i64, i64, i64)> = Vec::new();
    let mut ending: Vec<(i64, Outcome)> = Vec::new();
    let mut now = 0;
    for ask in asks {
        now += ask.after_ms;
        loop {
            ending.sort_by_key(|(end, _)| *end);
            while ending.first().is_some_and(|(end, _)| *end <= now) {
                let (_, outcome) = ending.remove(0);
                health.learn(outcome, limits.concurrency, now);
            }
            let recent: Vec<Recent> = done
                .iter()
                .map(|(at, _, tokens)| Recent {
                    at: *at,
                    tokens: *tokens,
                })
                .collect();
            match health.admit(limits, &recent, ending.len() as u32, ask.tokens, now) {
                Admission::Now => break,
                Admission::At(at, _) => {
                    assert!(at > now, "a wait must end later than now");
                    now = at;
                }
                Admission::WhenOneEnds => now = ending[0].0,
                Admission::Never => return done,
            }
        }
        done.push((now, now + ask.takes_ms, ask.tokens));
        ending.push((now + ask.takes_ms, ask.outcome));
    }
    done
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn limits_are_never_exceeded_and_everything_gets_its_turn(
        limits in limits(),
        asks in proptest::collection::vec(ask(), 1..40),
    ) {
        let done = run(&limits, &asks);
        prop_assert_eq!(done.len(), asks.len());
        for (start, _, _) in &done {
            let window: Vec<_> = done.iter().filter(|(at, _, _)| *at > start - WINDOW_MS && at <= start).collect();
            if let Some(most) = limits.requests_per_minute {
                prop_assert!(window.len() <= most as usize);
            }
            if let Some(most) = limits.tokens_per_minute {
                prop_assert!(window.iter().map(|(_, _, tokens)| tokens).sum::<i64>() <= i64::from(most));
            }
            let at_once = done.iter().filter(|(at, end, _)| at <= start && end > start).count();
            prop_assert!(at_once <= limits.concurrency as usize);
        }
    }
}

fn ten_at_once() -> ProviderLimits {
    ProviderLimits {
        provider: "p".into(),
        requests_per_minute: None,
        tokens_per_minute: None,
        concurrency: 10,
    }
}

#[test]
fn one_refusal_in_twenty_is_chance_and_a_cluster_is_a_limit() {
    let mut health = ProviderHealth::default();
    for n in 0..400_i64 {
        let outcome = if n % 20 == 0 {
            Outcome::Refused {
                wait_ms: Some(2_000),
            }
        } else {
            Outcome::Answered
        };
        assert_eq!(health.learn(outcome, 10, n * 100), None);
    }
    assert_eq!(health.concurrency(10), 10);
    let mut told = None;
    for n in 0..6 {
        let refused = Outcome::Refused {
            wait_ms: Some(2_000),
        };
        told = health.learn(refused, 10, 100_000 + n);
    }
    assert_eq!(
        told,
        Some(102_005),
        "everybody waits as long as the provider says"
    );
    assert_eq!(health.concurrency(10), 6, "lowered once for one cluster");
    for n in 0..60 {
        health.learn(Outcome::Answered, 10, 200_000 + n);
    }
    assert_eq!(health.concurrency(10), 10, "and learnt back");
}

#[test]
fn a_provider_that_fails_again_and_again_is_asked_once_after_each_rest() {
    let mut health = ProviderHealth::default();
    let limits = ten_at_once();
    for now in 0..4 {
        assert_eq!(health.learn(Outcome::Failed, 10, now), None);
    }
    assert_eq!(health.learn(Outcome::Failed, 10, 4), Some(15_004));
    assert_eq!(
        health.admit(&limits, &[], 0, 1, 10),
        Admission::At(15_004, Why::Resting)
    );
    assert_eq!(health.admit(&limits, &[], 0, 1, 15_004), Admission::Now);
    assert_eq!(
        health.admit(&limits, &[], 1, 1, 15_004),
        Admission::WhenOneEnds,
        "one probe, not ten"
    );
    assert_eq!(health.learn(Outcome::Failed, 10, 20_000), Some(50_000));
    health.learn(Outcome::Answered, 10, 60_000);
    assert_eq!(health.admit(&limits, &[], 9, 1, 60_000), Admission::Now);
}

#[test]
fn a_request_larger_than_a_minute_allows_never_begins() {
    let mut limits = ten_at_once();
    limits.tokens_per_minute = Some(100);
    let health = ProviderHealth::default();
    assert_eq!(health.admit(&limits, &[], 0, 101, 0), Admission::Never);
}

#[test]
fn what_is_remembered_comes_back_from_json() {
    let mut health = ProviderHealth::default();
    health.learn(Outcome::Failed, 3, 7);
    let json = serde_json::to_string(&health).unwrap();
    assert_eq!(
        serde_json::from_str::<ProviderHealth>(&json).unwrap(),
        health
    );
}
