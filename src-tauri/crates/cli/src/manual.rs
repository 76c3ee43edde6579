//! What is installed beside the program: completions of shells, pages of the manual.

use std::path::Path;

use clap::CommandFactory;
use clap_mangen::Man;

use crate::OK;
use crate::arguments::{Arguments, Command};
use crate::error::Error;
use crate::output::to_stdout;

const NAME: &str = "countersign";

/// Does what was asked for, if it is one of these.
pub(crate) fn run_if_asked(command: &Command) -> Option<Result<u8, Error>> {
    match command {
        Command::Completions { shell } => Some(completions(*shell)),
        Command::Man { out: None } => Some(page()),
        Command::Man { out: Some(folder) } => Some(pages(folder)),
        _ => None,
    }
}

fn completions(shell: clap_complete::Shell) -> Result<u8, Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), NAME, &mut script);
    to_stdout(&script, true)?;
    Ok(OK)
}

fn page() -> Result<u8, Error> {
    let mut page = Vec::new();
    Man::new(Arguments::command())
        .render(&mut page)
        .map_err(Error::Stdout)?;
    to_stdout(&page, true)?;
    Ok(OK)
}

fn pages(folder: &Path) -> Result<u8, Error> {
    let wrong = |source| Error::Save {
        path: folder.to_owned(),
        source,
    };
    std::fs::create_dir_all(folder).map_err(wrong)?;
    clap_mangen::generate_to(Arguments::command(), folder).map_err(wrong)?;
    Ok(OK)
}
