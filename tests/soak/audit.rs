//! What became of everything that was promised: the program's own records against the server's count
//! of what it was asked.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::Path;
use std::process::Command;

use countersign_engine::Engine;
use countersign_engine::views::{
    ExportFormat, ExportReview, Nothing, ReviewId, ReviewState, StepView,
};
use countersign_store::integrity::{Depth, check_file};
use countersign_tests::fault_server::Ledger;
use serde_json::Value;

use super::house::House;
use crate::cli::{bare, text};

const SCHEMA: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../src-tauri/crates/exports/schema/report.schema.json"
);

/// The counts, in the order they are printed.
#[derive(Debug, Default)]
pub struct Audit {
    pub promised: usize,
    pub completed: usize,
    /// Not in the list, or ended without a report.
    pub lost: usize,
    /// Not at an end, though no step of it is open.
    pub stuck: usize,
    /// Not at an end.
    pub unfinished: usize,
    /// Put aside after too many losses, as the rule is; to be retried by hand.
    pub set_aside: usize,
    /// A report that can't be opened, or an export that is not valid.
    pub malformed: usize,
    pub quotes: usize,
    /// Quotes that another reader does not find in the file.
    pub unfounded: usize,
    pub steps: usize,
    pub attempts: usize,
    /// Tries that ended with their program.
    pub lost_attempts: usize,
    /// Steps that were completed more than once, or ended without it.
    pub uneven: usize,
    pub questions: usize,
    pub calls: usize,
    /// Answers of an earlier review that were used.
    pub reused: usize,
    /// Calls beyond the first of each question.
    pub sent_again: usize,
    /// Calls that were under way when their program ended.
    pub in_flight: usize,
    /// Calls that brought no answer to keep.
    pub failed_calls: usize,
    /// Calls of a question after its answer was committed.
    pub paid_again: usize,
    /// What `pragma integrity_check` says.
    pub damage: Option<String>,
}

impl Audit {
    /// Reads everything. Nobody works in the folder.
    pub async fn of(house: &House, ledger: &Ledger) -> Self {
        let mut audit = Self {
            promised: house.promised.len(),
            ..Self::default()
        };
        let engine = house.engine().await;
        let rows = engine.list_reviews(Nothing {}).await.unwrap();
        let mut answered = Vec::new();
        let mut texts = HashMap::new();
        for (id, file) in &house.promised {
            let Some(row) = rows.iter().find(|row| row.id == *id) else {
                audit.lost += 1;
                continue;
            };
            let steps = engine
                .get_history(ReviewId {
                    review_id: id.clone(),
                })
                .await
                .unwrap();
            audit.count_steps(&steps, row.state, &mut answered);
            match row.state {
                ReviewState::Completed => {
                    let text = texts.entry(file).or_insert_with(|| text_of(file));
                    audit.open(&engine, id, text).await;
                }
                _ if row.code.as_deref() == Some("set_aside") => audit.set_aside += 1,
                _ if row.finished_at.is_some() => audit.lost += 1,
                _ => audit.unfinished += 1,
            }
        }
        engine.close().await;
        audit.count_calls(ledger, &answered);
        let database = house.desk.data().join("countersign.db");
        audit.damage = check_file(&database, Depth::Full)
            .await
            .err()
            .map(|error| error.to_string());
        audit
    }

    fn count_steps(&mut self, steps: &[StepView], state: ReviewState, answered: &mut Vec<u64>) {
        let ended = |step: &StepView| step.state == "completed";
        if state != ReviewState::Completed && steps.iter().all(ended) {
            self.stuck += 1;
        }
        self.steps += steps.len();
        for step in steps {
            let outcome = |word| {
                step.attempts
                    .iter()
                    .filter(|attempt| attempt.outcome.as_deref() == Some(word))
                    .count()
            };
            self.attempts += step.attempts.len();
            self.lost_attempts += outcome("lost");
            let done = outcome("completed");
            let running = step
                .attempts
                .iter()
                .filter(|a| a.ended_at.is_none())
                .count();
            let even = match step.state.as_str() {
                "completed" => done == 1 && running == 0,
                "running" => done == 0 && running == 1,
                _ => done == 0 && running == 0,
            };
            // A second reading that was lost too often is given up without its review.
            let given_up = step.key == "second_reading" && step.state == "discarded";
            let all_done = state != ReviewState::Completed || ended(step) || given_up;
            self.uneven += usize::from(!even || !all_done);
            for (attempt, call) in step
                .attempts
                .iter()
                .filter_map(|attempt| Some((attempt, attempt.call.as_ref()?)))
            {
                match attempt.outcome.as_deref() {
                    Some("completed") if call.reused => self.reused += 1,
                    Some("completed") => {
                        let number = call.response_id.as_ref().and_then(|id| number_of(id));
                        answered.extend(number);
                    }
                    Some("lost" | "cancelled") if call.sent_at.is_some() => self.in_flight += 1,
                    Some("failed") if call.sent_at.is_some() => self.failed_calls += 1,
                    _ => {}
                }
            }
        }
    }

    async fn open(&mut self, engine: &Engine, id: &str, text: &str) {
        let view = engine.get_review(ReviewId {
            review_id: id.to_owned(),
        });
        let export = engine.export_review(ExportReview {
            review_id: id.to_owned(),
            format: ExportFormat::Json,
        });
        let (Ok(Some(view)), Ok(export)) = (view.await, export.await) else {
            self.malformed += 1;
            return;
        };
        let json: Value = serde_json::from_str(&export.content).unwrap_or_default();
        if view.report.is_none() || !is_valid(&json) {
            self.malformed += 1;
            return;
        }
        self.completed += 1;
        for part in ["findings", "key_terms", "key_dates", "obligations"] {
            let items = json[part].as_array().into_iter().flatten();
            let citations =
                items.flat_map(|item| item["citations"].as_array().into_iter().flatten());
            for citation in citations {
                self.quotes += 1;
                let quote = bare(citation["quote"].as_str().unwrap_or_default());
                self.unfounded += usize::from(quote.is_empty() || !text.contains(&quote));
            }
        }
    }

    fn count_calls(&mut self, ledger: &Ledger, answered: &[u64]) {
        self.calls = ledger.calls.len();
        self.questions = ledger.by_key.len();
        self.sent_again = self.calls - self.questions;
        let mut committed: BTreeMap<&str, u64> = BTreeMap::new();
        for number in answered {
            let call = ledger.calls.iter().find(|call| call.number == *number);
            let key = call.expect("an answer was a call").key.as_str();
            committed
                .entry(key)
                .and_modify(|first| *first = (*first).min(*number))
                .or_insert(*number);
        }
        let behind = |call: &&countersign_tests::fault_server::Call| {
            committed
                .get(call.key.as_str())
                .is_some_and(|answer| call.number > *answer)
        };
        self.paid_again = ledger.calls.iter().filter(behind).count();
    }

    /// Promises that were not kept, in words; none when all is well.
    pub fn broken(&self) -> Vec<String> {
        let counts = [
            ("reviews lost", self.lost),
            ("reviews stuck", self.stuck),
            ("reviews unfinished", self.unfinished),
            ("reports malformed", self.malformed),
            ("quotes unfounded", self.unfounded),
            ("steps not completed exactly once", self.uneven),
            ("answers paid again", self.paid_again),
            (
                "calls sent again though none was under way",
                self.sent_again
                    .saturating_sub(self.in_flight + self.failed_calls),
            ),
        ];
        let mut broken: Vec<String> = counts
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(what, count)| format!("{count} {what}"))
            .collect();
        broken.extend(self.damage.clone());
        broken
    }
}

impl fmt::Display for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = [
            ("reviews promised", self.promised),
            ("  completed", self.completed),
            ("  lost", self.lost),
            ("  stuck", self.stuck),
            ("  unfinished", self.unfinished),
            ("  set aside by the rule", self.set_aside),
            ("reports malformed", self.malformed),
            ("quotes", self.quotes),
            ("  not found by another reader", self.unfounded),
            ("steps", self.steps),
            ("  not completed exactly once", self.uneven),
            ("attempts", self.attempts),
            ("  ended with their program", self.lost_attempts),
            ("questions", self.questions),
            ("calls", self.calls),
            ("  sent again", self.sent_again),
            ("  under way when the program ended", self.in_flight),
            ("  without an answer to keep", self.failed_calls),
            ("  paid again after the commit", self.paid_again),
            ("answers used again", self.reused),
        ];
        for (name, count) in rows {
            writeln!(f, "{name:<36} {count:>7}")?;
        }
        let damage = self.damage.as_deref().unwrap_or("ok");
        write!(f, "{:<36} {damage:>7}", "integrity_check")
    }
}

/// `fault-17` was the server's call 17.
fn number_of(response_id: &str) -> Option<u64> {
    response_id.strip_prefix("fault-")?.parse().ok()
}

fn is_valid(json: &Value) -> bool {
    use std::sync::LazyLock;
    static VALIDATOR: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
        let schema: Value =
            serde_json::from_str(&std::fs::read_to_string(SCHEMA).unwrap()).unwrap();
        jsonschema::validator_for(&schema).unwrap()
    });
    VALIDATOR.is_valid(json)
}

/// All words of a file as another program reads them, run together.
fn text_of(file: &Path) -> String {
    let output = Command::new("pdftotext").arg(file).arg("-").output();
    bare(&text(
        &output
            .expect("pdftotext (poppler-utils) is part of the test set-up")
            .stdout,
    ))
}
