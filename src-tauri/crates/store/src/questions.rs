//! Questions about a contract: what a person asked, what is read for the answer, and what each part of the contract
//! said to it.
//!
//! A question's steps belong to a completed review and go on behind it, as its second reading does: they change
//! nothing of the review but what it has cost.

use countersign_contracts::answer::{PartAnswer, ReadingPlan};
use countersign_contracts::document::Span;
use sqlx::{FromRow, SqliteConnection};

use crate::budgets::OverBudget;
use crate::steps::{ASK, NewStep, add_steps};
use crate::{Error, Store, events};

/// A question to be answered.
#[derive(Debug, Clone)]
pub struct NewQuestion {
    /// Its id.
    pub id: String,
    /// The review it is about.
    pub review_id: String,
    /// What is asked.
    pub text: String,
    /// Ids of the providers to ask, in their order, as JSON.
    pub providers: String,
    /// The first step, which plans the others.
    pub first: NewStep,
}

/// A question as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Its id.
    pub id: String,
    /// The review it is about.
    pub review_id: String,
    /// What was asked.
    pub text: String,
    /// Ids of the providers that are asked, in their order, as JSON.
    pub providers: String,
    /// `running`, `waiting`, `answered`, `failed`.
    pub state: String,
    /// Why it waits or failed, in one stable word.
    pub code: Option<String>,
    /// The same for the person.
    pub message: Option<String>,
    /// By itself it goes on then.
    pub waiting_until: Option<i64>,
    /// What is read for it, once that is known.
    pub plan: Option<ReadingPlan>,
    /// Places of the text that were read for it.
    pub read: Vec<Span>,
    /// What was said to it.
    pub said: Vec<PartAnswer>,
    /// Who was asked last, and their model.
    pub asked: Option<(String, String)>,
    /// Calls that were made for it.
    pub calls: i64,
    /// Tokens of them, sent and received.
    pub tokens: i64,
    /// What they cost, millionths of a US dollar.
    pub micros: i64,
    /// Steps that ask, and how many of them have ended.
    pub steps: (i64, i64),
    /// When it was asked.
    pub asked_at: i64,
    /// When it was answered.
    pub ended_at: Option<i64>,
}

#[derive(FromRow)]
struct Row {
    id: String,
    review_id: String,
    text: String,
    providers: String,
    state: String,
    code: Option<String>,
    message: Option<String>,
    waiting_until: Option<i64>,
    plan: Option<String>,
    asked_at: i64,
    ended_at: Option<i64>,
    calls: i64,
    tokens: i64,
    micros: i64,
    steps: i64,
    steps_ended: i64,
    provider: Option<String>,
    model: Option<String>,
}

macro_rules! select_questions {
    ($which:literal) => {
        concat!(
            "select q.id, q.review_id, q.text, q.providers, q.state, q.code, q.message, q.waiting_until, q.plan, q.asked_at, q.ended_at,
                 (select count(*) from attempts a join steps s on s.id = a.step_id
                  where s.question_id = q.id and a.sent_at is not null and a.reused = 0) as calls,
                 (select coalesce(sum(coalesce(a.input_tokens, 0) + coalesce(a.output_tokens, 0)), 0)
                  from attempts a join steps s on s.id = a.step_id where s.question_id = q.id and a.reused = 0) as tokens,
                 (select coalesce(sum(coalesce(a.cost_micros, 0)), 0)
                  from attempts a join steps s on s.id = a.step_id where s.question_id = q.id and a.reused = 0) as micros,
                 (select count(*) from steps s where s.question_id = q.id and s.lane = 'model') as steps,
                 (select count(*) from steps s where s.question_id = q.id and s.lane = 'model'
                      and s.state in ('completed', 'cancelled', 'discarded')) as steps_ended,
                 l.provider, l.model
             from questions q
             left join attempts l on (l.step_id, l.number) = (
                 select a.step_id, a.number from attempts a join steps s on s.id = a.step_id
                 where s.question_id = q.id and a.provider is not null and a.model is not null
                 order by a.started_at desc limit 1)
             where ", $which, " order by q.asked_at desc, q.id desc"
        )
    };
}

impl Store {
    /// Keeps a question with its first step. False when there is no such review, or it is not completed.
    ///
    /// # Errors
    /// What the database says.
    pub async fn ask(&self, question: NewQuestion, now: i64) -> Result<bool, Error> {
        self.write(move |db| {
            Box::pin(async move {
                let kept = sqlx::query(
                    "insert into questions (id, review_id, text, providers, state, asked_at)
                     select ?, r.id, ?, ?, 'running', ? from reviews r where r.id = ? and r.state = 'completed'",
                )
                .bind(&question.id)
                .bind(&question.text)
                .bind(&question.providers)
                .bind(now)
                .bind(&question.review_id)
                .execute(&mut *db)
                .await?;
                if kept.rows_affected() == 0 {
                    return Ok(false);
                }
                let first = std::slice::from_ref(&question.first);
                add_steps(db, &question.review_id, first, now).await?;
                events::note(db, "review_changed", Some(&question.review_id), now).await?;
                Ok(true)
            })
        })
        .await
    }

    /// Questions about a review, newest first.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn questions_of_review(&self, review_id: &str) -> Result<Vec<Question>, Error> {
        let rows: Vec<Row> = sqlx::query_as(select_questions!("q.review_id = ?"))
            .bind(review_id)
            .fetch_all(&self.pool)
            .await?;
        let mut questions = Vec::with_capacity(rows.len());
        for row in rows {
            questions.push(self.with_parts(row).await?);
        }
        Ok(questions)
    }

    /// One question.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn question(&self, id: &str) -> Result<Option<Question>, Error> {
        let row: Option<Row> = sqlx::query_as(select_questions!("q.id = ?"))
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        match row {
            Some(row) => Ok(Some(self.with_parts(row).await?)),
            None => Ok(None),
        }
    }

    async fn with_parts(&self, row: Row) -> Result<Question, Error> {
        let parts: Vec<(u32, u32, bool, String)> = sqlx::query_as(
            "select start_byte, end_byte, again, answer from question_parts where question_id = ?
             order by start_byte, again",
        )
        .bind(&row.id)
        .fetch_all(&self.pool)
        .await?;
        let mut read = Vec::new();
        let mut said: Vec<PartAnswer> = Vec::new();
        for (start, end, again, answer) in parts {
            let answer: PartAnswer = serde_json::from_str(&answer)
                .map_err(|error| Error::inconsistent("question_parts", &row.id, error))?;
            match said.last_mut().filter(|_| again) {
                // What is still without its words takes the place of what was before.
                Some(before) => {
                    before.sentences.extend(answer.sentences);
                    before.left_out = answer.left_out;
                }
                None => {
                    read.push(Span { start, end });
                    said.push(answer);
                }
            }
        }
        let plan = row.plan.as_deref().map(serde_json::from_str).transpose();
        let plan = plan.map_err(|error| Error::inconsistent("questions", &row.id, error))?;
        Ok(Question {
            id: row.id,
            review_id: row.review_id,
            text: row.text,
            providers: row.providers,
            state: row.state,
            code: row.code,
            message: row.message,
            waiting_until: row.waiting_until,
            plan,
            read,
            said,
            asked: row.provider.zip(row.model),
            calls: row.calls,
            tokens: row.tokens,
            micros: row.micros,
            steps: (row.steps, row.steps_ended),
            asked_at: row.asked_at,
            ended_at: row.ended_at,
        })
    }

    /// Takes a question away with its answer; one that is being answered is not answered any more. What was paid
    /// for it stays written down. False when there is no such question.
    ///
    /// # Errors
    /// What the database says.
    pub async fn remove_question(&self, id: &str, now: i64) -> Result<bool, Error> {
        let id = id.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                let running: Vec<(i64, i64)> = sqlx::query_as(
                    "select id, attempt from steps where question_id = ? and state = 'running'",
                )
                .bind(&id)
                .fetch_all(&mut *db)
                .await?;
                for (step_id, attempt) in running {
                    crate::calls::assume_paid(db, step_id, attempt, now).await?;
                }
                let review_id: Option<String> =
                    sqlx::query_scalar("delete from questions where id = ? returning review_id")
                        .bind(&id)
                        .fetch_optional(&mut *db)
                        .await?;
                if let Some(review_id) = &review_id {
                    events::note(db, "review_changed", Some(review_id), now).await?;
                }
                Ok(review_id.is_some())
            })
        })
        .await
    }
}

/// Keeps what is to be read for a question.
pub(crate) async fn keep_plan(
    db: &mut SqliteConnection,
    id: &str,
    plan: &ReadingPlan,
) -> Result<(), Error> {
    let plan = serde_json::to_string(plan).map_err(|e| Error::inconsistent("questions", id, e))?;
    sqlx::query("update questions set plan = ? where id = ?")
        .bind(plan)
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}

/// Keeps what a part of the contract said to a question. Safe to repeat.
pub(crate) async fn keep_part(
    db: &mut SqliteConnection,
    id: &str,
    (span, again): (Span, bool),
    answer: &PartAnswer,
) -> Result<(), Error> {
    let answer =
        serde_json::to_string(answer).map_err(|e| Error::inconsistent("question_parts", id, e))?;
    sqlx::query(
        "insert or replace into question_parts (question_id, start_byte, end_byte, again, answer) values (?, ?, ?, ?, ?)",
    )
    .bind(id)
    .bind(span.start)
    .bind(span.end)
    .bind(again)
    .bind(answer)
    .execute(db)
    .await?;
    Ok(())
}

/// After the end of one of its steps: a question all of whose steps have ended is answered.
pub(crate) async fn settle(db: &mut SqliteConnection, step_id: i64, now: i64) -> Result<(), Error> {
    sqlx::query(
        "update questions set state = 'answered', code = null, message = null, waiting_until = null, ended_at = ?
         where id = (select question_id from steps where id = ?) and state in ('running', 'waiting')
           and not exists (
               select 1 from steps s
               where s.question_id = questions.id and s.state not in ('completed', 'cancelled', 'discarded'))",
    )
    .bind(now)
    .bind(step_id)
    .execute(db)
    .await?;
    Ok(())
}

/// One of its steps can't be done. Where that was to say what is read, there is no answer; else the others are it.
pub(crate) async fn give_up(
    db: &mut SqliteConnection,
    step_id: i64,
    (code, message): (&str, &str),
    now: i64,
) -> Result<(), Error> {
    sqlx::query(
        "update questions set state = 'failed', code = ?, message = ?, waiting_until = null, ended_at = ?
         where id = (select question_id from steps where id = ?) and state in ('running', 'waiting') and plan is null",
    )
    .bind(code)
    .bind(message)
    .bind(now)
    .bind(step_id)
    .execute(&mut *db)
    .await?;
    settle(db, step_id, now).await
}

/// A question that may not be asked at this moment waits, with the reason.
pub(crate) async fn hold(
    db: &mut SqliteConnection,
    (step_id, review_id): (i64, &str),
    why: &OverBudget,
    now: i64,
) -> Result<(), Error> {
    let message = match why.code {
        "review_budget" => {
            "The budget of this review is used up, so the question waits. Raise it, or remove the question."
        }
        "month_budget" => {
            "This month's budget is used up, so the question waits. Raise it, remove the question, or let it wait for the next month."
        }
        _ => why.message.as_str(),
    };
    sqlx::query(
        "update questions set state = 'waiting', code = ?, message = ?, waiting_until = ?
         where id = (select question_id from steps where id = ?) and state = 'running'",
    )
    .bind(why.code)
    .bind(message)
    .bind(why.until)
    .bind(step_id)
    .execute(&mut *db)
    .await?;
    events::note(db, "review_changed", Some(review_id), now).await
}

/// Puts waiting questions back to work: all, or those whose time has come.
pub(crate) async fn release(
    db: &mut SqliteConnection,
    due: Option<i64>,
    now: i64,
) -> Result<(), Error> {
    let released: Vec<String> = sqlx::query_scalar(
        "update questions set state = 'running', code = null, message = null, waiting_until = null
         where state = 'waiting' and (?1 is null or waiting_until <= ?1)
         returning review_id",
    )
    .bind(due)
    .fetch_all(&mut *db)
    .await?;
    for id in &released {
        events::note(db, "review_changed", Some(id), now).await?;
    }
    Ok(())
}

/// The question that a step's key names, for a step that belongs to one.
pub(crate) fn question_of(step: &NewStep) -> Option<&str> {
    (step.kind == ASK)
        .then(|| step.key.split('/').nth(1))
        .flatten()
}
