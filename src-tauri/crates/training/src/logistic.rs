//! Small logistic regressions, by Newton's method: calibration and the last stage.

/// Fits the weights of a logistic regression, pulled towards `prior` as if by `pull` rows.
#[must_use]
pub fn fit<const N: usize>(rows: &[([f64; N], bool)], prior: [f64; N], pull: [f64; N]) -> [f64; N] {
    let mut weights = prior;
    for _ in 0..12 {
        let mut slope = [0.0; N];
        let mut curve = [[0.0; N]; N];
        for at in 0..N {
            slope[at] = pull[at] * (weights[at] - prior[at]);
            curve[at][at] = pull[at];
        }
        for (row, right) in rows {
            let sum: f64 = row.iter().zip(&weights).map(|(x, w)| x * w).sum();
            let p = 1.0 / (1.0 + (-sum).exp());
            let error = p - f64::from(u8::from(*right));
            let bend = p * (1.0 - p);
            for a in 0..N {
                slope[a] += error * row[a];
                for b in 0..N {
                    curve[a][b] += bend * row[a] * row[b];
                }
            }
        }
        let step = solve(curve, slope);
        for (weight, step) in weights.iter_mut().zip(step) {
            // A step this long comes from rows that can be told apart wholly.
            *weight -= step.clamp(-4.0, 4.0);
        }
    }
    weights
}

/// Solves a symmetric positive system by elimination.
fn solve<const N: usize>(mut matrix: [[f64; N]; N], mut right: [f64; N]) -> [f64; N] {
    for at in 0..N {
        let pivot = matrix[at];
        for below in at + 1..N {
            let factor = matrix[below][at] / pivot[at];
            for column in at..N {
                matrix[below][column] -= factor * pivot[column];
            }
            right[below] -= factor * right[at];
        }
    }
    let mut solution = [0.0; N];
    for at in (0..N).rev() {
        let known: f64 = (at + 1..N).map(|c| matrix[at][c] * solution[c]).sum();
        solution[at] = (right[at] - known) / matrix[at][at];
    }
    solution
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_of_a_split_are_found() {
        let mut rows = Vec::new();
        for at in 0..1000 {
            let x = f64::from(at % 2);
            // A quarter is right without, three quarters with.
            rows.push(([1.0, x], (at / 2) % 4 < if x > 0.0 { 3 } else { 1 }));
        }
        let [base, slope] = fit(&rows, [0.0, 0.0], [1e-6, 1e-6]);
        assert!((base + 3.0_f64.ln()).abs() < 1e-3, "{base}");
        assert!((slope - 2.0 * 3.0_f64.ln()).abs() < 1e-3, "{slope}");
    }
}
