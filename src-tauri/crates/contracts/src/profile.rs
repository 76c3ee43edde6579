//! What a contract says about itself: title, parties and their sides, defined terms, kind.
//!
//! Made once per document and handed to every step that reads a chunk, so that a chunk in the middle
//! of the contract knows who "Supplier" is and how much the "Fee Base" comes to.

use serde::{Deserialize, Serialize};

use crate::clause::Side;
use crate::document::Span;
use crate::report::ContractParty;

/// What sort of agreement it is; decides which checks apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContractType {
    /// Software or another service over the network.
    Saas,
    /// A licence of software, content or rights.
    Licence,
    /// Work done by people: professional, managed, consulting, maintenance.
    Services,
    /// Goods made, sold, supplied or distributed.
    Goods,
    /// Confidentiality only.
    Nda,
    /// Processing of personal data.
    Dpa,
    /// Anything else.
    Other,
}

impl ContractType {
    /// The stable id, as in TOML and JSON.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Saas => "saas",
            Self::Licence => "licence",
            Self::Services => "services",
            Self::Goods => "goods",
            Self::Nda => "nda",
            Self::Dpa => "dpa",
            Self::Other => "other",
        }
    }

    /// As a person calls such a contract.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Saas => "software-as-a-service agreement",
            Self::Licence => "licence agreement",
            Self::Services => "services agreement",
            Self::Goods => "supply agreement",
            Self::Nda => "confidentiality agreement",
            Self::Dpa => "data processing agreement",
            Self::Other => "contract of this kind",
        }
    }
}

/// A word the document uses for a party, and whose side that is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SideLabel {
    /// As printed: `Customer`, `Northgate`.
    pub label: String,
    /// Ours or theirs.
    pub side: Side,
}

/// A defined term and the words that define it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// As printed, without quotation marks: `Fee Base`.
    pub term: String,
    /// The defining sentence's range of the document's text.
    pub span: Span,
    /// The defining sentence.
    pub text: String,
}

/// What a contract says about itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentProfile {
    /// Title as printed; empty when none was found.
    pub title: String,
    /// Where the title stands.
    pub title_span: Option<Span>,
    /// The parties that the document names.
    pub parties: Vec<ContractParty>,
    /// Where the parties are named.
    pub parties_span: Option<Span>,
    /// Every word that stands for a party, longest first.
    pub labels: Vec<SideLabel>,
    /// Defined terms, in the order of the text.
    pub definitions: Vec<Definition>,
    /// What sort of agreement it is.
    pub contract_type: ContractType,
    /// Headings, in the order of the text.
    pub headings: Vec<String>,
}

impl DocumentProfile {
    /// The definition of a term, upper and lower case alike.
    #[must_use]
    pub fn definition(&self, term: &str) -> Option<&Definition> {
        self.definitions
            .iter()
            .find(|d| d.term.eq_ignore_ascii_case(term))
    }

    /// The name the document gives our side or theirs: a label if there is one, else a neutral word.
    #[must_use]
    pub fn word_for(&self, side: Side) -> &str {
        let label = |side| {
            self.parties
                .iter()
                .find(|p| p.side == side)
                .and_then(|p| p.label.as_deref())
        };
        match side {
            Side::Ours => label(Side::Ours).unwrap_or("the buyer"),
            Side::Theirs => label(Side::Theirs).unwrap_or("the supplier"),
            Side::Both => "each party",
            Side::Unknown => "a party",
        }
    }
}
