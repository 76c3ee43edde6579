//! Changes as server-sent events. They carry no facts, so one that comes twice does no harm, and one that
//! is missed is made up for by the number behind which a client goes on.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Sse;
use axum::response::sse::{Event as Line, KeepAlive};
use countersign_engine::Engine;
use countersign_engine::error::Error;
use countersign_engine::views::Event;
use futures_util::{Stream, stream};
use serde::Deserialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::Problem;
use super::guard::Token;
use super::take::{Query, bad_parameter};
use crate::Shared;

/// A client that lost the stream comes back after this time.
const COME_BACK: Duration = Duration::from_secs(2);
const LAST: &str = "last-event-id";

#[derive(Deserialize)]
pub(crate) struct About {
    review_id: Option<String>,
}

pub(crate) async fn follow(
    State(shared): State<Arc<Shared>>,
    Extension(token): Extension<Token>,
    Query(about): Query<About>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Line, Infallible>>>, Problem> {
    let after = last_seen(&headers)?;
    // Listening begins before the past is looked at, so that nothing falls between.
    let live = shared.engine.events();
    let newest = shared.engine.last_event().await?;
    let known = shared.engine.events_after(newest - 1).await?;
    let begin = Event {
        seq: after.unwrap_or(newest).min(newest),
        kind: "open".to_owned(),
        review_id: None,
    };
    let mut following = Following {
        engine: shared.engine.clone(),
        token,
        review_id: about.review_id,
        live,
        seq: begin.seq,
        known: known.into_iter().find(|event| event.seq == newest),
        told: VecDeque::from([begin]),
    };
    match after {
        // A number from a database that another has taken the place of: all may have changed.
        Some(after) if after > newest => following.told.push_back(anything(newest)),
        Some(_) => following.catch_up().await?,
        None => {}
    }
    let lines = stream::unfold(following, |mut following| async move {
        let event = following.next().await?;
        Some((Ok(line(&event)), following))
    });
    Ok(Sse::new(lines).keep_alive(KeepAlive::default()))
}

/// A stream on its way.
struct Following {
    engine: Engine,
    token: Token,
    /// Only changes of this review are told.
    review_id: Option<String>,
    live: Receiver<Event>,
    /// The number of the newest change that was told.
    seq: i64,
    /// The change of the past that may still be on its way here.
    known: Option<Event>,
    told: VecDeque<Event>,
}

impl Following {
    /// The next event that concerns the client; none at the end, and once its token is worth nothing.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.told.pop_front() {
                return Some(event);
            }
            match self.live.recv().await {
                // What was caught up with is not told again.
                Ok(event) if event.seq < self.seq => {}
                Ok(event) if self.known.as_ref() == Some(&event) => self.known = None,
                Ok(event) => {
                    self.seq = event.seq;
                    self.tell(event);
                }
                Err(RecvError::Lagged(_)) => {
                    if let Err(error) = self.catch_up().await {
                        tracing::warn!(%error, "changes could not be read");
                        return None;
                    }
                }
                Err(RecvError::Closed) => return None,
            }
            if !self.told.is_empty() && !self.is_known().await {
                return None;
            }
        }
    }

    async fn catch_up(&mut self) -> Result<(), Error> {
        loop {
            let missed = self.engine.events_after(self.seq).await?;
            let Some(last) = missed.last() else {
                return Ok(());
            };
            self.seq = last.seq;
            self.known = Some(last.clone());
            for event in missed {
                self.tell(event);
            }
        }
    }

    fn tell(&mut self, event: Event) {
        let concerns = match (&self.review_id, &event.review_id) {
            (Some(wanted), Some(changed)) => wanted == changed,
            _ => true,
        };
        if concerns {
            self.told.push_back(event);
        }
    }

    async fn is_known(&self) -> bool {
        matches!(
            self.engine.client_of_token(&self.token.0).await,
            Ok(Some(_))
        )
    }
}

fn last_seen(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(given) = headers.get(LAST) else {
        return Ok(None);
    };
    given
        .to_str()
        .ok()
        .and_then(|given| given.parse().ok())
        .filter(|seq| *seq >= 0)
        .map(Some)
        .ok_or_else(|| bad_parameter("`Last-Event-ID` is the number of an event that was sent."))
}

/// Everything may have changed.
fn anything(seq: i64) -> Event {
    Event {
        seq,
        kind: "review_changed".to_owned(),
        review_id: None,
    }
}

fn line(event: &Event) -> Line {
    let data = serde_json::to_string(event).unwrap_or_default();
    Line::default()
        .event(&event.kind)
        .id(event.seq.to_string())
        .retry(COME_BACK)
        .data(data)
}
