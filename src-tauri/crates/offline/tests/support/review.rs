//! Runs the whole judgement over a contract given as text.
#![allow(dead_code, missing_docs)]

use countersign_contracts::chunk::chunk_document;
use countersign_contracts::clause::Clause;
use countersign_contracts::document::Document;
use countersign_contracts::judge::{Judgement, judge};
use countersign_contracts::playbook::{Playbook, PlaybookError};
use countersign_contracts::profile::DocumentProfile;
use countersign_offline::{ChunkInput, check_document, profile_document, read_chunk};

pub struct Reviewed {
    pub document: Document,
    pub profile: DocumentProfile,
    pub clauses: Vec<Clause>,
    pub judgement: Judgement,
}

pub fn review(text: &str) -> Result<Reviewed, PlaybookError> {
    review_document(Document::from_plain_text(text))
}

pub fn review_document(document: Document) -> Result<Reviewed, PlaybookError> {
    let profile = profile_document(&document);
    let mut clauses: Vec<Clause> = chunk_document(&document)
        .iter()
        .flat_map(|chunk| {
            read_chunk(&ChunkInput {
                text: document.slice(chunk.span),
                start: chunk.span.start as usize,
                heading_path: &chunk.heading_path,
                profile: &profile,
            })
        })
        .collect();
    clauses.extend(check_document(&document, &profile));
    let playbook = Playbook::procurement()?;
    let judgement = judge(&document, &profile, &clauses, &playbook);
    Ok(Reviewed {
        document,
        profile,
        clauses,
        judgement,
    })
}
