//! `cargo xtask gallery`: a picture of every state of the window, in light and dark, to be looked at.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::arguments::Arguments;
use crate::error::Error;
use crate::process;
use crate::setup::{self, Consent, Needs};
use crate::steps::Steps;
use crate::workspace::Workspace;

/// What `help` says of it.
pub const ABOUT: &str = "Takes a picture of every state of the window, in light and dark, through the HTTP host and a\n\
    browser, and puts them into FOLDER (target/gallery when none is given), to be looked at.";

/// Takes the pictures.
pub fn run(workspace: &Workspace, mut arguments: Arguments) -> Result<ExitCode, Error> {
    let consent = Consent::take(&mut arguments);
    let folder = folder(workspace, &arguments.rest()?)?;
    let mut steps = Steps::begin("Set-up");
    setup::prepare(workspace, Needs::TESTS, consent, &mut steps)?;
    steps.end();
    let build = ["build", "--locked", "--package", "countersign-cli"];
    process::run(&mut workspace.cargo(&build))?;
    process::run(
        workspace
            .npm(&["run", "gallery"])
            .env("COUNTERSIGN_BIN", workspace.program("debug", "countersign"))
            .env("COUNTERSIGN_GALLERY", &folder),
    )?;
    println!("The pictures are in {}.", folder.display());
    Ok(ExitCode::SUCCESS)
}

/// The one folder that was named, or the usual one.
fn folder(workspace: &Workspace, named: &[String]) -> Result<PathBuf, Error> {
    match named {
        [] => Ok(workspace.target().join("gallery")),
        [folder] => std::path::absolute(folder).map_err(|source| Error::File {
            doing: format!("finding {folder}"),
            source,
        }),
        [_, other, ..] => Err(Error::Usage {
            what: format!("`{other}` isn't expected here"),
        }),
    }
}
