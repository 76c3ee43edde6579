//! Threads that compute: as many as there are cores, at low priority, kept for as long as the program runs.
//!
//! Few and lasting, because regular expressions keep what they have worked out for each thread that used
//! them: with a new thread now and then, some hundred of them hold that many times over.

use std::num::NonZero;
use std::thread::available_parallelism;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinError;

use crate::worker::lower_priority;

/// An idle thread costs next to nothing.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// The threads. They begin when there is something to compute.
#[derive(Debug)]
pub(crate) struct Computing(Option<Runtime>);

impl Computing {
    pub(crate) fn new() -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread()
            .max_blocking_threads(available_parallelism().map_or(1, NonZero::get))
            .thread_keep_alive(KEPT)
            .thread_name("countersign-compute")
            .on_thread_start(lower_priority)
            .build()?;
        Ok(Self(Some(runtime)))
    }

    /// Computes behind what was asked for before. Nobody waits for it any more when the future is dropped, but it is
    /// computed to its end.
    ///
    /// # Errors
    /// When the work panicked.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, JoinError> {
        match &self.0 {
            Some(runtime) => runtime.spawn_blocking(work).await,
            // Only while it is dropped.
            None => tokio::task::spawn_blocking(work).await,
        }
    }
}

impl Drop for Computing {
    fn drop(&mut self) {
        // Waiting for threads is not allowed where tasks run.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
