//! What `cargo xtask test` runs. A lane is one thing that can pass or fail; [`ALL`] lists them in
//! the order they run: what answers in seconds first. One runs [`behind`] the others.
//!
//! Every cargo lane builds the same packages with the same features (`--workspace`, all targets),
//! so that none rebuilds what another has built.

mod behind;
#[cfg(target_os = "linux")]
mod counts;
mod fuzz;
mod layout;
mod licences;
mod tree;

use crate::error::Error;
use crate::process;
use crate::run;
use crate::setup::{Interface, Needs, Packages};
use crate::workspace::Workspace;
use Work::InTurn;

/// One lane.
pub struct Lane {
    /// What is typed to run it alone.
    pub name: &'static str,
    /// What it proves.
    pub about: &'static str,
    /// What must be there first.
    pub needs: Needs,
    /// What runs it.
    pub work: Work,
}

/// How a lane runs.
pub enum Work {
    /// To its end, in its turn.
    InTurn(fn(&Workspace) -> Result<(), Error>),
    /// Begun in its turn, and waited for when the others are done.
    Behind(fn(&Workspace) -> Result<Behind, Error>),
}

const NOTHING: Needs = Needs {
    packages: Packages::None,
    interface: Interface::None,
};
const MODULES: Needs = Needs {
    packages: Packages::None,
    interface: Interface::Modules,
};

/// Every lane.
pub const ALL: &[Lane] = &[
    Lane {
        name: "layout",
        about: "only the agreed entries stand at the top of the repository",
        needs: NOTHING,
        work: InTurn(layout::check),
    },
    Lane {
        name: "fmt",
        about: "the Rust is formatted",
        needs: NOTHING,
        work: InTurn(|at| process::run(&mut at.cargo(&["fmt", "--all", "--check"]))),
    },
    Lane {
        name: "licences",
        about: "every crate and npm package may be shipped with the program",
        needs: MODULES,
        work: InTurn(licences::check),
    },
    Lane {
        name: "fuzz",
        about: "files of each format, broken at random: a minute each in CI, seconds elsewhere",
        needs: Needs::TESTS,
        work: Work::Behind(fuzz::begin),
    },
    Lane {
        name: "ui-check",
        about: "the interface type-checks and keeps its lint rules",
        needs: MODULES,
        work: InTurn(|at| process::run(&mut at.npm(&["run", "check"]))),
    },
    Lane {
        name: "ui-test",
        about: "the interface's unit tests",
        needs: MODULES,
        work: InTurn(|at| process::run(&mut at.npm(&["run", "test"]))),
    },
    Lane {
        name: "clippy",
        about: "no compiler or clippy warning anywhere",
        needs: Needs::WINDOW,
        work: InTurn(|at| {
            let clippy = [
                "clippy",
                "--locked",
                "--workspace",
                "--all-targets",
                "--keep-going",
            ];
            process::run(at.cargo(&clippy).args(["--", "-D", "warnings"]))
        }),
    },
    Lane {
        name: "build",
        about: "every program and test compiles",
        needs: Needs::WINDOW,
        work: InTurn(build),
    },
    Lane {
        name: "test",
        about: "the Rust unit and integration tests",
        needs: Needs::TESTS,
        work: InTurn(test),
    },
    #[cfg(target_os = "linux")]
    Lane {
        name: "counts",
        about: "the instructions of the five hottest paths, beside those that were kept",
        needs: Needs::TESTS,
        work: InTurn(|at| {
            build(at)?;
            counts::check(at)
        }),
    },
    Lane {
        name: "run",
        about: "the first review of a newcomer: `cargo xtask run` without a display",
        needs: Needs::WINDOW,
        work: InTurn(|at| {
            build(at)?;
            run::prove_terminal(at)
        }),
    },
    Lane {
        name: "doc",
        about: "the documentation builds without a warning or a broken link",
        needs: Needs::WINDOW,
        work: InTurn(|at| {
            let doc = [
                "doc",
                "--locked",
                "--workspace",
                "--no-deps",
                "--keep-going",
                "--document-private-items",
            ];
            // These are the developers' pages, private items among them: links to those hold.
            let flags = "-D warnings -A rustdoc::private_intra_doc_links";
            process::run(at.cargo(&doc).env("RUSTDOCFLAGS", flags))
        }),
    },
    Lane {
        name: "e2e",
        about: "the interface in a browser, over the HTTP host and the real engine",
        needs: Needs::TESTS,
        work: InTurn(|at| {
            build(at)?;
            let program = at.program("debug", "countersign");
            process::run(at.npm(&["run", "e2e"]).env("COUNTERSIGN_BIN", program))
        }),
    },
    #[cfg(target_os = "linux")]
    Lane {
        name: "window",
        about: "the real window under Xvfb: drop, review, report, notification",
        needs: Needs::TESTS,
        work: InTurn(|at| {
            build(at)?;
            let test = ["test", "--locked", "--workspace", "--test", WINDOW];
            process::run(&mut at.cargo(&test))
        }),
    },
];

/// The test binary that opens real windows: a lane of its own.
const WINDOW: &str = "window";

pub use behind::Behind;
/// The last lane, run after the others: see [`tree`].
pub use tree::Tree;

/// Compiles all that the other cargo lanes run. Called by each that runs a program, so that it
/// may be asked for alone; when nothing changed it takes a second.
fn build(workspace: &Workspace) -> Result<(), Error> {
    process::run(&mut workspace.cargo(&["build", "--locked", "--workspace", "--all-targets"]))
}

/// Runs every Rust test but those that have a lane of their own.
fn test(workspace: &Workspace) -> Result<(), Error> {
    build(workspace)?;
    let mut tests = workspace.cargo(&[
        "test",
        "--locked",
        "--workspace",
        "--no-fail-fast",
        "--lib",
        "--bins",
    ]);
    for name in test_targets(workspace)? {
        tests.args(["--test", &name]);
    }
    let ended = process::run(&mut tests);
    // What naming targets leaves out.
    let examples = ["test", "--locked", "--workspace", "--no-fail-fast", "--doc"];
    process::run(&mut workspace.cargo(&examples)).and(ended)
}

/// The names of the integration test binaries, but for [`WINDOW`].
fn test_targets(workspace: &Workspace) -> Result<Vec<String>, Error> {
    let metadata = ["metadata", "--no-deps", "--format-version", "1", "--locked"];
    let metadata = process::read_json(&mut workspace.cargo(&metadata))?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let targets = packages.flat_map(|package| package["targets"].as_array().into_iter().flatten());
    Ok(targets
        .filter(|target| target["kind"][0] == "test")
        .filter_map(|target| target["name"].as_str())
        .filter(|name| *name != WINDOW)
        .map(str::to_owned)
        .collect())
}
