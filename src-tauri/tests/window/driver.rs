//! The few words of the WebDriver protocol that these tests need, spoken to `WebKitWebDriver`.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

use countersign_tests::processes::parents;
use serde_json::{Value, json};

use crate::desktop::{Desktop, PATIENCE, Running, until};

/// A driver and its one session, which ends with it.
pub struct Driver {
    _process: Running,
    port: u16,
    session: String,
    program: u32,
}

impl Driver {
    /// Starts a driver on a desktop and lets it start a program.
    pub fn start(desktop: &Desktop, program: &str, arguments: &[String]) -> Self {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut command = desktop.command("WebKitWebDriver");
        command
            .arg("--host=127.0.0.1")
            .arg(format!("--port={port}"))
            .stdout(desktop.log());
        let process = Running(command.spawn().expect("WebKitWebDriver"));
        until("the driver", || {
            ask(port, "GET", "/status", &Value::Null).ok()
        });
        let options = json!({ "binary": program, "args": arguments });
        let wanted = json!({ "alwaysMatch": { "webkitgtk:browserOptions": options } });
        let begun = ask(port, "POST", "/session", &json!({ "capabilities": wanted })).unwrap();
        let session = begun["sessionId"].as_str().expect("a session").to_owned();
        let driver = process.0.id();
        let program = until("the program's process", || child_of(driver));
        Self {
            _process: process,
            port,
            session,
            program,
        }
    }

    /// Runs a function's body in the page; what it returns, or what its promise becomes.
    pub fn run(&self, script: &str, arguments: &[Value]) -> Result<Value, String> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             const given = [...arguments].slice(0, -1);
             (async () => {{ {script} }})().then(
                 (value) => done({{ value: value ?? null }}),
                 (error) => done({{ error: String(error?.message ?? error) }}));"
        );
        let path = format!("/session/{}/execute/async", self.session);
        let said = ask(
            self.port,
            "POST",
            &path,
            &json!({ "script": script, "args": arguments }),
        )?;
        match said["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(said["value"].clone()),
        }
    }

    /// The process that the driver started.
    pub fn program_id(&self) -> u32 {
        self.program
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Fails when the program is gone already, as after a crash that a test wanted.
        let _ = ask(
            self.port,
            "DELETE",
            &format!("/session/{}", self.session),
            &Value::Null,
        );
        // Another start on the same data folder would meet a program that is about to end.
        until("the program's end", || {
            (!is_alive(self.program)).then_some(())
        });
    }
}

/// Asks the driver; what it answers as `value`, or what is wrong.
fn ask(port: u16, method: &str, path: &str, body: &Value) -> Result<Value, String> {
    let told = |error: std::io::Error| error.to_string();
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).map_err(told)?;
    stream
        .set_read_timeout(Some(PATIENCE + Duration::from_secs(5)))
        .map_err(told)?;
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).map_err(told)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).map_err(told)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("no answer")?;
    let answer: Value = serde_json::from_str(body).map_err(|error| format!("{error}: {answer}"))?;
    let value = answer["value"].clone();
    if head.split(' ').nth(1) == Some("200") {
        Ok(value)
    } else {
        Err(value.to_string())
    }
}

/// A process whose parent is this one.
fn child_of(parent: u32) -> Option<u32> {
    let mut all = parents().into_iter();
    all.find_map(|(child, its)| (its == parent).then_some(child))
}

/// Whether a process runs: one that ended but was not waited for has no program file any more.
fn is_alive(process: u32) -> bool {
    std::fs::read_link(format!("/proc/{process}/exe")).is_ok()
}
