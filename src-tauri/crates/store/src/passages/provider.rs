//! The passages of one review with their embeddings: the offline ones, and a provider's beside them.

use std::sync::Arc;

use countersign_contracts::document::Span;
use countersign_contracts::embedding::{Embedder, Embedding};
use countersign_contracts::passage::{EmbeddedPassage, Passage};
use sqlx::{FromRow, SqliteConnection};

use super::{Row, bytes_of, embedding_of, id_of};
use crate::{Error, Store};

/// Whose embeddings are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Embedded {
    /// The offline embedder's: every passage has one, and they compare over all contracts.
    Offline,
    /// A provider's if it has made one of each passage, else the offline embedder's.
    ByProviderIfWhole,
}

/// Words of a passage: its chunk and number in it, and the range of the document's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Excerpt {
    /// The chunk the passage is from.
    pub chunk: u32,
    /// The passage of that chunk.
    pub passage: u32,
    /// Within the passage's own range.
    pub span: Span,
}

#[derive(FromRow)]
struct EmbeddedRow {
    #[sqlx(flatten)]
    row: Row,
    vector: Vec<u8>,
}

impl Store {
    /// All passages of a review with their embeddings, in the order of the text; none before the chunk
    /// step has been done. All embeddings are of one embedder.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn passages_of_review(
        &self,
        review_id: &str,
        embedded: Embedded,
    ) -> Result<Vec<EmbeddedPassage>, Error> {
        let mut transaction = self.pool.begin().await?;
        let chosen: Option<(String, u32, u32, bool)> = sqlx::query_as(
            "select e.name, e.version, e.dimension, e.id is s.provider_embedder_id
             from passage_sets s
             join embedders e on e.id = iif(
                 ? and s.provider_embedder_id is not null and not exists (
                     select 1 from passages p where p.review_id = s.review_id and p.provider_embedding is null),
                 s.provider_embedder_id,
                 s.embedder_id)
             where s.review_id = ?",
        )
        .bind(embedded == Embedded::ByProviderIfWhole)
        .bind(review_id)
        .fetch_optional(&mut *transaction)
        .await?;
        let Some((name, version, dimension, of_provider)) = chosen else {
            return Ok(Vec::new());
        };
        let embedder = Arc::new(Embedder {
            name,
            version,
            dimension,
        });
        let rows: Vec<EmbeddedRow> = sqlx::query_as(
            "select *, iif(?, provider_embedding, embedding) as vector
             from passages where review_id = ? order by chunk, passage",
        )
        .bind(of_provider)
        .bind(review_id)
        .fetch_all(&mut *transaction)
        .await?;
        let embedded = |EmbeddedRow { row, vector }: EmbeddedRow| {
            let embedding = embedding_of(&embedder, row.id, vector)?;
            Ok(EmbeddedPassage {
                passage: row.try_into()?,
                embedding,
            })
        };
        rows.into_iter().map(embedded).collect()
    }

    /// What some passages say to an embedder, from the `first` one of a review on, `count` at the most.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn searchable_passages(
        &self,
        review_id: &str,
        first: u32,
        count: u32,
    ) -> Result<Vec<String>, Error> {
        let rows: Vec<Row> = sqlx::query_as(
            "select * from passages where review_id = ? order by chunk, passage limit ? offset ?",
        )
        .bind(review_id)
        .bind(count)
        .bind(first)
        .fetch_all(&self.pool)
        .await?;
        let searchable = |row: Row| Ok(Passage::try_from(row)?.searchable());
        rows.into_iter().map(searchable).collect()
    }

    /// The words of excerpts, in the order asked for; one whose passage is not there any more, or does
    /// not reach as far, is left out.
    ///
    /// # Errors
    /// What the database says.
    pub async fn excerpts(
        &self,
        review_id: &str,
        excerpts: &[Excerpt],
    ) -> Result<Vec<String>, Error> {
        let mut transaction = self.pool.begin().await?;
        let mut texts = Vec::with_capacity(excerpts.len());
        for excerpt in excerpts {
            let found: Option<(u32, String)> = sqlx::query_as(
                "select start_byte, text from passages where review_id = ? and chunk = ? and passage = ?",
            )
            .bind(review_id)
            .bind(excerpt.chunk)
            .bind(excerpt.passage)
            .fetch_optional(&mut *transaction)
            .await?;
            let words = found.and_then(|(start, text)| {
                let from = excerpt.span.start.checked_sub(start)? as usize;
                let to = excerpt.span.end.checked_sub(start)? as usize;
                text.get(from..to).map(str::to_owned)
            });
            texts.extend(words);
        }
        Ok(texts)
    }
}

/// Keeps a provider's embeddings of the passages from the `first` one of a review on. Those of another
/// embedder that are there are of no use any more and go.
pub(crate) async fn keep_provided(
    db: &mut SqliteConnection,
    review_id: &str,
    first: u32,
    embeddings: &[Embedding],
) -> Result<(), Error> {
    let set: Option<(i64, i64, Option<i64>)> = sqlx::query_as(
        "select first_passage, passages, provider_embedder_id from passage_sets where review_id = ?",
    )
    .bind(review_id)
    .fetch_optional(&mut *db)
    .await?;
    let (Some((first_passage, passages, before)), Some(one)) = (set, embeddings.first()) else {
        return Ok(());
    };
    let embedder_id = id_of(db, one.embedder()).await?;
    if before != Some(embedder_id) {
        sqlx::query("update passages set provider_embedding = null where review_id = ? and provider_embedding is not null")
            .bind(review_id)
            .execute(&mut *db)
            .await?;
        sqlx::query("update passage_sets set provider_embedder_id = ? where review_id = ?")
            .bind(embedder_id)
            .bind(review_id)
            .execute(&mut *db)
            .await?;
    }
    let from = first_passage + i64::from(first);
    for (id, embedding) in (from..first_passage + passages).zip(embeddings) {
        if embedding.embedder() != one.embedder() {
            let what = "embeddings of more than one embedder";
            return Err(Error::inconsistent("passages", id, what));
        }
        sqlx::query("update passages set provider_embedding = ? where id = ?")
            .bind(bytes_of(embedding))
            .bind(id)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}
