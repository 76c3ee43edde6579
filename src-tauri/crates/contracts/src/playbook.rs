//! Playbooks: the buyer's rules, as a TOML file that a person can read and change.
//!
//! A playbook is a list of positions. A position names a kind of clause, and rules over the facts read
//! from it; the first rule of the list that holds for a clause decides, and over several clauses the
//! gravest. Conditions are short sentences (see [`condition::Condition`]).
//!
//! A playbook may extend another one (see [`extend`]): it keeps the other's positions, changes their
//! numbers and words, leaves some out and adds its own.

pub mod condition;
mod edit;
mod extend;
mod outline;

use std::collections::BTreeMap;

use serde::Deserialize;
use thiserror::Error;
use toml::Spanned;

use crate::clause::ClauseKind;
use crate::finding::{Outcome, Severity};

pub use crate::finding::Fallback;
use crate::profile::ContractType;
use condition::Condition;

pub use edit::{Edit, WordsField, edit, renamed};
pub use extend::bundle;
pub use outline::{
    NamedNumber, Origin, Outline, OutlinedAbsence, OutlinedPosition, OutlinedRule, outline,
};

/// The text of the playbook that is used unless another is chosen.
pub const PROCUREMENT_TOML: &str = include_str!("../playbooks/procurement.toml");

/// The texts of the playbooks that come with the program, the default first.
pub const BUILT_IN: [&str; 6] = [
    PROCUREMENT_TOML,
    include_str!("../playbooks/saas.toml"),
    include_str!("../playbooks/services.toml"),
    include_str!("../playbooks/goods.toml"),
    include_str!("../playbooks/nda.toml"),
    include_str!("../playbooks/dpa.toml"),
];

/// A buyer's rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Playbook {
    /// Stable id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Version, as its owner counts.
    pub version: String,
    /// What it is for.
    pub description: String,
    /// The rules, in the order of the file.
    pub positions: Vec<Position>,
}

/// What the buyer wants of one kind of clause.
#[derive(Debug, Clone, PartialEq)]
pub struct Position {
    /// The check's id: `cap-low`.
    pub check: String,
    /// The kind of clause it judges.
    pub clause_kind: ClauseKind,
    /// What it is about, in a few words.
    pub title: String,
    /// Types of contract it concerns; empty for all.
    pub applies_to: Vec<ContractType>,
    /// Only clauses for which all of these hold are judged.
    pub looks_at: Vec<Condition>,
    /// Only contracts for which all of these hold are judged.
    pub only_if: Vec<Condition>,
    /// Rules, the first that holds decides.
    pub rules: Vec<Rule>,
    /// What to say when no rule holds; the first whose values are all there.
    pub met: Vec<String>,
    /// What to ask the other side for.
    pub ask: String,
    /// What the buyer's own paper says.
    pub standard: String,
    /// What can be accepted in its place, the best first.
    pub fallbacks: Vec<Fallback>,
    /// Where to stop; empty when there is no such point.
    pub walk_away: String,
    /// Who may accept less than the fallbacks: `legal`, `privacy`, `finance`, `security`, `business`.
    pub approver: String,
    /// What it means that no such clause was found.
    pub absent: Absence,
}

/// One rule of a position.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// All must hold.
    pub when: Vec<Condition>,
    /// What follows.
    pub outcome: Outcome,
    /// How much it matters.
    pub severity: Severity,
    /// The finding's line.
    pub title: String,
    /// Why, with values in braces: `{cap.months}`.
    pub say: String,
}

/// What it means that no clause of the kind was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Absence {
    /// [`Outcome::Missing`], [`Outcome::Met`] or [`Outcome::NotApplicable`].
    pub outcome: Outcome,
    /// How much the absence matters.
    pub severity: Severity,
    /// Types of contract in which it matters; empty for all the position applies to.
    pub in_types: Vec<ContractType>,
    /// What else must hold for the absence to matter.
    pub when: Vec<Condition>,
    /// The finding's line.
    pub title: String,
    /// Why it matters.
    pub say: String,
}

/// Why a playbook can't be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PlaybookError {
    /// Not TOML, or a key is unknown, missing or of the wrong kind.
    #[error("line {line} of the playbook: {message}")]
    Syntax {
        /// Counted from 1.
        line: usize,
        /// What is wrong, naming the key.
        message: String,
    },
    /// A condition that can't be understood.
    #[error(
        "line {line} of the playbook, position `{check}`: the condition `{condition}` {problem}"
    )]
    Condition {
        /// Counted from 1.
        line: usize,
        /// The position's id.
        check: String,
        /// As written.
        condition: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A playbook that extends one that is not there, or names a position that the other one lacks.
    #[error("line {line} of the playbook: `{name}` {problem}")]
    Unknown {
        /// Counted from 1.
        line: usize,
        /// As written.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Two positions with one id.
    #[error("line {line} of the playbook: the id `{check}` is used by another position already")]
    Duplicate {
        /// Counted from 1.
        line: usize,
        /// The id.
        check: String,
    },
}

impl PlaybookError {
    /// The line of the playbook's text that is wrong, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        match self {
            Self::Syntax { line, .. }
            | Self::Condition { line, .. }
            | Self::Unknown { line, .. }
            | Self::Duplicate { line, .. } => *line,
        }
    }
}

impl Playbook {
    /// Reads a playbook. Unknown keys are refused; errors name the line and the key.
    ///
    /// # Errors
    /// When the text is not TOML, a key or value is not known, or a condition can't be understood.
    pub fn parse(text: &str) -> Result<Self, PlaybookError> {
        let (own, base) = extend::unbundle(text);
        let raw = read_raw(own)?;
        let mut positions = match &raw.extends {
            Some(named) => {
                let base = base.or_else(|| extend::built_in(named.get_ref()));
                extend::inherit(own, &raw, base.ok_or_else(|| extend::no_base(own, named))?)?
            }
            None => Vec::new(),
        };
        for (at, raw_position) in raw.position.iter().enumerate() {
            let twice = raw.position.iter().take(at);
            let id = raw_position.id.get_ref();
            if twice.into_iter().any(|p| p.id.get_ref() == id) {
                return Err(PlaybookError::Duplicate {
                    line: line_of(own, raw_position.id.span().start),
                    check: id.clone(),
                });
            }
            let position = raw_position.clone().resolve(own)?;
            // A position of its own takes the place of one it inherits.
            match positions.iter_mut().find(|p| p.check == *id) {
                Some(inherited) => *inherited = position,
                None => positions.push(position),
            }
        }
        Ok(Self {
            id: raw.id,
            name: raw.name,
            version: raw.version,
            description: raw.description,
            positions,
        })
    }

    /// The default playbook: procurement, the buyer's side.
    ///
    /// # Errors
    /// Never in a released build: the file is part of the program and a test reads it.
    pub fn procurement() -> Result<Self, PlaybookError> {
        Self::parse(PROCUREMENT_TOML)
    }
}

fn read_raw(text: &str) -> Result<RawPlaybook, PlaybookError> {
    toml::from_str(text).map_err(|error| PlaybookError::Syntax {
        line: line_of(text, error.span().map_or(0, |span| span.start)),
        message: error.message().to_owned(),
    })
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|b| *b == b'\n').count() + 1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlaybook {
    id: String,
    name: String,
    version: String,
    #[serde(default)]
    description: String,
    extends: Option<Spanned<String>>,
    /// Of the positions inherited only these are kept.
    #[serde(default)]
    only: Vec<Spanned<String>>,
    /// Positions inherited that are left out.
    #[serde(default)]
    remove: Vec<Spanned<String>>,
    #[serde(default)]
    change: BTreeMap<Spanned<String>, extend::Change>,
    #[serde(default)]
    position: Vec<RawPosition>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPosition {
    id: Spanned<String>,
    clause_kind: ClauseKind,
    title: String,
    #[serde(default)]
    applies_to: Vec<ContractType>,
    #[serde(default)]
    looks_at: Vec<Spanned<String>>,
    #[serde(default)]
    only_if: Vec<Spanned<String>>,
    #[serde(default)]
    numbers: BTreeMap<String, f64>,
    #[serde(default)]
    rule: Vec<RawRule>,
    #[serde(default)]
    met: Vec<String>,
    #[serde(default)]
    ask: String,
    #[serde(default)]
    standard: String,
    #[serde(default)]
    fallbacks: Vec<Fallback>,
    #[serde(default)]
    walk_away: String,
    #[serde(default)]
    approver: String,
    #[serde(default)]
    absent: RawAbsence,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    #[serde(default)]
    when: Vec<Spanned<String>>,
    #[serde(default = "red_line")]
    outcome: Outcome,
    severity: Severity,
    title: String,
    say: String,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAbsence {
    outcome: Outcome,
    #[serde(default = "low")]
    severity: Severity,
    #[serde(default)]
    in_types: Vec<ContractType>,
    #[serde(default)]
    when: Vec<Spanned<String>>,
    #[serde(default)]
    title: String,
    #[serde(default)]
    say: String,
}

impl Default for RawAbsence {
    fn default() -> Self {
        Self {
            outcome: Outcome::Met,
            severity: Severity::Low,
            in_types: Vec::new(),
            when: Vec::new(),
            title: String::new(),
            say: String::new(),
        }
    }
}

fn red_line() -> Outcome {
    Outcome::RedLine
}

fn low() -> Severity {
    Severity::Low
}

impl RawPosition {
    fn resolve(self, text: &str) -> Result<Position, PlaybookError> {
        let check = self.id.into_inner();
        let numbers = self.numbers;
        let conditions = |list: &[Spanned<String>]| -> Result<Vec<Condition>, PlaybookError> {
            list.iter()
                .map(|written| {
                    Condition::parse(written.get_ref(), &numbers).map_err(|problem| {
                        PlaybookError::Condition {
                            line: line_of(text, written.span().start),
                            check: check.clone(),
                            condition: written.get_ref().clone(),
                            problem: problem.to_string(),
                        }
                    })
                })
                .collect()
        };
        let fill = |say: &str| fill_numbers(say, &numbers);
        let mut rules = Vec::new();
        for rule in &self.rule {
            rules.push(Rule {
                when: conditions(&rule.when)?,
                outcome: rule.outcome,
                severity: rule.severity,
                title: fill(&rule.title),
                say: fill(&rule.say),
            });
        }
        Ok(Position {
            looks_at: conditions(&self.looks_at)?,
            only_if: conditions(&self.only_if)?,
            absent: Absence {
                outcome: self.absent.outcome,
                severity: self.absent.severity,
                in_types: self.absent.in_types.clone(),
                when: conditions(&self.absent.when)?,
                title: fill(&self.absent.title),
                say: fill(&self.absent.say),
            },
            met: self.met.iter().map(|say| fill(say)).collect(),
            ask: fill(&self.ask),
            standard: fill(&self.standard),
            walk_away: fill(&self.walk_away),
            approver: self.approver,
            fallbacks: self
                .fallbacks
                .iter()
                .map(|fallback| Fallback {
                    position: fill(&fallback.position),
                    language: fill(&fallback.language),
                })
                .collect(),
            clause_kind: self.clause_kind,
            title: self.title,
            applies_to: self.applies_to,
            rules,
            check,
        })
    }
}

/// Puts the position's own numbers into a text: `{min_months}`. Facts (with a dot) stay.
fn fill_numbers(say: &str, numbers: &BTreeMap<String, f64>) -> String {
    let mut filled = say.to_owned();
    for (name, value) in numbers {
        filled = filled.replace(&format!("{{{name}}}"), &crate::judge::say_number(*value));
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_playbook_can_be_read_and_names_its_checks_once() {
        let mut ids = Vec::new();
        for text in BUILT_IN {
            let playbook = Playbook::parse(text).unwrap();
            assert!(playbook.positions.len() >= 10, "{}", playbook.id);
            let mut checks: Vec<&str> = playbook
                .positions
                .iter()
                .map(|p| p.check.as_str())
                .collect();
            checks.sort_unstable();
            checks.dedup();
            assert_eq!(checks.len(), playbook.positions.len(), "{}", playbook.id);
            for position in &playbook.positions {
                let asked = position
                    .rules
                    .iter()
                    .any(|rule| rule.outcome == Outcome::RedLine);
                let advice = [&position.standard, &position.walk_away];
                let offered = position.fallbacks.iter();
                let words = offered.flat_map(|fallback| [&fallback.position, &fallback.language]);
                for text in advice.into_iter().chain(words) {
                    let filled = text.replace("{ours}", "").replace("{theirs}", "");
                    assert!(
                        !filled.contains('{'),
                        "{} {}: nothing fills {text}",
                        playbook.id,
                        position.check
                    );
                }
                assert!(
                    !asked || !position.ask.is_empty(),
                    "{} {} has red lines and nothing to ask for",
                    playbook.id,
                    position.check
                );
            }
            ids.push(playbook.id);
        }
        assert_eq!(
            ids,
            ["procurement", "saas", "services", "goods", "nda", "dpa"]
        );
    }

    #[test]
    fn the_default_playbook_can_be_read() {
        let playbook = Playbook::procurement().unwrap();
        assert!(
            playbook.positions.len() >= 30,
            "{} positions",
            playbook.positions.len()
        );
    }

    #[test]
    fn errors_name_the_line_and_the_key() {
        let head = "id = \"x\"\nname = \"X\"\nversion = \"1\"\n\n[[position]]\nid = \"a\"\n";
        let good = "clause_kind = \"audit_rights\"\ntitle = \"T\"\n";
        let rule = "[[position.rule]]\nseverity = \"high\"\ntitle = \"t\"\nsay = \"s\"\n";
        let cases = [
            (
                format!("{head}{good}colour = \"red\"\n"),
                "line 9",
                "colour",
            ),
            (
                format!("{head}clause_kind = \"audits\"\ntitle = \"T\"\n"),
                "line 7",
                "audits",
            ),
            (
                format!("{head}{good}{rule}when = [\"notice < 3\"]\n"),
                "line 13",
                "notice < 3",
            ),
            (
                format!("{head}{good}{rule}when = [\"notice.days < few\"]\n"),
                "line 13",
                "few",
            ),
            (
                format!("{head}{good}[[position]]\nid = \"a\"\n{good}"),
                "line 10",
                "`a`",
            ),
            (format!("{head}{good}{rule}when = [\n"), "line 1", ""),
        ];
        for (text, line, key) in cases {
            let error = Playbook::parse(&text).unwrap_err().to_string();
            assert!(
                error.contains(line) && error.contains(key),
                "{error}\n{text}"
            );
        }
    }
}
