//! `cargo xtask …`: the project's commands. One subcommand is one file beside this one; the table
//! [`COMMANDS`] lists them. The set-up they share is [`setup`], what `test` runs is [`lanes`].
//!
//! This crate is compiled first, before anything is installed, so it must not import what needs a
//! system package or a built interface: other crates are reached through `cargo run`.

#![expect(
    clippy::print_stdout,
    reason = "this program's job is to say on the terminal what it does"
)]

mod arguments;
mod bench;
mod bundle;
mod error;
mod gallery;
mod lanes;
mod make_pdf;
mod process;
mod run;
mod setup;
mod soak;
mod steps;
mod test;
mod train;
mod workspace;

use std::process::ExitCode;

use arguments::Arguments;
use error::Error;
use workspace::Workspace;

/// One subcommand: what is typed, what it says of itself, what it does.
struct Command {
    name: &'static str,
    usage: &'static str,
    about: &'static str,
    run: fn(&Workspace, Arguments) -> Result<ExitCode, Error>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "run",
        usage: "run [FILE…] [--yes] [--release] [--terminal]",
        about: run::ABOUT,
        run: run::run,
    },
    Command {
        name: "test",
        usage: "test [LANE…] [--yes]",
        about: test::ABOUT,
        run: test::run,
    },
    Command {
        name: "setup",
        usage: "setup [--for run|test] [--yes]",
        about: setup::ABOUT,
        run: setup::run,
    },
    Command {
        name: "bench",
        usage: "bench submit|review|schedule|queue|flood|memory|api [--corpus DIR] [--full] [--json FILE]",
        about: bench::ABOUT,
        run: bench::run,
    },
    Command {
        name: "bundle",
        usage: "bundle [--debug] [--check] [--yes]",
        about: bundle::ABOUT,
        run: bundle::run,
    },
    Command {
        name: "gallery",
        usage: "gallery [FOLDER] [--yes]",
        about: gallery::ABOUT,
        run: gallery::run,
    },
    Command {
        name: "soak",
        usage: "soak [--kills N] [--seed S]",
        about: soak::ABOUT,
        run: soak::run,
    },
    Command {
        name: "train",
        usage: "train [--corpus DIR] [--seed N] [--folds K]",
        about: train::ABOUT,
        run: train::run,
    },
    Command {
        name: "make-pdf",
        usage: "make-pdf [--pages N] [--seed S] OUT.pdf",
        about: make_pdf::ABOUT,
        run: make_pdf::run,
    },
];

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    if matches!(name.as_str(), "" | "help" | "-h" | "--help") {
        print_help();
        return ExitCode::SUCCESS;
    }
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        eprintln!("There is no command `{name}`; `cargo xtask help` lists them.");
        return ExitCode::from(2);
    };
    let arguments = Arguments::new(arguments);
    if arguments.asks_for_help() {
        println!("cargo xtask {}\n\n{}", command.usage, command.about);
        return ExitCode::SUCCESS;
    }
    match Workspace::find().and_then(|workspace| (command.run)(&workspace, arguments)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\n{}", error.explain());
            ExitCode::from(if matches!(error, Error::Usage { .. }) {
                2
            } else {
                1
            })
        }
    }
}

fn print_help() {
    println!("The commands of Countersign's workshop:\n");
    for command in COMMANDS {
        println!("  cargo xtask {}", command.usage);
        for line in command.about.lines() {
            println!("      {line}");
        }
        println!();
    }
    println!("The lanes of `test`:\n");
    for lane in lanes::ALL {
        println!("  {:<10} {}", lane.name, lane.about);
    }
}
