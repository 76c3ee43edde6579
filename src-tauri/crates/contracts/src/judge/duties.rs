//! Obligations: who must do what, in the document's own words.

use crate::citation::cite_span;
use crate::clause::{Clause, ClauseKind, Fact, FactValue, Polarity, Side};
use crate::report::Obligation;

use super::Contract;
use super::explain::say_fact;

/// Kinds that are duties of the party they are about, and the fact that says by when.
const DUTIES: [(ClauseKind, &str); 10] = [
    (ClauseKind::PaymentTerms, "payment"),
    (ClauseKind::ServiceLevel, "response"),
    (ClauseKind::BreachNotice, "notice"),
    (ClauseKind::DataReturn, "window"),
    (ClauseKind::PostTerminationServices, "period"),
    (ClauseKind::Insurance, "period"),
    (ClauseKind::MinimumCommitment, "period"),
    (ClauseKind::Confidentiality, "period"),
    (ClauseKind::IpIndemnity, "period"),
    (ClauseKind::Indemnity, "period"),
];

pub(super) fn list_obligations(contract: &Contract) -> Vec<Obligation> {
    let mut clauses: Vec<(&Clause, &str)> = Vec::new();
    for (kind, due) in DUTIES {
        let owed = contract
            .found(kind)
            .filter(|c| c.polarity == Polarity::Affirmed && c.bound != Side::Unknown);
        for clause in owed {
            if !clauses
                .iter()
                .any(|(known, _)| known.span.overlaps(clause.span))
            {
                clauses.push((clause, due));
            }
        }
    }
    clauses.sort_by_key(|(clause, _)| clause.span.start);
    clauses
        .into_iter()
        .map(|(clause, due)| Obligation {
            side: clause.bound,
            text: contract.text(clause.span).to_owned(),
            due: clause.fact(due).and_then(say_due),
            citations: cite_span(contract.document, clause.span),
        })
        .collect()
}

fn say_due(fact: &Fact) -> Option<String> {
    matches!(
        fact.value,
        FactValue::Duration { .. } | FactValue::Date { .. }
    )
    .then(|| say_fact(&fact.value))
}
