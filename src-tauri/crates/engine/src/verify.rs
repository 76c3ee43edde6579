//! An exported report against the file it was made from: every quote is looked for where it is said to
//! stand. No model is asked, and nothing of the review is done again.

use std::path::Path;

use countersign_contracts::citation::Citation;
use countersign_contracts::document::Bbox;
use countersign_contracts::report::{Report, SeverityCounts};
use countersign_documents::ReadError;
use countersign_store::blobs::sha256_hex;
use serde::Serialize;

use crate::reading::{ReadFile, ReadPage, read_file};
use crate::views::WordView;

/// A word may stick out of its box by so many points: boxes are written with few digits.
const SLACK: f32 = 1.0;

/// What an exported report was compared with and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verification {
    /// The file's name, as the report has it.
    pub file: String,
    /// Quotes that were looked for.
    pub quotes: usize,
    /// What doesn't match; empty when all does.
    pub mismatches: Vec<Mismatch>,
}

/// Something that doesn't match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mismatch {
    /// Where in the report: `findings/3/citations/0`, as a JSON pointer without its first slash.
    pub place: String,
    /// What, in words.
    pub what: String,
}

/// Why a report could not be compared.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// A file can't be read.
    #[error("{path} can't be read: {source}")]
    Io {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// It is not an exported report.
    #[error("{path} is not a risk summary of Countersign: {source}")]
    Report {
        /// Which file.
        path: String,
        /// Why.
        source: Box<countersign_exports::Error>,
    },
    /// The original can't be read as a contract.
    #[error("{path} can't be read as a contract: {source}")]
    Original {
        /// Which file.
        path: String,
        /// Why.
        source: ReadError,
    },
}

/// Compares the report that was exported to `report` with `original`, which a child process of `program`
/// reads.
///
/// # Errors
/// [`VerifyError`] when there is nothing to compare; what does not match is in the answer.
pub async fn verify_file(
    program: &Path,
    report: &Path,
    original: &Path,
    password: Option<String>,
) -> Result<Verification, VerifyError> {
    let read = |path: &Path| {
        std::fs::read(path).map_err(|source| VerifyError::Io {
            path: path.display().to_string(),
            source,
        })
    };
    let (exported, decided) =
        countersign_exports::read_json(&read(report)?).map_err(|source| VerifyError::Report {
            path: report.display().to_string(),
            source: Box::new(source),
        })?;
    let sha256 = sha256_hex(&read(original)?);
    let file = read_file(program, original, password, None)
        .await
        .map_err(|source| VerifyError::Original {
            path: original.display().to_string(),
            source,
        })?;
    let mut verification = verify(&exported, &sha256, &file);
    for (at, decision) in decided.iter().enumerate() {
        if usize::try_from(decision.finding).is_ok_and(|at| at >= exported.findings.len()) {
            verification.mismatches.push(Mismatch {
                place: format!("decisions/{at}"),
                what: "it decides about a finding that the report doesn't have".to_owned(),
            });
        }
    }
    Ok(verification)
}

fn verify(report: &Report, sha256: &str, file: &ReadFile) -> Verification {
    let mut mismatches = Vec::new();
    let mut differs = |place: &str, what: String| {
        mismatches.push(Mismatch {
            place: place.to_owned(),
            what,
        });
    };
    if report.contract.sha256 != sha256 {
        differs(
            "contract/sha256",
            format!(
                "the report was made from another file: its SHA-256 is {}, this file's is {sha256}",
                report.contract.sha256
            ),
        );
    }
    let pages = file.pages.len();
    if usize::try_from(report.contract.pages).is_ok_and(|told| told != pages) {
        differs(
            "contract/pages",
            format!(
                "the report is about {} pages, this file has {pages}",
                report.contract.pages
            ),
        );
    }
    if report.summary.counts != SeverityCounts::of(&report.findings) {
        differs(
            "summary/counts",
            "the numbers of risks are not those of the findings".to_owned(),
        );
    }
    let cited = citations(report);
    for (place, citation) in &cited {
        let page = file.pages.iter().find(|page| page.number == citation.page);
        let what = match page.map(|page| look_up(page, citation)) {
            Some(Place::Right) => continue,
            Some(Place::Elsewhere) => "stand elsewhere on the page than the report says",
            Some(Place::Nowhere) => "are not on the page",
            None => "are said to be on a page that the file doesn't have",
        };
        differs(
            place,
            format!(
                "page {}: the words “{}” {what}",
                citation.page, citation.quote
            ),
        );
    }
    Verification {
        file: report.contract.file.clone(),
        quotes: cited.len(),
        mismatches,
    }
}

/// Every citation of a report, with its place in it.
fn citations(report: &Report) -> Vec<(String, &Citation)> {
    let findings = report.findings.iter().map(|one| &one.citations);
    let terms = report.key_terms.iter().map(|one| &one.citations);
    let dates = report.key_dates.iter().map(|one| &one.citations);
    let obligations = report.obligations.iter().map(|one| &one.citations);
    let parts: [(&str, Vec<&Vec<Citation>>); 4] = [
        ("findings", findings.collect()),
        ("key_terms", terms.collect()),
        ("key_dates", dates.collect()),
        ("obligations", obligations.collect()),
    ];
    let mut cited = Vec::new();
    for (part, all) in parts {
        for (at, citations) in all.into_iter().enumerate() {
            for (number, citation) in citations.iter().enumerate() {
                cited.push((format!("{part}/{at}/citations/{number}"), citation));
            }
        }
    }
    cited
}

/// Where a quote is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Where its boxes are.
    Right,
    /// On its page, not in its boxes.
    Elsewhere,
    /// Not on its page.
    Nowhere,
}

fn look_up(page: &ReadPage, citation: &Citation) -> Place {
    let quote = bare(&citation.quote);
    if quote.is_empty() {
        return Place::Nowhere;
    }
    // The letters of the page in one run, with the word that each begins.
    let mut letters = String::new();
    let mut begins = Vec::with_capacity(page.words.len());
    for word in &page.words {
        begins.push(letters.len());
        letters.push_str(&bare(&word.text));
    }
    let mut place = Place::Nowhere;
    for (at, _) in letters.match_indices(&quote) {
        let first = begins
            .partition_point(|begin| *begin <= at)
            .saturating_sub(1);
        let last = begins.partition_point(|begin| *begin < at + quote.len());
        let words = page.words.get(first..last).unwrap_or_default();
        if citation.boxes.is_empty() || words.iter().all(|word| is_within(word, &citation.boxes)) {
            return Place::Right;
        }
        place = Place::Elsewhere;
    }
    place
}

fn is_within(word: &WordView, boxes: &[Bbox]) -> bool {
    let [left, top, right, bottom] = word.bbox.0;
    // A word without an extent has no box of its own.
    right <= left
        || boxes.iter().any(|Bbox([l, t, r, b])| {
            left >= l - SLACK && top >= t - SLACK && right <= r + SLACK && bottom <= b + SLACK
        })
}

/// Without what joining the words of a page changes: spaces and hyphens.
fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{ad}'))
        .collect()
}

#[cfg(test)]
mod tests {
    use countersign_contracts::document::{PageQuality, PageSource};

    use super::*;

    fn page(words: &[(&str, f32, f32)]) -> ReadPage {
        let word = |(text, x, y): &(&str, f32, f32)| WordView {
            text: (*text).to_owned(),
            bbox: Bbox([*x, *y, x + 5.0 * text.len() as f32, y + 10.0]),
            line: 0,
            size: 10.0,
            bold: false,
            hidden: None,
            confidence: None,
        };
        ReadPage {
            number: 1,
            width: 600.0,
            height: 800.0,
            source: PageSource::Text,
            quality: PageQuality::Ok,
            confidence: None,
            problem: None,
            words: words.iter().map(word).collect(),
        }
    }

    fn cited(quote: &str, boxes: &[[f32; 4]]) -> Citation {
        Citation {
            page: 1,
            quote: quote.to_owned(),
            boxes: boxes.iter().map(|place| Bbox(*place)).collect(),
            verified: true,
        }
    }

    #[test]
    fn a_quote_is_found_in_its_boxes_elsewhere_or_nowhere() {
        let page = page(&[
            ("Fees", 10.0, 0.0),
            ("are", 35.0, 0.0),
            ("pay-", 55.0, 0.0),
            ("able.", 10.0, 12.0),
            ("Fees", 10.0, 40.0),
            ("are", 35.0, 40.0),
        ]);
        let line = [10.0, 0.0, 75.0, 10.0];
        let next = [10.0, 12.0, 35.0, 22.0];
        let cases: &[(&str, &[[f32; 4]], Place)] = &[
            ("Fees are payable.", &[line, next], Place::Right),
            ("Fees are payable.", &[line], Place::Elsewhere),
            ("Fees are", &[[10.0, 40.0, 50.0, 50.0]], Place::Right),
            ("Fees are", &[[300.0, 40.0, 350.0, 50.0]], Place::Elsewhere),
            ("Fees are not payable.", &[line, next], Place::Nowhere),
            ("Fees are payable.", &[], Place::Right),
            ("", &[line], Place::Nowhere),
        ];
        for (quote, boxes, expected) in cases {
            assert_eq!(
                look_up(&page, &cited(quote, boxes)),
                *expected,
                "{quote} {boxes:?}"
            );
        }
    }
}
