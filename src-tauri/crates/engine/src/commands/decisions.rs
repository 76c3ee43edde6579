//! Deciding about findings, and taking it back.

use countersign_contracts::decision::{DecisionKind, Verdict};
use countersign_contracts::report::Report;
use countersign_store::decisions::{NewDecision, finding_key};

use crate::Engine;
use crate::decisions::{DecisionsView, FindingDecision, view};
use crate::error::Error;
use crate::views::{DecideFinding, NoteFinding, UndoDecision};

impl Engine {
    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], [`Error::NoReport`], [`Error::NoSuchFinding`], [`Error::NoReason`], or what the
    /// store says.
    pub async fn decide_finding(&self, argument: DecideFinding) -> Result<DecisionsView, Error> {
        let (kind, words) = match argument.verdict {
            Some(Verdict::Accepted) => (DecisionKind::Accepted, ""),
            Some(Verdict::Dismissed) => (DecisionKind::Dismissed, argument.reason.trim()),
            None => (DecisionKind::Reopened, ""),
        };
        if kind == DecisionKind::Dismissed && words.is_empty() {
            return Err(Error::NoReason);
        }
        self.keep_decision(&argument.review_id, &argument.key, kind, words)
            .await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], [`Error::NoReport`], [`Error::NoSuchFinding`], or what the store says.
    pub async fn note_finding(&self, argument: NoteFinding) -> Result<DecisionsView, Error> {
        let (key, note) = (&argument.key, argument.note.trim());
        self.keep_decision(&argument.review_id, key, DecisionKind::Noted, note)
            .await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], [`Error::NoReport`], or what the store says.
    pub async fn undo_decision(&self, argument: UndoDecision) -> Result<DecisionsView, Error> {
        let (contract_id, report) = self.reported(&argument.review_id).await?;
        self.inner
            .store
            .undo_decision(&contract_id, argument.decision, self.now())
            .await?;
        self.decided(&contract_id, &report).await
    }

    /// What was decided about a contract's findings, as they are in this report.
    pub(crate) async fn decided(
        &self,
        contract_id: &str,
        report: &Report,
    ) -> Result<DecisionsView, Error> {
        let decisions = self.inner.store.decisions_of_contract(contract_id).await?;
        Ok(view(report, &decisions))
    }

    /// What is decided already is not written down again.
    async fn keep_decision(
        &self,
        review_id: &str,
        key: &str,
        kind: DecisionKind,
        words: &str,
    ) -> Result<DecisionsView, Error> {
        let (contract_id, report) = self.reported(review_id).await?;
        let mut findings = report.findings.iter();
        let finding = findings.find(|finding| finding_key(finding) == key);
        let of = finding.ok_or(Error::NoSuchFinding)?.clone();
        let now = self.decided(&contract_id, &report).await?;
        if now
            .findings
            .iter()
            .any(|one| one.key == key && says(one, kind, words))
        {
            return Ok(now);
        }
        let decision = NewDecision {
            contract_id: contract_id.clone(),
            finding: key.to_owned(),
            kind,
            words: words.to_owned(),
            of,
        };
        self.inner.store.decide(decision, self.now()).await?;
        self.decided(&contract_id, &report).await
    }

    async fn reported(&self, review_id: &str) -> Result<(String, Report), Error> {
        let row = self.existing_row(review_id).await?;
        let report = self.report_with_own(review_id, &row.contract_id).await?;
        let report = report.ok_or(Error::NoReport { file: row.file })?;
        Ok((row.contract_id, report))
    }
}

fn says(holds: &FindingDecision, kind: DecisionKind, words: &str) -> bool {
    match kind {
        DecisionKind::Accepted => holds.verdict == Some(Verdict::Accepted),
        DecisionKind::Dismissed => {
            holds.verdict == Some(Verdict::Dismissed) && holds.reason == words
        }
        DecisionKind::Reopened => holds.verdict.is_none(),
        DecisionKind::Noted => holds.note == words,
    }
}
