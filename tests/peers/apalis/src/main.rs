//! A round of apalis on SQLite: jobs that do nothing, by 8 workers, each commit forced to disk.
//!
//! `apalis-peer FILE JOBS BATCH` makes the database FILE, works the jobs off and prints the seconds.
//! BATCH is what a worker claims at once and acknowledges together; 10 is apalis's own default.

use std::error::Error;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use apalis::prelude::*;
use apalis_sqlite::{Config, SqliteConnectOptions, SqlitePoolOptions, SqliteStorage};
use sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};

const WORKERS: usize = 8;
const QUEUE: &str = "bench";

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, jobs, batch] = arguments.as_slice() else {
        return Err("expected FILE JOBS BATCH".into());
    };
    let (jobs, batch): (usize, usize) = (jobs.parse()?, batch.parse()?);
    let options = SqliteConnectOptions::from_str(file)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10));
    let pool = SqlitePoolOptions::new()
        .max_connections(WORKERS as u32 + 2)
        .connect_with(options)
        .await?;
    // Its own `setup` would switch forced writes off.
    SqliteStorage::migrations().run(&pool).await?;
    let config = Config::default().queue(QUEUE).batch_size(batch);
    let mut storage = SqliteStorage::<usize>::new(&pool).with_config(config);
    storage
        .push_all(&mut futures_util::stream::iter(
            (0..jobs).map(|job| TaskBuilder::new(job).build()),
        ))
        .await?;

    let done = Arc::new(AtomicUsize::new(0));
    let start = Instant::now();
    let mut workers = Vec::new();
    for number in 0..WORKERS {
        let worker = WorkerBuilder::new(format!("worker-{number}"))
            .backend(storage.clone())
            .data(Arc::clone(&done))
            .build(job);
        workers.push(tokio::spawn(async move {
            // A worker that ends early leaves its jobs to the others; all of them do, and the wait below fails.
            let _ = worker.run().await;
        }));
    }
    let acknowledged = "select count(*) from Jobs where status = 'Done'";
    while done.load(Ordering::Relaxed) < jobs {
        tokio::time::sleep(Duration::from_millis(2)).await;
        if start.elapsed() > Duration::from_secs(120) {
            return Err("not all jobs were done within two minutes".into());
        }
    }
    while sqlx::query_scalar::<_, i64>(acknowledged)
        .fetch_one(&pool)
        .await?
        < jobs as i64
    {
        tokio::time::sleep(Duration::from_millis(2)).await;
        if start.elapsed() > Duration::from_secs(120) {
            return Err("not all jobs were acknowledged within two minutes".into());
        }
    }
    println!("{}", start.elapsed().as_secs_f64());
    for worker in workers {
        worker.abort();
    }
    Ok(())
}

async fn job(_: usize, done: Data<Arc<AtomicUsize>>) -> Result<(), BoxDynError> {
    done.fetch_add(1, Ordering::Relaxed);
    Ok(())
}
