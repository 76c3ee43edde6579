//! What steps make, and reading it back.

use std::borrow::Cow;

use countersign_contracts::answer::{PartAnswer, ReadingPlan};
use countersign_contracts::chunk::Chunk;
use countersign_contracts::clause::{Clause, ClauseKind};
use countersign_contracts::compare::SecondReading;
use countersign_contracts::document::Span;
use countersign_contracts::doubt::Doubt;
use countersign_contracts::embedding::Embedding;
use countersign_contracts::judge::Judgement;
use countersign_contracts::passage::EmbeddedPassage;
use countersign_contracts::profile::DocumentProfile;
use countersign_contracts::report::{Proposal, Report, SummarySentence};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::blob_row::{pack_json, unpack_json};
use crate::documents::PackedPage;
use crate::notices::{NewNotice, add_notice};
use crate::steps::ClaimedStep;
use crate::{Error, Store, documents, passages, questions, register};

/// The reader that comes with the program.
pub const OFFLINE_READER: &str = "offline";

/// What a step made.
#[derive(Debug, Clone)]
pub enum Product {
    /// The pages of the contract's file, all of them.
    Document {
        /// Version of the reading that made them.
        reader_version: u32,
        /// In order.
        pages: std::sync::Arc<Vec<PackedPage>>,
        /// What the file says beside its text.
        side: std::sync::Arc<countersign_contracts::side::DocumentSide>,
    },
    /// What the second reader says of the contract's text.
    SecondReading(countersign_contracts::compare::SecondReading),
    /// What the document as a whole says of itself.
    Profile(Box<DocumentProfile>),
    /// All chunks of the document, each with its text.
    Chunks(Vec<(Chunk, String)>),
    /// All passages of the document, each with its embedding.
    Passages(Vec<EmbeddedPassage>),
    /// A provider's embeddings of some of the passages.
    ProvidedEmbeddings {
        /// The first of those passages, from 0 in the order of the text.
        first: u32,
        /// One for each, in order, all of one embedder.
        embeddings: Vec<Embedding>,
    },
    /// The clauses of one chunk; marks it as read.
    Clauses {
        /// The chunk's number.
        chunk: u32,
        /// Who read it: `offline`, or a provider and its model.
        reader: String,
        /// In document order.
        clauses: Vec<Clause>,
    },
    /// Clauses that a model named with words that do not stand in the part it read.
    Unverified {
        /// Key of the step that read the part.
        part: String,
        /// The chunk's number.
        chunk: u32,
        /// What it said they were.
        kinds: Vec<ClauseKind>,
    },
    /// Findings and the register's values.
    Judgement(Box<Judgement>),
    /// What a model holds against a finding of the judgement.
    Doubt(Doubt),
    /// What is to be read for an answer.
    ReadingPlan {
        /// The question.
        question_id: String,
        /// The plan.
        plan: Box<ReadingPlan>,
    },
    /// What a part of the contract answers to a question.
    Answer {
        /// The question.
        question_id: String,
        /// The part's place in the document's text.
        part: Span,
        /// It was asked once more, because words of the first answer do not stand there.
        again: bool,
        /// What it says.
        answer: PartAnswer,
    },
    /// What a model writes of the findings.
    Summary(Vec<SummarySentence>),
    /// The report.
    Report(Box<Report>),
    /// A notice to the person.
    Notice(NewNotice),
}

/// Keeps a product of a step. Safe to repeat: a later one takes the place of the earlier.
pub(crate) async fn keep_product(
    db: &mut SqliteConnection,
    step: &ClaimedStep,
    product: &Product,
    now: i64,
) -> Result<(), Error> {
    let review_id = step.review_id.as_str();
    match product {
        Product::Document {
            reader_version,
            pages,
            side,
        } => documents::keep(db, &step.contract_id, *reader_version, (pages, side), now).await,
        Product::SecondReading(second) => {
            documents::keep_second_reading(db, &step.contract_id, second, now).await
        }
        Product::Profile(profile) => {
            sqlx::query("insert or replace into profiles (review_id, profile) values (?, ?)")
                .bind(review_id)
                .bind(pack_json(profile)?)
                .execute(db)
                .await?;
            Ok(())
        }
        Product::Chunks(chunks) => keep_chunks(db, review_id, chunks).await,
        Product::Passages(passages) => passages::keep(db, review_id, passages).await,
        Product::ProvidedEmbeddings { first, embeddings } => {
            passages::keep_provided(db, review_id, *first, embeddings).await
        }
        Product::Clauses {
            chunk,
            reader,
            clauses,
        } => keep_clauses(db, step, *chunk, reader, clauses, now).await,
        Product::Unverified { part, chunk, kinds } => {
            keep_unverified(db, review_id, part, *chunk, kinds).await
        }
        Product::Judgement(judgement) => keep_judgement(db, review_id, judgement).await,
        Product::Doubt(doubt) => {
            sqlx::query(
                "insert or replace into doubts (review_id, check_id, doubt) values (?, ?, ?)",
            )
            .bind(review_id)
            .bind(&doubt.check)
            .bind(json(doubt)?)
            .execute(db)
            .await?;
            Ok(())
        }
        Product::ReadingPlan { question_id, plan } => {
            questions::keep_plan(db, question_id, plan).await
        }
        Product::Answer {
            question_id,
            part,
            again,
            answer,
        } => questions::keep_part(db, question_id, (*part, *again), answer).await,
        Product::Summary(sentences) => {
            sqlx::query("insert or replace into summaries (review_id, summary) values (?, ?)")
                .bind(review_id)
                .bind(json(sentences)?)
                .execute(db)
                .await?;
            Ok(())
        }
        Product::Report(report) => keep_report(db, review_id, report).await,
        Product::Notice(notice) => add_notice(db, review_id, notice, now).await,
    }
}

/// Rows that one statement inserts: each statement is a trip to the database's thread.
pub(crate) const AT_ONCE: usize = 64;

async fn keep_chunks(
    db: &mut SqliteConnection,
    review_id: &str,
    chunks: &[(Chunk, String)],
) -> Result<(), Error> {
    sqlx::query("delete from chunks where review_id = ?")
        .bind(review_id)
        .execute(&mut *db)
        .await?;
    for some in chunks.chunks(AT_ONCE) {
        let mut rows = Vec::with_capacity(some.len());
        for (chunk, text) in some {
            rows.push((chunk, json(chunk)?, text));
        }
        let mut insert = QueryBuilder::<Sqlite>::new(
            "insert into chunks (review_id, number, start_byte, end_byte, chunk, text) ",
        );
        insert.push_values(rows, |mut row, (chunk, as_json, text)| {
            row.push_bind(review_id)
                .push_bind(chunk.index)
                .push_bind(chunk.span.start)
                .push_bind(chunk.span.end)
                .push_bind(as_json)
                .push_bind(text);
        });
        insert.build().execute(&mut *db).await?;
    }
    Ok(())
}

/// Positions of a chunk's clauses are counted anew for each step that read it.
const POSITIONS_PER_STEP: i64 = 10_000;

async fn keep_clauses(
    db: &mut SqliteConnection,
    step: &ClaimedStep,
    chunk: u32,
    reader: &str,
    clauses: &[Clause],
    now: i64,
) -> Result<(), Error> {
    let review_id = step.review_id.as_str();
    let first = step.id * POSITIONS_PER_STEP;
    // The ledger of coverage is the offline reader's: it always reads everything.
    sqlx::query(
        "delete from clauses where review_id = ? and chunk = ? and position between ? and ?;
         update chunks set read_at = ? where ? and review_id = ? and number = ?",
    )
    .bind(review_id)
    .bind(chunk)
    .bind(first)
    .bind(first + POSITIONS_PER_STEP - 1)
    .bind(now)
    .bind(reader == OFFLINE_READER)
    .bind(review_id)
    .bind(chunk)
    .execute(&mut *db)
    .await?;
    let rows = with_json((first..).zip(clauses))?;
    for some in rows.chunks(AT_ONCE) {
        let mut insert = QueryBuilder::<Sqlite>::new(
            "insert into clauses (review_id, chunk, position, reader, kind, start_byte, end_byte, clause) ",
        );
        insert.push_values(some, |mut row, (position, clause, as_json)| {
            row.push_bind(review_id)
                .push_bind(chunk)
                .push_bind(position)
                .push_bind(reader)
                .push_bind(clause.kind.id())
                .push_bind(clause.span.start)
                .push_bind(clause.span.end)
                .push_bind(as_json);
        });
        insert.build().execute(&mut *db).await?;
    }
    Ok(())
}

async fn keep_unverified(
    db: &mut SqliteConnection,
    review_id: &str,
    part: &str,
    chunk: u32,
    kinds: &[ClauseKind],
) -> Result<(), Error> {
    sqlx::query("delete from unverified where review_id = ? and part = ?")
        .bind(review_id)
        .bind(part)
        .execute(&mut *db)
        .await?;
    for (position, kind) in (0_i64..).zip(kinds) {
        sqlx::query(
            "insert into unverified (review_id, part, position, chunk, kind) values (?, ?, ?, ?, ?)",
        )
        .bind(review_id)
        .bind(part)
        .bind(position)
        .bind(chunk)
        .bind(kind.id())
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// Values with what they are as JSON.
fn with_json<'a, T: serde::Serialize>(
    values: impl Iterator<Item = (i64, &'a T)>,
) -> Result<Vec<(i64, &'a T, String)>, Error> {
    values
        .map(|(position, value)| Ok((position, value, json(value)?)))
        .collect()
}

pub(crate) async fn keep_judgement(
    db: &mut SqliteConnection,
    review_id: &str,
    judgement: &Judgement,
) -> Result<(), Error> {
    sqlx::query("insert or replace into judgements (review_id, judgement) values (?, ?)")
        .bind(review_id)
        .bind(pack_json(judgement)?)
        .execute(&mut *db)
        .await?;
    sqlx::query("delete from findings where review_id = ?")
        .bind(review_id)
        .execute(&mut *db)
        .await?;
    let findings = with_json((0..).zip(&judgement.findings))?;
    for some in findings.chunks(AT_ONCE) {
        let mut rows = Vec::with_capacity(some.len());
        for row in some {
            rows.push((row, word(&row.1.outcome)?, word(&row.1.severity)?));
        }
        let mut insert = QueryBuilder::<Sqlite>::new(
            "insert into findings (review_id, position, check_id, clause_kind, outcome, severity, finding) ",
        );
        insert.push_values(
            rows,
            |mut row, ((position, finding, as_json), outcome, severity)| {
                row.push_bind(review_id)
                    .push_bind(position)
                    .push_bind(&finding.check)
                    .push_bind(finding.clause_kind.id())
                    .push_bind(outcome)
                    .push_bind(severity)
                    .push_bind(as_json);
            },
        );
        insert.build().execute(&mut *db).await?;
    }
    Ok(())
}

/// Keeps a report with what a second reader has said by now: it may have ended while the report was
/// made, and whichever is written last has both.
pub(crate) async fn keep_report(
    db: &mut SqliteConnection,
    review_id: &str,
    report: &Report,
) -> Result<(), Error> {
    let mut report = Cow::Borrowed(report);
    let waits = |second: &SecondReading| second.under_way;
    if report.coverage.second_reading.as_ref().is_some_and(waits)
        && let Some(second) = documents::second_reading_of(db, review_id).await?
    {
        report.to_mut().coverage.second_reading = Some(second);
    }
    let report = report.as_ref();
    let counts = report.summary.counts;
    sqlx::query(
        "insert or replace into reports (review_id, proposal, critical, high, medium, low, report) values (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(review_id)
    .bind(word(&report.summary.proposal)?)
    .bind(counts.critical)
    .bind(counts.high)
    .bind(counts.medium)
    .bind(counts.low)
    .bind(pack_json(report)?)
    .execute(&mut *db)
    .await?;
    register::keep(db, review_id, report).await
}

/// The report of a review, as the transaction sees it.
pub(crate) async fn read_report(
    db: &mut SqliteConnection,
    review_id: &str,
) -> Result<Option<Report>, Error> {
    let row: Option<Vec<u8>> = sqlx::query_scalar("select report from reports where review_id = ?")
        .bind(review_id)
        .fetch_optional(db)
        .await?;
    row.map(|column| unpack_json("reports", review_id, &column))
        .transpose()
}

impl Store {
    /// What the document says of itself, once the chunk step has been done.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn profile_of_review(
        &self,
        review_id: &str,
    ) -> Result<Option<DocumentProfile>, Error> {
        let row: Option<Vec<u8>> =
            sqlx::query_scalar("select profile from profiles where review_id = ?")
                .bind(review_id)
                .fetch_optional(&self.pool)
                .await?;
        row.map(|column| unpack_json("profiles", review_id, &column))
            .transpose()
    }

    /// One chunk and its text.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn chunk_of_review(
        &self,
        review_id: &str,
        number: u32,
    ) -> Result<Option<(Chunk, String)>, Error> {
        let row: Option<(String, String)> =
            sqlx::query_as("select chunk, text from chunks where review_id = ? and number = ?")
                .bind(review_id)
                .bind(number)
                .fetch_optional(&self.pool)
                .await?;
        row.map(|row| chunk_of(review_id, row)).transpose()
    }

    /// All chunks with their texts, in document order.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn chunks_of_review(&self, review_id: &str) -> Result<Vec<(Chunk, String)>, Error> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("select chunk, text from chunks where review_id = ? order by number")
                .bind(review_id)
                .fetch_all(&self.pool)
                .await?;
        rows.into_iter()
            .map(|row| chunk_of(review_id, row))
            .collect()
    }

    /// Chunks read, and chunks there are: the coverage of a review.
    ///
    /// # Errors
    /// What the database says.
    pub async fn chunk_coverage(&self, review_id: &str) -> Result<(u32, u32), Error> {
        Ok(
            sqlx::query_as("select count(read_at), count(*) from chunks where review_id = ?")
                .bind(review_id)
                .fetch_one(&self.pool)
                .await?,
        )
    }

    /// All clauses of a review in document order, each with its reader.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn clauses_of_review(&self, review_id: &str) -> Result<Vec<(String, Clause)>, Error> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "select reader, clause from clauses where review_id = ? order by start_byte, chunk, position",
        )
        .bind(review_id)
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|(reader, row)| {
                let clause = serde_json::from_str(&row)
                    .map_err(|e| Error::inconsistent("clauses", review_id, e))?;
                Ok((reader, clause))
            })
            .collect()
    }

    /// Clauses that models named with words that do not stand there: the chunk and what each was said to be.
    ///
    /// # Errors
    /// What the database says.
    pub async fn unverified_of_review(&self, review_id: &str) -> Result<Vec<(u32, String)>, Error> {
        Ok(sqlx::query_as(
            "select chunk, kind from unverified where review_id = ? order by chunk, part, position",
        )
        .bind(review_id)
        .fetch_all(&self.pool)
        .await?)
    }

    /// The judgement, once made.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn judgement_of_review(&self, review_id: &str) -> Result<Option<Judgement>, Error> {
        let row: Option<Vec<u8>> =
            sqlx::query_scalar("select judgement from judgements where review_id = ?")
                .bind(review_id)
                .fetch_optional(&self.pool)
                .await?;
        row.map(|column| unpack_json("judgements", review_id, &column))
            .transpose()
    }

    /// What models hold against red lines of a review, by check.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn doubts_of_review(&self, review_id: &str) -> Result<Vec<Doubt>, Error> {
        let rows: Vec<String> =
            sqlx::query_scalar("select doubt from doubts where review_id = ? order by check_id")
                .bind(review_id)
                .fetch_all(&self.pool)
                .await?;
        let read = |row: &String| {
            serde_json::from_str(row)
                .map_err(|error| Error::inconsistent("doubts", review_id, error))
        };
        rows.iter().map(read).collect()
    }

    /// What a model wrote of the findings of a review; nothing where none was asked.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn summary_of_review(&self, review_id: &str) -> Result<Vec<SummarySentence>, Error> {
        let row: Option<String> =
            sqlx::query_scalar("select summary from summaries where review_id = ?")
                .bind(review_id)
                .fetch_optional(&self.pool)
                .await?;
        let read = |row: String| {
            serde_json::from_str(&row)
                .map_err(|error| Error::inconsistent("summaries", review_id, error))
        };
        row.map_or_else(|| Ok(Vec::new()), read)
    }

    /// The report of a completed review.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn report_of_review(&self, review_id: &str) -> Result<Option<Report>, Error> {
        let row: Option<Vec<u8>> =
            sqlx::query_scalar("select report from reports where review_id = ?")
                .bind(review_id)
                .fetch_optional(&self.pool)
                .await?;
        row.map(|column| unpack_json("reports", review_id, &column))
            .transpose()
    }
}

fn chunk_of(review_id: &str, row: (String, String)) -> Result<(Chunk, String), Error> {
    let chunk = serde_json::from_str(&row.0);
    let chunk = chunk.map_err(|e| Error::inconsistent("chunks", review_id, e))?;
    Ok((chunk, row.1))
}

pub(crate) fn json<T: serde::Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::inconsistent("value", "new", error))
}

/// The serde name of a plain enum value.
pub(crate) fn word<T: serde::Serialize>(value: &T) -> Result<String, Error> {
    Ok(json(value)?.trim_matches('"').to_owned())
}

/// The reverse of [`word`] for proposals.
pub(crate) fn proposal(review_id: &str, word: &str) -> Result<Proposal, Error> {
    serde_json::from_value(serde_json::Value::String(word.to_owned()))
        .map_err(|e| Error::inconsistent("reports", review_id, e))
}
