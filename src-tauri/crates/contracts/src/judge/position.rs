//! One position against all clauses: which rule holds, for which clause, and how sure that is.

use std::cmp::Reverse;

use crate::citation::{Citation, cite_span};
use crate::clause::{Clause, Side};
use crate::document::{Document, PageQuality, Span};
use crate::finding::{Advice, Confidence, Fallback, Finding, Outcome, Severity};
use crate::playbook::condition::{Condition, ContractNumber, Operand};
use crate::playbook::{Absence, Position, Rule};

use super::explain::explain;
use super::exposure::exposure;
use super::{Contract, FOUND, SURE};

/// Sentences cited for one finding at most.
const MOST_PLACES: usize = 3;

pub(super) fn judge_position(contract: &Contract, position: &Position) -> Finding {
    let concerned = position.applies_to.is_empty()
        || position
            .applies_to
            .contains(&contract.profile.contract_type);
    if !concerned {
        let explanation = format!(
            "Does not concern a {}.",
            contract.profile.contract_type.title()
        );
        return without_place(position, Outcome::NotApplicable, Severity::Low, explanation);
    }
    if !position.only_if.iter().all(|c| holds(contract, None, c)) {
        let explanation = "Does not concern this contract.".to_owned();
        return without_place(position, Outcome::NotApplicable, Severity::Low, explanation);
    }
    let judged: Vec<&Clause> = contract
        .clauses
        .iter()
        .filter(|c| c.kind == position.clause_kind)
        .filter(|c| {
            position
                .looks_at
                .iter()
                .all(|when| holds(contract, Some(c), when))
        })
        .collect();
    let (found, faint): (Vec<&Clause>, Vec<&Clause>) =
        judged.into_iter().partition(|c| c.confidence >= FOUND);
    if found.is_empty() {
        return judge_absence(contract, position, &faint);
    }
    let mut verdicts: Vec<(&Rule, &Clause)> = found
        .iter()
        .filter_map(|clause| {
            let rule = rule_for(contract, position, clause)
                .filter(|rule| rule.outcome != Outcome::RedLine || clause.confidence >= SURE)?;
            Some((rule, *clause))
        })
        .collect();
    verdicts.sort_by_key(|(rule, _)| Reverse((gravity(rule.outcome), rule.severity)));
    match verdicts.first() {
        Some((rule, clause)) => {
            // Clauses judged by the same rule stand first, then what else is a risk.
            let same = verdicts
                .iter()
                .filter(|(other, _)| std::ptr::eq(*other, *rule));
            let graver = gravity(Outcome::Unclear);
            let others = verdicts.iter().filter(|(other, _)| {
                !std::ptr::eq(*other, *rule) && gravity(other.outcome) > graver
            });
            let places: Vec<&Clause> = same.chain(others).map(|(_, clause)| *clause).collect();
            by_rule(contract, position, rule, clause, &places)
        }
        None => as_met(contract, position, &found),
    }
}

/// The first rule of a position that holds for a clause.
pub(super) fn rule_for<'a>(
    contract: &Contract,
    position: &'a Position,
    clause: &Clause,
) -> Option<&'a Rule> {
    position.rules.iter().find(|rule| {
        rule.when
            .iter()
            .all(|when| holds(contract, Some(clause), when))
    })
}

fn gravity(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::RedLine => 5,
        Outcome::Missing => 4,
        Outcome::Fallback => 3,
        Outcome::Unclear => 2,
        Outcome::Met => 1,
        Outcome::NotApplicable => 0,
    }
}

fn by_rule(
    contract: &Contract,
    position: &Position,
    rule: &Rule,
    clause: &Clause,
    places: &[&Clause],
) -> Finding {
    let asks = !matches!(rule.outcome, Outcome::Met | Outcome::NotApplicable);
    let fill = |say: &str| explain(contract, Some(clause), say);
    Finding {
        check: position.check.clone(),
        clause_kind: position.clause_kind,
        outcome: rule.outcome,
        severity: rule.severity,
        title: fill(&rule.title).unwrap_or_else(|| position.title.clone()),
        explanation: fill(&rule.say).unwrap_or_else(|| rule.title.clone()),
        ask: if asks {
            fill(&position.ask).unwrap_or_default()
        } else {
            String::new()
        },
        exposure: if asks {
            exposure(contract, clause).unwrap_or_default()
        } else {
            String::new()
        },
        advice: if asks {
            advise(contract, Some(clause), position)
        } else {
            Advice::default()
        },
        confidence: confidence_of(contract.document, clause),
        citations: cite_clauses(contract, places),
    }
}

/// The playbook's standard, fallbacks, walk-away and approver, filled with this contract's words; a
/// text with a value that is not known is left out.
fn advise(contract: &Contract, clause: Option<&Clause>, position: &Position) -> Advice {
    let fill = |say: &str| explain(contract, clause, say).unwrap_or_default();
    let fallbacks = position.fallbacks.iter().filter_map(|fallback| {
        Some(Fallback {
            position: explain(contract, clause, &fallback.position)?,
            language: explain(contract, clause, &fallback.language)?,
        })
    });
    Advice {
        standard: fill(&position.standard),
        fallbacks: fallbacks.collect(),
        walk_away: fill(&position.walk_away),
        approver: position.approver.clone(),
    }
}

fn as_met<'a>(contract: &Contract, position: &Position, found: &[&'a Clause]) -> Finding {
    let (excused, plain): (Vec<&Clause>, Vec<&Clause>) = found
        .iter()
        .partition(|clause| is_excused(contract, position, clause));
    let say_of = |clauses: &[&'a Clause]| {
        position.met.iter().find_map(|say| {
            clauses
                .iter()
                .find_map(|c| Some((*c, explain(contract, Some(c), say)?)))
        })
    };
    let said = say_of(&plain).or_else(|| say_of(&excused));
    let (clause, explanation) = match (said, found.first()) {
        (Some((clause, said)), _) => (Some(clause), said),
        (None, first) => (
            first.copied(),
            "The clause stays within the playbook's position.".to_owned(),
        ),
    };
    Finding {
        check: position.check.clone(),
        clause_kind: position.clause_kind,
        outcome: Outcome::Met,
        severity: Severity::Low,
        title: position.title.clone(),
        explanation,
        ask: String::new(),
        exposure: String::new(),
        advice: Advice::default(),
        confidence: clause.map_or(Confidence::Check, |c| confidence_of(contract.document, c)),
        citations: clause.map_or_else(Vec::new, |c| cite_clauses(contract, &[c])),
    }
}

/// Whether only another clause of the contract keeps a rule from judging this one, so that the other
/// is what meets the position: the seller may leave, and so may the buyer.
fn is_excused(contract: &Contract, position: &Position, clause: &Clause) -> bool {
    let about_contract = |when: &&Condition| matches!(when, Condition::Contract { .. });
    position.rules.iter().any(|rule| {
        rule.when.iter().any(|when| about_contract(&when))
            && rule
                .when
                .iter()
                .filter(|when| !about_contract(when))
                .all(|when| holds(contract, Some(clause), when))
    })
}

fn judge_absence(contract: &Contract, position: &Position, faint: &[&Clause]) -> Finding {
    let absence = &position.absent;
    let matters = (absence.in_types.is_empty()
        || absence.in_types.contains(&contract.profile.contract_type))
        && absence.when.iter().all(|when| holds(contract, None, when));
    let looked = looked_in(contract);
    if absence.outcome != Outcome::Missing || !matters {
        let outcome = match absence.outcome {
            Outcome::Missing => Outcome::NotApplicable,
            other => other,
        };
        let explanation = match explain(contract, None, &absence.say) {
            Some(say) if matters && !say.is_empty() => format!("{say} {looked}"),
            _ => format!("No such clause. {looked}"),
        };
        return without_place(position, outcome, Severity::Low, explanation);
    }
    let mut finding = missing(contract, position, absence, &looked);
    if !faint.is_empty() {
        finding.outcome = Outcome::Unclear;
        finding.severity = lower(finding.severity);
        finding.confidence = Confidence::Weak;
        finding.title = format!("{}: possibly missing", position.title);
        finding.explanation = format!(
            "{} Possibly dealt with in the places quoted.",
            finding.explanation
        );
        finding.citations = cite_clauses(contract, faint);
    }
    finding
}

fn missing(contract: &Contract, position: &Position, absence: &Absence, looked: &str) -> Finding {
    let why = explain(contract, None, &absence.say).unwrap_or_default();
    let sure = contract.pages_read == contract.document.pages.len() && contract.knows_sides;
    // Without sides nobody can say who would owe what is missing.
    let severity = match absence.severity {
        graver if !contract.knows_sides => graver.min(Severity::Medium),
        severity => severity,
    };
    let title = if absence.title.is_empty() {
        format!("{}: not found", position.title)
    } else {
        explain(contract, None, &absence.title).unwrap_or_else(|| position.title.clone())
    };
    Finding {
        check: position.check.clone(),
        clause_kind: position.clause_kind,
        outcome: Outcome::Missing,
        severity,
        title,
        explanation: format!("{looked} {why}").trim_end().to_owned(),
        ask: explain(contract, None, &position.ask).unwrap_or_default(),
        exposure: String::new(),
        advice: advise(contract, None, position),
        confidence: if sure {
            Confidence::Check
        } else {
            Confidence::Weak
        },
        citations: Vec::new(),
    }
}

fn without_place(
    position: &Position,
    outcome: Outcome,
    severity: Severity,
    explanation: String,
) -> Finding {
    Finding {
        check: position.check.clone(),
        clause_kind: position.clause_kind,
        outcome,
        severity,
        title: position.title.clone(),
        explanation,
        ask: String::new(),
        exposure: String::new(),
        advice: Advice::default(),
        confidence: Confidence::Check,
        citations: Vec::new(),
    }
}

fn looked_in(contract: &Contract) -> String {
    let total = contract.document.pages.len();
    let noun = if total == 1 { "page" } else { "pages" };
    format!(
        "Not found in {} of {total} {noun} read.",
        contract.pages_read
    )
}

fn lower(severity: Severity) -> Severity {
    match severity {
        Severity::Critical => Severity::High,
        Severity::High => Severity::Medium,
        Severity::Medium | Severity::Low => Severity::Low,
    }
}

/// High needs a sure reader and a page read with its geometry. A page recognised with little confidence
/// or read by the second reader takes one step away, and so do doubtful words in the clause: one in
/// what a fact was read from, or one in ten of all.
fn confidence_of(document: &Document, clause: &Clause) -> Confidence {
    let page = document.page(document.page_at(clause.span.start));
    let doubtful = |span: Span| {
        let words = document.painted(span).filter(|w| w.is_doubtful());
        words.count()
    };
    let well_read = 10 * doubtful(clause.span) < document.words_in(clause.span).len().max(1)
        && clause.facts.iter().all(|fact| doubtful(fact.span) == 0);
    let sound = well_read && page.is_some_and(|p| p.quality == PageQuality::Ok);
    match (clause.confidence, sound) {
        (0.75.., true) => Confidence::High,
        (0.75.., false) | (0.55.., true) => Confidence::Check,
        _ => Confidence::Weak,
    }
}

/// Cites clauses, and the places outside them that their facts were read from (definitions).
fn cite_clauses(contract: &Contract, clauses: &[&Clause]) -> Vec<Citation> {
    let mut spans: Vec<Span> = Vec::new();
    for clause in clauses.iter().take(MOST_PLACES) {
        let outside = clause
            .facts
            .iter()
            .map(|f| f.span)
            .filter(|s| !s.overlaps(clause.span));
        for span in std::iter::once(clause.span).chain(outside) {
            if !spans.iter().any(|known| known.overlaps(span)) {
                spans.push(span);
            }
        }
    }
    spans
        .into_iter()
        .flat_map(|span| cite_span(contract.document, span))
        .collect()
}

/// Whether a condition holds; those over a clause never hold without one.
pub(super) fn holds(contract: &Contract, clause: Option<&Clause>, condition: &Condition) -> bool {
    match condition {
        Condition::Polarity(polarity) => clause.is_some_and(|c| c.polarity == *polarity),
        Condition::Bound(sides) => clause.is_some_and(|c| sides.contains(&c.bound)),
        Condition::Fact { name, present } => {
            clause.is_some_and(|c| c.fact(name).is_some() == *present)
        }
        Condition::Compare {
            left,
            comparison,
            right,
        } => {
            match (
                number(contract, clause, left),
                number(contract, clause, right),
            ) {
                (Some(left), Some(right)) => comparison.holds(left, right),
                _ => false,
            }
        }
        Condition::Contract {
            kind,
            by,
            with,
            present,
        } => {
            // Whose provision a faint one is can't be told; as "somebody's" it would hide a real one.
            let sided = |c: &Clause| c.bound != Side::Unknown || c.confidence >= SURE;
            let any = contract.affirmed(*kind).any(|c| {
                (by.is_empty() || by.contains(&c.bound) && sided(c))
                    && with.as_ref().is_none_or(|name| c.fact(name).is_some())
            });
            any == *present
        }
        Condition::HandlesPersonalData => contract.handles_personal_data,
        Condition::KnowsSides => contract.knows_sides,
        Condition::Type(types) => types.contains(&contract.profile.contract_type),
    }
}

fn number(contract: &Contract, clause: Option<&Clause>, operand: &Operand) -> Option<f64> {
    match operand {
        Operand::Number(value) => Some(*value),
        Operand::Fact { name, unit } => clause?.fact(name)?.value.number_in(*unit),
        Operand::Contract {
            name: ContractNumber::AnnualFees,
            ..
        } => contract.annual_fees_amount(),
        Operand::Contract {
            name: ContractNumber::Term,
            unit,
        } => super::terms::initial_term(contract)?
            .1
            .value
            .number_in(*unit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clause::{ClauseKind, Fact, FactValue, Polarity};

    #[test]
    fn words_recognised_with_little_confidence_take_a_step_away() {
        let text = "The liability of the Supplier is limited to 500 EUR in each year of the term.";
        let mut document = Document::from_plain_text(text);
        let at = text.find("500").unwrap();
        let clause = Clause {
            kind: ClauseKind::AuditRights,
            span: Span::new(0, text.len()),
            bound: Side::Theirs,
            polarity: Polarity::Affirmed,
            confidence: 0.9,
            facts: vec![Fact {
                name: "cap".to_owned(),
                value: FactValue::Flag,
                span: Span::new(at, at + 3),
            }],
        };
        let with = |document: &mut Document, doubtful: &[usize]| {
            for (at, word) in document.pages[0].words.iter_mut().enumerate() {
                word.confidence = Some(if doubtful.contains(&at) { 41 } else { 96 });
            }
            confidence_of(document, &clause)
        };
        assert_eq!(with(&mut document, &[]), Confidence::High);
        assert_eq!(
            with(&mut document, &[1]),
            Confidence::High,
            "one in sixteen"
        );
        assert_eq!(with(&mut document, &[1, 3]), Confidence::Check);
        assert_eq!(with(&mut document, &[8]), Confidence::Check, "the amount");
        document.pages[0].quality = PageQuality::Doubtful;
        assert_eq!(with(&mut document, &[]), Confidence::Check);
    }
}
