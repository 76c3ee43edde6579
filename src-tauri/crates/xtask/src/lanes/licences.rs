//! Every package that is built into the program, or builds it, has a licence that lets it be
//! shipped. Nothing copyleft is linked, with one exception that is written down.

use serde_json::Value;

use crate::error::Error;
use crate::process;
use crate::setup::{npm_packages, read_json};
use crate::workspace::Workspace;

/// Licences (SPDX) of what is linked or bundled.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    // The certificate list of webpki-roots: data, free to share with its notice.
    "CDLA-Permissive-2.0",
    // Copyleft by the file: Tauri's HTML handling (cssparser, selectors) is under it. Linking puts
    // nothing on our own files, and these are used unchanged.
    "MPL-2.0",
];

/// Exceptions that loosen an allowed licence further.
const ALLOWED_WITH: &[&str] = &["LLVM-exception"];

/// Licences of npm packages that work on the interface and never become part of it.
const ALLOWED_IN_TOOLS: &[&str] = &[
    "BlueOak-1.0.0",
    "Python-2.0",
    // Data about browsers.
    "CC-BY-4.0",
];

/// Lists every package whose licence isn't allowed.
pub fn check(workspace: &Workspace) -> Result<(), Error> {
    let crates = crate_licences(workspace)?;
    let npm = npm_licences(workspace)?;
    println!("    {} crates and {} npm packages", crates.len(), npm.len());
    let found: Vec<String> = crates
        .iter()
        .chain(&npm)
        .filter(|package| !package.is_allowed())
        .map(Package::describe)
        .collect();
    if found.is_empty() {
        return Ok(());
    }
    Err(Error::Found {
        heading: "The licences of these packages aren't on the list in \
            src-tauri/crates/xtask/src/lanes/licences.rs:",
        found,
    })
}

/// A package and what it says of its licence.
struct Package {
    name: String,
    licence: Option<String>,
    is_tool: bool,
}

impl Package {
    fn is_allowed(&self) -> bool {
        self.licence.as_deref().is_some_and(|licence| {
            allows(licence, &|id| {
                ALLOWED.contains(&id) || (self.is_tool && ALLOWED_IN_TOOLS.contains(&id))
            })
        })
    }

    fn describe(&self) -> String {
        let licence = self.licence.as_deref().unwrap_or("no licence given");
        format!("{}: {licence}", self.name)
    }
}

/// The crates of every system the program may be built for.
fn crate_licences(workspace: &Workspace) -> Result<Vec<Package>, Error> {
    let metadata = ["metadata", "--format-version", "1", "--locked"];
    let metadata = process::read_json(&mut workspace.cargo(&metadata))?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let package = |package: &Value| Package {
        name: format!("{} {}", text(package, "name"), text(package, "version")),
        licence: package["license"].as_str().map(str::to_owned),
        is_tool: false,
    };
    Ok(packages.map(package).collect())
}

/// The npm packages of the lock file; older ones say their licence only in their own package.json.
fn npm_licences(workspace: &Workspace) -> Result<Vec<Package>, Error> {
    let ui = workspace.ui();
    let lock = read_json(&ui.join("package-lock.json"))?;
    let own = |path: &str| {
        let package = read_json(&ui.join(path).join("package.json")).ok()?;
        package["license"].as_str().map(str::to_owned)
    };
    let package = |(path, entry): (&str, &Value)| Package {
        name: format!(
            "npm {} {}",
            path.trim_start_matches("node_modules/"),
            text(entry, "version")
        ),
        licence: entry["license"]
            .as_str()
            .map(str::to_owned)
            .or_else(|| own(path)),
        is_tool: entry["dev"] == true || entry["devOptional"] == true,
    };
    Ok(npm_packages(&lock).map(package).collect())
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or("?")
}

/// Whether an SPDX expression can be met with licences that `allowed` knows. `/` is the old way
/// to write OR; AND binds tighter than OR; WITH belongs to the word before it.
fn allows(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader {
        words: &words,
        allowed,
    };
    let met = reader.either();
    met == Some(true) && reader.words.is_empty()
}

/// Reads an expression from its front; each part is nothing when it isn't well formed.
struct Reader<'a> {
    words: &'a [&'a str],
    allowed: &'a dyn Fn(&str) -> bool,
}

impl<'a> Reader<'a> {
    fn either(&mut self) -> Option<bool> {
        let mut met = self.both()?;
        while self.take("OR") {
            met |= self.both()?;
        }
        Some(met)
    }

    fn both(&mut self) -> Option<bool> {
        let mut met = self.one()?;
        while self.take("AND") {
            met &= self.one()?;
        }
        Some(met)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let met = self.either()?;
            return self.take(")").then_some(met);
        }
        let licence = self.word()?;
        let mut met = (self.allowed)(licence);
        if self.take("WITH") {
            met &= ALLOWED_WITH.contains(&self.word()?);
        }
        Some(met)
    }

    fn word(&mut self) -> Option<&'a str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn take(&mut self, word: &str) -> bool {
        match self.words.split_first() {
            Some((first, rest)) if first.eq_ignore_ascii_case(word) => {
                self.words = rest;
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expression: &str, expected: bool) {
        let met = allows(expression, &|id| ALLOWED.contains(&id));
        assert_eq!(met, expected, "{expression}");
    }

    #[test]
    fn one_allowed_choice_is_enough_and_every_duty_must_be_allowed() {
        check("MIT", true);
        check("MIT/Apache-2.0", true);
        check("GPL-3.0-or-later OR MIT", true);
        check("(MIT OR Apache-2.0) AND Unicode-3.0", true);
        check("Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT", true);
        check("MIT AND GPL-2.0-only", false);
        check("MIT OR Apache-2.0 AND GPL-2.0-only", true);
        check("(MIT OR Apache-2.0) AND LGPL-2.1-only", false);
        check("Apache-2.0 WITH Odd-exception", false);
    }

    #[test]
    fn what_is_not_an_expression_is_not_allowed() {
        for odd in [
            "",
            "MIT OR",
            "(MIT",
            "MIT)",
            "MIT Apache-2.0",
            "SEE LICENSE IN FILE",
        ] {
            check(odd, false);
        }
    }
}
