//! The tray icon: how far the reviews are, and a way back to a window that was closed while they run.
//!
//! A desktop may have no place for such icons, or lack the library that shows them; the program works
//! without it. The words are the page's, which has them in the person's language.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use countersign_engine::Engine;
use countersign_engine::views::{Nothing, ReviewRow, ReviewState, Stage};
use serde::Deserialize;
use tauri::image::Image;
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Manager, State, Wry};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use crate::LOOK_AGAIN;
use crate::leaving::{self, Leaving};
use crate::shell;

/// Shortest time between two looks at the queue.
const PACE: Duration = Duration::from_secs(1);
/// So often notifications are waited for before the program ends.
const LAST_LOOKS: u32 = 30;
/// Steps of the bar under the icon.
const STEPS: u32 = 10;

/// What the icon says.
#[derive(Debug, Clone, Deserialize)]
pub struct Words {
    /// While nothing is under way.
    idle: String,
    /// While one review is.
    one: String,
    /// While more are; `{count}` stands for how many.
    many: String,
    /// Brings the window back.
    show: String,
    /// Ends the program.
    quit: String,
}

impl Default for Words {
    fn default() -> Self {
        Self {
            idle: "No review under way".to_owned(),
            one: "1 review under way".to_owned(),
            many: "{count} reviews under way".to_owned(),
            show: "Show Countersign".to_owned(),
            quit: "Quit".to_owned(),
        }
    }
}

impl Words {
    fn status(&self, progress: Progress) -> String {
        let percent = progress.step * 100 / STEPS;
        match progress.active {
            0 => self.idle.clone(),
            1 => format!("{} · {percent} %", self.one),
            many => format!(
                "{} · {percent} %",
                self.many.replace("{count}", &many.to_string())
            ),
        }
    }
}

/// The icon with its menu; empty where there is none.
#[derive(Default)]
pub struct Tray(Mutex<Shown>);

#[derive(Default)]
struct Shown {
    parts: Option<Parts>,
    words: Words,
    progress: Progress,
}

struct Parts {
    icon: TrayIcon,
    status: MenuItem<Wry>,
    show: MenuItem<Wry>,
    quit: MenuItem<Wry>,
}

/// How far the reviews are that are under way together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Progress {
    active: u32,
    /// Reviews since there was none under way.
    together: u32,
    /// Of [`STEPS`].
    step: u32,
}

impl Progress {
    fn next(self, rows: &[ReviewRow]) -> Self {
        let shares: Vec<f64> = rows.iter().filter_map(share).collect();
        let active = shares.len() as u32;
        if active == 0 {
            return Self::default();
        }
        let together = self.together.max(active);
        let done = f64::from(together - active) + shares.iter().sum::<f64>();
        let step = (done / f64::from(together) * f64::from(STEPS)).floor() as u32;
        Self {
            active,
            together,
            step: step.min(STEPS),
        }
    }
}

/// How far a review is that is under way, from 0 to 1; nothing for others.
fn share(row: &ReviewRow) -> Option<f64> {
    let (from, to) = match (row.state, row.stage) {
        (ReviewState::Queued, _) => return Some(0.0),
        (ReviewState::Running, Stage::Read) => (0.0, 0.45),
        (ReviewState::Running, Stage::Chunk) => (0.45, 0.5),
        (ReviewState::Running, Stage::ReadClauses) => (0.5, 0.9),
        (ReviewState::Running, _) => (0.9, 1.0),
        _ => return None,
    };
    let part = f64::from(row.done.min(row.total)) / f64::from(row.total.max(1));
    Some(from + (to - from) * part)
}

/// Puts the icon up, where that is possible.
pub(crate) fn put_up(app: &AppHandle) {
    // Without its library the toolkit panics.
    let built = catch_unwind(AssertUnwindSafe(|| build(app)));
    match built {
        Ok(Ok(parts)) => {
            let tray = app.state::<Tray>();
            let mut shown = tray.0.lock().unwrap_or_else(PoisonError::into_inner);
            shown.parts = Some(parts);
        }
        Ok(Err(error)) => tracing::info!(%error, "there is no tray icon"),
        Err(_) => tracing::info!("there is no tray icon: its library is missing"),
    }
}

fn build(app: &AppHandle) -> tauri::Result<Parts> {
    let words = Words::default();
    let item =
        |id: &str, text: &str, enabled| MenuItem::with_id(app, id, text, enabled, None::<&str>);
    let status = item("status", &words.idle, false)?;
    let show = item("show", &words.show, true)?;
    let quit = item("quit", &words.quit, true)?;
    let line = PredefinedMenuItem::separator(app)?;
    let menu = Menu::with_items(app, &[&status, &line, &show, &quit])?;
    let mut builder = TrayIconBuilder::with_id("countersign")
        .menu(&menu)
        .tooltip("Countersign")
        .on_menu_event(|app, event| match event.id().as_ref() {
            "show" => shell::raise(app),
            "quit" => leaving::quit_requested(app),
            _ => {}
        });
    if let Some(icon) = app.default_window_icon() {
        builder = builder.icon(icon.clone());
    }
    Ok(Parts {
        icon: builder.build(app)?,
        status,
        show,
        quit,
    })
}

/// The page says what the icon is to say. Not on the main thread, for which whoever draws waits.
#[tauri::command(async)]
pub fn tray_words(app: AppHandle, tray: State<'_, Tray>, words: Words) {
    let mut shown = tray.0.lock().unwrap_or_else(PoisonError::into_inner);
    shown.words = words;
    if let Err(error) = draw(&app, &shown) {
        tracing::warn!(%error, "the tray icon could not be changed");
    }
}

/// Follows the queue until the engine is gone; ends the program when the last review ends behind a window
/// that was closed.
pub(crate) async fn run(app: AppHandle, engine: Engine) {
    let mut events = engine.events();
    loop {
        if look(&app, &engine).await {
            shown_all(&engine).await;
            return app.exit(0);
        }
        if let Err(RecvError::Closed) = events.recv().await {
            return;
        }
        tokio::time::sleep(PACE).await;
        // What came meanwhile is seen by one look.
        while !matches!(
            events.try_recv(),
            Err(TryRecvError::Empty | TryRecvError::Closed)
        ) {}
    }
}

/// Waits a moment for notifications that are on their way to the desktop.
async fn shown_all(engine: &Engine) {
    for _ in 0..LAST_LOOKS {
        match engine.undelivered_notices().await {
            Ok(notices) if !notices.is_empty() => tokio::time::sleep(LOOK_AGAIN).await,
            _ => return,
        }
    }
}

/// Looks at the queue; `true` when the program is to end.
async fn look(app: &AppHandle, engine: &Engine) -> bool {
    let rows = match engine.list_reviews(Nothing {}).await {
        Ok(rows) => rows,
        Err(error) => {
            tracing::warn!(%error, "the queue could not be read for the tray icon");
            return false;
        }
    };
    let active = {
        let tray = app.state::<Tray>();
        let mut shown = tray.0.lock().unwrap_or_else(PoisonError::into_inner);
        let progress = shown.progress.next(&rows);
        if progress != shown.progress {
            shown.progress = progress;
            if let Err(error) = draw(app, &shown) {
                tracing::warn!(%error, "the tray icon could not be changed");
            }
        }
        progress.active
    };
    app.state::<Leaving>().is_done(active as usize)
}

fn draw(app: &AppHandle, shown: &Shown) -> tauri::Result<()> {
    let Some(parts) = &shown.parts else {
        return Ok(());
    };
    let status = shown.words.status(shown.progress);
    parts.status.set_text(&status)?;
    parts.show.set_text(&shown.words.show)?;
    parts.quit.set_text(&shown.words.quit)?;
    parts
        .icon
        .set_tooltip(Some(format!("Countersign: {status}")))?;
    if let Some(icon) = app.default_window_icon() {
        let rgba = with_bar(icon.rgba(), icon.width(), icon.height(), shown.progress);
        let drawn = Image::new_owned(rgba, icon.width(), icon.height());
        parts.icon.set_icon(Some(drawn))?;
    }
    Ok(())
}

/// The icon with a bar at its foot for how far the reviews are; as it is when none is under way.
fn with_bar(icon: &[u8], width: u32, height: u32, progress: Progress) -> Vec<u8> {
    const FULL: [u8; 4] = [0x93, 0xa9, 0xff, 0xff];
    const EMPTY: [u8; 4] = [0x20, 0x22, 0x2a, 0xff];
    let mut rgba = icon.to_vec();
    if progress.active == 0 {
        return rgba;
    }
    let from = height - height / 6;
    let filled = width * progress.step / STEPS;
    for (at, pixel) in rgba.chunks_exact_mut(4).enumerate() {
        let (x, y) = (at as u32 % width, at as u32 / width);
        if y >= from {
            pixel.copy_from_slice(if x < filled { &FULL } else { &EMPTY });
        }
    }
    rgba
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(active: u32, step: u32) -> Progress {
        Progress {
            active,
            together: active,
            step,
        }
    }

    #[test]
    fn the_icon_says_how_many_reviews_are_under_way_and_how_far() {
        let words = Words::default();
        assert_eq!(words.status(progress(0, 0)), "No review under way");
        assert_eq!(words.status(progress(1, 4)), "1 review under way · 40 %");
        assert_eq!(
            words.status(progress(12, 10)),
            "12 reviews under way · 100 %"
        );
    }

    #[test]
    fn a_bar_stands_at_the_foot_of_the_icon_while_there_is_work() {
        let icon = vec![7; 4 * 12 * 12];
        assert_eq!(with_bar(&icon, 12, 12, progress(0, 5)), icon);
        let drawn = with_bar(&icon, 12, 12, progress(1, 5));
        let pixel = |x: usize, y: usize| &drawn[(y * 12 + x) * 4..(y * 12 + x) * 4 + 4];
        assert_eq!(pixel(0, 9), [7; 4]);
        assert_ne!(pixel(0, 10), pixel(11, 11));
        assert_eq!(pixel(5, 11), pixel(0, 10));
        assert_eq!(pixel(6, 10), pixel(11, 11));
    }
}
