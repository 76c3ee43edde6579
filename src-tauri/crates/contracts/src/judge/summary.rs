//! The proposal: what the findings come to. It never says "sign".

use crate::clause::Side;
use crate::finding::{Finding, Outcome, Severity};
use crate::profile::{ContractType, DocumentProfile};
use crate::report::{Coverage, Proposal, SeverityCounts, Summary};

/// Reasons listed at most.
const MOST_REASONS: usize = 5;
/// No verdict when less than this share of the pages was read.
const LEAST_COVERAGE: f64 = 0.8;

/// Proposes what to do, with the reasons, the gravest first. Where it is not known whose contract it is, or
/// of what kind, most checks for what is missing do not apply: that nothing was found then says little, and
/// there is no verdict.
#[must_use]
pub fn summarise(findings: &[Finding], coverage: &Coverage, profile: &DocumentProfile) -> Summary {
    let counts = SeverityCounts::of(findings);
    let total = coverage.pages_total;
    let read = coverage.pages_read;
    let little = |read: u32, total: u32| f64::from(read) < LEAST_COVERAGE * f64::from(total);
    let chunks = (coverage.chunks_read, coverage.chunks_total);
    if total == 0 || little(read, total) || little(chunks.0, chunks.1) {
        let text = if total == 0 || little(read, total) {
            format!(
                "No verdict: only {read} of {total} pages could be read. What was found in them is listed."
            )
        } else {
            format!(
                "No verdict: only {} of {} parts were read to the end. What was found in them is listed.",
                chunks.0, chunks.1
            )
        };
        return Summary {
            proposal: Proposal::NoVerdict,
            text,
            reasons: coverage
                .pages_failed
                .iter()
                .take(MOST_REASONS)
                .map(|failed| format!("Page {}: {}", failed.page, failed.reason))
                .collect(),
            counts,
            sentences: Vec::new(),
        };
    }
    let mut risks: Vec<&Finding> = findings.iter().filter(|f| f.is_risk()).collect();
    risks.sort_by_key(|f| std::cmp::Reverse(f.severity));
    let proposal = match risks.first().map(|f| f.severity) {
        Some(Severity::Critical) => Proposal::Escalate,
        Some(Severity::High | Severity::Medium) => Proposal::Negotiate,
        Some(Severity::Low) | None if to_choose(profile).is_some() => Proposal::NoVerdict,
        Some(Severity::Low) | None => Proposal::Ready,
    };
    let text = match proposal {
        Proposal::Escalate => format!(
            "Escalate: {} past what the buyer may accept alone, {} more to negotiate.",
            count(counts.critical, "point"),
            counts.high + counts.medium
        ),
        Proposal::Negotiate => format!(
            "Negotiate: {} to settle with the other side before this goes further.",
            count(counts.high + counts.medium, "point")
        ),
        Proposal::NoVerdict => {
            "No verdict: nothing was found against it, but most of the playbook could not be applied."
                .to_owned()
        }
        Proposal::Ready => "Ready: nothing in this playbook stands against it.".to_owned(),
    };
    let choose = to_choose(profile).map(str::to_owned);
    let reasons = choose
        .into_iter()
        .chain(risks.iter().map(|f| reason(f)))
        .take(MOST_REASONS)
        .collect();
    Summary {
        proposal,
        text,
        reasons,
        counts,
        sentences: Vec::new(),
    }
}

/// What a person has to choose before the playbook can be applied whole.
fn to_choose(profile: &DocumentProfile) -> Option<&'static str> {
    let side_told = profile.parties.iter().any(|p| p.side == Side::Ours);
    // A confidentiality agreement mostly binds both alike.
    let alike = profile.contract_type == ContractType::Nda;
    match profile.contract_type {
        ContractType::Other if !profile.chosen.contract_type => Some(
            "What kind of contract this is could not be told: choose its type, and it is judged by the checks of that type",
        ),
        _ if !side_told && !alike => Some(
            "The contract does not tell which party you are: choose your side, and it is judged again",
        ),
        _ => None,
    }
}

fn count(number: u32, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}

/// The title, where it stands, what is at stake, and who decides when the reviewer may not.
fn reason(finding: &Finding) -> String {
    let mut reason = finding.title.clone();
    if let Some(citation) = finding.citations.first()
        && finding.outcome != Outcome::Missing
    {
        reason.push_str(&format!(" (page {})", citation.page));
    }
    if !finding.exposure.is_empty() {
        reason.push_str(&format!(". {}", finding.exposure.trim_end_matches('.')));
    }
    match finding.advice.approver.as_str() {
        "" | "business" => {}
        approver => reason.push_str(&format!("; {approver} decides")),
    }
    reason
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clause::ClauseKind;
    use crate::finding::Confidence;
    use crate::report::ContractParty;

    fn finding(severity: Severity, outcome: Outcome) -> Finding {
        Finding {
            check: "x".to_owned(),
            clause_kind: ClauseKind::AuditRights,
            outcome,
            severity,
            title: "A title".to_owned(),
            explanation: String::new(),
            ask: String::new(),
            exposure: String::new(),
            advice: Default::default(),
            confidence: Confidence::High,
            citations: Vec::new(),
        }
    }

    fn profile(contract_type: ContractType, side: Side) -> DocumentProfile {
        DocumentProfile {
            contract_type,
            parties: vec![ContractParty {
                name: "Northgate Ltd".to_owned(),
                label: None,
                side,
            }],
            ..DocumentProfile::default()
        }
    }

    fn of_ours() -> DocumentProfile {
        profile(ContractType::Services, Side::Ours)
    }

    #[test]
    fn where_the_playbook_can_hardly_be_applied_it_is_not_ready() {
        let cases = [
            (
                profile(ContractType::Services, Side::Ours),
                Proposal::Ready,
                None,
            ),
            (
                profile(ContractType::Services, Side::Unknown),
                Proposal::NoVerdict,
                Some("choose your side"),
            ),
            (
                profile(ContractType::Nda, Side::Unknown),
                Proposal::Ready,
                None,
            ),
            (
                profile(ContractType::Other, Side::Ours),
                Proposal::NoVerdict,
                Some("choose its type"),
            ),
        ];
        for (profile, proposal, reason) in cases {
            let summary = summarise(&[], &coverage(10), &profile);
            assert_eq!(summary.proposal, proposal, "{profile:?}");
            assert_eq!(summary.reasons.len(), usize::from(reason.is_some()));
            assert!(reason.is_none_or(|words| summary.reasons[0].contains(words)));
            let grave = [finding(Severity::High, Outcome::RedLine)];
            let summary = summarise(&grave, &coverage(10), &profile);
            assert_eq!(
                summary.proposal,
                Proposal::Negotiate,
                "what was found stands"
            );
        }
        let mut chosen = profile(ContractType::Other, Side::Ours);
        chosen.chosen.contract_type = true;
        assert_eq!(
            summarise(&[], &coverage(10), &chosen).proposal,
            Proposal::Ready
        );
    }

    fn coverage(pages_read: u32) -> Coverage {
        Coverage {
            pages_total: 10,
            pages_read,
            pages_ocr: 0,
            pages_failed: Vec::new(),
            hidden_text: Vec::new(),
            changes: Vec::new(),
            comments: Vec::new(),
            notes: Vec::new(),
            second_reading: None,
            chunks_read: 1,
            chunks_total: 1,
        }
    }

    #[test]
    fn a_reason_says_where_what_is_at_stake_and_who_decides() {
        let mut grave = finding(Severity::Critical, Outcome::RedLine);
        grave.exposure = "One quarter's charges: GBP 41,250 a year.".to_owned();
        grave.advice.approver = "legal".to_owned();
        let summary = summarise(&[grave], &coverage(10), &of_ours());
        assert_eq!(
            summary.reasons,
            ["A title. One quarter's charges: GBP 41,250 a year; legal decides"]
        );
        let mut unread = coverage(10);
        (unread.chunks_read, unread.chunks_total) = (3, 9);
        let summary = summarise(&[], &unread, &of_ours());
        assert_eq!(summary.proposal, Proposal::NoVerdict);
        assert!(summary.text.contains("3 of 9 parts"), "{}", summary.text);
    }

    #[test]
    fn the_gravest_risk_and_the_coverage_decide() {
        use Outcome::{Met, Missing, RedLine};
        use Severity::{Critical, High, Low};
        let cases = [
            (
                vec![finding(Critical, RedLine), finding(High, Missing)],
                10,
                Proposal::Escalate,
            ),
            (vec![finding(High, Missing)], 9, Proposal::Negotiate),
            (
                vec![finding(Low, RedLine), finding(Critical, Met)],
                10,
                Proposal::Ready,
            ),
            (vec![finding(Critical, RedLine)], 7, Proposal::NoVerdict),
            (vec![], 0, Proposal::NoVerdict),
        ];
        for (findings, pages_read, expect) in cases {
            let summary = summarise(&findings, &coverage(pages_read), &of_ours());
            assert_eq!(summary.proposal, expect, "{findings:?}");
            assert!(
                !summary.text.to_lowercase().contains("sign"),
                "{}",
                summary.text
            );
        }
    }
}
