//! The watched folder: contracts are reviewed once they are whole, once each, and what was found stands beside them.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use countersign_engine::Engine;
use countersign_engine::clock::ManualClock;
use countersign_engine::config::Config;
use countersign_engine::exports::ExportFormat;
use countersign_engine::views::*;
use countersign_engine::watch::Looked;
use countersign_tests::make_pdf;
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::cli::{self, program, text};

const PATIENCE: Duration = Duration::from_secs(60);

/// An engine that looks when it is told to, and a folder for it to look at.
struct Desk {
    folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
    engine: Engine,
}

impl Desk {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("in")).unwrap();
        let clock = Arc::new(ManualClock::at(1_790_000_000_000));
        let engine = open(folder.path(), &clock).await;
        Self {
            folder,
            clock,
            engine,
        }
    }

    /// The same desk after another start of the program.
    async fn begun_again(self) -> Self {
        let Self {
            folder,
            clock,
            engine,
        } = self;
        engine.close().await;
        drop(engine);
        let engine = open(folder.path(), &clock).await;
        Self {
            folder,
            clock,
            engine,
        }
    }

    fn watched(&self) -> PathBuf {
        self.folder.path().join("in")
    }

    fn save(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.watched().join(name), bytes).unwrap();
    }

    async fn look(&self) -> Looked {
        self.engine.look_at_folder().await.unwrap()
    }

    /// Two looks with enough time between them for files to be whole.
    async fn settle(&self) -> Looked {
        self.look().await;
        self.clock.advance(3_000);
        self.look().await
    }

    /// Looks until so many results were written.
    async fn written(&self, count: usize) -> Vec<PathBuf> {
        let mut events = self.engine.events();
        let mut written = Vec::new();
        let waited = tokio::time::timeout(PATIENCE, async {
            loop {
                written.extend(self.look().await.written);
                if written.len() >= count {
                    return;
                }
                let _ = events.recv().await;
            }
        });
        waited.await.expect("the results are written");
        written
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.watched()).unwrap().flatten();
        let mut names: Vec<String> = entries
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    async fn reviews(&self) -> usize {
        self.engine.list_reviews(Nothing {}).await.unwrap().len()
    }
}

async fn open(folder: &Path, clock: &Arc<ManualClock>) -> Engine {
    let mut config = Config::of_this_program(folder.join("data")).unwrap();
    config.reader_program = program();
    config.clock = clock.clone();
    Engine::open(config).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_is_reviewed_once_it_is_whole_and_its_summary_stands_beside_it() {
    let desk = Desk::new().await;
    assert_eq!(
        desk.settle().await,
        Looked::default(),
        "nothing is watched by itself"
    );
    let view = desk
        .engine
        .watch_folder(&desk.watched(), None, None)
        .await
        .unwrap();
    assert!(view.folder.unwrap().ends_with("in"));
    let bytes = make_pdf::contract_of(1, 1);
    let (half, _) = bytes.split_at(bytes.len() / 2);
    desk.save("supply.pdf", half);
    assert_eq!(
        desk.settle().await.taken,
        [] as [PathBuf; 0],
        "half of it is there"
    );
    desk.save("supply.pdf", &bytes);
    assert_eq!(
        desk.look().await.taken,
        [] as [PathBuf; 0],
        "it may still grow"
    );
    desk.clock.advance(3_000);
    assert_eq!(desk.look().await.taken.len(), 1);
    let written = desk.written(1).await;
    assert_eq!(desk.names(), ["supply - risk summary.md", "supply.pdf"]);
    let summary = std::fs::read_to_string(&written[0]).unwrap();
    assert!(summary.contains("supply.pdf"), "{summary}");

    // Its own results are no contracts, nor are copies, now or after another start.
    desk.save("copy of supply.pdf", &bytes);
    std::fs::copy(&written[0], desk.watched().join("my notes.md")).unwrap();
    std::fs::write(&written[0], "edited by a person").unwrap();
    assert_eq!(desk.settle().await, Looked::default());
    let again = desk.begun_again().await;
    assert_eq!(again.settle().await, Looked::default());
    assert_eq!((again.reviews().await, again.names().len()), (1, 4));
    let view = again.engine.get_watch(Nothing {}).await.unwrap();
    assert_eq!((view.taken, view.written, view.problem), (1, 1, None));
    again.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn results_come_in_the_chosen_form_and_no_name_is_taken_from_anybody() {
    let desk = Desk::new().await;
    let view = desk
        .engine
        .watch_folder(&desk.watched(), Some(ExportFormat::Pdf), None)
        .await
        .unwrap();
    assert_eq!(view.format, ExportFormat::Pdf);
    desk.save("a.pdf", &make_pdf::contract_of(1, 2));
    desk.save("a - risk summary.pdf", b"somebody's own");
    desk.settle().await;
    desk.written(1).await;
    assert_eq!(
        desk.names(),
        ["a - risk summary-2.pdf", "a - risk summary.pdf", "a.pdf"]
    );
    let ours = std::fs::read(desk.watched().join("a - risk summary-2.pdf")).unwrap();
    assert!(ours.starts_with(b"%PDF-"));
    let own = std::fs::read(desk.watched().join("a - risk summary.pdf")).unwrap();
    assert_eq!(own, b"somebody's own");
    let choice = WatchChoice {
        format: ExportFormat::Csv,
    };
    assert_eq!(
        desk.engine.change_watch(choice).await.unwrap().format,
        ExportFormat::Csv
    );
    desk.save("b.pdf", &make_pdf::contract_of(1, 3));
    desk.settle().await;
    assert!(desk.written(1).await[0].ends_with("b - risk summary.csv"));
    assert_eq!(desk.settle().await, Looked::default());
    assert_eq!(desk.reviews().await, 2);
    desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_deletes_is_not_reviewed_again_and_no_folder_is_watched_unasked() {
    let desk = Desk::new().await;
    desk.engine
        .watch_folder(&desk.watched(), None, None)
        .await
        .unwrap();
    desk.save("a.pdf", &make_pdf::contract_of(1, 4));
    desk.settle().await;
    desk.written(1).await;
    let row = desk
        .engine
        .list_reviews(Nothing {})
        .await
        .unwrap()
        .remove(0);
    let delete = DeleteContract {
        contract_id: row.contract_id,
        and_backups: false,
    };
    desk.engine.delete_contract_for_good(delete).await.unwrap();
    let desk = desk.begun_again().await;
    assert_eq!(desk.settle().await, Looked::default());
    assert_eq!(desk.reviews().await, 0);

    assert_eq!(
        desk.engine.stop_watching(Nothing {}).await.unwrap().folder,
        None
    );
    desk.save("b.pdf", &make_pdf::contract_of(1, 5));
    assert_eq!(desk.settle().await, Looked::default());
    desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_gone_or_of_our_own_is_said_in_words() {
    let desk = Desk::new().await;
    for (folder, why) in [
        ("none", "No such file"),
        ("data", "its own data"),
        ("data/blobs", "its own data"),
    ] {
        let watched = desk
            .engine
            .watch_folder(&desk.folder.path().join(folder), None, None)
            .await;
        let error = watched.unwrap_err().to_string();
        assert!(
            error.contains("is not watched") && error.contains(why),
            "{error}"
        );
    }
    desk.engine
        .watch_folder(&desk.watched(), None, None)
        .await
        .unwrap();
    std::fs::remove_dir(desk.watched()).unwrap();
    assert_eq!(desk.look().await.problems.len(), 1);
    assert_eq!(desk.look().await, Looked::default(), "said once");
    let problem = desk
        .engine
        .get_watch(Nothing {})
        .await
        .unwrap()
        .problem
        .unwrap();
    assert!(problem.contains("can't be looked at"), "{problem}");
    std::fs::create_dir(desk.watched()).unwrap();
    desk.look().await;
    assert_eq!(
        desk.engine.get_watch(Nothing {}).await.unwrap().problem,
        None
    );
    desk.engine.close().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_watches_until_it_is_ended() {
    let desk = cli::Desk::new();
    let folder = desk.folder.path().join("in");
    std::fs::create_dir(&folder).unwrap();
    let mut command = desk.command(&["watch", folder.to_str().unwrap()]);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut watching = tokio::process::Command::from(command)
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    std::fs::write(folder.join("a.pdf"), make_pdf::contract_of(1, 6)).unwrap();
    let mut said = BufReader::new(watching.stdout.take().unwrap()).lines();
    let line = tokio::time::timeout(PATIENCE, said.next_line())
        .await
        .expect("a result is written");
    let written = line.unwrap().unwrap();
    assert!(written.ends_with("a - risk summary.md"), "{written}");
    assert!(Path::new(&written).is_file());
    let pid = watching.id().unwrap().to_string();
    let ended = tokio::process::Command::new("kill")
        .args(["-TERM", &pid])
        .status();
    assert!(ended.await.unwrap().success());
    assert!(watching.wait().await.unwrap().success());
    let off = desk.run(&["watch", "--off"]);
    assert!(off.status.success(), "{}", text(&off.stderr));
    let unnamed = desk.run(&["watch"]);
    assert!(
        text(&unnamed.stderr).contains("no folder was given"),
        "{}",
        text(&unnamed.stderr)
    );
}
