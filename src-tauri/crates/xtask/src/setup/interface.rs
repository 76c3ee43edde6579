//! The interface: Node, its npm packages, its built files. Each is looked at, not remembered.

use std::path::Path;

use serde_json::Value;

use super::stamp::{self, hash_folder};
use crate::error::Error;
use crate::process;
use crate::steps::Outcome;
use crate::workspace::Workspace;

/// The oldest Node that the interface's tools run on.
const NODE: u32 = 20;

/// What lies in `ui/` and isn't a source of the built files: outputs, and the browser tests.
const NOT_SOURCES: &[&str] = &[
    "node_modules",
    "build",
    ".svelte-kit",
    "test-results",
    "playwright-report",
    "static/pdfjs",
    "e2e",
];

/// Looks for Node and npm.
pub fn find_node() -> Result<Outcome, Error> {
    let remedy = |found: &str| Error::MissingTool {
        tool: "Node 20 or newer, with npm,",
        remedy: format!(
            "{found}. Get it from https://nodejs.org or your system's packages (Debian 12's own \
             is too old), then repeat this command"
        ),
    };
    let version = process::ask("node", &["--version"])
        .ok_or_else(|| remedy("No `node` answers on the search path"))?;
    if major(&version).is_none_or(|major| major < NODE) {
        return Err(remedy(&format!("The one on the search path is {version}")));
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let npm =
        process::ask(npm, &["--version"]).ok_or_else(|| remedy("`node` is there, `npm` isn't"))?;
    Ok(Outcome::Fresh(format!("{version}, npm {npm}")))
}

fn major(version: &str) -> Option<u32> {
    version
        .trim_start_matches('v')
        .split('.')
        .next()?
        .parse()
        .ok()
}

/// Runs `npm ci` unless what is installed is what the lock file says.
pub fn install_modules(workspace: &Workspace) -> Result<Outcome, Error> {
    let ui = workspace.ui();
    let wanted = read_json(&ui.join("package-lock.json"))?;
    if let Ok(installed) = read_json(&ui.join("node_modules/.package-lock.json")) {
        let there = |path: &str| ui.join(path).is_dir();
        if is_installed(&wanted, &installed, there) {
            let count = packages(&installed).count();
            return Ok(Outcome::Fresh(format!("{count} as package-lock.json says")));
        }
    }
    process::run(&mut workspace.npm(&["ci", "--no-audit", "--no-fund"]))?;
    let count = packages(&wanted).count();
    Ok(Outcome::Done(format!("installed {count}")))
}

/// Whether npm's own note of what it installed agrees with the lock file, and the folders stand.
/// Packages for other systems are optional and not installed.
fn is_installed(wanted: &Value, installed: &Value, there: impl Fn(&str) -> bool) -> bool {
    let find = |lock: &'_ Value, path: &str| lock["packages"].get(path).cloned();
    let complete = packages(wanted).all(|(path, entry)| match find(installed, path) {
        Some(found) => found["version"] == entry["version"] && there(path),
        None => ["optional", "devOptional"]
            .iter()
            .any(|key| entry[*key] == true),
    });
    complete && packages(installed).all(|(path, _)| find(wanted, path).is_some())
}

/// The entries of a lock file, without the project itself.
pub fn packages(lock: &Value) -> impl Iterator<Item = (&str, &Value)> {
    lock["packages"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(path, _)| !path.is_empty())
        .map(|(path, entry)| (path.as_str(), entry))
}

/// Runs `npm run build` unless both the sources and the built files are those of the last build.
///
/// The built files are part of the check: the desktop program embeds them, and one built by hand
/// from other sources would be embedded unseen.
pub fn build(workspace: &Workspace) -> Result<Outcome, Error> {
    let ui = workspace.ui();
    let built = ui.join("build");
    // `npm ci` empties this folder, so new packages mean a new build.
    let note = ui.join("node_modules/.cache/countersign/built");
    let sources = hash_folder(&ui, NOT_SOURCES)?;
    if built.join("index.html").is_file() {
        let now = format!("{sources} {}", hash_folder(&built, &[])?);
        if stamp::read(&note).as_deref() == Some(now.as_str()) {
            return Ok(Outcome::Fresh("built from these very sources".to_owned()));
        }
    }
    process::run(&mut workspace.npm(&["run", "build"]))?;
    stamp::write(&note, &format!("{sources} {}", hash_folder(&built, &[])?))?;
    Ok(Outcome::Done("built".to_owned()))
}

/// Reads a file of JSON.
pub fn read_json(path: &Path) -> Result<Value, Error> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::File {
        doing: format!("reading {}", path.display()),
        source,
    })?;
    serde_json::from_str(&text).map_err(|source| Error::Json {
        what: path.display().to_string(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn lock(packages: Value) -> Value {
        json!({ "packages": packages })
    }

    #[test]
    fn a_version_is_read_to_its_major_number() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("system"), None);
    }

    #[test]
    fn what_another_system_needs_may_be_missing_and_nothing_else() {
        let wanted = lock(json!({
            "": {},
            "node_modules/svelte": { "version": "5.0.0" },
            "node_modules/fsevents": { "version": "2.0.0", "optional": true },
        }));
        let svelte = lock(json!({ "node_modules/svelte": { "version": "5.0.0" } }));
        assert!(is_installed(&wanted, &svelte, |_| true));
        assert!(!is_installed(&wanted, &svelte, |_| false));
        assert!(!is_installed(&wanted, &lock(json!({})), |_| true));
    }

    #[test]
    fn another_version_or_a_package_too_many_means_installing_again() {
        let wanted = lock(json!({ "node_modules/svelte": { "version": "5.0.1" } }));
        let older = lock(json!({ "node_modules/svelte": { "version": "5.0.0" } }));
        assert!(!is_installed(&wanted, &older, |_| true));
        let more = lock(json!({
            "node_modules/svelte": { "version": "5.0.1" },
            "node_modules/left": { "version": "1.0.0" },
        }));
        assert!(!is_installed(&wanted, &more, |_| true));
    }
}
