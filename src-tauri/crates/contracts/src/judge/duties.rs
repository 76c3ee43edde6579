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
            if says_a_duty(contract.text(clause.span))
                && !clauses
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

/// Whether somebody must do or leave something: a footer that says "confidential" binds nobody.
fn says_a_duty(text: &str) -> bool {
    const WORDS: [&str; 21] = [
        "shall",
        "must",
        "will",
        "may",
        "agree",
        "agrees",
        "agreed",
        "undertake",
        "undertakes",
        "covenant",
        "covenants",
        "warrants",
        "responsible",
        "liable",
        "required",
        "obliged",
        "obligated",
        "entitled",
        "due",
        "payable",
        "cannot",
    ];
    let lower = text.to_lowercase();
    lower
        .split(|c: char| !c.is_alphabetic())
        .any(|word| WORDS.contains(&word))
}

fn say_due(fact: &Fact, from: &str) -> Option<String> {
    let said = say_fact(&fact.value);
    match fact.value {
        FactValue::Duration { .. } => Some(format!("{said} {from}").trim_end().to_owned()),
        FactValue::Date { .. } => Some(said),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_footer_is_no_duty() {
        assert!(says_a_duty("Supplier shall keep the pricing confidential."));
        assert!(says_a_duty("Invoices are payable within 30 days."));
        assert!(!says_a_duty("CO-BRANDING AGREEMENT PAGE 1 CONFIDENTIAL"));
        assert!(!says_a_duty(
            "* Portions of this exhibit have been omitted pursuant to a request for confidential treatment."
        ));
    }
}
