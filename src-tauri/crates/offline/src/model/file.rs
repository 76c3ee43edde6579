//! The model's file: small-endian numbers in a row, weights at the end, read where they lie.

use countersign_contracts::clause::ClauseKind;

use super::candidates::{Extent, KindTraits, WIDTH};
use super::features::GROUPS;
use super::trees::{Forest, LEAF, Node};
use super::weights::Weights;
use super::{ClauseModel, EVIDENCE, MOST_KINDS};

/// How the file begins; the last letter is the version of its form.
pub const MAGIC: &[u8; 8] = b"CSCLAUS1";
/// Hash bits at most.
const MOST_BITS: u32 = 24;

/// Why a model can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// It is something else, or of another version.
    #[error("the clause model does not begin as one; build the program again")]
    NoModel,
    /// It ends too early.
    #[error("the clause model is cut short; build the program again")]
    CutShort,
    /// It says something that can't be.
    #[error("the clause model is damaged ({what}); build the program again")]
    Damaged {
        /// What can't be.
        what: &'static str,
    },
}

/// What the model knows of a kind.
#[derive(Debug, Clone)]
pub struct KindModel {
    /// The kind.
    pub kind: ClauseKind,
    /// What its clauses look like.
    pub traits: KindTraits,
    /// The first stage's constant.
    pub bias: f32,
    /// What a whole number among its weights stands for.
    pub scale: f32,
    /// What the last stage makes of the evidence.
    pub last: [f32; EVIDENCE],
    /// A contract whose best place is at least this likely has a clause of this kind (the best F1 of all
    /// kinds together, out of fold).
    pub found: f32,
    /// A contract whose best place is less likely than this has none (95 % recall out of fold).
    pub possible: f32,
}

impl KindModel {
    /// How likely a place with that evidence is a clause of this kind.
    #[must_use]
    pub fn probability(&self, evidence: [f32; EVIDENCE]) -> f32 {
        let sum: f32 = self.last.iter().zip(evidence).map(|(w, e)| w * e).sum();
        1.0 / (1.0 + (-sum).exp())
    }
}

/// A model before it is written.
#[derive(Debug, Clone)]
pub struct ModelParts {
    /// Bits of a hash.
    pub bits: u32,
    /// How much each group of features weighs.
    pub group_weights: [f32; GROUPS],
    /// The kinds.
    pub kinds: Vec<KindModel>,
    /// For each bucket the kinds with their weights.
    pub weights: Vec<Vec<(u8, i8)>>,
    /// The second stage.
    pub forest: Forest,
}

impl ModelParts {
    /// The file's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let number = |bytes: &mut Vec<u8>, n: usize| bytes.extend((n as u32).to_le_bytes());
        let real = |bytes: &mut Vec<u8>, x: f32| bytes.extend(x.to_le_bytes());
        number(&mut bytes, self.bits as usize);
        number(&mut bytes, self.kinds.len());
        number(&mut bytes, self.forest.trees.len());
        number(&mut bytes, self.forest.nodes.len());
        number(&mut bytes, self.weights.iter().map(Vec::len).sum());
        for weight in self.group_weights {
            real(&mut bytes, weight);
        }
        for kind in &self.kinds {
            let id = kind.kind.id();
            bytes.push(id.len() as u8);
            bytes.extend(id.bytes());
            bytes.push(kind.traits.extent as u8);
            for x in [
                kind.traits.prior,
                kind.traits.length,
                kind.bias,
                kind.scale,
                kind.found,
                kind.possible,
            ] {
                real(&mut bytes, x);
            }
            for x in kind.last {
                real(&mut bytes, x);
            }
        }
        real(&mut bytes, self.forest.base);
        for root in &self.forest.trees {
            number(&mut bytes, *root as usize);
        }
        for node in &self.forest.nodes {
            bytes.extend(node.feature.to_le_bytes());
            bytes.extend(node.left.to_le_bytes());
            real(&mut bytes, node.value);
        }
        bytes.extend(self.weights.iter().map(|w| w.len() as u8));
        for (kind, weight) in self.weights.iter().flatten() {
            bytes.extend([*kind, *weight as u8]);
        }
        bytes
    }
}

impl<'a> ClauseModel<'a> {
    /// Reads a model. The weights stay where they are; an index of the buckets is made, and rows of those
    /// that have many.
    ///
    /// # Errors
    /// When the bytes are no model of this version, or damaged.
    pub fn load(bytes: &'a [u8]) -> Result<Self, ModelError> {
        let rest = bytes
            .strip_prefix(MAGIC.as_slice())
            .ok_or(ModelError::NoModel)?;
        let mut input = Input { rest };
        let bits = input.number()?;
        let kinds = input.number()? as usize;
        let trees = input.number()? as usize;
        let nodes = input.number()? as usize;
        let weights = input.number()? as usize;
        if !(8..=MOST_BITS).contains(&bits) || kinds > MOST_KINDS {
            return Err(ModelError::Damaged { what: "its size" });
        }
        let mut group_weights = [0.0; GROUPS];
        for weight in &mut group_weights {
            *weight = input.real()?;
        }
        let kinds = (0..kinds)
            .map(|_| input.kind())
            .collect::<Result<Vec<_>, _>>()?;
        let base = input.real()?;
        let forest = input.forest(base, trees, nodes)?;
        let counts = input.take(1 << bits)?;
        let weights = input.take(weights * 2)?;
        let weights = Weights::new(counts, weights)
            .filter(|_| input.rest.is_empty())
            .ok_or(ModelError::Damaged {
                what: "its weights",
            })?;
        Ok(Self {
            kinds,
            bits,
            group_weights,
            weights,
            forest,
        })
    }
}

struct Input<'a> {
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], ModelError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or(ModelError::CutShort)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ModelError> {
        self.take(N)?.try_into().map_err(|_| ModelError::CutShort)
    }

    fn number(&mut self) -> Result<u32, ModelError> {
        self.array().map(u32::from_le_bytes)
    }

    fn real(&mut self) -> Result<f32, ModelError> {
        self.array().map(f32::from_le_bytes)
    }

    fn kind(&mut self) -> Result<KindModel, ModelError> {
        let [length] = self.array()?;
        let id = self.take(usize::from(length))?;
        let kind = ClauseKind::ALL
            .iter()
            .copied()
            .find(|kind| kind.id().as_bytes() == id)
            .ok_or(ModelError::Damaged { what: "a kind" })?;
        let extent = match self.array()? {
            [0] => Extent::Sentences,
            [1] => Extent::Date,
            [2] => Extent::Title,
            _ => return Err(ModelError::Damaged { what: "an extent" }),
        };
        let (prior, length) = (self.real()?, self.real()?);
        let (bias, scale) = (self.real()?, self.real()?);
        let (found, possible) = (self.real()?, self.real()?);
        let mut last = [0.0; EVIDENCE];
        for weight in &mut last {
            *weight = self.real()?;
        }
        Ok(KindModel {
            kind,
            traits: KindTraits {
                name: kind,
                extent,
                prior,
                length,
            },
            bias,
            scale,
            last,
            found,
            possible,
        })
    }

    fn forest(&mut self, base: f32, trees: usize, nodes: usize) -> Result<Forest, ModelError> {
        let mut forest = Forest {
            base,
            ..Forest::default()
        };
        for _ in 0..trees {
            forest.trees.push(self.number()?);
        }
        for _ in 0..nodes {
            let feature = u16::from_le_bytes(self.array()?);
            let left = u16::from_le_bytes(self.array()?);
            let value = self.real()?;
            // A way that does not lead on would never end.
            if feature != LEAF && (usize::from(feature) >= WIDTH || left == 0) {
                return Err(ModelError::Damaged { what: "a tree" });
            }
            forest.nodes.push(Node {
                feature,
                left,
                value,
            });
        }
        Ok(forest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_model_are_refused() {
        assert_eq!(ClauseModel::load(b"PK").unwrap_err(), ModelError::NoModel);
        let mut cut = MAGIC.to_vec();
        cut.extend([20, 0]);
        assert_eq!(ClauseModel::load(&cut).unwrap_err(), ModelError::CutShort);
    }
}
