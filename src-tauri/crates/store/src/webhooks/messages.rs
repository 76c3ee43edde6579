//! Messages to webhooks: put into the outbox, tried, taken or given up.

use std::collections::HashMap;

use sqlx::{FromRow, SqliteConnection};

use super::CHANGED;
use crate::{Error, Store, events, faults};

/// A message to all webhooks that are on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Its id, the same for every webhook and in every try.
    pub id: String,
    /// What happened: `review.completed` and the like.
    pub event: &'static str,
    /// What is sent, as it is signed.
    pub body: String,
}

/// A message whose time has come.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Due {
    /// Its row of the outbox.
    pub id: String,
    /// Who is told.
    pub webhook: String,
    /// The message's own id.
    pub message_id: String,
    /// What is sent.
    pub body: String,
    /// Tries so far.
    pub attempts: i64,
    /// Tries that failed since it was last put into the queue.
    pub failures: i64,
    /// The review it is about.
    pub review_id: Option<String>,
}

/// How a try went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// Began at.
    pub started_at: i64,
    /// Until the answer, or until it was given up.
    pub took_ms: i64,
    /// The answer's status.
    pub http_status: Option<u16>,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The message was taken.
    Taken,
    /// It was not; the next try is at this time, or there is none.
    Failed {
        /// Why, in words for the person.
        problem: String,
        /// The next try.
        again_at: Option<i64>,
        /// The address is gone for good: it is told nothing more.
        gone: bool,
    },
}

/// A message to one webhook, with its tries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
    /// Its row of the outbox.
    pub id: String,
    /// The message's own id.
    pub message_id: String,
    /// What happened.
    pub event: String,
    /// `available`, `delivered` or `discarded`.
    pub state: String,
    /// Made at.
    pub created_at: i64,
    /// Taken at.
    pub delivered_at: Option<i64>,
    /// The next try, while it waits.
    pub ready_at: i64,
    /// The review it is about.
    pub review_id: Option<String>,
    /// Name of the review's file.
    pub file_name: Option<String>,
    /// Oldest first.
    pub attempts: Vec<AttemptRow>,
}

/// A try.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct AttemptRow {
    /// From 1.
    pub number: i64,
    /// Began at.
    pub started_at: i64,
    /// Until the answer, or until it was given up.
    pub took_ms: i64,
    /// The answer's status.
    pub http_status: Option<u16>,
    /// Why it was not taken.
    pub problem: Option<String>,
}

#[derive(FromRow)]
struct Row {
    id: String,
    message_id: String,
    event: String,
    state: String,
    created_at: i64,
    delivered_at: Option<i64>,
    ready_at: i64,
    review_id: Option<String>,
    file_name: Option<String>,
}

#[derive(FromRow)]
struct AttemptOf {
    outbox_id: String,
    #[sqlx(flatten)]
    attempt: AttemptRow,
}

/// Adds a message for each webhook that is on.
pub(crate) async fn add_message(
    db: &mut SqliteConnection,
    notice_id: &str,
    message: &NewMessage,
    now: i64,
) -> Result<(), Error> {
    let added = sqlx::query(
        "insert into outbox (id, channel, notice_id, state, ready_at, created_at, webhook, message_id, event, body)
         select ?1 || '/' || name, 'webhook', ?2, 'available', ?3, ?3, name, ?1, ?4, ?5
         from webhooks where state = 'active'",
    )
    .bind(&message.id)
    .bind(notice_id)
    .bind(now)
    .bind(message.event)
    .bind(&message.body)
    .execute(&mut *db)
    .await?;
    if added.rows_affected() > 0 {
        faults::point("webhook.queued");
        events::note(db, CHANGED, None, now).await?;
    }
    Ok(())
}

impl Store {
    /// The oldest message of each webhook that is on and whose time has come, but for the webhooks in `busy`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn due_messages(&self, busy: &[String], now: i64) -> Result<Vec<Due>, Error> {
        let mut due: Vec<Due> = sqlx::query_as(
            "select o.id, o.webhook, o.message_id, o.body, o.attempts, o.failures, n.review_id, min(o.created_at)
             from webhooks w
             join outbox o on o.webhook = w.name and o.state = 'available' and o.ready_at <= ?
             left join notices n on n.id = o.notice_id
             where w.state = 'active'
             group by w.name
             order by w.name",
        )
        .bind(now)
        .fetch_all(&self.pool)
        .await?;
        due.retain(|due| !busy.contains(&due.webhook));
        Ok(due)
    }

    /// When the next message is due.
    ///
    /// # Errors
    /// What the database says.
    pub async fn next_message_at(&self) -> Result<Option<i64>, Error> {
        Ok(sqlx::query_scalar(
            "select min(o.ready_at) from outbox o join webhooks w on w.name = o.webhook
             where o.state = 'available' and w.state = 'active'",
        )
        .fetch_one(&self.pool)
        .await?)
    }

    /// Writes down how a try went, with what follows from it. Nothing of a message that is gone by now.
    ///
    /// # Errors
    /// What the database says.
    pub async fn end_try(&self, due: &Due, tried: Tried, now: i64) -> Result<(), Error> {
        let due = due.clone();
        self.write(move |db| {
            Box::pin(async move {
                let (state, again_at, problem, gone) = match &tried.outcome {
                    Outcome::Taken => ("delivered", None, None, false),
                    Outcome::Failed { problem, again_at, gone } => {
                        let state = if again_at.is_some() { "available" } else { "discarded" };
                        (state, *again_at, Some(problem.as_str()), *gone)
                    }
                };
                let ended = sqlx::query(
                    "update outbox set state = ?2, attempts = attempts + 1, failures = failures + ?3,
                         ready_at = coalesce(?4, ready_at), delivered_at = case ?2 when 'delivered' then ?5 end
                     where id = ?1 and state = 'available'",
                )
                .bind(&due.id)
                .bind(state)
                .bind(i64::from(problem.is_some()))
                .bind(again_at)
                .bind(now)
                .execute(&mut *db)
                .await?;
                if ended.rows_affected() == 0 {
                    return Ok(());
                }
                sqlx::query(
                    "insert into webhook_attempts (outbox_id, number, started_at, took_ms, http_status, problem)
                     select id, attempts, ?, ?, ?, ? from outbox where id = ?",
                )
                .bind(tried.started_at)
                .bind(tried.took_ms)
                .bind(tried.http_status)
                .bind(problem)
                .bind(&due.id)
                .execute(&mut *db)
                .await?;
                sqlx::query(
                    "update webhooks
                     set problem = case when ?2 or state = 'active' then ?1 else problem end,
                         state = case when ?2 then 'disabled' else state end
                     where name = ?3",
                )
                .bind(problem)
                .bind(gone)
                .bind(&due.webhook)
                .execute(&mut *db)
                .await?;
                faults::point("webhook.written");
                events::note(db, CHANGED, None, now).await
            })
        })
        .await
    }

    /// Puts the messages of a webhook off that can't be tried now, without a try: why, and until when.
    ///
    /// # Errors
    /// What the database says.
    pub async fn put_off_messages(
        &self,
        webhook: &str,
        problem: &str,
        until: i64,
        now: i64,
    ) -> Result<(), Error> {
        let (webhook, problem) = (webhook.to_owned(), problem.to_owned());
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query(
                    "update outbox set ready_at = max(ready_at, ?) where webhook = ? and state = 'available'",
                )
                .bind(until)
                .bind(&webhook)
                .execute(&mut *db)
                .await?;
                sqlx::query("update webhooks set problem = ? where name = ?")
                    .bind(problem)
                    .bind(&webhook)
                    .execute(&mut *db)
                    .await?;
                events::note(db, CHANGED, None, now).await
            })
        })
        .await
    }

    /// Puts a message into the queue again with all its tries, to be tried by the caller until `held_until`, or
    /// by whoever is at work after it. Nothing when there is no such message, or its webhook is off.
    ///
    /// # Errors
    /// What the database says.
    pub async fn requeue_message(
        &self,
        id: &str,
        held_until: i64,
        now: i64,
    ) -> Result<Option<Due>, Error> {
        let id = id.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                let due: Option<Due> = sqlx::query_as(
                    "update outbox set state = 'available', delivered_at = null, failures = 0, ready_at = ?
                     where id = ? and webhook in (select name from webhooks where state = 'active')
                     returning id, webhook, message_id, body, attempts, failures,
                         (select review_id from notices where id = notice_id) as review_id",
                )
                .bind(held_until)
                .bind(id)
                .fetch_optional(&mut *db)
                .await?;
                events::note(db, CHANGED, None, now).await?;
                Ok(due)
            })
        })
        .await
    }

    /// Adds a message to one webhook that is about no review, held for the caller until then.
    ///
    /// # Errors
    /// What the database says, also when there is no such webhook.
    pub async fn add_message_to(
        &self,
        webhook: &str,
        message: NewMessage,
        held_until: i64,
        now: i64,
    ) -> Result<Due, Error> {
        let webhook = webhook.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                Ok(sqlx::query_as(
                    "insert into outbox (id, channel, state, ready_at, created_at, webhook, message_id, event, body)
                     values (?1 || '/' || ?2, 'webhook', 'available', ?3, ?4, ?2, ?1, ?5, ?6)
                     returning id, webhook, message_id, body, attempts, failures, null as review_id",
                )
                .bind(message.id)
                .bind(webhook)
                .bind(held_until)
                .bind(now)
                .bind(message.event)
                .bind(message.body)
                .fetch_one(db)
                .await?)
            })
        })
        .await
    }

    /// What a webhook was told, newest first, at most so many.
    ///
    /// # Errors
    /// What the database says.
    pub async fn messages_to(&self, webhook: &str, most: u32) -> Result<Vec<MessageRow>, Error> {
        let rows: Vec<Row> = sqlx::query_as(
            "select o.id, o.message_id, o.event, o.state, o.created_at, o.delivered_at, o.ready_at, n.review_id, c.file_name
             from outbox o
             left join notices n on n.id = o.notice_id
             left join reviews r on r.id = n.review_id
             left join contracts c on c.id = r.contract_id
                 and c.id not in (select contract_id from deletions)
             where o.webhook = ?
             order by o.created_at desc, o.id desc
             limit ?",
        )
        .bind(webhook)
        .bind(most)
        .fetch_all(&self.pool)
        .await?;
        let tries: Vec<AttemptOf> = sqlx::query_as(
            "select a.* from webhook_attempts a join outbox o on o.id = a.outbox_id
             where o.webhook = ?
             order by a.outbox_id, a.number",
        )
        .bind(webhook)
        .fetch_all(&self.pool)
        .await?;
        let mut by_message: HashMap<String, Vec<AttemptRow>> = HashMap::new();
        for AttemptOf { outbox_id, attempt } in tries {
            by_message.entry(outbox_id).or_default().push(attempt);
        }
        let message = |row: Row| MessageRow {
            attempts: by_message.remove(&row.id).unwrap_or_default(),
            id: row.id,
            message_id: row.message_id,
            event: row.event,
            state: row.state,
            created_at: row.created_at,
            delivered_at: row.delivered_at,
            ready_at: row.ready_at,
            review_id: row.review_id.filter(|_| row.file_name.is_some()),
            file_name: row.file_name,
        };
        Ok(rows.into_iter().map(message).collect())
    }

    /// Forgets messages that were taken or given up before `then`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn forget_messages(&self, then: i64) -> Result<(), Error> {
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query(
                    "delete from outbox where webhook is not null and state <> 'available' and created_at < ?",
                )
                .bind(then)
                .execute(db)
                .await?;
                Ok(())
            })
        })
        .await
    }
}
