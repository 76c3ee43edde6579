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
pub mod places;
pub mod segments;
pub mod trees;
mod vocabulary;
mod weights;

use std::sync::LazyLock;

use countersign_contracts::clause::ClauseKind;
use countersign_contracts::document::Span;

use candidates::{Candidate, Scores, list_candidates};
use features::{CONTRACT, Features, GROUPS, HEADING, Words};
pub use file::{KindModel, ModelError};
use segments::{Segment, cut_segments};
use trees::Forest;
use weights::Weights;

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
    weights: Weights<'a>,
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
        self.predict_kinds(text, segments, &self.score(text, segments), |_| true)
    }

    /// Like [`Self::predict`], of the kinds that are wanted and by scores that are there.
    pub fn predict_kinds(
        &self,
        text: &str,
        segments: &[Segment],
        scores: &Scores,
        wanted: impl Fn(&KindModel) -> bool,
    ) -> Vec<Prediction> {
        let mut predictions = self.spans_of_kinds(text, segments, scores, wanted);
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
        self.spans_of_kinds(text, segments, &self.score(text, segments), |_| true)
    }

    fn spans_of_kinds(
        &self,
        text: &str,
        segments: &[Segment],
        scores: &Scores,
        wanted: impl Fn(&KindModel) -> bool,
    ) -> Vec<Prediction> {
        let mut candidates: Vec<Candidate> = Vec::new();
        let mut of_kind = Vec::new();
        for (at, kind) in self.kinds.iter().enumerate().filter(|(_, k)| wanted(k)) {
            let first = candidates.len();
            list_candidates(text, segments, scores, at, &kind.traits, &mut candidates);
            of_kind.push((kind, first..candidates.len()));
        }
        let known: Vec<_> = candidates.iter().map(|c| c.known).collect();
        let forest_scores = self.forest.score_all(&known);
        let mut predictions = Vec::new();
        for (kind, range) in of_kind {
            let sure = range
                .filter_map(|at| Some((candidates.get(at)?, forest_scores.get(at)?)))
                .map(|(c, score)| (kind.probability(evidence(c, *score)), c.start, c.end))
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
        let mut sums = [[0_i32; MOST_KINDS]; GROUPS];
        features.fill_contract(&words, self.bits);
        self.add_up(&features, CONTRACT, &mut sums);
        let mut headings = None;
        for at in 0..segments.len() {
            features.fill_segment(&words, segments, at, self.bits);
            let under = features::headings_of(segments, at);
            for group in (0..GROUPS).filter(|group| *group != CONTRACT) {
                // Neighbours mostly stand under the same headings.
                if group != HEADING || headings != Some(under) {
                    self.add_up(&features, group, &mut sums);
                }
            }
            headings = Some(under);
            let mut total = [0.0_f32; MOST_KINDS];
            for (total, kind) in total.iter_mut().zip(&self.kinds) {
                *total = kind.bias;
            }
            let mut parts = [[0.0_f32; MOST_KINDS]; GROUPS];
            for (group, sums) in sums.iter().enumerate() {
                let scale = features.scale(group) * self.group_weights[group];
                for (index, kind) in self.kinds.iter().enumerate().take(MOST_KINDS) {
                    parts[group][index] = sums[index] as f32 * (scale * kind.scale);
                    total[index] += parts[group][index];
                }
            }
            for (index, total) in total.into_iter().enumerate().take(kinds) {
                scores.push(total, || parts.map(|group| group[index]));
            }
        }
        scores
    }

    fn add_up(&self, features: &Features, group: usize, sums: &mut [[i32; MOST_KINDS]; GROUPS]) {
        sums[group] = [0; MOST_KINDS];
        for bucket in &features.groups[group] {
            self.weights.add(*bucket, &mut sums[group]);
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
