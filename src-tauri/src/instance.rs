//! One program a data folder: a second start hands its words to the first and ends.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::process::ExitCode;

use tauri::Wry;
use tauri::plugin::TauriPlugin;

use crate::arguments::Arguments;
use crate::{LOOK_AGAIN, shell, take};

/// The plugin's name in what tauri says of it.
pub(crate) const PLUGIN: &str = "single-instance";

/// Counts the starts that met a first instance on its way out, and how many there may be.
#[cfg(unix)]
const STARTS: &str = "COUNTERSIGN_STARTS";
#[cfg(unix)]
const MOST_STARTS: u32 = 20;

/// A second start on the same data folder hands over its files and ends.
pub(crate) fn plugin(named: Option<&Path>) -> TauriPlugin<Wry> {
    let mut builder =
        tauri_plugin_single_instance::Builder::new().callback(|app, words, folder| {
            shell::raise(app);
            let words = words.into_iter().skip(1).map(Into::into);
            match Arguments::read(words, Path::new(&folder)) {
                Ok(arguments) => take(app, &arguments),
                Err(error) => tracing::warn!(%error, "a second start could not be understood"),
            }
        });
    if let Some(folder) = named {
        builder = builder.dbus_id(name(folder));
    }
    builder.build()
}

/// The name on the session bus of the program that works in a folder that was named.
#[must_use]
pub fn name(folder: &Path) -> String {
    let mut hasher = DefaultHasher::new();
    std::path::absolute(folder)
        .unwrap_or_else(|_| folder.to_owned())
        .hash(&mut hasher);
    format!("app.countersign.desktop.d{:016x}", hasher.finish())
}

/// Starts this process from its beginning, because the first instance went away just while it was
/// handed the arguments, as after a crash, when the bus still knows its name. The toolkit can't be set
/// up twice in one run.
#[cfg(unix)]
pub(crate) fn begin_anew(error: &str) -> ExitCode {
    use std::os::unix::process::CommandExt;

    let earlier = std::env::var(STARTS)
        .ok()
        .and_then(|count| count.parse().ok());
    let starts: u32 = earlier.unwrap_or(0) + 1;
    if starts < MOST_STARTS {
        tracing::info!(error, "the first instance is gone");
        std::thread::sleep(LOOK_AGAIN);
        if let Ok(program) = std::env::current_exe() {
            // Returns only when it fails.
            let _ = std::process::Command::new(program)
                .args(std::env::args_os().skip(1))
                .env(STARTS, starts.to_string())
                .exec();
        }
    }
    eprintln!(
        "Countersign can't start: another one holds this data folder and does not answer: {error}"
    );
    ExitCode::FAILURE
}
