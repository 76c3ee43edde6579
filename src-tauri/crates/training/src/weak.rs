//! Labels for the kinds that CUAD does not mark: what the offline reader's patterns find, and what stands
//! right under a heading that names the kind. Weak: made by rules, not by people.

use countersign_contracts::clause::ClauseKind;
use countersign_contracts::document::Document;
use countersign_offline::model::segments::Segment;
use countersign_offline::{ChunkInput, profile_document, read_chunk};

/// A pattern's clause read with less confidence is no label.
const SURE: f32 = 0.5;
/// Segments under a heading that are taken for its kind.
const UNDER_HEADING: usize = 2;
/// The patterns read the text in pieces of this size (bytes).
const PIECE: usize = 4000;
/// What stands under a heading counts from this length on (bytes).
const LONG_ENOUGH: usize = 60;

/// The kinds trained from weak labels, and the words of headings that name them.
pub const KINDS: &[(ClauseKind, &[&str])] = &[
    (
        ClauseKind::IpIndemnity,
        &["infringement indemn", "intellectual property indemn"],
    ),
    (ClauseKind::Indemnity, &["indemni", "hold harmless"]),
    (
        ClauseKind::TerminationForCause,
        &[
            "termination for cause",
            "termination for breach",
            "for default",
        ],
    ),
    (ClauseKind::Suspension, &["suspension"]),
    (
        ClauseKind::DataReturn,
        &[
            "return of data",
            "return of confidential",
            "return or destruction",
        ],
    ),
    (ClauseKind::Subcontracting, &["subcontract"]),
    (
        ClauseKind::PaymentTerms,
        &["payment terms", "terms of payment", "invoic"],
    ),
    (
        ClauseKind::LateFees,
        &["late payment", "late fee", "overdue"],
    ),
    (
        ClauseKind::InvoiceDispute,
        &["disputed invoice", "disputed amount", "invoice dispute"],
    ),
    (ClauseKind::WarrantyDisclaimer, &["disclaimer"]),
    (
        ClauseKind::ServiceLevel,
        &["service level", "uptime", "availability"],
    ),
    (
        ClauseKind::DataUse,
        &["use of data", "data ownership", "ownership of data"],
    ),
    (
        ClauseKind::DataProtection,
        &[
            "data protection",
            "privacy",
            "personal data",
            "personal information",
            "data security",
        ],
    ),
    (
        ClauseKind::BreachNotice,
        &[
            "security breach",
            "breach notification",
            "security incident",
        ],
    ),
    (
        ClauseKind::Confidentiality,
        &["confidential", "non-disclosure", "nondisclosure"],
    ),
    (
        ClauseKind::DisputeResolution,
        &["dispute", "arbitration", "jurisdiction", "venue"],
    ),
    (
        ClauseKind::ForceMajeure,
        &["force majeure", "excusable delay"],
    ),
    (ClauseKind::OrderOfPrecedence, &["precedence"]),
    (
        ClauseKind::UnilateralChange,
        &["changes to terms", "modification of terms"],
    ),
    (
        ClauseKind::Publicity,
        &["publicity", "press release", "public announcement"],
    ),
    (
        ClauseKind::ConsequentialLoss,
        &["consequential", "indirect damages"],
    ),
    (ClauseKind::Warranty, &["warranties", "warranty"]),
];

/// Byte ranges in `text` of each of [`KINDS`].
#[must_use]
pub fn label(text: &str, segments: &[Segment]) -> Vec<(ClauseKind, Vec<(usize, usize)>)> {
    let patterns = pattern_clauses(text);
    KINDS
        .iter()
        .map(|(kind, headings)| {
            let mut spans: Vec<(usize, usize)> = patterns
                .iter()
                .filter(|(found, _)| found == kind)
                .map(|(_, span)| *span)
                .collect();
            spans.extend(under_headings(text, segments, headings));
            spans.sort_unstable();
            spans.dedup();
            (*kind, spans)
        })
        .collect()
}

/// What the patterns find, in the text as it is: the reader's own layout would move its places.
fn pattern_clauses(text: &str) -> Vec<(ClauseKind, (usize, usize))> {
    let mut profile = profile_document(&Document::from_plain_text(text));
    // The patterns alone: a model that learns from itself learns its mistakes.
    profile.heard.clear();
    let mut clauses = Vec::new();
    for (start, part) in pieces(text) {
        let read = read_chunk(&ChunkInput {
            text: part,
            start,
            heading_path: &[],
            profile: &profile,
        });
        clauses.extend(
            read.into_iter()
                .filter(|c| c.confidence >= SURE)
                .map(|c| (c.kind, (c.span.start as usize, c.span.end as usize))),
        );
    }
    clauses
}

/// The text in pieces of about a chunk's size, cut between paragraphs.
fn pieces(text: &str) -> Vec<(usize, &str)> {
    let mut pieces = Vec::new();
    let (mut start, mut at) = (0, 0);
    for paragraph in text.split_inclusive("\n\n") {
        at += paragraph.len();
        if at - start >= PIECE || at == text.len() {
            pieces.extend(text.get(start..at).map(|piece| (start, piece)));
            start = at;
        }
    }
    pieces
}

fn under_headings(text: &str, segments: &[Segment], words: &[&str]) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut under: Option<(usize, usize)> = None;
    for segment in segments {
        let Some(heading) = segment.heading else {
            continue;
        };
        let Some(head) = segments.get(heading).and_then(|h| text.get(h.start..h.end)) else {
            continue;
        };
        let names = head.to_lowercase();
        let long_enough = segment.end - segment.start >= LONG_ENOUGH;
        if segment.is_heading || !long_enough || !words.iter().any(|w| names.contains(w)) {
            continue;
        }
        let count = match under {
            Some((known, count)) if known == heading => count + 1,
            _ => 1,
        };
        under = Some((heading, count));
        if count <= UNDER_HEADING {
            spans.push((segment.start, segment.end));
        }
    }
    spans
}
