//! The places of a document where the model hears clauses. Judged over the whole document, once; the reader
//! asks of each chunk what was heard in it ([`crate::kinds::heard`]).

use countersign_contracts::document::{Document, Span};
use countersign_contracts::profile::{Heard, Plausible};

use super::candidates::Scores;
use super::segments::{Segment, cut_segments};
use super::{ClauseModel, KindModel, embedded};
use crate::kinds::heard::{LISTENED_FOR, RULED_OUT};

/// Places of one kind that count as found, the surest.
const MOST_FOUND: usize = 6;
/// Places of one kind that are only to be looked at.
const MOST_POSSIBLE: usize = 3;
/// A sentence scored below this for a kind is about something else (natural logarithm of the odds): under
/// one in two thousand, and less than any planted clause of these kinds has.
const IMPLAUSIBLE: f32 = -7.8;

/// What the model says about a whole document: what it hears, and where there may be clauses at all. A
/// program built with a damaged model hears nothing, and its patterns go on reading.
#[must_use]
pub fn hear(document: &Document) -> (Vec<Heard>, Vec<Plausible>) {
    let Ok(model) = embedded() else {
        return (Vec::new(), Vec::new());
    };
    let segments = cut_segments(&document.text);
    let scores = model.score(&document.text, &segments);
    let heard = hear_clauses(model, document, &segments, &scores);
    (heard, find_plausible(model, &segments, &scores))
}

fn find_plausible(model: &ClauseModel, segments: &[Segment], scores: &Scores) -> Vec<Plausible> {
    let kinds = model.kinds.iter().enumerate();
    kinds
        .filter(|(_, kind)| RULED_OUT.contains(&kind.kind))
        .map(|(at, kind)| {
            let mut places: Vec<Span> = Vec::new();
            let plausible = segments.iter().enumerate();
            for (_, segment) in plausible.filter(|(n, _)| scores.at(*n, at) >= IMPLAUSIBLE) {
                let span = Span::new(segment.start, segment.end);
                match places.last_mut() {
                    // Only what parts two sentences lies between them.
                    Some(last) if span.start <= last.end + 2 => last.end = last.end.max(span.end),
                    _ => places.push(span),
                }
            }
            Plausible {
                kind: kind.kind,
                places,
            }
        })
        .collect()
}

fn hear_clauses(
    model: &ClauseModel,
    document: &Document,
    segments: &[Segment],
    scores: &Scores,
) -> Vec<Heard> {
    let wanted = |kind: &KindModel| LISTENED_FOR.contains(&kind.kind);
    let predictions = model.predict_kinds(&document.text, segments, scores, wanted);
    let mut heard: Vec<Heard> = Vec::new();
    for kind in model.kinds.iter().filter(|kind| wanted(kind)) {
        let (mut found, mut possible) = (0, 0);
        for place in predictions.iter().filter(|p| p.kind == kind.kind) {
            let is_found = place.confidence >= kind.found;
            let (count, most) = match is_found {
                true => (&mut found, MOST_FOUND),
                false => (&mut possible, MOST_POSSIBLE),
            };
            if place.confidence < kind.possible || *count == most {
                continue;
            }
            *count += 1;
            heard.push(Heard {
                kind: place.kind,
                span: place.span,
                confidence: place.confidence,
                found: is_found,
            });
        }
    }
    heard.sort_by_key(|h| (h.span.start, h.kind));
    heard
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_contracts::clause::ClauseKind;
    use countersign_contracts::profile::DocumentProfile;
    #[test]
    fn what_a_document_says_is_heard_where_it_says_it() {
        let document = Document::from_plain_text(
            "SERVICES AGREEMENT\n\n1. Services\n\n1.1 Supplier shall perform the services.\n\n2. Insurance\n\n2.1 Supplier shall, at its own expense, maintain in full force and effect commercial general liability insurance with limits of $1,000,000 per occurrence.\n\n3. Notices\n\n3.1 Notices shall be in writing.\n",
        );
        let (heard, plausible) = hear(&document);
        let insurance: Vec<&Heard> = heard
            .iter()
            .filter(|h| h.kind == ClauseKind::Insurance && h.found)
            .collect();
        assert!(!insurance.is_empty(), "{heard:?}");
        assert!(
            document
                .slice(insurance[0].span)
                .contains("general liability insurance")
        );
        assert!(
            heard
                .iter()
                .all(|h| !(h.found && document.slice(h.span).contains("in writing"))),
            "{heard:?}"
        );
        let profile = DocumentProfile {
            plausible,
            ..DocumentProfile::default()
        };
        let insured = insurance[0].span;
        assert!(!profile.rules_out(ClauseKind::Insurance, insured));
        assert!(profile.rules_out(ClauseKind::AntiAssignment, insured));
        assert!(
            !profile.rules_out(ClauseKind::UnilateralChange, insured),
            "not ruled out anywhere"
        );
    }
}
