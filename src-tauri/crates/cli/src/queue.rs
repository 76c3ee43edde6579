//! The queue from the terminal: stop, pause, go on, go first, finish offline.

use std::path::PathBuf;

use countersign_engine::Engine;
use countersign_engine::views::{Nothing, PauseAll, ReviewId, ReviewPriority, ReviewRow};

use crate::OK;
use crate::arguments::Queue;
use crate::error::Error;
use crate::progress::stage_in_words;
use crate::review::config;

pub(crate) async fn queue(folder: PathBuf, command: Queue) -> Result<u8, Error> {
    let engine = Engine::attach(config(folder)?).await?;
    let of = |row: ReviewRow| ReviewId { review_id: row.id };
    let row = match command {
        Queue::Stop { id, after_step } => {
            let review = of(named(&engine, &id).await?);
            if after_step {
                Some(engine.stop_review_after_step(review).await?)
            } else {
                Some(engine.stop_review(review).await?)
            }
        }
        Queue::Pause { id: Some(id) } => {
            Some(engine.pause_review(of(named(&engine, &id).await?)).await?)
        }
        Queue::Go { id: Some(id) } => {
            let row = named(&engine, &id).await?;
            let ended = row.finished_at.is_some();
            Some(if ended {
                engine.retry_review(of(row)).await?
            } else {
                engine.resume_review(of(row)).await?
            })
        }
        Queue::Offline { id } => Some(
            engine
                .finish_offline(of(named(&engine, &id).await?))
                .await?,
        ),
        Queue::Priority { id, priority } => {
            let review_id = named(&engine, &id).await?.id;
            let priority = ReviewPriority {
                review_id,
                priority,
            };
            Some(engine.change_priority(priority).await?)
        }
        Queue::Pause { id: None } => {
            engine.pause_all(PauseAll { paused: true }).await?;
            println!("The queue is paused: what is at work is finished, nothing else begins.");
            None
        }
        Queue::Go { id: None } => {
            engine.pause_all(PauseAll { paused: false }).await?;
            println!("The queue goes on.");
            None
        }
    };
    engine.close().await;
    if let Some(row) = row {
        println!("{}: {}", row.file, stage_in_words(&row));
        if let Some(message) = &row.message {
            println!("{message}");
        }
    }
    Ok(OK)
}

/// The one review whose id begins so.
pub(crate) async fn named(engine: &Engine, id: &str) -> Result<ReviewRow, Error> {
    let rows = engine.list_reviews(Nothing {}).await?;
    let mut found = rows.into_iter().filter(|row| row.id.starts_with(id));
    match (found.next(), found.next()) {
        (Some(row), None) => Ok(row),
        (None, _) => Err(Error::NoSuchReview { id: id.to_owned() }),
        (Some(_), Some(_)) => Err(Error::Ambiguous { id: id.to_owned() }),
    }
}
