//! Reads a document in a child process under limits of time, memory and pages.
//!
//! A page that crashes or hangs the child is named and the rest is read by a new child; what was
//! delivered before stays delivered. Dropping the future kills the child.

mod compare;
mod draw;
mod start;

use std::path::PathBuf;
use std::time::Duration;

use countersign_contracts::document::{Page, PageQuality};
use countersign_contracts::side::DocumentSide;
use tokio::process::Child;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

pub use self::compare::compare_readings;
pub use self::draw::{Spot, draw_spot};
use self::start::{Messages, last_words, start};
use crate::child::Task;
use crate::error::ReadError;
use crate::flow::Attachment;
use crate::formats::Format;
use crate::ocr::{DOTS, DOTS_OF_SMALL_PRINT, KeptPages, Recognised, Recogniser, layer};
use crate::password::Password;
use crate::pdf::unreadable;
use crate::wire::{Look, Message};

/// Most children started for one document.
const MOST_CHILDREN: u32 = 6;

/// What one document may use.
#[derive(Debug, Clone)]
pub struct ReadLimits {
    /// Time for the whole document.
    pub wall: Duration,
    /// Time for one page, and for opening the file.
    pub page_wall: Duration,
    /// Address space of the child.
    pub memory_bytes: u64,
    /// Processor time of each child.
    pub cpu_seconds: u64,
    /// Pages of the document.
    pub max_pages: u32,
}

impl Default for ReadLimits {
    fn default() -> Self {
        Self {
            wall: Duration::from_secs(600),
            page_wall: Duration::from_secs(30),
            memory_bytes: 2 << 30,
            cpu_seconds: 300,
            max_pages: 5_000,
        }
    }
}

/// A document to read.
#[derive(Debug, Clone)]
pub struct ReadRequest {
    /// The host's own binary, whose `main` calls [`crate::child::run_if_asked`].
    pub program: PathBuf,
    /// The file, opened here and handed over by handle.
    pub file: PathBuf,
    /// What its name says it is; the bytes decide where they can.
    pub named: Option<Format>,
    /// What it may use.
    pub limits: ReadLimits,
    /// What opens it, where it is locked.
    pub password: Option<Password>,
    /// Who reads pages that are pictures; without one they stay unread.
    pub recogniser: Option<Recogniser>,
    /// Pages of this file that were recognised before, and where to hand those that are now.
    pub kept: KeptPages,
}

/// How the reading of a document went.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadSummary {
    /// Pages of the file.
    pub pages: u32,
    /// Pages with text that can be reviewed, and blank ones.
    pub pages_read: u32,
    /// Pages that are pictures of text.
    pub pages_needing_ocr: u32,
    /// Pages whose text was recognised.
    pub pages_recognised: u32,
    /// Pages that can't be read, each with its problem.
    pub pages_unreadable: u32,
    /// Children that had to be replaced.
    pub restarts: u32,
    /// Most memory that the last child held, 0 where the system doesn't say.
    pub peak_memory_bytes: u64,
    /// What the file says beside its text.
    pub side: DocumentSide,
    /// Files that came with it, as attachments of a mail do.
    pub attachments: Vec<Attachment>,
}

/// Reads a document in child processes and hands over its pages in order, each as soon as it is
/// done. Safe to run again: nothing is kept. On Linux the child also dies with the thread that
/// polls this future, so poll it on a runtime's worker and not on a thread of its own.
///
/// # Errors
/// When the file is gone, can't be opened, or not one page of it can be read. Pages handed
/// over before remain valid.
pub async fn read_document(
    request: &ReadRequest,
    on_page: &mut (dyn FnMut(Page) + Send),
) -> Result<ReadSummary, ReadError> {
    let mut reading = Reading {
        request,
        deadline: Instant::now() + request.limits.wall,
        tally: Tally::default(),
        pages: None,
        next: 1,
    };
    loop {
        let end = reading.run_child(on_page).await?;
        let Some(pages) = reading.pages else {
            return Err(end.error());
        };
        if matches!(end, End::Finished) && reading.next > pages {
            return reading.tally.verdict(pages);
        }
        reading.skip_page(&end, pages, on_page);
        if reading.next > pages {
            return reading.tally.verdict(pages);
        }
        reading.tally.summary.restarts += 1;
        if matches!(end, End::OutOfTime) || reading.tally.summary.restarts >= MOST_CHILDREN {
            reading.give_up(&end, pages, on_page);
            return reading.tally.verdict(pages);
        }
    }
}

/// How a child ended.
#[derive(Debug, Clone, Copy)]
enum End {
    Finished,
    /// It died or spoke nonsense.
    Crashed,
    /// It asked for more memory than it may have.
    OutOfMemory,
    /// One page took too long.
    PageOutOfTime,
    /// The document took too long.
    OutOfTime,
}

impl End {
    fn error(self) -> ReadError {
        match self {
            Self::Finished | Self::Crashed => ReadError::Crashed,
            Self::OutOfMemory => ReadError::OutOfLimits { what: "memory" },
            Self::PageOutOfTime | Self::OutOfTime => ReadError::OutOfLimits { what: "time" },
        }
    }

    fn problem(self) -> &'static str {
        match self {
            Self::Finished | Self::Crashed => "The page is damaged: reading it failed.",
            Self::OutOfMemory => "Reading the page takes more memory than is allowed.",
            Self::PageOutOfTime | Self::OutOfTime => "Reading the page took too long.",
        }
    }
}

struct Reading<'r> {
    request: &'r ReadRequest,
    deadline: Instant,
    tally: Tally,
    pages: Option<u32>,
    /// The first page not delivered yet.
    next: u32,
}

impl Reading<'_> {
    /// Starts a child at the next page and takes what it delivers until it ends.
    async fn run_child(
        &mut self,
        on_page: &mut (dyn FnMut(Page) + Send),
    ) -> Result<End, ReadError> {
        let mut child = start(self.request, self.next, Task::Read)?;
        let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
            return Ok(End::Crashed);
        };
        let mut messages = Messages::of(stdout);
        let last_words = tokio::spawn(last_words(stderr));
        loop {
            let page_deadline = Instant::now() + self.request.limits.page_wall;
            let deadline = page_deadline.min(self.deadline);
            let message = match timeout_at(deadline, messages.next()).await {
                Ok(Some(message)) => message,
                Ok(None) => return Ok(how_it_died(child, last_words).await),
                Err(_) => {
                    let _ = child.kill().await;
                    let all = self.deadline <= page_deadline;
                    return Ok(if all {
                        End::OutOfTime
                    } else {
                        End::PageOutOfTime
                    });
                }
            };
            match message {
                Message::Opened { pages } => self.pages = Some(pages),
                Message::Began { page } if page == self.next => {}
                Message::Done { page, look } if page.number == self.next => {
                    let page = match look {
                        Look::No => page,
                        look => self.recognise(page, look).await?,
                    };
                    self.next += 1;
                    self.tally.count(&page);
                    on_page(page);
                }
                Message::Side(side) => self.tally.summary.side.append(side),
                Message::Attached(file) => self.tally.summary.attachments.push(file),
                Message::Refused(refusal) => return Err(refusal.into()),
                Message::Finished { peak_memory_bytes } => {
                    self.tally.summary.peak_memory_bytes = peak_memory_bytes;
                    let _ = child.wait().await;
                    return Ok(End::Finished);
                }
                Message::Began { .. }
                | Message::Done { .. }
                | Message::Drawn(_)
                | Message::Layer { .. } => {
                    let _ = child.kill().await;
                    return Ok(End::Crashed);
                }
            }
        }
    }

    /// Recognises a page; `None` without a program for it. Time spent here is not the document's.
    async fn recognise_anew(&mut self, number: u32) -> Result<Option<Recognised>, ReadError> {
        let Some(recogniser) = self.request.recogniser.clone() else {
            return Ok(None);
        };
        let started = Instant::now();
        let mut best = None;
        for dots in [DOTS, DOTS_OF_SMALL_PRINT] {
            let Some(picture) = draw::draw(self.request, number, dots).await? else {
                break;
            };
            let read = recogniser.recognise(&picture).await;
            best = match best {
                Some(best) => Some(Recognised::or_better(best, read)),
                None => read,
            };
            if !best.as_ref().is_some_and(Recognised::is_small_print) {
                break;
            }
        }
        self.deadline += started.elapsed();
        if let Some(best) = &best {
            self.request.kept.keep(number, best);
        }
        Ok(best)
    }

    /// Reads a page that is a picture, as far as it was recognised or can be; else the page as it was.
    async fn recognise(&mut self, page: Page, look: Look) -> Result<Page, ReadError> {
        let best = match self.request.kept.of_page(page.number) {
            Some(kept) => Some(kept),
            None => self.recognise_anew(page.number).await?,
        };
        if look == Look::Layer {
            return Ok(layer::checked(page, best));
        }
        let Some(recognised) = best else {
            return Ok(page);
        };
        if look == Look::Doubt {
            let Some(seen) = recognised.instead_of(&page) else {
                return Ok(Page {
                    problem: None,
                    ..page
                });
            };
            self.tally.summary.pages_recognised += 1;
            return Ok(seen);
        }
        let Some(read) = recognised.onto(&page) else {
            let problem = "The page is a picture, and no text was recognised on it.";
            let unread = page.quality != PageQuality::Ok;
            return Ok(Page {
                problem: unread.then(|| problem.to_owned()).or(page.problem.clone()),
                ..page
            });
        };
        self.tally.summary.pages_recognised += 1;
        Ok(read)
    }

    /// Names the page that a child failed at, and goes on behind it.
    fn skip_page(&mut self, end: &End, pages: u32, on_page: &mut (dyn FnMut(Page) + Send)) {
        if self.next <= pages {
            self.deliver_unreadable(end.problem(), on_page);
        }
    }

    /// Names all pages that were not reached.
    fn give_up(&mut self, end: &End, pages: u32, on_page: &mut (dyn FnMut(Page) + Send)) {
        let problem = match end {
            End::OutOfTime => "Reading the document took too long and stopped before this page.",
            _ => "Reading failed on several pages and was given up before this one.",
        };
        while self.next <= pages {
            self.deliver_unreadable(problem, on_page);
        }
    }

    fn deliver_unreadable(&mut self, problem: &str, on_page: &mut (dyn FnMut(Page) + Send)) {
        let page = unreadable(self.next, (0.0, 0.0), problem);
        self.next += 1;
        self.tally.count(&page);
        on_page(page);
    }
}

/// Tells from a dead child's last words and its signal what became of it.
async fn how_it_died(mut child: Child, last_words: JoinHandle<Vec<u8>>) -> End {
    let _ = child.start_kill();
    let last_words = last_words.await.unwrap_or_default();
    let status = child.wait().await;
    if String::from_utf8_lossy(&last_words).contains("memory allocation of") {
        return End::OutOfMemory;
    }
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        const SIGXCPU: i32 = 24;
        if status.is_ok_and(|s| s.signal() == Some(SIGXCPU)) {
            return End::PageOutOfTime;
        }
    }
    #[cfg(not(unix))]
    drop(status);
    End::Crashed
}

/// Counts pages by what can be expected of them.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    summary: ReadSummary,
    with_words: u32,
    first_problem: Option<String>,
}

impl Tally {
    pub fn count(&mut self, page: &Page) {
        let read = matches!(page.quality, PageQuality::Ok | PageQuality::Doubtful);
        if let (true, Some(problem)) = (read, &page.problem) {
            let note = format!("Page {}: {problem}", page.number);
            self.summary.side.notes.push(note);
        }
        match page.quality {
            PageQuality::Ok
            | PageQuality::Doubtful
            | PageQuality::Fallback
            | PageQuality::Blank => {
                self.summary.pages_read += 1;
            }
            PageQuality::NeedsOcr => self.summary.pages_needing_ocr += 1,
            PageQuality::Unreadable => self.summary.pages_unreadable += 1,
        }
        self.with_words += u32::from(page.words.iter().any(|w| w.hidden.is_none()));
        if self.first_problem.is_none() && page.quality == PageQuality::Unreadable {
            self.first_problem.clone_from(&page.problem);
        }
    }

    /// The summary, or why there is nothing to review.
    pub fn verdict(mut self, pages: u32) -> Result<ReadSummary, ReadError> {
        self.summary.pages = pages;
        if self.with_words > 0 {
            return Ok(self.summary);
        }
        if self.summary.pages_needing_ocr > 0 && self.summary.pages_unreadable == 0 {
            return Err(ReadError::OnlyScans);
        }
        let reason = self
            .first_problem
            .unwrap_or_else(|| "Every page is blank.".to_owned());
        Err(ReadError::NothingReadable { pages, reason })
    }
}
