//! Two orders of precedence that can't both hold: of the same two papers each is said to prevail.

use std::collections::BTreeSet;

use countersign_contracts::clause::{Clause, ClauseKind, Fact, FactValue};
use countersign_contracts::document::Span;

use super::clause;
use crate::pattern::{fold, rx};
use crate::sentences::cut_sentences;

/// What a sentence says of two papers.
struct Order {
    papers: BTreeSet<String>,
    winner: String,
    span: Span,
}

/// The first pair of sentences that name the same two papers and different winners.
pub(super) fn find_conflict(text: &str) -> Option<Clause> {
    let orders: Vec<Order> = cut_sentences(text)
        .iter()
        .filter_map(|cut| order_in(text.get(cut.start..cut.end)?, cut.start))
        .collect();
    let (first, second) = orders.iter().enumerate().find_map(|(at, first)| {
        let against = |other: &&Order| other.papers == first.papers && other.winner != first.winner;
        Some((first, orders.iter().skip(at + 1).find(against)?))
    })?;
    let named = |name: &str, order: &Order| Fact {
        name: name.to_owned(),
        value: FactValue::Text {
            value: order.winner.clone(),
        },
        span: order.span,
    };
    let flag = Fact {
        name: "two_orders".to_owned(),
        value: FactValue::Flag,
        span: first.span,
    };
    let facts = vec![flag, named("one", first), named("another", second)];
    Some(clause(ClauseKind::Interaction, first.span, facts))
}

/// "In a conflict between this Agreement and an Order Form, the Order Form prevails."
fn order_in(sentence: &str, start: usize) -> Option<Order> {
    let lower = fold(sentence);
    let about =
        rx!(r"\b(?:conflicts?|inconsistenc(?:y|ies)|discrepanc(?:y|ies))\b[^.;]{0,40}\bbetween\b");
    let paper = rx!(
        r"\b(?:this|the|an|any|such|each|applicable) (?:terms of (?:this|the|an|any) |provisions of (?:this|the|an|any) |applicable )*(?P<name>(?:master |main |data processing |service |purchase |base )*(?:agreement|order forms?|orders?|schedules?|exhibits?|addendum|statements? of work|sow|dpa|appendix|terms and conditions))\b"
    );
    let wins = rx!(r"\b(?:shall |will |to )?(?:prevails?|controls?|governs?|takes? precedence)\b");
    let from = about.find(&lower)?;
    let verb = wins.find_at(&lower, from.end())?;
    let said = lower.get(from.end()..verb.start())?;
    let names: Vec<String> = paper
        .captures_iter(said)
        .filter_map(|captures| captures.name("name"))
        .map(|name| name.as_str().trim_end_matches('s').to_owned())
        .collect();
    let winner = names.last()?.clone();
    let papers: BTreeSet<String> = names.iter().cloned().collect();
    // Two papers, and then one of them again as the winner; "except" turns it round.
    let plain = names.len() == 3 && papers.len() == 2;
    let excepts = rx!(r"\bexcept|\bunless|\bexpressly|\bnot\b|\bsolely").is_match(&lower);
    (plain && !excepts).then(|| Order {
        papers,
        winner,
        span: Span::new(start, start + sentence.len()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_orders_that_contradict_each_other_are_found_and_two_that_do_not_are_not() {
        let form = "In the event of a conflict between this Agreement and an Order Form, the Order Form shall prevail. ";
        let signed = "If there is any inconsistency between this Agreement and the Order Form, this Agreement governs.";
        let found = find_conflict(&format!("{form}{signed}")).unwrap();
        assert!(found.fact("one").is_some() && found.fact("another").is_some());
        let schedule =
            "In a conflict between this Agreement and a Schedule, this Agreement prevails.";
        for other in [
            form,
            schedule,
            "In a conflict between this Agreement and an Order Form, this Agreement prevails except where the Order Form says so.",
        ] {
            assert_eq!(find_conflict(&format!("{form}{other}")), None, "{other}");
        }
    }
}
