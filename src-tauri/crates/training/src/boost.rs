//! The second stage: gradient-boosted trees over the descriptions of candidates, on histograms.

use countersign_offline::model::trees::{Forest, LEAF, Node};

use crate::random::Random;

/// Steps that a number is told apart in.
const BINS: usize = 64;

/// Descriptions, row by row, and whether each is right.
#[derive(Debug, Default)]
pub struct Table {
    /// Numbers per row.
    pub width: usize,
    /// The numbers.
    pub values: Vec<f32>,
    /// 1 for right, 0 for wrong.
    pub targets: Vec<f32>,
    /// How much each row weighs.
    pub weights: Vec<f32>,
}

/// How the trees are grown.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many trees.
    pub trees: usize,
    /// Leaves of a tree at most.
    pub leaves: usize,
    /// Share of each tree's answer that is taken.
    pub rate: f32,
    /// Share of the rows that each tree sees.
    pub rows: f32,
    /// Share of the numbers that each tree may ask for.
    pub columns: f32,
    /// Weight of curvature that a leaf needs.
    pub least: f32,
    /// Pull of a leaf towards zero.
    pub ridge: f32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            trees: 200,
            leaves: 31,
            rate: 0.08,
            rows: 0.6,
            columns: 0.6,
            least: 8.0,
            ridge: 3.0,
        }
    }
}

impl Table {
    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.targets.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }
}

#[derive(Clone, Copy, Default)]
struct Cell {
    slope: f32,
    curve: f32,
}

struct Growing {
    rows: Vec<u32>,
    histogram: Vec<Cell>,
    node: usize,
    best: Option<Split>,
}

#[derive(Clone, Copy)]
struct Split {
    gain: f32,
    feature: usize,
    bin: usize,
}

/// Grows a forest.
#[must_use]
pub fn grow(table: &Table, options: &Options, seed: u64) -> Forest {
    let mut random = Random::new(seed);
    let edges = edges(table, &mut random);
    let bins = bin(table, &edges);
    let total: f64 = table.weights.iter().map(|w| f64::from(*w)).sum();
    let right: f64 = (table.targets.iter().zip(&table.weights))
        .map(|(t, w)| f64::from(t * w))
        .sum();
    let share = (right / total.max(1.0)).clamp(1e-4, 0.9999);
    let mut forest = Forest {
        base: (share / (1.0 - share)).ln() as f32,
        ..Forest::default()
    };
    let mut scores = vec![forest.base; table.len()];
    let mut gradients = vec![Cell::default(); table.len()];
    for _ in 0..options.trees {
        for (at, cell) in gradients.iter_mut().enumerate() {
            let p = 1.0 / (1.0 + (-scores[at]).exp());
            let weight = table.weights[at];
            cell.slope = (p - table.targets[at]) * weight;
            cell.curve = (p * (1.0 - p) * weight).max(1e-6);
        }
        let limit = (f64::from(options.rows) * 4_294_967_296.0) as u64;
        let rows: Vec<u32> = (0..table.len() as u32)
            .filter(|_| random.draw() >> 32 < limit)
            .collect();
        let columns: Vec<bool> = (0..table.width)
            .map(|_| random.draw() >> 32 < (f64::from(options.columns) * 4_294_967_296.0) as u64)
            .collect();
        let tree = grow_tree(table.width, &bins, &gradients, rows, &columns, options);
        let root = forest.nodes.len();
        forest.trees.push(root as u32);
        for (at, score) in scores.iter_mut().enumerate() {
            *score += leaf_of(&tree, &bins[at * table.width..(at + 1) * table.width]);
        }
        forest.nodes.extend(tree.iter().map(|node| match *node {
            Grown::Leaf(value) => Node {
                feature: LEAF,
                left: 0,
                value,
            },
            Grown::Fork { feature, bin, left } => Node {
                feature: feature as u16,
                left: left as u16,
                value: edges[feature][bin],
            },
        }));
    }
    forest
}

enum Grown {
    Leaf(f32),
    Fork {
        feature: usize,
        bin: usize,
        left: usize,
    },
}

fn leaf_of(tree: &[Grown], bins: &[u8]) -> f32 {
    let mut at = 0;
    loop {
        match tree[at] {
            Grown::Leaf(value) => return value,
            Grown::Fork { feature, bin, left } => {
                at = left + usize::from(usize::from(bins[feature]) > bin);
            }
        }
    }
}

fn grow_tree(
    width: usize,
    bins: &[u8],
    gradients: &[Cell],
    rows: Vec<u32>,
    columns: &[bool],
    options: &Options,
) -> Vec<Grown> {
    let mut tree = vec![Grown::Leaf(0.0)];
    let histogram = sum_up(width, bins, gradients, &rows);
    let best = best_split(&histogram, columns, options);
    let mut growing = vec![Growing {
        rows,
        histogram,
        node: 0,
        best,
    }];
    let mut leaves = 1;
    while leaves < options.leaves {
        let Some(at) = (0..growing.len())
            .filter(|&g| growing[g].best.is_some())
            .max_by(|&a, &b| {
                gain(&growing[a])
                    .total_cmp(&gain(&growing[b]))
                    .then(b.cmp(&a))
            })
        else {
            break;
        };
        let parent = growing.swap_remove(at);
        let Some(split) = parent.best else { break };
        let (left, right): (Vec<u32>, Vec<u32>) = parent.rows.iter().partition(|&&row| {
            usize::from(bins[row as usize * width + split.feature]) <= split.bin
        });
        let small_is_left = left.len() <= right.len();
        let small = sum_up(
            width,
            bins,
            gradients,
            if small_is_left { &left } else { &right },
        );
        let large: Vec<Cell> = (parent.histogram.iter().zip(&small))
            .map(|(all, part)| Cell {
                slope: all.slope - part.slope,
                curve: all.curve - part.curve,
            })
            .collect();
        let (left_histogram, right_histogram) = if small_is_left {
            (small, large)
        } else {
            (large, small)
        };
        let first = tree.len();
        tree[parent.node] = Grown::Fork {
            feature: split.feature,
            bin: split.bin,
            left: first,
        };
        for (offset, rows, histogram) in [(0, left, left_histogram), (1, right, right_histogram)] {
            tree.push(Grown::Leaf(0.0));
            let best = best_split(&histogram, columns, options);
            growing.push(Growing {
                rows,
                histogram,
                node: first + offset,
                best,
            });
        }
        leaves += 1;
    }
    for leaf in &growing {
        let (slope, curve) = total(&leaf.histogram[..BINS]);
        tree[leaf.node] = Grown::Leaf(-options.rate * slope / (curve + options.ridge));
    }
    tree
}

fn gain(leaf: &Growing) -> f32 {
    leaf.best.map_or(0.0, |b| b.gain)
}

fn sum_up(width: usize, bins: &[u8], gradients: &[Cell], rows: &[u32]) -> Vec<Cell> {
    let mut histogram = vec![Cell::default(); width * BINS];
    for &row in rows {
        let row = row as usize;
        let cell = gradients[row];
        let bins = &bins[row * width..(row + 1) * width];
        for (slots, bin) in histogram.chunks_exact_mut(BINS).zip(bins) {
            let slot = &mut slots[usize::from(*bin) % BINS];
            slot.slope += cell.slope;
            slot.curve += cell.curve;
        }
    }
    histogram
}

fn total(cells: &[Cell]) -> (f32, f32) {
    cells
        .iter()
        .fold((0.0, 0.0), |(s, c), cell| (s + cell.slope, c + cell.curve))
}

fn best_split(histogram: &[Cell], columns: &[bool], options: &Options) -> Option<Split> {
    let (all_slope, all_curve) = total(&histogram[..BINS]);
    let value = |slope: f32, curve: f32| slope * slope / (curve + options.ridge);
    let base = value(all_slope, all_curve);
    let mut best: Option<Split> = None;
    for (feature, cells) in histogram.chunks_exact(BINS).enumerate() {
        if !columns[feature] {
            continue;
        }
        let (mut slope, mut curve) = (0.0, 0.0);
        for (bin, cell) in cells.iter().enumerate().take(BINS - 1) {
            slope += cell.slope;
            curve += cell.curve;
            if curve < options.least {
                continue;
            }
            if all_curve - curve < options.least {
                break;
            }
            let gain = value(slope, curve) + value(all_slope - slope, all_curve - curve) - base;
            if gain > 1e-3 && best.is_none_or(|b| gain > b.gain) {
                best = Some(Split { gain, feature, bin });
            }
        }
    }
    best
}

/// The upper edges of each number's bins, from a sample.
fn edges(table: &Table, random: &mut Random) -> Vec<Vec<f32>> {
    let sample: Vec<usize> = (0..50_000.min(table.len() * 4))
        .map(|_| random.below(table.len()))
        .collect();
    (0..table.width)
        .map(|feature| {
            let mut values: Vec<f32> = sample
                .iter()
                .map(|row| table.values[row * table.width + feature])
                .collect();
            values.sort_by(f32::total_cmp);
            let mut edges: Vec<f32> = (1..BINS)
                .filter_map(|bin| values.get(bin * values.len() / BINS).copied())
                .collect();
            edges.dedup();
            edges.resize(BINS - 1, f32::MAX);
            edges
        })
        .collect()
}

fn bin(table: &Table, edges: &[Vec<f32>]) -> Vec<u8> {
    let mut bins = Vec::with_capacity(table.values.len());
    for row in table.values.chunks_exact(table.width.max(1)) {
        for (value, edges) in row.iter().zip(edges) {
            bins.push(edges.partition_point(|edge| value > edge) as u8);
        }
    }
    bins
}
