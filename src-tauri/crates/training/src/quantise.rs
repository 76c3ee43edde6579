//! Makes the first stage small: weights that matter little are left out, the others become one byte.

use crate::dataset::{BITS, Dataset};
use crate::linear::{Linear, STRIDE};

/// Weights kept at most; each takes two bytes in the file.
const MOST: usize = 5_000_000;
/// What one byte can say: the square of 1 to 127, either sign, so that small weights stay apart.
const STEPS: f32 = 127.0;

/// Kinds and weights of each bucket, and what a squared step stands for in each kind.
#[must_use]
pub fn quantise(dataset: &Dataset, model: &Linear) -> (Vec<Vec<(u8, i8)>>, Vec<f32>) {
    let kinds = dataset.kinds.len();
    let mut largest = vec![0.0_f32; kinds];
    let mut importance: Vec<f32> = Vec::new();
    for (feature, row) in model.weights.chunks_exact(STRIDE).enumerate() {
        let often = f32::from(dataset.seen[feature]).sqrt();
        for (weight, largest) in row.iter().zip(&mut largest) {
            *largest = largest.max(weight.abs());
            if *weight != 0.0 {
                importance.push(weight.abs() * often);
            }
        }
    }
    let least = if importance.len() > MOST {
        let at = importance.len() - MOST;
        *importance.select_nth_unstable_by(at, f32::total_cmp).1
    } else {
        0.0
    };
    let scales: Vec<f32> = largest
        .iter()
        .map(|l| l.max(1e-6) / (STEPS * STEPS))
        .collect();
    let mut weights = vec![Vec::new(); 1 << BITS];
    let mut kept = 0;
    for (feature, row) in model.weights.chunks_exact(STRIDE).enumerate() {
        let often = f32::from(dataset.seen[feature]).sqrt();
        for (kind, weight) in row.iter().enumerate().take(kinds) {
            let step = (weight.abs() / scales[kind]).sqrt().round() as i8;
            if step != 0 && weight.abs() * often >= least && kept < MOST {
                let signed = if *weight < 0.0 { -step } else { step };
                weights[dataset.buckets[feature] as usize].push((kind as u8, signed));
                kept += 1;
            }
        }
    }
    (weights, scales)
}
