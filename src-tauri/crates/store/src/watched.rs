//! The watched folder: which files it had, which were written there, and whose results are still to be written.

use sqlx::{FromRow, SqliteConnection};

use crate::{Error, Store, events};

/// The kind of the events that are about the watched folder.
pub const CHANGED: &str = "watch_changed";

/// A review whose results are still to be written beside its file.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct ToWrite {
    /// The review.
    pub review_id: String,
    /// The file.
    pub file: String,
}

/// What was taken from the folder.
#[derive(Debug, Clone, PartialEq, Eq, Default, FromRow)]
pub struct WatchedFigures {
    /// Files of the folder whose review is kept.
    pub taken: i64,
    /// Those whose results were written.
    pub written: i64,
    /// Why results of one of them could not be written.
    pub problem: Option<String>,
}

impl Store {
    /// Whether a file was in the folder before, or was written there.
    ///
    /// # Errors
    /// What the database says.
    pub async fn was_watched(&self, sha256: &str) -> Result<bool, Error> {
        let known: Option<i64> =
            sqlx::query_scalar("select 1 from watched_hashes where sha256 = ?")
                .bind(sha256)
                .fetch_optional(&self.pool)
                .await?;
        Ok(known.is_some())
    }

    /// A file of this hash is not to be reviewed (again). What is about to be written there says so first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn note_watched(&self, sha256: &str, now: i64) -> Result<(), Error> {
        let sha256 = sha256.to_owned();
        self.write(move |db| Box::pin(async move { note_hash(db, &sha256, now).await }))
            .await
    }

    /// A file of the folder is being reviewed; what is found is to be written beside it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn take_watched(
        &self,
        sha256: &str,
        review_id: &str,
        file: &str,
        now: i64,
    ) -> Result<(), Error> {
        let (sha256, review_id, file) = (sha256.to_owned(), review_id.to_owned(), file.to_owned());
        self.write(move |db| {
            Box::pin(async move {
                note_hash(db, &sha256, now).await?;
                sqlx::query(
                    "insert into watched_reviews (review_id, file) values (?, ?) on conflict (review_id) do nothing",
                )
                .bind(review_id)
                .bind(file)
                .execute(&mut *db)
                .await?;
                events::note(db, CHANGED, None, now).await
            })
        })
        .await
    }

    /// Reviews that are done and whose results are still to be written.
    ///
    /// # Errors
    /// What the database says.
    pub async fn results_to_write(&self) -> Result<Vec<ToWrite>, Error> {
        Ok(sqlx::query_as(
            "select w.review_id, w.file from watched_reviews w join reviews r on r.id = w.review_id
             where w.written_at is null and r.state = 'completed'
                 and r.contract_id not in (select contract_id from deletions)
             order by r.finished_at, r.id",
        )
        .fetch_all(&self.pool)
        .await?)
    }

    /// The results of a review were written, or could not be.
    ///
    /// # Errors
    /// What the database says.
    pub async fn end_watched(
        &self,
        review_id: &str,
        problem: Option<&str>,
        now: i64,
    ) -> Result<(), Error> {
        let (review_id, problem) = (review_id.to_owned(), problem.map(str::to_owned));
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query(
                    "update watched_reviews set problem = ?1, written_at = case when ?1 is null then ?2 end where review_id = ?3",
                )
                .bind(problem)
                .bind(now)
                .bind(review_id)
                .execute(&mut *db)
                .await?;
                events::note(db, CHANGED, None, now).await
            })
        })
        .await
    }

    /// What was taken from the folder so far.
    ///
    /// # Errors
    /// What the database says.
    pub async fn watched_figures(&self) -> Result<WatchedFigures, Error> {
        Ok(sqlx::query_as(
            "select count(*) as taken, count(written_at) as written, max(problem) as problem from watched_reviews",
        )
        .fetch_one(&self.pool)
        .await?)
    }
}

async fn note_hash(db: &mut SqliteConnection, sha256: &str, now: i64) -> Result<(), Error> {
    sqlx::query(
        "insert into watched_hashes (sha256, at) values (?, ?) on conflict (sha256) do nothing",
    )
    .bind(sha256)
    .bind(now)
    .execute(db)
    .await?;
    Ok(())
}
