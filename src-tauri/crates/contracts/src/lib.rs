//! What a contract review *is*: pure values and rules.
//!
//! No IO, no async, no clock, no randomness: time and ids come in as arguments. Nothing here knows
//! how a document was read, where anything is stored or who shows it.
//!
//! Start with [`document::Document`] (what was read), [`clause::Clause`] (what a reader found in it),
//! [`finding::Finding`] (what a playbook makes of it) and [`report::Report`] (what a review leaves).

pub mod answer;
pub mod chunk;
pub mod citation;
pub mod clause;
pub mod compare;
pub mod coverage;
pub mod date;
pub mod decision;
pub mod document;
pub mod doubt;
pub mod embedding;
pub mod finding;
pub mod instruction;
pub mod judge;
pub mod layout;
mod numeral;
pub mod passage;
pub mod plain;
pub mod playbook;
pub mod profile;
pub mod quote;
pub mod readers;
pub mod register;
pub mod report;
pub mod side;
pub mod signature;
