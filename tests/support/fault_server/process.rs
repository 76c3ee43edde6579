//! The server as a process of its own, for tests that kill its client.

use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::{Ledger, Script};

/// A server in another process; it is ended when dropped.
#[derive(Debug)]
pub struct FaultProcess {
    child: Child,
    base_url: String,
}

impl FaultProcess {
    /// Starts the program (`env!("CARGO_BIN_EXE_fault_server")` in an integration test) and waits until
    /// it listens.
    ///
    /// # Errors
    /// When it cannot be started, or ends at once.
    pub fn start(program: &Path, arguments: &[&str]) -> Result<Self> {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let server = Self {
            child,
            base_url: line.trim().to_owned(),
        };
        if server.base_url.is_empty() {
            return Err(Error::other("the fault server did not start"));
        }
        Ok(server)
    }

    /// The address for a provider's settings.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// What was called until now.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn ledger(&self) -> Result<Ledger> {
        let body = self.exchange("GET", "/control/calls", "")?;
        Ok(serde_json::from_str(&body)?)
    }

    /// Follows another script from the next call on.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn follow(&self, script: &Script) -> Result<()> {
        let script = serde_json::to_string(script)?;
        self.exchange("POST", "/control/script", &script).map(drop)
    }

    fn exchange(&self, method: &str, path: &str, body: &str) -> Result<String> {
        let unreadable = || Error::from(ErrorKind::InvalidData);
        let address = self
            .base_url
            .strip_prefix("http://")
            .and_then(|rest| rest.split('/').next())
            .ok_or_else(unreadable)?;
        let mut stream = TcpStream::connect(address)?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )?;
        // The server waits for the next call until we say that there is none.
        stream.shutdown(std::net::Shutdown::Write)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(unreadable)?;
        if head.starts_with("HTTP/1.1 2") {
            Ok(body.to_owned())
        } else {
            Err(Error::other(body.to_owned()))
        }
    }
}

impl Drop for FaultProcess {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
