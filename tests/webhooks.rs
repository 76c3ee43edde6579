//! Webhooks: signed as others check it, told again until they are taken, and nowhere that was not permitted.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use countersign_engine::Engine;
use countersign_engine::clock::{Clock, ManualClock, SystemClock};
use countersign_engine::config::{Config, webhook_variable};
use countersign_engine::views::*;
use countersign_tests::make_pdf;
use countersign_tests::receiver::{Received, Receiver, Reply};
use standardwebhooks::Webhook;

use crate::cli::{self, program, text};
use crate::lifetime::{files_with, no_files};

const NOW: i64 = 1_790_000_000_000;
const DAY_MS: i64 = 86_400_000;
const PATIENCE: Duration = Duration::from_secs(60);

/// An engine on a folder of its own.
struct Desk {
    folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
    engine: Engine,
}

impl Desk {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(NOW));
        let engine = open(folder.path().join("data"), clock.clone()).await;
        Self {
            folder,
            clock,
            engine,
        }
    }

    /// Adds a webhook on this computer; its secret.
    async fn add(&self, name: &str, receiver: &Receiver) -> String {
        self.engine
            .add_webhook(local(name, receiver))
            .await
            .unwrap()
            .secret
    }

    /// Reviews a contract to its end; the review's id.
    async fn review(&self, seed: u64) -> String {
        review(
            &self.engine,
            self.folder.path().join(format!("Kanariensaft {seed}.pdf")),
            seed,
        )
        .await
    }

    async fn told(&self, name: &str) -> Vec<DeliveryView> {
        let name = name.to_owned();
        let told = self
            .engine
            .list_deliveries(ListDeliveries { name, limit: 100 });
        told.await.unwrap()
    }

    async fn webhook(&self, name: &str) -> WebhookView {
        let all = self.engine.list_webhooks(Nothing {}).await.unwrap();
        all.into_iter().find(|view| view.name == name).unwrap()
    }
}

async fn open(data_folder: PathBuf, clock: Arc<dyn Clock>) -> Engine {
    let mut config = Config::of_this_program(data_folder).unwrap();
    config.reader_program = program();
    config.clock = clock;
    config.webhook_patience = Duration::from_millis(500);
    Engine::open(config).await.unwrap()
}

fn local(name: &str, receiver: &Receiver) -> NewWebhook {
    NewWebhook {
        name: name.to_owned(),
        url: receiver.url(),
        private: true,
    }
}

fn named(name: &str) -> WebhookName {
    WebhookName {
        name: name.to_owned(),
    }
}

async fn receiver(replies: impl IntoIterator<Item = Reply>) -> Receiver {
    Receiver::start(replies).await.unwrap()
}

async fn review(engine: &Engine, file: PathBuf, seed: u64) -> String {
    std::fs::write(&file, make_pdf::contract_of(1, seed)).unwrap();
    let submit = SubmitContracts {
        drop_ids: vec![engine.register_file(&file)],
        playbook: None,
    };
    let id = engine.submit_contracts(submit).await.unwrap()[0]
        .review_id
        .clone()
        .unwrap();
    let mut events = engine.events();
    let ended = tokio::time::timeout(PATIENCE, async {
        loop {
            let review_id = id.clone();
            let view = engine
                .get_review(ReviewId { review_id })
                .await
                .unwrap()
                .unwrap();
            if view.row.finished_at.is_some() {
                return;
            }
            let _ = events.recv().await;
        }
    });
    ended.await.expect("the review ends");
    id
}

/// Whether the signatures hold one by this secret, as another implementation makes it.
fn is_signed(received: &Received, secret: &str) -> bool {
    let timestamp = received.header("webhook-timestamp").parse().unwrap();
    let reference = Webhook::new(secret).unwrap();
    let wanted = reference
        .sign(
            received.header("webhook-id"),
            timestamp,
            received.body.as_bytes(),
        )
        .unwrap();
    let signatures: Vec<&str> = received.header("webhook-signature").split(' ').collect();
    signatures.contains(&wanted.as_str())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_review_is_told_and_the_reference_verifies_it() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(folder.path().join("data"), Arc::new(SystemClock)).await;
    let (one, other) = (receiver([]).await, receiver([]).await);
    let secret = engine.add_webhook(local("one", &one)).await.unwrap().secret;
    let second = engine
        .add_webhook(local("other", &other))
        .await
        .unwrap()
        .secret;
    assert_ne!(secret, second);
    let id = review(&engine, folder.path().join("Kanariensaft.pdf"), 1).await;
    engine.deliver_messages().await.unwrap();

    let (received, twin) = (one.received().remove(0), other.received().remove(0));
    assert_eq!((one.received().len(), other.received().len()), (1, 1));
    assert_eq!(received.line, "POST /hook");
    assert_eq!(received.header("content-type"), "application/json");
    assert_eq!(received.header("webhook-id"), twin.header("webhook-id"));
    for (message, secret, foreign) in [(&received, &secret, &second), (&twin, &second, &secret)] {
        let mut headers = http::HeaderMap::new();
        for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
            headers.insert(name, message.header(name).parse().unwrap());
        }
        let verify = |secret: &str| {
            Webhook::new(secret)
                .unwrap()
                .verify(message.body.as_bytes(), &headers)
        };
        verify(secret).unwrap();
        assert!(verify(foreign).is_err());
    }

    let body: serde_json::Value = serde_json::from_str(&received.body).unwrap();
    assert_eq!(body["type"], "review.completed");
    assert_eq!(body["data"]["review_id"], id.as_str());
    assert_eq!(body["data"]["state"], "completed");
    assert!(body["data"]["counts"]["high"].is_u64(), "{body}");
    assert!(body["timestamp"].as_str().unwrap().ends_with('Z'), "{body}");
    assert!(!received.body.contains("Kanariensaft"), "no names: {body}");

    let told = engine
        .list_deliveries(ListDeliveries {
            name: "one".to_owned(),
            limit: 5,
        })
        .await
        .unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].state, told[0].file.as_deref()),
        (DeliveryState::Taken, Some("Kanariensaft.pdf"))
    );
    assert_eq!(told[0].tries[0].http_status, Some(204));
    let log = engine
        .list_outbound(ListOutbound {
            limit: 10,
            before: None,
        })
        .await
        .unwrap();
    assert_eq!(log.total, 2);
    assert!(
        log.calls
            .iter()
            .all(|call| call.purpose == "webhook" && call.bytes_sent == received.body.len() as u64)
    );
    assert_eq!(log.calls[0].review_id.as_deref(), Some(id.as_str()));
    engine.close().await;

    let data = folder.path().join("data");
    assert_eq!(
        files_with(&data, &secret.to_lowercase(), ""),
        no_files(),
        "secrets stand in no file of ours"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_fails_ten_times_gets_the_same_message_once_it_is_back() {
    let desk = Desk::new().await;
    let receiver = receiver((0..10).map(|n| Reply::status(500 + n % 4))).await;
    let secret = desk.add("desk", &receiver).await;
    desk.review(2).await;
    for tries in 1..=10 {
        desk.engine.deliver_messages().await.unwrap();
        desk.engine.deliver_messages().await.unwrap();
        assert_eq!(receiver.received().len(), tries, "not before its time");
        let told = desk.told("desk").await.remove(0);
        assert_eq!(
            (told.state, told.tries.len()),
            (DeliveryState::Waiting, tries)
        );
        assert_eq!(desk.webhook("desk").await.waiting, 1);
        desk.clock
            .advance(told.next_at.unwrap() - desk.clock.now_ms());
    }
    desk.engine.deliver_messages().await.unwrap();
    let received = receiver.received();
    assert_eq!(received.len(), 11);
    assert!(received.iter().all(|one| is_signed(one, &secret)));
    let same =
        |part: fn(&Received) -> &str| received.iter().all(|one| part(one) == part(&received[0]));
    assert!(same(|one| one.header("webhook-id")) && same(|one| &one.body));
    assert!(
        !same(|one| one.header("webhook-timestamp")),
        "the time is that of the try"
    );
    let told = desk.told("desk").await.remove(0);
    assert_eq!((told.state, told.tries.len()), (DeliveryState::Taken, 11));
    let after = desk.webhook("desk").await;
    assert_eq!((after.problem, after.waiting), (None, 0));
    desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_given_up_after_three_days_and_can_be_sent_by_hand() {
    let desk = Desk::new().await;
    let receiver = receiver((0..13).map(|_| Reply::status(404))).await;
    desk.add("desk", &receiver).await;
    desk.review(3).await;
    for _ in 0..13 {
        desk.engine.deliver_messages().await.unwrap();
        desk.clock.advance(DAY_MS * 2);
    }
    let told = desk.told("desk").await.remove(0);
    assert_eq!(
        (told.state, told.tries.len(), told.next_at),
        (DeliveryState::GivenUp, 13, None)
    );
    let sent = desk
        .engine
        .redeliver(DeliveryId {
            id: told.id.clone(),
        })
        .await
        .unwrap();
    assert!(sent.taken, "{}", sent.message);
    let received = receiver.received();
    assert_eq!(
        received[13].header("webhook-id"),
        received[0].header("webhook-id")
    );
    assert_eq!(desk.told("desk").await[0].state, DeliveryState::Taken);
    let gone = desk
        .engine
        .redeliver(DeliveryId {
            id: "none".to_owned(),
        })
        .await;
    assert!(gone.unwrap_err().to_string().contains("no such message"));
    desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_hangs_holds_up_no_other() {
    let desk = Desk::new().await;
    let (hanging, good) = (receiver([Reply::Hang]).await, receiver([]).await);
    desk.add("hanging", &hanging).await;
    desk.add("good", &good).await;
    desk.review(4).await;
    good.until(1).await;
    desk.engine.deliver_messages().await.unwrap();
    let told = desk.told("hanging").await.remove(0);
    let problem = told.tries[0].problem.clone().unwrap();
    assert!(problem.contains("did not answer within 0.5 s"), "{problem}");
    assert_eq!(told.state, DeliveryState::Waiting);
    desk.clock
        .advance(told.next_at.unwrap() - desk.clock.now_ms());
    desk.engine.deliver_messages().await.unwrap();
    assert_eq!(desk.told("hanging").await[0].state, DeliveryState::Taken);
    assert_eq!((hanging.received().len(), good.received().len()), (2, 1));
    desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redirections_are_not_followed() {
    let desk = Desk::new().await;
    let elsewhere = receiver([]).await;
    let replies = [301, 302, 307, 308]
        .map(|status| Reply::Status(status, vec![("location".to_owned(), elsewhere.url())]));
    let receiver = receiver(replies).await;
    desk.add("desk", &receiver).await;
    for _ in 0..4 {
        let test = desk.engine.test_webhook(named("desk")).await.unwrap();
        assert!(
            !test.taken && test.message.contains("redirection"),
            "{}",
            test.message
        );
    }
    assert_eq!(
        (receiver.received().len(), elsewhere.received().len()),
        (4, 0)
    );
    assert!(desk.engine.test_webhook(named("desk")).await.unwrap().taken);
    desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_gone_is_switched_off_until_a_person_switches_it_on() {
    let desk = Desk::new().await;
    let receiver = receiver([Reply::status(410)]).await;
    desk.add("desk", &receiver).await;
    desk.review(5).await;
    desk.engine.deliver_messages().await.unwrap();
    let off = desk.webhook("desk").await;
    assert!(!off.on && off.problem.unwrap().contains("410"));
    let status = desk.engine.get_status(Nothing {}).await.unwrap();
    assert!(
        status
            .problems
            .iter()
            .any(|problem| problem.code == "webhook"),
        "{:?}",
        status.problems
    );

    desk.review(6).await;
    desk.clock.advance(DAY_MS);
    desk.engine.deliver_messages().await.unwrap();
    assert_eq!(receiver.received().len(), 1, "it is told nothing more");
    let on = WebhookSwitch {
        name: "desk".to_owned(),
        on: true,
    };
    assert!(desk.engine.switch_webhook(on).await.unwrap()[0].on);
    desk.engine.deliver_messages().await.unwrap();
    let received = receiver.received();
    assert_eq!(
        received.len(),
        2,
        "what waited goes, what happened meanwhile was not for it"
    );
    assert_eq!(
        received[0].header("webhook-id"),
        received[1].header("webhook-id")
    );
    desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_secret_signs_beside_the_old_one_for_a_day() {
    let desk = Desk::new().await;
    let receiver = receiver([]).await;
    let old = desk.add("desk", &receiver).await;
    let rotated = desk.engine.rotate_webhook(named("desk")).await.unwrap();
    let new = rotated.secret;
    assert_eq!(rotated.webhook.old_secret_until, Some(NOW + DAY_MS));
    assert!(desk.engine.test_webhook(named("desk")).await.unwrap().taken);
    desk.clock.advance(DAY_MS);
    assert!(desk.engine.test_webhook(named("desk")).await.unwrap().taken);
    let signed = |received: &Received| (is_signed(received, &old), is_signed(received, &new));
    let received = receiver.received();
    assert_eq!(
        [signed(&received[0]), signed(&received[1])],
        [(true, true), (false, true)]
    );
    desk.engine.maintain().await.unwrap();
    assert_eq!(desk.webhook("desk").await.old_secret_until, None);
    desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_told_while_nothing_may_leave_and_nothing_is_lost_by_it() {
    let desk = Desk::new().await;
    let receiver = receiver([]).await;
    desk.add("desk", &receiver).await;
    let offline = |offline| desk.engine.change_offline(OfflineSwitch { offline });
    offline(true).await.unwrap();
    desk.review(7).await;
    desk.engine.deliver_messages().await.unwrap();
    let test = desk.engine.test_webhook(named("desk")).await.unwrap();
    assert!(
        !test.taken && test.message.contains("nothing may leave"),
        "{}",
        test.message
    );
    let log = desk.engine.list_outbound(ListOutbound {
        limit: 10,
        before: None,
    });
    assert_eq!(
        (receiver.received().len(), log.await.unwrap().total),
        (0, 0)
    );
    offline(false).await.unwrap();
    desk.engine.deliver_messages().await.unwrap();
    assert_eq!(receiver.received().len(), 1);
    desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_secret_a_message_waits_and_no_try_is_spent() {
    let desk = Desk::new().await;
    let receiver = receiver([]).await;
    let secret = desk.add("desk", &receiver).await;
    let Desk {
        folder,
        clock,
        engine,
    } = desk;
    engine.close().await;
    drop(engine);
    // Another start: what was held in memory is gone.
    let engine = open(folder.path().join("data"), clock.clone()).await;
    review(&engine, folder.path().join("a.pdf"), 8).await;
    engine.deliver_messages().await.unwrap();
    let view = engine.list_webhooks(Nothing {}).await.unwrap().remove(0);
    assert!(view.problem.unwrap().contains(&webhook_variable("desk")));
    assert_eq!((view.waiting, receiver.received().len()), (1, 0));
    let new = engine.rotate_webhook(named("desk")).await.unwrap().secret;
    clock.advance(60_000);
    engine.deliver_messages().await.unwrap();
    let received = receiver.received().remove(0);
    assert!(is_signed(&received, &new) && !is_signed(&received, &secret));
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_of_a_deleted_contract_was_still_to_be_told_is_not() {
    let desk = Desk::new().await;
    let receiver = receiver([Reply::status(500)]).await;
    desk.add("desk", &receiver).await;
    let review_id = desk.review(9).await;
    desk.engine.deliver_messages().await.unwrap();
    let view = desk
        .engine
        .get_review(ReviewId { review_id })
        .await
        .unwrap()
        .unwrap();
    let delete = DeleteContract {
        contract_id: view.row.contract_id,
        and_backups: false,
    };
    desk.engine.delete_contract_for_good(delete).await.unwrap();
    desk.clock.advance(DAY_MS);
    desk.engine.deliver_messages().await.unwrap();
    assert_eq!(receiver.received().len(), 1);
    assert_eq!(desk.told("desk").await, []);
    desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_and_names_that_can_not_be_used_are_refused_in_words() {
    let desk = Desk::new().await;
    for (name, url, private, why) in [
        ("Desk", "https://example.com/", false, "small letters"),
        ("", "https://example.com/", false, "small letters"),
        ("desk", "http://example.com/", true, "https://"),
        ("desk", "http://127.0.0.1:9/", false, "own network"),
        ("desk", "https://10.0.0.1/", false, "own network"),
        ("desk", "https://169.254.169.254/", true, "reserved"),
        (
            "desk",
            "https://me:word@example.com/",
            false,
            "name or password",
        ),
        ("desk", "nonsense", false, "can't be read"),
    ] {
        let new = NewWebhook {
            name: name.to_owned(),
            url: url.to_owned(),
            private,
        };
        let error = desk.engine.add_webhook(new).await.unwrap_err().to_string();
        assert!(error.contains(why), "{url}: {error}");
    }
    assert_eq!(desk.engine.list_webhooks(Nothing {}).await.unwrap(), []);
    let receiver = receiver([]).await;
    desk.add("desk", &receiver).await;
    let again = desk.engine.add_webhook(local("desk", &receiver)).await;
    assert!(again.unwrap_err().to_string().contains("already"));
    let removed = desk.engine.remove_webhook(named("desk")).await.unwrap();
    assert_eq!(removed, []);
    let test = desk.engine.test_webhook(named("desk")).await;
    assert!(
        test.unwrap_err()
            .to_string()
            .contains("no webhook called desk")
    );
    desk.engine.close().await;
}

/// A data folder whose program is ended in the middle, and who is told.
struct Siege {
    desk: cli::Desk,
    secret: String,
    receiver: Receiver,
}

impl Siege {
    async fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        let desk = cli::Desk::new();
        let receiver = receiver(replies).await;
        let engine = open(desk.data(), Arc::new(SystemClock)).await;
        let secret = engine
            .add_webhook(local("desk", &receiver))
            .await
            .unwrap()
            .secret;
        engine.close().await;
        let file = desk.file("a.pdf", &make_pdf::contract_of(1, 10));
        assert!(
            desk.run(&["submit", file.to_str().unwrap()])
                .status
                .success()
        );
        Self {
            desk,
            secret,
            receiver,
        }
    }

    fn resume(&self) -> std::process::Command {
        let mut command = self.desk.command(&["resume"]);
        command.env(webhook_variable("desk"), &self.secret);
        command
    }

    /// Works to the end; what was received at the last.
    async fn finish(&self) -> Vec<Received> {
        let mut resume = self.resume();
        let output = tokio::task::spawn_blocking(move || resume.output())
            .await
            .unwrap()
            .unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        let told = self.desk.run(&["webhook", "deliveries", "desk", "--json"]);
        let told: Vec<DeliveryView> = serde_json::from_slice(&told.stdout).unwrap();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].state, DeliveryState::Taken);
        self.receiver.received()
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn ended_at_each_place_of_a_delivery_the_message_comes_with_the_same_id() {
    use std::os::unix::process::ExitStatusExt;
    for (place, times) in [
        ("webhook.queued", 1),
        ("webhook.answered", 2),
        ("webhook.written", 2),
    ] {
        let siege = Siege::new([]).await;
        let mut command = siege.resume();
        command.env("COUNTERSIGN_FAULT", format!("end:{place}:1"));
        let ended = tokio::task::spawn_blocking(move || command.output())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            ended.status.signal(),
            Some(6),
            "{place}: {}",
            text(&ended.stderr)
        );
        let received = siege.finish().await;
        assert_eq!(received.len(), times, "{place}");
        let first = received[0].header("webhook-id");
        assert!(
            received.iter().all(|one| one.header("webhook-id") == first),
            "{place}"
        );
        assert!(
            received.iter().all(|one| is_signed(one, &siege.secret)),
            "{place}"
        );
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn killed_while_the_receiver_thinks_the_message_is_sent_again() {
    let siege = Siege::new([Reply::Hang, Reply::Hang]).await;
    for kills in 1..=2 {
        let mut worker = tokio::process::Command::from(siege.resume())
            .spawn()
            .unwrap();
        let arrived = tokio::time::timeout(PATIENCE, siege.receiver.until(kills));
        arrived.await.expect("the message comes");
        worker.kill().await.unwrap();
    }
    let received = siege.finish().await;
    let ids: Vec<&str> = received
        .iter()
        .map(|one| one.header("webhook-id"))
        .collect();
    assert_eq!(ids, [ids[0]; 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_tells_a_secret_once_and_says_what_was_received() {
    let desk = cli::Desk::new();
    let receiver = receiver([Reply::status(503)]).await;
    let run = |arguments: Vec<String>, secret: String| {
        let mut command = desk.command(&arguments);
        command.env(webhook_variable("desk"), secret);
        async {
            let mut command = command;
            let output = tokio::task::spawn_blocking(move || command.output())
                .await
                .unwrap()
                .unwrap();
            (
                output.status.code(),
                text(&output.stdout),
                text(&output.stderr),
            )
        }
    };
    let of = |words: &[&str]| {
        words
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    let add = of(&["webhook", "add", "desk", &receiver.url(), "--private"]);
    let (code, secret, beside) = run(add, String::new()).await;
    assert_eq!(code, Some(0), "{beside}");
    let secret = secret.trim().to_owned();
    assert!(
        secret.starts_with("whsec_") && Webhook::new(&secret).is_ok(),
        "{secret}"
    );
    assert!(beside.contains(&webhook_variable("desk")), "{beside}");

    let test = of(&["webhook", "test", "desk"]);
    let (code, said, _) = run(test.clone(), secret.clone()).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("503"), "{said}");
    assert_eq!(run(test, secret.clone()).await.0, Some(0));
    let (_, told, _) = run(of(&["webhook", "deliveries", "desk"]), String::new()).await;
    assert!(
        told.contains("given up") && told.contains("taken"),
        "{told}"
    );
    let (_, told, _) = run(
        of(&["webhook", "deliveries", "desk", "--json"]),
        String::new(),
    )
    .await;
    let told: Vec<DeliveryView> = serde_json::from_str(&told).unwrap();
    let failed = told
        .iter()
        .find(|view| view.state == DeliveryState::GivenUp)
        .unwrap();
    let (code, ..) = run(of(&["webhook", "redeliver", &failed.id]), secret.clone()).await;
    assert_eq!((code, receiver.received().len()), (Some(0), 3));
    let (_, listed, _) = run(of(&["webhook", "list"]), String::new()).await;
    assert!(
        listed.contains("last message taken") && !listed.contains(&secret),
        "{listed}"
    );
    let (_, off, _) = run(of(&["webhook", "off", "desk"]), String::new()).await;
    assert!(off.contains(" off "), "{off}");
    let (_, removed, beside) = run(of(&["webhook", "remove", "desk"]), String::new()).await;
    assert!(
        removed.is_empty() && beside.contains("There is no webhook"),
        "{removed}{beside}"
    );
}
