//! Progress on stderr: a bar per contract at a terminal, a line per stage elsewhere. For other programs,
//! JSON on stdout, one object a line.

use std::collections::HashMap;
use std::io::IsTerminal as _;
use std::time::Duration;

use countersign_engine::views::{Report, ReviewRow, ReviewState, Stage, Submitted};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use serde_json::{Value, json};

/// Shows how far reviews are.
pub(crate) enum Progress {
    /// Nothing is shown.
    Quiet,
    /// A bar per contract.
    Bars(MultiProgress, HashMap<String, ProgressBar>),
    /// A line per stage.
    Lines(HashMap<String, Stage>),
    /// An object per change, with what was said of each review last.
    Json(HashMap<String, Value>),
}

impl Progress {
    pub(crate) fn new(quiet: bool) -> Self {
        if quiet {
            Self::Quiet
        } else if std::io::stderr().is_terminal() {
            Self::Bars(MultiProgress::new(), HashMap::new())
        } else {
            Self::Lines(HashMap::new())
        }
    }

    /// For a program, or for a person.
    pub(crate) fn told_as(json: bool) -> Self {
        if json {
            Self::Json(HashMap::new())
        } else {
            Self::new(false)
        }
    }

    /// What became of a file that was handed in; people are told only of a refusal.
    pub(crate) fn submitted(&self, submitted: &Submitted) {
        match (self, &submitted.refusal) {
            (Self::Json(_), Some(refusal)) => print_line(&json!({
                "event": "refused",
                "file": submitted.file,
                "code": refusal.code,
                "message": refusal.message,
            })),
            (Self::Json(_), None) => print_line(&json!({
                "event": "submitted",
                "file": submitted.file,
                "review_id": submitted.review_id,
                "existing": submitted.existing,
            })),
            (_, Some(refusal)) => self.say(&format!("countersign: {}", refusal.message)),
            (_, None) => {}
        }
    }

    /// A review ended without a report, or waits for a person.
    pub(crate) fn went_wrong(&self, file: &str, why: &str) {
        // A program was told of it with the review's last change.
        if !matches!(self, Self::Json(_)) {
            self.say(&format!("countersign: {file}: {why}"));
        }
    }

    /// A summary was written.
    pub(crate) fn wrote(&self, row: &ReviewRow, path: &std::path::Path) {
        let path = path.display();
        if matches!(self, Self::Json(_)) {
            print_line(&json!({
                "event": "written",
                "review_id": row.id,
                "file": row.file,
                "path": path.to_string(),
            }));
        } else {
            self.say(&format!("{}: summary written to {path}", row.file));
        }
    }

    pub(crate) fn show(&mut self, row: &ReviewRow) {
        match self {
            Self::Quiet => {}
            Self::Json(said) => {
                let change = change(row);
                if said.get(&row.id) != Some(&change) {
                    print_line(&change);
                    said.insert(row.id.clone(), change);
                }
            }
            Self::Bars(bars, shown) => {
                let bar = shown
                    .entry(row.id.clone())
                    .or_insert_with(|| new_bar(bars, &row.file));
                if row.total > 0 {
                    bar.set_length(u64::from(row.total));
                    bar.set_position(u64::from(row.done));
                }
                bar.set_message(stage_in_words(row));
                if row.finished_at.is_some() && !bar.is_finished() {
                    bar.finish_with_message(end_in_words(row));
                }
            }
            // Until its pages are read nobody knows whether a file can be reviewed at all.
            Self::Lines(_) if row.stage == Stage::Read || row.state == ReviewState::Failed => {}
            Self::Lines(shown) => {
                let before = shown.insert(row.id.clone(), row.stage);
                if before != Some(row.stage) || row.finished_at.is_some() {
                    let words = if row.finished_at.is_some() {
                        end_in_words(row)
                    } else {
                        stage_in_words(row)
                    };
                    eprintln!("{}: {words}", row.file);
                }
            }
        }
    }

    /// What was found, gravest first: a line a risk.
    pub(crate) fn say_findings(&self, report: &Report) {
        if matches!(self, Self::Quiet | Self::Json(_)) {
            return;
        }
        self.say(&format!(
            "\n{}: {}",
            report.contract.file, report.summary.text
        ));
        for finding in report.findings.iter().filter(|finding| finding.is_risk()) {
            let severity = serde_json::to_value(finding.severity).ok();
            let severity = severity
                .as_ref()
                .and_then(|word| word.as_str())
                .unwrap_or_default();
            let page = finding
                .citations
                .first()
                .map(|c| format!(" (page {})", c.page));
            self.say(&format!(
                "  {severity:<8}  {}{}",
                finding.title,
                page.unwrap_or_default()
            ));
        }
    }

    /// A line that must not be mixed into the bars.
    pub(crate) fn say(&self, line: &str) {
        match self {
            Self::Bars(bars, _) => bars.suspend(|| eprintln!("{line}")),
            _ => eprintln!("{line}"),
        }
    }
}

/// How a review stands, for a program.
fn change(row: &ReviewRow) -> Value {
    let event = if row.finished_at.is_some() {
        "ended"
    } else {
        "progress"
    };
    json!({
        "event": event,
        "review_id": row.id,
        "file": row.file,
        "state": row.state,
        "stage": row.stage,
        "done": row.done,
        "total": row.total,
        "proposal": row.proposal,
        "counts": row.counts,
        "code": row.code,
        "message": row.message,
    })
}

fn print_line(value: &Value) {
    println!("{value}");
}

fn new_bar(bars: &MultiProgress, file: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {prefix:32!} {bar:20} {msg} {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = bars.add(
        ProgressBar::new(1)
            .with_style(style)
            .with_prefix(file.to_owned()),
    );
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// The stage as a person calls it.
pub(crate) fn stage_in_words(row: &ReviewRow) -> String {
    match (row.state, row.stage) {
        (ReviewState::Queued, _) => "queued".to_owned(),
        (ReviewState::Paused, _) => "paused".to_owned(),
        (ReviewState::Waiting, _) => "waiting".to_owned(),
        (ReviewState::Completed | ReviewState::Stopped | ReviewState::Failed, _) => {
            end_in_words(row)
        }
        (_, Stage::Read) if row.done > 0 => format!("reading, {} pages", row.done),
        (_, Stage::Read) => "reading".to_owned(),
        (_, Stage::Chunk) => "cutting into chunks".to_owned(),
        (_, Stage::ReadClauses) => format!("finding clauses, {}/{}", row.done, row.total),
        (_, Stage::Judge) => "judging".to_owned(),
        (_, Stage::Synthesise | Stage::Deliver) => "writing the summary".to_owned(),
    }
}

/// How it ended, in words.
pub(crate) fn end_in_words(row: &ReviewRow) -> String {
    match row.state {
        ReviewState::Completed => {
            let c = row.counts;
            let proposal = row.proposal.and_then(|p| serde_json::to_value(p).ok());
            let proposal = proposal
                .as_ref()
                .and_then(|p| p.as_str())
                .unwrap_or("done")
                .replace('_', " ");
            format!(
                "{proposal} ({} critical, {} high, {} medium, {} low)",
                c.critical, c.high, c.medium, c.low
            )
        }
        ReviewState::Stopped => "stopped".to_owned(),
        _ => "failed".to_owned(),
    }
}
