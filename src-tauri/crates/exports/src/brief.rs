//! What a signatory reads: the decision, how each subject stands, the gravest risks, dates, approvals, and
//! how much of the contract this rests on. The PDF and the DOCX set the same brief.

use countersign_contracts::clause::{ClauseKind, Side};
use countersign_contracts::date::CivilDate;
use countersign_contracts::finding::{Confidence, Outcome, Severity};
use countersign_contracts::report::{KeyDate, KeyTerm, TermState};

use crate::say;
use crate::source::{Risk, Source};
use crate::typed::day;

/// Risks set out on the summary's pages; the others stand in the appendix.
pub(crate) const MOST_TOP: usize = 5;
/// Dates on the summary's pages.
const MOST_DATES: usize = 3;

/// The summary of a report.
#[derive(Debug)]
pub(crate) struct Brief<'a> {
    /// Who, what, when: label and value.
    pub facts: Vec<(&'static str, String)>,
    /// How each subject stands.
    pub lights: Vec<Light>,
    /// The gravest risks that nobody dismissed.
    pub top: Vec<Risk<'a>>,
    /// Open risks beyond those.
    pub more: usize,
    /// What the playbook wants and the contract lacks or does not say clearly.
    pub unclear: Vec<Risk<'a>>,
    /// Who has to agree, and to which risks.
    pub approvals: Vec<(String, Vec<usize>)>,
    /// The next dates, or the last ones where all have passed.
    pub dates: Vec<Dated<'a>>,
    /// Key terms that were found.
    pub terms: Vec<&'a KeyTerm>,
    /// How much was read, by whom, how sure it is.
    pub coverage: Vec<String>,
}

/// How one subject stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Light {
    /// `Money`, `Liability`, …
    pub subject: &'static str,
    /// The word for it; colour is never alone.
    pub state: Signal,
    /// Why.
    pub reason: String,
}

/// The colours of a traffic light, and the one for what was not judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// High or critical risks.
    Stop,
    /// Medium risks, or low ones.
    Settle,
    /// Judged, and nothing against it.
    Clear,
    /// No check of the playbook concerned it.
    NotJudged,
}

impl Signal {
    /// The word beside the colour.
    pub fn word(self) -> &'static str {
        match self {
            Self::Stop => "Act",
            Self::Settle => "Settle",
            Self::Clear => "Clear",
            Self::NotJudged => "Not judged",
        }
    }
}

/// A key date with its day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dated<'a> {
    /// What happens, and why then.
    pub date: &'a KeyDate,
    /// When.
    pub day: CivilDate,
    /// It is behind us.
    pub passed: bool,
}

impl<'a> Brief<'a> {
    pub fn of(source: &Source<'a>) -> Self {
        let risks = source.risks();
        let open: Vec<Risk<'a>> = risks
            .iter()
            .copied()
            .filter(|risk| !risk.is_dismissed())
            .collect();
        let proven: Vec<Risk<'a>> = open
            .iter()
            .copied()
            .filter(|risk| !risk.is_unverified())
            .collect();
        Self {
            facts: facts(source),
            lights: lights(source, &proven),
            top: proven.iter().copied().take(MOST_TOP).collect(),
            more: open.len() - proven.len().min(MOST_TOP),
            unclear: proven
                .iter()
                .copied()
                .skip(MOST_TOP)
                .filter(|risk| matches!(risk.finding.outcome, Outcome::Missing | Outcome::Unclear))
                .collect(),
            approvals: approvals(&proven),
            dates: next_dates(source),
            terms: source
                .report
                .key_terms
                .iter()
                .filter(|term| term.state != TermState::NotFound)
                .collect(),
            coverage: coverage(source, &open),
        }
    }
}

fn facts(source: &Source<'_>) -> Vec<(&'static str, String)> {
    let report = source.report;
    let contract = &report.contract;
    let party = |side: Side| {
        contract
            .parties
            .iter()
            .find(|party| party.side == side)
            .map(|party| party.name.clone())
    };
    let term = |field: &str| {
        report
            .key_terms
            .iter()
            .find(|term| term.field == field && term.state != TermState::NotFound)
            .map(|term| term.value.clone())
    };
    let next = next_dates(source)
        .first()
        .filter(|dated| !dated.passed)
        .map(|dated| format!("{}: {}", dated.day.to_iso(), dated.date.event));
    let chosen = if contract.side_chosen {
        ""
    } else {
        " (proposed)"
    };
    [
        ("Supplier", party(Side::Theirs)),
        (
            "Our side",
            party(Side::Ours).map(|name| format!("{name}{chosen}")),
        ),
        ("Kind", Some(kind(&contract.contract_type))),
        ("Annual fees", term("annual_fees")),
        ("Initial term", term("initial_term")),
        ("Ends", term("expiration_date")),
        ("Next date", next),
        ("Governing law", term("governing_law")),
        (
            "File",
            Some(format!("{}, {} pages", contract.file, contract.pages)),
        ),
    ]
    .into_iter()
    .filter_map(|(label, value)| Some((label, value.filter(|value| !value.is_empty())?)))
    .collect()
}

fn kind(contract_type: &str) -> String {
    match contract_type {
        "saas" => "Cloud service".to_owned(),
        "nda" => "Confidentiality agreement".to_owned(),
        "dpa" => "Data processing agreement".to_owned(),
        "other" => "Not told".to_owned(),
        other => say::capital(other),
    }
}

/// Subjects in the order of the summary.
const SUBJECTS: &[&str] = &[
    "Money",
    "Term and exit",
    "Liability",
    "Indemnity",
    "Data",
    "Service and security",
    "Intellectual property",
    "Control",
    "Law",
    "The document itself",
];

/// The subject that a kind of clause belongs to.
fn subject(kind: ClauseKind) -> &'static str {
    use ClauseKind as K;
    match kind {
        K::Fees
        | K::PaymentTerms
        | K::LateFees
        | K::InvoiceDispute
        | K::PriceRestrictions
        | K::MinimumCommitment
        | K::VolumeRestriction
        | K::RevenueProfitSharing
        | K::MostFavoredNation => "Money",
        K::AgreementDate
        | K::EffectiveDate
        | K::ExpirationDate
        | K::RenewalTerm
        | K::NoticePeriodToTerminateRenewal
        | K::TerminationForConvenience
        | K::TerminationForCause
        | K::Suspension
        | K::PostTerminationServices
        | K::LiquidatedDamages => "Term and exit",
        K::CapOnLiability
        | K::UncappedLiability
        | K::ConsequentialLoss
        | K::ClaimTimeLimit
        | K::Insurance
        | K::SoleRemedy
        | K::WarrantyDisclaimer
        | K::Warranty
        | K::WarrantyDuration
        | K::CovenantNotToSue => "Liability",
        K::Indemnity | K::IpIndemnity | K::IndemnityProcedure => "Indemnity",
        K::DataProtection | K::DataUse | K::DataReturn | K::BreachNotice | K::Confidentiality => {
            "Data"
        }
        K::ServiceLevel => "Service and security",
        K::IpOwnershipAssignment
        | K::JointIpOwnership
        | K::LicenseGrant
        | K::NonTransferableLicense
        | K::AffiliateLicenseLicensor
        | K::AffiliateLicenseLicensee
        | K::UnlimitedLicense
        | K::IrrevocableOrPerpetualLicense
        | K::SourceCodeEscrow
        | K::Feedback => "Intellectual property",
        K::AuditRights
        | K::Subcontracting
        | K::AntiAssignment
        | K::ChangeOfControl
        | K::Exclusivity
        | K::NonCompete
        | K::NoSolicitOfCustomers
        | K::NoSolicitOfEmployees
        | K::CompetitiveRestrictionException
        | K::NonDisparagement
        | K::RofrRofoRofn
        | K::UnilateralChange
        | K::Publicity
        | K::ThirdPartyBeneficiary => "Control",
        K::GoverningLaw | K::DisputeResolution | K::ForceMajeure => "Law",
        _ => "The document itself",
    }
}

fn lights(source: &Source<'_>, risks: &[Risk<'_>]) -> Vec<Light> {
    SUBJECTS
        .iter()
        .map(|name| {
            let of_subject: Vec<&Risk<'_>> = risks
                .iter()
                .filter(|risk| subject(risk.finding.clause_kind) == *name)
                .collect();
            let judged = source.report.findings.iter().any(|finding| {
                subject(finding.clause_kind) == *name && finding.outcome != Outcome::NotApplicable
            });
            let worst = of_subject.iter().map(|risk| risk.finding.severity).max();
            let (state, reason) = match (worst, of_subject.first()) {
                (Some(severity), Some(first)) => {
                    let others = match of_subject.len() {
                        1 => String::new(),
                        count => format!(" (and {} more)", count - 1),
                    };
                    let state = if severity >= Severity::High {
                        Signal::Stop
                    } else {
                        Signal::Settle
                    };
                    (state, format!("{}{others}", first.finding.title))
                }
                _ if judged => (
                    Signal::Clear,
                    "Nothing against it in this playbook".to_owned(),
                ),
                _ => (
                    Signal::NotJudged,
                    "No check of the playbook concerned it".to_owned(),
                ),
            };
            Light {
                subject: name,
                state,
                reason,
            }
        })
        .collect()
}

fn approvals(risks: &[Risk<'_>]) -> Vec<(String, Vec<usize>)> {
    let mut approvals: Vec<(String, Vec<usize>)> = Vec::new();
    for risk in risks {
        let approver = &risk.finding.advice.approver;
        if approver.is_empty() {
            continue;
        }
        match approvals.iter_mut().find(|(who, _)| who == approver) {
            Some((_, numbers)) => numbers.push(risk.number),
            None => approvals.push((approver.clone(), vec![risk.number])),
        }
    }
    approvals
}

/// Every date with a day, in order.
pub(crate) fn dated<'a>(source: &Source<'a>) -> Vec<Dated<'a>> {
    let mut all: Vec<Dated<'a>> = source
        .report
        .key_dates
        .iter()
        .filter_map(|date| {
            let day = day(date.date.as_deref()?)?;
            Some(Dated {
                date,
                day,
                passed: day < source.today,
            })
        })
        .collect();
    all.sort_by_key(|dated| dated.day);
    all
}

fn next_dates<'a>(source: &Source<'a>) -> Vec<Dated<'a>> {
    let all = dated(source);
    let next: Vec<Dated<'a>> = all
        .iter()
        .copied()
        .filter(|dated| !dated.passed)
        .take(MOST_DATES)
        .collect();
    if !next.is_empty() {
        return next;
    }
    let from = all.len().saturating_sub(MOST_DATES);
    all.into_iter().skip(from).collect()
}

fn coverage(source: &Source<'_>, open: &[Risk<'_>]) -> Vec<String> {
    let report = source.report;
    let c = &report.coverage;
    let mut lines = vec![format!(
        "Read {} of {} pages{} and {} of {} parts.",
        c.pages_read,
        c.pages_total,
        match c.pages_ocr {
            0 => String::new(),
            pages => format!(" ({pages} of them by text recognition)"),
        },
        c.chunks_read,
        c.chunks_total
    )];
    if !c.pages_failed.is_empty() {
        let pages: Vec<String> = c.pages_failed.iter().map(|f| f.page.to_string()).collect();
        lines.push(format!("Not read: page {}.", pages.join(", ")));
    }
    if !c.hidden_text.is_empty() {
        lines.push(format!(
            "The file holds text that its pages do not show, in {} places.",
            c.hidden_text.len()
        ));
    }
    if let Some(second) = c.second_reading.as_ref().filter(|s| s.pages_of_text > 0) {
        lines.push(if second.under_way {
            "A second reader is still comparing the text.".to_owned()
        } else {
            format!(
                "A second reader compared {} of {} pages and disputes {}.",
                second.pages_compared,
                second.pages_of_text,
                second.disputed.len()
            )
        });
    }
    let with = |level: Confidence| {
        open.iter()
            .filter(|risk| risk.finding.confidence == level)
            .count()
    };
    lines.push(format!(
        "Confidence of the {} open findings: {} high, {} to check, {} weak.",
        open.len(),
        with(Confidence::High),
        with(Confidence::Check),
        with(Confidence::Weak)
    ));
    let unverified = open.iter().filter(|risk| risk.is_unverified()).count();
    if unverified > 0 {
        lines.push(format!(
            "{unverified} findings whose quotes could not be verified are not counted above."
        ));
    }
    let usage = report.usage;
    let models = match usage.model_calls {
        0 => "no model was asked".to_owned(),
        calls => format!(
            "{calls} questions to a model, USD {:.2}",
            usage.cost_micros as f64 / 1e6
        ),
    };
    lines.push(format!(
        "{} {}, reader: {}, {models}. Playbook: {} {}. Reviewed on {}.",
        report.engine.name,
        report.engine.version,
        report.engine.reader,
        report.playbook.name,
        report.playbook.version,
        source.reviewed_on().to_iso()
    ));
    lines.push(format!("SHA-256 of the file: {}", report.contract.sha256));
    lines
}

/// `page 7`, `pages 7 and 9`, or nothing for an absence.
pub(crate) fn pages(finding: &countersign_contracts::finding::Finding) -> String {
    let mut pages: Vec<u32> = finding.citations.iter().map(|c| c.page).collect();
    pages.dedup();
    match pages.as_slice() {
        [] => String::new(),
        [one] => format!("page {one}"),
        [all @ .., last] => {
            let all: Vec<String> = all.iter().map(u32::to_string).collect();
            format!("pages {} and {last}", all.join(", "))
        }
    }
}
