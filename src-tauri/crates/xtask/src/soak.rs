//! `cargo xtask soak`: the program killed again and again, and the ledger of what that cost.

use std::process::ExitCode;

use crate::arguments::Arguments;
use crate::error::Error;
use crate::process;
use crate::workspace::Workspace;

/// What `help` says of it.
pub const ABOUT: &str = "Kills the real program N times (default 1000) at random instants while it reviews contracts with\n\
    a model server that counts, and prints what was lost, stuck, malformed or paid twice: all have to be\n\
    0. The lane `test` does the same with 200 kills. --seed chooses other instants.";

const KILLS: &str = "1000";

/// Runs the long form of the kill loop.
pub fn run(workspace: &Workspace, mut arguments: Arguments) -> Result<ExitCode, Error> {
    let kills = number(&mut arguments, "--kills", KILLS)?;
    let seed = number(&mut arguments, "--seed", "1")?;
    arguments.finish()?;
    // The faults that the loop looks for are in builds for tests only: see the store's `faults`.
    process::run(&mut workspace.cargo(&[
        "build",
        "--locked",
        "--package",
        "countersign-cli",
        "--package",
        "countersign-tests",
    ]))?;
    let mut soak = workspace.cargo(&[
        "test",
        "--locked",
        "--package",
        "countersign-tests",
        "--test",
        "integration",
        "soak::kills::killed",
        "--",
        "--nocapture",
    ]);
    soak.env("COUNTERSIGN_KILLS", kills)
        .env("COUNTERSIGN_SEED", seed);
    process::run(&mut soak)?;
    Ok(ExitCode::SUCCESS)
}

fn number(arguments: &mut Arguments, name: &str, otherwise: &str) -> Result<String, Error> {
    let value = arguments
        .option(name)?
        .unwrap_or_else(|| otherwise.to_owned());
    match value.parse::<u32>() {
        Ok(_) => Ok(value),
        Err(_) => Err(Error::Usage {
            what: format!("`{name} {value}` isn't a number"),
        }),
    }
}
