//! What other programs ask, beside the table of commands: the list in parts, what was found, figures of
//! the queue. All of it leaves out what is deleted.

use countersign_exports::ReportedDecision;
pub use countersign_store::figures::QueueFigures;

use crate::Engine;
use crate::error::Error;
use crate::views::{Report, ReviewRow};

/// A report with what was decided about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The report.
    pub report: Report,
    /// What a person decided about its findings.
    pub decisions: Vec<ReportedDecision>,
}

impl Engine {
    /// Reviews, newest first: at most so many, older than the review `before`.
    ///
    /// # Errors
    /// What the store says.
    pub async fn reviews_before(
        &self,
        before: Option<&str>,
        most: u32,
    ) -> Result<Vec<ReviewRow>, Error> {
        let rows = self.inner.store.reviews_before(before, most).await?;
        rows.into_iter().map(|row| self.row(row)).collect()
    }

    /// A review's line in the queue.
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], or what the store says.
    pub async fn review_row(&self, id: &str) -> Result<ReviewRow, Error> {
        let row = self.inner.store.shown_review(id).await?;
        self.row(row.ok_or_else(|| Error::NoSuchReview { id: id.to_owned() })?)
    }

    /// What a review found, and what was decided about it.
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], [`Error::NoReport`], or what the store says.
    pub async fn found(&self, id: &str) -> Result<Found, Error> {
        let row = self.review_row(id).await?;
        let report = self.inner.store.report_of_review(id).await?;
        let report = report.ok_or(Error::NoReport { file: row.file })?;
        let decisions = self.decided(&row.contract_id, &report).await?.reported();
        Ok(Found { report, decisions })
    }

    /// What the queue has to do.
    ///
    /// # Errors
    /// What the store says.
    pub async fn queue_figures(&self) -> Result<QueueFigures, Error> {
        Ok(self.inner.store.queue_figures().await?)
    }

    /// The number of the newest change.
    ///
    /// # Errors
    /// What the store says.
    pub async fn last_event(&self) -> Result<i64, Error> {
        Ok(self.inner.store.last_event().await?)
    }

    /// Codes of what is wrong with the data folder; none when all is well.
    ///
    /// # Errors
    /// What the store says: then nothing can be read.
    pub async fn trouble(&self) -> Result<Vec<String>, Error> {
        self.inner.store.last_event().await?;
        let trouble = self.trouble_in_words();
        Ok(trouble.into_iter().map(|problem| problem.code).collect())
    }
}
