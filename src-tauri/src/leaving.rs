//! Closing the window while reviews are under way: the person says whether they are finished without it,
//! or put down until the next start.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use countersign_engine::Engine;
use countersign_engine::views::{Nothing, ReviewRow, ReviewState};
use serde::Deserialize;
use serde_json::json;
use tauri::{AppHandle, CloseRequestApi, Manager, State};

use crate::shell;

/// How long the end of the program waits for the queue to be read.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is known when the window is to be closed.
#[derive(Debug, Default)]
pub struct Leaving {
    /// The page was asked and has not answered.
    is_asked: AtomicBool,
    /// The window is gone; the program ends with the last review.
    is_finishing: AtomicBool,
}

/// How the person wants to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// What is under way is finished without the window, then the program ends.
    Finish,
    /// The program ends; what is unfinished goes on at the next start.
    Pause,
    /// Not at all.
    Stay,
}

impl Leaving {
    /// Whether the program is to end, with so many reviews under way.
    pub(crate) fn is_done(&self, active: usize) -> bool {
        active == 0 && self.is_finishing.load(Ordering::Relaxed)
    }

    /// The window is looked at again.
    pub(crate) fn returned(&self) {
        self.is_finishing.store(false, Ordering::Relaxed);
        self.is_asked.store(false, Ordering::Relaxed);
    }

    /// Whether the page is to ask the person first. One that was asked and does not answer is not waited
    /// for a second time.
    fn is_to_ask(&self, active: usize) -> bool {
        active > 0 && !self.is_asked.swap(true, Ordering::Relaxed)
    }
}

/// Whether a review goes on by itself, now.
pub(crate) fn is_under_way(row: &ReviewRow) -> bool {
    matches!(row.state, ReviewState::Queued | ReviewState::Running)
}

/// Asks the person, where there is something to ask and a page to ask it; `false` where the program may
/// end.
fn ask(app: &AppHandle) -> bool {
    let Some(engine) = app.try_state::<Engine>() else {
        return false;
    };
    let rows = tauri::async_runtime::block_on(async {
        tokio::time::timeout(PATIENCE, engine.list_reviews(Nothing {})).await
    });
    // What can't be read goes on at the next start all the same.
    let rows = rows.ok().and_then(Result::ok).unwrap_or_default();
    let active = rows.iter().filter(|row| is_under_way(row)).count();
    app.state::<Leaving>().is_to_ask(active)
        && shell::tell_listening(app, "leave-asked", json!({ "active": active }))
}

/// The window is to be closed.
pub(crate) fn close_requested(app: &AppHandle, api: &CloseRequestApi) {
    if ask(app) {
        api.prevent_close();
    }
}

/// The program is to be ended from elsewhere than its window.
pub(crate) fn quit_requested(app: &AppHandle) {
    let is_finishing = app.state::<Leaving>().is_finishing.load(Ordering::Relaxed);
    if is_finishing || !ask(app) {
        return app.exit(0);
    }
    shell::show(app);
}

/// The person's answer.
#[tauri::command]
pub fn leave(app: AppHandle, leaving: State<'_, Leaving>, how: How) {
    leaving.is_asked.store(false, Ordering::Relaxed);
    match how {
        How::Stay => {}
        How::Pause => app.exit(0),
        How::Finish => {
            leaving.is_finishing.store(true, Ordering::Relaxed);
            if let Some(window) = app.get_webview_window(shell::WINDOW) {
                // Where it can't be hidden it stays, and the work goes on all the same.
                let _ = window.hide();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_asked_once_and_only_while_there_is_work() {
        let leaving = Leaving::default();
        assert!(!leaving.is_to_ask(0));
        assert!(leaving.is_to_ask(2));
        assert!(!leaving.is_to_ask(2), "it was asked and does not answer");
        leaving.returned();
        assert!(leaving.is_to_ask(2));
    }

    #[test]
    fn the_program_ends_with_the_last_review_unless_the_window_is_back() {
        let leaving = Leaving::default();
        assert!(!leaving.is_done(0), "nobody wants to leave");
        leaving.is_finishing.store(true, Ordering::Relaxed);
        assert!(!leaving.is_done(1));
        assert!(leaving.is_done(0));
        leaving.returned();
        assert!(!leaving.is_done(0));
    }
}
