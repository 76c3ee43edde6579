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
            // "the exclusive right to sue infringers" binds nobody to buy or sell with one side alone.
            let binds = kind != ClauseKind::Exclusivity || clause.fact("buys_only").is_some();
            if binds
                && says_a_duty(contract.text(clause.span))
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

/// Whether somebody must do or leave something: a footer that says "confidential" binds nobody, nor does
/// what a term means or does not cover.
fn says_a_duty(text: &str) -> bool {
    const NO_DUTY: [&str; 15] = [
        "whereas",
        "nothing in this",
        "nothing contained in",
        "shall include",
        "shall not include",
        "does not include",
        "will not include",
        "shall mean",
        "shall not be deemed",
        "will not be deemed",
        "shall not apply to",
        "will cease being",
        "shall not be in breach",
        "may have access to",
        "shall not extend to",
    ];
    const WORDS: [&str; 19] = [
        "shall",
        "must",
        "will",
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
        "due",
        "payable",
        "cannot",
    ];
    let lower = text.to_lowercase();
    if NO_DUTY.iter().any(|words| lower.contains(words)) {
        return false;
    }
    if lower.contains("may not") {
        return true;
    }
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
            "Confidential Information shall not include information that is in the public domain."
        ));
        assert!(!says_a_duty(
            "Each party may have access to information of the other."
        ));
        assert!(!says_a_duty(
            "* Portions of this exhibit have been omitted pursuant to a request for confidential treatment."
        ));
    }
}
