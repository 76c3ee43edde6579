//! The key terms of a document by the offline reader alone: the register's row without a review.
//!
//! The same steps as a review takes (profile, chunks, clauses, key terms), so that what is measured
//! here is what a review shows. [`score`] compares them with answers that people wrote down.

pub mod score;

use countersign_contracts::chunk::chunk_document;
use countersign_contracts::clause::Clause;
use countersign_contracts::document::Document;
use countersign_contracts::judge::key_terms;
use countersign_contracts::profile::DocumentProfile;
use countersign_contracts::report::KeyTerm;

use crate::profile::profile_document;
use crate::reader::{ChunkInput, read_chunk};

/// What the offline reader knows of a document before any playbook is held against it.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// Title, parties, definitions, type.
    pub profile: DocumentProfile,
    /// The register's row; fields that were not found are listed with an empty value.
    pub terms: Vec<KeyTerm>,
}

impl Facts {
    /// The value of a field; empty when it was not found.
    #[must_use]
    pub fn value(&self, field: &str) -> &str {
        self.terms
            .iter()
            .find(|term| term.field == field)
            .map_or("", |term| term.value.as_str())
    }
}

/// Reads every clause of a document, chunk by chunk as a review does.
#[must_use]
pub fn read_document(document: &Document, profile: &DocumentProfile) -> Vec<Clause> {
    chunk_document(document)
        .iter()
        .flat_map(|chunk| {
            read_chunk(&ChunkInput {
                text: document.slice(chunk.span),
                start: chunk.span.start as usize,
                heading_path: &chunk.heading_path,
                profile,
            })
        })
        .collect()
}

/// Reads a document's key terms.
#[must_use]
pub fn read_facts(document: &Document) -> Facts {
    let profile = profile_document(document);
    let clauses = read_document(document, &profile);
    let terms = key_terms(document, &profile, &clauses);
    Facts { profile, terms }
}
