//! Reviews: the queue as a person sees it, stopping, going on, and the history of steps.

use countersign_contracts::report::{Proposal, SeverityCounts};
use sqlx::FromRow;

use crate::products::proposal;
use crate::steps::FinishedOffline;
use crate::{Error, Store, events};

/// A review with what its line in the queue needs.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewRow {
    /// Review id.
    pub id: String,
    /// Contract id.
    pub contract_id: String,
    /// Name of the file.
    pub file_name: String,
    /// Media type of the file.
    pub media_type: String,
    /// Hash of the file.
    pub sha256: String,
    /// Name of the playbook.
    pub playbook_name: String,
    /// State.
    pub state: String,
    /// Stage.
    pub stage: String,
    /// Chunks read.
    pub chunks_done: u32,
    /// Chunks.
    pub chunks_total: u32,
    /// Pages, once read.
    pub pages: Option<u32>,
    /// Went on after a restart.
    pub resumed: bool,
    /// Code of the failure.
    pub code: Option<String>,
    /// Why, and what to do.
    pub message: Option<String>,
    /// Submitted at.
    pub created_at: i64,
    /// Begun at.
    pub started_at: Option<i64>,
    /// Ended at.
    pub finished_at: Option<i64>,
    /// Moves it before (smaller) or behind others.
    pub priority: i64,
    /// Ends once the steps at work are done.
    pub stop_after: bool,
    /// Nothing of it can be done before then.
    pub waiting_until: Option<i64>,
    /// Who reads the clauses.
    pub reader: String,
    /// Model providers in the order they are asked, JSON.
    pub providers: String,
    /// Why models were not asked about all of it, if they were not.
    pub finished_offline: Option<FinishedOffline>,
    /// What its calls may come to: tokens, micros.
    pub estimate_tokens: Option<i64>,
    /// Millionths of a US dollar.
    pub estimate_micros: Option<i64>,
    /// What its calls came to so far.
    pub spent_tokens: i64,
    /// Millionths of a US dollar.
    pub spent_micros: i64,
    /// Its own cap.
    pub budget_tokens: Option<i64>,
    /// Its own cap, millionths of a US dollar.
    pub budget_micros: Option<i64>,
    /// The report's proposal.
    pub proposal: Option<Proposal>,
    /// The report's counts.
    pub counts: SeverityCounts,
}

#[derive(FromRow)]
struct Row {
    id: String,
    contract_id: String,
    file_name: String,
    media_type: String,
    sha256: String,
    playbook_name: String,
    state: String,
    stage: String,
    chunks_done: Option<u32>,
    chunks_total: Option<u32>,
    pages: Option<u32>,
    resumed: bool,
    code: Option<String>,
    message: Option<String>,
    created_at: i64,
    started_at: Option<i64>,
    finished_at: Option<i64>,
    priority: i64,
    stop_after: bool,
    waiting_until: Option<i64>,
    at_work: bool,
    next_at: Option<i64>,
    reader: String,
    providers: String,
    finished_offline: Option<String>,
    estimate_tokens: Option<i64>,
    estimate_micros: Option<i64>,
    spent_tokens: i64,
    spent_micros: i64,
    budget_tokens: Option<i64>,
    budget_micros: Option<i64>,
    proposal: Option<String>,
    critical: Option<u32>,
    high: Option<u32>,
    medium: Option<u32>,
    low: Option<u32>,
}

impl TryFrom<Row> for ReviewRow {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            proposal: row
                .proposal
                .as_deref()
                .map(|word| proposal(&row.id, word))
                .transpose()?,
            counts: SeverityCounts {
                critical: row.critical.unwrap_or(0),
                high: row.high.unwrap_or(0),
                medium: row.medium.unwrap_or(0),
                low: row.low.unwrap_or(0),
            },
            id: row.id,
            contract_id: row.contract_id,
            file_name: row.file_name,
            media_type: row.media_type,
            sha256: row.sha256,
            playbook_name: row.playbook_name,
            state: row.state,
            stage: row.stage,
            chunks_done: row.chunks_done.unwrap_or(0),
            chunks_total: row.chunks_total.unwrap_or(0),
            pages: row.pages,
            resumed: row.resumed,
            code: row.code,
            message: row.message,
            created_at: row.created_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
            priority: row.priority,
            stop_after: row.stop_after,
            waiting_until: row.waiting_until.or(row.next_at.filter(|_| !row.at_work)),
            reader: row.reader,
            providers: row.providers,
            finished_offline: row.finished_offline.as_deref().map(FinishedOffline::of),
            estimate_tokens: row.estimate_tokens,
            estimate_micros: row.estimate_micros,
            spent_tokens: row.spent_tokens,
            spent_micros: row.spent_micros,
            budget_tokens: row.budget_tokens,
            budget_micros: row.budget_micros,
        })
    }
}

macro_rules! select_reviews {
    ($rest:literal) => {
        concat!(
            "select r.id, r.contract_id, c.file_name, c.media_type, c.sha256, b.name as playbook_name, r.state, r.stage,
                 p.done as chunks_done, p.total as chunks_total, d.pages_total as pages, r.resumed, r.code, r.message,
                 r.created_at, r.started_at, r.finished_at, r.priority, r.stop_after, r.waiting_until,
                 r.finished_at is null and exists (
                     select 1 from steps s where s.review_id = r.id and s.state = 'running') as at_work,
                 case when r.finished_at is null then (
                     select min(max(s.ready_at, coalesce(v.blocked_until, 0)))
                     from steps s left join provider_states v on v.provider = s.provider
                     where s.review_id = r.id and s.state in ('available', 'retryable', 'scheduled')) end as next_at,
                 r.reader, r.providers, r.finished_offline, r.estimate_tokens, r.estimate_micros, r.spent_tokens, r.spent_micros, r.budget_tokens,
                 r.budget_micros, o.proposal, o.critical, o.high, o.medium, o.low
             from reviews r
             join contracts c on c.id = r.contract_id
             join playbooks b on b.sha256 = r.playbook_sha256
             left join phases p on p.review_id = r.id and p.name = 'read_clauses'
             left join documents d on d.contract_id = r.contract_id
             left join reports o on o.review_id = r.id ",
            $rest
        )
    };
}

/// A step of a review.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct StepRow {
    /// Step id.
    pub id: i64,
    /// Key.
    pub key: String,
    /// State.
    pub state: String,
    /// Which workers do it.
    pub lane: String,
    /// Made at.
    pub created_at: i64,
}

/// A try at a step.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct AttemptRow {
    /// The step.
    pub step_id: i64,
    /// From 1.
    pub number: u32,
    /// Started at.
    pub started_at: i64,
    /// Ended at.
    pub ended_at: Option<i64>,
    /// How it ended.
    pub outcome: Option<String>,
    /// Code of the error.
    pub code: Option<String>,
    /// The error in words.
    pub message: Option<String>,
    /// The start of the program it ran in.
    pub boot_id: String,
    /// Hash of what it had to do.
    pub input_hash: Option<String>,
    /// The model provider it asked.
    pub provider: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// Hash of the prompt's own text.
    pub prompt_hash: Option<String>,
    /// Sent at.
    pub sent_at: Option<i64>,
    /// Until the first byte of the answer, milliseconds.
    pub first_byte_ms: Option<i64>,
    /// Until its end, milliseconds.
    pub call_ms: Option<i64>,
    /// HTTP status.
    pub http_status: Option<i64>,
    /// Class of the error.
    pub error_class: Option<String>,
    /// Tokens sent.
    pub input_tokens: Option<i64>,
    /// Tokens received.
    pub output_tokens: Option<i64>,
    /// Tokens the provider had in its cache.
    pub cached_tokens: Option<i64>,
    /// Millionths of a US dollar.
    pub cost_micros: Option<i64>,
    /// Which price table the cost was computed by.
    pub price_version: Option<String>,
    /// The provider's id of the answer.
    pub response_id: Option<String>,
    /// A kept answer was used: nothing was sent.
    pub reused: bool,
}

impl Store {
    /// All reviews, newest first.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn list_reviews(&self) -> Result<Vec<ReviewRow>, Error> {
        let rows: Vec<Row> = sqlx::query_as(select_reviews!("order by r.id desc"))
            .fetch_all(&self.pool)
            .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Reviews of contracts that are not deleted, newest first: at most so many, older than the review
    /// `before`.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn reviews_before(
        &self,
        before: Option<&str>,
        most: u32,
    ) -> Result<Vec<ReviewRow>, Error> {
        // No id is greater than "~".
        let rows: Vec<Row> = sqlx::query_as(select_reviews!(
            "where r.id < ? and r.contract_id not in (select contract_id from deletions) order by r.id desc limit ?"
        ))
        .bind(before.unwrap_or("~"))
        .bind(most)
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// One review, unless its contract is deleted.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn shown_review(&self, review_id: &str) -> Result<Option<ReviewRow>, Error> {
        let row: Option<Row> = sqlx::query_as(select_reviews!(
            "where r.id = ? and r.contract_id not in (select contract_id from deletions)"
        ))
        .bind(review_id)
        .fetch_optional(&self.pool)
        .await?;
        row.map(TryInto::try_into).transpose()
    }

    /// One review.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn review(&self, review_id: &str) -> Result<Option<ReviewRow>, Error> {
        let row: Option<Row> = sqlx::query_as(select_reviews!("where r.id = ?"))
            .bind(review_id)
            .fetch_optional(&self.pool)
            .await?;
        row.map(TryInto::try_into).transpose()
    }

    /// Ids of reviews that are not at an end.
    ///
    /// # Errors
    /// What the database says.
    pub async fn unfinished_reviews(&self) -> Result<Vec<String>, Error> {
        Ok(sqlx::query_scalar(
            "select id from reviews where finished_at is null order by created_at, id",
        )
        .fetch_all(&self.pool)
        .await?)
    }

    /// Ids of reviews whose text is still to be read a second time; they may be completed.
    ///
    /// # Errors
    /// What the database says.
    pub async fn open_second_readings(&self) -> Result<Vec<String>, Error> {
        Ok(sqlx::query_scalar(
            "select r.id from steps s join reviews r on r.id = s.review_id
             where s.kind = 'second_reading' and s.state in ('available', 'running', 'retryable', 'scheduled')
               and r.state in ('queued', 'running', 'waiting', 'completed') and r.stop_after = 0
               and not exists (select 1 from deletions d where d.contract_id = r.contract_id)",
        )
        .fetch_all(&self.pool)
        .await?)
    }

    /// Hash and media type of a contract's file.
    ///
    /// # Errors
    /// What the database says.
    pub async fn contract_file(
        &self,
        contract_id: &str,
    ) -> Result<Option<(String, String)>, Error> {
        Ok(
            sqlx::query_as("select sha256, media_type from contracts where id = ?")
                .bind(contract_id)
                .fetch_optional(&self.pool)
                .await?,
        )
    }

    /// Goes on with a failed or stopped review from where it ended, and with one that waited for what a
    /// step of it lacked. False when it is none of these.
    ///
    /// # Errors
    /// What the database says.
    pub async fn retry_review(&self, review_id: &str, now: i64) -> Result<bool, Error> {
        let review_id = review_id.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                let changed = sqlx::query(
                    "update reviews set state = 'queued', finished_at = null, cancel_requested_at = null, message = null, code = null, stop_after = 0,
                         waiting_until = null, vtime = max(vtime, coalesce((select min(vtime) from reviews where state in ('queued', 'running')), 0))
                     where id = ? and (state in ('failed', 'stopped') or state = 'waiting' and exists (
                         select 1 from steps s where s.review_id = reviews.id and s.state = 'discarded'))",
                )
                .bind(&review_id)
                .execute(&mut *db)
                .await?;
                if changed.rows_affected() == 0 {
                    return Ok(false);
                }
                sqlx::query(
                    "update steps set state = 'available', failures = 0, losses = 0, repairs = 0, repair = null, finished_at = null, ready_at = ?
                     where review_id = ? and state in ('cancelled', 'discarded')",
                )
                .bind(now)
                .bind(&review_id)
                .execute(&mut *db)
                .await?;
                events::note(db, "review_changed", Some(&review_id), now).await?;
                Ok(true)
            })
        })
        .await
    }

    /// The steps of a review and all tries at them, in the order they were made.
    ///
    /// # Errors
    /// What the database says.
    pub async fn history_of_review(
        &self,
        review_id: &str,
    ) -> Result<(Vec<StepRow>, Vec<AttemptRow>), Error> {
        let mut transaction = self.pool.begin().await?;
        let steps = sqlx::query_as(
            "select id, key, state, lane, created_at from steps where review_id = ? order by id",
        )
        .bind(review_id)
        .fetch_all(&mut *transaction)
        .await?;
        let attempts = sqlx::query_as(
            "select step_id, number, started_at, ended_at, outcome, code, message, boot_id, input_hash, provider, model, prompt_hash,
                 sent_at, first_byte_ms, call_ms, http_status, error_class, input_tokens, output_tokens, cached_tokens, cost_micros,
                 price_version, response_id, reused
             from attempts
             where step_id in (select id from steps where review_id = ?) order by step_id, number",
        )
        .bind(review_id)
        .fetch_all(&mut *transaction)
        .await?;
        Ok((steps, attempts))
    }
}
