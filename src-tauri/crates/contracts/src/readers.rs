//! Several readers of one contract: where they agree, where only one saw something.
//!
//! The offline reader reads facts, sides and negation by rule; a model sees what no rule names. A clause
//! that both found is surer than either alone. One that only a model found is taken as a place to look
//! at, not as proof.

use crate::clause::{Clause, Polarity, Side};
use crate::document::Span;
use crate::judge::SURE;

/// What agreement takes away from the doubt about a clause.
const AGREEMENT: f32 = 0.5;
/// A clause that a model alone found: worth a place in the report, no red line by itself.
const MODEL_ALONE: f32 = SURE - 0.05;

/// A clause and who read it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadClause {
    /// By the reader that comes with the program.
    pub offline: bool,
    /// The clause.
    pub clause: Clause,
}

/// One list of clauses from several readers, in document order.
#[must_use]
pub fn combine(read: Vec<ReadClause>) -> Vec<Clause> {
    let (offline, models): (Vec<_>, Vec<_>) = read.into_iter().partition(|r| r.offline);
    let mut clauses: Vec<Clause> = offline.into_iter().map(|r| r.clause).collect();
    let own = clauses.len();
    for ReadClause { clause, .. } in models {
        let agrees =
            |other: &&mut Clause| other.kind == clause.kind && overlap(other.span, clause.span);
        let mut known = false;
        for other in clauses.iter_mut().take(own).filter(|c| agrees(c)) {
            known = true;
            agree(other, &clause);
        }
        let twice = clauses
            .iter()
            .skip(own)
            .any(|c| c.kind == clause.kind && overlap(c.span, clause.span));
        if !known && !twice {
            clauses.push(Clause {
                confidence: clause.confidence.min(MODEL_ALONE),
                ..clause
            });
        }
    }
    clauses.sort_by_key(|c| (c.span.start, c.span.end));
    clauses
}

/// A second reader saw the same clause: what it says alike is surer, what it says otherwise is not.
fn agree(clause: &mut Clause, other: &Clause) {
    if clause.polarity != other.polarity {
        clause.confidence = clause.confidence.min(MODEL_ALONE);
        return;
    }
    if clause.bound == Side::Unknown {
        clause.bound = other.bound;
    }
    if clause.polarity == Polarity::Affirmed || other.polarity == Polarity::Negated {
        clause.confidence += (1.0 - clause.confidence) * AGREEMENT;
    }
}

fn overlap(a: Span, b: Span) -> bool {
    a.start < b.end && b.start < a.end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clause::ClauseKind;

    fn read(offline: bool, start: u32, confidence: f32) -> ReadClause {
        ReadClause {
            offline,
            clause: Clause {
                kind: ClauseKind::CapOnLiability,
                span: Span {
                    start,
                    end: start + 10,
                },
                bound: Side::Unknown,
                polarity: Polarity::Affirmed,
                confidence,
                facts: Vec::new(),
            },
        }
    }

    #[test]
    fn what_both_saw_is_one_clause_and_surer() {
        let mut model = read(false, 5, 0.9);
        model.clause.bound = Side::Theirs;
        let clauses = combine(vec![model, read(true, 0, 0.6)]);
        assert_eq!(clauses.len(), 1);
        assert!((clauses[0].confidence - 0.8).abs() < 1e-6);
        assert_eq!(clauses[0].bound, Side::Theirs);
        assert_eq!(clauses[0].span.start, 0, "the offline reader's words stand");
    }

    #[test]
    fn a_model_alone_is_no_proof() {
        let clauses = combine(vec![
            read(false, 50, 1.0),
            read(true, 0, 0.9),
            read(false, 52, 1.0),
        ]);
        assert_eq!(clauses.len(), 2, "said twice is one clause");
        assert!(clauses[1].confidence < SURE);
    }

    #[test]
    fn a_contradiction_about_negation_takes_the_certainty_away() {
        let mut model = read(false, 0, 0.9);
        model.clause.polarity = Polarity::Negated;
        let clauses = combine(vec![read(true, 0, 0.9), model]);
        assert_eq!(clauses.len(), 1);
        assert!(clauses[0].confidence < SURE);
        assert_eq!(clauses[0].polarity, Polarity::Affirmed);
    }
}
