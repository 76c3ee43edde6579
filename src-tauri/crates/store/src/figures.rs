//! Figures about the database for whoever looks for a defect: counts, states, timings, codes. No words of
//! contracts; names of files only so that they can be kept out of what is handed on.

use sqlx::{AssertSqlSafe, FromRow, SqliteConnection};

use crate::{Error, Store};

/// Attempts that are told of, the newest.
const ATTEMPTS: i64 = 2000;
/// Settings of SQLite that are told.
const PRAGMAS: &[&str] = &[
    "journal_mode",
    "synchronous",
    "page_size",
    "page_count",
    "freelist_count",
    "secure_delete",
    "journal_size_limit",
    "foreign_keys",
    "user_version",
];
/// Tables whose rows have a state.
const STATES: &[&str] = &["reviews", "steps", "outbox"];

/// Figures about a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// The newest migration.
    pub schema: i64,
    /// Settings of SQLite.
    pub pragmas: Vec<(&'static str, String)>,
    /// Rows of each table.
    pub rows: Vec<(String, i64)>,
    /// Rows of a table in each state.
    pub states: Vec<(&'static str, String, i64)>,
    /// Tries at steps, newest first.
    pub attempts: Vec<AttemptFigure>,
    /// Names of files and the ids of their contracts.
    pub names: Vec<(String, String)>,
}

/// A try at a step.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct AttemptFigure {
    /// Its review.
    pub review_id: String,
    /// What was to be done.
    pub kind: String,
    /// The step's state now.
    pub state: String,
    /// From 1.
    pub number: i64,
    /// Started at.
    pub started_at: i64,
    /// Ended at.
    pub ended_at: Option<i64>,
    /// How.
    pub outcome: Option<String>,
    /// The error's code.
    pub code: Option<String>,
}

/// What the queue has to do, and what became of reviews.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QueueFigures {
    /// Reviews in each state.
    pub reviews: Vec<(String, i64)>,
    /// Steps that are not at an end: lane, state, how many.
    pub steps: Vec<(String, String, i64)>,
    /// What waits to be delivered: channel, how many.
    pub outbox: Vec<(String, i64)>,
    /// The oldest review that is not at an end was submitted at.
    pub oldest: Option<i64>,
}

impl Store {
    /// What the queue has to do, at one moment; cheap enough to be asked every few seconds.
    ///
    /// # Errors
    /// What the database says.
    pub async fn queue_figures(&self) -> Result<QueueFigures, Error> {
        let mut db = self.pool.begin().await?;
        let reviews = sqlx::query_as("select state, count(*) from reviews group by state")
            .fetch_all(&mut *db)
            .await?;
        // Each half reads one of the partial indexes.
        let steps = sqlx::query_as(
            "select lane, state, count(*) from steps
             where state in ('available', 'retryable', 'scheduled')
             group by lane, state
             union all
             select lane, state, count(*) from steps where state = 'running' group by lane",
        )
        .fetch_all(&mut *db)
        .await?;
        let outbox = sqlx::query_as(
            "select channel, count(*) from outbox where state = 'available' group by channel",
        )
        .fetch_all(&mut *db)
        .await?;
        let oldest =
            sqlx::query_scalar("select min(created_at) from reviews where finished_at is null")
                .fetch_one(&mut *db)
                .await?;
        Ok(QueueFigures {
            reviews,
            steps,
            outbox,
            oldest,
        })
    }

    /// Figures about the database, of one moment.
    ///
    /// # Errors
    /// What the database says.
    pub async fn figures(&self) -> Result<Figures, Error> {
        let mut db = self.pool.begin().await?;
        let schema = sqlx::query_scalar("select coalesce(max(version), 0) from _sqlx_migrations")
            .fetch_one(&mut *db)
            .await?;
        let attempts = sqlx::query_as(
            "select s.review_id, s.kind, s.state, a.number, a.started_at, a.ended_at, a.outcome, a.code
             from attempts a join steps s on s.id = a.step_id
             order by a.started_at desc, a.step_id desc
             limit ?",
        )
        .bind(ATTEMPTS)
        .fetch_all(&mut *db)
        .await?;
        let names = sqlx::query_as("select file_name, id from contracts")
            .fetch_all(&mut *db)
            .await?;
        Ok(Figures {
            schema,
            pragmas: pragmas(&mut db).await?,
            rows: rows(&mut db).await?,
            states: states(&mut db).await?,
            attempts,
            names,
        })
    }
}

async fn pragmas(db: &mut SqliteConnection) -> Result<Vec<(&'static str, String)>, Error> {
    let mut pragmas = Vec::new();
    for name in PRAGMAS {
        let sql = format!("select cast({name} as text) from pragma_{name}");
        let value: Option<String> = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_optional(&mut *db)
            .await?;
        pragmas.push((*name, value.unwrap_or_default()));
    }
    Ok(pragmas)
}

async fn rows(db: &mut SqliteConnection) -> Result<Vec<(String, i64)>, Error> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select name from pragma_table_list
         where schema = 'main' and type = 'table' and name not like 'sqlite%' and name not like '\\_sqlx%' escape '\\'
         order by name",
    )
    .fetch_all(&mut *db)
    .await?;
    let mut rows = Vec::new();
    for table in tables {
        let sql = format!("select count(*) from \"{}\"", table.replace('"', "\"\""));
        let count = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_one(&mut *db)
            .await?;
        rows.push((table, count));
    }
    Ok(rows)
}

async fn states(db: &mut SqliteConnection) -> Result<Vec<(&'static str, String, i64)>, Error> {
    let mut states = Vec::new();
    for table in STATES {
        let sql = format!("select state, count(*) from {table} group by state order by state");
        let counts: Vec<(String, i64)> = sqlx::query_as(AssertSqlSafe(sql))
            .fetch_all(&mut *db)
            .await?;
        states.extend(
            counts
                .into_iter()
                .map(|(state, count)| (*table, state, count)),
        );
    }
    Ok(states)
}
