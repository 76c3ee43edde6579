//! Deleting contracts, and how long they are kept.

use countersign_store::deletion::Deletion;

use crate::Engine;
use crate::error::Error;
use crate::maintenance::UNDO_MS;
use crate::views::{ContractId, DeleteContract, Deleted, Nothing, Retention};

/// Longest time finished reviews can be kept by a rule.
const MOST_DAYS: u32 = 3650;

impl Engine {
    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchContract`], or what the store says.
    pub async fn delete_contract(&self, argument: DeleteContract) -> Result<Deleted, Error> {
        self.delete(argument, UNDO_MS).await
    }

    /// Deletes a contract for good, at once. What can't be removed yet (somebody submits, somebody reads) is
    /// removed by the engine at work or at the next start.
    ///
    /// # Errors
    /// [`Error::NoSuchContract`], or what the store says.
    pub async fn delete_contract_for_good(
        &self,
        argument: DeleteContract,
    ) -> Result<Deleted, Error> {
        let deleted = self.delete(argument, 0).await?;
        self.purge().await?;
        Ok(deleted)
    }

    async fn delete(&self, argument: DeleteContract, after_ms: i64) -> Result<Deleted, Error> {
        let DeleteContract {
            contract_id,
            and_backups,
        } = argument;
        let now = self.now();
        let deletion = Deletion {
            contract_id: contract_id.clone(),
            purge_at: now + after_ms,
            and_backups,
        };
        let deleted = self.inner.store.delete_contract(deletion, now).await?;
        let deleted = deleted.ok_or_else(|| Error::NoSuchContract {
            id: contract_id.clone(),
        })?;
        for review_id in &deleted.stopped {
            self.abort_review(review_id);
        }
        self.wake_workers();
        self.inner.upkeep.due.notify_one();
        Ok(Deleted {
            contract_id,
            file: deleted.file_name,
            purge_at: deleted.purge_at,
            message: what_goes(and_backups),
        })
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchContract`] when it is gone for good or was not deleted, or what the store says.
    pub async fn undo_delete(&self, argument: ContractId) -> Result<Nothing, Error> {
        let id = argument.contract_id;
        let stopped = self.inner.store.undo_delete(&id, self.now()).await?;
        for review_id in stopped.ok_or(Error::NoSuchContract { id })? {
            self.inner
                .store
                .retry_review(&review_id, self.now())
                .await?;
        }
        self.wake_workers();
        Ok(Nothing {})
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::Setting`] out of range, or what the store says.
    pub async fn change_retention(&self, retention: Retention) -> Result<Retention, Error> {
        if retention
            .days
            .is_some_and(|days| !(1..=MOST_DAYS).contains(&days))
        {
            return Err(Error::Setting(format!(
                "finished reviews can be kept for 1 to {MOST_DAYS} days, or for ever"
            )));
        }
        let now = self.now();
        self.inner
            .store
            .change_setting("retention_days", &retention.days, now)
            .await?;
        self.inner.upkeep.due.notify_one();
        Ok(retention)
    }
}

fn what_goes(and_backups: bool) -> String {
    let all = "The contract's file, its text, its reviews and notices are removed.";
    if and_backups {
        format!(
            "{all} All backups are replaced by one made afterwards, and databases that were put aside are removed."
        )
    } else {
        format!(
            "{all} Backups made before still hold it until they age out: the oldest of {} goes with each new one, one a day; \
             a database that a backup took the place of goes after 30 days.",
            countersign_store::backup::KEEP
        )
    }
}
