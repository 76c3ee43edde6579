//! Commands that change how a review stands in the queue.

use crate::Engine;
use crate::error::Error;
use crate::views::*;

impl Engine {
    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], or what the store says.
    pub async fn stop_review_after_step(&self, argument: ReviewId) -> Result<ReviewRow, Error> {
        let id = argument.review_id;
        self.inner
            .store
            .stop_review_after_step(&id, self.now())
            .await?;
        self.wake_workers();
        self.existing_row(&id).await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], or what the store says.
    pub async fn pause_review(&self, argument: ReviewId) -> Result<ReviewRow, Error> {
        let id = argument.review_id;
        self.inner.store.pause_review(&id, self.now()).await?;
        self.existing_row(&id).await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], or what the store says.
    pub async fn resume_review(&self, argument: ReviewId) -> Result<ReviewRow, Error> {
        let id = argument.review_id;
        self.inner.store.resume_review(&id, self.now()).await?;
        self.wake_workers();
        self.existing_row(&id).await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], or what the store says.
    pub async fn finish_offline(&self, argument: ReviewId) -> Result<ReviewRow, Error> {
        let id = argument.review_id;
        self.inner.store.finish_offline(&id, self.now()).await?;
        self.abort_questions(&id);
        self.wake_workers();
        self.existing_row(&id).await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], or what the store says.
    pub async fn change_priority(&self, argument: ReviewPriority) -> Result<ReviewRow, Error> {
        self.inner
            .store
            .change_priority(&argument.review_id, argument.priority, self.now())
            .await?;
        self.existing_row(&argument.review_id).await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], or what the store says.
    pub async fn change_review_budget(&self, argument: ReviewBudget) -> Result<ReviewRow, Error> {
        let signed = |cap: Option<u64>| cap.map(|cap| i64::try_from(cap).unwrap_or(i64::MAX));
        self.inner
            .store
            .change_review_budget(
                &argument.review_id,
                signed(argument.micros),
                signed(argument.tokens),
                self.now(),
            )
            .await?;
        self.wake_workers();
        self.existing_row(&argument.review_id).await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn pause_all(&self, argument: PauseAll) -> Result<Status, Error> {
        let gate = self.inner.context.settings_gate.lock().await;
        self.inner
            .store
            .change_setting("paused", &argument.paused, self.now())
            .await?;
        self.inner.paused.send_replace(argument.paused);
        drop(gate);
        self.wake_workers();
        self.get_status(Nothing {}).await
    }
}
