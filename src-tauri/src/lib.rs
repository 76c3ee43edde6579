//! The desktop host: a window, and the engine behind it. The only code that knows Tauri.
//!
//! It decides nothing about contracts. [`bridge`] carries commands and changes between the page and
//! the engine, [`docs`] the contracts' files, [`shell`] is what only a desktop can, [`notify`] shows
//! notifications, [`instance`] keeps to one program a data folder, [`tray`] is the icon beside the clock,
//! [`leaving`] closing the window while there is work. Start with [`run`].

pub mod arguments;
pub mod bridge;
pub mod docs;
pub mod instance;
pub mod leaving;
pub mod notify;
pub mod shell;
pub mod tray;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use countersign_engine::Engine;
use countersign_engine::clock::{Clock, SystemClock};
use countersign_engine::config::{Config, default_data_folder};
use countersign_engine::error::Error as EngineError;
use countersign_engine::logs::{self, Terminal};
use countersign_engine::maintenance;
use serde_json::json;
use tauri::webview::PageLoadEvent;
use tauri::{App, AppHandle, Manager, RunEvent, WebviewWindowBuilder, WindowEvent};
use tauri_plugin_dialog::{DialogExt, MessageDialogButtons, MessageDialogKind};
use tauri_plugin_window_state::StateFlags;
use tokio::time::Instant;

use arguments::{Arguments, USAGE};

/// How long a start waits for another Countersign on the same folder that is about to end.
const PATIENCE: Duration = Duration::from_secs(8);
/// Time between two looks at it.
pub(crate) const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// How long the end waits for work to be put down. What isn't goes on at the next start anyway.
const LAST_MOMENTS: Duration = Duration::from_secs(5);

/// What keeps the program from opening its window.
#[derive(Debug, thiserror::Error)]
enum StartError {
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(
        "this system doesn't say where programs keep their data. Name a folder with --data-dir"
    )]
    NoDataFolder,
    #[error("the running program can't tell where it is: {0}")]
    Itself(#[from] std::io::Error),
    #[error("the window can't be opened: {0}")]
    Window(#[from] tauri::Error),
    #[error("the program was built without its window")]
    NoWindow,
}

/// Runs the program until its window is closed.
#[must_use]
pub fn run() -> ExitCode {
    let here = std::env::current_dir().unwrap_or_default();
    let arguments = match Arguments::read(std::env::args_os().skip(1), &here) {
        Ok(arguments) => arguments,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    if arguments.help {
        return match std::io::stdout().write_all(USAGE.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        };
    }
    if !has_display() {
        eprintln!(
            "Countersign can't open: there is no display to open a window on. `countersign review` \
             reviews contracts in the terminal"
        );
        return ExitCode::FAILURE;
    }
    let environment = std::env::var_os("COUNTERSIGN_DATA");
    let named = arguments.named_folder(environment.as_deref(), &here);
    let folder = named.clone().or_else(default_data_folder);
    let _logging = logs::start(folder.as_deref(), Terminal::Always);
    let app = match build(arguments, named) {
        Ok(app) => app,
        #[cfg(unix)]
        Err(tauri::Error::PluginInitialization(plugin, error)) if plugin == instance::PLUGIN => {
            return instance::begin_anew(&error);
        }
        Err(error) => {
            eprintln!("Countersign can't start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = app.run_return(|app, event| {
        if let RunEvent::Exit = event {
            close(app);
        }
    });
    u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// Whether a window can be opened; where it can't, the toolkit would end the program with a panic.
fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

fn build(arguments: Arguments, named: Option<PathBuf>) -> tauri::Result<App> {
    let mut builder = tauri::Builder::default();
    // Elsewhere than on Linux there is one instance for all data folders.
    if named.is_none() || cfg!(target_os = "linux") {
        builder = builder.plugin(instance::plugin(named.as_deref()));
    }
    builder
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
                .build(),
        )
        .manage(bridge::Subscriptions::default())
        .manage(shell::Handover::default())
        .manage(leaving::Leaving::default())
        .manage(tray::Tray::default())
        .invoke_handler(tauri::generate_handler![
            bridge::call,
            bridge::subscribe,
            bridge::policy_refused,
            shell::pick_files,
            shell::save_export,
            shell::choose_watch_folder,
            shell::page_ready,
            shell::text_size,
            leaving::leave,
            tray::tray_words,
        ])
        .register_asynchronous_uri_scheme_protocol(docs::SCHEME, |context, request, responder| {
            let app = context.app_handle().clone();
            tauri::async_runtime::spawn(async move {
                let engine = app.state::<Engine>();
                responder.respond(docs::answer(&engine, request).await);
            });
        })
        .on_page_load(|webview, load| {
            if load.event() == PageLoadEvent::Started {
                shell::page_gone(webview.app_handle());
                webview.state::<bridge::Subscriptions>().end_all();
            }
        })
        .on_window_event(|window, event| match event {
            WindowEvent::DragDrop(event) => shell::drag(window.app_handle(), event),
            WindowEvent::CloseRequested { api, .. } => {
                leaving::close_requested(window.app_handle(), api);
            }
            _ => {}
        })
        .setup(move |app| {
            let folder = named.clone().or_else(default_data_folder);
            let Err(error) = start(app, arguments, named) else {
                return Ok(());
            };
            if let Some(window) = app.get_webview_window(shell::WINDOW) {
                // There is nothing behind it.
                window.hide()?;
            }
            match (error, folder) {
                (
                    StartError::Engine(EngineError::Damaged {
                        moved_to,
                        backup: Some(backup),
                    }),
                    Some(folder),
                ) => offer_backup(app.handle(), folder, &moved_to, backup),
                (error, _) => give_up(app.handle(), &error),
            }
            Ok(())
        })
        .build(tauri::generate_context!())
}

/// Opens the engine and meanwhile the window, then does what the arguments ask for. Nothing of the page is
/// answered before this has returned.
fn start(app: &App, arguments: Arguments, named: Option<PathBuf>) -> Result<(), StartError> {
    let folder = match named {
        Some(folder) => folder,
        None => default_data_folder().ok_or(StartError::NoDataFolder)?,
    };
    let config = Config {
        desktop_notifications: true,
        watches: true,
        ..Config::of_this_program(folder)?.with_keychain()
    };
    let opening =
        tauri::async_runtime::spawn_blocking(|| tauri::async_runtime::block_on(open(config)));
    let window = app
        .config()
        .app
        .windows
        .first()
        .ok_or(StartError::NoWindow)?;
    WebviewWindowBuilder::from_config(app, window)?
        .initialization_script(bridge::WATCH_POLICY)
        .build()?;
    let engine = tauri::async_runtime::block_on(opening)??;
    app.manage(engine.clone());
    tauri::async_runtime::spawn(countersign_http::serve_while_wanted(engine.clone()));
    tray::put_up(app.handle());
    tauri::async_runtime::spawn(tray::run(app.handle().clone(), engine.clone()));
    tauri::async_runtime::spawn(notify::run(app.handle().clone(), engine));
    take(app.handle(), &arguments);
    Ok(())
}

/// Opens the engine; waits a moment for one that is just being closed.
async fn open(config: Config) -> Result<Engine, EngineError> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match Engine::open(config.clone()).await {
            Err(EngineError::Busy { .. }) if Instant::now() < deadline => {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
            opened => return opened,
        }
    }
}

/// Takes up the files and samples of a start.
pub(crate) fn take(app: &AppHandle, arguments: &Arguments) {
    shell::drop_files(app, &arguments.files);
    if let Some(link) = &arguments.link {
        shell::open_review(app, &link.review_id, Some(&link.key));
    }
    if !arguments.samples {
        return;
    }
    let engine = app.state::<Engine>().inner().clone();
    tauri::async_runtime::spawn(async move {
        if let Err(error) = engine.call("submit_samples", json!({})).await {
            tracing::warn!(%error, "the samples could not be submitted");
        }
    });
}

/// Asks whether the newest good backup shall take the place of a damaged database.
fn offer_backup(app: &AppHandle, folder: PathBuf, moved_to: &Path, backup: String) {
    let words = format!(
        "The database is damaged. It was moved to {}, nothing was deleted. The newest good backup is {backup}: contracts \
         added after it are not in the list.",
        moved_to.display()
    );
    eprintln!("Countersign can't open: {words}");
    let app = app.clone();
    app.dialog()
        .message(words)
        .title("Countersign can't open")
        .kind(MessageDialogKind::Error)
        .buttons(MessageDialogButtons::OkCancelCustom(
            "Use the backup".to_owned(),
            "Quit".to_owned(),
        ))
        .show({
            let app = app.clone();
            move |wanted| {
                if !wanted {
                    return app.exit(1);
                }
                tauri::async_runtime::spawn(async move {
                    let now = SystemClock.now_ms();
                    match maintenance::restore_in(&folder, &backup, now).await {
                        Ok(_) => app.request_restart(),
                        Err(error) => give_up(&app, &error.into()),
                    }
                });
            }
        });
}

/// Says why there is no window, then ends.
fn give_up(app: &AppHandle, error: &StartError) {
    eprintln!("Countersign can't open: {error}");
    let ending = app.clone();
    app.dialog()
        .message(format!("{error}."))
        .title("Countersign can't open")
        .kind(MessageDialogKind::Error)
        .show(move |_| ending.exit(1));
}

/// Puts the work down. Whatever is unfinished goes on at the next start.
fn close(app: &AppHandle) {
    // From here on a second start would talk to a program without a window: it opens its own.
    tauri_plugin_single_instance::destroy(app);
    let Some(engine) = app.try_state::<Engine>() else {
        return;
    };
    let closed = tauri::async_runtime::block_on(async {
        tokio::time::timeout(LAST_MOMENTS, engine.close()).await
    });
    if closed.is_err() {
        tracing::warn!("the work could not be put down in time; it goes on at the next start");
    }
}
