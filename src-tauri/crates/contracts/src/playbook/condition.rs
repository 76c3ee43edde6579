//! Conditions of a playbook: short sentences over one clause and over the whole contract.
//!
//! ```text
//! affirmed                               the clause says that it holds
//! negated                                … that it does not
//! bound is theirs or both                whom it is about
//! has training                           a fact of that name was read
//! lacks consent
//! notice.days < 30                       a number: days, months, years, hours, percent,
//! interest.percent_per_year > most       percent_per_year, amount, count; against a number of the
//! cap.amount < contract.annual_fees      position or a number of the contract
//! contract.term.months > 12              term, annual_fees
//! contract has renewal_term              an affirmed clause of that kind is anywhere
//! contract lacks data_protection by theirs or both with terms
//! contract handles personal_data         words for it occur
//! contract knows sides                   it says who buys and who sells
//! type is saas or licence
//! ```

use std::collections::BTreeMap;

use serde::de::IntoDeserializer as _;
use serde::de::value::{Error as ValueError, StrDeserializer};
use thiserror::Error;

use crate::clause::{ClauseKind, NumberUnit, Polarity, Side};
use crate::profile::ContractType;

/// Something that holds or not for a clause in its contract.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// The clause has this polarity.
    Polarity(Polarity),
    /// The clause is about one of these sides.
    Bound(Vec<Side>),
    /// A fact of that name is there (or is not).
    Fact {
        /// Its name.
        name: String,
        /// `true` for `has`.
        present: bool,
    },
    /// A number compares so; does not hold when either number is not known.
    Compare {
        /// The left one.
        left: Operand,
        /// How.
        comparison: Comparison,
        /// The right one.
        right: Operand,
    },
    /// An affirmed clause of a kind is anywhere in the contract (or is not).
    Contract {
        /// The kind.
        kind: ClauseKind,
        /// About one of these sides; empty for any.
        by: Vec<Side>,
        /// With this fact.
        with: Option<String>,
        /// `true` for `has`.
        present: bool,
    },
    /// Words for personal data occur in the contract.
    HandlesPersonalData,
    /// The contract says which of its parties buys and which sells.
    KnowsSides,
    /// The contract is of one of these types.
    Type(Vec<ContractType>),
}

/// A number of a condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// Written in the playbook.
    Number(f64),
    /// Read from the clause.
    Fact {
        /// The fact's name.
        name: String,
        /// The unit compared in.
        unit: NumberUnit,
    },
    /// Read from the whole contract.
    Contract {
        /// The value's name.
        name: ContractNumber,
        /// The unit compared in.
        unit: NumberUnit,
    },
}

/// Numbers of the whole contract that conditions can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContractNumber {
    /// The initial term.
    Term,
    /// One year's fees.
    AnnualFees,
}

/// `<`, `<=`, `>`, `>=`, `=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
    /// `=`
    Equal,
}

/// Why a condition can't be understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConditionError {
    /// Not one of the sentences of the module's table.
    #[error("is not a sentence that playbooks know")]
    Unknown,
    /// A word that is no side.
    #[error("names `{0}`, which is no side (ours, theirs, both, unknown)")]
    Side(String),
    /// A word that is no kind of clause.
    #[error("names `{0}`, which is no kind of clause")]
    Kind(String),
    /// A word that is no type of contract.
    #[error("names `{0}`, which is no type of contract")]
    Type(String),
    /// Neither a number, nor a number of the position, nor `fact.unit`.
    #[error(
        "compares with `{0}`, which is neither a number, nor one under `numbers`, nor `fact.unit`"
    )]
    Operand(String),
}

impl Comparison {
    /// Whether it holds.
    #[must_use]
    pub fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::Greater => left > right,
            Self::AtLeast => left >= right,
            Self::Equal => (left - right).abs() < 1e-9,
        }
    }
}

impl Condition {
    /// Understands a condition; `numbers` are the position's own.
    ///
    /// # Errors
    /// Says which word was not understood.
    pub fn parse(text: &str, numbers: &BTreeMap<String, f64>) -> Result<Self, ConditionError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            ["affirmed"] => Ok(Self::Polarity(Polarity::Affirmed)),
            ["negated"] => Ok(Self::Polarity(Polarity::Negated)),
            ["bound", "is", sides @ ..] => Ok(Self::Bound(list(sides, side)?)),
            ["type", "is", types @ ..] => Ok(Self::Type(list(types, contract_type)?)),
            ["contract", "handles", "personal_data"] => Ok(Self::HandlesPersonalData),
            ["contract", "knows", "sides"] => Ok(Self::KnowsSides),
            ["contract", verb @ ("has" | "lacks"), kind, rest @ ..] => {
                let (by, with) = match rest {
                    [] => (Vec::new(), None),
                    ["with", fact] => (Vec::new(), Some((*fact).to_owned())),
                    ["by", sides @ .., "with", fact] => {
                        (list(sides, side)?, Some((*fact).to_owned()))
                    }
                    ["by", sides @ ..] => (list(sides, side)?, None),
                    _ => return Err(ConditionError::Unknown),
                };
                Ok(Self::Contract {
                    kind: clause_kind(kind)?,
                    by,
                    with,
                    present: *verb == "has",
                })
            }
            [verb @ ("has" | "lacks"), name] => Ok(Self::Fact {
                name: (*name).to_owned(),
                present: *verb == "has",
            }),
            [left, sign, right] => Ok(Self::Compare {
                left: operand(left, numbers)?,
                comparison: comparison(sign).ok_or(ConditionError::Unknown)?,
                right: operand(right, numbers)?,
            }),
            _ => Err(ConditionError::Unknown),
        }
    }
}

fn list<T>(
    words: &[&str],
    read: fn(&str) -> Result<T, ConditionError>,
) -> Result<Vec<T>, ConditionError> {
    if words.len().is_multiple_of(2) || words.iter().skip(1).step_by(2).any(|word| *word != "or") {
        return Err(ConditionError::Unknown);
    }
    words.iter().step_by(2).map(|word| read(word)).collect()
}

fn by_serde_name<'a, T: serde::Deserialize<'a>>(word: &'a str) -> Option<T> {
    let words: StrDeserializer<'a, ValueError> = word.into_deserializer();
    T::deserialize(words).ok()
}

fn side(word: &str) -> Result<Side, ConditionError> {
    by_serde_name(word).ok_or_else(|| ConditionError::Side(word.to_owned()))
}

fn contract_type(word: &str) -> Result<ContractType, ConditionError> {
    by_serde_name(word).ok_or_else(|| ConditionError::Type(word.to_owned()))
}

fn clause_kind(word: &str) -> Result<ClauseKind, ConditionError> {
    by_serde_name(word).ok_or_else(|| ConditionError::Kind(word.to_owned()))
}

fn comparison(sign: &str) -> Option<Comparison> {
    Some(match sign {
        "<" => Comparison::Less,
        "<=" => Comparison::AtMost,
        ">" => Comparison::Greater,
        ">=" => Comparison::AtLeast,
        "=" => Comparison::Equal,
        _ => return None,
    })
}

/// The unit that a condition or a text names.
#[must_use]
pub fn number_unit(word: &str) -> Option<NumberUnit> {
    Some(match word {
        "hours" => NumberUnit::Hours,
        "days" => NumberUnit::Days,
        "months" => NumberUnit::Months,
        "years" => NumberUnit::Years,
        "percent" => NumberUnit::Percent,
        "percent_per_year" => NumberUnit::PercentPerYear,
        "amount" => NumberUnit::Amount,
        "count" => NumberUnit::Count,
        _ => return None,
    })
}

fn operand(word: &str, numbers: &BTreeMap<String, f64>) -> Result<Operand, ConditionError> {
    if let Ok(value) = word.parse() {
        return Ok(Operand::Number(value));
    }
    if let Some(value) = numbers.get(word) {
        return Ok(Operand::Number(*value));
    }
    let unknown = || ConditionError::Operand(word.to_owned());
    let (name, unit) = word.rsplit_once('.').ok_or_else(unknown)?;
    if word == "contract.annual_fees" {
        return Ok(Operand::Contract {
            name: ContractNumber::AnnualFees,
            unit: NumberUnit::Amount,
        });
    }
    let unit = number_unit(unit).ok_or_else(unknown)?;
    match name.strip_prefix("contract.") {
        Some("term") => Ok(Operand::Contract {
            name: ContractNumber::Term,
            unit,
        }),
        Some(_) => Err(unknown()),
        None => Ok(Operand::Fact {
            name: name.to_owned(),
            unit,
        }),
    }
}
