//! Exports of the risk summary: every form is written from the same report and its citations.

mod csv;
mod json;
mod markdown;
mod register;

use countersign_contracts::report::Report;

use crate::decisions::ReportedDecision;
use crate::error::Error;
use crate::views::{Export, ExportFormat};

pub use json::{SCHEMA, schema};
pub(crate) use register::write as write_register;

/// The risk summary as a file, with what was decided about its findings.
///
/// # Errors
/// [`Error::MalformedReport`] when the JSON form does not satisfy its schema.
pub fn export(
    report: &Report,
    decisions: &[ReportedDecision],
    format: ExportFormat,
) -> Result<Export, Error> {
    let (content, media_type, extension) = match format {
        ExportFormat::Markdown => (markdown::write(report, decisions), "text/markdown", "md"),
        ExportFormat::Json => (json::write(report, decisions)?, "application/json", "json"),
        ExportFormat::Csv => (csv::write(report, decisions), "text/csv", "csv"),
    };
    let file_name = format!("{}.{extension}", stem(&report.contract.file));
    Ok(Export {
        file_name,
        media_type: media_type.to_owned(),
        content,
    })
}

/// What was decided about the finding at this place of the report.
fn decision_of(decisions: &[ReportedDecision], finding: usize) -> Option<&ReportedDecision> {
    decisions
        .iter()
        .find(|one| usize::try_from(one.finding).is_ok_and(|at| at == finding))
}

/// A file name without its ending.
#[must_use]
pub fn stem(file: &str) -> &str {
    match file.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 5 && !ending.contains(' ') => {
            stem
        }
        _ => file,
    }
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn only_a_real_ending_is_taken_off() {
        assert_eq!(stem("supply.pdf"), "supply");
        assert_eq!(stem("Acme Inc. Agreement"), "Acme Inc. Agreement");
        assert_eq!(stem(".pdf"), ".pdf");
    }
}
