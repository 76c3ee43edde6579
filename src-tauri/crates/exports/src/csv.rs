//! The CSV form: one line a finding, for a spreadsheet.

use countersign_contracts::finding::Finding;

use crate::cells::untyped;
use crate::source::{ReportedDecision, Source};

const HEADINGS: &[&str] = &[
    "contract",
    "check",
    "clause kind",
    "outcome",
    "severity",
    "confidence",
    "title",
    "explanation",
    "ask",
    "at stake",
    "our standard",
    "fall back to",
    "walk away",
    "who decides",
    "page",
    "quote",
    "verified",
    "decision",
    "reason",
    "note",
];

pub(super) fn write(source: &Source<'_>) -> String {
    let report = source.report;
    let mut writer = ::csv::WriterBuilder::new()
        .terminator(::csv::Terminator::CRLF)
        .from_writer(Vec::new());
    // Writing into memory can't fail.
    let _ = writer.write_record(HEADINGS);
    for (at, finding) in report.findings.iter().enumerate() {
        let decision = source.decision_of(at);
        let _ = writer.write_record(row(&report.contract.file, finding, decision));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

fn row(file: &str, finding: &Finding, decision: Option<&ReportedDecision>) -> Vec<String> {
    let word = |value: serde_json::Result<serde_json::Value>| match value {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    };
    let citation = finding.citations.first();
    [
        file.to_owned(),
        finding.check.clone(),
        finding.clause_kind.title().to_owned(),
        word(serde_json::to_value(finding.outcome)),
        word(serde_json::to_value(finding.severity)),
        word(serde_json::to_value(finding.confidence)),
        finding.title.clone(),
        finding.explanation.clone(),
        finding.ask.clone(),
        finding.exposure.clone(),
        finding.advice.standard.clone(),
        finding
            .advice
            .fallbacks
            .iter()
            .map(|fallback| fallback.position.as_str())
            .collect::<Vec<_>>()
            .join("; "),
        finding.advice.walk_away.clone(),
        finding.advice.approver.clone(),
        citation.map_or_else(String::new, |c| c.page.to_string()),
        finding
            .citations
            .iter()
            .map(|c| c.quote.as_str())
            .collect::<Vec<_>>()
            .join(" … "),
        citation.map_or_else(String::new, |c| {
            if c.verified { "yes" } else { "no" }.to_owned()
        }),
        decision.map_or_else(String::new, |d| word(serde_json::to_value(d.verdict))),
        decision.map_or_else(String::new, |d| d.reason.clone()),
        decision.map_or_else(String::new, |d| d.note.clone()),
    ]
    .map(|cell| untyped(&cell))
    .to_vec()
}
