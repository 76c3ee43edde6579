//! The summary's two pages: decision first, then what it rests on.

use countersign_contracts::report::Proposal;
use krilla::tagging::{TableHeaderScope, Tag, TagKind};

use super::fonts::Face;
use super::lines::Run;
use super::paper::{Cell, Paper, WIDTH};
use super::style::{
    HEAD, LINE, PALE, SOFT, body, heading, heading_tag, label, light, quote, run, severity, small,
    strong, title,
};
use crate::brief::{Brief, Light, Signal, pages};
use crate::say;
use crate::source::{Risk, Source};

/// How much is said of each risk: the fullest that fits on the summary's pages is taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Detail {
    /// Sentences of a model.
    written: usize,
    /// Characters of a quote.
    quote: usize,
    /// Whether the explanation is given.
    explain: bool,
    /// Whether fallback and walk-away are given.
    settle: bool,
    /// Characters of an ask or an exposure.
    ask: usize,
    /// Key terms at the most.
    terms: usize,
    /// Further gaps at the most.
    unclear: usize,
}

impl Detail {
    /// From the fullest to the shortest.
    pub const ALL: [Self; 5] = [
        Self {
            written: 6,
            quote: 420,
            explain: true,
            settle: true,
            ask: 600,
            terms: 20,
            unclear: 12,
        },
        Self {
            written: 5,
            quote: 260,
            explain: true,
            settle: true,
            ask: 400,
            terms: 18,
            unclear: 8,
        },
        Self {
            written: 4,
            quote: 200,
            explain: true,
            settle: false,
            ask: 320,
            terms: 14,
            unclear: 6,
        },
        Self {
            written: 3,
            quote: 150,
            explain: false,
            settle: false,
            ask: 240,
            terms: 10,
            unclear: 4,
        },
        Self {
            written: 2,
            quote: 100,
            explain: false,
            settle: false,
            ask: 140,
            terms: 6,
            unclear: 2,
        },
    ];
}

pub(super) fn set(paper: &mut Paper<'_>, source: &Source<'_>, brief: &Brief<'_>, detail: Detail) {
    head(paper, source, brief);
    decision(paper, source, brief);
    written(paper, source, detail);
    lights(paper, &brief.lights);
    top(paper, brief, detail);
    dates(paper, brief);
    approvals(paper, brief);
    unclear(paper, brief, detail);
    terms(paper, brief, detail);
    coverage(paper, brief);
}

/// A heading with the space around it; it stays with what follows.
pub(super) fn section(paper: &mut Paper<'_>, text: &str) {
    paper.space(9.0);
    paper.need(46.0);
    paper.bookmark(text);
    paper.text(heading_tag(2, text), 0.0, WIDTH, &[run(text, heading())]);
    paper.space(1.5);
    paper.rule(LINE);
    paper.space(4.0);
}

fn head(paper: &mut Paper<'_>, source: &Source<'_>, brief: &Brief<'_>) {
    let title_text = cut(source.title(), 160);
    paper.bookmark("Risk summary");
    paper.text(
        heading_tag(1, &format!("Risk summary: {title_text}")),
        0.0,
        WIDTH,
        &[
            run("Risk summary:", title().colour(SOFT)),
            run(&title_text, title()),
        ],
    );
    paper.space(5.0);
    // Two facts a line, in reading order.
    for pair in brief.facts.chunks(2) {
        let cells: Vec<Cell> = pair
            .iter()
            .zip([0.0, WIDTH / 2.0 + 6.0])
            .map(|((what, said), x)| Cell {
                tag: Tag::P.into(),
                x,
                width: WIDTH / 2.0 - 6.0,
                runs: vec![
                    run(&format!("{what}:"), label()),
                    run(&cut(said, 160), body()),
                ],
            })
            .collect();
        paper.row(&cells, None, 1.5);
    }
    paper.space(6.0);
}

fn decision(paper: &mut Paper<'_>, source: &Source<'_>, brief: &Brief<'_>) {
    let summary = &source.report.summary;
    let signal = match summary.proposal {
        Proposal::Escalate => Signal::Stop,
        Proposal::Negotiate => Signal::Settle,
        Proposal::Ready => Signal::Clear,
        Proposal::NoVerdict => Signal::NotJudged,
    };
    let (bar, ground) = light(signal);
    let counts = summary.counts;
    let mut decided = strong();
    decided.size = 12.0;
    let mut runs = vec![run(&summary.text, decided.colour(bar))];
    runs.push(run(
        &format!(
            "{} critical, {} high, {} medium, {} low.",
            counts.critical, counts.high, counts.medium, counts.low
        ),
        body(),
    ));
    // What is to be chosen first is a reason that no risk below tells.
    let told = |reason: &str| {
        brief
            .top
            .iter()
            .any(|risk| reason.starts_with(&risk.finding.title))
    };
    for reason in summary
        .reasons
        .iter()
        .filter(|reason| !told(reason))
        .take(2)
    {
        runs.push(run(&format!("{}.", reason.trim_end_matches('.')), body()));
    }
    runs.push(run(
        "Proposed by the playbook's rules; a person decides.",
        small(),
    ));
    paper.boxed(Tag::P, &runs, bar, ground);
}

fn written(paper: &mut Paper<'_>, source: &Source<'_>, detail: Detail) {
    let written = source.written();
    if written.is_empty() {
        return;
    }
    paper.text(Tag::P, 0.0, WIDTH, &[run(say::WRITTEN, small())]);
    for sentence in written.iter().take(detail.written) {
        paper.text(Tag::P, 12.0, WIDTH - 12.0, &[run(sentence, body())]);
    }
    paper.space(4.0);
}

/// Ten subjects in two columns, each with word, colour and reason.
fn lights(paper: &mut Paper<'_>, lights: &[Light]) {
    section(paper, "How each subject stands");
    let half = lights.len().div_ceil(2);
    let column = WIDTH / 2.0 - 6.0;
    paper.group(Tag::Table, |paper| {
        for at in 0..half {
            paper.group(Tag::TR, |paper| {
                let pair = [lights.get(at), lights.get(at + half)];
                let cells: Vec<Cell> = pair
                    .into_iter()
                    .flatten()
                    .zip([0.0, WIDTH / 2.0 + 6.0])
                    .flat_map(|(light, x)| light_cells(light, x, column))
                    .collect();
                paper.row(&cells, None, 3.0);
            });
        }
    });
}

fn light_cells(one: &Light, x: f32, width: f32) -> [Cell; 2] {
    let (colour, _) = light(one.state);
    let mark = 56.0;
    [
        Cell {
            tag: Tag::TH(TableHeaderScope::Row).into(),
            x,
            width: mark,
            runs: vec![run(one.state.word(), strong().colour(colour))],
        },
        Cell {
            tag: Tag::TD.into(),
            x: x + mark,
            width: width - mark,
            runs: vec![
                run(&format!("{}.", one.subject), strong()),
                run(
                    &format!("{}.", one.reason.trim_end_matches('.')),
                    body().colour(SOFT),
                ),
            ],
        },
    ]
}

fn top(paper: &mut Paper<'_>, brief: &Brief<'_>, detail: Detail) {
    section(
        paper,
        match brief.top.len() {
            0 => "Risks",
            _ => "The gravest risks",
        },
    );
    if brief.top.is_empty() {
        let said = "No open risk was found by this playbook in the pages that were read.";
        paper.text(Tag::P, 0.0, WIDTH, &[run(said, body())]);
    }
    for risk in &brief.top {
        paper.keep(|paper| one_risk(paper, risk, detail));
    }
    if brief.more > 0 {
        let said = match brief.more {
            1 => "1 more open finding is in the appendix.".to_owned(),
            more => format!("{more} more open findings are in the appendix."),
        };
        paper.text(Tag::P, 0.0, WIDTH, &[run(&said, small())]);
    }
}

fn one_risk(paper: &mut Paper<'_>, risk: &Risk<'_>, detail: Detail) {
    let finding = risk.finding;
    let heading = format!("{}. {}", risk.number, finding.title);
    let place = match pages(finding) {
        none if none.is_empty() => say::outcome(finding.outcome).to_owned(),
        place => format!("{}, {place}", say::outcome(finding.outcome)),
    };
    let mut big = strong();
    big.size = 10.0;
    paper.text(
        heading_tag(3, &heading),
        0.0,
        WIDTH,
        &[
            run(&heading, big),
            run(
                &say::capital(say::severity(finding.severity)),
                strong().colour(severity(finding.severity)),
            ),
            run(&format!("({place})"), small()),
        ],
    );
    let indent = 12.0;
    let width = WIDTH - indent;
    if detail.explain {
        paper.text(
            Tag::P,
            indent,
            width,
            &[run(&cut(&finding.explanation, 500), body())],
        );
    }
    if let Some(citation) = finding.citations.first() {
        let said = format!("“{}”", cut(&citation.quote, detail.quote));
        let runs = [
            run(&said, quote()),
            run(&format!("page {}", citation.page), small()),
        ];
        paper.group(Tag::BlockQuote, |paper| {
            paper.text(Tag::P, indent, width, &runs);
        });
    }
    let mut runs: Vec<Run> = Vec::new();
    let mut say = |what: &str, said: &str| {
        if !said.is_empty() {
            runs.push(run(&format!("{what}:"), label()));
            runs.push(run(&ended(&cut(said, detail.ask)), body()));
        }
    };
    say("At stake", &finding.exposure);
    say("Ask", &finding.ask);
    if detail.settle {
        let fallback = finding.advice.fallbacks.first();
        say("Fall back to", fallback.map_or("", |one| &one.position));
        say("Walk away", &finding.advice.walk_away);
    }
    say("Decides", &finding.advice.approver);
    paper.text(Tag::P, indent, width, &runs);
    paper.space(5.0);
}

fn dates(paper: &mut Paper<'_>, brief: &Brief<'_>) {
    if brief.dates.is_empty() {
        return;
    }
    section(paper, "Dates");
    for dated in &brief.dates {
        let passed = if dated.passed { " (passed)" } else { "" };
        let arithmetic = dated.date.arithmetic.join("; ");
        paper.text(
            Tag::P,
            0.0,
            WIDTH,
            &[
                run(&format!("{}{passed}", dated.day.to_iso()), strong()),
                run(&ended(&dated.date.event), body()),
                run(&cut(&arithmetic, 240), small()),
            ],
        );
    }
}

fn approvals(paper: &mut Paper<'_>, brief: &Brief<'_>) {
    if brief.approvals.is_empty() {
        return;
    }
    section(paper, "Approvals needed");
    let mut runs = Vec::new();
    for (who, numbers) in &brief.approvals {
        let numbers: Vec<String> = numbers.iter().map(usize::to_string).collect();
        runs.push(run(&format!("{}:", say::capital(who)), strong()));
        runs.push(run(&format!("risk {}.", numbers.join(", ")), body()));
    }
    paper.text(Tag::P, 0.0, WIDTH, &runs);
}

fn unclear(paper: &mut Paper<'_>, brief: &Brief<'_>, detail: Detail) {
    if brief.unclear.is_empty() {
        return;
    }
    section(paper, "Also missing or unclear");
    let mut runs = Vec::new();
    for risk in brief.unclear.iter().take(detail.unclear) {
        runs.push(run(&format!("{}.", risk.number), strong()));
        runs.push(run(&ended(&risk.finding.title), body()));
    }
    let left = brief.unclear.len().saturating_sub(detail.unclear);
    if left > 0 {
        runs.push(run(&format!("And {left} more in the appendix."), small()));
    }
    paper.text(Tag::P, 0.0, WIDTH, &runs);
}

fn terms(paper: &mut Paper<'_>, brief: &Brief<'_>, detail: Detail) {
    if brief.terms.is_empty() {
        return;
    }
    section(paper, "Key terms");
    let column = WIDTH / 2.0 - 6.0;
    let shown: Vec<_> = brief.terms.iter().take(detail.terms).collect();
    paper.group(Tag::Table, |paper| {
        for (pair, at) in shown.chunks(2).zip(0..) {
            paper.group(Tag::TR, |paper| {
                let cells: Vec<Cell> = pair
                    .iter()
                    .zip([3.0, WIDTH / 2.0 + 6.0])
                    .flat_map(|(term, x)| {
                        let place = term.citations.first();
                        let place = place.map_or_else(String::new, |c| format!("p. {}", c.page));
                        let name = 92.0;
                        [
                            Cell {
                                tag: Tag::TH(TableHeaderScope::Row).into(),
                                x,
                                width: name,
                                runs: vec![run(&say::field(&term.field), label())],
                            },
                            Cell {
                                tag: TagKind::from(Tag::TD),
                                x: x + name,
                                width: column - name - 3.0,
                                runs: vec![
                                    run(&cut(&term.value, 140), body()),
                                    run(&place, small()),
                                ],
                            },
                        ]
                    })
                    .collect();
                let ground = (at % 2 == 0).then_some(PALE);
                paper.row(&cells, ground, 3.0);
            });
        }
    });
    let left = brief.terms.len().saturating_sub(shown.len());
    if left > 0 {
        let said = format!("{left} more key terms are in the appendix.");
        paper.text(Tag::P, 0.0, WIDTH, &[run(&said, small())]);
    }
}

fn coverage(paper: &mut Paper<'_>, brief: &Brief<'_>) {
    paper.keep(|paper| {
        section(paper, "What this rests on");
        let said = brief.coverage.join(" ");
        let mut style = small().face(Face::Regular);
        style.colour = HEAD;
        paper.text(Tag::P, 0.0, WIDTH, &[run(&said, style)]);
    });
}

/// With a full stop at its end.
pub(super) fn ended(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?', '…', ':', ';']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// No longer than so many characters, cut behind a word and marked.
pub(super) fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let kept: String = text.chars().take(longest).collect();
    let at = kept.rfind(char::is_whitespace).unwrap_or(kept.len());
    format!(
        "{} …",
        kept.get(..at).unwrap_or(&kept).trim_end_matches([',', ';'])
    )
}
