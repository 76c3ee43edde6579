//! Contracts that came as files of a mail: each is a contract of its own, tied to its mail.

use sqlx::FromRow;

use crate::{Error, Store};

/// On what terms a review was made: those that its mail's files are reviewed on too.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct ReviewTerms {
    /// Hash of the playbook.
    pub playbook_sha256: String,
    /// Version of the pipeline.
    pub pipeline_version: u32,
    /// Who reads the clauses.
    pub reader: String,
    /// Model providers in the order they are asked, JSON.
    pub providers: String,
}

impl Store {
    /// The terms of a review.
    ///
    /// # Errors
    /// What the database says.
    pub async fn review_terms(&self, review_id: &str) -> Result<Option<ReviewTerms>, Error> {
        Ok(sqlx::query_as(
            "select playbook_sha256, pipeline_version, reader, providers from reviews where id = ?",
        )
        .bind(review_id)
        .fetch_optional(&self.pool)
        .await?)
    }

    /// Ties the contract of review `review_id` to the mail it came with. Safe to say twice.
    ///
    /// # Errors
    /// What the database says.
    pub async fn attach_contract(
        &self,
        mail_contract_id: &str,
        review_id: &str,
        name: &str,
    ) -> Result<(), Error> {
        let (mail, review, name) = (
            mail_contract_id.to_owned(),
            review_id.to_owned(),
            name.to_owned(),
        );
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query(
                    "insert into attachments (mail_contract_id, contract_id, name)
                     select ?, contract_id, ? from reviews where id = ? and contract_id <> ?
                     on conflict do nothing",
                )
                .bind(&mail)
                .bind(&name)
                .bind(&review)
                .bind(&mail)
                .execute(db)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// The reviews of a mail's files on the terms of the mail's own review: id and file name.
    ///
    /// # Errors
    /// What the database says.
    pub async fn attached_reviews(&self, review_id: &str) -> Result<Vec<(String, String)>, Error> {
        Ok(sqlx::query_as(
            "select r.id, c.file_name from reviews m
             join attachments a on a.mail_contract_id = m.contract_id
             join contracts c on c.id = a.contract_id
             join reviews r on r.contract_id = c.id and r.playbook_sha256 = m.playbook_sha256
                 and r.reader = m.reader and r.pipeline_version = m.pipeline_version
             where m.id = ? order by r.created_at, r.id",
        )
        .bind(review_id)
        .fetch_all(&self.pool)
        .await?)
    }

    /// Name of the mail that a contract came with.
    ///
    /// # Errors
    /// What the database says.
    pub async fn mail_of_contract(&self, contract_id: &str) -> Result<Option<String>, Error> {
        Ok(sqlx::query_scalar(
            "select m.file_name from attachments a join contracts m on m.id = a.mail_contract_id
             where a.contract_id = ? order by m.created_at limit 1",
        )
        .bind(contract_id)
        .fetch_optional(&self.pool)
        .await?)
    }
}
