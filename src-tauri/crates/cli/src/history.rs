//! The history of a review: what ran, when, what failed, where the time and the money went.

use std::path::PathBuf;

use countersign_engine::Engine;
use countersign_engine::views::{AttemptView, ReviewId, StepView};

use crate::OK;
use crate::arguments::History;
use crate::error::Error;
use crate::models::dollars;
use crate::queue::named;
use crate::review::config;

/// Characters of the whole time in the picture.
const WIDTH: i64 = 40;

pub(crate) async fn history(folder: PathBuf, options: History) -> Result<u8, Error> {
    let engine = Engine::attach(config(folder)?).await?;
    let row = named(&engine, &options.id).await?;
    let steps = engine.get_history(ReviewId { review_id: row.id }).await?;
    engine.close().await;
    if options.json {
        let text =
            serde_json::to_string_pretty(&steps).map_err(countersign_engine::error::Error::from)?;
        println!("{text}");
        return Ok(OK);
    }
    for line in lines(&steps) {
        println!("{line}");
    }
    Ok(OK)
}

/// A line an attempt, drawn on the time from the first start to the last end.
fn lines(steps: &[StepView]) -> Vec<String> {
    let all = || steps.iter().flat_map(|step| &step.attempts);
    let Some(first) = all().map(|a| a.started_at).min() else {
        return vec!["Nothing has run yet.".to_owned()];
    };
    let last = all()
        .map(|a| a.ended_at.unwrap_or(a.started_at))
        .max()
        .unwrap_or(first);
    let whole = (last - first).max(1);
    let widest = steps.iter().map(|s| s.key.len()).max().unwrap_or(0);
    let mut lines = Vec::new();
    for step in steps {
        for attempt in &step.attempts {
            let end = attempt.ended_at.unwrap_or(last);
            let from = (attempt.started_at - first) * WIDTH / whole;
            let to = ((end - first) * WIDTH / whole).clamp(from + 1, WIDTH.max(from + 1));
            let picture: String = (0..WIDTH)
                .map(|at| {
                    if (from..to).contains(&at) {
                        '█'
                    } else {
                        '·'
                    }
                })
                .collect();
            lines.push(format!(
                "{:<widest$}  {picture}  {:>8}  {}{}",
                step.key,
                format!("{} ms", end - attempt.started_at),
                attempt.outcome.as_deref().unwrap_or("running"),
                call_in_words(attempt),
            ));
            if let Some(error) = &attempt.error {
                lines.push(format!(
                    "{:widest$}    {}: {}",
                    "", error.code, error.message
                ));
            }
        }
    }
    lines
}

fn call_in_words(attempt: &AttemptView) -> String {
    let Some(call) = &attempt.call else {
        return String::new();
    };
    let mut words = vec![call.provider.clone()];
    words.extend(call.model.clone());
    words.extend(call.http_status.map(|status| format!("HTTP {status}")));
    words.extend(call.error_class.clone());
    if call.reused {
        words.push("kept answer".to_owned());
    }
    if let (Some(input), Some(output)) = (call.input_tokens, call.output_tokens) {
        words.push(format!("{input}+{output} tokens"));
    }
    words.extend(
        call.cost_micros
            .and_then(|micros| u64::try_from(micros).ok())
            .map(dollars),
    );
    format!("  {}", words.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_attempt_stands_where_its_time_was() {
        let attempt = |number, started_at, ended_at| AttemptView {
            number,
            started_at,
            ended_at: Some(ended_at),
            outcome: Some("completed".into()),
            error: None,
            boot_id: String::new(),
            input_hash: None,
            call: None,
        };
        let step = |key: &str, attempts| StepView {
            key: key.into(),
            state: "completed".into(),
            lane: "offline".into(),
            created_at: 0,
            attempts,
        };
        let lines = lines(&[
            step("read", vec![attempt(1, 1_000, 1_500)]),
            step("judge", vec![attempt(1, 1_500, 2_000)]),
        ]);
        let half = "█".repeat(20);
        assert!(lines[0].contains(&format!("{half}····")), "{}", lines[0]);
        assert!(lines[1].contains(&format!("····{half}")), "{}", lines[1]);
        assert!(lines[0].contains("500 ms"));
    }
}
