//! The top of the repository stays as short as it was agreed.

use std::fs;

use crate::error::Error;
use crate::workspace::Workspace;

/// What may stand at the top, beside names that begin with a dot.
const AGREED: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "README.md",
    "src-tauri",
    "ui",
    "tests",
];

/// Lists what stands at the top and shouldn't.
pub fn check(workspace: &Workspace) -> Result<(), Error> {
    let listing = |source| Error::File {
        doing: "listing the repository".to_owned(),
        source,
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(workspace.root()).map_err(listing)? {
        let name = entry.map_err(listing)?.file_name();
        found.push(name.to_string_lossy().into_owned());
    }
    found.retain(|name| is_stray(name));
    found.sort();
    if found.is_empty() {
        return Ok(());
    }
    Err(Error::Found {
        heading: "These don't belong at the top of the repository:",
        found,
    })
}

fn is_stray(name: &str) -> bool {
    // `target` is where cargo builds by default; git ignores it.
    !name.starts_with('.') && name != "target" && !AGREED.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotfiles_and_the_agreed_names_may_stay() {
        for name in [".ci", "README.md", "src-tauri", "target"] {
            assert!(!is_stray(name), "{name}");
        }
        for name in ["docs", "justfile", "package.json", "readme.md"] {
            assert!(is_stray(name), "{name}");
        }
    }
}
