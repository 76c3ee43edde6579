//! Starting a child and hearing what it says.

use std::process::Stdio;

use tokio::io::AsyncReadExt;
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

use super::ReadRequest;
use crate::child::{COMMAND, PASSWORD, Task};
use crate::error::ReadError;
use crate::formats::Format;
use crate::wire::{LONGEST_FRAME, Message, decode};

/// Most bytes taken from one child.
const MOST_OUTPUT_BYTES: u64 = 1 << 30;

/// Starts a child at page `first`.
pub(super) fn start(request: &ReadRequest, first: u32, task: Task) -> Result<Child, ReadError> {
    let limits = &request.limits;
    let file = std::fs::File::open(&request.file).map_err(ReadError::FileGone)?;
    let length = file.metadata().map_err(ReadError::FileGone)?.len();
    if length > limits.memory_bytes / 3 {
        return Err(ReadError::OutOfLimits { what: "memory" });
    }
    let mut command = Command::new(&request.program);
    command
        .arg(COMMAND)
        .arg(first.to_string())
        .arg(limits.max_pages.to_string())
        .arg(limits.memory_bytes.to_string())
        .arg(limits.cpu_seconds.to_string())
        .arg(request.named.map_or("", Format::ending))
        .arg(task.to_argument())
        .stdin(Stdio::from(file))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    match &request.password {
        Some(password) => command.env(PASSWORD, password.reveal()),
        None => command.env_remove(PASSWORD),
    };
    // Its own group: a terminal's interrupt is for the host, which stops its children itself.
    #[cfg(unix)]
    command.process_group(0);
    #[cfg(windows)]
    command.creation_flags(IDLE_PRIORITY_CLASS | CREATE_NO_WINDOW);
    command.spawn().map_err(ReadError::Process)
}

#[cfg(windows)]
const IDLE_PRIORITY_CLASS: u32 = 0x40;
#[cfg(windows)]
const CREATE_NO_WINDOW: u32 = 0x0800_0000;

/// What a child says, message by message.
pub(super) struct Messages {
    stdout: ChildStdout,
    bytes: u64,
}

impl Messages {
    pub fn of(stdout: ChildStdout) -> Self {
        Self { stdout, bytes: 0 }
    }

    /// The next message; `None` when the child ends or breaks a limit of its output.
    pub async fn next(&mut self) -> Option<Message> {
        let mut length = [0; 4];
        self.stdout.read_exact(&mut length).await.ok()?;
        let length = u32::from_le_bytes(length);
        self.bytes += u64::from(length);
        if length > LONGEST_FRAME || self.bytes > MOST_OUTPUT_BYTES {
            return None;
        }
        let mut body = vec![0; length as usize];
        self.stdout.read_exact(&mut body).await.ok()?;
        decode(&body)
    }
}

/// The beginning of what a child says on standard error; the rest is taken and dropped, so that
/// it never waits for a reader.
pub(super) async fn last_words(mut stderr: ChildStderr) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = stderr.read(&mut buffer).await {
        if kept.len() < buffer.len() {
            kept.extend_from_slice(buffer.get(..length).unwrap_or(&[]));
        }
    }
    kept
}
