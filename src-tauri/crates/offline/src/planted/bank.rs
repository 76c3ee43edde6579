//! The clause bank: for each check wordings that are the risk and wordings that only look like it.
//!
//! `{V}` stands for the selling party, `{C}` for the buying one. Each wording belongs by the hash of its
//! text to the half that the reader may be improved on or to the half that it is only measured by.

use std::sync::LazyLock;

/// What a wording is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nature {
    /// The risk that the check names.
    Risk,
    /// Negated, the other way round, or within what a buyer accepts.
    Decoy,
}

/// Which use a wording is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// The reader may be improved on it.
    Tuning,
    /// The reader is only measured by it.
    Evaluation,
}

/// One wording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wording {
    /// The check's id in the default playbook.
    pub check: &'static str,
    /// What it is.
    pub nature: Nature,
    /// With `{V}` and `{C}`. What stands in front of `||` is put among the definitions.
    pub text: &'static str,
}

impl Wording {
    /// The half it belongs to: even hashes (FNV-1a) for tuning.
    #[must_use]
    pub fn half(&self) -> Half {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for byte in self.text.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        if (hash >> 32).is_multiple_of(2) {
            Half::Tuning
        } else {
            Half::Evaluation
        }
    }
}

/// Under each check `+` for a risk and `-` for a decoy.
static TEXT: &str = include_str!("bank.txt");

/// Every wording.
pub static BANK: LazyLock<Vec<Wording>> = LazyLock::new(|| {
    let mut check = "";
    let mut wordings = Vec::new();
    for line in TEXT.lines() {
        let nature = match line.as_bytes().first() {
            Some(b'[') => {
                check = line.trim_matches(['[', ']']);
                continue;
            }
            Some(b'+') => Nature::Risk,
            Some(b'-') => Nature::Decoy,
            _ => continue,
        };
        let text = line.get(2..).unwrap_or("");
        wordings.push(Wording {
            check,
            nature,
            text,
        });
    }
    wordings
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_wording_stands_twice_and_each_half_has_its_share() {
        let mut texts: Vec<&str> = BANK.iter().map(|w| w.text).collect();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), BANK.len());
        let tuning = BANK.iter().filter(|w| w.half() == Half::Tuning).count();
        assert!(
            tuning * 10 > BANK.len() * 3 && tuning * 10 < BANK.len() * 7,
            "{tuning}"
        );
    }
}
