//! The one writer: a task that owns the writing connection and commits in groups.
//!
//! Work handed in while a commit is being forced to disk is done together in the next transaction, so
//! a hundred small writes cost a few disk syncs. Each piece runs in a savepoint of its own: its error
//! undoes it alone. An answer is given only after the commit that holds it is on disk.

use std::any::Any;

use futures_core::future::BoxFuture;
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{mpsc, oneshot, watch};

use crate::Error;

/// Pieces in one transaction at the most: bounds how long a command can wait for a running group.
const GROUP: usize = 64;
/// Pieces that may wait before those who hand in have to wait too.
const WAITING: usize = 1024;

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
}

enum Message {
    Piece(Piece),
    Stop(oneshot::Sender<()>),
}

impl Writer {
    pub(crate) fn start(connection: SqliteConnection) -> Self {
        let (commands, command_queue) = mpsc::channel(WAITING);
        let (work, work_queue) = mpsc::channel(WAITING);
        let (committed, commits) = watch::channel(0);
        tokio::spawn(run(connection, command_queue, work_queue, committed));
        Self {
            commands,
            work,
            commits,
        }
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
            .map_err(|_| Error::Closed)?;
        let value = answer.await.map_err(|_| Error::Closed)??;
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
    mut commands: mpsc::Receiver<Message>,
    mut work: mpsc::Receiver<Message>,
    committed: watch::Sender<u64>,
) {
    let mut stop = None;
    while stop.is_none() {
        let first = tokio::select! {
            biased;
            Some(message) = commands.recv() => message,
            Some(message) = work.recv() => message,
            else => break,
        };
        let mut group = Vec::new();
        let mut next = Some(first);
        while let Some(message) = next.take() {
            match message {
                Message::Piece(piece) => group.push(piece),
                Message::Stop(done) => {
                    stop = Some(done);
                    break;
                }
            }
            if group.len() < GROUP {
                next = commands.try_recv().or_else(|_| work.try_recv()).ok();
            }
        }
        if !group.is_empty() {
            commit_group(&mut connection, group, &committed).await;
        }
    }
    if let Err(error) = connection.close().await {
        tracing::warn!(%error, "the writing connection did not close cleanly");
    }
    if let Some(done) = stop {
        let _ = done.send(());
    }
}

async fn commit_group(
    connection: &mut SqliteConnection,
    group: Vec<Piece>,
    committed: &watch::Sender<u64>,
) {
    let begun = sqlx::query("begin immediate")
        .execute(&mut *connection)
        .await;
    if let Err(error) = begun {
        return refuse(group.into_iter().map(|piece| piece.reply), &error.into());
    }
    let mut answers = Vec::with_capacity(group.len());
    for Piece { work, reply } in group {
        let answer = in_savepoint(connection, work).await;
        answers.push((reply, answer));
    }
    match sqlx::query("commit").execute(&mut *connection).await {
        Ok(_) => {
            // Readers are told first, so that who asks again after an answer sees its effect.
            committed.send_modify(|count| *count += 1);
            for (reply, answer) in answers {
                // Who asked may have gone away; the work is committed all the same.
                let _ = reply.send(answer);
            }
        }
        Err(error) => {
            let rolled_back = sqlx::query("rollback").execute(&mut *connection).await;
            if let Err(error) = rolled_back {
                tracing::warn!(%error, "no transaction was open after a failed commit");
            }
            refuse(answers.into_iter().map(|(reply, _)| reply), &error.into());
        }
    }
}

async fn in_savepoint(connection: &mut SqliteConnection, work: Work) -> Answer {
    sqlx::query("savepoint piece")
        .execute(&mut *connection)
        .await?;
    let answer = work(connection).await;
    if answer.is_err() {
        sqlx::query("rollback to piece")
            .execute(&mut *connection)
            .await?;
    }
    sqlx::query("release piece")
        .execute(&mut *connection)
        .await?;
    answer
}

/// Tells every piece of a group that its transaction did not happen.
fn refuse(replies: impl Iterator<Item = oneshot::Sender<Answer>>, error: &Error) {
    tracing::error!(%error, "a group of writes was not committed");
    for reply in replies {
        let answer = match error {
            Error::DiskFull(source) => {
                Error::DiskFull(Box::new(sqlx::Error::Protocol(source.to_string())))
            }
            other => Error::Database(Box::new(sqlx::Error::Protocol(other.to_string()))),
        };
        let _ = reply.send(Err(answer));
    }
}
