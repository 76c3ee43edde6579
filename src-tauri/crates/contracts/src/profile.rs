//! What a contract says about itself: title, parties and their sides, defined terms, kind.
//!
//! Made once per document and handed to every step that reads a chunk, so that a chunk in the middle
//! of the contract knows who "Supplier" is and how much the "Fee Base" comes to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::clause::{ClauseKind, Side};
use crate::document::Span;
use crate::report::ContractParty;

/// What sort of agreement it is; decides which checks apply.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    TS,
)]
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
    #[default]
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

/// A place that the trained model takes for a clause of a kind, judged over the whole document.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Heard {
    /// Of which kind.
    pub kind: ClauseKind,
    /// Where it stands.
    pub span: Span,
    /// How likely it is one, 0 to 1; compares with places of the same kind only.
    pub confidence: f32,
    /// Whether that is likely enough to count as found; else it is a place to look at.
    pub found: bool,
}

/// Where clauses of a kind may stand, as far as the trained model is concerned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plausible {
    /// Of which kind.
    pub kind: ClauseKind,
    /// The places, in the order of the text, none touching the next.
    pub places: Vec<Span>,
}

/// What a contract says about itself; by default nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
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
    /// Where the parties sign, in the order of the text.
    #[serde(default)]
    pub signing: Vec<Span>,
    /// Attached forms that are to be filled in later, in the order of the text: they bind nobody yet.
    #[serde(default)]
    pub forms: Vec<Span>,
    /// What a person chose instead of what the document proposes.
    #[serde(default)]
    pub chosen: Chosen,
    /// What the trained model hears, in the order of the text.
    #[serde(default)]
    pub heard: Vec<Heard>,
    /// Where clauses may stand of the kinds that the trained model can rule out; of a kind that is not listed
    /// everywhere.
    #[serde(default)]
    pub plausible: Vec<Plausible>,
}

impl DocumentProfile {
    /// Whether a place stands in a form that is to be filled in later.
    #[must_use]
    pub fn is_in_form(&self, place: Span) -> bool {
        self.forms.iter().any(|form| form.overlaps(place))
    }

    /// Whether the trained model rules out that a clause of a kind stands at a place.
    #[must_use]
    pub fn rules_out(&self, kind: ClauseKind, place: Span) -> bool {
        let Some(known) = self.plausible.iter().find(|known| known.kind == kind) else {
            return false;
        };
        let next = known.places.partition_point(|span| span.end <= place.start);
        !known
            .places
            .get(next)
            .is_some_and(|span| span.overlaps(place))
    }
}

/// What a person chose. The fields of the profile hold the choice already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// Our side was chosen.
    pub side: bool,
    /// The type was chosen.
    pub contract_type: bool,
    /// Our side and the other side are the reverse of what the readers of clauses were told.
    pub swapped: bool,
}

impl DocumentProfile {
    /// The definition of a term, upper and lower case alike.
    #[must_use]
    pub fn definition(&self, term: &str) -> Option<&Definition> {
        self.definitions
            .iter()
            .find(|d| d.term.eq_ignore_ascii_case(term))
    }

    /// The profile with `party` (a name or a label) as our side and every other party as the other side.
    /// `None` when the document names no such party.
    #[must_use]
    pub fn with_our_side(&self, party: &str) -> Option<Self> {
        let same = |word: &str| word.eq_ignore_ascii_case(party.trim());
        let named = |p: &&ContractParty| same(&p.name) || p.label.as_deref().is_some_and(same);
        let before = self
            .parties
            .iter()
            .find(named)
            .map(|p| p.side)
            .or_else(|| self.labels.iter().find(|l| same(&l.label)).map(|l| l.side))?;
        let ours = self.parties.iter().find(named);
        let is_ours = |word: &str| {
            same(word)
                || ours.is_some_and(|p| {
                    p.name.eq_ignore_ascii_case(word)
                        || p.label
                            .as_deref()
                            .is_some_and(|label| label.eq_ignore_ascii_case(word))
                })
        };
        let mut chosen = self.clone();
        for party in &mut chosen.parties {
            let ours = is_ours(&party.name) || party.label.as_deref().is_some_and(is_ours);
            party.side = if ours { Side::Ours } else { Side::Theirs };
        }
        for label in &mut chosen.labels {
            label.side = if is_ours(&label.label) {
                Side::Ours
            } else {
                Side::Theirs
            };
        }
        chosen.chosen.side = true;
        chosen.chosen.swapped ^= before == Side::Theirs;
        Some(chosen)
    }

    /// The profile as a contract of another type.
    #[must_use]
    pub fn with_type(&self, contract_type: ContractType) -> Self {
        let mut chosen = self.clone();
        chosen.contract_type = contract_type;
        chosen.chosen.contract_type = true;
        chosen
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

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> DocumentProfile {
        let party = |name: &str, label: &str, side| ContractParty {
            name: name.to_owned(),
            label: Some(label.to_owned()),
            side,
        };
        let label = |label: &str, side| SideLabel {
            label: label.to_owned(),
            side,
        };
        DocumentProfile {
            parties: vec![
                party("Acme Ltd", "Supplier", Side::Theirs),
                party("Bramley Ltd", "Customer", Side::Ours),
            ],
            labels: vec![
                label("Supplier", Side::Theirs),
                label("Acme Ltd", Side::Theirs),
                label("Customer", Side::Ours),
            ],
            contract_type: ContractType::Saas,
            ..DocumentProfile::default()
        }
    }

    #[test]
    fn a_chosen_side_turns_every_word_for_the_parties_and_turns_back() {
        let chosen = profile().with_our_side("acme ltd").unwrap();
        let sides: Vec<Side> = chosen.labels.iter().map(|l| l.side).collect();
        assert_eq!(sides, [Side::Ours, Side::Ours, Side::Theirs]);
        assert_eq!(chosen.word_for(Side::Ours), "Supplier");
        assert!(chosen.chosen.swapped);
        let back = chosen.with_our_side("Customer").unwrap();
        assert_eq!(back.labels, profile().labels);
        assert!(!back.chosen.swapped && back.chosen.side);
        assert_eq!(profile().with_our_side("Nobody"), None);
    }
}
