//! Where the checkout lies, and the tools called in it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;

/// A Countersign checkout.
#[derive(Debug)]
pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Finds the checkout that the working directory lies in.
    pub fn find() -> Result<Self, Error> {
        let here = std::env::current_dir().map_err(|_| Error::NoWorkspace)?;
        here.ancestors()
            .find(|folder| folder.join("src-tauri/crates/xtask/Cargo.toml").is_file())
            .map(|root| Self {
                root: root.to_owned(),
            })
            .ok_or(Error::NoWorkspace)
    }

    /// The folder of the root `Cargo.toml`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The interface's folder.
    pub fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// `cargo` in the root: the very one that runs this program.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(arguments).current_dir(&self.root);
        command
    }

    /// `npm` in the interface's folder.
    pub fn npm(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
        command.args(arguments).current_dir(self.ui());
        command
    }

    /// `git` in the root.
    pub fn git(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.args(arguments).current_dir(&self.root);
        command
    }

    /// Where cargo puts the program `name` of the profile folder `profile` (`debug`, `release`):
    /// beside this program's own profile folder.
    pub fn program(&self, profile: &str, name: &str) -> PathBuf {
        let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        self.target().join(profile).join(name)
    }

    /// cargo's target folder: the one this program was built into.
    pub fn target(&self) -> PathBuf {
        std::env::current_exe()
            .ok()
            .and_then(|program| Some(program.parent()?.parent()?.to_owned()))
            .unwrap_or_else(|| self.root.join("target"))
    }
}
