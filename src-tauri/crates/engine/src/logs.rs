//! Logs: JSON lines in `logs/` within the data folder, for whoever looks for a defect.
//!
//! A file a day, in parts of 5 MB; kept for 14 days and 50 MB together, whichever is less. Only what
//! Countersign itself says is written, never what the libraries under it say, and never a contract's
//! words, a file's name or a key: of a panic only the place is kept, since its words may quote the text
//! it stumbled over. `COUNTERSIGN_LOG` sets the level (`debug`, `countersign_engine=trace`).

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use countersign_store::backup::stamp;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::clock::{Clock, SystemClock};
use crate::otlp::Collector;

/// Sets the level.
pub const LEVEL: &str = "COUNTERSIGN_LOG";
/// The folder of logs within a data folder.
pub const FOLDER: &str = "logs";
/// Days that are kept.
const DAYS: usize = 14;
/// A part of a day's log ends at this size.
const PART_BYTES: u64 = 5 * 1024 * 1024;
/// All logs together.
const TOTAL_BYTES: u64 = 50 * 1024 * 1024;
const PREFIX: &str = "countersign-";
const SUFFIX: &str = ".jsonl";

/// What goes to the terminal as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terminal {
    /// What `COUNTERSIGN_LOG` asks for; nothing without it.
    WhenAsked,
    /// What `COUNTERSIGN_LOG` asks for, else what is worth knowing.
    Always,
}

/// Logging of a process: what was not sent to a collector yet is sent when this is dropped.
#[derive(Debug)]
#[must_use]
pub struct Logging {
    _collector: Option<Collector>,
}

/// Starts logging for this process, once, and outside of a runtime. Without a folder only the terminal is
/// written to; a folder that can't be written to keeps nobody from working.
pub fn start(data_folder: Option<&Path>, terminal: Terminal) -> Logging {
    let level =
        |default: &str| EnvFilter::try_from_env(LEVEL).unwrap_or_else(|_| EnvFilter::new(default));
    let to_terminal = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_filter(level(match terminal {
            Terminal::WhenAsked => "off",
            Terminal::Always => "info",
        }));
    let to_files = data_folder.map(|folder| {
        let files = LogFiles::new(folder.join(FOLDER), Arc::new(SystemClock), Caps::default());
        tracing_subscriber::fmt::layer()
            .json()
            .with_current_span(false)
            .with_span_list(false)
            .with_writer(Mutex::new(files))
            .with_filter(filter_fn(|metadata| is_ours(metadata.target())))
            .with_filter(level("info"))
    });
    let (collector, refused) = match Collector::of_this_program() {
        Ok(collector) => (collector, None),
        Err(why) => (None, Some(why)),
    };
    let to_collector = collector.as_ref().map(|collector| {
        tracing_opentelemetry::layer()
            .with_tracer(collector.tracer())
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_filter(filter_fn(|metadata| is_ours(metadata.target())))
            .with_filter(level("info"))
    });
    // Started twice in a process (in tests), the first stays.
    let _ = tracing_subscriber::registry()
        .with(to_terminal)
        .with(to_files)
        .with(to_collector)
        .try_init();
    note_panics();
    if let Some(why) = refused {
        tracing::warn!("{why}");
    }
    Logging {
        _collector: collector,
    }
}

fn is_ours(target: &str) -> bool {
    target == "countersign" || target.starts_with("countersign_")
}

/// A panic's place goes into the log; its words don't.
fn note_panics() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "a defect of Countersign");
        before(panic);
    }));
}

/// All log files of a data folder, oldest first.
pub(crate) fn files_in(data_folder: &Path) -> Vec<PathBuf> {
    list(&data_folder.join(FOLDER))
        .into_iter()
        .map(|(path, _)| path)
        .collect()
}

fn list(folder: &Path) -> Vec<(PathBuf, u64)> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<(PathBuf, u64)> = entries
        .flatten()
        .filter(|entry| day_of(&entry.file_name().to_string_lossy()).is_some())
        .filter_map(|entry| Some((entry.path(), entry.metadata().ok()?.len())))
        .collect();
    files.sort();
    files
}

/// `20260131` of `countersign-20260131-00002.jsonl`.
fn day_of(name: &str) -> Option<&str> {
    let (day, part) = name
        .strip_prefix(PREFIX)?
        .strip_suffix(SUFFIX)?
        .split_once('-')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (day.len() == 8 && digits(day) && digits(part)).then_some(day)
}

fn part_of(name: &str) -> Option<u32> {
    let (_, part) = name.strip_suffix(SUFFIX)?.rsplit_once('-')?;
    part.parse().ok()
}

/// How much is kept.
#[derive(Debug, Clone, Copy)]
struct Caps {
    days: usize,
    part_bytes: u64,
    total_bytes: u64,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            days: DAYS,
            part_bytes: PART_BYTES,
            total_bytes: TOTAL_BYTES,
        }
    }
}

/// Writes lines into the file of the day. Each write is a line.
#[derive(Debug)]
struct LogFiles {
    folder: PathBuf,
    clock: Arc<dyn Clock>,
    caps: Caps,
    open: Option<Part>,
}

#[derive(Debug)]
struct Part {
    day: String,
    file: File,
}

impl LogFiles {
    fn new(folder: PathBuf, clock: Arc<dyn Clock>, caps: Caps) -> Self {
        Self {
            folder,
            clock,
            caps,
            open: None,
        }
    }

    /// The file for a line of this many bytes; other processes write to it too.
    fn part(&mut self, bytes: u64) -> io::Result<&mut File> {
        let day: String = stamp(self.clock.now_ms()).chars().take(8).collect();
        let fits = match &self.open {
            Some(part) if part.day == day => {
                part.file.metadata()?.len() + bytes <= self.caps.part_bytes
            }
            _ => false,
        };
        if !fits {
            self.open = None;
        }
        if let Some(part) = self.open.take() {
            return Ok(&mut self.open.insert(part).file);
        }
        std::fs::create_dir_all(&self.folder)?;
        let file = self.open_part(&day, bytes)?;
        self.prune();
        Ok(&mut self.open.insert(Part { day, file }).file)
    }

    /// The day's last part, or the one after it: numbers go on, so that the order stays that of time.
    fn open_part(&self, day: &str, bytes: u64) -> io::Result<File> {
        let last = list(&self.folder)
            .into_iter()
            .filter_map(|(path, size)| {
                let name = path.file_name()?.to_string_lossy().into_owned();
                (day_of(&name)? == day).then_some((part_of(&name)?, size))
            })
            .max();
        let number = match last {
            Some((number, size)) if size + bytes <= self.caps.part_bytes => number,
            Some((number, _)) => number + 1,
            None => 1,
        };
        let name = format!("{PREFIX}{day}-{number:05}{SUFFIX}");
        File::options()
            .create(true)
            .append(true)
            .open(self.folder.join(name))
    }

    /// Lets go of the oldest files, so that the part that begins can grow to its size.
    fn prune(&self) {
        let files = list(&self.folder);
        let mut days: Vec<String> = files
            .iter()
            .filter_map(|(path, _)| Some(day_of(&path.file_name()?.to_string_lossy())?.to_owned()))
            .collect();
        days.dedup();
        let first_day = days.len().saturating_sub(self.caps.days);
        let first_day = days.get(first_day).map(String::as_str).unwrap_or_default();
        let room = self.caps.total_bytes.saturating_sub(self.caps.part_bytes);
        let mut total: u64 = files.iter().map(|(_, size)| size).sum();
        for (path, size) in &files {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let old = day_of(&name).is_some_and(|day| day < first_day);
            if !old && total <= room {
                return;
            }
            // Another process may have been quicker.
            let _ = std::fs::remove_file(path);
            total = total.saturating_sub(*size);
        }
    }
}

impl Write for LogFiles {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.part(line.len() as u64)?.write_all(line)?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    const DAY_MS: i64 = 86_400_000;

    fn names(folder: &Path) -> Vec<String> {
        list(folder)
            .into_iter()
            .map(|(path, _)| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn each_day_has_its_file_and_fourteen_days_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(1_769_903_999_000));
        let mut logs = LogFiles::new(folder.path().join("logs"), clock.clone(), Caps::default());
        for _ in 0..20 {
            logs.write_all(b"{}\n").unwrap();
            clock.advance(DAY_MS);
        }
        let names = names(&folder.path().join("logs"));
        assert_eq!(names.len(), DAYS);
        assert_eq!(names[0], "countersign-20260206-00001.jsonl");
        assert_eq!(names[13], "countersign-20260219-00001.jsonl");
    }

    #[test]
    fn a_flood_of_lines_stays_under_the_cap_and_keeps_the_newest() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(0));
        let caps = Caps {
            days: 14,
            part_bytes: 100,
            total_bytes: 1000,
        };
        let mut logs = LogFiles::new(folder.path().to_owned(), clock, caps);
        for n in 0..10_000 {
            logs.write_all(format!("line {n:04}\n").as_bytes()).unwrap();
        }
        let files = list(folder.path());
        let total: u64 = files.iter().map(|(_, size)| size).sum();
        assert!(total <= caps.total_bytes, "{total}");
        let last = std::fs::read_to_string(&files.last().unwrap().0).unwrap();
        assert!(last.ends_with("line 9999\n"), "{last}");
    }

    #[test]
    fn other_files_in_the_folder_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let other = folder.path().join("countersign-notes.jsonl");
        std::fs::write(&other, "mine").unwrap();
        let caps = Caps {
            days: 1,
            part_bytes: 1,
            total_bytes: 1,
        };
        let mut logs = LogFiles::new(folder.path().to_owned(), Arc::new(ManualClock::at(0)), caps);
        for _ in 0..3 {
            logs.write_all(b"{}\n").unwrap();
        }
        assert_eq!(std::fs::read_to_string(other).unwrap(), "mine");
    }

    #[test]
    fn only_countersigns_own_words_are_kept() {
        assert!(is_ours("countersign_engine::worker") && is_ours("countersign"));
        assert!(!is_ours("hyper::client") && !is_ours("countersignature"));
    }
}
