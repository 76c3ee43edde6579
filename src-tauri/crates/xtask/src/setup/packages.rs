//! The system's packages: which are missing, and the one line that installs them.

use std::io::{BufRead, Write};
use std::path::Path;
use std::process::Command;

use super::Consent;
use crate::error::Error;
use crate::process;
use crate::steps::Outcome;

/// How many of the system packages are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Packages {
    /// None: what has no window builds with a C compiler alone.
    None,
    /// To build and open the window.
    Build,
    /// To run every lane as well.
    Test,
}

/// What Tauri 2 builds against on Debian and Ubuntu.
const DEBIAN_BUILD: &[&str] = &[
    "libwebkit2gtk-4.1-dev",
    "libssl-dev",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "build-essential",
    "pkg-config",
    "file",
    "patchelf",
    "libxdo-dev",
];

/// What drives a real window without a display, and the independent tools that results are
/// compared with.
const DEBIAN_TEST: &[&str] = &[
    "webkit2gtk-driver",
    "xvfb",
    "xauth",
    "xdotool",
    "openbox",
    "imagemagick",
    "x11-utils",
    "dbus",
    "dbus-x11",
    "libnotify-bin",
    "gnome-keyring",
    "libsecret-tools",
    "python3-gi",
    "python3-dbus",
    "gir1.2-gtk-3.0",
    "xdg-utils",
    "fonts-dejavu-core",
    "at-spi2-core",
    "poppler-utils",
    "tesseract-ocr",
    "qpdf",
    "valgrind",
    "chromium",
];

/// The pkg-config modules and programs that show, on other Linux systems, that the packages are
/// there under whatever name.
const MODULES: &[&str] = &[
    "webkit2gtk-4.1",
    "openssl",
    "ayatana-appindicator3-0.1",
    "librsvg-2.0",
];
const PROGRAMS: &[&str] = &[
    "WebKitWebDriver",
    "Xvfb",
    "xauth",
    "xdotool",
    "openbox",
    "dbus-run-session",
    "gnome-keyring-daemon",
    "pdftotext",
    "tesseract",
    "qpdf",
];

const FEDORA_BUILD: &str = "sudo dnf install webkit2gtk4.1-devel openssl-devel \
    libayatana-appindicator-gtk3-devel librsvg2-devel libxdo-devel gcc gcc-c++ make pkgconf file \
    patchelf";
const FEDORA_TEST: &str = "webkit2gtk-driver xorg-x11-server-Xvfb xauth xdotool openbox \
    ImageMagick xprop xwininfo dbus-daemon dbus-x11 libnotify gnome-keyring libsecret \
    python3-gobject python3-dbus gtk3 xdg-utils dejavu-sans-fonts at-spi2-core poppler-utils \
    tesseract qpdf valgrind chromium";
const ARCH_BUILD: &str = "sudo pacman -S --needed webkit2gtk-4.1 openssl \
    libayatana-appindicator librsvg xdotool base-devel file patchelf";
const ARCH_TEST: &str = "xorg-server-xvfb xorg-xauth openbox imagemagick xorg-xprop \
    xorg-xwininfo dbus libnotify gnome-keyring libsecret python-gobject python-dbus gtk3 \
    xdg-utils ttf-dejavu at-spi2-core poppler tesseract tesseract-data-eng qpdf valgrind chromium";

/// Which system this is, as far as installing goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum System {
    Debian,
    Fedora,
    Arch,
    OtherLinux,
    Mac,
    Windows,
}

/// Looks for the C compiler that cargo links with and that bundled C sources need.
pub fn find_linker() -> Result<Outcome, Error> {
    let system = System::here();
    if system == System::Windows {
        // `link.exe` is found through the registry, never through PATH; that this program was
        // linked shows that it is there.
        return Ok(Outcome::Fresh("MSVC".to_owned()));
    }
    if let Some(version) = process::ask("cc", &["--version"]) {
        let first = version.lines().next().unwrap_or("cc").to_owned();
        return Ok(Outcome::Fresh(first));
    }
    let remedy = match system {
        System::Debian => "Install it: sudo apt-get install build-essential",
        System::Fedora => "Install it: sudo dnf install gcc gcc-c++ make",
        System::Arch => "Install it: sudo pacman -S --needed base-devel",
        System::Mac => "Install it: xcode-select --install",
        System::OtherLinux | System::Windows => "Install a C compiler that answers to `cc`",
    };
    Err(Error::MissingTool {
        tool: "The C compiler and linker `cc`",
        remedy: remedy.to_owned(),
    })
}

/// Installs what is missing of `wanted`, or says with which line a person does.
pub fn install(wanted: Packages, consent: Consent) -> Result<Outcome, Error> {
    match System::here() {
        System::Debian => install_on_debian(wanted, consent),
        System::Mac => Ok(Outcome::Fresh("none needed on macOS".to_owned())),
        System::Windows => Ok(Outcome::Fresh(
            "none needed: Windows brings WebView2".to_owned(),
        )),
        other => look_on_linux(other, wanted),
    }
}

fn install_on_debian(wanted: Packages, consent: Consent) -> Result<Outcome, Error> {
    let names = debian_names(wanted);
    let missing = missing_on_debian(&names);
    if missing.is_empty() {
        return Ok(Outcome::Fresh(format!("all {} are there", names.len())));
    }
    let sudo = if is_root() { "" } else { "sudo " };
    let line = format!(
        "{sudo}apt-get update && {sudo}apt-get install -y --no-install-recommends {}",
        missing.join(" ")
    );
    println!(
        "     {} of {} are missing. To install:\n\n  {line}\n",
        missing.len(),
        names.len()
    );
    let why = match consent {
        Consent::Given => None,
        Consent::Ask => (!agreed()?).then_some("Nothing was installed, as you said"),
        Consent::Unasked => Some("System packages are missing and there's nobody to ask"),
    };
    if let Some(why) = why {
        return Err(Error::MissingPackages {
            why: why.to_owned(),
            line,
        });
    }
    process::run(&mut apt_get(&["update"]))?;
    let mut install = apt_get(&["install", "-y", "--no-install-recommends"]);
    process::run(install.args(&missing))?;
    let still = missing_on_debian(&missing);
    if !still.is_empty() {
        let why = format!(
            "apt-get ended well, yet {} isn't installed",
            still.join(", ")
        );
        return Err(Error::MissingPackages { why, line });
    }
    Ok(Outcome::Done(format!("installed {}", missing.len())))
}

/// Elsewhere on Linux packages go by other names: look for what they bring and name the line.
fn look_on_linux(system: System, wanted: Packages) -> Result<Outcome, Error> {
    let absent_modules = MODULES.iter().filter(|name| {
        wanted >= Packages::Build && process::ask("pkg-config", &["--exists", name]).is_none()
    });
    let absent_programs = PROGRAMS
        .iter()
        .filter(|name| wanted >= Packages::Test && !on_path(name));
    let missing: Vec<&str> = absent_modules.chain(absent_programs).copied().collect();
    if missing.is_empty() {
        return Ok(Outcome::Fresh("what is needed is there".to_owned()));
    }
    let (build, test) = match system {
        System::Fedora => (FEDORA_BUILD.to_owned(), FEDORA_TEST.to_owned()),
        System::Arch => (ARCH_BUILD.to_owned(), ARCH_TEST.to_owned()),
        _ => (
            format!("(Debian's names) {}", DEBIAN_BUILD.join(" ")),
            DEBIAN_TEST.join(" "),
        ),
    };
    let line = if wanted == Packages::Test {
        format!("{build} {test}")
    } else {
        build
    };
    Err(Error::MissingPackages {
        why: format!("Missing here: {}", missing.join(", ")),
        line,
    })
}

fn debian_names(wanted: Packages) -> Vec<&'static str> {
    let build = if wanted >= Packages::Build {
        DEBIAN_BUILD
    } else {
        &[]
    };
    let test = if wanted >= Packages::Test {
        DEBIAN_TEST
    } else {
        &[]
    };
    [build, test].concat()
}

fn missing_on_debian<'a>(names: &[&'a str]) -> Vec<&'a str> {
    // dpkg-query exits 1 when it doesn't know one of the names, and still prints the others.
    let listed = Command::new("dpkg-query")
        .args(["-W", "-f", "${Package} ${db:Status-Status}\n"])
        .args(names)
        .output()
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    not_installed(names, &listed)
}

fn not_installed<'a>(names: &[&'a str], listed: &str) -> Vec<&'a str> {
    let installed = |name: &str| {
        listed
            .lines()
            .any(|line| line.split_once(' ') == Some((name, "installed")))
    };
    names
        .iter()
        .copied()
        .filter(|name| !installed(name))
        .collect()
}

/// `apt-get`, as root by whatever way, asking nothing and waiting for another apt to finish.
fn apt_get(arguments: &[&str]) -> Command {
    let mut command = Command::new(if is_root() { "env" } else { "sudo" });
    if !is_root() {
        command.arg("env");
    }
    command
        .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"])
        .args(["-o", "DPkg::Lock::Timeout=900"])
        .args(arguments);
    command
}

fn agreed() -> Result<bool, Error> {
    print!("     Install them now? [Y/n] ");
    let asking = |source| Error::File {
        doing: "asking on the terminal".to_owned(),
        source,
    };
    std::io::stdout().flush().map_err(asking)?;
    let mut answer = String::new();
    let read = std::io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(asking)?;
    Ok(read > 0 && matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes"))
}

/// Whether this process may install without `sudo`.
pub fn is_root() -> bool {
    process::ask("id", &["-u"]).as_deref() == Some("0")
}

/// Whether a program of this name is on the search path.
fn on_path(name: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).is_file()))
}

impl System {
    fn here() -> Self {
        if cfg!(target_os = "macos") {
            return Self::Mac;
        }
        if cfg!(windows) {
            return Self::Windows;
        }
        let release = std::fs::read_to_string(Path::new("/etc/os-release")).unwrap_or_default();
        Self::of_release(&release)
    }

    /// Reads the ID and ID_LIKE lines of os-release.
    fn of_release(release: &str) -> Self {
        let ids: Vec<&str> = release
            .lines()
            .filter_map(|line| line.strip_prefix("ID=").or(line.strip_prefix("ID_LIKE=")))
            .flat_map(|value| value.trim_matches('"').split(' '))
            .collect();
        let is = |names: &[&str]| ids.iter().any(|id| names.contains(id));
        if is(&["debian", "ubuntu"]) {
            Self::Debian
        } else if is(&["fedora", "rhel"]) {
            Self::Fedora
        } else if is(&["arch"]) {
            Self::Arch
        } else {
            Self::OtherLinux
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_removed_package_whose_settings_are_kept_counts_as_missing() {
        let listed = "xvfb installed\nqpdf config-files\n";
        assert_eq!(
            not_installed(&["xvfb", "qpdf", "xauth"], listed),
            ["qpdf", "xauth"]
        );
    }

    #[test]
    fn relatives_of_debian_are_known_as_such() {
        assert_eq!(System::of_release("ID=debian\n"), System::Debian);
        assert_eq!(
            System::of_release("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"),
            System::Debian
        );
        assert_eq!(
            System::of_release("ID=\"rocky\"\nID_LIKE=\"rhel fedora\"\n"),
            System::Fedora
        );
        assert_eq!(
            System::of_release("ID=manjaro\nID_LIKE=arch\n"),
            System::Arch
        );
        assert_eq!(System::of_release("ID=alpine\n"), System::OtherLinux);
    }

    #[test]
    fn the_tests_need_what_the_build_needs() {
        let test = debian_names(Packages::Test);
        assert!(
            debian_names(Packages::Build)
                .iter()
                .all(|name| test.contains(name))
        );
        assert!(debian_names(Packages::None).is_empty());
    }
}
