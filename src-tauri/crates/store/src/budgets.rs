//! What may be spent, and what was: the caps of a review and of a month, and the record of spending.
//!
//! A call's most is held back by its attempt while it runs; what it really used is written when it
//! ends. So the sum of spent and held back can't pass a cap, whoever claims at the same time.

use countersign_contracts::date::CivilDate;
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, SqliteConnection};

use crate::{Error, Store, events, questions};

/// Caps that hold for everybody; none means no cap.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budgets {
    /// Money in a calendar month (UTC), millionths of a US dollar.
    pub month_micros: Option<u64>,
    /// Tokens in a calendar month, sent and received.
    pub month_tokens: Option<u64>,
    /// Money for one review, unless the review has a cap of its own.
    pub review_micros: Option<u64>,
    /// Tokens for one review, unless the review has a cap of its own.
    pub review_tokens: Option<u64>,
}

/// What a month's calls of one provider came to.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct MonthSpending {
    /// `2026-11`.
    pub month: String,
    /// The provider.
    pub provider: String,
    /// Calls.
    pub calls: i64,
    /// Tokens, sent and received.
    pub tokens: i64,
    /// Millionths of a US dollar.
    pub micros: i64,
}

/// What a review's calls came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromRow)]
pub struct ReviewSpending {
    /// Calls.
    pub calls: i64,
    /// Tokens sent.
    pub input_tokens: i64,
    /// Tokens received.
    pub output_tokens: i64,
    /// Millionths of a US dollar.
    pub micros: i64,
}

/// Why a call can't be paid for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OverBudget {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// By itself it becomes possible then.
    pub(crate) until: Option<i64>,
}

impl Store {
    /// Spending by month and provider, newest month first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn spending_by_month(&self) -> Result<Vec<MonthSpending>, Error> {
        Ok(sqlx::query_as(
            "select month, provider, calls, tokens, micros from spending_months order by month desc, provider",
        )
        .fetch_all(&self.pool)
        .await?)
    }

    /// What the calls of a review came to: its receipt.
    ///
    /// # Errors
    /// What the database says.
    pub async fn spending_of_review(&self, review_id: &str) -> Result<ReviewSpending, Error> {
        Ok(sqlx::query_as(
            "select count(*) as calls, coalesce(sum(a.input_tokens), 0) as input_tokens,
                 coalesce(sum(a.output_tokens), 0) as output_tokens,
                 (select spent_micros from reviews where id = ?1) as micros
             from attempts a join steps s on s.id = a.step_id
             where s.review_id = ?1 and a.sent_at is not null and a.reused = 0",
        )
        .bind(review_id)
        .fetch_one(&self.pool)
        .await?)
    }

    /// Lets reviews go on that wait for a person or a budget: after caps were changed or a provider was
    /// put right. Those that still may not are held again at the next claim.
    ///
    /// # Errors
    /// What the database says.
    pub async fn release_waiting(&self, now: i64) -> Result<u64, Error> {
        self.write(move |db| Box::pin(async move { release(db, None, now).await }))
            .await
    }
}

/// Puts waiting reviews back to work: all, or those whose time has come. One that waits for what a
/// step of it lacks goes on when that is given and it is retried.
pub(crate) async fn release(
    db: &mut SqliteConnection,
    due: Option<i64>,
    now: i64,
) -> Result<u64, Error> {
    let released: Vec<String> = sqlx::query_scalar(
        "update reviews set state = 'running', waiting_until = null, code = null, message = null
         where state in ('queued', 'running', 'waiting') and state = 'waiting' and (?1 is null or waiting_until <= ?1)
           and not exists (select 1 from steps s where s.review_id = reviews.id and s.state = 'discarded')
         returning id",
    )
    .bind(due)
    .fetch_all(&mut *db)
    .await?;
    for id in &released {
        events::note(db, "review_changed", Some(id), now).await?;
    }
    questions::release(db, due, now).await?;
    Ok(released.len() as u64)
}

/// Whether a call of this size can still be paid for.
pub(crate) async fn check(
    db: &mut SqliteConnection,
    budgets: &Budgets,
    review_id: &str,
    need: (i64, i64),
    now: i64,
) -> Result<Option<OverBudget>, Error> {
    let (tokens, micros) = need;
    let (own_micros, own_tokens, spent_micros, spent_tokens): (Option<i64>, Option<i64>, i64, i64) =
        sqlx::query_as(
            "select budget_micros, budget_tokens, spent_micros, spent_tokens from reviews where id = ?",
        )
        .bind(review_id)
        .fetch_one(&mut *db)
        .await?;
    let cap = |own: Option<i64>, common: Option<u64>| own.or(common.map(clamp));
    let review_micros = cap(own_micros, budgets.review_micros);
    let review_tokens = cap(own_tokens, budgets.review_tokens);
    let for_month = budgets.month_micros.is_some() || budgets.month_tokens.is_some();
    if review_micros.is_none() && review_tokens.is_none() && !for_month {
        return Ok(None);
    }
    let (held_tokens, held_micros): (i64, i64) = sqlx::query_as(
        "select coalesce(sum(a.reserved_tokens), 0), coalesce(sum(a.reserved_micros), 0)
         from attempts a join steps s on s.id = a.step_id
         where a.provider is not null and a.ended_at is null and s.review_id = ?",
    )
    .bind(review_id)
    .fetch_one(&mut *db)
    .await?;
    if over(review_micros, spent_micros + held_micros + micros)
        || over(review_tokens, spent_tokens + held_tokens + tokens)
    {
        return Ok(Some(OverBudget {
            code: "review_budget",
            message: "The budget of this review is used up, so no model is asked any more. Raise it to go on, or finish the \
                      review offline: what was read so far is kept."
                .to_owned(),
            until: None,
        }));
    }
    if !for_month {
        return Ok(None);
    }
    let (month_tokens, month_micros): (i64, i64) = sqlx::query_as(
        "select coalesce(sum(tokens), 0), coalesce(sum(micros), 0) from spending_months where month = ?",
    )
    .bind(month_of(now))
    .fetch_one(&mut *db)
    .await?;
    let (held_tokens, held_micros): (i64, i64) = sqlx::query_as(
        "select coalesce(sum(reserved_tokens), 0), coalesce(sum(reserved_micros), 0) from attempts
         where provider is not null and ended_at is null",
    )
    .fetch_one(&mut *db)
    .await?;
    if over(
        budgets.month_micros.map(clamp),
        month_micros + held_micros + micros,
    ) || over(
        budgets.month_tokens.map(clamp),
        month_tokens + held_tokens + tokens,
    ) {
        return Ok(Some(OverBudget {
            code: "month_budget",
            message: "This month's budget is used up, so no model is asked any more. Raise it, finish the review offline, or \
                      let it wait for the next month."
                .to_owned(),
            until: Some(next_month(now)),
        }));
    }
    Ok(None)
}

fn over(cap: Option<i64>, would_be: i64) -> bool {
    cap.is_some_and(|cap| would_be > cap)
}

fn clamp(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A payment to be written down.
#[derive(Debug, Clone)]
pub(crate) struct Payment<'a> {
    pub(crate) review_id: &'a str,
    pub(crate) provider: &'a str,
    pub(crate) model: &'a str,
    pub(crate) kind: &'static str,
    pub(crate) tokens: i64,
    pub(crate) micros: i64,
}

pub(crate) async fn pay(
    db: &mut SqliteConnection,
    payment: Payment<'_>,
    now: i64,
) -> Result<(), Error> {
    let month = month_of(now);
    // One call of three statements: on a busy machine each call waits for the database's thread.
    sqlx::query(
        "insert into spending (month, review_id, provider, model, kind, tokens, micros, at) values (?, ?, ?, ?, ?, ?, ?, ?);
         insert into spending_months (month, provider, calls, tokens, micros) values (?, ?, 1, ?, ?)
         on conflict (month, provider) do update set calls = calls + 1, tokens = tokens + excluded.tokens,
             micros = micros + excluded.micros;
         update reviews set spent_micros = spent_micros + ?, spent_tokens = spent_tokens + ? where id = ?",
    )
    .bind(&month)
    .bind(payment.review_id)
    .bind(payment.provider)
    .bind(payment.model)
    .bind(payment.kind)
    .bind(payment.tokens)
    .bind(payment.micros)
    .bind(now)
    .bind(&month)
    .bind(payment.provider)
    .bind(payment.tokens)
    .bind(payment.micros)
    .bind(payment.micros)
    .bind(payment.tokens)
    .bind(payment.review_id)
    .execute(db)
    .await?;
    Ok(())
}

const DAY_MS: i64 = 86_400_000;

/// `2026-11` in UTC.
fn month_of(now: i64) -> String {
    let day = CivilDate::from_day_number(now.div_euclid(DAY_MS));
    format!("{:04}-{:02}", day.year, day.month)
}

fn next_month(now: i64) -> i64 {
    let day = CivilDate::from_day_number(now.div_euclid(DAY_MS)).add_months(1);
    CivilDate { day: 1, ..day }.day_number() * DAY_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_those_of_the_calendar() {
        for (ms, month) in [
            (0, "1970-01"),
            (951_782_400_000, "2000-02"),
            (1_795_305_600_000, "2026-11"),
            (1_798_761_599_999, "2026-12"),
            (1_798_761_600_000, "2027-01"),
        ] {
            assert_eq!(month_of(ms), month);
        }
        assert_eq!(month_of(next_month(1_795_305_600_000)), "2026-12");
        assert_eq!(month_of(next_month(1_795_305_600_000) - 1), "2026-11");
    }
}
