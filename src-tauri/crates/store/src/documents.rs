//! The pages of a contract's file as they were read.

use countersign_contracts::document::{Page, PageQuality, PageSource};
use countersign_contracts::side::DocumentSide;
use sqlx::{FromRow, SqliteConnection};

use crate::blob_row::unpack;
use crate::products::{json, pack_words, word};
use crate::{Error, Store};

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

#[derive(FromRow)]
struct PageRow {
    number: u32,
    width: f64,
    height: f64,
    source: String,
    quality: String,
    problem: Option<String>,
    words: Vec<u8>,
}

impl PageRow {
    fn into_page(self, contract_id: &str) -> Result<Page, Error> {
        let id = || format!("{contract_id}/{}", self.number);
        let wrong = |error: serde_json::Error| Error::inconsistent("pages", id(), error);
        let source: PageSource =
            serde_json::from_value(self.source.clone().into()).map_err(wrong)?;
        let quality: PageQuality =
            serde_json::from_value(self.quality.clone().into()).map_err(wrong)?;
        let words = unpack("pages", &id(), &self.words)?;
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
        let rows: Vec<PageRow> = sqlx::query_as(
            "select number, width, height, source, quality, problem, words from pages where contract_id = ? order by number",
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
        let row: Option<PageRow> = sqlx::query_as(
            "select number, width, height, source, quality, problem, words from pages where contract_id = ? and number = ?",
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

/// Puts a second reading beside the text that it was compared with.
pub(crate) async fn keep_second_reading(
    db: &mut SqliteConnection,
    contract_id: &str,
    second: &countersign_contracts::compare::SecondReading,
) -> Result<(), Error> {
    sqlx::query(
        "update documents set side = json_set(coalesce(side, '{}'), '$.second', json(?)) where contract_id = ?",
    )
    .bind(json(second)?)
    .bind(contract_id)
    .execute(db)
    .await?;
    Ok(())
}

pub(crate) async fn keep(
    db: &mut SqliteConnection,
    contract_id: &str,
    reader_version: u32,
    (pages, side): (&[Page], &DocumentSide),
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
    for page in pages {
        sqlx::query(
            "insert into pages (contract_id, number, width, height, source, quality, problem, words) values (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(contract_id)
        .bind(page.number)
        .bind(f64::from(page.width))
        .bind(f64::from(page.height))
        .bind(word(&page.source)?)
        .bind(word(&page.quality)?)
        .bind(&page.problem)
        .bind(pack_words(page)?)
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}
