//! What happened lately, over all contracts: decisions, and how providers answered.

use std::collections::BTreeMap;

use countersign_store::activity::{CalledRow, DecidedRow};

use crate::Engine;
use crate::error::Error;
use crate::views::{Decided, FailureCount, ListDecisions, Nothing, ProviderUse};

const DAY_MS: i64 = 86_400_000;
/// Days that are told of.
const DAYS: i64 = 7;
/// Calls that are looked at, the newest.
const CALLS: u32 = 50_000;
/// Decisions of one look at them.
const MOST: u32 = 500;

impl Engine {
    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn list_decisions(&self, argument: ListDecisions) -> Result<Vec<Decided>, Error> {
        let store = &self.inner.store;
        let limit = argument.limit.min(MOST);
        let rows = store.decisions_of_all(argument.before, limit).await?;
        rows.into_iter().map(decided).collect()
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn provider_use(&self, _: Nothing) -> Result<Vec<ProviderUse>, Error> {
        let now = self.now();
        let since = now - DAYS * DAY_MS;
        let calls = self.inner.store.calls_since(since, CALLS).await?;
        let mut by_provider: BTreeMap<String, Vec<CalledRow>> = BTreeMap::new();
        for call in calls {
            by_provider
                .entry(call.provider.clone())
                .or_default()
                .push(call);
        }
        Ok(by_provider
            .into_iter()
            .map(|(provider, calls)| told(provider, &calls, now))
            .collect())
    }
}

fn decided(row: DecidedRow) -> Result<Decided, Error> {
    Ok(Decided {
        id: row.id,
        review_id: row.review_id,
        file: row.file_name,
        kind: serde_json::from_value(serde_json::Value::String(row.kind))?,
        words: row.words,
        title: row.title,
        decided_at: row.decided_at,
        undone_at: row.undone_at,
    })
}

fn told(provider: String, calls: &[CalledRow], now: i64) -> ProviderUse {
    let mut failures: BTreeMap<&str, u32> = BTreeMap::new();
    for class in calls.iter().filter_map(|call| call.error_class.as_deref()) {
        *failures.entry(class).or_default() += 1;
    }
    let mut failures: Vec<FailureCount> = failures
        .into_iter()
        .map(|(class, count)| FailureCount {
            class: class.to_owned(),
            count,
        })
        .collect();
    failures.sort_by_key(|failure| std::cmp::Reverse(failure.count));
    let answered = || calls.iter().filter(|call| call.error_class.is_none());
    let took: Vec<i64> = answered().filter_map(|call| call.call_ms).collect();
    let began: Vec<i64> = answered().filter_map(|call| call.first_byte_ms).collect();
    let mut days = vec![0; DAYS as usize];
    for call in calls {
        let ago = (now - call.sent_at).div_euclid(DAY_MS).clamp(0, DAYS - 1);
        if let Some(day) = days.get_mut((DAYS - 1 - ago) as usize) {
            *day += 1;
        }
    }
    ProviderUse {
        provider,
        calls: calls.len() as u32,
        failures,
        first_byte_ms: share(began, 50),
        half_ms: share(took.clone(), 50),
        most_ms: share(took, 95),
        tokens: calls.iter().map(|call| call.tokens).sum(),
        micros: calls.iter().map(|call| call.cost_micros).sum(),
        last_at: calls.iter().map(|call| call.sent_at).max().unwrap_or(now),
        days,
    }
}

/// The smallest value that so many of a hundred values don't exceed.
fn share(mut values: Vec<i64>, percent: usize) -> Option<i64> {
    values.sort_unstable();
    let rank = (values.len() * percent).div_ceil(100);
    values.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(sent_at: i64, call_ms: Option<i64>, error: Option<&str>) -> CalledRow {
        CalledRow {
            provider: "mistral".to_owned(),
            sent_at,
            first_byte_ms: call_ms.map(|ms| ms / 2),
            call_ms,
            error_class: error.map(str::to_owned),
            tokens: 10,
            cost_micros: 3,
        }
    }

    #[test]
    fn answers_are_counted_by_day_and_failures_by_class() {
        let now = 100 * DAY_MS;
        let calls = [
            call(now - 5, Some(400), None),
            call(now - 10, Some(200), None),
            call(now - DAY_MS, None, Some("retry_after")),
            call(now - DAY_MS - 1, Some(9000), Some("retry_after")),
            call(now - 6 * DAY_MS - 1, None, Some("permanent")),
        ];
        let told = told("mistral".to_owned(), &calls, now);
        assert_eq!(told.days, [1, 0, 0, 0, 0, 2, 2]);
        assert_eq!(
            told.failures
                .iter()
                .map(|one| (one.class.as_str(), one.count))
                .collect::<Vec<_>>(),
            [("retry_after", 2), ("permanent", 1)]
        );
        assert_eq!(
            (told.half_ms, told.most_ms, told.first_byte_ms),
            (Some(200), Some(400), Some(100))
        );
        assert_eq!((told.calls, told.tokens, told.micros), (5, 50, 15));
        assert_eq!(told.last_at, now - 5);
    }

    #[test]
    fn a_share_of_nothing_is_nothing() {
        assert_eq!(share(Vec::new(), 95), None);
        assert_eq!(share(vec![7], 50), Some(7));
        assert_eq!(share((1..=100).collect(), 95), Some(95));
    }
}
