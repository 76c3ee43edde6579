//! What every form is written from: the report, and what a person decided about its findings.

use countersign_contracts::date::CivilDate;
use countersign_contracts::decision::Verdict;
use countersign_contracts::finding::Finding;
use countersign_contracts::report::Report;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A report with what was decided about it.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// What the review left.
    pub report: &'a Report,
    /// What was decided about its findings.
    pub decisions: &'a [ReportedDecision],
    /// A link that opens each finding in the window, by its place in `findings`. None when there is no store that it
    /// could be opened from.
    pub links: &'a [String],
    /// When the review ended, milliseconds since 1970 in UTC.
    pub reviewed_at: i64,
    /// The day on which the export is written: what dates are still to come.
    pub today: CivilDate,
}

/// What holds for a finding, in the public form of the data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportedDecision {
    /// Place of the finding in `findings`, counted from 0.
    pub finding: u32,
    /// `accepted`: the finding stands and is to be raised. `dismissed`: it does not matter here.
    pub verdict: Option<Verdict>,
    /// Why it was dismissed; empty otherwise.
    pub reason: String,
    /// A person's note; empty when there is none.
    pub note: String,
    /// When the verdict was given, in milliseconds since 1970 in UTC.
    pub decided_at: Option<i64>,
}

/// A risk under the number that every form knows it by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Risk<'a> {
    /// Counted from 1, the gravest first.
    pub number: usize,
    /// Its place in the report.
    pub place: usize,
    /// The finding.
    pub finding: &'a Finding,
    /// What was decided about it.
    pub decision: Option<&'a ReportedDecision>,
}

impl Risk<'_> {
    /// A person said that it does not matter here.
    pub fn is_dismissed(&self) -> bool {
        self.decision
            .is_some_and(|decision| decision.verdict == Some(Verdict::Dismissed))
    }

    /// It has words to prove it and none of them was found on the page.
    pub fn is_unverified(&self) -> bool {
        let citations = &self.finding.citations;
        !citations.is_empty() && citations.iter().all(|citation| !citation.verified)
    }
}

impl<'a> Source<'a> {
    /// What was decided about the finding at this place of the report.
    pub(crate) fn decision_of(&self, finding: usize) -> Option<&'a ReportedDecision> {
        self.decisions
            .iter()
            .find(|one| usize::try_from(one.finding).is_ok_and(|at| at == finding))
    }

    /// A link that opens the finding at this place of the report.
    pub(crate) fn link_to(&self, finding: usize) -> Option<&'a str> {
        self.links.get(finding).map(String::as_str)
    }

    /// What a person has to do something about, numbered in the report's order.
    pub(crate) fn risks(&self) -> Vec<Risk<'a>> {
        self.report
            .findings
            .iter()
            .enumerate()
            .filter(|(_, finding)| finding.is_risk())
            .zip(1..)
            .map(|((place, finding), number)| Risk {
                number,
                place,
                finding,
                decision: self.decision_of(place),
            })
            .collect()
    }

    /// What a model wrote, each sentence with the numbers of the risks that it rests on. What rests on nothing
    /// but risks that a person dismissed is left out.
    pub(crate) fn written(&self) -> Vec<String> {
        let risks = self.risks();
        let sentences = self.report.summary.sentences.iter();
        sentences
            .filter_map(|sentence| {
                let of = |risk: &&Risk<'_>| sentence.checks.contains(&risk.finding.check);
                let rests: Vec<&Risk<'_>> = risks.iter().filter(of).collect();
                rests.iter().any(|risk| !risk.is_dismissed()).then(|| {
                    let numbers: Vec<String> =
                        rests.iter().map(|risk| risk.number.to_string()).collect();
                    format!("{} [{}]", sentence.text, numbers.join(", "))
                })
            })
            .collect()
    }

    /// Every other finding, with its place in the report.
    pub(crate) fn others(&self) -> impl Iterator<Item = (usize, &'a Finding)> {
        self.report
            .findings
            .iter()
            .enumerate()
            .filter(|(_, finding)| !finding.is_risk())
    }

    /// The contract's own title, or its file's name.
    pub(crate) fn title(&self) -> &'a str {
        let contract = &self.report.contract;
        if contract.title.is_empty() {
            &contract.file
        } else {
            &contract.title
        }
    }

    /// The day the review ended.
    pub(crate) fn reviewed_on(&self) -> CivilDate {
        day_of(self.reviewed_at)
    }
}

/// The day of a moment, in UTC.
#[must_use]
pub fn day_of(milliseconds: i64) -> CivilDate {
    // 1 January 1970 is a day of the calendar; were it not, the year 1 would do as well.
    let epoch = CivilDate::new(1970, 1, 1).unwrap_or(CivilDate {
        year: 1,
        month: 1,
        day: 1,
    });
    epoch.add_days(milliseconds.div_euclid(86_400_000))
}
