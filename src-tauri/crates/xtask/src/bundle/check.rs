//! Trying packages out: installed into a folder of their own by the system's own tools, started, removed.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{COMMAND_LINE, remove};
use crate::error::Error;
use crate::process;
use crate::setup::is_root;
use crate::workspace::Workspace;

/// What the package is called.
const PACKAGE: &str = "countersign";
/// The window's program.
const WINDOW: &str = "/usr/bin/countersign-desktop";
/// The desktop entry.
const ENTRY: &str = "/usr/share/applications/Countersign.desktop";
/// Sizes of the icon that a desktop looks for.
const ICONS: &[&str] = &["32x32", "128x128", "256x256@2"];
/// Lines that the desktop entry must have.
const LINES: &[&str] = &[
    "Name=Countersign",
    "Exec=countersign-desktop %U",
    "Icon=countersign-desktop",
    "MimeType=application/pdf;application/vnd.openxmlformats-officedocument.wordprocessingml.document;x-scheme-handler/countersign;",
];
/// The test of the window that is run with the installed program.
const TEST: &str = "the_samples_are_reviewed_and_a_finding_points_at_the_page";

/// Installs a Debian package into `root`, starts what is in it, and purges it again.
pub fn deb(workspace: &Workspace, package: &Path, root: &Path) -> Result<(), Error> {
    remove(root)?;
    for folder in [
        "var/lib/dpkg/info",
        "var/lib/dpkg/updates",
        "var/lib/dpkg/triggers",
    ] {
        make(&root.join(folder))?;
    }
    for file in ["var/lib/dpkg/status", "var/lib/dpkg/available"] {
        write(&root.join(file))?;
    }
    process::run(dpkg(root).arg("--install").arg(package))?;
    let listed = process::read(dpkg(root).args(["--listfiles", PACKAGE]))?;
    let mut wrong = missing(&listed.lines().collect::<Vec<_>>());
    wrong.extend(entry_without(&root.join(ENTRY.trim_start_matches('/')))?);
    found("The Debian package lacks:", wrong)?;

    let program = inside(root, COMMAND_LINE);
    let version = process::read(Command::new(&program).arg("--version"))?;
    println!("    installed: {}", version.trim());
    let test = [
        "test",
        "--locked",
        "--package",
        "countersign-desktop",
        "--test",
        "window",
        "--",
        TEST,
    ];
    process::run(
        workspace
            .cargo(&test)
            .env("COUNTERSIGN_DESKTOP", inside(root, WINDOW)),
    )?;

    process::run(dpkg(root).args(["--purge", PACKAGE]))?;
    let mut left = Vec::new();
    files(&root.join("usr"), &mut left);
    found("Removing the Debian package left behind:", left)?;
    remove(root)
}

/// Ends at once where a tool is missing that a check needs after a build of many minutes.
pub fn tools() -> Result<(), Error> {
    let wanted = [
        (
            "dpkg",
            "It tries the Debian package: `apt-get install dpkg`, or leave --check out",
        ),
        (
            "rpm",
            "It tries the RPM package: `apt-get install rpm`, or leave --check out",
        ),
    ];
    match wanted
        .into_iter()
        .find(|(tool, _)| process::ask(tool, &["--version"]).is_none())
    {
        Some((tool, remedy)) => Err(Error::MissingTool {
            tool,
            remedy: remedy.to_owned(),
        }),
        None => Ok(()),
    }
}

/// Looks into an RPM package, installs it into `root`, starts the command line, and erases it again. Without an
/// administrator's rights `rpm` takes no folder in the system's place, and the package is only looked into.
pub fn rpm(package: &Path, root: &Path) -> Result<(), Error> {
    let listed = process::read(
        Command::new("rpm")
            .args(["--query", "--list", "--package"])
            .arg(package),
    )?;
    found(
        "The RPM package lacks:",
        missing(&listed.lines().collect::<Vec<_>>()),
    )?;
    process::run(
        Command::new("rpm")
            .args(["--checksig", "--nosignature"])
            .arg(package),
    )?;
    if !is_root() {
        println!("    not installed: rpm needs an administrator's rights for that");
        return Ok(());
    }
    remove(root)?;
    make(root)?;
    process::run(on(root).args(["--install", "--nodeps"]).arg(package))?;
    let entry = entry_without(&inside(root, ENTRY))?;
    found("The RPM package lacks:", entry)?;
    let program = inside(root, COMMAND_LINE);
    let version = process::read(Command::new(&program).arg("--version"))?;
    println!("    installed: {}", version.trim());
    process::run(on(root).args(["--erase", PACKAGE]))?;
    let mut left = Vec::new();
    files(&root.join("usr"), &mut left);
    found("Removing the RPM package left behind:", left)?;
    remove(root)
}

/// `rpm` on a folder in the system's place, with its database where nothing is installed to.
fn on(root: &Path) -> Command {
    let mut command = Command::new("rpm");
    command
        .arg("--root")
        .arg(root)
        .args(["--dbpath", "/var/lib/rpm"]);
    command
}

/// Files that a package must have and this list has not.
fn missing(listed: &[&str]) -> Vec<String> {
    let icons = ICONS
        .iter()
        .map(|size| format!("/usr/share/icons/hicolor/{size}/apps/countersign-desktop.png"));
    let wanted = [WINDOW, COMMAND_LINE, ENTRY].map(str::to_owned);
    let lacks = |file: &String| !listed.contains(&file.as_str());
    wanted.into_iter().chain(icons).filter(lacks).collect()
}

/// Lines that the desktop entry must have and has not.
fn entry_without(entry: &Path) -> Result<Vec<String>, Error> {
    let text = std::fs::read_to_string(entry).map_err(|source| Error::File {
        doing: format!("reading {}", entry.display()),
        source,
    })?;
    let lines: Vec<&str> = text.lines().collect();
    let lacks = |line: &&&str| !lines.contains(*line);
    Ok(LINES
        .iter()
        .filter(lacks)
        .map(|line| format!("{} in the desktop entry", line))
        .collect())
}

fn found(heading: &'static str, found: Vec<String>) -> Result<(), Error> {
    if found.is_empty() {
        return Ok(());
    }
    Err(Error::Found { heading, found })
}

/// `dpkg` on a folder in the system's place. What the package depends on is not in there.
fn dpkg(root: &Path) -> Command {
    let mut command = if is_root() {
        Command::new("dpkg")
    } else {
        let mut fake = Command::new("fakeroot");
        fake.arg("dpkg");
        fake
    };
    command
        .args(["--force-depends", "--force-script-chrootless", "--root"])
        .arg(root);
    // Tools that dpkg looks for stand there.
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{path}:/usr/sbin:/sbin"));
    command
}

fn inside(root: &Path, path: &str) -> PathBuf {
    root.join(path.trim_start_matches('/'))
}

/// Everything under a folder that is no folder.
fn files(folder: &Path, into: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, into);
        } else {
            into.push(path.display().to_string());
        }
    }
}

fn make(folder: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(folder).map_err(|source| Error::File {
        doing: format!("making {}", folder.display()),
        source,
    })
}

fn write(file: &Path) -> Result<(), Error> {
    std::fs::write(file, "").map_err(|source| Error::File {
        doing: format!("writing {}", file.display()),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_without_its_icons_is_told() {
        let whole: Vec<String> = missing(&[]);
        assert_eq!(whole.len(), 3 + ICONS.len());
        let listed: Vec<&str> = whole.iter().map(String::as_str).collect();
        assert_eq!(missing(&listed), Vec::<String>::new());
        let without: Vec<&str> = listed
            .iter()
            .copied()
            .filter(|file| !file.contains("128x128/"))
            .collect();
        assert_eq!(
            missing(&without),
            ["/usr/share/icons/hicolor/128x128/apps/countersign-desktop.png"]
        );
    }

    #[test]
    fn the_desktop_entry_of_the_sources_opens_files() {
        let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../countersign.desktop");
        let lacking = entry_without(&template).unwrap();
        // The packer writes name, program and icon into it.
        assert_eq!(lacking.len(), 3, "{lacking:?}");
        assert!(
            lacking.iter().all(|line| !line.contains("MimeType")),
            "{lacking:?}"
        );
    }
}
