//! Obligations: who must do what, in the document's own words.

use crate::citation::cite_span;
use crate::clause::{Clause, ClauseKind, Fact, FactValue, Polarity, Side};
use crate::report::Obligation;

use super::Contract;
use super::explain::say_fact;

/// Kinds that are duties of the party they are about, the fact that says by when, and from when that
/// counts.
const DUTIES: [(ClauseKind, &str, &str); 16] = [
    (ClauseKind::PaymentTerms, "payment", "from the invoice"),
    (ClauseKind::ServiceLevel, "response", "from the report"),
    (
        ClauseKind::BreachNotice,
        "notice",
        "from the incident's discovery",
    ),
    (ClauseKind::DataReturn, "window", "after the end"),
    (
        ClauseKind::PostTerminationServices,
        "period",
        "after the end",
    ),
    (ClauseKind::Insurance, "period", ""),
    (ClauseKind::MinimumCommitment, "period", ""),
    (ClauseKind::Confidentiality, "period", ""),
    (ClauseKind::IpIndemnity, "period", ""),
    (ClauseKind::Indemnity, "period", ""),
    (ClauseKind::Exclusivity, "period", ""),
    (ClauseKind::NonCompete, "after", "after the end"),
    (ClauseKind::NoSolicitOfEmployees, "after", "after the end"),
    (ClauseKind::RevenueProfitSharing, "period", ""),
    (ClauseKind::SourceCodeEscrow, "period", ""),
    (ClauseKind::DataProtection, "notice", ""),
];

pub(super) fn list_obligations(contract: &Contract) -> Vec<Obligation> {
    let mut clauses: Vec<(&Clause, &str, &str)> = Vec::new();
    for (kind, due, from) in DUTIES {
        let owed = contract
            .found(kind)
            .filter(|c| c.polarity == Polarity::Affirmed && c.bound != Side::Unknown);
        for clause in owed {
            if !clauses
                .iter()
                .any(|(known, _, _)| known.span.overlaps(clause.span))
            {
                clauses.push((clause, due, from));
            }
        }
    }
    clauses.sort_by_key(|(clause, _, _)| clause.span.start);
    clauses
        .into_iter()
        .map(|(clause, due, from)| Obligation {
            side: clause.bound,
            text: contract.text(clause.span).to_owned(),
            due: clause.fact(due).and_then(|fact| say_due(fact, from)),
            citations: cite_span(contract.document, clause.span),
        })
        .collect()
}

fn say_due(fact: &Fact, from: &str) -> Option<String> {
    let said = say_fact(&fact.value);
    match fact.value {
        FactValue::Duration { .. } => Some(format!("{said} {from}").trim_end().to_owned()),
        FactValue::Date { .. } => Some(said),
        _ => None,
    }
}
