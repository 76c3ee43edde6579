//! What each command of the table does.

mod choices;
mod decisions;
mod models;
mod queue;
mod setup;
mod webhooks;

use countersign_store::backup;
use countersign_store::reviews::ReviewRow as Stored;

use crate::Engine;
use crate::error::Error;
use crate::samples::SAMPLES;
use crate::submit::PlaybookChoice;
use crate::views::*;

impl Engine {
    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// A playbook that can't be used; what is wrong with one file is in its answer.
    pub async fn submit_contracts(
        &self,
        argument: SubmitContracts,
    ) -> Result<Vec<Submitted>, Error> {
        let choice = argument
            .playbook
            .map_or(PlaybookChoice::Default, PlaybookChoice::Named);
        self.submit_drops(&argument.drop_ids, &choice).await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn submit_samples(&self, _: Nothing) -> Result<Vec<Submitted>, Error> {
        let drop_ids: Vec<String> = SAMPLES
            .iter()
            .map(|(name, bytes)| self.register_bytes(name, bytes))
            .collect();
        self.submit_drops(&drop_ids, &PlaybookChoice::Default).await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn list_reviews(&self, _: Nothing) -> Result<Vec<ReviewRow>, Error> {
        let rows = self.inner.store.list_reviews().await?;
        let hidden = self.inner.store.hidden().await?;
        rows.into_iter()
            .filter(|row| !hidden.contracts.contains(&row.contract_id))
            .map(|row| self.row(row))
            .collect()
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn get_review(&self, argument: ReviewId) -> Result<Option<ReviewView>, Error> {
        let Some(stored) = self.inner.store.review(&argument.review_id).await? else {
            return Ok(None);
        };
        let hidden = self.inner.store.hidden().await?;
        if hidden.contracts.contains(&stored.contract_id) {
            return Ok(None);
        }
        let sizes = self.inner.store.page_sizes(&stored.contract_id).await?;
        let report = self
            .report_with_own(&stored.id, &stored.contract_id)
            .await?;
        let decisions = match &report {
            Some(report) => self.decided(&stored.contract_id, report).await?,
            None => DecisionsView::default(),
        };
        let edited = match &report {
            Some(_) => self.before_edits(&stored.id, &stored.contract_id).await?,
            None => Vec::new(),
        };
        let page = |p: countersign_store::documents::PageSize| PageView {
            number: p.number,
            width: p.width as f32,
            height: p.height as f32,
            flow: p.flow,
        };
        Ok(Some(ReviewView {
            media_type: stored.media_type.clone(),
            row: self.row(stored)?,
            pages: sizes.into_iter().map(page).collect(),
            report,
            decisions,
            edited,
        }))
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn get_page(&self, argument: PageOfContract) -> Result<Option<PageText>, Error> {
        let id = &argument.contract_id;
        if self.inner.store.hidden().await?.contracts.contains(id) {
            return Ok(None);
        }
        let page = self.inner.store.page_of_contract(id, argument.number);
        Ok(page.await?.map(|page| PageText {
            words: page.words.into_iter().map(WordView::from).collect(),
        }))
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], or what the store says.
    pub async fn stop_review(&self, argument: ReviewId) -> Result<ReviewRow, Error> {
        let id = argument.review_id;
        self.inner.store.stop_review(&id, self.now()).await?;
        self.abort_review(&id);
        self.wake_workers();
        self.existing_row(&id).await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], or what the store says.
    pub async fn retry_review(&self, argument: ReviewId) -> Result<ReviewRow, Error> {
        self.inner
            .store
            .retry_review(&argument.review_id, self.now())
            .await?;
        self.wake_workers();
        self.existing_row(&argument.review_id).await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn get_history(&self, argument: ReviewId) -> Result<Vec<StepView>, Error> {
        let (steps, attempts) = self
            .inner
            .store
            .history_of_review(&argument.review_id)
            .await?;
        let mut attempts = attempts.into_iter().peekable();
        let mut views = Vec::with_capacity(steps.len());
        for step in steps {
            let mut view = StepView {
                key: step.key,
                state: step.state,
                lane: step.lane,
                created_at: step.created_at,
                attempts: Vec::new(),
            };
            while let Some(attempt) = attempts.next_if(|attempt| attempt.step_id == step.id) {
                view.attempts.push(attempt_view(attempt));
            }
            views.push(view);
        }
        Ok(views)
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn list_notices(&self, _: Nothing) -> Result<Vec<Notice>, Error> {
        let rows = self.inner.store.list_notices().await?;
        let hidden = self.inner.store.hidden().await?;
        let notice = |row: countersign_store::notices::NoticeRow| Notice {
            id: row.id,
            review_id: row.review_id,
            title: row.title,
            body: row.body,
            created_at: row.created_at,
            read_at: row.read_at,
        };
        Ok(rows
            .into_iter()
            .filter(|row| !hidden.reviews.contains(&row.review_id))
            .map(notice)
            .collect())
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn mark_notices_read(&self, _: Nothing) -> Result<Nothing, Error> {
        self.inner.store.mark_notices_read(self.now()).await?;
        Ok(Nothing {})
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn get_status(&self, _: Nothing) -> Result<Status, Error> {
        let retention_days = self.retention_days().await?;
        let mut problems = self.problems();
        problems.extend(self.webhook_trouble().await?);
        Ok(Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            data_folder: self.inner.context.config.data_folder.display().to_string(),
            settings: *self.inner.settings.borrow(),
            paused: *self.inner.paused.borrow(),
            offline: self.inner.context.models.way().is_shut(),
            redaction: self.redaction(),
            problems,
            retention_days,
            restore_pending: backup::pending_restore(&self.inner.context.config.data_folder),
        })
    }

    /// All that stands in the way of reviews.
    pub(crate) fn problems(&self) -> Vec<ErrorView> {
        let mut problems = self.trouble_in_words();
        problems.extend(crate::doctor::problems(&self.inner.context.config));
        problems
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn list_backups(&self, _: Nothing) -> Result<Vec<BackupView>, Error> {
        let backups = backup::list(&self.inner.context.config.data_folder)?;
        Ok(backups.into_iter().map(Into::into).collect())
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn make_backup(&self, _: Nothing) -> Result<BackupView, Error> {
        Ok(self.back_up().await?.into())
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says: no such backup, or one that is not sound.
    pub async fn restore_backup(&self, argument: BackupName) -> Result<BackupView, Error> {
        let folder = &self.inner.context.config.data_folder;
        let backup = backup::request_restore(folder, &argument.name, self.now()).await?;
        Ok(backup.into())
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn make_diagnostics(&self, _: Nothing) -> Result<Export, Error> {
        let bundle = self.diagnostics().await?;
        Ok(Export {
            file_name: format!("countersign-diagnostics-{}.txt", backup::stamp(self.now())),
            media_type: "text/plain".to_owned(),
            content: bundle.preview(),
            encoding: Encoding::Text,
        })
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::Setting`] out of range, or what the store says.
    pub async fn change_settings(&self, settings: Settings) -> Result<Settings, Error> {
        for count in [settings.reading_workers, settings.offline_workers] {
            if !(1..=16).contains(&count) {
                return Err(Error::Setting(format!(
                    "{count} workers can't be: choose 1 to 16"
                )));
            }
        }
        self.inner
            .store
            .change_setting("workers", &settings, self.now())
            .await?;
        self.inner.settings.send_replace(settings);
        Ok(settings)
    }

    pub(crate) async fn existing_row(&self, id: &str) -> Result<ReviewRow, Error> {
        let stored = self
            .inner
            .store
            .review(id)
            .await?
            .ok_or_else(|| Error::NoSuchReview { id: id.to_owned() })?;
        self.row(stored)
    }

    pub(crate) fn row(&self, stored: Stored) -> Result<ReviewRow, Error> {
        let word = |value: String| serde_json::Value::String(value);
        let stage: Stage = serde_json::from_value(word(stored.stage))?;
        let (done, total) = match stage {
            Stage::Read => self.inner.context.progress.of(&stored.id).unwrap_or((0, 0)),
            _ => (stored.chunks_done, stored.chunks_total),
        };
        Ok(ReviewRow {
            id: stored.id,
            contract_id: stored.contract_id,
            file: stored.file_name,
            playbook: stored.playbook_name,
            state: shown_state(
                serde_json::from_value(word(stored.state))?,
                stored.waiting_until,
                self.now(),
            ),
            stage,
            waiting_until: stored.waiting_until.filter(|until| *until > self.now()),
            stopping: stored.stop_after,
            priority: stored.priority,
            reader: stored.reader,
            spending: Spending {
                estimate_tokens: stored.estimate_tokens.map(positive),
                estimate_micros: stored.estimate_micros.map(positive),
                spent_tokens: positive(stored.spent_tokens),
                spent_micros: positive(stored.spent_micros),
                budget_tokens: stored.budget_tokens.map(positive),
                budget_micros: stored.budget_micros.map(positive),
            },
            done,
            total,
            pages: stored.pages,
            created_at: stored.created_at,
            started_at: stored.started_at,
            finished_at: stored.finished_at,
            message: stored.message,
            code: stored.code,
            resumed: stored.resumed,
            proposal: stored.proposal,
            counts: stored.counts,
        })
    }
}

/// A count that the database keeps with a sign.
pub(crate) fn positive(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// A review of which nothing can be done before a moment is waiting, whatever it waits for.
fn shown_state(state: ReviewState, until: Option<i64>, now: i64) -> ReviewState {
    match state {
        ReviewState::Running if until.is_some_and(|until| until > now) => ReviewState::Waiting,
        other => other,
    }
}

fn attempt_view(attempt: countersign_store::reviews::AttemptRow) -> AttemptView {
    let call = attempt.provider.map(|provider| CallView {
        provider,
        model: attempt.model,
        prompt_hash: attempt.prompt_hash,
        sent_at: attempt.sent_at,
        first_byte_ms: attempt.first_byte_ms,
        total_ms: attempt.call_ms,
        http_status: attempt.http_status,
        error_class: attempt.error_class,
        input_tokens: attempt.input_tokens,
        output_tokens: attempt.output_tokens,
        cached_tokens: attempt.cached_tokens,
        cost_micros: attempt.cost_micros,
        price_version: attempt.price_version,
        response_id: attempt.response_id,
        reused: attempt.reused,
    });
    let error = attempt.code.map(|code| ErrorView {
        code,
        message: attempt.message.unwrap_or_default(),
    });
    AttemptView {
        number: attempt.number,
        started_at: attempt.started_at,
        ended_at: attempt.ended_at,
        outcome: attempt.outcome,
        error,
        boot_id: attempt.boot_id,
        input_hash: attempt.input_hash,
        call,
    }
}
