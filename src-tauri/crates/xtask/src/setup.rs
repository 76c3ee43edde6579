//! Set-up: brings a machine with Rust and Node to where the program builds and its tests run.
//!
//! Each step looks first and does only what is missing, so a second run takes seconds.

mod interface;
mod packages;
mod stamp;

use std::io::IsTerminal;
use std::process::ExitCode;

use crate::arguments::Arguments;
use crate::error::Error;
use crate::steps::Steps;
use crate::workspace::Workspace;

pub use interface::{packages as npm_packages, read_json};
pub use packages::{Packages, is_root};

/// What `help` says of it.
pub const ABOUT: &str = "Installs what is missing to build and run (default) or test: system \
    packages, npm packages,\nthe built interface. `run` and `test` do this by themselves.";

/// How much of the interface is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Interface {
    /// Nothing of it.
    None,
    /// Its npm packages.
    Modules,
    /// Its built files, which the desktop program and the HTTP host carry inside.
    Built,
}

/// What is to be there before a command goes on.
#[derive(Debug, Clone, Copy)]
pub struct Needs {
    /// System packages.
    pub packages: Packages,
    /// The interface.
    pub interface: Interface,
}

impl Needs {
    /// What the window needs.
    pub const WINDOW: Self = Self {
        packages: Packages::Build,
        interface: Interface::Built,
    };
    /// What every lane together needs.
    pub const TESTS: Self = Self {
        packages: Packages::Test,
        interface: Interface::Built,
    };

    /// What is needed to have both.
    pub fn and(self, other: Self) -> Self {
        Self {
            packages: self.packages.max(other.packages),
            interface: self.interface.max(other.interface),
        }
    }
}

/// Whether system packages may be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// Said beforehand: `--yes`, CI, or root without a terminal to ask on.
    Given,
    /// A person sits there: ask once.
    Ask,
    /// Nobody to ask and not root: name the line and stop.
    Unasked,
}

impl Consent {
    /// Takes `--yes` and looks at the surroundings.
    pub fn take(arguments: &mut Arguments) -> Self {
        if arguments.flag("--yes") || in_ci() {
            Self::Given
        } else if std::io::stdin().is_terminal() {
            Self::Ask
        } else if is_root() {
            Self::Given
        } else {
            Self::Unasked
        }
    }
}

/// Whether this is a run of continuous integration, by the variable that all of them set.
pub fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "false"))
}

/// Sets up on its own.
pub fn run(workspace: &Workspace, mut arguments: Arguments) -> Result<ExitCode, Error> {
    let consent = Consent::take(&mut arguments);
    let needs = match arguments.option("--for")?.as_deref() {
        None | Some("run") => Needs::WINDOW,
        Some("test") => Needs::TESTS,
        Some(other) => {
            let what = format!("`--for {other}`: set-up is for `run` or for `test`");
            return Err(Error::Usage { what });
        }
    };
    arguments.finish()?;
    let mut steps = Steps::begin("Set-up");
    prepare(workspace, needs, consent, &mut steps)?;
    steps.end();
    Ok(ExitCode::SUCCESS)
}

/// Brings about `needs`, one step after the other.
pub fn prepare(
    workspace: &Workspace,
    needs: Needs,
    consent: Consent,
    steps: &mut Steps,
) -> Result<(), Error> {
    steps.step("C linker", packages::find_linker)?;
    if needs.packages > Packages::None {
        steps.step("System packages", || {
            packages::install(needs.packages, consent)
        })?;
    }
    if needs.interface >= Interface::Modules {
        steps.step("Node", interface::find_node)?;
        steps.step("npm packages", || interface::install_modules(workspace))?;
    }
    if needs.interface >= Interface::Built {
        steps.step("Interface", || interface::build(workspace))?;
    }
    Ok(())
}
