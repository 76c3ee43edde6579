//! The reading child: the host's own binary, started again to read one document.
//!
//! A host's `main` calls [`run_if_asked`] before anything else. The child takes the file on its
//! standard input and its limits as arguments, puts itself under them, and writes message
//! frames to its standard output. It opens no file and no connection.

use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::exit;
use std::sync::Arc;

use crate::error::ReadError;
use crate::formats::{Format, open};
use crate::pdf::unreadable;
use crate::second::SecondReader;
use crate::wire::{Message, Refusal, send};

/// The first argument that makes a host a reading child.
pub const COMMAND: &str = "read-document";

/// The variable that holds the document's password, if it has one: other users of the computer
/// can see a process's arguments, and not its environment.
pub(crate) const PASSWORD: &str = "COUNTERSIGN_DOCUMENT_PASSWORD";

/// Stack of the reading thread: deeply nested files recurse.
const STACK_BYTES: usize = 64 << 20;

/// Becomes the reading child, and never returns, when the process was started as one.
pub fn run_if_asked() {
    if std::env::args_os().nth(1).is_some_and(|a| a == COMMAND) {
        run();
    }
}

/// Reads the document on standard input as the arguments ask, then exits: 0 when the parent was
/// told how it went, 2 for wrong arguments, 1 when the parent is gone.
pub fn run() -> ! {
    let Some(job) = Job::from_arguments() else {
        exit(2)
    };
    let out = own_stdout();
    job.confine();
    // The default hook prints what the panic says, which may be text of the contract.
    std::panic::set_hook(Box::new(|_| {}));
    let worker = std::thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(move || job.read(out));
    match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => exit(0),
        _ => exit(1),
    }
}

/// What a child does with its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    /// Reads it from a page on.
    Read,
    /// Draws one page at so many dots an inch.
    Draw { dots: u32 },
    /// Reads its text layer with the second reader.
    ReadLayer,
}

impl Task {
    pub fn to_argument(self) -> String {
        match self {
            Self::Read => "read".to_owned(),
            Self::Draw { dots } => format!("draw:{dots}"),
            Self::ReadLayer => "layer".to_owned(),
        }
    }

    fn of_argument(argument: &str) -> Option<Self> {
        match argument {
            "read" => Some(Self::Read),
            "layer" => Some(Self::ReadLayer),
            _ => {
                let dots = argument.strip_prefix("draw:")?.parse().ok()?;
                Some(Self::Draw { dots })
            }
        }
    }
}

/// What the parent asks for.
struct Job {
    first_page: u32,
    most_pages: u32,
    memory_bytes: u64,
    cpu_seconds: u64,
    /// What the file's name says it is.
    named: Option<Format>,
    task: Task,
    password: String,
}

impl Job {
    fn from_arguments() -> Option<Self> {
        let named = std::env::args().nth(6);
        let task = Task::of_argument(&std::env::args().nth(7)?)?;
        let mut numbers = std::env::args().skip(2).map(|a| a.parse::<u64>().ok());
        Some(Self {
            first_page: u32::try_from(numbers.next()??).ok()?,
            most_pages: u32::try_from(numbers.next()??).ok()?,
            memory_bytes: numbers.next()??,
            cpu_seconds: numbers.next()??,
            named: named.and_then(|name| Format::of_ending(&name)),
            task,
            password: std::env::var(PASSWORD).unwrap_or_default(),
        })
    }

    fn read(&self, mut out: Box<dyn Write + Send>) -> io::Result<()> {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        if self.task == Task::ReadLayer {
            return self.read_layer(bytes, &mut out);
        }
        let (named, most_pages, password) = (self.named, self.most_pages, self.password.clone());
        let opened = catch_unwind(move || open(bytes, named, most_pages, &password))
            .unwrap_or(Err(ReadError::Damaged));
        let mut reader = match opened {
            Ok(reader) if reader.page_count() > self.most_pages => {
                return send(&mut out, &Message::Refused(Refusal::TooManyPages));
            }
            Ok(reader) => reader,
            Err(error) => return send(&mut out, &Message::Refused(Refusal::from(&error))),
        };
        if let Task::Draw { dots } = self.task {
            let draw = || reader.draw(self.first_page, dots as f32);
            let drawn = catch_unwind(AssertUnwindSafe(draw));
            return match drawn.ok().flatten() {
                Some(picture) => send(&mut out, &Message::Drawn(picture)),
                None => send(&mut out, &Message::Refused(Refusal::Damaged)),
            };
        }
        let pages = reader.page_count();
        send(&mut out, &Message::Opened { pages })?;
        for number in self.first_page..=pages {
            send(&mut out, &Message::Began { page: number })?;
            let page = catch_unwind(AssertUnwindSafe(|| reader.read_page(number)));
            let page = page.unwrap_or_else(|_| {
                unreadable(
                    number,
                    (0.0, 0.0),
                    "The page is damaged: reading it failed.",
                )
            });
            let look = reader.look(&page);
            send(&mut out, &Message::Done { page, look })?;
        }
        let (side, attachments) = reader.beside();
        send(&mut out, &Message::Side(side))?;
        for attachment in attachments {
            send(&mut out, &Message::Attached(attachment))?;
        }
        send(
            &mut out,
            &Message::Finished {
                peak_memory_bytes: peak_memory_bytes(),
            },
        )
    }

    /// Hands over each page's words as soon as the second reader has them: it stops at the first
    /// file that it does not expect, and what came before is worth having.
    fn read_layer(&self, bytes: Vec<u8>, out: &mut dyn Write) -> io::Result<()> {
        let mut reader = SecondReader::new(Arc::new(bytes), &self.password);
        let mut sent = Ok(());
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        reader.read_all(&mut |page, text| {
            if sent.is_ok() {
                let words = Some(words(text));
                sent = send(out, &Message::Layer { page, words });
            }
        });
        sent?;
        for page in reader.unread() {
            let words = reader.text_of_page(page).map(|text| words(&text));
            send(out, &Message::Layer { page, words })?;
        }
        let peak_memory_bytes = peak_memory_bytes();
        send(out, &Message::Finished { peak_memory_bytes })
    }

    /// Lowers the process's priority and puts the limits on it. What a system doesn't offer is left
    /// out; the parent's clock stands behind all of it.
    #[cfg(unix)]
    fn confine(&self) {
        use rustix::process::{Resource, Rlimit, nice, setrlimit};
        let limit = |value| Rlimit {
            current: Some(value),
            maximum: Some(value),
        };
        let _ = nice(19);
        let _ = setrlimit(Resource::Core, limit(0));
        let _ = setrlimit(Resource::Fsize, limit(0));
        let _ = setrlimit(Resource::Cpu, limit(self.cpu_seconds));
        let _ = setrlimit(Resource::As, limit(self.memory_bytes));
        #[cfg(target_os = "linux")]
        {
            use rustix::process::{Signal, set_parent_process_death_signal};
            let _ = set_parent_process_death_signal(Some(Signal::KILL));
            idle_io();
        }
    }

    #[cfg(not(unix))]
    fn confine(&self) {
        // The parent starts the child with idle priority and stops it by the clock.
        let _ = (self.memory_bytes, self.cpu_seconds);
    }
}

/// Asks for the idle IO class: the disk serves everybody else first.
#[cfg(target_os = "linux")]
#[expect(
    unsafe_code,
    reason = "no maintained crate wraps ioprio_set; it takes three numbers"
)]
fn idle_io() {
    const WHO_PROCESS: libc::c_int = 1;
    const CLASS_IDLE: libc::c_int = 3 << 13;
    // SAFETY: the call reads no memory of ours; 0 names the calling process.
    unsafe {
        libc::syscall(libc::SYS_ioprio_set, WHO_PROCESS, 0, CLASS_IDLE);
    }
}

/// Keeps the real standard output for the frames and points number 1 at standard error, so that a
/// stray print of some library can't garble them.
#[cfg(unix)]
fn own_stdout() -> Box<dyn Write + Send> {
    let kept = rustix::io::dup(io::stdout());
    match kept {
        Ok(kept) if rustix::stdio::dup2_stdout(io::stderr()).is_ok() => {
            Box::new(std::fs::File::from(kept))
        }
        _ => Box::new(io::stdout()),
    }
}

#[cfg(not(unix))]
fn own_stdout() -> Box<dyn Write + Send> {
    Box::new(io::stdout())
}

#[cfg(target_os = "linux")]
fn peak_memory_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|l| l.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

#[cfg(not(target_os = "linux"))]
fn peak_memory_bytes() -> u64 {
    0
}
