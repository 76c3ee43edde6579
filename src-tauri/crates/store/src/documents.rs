//! The pages of a contract's file as they were read.

use countersign_contracts::compare::SecondReading;
use countersign_contracts::document::{Page, PageQuality, PageSource, Word};
use countersign_contracts::side::DocumentSide;
use sqlx::{FromRow, QueryBuilder, Sqlite, SqliteConnection};

use crate::blob_row::{pack, unpack};
use crate::products::{AT_ONCE, json, keep_report, read_report, word};
use crate::{Error, Store, events};

/// Width and height of a page in points.
#[derive(Debug, Clone, Copy, PartialEq, FromRow)]
pub struct PageSize {
    /// Counted from 1.
    pub number: u32,
    /// Points.
    pub width: f64,
    /// Points.
    pub height: f64,
    /// Laid out by Countersign: the page is drawn from its words.
    pub flow: bool,
}

/// A page as it is kept: its words packed, a small part of what they take as words. Packing is work, so
/// who makes pages does it, and not the one writer.
#[derive(Debug, Clone, FromRow)]
pub struct PackedPage {
    number: u32,
    width: f64,
    height: f64,
    source: String,
    quality: String,
    problem: Option<String>,
    words: Vec<u8>,
    /// Of its words, where some were recognised.
    confidence: Option<Vec<u8>>,
}

/// Stands for a word that was not recognised.
const NOT_RECOGNISED: u8 = u8::MAX;

/// The confidences of a page's words, as they are kept.
fn pack_confidence(words: &[Word]) -> Option<Vec<u8>> {
    let any = words.iter().any(|word| word.confidence.is_some());
    let kept = words.iter().map(|w| w.confidence.unwrap_or(NOT_RECOGNISED));
    any.then(|| kept.collect())
}

impl PackedPage {
    /// Packs a page.
    ///
    /// # Errors
    /// [`Error::Inconsistent`] for words that can't be written.
    pub fn of(page: &Page) -> Result<Self, Error> {
        Ok(Self {
            number: page.number,
            width: f64::from(page.width),
            height: f64::from(page.height),
            source: word(&page.source)?,
            quality: word(&page.quality)?,
            problem: page.problem.clone(),
            words: pack(&page.words)?,
            confidence: pack_confidence(&page.words),
        })
    }

    fn into_page(self, contract_id: &str) -> Result<Page, Error> {
        let id = || format!("{contract_id}/{}", self.number);
        let wrong = |error: serde_json::Error| Error::inconsistent("pages", id(), error);
        let source: PageSource =
            serde_json::from_value(self.source.clone().into()).map_err(wrong)?;
        let quality: PageQuality =
            serde_json::from_value(self.quality.clone().into()).map_err(wrong)?;
        let mut words: Vec<Word> = unpack("pages", &id(), &self.words)?;
        let kept = self.confidence.iter().flatten();
        for (word, sure) in words.iter_mut().zip(kept) {
            word.confidence = Some(*sure).filter(|sure| *sure != NOT_RECOGNISED);
        }
        Ok(Page {
            number: self.number,
            width: self.width as f32,
            height: self.height as f32,
            source,
            quality,
            problem: self.problem,
            words,
        })
    }
}

impl Store {
    /// The pages of a contract when they were read by this version of the reading.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn pages_of_contract(
        &self,
        contract_id: &str,
        reader_version: u32,
    ) -> Result<Option<Vec<Page>>, Error> {
        let mut transaction = self.pool.begin().await?;
        let found: Option<i64> = sqlx::query_scalar(
            "select pages_total from documents where contract_id = ? and reader_version = ?",
        )
        .bind(contract_id)
        .bind(reader_version)
        .fetch_optional(&mut *transaction)
        .await?;
        if found.is_none() {
            return Ok(None);
        }
        let rows: Vec<PackedPage> = sqlx::query_as(
            "select number, width, height, source, quality, problem, words, confidence from pages where contract_id = ? order by number",
        )
        .bind(contract_id)
        .fetch_all(&mut *transaction)
        .await?;
        rows.into_iter()
            .map(|row| row.into_page(contract_id))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// Whether the contract was read by this version of the reading.
    ///
    /// # Errors
    /// What the database says.
    pub async fn document_exists(
        &self,
        contract_id: &str,
        reader_version: u32,
    ) -> Result<bool, Error> {
        let found: Option<i64> = sqlx::query_scalar(
            "select 1 from documents where contract_id = ? and reader_version = ?",
        )
        .bind(contract_id)
        .bind(reader_version)
        .fetch_optional(&self.pool)
        .await?;
        Ok(found.is_some())
    }

    /// One page of a contract with its words.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn page_of_contract(
        &self,
        contract_id: &str,
        number: u32,
    ) -> Result<Option<Page>, Error> {
        let row: Option<PackedPage> = sqlx::query_as(
            "select number, width, height, source, quality, problem, words, confidence from pages where contract_id = ? and number = ?",
        )
        .bind(contract_id)
        .bind(number)
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| row.into_page(contract_id)).transpose()
    }

    /// What the contract's file says beside its text; nothing for one that is not read yet.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn document_side(&self, contract_id: &str) -> Result<DocumentSide, Error> {
        let side: Option<Option<String>> =
            sqlx::query_scalar("select side from documents where contract_id = ?")
                .bind(contract_id)
                .fetch_optional(&self.pool)
                .await?;
        match side.flatten() {
            Some(side) => serde_json::from_str(&side)
                .map_err(|error| Error::inconsistent("documents", contract_id.to_owned(), error)),
            None => Ok(DocumentSide::default()),
        }
    }

    /// Sizes of the pages read so far.
    ///
    /// # Errors
    /// What the database says.
    pub async fn page_sizes(&self, contract_id: &str) -> Result<Vec<PageSize>, Error> {
        Ok(sqlx::query_as(
            "select number, width, height, source = 'flow' as flow from pages where contract_id = ? order by number",
        )
        .bind(contract_id)
        .fetch_all(&self.pool)
        .await?)
    }
}

/// Puts a second reading beside the text that it was compared with, and into the reports that were
/// made without it.
pub(crate) async fn keep_second_reading(
    db: &mut SqliteConnection,
    contract_id: &str,
    second: &SecondReading,
    now: i64,
) -> Result<(), Error> {
    sqlx::query(
        "update documents set side = json_set(coalesce(side, '{}'), '$.second', json(?)) where contract_id = ?",
    )
    .bind(json(second)?)
    .bind(contract_id)
    .execute(&mut *db)
    .await?;
    let reported: Vec<String> = sqlx::query_scalar(
        "select r.id from reviews r join reports o on o.review_id = r.id where r.contract_id = ?",
    )
    .bind(contract_id)
    .fetch_all(&mut *db)
    .await?;
    for review_id in reported {
        let Some(report) = read_report(db, &review_id).await? else {
            continue;
        };
        keep_report(db, &review_id, &report).await?;
        events::note(db, "review_changed", Some(&review_id), now).await?;
    }
    Ok(())
}

/// What was read of a contract's text a second time, as far as it has ended.
pub(crate) async fn second_reading_of(
    db: &mut SqliteConnection,
    review_id: &str,
) -> Result<Option<SecondReading>, Error> {
    let second: Option<Option<String>> = sqlx::query_scalar(
        "select json_extract(d.side, '$.second') from reviews r join documents d on d.contract_id = r.contract_id
         where r.id = ?",
    )
    .bind(review_id)
    .fetch_optional(db)
    .await?;
    second
        .flatten()
        .map(|second| serde_json::from_str(&second))
        .transpose()
        .map_err(|error| Error::inconsistent("documents", review_id.to_owned(), error))
}

/// Ends a second reading that can't be made: its pages count as not compared.
pub(crate) async fn give_up_second_reading(
    db: &mut SqliteConnection,
    step_id: i64,
    now: i64,
) -> Result<(), Error> {
    let (contract_id, pages): (String, String) = sqlx::query_as(
        "select r.contract_id, s.input from steps s join reviews r on r.id = s.review_id where s.id = ?",
    )
    .bind(step_id)
    .fetch_one(&mut *db)
    .await?;
    let given_up = SecondReading::given_up(pages.parse().unwrap_or(0));
    keep_second_reading(db, &contract_id, &given_up, now).await
}

pub(crate) async fn keep(
    db: &mut SqliteConnection,
    contract_id: &str,
    reader_version: u32,
    (pages, side): (&[PackedPage], &DocumentSide),
    now: i64,
) -> Result<(), Error> {
    sqlx::query("delete from documents where contract_id = ?")
        .bind(contract_id)
        .execute(&mut *db)
        .await?;
    let side = (*side != DocumentSide::default())
        .then(|| json(side))
        .transpose()?;
    sqlx::query("insert into documents (contract_id, reader_version, pages_total, side, read_at) values (?, ?, ?, ?, ?)")
        .bind(contract_id)
        .bind(reader_version)
        .bind(pages.len() as i64)
        .bind(side)
        .bind(now)
        .execute(&mut *db)
        .await?;
    for some in pages.chunks(AT_ONCE) {
        let mut insert = QueryBuilder::<Sqlite>::new(
            "insert into pages (contract_id, number, width, height, source, quality, problem, words, confidence) ",
        );
        insert.push_values(some, |mut row, page| {
            row.push_bind(contract_id)
                .push_bind(page.number)
                .push_bind(page.width)
                .push_bind(page.height)
                .push_bind(&page.source)
                .push_bind(&page.quality)
                .push_bind(&page.problem)
                .push_bind(&page.words)
                .push_bind(&page.confidence);
        });
        insert.build().execute(&mut *db).await?;
    }
    Ok(())
}
