//! The DOCX: the brief and every finding as an ordinary document, with the styles of Word's own names, so
//! that a person can go on writing in it.

use countersign_contracts::citation::Citation;
use countersign_contracts::finding::Finding;
use docx_rs::{
    AlignmentType, BorderType, Docx, DocxError, Footer, LineSpacing, LineSpacingType, NumPages,
    PageMargin, PageNum, Paragraph, Run, RunFonts, Shading, Style, StyleType, Table, TableBorder,
    TableBorderPosition, TableBorders, TableCell, TableCellMargins, TableLayoutType, TableRow,
    WidthType,
};

use crate::brief::{Brief, pages};
use crate::say;
use crate::source::{Risk, Source};

/// Width of the text on A4, in twentieths of a point.
const WIDTH: usize = 9_638;
/// Dark blue of headings and heads of tables.
const HEAD: &str = "1F3A5F";
/// Grey of what is said beside.
const SOFT: &str = "525D6C";

pub(super) fn write(source: &Source<'_>) -> Result<Vec<u8>, DocxError> {
    let brief = Brief::of(source);
    let mut docx = begin(&format!("Countersign risk summary · {}", source.title()));
    docx = docx.add_paragraph(styled(
        "Title",
        &format!("Risk summary: {}", source.title()),
    ));
    docx = decision(docx, source, &brief);
    docx = summary(docx, &brief);
    docx = findings(docx, source);
    docx = register(docx, source);
    packed(docx, source)
}

/// An empty document with its styles, margins and foot.
pub(crate) fn begin(foot: &str) -> Docx {
    let footer = Footer::new().add_paragraph(
        Paragraph::new()
            .style("Footer")
            .add_run(Run::new().add_text(format!("{} · page ", clean(foot))))
            .add_page_num(PageNum::new())
            .add_run(Run::new().add_text(" of "))
            .add_num_pages(NumPages::new()),
    );
    let heading = |id: &str, name: &str, size: usize, level: usize| {
        Style::new(id, StyleType::Paragraph)
            .name(name)
            .based_on("Normal")
            .next("Normal")
            .q_format(true)
            .size(size)
            .bold()
            .color(HEAD)
            .line_spacing(LineSpacing::new().before(240).after(80))
            .outline_lvl(level)
    };
    let fonts = RunFonts::new()
        .ascii("Calibri")
        .hi_ansi("Calibri")
        .cs("Calibri");
    Docx::new()
        .page_size(11_906, 16_838)
        .page_margin(
            PageMargin::new()
                .top(1_134)
                .bottom(1_134)
                .left(1_134)
                .right(1_134),
        )
        .default_fonts(fonts)
        .default_size(21)
        .add_style(
            Style::new("Normal", StyleType::Paragraph)
                .name("Normal")
                .q_format(true)
                .line_spacing(
                    LineSpacing::new()
                        .after(100)
                        .line(264)
                        .line_rule(LineSpacingType::Auto),
                ),
        )
        .add_style(
            Style::new("Title", StyleType::Paragraph)
                .name("Title")
                .based_on("Normal")
                .next("Normal")
                .q_format(true)
                .size(40)
                .bold()
                .color(HEAD),
        )
        .add_style(heading("Heading1", "heading 1", 28, 0))
        .add_style(heading("Heading2", "heading 2", 23, 1))
        .add_style(
            Style::new("Quote", StyleType::Paragraph)
                .name("Quote")
                .based_on("Normal")
                .q_format(true)
                .italic()
                .color(SOFT)
                .indent(Some(340), None, Some(340), None),
        )
        .add_style(
            Style::new("Footer", StyleType::Paragraph)
                .name("footer")
                .based_on("Normal")
                .size(16)
                .color(SOFT),
        )
        .footer(footer)
}

/// The document's bytes, dated by the review and not by the clock.
pub(crate) fn packed(docx: Docx, source: &Source<'_>) -> Result<Vec<u8>, DocxError> {
    let day = format!("{}T00:00:00Z", source.reviewed_on().to_iso());
    let mut bytes = std::io::Cursor::new(Vec::new());
    docx.created_at(&day)
        .updated_at(&day)
        .build()
        .pack(&mut bytes)?;
    Ok(bytes.into_inner())
}

fn decision(docx: Docx, source: &Source<'_>, brief: &Brief<'_>) -> Docx {
    let summary = &source.report.summary;
    let counts = summary.counts;
    let mut docx = docx
        .add_paragraph(
            Paragraph::new().style("Normal").add_run(Run::new().add_text(clean(&summary.text)).bold().size(26)),
        )
        .add_paragraph(Paragraph::new().style("Normal").add_run(Run::new().add_text(format!(
            "{} critical, {} high, {} medium, {} low. Proposed by the playbook's rules; a person decides.",
            counts.critical, counts.high, counts.medium, counts.low
        ))));
    let written = source.written();
    if !written.is_empty() {
        docx = docx.add_paragraph(plain(say::WRITTEN));
        for sentence in &written {
            docx = docx.add_paragraph(plain(&format!("– {sentence}")));
        }
        docx = docx.add_paragraph(plain("Reasons of the rules:"));
    }
    for reason in &summary.reasons {
        docx = docx.add_paragraph(plain(&format!("– {reason}")));
    }
    let rows = brief
        .facts
        .iter()
        .map(|(what, said)| vec![(*what).to_owned(), said.clone()]);
    docx.add_table(table(&[2_200, WIDTH - 2_200], None, rows.collect()))
}

fn summary(docx: Docx, brief: &Brief<'_>) -> Docx {
    let lights = brief.lights.iter().map(|light| {
        vec![
            light.subject.to_owned(),
            light.state.word().to_owned(),
            light.reason.clone(),
        ]
    });
    let mut docx = docx
        .add_paragraph(styled("Heading1", "How each subject stands"))
        .add_table(table(
            &[2_300, 1_300, WIDTH - 3_600],
            Some(&["Subject", "State", "Reason"]),
            lights.collect(),
        ));
    if !brief.dates.is_empty() {
        docx = docx.add_paragraph(styled("Heading1", "Dates"));
        let rows = brief.dates.iter().map(|dated| {
            let passed = if dated.passed { " (passed)" } else { "" };
            vec![
                format!("{}{passed}", dated.day.to_iso()),
                dated.date.event.clone(),
                dated.date.arithmetic.join("; "),
            ]
        });
        docx = docx.add_table(table(
            &[1_900, 3_000, WIDTH - 4_900],
            Some(&["Day", "What", "How it was computed"]),
            rows.collect(),
        ));
    }
    if !brief.approvals.is_empty() {
        docx = docx.add_paragraph(styled("Heading1", "Approvals needed"));
        for (who, numbers) in &brief.approvals {
            let numbers: Vec<String> = numbers.iter().map(usize::to_string).collect();
            let line = format!("{}: risk {}", say::capital(who), numbers.join(", "));
            docx = docx.add_paragraph(plain(&line));
        }
    }
    docx = docx.add_paragraph(styled("Heading1", "What this rests on"));
    brief
        .coverage
        .iter()
        .fold(docx, |docx, line| docx.add_paragraph(plain(line)))
}

fn findings(docx: Docx, source: &Source<'_>) -> Docx {
    let risks = source.risks();
    let mut docx = docx.add_paragraph(styled("Heading1", "Findings"));
    if risks.is_empty() {
        docx = docx.add_paragraph(plain(
            "No risk was found by this playbook in the pages that were read.",
        ));
    }
    for risk in &risks {
        docx = finding(docx, risk);
    }
    docx
}

fn finding(docx: Docx, risk: &Risk<'_>) -> Docx {
    let finding = risk.finding;
    let heading = format!(
        "{}. {} ({})",
        risk.number,
        finding.title,
        say::severity(finding.severity)
    );
    let mut docx = docx
        .add_paragraph(styled("Heading2", &heading))
        .add_paragraph(plain(&finding.explanation));
    docx = quotes(docx, &finding.citations);
    for (what, said) in lines(finding) {
        docx = docx.add_paragraph(labelled(what, &said));
    }
    if let Some(decision) = risk.decision {
        if risk.is_dismissed() {
            docx = docx.add_paragraph(labelled("Dismissed", &decision.reason));
        } else if decision.verdict.is_some() {
            docx = docx.add_paragraph(labelled("Decided", "accepted, to be raised"));
        }
        if !decision.note.is_empty() {
            docx = docx.add_paragraph(labelled("Note", &decision.note));
        }
    }
    docx
}

/// Quotes with the page they stand on.
pub(crate) fn quotes(docx: Docx, citations: &[Citation]) -> Docx {
    citations.iter().fold(docx, |docx, citation| {
        let verified = if citation.verified {
            ""
        } else {
            ", could not be verified"
        };
        docx.add_paragraph(styled(
            "Quote",
            &format!("“{}” (page {}{verified})", citation.quote, citation.page),
        ))
    })
}

fn lines(finding: &Finding) -> Vec<(&'static str, String)> {
    let advice = &finding.advice;
    let mut lines = vec![
        ("At stake", finding.exposure.clone()),
        ("Ask", finding.ask.clone()),
        ("Our standard", advice.standard.clone()),
    ];
    for fallback in &advice.fallbacks {
        lines.push(("Fall back to", fallback.position.clone()));
        lines.push(("Words to offer", fallback.language.clone()));
    }
    lines.push(("Walk away", advice.walk_away.clone()));
    lines.push(("Who decides", advice.approver.clone()));
    lines.push((
        "Check",
        format!(
            "{}, {}{}; confidence: {}",
            finding.check,
            say::outcome(finding.outcome),
            match pages(finding) {
                none if none.is_empty() => String::new(),
                place => format!(", {place}"),
            },
            say::confidence(finding.confidence)
        ),
    ));
    lines.retain(|(_, said)| !said.is_empty());
    lines
}

fn register(docx: Docx, source: &Source<'_>) -> Docx {
    let report = source.report;
    let page = |citations: &[Citation]| {
        citations
            .first()
            .map_or_else(String::new, |c| c.page.to_string())
    };
    let terms = report.key_terms.iter().map(|term| {
        vec![
            say::field(&term.field),
            term.value.clone(),
            say::state(term.state).to_owned(),
            page(&term.citations),
        ]
    });
    let mut docx = docx
        .add_paragraph(styled("Heading1", "Key terms"))
        .add_table(table(
            &[2_600, WIDTH - 5_000, 1_600, 800],
            Some(&["Term", "Value", "State", "Page"]),
            terms.collect(),
        ));
    if !report.obligations.is_empty() {
        let duties = report.obligations.iter().map(|duty| {
            vec![
                say::side(duty.side).to_owned(),
                duty.text.clone(),
                duty.due.clone().unwrap_or_default(),
                page(&duty.citations),
            ]
        });
        docx = docx
            .add_paragraph(styled("Heading1", "Obligations"))
            .add_table(table(
                &[1_100, WIDTH - 3_900, 2_000, 800],
                Some(&["Who", "What", "When", "Page"]),
                duties.collect(),
            ));
    }
    docx
}

fn table(widths: &[usize], head: Option<&[&str]>, rows: Vec<Vec<String>>) -> Table {
    let cell = |text: &str, width: usize, is_head: bool| {
        let run = Run::new().add_text(clean(text)).size(19);
        let cell = TableCell::new().width(width, WidthType::Dxa);
        if is_head {
            cell.shading(Shading::new().fill(HEAD)).add_paragraph(
                Paragraph::new()
                    .style("Normal")
                    .add_run(run.bold().color("FFFFFF")),
            )
        } else {
            cell.add_paragraph(
                Paragraph::new()
                    .style("Normal")
                    .align(AlignmentType::Left)
                    .line_spacing(LineSpacing::new().after(20))
                    .add_run(run),
            )
        }
    };
    let row = |texts: Vec<&str>, is_head: bool| {
        let cells = texts
            .into_iter()
            .zip(widths)
            .map(|(text, width)| cell(text, *width, is_head));
        TableRow::new(cells.collect()).cant_split()
    };
    let head = head.map(|head| row(head.to_vec(), true));
    let body = rows
        .iter()
        .map(|texts| row(texts.iter().map(String::as_str).collect(), false));
    let border = |position| {
        TableBorder::new(position)
            .border_type(BorderType::Single)
            .size(4)
            .color("D5DBE3")
    };
    Table::new(head.into_iter().chain(body).collect())
        .set_grid(widths.to_vec())
        .width(widths.iter().sum(), WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
        .margins(TableCellMargins::new().margin(50, 90, 50, 90))
        .set_borders(
            TableBorders::with_empty()
                .set(border(TableBorderPosition::Top))
                .set(border(TableBorderPosition::Bottom))
                .set(border(TableBorderPosition::InsideH)),
        )
}

/// A paragraph in a style of the document; a heading stays with what follows.
pub(crate) fn styled(style: &str, text: &str) -> Paragraph {
    Paragraph::new()
        .style(style)
        .keep_next(style.starts_with("Heading"))
        .add_run(Run::new().add_text(clean(text)))
}

/// A paragraph of running text.
pub(crate) fn plain(text: &str) -> Paragraph {
    styled("Normal", text)
}

/// `Ask: raise the cap`.
pub(crate) fn labelled(what: &str, said: &str) -> Paragraph {
    Paragraph::new()
        .style("Normal")
        .add_run(Run::new().add_text(format!("{what}: ")).bold())
        .add_run(Run::new().add_text(clean(said)))
}

/// Without the characters that a file of XML can't hold.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}'))
        .collect()
}
