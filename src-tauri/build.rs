//! Hands the configuration, the icons and the page to Tauri.

use std::path::Path;
use std::process::ExitCode;

use tauri_build::{AppManifest, Attributes};

/// Where `npm run build` leaves the page.
const PAGE: &str = "../ui/build";

/// What the page may call; `capabilities/main.json` allows each by name.
const COMMANDS: &[&str] = &[
    "call",
    "subscribe",
    "policy_refused",
    "pick_files",
    "save_export",
    "choose_watch_folder",
    "page_ready",
    "text_size",
    "leave",
    "tray_words",
];

fn main() -> ExitCode {
    // Without this line a page built later would not get into the program.
    println!("cargo:rerun-if-changed={PAGE}");
    if !Path::new(PAGE).join("index.html").is_file() {
        eprintln!(
            "The interface is not built ({PAGE}/index.html is missing), and the desktop program \
             carries it inside. Run `cargo xtask setup`, then build again."
        );
        return ExitCode::FAILURE;
    }
    let manifest = AppManifest::new().commands(COMMANDS);
    match tauri_build::try_build(Attributes::new().app_manifest(manifest)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
