//! The stream of changes to the hosts: at most ten looks a second, whatever goes on behind.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{broadcast, watch};

use crate::pipeline::Context;
use crate::views::Event;

/// Shortest time between two looks.
const PACE: Duration = Duration::from_millis(100);
/// Changes made by other processes on the same folder are seen after this time.
const OTHERS: Duration = Duration::from_secs(1);
/// Changes a slow listener may lag behind before it is told to ask for everything.
pub(crate) const BACKLOG: usize = 1024;

/// Sends every change to `listeners` until `stop` is set or the sender is closed.
pub(crate) async fn run(
    context: Arc<Context>,
    listeners: broadcast::Sender<Event>,
    paused: watch::Sender<bool>,
    mut stop: watch::Receiver<bool>,
) {
    let mut seq = context.store.last_event().await.unwrap_or(0);
    let mut commits = context.store.commits();
    while !*stop.borrow_and_update() {
        tokio::select! {
            _ = commits.changed() => {}
            () = context.progress.changed.notified() => {}
            () = tokio::time::sleep(OTHERS) => {}
            _ = stop.changed() => return,
        }
        let mut told = Vec::new();
        match context.store.events_after(seq).await {
            Ok(events) => {
                for event in events {
                    seq = event.seq;
                    told.push(event.review_id.clone());
                    if event.kind == "settings_changed" {
                        take_over_settings(&context, &paused).await;
                    }
                    let review_id = (!event.review_id.is_empty()).then_some(event.review_id);
                    // Without listeners there is nobody to miss it: who comes later asks for the state.
                    let _ = listeners.send(Event {
                        seq,
                        kind: event.kind,
                        review_id,
                    });
                }
            }
            Err(error) => tracing::warn!(%error, "changes could not be read"),
        }
        for review_id in context.progress.take_moved() {
            if !told.contains(&review_id) {
                let _ = listeners.send(Event {
                    seq,
                    kind: "review_changed".to_owned(),
                    review_id: Some(review_id),
                });
            }
        }
        tokio::time::sleep(PACE).await;
    }
}

/// Another process on the same folder may have changed them.
async fn take_over_settings(context: &Context, paused: &watch::Sender<bool>) {
    let _gate = context.settings_gate.lock().await;
    let kept = async {
        let models: Option<crate::models::ModelSettings> = context.store.setting("models").await?;
        let held: Option<bool> = context.store.setting("paused").await?;
        Ok::<_, countersign_store::Error>((models.unwrap_or_default(), held.unwrap_or(false)))
    };
    match kept.await {
        Ok((models, held)) => {
            if models != context.models.settings() {
                context.models.change(models);
            }
            paused.send_if_modified(|now| std::mem::replace(now, held) != held);
        }
        Err(error) => tracing::warn!(%error, "changed settings could not be read"),
    }
}
