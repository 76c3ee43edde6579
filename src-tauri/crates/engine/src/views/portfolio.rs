//! All contracts side by side: the register's rows, and the days on which something must be done.

use countersign_contracts::register::DeadlineKind;
use countersign_contracts::report::{Proposal, SeverityCounts, TermState};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A condition on a column of the portfolio.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct PortfolioFilter {
    /// The key term's field.
    pub field: String,
    /// Words that are all in its value; empty for any value.
    #[serde(default)]
    pub words: String,
    /// Not before this day, ISO 8601.
    #[serde(default)]
    pub from: Option<String>,
    /// Not after this day.
    #[serde(default)]
    pub to: Option<String>,
    /// Only contracts in which it was not found.
    #[serde(default)]
    pub absent: bool,
}

/// Which contracts to show side by side.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PortfolioQuery {
    /// Words that are all somewhere in the row.
    #[serde(default)]
    pub words: String,
    /// Conditions that all hold.
    #[serde(default)]
    pub filters: Vec<PortfolioFilter>,
    /// Only contracts for which the rules propose one of these; empty for all.
    #[serde(default)]
    pub proposals: Vec<Proposal>,
    /// `file`, `added`, `proposal`, `risks`, or a key term's field.
    pub sort: String,
    /// The other way round.
    #[serde(default)]
    pub descending: bool,
    /// Fields of the key terms that are shown.
    pub fields: Vec<String>,
    /// Rows left out before the first.
    #[serde(default)]
    pub offset: u32,
    /// How many at the most, up to 500; 100 when absent.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// A cell of the portfolio.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PortfolioCell {
    /// The key term's field.
    pub field: String,
    /// The value in words or digits; empty when not found.
    pub value: String,
    /// `days`, `USD`, … when the value is a number.
    pub unit: Option<String>,
    /// The number, in its unit; lengths of time are in days.
    pub number: Option<f64>,
    /// How it came about.
    pub state: TermState,
    /// The first page that says so.
    pub page: Option<u32>,
}

/// A contract in the portfolio.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PortfolioRow {
    /// The newest review that has a report.
    pub review_id: String,
    /// The contract.
    pub contract_id: String,
    /// The file's name.
    pub file: String,
    /// What the rules propose.
    pub proposal: Proposal,
    /// Risks by severity.
    pub counts: SeverityCounts,
    /// The review was submitted at.
    pub created_at: i64,
    /// The cells asked for.
    pub cells: Vec<PortfolioCell>,
}

/// Some rows of the portfolio.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PortfolioPage {
    /// Contracts that the query finds in all.
    pub total: u32,
    /// In order.
    pub rows: Vec<PortfolioRow>,
}

/// Which days to show.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RenewalsQuery {
    /// The day it is where the person is, ISO 8601.
    pub today: String,
    /// Not before this day; absent for all.
    #[serde(default)]
    pub from: Option<String>,
    /// Days left out before the first.
    #[serde(default)]
    pub offset: u32,
    /// How many at the most, up to 500; 100 when absent.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// A day on which something about a contract must be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Renewal {
    /// The review whose report says so.
    pub review_id: String,
    /// The file's name.
    pub file: String,
    /// The other side, where it was found.
    pub supplier: Option<String>,
    /// What it is about.
    pub kind: DeadlineKind,
    /// What happens, in words; as the report's dates have it.
    pub event: String,
    /// ISO 8601 date.
    pub date: String,
    /// How the date was computed, step by step.
    pub arithmetic: Vec<String>,
    /// The event of the report's dates that says so; another one for days of later terms.
    pub source: String,
    /// The first page that says so.
    pub page: Option<u32>,
    /// The contract has renewed itself since, as far as it tells.
    pub renewed: bool,
}

/// Some of the days, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RenewalsPage {
    /// Days that the query finds in all.
    pub total: u32,
    /// How many of them lie before today; they come first.
    pub passed: u32,
    /// In order.
    pub rows: Vec<Renewal>,
}

/// Names words of a contract's text, as passages have them.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SpanOfContract {
    /// Contract id.
    pub contract_id: String,
    /// First byte of the document's text.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// Columns, order and filters of the portfolio under a name.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SavedView {
    /// What the person calls it.
    pub name: String,
    /// Columns shown.
    pub columns: Vec<String>,
    /// Columns that stay in sight.
    pub pinned: Vec<String>,
    /// The column whose values order the rows.
    pub sort: String,
    /// The other way round.
    pub descending: bool,
    /// Words that are all somewhere in the row.
    pub words: String,
    /// Conditions on columns.
    pub filters: Vec<PortfolioFilter>,
    /// Proposals shown; all when empty.
    pub proposals: Vec<Proposal>,
}

/// Names a saved view.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ViewName {
    /// Its name.
    pub name: String,
}
