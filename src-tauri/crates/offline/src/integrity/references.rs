//! References to sections of this contract that it does not have.

use std::collections::{BTreeMap, BTreeSet};

use countersign_contracts::clause::{Clause, ClauseKind};
use countersign_contracts::document::{Document, Span};

use super::{listed, sentence_at};
use crate::pattern::rx_printed;

/// Siblings that a section must have in an unbroken row before one behind them is said to be missing.
const FEWEST: u32 = 3;

/// References that lead nowhere, as one clause. Only `12.7` where the contract counts 12.1, 12.2, …
/// without a gap and stops before 7, and where 12.7 stands nowhere else.
pub(super) fn find_broken_references(document: &Document) -> Option<Clause> {
    let text = &document.text;
    let last = last_siblings(document);
    let reference = rx_printed!(
        r"\b(?:Sections?|Clauses?|Paragraphs?|sections?|clauses?|paragraphs?)\s+(\d{1,2})\.(\d{1,2})\b([^\n]{0,80})"
    );
    let elsewhere = rx_printed!(
        r"^\.\d|^(?:\([a-z0-9]{1,4}\)\s*)*,?\s*(?:of|to|in|under) (?:the|that|such|its|each|any|said|this) (?:[A-Z]|Exhibit|Schedule)|^(?:\([a-z0-9]{1,4}\)\s*)*,?\s*(?:thereof|thereto|of (?:Exhibit|Schedule|Annex|Appendix|Attachment|Part|Title|[A-Z]))|^(?:[^.;]|\.\d){0,60}\b(?:of|to|in|under) (?:the|that|such|its|each|any|said) (?:applicable|relevant|related|respective|[A-Z])"
    );
    let foreign = rx_printed!(
        r"(?i)(?:treas\w*\.?|c\.?f\.?r\.?|u\.?s\.?c\.?|code|regulations?|rules?|act|item|under the [^.]{0,40}|agreement[’']?s?|this|base|msa|original|exhibit [a-z]|schedule [a-z0-9]),?\s*$"
    );
    let mut found: Vec<(String, Span)> = Vec::new();
    let mut said = BTreeSet::new();
    for captures in reference.captures_iter(text) {
        let (Some(whole), Some(first), Some(second), Some(behind)) = (
            captures.get(0),
            captures.get(1),
            captures.get(2),
            captures.get(3),
        ) else {
            continue;
        };
        let (Ok(section), Ok(number)) = (first.as_str().parse(), second.as_str().parse::<u32>())
        else {
            continue;
        };
        let head = text.get(..whole.start()).unwrap_or("");
        if elsewhere.is_match(behind.as_str()) || foreign.is_match(head) {
            continue;
        }
        let name = format!("{section}.{number}");
        let beyond = last
            .get(&section)
            .is_some_and(|last: &u32| *last >= FEWEST && number > *last);
        if beyond && !stands(text, &name) && said.insert(name.clone()) {
            let span = sentence_at(text, whole.start(), second.end());
            found.push((format!("Section {name}"), span));
        }
    }
    listed(ClauseKind::BrokenReference, "references", &found)
}

/// The last number of each section's unbroken row 1, 2, 3, …; sections with gaps are left out.
fn last_siblings(document: &Document) -> BTreeMap<u32, u32> {
    let mut numbers: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for paragraph in &document.paragraphs {
        let Some(printed) = paragraph.number.as_deref() else {
            continue;
        };
        let mut parts = printed.trim_end_matches('.').split('.');
        let read = |part: Option<&str>| part.and_then(|part| part.parse::<u32>().ok());
        if let (Some(section), Some(number)) = (read(parts.next()), read(parts.next())) {
            numbers.entry(section).or_default().insert(number);
        }
    }
    numbers
        .into_iter()
        .filter_map(|(section, row)| {
            let last = row.iter().max().copied()?;
            (row.len() as u32 == last).then_some((section, last))
        })
        .collect()
}

/// Whether a number stands anywhere without "Section" before it: then the layout may have missed it.
fn stands(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).unwrap_or("");
        let behind = text.get(at + name.len()..).unwrap_or("");
        let whole = !before.ends_with(|c: char| c.is_ascii_digit() || c == '.')
            && !behind.starts_with(|c: char| c.is_ascii_digit());
        let word = before
            .trim_end()
            .rsplit([' ', '\n', '('])
            .next()
            .unwrap_or("")
            .to_lowercase();
        let refers = [
            "section",
            "sections",
            "clause",
            "clauses",
            "paragraph",
            "paragraphs",
            "and",
            "or",
            "to",
            "through",
        ]
        .contains(&word.as_str())
            || word.ends_with(',');
        whole && !refers
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(text: &str) -> bool {
        find_broken_references(&Document::from_plain_text(text)).is_some()
    }

    const BODY: &str = "1.1 The Supplier shall deliver.\n\n1.2 The Customer shall pay.\n\n1.3 Both shall be polite.\n\n";

    #[test]
    fn a_section_behind_the_last_one_is_named() {
        assert!(broken(&format!(
            "{BODY}2.1 Payment is due under Section 1.7 at once."
        )));
    }

    #[test]
    fn a_section_that_is_there_or_of_another_paper_is_not() {
        for tail in [
            "2.1 Payment is due under Section 1.3 at once.",
            "2.1 Payment is due under Section 1.7 of the Merger Agreement.",
            "2.1 Payment is due under Section 1.7 or 1.8, respectively, of the applicable order.",
            "2.1 Payment is due under Section 1.7 at once. 1.7 Here it stands.",
            "2.1 Payment is due under Section 4.7 at once.",
        ] {
            assert!(!broken(&format!("{BODY}{tail}")), "{tail}");
        }
    }
}
