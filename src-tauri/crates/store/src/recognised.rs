//! What was recognised on pages that are pictures, kept page by page while a document is read.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::blob_row::{pack, unpack};
use crate::{Error, Store};

impl Store {
    /// Pages of a contract recognised before for these languages by this version, by their numbers.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn recognised_pages<T: DeserializeOwned>(
        &self,
        contract_id: &str,
        languages: &str,
        version: u32,
    ) -> Result<Vec<(u32, T)>, Error> {
        let rows: Vec<(u32, Vec<u8>)> = sqlx::query_as(
            "select number, page from recognised_pages where contract_id = ? and languages = ? and version = ?",
        )
        .bind(contract_id)
        .bind(languages)
        .bind(version)
        .fetch_all(&self.pool)
        .await?;
        let page = |(number, page): (u32, Vec<u8>)| {
            Ok((number, unpack("recognised_pages", contract_id, &page)?))
        };
        rows.into_iter().map(page).collect()
    }

    /// Keeps a recognised page. Safe to repeat; a contract that is gone keeps nothing.
    ///
    /// # Errors
    /// What the database says.
    pub async fn keep_recognised<T: Serialize>(
        &self,
        contract_id: &str,
        (languages, version): (&str, u32),
        number: u32,
        page: &T,
    ) -> Result<(), Error> {
        let (contract_id, languages) = (contract_id.to_owned(), languages.to_owned());
        let page = pack(page)?;
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query(
                    "insert or replace into recognised_pages (contract_id, number, languages, version, page)
                     select id, ?, ?, ?, ? from contracts where id = ?",
                )
                .bind(number)
                .bind(languages)
                .bind(version)
                .bind(page)
                .bind(contract_id)
                .execute(&mut *db)
                .await?;
                Ok(())
            })
        })
        .await
    }
}
