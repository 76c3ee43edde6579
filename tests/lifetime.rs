//! A data folder that outlives trouble: damage, a full disk, restored backups, deleted contracts, and
//! logs that say nothing of them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use countersign_engine::Engine;
use countersign_engine::clock::ManualClock;
use countersign_engine::config::Config;
use countersign_engine::error::Error;
use countersign_engine::maintenance::{self, Restore};
use countersign_engine::views::*;
use countersign_tests::fault_server::process::FaultProcess;
use countersign_tests::fault_server::{Fault, Script};
use countersign_tests::make_pdf::{self, Options, typeset};

use crate::cli::{Desk, program, text};

/// 31 January 2026, 23:59:59 UTC.
const NOW: i64 = 1_769_903_999_000;
const DAY_MS: i64 = 86_400_000;
const PATIENCE: Duration = Duration::from_secs(60);
/// In the contract's text; a word that no library, playbook or file system says.
const CANARY: &str = "zwetschgenrummelplatz";

fn contract(party: &str) -> Vec<u8> {
    let source = format!(
        "# Services Agreement\n\nThis agreement is made between {party} GmbH (\"Supplier\") and Beta Ltd (\"Customer\").\n\n\
         ## 1. Term\n\n1.1 The term is 12 months and renews for successive periods of 12 months unless {party} GmbH gives \
         notice of 90 days.\n\n## 2. Liability\n\n2.1 The liability of {party} GmbH is unlimited.\n"
    );
    typeset(&source, &Options::default())
}

/// An engine on a folder whose clock stands still until it is moved.
struct Keeper {
    folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
}

impl Keeper {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            clock: Arc::new(ManualClock::at(NOW)),
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn database(&self) -> PathBuf {
        self.data().join("countersign.db")
    }

    async fn open(&self) -> Result<Engine, Error> {
        let mut config = Config::of_this_program(self.data()).unwrap();
        config.reader_program = program();
        config.clock = self.clock.clone();
        Engine::open(config).await
    }

    fn overwrite(&self, range: std::ops::Range<usize>) {
        let mut bytes = std::fs::read(self.database()).unwrap();
        bytes[range].fill(0xff);
        std::fs::write(self.database(), bytes).unwrap();
    }
}

async fn submit(engine: &Engine, folder: &Path, name: &str, bytes: &[u8]) -> Submitted {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    let drop_ids = vec![engine.register_file(&path)];
    let submitted = engine
        .submit_contracts(SubmitContracts {
            drop_ids,
            playbook: None,
        })
        .await
        .unwrap();
    std::fs::remove_file(&path).unwrap();
    submitted.into_iter().next().unwrap()
}

async fn rows(engine: &Engine) -> Vec<ReviewRow> {
    engine.list_reviews(Nothing {}).await.unwrap()
}

/// Waits for a change after which `wanted` holds.
async fn until<T>(engine: &Engine, mut wanted: impl AsyncFnMut(&Engine) -> Option<T>) -> T {
    let mut events = engine.events();
    let waited = tokio::time::timeout(PATIENCE, async {
        loop {
            if let Some(found) = wanted(engine).await {
                return found;
            }
            let _ = events.recv().await;
        }
    });
    waited.await.expect("the change did not come")
}

async fn completed(engine: &Engine, review_id: &str) -> ReviewRow {
    until(engine, async |engine| {
        rows(engine)
            .await
            .into_iter()
            .find(|row| row.id == review_id && row.state == ReviewState::Completed)
    })
    .await
}

/// The files under `folder` that hold `words`, whatever their case; those under `except` are left out.
pub fn files_with(folder: &Path, words: &str, except: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if path.file_name().unwrap() != except {
                    folders.push(path);
                }
                continue;
            }
            let bytes = std::fs::read(&path).unwrap().to_ascii_lowercase();
            if bytes
                .windows(words.len())
                .any(|window| window == words.as_bytes())
            {
                found.push(path);
            }
        }
    }
    found
}

pub fn no_files() -> Vec<PathBuf> {
    Vec::new()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_deleted_contract_nothing_is_left_but_in_backups() {
    let keeper = Keeper::new();
    let engine = keeper.open().await.unwrap();
    let name = format!("{CANARY}.pdf");
    let submitted = submit(&engine, keeper.folder.path(), &name, &contract(CANARY)).await;
    let row = completed(&engine, submitted.review_id.as_deref().unwrap()).await;
    let other = submit(
        &engine,
        keeper.folder.path(),
        "other.pdf",
        &make_pdf::contract_of(2, 7),
    )
    .await;
    completed(&engine, other.review_id.as_deref().unwrap()).await;
    assert_ne!(
        files_with(&keeper.data(), CANARY, "backups"),
        no_files(),
        "the search finds it while it is there"
    );
    engine.make_backup(Nothing {}).await.unwrap();

    let deleted = engine
        .delete_contract(DeleteContract {
            contract_id: row.contract_id.clone(),
            and_backups: false,
        })
        .await
        .unwrap();
    assert_eq!(
        (deleted.file.as_str(), deleted.purge_at),
        (name.as_str(), NOW + 30_000)
    );
    assert!(
        deleted
            .message
            .contains("Backups made before still hold it")
    );
    assert_eq!(rows(&engine).await.len(), 1, "hidden at once");
    let review = ReviewId {
        review_id: row.id.clone(),
    };
    assert!(engine.get_review(review).await.unwrap().is_none());
    assert!(
        engine
            .contract_file(&row.contract_id)
            .await
            .unwrap()
            .is_none()
    );
    let notices = engine.list_notices(Nothing {}).await.unwrap();
    assert!(notices.iter().all(|notice| notice.review_id != row.id));

    keeper.clock.advance(30_000);
    let purged = until(&engine, async |engine| {
        // Either this look or the engine's own removes it; a reader that is just looking puts it off.
        let purged = engine.purge().await.unwrap();
        purged.complete.then_some(purged)
    })
    .await;
    assert!(purged.complete);
    assert_eq!(files_with(&keeper.data(), CANARY, "backups"), no_files());
    let file_left = files_with(&keeper.data().join("blobs"), "%pdf", "");
    assert_eq!(file_left.len(), 1, "the other contract's file stays");
    engine.close().await;
    assert_eq!(files_with(&keeper.data(), CANARY, "backups"), no_files());
    assert_ne!(files_with(&keeper.data(), CANARY, ""), no_files());
}

#[tokio::test(flavor = "multi_thread")]
async fn deleted_with_its_backups_nothing_is_left_at_all() {
    let keeper = Keeper::new();
    let engine = keeper.open().await.unwrap();
    let submitted = submit(&engine, keeper.folder.path(), "a.pdf", &contract(CANARY)).await;
    let row = completed(&engine, submitted.review_id.as_deref().unwrap()).await;
    for _ in 0..3 {
        engine.make_backup(Nothing {}).await.unwrap();
    }
    let name = engine.make_backup(Nothing {}).await.unwrap().name;
    engine.restore_backup(BackupName { name }).await.unwrap();
    engine.close().await;
    drop(engine);
    let engine = keeper.open().await.unwrap();
    let replaced = || std::fs::read_dir(keeper.data().join("replaced")).unwrap();
    assert_eq!(replaced().count(), 1, "the database that stood there");
    let deletion = DeleteContract {
        contract_id: row.contract_id,
        and_backups: true,
    };
    engine.delete_contract_for_good(deletion).await.unwrap();
    until(&engine, async |engine| {
        engine.purge().await.unwrap().complete.then_some(())
    })
    .await;
    engine.close().await;
    assert_eq!(files_with(&keeper.data(), CANARY, ""), no_files());
    assert_eq!(maintenance::backups_in(&keeper.data()).unwrap().len(), 1);
    assert_eq!(replaced().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_in_the_middle_of_a_review_is_undone_and_the_review_is_completed() {
    let keeper = Keeper::new();
    let engine = keeper.open().await.unwrap();
    let long = make_pdf::contract_of(60, 1);
    let submitted = submit(&engine, keeper.folder.path(), "long.pdf", &long).await;
    let id = submitted.review_id.unwrap();
    let contract_id = rows(&engine).await[0].contract_id.clone();
    let deletion = DeleteContract {
        contract_id: contract_id.clone(),
        and_backups: false,
    };
    engine.delete_contract(deletion).await.unwrap();
    assert!(rows(&engine).await.is_empty());
    let undo = ContractId {
        contract_id: contract_id.clone(),
    };
    engine.undo_delete(undo.clone()).await.unwrap();
    completed(&engine, &id).await;
    let again = engine.undo_delete(undo).await.unwrap_err();
    assert_eq!(again.code(), "no_such_contract");
    // Submitted again, a deleted contract is there again too.
    let deletion = DeleteContract {
        contract_id,
        and_backups: false,
    };
    engine.delete_contract(deletion).await.unwrap();
    let again = submit(&engine, keeper.folder.path(), "long.pdf", &long).await;
    assert!(again.existing);
    assert_eq!(rows(&engine).await.len(), 1);
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reviews_past_their_time_are_deleted_when_a_rule_says_so() {
    let keeper = Keeper::new();
    let engine = keeper.open().await.unwrap();
    let submitted = submit(&engine, keeper.folder.path(), "a.pdf", &contract(CANARY)).await;
    completed(&engine, submitted.review_id.as_deref().unwrap()).await;
    keeper.clock.advance(40 * DAY_MS);
    engine.maintain().await.unwrap();
    assert_eq!(rows(&engine).await.len(), 1, "without a rule nothing goes");
    let refused = engine.change_retention(Retention { days: Some(0) }).await;
    assert_eq!(refused.unwrap_err().code(), "setting");
    engine
        .change_retention(Retention { days: Some(30) })
        .await
        .unwrap();
    let status = engine.get_status(Nothing {}).await.unwrap();
    assert_eq!(status.retention_days, Some(30));
    until(&engine, async |engine| {
        rows(engine).await.is_empty().then_some(())
    })
    .await;
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_made_every_day_that_there_is_something_to_lose() {
    let keeper = Keeper::new();
    let engine = keeper.open().await.unwrap();
    engine.maintain().await.unwrap();
    assert_eq!(engine.list_backups(Nothing {}).await.unwrap(), []);
    let submitted = submit(&engine, keeper.folder.path(), "a.pdf", &contract(CANARY)).await;
    completed(&engine, submitted.review_id.as_deref().unwrap()).await;
    for day in 1..=9 {
        engine.maintain().await.unwrap();
        engine.maintain().await.unwrap();
        let backups = engine.list_backups(Nothing {}).await.unwrap();
        assert_eq!(backups.len(), day.min(7));
        assert_eq!(backups[0].made_at, NOW + (day as i64 - 1) * DAY_MS);
        keeper.clock.advance(DAY_MS);
    }
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_chosen_in_the_program_takes_the_place_at_the_next_start() {
    let keeper = Keeper::new();
    let engine = keeper.open().await.unwrap();
    let submitted = submit(&engine, keeper.folder.path(), "a.pdf", &contract(CANARY)).await;
    completed(&engine, submitted.review_id.as_deref().unwrap()).await;
    let backup = engine.make_backup(Nothing {}).await.unwrap();
    let later = submit(
        &engine,
        keeper.folder.path(),
        "later.pdf",
        &make_pdf::contract_of(2, 3),
    )
    .await;
    completed(&engine, later.review_id.as_deref().unwrap()).await;
    let name = BackupName {
        name: backup.name.clone(),
    };
    engine.restore_backup(name).await.unwrap();
    let status = engine.get_status(Nothing {}).await.unwrap();
    assert_eq!(status.restore_pending, Some(backup.name));
    assert_eq!(
        rows(&engine).await.len(),
        2,
        "nothing changes under the work"
    );
    engine.close().await;
    drop(engine);
    let engine = keeper.open().await.unwrap();
    let restored = rows(&engine).await;
    assert_eq!(restored.len(), 1);
    assert_eq!(restored[0].file, "a.pdf");
    let status = engine.get_status(Nothing {}).await.unwrap();
    assert_eq!(status.restore_pending, None);
    assert!(keeper.data().join("replaced").is_dir());
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_is_moved_aside_and_nothing_is_opened_until_a_person_decides() {
    let keeper = Keeper::new();
    let engine = keeper.open().await.unwrap();
    let submitted = submit(&engine, keeper.folder.path(), "a.pdf", &contract(CANARY)).await;
    completed(&engine, submitted.review_id.as_deref().unwrap()).await;
    let backup = engine.make_backup(Nothing {}).await.unwrap();
    engine.close().await;
    drop(engine);
    keeper.overwrite(0..100);
    for _ in 0..2 {
        let error = keeper.open().await.unwrap_err();
        assert_eq!(error.code(), "damaged");
        let words = error.to_string();
        assert!(words.contains("nothing was deleted"), "{words}");
        let restore = format!("`countersign backup restore {}`", backup.name);
        assert!(words.contains(&restore), "{words}");
        assert!(!keeper.database().exists());
    }
    assert!(keeper.data().join("damaged").is_dir());
    let restored = maintenance::restore_in(&keeper.data(), &backup.name, NOW).await;
    assert_eq!(restored.unwrap(), Restore::Done { moved_to: None });
    let engine = keeper.open().await.unwrap();
    assert_eq!(rows(&engine).await.len(), 1);
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_good_backup_a_person_may_begin_anew() {
    let keeper = Keeper::new();
    keeper.open().await.unwrap().close().await;
    keeper.overwrite(0..100);
    let error = keeper.open().await.unwrap_err();
    let words = error.to_string();
    assert!(words.contains("There is no good backup"), "{words}");
    assert!(maintenance::begin_anew_in(&keeper.data()).unwrap());
    let engine = keeper.open().await.unwrap();
    assert!(rows(&engine).await.is_empty());
    engine.close().await;
    assert!(!maintenance::begin_anew_in(&keeper.data()).unwrap());
}

#[test]
fn after_an_unclean_end_a_page_damaged_in_the_middle_is_found_before_work_begins() {
    let desk = Desk::new();
    let file = desk.file("a.pdf", &contract(CANARY));
    let reviewed = desk.run(&["review".as_ref(), "--quiet".as_ref(), file.as_os_str()]);
    assert!(reviewed.status.success(), "{}", text(&reviewed.stderr));
    let mut serving = desk
        .command(&["serve"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let stdout = serving.stdout.as_mut().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).unwrap();
    assert!(line.contains("url"), "{line}");
    serving.kill().unwrap();
    serving.wait().unwrap();
    let database = desk.data().join("countersign.db");
    let mut bytes = std::fs::read(&database).unwrap();
    let (first, last) = (bytes.len() / 4, bytes.len() / 4 * 3);
    bytes[first..last].fill(0xff);
    std::fs::write(&database, bytes).unwrap();
    // The log would cover the damaged page.
    std::fs::write(desk.data().join("countersign.db-wal"), "").unwrap();
    let output = desk.run(&["resume"]);
    assert_eq!(output.status.code(), Some(3));
    let words = text(&output.stderr);
    assert!(words.contains("the database is damaged"), "{words}");
    assert!(words.contains("countersign backup"), "{words}");
    let fresh = desk.run(&["backup", "fresh"]);
    assert!(text(&fresh.stdout).contains("empty list"));
    assert!(desk.list().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_the_program_says_so_and_goes_on_by_itself_when_there_is_space() {
    let keeper = Keeper::new();
    let engine = keeper.open().await.unwrap();
    let submitted = submit(
        &engine,
        keeper.folder.path(),
        "long.pdf",
        &make_pdf::contract_of(60, 1),
    )
    .await;
    // The disk ends where the database ends now: the pages of the contract don't fit any more.
    engine.limit_database_pages(1).await.unwrap();
    let told = async |engine: &Engine| {
        let status = engine.get_status(Nothing {}).await.unwrap();
        status.problems.into_iter().find(|p| p.code == "disk_full")
    };
    let problem = until(&engine, told).await;
    assert!(problem.message.contains("free some space"), "{problem:?}");
    assert!(rows(&engine).await[0].finished_at.is_none());
    engine.limit_database_pages(1_000_000).await.unwrap();
    until(&engine, async |engine| {
        told(engine).await.is_none().then_some(())
    })
    .await;
    let id = submitted.review_id.unwrap();
    completed(&engine, &id).await;
    // The second reading goes on behind a completed review.
    let history = until(&engine, async |engine| {
        let review_id = id.clone();
        let history = engine.get_history(ReviewId { review_id }).await.unwrap();
        let all = history.iter().all(|step| step.state == "completed");
        all.then_some(history)
    })
    .await;
    let done = |step: &StepView| {
        let completed = step
            .attempts
            .iter()
            .filter(|attempt| attempt.outcome.as_deref() == Some("completed"));
        completed.count()
    };
    assert!(
        history.iter().all(|step| done(step) == 1),
        "nothing was lost and nothing was done twice: {history:#?}"
    );
    engine.close().await;
}

#[test]
fn logs_and_diagnostics_say_nothing_of_contracts_their_names_or_keys() {
    const KEY: &str = "sk-mirabellenkompott";
    const NAME: &str = "quittenbrot und holunder";
    let desk = Desk::new();
    let files = [
        desk.file(&format!("{NAME}.pdf"), &contract(CANARY)),
        desk.file(&format!("{NAME} kaputt.pdf"), &make_pdf::bad::truncated()),
        desk.file(&format!("{NAME} leer.pdf"), &make_pdf::bad::empty()),
    ];
    let server = FaultProcess::start(Path::new(env!("CARGO_BIN_EXE_fault_server")), &[]).unwrap();
    let with_key = |arguments: &[&str]| {
        let mut command = desk.command(arguments);
        command.env("COUNTERSIGN_LOG", "trace");
        for variable in ["OPENAI_API_KEY", "COUNTERSIGN_KEY", "COUNTERSIGN_KEY_LOCAL"] {
            command.env(variable, KEY);
        }
        command
    };
    let add = [
        "provider",
        "add",
        "local",
        "--model",
        "small",
        "--url",
        server.base_url(),
    ];
    assert!(desk.run(&add).status.success());
    assert!(desk.run(&["provider", "use", "local"]).status.success());
    let output = with_key(&["review"]).args(&files).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "two of three can't be read");
    let calls = server.ledger().unwrap().calls;
    assert!(!calls.is_empty() && calls.iter().all(|call| call.key_in == ["authorization"]));
    server
        .follow(&Script::of([Fault::status(401, &[])]))
        .unwrap();
    let tested = with_key(&["provider", "test", "local"]).output().unwrap();
    assert_eq!(tested.status.code(), Some(1), "the key is refused");
    // There is no keychain here: it is refused, and kept nowhere.
    let mut typed = with_key(&["provider", "key", "local"]);
    let mut typed = typed.stdin(Stdio::piped()).spawn().unwrap();
    typed
        .stdin
        .take()
        .unwrap()
        .write_all(KEY.as_bytes())
        .unwrap();
    assert_eq!(typed.wait().unwrap().code(), Some(3));
    let anywhere = files_with(desk.folder.path(), KEY, "");
    assert_eq!(anywhere, no_files(), "not in the database either");
    let logs = desk.data().join("logs");
    let written: usize = std::fs::read_dir(&logs)
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .map(|content| content.lines().count())
        .sum();
    assert!(written > 2, "the log says what went wrong");

    let preview = desk.run(&["diagnostics", "--preview"]);
    assert!(preview.status.success(), "{}", text(&preview.stderr));
    let preview = text(&preview.stdout);
    for part in [
        "about.json",
        "database.json",
        "steps.jsonl",
        "log.jsonl",
        "\"schema\"",
        "\"outcome\":\"completed\"",
        "a step failed",
        "\"journal_mode\": \"wal\"",
    ] {
        assert!(preview.contains(part), "{part} is missing in {preview}");
    }
    let zip = desk.folder.path().join("bundle.zip");
    let arguments = ["diagnostics".as_ref(), "--out".as_ref(), zip.as_os_str()];
    let packed = desk.run(&arguments);
    assert!(packed.status.success(), "{}", text(&packed.stderr));
    assert!(std::fs::read(&zip).unwrap().starts_with(b"PK"));
    for canary in [CANARY, NAME, "holunder", KEY, "mirabellenkompott"] {
        assert_eq!(files_with(&logs, canary, ""), no_files(), "{canary}");
        assert!(!preview.to_lowercase().contains(canary), "{canary}");
    }
    let home = desk.folder.path().to_string_lossy().into_owned();
    assert!(!preview.contains(&home), "no paths of the person's");
}

#[test]
fn backups_are_listed_made_and_restored_from_the_terminal() {
    let desk = Desk::new();
    let none = desk.run(&["backup", "list"]);
    assert!(none.status.success() && none.stdout.is_empty());
    let file = desk.file("a.pdf", &contract(CANARY));
    let reviewed = desk.run(&["review".as_ref(), "--quiet".as_ref(), file.as_os_str()]);
    assert!(reviewed.status.success(), "{}", text(&reviewed.stderr));
    let made = desk.run(&["backup", "now"]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let name = text(&made.stdout).trim().to_owned();
    assert!(text(&desk.run(&["backup", "list"]).stdout).contains(&name));
    let id = desk.list()[0]["id"].as_str().unwrap().to_owned();
    let deleted = desk.run(&["delete", &id]);
    assert!(
        text(&deleted.stdout).contains("a.pdf"),
        "{}",
        text(&deleted.stderr)
    );
    assert!(desk.list().is_empty());
    let restored = desk.run(&["backup", "restore", &name]);
    let words = text(&restored.stdout);
    assert!(words.contains("Nothing was deleted"), "{words}");
    assert_eq!(desk.list().len(), 1);
    let unknown = desk.run(&["backup", "restore", "countersign-20200101T000000Z.db"]);
    assert_eq!(unknown.status.code(), Some(3));
    assert!(text(&unknown.stderr).contains("`countersign backup list`"));
}
