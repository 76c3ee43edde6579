//! Every condition of every rule of every playbook: a clause made to fit the rule is judged by it, and
//! with any one condition turned round it is not.

use super::Contract;
use super::position::{holds, rule_for};
use crate::clause::{Clause, ClauseKind, Fact, FactValue, NumberUnit, Polarity, Side, TimeUnit};
use crate::document::{Document, Span};
use crate::playbook::condition::{Comparison, Condition, ContractNumber, Operand};
use crate::playbook::{BUILT_IN, Playbook, Position, Rule};
use crate::profile::{ContractType, DocumentProfile, SideLabel};

const FEES: f64 = 1000.0;
const SIDES: [Side; 4] = [Side::Theirs, Side::Ours, Side::Both, Side::Unknown];

/// A contract in the making.
struct Made {
    text: &'static str,
    contract_type: ContractType,
    labels: Vec<SideLabel>,
    clause: Clause,
    others: Vec<Clause>,
}

fn clause(kind: ClauseKind, bound: Side) -> Clause {
    Clause {
        kind,
        span: Span::new(0, 4),
        bound,
        polarity: Polarity::Affirmed,
        confidence: 0.9,
        facts: Vec::new(),
    }
}

fn fact(name: &str, value: FactValue) -> Fact {
    Fact {
        name: name.to_owned(),
        value,
        span: Span::new(0, 4),
    }
}

fn value(number: f64, unit: NumberUnit) -> FactValue {
    let duration = |unit| FactValue::Duration {
        value: number,
        unit,
    };
    match unit {
        NumberUnit::Hours => duration(TimeUnit::Hour),
        NumberUnit::Days => duration(TimeUnit::Day),
        NumberUnit::Months => duration(TimeUnit::Month),
        NumberUnit::Years => duration(TimeUnit::Year),
        NumberUnit::Percent => FactValue::Percentage {
            value: number,
            per: None,
        },
        NumberUnit::PercentPerYear => FactValue::Percentage {
            value: number,
            per: Some(TimeUnit::Year),
        },
        NumberUnit::Amount => FactValue::Amount {
            currency: None,
            value: number,
        },
        NumberUnit::Count => FactValue::Count { value: number },
    }
}

/// A number on the side of `limit` that the comparison names, close to it.
fn beside(comparison: Comparison, limit: f64) -> f64 {
    match comparison {
        Comparison::Less => limit - 0.5,
        Comparison::Greater => limit + 0.5,
        Comparison::AtMost | Comparison::AtLeast | Comparison::Equal => limit,
    }
}

/// The same on the other side.
fn across(comparison: Comparison, limit: f64) -> f64 {
    match comparison {
        Comparison::Less | Comparison::Greater => limit,
        Comparison::AtMost | Comparison::Equal => limit + 0.5,
        Comparison::AtLeast => limit - 0.5,
    }
}

fn limit_of(operand: &Operand) -> f64 {
    match operand {
        Operand::Number(number) => *number,
        _ => FEES,
    }
}

impl Made {
    /// A clause that fits the conditions and no earlier rule: of the sides allowed the first that does.
    fn fitting(position: &Position, rule: &Rule, conditions: &[&Condition]) -> Option<Self> {
        let made = |side| Self::bound_to(side, position, conditions);
        let plain = SIDES.into_iter().map(made);
        // An earlier rule that wants something lacking is left by giving it.
        let earlier = position.rules.iter().flat_map(|rule| &rule.when);
        let lacking: Vec<&Condition> = earlier
            .filter(|condition| {
                matches!(
                    condition,
                    Condition::Fact { present: false, .. }
                        | Condition::Contract { present: false, .. }
                )
            })
            .collect();
        let dodged = SIDES.into_iter().flat_map(|side| {
            lacking.iter().map(move |condition| {
                let mut made = made(side);
                made.turn(condition, position);
                made
            })
        });
        plain
            .chain(dodged)
            .find(|made| made.is_judged_by(position, rule))
    }

    fn bound_to(side: Side, position: &Position, conditions: &[&Condition]) -> Self {
        let mut made = Self {
            text: "Text of a contract.",
            contract_type: position
                .applies_to
                .first()
                .copied()
                .unwrap_or(ContractType::Saas),
            labels: Vec::new(),
            clause: clause(position.clause_kind, side),
            others: Vec::new(),
        };
        for condition in conditions {
            made.fit(condition);
        }
        made
    }

    fn set(&mut self, name: &str, value: FactValue) {
        self.clause.facts.retain(|fact| fact.name != name);
        self.clause.facts.push(fact(name, value));
    }

    fn set_number(&mut self, operand: &Operand, number: f64) {
        match operand {
            Operand::Fact { name, unit } => self.set(name, value(number, *unit)),
            Operand::Contract {
                name: ContractNumber::Term,
                unit,
            } => {
                let term = fact("term", value(number, *unit));
                if self.clause.kind == ClauseKind::ExpirationDate {
                    self.set("term", term.value);
                } else {
                    let mut other = clause(ClauseKind::ExpirationDate, Side::Both);
                    other.facts.push(term);
                    self.others.push(other);
                }
            }
            _ => {}
        }
    }

    fn fit(&mut self, condition: &Condition) {
        match condition {
            Condition::Polarity(polarity) => self.clause.polarity = *polarity,
            Condition::Fact {
                name,
                present: true,
            } if self.clause.fact(name).is_none() => {
                self.set(name, FactValue::Flag);
            }
            Condition::Compare {
                left,
                comparison,
                right,
            } => {
                if matches!(
                    right,
                    Operand::Contract {
                        name: ContractNumber::AnnualFees,
                        ..
                    }
                ) {
                    let mut fees = clause(ClauseKind::Fees, Side::Ours);
                    fees.facts
                        .push(fact("annual_fees", value(FEES, NumberUnit::Amount)));
                    self.others.push(fees);
                }
                self.set_number(left, beside(*comparison, limit_of(right)));
            }
            Condition::Contract {
                kind,
                by,
                with,
                present: true,
            } => {
                let mut other = clause(*kind, by.first().copied().unwrap_or(Side::Both));
                other
                    .facts
                    .extend(with.iter().map(|name| fact(name, FactValue::Flag)));
                self.others.push(other);
            }
            Condition::HandlesPersonalData => {
                self.text = "Text on personal data and more personal data.";
            }
            Condition::KnowsSides => {
                self.labels = [Side::Ours, Side::Theirs]
                    .map(|side| SideLabel {
                        label: format!("{side:?}"),
                        side,
                    })
                    .to_vec();
            }
            Condition::Type(types) => self.contract_type = types[0],
            _ => {}
        }
    }

    /// Turns one condition round; `false` where that can't be done without touching another one.
    fn turn(&mut self, condition: &Condition, position: &Position) -> bool {
        match condition {
            Condition::Polarity(Polarity::Affirmed) => self.clause.polarity = Polarity::Negated,
            Condition::Polarity(Polarity::Negated) => self.clause.polarity = Polarity::Affirmed,
            Condition::Bound(sides) => match SIDES.into_iter().find(|s| !sides.contains(s)) {
                Some(side) => self.clause.bound = side,
                None => return false,
            },
            Condition::Fact {
                name,
                present: true,
            } => {
                self.clause.facts.retain(|fact| fact.name != *name);
            }
            Condition::Fact {
                name,
                present: false,
            } => self.set(name, FactValue::Flag),
            Condition::Compare {
                left,
                comparison,
                right,
            } => {
                self.others
                    .retain(|other| other.kind != ClauseKind::ExpirationDate);
                self.set_number(left, across(*comparison, limit_of(right)));
            }
            Condition::Contract {
                kind,
                by,
                with,
                present,
            } => {
                if *present {
                    self.others.retain(|other| other.kind != *kind);
                    return *kind != position.clause_kind;
                }
                let mut other = clause(*kind, by.first().copied().unwrap_or(Side::Both));
                other
                    .facts
                    .extend(with.iter().map(|name| fact(name, FactValue::Flag)));
                self.others.push(other);
            }
            Condition::HandlesPersonalData => self.text = "Text of a contract.",
            Condition::KnowsSides => self.labels.clear(),
            Condition::Type(types) => {
                let all = [ContractType::Other, ContractType::Goods, ContractType::Saas];
                let Some(other) = all.into_iter().find(|one| !types.contains(one)) else {
                    return false;
                };
                self.contract_type = other;
            }
        }
        true
    }

    /// Whether `rule` is the one that judges the clause.
    fn is_judged_by(&self, position: &Position, rule: &Rule) -> bool {
        let document = Document::from_plain_text(self.text);
        let profile = DocumentProfile {
            labels: self.labels.clone(),
            contract_type: self.contract_type,
            ..DocumentProfile::default()
        };
        let mut clauses = vec![self.clause.clone()];
        clauses.extend(self.others.clone());
        let contract = Contract::new(&document, &profile, &clauses);
        let concerned = position
            .only_if
            .iter()
            .all(|when| holds(&contract, None, when))
            && position
                .looks_at
                .iter()
                .all(|when| holds(&contract, Some(&self.clause), when));
        let found = rule_for(&contract, position, &self.clause);
        concerned && found.is_some_and(|found| std::ptr::eq(found, rule))
    }
}

#[test]
fn every_rule_of_every_playbook_holds_for_a_clause_made_for_it_and_hangs_on_each_condition() {
    let (mut rules, mut conditions) = (0, 0);
    for text in BUILT_IN {
        let playbook = Playbook::parse(text).unwrap();
        for position in &playbook.positions {
            for rule in &position.rules {
                let about = format!("{} {}: {}", playbook.id, position.check, rule.title);
                let all: Vec<&Condition> = position
                    .only_if
                    .iter()
                    .chain(&position.looks_at)
                    .chain(&rule.when)
                    .collect();
                assert!(
                    Made::fitting(position, rule, &all).is_some(),
                    "can't be reached: {about}"
                );
                rules += 1;
                for condition in &all {
                    let Some(mut turned) = Made::fitting(position, rule, &all) else {
                        continue;
                    };
                    if turned.turn(condition, position) {
                        assert!(
                            !turned.is_judged_by(position, rule),
                            "{about} does not hang on {condition:?}"
                        );
                        conditions += 1;
                    }
                }
            }
        }
    }
    assert!(
        rules > 300 && conditions > 700,
        "{rules} rules, {conditions} conditions"
    );
}
