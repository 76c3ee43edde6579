//! The first stage: a logistic model for each kind over the hashed features of a segment, trained by
//! AdaGrad, all kinds at once.

use countersign_offline::model::features::GROUPS;

use crate::random::Random;

/// Room for a kind's weights in a feature's row.
pub const STRIDE: usize = 64;

/// The segments of all contracts as features.
#[derive(Debug, Default)]
pub struct Rows {
    /// Known features of every row and group, one after another.
    pub features: Vec<u32>,
    /// Where each group of each row begins in `features`; one more at the end.
    pub starts: Vec<usize>,
    /// What each feature of a group counts: 1 / sqrt(number of features, known or not).
    pub scales: Vec<f32>,
    /// The kinds of each row.
    pub labels: Vec<u64>,
    /// Kinds that neither count for nor against in each row.
    pub ignored: Vec<u64>,
    /// How many features there are.
    pub width: usize,
}

/// How the first stage is trained.
#[derive(Debug, Clone)]
pub struct Options {
    /// Passes over the rows.
    pub epochs: usize,
    /// Step of AdaGrad.
    pub rate: f32,
    /// What AdaGrad starts from, by kind: the larger, the less a rare feature is trusted.
    pub damping: Vec<f32>,
    /// Pull towards zero, at each touch.
    pub decay: f32,
    /// How much each group's features weigh.
    pub group_weights: [f32; GROUPS],
}

impl Options {
    /// The options that did best out of fold, for kinds that occur so often.
    #[must_use]
    pub fn for_counts(counts: &[f32]) -> Self {
        Self {
            epochs: 5,
            rate: 0.6,
            damping: counts
                .iter()
                .map(|n| 0.1 * (n / 800.0).clamp(0.02, 2.0))
                .collect(),
            decay: 1e-4,
            group_weights: [1.0, 0.7, 0.5, 0.5, 0.3],
        }
    }
}

/// Weights of the first stage.
#[derive(Debug)]
pub struct Linear {
    /// `STRIDE` weights per feature.
    pub weights: Vec<f32>,
    /// One per kind.
    pub bias: [f32; STRIDE],
    group_weights: [f32; GROUPS],
}

impl Rows {
    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    fn group(&self, row: usize, group: usize) -> (&[u32], f32) {
        let at = row * GROUPS + group;
        (
            &self.features[self.starts[at]..self.starts[at + 1]],
            self.scales[at],
        )
    }
}

impl Default for Linear {
    fn default() -> Self {
        Self {
            weights: Vec::new(),
            bias: [0.0; STRIDE],
            group_weights: [0.0; GROUPS],
        }
    }
}

impl Linear {
    /// The sums over each group for every kind, without the bias.
    #[must_use]
    pub fn score(&self, rows: &Rows, row: usize) -> [[f32; STRIDE]; GROUPS] {
        let mut sums = [[0.0; STRIDE]; GROUPS];
        for (group, sums) in sums.iter_mut().enumerate() {
            let (features, scale) = rows.group(row, group);
            for feature in features {
                add_row(&self.weights, *feature, sums);
            }
            let scale = scale * self.group_weights[group];
            for sum in sums.iter_mut() {
                *sum *= scale;
            }
        }
        sums
    }
}

fn add_row(weights: &[f32], feature: u32, sums: &mut [f32; STRIDE]) {
    let at = feature as usize * STRIDE;
    let row: &[f32; STRIDE] = weights[at..at + STRIDE]
        .try_into()
        .unwrap_or(&[0.0; STRIDE]);
    for (sum, weight) in sums.iter_mut().zip(row) {
        *sum += weight;
    }
}

/// Trains several times, each time in another order, and averages the weights: what depends on the order
/// alone cancels out, and the model is no slower for it.
#[must_use]
pub fn train_orders(
    rows: &Rows,
    chosen: &[u32],
    kinds: usize,
    options: &Options,
    seed: u64,
    orders: usize,
) -> Linear {
    let mut sum = train(rows, chosen, kinds, options, seed);
    for order in 1..orders {
        let seed = seed.wrapping_add(0x5EED_0000 * order as u64);
        let other = train(rows, chosen, kinds, options, seed);
        for (weight, other) in sum.weights.iter_mut().zip(&other.weights) {
            *weight += other;
        }
        for (bias, other) in sum.bias.iter_mut().zip(&other.bias) {
            *bias += other;
        }
    }
    let share = 1.0 / orders.max(1) as f32;
    sum.weights.iter_mut().for_each(|weight| *weight *= share);
    sum.bias.iter_mut().for_each(|bias| *bias *= share);
    sum
}

/// Trains on the rows named.
#[must_use]
pub fn train(rows: &Rows, chosen: &[u32], kinds: usize, options: &Options, seed: u64) -> Linear {
    let mut model = Linear {
        weights: vec![0.0; rows.width * STRIDE],
        bias: [-6.0; STRIDE],
        group_weights: options.group_weights,
    };
    let mut squares: Vec<f32> = Vec::with_capacity(rows.width * STRIDE);
    for _ in 0..rows.width {
        squares.extend_from_slice(&options.damping);
    }
    let mut bias_squares = [1.0_f32; STRIDE];
    let mut order = chosen.to_vec();
    let mut random = Random::new(seed);
    for epoch in 0..options.epochs {
        random.shuffle(&mut order);
        let rate = options.rate * (1.0 - epoch as f32 / options.epochs as f32).max(0.05);
        for &row in &order {
            let row = row as usize;
            let mut sums = model.bias;
            let parts = model.score(rows, row);
            for part in &parts {
                for (sum, value) in sums.iter_mut().zip(part) {
                    *sum += value;
                }
            }
            let labels = rows.labels[row];
            let ignored = rows.ignored[row] & !labels;
            let mut steps = [(0_usize, 0.0_f32); STRIDE];
            let mut count = 0;
            for (kind, &sum) in sums.iter().enumerate().take(kinds) {
                if ignored >> kind & 1 == 1 {
                    continue;
                }
                let is = labels >> kind & 1 == 1;
                let p = 1.0 / (1.0 + (-sum).exp());
                let g = p - f32::from(u8::from(is));
                if g.abs() > 0.003 {
                    steps[count] = (kind, g);
                    count += 1;
                    bias_squares[kind] += g * g;
                    model.bias[kind] -= 0.1 * rate * g / bias_squares[kind].sqrt();
                }
            }
            if count == 0 {
                continue;
            }
            for group in 0..GROUPS {
                let (features, scale) = rows.group(row, group);
                let value = scale * options.group_weights[group];
                for feature in features {
                    let at = *feature as usize * STRIDE;
                    for &(kind, g) in &steps[..count] {
                        let slot = at + kind;
                        let weight = model.weights[slot];
                        let g = g * value + options.decay * weight;
                        squares[slot] += g * g;
                        model.weights[slot] = weight - rate * g / squares[slot].sqrt();
                    }
                }
            }
        }
    }
    model
}
