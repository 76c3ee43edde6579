//! A model server that fails on purpose: it speaks the wires of OpenAI, Anthropic and Gemini on a loopback
//! port, breaks them byte by byte as a script says, and keeps count of what was asked.
//!
//! It runs inside a test ([`FaultServer::start`]) or as a process of its own ([`process::FaultProcess`],
//! or by hand: `cargo run -p countersign-tests --bin fault_server -- --help`), so that its counts outlive
//! a client that is killed. Two calls are the same when their messages are: [`Call::key`].
//!
//! `POST /v1/chat/completions`, `/v1/embeddings`, `/v1/messages`, `/v1beta/models/NAME:generateContent` and
//! `:batchEmbedContents`, `GET /v1/models`, `/v1beta/models`, `/health`; `GET /control/calls` gives the
//! [`Ledger`], `POST /control/script` takes a new [`Script`].

pub mod answers;
mod connection;
mod formats;
pub mod process;
pub mod script;

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use answers::{Question, built_in_answer};
pub use formats::Format;
pub use script::{Chance, Fault, Latency, Script};

/// What a good call is answered with.
pub type Answer = Arc<dyn Fn(&Question) -> String + Send + Sync>;

/// How a server is started.
#[derive(Clone)]
pub struct Options {
    /// 0 for any free port.
    pub port: u16,
    /// What goes wrong.
    pub script: Script,
    /// What a good call is answered with; the same question has to get the same answer.
    pub answer: Answer,
    /// Where each call is written when it ends, as a line of JSON.
    pub log: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            script: Script::default(),
            answer: Arc::new(built_in_answer),
            log: None,
        }
    }
}

/// One call that arrived completely.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Counted from 1.
    pub number: u64,
    /// SHA-256 of the messages (of the input, for embeddings): the same question has the same key.
    pub key: String,
    /// What was called.
    pub path: String,
    /// The headers that held a key.
    #[serde(default)]
    pub key_in: Vec<String>,
    /// What was done to it, in the script's word.
    pub fault: String,
    /// Milliseconds since the server started.
    pub started_ms: u64,
    /// The same, when it was over; nothing while it runs.
    pub ended_ms: Option<u64>,
    /// The whole of the intended answer was handed to the system. Whether the client has read it, no
    /// server can know.
    pub sent: bool,
}

/// All calls, and how often each was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// In the order of their arrival.
    pub calls: Vec<Call>,
    /// Calls by key.
    pub by_key: BTreeMap<String, u64>,
    /// The most calls that ran at one time.
    pub peak: usize,
}

/// A running server; it stops when dropped.
#[derive(Debug)]
pub struct FaultServer {
    address: SocketAddr,
    state: Arc<State>,
    task: JoinHandle<()>,
}

impl FaultServer {
    /// Listens on loopback.
    ///
    /// # Errors
    /// When the port is taken or the log cannot be written.
    pub async fn start(options: Options) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let state = Arc::new(State::new(options)?);
        let task = tokio::spawn(connection::accept(listener, Arc::clone(&state)));
        Ok(Self {
            address,
            state,
            task,
        })
    }

    /// The address for the settings of a provider that speaks OpenAI's wire, or Anthropic's.
    pub fn base_url(&self) -> String {
        self.url_of(Format::OpenAi)
    }

    /// The address for the settings of a provider that speaks this wire.
    pub fn url_of(&self, format: Format) -> String {
        format!("http://{}{}", self.address, format.base())
    }

    /// Follows another script from the next call on.
    pub fn follow(&self, script: Script) {
        self.state.book().script = script;
    }

    /// What was called until now.
    pub fn ledger(&self) -> Ledger {
        self.state.ledger()
    }

    /// Serves until the process ends.
    pub async fn serve(mut self) {
        // The task ends with the process only.
        let _ = (&mut self.task).await;
    }
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What the connections share.
pub(crate) struct State {
    started: Instant,
    answer: Answer,
    book: Mutex<Book>,
}

impl std::fmt::Debug for State {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("State").finish_non_exhaustive()
    }
}

struct Book {
    script: Script,
    ledger: Ledger,
    running: usize,
    log: Option<std::fs::File>,
}

/// What is done to one call.
pub(crate) struct Plan {
    pub number: u64,
    pub fault: Fault,
    pub latency_ms: u64,
}

impl State {
    fn new(options: Options) -> std::io::Result<Self> {
        let open = |path| {
            std::fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(path)
        };
        Ok(Self {
            started: Instant::now(),
            answer: options.answer,
            book: Mutex::new(Book {
                script: options.script,
                ledger: Ledger::default(),
                running: 0,
                log: options.log.map(open).transpose()?,
            }),
        })
    }

    pub fn answer(&self, question: &Question) -> String {
        (self.answer)(question)
    }

    pub fn ledger(&self) -> Ledger {
        self.book().ledger.clone()
    }

    pub fn follow(&self, script: Script) {
        self.book().script = script;
    }

    /// Counts a call and says what happens to it.
    pub fn begin(&self, key: &str, path: &str, key_in: Vec<String>) -> Plan {
        let started_ms = self.now_ms();
        let mut book = self.book();
        let asked = book.ledger.by_key.entry(key.to_owned()).or_default();
        *asked += 1;
        let times = *asked;
        let fault = book.script.fault(key, times);
        let latency_ms = book.script.latency_ms(key, times);
        let number = book.ledger.calls.len() as u64 + 1;
        book.running += 1;
        book.ledger.peak = book.ledger.peak.max(book.running);
        book.ledger.calls.push(Call {
            number,
            key: key.to_owned(),
            path: path.to_owned(),
            key_in,
            fault: fault.word(),
            started_ms,
            ended_ms: None,
            sent: false,
        });
        Plan {
            number,
            fault,
            latency_ms,
        }
    }

    /// Notes how a call ended.
    pub fn end(&self, number: u64, sent: bool) {
        let ended_ms = self.now_ms();
        let mut book = self.book();
        book.running -= 1;
        let call = book
            .ledger
            .calls
            .iter_mut()
            .find(|call| call.number == number);
        let Some(call) = call else { return };
        call.ended_ms = Some(ended_ms);
        call.sent = sent;
        let line = serde_json::to_string(call).unwrap_or_default();
        if let Some(log) = &mut book.log {
            // A full disk must not end the test; its counts are in memory too.
            let _ = writeln!(log, "{line}");
        }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
