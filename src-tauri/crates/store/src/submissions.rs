//! Taking a contract in: contract, playbook, review, first step and notice of change in one transaction.

use sqlx::SqliteConnection;

use crate::steps::{NewStep, add_steps};
use crate::{Error, Store, events, faults};

/// A file that was streamed into the blob folder, to be reviewed.
#[derive(Debug, Clone)]
pub struct Submission {
    /// Id for the contract, should it be new.
    pub contract_id: String,
    /// Id for the review, should it be new.
    pub review_id: String,
    /// Name of the file as the person knows it.
    pub file_name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its hash.
    pub sha256: String,
    /// Bytes.
    pub size_bytes: u64,
    /// The rules.
    pub playbook: PlaybookRow,
    /// Version of the pipeline.
    pub pipeline_version: u32,
    /// Who reads the clauses.
    pub reader: String,
    /// Model providers in the order they are asked, JSON; `[]` for none.
    pub providers: String,
    /// The first step.
    pub first: NewStep,
}

/// A playbook as kept: pinned by reviews through its hash.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PlaybookRow {
    /// Hash of the source.
    pub sha256: String,
    /// Stable id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// TOML.
    pub source: String,
}

/// Which review a submission led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The review.
    pub review_id: String,
    /// It was there before.
    pub existing: bool,
}

impl Store {
    /// Takes a contract in. The same file with the same playbook, pipeline and reader finds its review.
    ///
    /// # Errors
    /// What the database says.
    pub async fn submit(&self, submission: Submission, now: i64) -> Result<Accepted, Error> {
        self.write(move |db| Box::pin(async move { take_in(db, &submission, now).await }))
            .await
    }

    /// The rules that a review is made by.
    ///
    /// # Errors
    /// What the database says.
    pub async fn playbook_of_review(&self, review_id: &str) -> Result<Option<PlaybookRow>, Error> {
        Ok(sqlx::query_as(
            "select p.sha256, p.id, p.name, p.version, p.source
             from reviews r
             join playbooks p on p.sha256 = r.playbook_sha256
             where r.id = ?",
        )
        .bind(review_id)
        .fetch_optional(&self.pool)
        .await?)
    }

    /// A playbook by its hash.
    ///
    /// # Errors
    /// What the database says.
    pub async fn playbook(&self, sha256: &str) -> Result<Option<PlaybookRow>, Error> {
        Ok(sqlx::query_as(
            "select sha256, id, name, version, source from playbooks where sha256 = ?",
        )
        .bind(sha256)
        .fetch_optional(&self.pool)
        .await?)
    }
}

/// Takes a contract in, within the caller's transaction.
pub(crate) async fn take_in(
    db: &mut SqliteConnection,
    s: &Submission,
    now: i64,
) -> Result<Accepted, Error> {
    sqlx::query(
        "insert into contracts (id, file_name, media_type, sha256, size_bytes, created_at) values (?, ?, ?, ?, ?, ?)
         on conflict (sha256) do nothing",
    )
    .bind(&s.contract_id)
    .bind(&s.file_name)
    .bind(s.media_type)
    .bind(&s.sha256)
    .bind(s.size_bytes as i64)
    .bind(now)
    .execute(&mut *db)
    .await?;
    let contract_id: String = sqlx::query_scalar("select id from contracts where sha256 = ?")
        .bind(&s.sha256)
        .fetch_one(&mut *db)
        .await?;
    faults::point("submit.contract");
    crate::deletion::undo(db, &contract_id, now).await?;
    let existing: Option<String> = sqlx::query_scalar(
        "select id from reviews
         where contract_id = ? and playbook_sha256 = ? and pipeline_version = ? and reader = ?
         order by created_at desc limit 1",
    )
    .bind(&contract_id)
    .bind(&s.playbook.sha256)
    .bind(s.pipeline_version)
    .bind(&s.reader)
    .fetch_optional(&mut *db)
    .await?;
    if let Some(review_id) = existing {
        return Ok(Accepted {
            review_id,
            existing: true,
        });
    }
    keep_playbook(db, &s.playbook, now).await?;
    // A new review starts at the smallest virtual time at work: it waits for nobody's backlog.
    sqlx::query(
        "insert into reviews (id, contract_id, playbook_sha256, pipeline_version, reader, providers, state, stage, vtime, created_at)
         values (?, ?, ?, ?, ?, ?, 'queued', 'read',
             coalesce((select min(vtime) from reviews where state in ('queued', 'running')), 0), ?)",
    )
    .bind(&s.review_id)
    .bind(&contract_id)
    .bind(&s.playbook.sha256)
    .bind(s.pipeline_version)
    .bind(&s.reader)
    .bind(&s.providers)
    .bind(now)
    .execute(&mut *db)
    .await?;
    faults::point("submit.review");
    add_steps(db, &s.review_id, std::slice::from_ref(&s.first), now).await?;
    events::note(db, "review_changed", Some(&s.review_id), now).await?;
    faults::point("submit.written");
    Ok(Accepted {
        review_id: s.review_id.clone(),
        existing: false,
    })
}

/// Keeps the rules of a review for as long as it is there.
pub(crate) async fn keep_playbook(
    db: &mut SqliteConnection,
    playbook: &PlaybookRow,
    now: i64,
) -> Result<(), Error> {
    sqlx::query(
        "insert into playbooks (sha256, id, name, version, source, created_at) values (?, ?, ?, ?, ?, ?)
         on conflict (sha256) do nothing",
    )
    .bind(&playbook.sha256)
    .bind(&playbook.id)
    .bind(&playbook.name)
    .bind(&playbook.version)
    .bind(&playbook.source)
    .bind(now)
    .execute(&mut *db)
    .await?;
    Ok(())
}
