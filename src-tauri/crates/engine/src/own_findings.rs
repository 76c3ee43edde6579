//! Findings that a person makes of words they select, and what they say of others in place of the playbook.
//! They stand in the report beside those of the playbook and change nothing of what it proposes.

use std::collections::HashSet;

use countersign_contracts::citation::Citation;
use countersign_contracts::clause::{Clause, ClauseKind};
use countersign_contracts::document::{Bbox, Document, Page, Word};
use countersign_contracts::finding::{Advice, Confidence, Finding, Outcome};
use countersign_contracts::report::{Report, SeverityCounts};
use countersign_store::decisions::finding_key;

use crate::Engine;
use crate::error::Error;
use crate::pipeline::READER_VERSION;
use crate::views::{
    AddFinding, AddedFinding, EditFinding, EditedFinding, Nothing, OnPage, RemoveFinding,
};

/// A word belongs to a selection that covers this share of its width.
const COVERED: f32 = 0.3;
/// Letters of the longest title.
const LONGEST_TITLE: usize = 300;

impl Engine {
    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], [`Error::NoReport`], [`Error::Setting`] without words or a title, or what the
    /// store says.
    pub async fn add_finding(&self, argument: AddFinding) -> Result<AddedFinding, Error> {
        let title = argument.title.trim();
        if title.is_empty() || title.chars().count() > LONGEST_TITLE {
            return Err(Error::Setting(format!(
                "a finding has a title of 1 to {LONGEST_TITLE} letters. Say in a line what is the matter"
            )));
        }
        let row = self.existing_row(&argument.review_id).await?;
        let store = &self.inner.store;
        let pages = store
            .pages_of_contract(&row.contract_id, READER_VERSION)
            .await?
            .ok_or_else(|| row.no_report())?;
        let clauses = store.clauses_of_review(&argument.review_id).await?;
        let places = argument.places;
        let cited = tokio::task::spawn_blocking(move || cite(pages, &clauses, &places)).await?;
        let (citations, clause_kind) = cited;
        if citations.is_empty() {
            return Err(Error::Setting(
                "no words of the contract are selected, so there is nothing to point at. Select some of its text".to_owned(),
            ));
        }
        let mut finding = Finding {
            check: String::new(),
            clause_kind,
            outcome: Outcome::RedLine,
            severity: argument.severity,
            title: title.to_owned(),
            explanation: argument.explanation.trim().to_owned(),
            ask: argument.ask.trim().to_owned(),
            exposure: String::new(),
            advice: Advice::default(),
            confidence: Confidence::High,
            citations,
        };
        finding.check = store
            .add_own_finding(&row.contract_id, &finding, self.now())
            .await?;
        Ok(AddedFinding {
            key: finding_key(&finding),
            check: finding.check,
        })
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], [`Error::NoSuchFinding`], or what the store says.
    pub async fn remove_finding(&self, argument: RemoveFinding) -> Result<Nothing, Error> {
        let row = self.existing_row(&argument.review_id).await?;
        let store = &self.inner.store;
        let removed = store.remove_own_finding(&row.contract_id, &argument.check, self.now());
        if !removed.await? {
            return Err(Error::NoSuchFinding);
        }
        Ok(Nothing {})
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], [`Error::NoReport`], [`Error::NoSuchFinding`], or what the store says.
    pub async fn edit_finding(&self, argument: EditFinding) -> Result<Nothing, Error> {
        let row = self.existing_row(&argument.review_id).await?;
        let store = &self.inner.store;
        let report = store.report_of_review(&argument.review_id).await?;
        let report = report.ok_or_else(|| row.no_report())?;
        let mut findings = report.findings.iter();
        let finding = findings
            .find(|finding| finding_key(finding) == argument.key)
            .ok_or(Error::NoSuchFinding)?;
        let said = argument
            .said
            .map(|said| (said.severity, said.ask.trim().to_owned()))
            .filter(|(severity, ask)| *severity != finding.severity || *ask != finding.ask);
        store
            .edit_finding(&row.contract_id, &argument.key, said, self.now())
            .await?;
        Ok(Nothing {})
    }

    /// What the playbook says of findings of which a person says something else.
    pub(crate) async fn before_edits(
        &self,
        review_id: &str,
        contract_id: &str,
    ) -> Result<Vec<EditedFinding>, Error> {
        let store = &self.inner.store;
        let edits = store.finding_edits(contract_id).await?;
        if edits.is_empty() {
            return Ok(Vec::new());
        }
        let report = store.report_of_review(review_id).await?;
        let findings = report.map_or_else(Vec::new, |report| report.findings);
        let edited = |finding: Finding| {
            let key = finding_key(&finding);
            let is_edited = edits.iter().any(|edit| edit.finding == key);
            is_edited.then_some(EditedFinding {
                key,
                severity: finding.severity,
                ask: finding.ask,
            })
        };
        Ok(findings.into_iter().filter_map(edited).collect())
    }

    /// A review's report with the findings that a person made, and with what they say of others.
    pub(crate) async fn report_with_own(
        &self,
        review_id: &str,
        contract_id: &str,
    ) -> Result<Option<Report>, Error> {
        let store = &self.inner.store;
        let Some(mut report) = store.report_of_review(review_id).await? else {
            return Ok(None);
        };
        let own = store.own_findings(contract_id).await?;
        let edits = store.finding_edits(contract_id).await?;
        if !own.is_empty() || !edits.is_empty() {
            for finding in &mut report.findings {
                let key = finding_key(finding);
                if let Some(edit) = edits.iter().find(|edit| edit.finding == key) {
                    finding.severity = edit.severity;
                    finding.ask.clone_from(&edit.ask);
                }
            }
            report.findings.extend(own);
            report.summary.counts = SeverityCounts::of(&report.findings);
        }
        Ok(Some(report))
    }
}

/// The words at the places, page by page, and the kind of the clause they are of.
fn cite(
    pages: Vec<Page>,
    clauses: &[(String, Clause)],
    places: &[OnPage],
) -> (Vec<Citation>, ClauseKind) {
    let mut citations = Vec::new();
    let mut chosen = HashSet::new();
    for place in places {
        let Some(page) = pages.iter().find(|page| page.number == place.page) else {
            continue;
        };
        let words: Vec<(usize, &Word)> = page
            .words
            .iter()
            .enumerate()
            .filter(|(_, word)| place.boxes.iter().any(|area| covers(*area, word.bbox)))
            .collect();
        if words.is_empty() {
            continue;
        }
        chosen.extend(words.iter().map(|(at, _)| (page.number, *at as u32)));
        let quote: Vec<&str> = words.iter().map(|(_, word)| word.text.as_str()).collect();
        let boxes = words
            .chunk_by(|(_, a), (_, b)| a.line == b.line)
            .filter_map(|line| line.iter().map(|(_, word)| word.bbox).reduce(Bbox::union));
        citations.push(Citation {
            page: page.number,
            quote: quote.join(" "),
            boxes: boxes.collect(),
            verified: true,
        });
    }
    let document = Document::from_pages(pages);
    let shared = |clause: &Clause| {
        let words = document.words_in(clause.span).iter();
        words
            .filter(|word| chosen.contains(&(word.page, word.word)))
            .count()
    };
    let nearest = clauses
        .iter()
        .map(|(_, clause)| (shared(clause), clause))
        .filter(|(shared, _)| *shared > 0)
        .max_by_key(|(shared, clause)| {
            (
                *shared,
                std::cmp::Reverse(clause.span.end - clause.span.start),
            )
        });
    let kind = nearest.map_or(ClauseKind::DocumentName, |(_, clause)| clause.kind);
    (citations, kind)
}

/// Whether a selected area covers a word: its line, and enough of its width.
fn covers(area: Bbox, word: Bbox) -> bool {
    let [left, top, right, bottom] = area.0;
    let [from, above, to, below] = word.0;
    let middle = f32::midpoint(above, below);
    let shared = to.min(right) - from.max(left);
    middle > top && middle < bottom && shared > 0.0 && shared >= COVERED * (to - from)
}

#[cfg(test)]
mod tests {
    use countersign_contracts::clause::{Polarity, Side};
    use countersign_contracts::document::{PageQuality, PageSource};

    use super::*;

    fn page() -> Page {
        let lines = ["Supplier may change prices", "at any time and alone."];
        let words = lines.iter().enumerate().flat_map(|(line, text)| {
            text.split(' ').enumerate().map(move |(at, text)| Word {
                text: text.to_owned(),
                bbox: Bbox([
                    at as f32 * 50.0,
                    line as f32 * 14.0,
                    at as f32 * 50.0 + 40.0,
                    line as f32 * 14.0 + 11.0,
                ]),
                line: line as u32,
                size: 11.0,
                bold: false,
                hidden: None,
                confidence: None,
            })
        });
        Page {
            number: 1,
            width: 600.0,
            height: 800.0,
            source: PageSource::Text,
            quality: PageQuality::Ok,
            problem: None,
            words: words.collect(),
        }
    }

    fn on_page(page: u32, boxes: &[[f32; 4]]) -> OnPage {
        OnPage {
            page,
            boxes: boxes.iter().copied().map(Bbox).collect(),
        }
    }

    #[test]
    fn a_selection_is_quoted_word_by_word_and_belongs_to_the_clause_it_is_in() {
        let document = Document::from_pages(vec![page()]);
        let clause = |kind, start: u32, end: u32| {
            let clause = Clause {
                kind,
                span: countersign_contracts::document::Span { start, end },
                polarity: Polarity::Affirmed,
                bound: Side::Theirs,
                facts: Vec::new(),
                confidence: 1.0,
            };
            ("offline".to_owned(), clause)
        };
        let end = document.text.len() as u32;
        let clauses = [
            clause(ClauseKind::Fees, 0, 8),
            clause(ClauseKind::PriceRestrictions, 0, end),
        ];
        // From the middle of "change" on to a touch of "and": so little of a word is not meant.
        let places = [
            on_page(1, &[[115.0, -1.0, 250.0, 12.0], [0.0, 13.0, 157.0, 26.0]]),
            on_page(7, &[[0.0, 0.0, 600.0, 800.0]]),
        ];
        let (citations, kind) = cite(vec![page()], &clauses, &places);
        assert_eq!(kind, ClauseKind::PriceRestrictions);
        assert_eq!(citations.len(), 1);
        assert_eq!(citations[0].quote, "change prices at any time");
        let boxes: Vec<[f32; 4]> = citations[0].boxes.iter().map(|one| one.0).collect();
        assert_eq!(boxes, [[100.0, 0.0, 190.0, 11.0], [0.0, 14.0, 140.0, 25.0]]);
        let (none, _) = cite(
            vec![page()],
            &clauses,
            &[on_page(1, &[[300.0, 200.0, 400.0, 300.0]])],
        );
        assert_eq!(none, []);
    }
}
