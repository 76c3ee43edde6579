//! The appendix: every finding with its quotes, the register, dates, obligations, what was not read.

use countersign_contracts::decision::Verdict;
use countersign_contracts::finding::Finding;
use krilla::tagging::{TableHeaderScope, Tag};

use super::lines::Run;
use super::paper::{Cell, Paper, WIDTH};
use super::style::{PALE, body, heading_tag, label, quote, run, severity, small, strong, title};
use super::summary::{cut, ended, section};
use crate::say;
use crate::source::{ReportedDecision, Risk, Source};

pub(super) fn set(paper: &mut Paper<'_>, source: &Source<'_>) {
    paper.new_page();
    paper.bookmark("Appendix");
    paper.text(
        heading_tag(1, "Appendix"),
        0.0,
        WIDTH,
        &[run("Appendix", title())],
    );
    findings(paper, source);
    others(paper, source);
    register(paper, source);
    dates(paper, source);
    obligations(paper, source);
    unread(paper, source);
    lacking(paper, source);
}

fn findings(paper: &mut Paper<'_>, source: &Source<'_>) {
    let risks = source.risks();
    if risks.is_empty() {
        return;
    }
    section(paper, "Every finding");
    for risk in &risks {
        finding(paper, risk);
    }
}

fn finding(paper: &mut Paper<'_>, risk: &Risk<'_>) {
    let finding = risk.finding;
    let heading = format!("{}. {}", risk.number, finding.title);
    paper.keep(|paper| {
        paper.text(
            heading_tag(3, &heading),
            0.0,
            WIDTH,
            &[
                run(&heading, strong()),
                run(
                    &say::capital(say::severity(finding.severity)),
                    strong().colour(severity(finding.severity)),
                ),
                run(
                    &format!(
                        "({}; {}; confidence: {}; check {})",
                        finding.clause_kind.title(),
                        say::outcome(finding.outcome),
                        say::confidence(finding.confidence),
                        finding.check
                    ),
                    small(),
                ),
            ],
        );
        paper.text(
            Tag::P,
            12.0,
            WIDTH - 12.0,
            &[run(&finding.explanation, body())],
        );
    });
    quotes(paper, finding);
    let mut runs: Vec<Run> = Vec::new();
    let mut say = |what: &str, said: &str| {
        if !said.is_empty() {
            runs.push(run(&format!("{what}:"), label()));
            runs.push(run(&ended(said), body()));
        }
    };
    let advice = &finding.advice;
    say("At stake", &finding.exposure);
    say("Ask", &finding.ask);
    say("Our standard", &advice.standard);
    for fallback in &advice.fallbacks {
        say("Fall back to", &fallback.position);
        say("Words to offer", &fallback.language);
    }
    say("Walk away", &advice.walk_away);
    say("Decides", &advice.approver);
    decided(&mut say, risk.decision);
    paper.text(Tag::P, 12.0, WIDTH - 12.0, &runs);
    paper.space(7.0);
}

fn decided(say: &mut impl FnMut(&str, &str), decision: Option<&ReportedDecision>) {
    let Some(decision) = decision else {
        return;
    };
    match decision.verdict {
        Some(Verdict::Accepted) => say("Decided", "accepted, to be raised"),
        Some(Verdict::Dismissed) => say("Dismissed", &decision.reason),
        None => {}
    }
    say("Note", &decision.note);
}

/// Every quote whole, under the page it stands on.
fn quotes(paper: &mut Paper<'_>, finding: &Finding) {
    for citation in &finding.citations {
        let verified = if citation.verified {
            ""
        } else {
            ", could not be verified"
        };
        let runs = [
            run(&format!("“{}”", citation.quote), quote()),
            run(&format!("page {}{verified}", citation.page), small()),
        ];
        paper.group(Tag::BlockQuote, |paper| {
            paper.text(Tag::P, 12.0, WIDTH - 12.0, &runs);
        });
    }
}

fn others(paper: &mut Paper<'_>, source: &Source<'_>) {
    let others: Vec<(usize, &Finding)> = source.others().collect();
    if others.is_empty() {
        return;
    }
    section(paper, "Checked without objection");
    for (place, finding) in others {
        let page = finding
            .citations
            .first()
            .map_or_else(String::new, |c| format!(", page {}", c.page));
        let note = source
            .decision_of(place)
            .map_or("", |decision| &decision.note);
        let note = if note.is_empty() {
            String::new()
        } else {
            format!("Note: {note}")
        };
        paper.text(
            Tag::P,
            0.0,
            WIDTH,
            &[
                run(&finding.title, body()),
                run(
                    &format!("({}{page})", say::outcome(finding.outcome)),
                    small(),
                ),
                run(&note, small()),
            ],
        );
    }
}

fn register(paper: &mut Paper<'_>, source: &Source<'_>) {
    section(paper, "Register of key terms");
    paper.group(Tag::Table, |paper| {
        for (term, at) in source.report.key_terms.iter().zip(0..) {
            let place = term.citations.first();
            let place = place.map_or_else(String::new, |c| format!("page {}", c.page));
            let value = if term.value.is_empty() {
                "–".to_owned()
            } else {
                cut(&term.value, 600)
            };
            let cells = [
                cell(
                    Tag::TH(TableHeaderScope::Row),
                    3.0,
                    150.0,
                    run(&say::field(&term.field), label()),
                ),
                cell(Tag::TD, 158.0, 210.0, run(&value, body())),
                cell(Tag::TD, 374.0, 66.0, run(say::state(term.state), small())),
                cell(Tag::TD, 444.0, 48.0, run(&place, small())),
            ];
            let ground = (at % 2 == 0).then_some(PALE);
            paper.group(Tag::TR, |paper| paper.row(&cells, ground, 3.0));
        }
    });
}

fn cell(tag: impl Into<krilla::tagging::TagKind>, x: f32, width: f32, run: Run) -> Cell {
    Cell {
        tag: tag.into(),
        x,
        width,
        runs: vec![run],
    }
}

fn dates(paper: &mut Paper<'_>, source: &Source<'_>) {
    if source.report.key_dates.is_empty() {
        return;
    }
    section(paper, "Dates and how they were computed");
    for date in &source.report.key_dates {
        let page = date
            .citations
            .first()
            .map_or_else(String::new, |c| format!("(page {})", c.page));
        paper.text(
            Tag::P,
            0.0,
            WIDTH,
            &[
                run(date.date.as_deref().unwrap_or("No day"), strong()),
                run(&date.event, body()),
                run(&page, small()),
                run(&date.arithmetic.join("; "), small()),
            ],
        );
    }
}

fn obligations(paper: &mut Paper<'_>, source: &Source<'_>) {
    if source.report.obligations.is_empty() {
        return;
    }
    section(paper, "Obligations");
    for duty in &source.report.obligations {
        let page = duty.citations.first().map(|c| format!("(page {})", c.page));
        paper.text(
            Tag::P,
            0.0,
            WIDTH,
            &[
                run(&format!("{}:", say::capital(say::side(duty.side))), label()),
                run(&duty.text, body()),
                run(duty.due.as_deref().unwrap_or_default(), strong()),
                run(&page.unwrap_or_default(), small()),
            ],
        );
        paper.space(1.5);
    }
}

/// What was not read, not seen, or stands beside the text.
fn unread(paper: &mut Paper<'_>, source: &Source<'_>) {
    let c = &source.report.coverage;
    let failed = c.pages_failed.iter();
    let mut lines: Vec<String> = failed
        .map(|failed| format!("Page {} was not read: {}", failed.page, failed.reason))
        .collect();
    lines.extend(
        c.hidden_text
            .iter()
            .map(|hidden| format!("Hidden text on page {}: {}", hidden.page, hidden.text)),
    );
    let second = c.second_reading.iter().flat_map(|second| &second.disputed);
    lines.extend(second.map(|page| {
        format!(
            "Page {} is disputed: only the first reader finds “{}”, only the second “{}”",
            page.page, page.only_first, page.only_second
        )
    }));
    lines.extend(c.changes.iter().map(|change| {
        format!(
            "Tracked change on page {}, {}: {}",
            change.place.page,
            say::change(change.kind),
            change.text
        )
    }));
    lines.extend(
        c.comments
            .iter()
            .map(|comment| format!("Comment on page {}: {}", comment.place.page, comment.text)),
    );
    lines.extend(c.notes.iter().cloned());
    if lines.is_empty() {
        return;
    }
    section(paper, "What else to know of the file");
    for line in lines {
        paper.text(Tag::P, 0.0, WIDTH, &[run(&line, body())]);
        paper.space(1.5);
    }
}

/// Says so where a quote holds characters that this file can't show.
fn lacking(paper: &mut Paper<'_>, source: &Source<'_>) {
    let report = source.report;
    let findings = report.findings.iter().flat_map(|f| &f.citations);
    let terms = report.key_terms.iter().flat_map(|t| &t.citations);
    let lacking = findings
        .chain(terms)
        .any(|citation| !paper.fonts.shows(&citation.quote));
    if lacking {
        paper.space(9.0);
        let said = "Some characters of the contract are not in this document's typeface; \u{fffd} stands in their place. The other forms of this summary hold them.";
        paper.text(Tag::P, 0.0, WIDTH, &[run(said, small())]);
    }
}
