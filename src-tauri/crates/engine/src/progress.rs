//! How far steps are that report while they run. In memory only: after a restart they begin again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

/// Done and total by review; total is 0 while unknown.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    counts: Mutex<HashMap<String, (u32, u32)>>,
    moved: Mutex<Vec<String>>,
    pub(crate) changed: Notify,
}

impl Progress {
    pub(crate) fn set(&self, review_id: &str, done: u32, total: u32) {
        self.counts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(review_id.to_owned(), (done, total));
        let mut moved = self.moved.lock().unwrap_or_else(PoisonError::into_inner);
        if !moved.iter().any(|id| id == review_id) {
            moved.push(review_id.to_owned());
        }
        self.changed.notify_one();
    }

    pub(crate) fn clear(&self, review_id: &str) {
        self.counts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(review_id);
    }

    pub(crate) fn of(&self, review_id: &str) -> Option<(u32, u32)> {
        self.counts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(review_id)
            .copied()
    }

    /// Reviews that moved since the last time this was asked.
    pub(crate) fn take_moved(&self) -> Vec<String> {
        std::mem::take(&mut self.moved.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
