//! What is wrong with the document itself: parts that it refers to and does not hold, references that
//! lead nowhere, numbers whose words and digits disagree, terms kept on a website.
//!
//! A chunk's reader can't see these, for each compares places of the whole document. They come as
//! clauses of their own kinds, so that a playbook says how much they matter. Each check would rather
//! miss than be wrong.

mod numbers;
mod online;
mod parts;
mod precedence;
mod references;
mod terms;

use countersign_contracts::clause::{Clause, ClauseKind, Fact, FactValue, Polarity, Side};
use countersign_contracts::document::{Document, Span};
use countersign_contracts::profile::DocumentProfile;

/// Names listed in one clause at most.
const MOST_NAMES: usize = 6;

/// Checks a document. Spans are offsets of its text.
#[must_use]
pub fn check_document(document: &Document, profile: &DocumentProfile) -> Vec<Clause> {
    let mut clauses = Vec::new();
    clauses.extend(parts::find_absent_parts(document, profile));
    clauses.extend(references::find_broken_references(document));
    clauses.extend(numbers::find_disagreements(&document.text));
    clauses.extend(precedence::find_conflict(&document.text));
    clauses.extend(terms::find_circles(profile));
    clauses.extend(terms::find_undefined(document, profile));
    clauses.extend(terms::find_unused(document, profile));
    clauses.extend(online::find_online_terms(&document.text));
    clauses
}

/// Places of one kind as one clause: the first is its span, `name` lists them all.
fn listed(kind: ClauseKind, name: &str, places: &[(String, Span)]) -> Option<Clause> {
    let (_, first) = places.first()?;
    let mut said: Vec<&str> = places
        .iter()
        .take(MOST_NAMES)
        .map(|(words, _)| words.as_str())
        .collect();
    let more = format!("{} more", places.len().saturating_sub(MOST_NAMES));
    if places.len() > MOST_NAMES {
        said.push(&more);
    }
    let mut facts = vec![Fact {
        name: name.to_owned(),
        value: FactValue::Text {
            value: said.join(", "),
        },
        span: *first,
    }];
    facts.push(Fact {
        name: "how_many".to_owned(),
        value: FactValue::Count {
            value: places.len() as f64,
        },
        span: *first,
    });
    facts.extend(places.iter().skip(1).take(2).map(|(_, span)| Fact {
        name: "also".to_owned(),
        value: FactValue::Flag,
        span: *span,
    }));
    Some(clause(kind, *first, facts))
}

fn clause(kind: ClauseKind, span: Span, facts: Vec<Fact>) -> Clause {
    Clause {
        kind,
        span,
        bound: Side::Unknown,
        polarity: Polarity::Affirmed,
        confidence: 0.8,
        facts,
    }
}

/// The sentence around a place, for a quote that can be read.
fn sentence_at(text: &str, start: usize, end: usize) -> Span {
    const REACH: usize = 220;
    let from = text.get(..start).unwrap_or("");
    let begin = from
        .rfind("\n\n")
        .map(|at| at + 2)
        .into_iter()
        .chain(from.rfind(". ").map(|at| at + 2))
        .chain([start.saturating_sub(REACH)])
        .max()
        .unwrap_or(start);
    let rest = text.get(end..).unwrap_or("");
    let stop = rest
        .find("\n\n")
        .into_iter()
        .chain(rest.find(". ").map(|at| at + 1))
        .chain([REACH.min(rest.len())])
        .min()
        .unwrap_or(0);
    let (mut begin, mut stop) = (begin, end + stop);
    while !text.is_char_boundary(begin) {
        begin += 1;
    }
    while !text.is_char_boundary(stop) {
        stop -= 1;
    }
    // A quote begins and ends with a whole word.
    if begin > 0
        && text
            .get(..begin)
            .is_some_and(|head| !head.ends_with([' ', '\n']))
    {
        begin += text
            .get(begin..start)
            .and_then(|head| head.find(' '))
            .map_or(0, |at| at + 1);
    }
    if text
        .get(stop..)
        .is_some_and(|tail| !tail.is_empty() && !tail.starts_with([' ', '\n']))
    {
        stop = text
            .get(end..stop)
            .and_then(|tail| tail.rfind(' '))
            .map_or(stop, |at| end + at);
    }
    Span::new(begin, stop.max(end))
}
