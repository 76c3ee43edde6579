//! The lanes leave the checkout as they found it: generated files are up to date, and no test
//! writes beside itself.

use crate::error::Error;
use crate::process;
use crate::workspace::Workspace;

/// What git says of the checkout at one time.
#[derive(Debug, Default)]
pub struct Tree {
    lines: Vec<String>,
}

impl Tree {
    /// Its name in the table.
    pub const NAME: &str = "tree";

    /// Asks git; nothing where there's no git checkout.
    pub fn look(workspace: &Workspace) -> Option<Self> {
        if !workspace.root().join(".git").exists() {
            return None;
        }
        let status = ["status", "--porcelain", "--untracked-files=all"];
        let listed = process::read(&mut workspace.git(&status)).ok()?;
        Some(Self {
            lines: listed.lines().map(str::to_owned).collect(),
        })
    }

    /// Lists what `after` shows that this doesn't. A person's own edits, there before, are theirs.
    pub fn compare(&self, after: &Self) -> Result<(), Error> {
        let new = after.lines.iter().filter(|line| !self.lines.contains(line));
        let found: Vec<String> = new.cloned().collect();
        if found.is_empty() {
            return Ok(());
        }
        let heading = "The run changed these files (unless you did meanwhile); commit generated \
            ones, and let tests write to temporary folders:";
        Err(Error::Found { heading, found })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(lines: &[&str]) -> Tree {
        Tree {
            lines: lines.iter().map(|line| (*line).to_owned()).collect(),
        }
    }

    #[test]
    fn only_what_is_new_counts() {
        let before = tree(&[" M src/main.rs"]);
        assert!(before.compare(&tree(&[" M src/main.rs"])).is_ok());
        assert!(before.compare(&tree(&[])).is_ok());
        let error = before
            .compare(&tree(&[" M src/main.rs", "?? out.pdf"]))
            .unwrap_err();
        assert!(error.to_string().ends_with("  - ?? out.pdf"));
    }
}
