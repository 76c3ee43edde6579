//! Passages of the text found again for a person's question, within a contract and over all of them.
//!
//! A person's question is embedded on this computer, and so are all passages: it never leaves the machine,
//! whatever provider reads the contracts.
//!
//! Ranking within a contract is [`countersign_offline::retrieve`], over that contract's rows alone:
//! what a model is given beside a chunk does not change when another contract comes or goes. Nothing
//! here decides what is read; every chunk is, whatever is found.

use std::sync::Arc;

use countersign_contracts::passage::Passage;
use countersign_offline::embed::embed;
use countersign_offline::retrieve::fuse::fuse;
use countersign_offline::retrieve::{Index, Related};
use countersign_store::Store;
use countersign_store::passages::Embedded;

use crate::Engine;
use crate::cache::Cache;
use crate::error::Error;
use crate::views::{FoundPassage, PassageView, RelatedPassages, SearchText, Why};

/// Passages of each ranking that a search over all contracts fuses.
const FUSED: u32 = 60;
/// Answers when none or too many were asked for.
const USUAL: u32 = 10;
const MOST: u32 = 100;
/// Embeddings less alike than this are not worth showing to a person who searches.
const LEAST_ALIKE: f32 = 0.15;
/// The index of a review, from memory or made of its rows; nothing before the chunk step is done.
pub(crate) async fn index(
    store: &Store,
    cache: &Cache,
    review_id: &str,
) -> Result<Option<Arc<Index>>, countersign_store::Error> {
    if let Some(index) = cache.index(review_id) {
        return Ok(Some(index));
    }
    let Some(profile) = store.profile_of_review(review_id).await? else {
        return Ok(None);
    };
    let rows = store
        .passages_of_review(review_id, Embedded::Offline)
        .await?;
    let made = tokio::task::spawn_blocking(move || Arc::new(Index::new(rows, &profile))).await;
    let Ok(index) = made else {
        return Ok(None);
    };
    cache.keep_index(review_id, Arc::clone(&index));
    Ok(Some(index))
}

impl Engine {
    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], or what the store says.
    pub async fn related_passages(
        &self,
        argument: RelatedPassages,
    ) -> Result<Vec<PassageView>, Error> {
        let id = argument.review_id;
        let hidden = self.inner.store.hidden().await?;
        if self.inner.store.review(&id).await?.is_none() || hidden.reviews.contains(&id) {
            return Err(Error::NoSuchReview { id });
        }
        let index = index(&self.inner.store, &self.inner.context.cache, &id).await?;
        let most = argument.limit.unwrap_or(USUAL).min(MOST) as usize;
        let view = |found: Related<'_>| PassageView {
            score: found.score,
            why: Why {
                cosine: found.why.cosine,
                words_rank: found.why.words_rank.map(|rank| rank as u32),
                defines: found.why.defines,
            },
            ..view_of(found.passage)
        };
        let found = index
            .iter()
            .flat_map(|index| index.related(&argument.text, argument.exclude_chunk, most));
        Ok(found.map(view).collect())
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn search_text(&self, argument: SearchText) -> Result<Vec<FoundPassage>, Error> {
        let embedding = embed(&argument.text);
        let hits = self
            .inner
            .store
            .search_passages(&argument.text, &embedding, FUSED)
            .await?;
        let near: Vec<(i64, f32)> = hits
            .by_nearness
            .into_iter()
            .filter(|(_, cosine)| *cosine >= LEAST_ALIKE)
            .collect();
        let near_ids: Vec<i64> = near.iter().map(|(id, _)| *id).collect();
        let mut fused = fuse(&hits.by_words, &near_ids);
        fused.truncate(argument.limit.unwrap_or(USUAL).min(MOST) as usize);
        let ids: Vec<i64> = fused.iter().map(|(id, _)| *id).collect();
        let place = |list: &[i64], id: i64| list.iter().position(|other| *other == id);
        let hidden = self.inner.store.hidden().await?;
        let mut rows = self.inner.store.passages_by_id(&ids).await?;
        rows.retain(|row| !hidden.contracts.contains(&row.contract_id));
        let view = |row: countersign_store::passages::FoundPassage| FoundPassage {
            passage: PassageView {
                score: place(&ids, row.id)
                    .and_then(|at| fused.get(at))
                    .map_or(0.0, |(_, score)| *score),
                why: Why {
                    cosine: place(&near_ids, row.id)
                        .and_then(|at| near.get(at))
                        .map(|(_, cosine)| *cosine),
                    words_rank: place(&hits.by_words, row.id).map(|at| at as u32 + 1),
                    defines: None,
                },
                ..view_of(&row.passage)
            },
            review_id: row.review_id,
            contract_id: row.contract_id,
            file: row.file_name,
        };
        Ok(rows.into_iter().map(view).collect())
    }
}

fn view_of(passage: &Passage) -> PassageView {
    PassageView {
        chunk: passage.chunk,
        passage: passage.passage,
        start: passage.span.start,
        end: passage.span.end,
        page: passage.page,
        heading_path: passage.heading_path.clone(),
        text: passage.text.clone(),
        score: 0.0,
        why: Why::default(),
    }
}
