//! A playbook laid out for a person who changes it: each position with the numbers and words it has here,
//! as they are written, and where it comes from.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::extend::{self, Inherited, inherited};
use super::{Fallback, Playbook, PlaybookError, RawPosition, line_of, read_raw};
use crate::clause::ClauseKind;
use crate::finding::{Outcome, Severity};
use crate::profile::ContractType;

/// A playbook laid out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Outline {
    /// Stable id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Version, as its owner counts.
    pub version: String,
    /// What it is for.
    pub description: String,
    /// The playbook it extends.
    pub extends: Option<String>,
    /// Positions that count, and those that it leaves out of the one it extends.
    pub positions: Vec<OutlinedPosition>,
}

/// Where a position comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// It stands in this playbook.
    Own,
    /// As the playbook that is extended has it.
    Inherited,
    /// Inherited, with other numbers or words.
    Changed,
}

/// A position as it is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct OutlinedPosition {
    /// The check's id.
    pub check: String,
    /// The kind of clause it judges.
    pub clause_kind: ClauseKind,
    /// What it is about.
    pub title: String,
    /// Types of contract it concerns; empty for all.
    pub applies_to: Vec<ContractType>,
    /// Where it comes from.
    pub origin: Origin,
    /// It is not judged.
    pub left_out: bool,
    /// Where it stands or is changed in the text, from 1; absent for what is only inherited.
    pub line: Option<u32>,
    /// The numbers that its conditions and words use.
    pub numbers: Vec<NamedNumber>,
    /// Only clauses for which all of these hold are judged.
    pub looks_at: Vec<String>,
    /// Only contracts for which all of these hold are judged.
    pub only_if: Vec<String>,
    /// Rules, the first that holds decides.
    pub rules: Vec<OutlinedRule>,
    /// What to ask the other side for.
    pub ask: String,
    /// What the buyer's own paper says.
    pub standard: String,
    /// What can be accepted in its place, the best first.
    pub fallbacks: Vec<Fallback>,
    /// Where to stop.
    pub walk_away: String,
    /// Who may accept less.
    pub approver: String,
    /// What it means that no such clause was found.
    pub absent: OutlinedAbsence,
}

/// A number that a position names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct NamedNumber {
    /// Its name in conditions: `min_months`.
    pub name: String,
    /// What it is here.
    pub value: f64,
    /// What it is in the playbook that is extended; absent for a position of its own.
    pub usual: Option<f64>,
}

/// A rule as it is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct OutlinedRule {
    /// All must hold.
    pub when: Vec<String>,
    /// What follows.
    pub outcome: Outcome,
    /// How much it matters.
    pub severity: Severity,
    /// The finding's line.
    pub title: String,
    /// Why.
    pub say: String,
}

/// What an absence means, as it is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct OutlinedAbsence {
    /// How it comes out.
    pub outcome: Outcome,
    /// How much it matters.
    pub severity: Severity,
    /// The finding's line.
    pub title: String,
}

/// Lays a playbook out. What can be laid out can be used: it went through [`Playbook::parse`].
///
/// # Errors
/// As [`Playbook::parse`].
pub fn outline(text: &str) -> Result<Outline, PlaybookError> {
    Playbook::parse(text)?;
    let (own, base) = extend::unbundle(text);
    let raw = read_raw(own)?;
    let extended = match &raw.extends {
        Some(named) => {
            let base = base.or_else(|| extend::built_in(named.get_ref()));
            inherited(own, &raw, base.ok_or_else(|| extend::no_base(own, named))?)?
        }
        None => Vec::new(),
    };
    let mut positions: Vec<OutlinedPosition> =
        extended.into_iter().map(|one| laid_out(own, one)).collect();
    for written in raw.position {
        let line = line_of(own, written.id.span().start);
        let position = as_written(written, Origin::Own, Some(line), |_| None);
        match positions.iter_mut().find(|p| p.check == position.check) {
            Some(replaced) => *replaced = position,
            None => positions.push(position),
        }
    }
    Ok(Outline {
        id: raw.id,
        name: raw.name,
        version: raw.version,
        description: raw.description,
        extends: raw.extends.map(toml::Spanned::into_inner),
        positions,
    })
}

fn laid_out(own: &str, one: Inherited) -> OutlinedPosition {
    let origin = match one.changed_at {
        Some(_) => Origin::Changed,
        None => Origin::Inherited,
    };
    let line = one.changed_at.map(|at| line_of(own, at));
    OutlinedPosition {
        left_out: one.left_out,
        ..as_written(one.position, origin, line, |name| {
            one.usual.get(name).copied()
        })
    }
}

fn as_written(
    raw: RawPosition,
    origin: Origin,
    line: Option<usize>,
    usual: impl Fn(&str) -> Option<f64>,
) -> OutlinedPosition {
    let conditions = |list: Vec<toml::Spanned<String>>| -> Vec<String> {
        list.into_iter().map(toml::Spanned::into_inner).collect()
    };
    let number = |(name, value): (String, f64)| NamedNumber {
        usual: usual(&name),
        name,
        value,
    };
    OutlinedPosition {
        check: raw.id.into_inner(),
        clause_kind: raw.clause_kind,
        title: raw.title,
        applies_to: raw.applies_to,
        origin,
        left_out: false,
        line: line.and_then(|line| u32::try_from(line).ok()),
        numbers: raw.numbers.into_iter().map(number).collect(),
        looks_at: conditions(raw.looks_at),
        only_if: conditions(raw.only_if),
        rules: raw
            .rule
            .into_iter()
            .map(|rule| OutlinedRule {
                when: conditions(rule.when),
                outcome: rule.outcome,
                severity: rule.severity,
                title: rule.title,
                say: rule.say,
            })
            .collect(),
        ask: raw.ask,
        standard: raw.standard,
        fallbacks: raw.fallbacks,
        walk_away: raw.walk_away,
        approver: raw.approver,
        absent: OutlinedAbsence {
            outcome: raw.absent.outcome,
            severity: raw.absent.severity,
            title: raw.absent.title,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::BUILT_IN;
    use super::*;

    #[test]
    fn every_playbook_is_laid_out_with_as_many_positions_as_count() {
        for text in BUILT_IN {
            let outlined = outline(text).unwrap();
            let playbook = Playbook::parse(text).unwrap();
            let counted = outlined.positions.iter().filter(|p| !p.left_out).count();
            assert_eq!(counted, playbook.positions.len(), "{}", outlined.id);
        }
    }

    #[test]
    fn where_a_position_comes_from_and_where_it_stands_is_told() {
        let text = "id = \"ours\"\nname = \"Ours\"\nversion = \"1\"\nextends = \"procurement\"\nremove = [\"sla\"]\n\n\
                    [change.cap-low]\nnumbers = { min_months = 24 }\n\n\
                    [[position]]\nid = \"audit\"\nclause_kind = \"audit_rights\"\ntitle = \"Our audit\"\n\n\
                    [[position]]\nid = \"own\"\nclause_kind = \"insurance\"\ntitle = \"New\"\n";
        let outlined = outline(text).unwrap();
        let of = |check: &str| {
            outlined
                .positions
                .iter()
                .find(|p| p.check == check)
                .unwrap()
        };
        assert_eq!(
            (of("cap-low").origin, of("cap-low").line),
            (Origin::Changed, Some(7))
        );
        let months = |name: &str| {
            let numbers = &of("cap-low").numbers;
            let number = numbers.iter().find(|n| n.name == name).unwrap();
            (number.value, number.usual)
        };
        assert_eq!(months("min_months"), (24.0, Some(12.0)));
        assert_eq!(months("walk_away_months"), (6.0, Some(6.0)));
        assert!(of("cap-low").ask.contains("{min_months}"), "as written");
        assert!(of("sla").left_out && of("sla").line.is_none());
        assert_eq!(
            (of("audit").origin, of("audit").line),
            (Origin::Own, Some(11))
        );
        assert_eq!(of("own").origin, Origin::Own);
        assert_eq!(outlined.positions.last().unwrap().check, "own");
    }
}
