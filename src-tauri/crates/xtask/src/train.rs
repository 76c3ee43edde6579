//! `cargo xtask train`: trains the clause model of the offline reader anew.

use std::process::ExitCode;

use crate::arguments::Arguments;
use crate::error::Error;
use crate::process;
use crate::workspace::Workspace;

/// What `help` says of it.
pub const ABOUT: &str = "Trains the clause model of the offline reader and prints how well each kind is told out of fold.\n\
    --corpus (or COUNTERSIGN_GOLD) names the folder with train.jsonl.gz: contracts of CUAD v1, one JSON object a line\n\
    (`title`, `text`, `clauses`). The same corpus, seed and folds give the same file; commit it once it is good.";

/// The file of marked contracts in the corpus folder.
const GOLD: &str = "train.jsonl.gz";
/// Where the model lies, in the workspace.
const MODEL: &str = "src-tauri/crates/offline/model/clauses.bin";

/// Trains the model.
pub fn run(workspace: &Workspace, mut arguments: Arguments) -> Result<ExitCode, Error> {
    let corpus = arguments
        .option("--corpus")?
        .or_else(|| std::env::var("COUNTERSIGN_GOLD").ok())
        .ok_or_else(|| Error::Usage {
            what: format!("`train` needs a folder with {GOLD}: --corpus DIR"),
        })?;
    let gold = std::path::Path::new(&corpus).join(GOLD);
    let model = workspace.root().join(MODEL);
    let mut words = vec![
        gold.to_string_lossy().into_owned(),
        model.to_string_lossy().into_owned(),
    ];
    for name in ["--seed", "--folds"] {
        if let Some(value) = arguments.option(name)? {
            words.extend([name.to_owned(), value]);
        }
    }
    arguments.finish()?;
    let mut cargo = workspace.cargo(&[
        "run",
        "--release",
        "--locked",
        "--package",
        "countersign-training",
        "--",
    ]);
    cargo.args(words);
    process::run(&mut cargo)?;
    Ok(ExitCode::SUCCESS)
}
