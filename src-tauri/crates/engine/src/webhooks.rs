//! Telling webhooks what happened: each message until it is taken, at most one at a time to each address.
//!
//! A message is in the outbox from the transaction that ends the review on. It leaves the outbox when the address
//! has taken it, so an end of the program in between sends it once more, with the same id.

mod message;
mod schedule;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use countersign_providers::{
    FoundKey, KeyPlace, NotTaken, Secret, SigningSecret, WebhookAddress, WebhookMessage,
};
use countersign_store::faults;
use countersign_store::webhooks::{CHANGED, Due, Outcome, Tried, WebhookRow};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::Engine;
use crate::engine::Inner;
use crate::error::Error;
pub(crate) use message::{completed, ended, test};

/// Longest time without a look: the computer's clock may have been changed.
const LOOK: Duration = Duration::from_secs(30);
/// So long a try by hand has the message for itself; longer than any try takes.
pub(crate) const HELD_MS: i64 = 60_000;
/// After this time it is tried again whether a message can be sent at all, without a try being counted.
const PUT_OFF_MS: i64 = 60_000;
/// The secret before the present one signs beside it for this long.
pub(crate) const OLD_SECRET_MS: i64 = 86_400_000;
/// Messages that were taken or given up are told of for this long.
const KEEP_MS: i64 = 30 * 86_400_000;

/// What is on its way to webhooks.
#[derive(Debug)]
pub(crate) struct Courier {
    /// Names of the webhooks that a message is on its way to.
    busy: watch::Sender<HashSet<String>>,
    tasks: Mutex<JoinSet<()>>,
}

impl Default for Courier {
    fn default() -> Self {
        Self {
            busy: watch::Sender::new(HashSet::new()),
            tasks: Mutex::default(),
        }
    }
}

impl Courier {
    fn tasks(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes the webhook's name off the list of the busy ones, however the try ends.
struct Busy {
    engine: Engine,
    webhook: String,
}

impl Drop for Busy {
    fn drop(&mut self) {
        let busy = &self.engine.inner.courier.busy;
        busy.send_modify(|busy| {
            busy.remove(&self.webhook);
        });
    }
}

/// A try with its outcome.
#[derive(Debug)]
pub(crate) struct Try {
    pub(crate) started_at: i64,
    pub(crate) took_ms: i64,
    pub(crate) answer: Result<u16, NotTaken>,
}

impl Engine {
    /// Tells webhooks all that is due, and returns when nothing is on its way any more. What was not taken waits
    /// for its next try. Does nothing where another process works off the folder.
    ///
    /// # Errors
    /// What the store says.
    pub async fn deliver_messages(&self) -> Result<(), Error> {
        while self.is_at_work() {
            let begun = self.begin_due().await?;
            let mut busy = self.inner.courier.busy.subscribe();
            if begun == 0 && busy.borrow_and_update().is_empty() {
                break;
            }
            // The sender lives as long as the engine does.
            let _ = busy.wait_for(HashSet::is_empty).await;
        }
        Ok(())
    }

    /// Begins to look after the outbox.
    pub(crate) fn begin_deliveries(&self) {
        let inner = Arc::downgrade(&self.inner);
        tokio::spawn(run(inner, self.inner.stop.subscribe()));
    }

    /// Ends what is on its way; it is sent again at the next start.
    pub(crate) async fn end_deliveries(&self) {
        let mut tasks = std::mem::take(&mut *self.inner.courier.tasks());
        tasks.shutdown().await;
    }

    /// Begins a try of each webhook's oldest message that is due; how many were begun.
    async fn begin_due(&self) -> Result<usize, Error> {
        let way = self.inner.context.models.way();
        if way.is_shut() {
            return Ok(0);
        }
        let (courier, stop) = (&self.inner.courier, &self.inner.stop);
        let busy: Vec<String> = courier.busy.borrow().iter().cloned().collect();
        let due = self.inner.context.store.due_messages(&busy, self.now());
        let mut begun = 0;
        for due in due.await? {
            let mut tasks = courier.tasks();
            // Whoever ends them says so first and takes them then.
            if *stop.borrow() {
                break;
            }
            let mut is_free = false;
            courier
                .busy
                .send_modify(|busy| is_free = busy.insert(due.webhook.clone()));
            // Another look was faster.
            if !is_free {
                continue;
            }
            let busy = Busy {
                engine: self.clone(),
                webhook: due.webhook.clone(),
            };
            while tasks.try_join_next().is_some() {}
            tasks.spawn(async move {
                if let Err(error) = busy.engine.deliver(&due).await {
                    tracing::warn!(%error, webhook = due.webhook, "how a message was received could not be written down");
                }
            });
            begun += 1;
        }
        Ok(begun)
    }

    /// One try of a message, written down with what follows from it.
    async fn deliver(&self, due: &Due) -> Result<(), Error> {
        let store = &self.inner.context.store;
        let Some(row) = store.webhook(&due.webhook).await? else {
            return Ok(());
        };
        let attempt = self.try_message(&row, due).await;
        faults::point("webhook.answered");
        match &attempt.answer {
            Err(not) if not.held => self.put_off(due, &not.words).await,
            _ => self.end_try(due, attempt, true).await,
        }
    }

    /// What can't be sent at all for now is no try of the message.
    pub(crate) async fn put_off(&self, due: &Due, why: &str) -> Result<(), Error> {
        let (store, now) = (&self.inner.context.store, self.now());
        Ok(store
            .put_off_messages(&due.webhook, why, now + PUT_OFF_MS, now)
            .await?)
    }

    /// Writes down how a try went; where it failed, the next one follows the schedule, or there is none.
    pub(crate) async fn end_try(&self, due: &Due, attempt: Try, again: bool) -> Result<(), Error> {
        let now = self.now();
        let (http_status, outcome) = match attempt.answer {
            Ok(status) => (Some(status), Outcome::Taken),
            Err(not) => {
                let wait = schedule::wait_ms(due.failures, &due.id, not.retry_after_ms);
                let outcome = Outcome::Failed {
                    again_at: wait.filter(|_| again).map(|wait| now + wait),
                    gone: not.is_gone(),
                    problem: not.words,
                };
                (not.http_status, outcome)
            }
        };
        let tried = Tried {
            started_at: attempt.started_at,
            took_ms: attempt.took_ms,
            http_status,
            outcome,
        };
        Ok(self.inner.context.store.end_try(due, tried, now).await?)
    }

    /// Sends a message once.
    pub(crate) async fn try_message(&self, row: &WebhookRow, due: &Due) -> Try {
        let (started_at, started) = (self.now(), Instant::now());
        let answer = self.send(row, due, started_at).await;
        Try {
            started_at,
            took_ms: i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX),
            answer,
        }
    }

    async fn send(&self, row: &WebhookRow, due: &Due, now: i64) -> Result<u16, NotTaken> {
        let address = WebhookAddress::parse(&row.url, row.private).map_err(|bad| NotTaken {
            words: format!("Nothing was sent: {bad}"),
            http_status: None,
            retry_after_ms: None,
            held: false,
        })?;
        let present = self.secret(&secret_name(&row.name)).await?;
        let mut secrets = vec![present];
        if row.old_secret_until.is_some_and(|until| now < until) {
            // One that is lost by now can't be signed with; the present one can.
            secrets.extend(self.secret(&old_secret_name(&row.name)).await.ok());
        }
        let message = WebhookMessage {
            webhook: &row.name,
            id: &due.message_id,
            body: &due.body,
            review_id: due.review_id.as_deref(),
            timestamp: now.div_euclid(1000),
            secrets: &secrets,
            patience: self.inner.context.config.webhook_patience,
        };
        address.send(message, self.inner.context.models.way()).await
    }

    async fn secret(&self, name: &str) -> Result<SigningSecret, NotTaken> {
        let found = self.find_key(name).await;
        let secret = found.key.as_ref().and_then(SigningSecret::read);
        secret.ok_or_else(|| NotTaken {
            words: match found.no_keychain.filter(|why| why.is_locked()) {
                Some(why) => format!("Nothing was sent, because its secret can't be read: {why}"),
                None => format!(
                    "Nothing was sent, because its secret is not there any more. Give it a new one, or put the one it has into \
                     the environment variable {}",
                    countersign_providers::Keys::variable(name)
                ),
            },
            http_status: None,
            retry_after_ms: None,
            held: true,
        })
    }

    pub(crate) async fn find_key(&self, name: &str) -> FoundKey {
        let (keys, name) = (self.inner.context.models.keys(), name.to_owned());
        let found = tokio::task::spawn_blocking(move || keys.find(&name)).await;
        // A look that ended by a panic found nothing.
        found.unwrap_or(FoundKey {
            key: None,
            place: KeyPlace::Nowhere,
            no_keychain: None,
        })
    }

    pub(crate) async fn keep_key(&self, name: &str, key: Secret) -> Result<KeyPlace, Error> {
        let (keys, name) = (self.inner.context.models.keys(), name.to_owned());
        let kept = tokio::task::spawn_blocking(move || keys.keep(&name, key)).await;
        Ok(kept.unwrap_or(Err(countersign_providers::NoKeychain::Silent))?)
    }

    /// Forgets secrets that have served their time, and messages of long ago.
    pub(crate) async fn look_after_webhooks(&self) -> Result<(), Error> {
        let (store, now) = (&self.inner.context.store, self.now());
        for name in store.old_secrets_due(now).await? {
            self.forget_key(&old_secret_name(&name)).await?;
            store.forget_old_secret(&name, now).await?;
        }
        Ok(store.forget_messages(now - KEEP_MS).await?)
    }

    /// How long until something is due.
    async fn next_delivery(&self) -> Duration {
        if self.inner.context.models.way().is_shut() {
            return LOOK;
        }
        match self.inner.context.store.next_message_at().await {
            Ok(Some(due)) => {
                let wait = u64::try_from(due - self.now()).unwrap_or(0);
                // What is due and was not begun waits for somebody: it need not be looked at all the time.
                Duration::from_millis(wait).clamp(Duration::from_secs(1), LOOK)
            }
            _ => LOOK,
        }
    }
}

/// What a webhook's secret is called where keys are kept; no provider is called so.
pub(crate) fn secret_name(webhook: &str) -> String {
    format!("webhook:{webhook}")
}

/// What the secret before that is called.
pub(crate) fn old_secret_name(webhook: &str) -> String {
    format!("webhook:{webhook}:old")
}

/// Tells webhooks what is due, now and whenever something changes, until the engine is gone.
async fn run(inner: Weak<Inner>, mut stop: watch::Receiver<bool>) {
    let engine = || inner.upgrade().map(|inner| Engine { inner });
    let Some(mut events) = engine().map(|engine| engine.events()) else {
        return;
    };
    let Some(mut busy) = engine().map(|engine| engine.inner.courier.busy.subscribe()) else {
        return;
    };
    while !*stop.borrow_and_update() {
        let wait = {
            let Some(engine) = engine() else {
                return;
            };
            busy.mark_unchanged();
            match engine.begin_due().await {
                Ok(_) => engine.next_delivery().await,
                Err(Error::Store(countersign_store::Error::Closed)) => return,
                Err(error) => {
                    tracing::warn!(%error, "messages to webhooks could not be looked at");
                    LOOK
                }
            }
        };
        let asleep = tokio::time::sleep(wait);
        tokio::pin!(asleep);
        loop {
            tokio::select! {
                () = &mut asleep => break,
                // A webhook that was busy may have more to be told.
                _ = busy.changed() => break,
                _ = stop.changed() => break,
                event = events.recv() => match event {
                    Ok(event) if event.kind == CHANGED || event.kind == "settings_changed" => break,
                    Ok(_) => {}
                    Err(RecvError::Lagged(_)) => break,
                    Err(RecvError::Closed) => return,
                },
            }
        }
    }
}
