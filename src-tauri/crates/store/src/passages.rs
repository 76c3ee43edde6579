//! Passages: kept with their embeddings, found by words (FTS5) and by nearness over all contracts.
//!
//! Within one contract the engine ranks by itself: [`Store::passages_of_review`] gives it all rows, and
//! with them, where a provider was asked, its embeddings in the place of the offline ones.
//! Over all contracts [`Store::search_passages`] asks FTS5, and looks at the signs of every embedding
//! before it compares the few that agree best.

mod provider;
mod words;

use std::sync::Arc;

use countersign_contracts::document::Span;
use countersign_contracts::embedding::{Embedder, Embedding, SignQuery};
use countersign_contracts::passage::{EmbeddedPassage, Numbered, Passage};
pub(crate) use provider::keep_provided;
pub use provider::{Embedded, Excerpt};
use sqlx::{FromRow, QueryBuilder, Sqlite, SqliteConnection};
use words::WordQuery;

use crate::products::{AT_ONCE, json};
use crate::{Error, Store};

/// Embeddings that are compared whole, of all whose signs were looked at.
const COMPARED: usize = 400;

/// Passages with all words of a query that make it needless to look for those with some: words that
/// every tenth passage has are slow to rank.
const ENOUGH: usize = 10;

/// What a search over all contracts found, best first; each ranking by itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PassageHits {
    /// Ids of passages that have words of the query.
    pub by_words: Vec<i64>,
    /// Ids of passages whose embedding is near the query's, and how near.
    pub by_nearness: Vec<(i64, f32)>,
}

/// A passage with the contract it is from.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundPassage {
    /// Its id.
    pub id: i64,
    /// The review whose text it is.
    pub review_id: String,
    /// The contract.
    pub contract_id: String,
    /// Name of the contract's file.
    pub file_name: String,
    /// The passage.
    pub passage: Passage,
}

#[derive(FromRow)]
struct Row {
    id: i64,
    review_id: String,
    chunk: u32,
    passage: u32,
    start_byte: u32,
    end_byte: u32,
    page: u32,
    heading_path: String,
    numbers: String,
    text: String,
}

impl TryFrom<Row> for Passage {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let wrong = |e| Error::inconsistent("passages", row.id, e);
        let numbers: Vec<Numbered> = serde_json::from_str(&row.numbers).map_err(wrong)?;
        Ok(Self {
            chunk: row.chunk,
            passage: row.passage,
            span: Span {
                start: row.start_byte,
                end: row.end_byte,
            },
            page: row.page,
            heading_path: serde_json::from_str(&row.heading_path).map_err(wrong)?,
            numbers,
            text: row.text,
        })
    }
}

#[derive(FromRow)]
struct FoundRow {
    #[sqlx(flatten)]
    row: Row,
    contract_id: String,
    file_name: String,
}

#[derive(FromRow)]
struct SetRow {
    first_passage: i64,
    passages: u32,
    signs: Vec<u8>,
}

/// Keeps all passages of a review in place of those that were there.
pub(crate) async fn keep(
    db: &mut SqliteConnection,
    review_id: &str,
    passages: &[EmbeddedPassage],
) -> Result<(), Error> {
    for table in ["passages", "passage_sets"] {
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "delete from {table} where review_id = ?"
        )))
        .bind(review_id)
        .execute(&mut *db)
        .await?;
    }
    let first: i64 = sqlx::query_scalar("select coalesce(max(id), 0) + 1 from passages")
        .fetch_one(&mut *db)
        .await?;
    let numbered: Vec<(i64, &EmbeddedPassage)> = (first..).zip(passages).collect();
    for some in numbered.chunks(AT_ONCE) {
        insert(db, review_id, some).await?;
    }
    let embeddings = passages.iter().map(|p| &p.embedding);
    keep_set(db, review_id, first, embeddings).await
}

async fn insert(
    db: &mut SqliteConnection,
    review_id: &str,
    numbered: &[(i64, &EmbeddedPassage)],
) -> Result<(), Error> {
    let mut rows = Vec::with_capacity(numbered.len());
    for (id, embedded) in numbered {
        let passage = &embedded.passage;
        let path = json(&passage.heading_path)?;
        rows.push((id, embedded, path, json(&passage.numbers)?));
    }
    let mut insert = QueryBuilder::<Sqlite>::new(
        "insert into passages (id, review_id, chunk, passage, start_byte, end_byte, page, embedding, heading,
             heading_path, numbers, text) ",
    );
    insert.push_values(rows, |mut row, (id, embedded, path, numbers)| {
        let passage = &embedded.passage;
        row.push_bind(id)
            .push_bind(review_id)
            .push_bind(passage.chunk)
            .push_bind(passage.passage)
            .push_bind(passage.span.start)
            .push_bind(passage.span.end)
            .push_bind(passage.page)
            .push_bind(bytes_of(&embedded.embedding))
            .push_bind(passage.heading_path.last().map_or("", String::as_str))
            .push_bind(path)
            .push_bind(numbers)
            .push_bind(&passage.text);
    });
    insert.build().execute(db).await?;
    Ok(())
}

/// Keeps who made a review's embeddings, and their signs. All are of one embedder.
async fn keep_set<'e>(
    db: &mut SqliteConnection,
    review_id: &str,
    first: i64,
    embeddings: impl Iterator<Item = &'e Embedding> + Clone,
) -> Result<(), Error> {
    let Some(embedder) = embeddings.clone().map(Embedding::embedder).next() else {
        return Ok(());
    };
    if embeddings.clone().any(|e| e.embedder() != embedder) {
        let what = "embeddings of more than one embedder";
        return Err(Error::inconsistent("passage_sets", review_id, what));
    }
    let embedder_id = id_of(db, embedder).await?;
    let signs: Vec<u8> = embeddings.clone().flat_map(SignQuery::sign_bytes).collect();
    sqlx::query(
        "insert into passage_sets (review_id, embedder_id, first_passage, passages, signs) values (?, ?, ?, ?, ?)",
    )
    .bind(review_id)
    .bind(embedder_id)
    .bind(first)
    .bind(embeddings.count() as i64)
    .bind(signs)
    .execute(db)
    .await?;
    Ok(())
}

async fn id_of(db: &mut SqliteConnection, embedder: &Embedder) -> Result<i64, Error> {
    sqlx::query(
        "insert into embedders (name, version, dimension) values (?, ?, ?)
         on conflict (name, version, dimension) do nothing",
    )
    .bind(&embedder.name)
    .bind(embedder.version)
    .bind(embedder.dimension)
    .execute(&mut *db)
    .await?;
    Ok(sqlx::query_scalar(
        "select id from embedders where name = ? and version = ? and dimension = ?",
    )
    .bind(&embedder.name)
    .bind(embedder.version)
    .bind(embedder.dimension)
    .fetch_one(db)
    .await?)
}

impl Store {
    /// Searches the newest reviewed text of every contract, `most` passages by words and as many by
    /// nearness. Any query is answered; embeddings of other embedders than the query's are passed over.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn search_passages(
        &self,
        query: &str,
        embedding: &Embedding,
        most: u32,
    ) -> Result<PassageHits, Error> {
        let mut transaction = self.pool.begin().await?;
        let by_words = match WordQuery::of(query) {
            Some(words) => by_words(&mut transaction, &words, most).await?,
            None => Vec::new(),
        };
        let by_nearness = by_nearness(&mut transaction, embedding, most as usize).await?;
        Ok(PassageHits {
            by_words,
            by_nearness,
        })
    }

    /// Passages by their ids, in the order asked for; an id that is gone is left out.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn passages_by_id(&self, ids: &[i64]) -> Result<Vec<FoundPassage>, Error> {
        let rows: Vec<FoundRow> = sqlx::query_as(
            "select p.*, c.id as contract_id, c.file_name
             from json_each(?) j
             join passages p on p.id = j.value
             join reviews r on r.id = p.review_id
             join contracts c on c.id = r.contract_id
             order by j.key",
        )
        .bind(json(&ids)?)
        .fetch_all(&self.pool)
        .await?;
        let found = |found: FoundRow| {
            Ok(FoundPassage {
                id: found.row.id,
                review_id: found.row.review_id.clone(),
                contract_id: found.contract_id,
                file_name: found.file_name,
                passage: found.row.try_into()?,
            })
        };
        rows.into_iter().map(found).collect()
    }
}

/// The newest review of a contract that has passages, as a condition on `reviews r`.
macro_rules! newest {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " not exists (
                 select 1
                 from reviews n
                 join passage_sets m on m.review_id = n.id
                 where n.contract_id = r.contract_id and (n.created_at, n.id) > (r.created_at, r.id)) ",
            $after
        )
    };
}

/// Passages with all words of the query first; when those are too few, with any of them.
async fn by_words(
    db: &mut SqliteConnection,
    words: &WordQuery,
    most: u32,
) -> Result<Vec<i64>, Error> {
    let mut found = matching(db, &words.all(), most).await?;
    if found.len() < ENOUGH.min(most as usize) && words.is_several() {
        for id in matching(db, &words.any(), most).await? {
            if !found.contains(&id) {
                found.push(id);
            }
        }
        found.truncate(most as usize);
    }
    Ok(found)
}

async fn matching(
    db: &mut SqliteConnection,
    expression: &str,
    most: u32,
) -> Result<Vec<i64>, Error> {
    // FTS5 keeps the best itself; only those are looked up to leave out older texts of a contract.
    Ok(sqlx::query_scalar(newest!(
        "select f.id
         from (
             select rowid as id, rank as place
             from passage_words
             where passage_words match ?1 and rank match 'bm25(2.0, 1.0)'
             order by rank
             limit ?2 * 4) f
         join passages p on p.id = f.id
         join reviews r on r.id = p.review_id
         where",
        "order by f.place, f.id
         limit ?2"
    ))
    .bind(expression)
    .bind(most)
    .fetch_all(db)
    .await?)
}

async fn by_nearness(
    db: &mut SqliteConnection,
    embedding: &Embedding,
    most: usize,
) -> Result<Vec<(i64, f32)>, Error> {
    let embedder = embedding.embedder();
    let sets: Vec<SetRow> = sqlx::query_as(newest!(
        "select s.first_passage, s.passages, s.signs
         from passage_sets s
         join embedders e on e.id = s.embedder_id
         join reviews r on r.id = s.review_id
         where e.name = ? and e.version = ? and e.dimension = ? and",
        ""
    ))
    .bind(&embedder.name)
    .bind(embedder.version)
    .bind(embedder.dimension)
    .fetch_all(&mut *db)
    .await?;
    let candidates = likeliest(&SignQuery::new(embedding), &sets);
    let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(
        "select p.id, p.embedding from json_each(?) j join passages p on p.id = j.value",
    )
    .bind(json(&candidates)?)
    .fetch_all(db)
    .await?;
    let mut near = Vec::with_capacity(rows.len());
    for (id, bytes) in rows {
        if let Some(cosine) = embedding_of(embedder, id, bytes)?.cosine(embedding) {
            near.push((id, cosine));
        }
    }
    near.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    near.truncate(most);
    Ok(near)
}

/// Ids of the passages whose signs agree best with the query's.
fn likeliest(query: &SignQuery, sets: &[SetRow]) -> Vec<i64> {
    let mut scored: Vec<(i32, i64)> =
        Vec::with_capacity(sets.iter().map(|s| s.passages as usize).sum());
    for set in sets {
        for (id, signs) in (set.first_passage..).zip(set.signs.chunks_exact(query.width())) {
            scored.push((-query.score(signs), id));
        }
    }
    if scored.len() > COMPARED {
        scored.select_nth_unstable(COMPARED);
        scored.truncate(COMPARED);
    }
    let mut ids: Vec<i64> = scored.into_iter().map(|(_, id)| id).collect();
    ids.sort_unstable();
    ids
}

fn bytes_of(embedding: &Embedding) -> Vec<u8> {
    embedding.components().iter().map(|c| *c as u8).collect()
}

fn embedding_of(embedder: &Arc<Embedder>, id: i64, bytes: Vec<u8>) -> Result<Embedding, Error> {
    let components = bytes.into_iter().map(|b| b as i8).collect();
    Embedding::from_components(Arc::clone(embedder), components)
        .ok_or_else(|| Error::inconsistent("passages", id, "an embedding of another length"))
}

#[cfg(test)]
mod tests;
