//! `cargo xtask bench`: the figures that the project promises, measured on this machine.

use std::process::ExitCode;

use crate::arguments::Arguments;
use crate::error::Error;
use crate::process;
use crate::workspace::Workspace;

/// What `help` says of it.
pub const ABOUT: &str = "Measures with a release build. `submit`: how long a submit takes, unloaded and with twenty \
    contracts\nin flight. `review`: every PDF of --corpus DIR in one run, each quote looked up by pdftotext.\n\
    --corpus (or COUNTERSIGN_CORPUS) names a folder of contract PDFs; the CUAD v1 PDFs of The Atticus\nProject are \
    one: https://www.atticusprojectai.org/cuad. Without it `submit` makes up contracts.";

/// Runs the bench that was named.
pub fn run(workspace: &Workspace, mut arguments: Arguments) -> Result<ExitCode, Error> {
    let corpus = arguments
        .option("--corpus")?
        .or_else(|| std::env::var("COUNTERSIGN_CORPUS").ok());
    let names = arguments.rest()?;
    match names
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["submit"] => {
            let mut words = Vec::new();
            words.extend(
                corpus
                    .iter()
                    .flat_map(|folder| ["--corpus", folder.as_str()]),
            );
            example(workspace, "bench_submit", &words)
        }
        ["review"] => {
            let corpus = corpus.ok_or_else(|| Error::Usage {
                what: "`bench review` needs a folder of contract PDFs: --corpus DIR (the CUAD v1 PDFs of The Atticus \
                       Project, for one)"
                    .to_owned(),
            })?;
            process::run(&mut workspace.cargo(&[
                "build",
                "--release",
                "--locked",
                "--package",
                "countersign-cli",
            ]))?;
            let program = workspace.program("release", "countersign");
            example(
                workspace,
                "bench_review",
                &[&program.to_string_lossy(), &corpus],
            )
        }
        _ => Err(Error::Usage {
            what: "`bench` measures `submit` or `review`: name one".to_owned(),
        }),
    }
}

fn example(workspace: &Workspace, name: &str, words: &[&str]) -> Result<ExitCode, Error> {
    let mut cargo = workspace.cargo(&[
        "run",
        "--quiet",
        "--release",
        "--locked",
        "--package",
        "countersign-tests",
        "--example",
        name,
        "--",
    ]);
    cargo.args(words);
    process::run(&mut cargo)?;
    Ok(ExitCode::SUCCESS)
}
