//! The Markdown form: for people, mail and tickets.

use std::fmt::Write as _;

use countersign_contracts::citation::Citation;
use countersign_contracts::compare::SecondReading;
use countersign_contracts::decision::Verdict;
use countersign_contracts::finding::Finding;
use countersign_contracts::report::{KeyTerm, Report, TermState};

use crate::say;
use crate::source::{ReportedDecision, Source};

pub(super) fn write(source: &Source<'_>) -> String {
    let report = source.report;
    let mut text = String::new();
    // Writing into a string can't fail.
    let _ = head(&mut text, source);
    let _ = risks(&mut text, source);
    let _ = terms(&mut text, report);
    let _ = obligations(&mut text, report);
    let _ = others(&mut text, source);
    let _ = coverage(&mut text, report);
    text
}

fn head(text: &mut String, source: &Source<'_>) -> std::fmt::Result {
    let report = source.report;
    let contract = &report.contract;
    writeln!(text, "# Risk summary: {}\n", escape(source.title()))?;
    writeln!(text, "**{}**\n", escape(&report.summary.text))?;
    let written = source.written();
    if !written.is_empty() {
        writeln!(text, "{}\n", say::WRITTEN)?;
        for sentence in written {
            writeln!(text, "- {}", escape(&sentence))?;
        }
        writeln!(text)?;
    }
    for reason in &report.summary.reasons {
        writeln!(text, "- {}", escape(reason))?;
    }
    if !report.summary.reasons.is_empty() {
        writeln!(text)?;
    }
    let counts = report.summary.counts;
    writeln!(
        text,
        "| critical | high | medium | low |\n|---|---|---|---|"
    )?;
    writeln!(
        text,
        "| {} | {} | {} | {} |\n",
        counts.critical, counts.high, counts.medium, counts.low
    )?;
    writeln!(
        text,
        "File: {} ({} pages, SHA-256 `{}`)  ",
        escape(&contract.file),
        contract.pages,
        contract.sha256
    )?;
    for party in &contract.parties {
        let label = party
            .label
            .as_deref()
            .map(|label| format!(" ({})", escape(label)))
            .unwrap_or_default();
        writeln!(text, "Party: {}{label}  ", escape(&party.name))?;
    }
    writeln!(
        text,
        "Playbook: {} {}\n",
        escape(&report.playbook.name),
        escape(&report.playbook.version)
    )
}

fn risks(text: &mut String, source: &Source<'_>) -> std::fmt::Result {
    let risks = source.risks();
    writeln!(text, "## Findings\n")?;
    if risks.is_empty() {
        return writeln!(
            text,
            "No risks found by this playbook in the pages that were read.\n"
        );
    }
    for risk in risks {
        let finding = risk.finding;
        writeln!(
            text,
            "### {}. {} ({})\n",
            risk.number,
            escape(&finding.title),
            say::severity(finding.severity)
        )?;
        writeln!(text, "{}\n", escape(&finding.explanation))?;
        for citation in &finding.citations {
            quote(text, citation)?;
        }
        settling(text, finding)?;
        decided(text, risk.decision)?;
        let confidence = say::confidence(finding.confidence);
        writeln!(
            text,
            "Check `{}`, {}; confidence: {confidence}.\n",
            finding.check,
            say::outcome(finding.outcome)
        )?;
    }
    Ok(())
}

/// What is at stake, what to ask for, what can be accepted instead and who decides.
fn settling(text: &mut String, finding: &Finding) -> std::fmt::Result {
    let advice = &finding.advice;
    let lines = [
        ("At stake", &finding.exposure),
        ("Ask for", &finding.ask),
        ("Our standard", &advice.standard),
    ];
    for (what, said) in lines.into_iter().filter(|(_, said)| !said.is_empty()) {
        writeln!(text, "**{what}:** {}\n", escape(said))?;
    }
    for fallback in &advice.fallbacks {
        writeln!(text, "**Fall back to:** {}", escape(&fallback.position))?;
        if !fallback.language.is_empty() {
            writeln!(text, "\n> {}", escape(&fallback.language))?;
        }
        writeln!(text)?;
    }
    if !advice.walk_away.is_empty() {
        writeln!(text, "**Walk away:** {}\n", escape(&advice.walk_away))?;
    }
    if !advice.approver.is_empty() {
        writeln!(text, "**Who decides:** {}\n", escape(&advice.approver))?;
    }
    Ok(())
}

/// What a person decided about a finding.
fn decided(text: &mut String, decision: Option<&ReportedDecision>) -> std::fmt::Result {
    let Some(decision) = decision else {
        return Ok(());
    };
    match decision.verdict {
        Some(Verdict::Accepted) => writeln!(text, "**Decided:** accepted, to be raised\n")?,
        Some(Verdict::Dismissed) => writeln!(
            text,
            "**Decided:** dismissed: {}\n",
            escape(&decision.reason)
        )?,
        None => {}
    }
    if !decision.note.is_empty() {
        writeln!(text, "**Note:** {}\n", escape(&decision.note))?;
    }
    Ok(())
}

fn quote(text: &mut String, citation: &Citation) -> std::fmt::Result {
    writeln!(text, "> {}", escape(&citation.quote))?;
    let verified = if citation.verified {
        ""
    } else {
        ", could not be verified"
    };
    writeln!(text, ">\n> page {}{verified}\n", citation.page)
}

fn terms(text: &mut String, report: &Report) -> std::fmt::Result {
    let found: Vec<&KeyTerm> = report
        .key_terms
        .iter()
        .filter(|term| term.state != TermState::NotFound)
        .collect();
    if !found.is_empty() {
        writeln!(
            text,
            "## Key terms\n\n| term | value | page |\n|---|---|---|"
        )?;
        for term in found {
            let page = term
                .citations
                .first()
                .map(|c| c.page.to_string())
                .unwrap_or_default();
            writeln!(
                text,
                "| {} | {} | {page} |",
                term.field.replace('_', " "),
                escape(&term.value),
            )?;
        }
        writeln!(text)?;
    }
    if !report.key_dates.is_empty() {
        writeln!(text, "## Key dates\n")?;
        for date in &report.key_dates {
            writeln!(
                text,
                "- **{}**: {}",
                escape(&date.event),
                date.date.as_deref().unwrap_or("no date")
            )?;
            for step in &date.arithmetic {
                writeln!(text, "  - {}", escape(step))?;
            }
        }
        writeln!(text)?;
    }
    Ok(())
}

fn obligations(text: &mut String, report: &Report) -> std::fmt::Result {
    if report.obligations.is_empty() {
        return Ok(());
    }
    writeln!(
        text,
        "## Obligations\n\n| who | what | when | page |\n|---|---|---|---|"
    )?;
    for duty in &report.obligations {
        let who = say::side(duty.side);
        let page = duty.citations.first().map(|c| c.page.to_string());
        writeln!(
            text,
            "| {who} | {} | {} | {} |",
            escape(&duty.text),
            escape(duty.due.as_deref().unwrap_or_default()),
            page.unwrap_or_default()
        )?;
    }
    writeln!(text)
}

fn others(text: &mut String, source: &Source<'_>) -> std::fmt::Result {
    let others: Vec<(usize, &Finding)> = source.others().collect();
    if others.is_empty() {
        return Ok(());
    }
    writeln!(text, "## Checked without objection\n")?;
    for (place, finding) in others {
        let note = source
            .decision_of(place)
            .filter(|decision| !decision.note.is_empty())
            .map(|decision| format!(": {}", escape(&decision.note)))
            .unwrap_or_default();
        let page = finding
            .citations
            .first()
            .map(|c| format!(", page {}", c.page))
            .unwrap_or_default();
        writeln!(
            text,
            "- {} ({}{page}){note}",
            escape(&finding.title),
            say::outcome(finding.outcome)
        )?;
    }
    writeln!(text)
}

fn coverage(text: &mut String, report: &Report) -> std::fmt::Result {
    let c = &report.coverage;
    writeln!(text, "## What was read\n")?;
    writeln!(
        text,
        "{} of {} pages, {} of {} chunks.",
        c.pages_read, c.pages_total, c.chunks_read, c.chunks_total
    )?;
    for failed in &c.pages_failed {
        writeln!(
            text,
            "- Page {} was not read: {}",
            failed.page,
            escape(&failed.reason)
        )?;
    }
    for hidden in &c.hidden_text {
        writeln!(
            text,
            "- Hidden text on page {}: {}",
            hidden.page,
            escape(&hidden.text)
        )?;
    }
    second_reading(text, c.second_reading.as_ref())?;
    for change in &c.changes {
        let what = say::change(change.kind);
        writeln!(
            text,
            "- Tracked change on page {}, {what}{}: {}",
            change.place.page,
            by(change.author.as_deref()),
            escape(&change.text)
        )?;
    }
    for comment in &c.comments {
        writeln!(
            text,
            "- Comment on page {}{}: {}",
            comment.place.page,
            by(comment.author.as_deref()),
            escape(&comment.text)
        )?;
    }
    for note in &c.notes {
        writeln!(text, "- {}", escape(note))?;
    }
    writeln!(
        text,
        "\nMade by {} {}, reader: {}.",
        report.engine.name, report.engine.version, report.engine.reader
    )
}

fn second_reading(text: &mut String, second: Option<&SecondReading>) -> std::fmt::Result {
    let Some(second) = second.filter(|second| second.pages_of_text > 0) else {
        return Ok(());
    };
    if second.under_way {
        return writeln!(
            text,
            "- A second reader is still comparing {} pages.",
            second.pages_of_text
        );
    }
    writeln!(
        text,
        "- A second reader compared {} of {} pages.",
        second.pages_compared, second.pages_of_text
    )?;
    for page in &second.disputed {
        writeln!(
            text,
            "- Page {} is disputed: compare it with the file. Only the first reader finds “{}”, only the second “{}”.",
            page.page,
            escape(&page.only_first),
            escape(&page.only_second)
        )?;
    }
    Ok(())
}

fn by(author: Option<&str>) -> String {
    author.map_or_else(String::new, |author| format!(" by {}", escape(author)))
}

/// Text of the document must stay text: nothing in it may become markup, a link or a new line.
pub(crate) fn escape(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' => {
                clean.push('\\');
                clean.push(c);
            }
            c if c.is_control() => clean.push(' '),
            c => clean.push(c),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn the_documents_words_stay_words() {
        assert_eq!(
            escape("[pay](http://x) | <b>\n# *now*"),
            "\\[pay\\](http://x) \\| \\<b\\> \\# \\*now\\*"
        );
    }
}
