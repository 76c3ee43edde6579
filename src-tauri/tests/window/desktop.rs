//! A desktop of its own for one test: screen, window manager, session bus, home. Nothing of the
//! person's is seen or touched, and tests don't see one another.

use std::ffi::OsStr;
use std::fs::{DirBuilder, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// How long anything may take on a computer under load.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// Time between two looks.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// How long a window may take to go before its keys are pressed again.
const REACTION: Duration = Duration::from_secs(5);

/// The screen, in pixels.
pub const SCREEN: (u32, u32) = (1440, 900);

/// Held while a screen looks for its number.
static SEARCH: Mutex<()> = Mutex::new(());

/// Light or dark, as the desktop's theme has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

/// A desktop without a display; gone when dropped.
pub struct Desktop {
    processes: Vec<Running>,
    home: TempDir,
    display: Option<String>,
    bus: Option<String>,
    theme: Theme,
}

/// A process that is killed when nobody holds it any more.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A helper script and what it says, line by line.
pub struct Script {
    _process: Running,
    input: ChildStdin,
    lines: Receiver<String>,
}

impl Desktop {
    /// Starts screen, bus and window manager.
    pub fn start(theme: Theme) -> Self {
        let home = tempfile::tempdir().unwrap();
        let run = home.path().join("run");
        DirBuilder::new().mode(0o700).create(&run).unwrap();
        let mut desktop = Self {
            processes: Vec::new(),
            home,
            display: None,
            bus: None,
            theme,
        };

        let mut screen = desktop.command("Xvfb");
        screen
            .args([
                "-displayfd",
                "1",
                "-nolisten",
                "tcp",
                "-noreset",
                "-screen",
                "0",
            ])
            .arg(format!("{}x{}x24", SCREEN.0, SCREEN.1));
        // Two that look for a free number at the same time may find the same one.
        let looking = SEARCH.lock().unwrap_or_else(PoisonError::into_inner);
        desktop.display = Some(format!(":{}", desktop.begin(screen)));
        drop(looking);

        let config = desktop.home().join("bus.conf");
        std::fs::write(&config, bus_config(&run)).unwrap();
        let mut bus = desktop.command("dbus-daemon");
        bus.arg("--config-file")
            .arg(config)
            .args(["--nofork", "--print-address=1"]);
        desktop.bus = Some(desktop.begin(bus));

        let mut manager = desktop.command("openbox");
        desktop.processes.push(Running(
            manager.arg("--sm-disable").spawn().expect("openbox"),
        ));
        until("the window manager", || {
            let mut ask = desktop.command("xprop");
            let said = ask
                .args(["-root", "_NET_SUPPORTING_WM_CHECK"])
                .output()
                .ok()?;
            String::from_utf8_lossy(&said.stdout)
                .contains("window id")
                .then_some(())
        });
        desktop
    }

    /// The folder of everything that this desktop's programs write.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The data folder of the program under test.
    pub fn data_folder(&self) -> PathBuf {
        self.home().join("data")
    }

    /// Puts a file among the person's documents.
    pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let folder = self.home().join("Documents");
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// The file that programs on this desktop write their complaints to.
    pub fn log(&self) -> File {
        let path = self.home().join("complaints.log");
        File::options()
            .create(true)
            .append(true)
            .open(path)
            .unwrap()
    }

    /// What programs on this desktop complained of so far.
    pub fn complaints(&self) -> String {
        std::fs::read_to_string(self.home().join("complaints.log")).unwrap_or_default()
    }

    /// A program on this desktop.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home())
            .env("XDG_RUNTIME_DIR", self.home().join("run"))
            .env("LANG", "C.UTF-8")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            .env("GSETTINGS_BACKEND", "memory")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stdin(Stdio::null())
            .stderr(self.log());
        if let Some(display) = &self.display {
            command.env("DISPLAY", display);
        }
        if let Some(bus) = &self.bus {
            command.env("DBUS_SESSION_BUS_ADDRESS", bus);
        }
        if self.theme == Theme::Dark {
            command.env("GTK_THEME", "Adwaita:dark");
        }
        command
    }

    /// Starts one of the Python scripts beside this file and waits until it says that it is ready.
    pub fn script(&self, name: &str, arguments: &[&OsStr]) -> Script {
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/window")
            .join(name);
        // The system's own Python has the bindings; another one on the path need not.
        let mut command = self.command("/usr/bin/python3");
        command.arg(file).args(arguments).stdin(Stdio::piped());
        let (mut process, lines) = listen(command);
        let input = process.0.stdin.take().unwrap();
        let script = Script {
            _process: process,
            input,
            lines,
        };
        script.line("a script's start");
        script
    }

    /// Moves the mouse and presses its buttons, in xdotool's words.
    pub fn point(&self, words: &str) {
        let done = self
            .command("xdotool")
            .args(words.split_whitespace())
            .status();
        assert!(done.expect("xdotool").success(), "xdotool {words}");
    }

    /// A window in sight whose title is this, by its number.
    pub fn find_window(&self, title: &str) -> Option<String> {
        let title = format!("^{title}$");
        let words = ["search", "--onlyvisible", "--name", &title];
        until("an answer of the screen", || {
            let mut search = self.command("xdotool");
            let said = search
                .args(words)
                .stderr(Stdio::piped())
                .output()
                .expect("xdotool");
            // A window that goes while it is looked at ends the search, which then has found nothing.
            let is_cut_short = String::from_utf8_lossy(&said.stderr).contains("X Error");
            let found = String::from_utf8_lossy(&said.stdout)
                .lines()
                .next()
                .map(str::to_owned);
            (!is_cut_short).then_some(found)
        })
    }

    /// Presses keys in the window with this title until it goes. A window that was just opened may
    /// miss the first ones.
    pub fn press_away(&self, title: &str, keys: &str) {
        until(title, || self.find_window(title));
        until("a window to go", || {
            self.press(title, &["key", keys]);
            within(REACTION, || self.find_window(title).is_none()).then_some(())
        });
    }

    /// Presses keys in the window with this title until something true is found. Between two times is
    /// long enough for a page that heard the first.
    pub fn press_until(&self, title: &str, keys: &str, what: &str, mut look: impl FnMut() -> bool) {
        until(what, || {
            self.press(title, &["key", keys]);
            within(PATIENCE / 3, &mut look).then_some(())
        });
    }

    /// Puts a window in front and works its keyboard. The window may go meanwhile, and xdotool waits
    /// for ever for one that is gone.
    fn press(&self, title: &str, words: &[&str]) {
        if let Some(window) = self.find_window(title) {
            let activate = ["5", "xdotool", "windowactivate", "--sync", &window];
            let _ = self.command("timeout").args(activate).status();
            let _ = self.command("xdotool").args(words).status();
        }
    }

    /// Takes a picture of the whole screen.
    pub fn picture(&self, file: &Path) {
        let done = self
            .command("import")
            .args(["-window", "root"])
            .arg(file)
            .status();
        assert!(done.expect("import").success(), "{}", file.display());
    }

    /// Takes a picture of the whole screen when pictures are wanted.
    pub fn shoot(&self, name: &str) {
        let Some(folder) = std::env::var_os("COUNTERSIGN_SHOTS") else {
            return;
        };
        std::fs::create_dir_all(&folder).unwrap();
        self.picture(&Path::new(&folder).join(format!("{name}.png")));
    }

    /// Starts a program that says one line when it is ready, and returns that.
    fn begin(&mut self, command: Command) -> String {
        let (process, lines) = listen(command);
        self.processes.push(process);
        lines
            .recv_timeout(PATIENCE)
            .expect("a line that says it is ready")
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("What the programs said:\n{}", self.complaints());
        }
        // The screen goes last: programs that lose it complain.
        while self.processes.pop().is_some() {}
    }
}

impl Script {
    /// The next line it says.
    pub fn line(&self, what: &str) -> String {
        let line = self.lines.recv_timeout(PATIENCE);
        line.unwrap_or_else(|_| panic!("waited in vain for {what}"))
    }

    /// The next line it says, as JSON.
    pub fn value(&self, what: &str) -> Value {
        serde_json::from_str(&self.line(what)).unwrap()
    }

    /// Tells it a line.
    pub fn tell(&mut self, line: &str) {
        writeln!(self.input, "{line}").unwrap();
    }
}

/// Looks until there is something.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::sleep(LOOK_AGAIN);
    }
}

/// Whether it comes true in time.
fn within(limit: Duration, mut look: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + limit;
    while !look() {
        if Instant::now() > deadline {
            return false;
        }
        std::thread::sleep(LOOK_AGAIN);
    }
    true
}

/// Starts a program and passes on its lines as they come.
fn listen(mut command: Command) -> (Running, Receiver<String>) {
    let name = command.get_program().to_owned();
    let spawned = command.stdout(Stdio::piped()).spawn();
    let mut process = spawned.unwrap_or_else(|error| panic!("{}: {error}", name.display()));
    let output = BufReader::new(process.stdout.take().unwrap());
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    (Running(process), lines)
}

/// A bus on which nothing is started unasked: it has no service folders.
fn bus_config(folder: &Path) -> String {
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
        folder.display()
    )
}
