//! What a document says about itself, read once: title, parties and sides, defined terms, type, and
//! where the trained model hears clauses.

mod definitions;
mod elsewhere;
mod forms;
mod names;
mod parties;
mod sides;
mod signing;
mod title;

use countersign_contracts::document::Document;
use countersign_contracts::profile::{Chosen, DocumentProfile};

/// Reads the profile of a document.
#[must_use]
pub fn profile_document(document: &Document) -> DocumentProfile {
    let title = title::find_title(document);
    let named = parties::find_parties(document);
    let (title_text, title_span) = title.map_or((String::new(), None), |(t, s)| (t, Some(s)));
    let (heard, plausible) = crate::model::places::hear(document);
    DocumentProfile {
        contract_type: title::classify(&title_text, &document.text),
        title: title_text,
        title_span,
        parties: named.parties,
        parties_span: named.span,
        labels: named.labels,
        definitions: definitions::find_definitions(&document.text),
        headings: document
            .paragraphs
            .iter()
            .filter_map(|p| p.heading.clone())
            .collect(),
        signing: signing::find_signing(&document.text),
        forms: forms::find_forms(document),
        chosen: Chosen::default(),
        heard,
        plausible,
    }
}
