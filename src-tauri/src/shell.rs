//! What only a desktop can: files dropped and picked, a summary saved, the window raised.
//!
//! The page never sees a path that it could name: files become drop ids here.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use countersign_engine::Engine;
use countersign_engine::views::{ErrorView, Export};
use serde_json::json;
use tauri::{AppHandle, DragDropEvent, Emitter, Manager, State, WebviewWindow};
use tauri_plugin_dialog::{DialogExt, FilePath};
use tokio::sync::oneshot;

use crate::leaving::Leaving;

/// Endings of the files that are read.
const CONTRACT_ENDINGS: [&str; 13] = [
    "pdf", "PDF", "docx", "DOCX", "docm", "odt", "rtf", "html", "htm", "md", "txt", "eml", "msg",
];

/// Bounds of the size of the text.
const SMALLEST_TEXT: f64 = 0.5;
const LARGEST_TEXT: f64 = 3.0;

/// The one window.
pub const WINDOW: &str = "main";

/// What is kept back until the page listens.
#[derive(Debug, Default)]
pub struct Handover(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    is_listening: bool,
    drop_ids: Vec<String>,
    /// A review to open, and its finding.
    review: Option<(String, Option<String>)>,
}

/// What can go wrong in the shell.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The summary could not be written.
    #[error("the summary was not saved to {}: {source}. Choose another folder, or make room", path.display())]
    Save {
        /// Where to.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The dialog gave something that is not a file on this computer.
    #[error("this place can't be written to as a file. Choose a folder on this computer")]
    NotAPath,
}

impl From<Error> for ErrorView {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::Save { .. } => "not_saved",
            Error::NotAPath => "not_a_path",
        };
        Self {
            code: code.to_owned(),
            message: error.to_string(),
        }
    }
}

/// The page listens: what was kept back for it goes out.
#[tauri::command]
pub fn page_ready(app: AppHandle, handover: State<'_, Handover>) {
    let mut waiting = handover.0.lock().unwrap_or_else(PoisonError::into_inner);
    waiting.is_listening = true;
    if !waiting.drop_ids.is_empty() {
        tell(
            &app,
            "files-dropped",
            json!({ "drop_ids": std::mem::take(&mut waiting.drop_ids) }),
        );
    }
    if let Some((review_id, finding)) = waiting.review.take() {
        tell(
            &app,
            "open-review",
            json!({ "review_id": review_id, "finding": finding }),
        );
    }
}

/// The page goes away or loads anew: nothing is sent to it until it says that it listens.
pub fn page_gone(app: &AppHandle) {
    if let Some(handover) = app.try_state::<Handover>() {
        handover
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_listening = false;
    }
}

/// Registers files and hands their ids to the page, as if they were dropped into it.
pub fn drop_files(app: &AppHandle, files: &[PathBuf]) {
    let (Some(engine), Some(handover)) = (app.try_state::<Engine>(), app.try_state::<Handover>())
    else {
        return;
    };
    let drop_ids: Vec<String> = files
        .iter()
        .map(|file| engine.register_file(file))
        .collect();
    if drop_ids.is_empty() {
        return;
    }
    let mut waiting = handover.0.lock().unwrap_or_else(PoisonError::into_inner);
    if waiting.is_listening {
        tell(app, "files-dropped", json!({ "drop_ids": drop_ids }));
    } else {
        waiting.drop_ids.extend(drop_ids);
    }
}

/// Brings the window to the front and opens a review in it, at a finding where one is named.
pub fn open_review(app: &AppHandle, review_id: &str, finding: Option<&str>) {
    raise(app);
    let Some(handover) = app.try_state::<Handover>() else {
        return;
    };
    let mut waiting = handover.0.lock().unwrap_or_else(PoisonError::into_inner);
    if waiting.is_listening {
        tell(
            app,
            "open-review",
            json!({ "review_id": review_id, "finding": finding }),
        );
    } else {
        waiting.review = Some((review_id.to_owned(), finding.map(str::to_owned)));
    }
}

/// Brings the window to the front; with it the program stays.
pub fn raise(app: &AppHandle) {
    app.state::<Leaving>().returned();
    show(app);
}

/// Brings the window to the front.
pub(crate) fn show(app: &AppHandle) {
    let Some(window) = app.get_webview_window(WINDOW) else {
        return;
    };
    // A window manager may refuse any of these; the window is there all the same.
    let _ = window.show();
    let _ = window.unminimize();
    let _ = window.set_focus();
}

/// Tells the page something, if it listens; `false` if it does not.
pub(crate) fn tell_listening(app: &AppHandle, event: &str, payload: serde_json::Value) -> bool {
    let handover = app.state::<Handover>();
    let waiting = handover.0.lock().unwrap_or_else(PoisonError::into_inner);
    if waiting.is_listening {
        tell(app, event, payload);
    }
    waiting.is_listening
}

/// Shows everything in the window larger or smaller; 1 is as it was drawn.
#[tauri::command]
pub fn text_size(window: WebviewWindow, scale: f64) {
    let scale = scale.clamp(SMALLEST_TEXT, LARGEST_TEXT);
    if let Err(error) = window.set_zoom(scale) {
        tracing::warn!(%error, "the size of the text could not be changed");
    }
}

/// Files hang over the window, leave it, or are dropped.
pub fn drag(app: &AppHandle, event: &DragDropEvent) {
    match event {
        DragDropEvent::Enter { paths, .. } if !paths.is_empty() => {
            tell(app, "drag-entered", json!(null));
        }
        DragDropEvent::Drop { paths, .. } if !paths.is_empty() => drop_files(app, paths),
        DragDropEvent::Drop { .. } | DragDropEvent::Leave => tell(app, "drag-left", json!(null)),
        _ => {}
    }
}

/// Lets the person choose contracts; their drop ids, none when the person chose none.
#[tauri::command]
pub async fn pick_files(
    window: WebviewWindow,
    engine: State<'_, Engine>,
) -> Result<Vec<String>, ErrorView> {
    let (chosen, choice) = oneshot::channel();
    window
        .dialog()
        .file()
        .set_parent(&window)
        .set_title("Choose contracts to review")
        .add_filter("Contracts", &CONTRACT_ENDINGS)
        .add_filter("All files", &["*"])
        .pick_files(move |files| {
            // Nobody waits any more when the page went away meanwhile.
            let _ = chosen.send(files);
        });
    let files = choice.await.ok().flatten().unwrap_or_default();
    let paths = files.into_iter().filter_map(|file| file.into_path().ok());
    Ok(paths.map(|path| engine.register_file(&path)).collect())
}

/// Lets the person choose where a summary is saved, and saves it; nothing when they cancelled.
#[tauri::command]
pub async fn save_export(
    window: WebviewWindow,
    export: Export,
) -> Result<Option<String>, ErrorView> {
    let (chosen, choice) = oneshot::channel();
    window
        .dialog()
        .file()
        .set_parent(&window)
        .set_title("Save the file")
        .set_file_name(&export.file_name)
        .save_file(move |file| {
            // Nobody waits any more when the page went away meanwhile.
            let _ = chosen.send(file);
        });
    let Some(file) = choice.await.ok().flatten() else {
        return Ok(None);
    };
    let bytes = export.into_bytes().map_err(|error| error.view())?;
    Ok(Some(save(file, bytes).await?.display().to_string()))
}

/// Lets the person choose the folder that is watched; whether they chose one.
#[tauri::command]
pub async fn choose_watch_folder(
    window: WebviewWindow,
    engine: State<'_, Engine>,
) -> Result<bool, ErrorView> {
    let (chosen, choice) = oneshot::channel();
    window
        .dialog()
        .file()
        .set_parent(&window)
        .set_title("Choose the folder that contracts are saved into")
        .pick_folder(move |folder| {
            // Nobody waits any more when the page went away meanwhile.
            let _ = chosen.send(folder);
        });
    let Some(folder) = choice.await.ok().flatten() else {
        return Ok(false);
    };
    let folder = folder.into_path().map_err(|_| Error::NotAPath)?;
    let watched = engine.watch_folder(&folder, None, None).await;
    watched.map_err(|error| error.view())?;
    Ok(true)
}

async fn save(file: FilePath, content: Vec<u8>) -> Result<PathBuf, Error> {
    let path = file.into_path().map_err(|_| Error::NotAPath)?;
    let place = path.clone();
    let written = tauri::async_runtime::spawn_blocking(move || write_whole(&place, &content)).await;
    match written.map_err(io::Error::other).flatten() {
        Ok(()) => Ok(path),
        Err(source) => Err(Error::Save { path, source }),
    }
}

/// Writes a file so that its place holds the old content or the new, never a part.
fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let write = || {
        let mut file = File::create(&part)?;
        file.write_all(content)?;
        file.sync_all()?;
        std::fs::rename(&part, path)
    };
    write().inspect_err(|_| {
        // Best effort: what is wrong with the folder is already told.
        let _ = std::fs::remove_file(&part);
    })
}

fn tell(app: &AppHandle, event: &str, payload: serde_json::Value) {
    if let Err(error) = app.emit_to(WINDOW, event, payload) {
        tracing::warn!(%error, event, "the page could not be told");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_file_replaces_the_old_one_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("summary.md");
        std::fs::write(&path, "old and longer").unwrap();
        write_whole(&path, b"new").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_can_not_be_saved_leaves_nothing_behind_and_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("summary.md");
        std::fs::create_dir(&path).unwrap();
        let source = write_whole(&path, b"new").unwrap_err();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        let view = ErrorView::from(Error::Save { path, source });
        assert_eq!(view.code, "not_saved");
        assert!(view.message.starts_with("the summary was not saved to "));
    }
}
