//! The JSON form: the report as it is, checked against the published schema before it leaves.

use std::sync::OnceLock;

use countersign_contracts::report::Report;
use schemars::JsonSchema;
use serde::Serialize;

use crate::Error;
use crate::source::{ReportedDecision, Source};

/// The published JSON Schema (draft 2020-12).
pub const SCHEMA: &str = include_str!("../schema/report.schema.json");

/// The report with what was decided about it.
#[derive(Serialize, JsonSchema)]
struct Exported<'a> {
    #[serde(flatten)]
    report: &'a Report,
    /// What a person decided about findings.
    decisions: &'a [ReportedDecision],
}

/// The schema as the types have it: what [`SCHEMA`] must be.
#[must_use]
pub fn schema() -> String {
    let mut schema = schemars::schema_for!(Exported<'_>);
    schema.insert("title".to_owned(), "Countersign risk summary".into());
    schema.insert("$id".to_owned(), "urn:countersign:report:1".into());
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

pub(super) fn write(source: &Source<'_>) -> Result<String, Error> {
    let value = serde_json::to_value(Exported {
        report: source.report,
        decisions: source.decisions,
    })?;
    satisfies(&value)?;
    let mut text = serde_json::to_string_pretty(&value)?;
    text.push('\n');
    Ok(text)
}

/// The report of an export and what was decided about it, if the export satisfies the published schema.
///
/// # Errors
/// [`Error::Json`] when it is not JSON, [`Error::MalformedReport`] when it is not such a report.
pub fn read_json(bytes: &[u8]) -> Result<(Report, Vec<ReportedDecision>), Error> {
    let mut value: serde_json::Value = serde_json::from_slice(bytes)?;
    satisfies(&value)?;
    let decisions = value
        .get_mut("decisions")
        .map(serde_json::Value::take)
        .unwrap_or_default();
    Ok((
        serde_json::from_value(value)?,
        serde_json::from_value(decisions)?,
    ))
}

fn satisfies(value: &serde_json::Value) -> Result<(), Error> {
    match validator()?.iter_errors(value).next() {
        None => Ok(()),
        Some(problem) => Err(Error::MalformedReport {
            problem: format!("{} at {}", problem, problem.instance_path()),
        }),
    }
}

fn validator() -> Result<&'static jsonschema::Validator, Error> {
    static VALIDATOR: OnceLock<Option<jsonschema::Validator>> = OnceLock::new();
    let made = VALIDATOR.get_or_init(|| {
        let schema = serde_json::from_str(SCHEMA).ok()?;
        jsonschema::validator_for(&schema).ok()
    });
    made.as_ref().ok_or_else(|| Error::MalformedReport {
        problem: "the schema itself can't be used".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_published_schema_is_that_of_the_types() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/report.schema.json");
        let wanted = super::schema();
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &wanted).unwrap();
        }
        let found = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            found == wanted,
            "report.schema.json is stale: run with UPDATE=1"
        );
    }
}
