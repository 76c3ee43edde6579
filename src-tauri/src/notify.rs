//! A desktop notification when a review ends; a click on it opens that review.
//!
//! The desktop may drop what it is told (no notification server, a quiet mode), so the notice list in
//! the window is the truth and this is a courtesy.

use countersign_engine::Engine;
use tauri::AppHandle;
use tauri_plugin_notification::{ActionPerformed, NotificationExt};
use tokio::sync::broadcast::error::RecvError;

use crate::shell;

/// The key under which a notification carries its review.
const REVIEW_ID: &str = "review_id";

/// Shows what is still to be shown, now and whenever a notice is made, until the engine is gone.
pub async fn run(app: AppHandle, engine: Engine) {
    // Before the first is shown: a notification without a listener reports no clicks.
    let opener = app.clone();
    let heard = app
        .notification()
        .on_action(move |action| clicked(&opener, action));
    if let Err(error) = heard {
        tracing::warn!(%error, "clicks on notifications can't be heard");
    }
    let mut events = engine.events();
    loop {
        deliver(&app, &engine).await;
        loop {
            match events.recv().await {
                Ok(event) if event.kind == "notice_created" => break,
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => break,
                Err(RecvError::Closed) => return,
            }
        }
    }
}

async fn deliver(app: &AppHandle, engine: &Engine) {
    let notices = match engine.undelivered_notices().await {
        Ok(notices) => notices,
        Err(error) => {
            tracing::warn!(%error, "notices could not be read");
            return;
        }
    };
    for notice in notices {
        let shown = app
            .notification()
            .builder()
            .title(&notice.title)
            .body(&notice.body)
            .extra(REVIEW_ID, &notice.review_id)
            .show();
        // Not tried again: a desktop that can't show one now would show it hours late.
        if let Err(error) = shown {
            tracing::warn!(%error, "a notification could not be shown");
        }
        if let Err(error) = engine.mark_delivered(&notice.outbox_id).await {
            tracing::warn!(%error, "a notice could not be marked as shown");
        }
    }
}

fn clicked(app: &AppHandle, action: &ActionPerformed) {
    let extra = action
        .notification()
        .map(tauri_plugin_notification::ActiveNotification::extra);
    match extra
        .and_then(|extra| extra.get(REVIEW_ID))
        .and_then(serde_json::Value::as_str)
    {
        Some(review_id) => shell::open_review(app, review_id, None),
        None => shell::raise(app),
    }
}
