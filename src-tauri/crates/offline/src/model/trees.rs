//! A forest of small decision trees whose leaves add up to a score.

/// One node: a question, or a leaf.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Node {
    /// Which number is asked for; [`LEAF`] in a leaf.
    pub feature: u16,
    /// Where to go when the number is at most `value`; the other way is the node behind it.
    pub left: u16,
    /// What the number is compared with; in a leaf what it adds.
    pub value: f32,
}

/// The feature of a leaf.
pub const LEAF: u16 = u16::MAX;

/// Trees, one after another.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Forest {
    /// What every score starts from.
    pub base: f32,
    /// Nodes of all trees; the children of a node are side by side in its own tree.
    pub nodes: Vec<Node>,
    /// Where each tree begins in `nodes`.
    pub trees: Vec<u32>,
}

impl Forest {
    /// The sum of the leaves that a description falls into.
    #[must_use]
    pub fn score(&self, known: &[f32]) -> f32 {
        self.trees
            .iter()
            .fold(self.base, |sum, root| sum + self.leaf(*root, known))
    }

    /// Like [`Self::score`] of many descriptions: tree by tree, so that a tree is near while it is asked.
    #[must_use]
    pub fn score_all<const WIDTH: usize>(&self, known: &[[f32; WIDTH]]) -> Vec<f32> {
        let mut sums = vec![self.base; known.len()];
        for root in &self.trees {
            for (sum, known) in sums.iter_mut().zip(known) {
                *sum += self.leaf(*root, known);
            }
        }
        sums
    }

    fn leaf(&self, root: u32, known: &[f32]) -> f32 {
        let tree = self.nodes.get(root as usize..).unwrap_or(&[]);
        let mut at = 0;
        while let Some(node) = tree.get(at) {
            if node.feature == LEAF {
                return node.value;
            }
            let right = known
                .get(usize::from(node.feature))
                .is_some_and(|number| *number > node.value);
            at = usize::from(node.left) + usize::from(right);
        }
        0.0
    }
}
