//! Fits a whole model to some of the contracts: both stages, the calibration and the thresholds.
//!
//! What a later stage learns from is always out of fold: an earlier stage's judgement of contracts that it
//! has not seen.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use countersign_contracts::clause::ClauseKind;
use countersign_offline::model::candidates::{
    Candidate, KindTraits, Scores, WIDTH, list_candidates,
};
use countersign_offline::model::file::{KindModel, ModelParts};
use countersign_offline::model::trees::Forest;
use countersign_offline::model::{EVIDENCE, discount, evidence};

use crate::boost;
use crate::dataset::{BITS, Dataset, deal};
use crate::linear::{self, Linear};
use crate::logistic;
use crate::matching::{Marked, is_right};
use crate::quantise::quantise;

/// How a model is fitted.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folds inside the training.
    pub folds: usize,
    /// Where all randomness starts.
    pub seed: u64,
    /// Trees of the second stage.
    pub trees: usize,
    /// First stages whose weights are averaged: each has seen the rows in another order.
    pub orders: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            folds: 4,
            seed: 1,
            trees: 200,
            orders: 2,
        }
    }
}

/// How well one kind was told to be in a contract or not, out of fold.
#[derive(Debug, Clone, Copy)]
pub struct Presence {
    /// The kind.
    pub kind: ClauseKind,
    /// Contracts that have it.
    pub there: usize,
    /// Those of them in which it was found.
    pub hit: usize,
    /// Contracts without it in which it was found.
    pub false_hit: usize,
}

/// A candidate of a contract and whether it is right.
struct Judged {
    contract: usize,
    candidate: Candidate,
    right: bool,
}

/// Fits a model to the contracts named.
#[must_use]
pub fn fit(
    dataset: &Dataset,
    contracts: &[usize],
    options: &Options,
) -> (ModelParts, Vec<Presence>) {
    let dealt = deal(contracts, options.folds, options.seed);
    let traits: Vec<KindTraits> = (0..dataset.kinds.len())
        .map(|kind| dataset.traits(kind, contracts))
        .collect();
    let linear_options = linear_options(dataset, contracts);
    // The last job is the model itself, the others judge what they have not seen.
    let mut models: Vec<FirstStage> = in_parallel(options.folds + 1, |job| {
        let left_out = dealt.get(job);
        let chosen = without(contracts, left_out);
        let rows = dataset.rows_of(&chosen);
        let seed = options.seed.wrapping_mul(1009).wrapping_add(job as u64);
        let model = linear::train_orders(
            &dataset.rows,
            &rows,
            dataset.kinds.len(),
            &linear_options,
            seed,
            options.orders,
        );
        match left_out {
            Some(fold) => FirstStage::Scores(
                fold.iter()
                    .map(|&c| (c, scores_of(dataset, &model, c)))
                    .collect(),
            ),
            None => FirstStage::Model(Box::new(model)),
        }
    });
    let model = match models.pop() {
        Some(FirstStage::Model(model)) => model,
        _ => Box::default(),
    };
    let mut scores: Vec<(usize, Scores)> = models
        .into_iter()
        .flat_map(|m| match m {
            FirstStage::Scores(scores) => scores,
            FirstStage::Model(_) => Vec::new(),
        })
        .collect();
    scores.sort_by_key(|(contract, _)| *contract);
    let calibration = calibrate(dataset, &mut scores);
    let judged = judge(dataset, &scores, &traits);
    drop(scores);
    let (forest, forest_scores) = second_stage(&judged, &dealt, options);
    let last = last_stage(dataset.kinds.len(), &judged, &forest_scores);
    let (weights, scales) = quantise(dataset, &model);
    let mut kinds = Vec::new();
    let mut presence = Vec::new();
    for (at, kind) in dataset.kinds.iter().enumerate() {
        let (offset, slope) = calibration[at];
        let mut fitted = KindModel {
            kind: *kind,
            traits: traits[at],
            bias: offset + slope * model.bias[at],
            scale: slope * scales[at],
            last: last[at],
            found: 0.5,
            possible: 0.1,
        };
        let best = best_places(&fitted, at, contracts, &judged, &forest_scores);
        let told: Vec<(f32, bool)> = contracts
            .iter()
            .zip(best)
            .map(|(&contract, best)| (best, !dataset.gold[contract][at].is_empty()))
            .collect();
        let (found, possible) = thresholds(&told);
        (fitted.found, fitted.possible) = (found, possible);
        presence.push(Presence {
            kind: *kind,
            there: told.iter().filter(|(_, is)| *is).count(),
            hit: told.iter().filter(|(p, is)| *is && *p >= found).count(),
            false_hit: told.iter().filter(|(p, is)| !*is && *p >= found).count(),
        });
        kinds.push(fitted);
    }
    let parts = ModelParts {
        bits: BITS,
        group_weights: linear_options.group_weights,
        kinds,
        weights,
        forest,
    };
    (parts, presence)
}

enum FirstStage {
    Scores(Vec<(usize, Scores)>),
    Model(Box<Linear>),
}

/// Runs jobs on the processors there are; the results stand in the jobs' order.
pub fn in_parallel<T: Send>(jobs: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get().min(4));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let job = next.fetch_add(1, Ordering::SeqCst);
                    if job >= jobs {
                        break;
                    }
                    let result = work(job);
                    if let Ok(mut done) = done.lock() {
                        done.push((job, result));
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(job, _)| *job);
    done.into_iter().map(|(_, result)| result).collect()
}

fn without(contracts: &[usize], left_out: Option<&Vec<usize>>) -> Vec<usize> {
    contracts
        .iter()
        .copied()
        .filter(|c| left_out.is_none_or(|fold| !fold.contains(c)))
        .collect()
}

fn linear_options(dataset: &Dataset, contracts: &[usize]) -> linear::Options {
    let mut counts = vec![0_f32; linear::STRIDE];
    for row in dataset.rows_of(contracts) {
        let labels = dataset.rows.labels[row as usize];
        for (kind, count) in counts.iter_mut().enumerate() {
            *count += (labels >> kind & 1) as f32;
        }
    }
    linear::Options::for_counts(&counts)
}

fn scores_of(dataset: &Dataset, model: &Linear, contract: usize) -> Scores {
    let kinds = dataset.kinds.len();
    let count = dataset.segments[contract].len();
    let mut scores = Scores::to_calibrate(kinds, count);
    for row in dataset.first[contract]..dataset.first[contract] + count {
        let parts = model.score(&dataset.rows, row);
        for kind in 0..kinds {
            let mut total = model.bias[kind];
            for group in &parts {
                total += group[kind];
            }
            scores.push(total, || parts.each_ref().map(|group| group[kind]));
        }
    }
    scores
}

/// Makes log-odds of the first stage's scores, kind by kind; rare kinds come out too timid.
fn calibrate(dataset: &Dataset, scores: &mut [(usize, Scores)]) -> Vec<(f32, f32)> {
    let kinds = dataset.kinds.len();
    let mut calibration = Vec::new();
    for kind in 0..kinds {
        let mut rows: Vec<([f64; 2], bool)> = Vec::new();
        for (contract, scores) in scores.iter() {
            for segment in 0..dataset.segments[*contract].len() {
                let row = dataset.first[*contract] + segment;
                let is = dataset.rows.labels[row] >> kind & 1 == 1;
                if is || dataset.rows.ignored[row] >> kind & 1 == 0 {
                    rows.push(([1.0, f64::from(scores.at(segment, kind))], is));
                }
            }
        }
        let [offset, slope] = logistic::fit(&rows, [0.0, 1.0], [0.1, 1.0]);
        calibration.push((offset as f32, slope.max(0.1) as f32));
    }
    for (_, scores) in scores {
        scores.calibrate(&calibration);
    }
    calibration
}

fn judge(dataset: &Dataset, scores: &[(usize, Scores)], traits: &[KindTraits]) -> Vec<Judged> {
    let mut judged = Vec::new();
    let mut candidates = Vec::new();
    for (contract, scores) in scores {
        let text = &dataset.contracts[*contract].text;
        for (kind, traits) in traits.iter().enumerate() {
            candidates.clear();
            list_candidates(
                text,
                &dataset.segments[*contract],
                scores,
                kind,
                traits,
                &mut candidates,
            );
            let marked: Vec<Marked> = dataset.gold[*contract][kind]
                .iter()
                .filter_map(|&(start, end)| text.get(start..end))
                .map(Marked::new)
                .collect();
            for candidate in candidates.drain(..) {
                let found = text.get(candidate.start..candidate.end).unwrap_or("");
                judged.push(Judged {
                    contract: *contract,
                    right: is_right(dataset.kinds[kind], found, &marked),
                    candidate,
                });
            }
        }
    }
    judged
}

/// The forest, and its score of each candidate when it has not seen the contract.
fn second_stage(judged: &[Judged], dealt: &[Vec<usize>], options: &Options) -> (Forest, Vec<f32>) {
    let grow = boost::Options {
        trees: options.trees,
        ..boost::Options::default()
    };
    let mut of_kind: Vec<f32> = vec![1.0; linear::STRIDE];
    for judged in judged.iter().filter(|j| j.right) {
        of_kind[judged.candidate.kind] += 1.0;
    }
    let mut forests: Vec<(Forest, Vec<(usize, f32)>)> = in_parallel(dealt.len() + 1, |job| {
        let fold = dealt.get(job);
        let left_out = |judged: &Judged| fold.is_some_and(|f| f.contains(&judged.contract));
        let mut table = boost::Table {
            width: WIDTH,
            ..boost::Table::default()
        };
        for judged in judged.iter().filter(|j| !left_out(j)) {
            table.values.extend(judged.candidate.known);
            table.targets.push(f32::from(u8::from(judged.right)));
            // A rare kind's candidates count more, so that the trees ask for what tells them apart too.
            let weight = (1000.0 / of_kind[judged.candidate.kind]).sqrt();
            table.weights.push(weight.clamp(0.5, 8.0));
        }
        let forest = boost::grow(&table, &grow, options.seed.wrapping_add(job as u64));
        let scores = judged
            .iter()
            .enumerate()
            .filter(|(_, j)| left_out(j))
            .map(|(at, j)| (at, forest.score(&j.candidate.known)))
            .collect();
        (forest, scores)
    });
    let (forest, _) = forests.pop().unwrap_or_default();
    let mut scores = vec![0.0; judged.len()];
    for (at, score) in forests.into_iter().flat_map(|(_, scores)| scores) {
        scores[at] = score;
    }
    (forest, scores)
}

fn last_stage(kinds: usize, judged: &[Judged], forest_scores: &[f32]) -> Vec<[f32; EVIDENCE]> {
    let mut rows: Vec<Vec<([f64; EVIDENCE], bool)>> = vec![Vec::new(); kinds];
    for (judged, score) in judged.iter().zip(forest_scores) {
        let row = evidence(&judged.candidate, *score).map(f64::from);
        rows[judged.candidate.kind].push((row, judged.right));
    }
    rows.iter()
        .map(|rows| {
            logistic::fit(rows, [0.0, 1.0, 0.0, 0.0], [3.0, 30.0, 30.0, 30.0]).map(|w| w as f32)
        })
        .collect()
}

/// How likely the best place of each contract is.
fn best_places(
    fitted: &KindModel,
    kind: usize,
    contracts: &[usize],
    judged: &[Judged],
    forest_scores: &[f32],
) -> Vec<f32> {
    contracts
        .iter()
        .map(|contract| {
            let from = judged.partition_point(|j| j.contract < *contract);
            let to = judged.partition_point(|j| j.contract <= *contract);
            let sure = judged[from..to]
                .iter()
                .zip(&forest_scores[from..to])
                .filter(|(j, _)| j.candidate.kind == kind)
                .map(|(j, score)| {
                    let candidate = &j.candidate;
                    let p = fitted.probability(evidence(candidate, *score));
                    (p, candidate.start, candidate.end)
                })
                .collect();
            discount(sure).first().map_or(0.0, |(p, _, _)| *p)
        })
        .collect()
}

/// What a contract told to have a kind costs, so that one that has it is worth 1: half the F1 of all kinds
/// together. Thresholds that each gain the most by it give the best F1 of all kinds together.
const COST: f32 = 0.43;

/// The threshold of the best F1 of all kinds together, and the one that 95 in 100 contracts with the kind
/// reach.
fn thresholds(told: &[(f32, bool)]) -> (f32, f32) {
    let mut sorted = told.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let there = sorted.iter().filter(|(_, is)| *is).count();
    let highest = sorted.first().map_or(0.0, |(p, _)| *p);
    let (mut best, mut found) = (0.0, f32::midpoint(highest, 1.0));
    let (mut hit, mut possible) = (0, 0.0);
    for (at, (p, is)) in sorted.iter().enumerate() {
        hit += usize::from(*is);
        let next = sorted.get(at + 1).map_or(0.0, |n| n.0);
        let gain = hit as f32 - COST * (at + 1) as f32;
        if gain > best && next < *p {
            best = gain;
            found = f32::midpoint(*p, next);
        }
        if *is && hit * 100 <= there * 95 {
            possible = *p;
        }
    }
    (found, possible.min(found))
}

#[cfg(test)]
mod tests {
    use super::thresholds;

    #[test]
    fn found_lies_where_right_and_wrong_part_and_possible_where_few_are_missed() {
        let told: Vec<(f32, bool)> = (0..100)
            .map(|at| (at as f32 / 100.0, at >= 60 || at % 5 == 0))
            .collect();
        let (found, possible) = thresholds(&told);
        assert!(found > 0.59 && found < 0.61, "{found}");
        assert!(possible > 0.0 && possible <= 0.4, "{possible}");
    }

    #[test]
    fn a_kind_that_is_told_by_chance_is_never_found() {
        let told: Vec<(f32, bool)> = (0..100)
            .map(|at| (at as f32 / 200.0, at % 10 == 0))
            .collect();
        assert!(thresholds(&told).0 > 0.495);
    }
}
