//! `cargo xtask make-pdf`: a made-up contract of a given length, the same bytes for the same seed.

use std::process::ExitCode;

use crate::arguments::Arguments;
use crate::error::Error;
use crate::process;
use crate::workspace::Workspace;

/// What `help` says of it.
pub const ABOUT: &str = "Writes a made-up services agreement of exactly N pages (default 10); the \
    same pages and seed\ngive the same bytes.";

/// Writes the file the person asked for.
pub fn run(workspace: &Workspace, mut arguments: Arguments) -> Result<ExitCode, Error> {
    let pages = number(&mut arguments, "--pages", 10)?;
    let seed = number(&mut arguments, "--seed", 1)?;
    let [out] = arguments.rest()?.try_into().map_err(|_| Error::Usage {
        what: "`make-pdf` writes one file: name it".to_owned(),
    })?;
    let out = std::path::absolute(&out).map_err(|source| Error::File {
        doing: format!("finding the folder of {out}"),
        source,
    })?;
    // The typesetter lives with the tests; as its own program it keeps this one quick to build.
    let mut make = workspace.cargo(&[
        "run",
        "--quiet",
        "--locked",
        "--package",
        "countersign-tests",
        "--example",
        "make_contract",
        "--",
    ]);
    make.args([pages.to_string(), seed.to_string()]).arg(&out);
    process::run(&mut make)?;
    println!("Wrote {} ({pages} pages, seed {seed}).", out.display());
    Ok(ExitCode::SUCCESS)
}

fn number(arguments: &mut Arguments, name: &str, otherwise: u64) -> Result<u64, Error> {
    let Some(value) = arguments.option(name)? else {
        return Ok(otherwise);
    };
    value.parse().map_err(|_| Error::Usage {
        what: format!("`{name} {value}` isn't a number"),
    })
}
