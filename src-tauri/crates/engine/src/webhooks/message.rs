//! What webhooks are told: ids, states and counts. No names and no words of contracts: who wants more asks for it.

use countersign_contracts::report::Report;
use countersign_store::steps::ClaimedStep;
use countersign_store::webhooks::NewMessage;
use serde_json::{Value, json};

use crate::clock::{iso_8601, new_id};

/// A review has a report.
pub(crate) fn completed(step: &ClaimedStep, report: &Report, now: i64) -> NewMessage {
    let mut data = about((&step.review_id, &step.contract_id), "completed");
    data["proposal"] = json!(report.summary.proposal);
    data["counts"] = json!(report.summary.counts);
    message("review.completed", data, now)
}

/// A review (its id and its contract's) failed, or waits for a person.
pub(crate) fn ended(review: (&str, &str), waits: bool, code: &str, now: i64) -> NewMessage {
    let (event, state) = if waits {
        ("review.waiting", "waiting")
    } else {
        ("review.failed", "failed")
    };
    let mut data = about(review, state);
    data["code"] = json!(code);
    message(event, data, now)
}

/// A person tries a webhook.
pub(crate) fn test(webhook: &str, now: i64) -> NewMessage {
    message("webhook.test", json!({ "webhook": webhook }), now)
}

fn about((review_id, contract_id): (&str, &str), state: &str) -> Value {
    json!({ "review_id": review_id, "contract_id": contract_id, "state": state })
}

fn message(event: &'static str, data: Value, now: i64) -> NewMessage {
    NewMessage {
        id: format!("msg_{}", new_id()),
        event,
        body: json!({ "type": event, "timestamp": iso_8601(now), "data": data }).to_string(),
    }
}
