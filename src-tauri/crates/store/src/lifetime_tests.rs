//! A database that outlives trouble: an old file, backups, damage, a full disk, deletion.

use std::path::{Path, PathBuf};
use std::time::Duration;

use countersign_contracts::document::{Bbox, Page, PageQuality, PageSource, Word};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use crate::blob_row::pack;
use crate::blobs::Blobs;
use crate::deletion::{Deletion, Task};
use crate::integrity::{Depth, Trouble};
use crate::products::word;
use crate::{BackupFirst, Doors, Error, MIGRATIONS, Store, backup, integrity};

/// 31 January 2026, 23:59:59 UTC.
const NOW: i64 = 1_769_903_999_000;
/// Of the old file, so that it is small.
const PAGE_BYTES: u32 = 1024;
const CANARY: &str = "Zwetschgenrummel";

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    /// A data folder with the database of the first schema in it.
    fn with_first_schema() -> Self {
        let desk = Self::empty();
        std::fs::copy(fixture(), desk.database()).unwrap();
        desk
    }

    fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn data(&self) -> &Path {
        self.folder.path()
    }

    fn database(&self) -> PathBuf {
        self.data().join("countersign.db")
    }

    async fn open(&self) -> Result<Doors, Error> {
        let backup = BackupFirst {
            data_folder: self.data().to_owned(),
            now: NOW,
        };
        Store::open_safely(&self.database(), backup).await
    }

    /// The newest schema, everything in the file itself.
    async fn opened_once(&self) {
        close(self.open().await.unwrap()).await;
    }

    /// Overwrites one page, counted from 1.
    fn overwrite_page(&self, number: usize) {
        let size = PAGE_BYTES as usize;
        let mut bytes = std::fs::read(self.database()).unwrap();
        bytes[(number - 1) * size..number * size].fill(0xff);
        std::fs::write(self.database(), bytes).unwrap();
    }

    /// The first page of a table.
    async fn root_of(&self, table: &'static str) -> usize {
        let doors = self.open().await.unwrap();
        let root: i64 = sqlx::query_scalar("select rootpage from sqlite_schema where name = ?")
            .bind(table)
            .fetch_one(&doors.commands.pool)
            .await
            .unwrap();
        close(doors).await;
        root as usize
    }

    /// Every file of the data folder that holds `words`, backups left out.
    fn files_with(&self, words: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.data().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if !path.starts_with(self.data().join(backup::FOLDER)) {
                    let bytes = std::fs::read(&path).unwrap();
                    let holds = bytes
                        .windows(words.len())
                        .any(|window| window == words.as_bytes());
                    if holds {
                        found.push(path);
                    }
                }
            }
        }
        found
    }
}

async fn close(doors: Doors) {
    doors.work.close().await;
    doors.commands.close().await;
}

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/first.db")
}

fn page() -> Page {
    let word = |text: &str, line| Word {
        text: text.to_owned(),
        bbox: Bbox([72.0, 72.0, 100.0, 84.0]),
        line,
        size: 11.0,
        bold: false,
        hidden: None,
        confidence: None,
    };
    Page {
        number: 1,
        width: 612.0,
        height: 792.0,
        source: PageSource::Text,
        quality: PageQuality::Ok,
        problem: None,
        words: vec![word("Governing", 0), word("law:", 0), word(CANARY, 1)],
    }
}

/// A database as the first version left it: one review that is done and one in the middle.
async fn write_first_schema(file: &Path) {
    let mut db = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .page_size(PAGE_BYTES)
        .disable_statement_logging()
        .connect()
        .await
        .unwrap();
    MIGRATIONS.run_to(1, &mut db).await.unwrap();
    let report = serde_json::json!({
        "contract": { "file": "supply.pdf", "sha256": "aa11", "pages": 1, "title": "Supply Agreement", "parties": [], "type": "goods" },
        "engine": { "name": "Countersign", "version": "0.1.0", "reader": "offline", "pipeline_version": 1 },
        "playbook": { "id": "procurement", "name": "Procurement", "version": "1", "sha256": "rules" },
        "coverage": { "pages_total": 1, "pages_read": 1, "pages_ocr": 0, "pages_failed": [], "hidden_text": [], "chunks_read": 1, "chunks_total": 1 },
        "summary": { "proposal": "negotiate", "text": "Negotiate: 1 high", "reasons": [CANARY], "counts": { "critical": 0, "high": 1, "medium": 0, "low": 0 } },
        "findings": [], "key_terms": [], "key_dates": [], "obligations": [],
        "usage": { "model_calls": 0, "tokens_in": 0, "tokens_out": 0, "cost_micros": 0, "elapsed_ms": 12 }
    });
    let mut packed_report = vec![0_u8];
    packed_report.extend(serde_json::to_vec(&report).unwrap());
    let page = page();
    for statement in [
        "insert into boots values ('boot-1', 1, '0.1.0', 1000, null)",
        "insert into contracts values ('contract-1', 'supply.pdf', 'application/pdf', 'aa11', 10, 1000)",
        "insert into contracts values ('contract-2', 'lease.pdf', 'application/pdf', 'bb22', 10, 1001)",
        "insert into documents values ('contract-1', 1, 1, 1100)",
        "insert into playbooks values ('rules', 'procurement', 'Procurement', '1', '', 1000)",
        "insert into reviews (id, contract_id, playbook_sha256, pipeline_version, reader, state, stage, vtime, created_at, started_at, finished_at)
         values ('review-1', 'contract-1', 'rules', 1, 'offline', 'completed', 'deliver', 5.0, 1000, 1050, 1500)",
        "insert into reviews (id, contract_id, playbook_sha256, pipeline_version, reader, state, stage, vtime, created_at, started_at)
         values ('review-2', 'contract-2', 'rules', 1, 'offline', 'running', 'read', 1.0, 1001, 1060)",
        "insert into steps (id, review_id, key, kind, lane, state, attempt, ready_at, created_at, finished_at)
         values (1, 'review-1', 'read', 'read', 'reading', 'completed', 1, 1000, 1000, 1100)",
        "insert into steps (id, review_id, key, kind, lane, state, attempt, ready_at, boot_id, lease_until, created_at)
         values (2, 'review-2', 'read', 'read', 'reading', 'running', 1, 1001, 'boot-1', 31000, 1001)",
        "insert into attempts values (1, 1, 'boot-1', 1050, 1100, 'completed', null, null)",
        "insert into attempts values (2, 1, 'boot-1', 1060, null, null, null, null)",
        "insert into findings values ('review-1', 0, 'law', 'governing_law', 'red_line', 'high', '{}')",
        "insert into notices values ('notice-1', 'review-1', 'Review of supply.pdf finished', 'Negotiate: 1 high', 1500, null)",
        "insert into outbox values ('outbox-1', 'desktop', 'notice-1', 'available', 0, 1500, 1500, null)",
        "insert into events (kind, review_id, created_at) values ('review_changed', 'review-1', 1500)",
    ] {
        sqlx::query(statement).execute(&mut db).await.unwrap();
    }
    sqlx::query("insert into pages values ('contract-1', 1, 612.0, 792.0, ?, ?, null, ?)")
        .bind(word(&page.source).unwrap())
        .bind(word(&page.quality).unwrap())
        .bind(pack(&page.words).unwrap())
        .execute(&mut db)
        .await
        .unwrap();
    sqlx::query("insert into chunks values ('review-1', 0, 0, 40, '{}', ?, 1200)")
        .bind(format!("Governing law: {CANARY}"))
        .execute(&mut db)
        .await
        .unwrap();
    sqlx::query("insert into reports values ('review-1', 'negotiate', 0, 1, 0, 0, ?)")
        .bind(packed_report)
        .execute(&mut db)
        .await
        .unwrap();
    db.close().await.unwrap();
}

async fn count(store: &Store, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql)
        .fetch_one(&store.pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_database_of_the_first_version_is_brought_up_to_date_with_all_that_is_in_it() {
    if std::env::var_os("UPDATE").is_some() {
        let _ = std::fs::remove_file(fixture());
        write_first_schema(&fixture()).await;
    }
    assert!(std::fs::metadata(fixture()).unwrap().len() < 100_000);
    let desk = Desk::with_first_schema();
    let doors = desk.open().await.unwrap();
    let store = &doors.commands;
    let rows = store.list_reviews().await.unwrap();
    let states: Vec<(&str, &str, &str)> = rows
        .iter()
        .map(|row| (row.id.as_str(), row.file_name.as_str(), row.state.as_str()))
        .collect();
    assert_eq!(
        states,
        [
            ("review-2", "lease.pdf", "running"),
            ("review-1", "supply.pdf", "completed")
        ]
    );
    let pages = store.pages_of_contract("contract-1", 1).await.unwrap();
    assert_eq!(pages.unwrap(), [page()]);
    let report = store.report_of_review("review-1").await.unwrap().unwrap();
    assert_eq!(report.summary.reasons, [CANARY]);
    let (steps, attempts) = store.history_of_review("review-1").await.unwrap();
    assert_eq!((steps.len(), attempts.len()), (1, 1));
    assert_eq!(store.list_notices().await.unwrap().len(), 1);
    let newest = MIGRATIONS.iter().map(|m| m.version).max().unwrap();
    assert_eq!(
        count(store, "select max(version) from _sqlx_migrations").await,
        newest
    );
    let taken_over = store.begin_boot("boot-2", 2, "new", NOW).await.unwrap();
    assert_eq!(taken_over, 1, "the step in the middle goes on");
    close(doors).await;
    integrity::check_file(&desk.database(), Depth::Full)
        .await
        .unwrap();
}

#[tokio::test]
async fn before_the_schema_changes_a_backup_of_the_old_one_is_made_and_only_then() {
    let desk = Desk::with_first_schema();
    desk.opened_once().await;
    let backups = backup::list(desk.data()).unwrap();
    assert_eq!(backups.len(), 1);
    assert_eq!(backups[0].name, "countersign-20260131T235959Z.db");
    let file = desk.data().join(backup::FOLDER).join(&backups[0].name);
    assert_eq!(
        backup::verify(&file).await.unwrap(),
        1,
        "it has the old schema"
    );
    desk.opened_once().await;
    assert_eq!(backup::list(desk.data()).unwrap().len(), 1);
    let new = Desk::empty();
    new.opened_once().await;
    assert_eq!(backup::list(new.data()).unwrap(), []);
}

#[tokio::test]
async fn without_a_backup_the_schema_is_not_changed() {
    let desk = Desk::with_first_schema();
    std::fs::write(desk.data().join(backup::FOLDER), "not a folder").unwrap();
    let error = desk.open().await.unwrap_err();
    assert!(matches!(error, Error::NoBackupFirst { .. }), "{error}");
    assert!(error.to_string().contains("make room"), "{error}");
    std::fs::remove_file(desk.data().join(backup::FOLDER)).unwrap();
    assert_eq!(backup::verify(&desk.database()).await.unwrap(), 1);
}

#[tokio::test]
async fn seven_backups_are_kept_and_halves_are_none() {
    let desk = Desk::with_first_schema();
    let doors = desk.open().await.unwrap();
    for day in 1..=8 {
        let now = NOW + day * 86_400_000;
        backup::make(desk.data(), &desk.database(), now)
            .await
            .unwrap();
    }
    let again = backup::make(desk.data(), &desk.database(), NOW + 8 * 86_400_000)
        .await
        .unwrap();
    assert_eq!(
        again.name, "countersign-20260209T000000Z.db",
        "a name is given once"
    );
    let half = |stamp: &str| {
        desk.data()
            .join(backup::FOLDER)
            .join(format!(".partial-{stamp}-1-0"))
    };
    for stamp in ["20260101T000000Z", "20260301T000000Z"] {
        std::fs::write(half(stamp), "half").unwrap();
    }
    assert!(backup::list(desk.data()).unwrap().len() == backup::KEEP);
    let again = backup::make(desk.data(), &desk.database(), again.made_at + 5000)
        .await
        .unwrap();
    assert!(
        !half("20260101T000000Z").exists() && half("20260301T000000Z").exists(),
        "only halves that nobody is working on any more are removed"
    );
    let backups = backup::list(desk.data()).unwrap();
    assert_eq!(backups.len(), backup::KEEP);
    assert_eq!(backups[0], again);
    assert_eq!(backups[6].name, "countersign-20260204T235959Z.db");
    close(doors).await;
}

#[tokio::test]
async fn a_backup_holds_what_was_committed_while_others_write() {
    let desk = Desk::with_first_schema();
    let doors = desk.open().await.unwrap();
    doors
        .commands
        .change_setting("mark", &"before", NOW)
        .await
        .unwrap();
    let (data, database) = (desk.data().to_owned(), desk.database());
    let making = tokio::spawn(async move { backup::make(&data, &database, NOW + 1000).await });
    for n in 0..50 {
        doors
            .work
            .change_setting("other", &n, NOW + n)
            .await
            .unwrap();
    }
    let made = making.await.unwrap().unwrap();
    close(doors).await;
    let copy = desk.data().join(backup::FOLDER).join(&made.name);
    let doors = Store::open(&copy).await.unwrap();
    let mark: Option<String> = doors.commands.setting("mark").await.unwrap();
    assert_eq!(mark.as_deref(), Some("before"));
    close(doors).await;
}

#[tokio::test]
async fn a_restored_backup_takes_the_place_and_nothing_is_deleted() {
    let desk = Desk::with_first_schema();
    let doors = desk.open().await.unwrap();
    let old = backup::make(desk.data(), &desk.database(), NOW + 1000)
        .await
        .unwrap();
    doors
        .commands
        .change_setting("mark", &"later", NOW)
        .await
        .unwrap();
    close(doors).await;
    backup::request_restore(desk.data(), &old.name, NOW + 2000)
        .await
        .unwrap();
    assert_eq!(
        backup::pending_restore(desk.data()).as_deref(),
        Some(old.name.as_str())
    );
    let restored = backup::apply_restore(desk.data(), &desk.database())
        .await
        .unwrap()
        .unwrap();
    let aside = restored.moved_to.unwrap();
    let mark = async |file: &Path| {
        let doors = Store::open(file).await.unwrap();
        let mark: Option<String> = doors.commands.setting("mark").await.unwrap();
        close(doors).await;
        mark
    };
    assert_eq!(mark(&desk.database()).await, None);
    assert_eq!(
        mark(&aside.join("countersign.db")).await.as_deref(),
        Some("later")
    );
    assert_eq!(backup::pending_restore(desk.data()), None);
    let again = backup::apply_restore(desk.data(), &desk.database()).await;
    assert_eq!(again.unwrap(), None);
}

#[tokio::test]
async fn a_restore_that_was_cut_off_after_the_old_database_moved_is_finished() {
    let desk = Desk::with_first_schema();
    desk.opened_once().await;
    let old = backup::list(desk.data()).unwrap().remove(0);
    backup::request_restore(desk.data(), &old.name, NOW)
        .await
        .unwrap();
    let aside = desk.data().join(backup::REPLACED).join(backup::stamp(NOW));
    std::fs::create_dir_all(&aside).unwrap();
    std::fs::rename(desk.database(), aside.join("countersign.db")).unwrap();
    let restored = backup::apply_restore(desk.data(), &desk.database()).await;
    assert_eq!(restored.unwrap().unwrap().moved_to, Some(aside));
    assert_eq!(backup::verify(&desk.database()).await.unwrap(), 1);
}

#[test]
fn what_was_put_aside_goes_in_its_time_but_not_before_a_person_has_decided() {
    let desk = Desk::empty();
    let old = desk.data().join(backup::REPLACED).join(backup::stamp(NOW));
    let notes = desk.data().join(backup::REPLACED).join("notes of mine");
    for folder in [&old, &notes] {
        std::fs::create_dir_all(folder).unwrap();
    }
    std::fs::write(desk.database(), "no database").unwrap();
    let damaged = integrity::set_aside(desk.data(), &desk.database(), NOW).unwrap();
    let left = || [&old, &notes, &damaged].map(|folder| folder.exists());
    integrity::purge_aside(desk.data(), NOW).unwrap();
    assert_eq!(left(), [true; 3], "not older than that");
    integrity::purge_aside(desk.data(), NOW + 1).unwrap();
    assert_eq!(left(), [false, true, true]);
    integrity::forget_damage(desk.data()).unwrap();
    integrity::purge_aside(desk.data(), NOW + 1).unwrap();
    assert_eq!(left(), [false, true, false]);
}

#[tokio::test]
async fn an_unsound_or_unknown_backup_never_takes_the_place() {
    let desk = Desk::with_first_schema();
    desk.opened_once().await;
    let before = std::fs::read(desk.database()).unwrap();
    let unknown = backup::request_restore(desk.data(), "../countersign.db", NOW).await;
    assert!(matches!(unknown, Err(Error::NoSuchBackup { .. })));
    let name = backup::list(desk.data()).unwrap().remove(0).name;
    backup::request_restore(desk.data(), &name, NOW)
        .await
        .unwrap();
    let file = desk.data().join(backup::FOLDER).join(&name);
    std::fs::write(&file, "gone bad since").unwrap();
    let refused = backup::request_restore(desk.data(), &name, NOW).await;
    assert!(matches!(refused, Err(Error::Damaged(_))), "{refused:?}");
    let applied = backup::apply_restore(desk.data(), &desk.database()).await;
    let error = applied.unwrap_err();
    assert!(
        error.to_string().contains("stands where it stood"),
        "{error}"
    );
    assert_eq!(std::fs::read(desk.database()).unwrap(), before);
    let next = backup::apply_restore(desk.data(), &desk.database()).await;
    assert_eq!(next.unwrap(), None, "the next opening is not kept from it");
    assert_eq!(backup::newest_good(desk.data()).await, None);
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_not_touched() {
    let desk = Desk::with_first_schema();
    desk.opened_once().await;
    let mut db =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(desk.database()))
            .await
            .unwrap();
    sqlx::query("insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (9999, 'later', 1, x'00', 0)")
        .execute(&mut db)
        .await
        .unwrap();
    db.close().await.unwrap();
    let backups = backup::list(desk.data()).unwrap();
    let error = desk.open().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the data folder was written by a newer Countersign (schema 9999); start that version, or choose another data folder"
    );
    assert_eq!(backup::list(desk.data()).unwrap(), backups);
}

#[tokio::test]
async fn a_damaged_header_is_found_at_opening() {
    let desk = Desk::with_first_schema();
    desk.opened_once().await;
    desk.overwrite_page(1);
    let error = desk.open().await.unwrap_err();
    assert!(matches!(error, Error::Damaged(_)), "{error:?}");
}

#[tokio::test]
async fn a_damaged_page_in_the_middle_is_found_by_the_check() {
    let desk = Desk::with_first_schema();
    desk.overwrite_page(desk.root_of("findings").await);
    let checked = integrity::check_file(&desk.database(), Depth::Quick).await;
    assert!(matches!(checked, Err(Error::Damaged(_))), "{checked:?}");
}

#[tokio::test]
async fn a_damaged_database_is_set_aside_with_its_log_and_remembered() {
    let desk = Desk::with_first_schema();
    std::fs::write(desk.data().join("countersign.db-wal"), "log").unwrap();
    let aside = integrity::set_aside(desk.data(), &desk.database(), NOW).unwrap();
    assert_eq!(aside, desk.data().join("damaged/20260131T235959Z"));
    assert!(!desk.database().exists() && !desk.data().join("countersign.db-wal").exists());
    assert!(aside.join("countersign.db").exists() && aside.join("countersign.db-wal").exists());
    let known = integrity::known_damage(desk.data()).unwrap();
    assert_eq!((known.found_at, known.moved_to), (NOW, Some(aside)));
    integrity::forget_damage(desk.data()).unwrap();
    assert_eq!(integrity::known_damage(desk.data()), None);
}

#[tokio::test]
async fn damage_met_by_a_write_ends_the_writer_once_and_for_all_while_reading_goes_on() {
    let desk = Desk::with_first_schema();
    desk.overwrite_page(desk.root_of("notices").await);
    let doors = desk.open().await.unwrap();
    let mut trouble = doors.work.trouble();
    let first = doors.commands.mark_notices_read(NOW).await;
    assert!(matches!(first, Err(Error::Damaged(_))), "{first:?}");
    trouble
        .wait_for(|trouble| *trouble == Trouble::Damaged)
        .await
        .unwrap();
    for store in [&doors.commands, &doors.work] {
        let later = store.change_setting("mark", &1, NOW).await;
        assert!(matches!(later, Err(Error::Damaged(_))), "{later:?}");
    }
    assert_eq!(doors.commands.list_reviews().await.unwrap().len(), 2);
    close(doors).await;
}

#[tokio::test]
async fn a_check_beside_the_work_that_finds_damage_ends_the_writer() {
    let desk = Desk::with_first_schema();
    desk.overwrite_page(desk.root_of("findings").await);
    let doors = desk.open().await.unwrap();
    let checked = doors.work.check_beside_work().await;
    assert!(matches!(checked, Err(Error::Damaged(_))), "{checked:?}");
    let write = doors.commands.change_setting("mark", &1, NOW).await;
    assert!(matches!(write, Err(Error::Damaged(_))), "{write:?}");
    close(doors).await;
}

#[tokio::test]
async fn a_full_disk_refuses_writes_says_so_and_is_over_when_there_is_space() {
    let desk = Desk::with_first_schema();
    let doors = desk.open().await.unwrap();
    let store = &doors.commands;
    store.change_setting("mark", &"kept", NOW).await.unwrap();
    let pages = count(store, "select page_count from pragma_page_count").await as u32;
    store.limit_pages(pages).await.unwrap();
    let large = "x".repeat(100_000);
    let mut trouble = doors.work.trouble();
    // Together in one transaction: what fits and what does not.
    let (small, full) = tokio::join!(
        store.change_setting("small", &1, NOW),
        store.change_setting("large", &large, NOW)
    );
    assert!(matches!(full, Err(Error::DiskFull(_))), "{full:?}");
    let kept: Option<i64> = store.setting("small").await.unwrap();
    assert_eq!(
        small.is_ok(),
        kept.is_some(),
        "what was refused is not there, what was accepted is"
    );
    trouble
        .wait_for(|trouble| *trouble == Trouble::DiskFull)
        .await
        .unwrap();
    store.change_setting("mark", &"kept 2", NOW).await.unwrap();
    assert_eq!(
        *trouble.borrow_and_update(),
        Trouble::DiskFull,
        "a small write that fits says nothing"
    );
    store.limit_pages(pages + 1000).await.unwrap();
    let over = trouble.wait_for(|trouble| *trouble == Trouble::None);
    tokio::time::timeout(Duration::from_secs(60), over)
        .await
        .expect("the writer finds the space by itself")
        .unwrap();
    store.change_setting("large", &large, NOW).await.unwrap();
    let mark: Option<String> = store.setting("mark").await.unwrap();
    assert_eq!(mark.as_deref(), Some("kept 2"));
    close(doors).await;
}

#[tokio::test]
async fn a_deleted_contract_is_hidden_undone_with_its_reviews_going_on_or_gone_for_good() {
    let desk = Desk::with_first_schema();
    let doors = desk.open().await.unwrap();
    let store = &doors.commands;
    let deletion = |id: &str| Deletion {
        contract_id: id.to_owned(),
        purge_at: NOW + 30_000,
        and_backups: false,
    };
    assert_eq!(
        store.delete_contract(deletion("none"), NOW).await.unwrap(),
        None
    );
    let deleted = store.delete_contract(deletion("contract-2"), NOW).await;
    let deleted = deleted.unwrap().unwrap();
    assert_eq!(deleted.stopped, ["review-2"]);
    let hidden = store.hidden().await.unwrap();
    assert!(hidden.contracts.contains("contract-2") && hidden.reviews.contains("review-2"));
    assert!(
        store
            .purge_contracts(NOW + 29_999)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        store.undo_delete("contract-2", NOW).await.unwrap(),
        Some(vec!["review-2".to_owned()])
    );
    assert_eq!(store.undo_delete("contract-2", NOW).await.unwrap(), None);
    assert!(store.hidden().await.unwrap().reviews.is_empty());

    store
        .delete_contract(deletion("contract-1"), NOW)
        .await
        .unwrap();
    assert_eq!(
        store.undelivered_notices(NOW).await.unwrap(),
        [],
        "nothing is announced any more"
    );
    assert_eq!(store.next_purge_at().await.unwrap(), Some(NOW + 30_000));
    let purged = store.purge_contracts(NOW + 30_000).await.unwrap();
    assert_eq!(purged, ["contract-1"]);
    let rests = store.purge_rests().await.unwrap();
    assert_eq!(
        rests.iter().map(|r| r.task).collect::<Vec<_>>(),
        [Task::Checkpoint]
    );
    assert!(store.empty_log().await.unwrap());
    store.rest_is_done(rests[0]).await.unwrap();
    assert_eq!(store.purge_rests().await.unwrap(), []);
    for sql in [
        "select count(*) from reviews where id = 'review-1'",
        "select count(*) from documents",
        "select count(*) from pages",
        "select count(*) from chunks",
        "select count(*) from findings",
        "select count(*) from reports",
        "select count(*) from notices",
        "select count(*) from outbox",
        "select count(*) from attempts where step_id = 1",
        "select count(*) from events where review_id = 'review-1'",
    ] {
        assert_eq!(count(store, sql).await, 0, "{sql}");
    }
    assert_eq!(desk.files_with(CANARY), Vec::<PathBuf>::new());
    close(doors).await;
    assert_eq!(desk.files_with(CANARY), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn a_clock_that_is_set_back_does_not_put_a_purge_off() {
    let desk = Desk::with_first_schema();
    let doors = desk.open().await.unwrap();
    let store = &doors.commands;
    let deletion = Deletion {
        contract_id: "contract-1".to_owned(),
        purge_at: NOW + 30_000,
        and_backups: false,
    };
    store.delete_contract(deletion, NOW).await.unwrap();
    assert!(store.purge_contracts(NOW).await.unwrap().is_empty());
    let a_year_before = NOW - 365 * 86_400_000;
    let purged = store.purge_contracts(a_year_before).await.unwrap();
    assert_eq!(purged, ["contract-1"]);
    close(doors).await;
}

#[tokio::test]
async fn a_files_bytes_go_with_their_contract_unless_it_is_submitted_again() {
    let desk = Desk::empty();
    let doors = desk.open().await.unwrap();
    let store = &doors.commands;
    let blobs = Blobs::open(desk.data().join("blobs")).unwrap();
    let (old, new) = (
        blobs.keep("a", &b"old"[..], 100).unwrap(),
        blobs.keep("b", &b"new"[..], 100).unwrap(),
    );
    for (id, blob) in [("old", &old), ("new", &new)] {
        let (id, sha256) = (id.to_owned(), blob.sha256.clone());
        store
            .write(move |db| {
                Box::pin(async move {
                    sqlx::query(
                        "insert into contracts values (?, 'a.pdf', 'application/pdf', ?, 3, 0)",
                    )
                    .bind(id)
                    .bind(sha256)
                    .execute(db)
                    .await?;
                    Ok(())
                })
            })
            .await
            .unwrap();
    }
    let deletion = Deletion {
        contract_id: "old".to_owned(),
        purge_at: 0,
        and_backups: true,
    };
    store.delete_contract(deletion, 0).await.unwrap();
    store.purge_contracts(0).await.unwrap();
    let hold = blobs.hold().await.unwrap();
    assert!(
        !blobs.collect_garbage(store, &[], 0).await.unwrap(),
        "while anybody submits, nothing is removed"
    );
    assert!(blobs.path(&old.sha256).exists());
    drop(hold);
    let wanted = [old.sha256.clone()];
    assert!(blobs.collect_garbage(store, &wanted, 0).await.unwrap());
    assert!(
        blobs.path(&old.sha256).exists(),
        "an upload that waits to be submitted stays"
    );
    assert!(blobs.collect_garbage(store, &[], 0).await.unwrap());
    assert!(!blobs.path(&old.sha256).exists());
    assert!(blobs.path(&new.sha256).exists());
    // A file of nobody goes after a day, one of a contract never.
    let stray = blobs.keep("c", &b"stray"[..], 100).unwrap();
    let tomorrow = i64::MAX / 2;
    assert!(blobs.collect_garbage(store, &[], 0).await.unwrap());
    assert!(blobs.path(&stray.sha256).exists());
    assert!(blobs.collect_garbage(store, &[], tomorrow).await.unwrap());
    assert!(!blobs.path(&stray.sha256).exists());
    assert!(blobs.path(&new.sha256).exists());
    close(doors).await;
}

#[tokio::test]
async fn only_contracts_all_of_whose_reviews_are_done_are_past_their_time() {
    let desk = Desk::with_first_schema();
    let doors = desk.open().await.unwrap();
    let store = &doors.commands;
    assert!(store.contracts_ended_before(1500).await.unwrap().is_empty());
    assert_eq!(
        store.contracts_ended_before(1501).await.unwrap(),
        ["contract-1"],
        "what is unfinished is not past its time"
    );
    let deletion = Deletion {
        contract_id: "contract-1".to_owned(),
        purge_at: NOW,
        and_backups: false,
    };
    store.delete_contract(deletion, NOW).await.unwrap();
    assert!(store.contracts_ended_before(NOW).await.unwrap().is_empty());
    close(doors).await;
}

#[tokio::test]
async fn figures_tell_counts_states_and_timings() {
    let desk = Desk::with_first_schema();
    let doors = desk.open().await.unwrap();
    let figures = doors.commands.figures().await.unwrap();
    let rows = |table: &str| {
        let found = figures.rows.iter().find(|(name, _)| name == table);
        found.map(|(_, count)| *count)
    };
    assert_eq!(
        (rows("contracts"), rows("pages"), rows("settings")),
        (Some(2), Some(1), Some(0))
    );
    assert!(figures.states.contains(&("reviews", "running".into(), 1)));
    assert!(figures.pragmas.contains(&("journal_mode", "wal".into())));
    assert!(figures.pragmas.contains(&("page_size", "1024".into())));
    let took: Vec<Option<i64>> = figures
        .attempts
        .iter()
        .map(|attempt| attempt.ended_at.map(|ended| ended - attempt.started_at))
        .collect();
    assert_eq!(took, [None, Some(50)], "the newest first");
    assert!(
        figures
            .names
            .contains(&("supply.pdf".into(), "contract-1".into()))
    );
    close(doors).await;
}
