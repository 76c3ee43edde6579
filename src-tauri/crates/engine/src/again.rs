//! Judging over the clauses that are there: a finished review again, and one that is still under way. Nothing
//! is kept here.

use std::sync::Arc;

use countersign_contracts::clause::Clause;
use countersign_contracts::document::{Document, Page};
use countersign_contracts::doubt::{Doubt, weigh};
use countersign_contracts::finding::Finding;
use countersign_contracts::judge::{Judgement, summarise};
use countersign_contracts::playbook::Playbook;
use countersign_contracts::profile::DocumentProfile;
use countersign_contracts::report::{ContractFacts, Report};
use countersign_store::submissions::PlaybookRow;

use crate::Engine;
use crate::error::Error;
use crate::pipeline::{READER_VERSION, judge_all};
use crate::views::{ReviewId, ReviewRow};

/// What a judgement takes.
pub(crate) struct Material {
    pub(crate) row: ReviewRow,
    pub(crate) report: Report,
    pub(crate) profile: DocumentProfile,
    /// The rules that the report was made by.
    pub(crate) rules: PlaybookRow,
    pages: Vec<Page>,
    clauses: Vec<(String, Clause)>,
    doubts: Vec<Doubt>,
}

impl Material {
    /// Whether this review can be judged again.
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], [`Error::NoReport`], or what the store says.
    pub(crate) async fn of(engine: &Engine, review_id: &str) -> Result<Self, Error> {
        let store = &engine.inner.store;
        let row = engine.existing_row(review_id).await?;
        let no_report = || row.no_report();
        let report = store
            .report_of_review(review_id)
            .await?
            .ok_or_else(no_report)?;
        let profile = store
            .profile_of_review(review_id)
            .await?
            .ok_or_else(no_report)?;
        let pages = store
            .pages_of_contract(&row.contract_id, READER_VERSION)
            .await?
            .ok_or_else(no_report)?;
        let rules = store
            .playbook(&report.playbook.sha256)
            .await?
            .ok_or_else(no_report)?;
        let clauses = store.clauses_of_review(review_id).await?;
        let doubts = store.doubts_of_review(review_id).await?;
        Ok(Self {
            row,
            report,
            profile,
            rules,
            pages,
            clauses,
            doubts,
        })
    }

    /// The judgement by other rules, or of a contract that is seen otherwise, and the report it makes.
    ///
    /// # Errors
    /// [`Error::Judging`].
    pub(crate) async fn judge(
        self,
        profile: Arc<DocumentProfile>,
        playbook: Playbook,
    ) -> Result<(Judgement, Report), Error> {
        let Self {
            mut report,
            pages,
            clauses,
            doubts,
            ..
        } = self;
        let judged = Arc::clone(&profile);
        let judgement = tokio::task::spawn_blocking(move || {
            let document = Document::from_pages(pages);
            let mut judgement = judge_all(&document, &judged, clauses, &playbook);
            weigh(&document, &mut judgement.findings, &doubts);
            judgement
        })
        .await?;
        report.contract = ContractFacts {
            parties: profile.parties.clone(),
            contract_type: profile.contract_type.id().to_owned(),
            side_chosen: profile.chosen.side,
            type_chosen: profile.chosen.contract_type,
            ..report.contract
        };
        report.summary = summarise(&judgement.findings, &report.coverage, &profile);
        report.findings.clone_from(&judgement.findings);
        report.key_terms.clone_from(&judgement.key_terms);
        report.key_dates.clone_from(&judgement.key_dates);
        report.obligations.clone_from(&judgement.obligations);
        Ok((judgement, report))
    }
}

impl Engine {
    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], [`Error::Judging`], or what the store says.
    pub async fn findings_so_far(&self, argument: ReviewId) -> Result<Vec<Finding>, Error> {
        let id = &argument.review_id;
        let store = &self.inner.store;
        let row = self.existing_row(id).await?;
        let clauses = store.clauses_of_review(id).await?;
        let profile = store.profile_of_review(id).await?;
        let pages = store
            .pages_of_contract(&row.contract_id, READER_VERSION)
            .await?;
        let rules = store.playbook_of_review(id).await?;
        let (Some(profile), Some(pages), Some(rules)) = (profile, pages, rules) else {
            return Ok(Vec::new());
        };
        if clauses.is_empty() {
            return Ok(Vec::new());
        }
        let playbook = Playbook::parse(&rules.source)?;
        let judgement = tokio::task::spawn_blocking(move || {
            let document = Document::from_pages(pages);
            judge_all(&document, &profile, clauses, &playbook)
        })
        .await?;
        // What seems missing may stand in a part that is not read yet.
        let stands = |one: &Finding| one.is_risk() && !one.citations.is_empty();
        Ok(judgement.findings.into_iter().filter(stands).collect())
    }
}

impl ReviewRow {
    /// What is said of a review that has no report.
    pub(crate) fn no_report(&self) -> Error {
        Error::NoReport {
            file: self.file.clone(),
        }
    }
}
