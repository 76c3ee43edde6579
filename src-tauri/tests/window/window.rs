//! The program's window, as a person and as a developer sees it.

use std::path::Path;

use serde_json::{Value, json};

use crate::desktop::{Desktop, until};
use crate::driver::Driver;

/// The program under test: the one that was built, unless an installed one is named.
pub fn program() -> String {
    std::env::var("COUNTERSIGN_DESKTOP")
        .unwrap_or_else(|_| env!("CARGO_BIN_EXE_countersign-desktop").to_owned())
}

/// Waits until what was laid out is painted.
const PAINTED: &str =
    "await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));";

/// The open window; the program ends with it.
pub struct Window<'a> {
    driver: Driver,
    desktop: &'a Desktop,
}

impl<'a> Window<'a> {
    /// Starts the program on a desktop and waits until its page stands.
    pub fn open(desktop: &'a Desktop, arguments: &[&str]) -> Self {
        let mut words = vec!["--data-dir".to_owned(), text(&desktop.data_folder())];
        words.extend(arguments.iter().map(|&word| word.to_owned()));
        let window = Self {
            driver: Driver::start(desktop, &program(), &words),
            desktop,
        };
        window.wait("the page", "return document.querySelector('h1') !== null");
        window
    }

    /// Runs a function's body in the page.
    pub fn run(&self, script: &str) -> Value {
        self.driver
            .run(script, &[])
            .unwrap_or_else(|error| panic!("{error} in: {script}"))
    }

    /// Runs a function's body in the page until it returns something true; returns that.
    pub fn wait(&self, what: &str, script: &str) -> Value {
        let mut last = Ok(Value::Null);
        until(what, || {
            last = self.driver.run(script, &[]);
            let found = last.clone().ok()?;
            let is_true = !matches!(found, Value::Null | Value::Bool(false));
            is_true.then_some(found)
        })
    }

    /// Clicks on the first element that fits.
    pub fn click(&self, selector: &str) {
        let what = format!("{selector} to click on");
        self.wait(&what, &format!(
            "const found = document.querySelector({selector:?}); found?.click(); return found !== null"
        ));
    }

    /// Presses keys in the window until a function's body returns true in its page.
    pub fn press_until(&self, what: &str, keys: &str, script: &str) {
        self.desktop.press_until("Countersign", keys, what, || {
            self.driver.run(script, &[]) == Ok(Value::Bool(true))
        });
    }

    /// Runs a command of the engine's table.
    pub fn call(&self, name: &str, argument: Value) -> Value {
        let script = "return window.__TAURI_INTERNALS__.invoke('call', given[0])";
        let given = json!({ "name": name, "argument": argument });
        self.driver
            .run(script, &[given])
            .unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The queue.
    pub fn reviews(&self) -> Vec<Value> {
        self.call("list_reviews", json!({}))
            .as_array()
            .expect("a list")
            .clone()
    }

    /// Waits until this many reviews are completed, and shown so; returns the queue.
    pub fn wait_completed(&self, count: usize) -> Vec<Value> {
        self.wait(
            &format!("{count} completed reviews on screen"),
            &format!(
                "return document.querySelectorAll('[data-state=completed]').length === {count}"
            ),
        );
        self.reviews()
    }

    /// What the page's policy refused so far, in the words of the program's log.
    pub fn refused(&self) -> Vec<String> {
        // A refusal is told asynchronously; it is in the log before a later command is answered.
        self.run(PAINTED);
        self.reviews();
        let said = self.desktop.complaints();
        said.lines()
            .filter(|line| line.contains("policy refused"))
            .map(str::to_owned)
            .collect()
    }

    /// The program's process.
    pub fn program_id(&self) -> u32 {
        self.driver.program_id()
    }

    /// Kills the program as a crash would, and waits until it is gone.
    pub fn kill(&self) {
        let program = self.program_id().to_string();
        let mut kill = self.desktop.command("kill");
        let killed = kill.args(["-9", &program]).status();
        assert!(killed.expect("kill").success(), "{program}");
        until("the program to be gone", || {
            let stat = std::fs::read_to_string(format!("/proc/{program}/stat"));
            // A zombie has let go of its files.
            stat.map_or(true, |stat| stat.contains(") Z "))
                .then_some(())
        });
    }

    /// Takes a picture of the screen once the page is painted, when pictures are wanted.
    pub fn shoot(&self, name: &str) {
        self.run(PAINTED);
        self.desktop.shoot(name);
    }
}

impl Drop for Window<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!(
                "{}.png",
                std::thread::current().name().unwrap_or("window")
            ));
            self.desktop.picture(&file);
            eprintln!("The screen at that moment: {}", file.display());
        }
    }
}

/// A path as text.
pub fn text(path: &Path) -> String {
    path.to_str().expect("a path of letters").to_owned()
}
