//! The one writer: a task that owns the writing connection and commits in groups.
//!
//! Work handed in while a commit is being forced to disk is done together in the next transaction, so
//! a hundred small writes cost a few disk syncs. Each piece runs in a savepoint of its own: its error
//! undoes it alone. An answer is given only after the commit that holds it is on disk.
//!
//! A person's commands make groups of their own, and a running group of work ends early for them: they
//! wait for a few pieces and two commits, however much work there is.

use std::any::Any;
use std::collections::VecDeque;
use std::time::Duration;

use futures_core::future::BoxFuture;
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::integrity::Trouble;
use crate::{Error, faults};

/// Pieces in one transaction at the most.
const GROUP: usize = 64;
/// Pieces of work that a group does before it ends for a command that waits: work goes on beside however
/// many commands.
const LEAST: usize = 4;
/// Pieces that may wait before those who hand in have to wait too.
const WAITING: usize = 1024;
/// The log is emptied after this many commits.
const EMPTIED: u64 = 32;

/// While the disk is full, the writer looks this often whether there is space again.
const LOOK_FOR_SPACE: Duration = Duration::from_secs(1);
/// The space looked for: room for a group of results.
const SPACE_BYTES: i64 = 256 * 1024;

/// Whose work goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// A person waits for it.
    Command,
    /// Background work.
    Work,
}

type Answer = Result<Box<dyn Any + Send>, Error>;
type Work = Box<dyn for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Answer> + Send>;

struct Piece {
    work: Work,
    reply: oneshot::Sender<Answer>,
}

/// Handle to the writer task.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    commands: mpsc::Sender<Message>,
    work: mpsc::Sender<Message>,
    commits: watch::Receiver<u64>,
    trouble: watch::Sender<Trouble>,
}

enum Message {
    Piece(Piece),
    Stop(oneshot::Sender<()>),
}

/// How a group ended.
enum Outcome {
    Committed,
    Refused(Trouble),
}

impl Writer {
    /// With a connection to write by and one to empty the log by.
    ///
    /// # Errors
    /// When the system has no thread for it.
    pub(crate) fn start(
        connection: SqliteConnection,
        checkpoints: SqliteConnection,
    ) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()?;
        let (commands, command_queue) = mpsc::channel(WAITING);
        let (work, work_queue) = mpsc::channel(WAITING);
        let (committed, commits) = watch::channel(0);
        let trouble = watch::channel(Trouble::None).0;
        let queues = (command_queue, work_queue);
        let emptying = empty_the_log(checkpoints, commits.clone());
        let troubles = trouble.clone();
        let writing = async move {
            let emptying = tokio::spawn(emptying);
            run(connection, queues, committed, troubles, emptying).await;
        };
        // A thread of its own: between two statements nobody else is to have a turn, and each answer of the
        // database wakes this thread alone.
        std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || runtime.block_on(writing))?;
        Ok(Self {
            commands,
            work,
            commits,
            trouble,
        })
    }

    pub(crate) fn trouble(&self) -> watch::Receiver<Trouble> {
        self.trouble.subscribe()
    }

    /// Somebody else found the database damaged: the writer ends.
    pub(crate) fn end_damaged(&self) {
        self.trouble.send_replace(Trouble::Damaged);
    }

    /// Why the writer does not answer.
    fn ended(&self) -> Error {
        if *self.trouble.borrow() == Trouble::Damaged {
            let why = "the writer has ended".to_owned();
            return Error::Damaged(Box::new(sqlx::Error::Protocol(why)));
        }
        Error::Closed
    }

    pub(crate) fn commits(&self) -> watch::Receiver<u64> {
        self.commits.clone()
    }

    pub(crate) async fn write<T, F>(&self, urgency: Urgency, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, Error>>
            + Send
            + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let work: Work = Box::new(move |connection| {
            let done = work(connection);
            Box::pin(async move {
                done.await
                    .map(|value| Box::new(value) as Box<dyn Any + Send>)
            })
        });
        let queue = match urgency {
            Urgency::Command => &self.commands,
            Urgency::Work => &self.work,
        };
        queue
            .send(Message::Piece(Piece { work, reply }))
            .await
            .map_err(|_| self.ended())?;
        let value = answer.await.map_err(|_| self.ended())??;
        match value.downcast::<T>() {
            Ok(value) => Ok(*value),
            Err(_) => unreachable!("the piece was boxed from this very type"),
        }
    }

    pub(crate) async fn stop(&self) {
        let (done, ended) = oneshot::channel();
        if self.work.send(Message::Stop(done)).await.is_ok() {
            // An error means that another call has ended the writer already.
            let _ = ended.await;
        }
    }
}

async fn run(
    mut connection: SqliteConnection,
    (mut commands, mut work): (mpsc::Receiver<Message>, mpsc::Receiver<Message>),
    committed: watch::Sender<u64>,
    trouble: watch::Sender<Trouble>,
    emptying: JoinHandle<()>,
) {
    let mut stop = None;
    let mut troubled = trouble.subscribe();
    // Work taken in hand and put off for a command.
    let mut put_off: VecDeque<Piece> = VecDeque::new();
    let mut last = Urgency::Work;
    while stop.is_none() || !put_off.is_empty() {
        let now = *troubled.borrow_and_update();
        if now == Trouble::Damaged {
            break;
        }
        let first = tokio::select! {
            biased;
            _ = troubled.changed() => continue,
            next = next_message(&mut commands, &mut work, !put_off.is_empty(), last) => match next {
                Some(next) => next,
                None => break,
            },
            () = tokio::time::sleep(LOOK_FOR_SPACE), if now == Trouble::DiskFull => {
                look_for_space(&mut connection, &trouble).await;
                continue;
            }
        };
        let (urgency, mut next) = first;
        last = urgency;
        let (mut group, queue) = match urgency {
            Urgency::Command => (VecDeque::new(), &mut commands),
            Urgency::Work => (std::mem::take(&mut put_off), &mut work),
        };
        loop {
            match next.take() {
                Some(Message::Piece(piece)) => group.push_back(piece),
                Some(Message::Stop(done)) => {
                    stop = Some(done);
                    break;
                }
                None => {}
            }
            if group.len() >= GROUP || stop.is_some() {
                break;
            }
            match queue.try_recv() {
                Ok(message) => next = Some(message),
                Err(_) => break,
            }
        }
        if group.is_empty() {
            continue;
        }
        let wanted = || urgency == Urgency::Work && !commands.is_empty();
        let outcome = commit_group(&mut connection, &mut group, wanted, &committed).await;
        if urgency == Urgency::Work {
            put_off = group;
        }
        match outcome {
            // A small write may still find a place: only the look for space says that it is over.
            Outcome::Committed if now == Trouble::DiskFull => {
                look_for_space(&mut connection, &trouble).await;
            }
            Outcome::Committed | Outcome::Refused(Trouble::None) => {}
            Outcome::Refused(found) => set_trouble(&trouble, found),
        }
    }
    drop(committed);
    if let Err(error) = emptying.await {
        tracing::warn!(%error, "emptying the log of the database ended badly");
    }
    if *trouble.borrow() != Trouble::Damaged {
        // Readers can't do it when they close last: without a log the file alone is the database.
        let emptied = sqlx::query("pragma wal_checkpoint(truncate)")
            .execute(&mut connection)
            .await;
        if let Err(error) = emptied {
            tracing::warn!(%error, "the log of the database was not emptied");
        }
    }
    if let Err(error) = connection.close().await {
        tracing::warn!(%error, "the writing connection did not close cleanly");
    }
    if let Some(done) = stop {
        let _ = done.send(());
    }
}

/// Moves what was committed from the log into the database, every now and then and beside the writing: a
/// commit that has to do it takes many times as long. Ends with the writer.
async fn empty_the_log(mut connection: SqliteConnection, mut commits: watch::Receiver<u64>) {
    let mut emptied = 0;
    let due = |emptied: u64| move |count: &u64| *count >= emptied + EMPTIED;
    while commits.wait_for(due(emptied)).await.is_ok() {
        emptied = *commits.borrow();
        let done = sqlx::query("pragma wal_checkpoint(passive)")
            .execute(&mut connection)
            .await;
        if let Err(error) = done {
            // The log only grows; what is wrong with the disk or the file, the writer meets too.
            tracing::warn!(%error, "the log of the database was not emptied");
        }
    }
    if let Err(error) = connection.close().await {
        tracing::warn!(%error, "a connection did not close cleanly");
    }
}

/// Commands go first, but not twice in a row while there is work; then what was put off, then new work.
/// Nothing when nobody can ask any more.
async fn next_message(
    commands: &mut mpsc::Receiver<Message>,
    work: &mut mpsc::Receiver<Message>,
    put_off: bool,
    last: Urgency,
) -> Option<(Urgency, Option<Message>)> {
    if last == Urgency::Command {
        if put_off {
            return Some((Urgency::Work, None));
        }
        if let Ok(message) = work.try_recv() {
            return Some((Urgency::Work, Some(message)));
        }
    }
    tokio::select! {
        biased;
        Some(message) = commands.recv() => Some((Urgency::Command, Some(message))),
        () = std::future::ready(()), if put_off => Some((Urgency::Work, None)),
        Some(message) = work.recv() => Some((Urgency::Work, Some(message))),
        else => None,
    }
}

fn set_trouble(trouble: &watch::Sender<Trouble>, found: Trouble) {
    trouble.send_if_modified(|known| {
        // Damage found elsewhere meanwhile is not taken back.
        let changed = *known != found && *known != Trouble::Damaged;
        if changed {
            *known = found;
        }
        changed
    });
}

/// Writes something of the size of a result and removes it again: fits it, the trouble is over.
async fn look_for_space(connection: &mut SqliteConnection, trouble: &watch::Sender<Trouble>) {
    let probe = async {
        sqlx::query("insert or replace into disk_probes (id, filling) values (1, zeroblob(?))")
            .bind(SPACE_BYTES)
            .execute(&mut *connection)
            .await?;
        sqlx::query("delete from disk_probes")
            .execute(&mut *connection)
            .await
    };
    match probe.await.map_err(Error::from) {
        Ok(_) => {
            tracing::info!("there is space on the disk again");
            set_trouble(trouble, Trouble::None);
        }
        Err(Error::DiskFull(_)) => {}
        Err(Error::Damaged(_)) => set_trouble(trouble, Trouble::Damaged),
        Err(error) => tracing::warn!(%error, "whether there is space could not be told"),
    }
}

/// Does the pieces of a group and commits them; ends early, leaving the rest, as soon as somebody more urgent
/// wants the writer. A group that is refused is refused whole.
async fn commit_group(
    connection: &mut SqliteConnection,
    group: &mut VecDeque<Piece>,
    wanted: impl Fn() -> bool,
    committed: &watch::Sender<u64>,
) -> Outcome {
    let begun = sqlx::query("begin immediate; savepoint piece")
        .execute(&mut *connection)
        .await;
    if let Err(error) = begun {
        return refuse(group.drain(..).map(|piece| piece.reply), &error.into());
    }
    let mut answers = Vec::with_capacity(group.len());
    let mut found = Trouble::None;
    while let Some(Piece { work, reply }) = group.pop_front() {
        match in_savepoint(connection, work, !group.is_empty()).await {
            Ok(answer) => {
                if let Err(error) = &answer {
                    found = worse(found, trouble_of(error));
                }
                answers.push((reply, answer));
            }
            Err(error) => {
                // SQLite has undone the whole transaction, as it does when the disk is full.
                let replies = answers.into_iter().map(|(reply, _)| reply);
                let rest = group.drain(..).map(|piece| piece.reply);
                return refuse(replies.chain([reply]).chain(rest), &error);
            }
        }
        if answers.len() >= LEAST && wanted() {
            break;
        }
    }
    faults::point("commit.before");
    match sqlx::query("commit").execute(&mut *connection).await {
        Ok(_) => {
            faults::point("commit.after");
            // Readers are told first, so that who asks again after an answer sees its effect.
            committed.send_modify(|count| *count += 1);
            for (reply, answer) in answers {
                // Who asked may have gone away; the work is committed all the same.
                let _ = reply.send(answer);
            }
            match found {
                Trouble::None => Outcome::Committed,
                found => Outcome::Refused(found),
            }
        }
        Err(error) => {
            let rolled_back = sqlx::query("rollback").execute(&mut *connection).await;
            if let Err(error) = rolled_back {
                tracing::warn!(%error, "no transaction was open after a failed commit");
            }
            refuse(answers.into_iter().map(|(reply, _)| reply), &error.into())
        }
    }
}

/// Does one piece in the open savepoint, so that its error undoes it alone, and opens the next one if
/// more follow. The outer error: the transaction itself is gone, and with it every piece before this
/// one.
async fn in_savepoint(
    connection: &mut SqliteConnection,
    work: Work,
    more_follow: bool,
) -> Result<Answer, Error> {
    let answer = work(connection).await;
    if let Err(error) = answer {
        // The savepoint stays open, as it was before the piece.
        let undone = sqlx::query("rollback to piece")
            .execute(&mut *connection)
            .await;
        return if undone.is_err() {
            Err(error)
        } else {
            Ok(Err(error))
        };
    }
    if more_follow {
        sqlx::query("release piece; savepoint piece")
            .execute(&mut *connection)
            .await?;
    }
    Ok(answer)
}

fn trouble_of(error: &Error) -> Trouble {
    match error {
        Error::DiskFull(_) => Trouble::DiskFull,
        Error::Damaged(_) => Trouble::Damaged,
        _ => Trouble::None,
    }
}

fn worse(one: Trouble, other: Trouble) -> Trouble {
    match (one, other) {
        (Trouble::Damaged, _) | (_, Trouble::Damaged) => Trouble::Damaged,
        (Trouble::DiskFull, _) | (_, Trouble::DiskFull) => Trouble::DiskFull,
        _ => Trouble::None,
    }
}

/// Tells every piece of a group that its transaction did not happen.
fn refuse(replies: impl Iterator<Item = oneshot::Sender<Answer>>, error: &Error) -> Outcome {
    tracing::error!(%error, "a group of writes was not committed");
    for reply in replies {
        let again = |source: &sqlx::Error| Box::new(sqlx::Error::Protocol(source.to_string()));
        let answer = match error {
            Error::DiskFull(source) => Error::DiskFull(again(source)),
            Error::Damaged(source) => Error::Damaged(again(source)),
            other => Error::Database(Box::new(sqlx::Error::Protocol(other.to_string()))),
        };
        let _ = reply.send(Err(answer));
    }
    Outcome::Refused(trouble_of(error))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    type Log = Arc<Mutex<Vec<String>>>;

    /// What a piece says when it begins, and what it waits for then.
    type Gate = (oneshot::Sender<()>, oneshot::Receiver<()>);

    /// A piece that writes its name down.
    fn piece(name: &str, log: &Log, gate: Option<Gate>) -> Message {
        let (name, log) = (name.to_owned(), Arc::clone(log));
        let work: Work = Box::new(move |_| {
            Box::pin(async move {
                if let Some((began, may)) = gate {
                    let _ = began.send(());
                    let _ = may.await;
                }
                log.lock().unwrap().push(name);
                Ok(Box::new(()) as Box<dyn Any + Send>)
            })
        });
        let (reply, _) = oneshot::channel();
        Message::Piece(Piece { work, reply })
    }

    #[tokio::test]
    async fn a_command_waits_for_a_few_pieces_and_work_for_one_group_of_commands() {
        let connect = || SqliteConnection::connect("sqlite::memory:");
        let writer = Writer::start(connect().await.unwrap(), connect().await.unwrap()).unwrap();
        let log = Log::default();
        let send = |queue: &mpsc::Sender<Message>, message| {
            queue.try_send(message).ok().unwrap();
        };
        let gate = || {
            let ((began, begins), (opens, open)) = (oneshot::channel(), oneshot::channel());
            ((began, open), begins, opens)
        };
        let (first, first_begins, first_may) = gate();
        let (second, second_begins, second_may) = gate();
        // The first is a group alone; what is handed in while it is done is one.
        send(&writer.work, piece("first", &log, Some(first)));
        first_begins.await.unwrap();
        let mut second = Some(second);
        for n in 1..=8 {
            send(
                &writer.work,
                piece(&format!("work {n}"), &log, second.take()),
            );
        }
        first_may.send(()).unwrap();
        second_begins.await.unwrap();
        send(&writer.commands, piece("command 1", &log, None));
        send(&writer.commands, piece("command 2", &log, None));
        second_may.send(()).unwrap();
        writer.stop().await;
        let order = log.lock().unwrap().join(", ");
        assert_eq!(
            order,
            "first, work 1, work 2, work 3, work 4, command 1, command 2, work 5, work 6, work 7, work 8"
        );
    }
}
