//! A desktop notification when a review ends; a click on it opens that review.
//!
//! The desktop may drop what it is told (no notification server, a quiet mode), so the notice list in
//! the window is the truth and this is a courtesy.

use std::time::Duration;

use countersign_engine::Engine;
use countersign_engine::clock::{Clock, SystemClock};
use countersign_engine::views::Event;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tauri::AppHandle;
use tauri_plugin_notification::{ActionPerformed, NotificationExt};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::shell;

/// The key under which a notification carries its review.
const REVIEW_ID: &str = "review_id";

/// After one was shown, what ends within this time is shown together.
const GATHER: Duration = Duration::from_secs(5);
/// In quiet hours a look a minute: the computer may sleep, or its clock be changed.
const QUIET_LOOK: Duration = Duration::from_secs(60);

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
        let look_again = deliver(&app, &engine).await;
        let waited = until_told(&mut events);
        match look_again {
            Look::WhenTold => {
                if !waited.await {
                    return;
                }
            }
            Look::After(time) => tokio::time::sleep(time).await,
            Look::AfterOrWhenTold(time) => {
                if let Ok(false) = tokio::time::timeout(time, waited).await {
                    return;
                }
            }
        }
    }
}

/// When there may be something to show again.
enum Look {
    WhenTold,
    After(Duration),
    AfterOrWhenTold(Duration),
}

/// Waits for a change that may bring something to show; false when the engine is gone.
async fn until_told(events: &mut Receiver<Event>) -> bool {
    loop {
        match events.recv().await {
            Ok(event) if matches!(event.kind.as_str(), "notice_created" | "settings_changed") => {
                return true;
            }
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => return true,
            Err(RecvError::Closed) => return false,
        }
    }
}

async fn deliver(app: &AppHandle, engine: &Engine) -> Look {
    let to_show = match engine.notifications_to_show(minute_of_day()).await {
        Ok(to_show) => to_show,
        Err(error) => {
            tracing::warn!(%error, "notices could not be read");
            return Look::WhenTold;
        }
    };
    if to_show.quiet {
        return Look::AfterOrWhenTold(QUIET_LOOK);
    }
    let showed = !to_show.notifications.is_empty();
    for notification in to_show.notifications {
        let shown = app
            .notification()
            .builder()
            .title(&notification.title)
            .body(&notification.body)
            .extra(REVIEW_ID, &notification.review_id)
            .show();
        // Not tried again: a desktop that can't show one now would show it hours late.
        if let Err(error) = shown {
            tracing::warn!(%error, "a notification could not be shown");
        }
        for outbox_id in &notification.outbox_ids {
            if let Err(error) = engine.mark_delivered(outbox_id).await {
                tracing::warn!(%error, "a notice could not be marked as shown");
            }
        }
    }
    if showed {
        Look::After(GATHER)
    } else {
        Look::WhenTold
    }
}

/// The minute of the local day.
fn minute_of_day() -> u32 {
    let now = Timestamp::from_millisecond(SystemClock.now_ms()).unwrap_or_default();
    let local = now.to_zoned(TimeZone::system());
    // Hours and minutes of a day are never below 0.
    u32::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or(0)
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
