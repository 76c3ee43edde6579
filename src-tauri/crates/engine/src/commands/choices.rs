//! What a person chooses about a contract: our side and its type. Both judge a finished review again over
//! the clauses that are there.

use std::sync::Arc;

use countersign_contracts::document::Document;
use countersign_contracts::doubt::weigh;
use countersign_contracts::judge::summarise;
use countersign_contracts::playbook::Playbook;
use countersign_contracts::profile::DocumentProfile;
use countersign_contracts::report::ContractFacts;

use crate::Engine;
use crate::error::Error;
use crate::pipeline::{READER_VERSION, judge_all};
use crate::views::{ChooseContractType, ChooseSide, ReviewRow};

impl Engine {
    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], [`Error::NoReport`], [`Error::NoSuchParty`], or what the store says.
    pub async fn choose_side(&self, argument: ChooseSide) -> Result<ReviewRow, Error> {
        let party = argument.party;
        self.judge_chosen(&argument.review_id, |profile| {
            let names = || {
                let names: Vec<&str> = profile.parties.iter().map(|p| p.name.as_str()).collect();
                names.join(", ")
            };
            profile
                .with_our_side(&party)
                .ok_or_else(|| Error::NoSuchParty {
                    party: party.clone(),
                    parties: names(),
                })
        })
        .await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], [`Error::NoReport`], or what the store says.
    pub async fn choose_contract_type(
        &self,
        argument: ChooseContractType,
    ) -> Result<ReviewRow, Error> {
        self.judge_chosen(&argument.review_id, |profile| {
            Ok(profile.with_type(argument.contract_type))
        })
        .await
    }

    /// Judges a finished review again with a changed profile. Profile, judgement and report are one
    /// transaction, so a choice is there after a restart or was never made.
    async fn judge_chosen(
        &self,
        review_id: &str,
        choose: impl FnOnce(&DocumentProfile) -> Result<DocumentProfile, Error>,
    ) -> Result<ReviewRow, Error> {
        let store = &self.inner.store;
        let row = self.existing_row(review_id).await?;
        let no_report = || Error::NoReport {
            file: row.file.clone(),
        };
        let stored = store.review(review_id).await?.ok_or_else(no_report)?;
        let mut report = store
            .report_of_review(review_id)
            .await?
            .ok_or_else(no_report)?;
        let profile = store
            .profile_of_review(review_id)
            .await?
            .ok_or_else(no_report)?;
        let pages = store
            .pages_of_contract(&stored.contract_id, READER_VERSION)
            .await?
            .ok_or_else(no_report)?;
        let rules = store
            .playbook(&report.playbook.sha256)
            .await?
            .ok_or_else(no_report)?;
        let playbook = Playbook::parse(&rules.source)?;
        let chosen = Arc::new(choose(&profile)?);
        let read = store.clauses_of_review(review_id).await?;
        let doubts = store.doubts_of_review(review_id).await?;
        let judged = Arc::clone(&chosen);
        let judgement = tokio::task::spawn_blocking(move || {
            let document = Document::from_pages(pages);
            let mut judgement = judge_all(&document, &judged, read, &playbook);
            weigh(&document, &mut judgement.findings, &doubts);
            judgement
        })
        .await?;
        report.contract = ContractFacts {
            parties: chosen.parties.clone(),
            contract_type: chosen.contract_type.id().to_owned(),
            side_chosen: chosen.chosen.side,
            type_chosen: chosen.chosen.contract_type,
            ..report.contract
        };
        report.summary = summarise(&judgement.findings, &report.coverage, &chosen);
        report.findings.clone_from(&judgement.findings);
        report.key_terms.clone_from(&judgement.key_terms);
        report.key_dates.clone_from(&judgement.key_dates);
        report.obligations.clone_from(&judgement.obligations);
        let kept = store.judge_again(review_id, &chosen, &judgement, &report, self.now());
        if !kept.await? {
            return Err(no_report());
        }
        self.inner.context.cache.keep_profile(review_id, chosen);
        self.existing_row(review_id).await
    }
}
