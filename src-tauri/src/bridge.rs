//! Between the page and the engine: the one `call` command, and the engine's changes, coalesced.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use countersign_engine::Engine;
use countersign_engine::views::{ErrorView, Event};
use serde_json::Value;
use tauri::async_runtime::JoinHandle;
use tauri::ipc::Channel;
use tauri::{AppHandle, State};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::MissedTickBehavior;

/// Shortest time between two batches of changes to the page.
const PACE: Duration = Duration::from_millis(100);

/// Runs a command of the engine's table. A backup takes the database's place when nobody has it open:
/// after choosing one the program starts itself anew.
#[tauri::command]
pub async fn call(
    app: AppHandle,
    engine: State<'_, Engine>,
    name: String,
    argument: Value,
) -> Result<Value, ErrorView> {
    let reply = engine
        .call(&name, argument)
        .await
        .map_err(|error| error.view())?;
    if name == "restore_backup" {
        app.request_restart();
    }
    Ok(reply)
}

/// Runs before any script of the page and tells what the page's policy refuses.
pub const WATCH_POLICY: &str = "
    addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
        window.__TAURI_INTERNALS__.invoke('policy_refused', {
            directive: effectiveDirective,
            uri: blockedURI,
        }));";

/// Notes in the log that the page's policy refused something: a defect of the page, or worse.
#[tauri::command]
pub fn policy_refused(directive: &str, uri: &str) {
    tracing::warn!(directive, uri, "the page's policy refused something");
}

/// What the page listens with; ends when the page goes.
#[derive(Debug, Default)]
pub struct Subscriptions(Mutex<Vec<JoinHandle<()>>>);

impl Subscriptions {
    /// Ends all; a page that comes anew subscribes anew.
    pub fn end_all(&self) {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for subscription in running.drain(..) {
            subscription.abort();
        }
    }
}

/// Sends the engine's changes to the page from now on.
#[tauri::command]
pub fn subscribe(
    engine: State<'_, Engine>,
    subscriptions: State<'_, Subscriptions>,
    on_events: Channel<Vec<Event>>,
) {
    let forward = forward(engine.events(), move |events| {
        on_events.send(events).is_ok()
    });
    let task = tauri::async_runtime::spawn(forward);
    subscriptions
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(task);
}

/// Passes changes on, at most ten batches a second, until one end is gone.
async fn forward(mut events: Receiver<Event>, send: impl Fn(Vec<Event>) -> bool) {
    let mut pace = tokio::time::interval(PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        pace.tick().await;
        let mut batch = match events.recv().await {
            Ok(event) => vec![event],
            Err(RecvError::Lagged(_)) => vec![anything()],
            Err(RecvError::Closed) => return,
        };
        loop {
            match events.try_recv() {
                Ok(event) => batch.push(event),
                Err(TryRecvError::Lagged(_)) => batch.push(anything()),
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        if !send(coalesce(batch)) {
            return;
        }
    }
}

/// Said when changes were missed: any review may have changed.
fn anything() -> Event {
    Event {
        seq: 0,
        kind: "review_changed".to_owned(),
        review_id: None,
    }
}

/// Leaves the last of those that say the same, in order of their first.
fn coalesce(events: Vec<Event>) -> Vec<Event> {
    let mut places: HashMap<(String, Option<String>), usize> = HashMap::new();
    let mut kept: Vec<Event> = Vec::with_capacity(events.len());
    for event in events {
        let place = *places
            .entry((event.kind.clone(), event.review_id.clone()))
            .or_insert(kept.len());
        match kept.get_mut(place) {
            Some(earlier) => earlier.seq = earlier.seq.max(event.seq),
            None => kept.push(event),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::sync::broadcast;

    use super::*;

    fn event(seq: i64, kind: &str, review_id: &str) -> Event {
        Event {
            seq,
            kind: kind.to_owned(),
            review_id: Some(review_id.to_owned()),
        }
    }

    #[test]
    fn what_says_the_same_is_said_once_with_the_last_number() {
        let events = vec![
            event(1, "review_changed", "a"),
            event(2, "review_changed", "b"),
            event(3, "review_changed", "a"),
            event(4, "notice_created", "a"),
        ];
        let expected = [
            event(3, "review_changed", "a"),
            event(2, "review_changed", "b"),
            event(4, "notice_created", "a"),
        ];
        assert_eq!(coalesce(events), expected);
    }

    #[tokio::test]
    async fn a_listener_that_lagged_is_told_that_anything_may_have_changed() {
        let (sender, receiver) = broadcast::channel(2);
        for seq in 1..=5 {
            sender.send(event(seq, "review_changed", "a")).unwrap();
        }
        drop(sender);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&seen);
        forward(receiver, move |events| {
            record.lock().unwrap().push(events);
            true
        })
        .await;
        let seen = seen.lock().unwrap();
        assert_eq!(*seen, [vec![anything(), event(5, "review_changed", "a")]]);
    }
}
