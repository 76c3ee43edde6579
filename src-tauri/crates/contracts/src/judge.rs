//! Judgement: a playbook's positions compared with the clauses of a contract. Pure: the same clauses
//! and playbook always give the same findings.
//!
//! [`judge`] makes one finding per position; [`summarise`] makes the proposal of them.

mod dates;
mod duties;
mod explain;
mod exposure;
mod interactions;
mod position;
mod summary;
#[cfg(test)]
mod table_tests;
mod terms;

use serde::{Deserialize, Serialize};

use crate::clause::{Clause, ClauseKind, Fact, FactValue, NumberUnit, Polarity, Side, TimeUnit};
use crate::document::{Document, PageQuality, Span};
use crate::finding::Finding;
use crate::playbook::Playbook;
use crate::profile::DocumentProfile;
use crate::report::{KeyDate, KeyTerm, Obligation};

pub use dates::{INITIAL_END, LAST_NOTICE, PRICE_NOTICE, RENEWAL_END};
pub use explain::{say_fact, say_number};
pub use summary::summarise;

/// A clause read with less confidence than this is no evidence, only a place to look at.
pub const FOUND: f32 = 0.4;

/// A clause read with less confidence than this can't be a red line: a false alarm costs more trust
/// than a missed one.
pub const SURE: f32 = 0.55;

/// What judging a contract leaves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// One per position, the gravest first, then by page.
    pub findings: Vec<Finding>,
    /// The contract register's row; fields that were not found are listed as such.
    pub key_terms: Vec<KeyTerm>,
    /// Dates that matter, with their arithmetic.
    pub key_dates: Vec<KeyDate>,
    /// Who must do what.
    pub obligations: Vec<Obligation>,
}

/// Judges a contract by a playbook.
#[must_use]
pub fn judge(
    document: &Document,
    profile: &DocumentProfile,
    clauses: &[Clause],
    playbook: &Playbook,
) -> Judgement {
    let contract = Contract::new(document, profile, clauses);
    let mut findings: Vec<Finding> = playbook
        .positions
        .iter()
        .map(|p| position::judge_position(&contract, p))
        .map(begin_in_capitals)
        .collect();
    findings.sort_by_key(|finding| {
        (
            !finding.is_risk(),
            std::cmp::Reverse(finding.severity),
            finding.citations.first().map_or(u32::MAX, |c| c.page),
        )
    });
    Judgement {
        findings,
        key_terms: terms::list_terms(&contract),
        key_dates: dates::compute_dates(&contract),
        obligations: duties::list_obligations(&contract),
    }
}

/// The contract register's row alone, without a playbook.
#[must_use]
pub fn key_terms(
    document: &Document,
    profile: &DocumentProfile,
    clauses: &[Clause],
) -> Vec<KeyTerm> {
    terms::list_terms(&Contract::new(document, profile, clauses))
}

/// A sentence may begin with a party, and a party without a name is "the buyer".
fn begin_in_capitals(mut finding: Finding) -> Finding {
    for text in [
        &mut finding.title,
        &mut finding.explanation,
        &mut finding.ask,
    ] {
        if let Some(first) = text.chars().next().filter(|c| c.is_lowercase()) {
            text.replace_range(..first.len_utf8(), &first.to_uppercase().to_string());
        }
    }
    finding
}

/// The contract as the rules see it.
struct Contract<'a> {
    document: &'a Document,
    profile: &'a DocumentProfile,
    /// Every clause, facts derived from others added, the most confident first.
    clauses: Vec<Clause>,
    pages_read: usize,
    handles_personal_data: bool,
    /// Whether the document says which of its parties buys and which sells.
    knows_sides: bool,
}

impl<'a> Contract<'a> {
    fn new(document: &'a Document, profile: &'a DocumentProfile, clauses: &[Clause]) -> Self {
        let mut clauses = clauses.to_vec();
        clauses.sort_by(|a, b| {
            b.confidence
                .total_cmp(&a.confidence)
                .then(a.span.start.cmp(&b.span.start))
        });
        let pages_read = document
            .pages
            .iter()
            .filter(|p| !p.words.is_empty() || p.quality == PageQuality::Blank)
            .count();
        let mut contract = Self {
            document,
            profile,
            clauses,
            pages_read,
            handles_personal_data: mentions_personal_data(&document.text),
            knows_sides: [Side::Ours, Side::Theirs]
                .iter()
                .all(|side| profile.labels.iter().any(|label| label.side == *side)),
        };
        contract.derive_cap_months();
        contract.derive_renewal_length();
        let together = interactions::find_interactions(&contract);
        contract.clauses.extend(together);
        contract
    }

    /// Clauses of a kind that count as evidence, the most confident first.
    fn found(&self, kind: ClauseKind) -> impl Iterator<Item = &Clause> {
        self.clauses
            .iter()
            .filter(move |c| c.kind == kind && c.confidence >= FOUND)
    }

    /// Affirmed clauses of a kind that count as evidence.
    fn affirmed(&self, kind: ClauseKind) -> impl Iterator<Item = &Clause> {
        self.found(kind)
            .filter(|c| c.polarity == Polarity::Affirmed)
    }

    /// The first fact of that name in affirmed clauses of that kind, with its clause.
    fn fact(&self, kind: ClauseKind, name: &str) -> Option<(&Clause, &Fact)> {
        self.affirmed(kind)
            .find_map(|c| c.fact(name).map(|fact| (c, fact)))
    }

    /// A year's fees, where the contract states them.
    fn annual_fees(&self) -> Option<(&Clause, &Fact)> {
        self.fact(ClauseKind::Fees, "annual_fees")
    }

    fn annual_fees_amount(&self) -> Option<f64> {
        self.annual_fees()
            .and_then(|(_, fact)| fact.value.number_in(NumberUnit::Amount))
    }

    /// A cap that is a fixed sum is compared in months of fees where the yearly fees are stated in
    /// the same currency.
    fn derive_cap_months(&mut self) {
        let Some((_, fees)) = self.annual_fees() else {
            return;
        };
        let FactValue::Amount {
            currency: fee_currency,
            value: fees,
        } = fees.value.clone()
        else {
            return;
        };
        for clause in self
            .clauses
            .iter_mut()
            .filter(|c| c.kind == ClauseKind::CapOnLiability)
        {
            let Some(fact) = clause.fact("cap_amount") else {
                continue;
            };
            let FactValue::Amount { currency, value } = &fact.value else {
                continue;
            };
            if clause.fact("cap").is_some() || *currency != fee_currency || fees <= 0.0 {
                continue;
            }
            let months = (value / fees * 120.0).round() / 10.0;
            let value = FactValue::Duration {
                value: months,
                unit: TimeUnit::Month,
            };
            let span = fact.span;
            clause.facts.push(Fact {
                name: "cap".to_owned(),
                value,
                span,
            });
        }
    }

    /// A renewal for as long as the first term is as long as that, where its length is stated.
    fn derive_renewal_length(&mut self) {
        let Some((_, term)) = terms::initial_term(self) else {
            return;
        };
        let length = Fact {
            name: "renewal".to_owned(),
            ..term.clone()
        };
        for clause in &mut self.clauses {
            let renews = clause.kind == ClauseKind::RenewalTerm;
            if renews && clause.fact("same_length").is_some() && clause.fact("renewal").is_none() {
                clause.facts.push(length.clone());
            }
        }
    }

    fn text(&self, span: Span) -> &str {
        self.document.slice(span)
    }
}

fn mentions_personal_data(text: &str) -> bool {
    const WORDS: [&str; 8] = [
        "personal data",
        "personal information",
        "personally identifiable",
        "data subject",
        "GDPR",
        "protected health information",
        "Personal Data",
        "Personal Information",
    ];
    // A single mention is a definition or a list of laws, not a processing.
    WORDS
        .iter()
        .map(|word| text.matches(word).take(2).count())
        .sum::<usize>()
        >= 2
}
