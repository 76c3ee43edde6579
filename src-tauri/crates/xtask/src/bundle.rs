//! `cargo xtask bundle`: packages to install, for Debian and for Fedora.

mod check;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::arguments::Arguments;
use crate::error::Error;
use crate::process;
use crate::setup::{self, Consent, Needs};
use crate::steps::Steps;
use crate::workspace::Workspace;

/// What `help` says of it.
pub const ABOUT: &str = "Builds the window and the command line and packs them as .deb and .rpm, with icon, desktop entry\n\
    and Open with for PDF and DOCX. --debug packs the quick build. --check installs the packages into a\n\
    folder of their own, starts what was installed in a real window, and removes it again.";

/// The command line goes into the packages beside the window's program.
const COMMAND_LINE: &str = "/usr/bin/countersign";

/// Packs, and tries the packages out where that is asked for.
pub fn run(workspace: &Workspace, mut arguments: Arguments) -> Result<ExitCode, Error> {
    let consent = Consent::take(&mut arguments);
    let (quick, check) = (arguments.flag("--debug"), arguments.flag("--check"));
    arguments.finish()?;
    let needs = if check { Needs::TESTS } else { Needs::WINDOW };
    let profile = if quick { "debug" } else { "release" };
    let folder = workspace.target().join(profile).join("bundle");
    if check {
        check::tools()?;
    }
    let mut steps = Steps::begin("Set-up");
    setup::prepare(workspace, needs, consent, &mut steps)?;
    steps.end();
    build(workspace, quick)?;
    // Of an earlier version nothing is taken for one of these.
    for kind in ["deb", "rpm"] {
        remove(&folder.join(kind))?;
    }
    process::run(&mut pack(workspace, quick))?;
    let (deb, rpm) = (
        only(&folder.join("deb"), "deb")?,
        only(&folder.join("rpm"), "rpm")?,
    );
    if check {
        check::deb(workspace, &deb, &folder.join("installed"))?;
        check::rpm(&rpm, &folder.join("installed"))?;
    }
    for package in [&deb, &rpm] {
        let bytes = std::fs::metadata(package).map_or(0, |data| data.len());
        println!("{} ({:.1} MB)", package.display(), bytes as f64 / 1e6);
    }
    Ok(ExitCode::SUCCESS)
}

fn build(workspace: &Workspace, quick: bool) -> Result<(), Error> {
    let mut build = workspace.cargo(&["build", "--locked"]);
    build.args([
        "--package",
        "countersign-desktop",
        "--package",
        "countersign-cli",
    ]);
    if !quick {
        build.arg("--release");
    }
    process::run(&mut build)
}

/// Tauri's own packer: it takes what was built, and the configuration beside the window's program.
fn pack(workspace: &Workspace, quick: bool) -> Command {
    let profile = if quick { "debug" } else { "release" };
    let program = workspace.program(profile, "countersign");
    let files = serde_json::json!({ COMMAND_LINE: program });
    let config = serde_json::json!({
        "bundle": { "linux": { "deb": { "files": files }, "rpm": { "files": files } } }
    });
    let mut pack = Command::new(workspace.ui().join("node_modules/.bin/tauri"));
    pack.current_dir(workspace.root())
        .args(["bundle", "--ci", "--bundles", "deb,rpm", "--config"])
        .arg(config.to_string());
    if quick {
        pack.arg("--debug");
    }
    pack
}

/// The one file of a folder with this ending.
fn only(folder: &Path, ending: &str) -> Result<PathBuf, Error> {
    let reading = |source| Error::File {
        doing: format!("looking into {}", folder.display()),
        source,
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(reading)? {
        let path = entry.map_err(reading)?.path();
        if path.extension().is_some_and(|own| own == ending) {
            found.push(path);
        }
    }
    match found.as_slice() {
        [one] => Ok(one.clone()),
        other => Err(Error::Found {
            heading: "There should be one package of a kind, but these are there:",
            found: other
                .iter()
                .map(|path| path.display().to_string())
                .collect(),
        }),
    }
}

fn remove(folder: &Path) -> Result<(), Error> {
    match std::fs::remove_dir_all(folder) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(Error::File {
            doing: format!("removing {}", folder.display()),
            source,
        }),
        _ => Ok(()),
    }
}
