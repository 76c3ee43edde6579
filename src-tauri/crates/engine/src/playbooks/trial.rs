//! What another playbook would change of a report.

use countersign_contracts::finding::Finding;
use countersign_contracts::report::Report;
use countersign_store::decisions::finding_key;

use crate::views::{ChangedFinding, PlaybookTrial, TriedFinding};

/// Risks before and after. A finding is known by its check and its quotes; one whose quotes are others now
/// is the next of its check.
pub(super) fn compare(file: String, before: &Report, after: &Report) -> PlaybookTrial {
    let mut trial = PlaybookTrial {
        file,
        playbook: before.playbook.name.clone(),
        proposal: before.summary.proposal,
        would_propose: after.summary.proposal,
        added: Vec::new(),
        removed: Vec::new(),
        changed: Vec::new(),
        same: 0,
    };
    for (old, new) in pairs(&before.findings, &after.findings) {
        match (
            old.filter(|one| one.is_risk()),
            new.filter(|one| one.is_risk()),
        ) {
            (Some(old), Some(new)) if told_alike(old, new) => trial.same += 1,
            (Some(old), Some(new)) => trial.changed.push(ChangedFinding {
                before: tried(old),
                after: tried(new),
            }),
            (Some(old), None) => trial.removed.push(tried(old)),
            (None, Some(new)) => trial.added.push(tried(new)),
            (None, None) => {}
        }
    }
    trial
}

fn pairs<'a>(
    before: &'a [Finding],
    after: &'a [Finding],
) -> Vec<(Option<&'a Finding>, Option<&'a Finding>)> {
    let mut left: Vec<(String, &Finding)> =
        after.iter().map(|one| (finding_key(one), one)).collect();
    let mut take = |fits: &dyn Fn(&(String, &'a Finding)) -> bool| {
        let at = left.iter().position(fits)?;
        Some(left.remove(at).1)
    };
    let mut pairs = Vec::with_capacity(before.len());
    let mut lonely = Vec::new();
    for old in before {
        let key = finding_key(old);
        match take(&|(other, _)| *other == key) {
            Some(new) => pairs.push((Some(old), Some(new))),
            None => lonely.push(old),
        }
    }
    for old in lonely {
        let new = take(&|(_, new)| new.check == old.check);
        pairs.push((Some(old), new));
    }
    pairs.extend(left.into_iter().map(|(_, new)| (None, Some(new))));
    pairs
}

fn told_alike(old: &Finding, new: &Finding) -> bool {
    let told = |one: &Finding| {
        (
            one.outcome,
            one.severity,
            one.title.clone(),
            one.explanation.clone(),
            one.ask.clone(),
            one.advice.clone(),
        )
    };
    told(old) == told(new)
}

fn tried(finding: &Finding) -> TriedFinding {
    TriedFinding {
        check: finding.check.clone(),
        outcome: finding.outcome,
        severity: finding.severity,
        title: finding.title.clone(),
        explanation: finding.explanation.clone(),
        page: finding.citations.first().map(|citation| citation.page),
    }
}
