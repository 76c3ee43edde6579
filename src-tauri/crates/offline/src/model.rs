//! The trained clause model: which places of a contract are clauses of which kind, and how sure that is.
//!
//! Two stages. A linear model over hashed words ([`features`]) scores every segment ([`segments`]) for
//! every kind; a forest of small trees ([`trees`]) then looks at the best places of each kind
//! ([`candidates`]) with what is known of the whole contract. A logistic per kind makes a probability of
//! it. What it was trained on, how, and how good it is stands in `model/CARD.md`.
//!
//! It knows no facts, sides or negation: those are the patterns' ([`crate::kinds`]).

pub mod candidates;
pub mod features;
pub mod file;
mod phrases;
pub(crate) mod places;
pub mod segments;
pub mod trees;
mod vocabulary;

use std::sync::LazyLock;

use countersign_contracts::clause::ClauseKind;
use countersign_contracts::document::Span;

use candidates::{Candidate, Scores, list_candidates};
use features::{CONTRACT, Features, GROUPS, Words};
pub use file::{KindModel, ModelError};
use segments::{Segment, cut_segments};
use trees::Forest;

/// How many numbers the last stage weighs.
pub const EVIDENCE: usize = 4;
/// Room for the kinds in the sums of a segment.
pub const MOST_KINDS: usize = 64;
/// Of two places that share this much of the shorter one, the less sure is only an alternative.
const SHARED: f32 = 0.5;

/// The model's file.
static FILE: &[u8] = include_bytes!("../model/clauses.bin");

static EMBEDDED: LazyLock<Result<ClauseModel<'static>, ModelError>> =
    LazyLock::new(|| ClauseModel::load(FILE));

/// A place that the model takes for a clause.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// Of which kind.
    pub kind: ClauseKind,
    /// Where.
    pub span: Span,
    /// How likely it is one, 0 to 1.
    pub confidence: f32,
}

/// The model, reading its weights from the bytes it was loaded from.
#[derive(Debug)]
pub struct ClauseModel<'a> {
    /// What is known of each kind.
    pub kinds: Vec<KindModel>,
    bits: u32,
    group_weights: [f32; GROUPS],
    /// How many weights each bucket has.
    counts: &'a [u8],
    /// Where the weights of each bucket begin.
    starts: Vec<u32>,
    /// Kind and weight, two bytes each.
    weights: &'a [u8],
    forest: Forest,
}

/// The model that comes with the program.
///
/// # Errors
/// When its file is damaged; the program was then built wrong.
pub fn embedded() -> Result<&'static ClauseModel<'static>, &'static ModelError> {
    EMBEDDED.as_ref()
}

impl ClauseModel<'_> {
    /// What is known of a kind; none for kinds it was not trained for.
    #[must_use]
    pub fn kind(&self, kind: ClauseKind) -> Option<&KindModel> {
        self.kinds.iter().find(|k| k.kind == kind)
    }

    /// The clauses of a text that was cut into segments, each place once, the surest of each kind first.
    #[must_use]
    pub fn predict(&self, text: &str, segments: &[Segment]) -> Vec<Prediction> {
        self.predict_kinds(text, segments, |_| true)
    }

    /// Like [`Self::predict`], of the kinds that are wanted.
    pub fn predict_kinds(
        &self,
        text: &str,
        segments: &[Segment],
        wanted: impl Fn(&KindModel) -> bool,
    ) -> Vec<Prediction> {
        let mut predictions = self.spans_of_kinds(text, segments, wanted);
        let mut kept: Vec<Prediction> = Vec::with_capacity(predictions.len());
        predictions.retain(|p| {
            let shadowed = kept
                .iter()
                .any(|k| k.kind == p.kind && share(k.span, p.span) > SHARED);
            if !shadowed {
                kept.push(*p);
            }
            !shadowed
        });
        predictions
    }

    /// Like [`Self::predict`], with other spans for the same place: each is as sure as it is likely that
    /// it is right and the surer ones are not.
    #[must_use]
    pub fn predict_spans(&self, text: &str, segments: &[Segment]) -> Vec<Prediction> {
        self.spans_of_kinds(text, segments, |_| true)
    }

    fn spans_of_kinds(
        &self,
        text: &str,
        segments: &[Segment],
        wanted: impl Fn(&KindModel) -> bool,
    ) -> Vec<Prediction> {
        let scores = self.score(text, segments);
        let mut predictions = Vec::new();
        let mut candidates: Vec<Candidate> = Vec::new();
        for (at, kind) in self.kinds.iter().enumerate().filter(|(_, k)| wanted(k)) {
            candidates.clear();
            list_candidates(text, segments, &scores, at, &kind.traits, &mut candidates);
            let sure = candidates
                .iter()
                .map(|c| {
                    (
                        kind.probability(evidence(c, self.forest.score(&c.known))),
                        c.start,
                        c.end,
                    )
                })
                .collect();
            predictions.extend(discount(sure).into_iter().map(|(confidence, start, end)| {
                Prediction {
                    kind: kind.kind,
                    span: Span::new(start, end),
                    confidence,
                }
            }));
        }
        predictions
    }

    /// The clauses of a text whose paragraphs are separated by blank lines.
    #[must_use]
    pub fn read(&self, text: &str) -> Vec<Prediction> {
        self.predict(text, &cut_segments(text))
    }

    /// The first stage's sums for every segment.
    #[must_use]
    pub fn score(&self, text: &str, segments: &[Segment]) -> Scores {
        let words = Words::new(text, segments);
        let kinds = self.kinds.len();
        let mut features = Features::default();
        let mut scores = Scores::with_room(kinds, segments.len());
        let mut of_contract = [0; MOST_KINDS];
        for at in 0..segments.len() {
            features.fill(&words, segments, at, self.bits);
            let mut sums = [[0_i32; MOST_KINDS]; GROUPS];
            for (group, buckets) in features.groups.iter().enumerate() {
                if group == CONTRACT && at > 0 {
                    // The contract's first words are the same for each of its segments.
                    sums[group] = of_contract;
                    continue;
                }
                for bucket in buckets {
                    self.add_weights(*bucket, &mut sums[group]);
                }
            }
            of_contract = sums[CONTRACT];
            for (index, kind) in self.kinds.iter().enumerate() {
                let mut total = kind.bias;
                for (group, sums) in sums.iter().enumerate() {
                    let scale = features.scale(group) * self.group_weights[group] * kind.scale;
                    let sum = sums[index] as f32 * scale;
                    scores.groups[group].push(sum);
                    total += sum;
                }
                scores.total.push(total);
            }
        }
        scores
    }

    fn add_weights(&self, bucket: u32, sums: &mut [i32; MOST_KINDS]) {
        let bucket = bucket as usize;
        let count = self.counts.get(bucket).copied().unwrap_or(0);
        if count == 0 {
            return;
        }
        let start = self.starts.get(bucket).map_or(0, |s| *s as usize) * 2;
        let end = start + usize::from(count) * 2;
        for weight in self.weights.get(start..end).unwrap_or(&[]).chunks_exact(2) {
            // The byte is the root of the weight, so that small ones stay apart.
            let root = i32::from(weight[1] as i8);
            sums[usize::from(weight[0]) % MOST_KINDS] += root * root.abs();
        }
    }
}

/// What the last stage weighs: a constant, the forest's score, and the first stage's for the place and for
/// the contract's best place.
#[must_use]
pub fn evidence(candidate: &Candidate, forest: f32) -> [f32; EVIDENCE] {
    [
        1.0,
        forest,
        candidate.first_stage(),
        candidate.best_of_contract(),
    ]
}

/// Orders the places of a kind; one that shares its words with a surer one counts only as far as that
/// one is wrong.
#[must_use]
pub fn discount(mut sure: Vec<(f32, usize, usize)>) -> Vec<(f32, usize, usize)> {
    sure.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut taken: Vec<(f32, usize, usize)> = Vec::with_capacity(sure.len());
    for (mut confidence, start, end) in sure {
        let span = Span::new(start, end);
        for (surer, a, b) in &taken {
            if share(Span::new(*a, *b), span) > SHARED {
                confidence *= 1.0 - surer;
            }
        }
        taken.push((confidence, start, end));
    }
    taken.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    taken
}

/// How much of the shorter of two spans lies in the other.
fn share(a: Span, b: Span) -> f32 {
    let common = a.end.min(b.end).saturating_sub(a.start.max(b.start));
    let shorter = (a.end - a.start).min(b.end - b.start).max(1);
    common as f32 / shorter as f32
}
