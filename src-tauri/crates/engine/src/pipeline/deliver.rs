//! Deliver: the review ends, the person is told. Notice, outbox and the review's end are one transaction.
//!
//! Safe to run twice: until it is committed nothing was said, and it is committed once.

use std::sync::Arc;

use countersign_contracts::report::{Proposal, SeverityCounts};
use countersign_store::notices::NewNotice;
use countersign_store::products::Product;
use countersign_store::steps::{ClaimedStep, StepResult};

use super::{Context, StepError};
use crate::clock::new_id;
use crate::webhooks;

pub(super) async fn run(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
) -> Result<StepResult, StepError> {
    let report = context
        .store
        .report_of_review(&claimed.review_id)
        .await?
        .ok_or_else(|| StepError::lost("report"))?;
    let now = context.config.clock.now_ms();
    let notice = NewNotice {
        id: new_id(),
        title: format!("Review of {} finished", report.contract.file),
        body: say(report.summary.proposal, report.summary.counts),
        desktop: context.config.desktop_notifications.then(new_id),
        message: Some(webhooks::completed(claimed, &report, now)),
    };
    context
        .cache
        .forget(&claimed.review_id, &claimed.contract_id);
    Ok(StepResult {
        products: vec![Product::Notice(notice)],
        completes_review: true,
        ..StepResult::default()
    })
}

fn say(proposal: Proposal, counts: SeverityCounts) -> String {
    let proposal = match proposal {
        Proposal::Ready => "Ready",
        Proposal::Negotiate => "Negotiate",
        Proposal::Escalate => "Escalate",
        Proposal::NoVerdict => "No verdict",
    };
    let parts: Vec<String> = [
        (counts.critical, "critical"),
        (counts.high, "high"),
        (counts.medium, "medium"),
        (counts.low, "low"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .collect();
    if parts.is_empty() {
        return format!("{proposal}: no risks found by this playbook");
    }
    format!("{proposal}: {}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severities_are_said_in_words_and_none_is_named_that_is_not_there() {
        let counts = SeverityCounts {
            high: 3,
            low: 1,
            ..SeverityCounts::default()
        };
        assert_eq!(say(Proposal::Negotiate, counts), "Negotiate: 3 high, 1 low");
        assert_eq!(
            say(Proposal::Ready, SeverityCounts::default()),
            "Ready: no risks found by this playbook"
        );
    }
}
