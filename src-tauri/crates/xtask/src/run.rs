//! `cargo xtask run`: from a fresh checkout to an open window, or to a review in the terminal
//! where there's no display.

use std::ffi::OsString;
use std::fs::DirEntry;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::arguments::Arguments;
use crate::error::Error;
use crate::process;
use crate::setup::{self, Consent, Interface, Needs, Packages};
use crate::steps::{Outcome, Steps};
use crate::workspace::Workspace;

/// What `help` says of it.
pub const ABOUT: &str = "Sets up and opens Countersign with the FILEs dropped in, or on its \
    sample contracts. Without a\ndisplay, or with --terminal, reviews them in the terminal. \
    --yes installs missing system\npackages unasked; --release builds slower and runs faster.";

/// Where a review in the terminal leaves its summaries; git ignores it.
const SUMMARIES: &str = ".countersign/summaries";

/// How many sample contracts the program brings.
const SAMPLES: usize = 2;

/// Where contracts are reviewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Window,
    Terminal,
}

/// How cargo builds it.
///
/// A first build of everything takes about half as long as with `--release` (no link-time
/// optimisation), and dependencies, where the time of a review goes, are optimised in both: so
/// the quick build is what a person who wants to see the program gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Profile {
    Dev,
    Release,
}

/// Sets up, builds and opens.
pub fn run(workspace: &Workspace, mut arguments: Arguments) -> Result<ExitCode, Error> {
    let consent = Consent::take(&mut arguments);
    let profile = if arguments.flag("--release") {
        Profile::Release
    } else {
        Profile::Dev
    };
    let place = if arguments.flag("--terminal") || !has_display() {
        Place::Terminal
    } else {
        Place::Window
    };
    let files = find_files(&arguments.rest()?)?;
    let needs = match place {
        Place::Window => Needs::WINDOW,
        Place::Terminal => Needs {
            packages: Packages::None,
            interface: Interface::None,
        },
    };
    let mut steps = Steps::begin("Set-up");
    setup::prepare(workspace, needs, consent, &mut steps)?;
    steps.step("Program", || build(workspace, place, profile))?;
    steps.end();
    open(workspace, place, profile, &files)
}

/// Makes the paths absolute and sees to it that each can be opened, before minutes of building.
fn find_files(names: &[String]) -> Result<Vec<PathBuf>, Error> {
    let find = |name: &String| {
        let path = PathBuf::from(name);
        std::fs::File::open(&path)
            .and_then(|_| std::path::absolute(&path))
            .map_err(|source| Error::NoSuchFile { path, source })
    };
    names.iter().map(find).collect()
}

fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

fn build(workspace: &Workspace, place: Place, profile: Profile) -> Result<Outcome, Error> {
    let mut build = workspace.cargo(&["build", "--locked", "--package", place.package()]);
    build.args((profile == Profile::Release).then_some("--release"));
    process::run(&mut build)?;
    let program = workspace.program(profile.folder(), place.program());
    Ok(Outcome::Done(format!(
        "{} is up to date",
        program.display()
    )))
}

fn open(
    workspace: &Workspace,
    place: Place,
    profile: Profile,
    files: &[PathBuf],
) -> Result<ExitCode, Error> {
    match place {
        Place::Window => println!("Opening Countersign."),
        Place::Terminal => println!("Reviewing in the terminal."),
    }
    let mut command = Command::new(workspace.program(profile.folder(), place.program()));
    command.args(words(place, files, &workspace.root().join(SUMMARIES)));
    let status = command.status().map_err(|source| Error::NotStarted {
        command: process::command_line(&command),
        source,
    })?;
    // The program has said why itself; its exit code goes on to whoever called.
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// What `run` does on a machine without a display and without files, in folders of its own: each
/// sample contract must leave a summary. A lane of `test`.
pub fn prove_terminal(workspace: &Workspace) -> Result<(), Error> {
    let folder = workspace.target().join("xtask/run");
    let summaries = folder.join("summaries");
    match std::fs::remove_dir_all(&folder) {
        Err(source) if source.kind() != ErrorKind::NotFound => {
            let doing = format!("emptying {}", folder.display());
            return Err(Error::File { doing, source });
        }
        _ => {}
    }
    let program = workspace.program(Profile::Dev.folder(), Place::Terminal.program());
    let mut review = Command::new(program);
    review
        .args(words(Place::Terminal, &[], &summaries))
        .env("COUNTERSIGN_DATA", folder.join("data"));
    process::run(&mut review)?;
    let count = std::fs::read_dir(&summaries)
        .map(|entries| entries.flatten().filter(is_summary).count())
        .unwrap_or_default();
    if count == SAMPLES {
        return Ok(());
    }
    let found = vec![format!("{count} of {SAMPLES} in {}", summaries.display())];
    Err(Error::Found {
        heading: "A sample contract left no summary:",
        found,
    })
}

fn is_summary(entry: &DirEntry) -> bool {
    let has_words = entry.metadata().is_ok_and(|metadata| metadata.len() > 0);
    has_words
        && entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "md")
}

/// What the program is called with.
fn words(place: Place, files: &[PathBuf], summaries: &Path) -> Vec<OsString> {
    let mut words: Vec<OsString> = Vec::new();
    if place == Place::Terminal {
        words.extend(["review", "--format", "md", "--out"].map(OsString::from));
        words.push(summaries.into());
    }
    if files.is_empty() {
        words.push("--samples".into());
    }
    words.extend(files.iter().map(|file| file.clone().into()));
    words
}

impl Place {
    fn package(self) -> &'static str {
        match self {
            Self::Window => "countersign-desktop",
            Self::Terminal => "countersign-cli",
        }
    }

    fn program(self) -> &'static str {
        match self {
            Self::Window => "countersign-desktop",
            Self::Terminal => "countersign",
        }
    }
}

impl Profile {
    fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "release",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_files_the_samples_open() {
        assert_eq!(words(Place::Window, &[], Path::new("out")), ["--samples"]);
        assert_eq!(
            words(Place::Terminal, &[], Path::new("out")),
            ["review", "--format", "md", "--out", "out", "--samples"]
        );
    }

    #[test]
    fn files_are_handed_on_as_they_are() {
        let files = [PathBuf::from("/a b.pdf")];
        assert_eq!(words(Place::Window, &files, Path::new("out")), ["/a b.pdf"]);
    }

    #[test]
    fn a_file_that_is_not_there_is_named_before_anything_is_built() {
        let error = find_files(&["no-such.pdf".to_owned()]).unwrap_err();
        assert!(error.to_string().starts_with("no-such.pdf"));
    }
}
