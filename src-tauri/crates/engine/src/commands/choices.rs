//! What a person chooses about a contract: our side, its type, the playbook it is judged by. All judge a
//! finished review again over the clauses that are there.

use std::sync::Arc;

use countersign_contracts::playbook::Playbook;
use countersign_contracts::profile::DocumentProfile;
use countersign_contracts::report::PlaybookFacts;

use crate::Engine;
use crate::again::Material;
use crate::error::Error;
use crate::submit::PlaybookChoice;
use crate::views::{ChooseContractType, ChoosePlaybook, ChooseSide, ReviewRow};

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

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], [`Error::NoReport`], [`Error::NoSuchPlaybook`], or what the store says.
    pub async fn choose_playbook(&self, argument: ChoosePlaybook) -> Result<ReviewRow, Error> {
        let review_id = &argument.review_id;
        let rules = self
            .playbook_row(&PlaybookChoice::Named(argument.playbook))
            .await?;
        let playbook = Playbook::parse(&rules.source)?;
        let material = Material::of(self, review_id).await?;
        let row = material.row.clone();
        let profile = Arc::new(material.profile.clone());
        let (judgement, mut report) = material.judge(Arc::clone(&profile), playbook).await?;
        report.playbook = PlaybookFacts {
            id: rules.id.clone(),
            name: rules.name.clone(),
            version: rules.version.clone(),
            sha256: rules.sha256.clone(),
        };
        let store = &self.inner.store;
        let now = self.now();
        let kept = store.judge_again(review_id, &profile, &judgement, &report, Some(rules), now);
        if !kept.await? {
            return Err(row.no_report());
        }
        self.existing_row(review_id).await
    }

    /// Judges a finished review again with a changed profile. Profile, judgement and report are one
    /// transaction, so a choice is there after a restart or was never made.
    async fn judge_chosen(
        &self,
        review_id: &str,
        choose: impl FnOnce(&DocumentProfile) -> Result<DocumentProfile, Error>,
    ) -> Result<ReviewRow, Error> {
        let material = Material::of(self, review_id).await?;
        let row = material.row.clone();
        let playbook = Playbook::parse(&material.rules.source)?;
        let chosen = Arc::new(choose(&material.profile)?);
        let (judgement, report) = material.judge(Arc::clone(&chosen), playbook).await?;
        let store = &self.inner.store;
        let kept = store.judge_again(review_id, &chosen, &judgement, &report, None, self.now());
        if !kept.await? {
            return Err(row.no_report());
        }
        self.inner.context.cache.keep_profile(review_id, chosen);
        self.existing_row(review_id).await
    }
}
