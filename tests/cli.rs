//! The built command line, as a person calls it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// `countersign` as cargo built it beside this test.
pub fn program() -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let program = here
        .ancestors()
        .nth(2)
        .unwrap()
        .join(format!("countersign{}", std::env::consts::EXE_SUFFIX));
    assert!(
        program.is_file(),
        "{} is missing: `cargo build --workspace` makes it",
        program.display()
    );
    program
}

/// A data folder of its own, thrown away at the end.
pub struct Desk {
    pub folder: tempfile::TempDir,
}

impl Desk {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub fn command<A: AsRef<std::ffi::OsStr>>(&self, arguments: &[A]) -> Command {
        let mut command = Command::new(program());
        command
            .arg("--data-dir")
            .arg(self.data())
            .args(arguments)
            .stdin(Stdio::null());
        command
            .env_remove("COUNTERSIGN_LOG")
            .env_remove("COUNTERSIGN_OTLP")
            // Nobody's own keychain is touched.
            .env("COUNTERSIGN_KEYCHAIN", "off");
        command
    }

    pub fn run<A: AsRef<std::ffi::OsStr>>(&self, arguments: &[A]) -> Output {
        self.command(arguments).output().unwrap()
    }

    pub fn list(&self) -> Vec<serde_json::Value> {
        let output = self.run(&["list", "--json"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The text of one page as another program reads it.
pub fn pdftotext(file: &Path, page: u64) -> String {
    let page = page.to_string();
    let output = Command::new("pdftotext")
        .args(["-f", &page, "-l", &page])
        .arg(file)
        .arg("-")
        .output();
    text(
        &output
            .expect("pdftotext (poppler-utils) is part of the test set-up")
            .stdout,
    )
}

/// Without spaces and hyphens, which readers put where they like.
pub fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{ad}'))
        .collect()
}
