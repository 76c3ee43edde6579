//! Ended at every place that has a name (`countersign_store::faults`), one after the other: submitting,
//! working, backing up, restoring and deleting all go on from there.

use std::os::unix::process::ExitStatusExt;
use std::process::{Output, Stdio};
use std::sync::Arc;

use countersign_store::faults::POINTS;
use countersign_tests::fault_server::{Fault, FaultServer, Options, Script};
use countersign_tests::make_pdf;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::audit::Audit;
use super::house::House;
use crate::cli::text;

const SIGABRT: i32 = 6;
/// Houses at a time: each has a worker program of its own.
const AT_ONCE: usize = 3;
/// Places that every transaction passes: ended at several of them.
const OFTEN: &[(&str, &[u32])] = &[
    ("commit.before", &[1, 3, 6, 10]),
    ("commit.after", &[1, 2, 5, 9]),
    ("claim.written", &[1, 4]),
    ("complete.written", &[1, 2, 3, 6]),
];

/// A house that is to be visited at one place.
struct Visit {
    house: House,
    server: FaultServer,
    /// The place, until the program has ended there.
    open: Option<String>,
}

impl Visit {
    async fn of(place: &str, time: u32) -> Self {
        let mut script = Script::default();
        if place.starts_with("fail.") {
            script = Script::of([Fault::status(500, &[])]);
        }
        let server = FaultServer::start(Options {
            script,
            ..Options::default()
        })
        .await
        .unwrap();
        Self {
            house: House::new(&server.base_url()).await,
            server,
            open: Some(format!("end:{place}:{time}")),
        }
    }

    async fn output(&mut self, arguments: &[&str]) -> Output {
        let mut command = self.house.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(fault) = &self.open {
            command.env("COUNTERSIGN_FAULT", fault);
        }
        let output = command.output().await.unwrap();
        if output.status.signal() == Some(SIGABRT) {
            self.open = None;
        }
        output
    }

    /// Does it; if the program ends at the place, once more. What it printed, and whether it ended.
    async fn carry_out(&mut self, arguments: &[&str]) -> (String, bool) {
        let mut output = self.output(arguments).await;
        let ended = output.status.signal() == Some(SIGABRT);
        if ended {
            output = self.output(arguments).await;
        }
        // What was done before the end need not be possible twice.
        let gone = ended && arguments[0] == "delete";
        assert!(
            output.status.success() || gone,
            "{arguments:?}: {}",
            text(&output.stderr)
        );
        (text(&output.stdout), ended)
    }

    async fn submit(&mut self, seed: u64) -> String {
        let file = self
            .house
            .desk
            .file(&format!("{seed}.pdf"), &make_pdf::contract_of(1, seed));
        let (answer, _) = self.carry_out(&["submit", file.to_str().unwrap()]).await;
        let (id, _) = answer.split_once('\t').unwrap();
        self.house.promised.push((id.to_owned(), file));
        id.to_owned()
    }

    /// The life of a data folder, with one end in the middle of it.
    async fn run(mut self, place: &str) {
        self.submit(1).await;
        let deleted = self.submit(2).await;
        if place == "boot.taken_over" {
            // Something has to be left over.
            let place = self.open.replace("end:read.done:1".to_owned());
            self.output(&["resume"]).await;
            assert_eq!(self.open, None);
            self.open = place;
        }
        self.carry_out(&["resume"]).await;
        self.carry_out(&["backup", "now"]).await;
        let (backups, _) = self.carry_out(&["backup", "list"]).await;
        let newest = backups
            .split_whitespace()
            .next()
            .expect("a backup")
            .to_owned();
        self.carry_out(&["backup", "restore", &newest]).await;
        let audit = Audit::of(&self.house, &self.server.ledger()).await;
        assert_eq!(audit.broken(), Vec::<String>::new(), "{place}\n{audit}");
        assert_eq!(audit.completed, 2, "{place}\n{audit}");
        self.carry_out(&["delete", &deleted]).await;
        assert_eq!(self.open, None, "{place} was never passed");
        self.house.promised.retain(|(id, _)| *id != deleted);
        assert!(self.house.finish(super::house::PATIENCE).await);
        let engine = self.house.engine().await;
        let purged = engine.maintain().await.unwrap();
        assert!(purged.complete, "{place}: the purge is over");
        engine.close().await;
        assert_eq!(self.files(), 1, "{place}: the deleted file is gone");
        // The calls of the deleted review are nobody's any more; everything else still holds.
        let audit = Audit::of(&self.house, &self.server.ledger()).await;
        let wrong = (audit.lost, audit.malformed, audit.unfounded, audit.uneven);
        assert_eq!(
            (audit.completed, wrong),
            (1, (0, 0, 0, 0)),
            "{place}\n{audit}"
        );
        assert_eq!(audit.damage, None, "{place}");
    }

    /// Files that are kept, half-written ones included.
    fn files(&self) -> usize {
        let blobs = self.house.desk.data().join("blobs");
        let shelves = std::fs::read_dir(blobs).unwrap().flatten();
        shelves
            .filter_map(|shelf| Some(std::fs::read_dir(shelf.path()).ok()?.count()))
            .sum()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ended_at_each_named_place_everything_goes_on() {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut visits = JoinSet::new();
    // Those of deliveries are visited where somebody receives them: `webhooks.rs`.
    let places_of_reviews: Vec<&str> = POINTS
        .iter()
        .copied()
        .filter(|place| !place.starts_with("webhook."))
        .collect();
    for place in places_of_reviews.iter().copied() {
        let times = OFTEN.iter().find(|(often, _)| *often == place);
        for time in times.map_or(&[1][..], |(_, times)| times) {
            let places = Arc::clone(&places);
            let runtime = Handle::current();
            visits.spawn_blocking(move || {
                runtime.block_on(async {
                    let _place = places.acquire().await.unwrap();
                    Visit::of(place, *time).await.run(place).await;
                });
            });
        }
    }
    let mut wrong = Vec::new();
    let mut visited = 0;
    while let Some(visit) = visits.join_next().await {
        match visit {
            Ok(()) => visited += 1,
            Err(error) => wrong.push(panic_of(error)),
        }
    }
    eprintln!(
        "{visited} ends at {} places, all recovered from",
        places_of_reviews.len()
    );
    assert_eq!(wrong, Vec::<String>::new());
}

fn panic_of(error: tokio::task::JoinError) -> String {
    let panic = error.into_panic();
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| {
            panic
                .downcast_ref::<&str>()
                .map(|words| (*words).to_owned())
        })
        .unwrap_or_else(|| "a panic without words".to_owned())
}
