//! How long programs wait for the HTTP interface while twenty of them submit contracts of 4 to 400 pages.
//!
//! `cargo xtask bench api`. The real program serves; three runs, each on a data folder of its own. Before the
//! load the queue is held and one client asks; under load twenty clients come within a second, hand in a
//! contract each, and then go on submitting short ones and looking at their first. At last all twenty hand in
//! a contract at the very same moment: how long the last of them waits is told beside. What is timed is the
//! whole request, connection included.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use countersign_tests::figures::{Bound, Figures, median, option, percentile};
use countersign_tests::make_pdf;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const RUNS: u64 = 3;
const CLIENTS: usize = 20;
const LONGEST: usize = 400;
/// Requests of each sort with nothing going on.
const UNLOADED: u64 = 200;
/// Rounds of each client under load: a submission and a look.
const ROUNDS: u64 = 15;
/// Between two rounds of a client.
const PAUSE: Duration = Duration::from_secs(1);
const BOUND_MS: f64 = 50.0;

type Wrong = Box<dyn Error + Send + Sync>;

/// Milliseconds that requests took.
#[derive(Debug, Default)]
struct Times {
    submit: Vec<f64>,
    look: Vec<f64>,
}

/// The 99th percentiles of a run.
struct Run {
    unloaded: [f64; 2],
    loaded: [f64; 2],
    samples: usize,
    /// How long the last of twenty waits that come at the same moment.
    at_once: f64,
}

fn main() -> Result<(), Wrong> {
    let program = option("--program").ok_or("expected --program PROGRAM")?;
    let folder = option("--folder").unwrap_or_else(|| ".".to_owned());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let contracts: Vec<Arc<Vec<u8>>> = (0..CLIENTS)
        .map(|n| 4 + n * (LONGEST - 4) / (CLIENTS - 1))
        .map(|pages| Arc::new(make_pdf::contract_of(pages, 7 + pages as u64)))
        .collect();
    let mut runs = Vec::new();
    for number in 0..RUNS {
        let desk = tempfile::tempdir_in(&folder)?;
        let server = Server::start(program.as_ref(), desk.path())?;
        runs.push(runtime.block_on(run(&server, &contracts, number))?);
    }
    let mut figures = Figures::default();
    let samples = runs.iter().map(|run| run.samples).min().unwrap_or(0);
    let enough = Bound::AtLeast(200.0);
    figures.promise("submissions under load, fewest", samples as f64, "", enough);
    for (at, name) in ["POST /v1/reviews", "GET /v1/reviews/{id}"]
        .into_iter()
        .enumerate()
    {
        let of = |times: fn(&Run) -> &[f64; 2]| {
            let values: Vec<f64> = runs.iter().map(|run| times(run)[at]).collect();
            median(&values)
        };
        let (before, after) = (of(|run| &run.unloaded), of(|run| &run.loaded));
        figures.add(format!("{name}, unloaded p99"), before, "ms");
        let bound = Bound::AtMost(BOUND_MS.max(1.5 * before));
        figures.promise(format!("{name}, loaded p99"), after, "ms", bound);
    }
    let at_once: Vec<f64> = runs.iter().map(|run| run.at_once).collect();
    figures.add(
        "twenty at the same moment, the last",
        median(&at_once),
        "ms",
    );
    Ok(figures.finish().map_err(|error| error.to_string())?)
}

async fn run(server: &Server, contracts: &[Arc<Vec<u8>>], number: u64) -> Result<Run, Wrong> {
    let client = Client {
        address: server.address.clone(),
        token: server.token.clone(),
    };
    server.command(&["queue", "pause"])?;
    let small = Arc::new(make_pdf::contract_of(4, 1_000));
    let mut unloaded = Times::default();
    let mut id = String::new();
    for n in 0..UNLOADED {
        id = client.submit(&varied(&small, n), &mut unloaded).await?;
        client.look(&id, &mut unloaded).await?;
    }
    println!("run {}: {}", number + 1, unloaded.words("unloaded"));
    server.command(&["queue", "go"])?;
    let mut clients = JoinSet::new();
    for (n, contract) in (1..).zip(contracts) {
        let (client, contract, small) = (client.clone(), Arc::clone(contract), Arc::clone(&small));
        clients.spawn(async move {
            let told = client.live(n, &contract, &small).await;
            told.map_err(|error| error.to_string())
        });
    }
    let mut loaded = Times::default();
    while let Some(client) = clients.join_next().await {
        let times = client??;
        loaded.submit.extend(times.submit);
        loaded.look.extend(times.look);
    }
    println!("run {}: {}", number + 1, loaded.words("loaded"));
    let mut crowd = JoinSet::new();
    for (n, contract) in (1..).zip(contracts) {
        let (client, contract) = (client.clone(), varied(contract, 900_000 + n));
        crowd.spawn(async move {
            let mut times = Times::default();
            let told = client.submit(&contract, &mut times).await;
            told.map(|_| times).map_err(|error| error.to_string())
        });
    }
    let mut at_once = 0.0_f64;
    while let Some(client) = crowd.join_next().await {
        at_once = client??
            .submit
            .iter()
            .fold(at_once, |most, time| most.max(*time));
    }
    println!(
        "run {}: twenty at the same moment: the last after {at_once:.1} ms",
        number + 1
    );
    // The review that was handed in last has had no turn: the load outlasted what was timed.
    let last = client.look(&id, &mut Times::default()).await?;
    println!(
        "run {}: a contract that waits at the end is {}",
        number + 1,
        last["state"]
    );
    Ok(Run {
        unloaded: unloaded.p99(),
        loaded: loaded.p99(),
        samples: loaded.submit.len(),
        at_once,
    })
}

impl Times {
    fn p99(&self) -> [f64; 2] {
        [percentile(&self.submit, 99), percentile(&self.look, 99)]
    }

    fn words(&self, name: &str) -> String {
        let words = |times: &[f64]| {
            let of = |percent| percentile(times, percent);
            format!(
                "p50 {:.1}, p99 {:.1}, most {:.1} ms of {}",
                of(50),
                of(99),
                of(100),
                times.len()
            )
        };
        format!(
            "{name}: submit {}; look {}",
            words(&self.submit),
            words(&self.look)
        )
    }
}

/// A program that asks.
#[derive(Debug, Clone)]
struct Client {
    address: String,
    token: String,
}

impl Client {
    /// Hands in its contract, then goes on with short ones and looks at the first.
    async fn live(&self, number: u64, contract: &[u8], small: &[u8]) -> Result<Times, Wrong> {
        let mut times = Times::default();
        // Clients don't keep step.
        tokio::time::sleep(PAUSE * u32::try_from(number)? / u32::try_from(CLIENTS)?).await;
        let first = self.submit(contract, &mut times).await?;
        for round in 0..ROUNDS {
            self.submit(
                &varied(small, UNLOADED + number * 1_000 + round),
                &mut times,
            )
            .await?;
            self.look(&first, &mut times).await?;
            tokio::time::sleep(PAUSE).await;
        }
        Ok(times)
    }

    /// The review's id.
    async fn submit(&self, file: &[u8], times: &mut Times) -> Result<String, Wrong> {
        let begun = Instant::now();
        let (status, said) = self.ask("POST", "/v1/reviews?name=a.pdf", file).await?;
        times.submit.push(begun.elapsed().as_secs_f64() * 1000.0);
        if status != 202 {
            return Err(format!("a contract was answered {status}: {said}").into());
        }
        Ok(said["id"].as_str().unwrap_or_default().to_owned())
    }

    async fn look(&self, id: &str, times: &mut Times) -> Result<Value, Wrong> {
        let begun = Instant::now();
        let (status, said) = self.ask("GET", &format!("/v1/reviews/{id}"), b"").await?;
        times.look.push(begun.elapsed().as_secs_f64() * 1000.0);
        if status != 200 {
            return Err(format!("a review was answered {status}: {said}").into());
        }
        Ok(said)
    }

    async fn ask(&self, method: &str, path: &str, body: &[u8]) -> Result<(u16, Value), Wrong> {
        let mut stream = TcpStream::connect(&self.address).await?;
        stream.set_nodelay(true)?;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\
             Content-Type: application/pdf\r\nContent-Length: {}\r\n\r\n",
            self.address,
            self.token,
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body].concat()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        let answer = String::from_utf8(answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").ok_or("an answer broke off")?;
        let status = head.split(' ').nth(1).ok_or("an answer has no status")?;
        Ok((status.parse()?, serde_json::from_str(body)?))
    }
}

/// A comment behind the end makes each another file.
fn varied(file: &[u8], number: u64) -> Vec<u8> {
    [file, format!("% {number}\n").as_bytes()].concat()
}

/// The program that serves, ended with the bench.
struct Server {
    child: Child,
    program: std::path::PathBuf,
    data: std::path::PathBuf,
    address: String,
    token: String,
}

impl Server {
    fn start(program: &Path, folder: &Path) -> Result<Self, Wrong> {
        let data = folder.join("data");
        let mut child = command(program, &data, &["serve", "--no-page"])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let stdout = child.stdout.take().ok_or("no output of the program")?;
        BufReader::new(stdout).read_line(&mut line)?;
        let told: Value = serde_json::from_str(&line)?;
        let address = told["api"]
            .as_str()
            .and_then(|url| url.strip_prefix("http://")?.strip_suffix("/v1"))
            .ok_or("the program doesn't say where it serves")?;
        let mut server = Self {
            child,
            program: program.to_owned(),
            data,
            address: address.to_owned(),
            token: String::new(),
        };
        server.token = server.command(&["client", "add", "bench"])?;
        Ok(server)
    }

    fn command(&self, words: &[&str]) -> Result<String, Wrong> {
        let output = command(&self.program, &self.data, words).output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended by itself can't be ended again.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(program: &Path, data: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .arg("--data-dir")
        .arg(data)
        .args(words)
        .env("COUNTERSIGN_KEYCHAIN", "off")
        .stdin(Stdio::null());
    command
}
