//! The first stage's weights where they lie in the file, laid out so that adding a bucket's is quick.

use super::MOST_KINDS;

/// A bucket with at least this many weights is kept as a row of all kinds, added at one stroke.
const MANY: u8 = 14;
/// Set in the index of a bucket that is kept as a row.
const AS_ROW: u32 = 1 << 31;
/// Bits of an index entry that say how many weights follow.
const COUNT_BITS: u32 = 7;

/// Weights by bucket.
#[derive(Debug)]
pub(super) struct Weights<'a> {
    /// For each bucket where its weights begin and how many there are, or which row it is.
    index: Vec<u32>,
    /// Kind and weight, two bytes each.
    sparse: &'a [u8],
    rows: Vec<[i16; MOST_KINDS]>,
}

impl<'a> Weights<'a> {
    /// From how many weights each bucket has and the weights one after another; none where the numbers do
    /// not agree.
    pub(super) fn new(counts: &[u8], sparse: &'a [u8]) -> Option<Self> {
        let mut weights = Self {
            index: Vec::with_capacity(counts.len()),
            sparse,
            rows: Vec::new(),
        };
        let mut start = 0_usize;
        for count in counts {
            let end = start + usize::from(*count);
            let own = sparse.get(start * 2..end * 2)?;
            weights.index.push(if *count >= MANY {
                let mut row = [0; MOST_KINDS];
                for weight in own.chunks_exact(2) {
                    row[usize::from(weight[0]) % MOST_KINDS] += squared(weight[1]);
                }
                weights.rows.push(row);
                AS_ROW | (weights.rows.len() - 1) as u32
            } else {
                (start as u32) << COUNT_BITS | u32::from(*count)
            });
            start = end;
        }
        let fits = start < 1 << (31 - COUNT_BITS);
        (fits && start * 2 == sparse.len()).then_some(weights)
    }

    /// Adds the weights of a bucket to the sums of the kinds.
    #[inline]
    pub(super) fn add(&self, bucket: u32, sums: &mut [i32; MOST_KINDS]) {
        let entry = self.index.get(bucket as usize).copied().unwrap_or(0);
        if entry & AS_ROW != 0 {
            if let Some(row) = self.rows.get((entry ^ AS_ROW) as usize) {
                for (sum, weight) in sums.iter_mut().zip(row) {
                    *sum += i32::from(*weight);
                }
            }
            return;
        }
        let count = (entry & ((1 << COUNT_BITS) - 1)) as usize;
        let start = (entry >> COUNT_BITS) as usize * 2;
        for weight in self
            .sparse
            .get(start..start + count * 2)
            .unwrap_or(&[])
            .chunks_exact(2)
        {
            sums[usize::from(weight[0]) % MOST_KINDS] += i32::from(squared(weight[1]));
        }
    }
}

/// The byte is the root of the weight, so that small ones stay apart.
fn squared(root: u8) -> i16 {
    let root = i16::from(root as i8);
    root * root.abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_counts_the_same_as_a_row_and_one_by_one() {
        let few: Vec<u8> = vec![3, 5, 7, 0xFE];
        let many: Vec<u8> = (0..20).flat_map(|kind| [kind, kind + 1]).collect();
        let bytes = [few, many].concat();
        let weights = Weights::new(&[2, 0, 20], &bytes).unwrap();
        assert_eq!(weights.rows.len(), 1);
        let mut sums = [0; MOST_KINDS];
        weights.add(0, &mut sums);
        assert_eq!((sums[3], sums[7], sums[0]), (25, -4, 0));
        weights.add(1, &mut sums);
        weights.add(2, &mut sums);
        assert_eq!((sums[0], sums[3], sums[7]), (1, 25 + 16, -4 + 64));
    }

    #[test]
    fn numbers_that_do_not_agree_are_refused() {
        assert!(Weights::new(&[2], &[1, 2]).is_none());
        assert!(Weights::new(&[1], &[1, 2, 3, 4]).is_none());
    }
}
