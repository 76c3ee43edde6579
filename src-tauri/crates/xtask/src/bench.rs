//! `cargo xtask bench`: the figures that the project promises, measured on this machine.

use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Instant;

use crate::arguments::Arguments;
use crate::error::Error;
use crate::process;
use crate::setup::{self, Consent, Needs};
use crate::steps::Steps;
use crate::workspace::Workspace;

/// What `help` says of it.
pub const ABOUT: &str = "Measures with a release build; a promise that is missed is an error.\n\
    Without a name: read, pace, growth, start and submit, in under ten minutes once built; with --full all of\n\
    them, with the longest contracts and beside the other programs.\n\
    submit    how long a submit takes, unloaded and with twenty contracts in flight\n\
    review    every PDF of --corpus DIR in one run, each quote looked up by pdftotext\n\
    read      every word and its place beside what pdftotext finds in the PDFs of --corpus DIR, and both\n\
    \x20         their times (--mupdf PYTHON: beside PyMuPDF's; --ocr: recognition of ten pages)\n\
    pace      a whole offline review of 20 and of 400 pages, the same without a database, the first finding\n\
    \x20         (--full: beside two other programs)\n\
    growth    more pages, more contracts (--full: 2,000 pages, 1,000 contracts, a store of 10,000)\n\
    start     how soon the command line answers, what it takes at rest, how large the programs are\n\
    schedule  a backlog against the bound that a slow model sets (--full: at its real pace)\n\
    queue     steps a second, each forced to disk, beside the queue apalis on the same disk\n\
    flood     a person's commands while all workers are busy (--merged PDF: with one of yours among the load)\n\
    turns     a contract of 4 pages behind one of 400, beside its time alone\n\
    memory    twenty contracts of 400 pages in flight, and the processor's time of an idle program\n\
    api       twenty programs submitting contracts of 4 to 400 pages over HTTP, beside one alone\n\
    window    keys while twenty reviews stream, scrolling beside pdf.js's own viewer, the first paint beside\n\
    \x20         a bare window, an open window at rest\n\
    --corpus (or COUNTERSIGN_CORPUS) names a folder of contract PDFs; the CUAD v1 PDFs of The Atticus\n\
    Project are one: https://www.atticusprojectai.org/cuad. Without it contracts are made up.\n\
    --json FILE adds the figures to that file (target/bench.json without a name), --compare FILE says what\n\
    changed since such a file. `submit` and `review` only print theirs.\n\
    With --full the other programs are fetched from PyPI into target/references, a folder that can be deleted.";

/// The short form, in its order.
const SHORT: [&str; 5] = ["read", "pace", "growth", "start", "submit"];
/// What `--full` adds to it.
const FULL: [&str; 7] = [
    "turns", "queue", "flood", "memory", "api", "schedule", "window",
];

/// What the benches compare with, as their users install it.
const REFERENCES: [&str; 3] = [
    "pymupdf==2.0",
    "hermes-legal-advisor==2.9.0",
    "redline-buddy==0.2.0",
];

/// What was asked for besides the bench's name.
struct Wishes {
    corpus: Option<String>,
    json: Option<String>,
    compare: Option<String>,
    full: bool,
    mupdf: Option<String>,
    ocr: bool,
    merged: Option<String>,
}

/// Runs the bench that was named.
pub fn run(workspace: &Workspace, mut arguments: Arguments) -> Result<ExitCode, Error> {
    let consent = Consent::take(&mut arguments);
    let mut wishes = Wishes {
        corpus: arguments
            .option("--corpus")?
            .or_else(|| std::env::var("COUNTERSIGN_CORPUS").ok()),
        json: arguments.option("--json")?,
        compare: arguments.option("--compare")?,
        full: arguments.flag("--full"),
        mupdf: arguments.option("--mupdf")?,
        ocr: arguments.flag("--ocr"),
        merged: arguments.option("--merged")?,
    };
    let names = arguments.rest()?;
    match names.as_slice() {
        [] => all(workspace, consent, &mut wishes),
        [name] if name == "window" => window(workspace, consent, &wishes),
        [name] => bench(workspace, name, &wishes),
        _ => Err(unnamed()),
    }
}

/// The short form or, with `--full`, all of it; what is missed on the way is said at the end.
fn all(workspace: &Workspace, consent: Consent, wishes: &mut Wishes) -> Result<ExitCode, Error> {
    let mut steps = Steps::begin("Set-up");
    setup::prepare(workspace, Needs::TESTS, consent, &mut steps)?;
    steps.end();
    let begun = Instant::now();
    if wishes.full && wishes.mupdf.is_none() {
        let python = references(workspace)?.join("python");
        wishes.mupdf = Some(python.to_string_lossy().into_owned());
    }
    if wishes.json.is_none() {
        let file = workspace.target().join("bench.json");
        wishes.json = Some(file.to_string_lossy().into_owned());
    }
    let more = if wishes.full { &FULL[..] } else { &[] };
    let mut missed = Vec::new();
    for name in SHORT.iter().chain(more) {
        println!("\n== {name}");
        let done = match *name {
            "window" => window(workspace, consent, wishes),
            name => bench(workspace, name, wishes),
        };
        if done.is_err() {
            missed.push(*name);
        }
    }
    let minutes = begun.elapsed().as_secs_f64() / 60.0;
    let kept = wishes.json.as_deref().unwrap_or_default();
    println!("\n{minutes:.1} minutes, figures in {kept}");
    if missed.is_empty() {
        Ok(ExitCode::SUCCESS)
    } else {
        Err(Error::Missed {
            what: missed.join(", "),
        })
    }
}

/// Installs what the benches compare with into a virtual environment of their own; the folder of its programs.
fn references(workspace: &Workspace) -> Result<PathBuf, Error> {
    let folder = workspace.target().join("references");
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let mut python = Command::new("python3");
    process::run(python.args(["-m", "venv"]).arg(&folder))?;
    let mut pip = Command::new(programs.join("pip"));
    process::run(pip.args(["install", "--quiet"]).args(REFERENCES))?;
    Ok(programs)
}

fn unnamed() -> Error {
    Error::Usage {
        what: "`bench` measures `read`, `pace`, `growth`, `start`, `submit`, `review`, `schedule`, `queue`, `flood`, \
               `turns`, `memory`, `api` or `window`: name one, or none for the short form"
            .to_owned(),
    }
}

fn bench(workspace: &Workspace, name: &str, wishes: &Wishes) -> Result<ExitCode, Error> {
    let corpus = wishes.corpus.iter().map(String::as_str);
    let mut words: Vec<String> = Vec::new();
    match name {
        "submit" => words.extend(corpus.flat_map(|folder| option("--corpus", folder))),
        "review" => {
            let corpus = wishes.corpus.as_deref().ok_or_else(|| Error::Usage {
                what: "`bench review` needs a folder of contract PDFs: --corpus DIR (the CUAD v1 PDFs of The Atticus \
                       Project, for one)"
                    .to_owned(),
            })?;
            words.push(command_line(workspace)?);
            words.push(corpus.to_owned());
        }
        "read" => {
            words.extend(corpus.flat_map(|folder| option("--corpus", folder)));
            words.extend(
                wishes
                    .mupdf
                    .iter()
                    .flat_map(|python| option("--mupdf", python)),
            );
            words.extend(wishes.ocr.then(|| "--ocr".to_owned()));
        }
        "schedule" => {
            words.extend(option("--server", &model_server(workspace)?));
            words.extend(wishes.full.then(|| "--full".to_owned()));
        }
        "flood" => {
            words.extend(option("--server", &model_server(workspace)?));
            let merged = wishes.merged.iter().map(String::as_str);
            words.extend(merged.flat_map(|file| option("--merged", file)));
        }
        "pace" => {
            words.extend(option("--program", &command_line(workspace)?));
            if wishes.full {
                let programs = references(workspace)?;
                words.extend(option("--peers", &programs.to_string_lossy()));
            }
        }
        "growth" => words.extend(wishes.full.then(|| "--full".to_owned())),
        "start" => words.extend(option("--program", &command_line(workspace)?)),
        "turns" => words.extend(option("--server", &model_server(workspace)?)),
        "queue" => words.extend(option("--peer", &peer(workspace)?)),
        "api" => words.extend(option("--program", &command_line(workspace)?)),
        "memory" => {
            words.extend(option("--server", &model_server(workspace)?));
            words.extend(option("--program", &command_line(workspace)?));
        }
        _ => return Err(unnamed()),
    }
    if !matches!(name, "submit" | "review") {
        // A folder for temporary files may lie in memory; this one is on the disk that programs work on.
        words.extend(option("--folder", &workspace.target().to_string_lossy()));
        words.extend(kept(wishes));
    }
    example(workspace, &format!("bench_{name}"), &words)
}

/// Where the figures go, and what they are compared with.
fn kept(wishes: &Wishes) -> Vec<String> {
    let json = wishes.json.iter().flat_map(|file| option("--json", file));
    let compare = wishes.compare.iter();
    json.chain(compare.flat_map(|file| option("--compare", file)))
        .collect()
}

/// The window's figures: in a browser over the HTTP host, then in the real window.
fn window(workspace: &Workspace, consent: Consent, wishes: &Wishes) -> Result<ExitCode, Error> {
    let mut steps = Steps::begin("Set-up");
    setup::prepare(workspace, Needs::TESTS, consent, &mut steps)?;
    steps.end();
    let program = command_line(workspace)?;
    let mut measures = workspace.npm(&["run", "measures"]);
    let in_browser = process::run(measures.env("COUNTERSIGN_BIN", program));
    let bare = ["--package", "countersign-desktop", "--example", "bare"];
    let bare = build(workspace, &bare, "examples/bare")?;
    let mut bench = workspace.cargo(&["bench", "--locked", "--package", "countersign-desktop"]);
    bench.args(["--bench", "window", "--"]);
    bench.args(kept(wishes));
    process::run(bench.env("COUNTERSIGN_BARE", bare))?;
    // What is missed in the browser is told after the window was measured too.
    in_browser?;
    Ok(ExitCode::SUCCESS)
}

fn option(name: &str, value: &str) -> [String; 2] {
    [name.to_owned(), value.to_owned()]
}

/// The program that people type, built.
fn command_line(workspace: &Workspace) -> Result<String, Error> {
    let package = ["--package", "countersign-cli"];
    build(workspace, &package, "countersign")
}

/// The model server of the tests, built.
fn model_server(workspace: &Workspace) -> Result<String, Error> {
    let package = ["--package", "countersign-tests", "--bin", "fault_server"];
    build(workspace, &package, "fault_server")
}

/// The queue to compare with, built: a project of its own, since its libraries are other versions of ours.
fn peer(workspace: &Workspace) -> Result<String, Error> {
    let target = workspace.target();
    let project = [
        "--manifest-path",
        "tests/peers/apalis/Cargo.toml",
        "--target-dir",
        &target.to_string_lossy(),
    ];
    build(workspace, &project, "apalis-peer")
}

fn build(workspace: &Workspace, what: &[&str], program: &str) -> Result<String, Error> {
    let mut cargo = workspace.cargo(&["build", "--quiet", "--release", "--locked"]);
    process::run(cargo.args(what))?;
    let program = workspace.program("release", program);
    Ok(program.to_string_lossy().into_owned())
}

fn example(workspace: &Workspace, name: &str, words: &[String]) -> Result<ExitCode, Error> {
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
