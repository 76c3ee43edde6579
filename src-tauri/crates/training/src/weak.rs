//! Labels for the kinds that CUAD does not mark: what the offline reader's patterns find, and what stands
//! right under a heading that names the kind. Weak: made by rules, not by people.

use countersign_contracts::clause::{ClauseKind, Polarity};
use countersign_contracts::document::Document;
use countersign_contracts::judge;
use countersign_offline::model::segments::Segment;
use countersign_offline::{ChunkInput, profile_document, read_chunk};

/// Segments under a heading that are taken for its kind.
const UNDER_HEADING: usize = 2;
/// The patterns read the text in pieces of this size (bytes).
const PIECE: usize = 4000;
/// What stands under a heading counts from this length on (bytes).
const LONG_ENOUGH: usize = 60;

/// The kinds trained from weak labels, the words of headings that name them, and the words one of which
/// must occur under such a heading.
pub const KINDS: &[(ClauseKind, &[&str], &[&str])] = &[
    (
        ClauseKind::IpIndemnity,
        &["infringement indemn", "intellectual property indemn"],
        &["indemni", "harmless", "defend"],
    ),
    (
        ClauseKind::Indemnity,
        &["indemni", "hold harmless"],
        &["indemni", "harmless"],
    ),
    (
        ClauseKind::TerminationForCause,
        &[
            "termination for cause",
            "termination for breach",
            "for default",
        ],
        &["terminat", "cancel"],
    ),
    (ClauseKind::Suspension, &["suspension"], &["suspend"]),
    (
        ClauseKind::DataReturn,
        &["return of data", "deletion of data"],
        &["data", "information"],
    ),
    (
        ClauseKind::Subcontracting,
        &["subcontract"],
        &["subcontract", "sub-contract"],
    ),
    (
        ClauseKind::PaymentTerms,
        &["payment terms", "terms of payment", "invoic"],
        &["pay", "invoic"],
    ),
    (
        ClauseKind::LateFees,
        &["late payment", "late fee", "overdue"],
        &["interest", "late ", "overdue"],
    ),
    (
        ClauseKind::InvoiceDispute,
        &["disputed invoice", "disputed amount", "invoice dispute"],
        &["disput"],
    ),
    (
        ClauseKind::WarrantyDisclaimer,
        &["disclaimer"],
        &["warrant"],
    ),
    (
        ClauseKind::ServiceLevel,
        &["service level", "uptime", "availability"],
        &["availab", "service level", "uptime", "credit"],
    ),
    (
        ClauseKind::DataUse,
        &["use of data", "data ownership", "ownership of data"],
        &["data", "information"],
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
        &["personal", "privacy", "data protection", "security"],
    ),
    (
        ClauseKind::BreachNotice,
        &[
            "security breach",
            "breach notification",
            "security incident",
        ],
        &["notif", "inform", "report"],
    ),
    (
        ClauseKind::Confidentiality,
        &["confidential", "non-disclosure", "nondisclosure"],
        &["confiden", "disclos"],
    ),
    (
        ClauseKind::DisputeResolution,
        &["dispute", "arbitration", "jurisdiction", "venue"],
        &["disput", "arbitra", "court", "jurisdiction", "venue"],
    ),
    (
        ClauseKind::ForceMajeure,
        &["force majeure", "excusable delay"],
        &["liab", "perform", "delay", "control"],
    ),
    (
        ClauseKind::OrderOfPrecedence,
        &["precedence"],
        &["conflict", "inconsisten", "preced", "prevail"],
    ),
    (
        ClauseKind::UnilateralChange,
        &["changes to terms", "modification of terms"],
        &["modif", "amend", "change"],
    ),
    (
        ClauseKind::Publicity,
        &["publicity", "press release", "public announcement"],
        &["name", "logo", "press", "public", "announce"],
    ),
    (
        ClauseKind::ConsequentialLoss,
        &["consequential", "indirect damages"],
        &["consequential", "indirect", "incidental", "special"],
    ),
    (
        ClauseKind::Warranty,
        &["warranties", "warranty"],
        &["warrants", "warrant that", "warranty"],
    ),
];

/// Byte ranges in `text` of each of [`KINDS`].
#[must_use]
pub fn label(text: &str, segments: &[Segment]) -> Vec<(ClauseKind, Vec<(usize, usize)>)> {
    let patterns = pattern_clauses(text);
    KINDS
        .iter()
        .map(|(kind, headings, words)| {
            let mut spans: Vec<(usize, usize)> = patterns
                .iter()
                .filter(|(found, _)| found == kind)
                .map(|(_, span)| *span)
                .collect();
            spans.extend(under_headings(text, segments, headings, words));
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
                .filter(|c| c.confidence >= judge::SURE && c.polarity == Polarity::Affirmed)
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

fn under_headings(
    text: &str,
    segments: &[Segment],
    headings: &[&str],
    words: &[&str],
) -> Vec<(usize, usize)> {
    let says = |segment: &Segment| {
        let lower = text
            .get(segment.start..segment.end)
            .unwrap_or("")
            .to_lowercase();
        words.iter().any(|w| lower.contains(w)) && !denies(&lower)
    };
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
        if segment.is_heading || !long_enough || !headings.iter().any(|h| names.contains(h)) {
            continue;
        }
        let count = match under {
            Some((known, count)) if known == heading => count + 1,
            _ => 1,
        };
        under = Some((heading, count));
        if count <= UNDER_HEADING && says(segment) {
            spans.push((segment.start, segment.end));
        }
    }
    spans
}

/// Whether a sentence says that something does not hold. Disclaimers and excluded losses deny by their
/// nature; what they deny is not what makes them.
fn denies(lower: &str) -> bool {
    const DENIALS: [&str; 6] = [
        "nothing in this",
        "nothing contained",
        "no obligation to",
        "shall not be required",
        "is not obligated",
        "shall not be obligated",
    ];
    DENIALS.iter().any(|words| lower.contains(words))
}
