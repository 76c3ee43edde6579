//! `countersign`: the terminal host. Progress goes to stderr, data to stdout; the exit code says how
//! it went.

#![expect(
    clippy::print_stdout,
    reason = "data on stdout is what a command line is for"
)]

mod arguments;
mod ask;
mod client;
mod error;
mod eval;
mod export;
mod find;
mod history;
mod import;
mod keeping;
mod manual;
mod models;
mod output;
mod progress;
mod queue;
mod read;
mod review;
mod serve;
mod show;
mod watch;
mod webhooks;

use std::process::ExitCode;

use arguments::{Arguments, Command};
use clap::Parser;
use countersign_engine::logs::{self, Terminal};
use error::Error;

/// All went well.
const OK: u8 = 0;
/// At least one contract could not be reviewed.
const SOME_FAILED: u8 = 1;
/// The program could not do its work (data folder, output folder, playbook). 2 is a wrong command line.
const BROKEN: u8 = 3;

#[cfg(all(not(target_env = "msvc"), not(debug_assertions)))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    countersign_engine::child::run_if_asked();
    let arguments = Arguments::parse();
    // What is installed beside the program is made without touching a data folder.
    if let Some(made) = manual::run_if_asked(&arguments.command) {
        return end(made);
    }
    let folder = arguments.data_folder().ok();
    let _logging = logs::start(folder.as_deref(), Terminal::WhenAsked);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("countersign: the program could not start ({error})");
            return ExitCode::from(BROKEN);
        }
    };
    end(runtime.block_on(run(arguments)))
}

fn end(result: Result<u8, Error>) -> ExitCode {
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("countersign: {error}");
            ExitCode::from(BROKEN)
        }
    }
}

async fn run(arguments: Arguments) -> Result<u8, Error> {
    let folder = arguments.data_folder()?;
    match arguments.command {
        Command::Review(options) => review::review(folder, options).await,
        Command::Read(options) => read::read(&options).await,
        Command::Facts(options) => eval::facts::facts(&options).await,
        Command::Submit(options) => review::submit(folder, options).await,
        Command::Resume(options) => review::resume(folder, &options).await,
        Command::Retry(options) => review::retry(folder, &options).await,
        Command::List(options) => show::list(folder, options.json).await,
        Command::Show(options) => show::show(folder, &options).await,
        Command::Export(options) => export::export(folder, &options).await,
        Command::Choose(options) => show::choose(folder, &options).await,
        Command::History(options) => history::history(folder, options).await,
        Command::Queue(command) => queue::queue(folder, command).await,
        Command::Provider(command) => models::provider(folder, command).await,
        Command::Settings(command) => models::settings(folder, command).await,
        Command::Watch(options) => watch::watch(folder, options).await,
        Command::Webhook(command) => webhooks::webhook(folder, command).await,
        Command::Outbound(options) => models::outbound(folder, &options).await,
        Command::Budget(options) => models::budget(folder, options).await,
        Command::Ask(options) => ask::ask(folder, options).await,
        Command::Related(options) => find::related(folder, options).await,
        Command::Search(options) => find::search(folder, options).await,
        Command::Import(options) => import::import(&options).await,
        Command::Doctor(options) => show::doctor(folder, options.json).await,
        Command::Backup(command) => keeping::backup(folder, command).await,
        Command::Delete(options) => keeping::delete(folder, &options).await,
        Command::Keep(options) => keeping::keep(folder, &options).await,
        Command::Diagnostics(options) => keeping::diagnostics(folder, options).await,
        Command::Eval(command) => eval::eval(folder, command).await,
        Command::Serve(options) => serve::serve(folder, options).await,
        Command::Client(command) => client::client(folder, command).await,
        // Done before a data folder was looked for.
        Command::Completions { .. } | Command::Man { .. } => Ok(OK),
    }
}
