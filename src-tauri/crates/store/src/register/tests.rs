//! What the register shows of reports that were kept.

use countersign_contracts::register::{DeadlineKind, Length};
use countersign_contracts::report::Report;
use serde_json::{Value, json};

use super::{Condition, Order, Query};
use crate::deletion::Deletion;
use crate::products::keep_report;
use crate::{Doors, Error, Store};

struct Desk {
    _folder: tempfile::TempDir,
    doors: Doors,
}

fn term(field: &str, value: &str, unit: Option<&str>) -> Value {
    let state = if value.is_empty() {
        "not_found"
    } else {
        "stated"
    };
    json!({ "field": field, "value": value, "unit": unit, "state": state, "citations": [] })
}

fn date(event: &str, day: Option<&str>) -> Value {
    json!({ "event": event, "date": day, "arithmetic": ["2028-03-01 - 90 days"], "citations": [] })
}

fn report(terms: &[Value], dates: &[Value]) -> Report {
    let report = json!({
        "contract": { "file": "a.pdf", "sha256": "aa", "pages": 1, "title": "", "parties": [], "type": "goods" },
        "engine": { "name": "Countersign", "version": "0.1.0", "reader": "offline", "pipeline_version": 1 },
        "playbook": { "id": "p", "name": "P", "version": "1", "sha256": "rules" },
        "coverage": { "pages_total": 1, "pages_read": 1, "pages_ocr": 0, "pages_failed": [], "hidden_text": [], "chunks_read": 1, "chunks_total": 1 },
        "summary": { "proposal": "negotiate", "text": "", "reasons": [], "counts": { "critical": 0, "high": 1, "medium": 0, "low": 0 } },
        "findings": [], "key_terms": terms, "key_dates": dates, "obligations": [],
        "usage": { "model_calls": 0, "tokens_in": 0, "tokens_out": 0, "cost_micros": 0, "elapsed_ms": 1 }
    });
    serde_json::from_value(report).unwrap()
}

impl Desk {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let doors = Store::open(&folder.path().join("test.db")).await.unwrap();
        let desk = Self {
            _folder: folder,
            doors,
        };
        desk.run("insert into playbooks values ('rules', 'p', 'P', '1', '', 0)")
            .await;
        desk
    }

    async fn run(&self, statement: &'static str) {
        let work = self.doors.work.write(move |db| {
            Box::pin(async move {
                sqlx::query(statement).execute(db).await?;
                Ok::<_, Error>(())
            })
        });
        work.await.unwrap();
    }

    /// Keeps a report of a new review of the contract.
    async fn keep(&self, contract: &str, review: &str, at: i64, report: Report) {
        let (contract, review) = (contract.to_owned(), review.to_owned());
        let work = self.doors.work.write(move |db| {
            Box::pin(async move {
                sqlx::query("insert or ignore into contracts values (?1, ?1 || '.pdf', 'application/pdf', ?1, 1, 0)")
                    .bind(&contract)
                    .execute(&mut *db)
                    .await?;
                sqlx::query(
                    "insert or ignore into reviews (id, contract_id, playbook_sha256, pipeline_version, reader, state, stage, vtime, created_at)
                     values (?, ?, 'rules', 1, 'offline', 'queued', 'read', 0, ?)",
                )
                .bind(&review)
                .bind(&contract)
                .bind(at)
                .execute(&mut *db)
                .await?;
                keep_report(db, &review, &report).await
            })
        });
        work.await.unwrap();
    }

    async fn files(&self, query: Query) -> Vec<String> {
        let (rows, total) = self.doors.commands.register(&query).await.unwrap();
        assert_eq!(rows.len(), total as usize);
        let stem = |row: super::Row| row.file_name.trim_end_matches(".pdf").to_owned();
        rows.into_iter().map(stem).collect()
    }
}

fn all() -> Query {
    Query {
        words: String::new(),
        conditions: Vec::new(),
        proposals: Vec::new(),
        order: Order::File,
        descending: false,
        fields: Vec::new(),
        offset: 0,
        limit: 100,
    }
}

fn by(field: &str, descending: bool) -> Query {
    Query {
        order: Order::Field(field.to_owned()),
        descending,
        ..all()
    }
}

async fn four() -> Desk {
    let desk = Desk::new().await;
    let terms = |days: &str, unit: &str, law: &str| {
        [
            term("payment_days", days, Some(unit)),
            term("governing_law", law, None),
            term("expiration_date", "2028-03-01", None),
        ]
    };
    desk.keep(
        "slow",
        "r1",
        1,
        report(&terms("2 months", "months", "England"), &[]),
    )
    .await;
    desk.keep(
        "quick",
        "r2",
        2,
        report(&terms("7 days", "days", "100%_Delaware"), &[]),
    )
    .await;
    desk.keep(
        "usual",
        "r3",
        3,
        report(&terms("30 days", "days", "germany"), &[]),
    )
    .await;
    desk.keep(
        "silent",
        "r4",
        4,
        report(&[term("payment_days", "", None)], &[]),
    )
    .await;
    desk
}

#[tokio::test]
async fn rows_stand_in_the_order_of_their_typed_values_and_unknown_ones_are_last() {
    let desk = four().await;
    assert_eq!(
        desk.files(by("payment_days", false)).await,
        ["quick", "usual", "slow", "silent"]
    );
    assert_eq!(
        desk.files(by("payment_days", true)).await,
        ["slow", "usual", "quick", "silent"]
    );
    assert_eq!(
        desk.files(by("governing_law", false)).await,
        ["quick", "slow", "usual", "silent"]
    );
    assert_eq!(
        desk.files(all()).await,
        ["quick", "silent", "slow", "usual"]
    );
}

#[tokio::test]
async fn words_and_conditions_narrow_the_rows_and_signs_of_patterns_are_only_signs() {
    let desk = four().await;
    let words = |words: &str| Query {
        words: words.to_owned(),
        ..all()
    };
    let one = |condition: Condition| Query {
        conditions: vec![condition],
        ..all()
    };
    assert_eq!(desk.files(words("GERMANY usual")).await, ["usual"]);
    assert_eq!(desk.files(words("100%_d")).await, ["quick"]);
    assert!(desk.files(words("100_%")).await.is_empty());
    let field = "expiration_date".to_owned();
    let absent = Condition {
        field: field.clone(),
        absent: true,
        ..Condition::default()
    };
    assert_eq!(desk.files(one(absent)).await, ["silent"]);
    let until = |to: &str| Condition {
        field: field.clone(),
        from: Some("2028-01-01".to_owned()),
        to: Some(to.to_owned()),
        ..Condition::default()
    };
    assert_eq!(desk.files(one(until("2028-12-31"))).await.len(), 3);
    assert!(desk.files(one(until("2028-02-28"))).await.is_empty());
}

#[tokio::test]
async fn a_page_has_its_cells_and_the_count_of_all() {
    let desk = four().await;
    let query = Query {
        fields: vec!["governing_law".to_owned()],
        offset: 1,
        limit: 2,
        ..all()
    };
    let (rows, total) = desk.doors.commands.register(&query).await.unwrap();
    assert_eq!(total, 4);
    let told: Vec<(&str, Vec<&str>)> = rows
        .iter()
        .map(|row| {
            let cells = row.cells.iter().map(|cell| cell.value.as_str());
            (row.file_name.as_str(), cells.collect())
        })
        .collect();
    assert_eq!(
        told,
        [("silent.pdf", vec![]), ("slow.pdf", vec!["England"])]
    );
}

#[tokio::test]
async fn only_the_newest_report_of_a_contract_that_is_there_stands_in_the_register() {
    let desk = four().await;
    let again = report(&[term("governing_law", "France", None)], &[]);
    desk.keep("slow", "r5", 9, again).await;
    let query = |words: &str| Query {
        words: words.to_owned(),
        ..all()
    };
    assert!(desk.files(query("England")).await.is_empty());
    assert_eq!(desk.files(query("France")).await, ["slow"]);
    let deletion = Deletion {
        contract_id: "slow".to_owned(),
        purge_at: 100,
        and_backups: false,
    };
    let deleted = desk.doors.commands.delete_contract(deletion, 10).await;
    assert!(deleted.unwrap().is_some());
    assert!(desk.files(query("France")).await.is_empty());
}

#[tokio::test]
async fn deadlines_come_in_order_with_what_a_renewal_needs() {
    let desk = Desk::new().await;
    let notice = |day| date("Last day to give notice against renewal", day);
    let end = |day| date("Initial term ends", day);
    let of = |dates: &[Value]| {
        let terms = [
            term("supplier", "Acme", None),
            term("renewal_term", "1 year", Some("years")),
            term("renewal_notice", "90 days", Some("days")),
        ];
        report(&terms, dates)
    };
    desk.keep(
        "a",
        "ra",
        1,
        of(&[end(Some("2028-03-01")), notice(Some("2027-12-02"))]),
    )
    .await;
    let begins = date("Contract takes effect", Some("2020-01-01"));
    let bare = report(&[], &[begins, end(Some("2026-01-31")), notice(None)]);
    desk.keep("b", "rb", 2, bare).await;
    let rows = desk.doors.commands.deadlines().await.unwrap();
    let told: Vec<(&str, DeadlineKind)> = rows
        .iter()
        .map(|due| (due.deadline.date.as_str(), due.deadline.kind))
        .collect();
    assert_eq!(
        told,
        [
            ("2026-01-31", DeadlineKind::End),
            ("2027-12-02", DeadlineKind::Notice),
            ("2028-03-01", DeadlineKind::End)
        ]
    );
    assert_eq!((rows[0].supplier.as_deref(), rows[0].every), (None, None));
    assert_eq!(rows[1].supplier.as_deref(), Some("Acme"));
    assert_eq!(rows[1].deadline.arithmetic, ["2028-03-01 - 90 days"]);
    assert_eq!(rows[1].every, Length::of("1 year", Some("years")));
    assert_eq!(rows[1].notice, Length::of("90 days", Some("days")));
}

#[tokio::test]
async fn reports_from_before_the_register_are_filled_in_and_one_that_is_broken_keeps_none_out() {
    let desk = four().await;
    desk.run("delete from register_cells").await;
    desk.run("update reports set report = x'0041' where review_id = 'r1'")
        .await;
    assert!(desk.files(by("governing_law", false)).await.len() == 4);
    assert!(desk.doors.work.fill_register().await.unwrap());
    assert!(!desk.doors.work.fill_register().await.unwrap());
    let query = Query {
        words: "germany".to_owned(),
        ..all()
    };
    assert_eq!(desk.files(query).await, ["usual"]);
}
