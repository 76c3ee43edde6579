//! Clauses that are harmless alone and not together. Each becomes a clause of its own kind
//! ([`ClauseKind::Interaction`]) that points at all of them, so that a playbook says how much it matters.

use crate::clause::{Clause, ClauseKind, Fact, FactValue, NumberUnit, Polarity, Side};
use crate::numeral::is_part;

use super::{Contract, SURE};

/// What the clauses of a contract do to each other.
pub(super) fn find_interactions(contract: &Contract) -> Vec<Clause> {
    [
        price_after_window(contract),
        notice_before_start(contract),
        uneven_liability(contract),
        two_laws(contract),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn sure<'a>(contract: &'a Contract, kind: ClauseKind) -> impl Iterator<Item = &'a Clause> {
    contract
        .affirmed(kind)
        .filter(|clause| clause.confidence >= SURE)
}

/// One clause that stands for several: the first is quoted first, the others by their facts.
fn joined(flag: &str, first: &Clause, others: &[&Clause], values: Vec<Fact>) -> Clause {
    let place = |name: &str, clause: &Clause| Fact {
        name: name.to_owned(),
        value: FactValue::Flag,
        span: clause.span,
    };
    // Whole clauses stand before the values in them, so that they are what is quoted.
    let mut facts = vec![place(flag, first)];
    facts.extend(others.iter().map(|other| place("with", other)));
    facts.extend(values);
    let confidence = others
        .iter()
        .map(|other| other.confidence)
        .fold(first.confidence, f32::min);
    Clause {
        kind: ClauseKind::Interaction,
        span: first.span,
        bound: Side::Unknown,
        polarity: Polarity::Affirmed,
        confidence,
        facts,
    }
}

fn renamed(fact: &Fact, name: &str) -> Fact {
    Fact {
        name: name.to_owned(),
        ..fact.clone()
    }
}

/// The price of the next term is told when the window to leave has closed.
fn price_after_window(contract: &Contract) -> Option<Clause> {
    let automatic = sure(contract, ClauseKind::RenewalTerm)
        .find(|clause| clause.fact("automatic").is_some())?;
    let (leave, leave_by) = sure(contract, ClauseKind::NoticePeriodToTerminateRenewal)
        .find_map(|clause| clause.fact("notice").map(|fact| (clause, fact)))?;
    let (price, told) = sure(contract, ClauseKind::PriceRestrictions)
        .filter(|clause| clause.fact("renewal").is_some() && clause.bound != Side::Ours)
        .find_map(|clause| clause.fact("notice").map(|fact| (clause, fact)))?;
    let days = |fact: &Fact| fact.value.number_in(NumberUnit::Days);
    (days(told)? < days(leave_by)?).then(|| {
        let facts = vec![renamed(told, "told"), renamed(leave_by, "leave_by")];
        joined("price_after_window", price, &[leave, automatic], facts)
    })
}

/// The notice against renewal is as long as the term: the window closes before the contract begins.
fn notice_before_start(contract: &Contract) -> Option<Clause> {
    let automatic = sure(contract, ClauseKind::RenewalTerm)
        .find(|clause| clause.fact("automatic").is_some())?;
    let (leave, leave_by) = sure(contract, ClauseKind::NoticePeriodToTerminateRenewal)
        .find_map(|clause| clause.fact("notice").map(|fact| (clause, fact)))?;
    let (term_clause, term) = super::terms::initial_term(contract)?;
    let days = |fact: &Fact| fact.value.number_in(NumberUnit::Days);
    let spent =
        days(leave_by)? >= days(term)? && days(leave_by)? >= days(automatic.fact("renewal")?)?;
    (spent && term_clause.confidence >= SURE).then(|| {
        let facts = vec![renamed(leave_by, "leave_by"), renamed(term, "term")];
        joined("notice_before_start", leave, &[term_clause], facts)
    })
}

/// Our side indemnifies for any breach without a limit, and the other side's liability is capped.
fn uneven_liability(contract: &Contract) -> Option<Clause> {
    let capped = |side: Side| {
        sure(contract, ClauseKind::CapOnLiability)
            .find(move |clause| clause.bound == side && clause.fact("sized").is_some())
    };
    let theirs = capped(Side::Theirs)?;
    let ours_is_capped = contract
        .affirmed(ClauseKind::CapOnLiability)
        .any(|clause| clause.bound != Side::Theirs);
    let broad = |clause: &&Clause| {
        clause.bound == Side::Ours
            && clause.fact("any_breach").is_some()
            && clause.fact("narrow").is_none()
    };
    let ours = sure(contract, ClauseKind::Indemnity).find(broad)?;
    (!ours_is_capped).then(|| {
        let facts = theirs
            .fact("cap_amount")
            .or_else(|| theirs.fact("cap"))
            .map(|fact| renamed(fact, "limit"))
            .into_iter()
            .collect();
        joined("uneven_liability", ours, &[theirs], facts)
    })
}

/// Two laws govern one contract.
fn two_laws(contract: &Contract) -> Option<Clause> {
    // A part that is attached may well have a law of its own.
    let head = contract
        .document
        .paragraphs
        .iter()
        .find(|paragraph| {
            paragraph.number.as_deref().is_some_and(is_part)
                || paragraph.heading.as_deref().is_some_and(is_part)
        })
        .filter(|paragraph| paragraph.span.start as usize * 2 > contract.document.text.len())
        .map_or(u32::MAX, |paragraph| paragraph.span.start);
    let mut laws = contract
        .affirmed(ClauseKind::GoverningLaw)
        .filter(|clause| clause.confidence >= 0.8 && clause.span.start < head)
        .filter_map(|clause| clause.fact("law").map(|fact| (clause, fact)));
    let (first, law) = laws.next()?;
    let (second, other) = laws.find(|(_, fact)| fact.value != law.value)?;
    let facts = vec![renamed(law, "law"), renamed(other, "other_law")];
    Some(joined("two_laws", first, &[second], facts))
}
