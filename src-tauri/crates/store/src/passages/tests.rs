//! Passages on a real database: kept, found, replaced, gone with their review.

use proptest::prelude::*;

use super::*;
use crate::Doors;

struct Desk {
    _folder: tempfile::TempDir,
    doors: Doors,
}

impl Desk {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let doors = Store::open(&folder.path().join("test.db")).await.unwrap();
        Self {
            _folder: folder,
            doors,
        }
    }

    async fn sql(&self, statement: &'static str) {
        self.doors
            .work
            .write(move |db| {
                Box::pin(async move {
                    sqlx::query(statement).execute(db).await?;
                    Ok(())
                })
            })
            .await
            .unwrap();
    }

    /// A review of a contract, made at `at`.
    async fn review(&self, contract: &'static str, review: &'static str, at: i64) {
        self.doors
            .work
            .write(move |db| {
                Box::pin(async move {
                    sqlx::query("insert or ignore into playbooks values ('p', 'p', 'P', '1', '', 0)")
                        .execute(&mut *db)
                        .await?;
                    sqlx::query(
                        "insert or ignore into contracts (id, file_name, media_type, sha256, size_bytes, created_at)
                         values (?1, ?1 || '.pdf', 'application/pdf', ?1, 1, 0)",
                    )
                    .bind(contract)
                    .execute(&mut *db)
                    .await?;
                    sqlx::query(
                        "insert into reviews (id, contract_id, playbook_sha256, pipeline_version, reader, state, stage, vtime, created_at)
                         values (?, ?, 'p', 1, 'offline', 'queued', 'read', 0, ?)",
                    )
                    .bind(review)
                    .bind(contract)
                    .bind(at)
                    .execute(db)
                    .await?;
                    Ok(())
                })
            })
            .await
            .unwrap();
    }

    async fn keep(&self, review: &'static str, passages: Vec<EmbeddedPassage>) {
        self.doors
            .work
            .write(move |db| Box::pin(async move { keep(db, review, &passages).await }))
            .await
            .unwrap();
    }

    async fn provide(
        &self,
        review: &'static str,
        first: u32,
        embeddings: Vec<Embedding>,
    ) -> Result<(), Error> {
        let keep = self.doors.work.write(move |db| {
            Box::pin(async move { keep_provided(db, review, first, &embeddings).await })
        });
        keep.await
    }

    async fn count(&self, statement: &'static str) -> i64 {
        sqlx::query_scalar(statement)
            .fetch_one(&self.doors.work.pool)
            .await
            .unwrap()
    }

    async fn search(&self, query: &str, embedding: &Embedding) -> PassageHits {
        self.doors
            .work
            .search_passages(query, embedding, 10)
            .await
            .unwrap()
    }

    async fn texts(&self, ids: &[i64]) -> Vec<(String, String)> {
        let found = self.doors.work.passages_by_id(ids).await.unwrap();
        found
            .into_iter()
            .map(|f| (f.review_id, f.passage.text))
            .collect()
    }
}

fn embedder(name: &str) -> Arc<Embedder> {
    Arc::new(Embedder {
        name: name.into(),
        version: 1,
        dimension: 64,
    })
}

/// An embedding that points one way only.
fn towards(name: &str, axis: usize) -> Embedding {
    let mut weights = [0; 64];
    weights[axis] = 100;
    weights[63] = 1;
    Embedding::from_weights(embedder(name), &weights).unwrap()
}

fn passages(name: &str, texts: &[&str]) -> Vec<EmbeddedPassage> {
    let mut start = 0;
    texts
        .iter()
        .enumerate()
        .map(|(at, text)| {
            let span = Span::new(start, start + text.len());
            start += text.len() + 2;
            EmbeddedPassage {
                passage: Passage {
                    chunk: at as u32 / 2,
                    passage: at as u32 % 2,
                    span,
                    page: 1,
                    heading_path: vec!["Agreement".into(), format!("Heading {at}")],
                    numbers: vec![Numbered {
                        number: format!("{at}.1"),
                        span,
                    }],
                    text: (*text).to_owned(),
                },
                embedding: towards(name, at),
            }
        })
        .collect()
}

const FEES: &str = "Fees are due within thirty days.";
const LIABILITY: &str = "Liability is limited to the fees paid.";
const LAW: &str = "The laws of Québec govern.";

#[tokio::test]
async fn passages_come_back_as_they_were_and_a_second_time_replaces_the_first() {
    let desk = Desk::new().await;
    desk.review("c", "r", 1).await;
    assert!(
        desk.doors
            .work
            .passages_of_review("r", Embedded::Offline)
            .await
            .unwrap()
            .is_empty()
    );
    desk.keep("r", passages("offline", &[LAW])).await;
    let three = passages("offline", &[FEES, LIABILITY, LAW]);
    desk.keep("r", three.clone()).await;
    assert_eq!(
        desk.doors
            .work
            .passages_of_review("r", Embedded::Offline)
            .await
            .unwrap(),
        three
    );
    assert_eq!(desk.count("select count(*) from passages").await, 3);
    desk.keep("r", Vec::new()).await;
    assert!(
        desk.doors
            .work
            .passages_of_review("r", Embedded::Offline)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn words_and_nearness_each_find_their_own() {
    let desk = Desk::new().await;
    desk.review("c", "r", 1).await;
    desk.keep("r", passages("offline", &[FEES, LIABILITY, LAW]))
        .await;
    let hits = desk
        .search("limiting liabilities", &towards("offline", 2))
        .await;
    assert_eq!(
        desk.texts(&hits.by_words).await,
        [("r".into(), LIABILITY.into())]
    );
    let near = desk.texts(&[hits.by_nearness[0].0]).await;
    assert_eq!((near[0].1.as_str(), hits.by_nearness[0].1), (LAW, 1.0));
    let accents = desk.search("quebec LAW", &towards("offline", 0)).await;
    assert_eq!(desk.texts(&accents.by_words).await[0].1, LAW);
    let any = desk.search("fees escrow", &towards("offline", 0)).await;
    assert_eq!(
        any.by_words.len(),
        2,
        "no passage has both words, two have one"
    );
    let phrase = desk
        .search("\"fees are due\"", &towards("offline", 0))
        .await;
    assert_eq!(
        desk.texts(&phrase.by_words).await,
        [("r".into(), FEES.into())]
    );
}

#[tokio::test]
async fn only_the_newest_text_of_a_contract_is_searched() {
    let desk = Desk::new().await;
    desk.review("c", "old", 1).await;
    desk.review("c", "new", 2).await;
    desk.review("d", "other", 1).await;
    desk.keep("old", passages("offline", &[FEES])).await;
    desk.keep("new", passages("offline", &[FEES])).await;
    desk.keep("other", passages("offline", &[FEES])).await;
    // A review that has not come so far hides nothing.
    desk.review("d", "unread", 3).await;
    let hits = desk.search("fees", &towards("offline", 0)).await;
    let near: Vec<i64> = hits.by_nearness.iter().map(|(id, _)| *id).collect();
    for ids in [hits.by_words, near] {
        let mut reviews: Vec<String> = desk
            .texts(&ids)
            .await
            .into_iter()
            .map(|(review, _)| review)
            .collect();
        reviews.sort();
        assert_eq!(reviews, ["new", "other"]);
    }
}

#[tokio::test]
async fn passages_their_words_and_signs_vanish_with_their_review() {
    let desk = Desk::new().await;
    desk.review("c", "r", 1).await;
    desk.review("d", "s", 1).await;
    desk.keep("r", passages("offline", &[FEES, LAW])).await;
    desk.keep("s", passages("offline", &[LIABILITY])).await;
    desk.sql("delete from contracts where id = 'c'").await;
    let left = desk.search("fees law", &towards("offline", 1)).await;
    assert_eq!(
        desk.texts(&left.by_words).await,
        [("s".into(), LIABILITY.into())]
    );
    assert_eq!(left.by_nearness.len(), 1);
    assert_eq!(desk.count("select count(*) from passages").await, 1);
    assert_eq!(desk.count("select count(*) from passage_sets").await, 1);
    // FTS5 compares its index with the table and fails when they differ.
    desk.sql("insert into passage_words (passage_words, rank) values ('integrity-check', 1)")
        .await;
    desk.sql("delete from reviews").await;
    assert_eq!(
        desk.count("select count(*) from passage_words where passage_words match 'fees'")
            .await,
        0
    );
    desk.sql("insert into passage_words (passage_words, rank) values ('integrity-check', 1)")
        .await;
}

#[tokio::test]
async fn a_providers_embeddings_count_within_a_contract_once_each_passage_has_one() {
    let desk = Desk::new().await;
    desk.review("c", "r", 1).await;
    desk.review("d", "s", 1).await;
    desk.keep("r", passages("offline", &[FEES, LAW])).await;
    desk.keep("s", passages("offline", &[LIABILITY])).await;
    let vectors = || async {
        let store = &desk.doors.work;
        let rows = store.passages_of_review("r", Embedded::ByProviderIfWhole);
        let rows = rows.await.unwrap();
        assert_eq!(rows[1].passage.text, LAW);
        rows.into_iter().map(|r| r.embedding).collect::<Vec<_>>()
    };
    let offline = vec![towards("offline", 0), towards("offline", 1)];
    assert_eq!(vectors().await, offline);
    desk.provide("r", 1, vec![towards("provider", 8)])
        .await
        .unwrap();
    assert_eq!(vectors().await, offline, "the first has none yet");
    desk.provide("r", 0, vec![towards("provider", 9)])
        .await
        .unwrap();
    let provided = vec![towards("provider", 9), towards("provider", 8)];
    assert_eq!(vectors().await, provided);
    desk.provide("r", 1, vec![towards("another", 1)])
        .await
        .unwrap();
    assert_eq!(vectors().await, offline, "two embedders don't mix");
    let mixed = vec![towards("another", 1), towards("offline", 1)];
    assert!(desk.provide("r", 0, mixed).await.is_err());
    desk.provide("r", 1, vec![towards("another", 1); 2])
        .await
        .unwrap();
    desk.provide("gone", 0, vec![towards("another", 1)])
        .await
        .unwrap();
    let kept = "select count(*) from passages where provider_embedding is not null";
    assert_eq!(desk.count(kept).await, 1, "no passage of another review");

    let near = desk.search("law", &towards("offline", 1)).await.by_nearness;
    let best = desk.texts(&[near[0].0]).await;
    assert_eq!(
        best,
        [("r".into(), LAW.into())],
        "a search goes by the offline ones"
    );
    assert_eq!(near.len(), 3);
}

#[tokio::test]
async fn excerpts_are_cut_from_their_passages() {
    let desk = Desk::new().await;
    desk.review("c", "r", 1).await;
    desk.keep("r", passages("offline", &[FEES, LAW, LIABILITY]))
        .await;
    let excerpt = |chunk, passage, start: usize, end: usize| Excerpt {
        chunk,
        passage,
        span: Span::new(start, end),
    };
    let second = FEES.len() + 2;
    let wanted = [
        excerpt(0, 1, second + 4, second + 8),
        excerpt(7, 0, 0, 1),
        excerpt(0, 0, 0, FEES.len()),
        excerpt(0, 0, 0, FEES.len() + 1),
        excerpt(0, 1, 0, 1),
    ];
    let store = &desk.doors.work;
    assert_eq!(store.excerpts("r", &wanted).await.unwrap(), ["laws", FEES]);
    let said = store.searchable_passages("r", 1, 5).await.unwrap();
    assert_eq!(said.len(), 2);
    assert!(said[0].contains(LAW), "{said:?}");
    assert!(
        store
            .searchable_passages("r", 3, 5)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn what_is_read_does_not_depend_on_what_can_be_found() {
    let desk = Desk::new().await;
    desk.review("c", "r", 1).await;
    desk.sql(
        "insert into chunks (review_id, number, start_byte, end_byte, chunk, text, read_at)
         values ('r', 0, 0, 1, '{}', 'a', 5), ('r', 1, 1, 2, '{}', 'b', 5)",
    )
    .await;
    let coverage = || desk.doors.work.chunk_coverage("r");
    assert_eq!(coverage().await.unwrap(), (2, 2), "without any passage");
    desk.keep("r", passages("offline", &[FEES])).await;
    assert_eq!(
        coverage().await.unwrap(),
        (2, 2),
        "with passages of one chunk alone"
    );
    desk.sql("delete from passages").await;
    assert_eq!(coverage().await.unwrap(), (2, 2));
}

#[test]
fn any_string_is_a_query() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let desk = runtime.block_on(async {
        let desk = Desk::new().await;
        desk.review("c", "r", 1).await;
        desk.keep("r", passages("offline", &[FEES, LAW])).await;
        desk
    });
    let operators = r#"("|\*|\^|:|\(|\)|-|\+| AND | OR | NOT | NEAR\(|heading|text|fees|'|\x00|\x1b|é|一|़|\{|\}|, 3\)){0,12}"#;
    let config = ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(typed in prop_oneof![any::<String>(), operators])| {
        let hits = runtime.block_on(
            desk.doors.work.search_passages(&typed, &towards("offline", 0), 5),
        );
        prop_assert!(hits.is_ok(), "{typed:?}: {hits:?}");
    });
}
