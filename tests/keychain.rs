//! Keys in a real keychain: GNOME Keyring as Secret Service, on a session bus and in a home of the test's own.

use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use countersign_tests::fault_server::{FaultServer, Options};
use countersign_tests::recorder::Recorder;

use crate::cli::{Desk, program, text};
use crate::lifetime::{files_with, no_files};

const KEY: &str = "sk-reineclaude-4711";

/// A bus that starts no services by itself.
const BUS: &str = r#"<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>"#;

/// A keyring, begun as `$0` says, for as long as the command runs that follows.
const SESSION: &str = r#"
    printf sesame | gnome-keyring-daemon --foreground "$0" --components=secrets >/dev/null 2>&1 &
    keyring=$!
    until dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.GetNameOwner \
        string:org.freedesktop.secrets >/dev/null 2>&1
    do kill -0 $keyring || exit 70; done
    "$@"
    code=$?
    kill $keyring
    exit $code"#;

/// How a session begins.
#[derive(Clone, Copy)]
enum Login {
    /// With the password that opens the keyring.
    Open,
    /// Without it: the keyring stays shut, and nobody is there to be asked.
    Shut,
    /// On a computer without a session bus.
    NoBus,
}

/// A person's home. Each command has a session of its own: what it finds was kept on the disk.
struct Home {
    desk: Desk,
}

impl Home {
    fn new() -> Self {
        let home = Self { desk: Desk::new() };
        for folder in ["home", "run"] {
            let path = home.desk.folder.path().join(folder);
            std::fs::DirBuilder::new().mode(0o700).create(path).unwrap();
        }
        home
    }

    fn session(&self, login: Login, program: PathBuf, arguments: &[&str], typed: &str) -> Output {
        let folder = self.desk.folder.path();
        let mut command = match login {
            Login::NoBus => {
                let mut command = Command::new("env");
                command.arg("--");
                command
            }
            Login::Open | Login::Shut => {
                let bus = folder.join("bus.conf");
                std::fs::write(&bus, BUS).unwrap();
                let mut command = Command::new("dbus-run-session");
                command.arg("--config-file").arg(bus);
                let is_open = matches!(login, Login::Open);
                let keyring = if is_open { "--unlock" } else { "--start" };
                command.args(["--", "sh", "-c", SESSION, keyring]);
                command
            }
        };
        let mut child = command
            .arg(program)
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", folder.join("home"))
            .env("XDG_RUNTIME_DIR", folder.join("run"))
            .env("LANG", "C.UTF-8")
            .env("COUNTERSIGN_DATA", self.desk.data())
            .env("COUNTERSIGN_LOG", "trace")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("dbus and gnome-keyring are part of the test set-up");
        // A program that reads nothing may be gone already.
        let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
        child.wait_with_output().unwrap()
    }

    fn countersign(&self, login: Login, arguments: &[&str], typed: &str) -> Output {
        self.session(login, program(), arguments, typed)
    }

    fn done(&self, login: Login, arguments: &[&str], typed: &str) -> String {
        let output = self.countersign(login, arguments, typed);
        let (said, log) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success(), "{said}{log}");
        // At its most talkative, libraries and all.
        assert!(
            log.contains("TRACE") && !log.contains(KEY) && !said.contains(KEY),
            "{log}"
        );
        said
    }

    /// What stands in the keychain for us, as another program reads it.
    fn stored(&self) -> String {
        let arguments = ["search", "--all", "--unlock", "service", "countersign"];
        let found = self.session(Login::Open, "secret-tool".into(), &arguments, "");
        text(&found.stdout) + &text(&found.stderr)
    }
}

/// A provider on loopback called "local", and what goes to it.
async fn provider(home: &Home) -> (FaultServer, Recorder) {
    let server = FaultServer::start(Options::default()).await.unwrap();
    let recorder = Recorder::before(&server.base_url()).unwrap();
    let url = recorder.base_url();
    let add = [
        "provider", "add", "local", "--model", "small", "--url", &url,
    ];
    home.done(Login::Open, &add, "");
    (server, recorder)
}

fn has_key(recorder: &Recorder) -> bool {
    let sent = recorder.sent();
    let wanted = format!("Bearer {KEY}\r\n");
    sent.windows(wanted.len()).any(|w| w == wanted.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_kept_in_the_keychain_used_from_there_and_forgotten() {
    let home = Home::new();
    let (_server, recorder) = provider(&home).await;
    let before = home.done(Login::Open, &["provider", "list"], "");
    assert!(before.contains("key: none is set"), "{before}");
    let typed = format!("{KEY}\n");
    let said = home.done(Login::Open, &["provider", "key", "local"], &typed);
    assert!(said.contains("key: in the system's keychain"), "{said}");

    let stored = home.stored();
    assert!(stored.contains(&format!("secret = {KEY}")), "{stored}");
    assert_eq!(stored.matches("secret = ").count(), 1, "{stored}");
    home.done(Login::Open, &["provider", "test", "local"], "");
    assert!(has_key(&recorder));

    // It stands in the keychain alone.
    let data = home.desk.data();
    assert_eq!(files_with(&data, KEY, ""), no_files());

    let said = home.done(Login::Open, &["provider", "key", "local", "--forget"], "");
    assert!(said.contains("key: none is set"), "{said}");
    assert!(!home.stored().contains("secret = "), "{}", home.stored());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_removed_takes_its_key_along() {
    let home = Home::new();
    let (_server, _recorder) = provider(&home).await;
    home.done(Login::Open, &["provider", "key", "local"], KEY);
    assert!(home.stored().contains(KEY));
    home.done(Login::Open, &["provider", "remove", "local"], "");
    assert!(!home.stored().contains(KEY), "{}", home.stored());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keychain_that_is_shut_is_not_taken_for_an_empty_one() {
    let home = Home::new();
    let (_server, recorder) = provider(&home).await;
    home.done(Login::Open, &["provider", "key", "local"], KEY);
    let said = home.done(Login::Shut, &["provider", "list"], "");
    assert!(
        said.contains("key: not found: the system's keychain"),
        "{said}"
    );
    assert!(said.contains("Unlock it"), "{said}");
    let again = home.countersign(Login::Shut, &["provider", "key", "local"], "another");
    assert_eq!(again.status.code(), Some(3));
    let words = text(&again.stderr);
    assert!(
        words.contains("nothing was changed, because the system's keychain"),
        "{words}"
    );
    assert!(home.stored().contains(KEY), "the old one is still there");
    assert!(!has_key(&recorder));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keychain_it_says_so_and_the_environment_holds_the_key() {
    let home = Home::new();
    let (_server, recorder) = provider(&home).await;
    let refused = home.countersign(Login::NoBus, &["provider", "key", "local"], KEY);
    assert_eq!(refused.status.code(), Some(3));
    let words = text(&refused.stderr);
    assert!(words.contains("no keychain on this computer"), "{words}");
    assert!(words.contains("COUNTERSIGN_KEY_LOCAL"), "{words}");
    assert_eq!(files_with(&home.desk.data(), KEY, ""), no_files());

    let mut tested = home.desk.command(&["provider", "test", "local"]);
    tested.env("COUNTERSIGN_KEY_LOCAL", KEY);
    assert!(tested.output().unwrap().status.success());
    assert!(has_key(&recorder));
    let mut listed = home.desk.command(&["provider", "list"]);
    let listed = listed.env("COUNTERSIGN_KEY_LOCAL", KEY).output().unwrap();
    let said = text(&listed.stdout);
    assert!(
        said.contains("in the environment variable COUNTERSIGN_KEY_LOCAL"),
        "{said}"
    );
    assert!(!said.contains(KEY));
}

#[test]
fn a_key_of_nothing_or_for_nobody_is_not_kept() {
    let desk = Desk::new();
    let unknown = desk.run(&["provider", "key", "nobody"]);
    assert_eq!(unknown.status.code(), Some(3));
    assert!(text(&unknown.stderr).contains("no model provider called nobody"));
    let add = [
        "provider",
        "add",
        "local",
        "--model",
        "m",
        "--url",
        "http://127.0.0.1:9/v1",
    ];
    assert!(desk.run(&add).status.success());
    let empty = desk.run(&["provider", "key", "local"]);
    assert!(
        text(&empty.stderr).contains("that key is empty"),
        "{}",
        text(&empty.stderr)
    );
}
