//! Contracts as the trainer sees them: segments, hashed features, and which segment is of which kind.

use countersign_contracts::clause::ClauseKind;
use countersign_offline::model::candidates::{Extent, KindTraits};
use countersign_offline::model::features::{Features, Words};
use countersign_offline::model::segments::{Segment, cut_segments};

use crate::corpus::Contract;
use crate::linear::Rows;
use crate::weak;

/// Bits of a feature's hash.
pub const BITS: u32 = 20;
/// A feature must occur in so many segments.
const SEEN: u8 = 3;
/// The seed of the order in which contracts are dealt to folds.
const DEAL: u64 = 7;

/// All contracts, ready to be learned from.
#[derive(Debug)]
pub struct Dataset {
    /// The contracts.
    pub contracts: Vec<Contract>,
    /// The segments of each.
    pub segments: Vec<Vec<Segment>>,
    /// The first row of each.
    pub first: Vec<usize>,
    /// One row per segment.
    pub rows: Rows,
    /// The kinds, in the model's order.
    pub kinds: Vec<ClauseKind>,
    /// Right places of each contract and kind.
    pub gold: Vec<Vec<Vec<(usize, usize)>>>,
    /// The bucket of each known feature.
    pub buckets: Vec<u32>,
    /// In how many segments each known feature occurs, 255 at most.
    pub seen: Vec<u8>,
}

impl Dataset {
    /// Cuts, hashes and labels the contracts.
    #[must_use]
    pub fn new(contracts: Vec<Contract>) -> Self {
        let mut kinds: Vec<ClauseKind> = ClauseKind::ALL
            .iter()
            .copied()
            .filter(|kind| kind.cuad_name().is_some())
            .collect();
        kinds.extend(weak::KINDS.iter().map(|(kind, _, _)| *kind));
        let segments: Vec<Vec<Segment>> = contracts.iter().map(|c| cut_segments(&c.text)).collect();
        let gold: Vec<Vec<Vec<(usize, usize)>>> = contracts
            .iter()
            .zip(&segments)
            .map(|(contract, segments)| gold_of(contract, segments, &kinds))
            .collect();
        let mut dataset = Self {
            contracts,
            segments,
            first: Vec::new(),
            rows: Rows::default(),
            kinds,
            gold,
            buckets: Vec::new(),
            seen: Vec::new(),
        };
        dataset.hash();
        dataset.label();
        dataset
    }

    /// What is known of a kind from the contracts named.
    #[must_use]
    pub fn traits(&self, kind: usize, contracts: &[usize]) -> KindTraits {
        let (mut rows, mut right) = (0, 0);
        let (mut length, mut spans) = (0.0, 0);
        for &contract in contracts {
            let first = self.first[contract];
            for row in first..first + self.segments[contract].len() {
                rows += 1;
                right += self.rows.labels[row] >> kind & 1;
            }
            for (start, end) in &self.gold[contract][kind] {
                length += ((end - start).max(1) as f32).ln();
                spans += 1;
            }
        }
        KindTraits {
            name: self.kinds[kind],
            extent: match self.kinds[kind] {
                ClauseKind::DocumentName => Extent::Title,
                ClauseKind::AgreementDate | ClauseKind::EffectiveDate => Extent::Date,
                _ => Extent::Sentences,
            },
            prior: (right.max(1) as f32 / rows.max(1) as f32).ln(),
            length: if spans == 0 {
                5.0
            } else {
                length / spans as f32
            },
        }
    }

    /// The rows of the contracts named.
    #[must_use]
    pub fn rows_of(&self, contracts: &[usize]) -> Vec<u32> {
        contracts
            .iter()
            .flat_map(|&c| self.first[c]..self.first[c] + self.segments[c].len())
            .map(|row| row as u32)
            .collect()
    }

    fn hash(&mut self) {
        let mut features = Features::default();
        let mut raw: Vec<u32> = Vec::new();
        let mut starts = vec![0];
        let mut seen = vec![0_u8; 1 << BITS];
        for (contract, segments) in self.contracts.iter().zip(&self.segments) {
            self.first.push((starts.len() - 1) / features.groups.len());
            let words = Words::new(&contract.text, segments);
            for at in 0..segments.len() {
                features.fill(&words, segments, at, BITS);
                for (group, buckets) in features.groups.iter().enumerate() {
                    for bucket in buckets {
                        let count = &mut seen[*bucket as usize];
                        *count = count.saturating_add(1);
                    }
                    raw.extend(buckets);
                    starts.push(raw.len());
                    self.rows.scales.push(features.scale(group));
                }
            }
        }
        let mut known = vec![u32::MAX; 1 << BITS];
        for (bucket, count) in seen.iter().enumerate().filter(|(_, c)| **c >= SEEN) {
            known[bucket] = self.buckets.len() as u32;
            self.buckets.push(bucket as u32);
            self.seen.push(*count);
        }
        self.rows.width = self.buckets.len();
        for range in starts.windows(2) {
            self.rows.starts.push(self.rows.features.len());
            let known = raw[range[0]..range[1]]
                .iter()
                .map(|bucket| known[*bucket as usize])
                .filter(|feature| *feature != u32::MAX);
            self.rows.features.extend(known);
        }
        self.rows.starts.push(self.rows.features.len());
    }

    /// A segment is of a kind when at least half of it, or half of the clause, is common to both. With
    /// less in common it is no evidence either way.
    fn label(&mut self) {
        for (segments, gold) in self.segments.iter().zip(&self.gold) {
            for segment in segments {
                let (mut is, mut touches) = (0_u64, 0_u64);
                for (kind, spans) in gold.iter().enumerate() {
                    for &(start, end) in spans {
                        let common = end
                            .min(segment.end)
                            .saturating_sub(start.max(segment.start));
                        if common == 0 {
                            continue;
                        }
                        touches |= 1 << kind;
                        if 2 * common >= segment.end - segment.start || 2 * common >= end - start {
                            is |= 1 << kind;
                        }
                    }
                }
                self.rows.labels.push(is);
                self.rows.ignored.push(touches);
            }
        }
    }
}

fn gold_of(
    contract: &Contract,
    segments: &[Segment],
    kinds: &[ClauseKind],
) -> Vec<Vec<(usize, usize)>> {
    let weak = weak::label(&contract.text, segments);
    kinds
        .iter()
        .map(|kind| match contract.gold.get(kind) {
            Some(spans) => spans.clone(),
            None => weak
                .iter()
                .find(|(weak, _)| weak == kind)
                .map_or_else(Vec::new, |(_, spans)| spans.clone()),
        })
        .collect()
}

/// Deals contracts to folds, the same way each time.
#[must_use]
pub fn deal(contracts: &[usize], folds: usize, seed: u64) -> Vec<Vec<usize>> {
    let mut order = contracts.to_vec();
    crate::random::Random::new(seed ^ DEAL).shuffle(&mut order);
    let mut dealt = vec![Vec::new(); folds.max(2)];
    let count = dealt.len();
    for (at, contract) in order.into_iter().enumerate() {
        dealt[at % count].push(contract);
    }
    for fold in &mut dealt {
        fold.sort_unstable();
    }
    dealt
}
