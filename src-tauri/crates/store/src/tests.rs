//! The queue's promises, each shown on a real database.

use countersign_contracts::clause::{Clause, ClauseKind, Polarity, Side};
use countersign_contracts::document::Span;

use crate::notices::NewNotice;
use crate::outbound::NewOutbound;
use crate::products::Product;
use crate::steps::{
    Claim, ClaimedStep, Fenced, MAX_LOSSES, NewPhase, NewStep, SECOND_READING, StepFailure,
    StepResult,
};
use crate::submissions::{PlaybookRow, Submission};
use crate::{Doors, Store};

const LEASE_MS: i64 = 30_000;

struct Desk {
    _folder: tempfile::TempDir,
    doors: Doors,
}

impl Desk {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let doors = Store::open(&folder.path().join("test.db")).await.unwrap();
        doors
            .commands
            .begin_boot("boot-1", 1, "test", 0)
            .await
            .unwrap();
        Self {
            _folder: folder,
            doors,
        }
    }

    async fn submit(&self, name: &str) -> String {
        let submission = Submission {
            contract_id: format!("contract-{name}"),
            review_id: format!("review-{name}"),
            file_name: format!("{name}.pdf"),
            media_type: "application/pdf",
            sha256: format!("hash-{name}"),
            size_bytes: 10,
            playbook: PlaybookRow {
                sha256: "rules".into(),
                id: "p".into(),
                name: "P".into(),
                version: "1".into(),
                source: String::new(),
            },
            pipeline_version: 1,
            reader: "offline".into(),
            providers: "[]".into(),
            first: step("read", None),
        };
        self.doors
            .commands
            .submit(submission, 0)
            .await
            .unwrap()
            .review_id
    }

    async fn claim_for(&self, boot_id: &str, now: i64) -> Option<ClaimedStep> {
        let claim = Claim {
            lane: "offline",
            boot_id: boot_id.into(),
            now,
            lease_until: now + LEASE_MS,
            models: None,
        };
        self.doors
            .work
            .claim_steps(claim, 1)
            .await
            .unwrap()
            .steps
            .pop()
    }

    async fn claim(&self, now: i64) -> Option<ClaimedStep> {
        self.claim_for("boot-1", now).await
    }

    async fn complete(&self, step: &ClaimedStep, result: StepResult) -> Fenced {
        self.doors
            .work
            .complete_step(step, "boot-1", result, 0)
            .await
            .unwrap()
    }

    async fn state(&self, review_id: &str) -> String {
        self.doors
            .work
            .review(review_id)
            .await
            .unwrap()
            .unwrap()
            .state
    }
}

fn step(key: &str, phase: Option<&'static str>) -> NewStep {
    let kind = match key.split('/').next() {
        Some("read_clauses") => "read_clauses",
        Some("judge") => "judge",
        _ => "read",
    };
    NewStep {
        key: key.into(),
        kind,
        lane: "offline",
        phase,
        input: "0".into(),
        need: None,
    }
}

fn fan_out(parts: u32) -> StepResult {
    StepResult {
        phases: vec![NewPhase {
            name: "read_clauses",
            total: parts,
            then_kind: "judge",
            then_lane: "offline",
            then_phase: None,
        }],
        next: (0..parts)
            .map(|n| step(&format!("read_clauses/{n}"), Some("read_clauses")))
            .collect(),
        ..StepResult::default()
    }
}

fn failure(retry_at: Option<i64>) -> StepFailure {
    StepFailure {
        code: "broken".into(),
        message: "It broke. Retry.".into(),
        retry_at,
        burns: true,
        ..StepFailure::default()
    }
}

#[tokio::test]
async fn a_step_that_ends_gives_its_place_to_the_next_and_one_too_late_does_not() {
    let desk = Desk::new().await;
    desk.submit("a").await;
    let read = desk.claim(0).await.unwrap();
    desk.complete(&read, fan_out(3)).await;
    let next = || {
        Some(Claim {
            lane: "offline",
            boot_id: "boot-1".into(),
            now: 1,
            lease_until: 1 + LEASE_MS,
            models: None,
        })
    };
    let end = |step: ClaimedStep, claim| {
        let store = desk.doors.work.clone();
        async move {
            let result = StepResult::default();
            let ended = store.complete_and_claim(&step, "boot-1", result, claim, 1);
            ended.await.unwrap()
        }
    };
    let first = desk.claim(1).await.unwrap();
    let (fenced, claimed) = end(first.clone(), next()).await;
    assert_eq!(fenced, Fenced::Accepted);
    let second = claimed.steps.first().unwrap().clone();
    assert_eq!((second.key.as_str(), second.attempt), ("read_clauses/1", 1));
    let (fenced, claimed) = end(first, next()).await;
    assert_eq!(fenced, Fenced::TooLate);
    assert!(claimed.steps.is_empty());
    let (_, claimed) = end(second, None).await;
    assert!(claimed.steps.is_empty());
    assert_eq!(desk.claim(2).await.unwrap().key, "read_clauses/2");
    assert!(desk.claim(3).await.is_none(), "all are claimed once");
}

#[tokio::test]
async fn the_same_file_finds_its_review() {
    let desk = Desk::new().await;
    let first = desk.submit("a").await;
    assert_eq!(desk.submit("a").await, first);
    assert_eq!(desk.doors.work.list_reviews().await.unwrap().len(), 1);
}

#[tokio::test]
async fn reviews_take_turns_whatever_their_size() {
    let desk = Desk::new().await;
    desk.submit("large").await;
    let read = desk.claim(0).await.unwrap();
    desk.complete(&read, fan_out(400)).await;
    for _ in 0..50 {
        desk.claim(0).await.unwrap();
    }
    desk.submit("small").await;
    let turns: Vec<String> = [desk.claim(0).await, desk.claim(0).await]
        .into_iter()
        .flatten()
        .map(|s| s.review_id)
        .collect();
    assert!(turns.contains(&"review-small".to_owned()), "{turns:?}");
}

#[tokio::test]
async fn a_small_contract_behind_a_large_one_waits_for_every_second_step_at_the_most() {
    let desk = Desk::new().await;
    desk.submit("large").await;
    let read = desk.claim(0).await.unwrap();
    desk.complete(&read, fan_out(400)).await;
    for _ in 0..20 {
        let part = desk.claim(0).await.unwrap();
        desk.complete(&part, StepResult::default()).await;
    }
    let small = desk.submit("small").await;
    let (mut claims, mut own) = (0, 0);
    while desk.state(&small).await != "completed" {
        let step = desk.claim(0).await.unwrap();
        claims += 1;
        own += u32::from(step.review_id == small);
        let result = match step.kind.as_str() {
            "read" => fan_out(4),
            "judge" => StepResult {
                completes_review: true,
                ..StepResult::default()
            },
            _ => StepResult::default(),
        };
        desk.complete(&step, result).await;
    }
    assert_eq!(own, 6, "read, four parts, judge");
    assert!(claims <= 2 * own, "{claims} claims for {own} steps");
    assert_eq!(desk.state("review-large").await, "running");
}

#[tokio::test]
async fn the_last_of_a_fan_out_makes_what_follows_once() {
    let desk = Desk::new().await;
    desk.submit("a").await;
    let read = desk.claim(0).await.unwrap();
    desk.complete(&read, fan_out(3)).await;
    let parts = [
        desk.claim(0).await.unwrap(),
        desk.claim(0).await.unwrap(),
        desk.claim(0).await.unwrap(),
    ];
    assert_eq!(
        desk.complete(&parts[1], StepResult::default()).await,
        Fenced::Accepted
    );
    assert_eq!(
        desk.complete(&parts[1], StepResult::default()).await,
        Fenced::TooLate,
        "counted once"
    );
    desk.complete(&parts[0], StepResult::default()).await;
    assert!(desk.claim(0).await.is_none(), "one part is still missing");
    desk.complete(&parts[2], StepResult::default()).await;
    assert_eq!(desk.claim(0).await.unwrap().key, "judge");
    assert!(desk.claim(0).await.is_none());
}

#[tokio::test]
async fn a_dead_boots_step_is_taken_over_at_once_and_its_worker_is_fenced() {
    let desk = Desk::new().await;
    let review = desk.submit("a").await;
    let old = desk.claim(0).await.unwrap();
    assert_eq!(
        desk.doors
            .commands
            .begin_boot("boot-2", 2, "test", 1)
            .await
            .unwrap(),
        1
    );
    let new = desk.claim_for("boot-2", 1).await.unwrap();
    assert_eq!((new.id, new.attempt), (old.id, old.attempt + 1));
    assert_eq!(desk.complete(&old, fan_out(2)).await, Fenced::TooLate);
    let late = desk
        .doors
        .work
        .fail_step(&old, "boot-1", failure(None), 2)
        .await
        .unwrap();
    assert_eq!(late, Fenced::TooLate);
    let gone = desk
        .doors
        .work
        .renew_leases("boot-1", vec![(old.id, old.attempt)], 99)
        .await
        .unwrap();
    assert_eq!(gone, vec![old.id]);
    assert_eq!(desk.state(&review).await, "running");
    let (_, attempts) = desk.doors.work.history_of_review(&review).await.unwrap();
    assert_eq!(attempts[0].outcome.as_deref(), Some("lost"));
    assert!(
        desk.doors
            .work
            .review(&review)
            .await
            .unwrap()
            .unwrap()
            .resumed
    );
}

#[tokio::test]
async fn a_lease_that_ends_puts_the_step_back_and_a_renewed_one_does_not() {
    let desk = Desk::new().await;
    desk.submit("a").await;
    let step = desk.claim(0).await.unwrap();
    desk.doors
        .work
        .renew_leases("boot-1", vec![(step.id, step.attempt)], 2 * LEASE_MS)
        .await
        .unwrap();
    assert_eq!(
        desk.doors
            .work
            .rescue_expired_steps(LEASE_MS + 1)
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        desk.doors
            .work
            .rescue_expired_steps(2 * LEASE_MS + 1)
            .await
            .unwrap(),
        1
    );
    assert_eq!(desk.claim(2 * LEASE_MS + 1).await.unwrap().attempt, 2);
}

#[tokio::test]
async fn a_step_that_always_kills_the_program_is_set_aside_and_the_rest_goes_on() {
    let desk = Desk::new().await;
    let poison = desk.submit("poison").await;
    let mut now = 0;
    for n in 0..MAX_LOSSES {
        now += 100_000;
        let boot = format!("boot-{}", n + 2);
        desk.doors
            .commands
            .begin_boot(&boot, 2, "test", now)
            .await
            .unwrap();
        now += 100_000;
        desk.claim_for(&boot, now).await.unwrap();
    }
    desk.doors
        .commands
        .begin_boot("boot-last", 2, "test", now)
        .await
        .unwrap();
    let row = desk.doors.work.review(&poison).await.unwrap().unwrap();
    assert_eq!(
        (row.state.as_str(), row.code.as_deref()),
        ("failed", Some("set_aside"))
    );
    let store = &desk.doors.commands;
    let untold = store.set_aside_untold().await.unwrap();
    assert_eq!(untold, [(poison.clone(), row.message.unwrap())]);
    for id in ["notice", "again"] {
        let notice = NewNotice {
            id: id.to_owned(),
            title: "t".into(),
            body: "b".into(),
            desktop: None,
            message: None,
        };
        store.tell_set_aside(&poison, notice, now).await.unwrap();
    }
    assert_eq!(store.set_aside_untold().await.unwrap(), []);
    assert_eq!(store.list_notices().await.unwrap().len(), 1);
    desk.submit("other").await;
    assert!(desk.claim_for("boot-last", now).await.is_some());
}

#[tokio::test]
async fn a_clean_end_costs_nothing() {
    let desk = Desk::new().await;
    let review = desk.submit("a").await;
    desk.claim(0).await.unwrap();
    desk.doors.commands.end_boot("boot-1", 1).await.unwrap();
    assert_eq!(
        desk.doors
            .commands
            .begin_boot("boot-2", 2, "test", 2)
            .await
            .unwrap(),
        0
    );
    assert_eq!(desk.claim_for("boot-2", 2).await.unwrap().attempt, 2);
    let (_, attempts) = desk.doors.work.history_of_review(&review).await.unwrap();
    assert_eq!(attempts[0].outcome.as_deref(), Some("cancelled"));
}

#[tokio::test]
async fn a_stopped_review_fences_its_workers_and_goes_on_where_it_ended() {
    let desk = Desk::new().await;
    let review = desk.submit("a").await;
    let read = desk.claim(0).await.unwrap();
    desk.complete(&read, fan_out(2)).await;
    let part = desk.claim(0).await.unwrap();
    assert!(desk.doors.commands.stop_review(&review, 5).await.unwrap());
    assert_eq!(
        desk.complete(&part, StepResult::default()).await,
        Fenced::TooLate
    );
    assert!(desk.claim(10).await.is_none());
    assert!(!desk.doors.commands.stop_review(&review, 6).await.unwrap());
    assert!(desk.doors.commands.retry_review(&review, 7).await.unwrap());
    let again = [desk.claim(10).await.unwrap(), desk.claim(10).await.unwrap()];
    assert!(
        again.iter().all(|step| step.kind == "read_clauses"),
        "reading is not done again"
    );
}

#[tokio::test]
async fn a_review_waits_for_what_only_a_person_can_give() {
    let desk = Desk::new().await;
    let review = desk.submit("a").await;
    let read = desk.claim(0).await.unwrap();
    let lacks = StepFailure {
        needs_person: true,
        ..failure(None)
    };
    let failed = desk.doors.work.fail_step(&read, "boot-1", lacks.clone(), 1);
    failed.await.unwrap();
    let commands = &desk.doors.commands;
    let row = || async { commands.review(&review).await.unwrap().unwrap() };
    let stands = |row: &crate::reviews::ReviewRow| (row.state.clone(), row.finished_at);
    assert_eq!(stands(&row().await), ("waiting".to_owned(), None));
    assert_eq!(row().await.code.as_deref(), Some(lacks.code.as_str()));
    // Nothing that helps other reviews gets this one going without what it lacks.
    commands.release_waiting(2).await.unwrap();
    commands.finish_offline(&review, 3).await.unwrap();
    assert_eq!(row().await.state, "waiting");
    assert!(desk.claim(10).await.is_none());
    assert!(commands.retry_review(&review, 11).await.unwrap());
    let again = desk.claim(12).await.unwrap();
    assert_eq!((again.id, again.attempt), (read.id, 2));
    // Held and let go on, it asks again.
    let failed = desk.doors.work.fail_step(&again, "boot-1", lacks, 13);
    failed.await.unwrap();
    assert!(commands.pause_review(&review, 14).await.unwrap());
    assert!(commands.resume_review(&review, 15).await.unwrap());
    assert_eq!(desk.claim(16).await.unwrap().id, read.id);
}

#[tokio::test]
async fn a_second_reading_comes_last_goes_on_behind_its_review_and_never_fails_it() {
    let desk = Desk::new().await;
    let review = desk.submit("a").await;
    let read = desk.claim(0).await.unwrap();
    let second = NewStep {
        kind: SECOND_READING,
        input: "7".into(),
        ..step(SECOND_READING, None)
    };
    let made = StepResult {
        products: vec![Product::Document {
            reader_version: 1,
            pages: std::sync::Arc::default(),
            side: std::sync::Arc::default(),
        }],
        next: vec![second, step("deliver", None)],
        ..StepResult::default()
    };
    desk.complete(&read, made).await;
    desk.submit("b").await;
    let first = [desk.claim(1).await.unwrap(), desk.claim(1).await.unwrap()];
    let deliver = first.iter().find(|step| step.key == "deliver").unwrap();
    assert!(first.iter().any(|step| step.key == "read"), "{first:?}");
    let ends = StepResult {
        completes_review: true,
        ..StepResult::default()
    };
    desk.complete(deliver, ends).await;
    let work = &desk.doors.work;
    assert_eq!(
        work.open_second_readings().await.unwrap(),
        [review.as_str()]
    );
    assert!(work.has_ready_step("offline", 2).await.unwrap());
    let second = desk.claim(2).await.unwrap();
    assert_eq!(
        (second.key.as_str(), &second.review_id),
        (SECOND_READING, &review)
    );
    let row = work.review(&review).await.unwrap().unwrap();
    assert_eq!(
        (row.state.as_str(), row.stage.as_str()),
        ("completed", "deliver")
    );
    let failed = work.fail_step(&second, "boot-1", failure(None), 3);
    failed.await.unwrap();
    assert_eq!(desk.state(&review).await, "completed");
    let side = work.document_side(&second.contract_id).await.unwrap();
    let second = side.second.unwrap();
    assert_eq!(
        (
            second.pages_of_text,
            second.pages_compared,
            second.under_way
        ),
        (7, 0, false)
    );
    assert!(work.open_second_readings().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_failed_try_waits_for_its_time_and_the_last_ends_the_review_with_a_reason() {
    let desk = Desk::new().await;
    let review = desk.submit("a").await;
    let step = desk.claim(0).await.unwrap();
    desk.doors
        .work
        .fail_step(&step, "boot-1", failure(Some(500)), 0)
        .await
        .unwrap();
    assert!(desk.claim(499).await.is_none());
    let step = desk.claim(500).await.unwrap();
    assert_eq!(step.failures, 1);
    let notice = NewNotice {
        id: "n".into(),
        title: "t".into(),
        body: "b".into(),
        desktop: Some("o".into()),
        message: None,
    };
    let last = StepFailure {
        notice: Some(notice),
        ..failure(None)
    };
    desk.doors
        .work
        .fail_step(&step, "boot-1", last, 501)
        .await
        .unwrap();
    let row = desk.doors.work.review(&review).await.unwrap().unwrap();
    assert_eq!(
        (row.state.as_str(), row.message.as_deref()),
        ("failed", Some("It broke. Retry."))
    );
    assert_eq!(
        desk.doors
            .work
            .undelivered_notices(501)
            .await
            .unwrap()
            .len(),
        1
    );
    desk.doors.work.mark_delivered("o", 502).await.unwrap();
    assert!(
        desk.doors
            .work
            .undelivered_notices(503)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_result_that_can_t_be_kept_leaves_the_step_as_it_was() {
    let desk = Desk::new().await;
    let review = desk.submit("a").await;
    let step = desk.claim(0).await.unwrap();
    let clause = Clause {
        kind: ClauseKind::CapOnLiability,
        // Its end lies before its start: the table's rule refuses it.
        span: Span { start: 9, end: 3 },
        bound: Side::Ours,
        polarity: Polarity::Affirmed,
        confidence: 1.0,
        facts: Vec::new(),
    };
    let result = StepResult {
        products: vec![Product::Clauses {
            reader: "offline".into(),
            chunk: 0,
            clauses: vec![clause],
        }],
        next: vec![self::step("judge", None)],
        ..StepResult::default()
    };
    assert!(
        desk.doors
            .work
            .complete_step(&step, "boot-1", result, 1)
            .await
            .is_err()
    );
    let (steps, attempts) = desk.doors.work.history_of_review(&review).await.unwrap();
    assert_eq!(steps.len(), 1, "nothing follows");
    assert_eq!(
        (steps[0].state.as_str(), attempts[0].ended_at),
        ("running", None)
    );
    assert_eq!(
        desk.complete(&step, StepResult::default()).await,
        Fenced::Accepted
    );
}

#[tokio::test]
async fn changes_of_one_review_are_one_notice_of_change() {
    let desk = Desk::new().await;
    desk.submit("a").await;
    let before = desk.doors.work.last_event().await.unwrap();
    let read = desk.claim(0).await.unwrap();
    desk.complete(&read, fan_out(50)).await;
    for _ in 0..50 {
        let part = desk.claim(0).await.unwrap();
        desk.complete(&part, StepResult::default()).await;
    }
    let events = desk.doors.work.events_after(before).await.unwrap();
    assert_eq!(events.len(), 1, "{events:?}");
}

#[tokio::test]
async fn a_reader_can_not_write() {
    let desk = Desk::new().await;
    let wrote = sqlx::query("delete from reviews")
        .execute(&desk.doors.work.pool)
        .await;
    assert!(wrote.is_err());
}

#[tokio::test]
async fn a_database_of_a_later_version_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("test.db");
    let doors = Store::open(&file).await.unwrap();
    doors
        .work
        .write(|db| {
            Box::pin(async move {
                sqlx::query(
                    "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                     values (9999, 'later', 1, x'00', 0)",
                )
                .execute(db)
                .await?;
                Ok(())
            })
        })
        .await
        .unwrap();
    let error = Store::open(&file).await.unwrap_err();
    assert!(
        matches!(error, crate::Error::NewerSchema { version: 9999 }),
        "{error}"
    );
}

#[tokio::test]
async fn a_recognised_page_is_kept_for_its_languages_and_goes_with_its_contract() {
    let desk = Desk::new().await;
    desk.submit("scan").await;
    let store = &desk.doors.commands;
    let contract = "contract-scan";
    for (number, text) in [(2, "old"), (2, "read"), (7, "other")] {
        let text = text.to_owned();
        let kept = store.keep_recognised(contract, ("eng", 1), number, &text);
        kept.await.unwrap();
    }
    let of = |languages: &'static str, version| async move {
        let pages = store.recognised_pages::<String>(contract, languages, version);
        pages.await.unwrap()
    };
    assert_eq!(
        of("eng", 1).await,
        [(2, "read".into()), (7, "other".into())]
    );
    assert!(of("eng+deu", 1).await.is_empty() && of("eng", 2).await.is_empty());
    let nothing = String::new();
    let gone = store.keep_recognised("no-such-contract", ("eng", 1), 1, &nothing);
    assert!(gone.await.is_ok());
    let none = store.recognised_pages::<String>("no-such-contract", "eng", 1);
    assert!(none.await.unwrap().is_empty());
}

fn outbound(review_id: &str) -> NewOutbound {
    NewOutbound {
        host: "localhost:1".into(),
        provider: "local".into(),
        model: "m".into(),
        purpose: "read",
        review_id: Some(review_id.into()),
        bytes_sent: 5,
    }
}

#[tokio::test]
async fn a_call_is_written_down_before_it_leaves_and_outlives_its_review_without_its_name() {
    let desk = Desk::new().await;
    let review = desk.submit("a").await;
    let store = &desk.doors.commands;
    let first = store
        .note_outbound(outbound(&review), 1)
        .await
        .unwrap()
        .unwrap();
    let second = store
        .note_outbound(outbound(&review), 2)
        .await
        .unwrap()
        .unwrap();
    let third = store
        .note_outbound(outbound("nobody's"), 3)
        .await
        .unwrap()
        .unwrap();
    store.note_came_back(first, 7, Some(200)).await.unwrap();
    store.note_came_back(second, 9, None).await.unwrap();
    let rows = store.outbound(None, 10).await.unwrap();
    let said: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.at,
                row.outcome.as_deref(),
                row.bytes_received,
                row.file_name.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            (3, None, None, None),
            (2, Some("broken"), Some(9), Some("a.pdf")),
            (1, Some("answered"), Some(7), Some("a.pdf")),
        ]
    );
    assert_eq!(store.outbound(Some(second), 10).await.unwrap()[0].id, first);
    store.note_never_left(third).await.unwrap();

    let deletion = crate::deletion::Deletion {
        contract_id: "contract-a".into(),
        purge_at: 4,
        and_backups: false,
    };
    store.delete_contract(deletion, 4).await.unwrap();
    assert_eq!(
        store.outbound(None, 10).await.unwrap()[0].file_name,
        None,
        "hidden at once"
    );
    store.purge_contracts(4).await.unwrap();
    let rows = store.outbound(None, 10).await.unwrap();
    assert!(rows.len() == 2 && rows.iter().all(|row| row.review_id.is_none()));
    let total = store.outbound_total().await.unwrap();
    assert_eq!(
        (total.calls, total.bytes_sent, total.bytes_received),
        (2, 10, 16)
    );
    assert_eq!(store.forget_outbound(2).await.unwrap(), 1);
    assert_eq!(store.outbound_total().await.unwrap().calls, 1);
}

#[tokio::test]
async fn while_nothing_may_leave_no_call_can_be_written_down_whoever_said_so() {
    let desk = Desk::new().await;
    let store = &desk.doors.commands;
    for (offline, noted) in [(true, false), (false, true)] {
        let settings = serde_json::json!({ "offline": offline });
        store.change_setting("models", &settings, 1).await.unwrap();
        let number = store.note_outbound(outbound("r"), 2).await.unwrap();
        assert_eq!(number.is_some(), noted);
    }
}
