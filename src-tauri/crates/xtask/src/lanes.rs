//! What `cargo xtask test` runs. A lane is one thing that can pass or fail; [`ALL`] lists them in
//! the order they run: what answers in seconds first.
//!
//! Every cargo lane builds the same packages with the same features (`--workspace`, all targets),
//! so that none rebuilds what another has built.

mod layout;
mod licences;
mod tree;

use crate::error::Error;
use crate::process;
use crate::run;
use crate::setup::{self, Interface, Needs, Packages};
use crate::workspace::Workspace;

/// One lane.
pub struct Lane {
    /// What is typed to run it alone.
    pub name: &'static str,
    /// What it proves.
    pub about: &'static str,
    /// What must be there first.
    pub needs: Needs,
    /// Runs it.
    pub run: fn(&Workspace) -> Result<(), Error>,
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
        run: layout::check,
    },
    Lane {
        name: "fmt",
        about: "the Rust is formatted",
        needs: NOTHING,
        run: |at| process::run(&mut at.cargo(&["fmt", "--all", "--check"])),
    },
    Lane {
        name: "licences",
        about: "every crate and npm package may be shipped with the program",
        needs: MODULES,
        run: licences::check,
    },
    Lane {
        name: "ui-check",
        about: "the interface type-checks and keeps its lint rules",
        needs: MODULES,
        run: |at| process::run(&mut at.npm(&["run", "check"])),
    },
    Lane {
        name: "ui-test",
        about: "the interface's unit tests",
        needs: MODULES,
        run: |at| process::run(&mut at.npm(&["run", "test"])),
    },
    Lane {
        name: "clippy",
        about: "no compiler or clippy warning anywhere",
        needs: Needs::WINDOW,
        run: |at| {
            let clippy = [
                "clippy",
                "--locked",
                "--workspace",
                "--all-targets",
                "--keep-going",
            ];
            process::run(at.cargo(&clippy).args(["--", "-D", "warnings"]))
        },
    },
    Lane {
        name: "build",
        about: "every program and test compiles",
        needs: Needs::WINDOW,
        run: build,
    },
    Lane {
        name: "test",
        about: "the Rust unit and integration tests",
        needs: Needs::TESTS,
        run: test,
    },
    Lane {
        name: "fuzz",
        about: "files of each format, broken at random: a minute each in CI, seconds elsewhere",
        needs: Needs::TESTS,
        run: fuzz,
    },
    Lane {
        name: "run",
        about: "the first review of a newcomer: `cargo xtask run` without a display",
        needs: Needs::WINDOW,
        run: |at| {
            build(at)?;
            run::prove_terminal(at)
        },
    },
    Lane {
        name: "doc",
        about: "the documentation builds without a warning or a broken link",
        needs: Needs::WINDOW,
        run: |at| {
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
        },
    },
    Lane {
        name: "e2e",
        about: "the interface in a browser, over the HTTP host and the real engine",
        needs: Needs::TESTS,
        run: |at| {
            build(at)?;
            let program = at.program("debug", "countersign");
            process::run(at.npm(&["run", "e2e"]).env("COUNTERSIGN_BIN", program))
        },
    },
    #[cfg(target_os = "linux")]
    Lane {
        name: "window",
        about: "the real window under Xvfb: drop, review, report, notification",
        needs: Needs::TESTS,
        run: |at| {
            build(at)?;
            let test = ["test", "--locked", "--workspace", "--test", WINDOW];
            process::run(&mut at.cargo(&test))
        },
    },
];

/// The test binary that opens real windows: a lane of its own.
const WINDOW: &str = "window";

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

/// Breaks files of each format for longer than the tests do. COUNTERSIGN_FUZZ_SECONDS says otherwise.
fn fuzz(workspace: &Workspace) -> Result<(), Error> {
    build(workspace)?;
    let usual = if setup::in_ci() { "60" } else { "5" };
    let seconds = std::env::var("COUNTERSIGN_FUZZ_SECONDS").unwrap_or(usual.to_owned());
    let run = |target: &str, only: &[&str]| {
        let test = ["test", "--locked", "--workspace", "--test", target, "--"];
        let mut test = workspace.cargo(&test);
        process::run(test.args(only).env("COUNTERSIGN_FUZZ_SECONDS", &seconds))
    };
    run("fuzz", &["--nocapture"])?;
    run("cage", &["changed_bytes"])
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
