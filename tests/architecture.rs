//! The dependency rule of `src-tauri/README.md`, read from the manifests: imports point towards
//! `contracts`, never sideways, and each outside world is known to one crate.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// What each crate of the program may import of the others.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("contracts", &[]),
    ("documents", &["contracts"]),
    ("offline", &["contracts"]),
    ("store", &["contracts"]),
    // Writes what leaves the program; reads no file and no store.
    ("exports", &["contracts"]),
    ("providers", &["contracts"]),
    (
        "engine",
        &[
            "contracts",
            "documents",
            "offline",
            "store",
            "exports",
            "providers",
        ],
    ),
    ("http", &["engine"]),
    // Learns from marked contracts; only the terminal host measures with it.
    ("training", &["contracts", "offline"]),
    ("cli", &["engine", "http", "training"]),
    ("desktop", &["engine", "http"]),
];

/// Crates from outside (with what begins with their name and a dash), and who may import them.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("tauri", &["desktop"]),
    ("sqlx", &["store"]),
    ("reqwest", &["providers"]),
    ("axum", &["http"]),
    ("rust_xlsxwriter", &["exports"]),
    ("docx-rs", &["exports"]),
    ("krilla", &["exports"]),
    ("icalendar", &["exports"]),
    ("hayro", &["documents"]),
    ("pdf-extract", &["documents"]),
    ("lopdf", &["documents"]),
    ("pdfium", &["documents"]),
    ("quick-xml", &["documents"]),
    ("html5ever", &["documents"]),
    ("mail-parser", &["documents"]),
    ("pulldown-cmark", &["documents"]),
];

/// What a crate of pure values and rules can have no use for.
const IMPURE: &[&str] = &[
    "async",
    "chrono",
    "futures",
    "getrandom",
    "rand",
    "reqwest",
    "tokio",
    "uuid",
];

/// The crates that are pure.
const PURE: &[&str] = &["contracts", "offline"];

/// One line of a manifest: who imports what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Import {
    from: String,
    name: String,
    in_tests: bool,
}

#[test]
fn imports_point_towards_contracts_and_never_sideways() {
    let broken: Vec<Import> = imports()
        .into_iter()
        .filter(|import| own(&import.name).is_some_and(|to| !may_import(import, to)))
        .collect();
    assert!(
        broken.is_empty(),
        "these imports break the rule: {broken:#?}"
    );
}

#[test]
fn every_crate_of_the_program_has_its_place_in_the_rule() {
    let members: BTreeSet<String> = imports().into_iter().map(|import| import.from).collect();
    let placed: BTreeSet<String> = MAY_IMPORT
        .iter()
        .map(|(name, _)| *name)
        .chain(["xtask", "tests"])
        .map(str::to_owned)
        .collect();
    let unplaced: Vec<&String> = members.difference(&placed).collect();
    assert!(
        unplaced.is_empty(),
        "say in MAY_IMPORT what these may import: {unplaced:?}"
    );
}

#[test]
fn each_outside_world_is_known_to_one_crate() {
    let broken: Vec<Import> = imports()
        .into_iter()
        .filter(|import| import.from != "tests")
        .filter(|import| {
            ONLY_IN.iter().any(|(name, only)| {
                is_or_extends(&import.name, name) && !only.contains(&import.from.as_str())
            })
        })
        .collect();
    assert!(
        broken.is_empty(),
        "these imports break the rule: {broken:#?}"
    );
}

#[test]
fn what_is_pure_imports_nothing_that_reads_clocks_or_worlds() {
    let broken: Vec<Import> = imports()
        .into_iter()
        .filter(|import| !import.in_tests && PURE.contains(&import.from.as_str()))
        .filter(|import| IMPURE.iter().any(|name| is_or_extends(&import.name, name)))
        .collect();
    assert!(
        broken.is_empty(),
        "these imports break the rule: {broken:#?}"
    );
}

/// Everything imports `tests` only for its typesetter, in its own tests; nothing imports `xtask`.
fn may_import(import: &Import, to: &str) -> bool {
    match import.from.as_str() {
        "tests" | "xtask" => to != "xtask",
        from => {
            (import.in_tests && to == "tests")
                || MAY_IMPORT
                    .iter()
                    .any(|(name, allowed)| *name == from && allowed.contains(&to))
        }
    }
}

fn own(package: &str) -> Option<&str> {
    package.strip_prefix("countersign-")
}

fn is_or_extends(package: &str, name: &str) -> bool {
    package
        .strip_prefix(name)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Every import of every member, for every system and feature.
fn imports() -> BTreeSet<Import> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .current_dir(root)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages.iter().flat_map(imports_of).collect()
}

fn imports_of(package: &Value) -> Vec<Import> {
    let from = own(package["name"].as_str().unwrap()).unwrap();
    let dependencies = package["dependencies"].as_array().unwrap();
    dependencies
        .iter()
        .map(|dependency| Import {
            from: from.to_owned(),
            name: dependency["name"].as_str().unwrap().to_owned(),
            in_tests: dependency["kind"] == "dev",
        })
        .collect()
}
