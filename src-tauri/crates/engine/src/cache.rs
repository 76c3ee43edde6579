//! Documents, profiles and indexes that steps are working with, kept in memory for the steps that follow.
//!
//! Only a cache: everything in it can be made again from the store.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use countersign_contracts::document::Document;
use countersign_contracts::profile::DocumentProfile;
use countersign_offline::retrieve::Index;
use countersign_providers::Redactor;

/// Pages of all cached documents together; a page of contract text takes about 60 kB with its words. Only
/// the steps before and after the reading of clauses need a document whole.
const MOST_PAGES: usize = 600;
const MOST_PROFILES: usize = 64;
/// The index of a contract of a hundred pages takes some two megabytes.
const MOST_INDEXES: usize = 8;
/// Each holds the names of people in one contract.
const MOST_REDACTORS: usize = 16;

/// Recently used documents by contract, profiles by review.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    documents: Mutex<VecDeque<(String, Arc<Document>)>>,
    profiles: Mutex<VecDeque<(String, Arc<DocumentProfile>)>>,
    indexes: Mutex<VecDeque<(String, Arc<Index>)>>,
    redactors: Mutex<VecDeque<(String, Arc<Redactor>)>>,
}

impl Cache {
    pub(crate) fn document(&self, contract_id: &str) -> Option<Arc<Document>> {
        find(&self.documents, contract_id)
    }

    pub(crate) fn keep_document(&self, contract_id: &str, document: Arc<Document>) {
        let mut documents = self
            .documents
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        documents.retain(|(id, _)| id != contract_id);
        documents.push_back((contract_id.to_owned(), document));
        while documents.len() > 1
            && documents.iter().map(|(_, d)| d.pages.len()).sum::<usize>() > MOST_PAGES
        {
            documents.pop_front();
        }
    }

    pub(crate) fn profile(&self, review_id: &str) -> Option<Arc<DocumentProfile>> {
        find(&self.profiles, review_id)
    }

    pub(crate) fn keep_profile(&self, review_id: &str, profile: Arc<DocumentProfile>) {
        let mut profiles = self.profiles.lock().unwrap_or_else(PoisonError::into_inner);
        profiles.retain(|(id, _)| id != review_id);
        profiles.push_back((review_id.to_owned(), profile));
        if profiles.len() > MOST_PROFILES {
            profiles.pop_front();
        }
    }

    pub(crate) fn index(&self, review_id: &str) -> Option<Arc<Index>> {
        find(&self.indexes, review_id)
    }

    pub(crate) fn keep_index(&self, review_id: &str, index: Arc<Index>) {
        self.forget_index(review_id);
        let mut indexes = self.indexes.lock().unwrap_or_else(PoisonError::into_inner);
        indexes.push_back((review_id.to_owned(), index));
        if indexes.len() > MOST_INDEXES {
            indexes.pop_front();
        }
    }

    pub(crate) fn redactor(&self, contract_id: &str) -> Option<Arc<Redactor>> {
        find(&self.redactors, contract_id)
    }

    pub(crate) fn keep_redactor(&self, contract_id: &str, redactor: Arc<Redactor>) {
        let mut redactors = self
            .redactors
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        redactors.retain(|(id, _)| id != contract_id);
        redactors.push_back((contract_id.to_owned(), redactor));
        if redactors.len() > MOST_REDACTORS {
            redactors.pop_front();
        }
    }

    /// The review's passages are about to be others.
    pub(crate) fn forget_index(&self, review_id: &str) {
        self.indexes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|(id, _)| id != review_id);
    }

    /// Forgets all that is derived from reviews: some of them were deleted.
    pub(crate) fn forget_reviews(&self) {
        self.indexes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        self.profiles
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Forgets a contract that nobody works on any more.
    pub(crate) fn forget(&self, review_id: &str, contract_id: &str) {
        self.forget_index(review_id);
        self.documents
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|(id, _)| id != contract_id);
        self.redactors
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|(id, _)| id != contract_id);
        self.profiles
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|(id, _)| id != review_id);
    }
}

fn find<T>(shelf: &Mutex<VecDeque<(String, Arc<T>)>>, id: &str) -> Option<Arc<T>> {
    let shelf = shelf.lock().unwrap_or_else(PoisonError::into_inner);
    shelf
        .iter()
        .find(|(kept, _)| kept == id)
        .map(|(_, value)| Arc::clone(value))
}
