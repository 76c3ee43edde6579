//! Contracts with known risks, made from our own clause bank, to measure the reader by: each planted risk
//! is to be found and proved by its own words, each decoy left alone.
//!
//! A seed always makes the same contract. Who buys and who sells, their names, and the order of the
//! sections change with it; a risk may hide in a defined term.

pub mod bank;
mod variant;

use std::collections::BTreeMap;

use countersign_contracts::citation::Citation;
use countersign_contracts::clause::Clause;
use countersign_contracts::document::Document;
use countersign_contracts::judge::judge;
use countersign_contracts::playbook::Playbook;
use countersign_contracts::profile::DocumentProfile;

use crate::facts::read_document;
use crate::profile::profile_document;
use bank::{BANK, Half, Nature, Wording};
pub use variant::Variant;
use variant::{PLEA, scan};

/// A contract that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planted {
    /// Its text, as light Markdown.
    pub text: String,
    /// What was planted, with the sentence as it stands in the text.
    pub wordings: Vec<(Wording, String)>,
}

/// What was found of one check over many contracts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    /// Risks planted.
    pub risks: usize,
    /// Of these, found and proved by the planted words.
    pub found: usize,
    /// Decoys planted.
    pub decoys: usize,
    /// Of these, said to be a risk.
    pub flagged: usize,
}

impl Score {
    /// Of what was said to be a risk, the share that is one; none where nothing was.
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        let said = self.found + self.flagged;
        (said > 0).then(|| self.found as f64 / said as f64)
    }

    /// Of the risks, the share that was found; none where there is no risk.
    #[must_use]
    pub fn recall(&self) -> Option<f64> {
        (self.risks > 0).then(|| self.found as f64 / self.risks as f64)
    }
}

/// What was found over many contracts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Measured {
    /// By check.
    pub checks: BTreeMap<&'static str, Score>,
    /// Quotes of all findings.
    pub quotes: usize,
    /// Of these, those that are not in the contract word for word.
    pub inexact: usize,
}

impl Measured {
    /// All checks together.
    #[must_use]
    pub fn total(&self) -> Score {
        self.checks.values().fold(Score::default(), |sum, s| Score {
            risks: sum.risks + s.risks,
            found: sum.found + s.found,
            decoys: sum.decoys + s.decoys,
            flagged: sum.flagged + s.flagged,
        })
    }
}

/// A small generator of numbers (SplitMix64): a seed always gives the same ones.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        (mixed % sides.max(1) as u64) as usize
    }
}

const LABELS: [(&str, &str); 6] = [
    ("Customer", "Supplier"),
    ("Client", "Provider"),
    ("Licensee", "Licensor"),
    ("Buyer", "Seller"),
    ("Purchaser", "Vendor"),
    ("Client", "Contractor"),
];
const BUYERS: [&str; 4] = [
    "Ashdown Manufacturing Limited",
    "Bramley Foods Ltd",
    "Corvane Logistics, Inc.",
    "Dunmore Hospitals Trust",
];
const SELLERS: [&str; 4] = [
    "Northgate Systems, Inc.",
    "Lindqvist Data AB",
    "Meridian Cloud LLC",
    "Oakfield Software GmbH",
];

/// Makes the contract of a seed from the wordings of one half.
#[must_use]
pub fn make_contract(seed: u64, half: Half, variant: Variant) -> Planted {
    let mut dice = Dice(seed);
    let (buys, sells) = LABELS[dice.roll(LABELS.len())];
    let (buyer, seller) = (BUYERS[dice.roll(4)], SELLERS[dice.roll(4)]);
    let mut chosen: BTreeMap<&str, &Wording> = BTreeMap::new();
    let checks: Vec<&str> = {
        let mut all: Vec<&str> = BANK.iter().map(|w| w.check).collect();
        all.dedup();
        all
    };
    for check in checks {
        let nature = match dice.roll(5) {
            0 | 1 => Nature::Risk,
            2 | 3 => Nature::Decoy,
            _ => continue,
        };
        let fitting: Vec<&Wording> = BANK
            .iter()
            .filter(|w| w.check == check && w.nature == nature && w.half() == half)
            .collect();
        if let Some(wording) = fitting.get(dice.roll(fitting.len())) {
            chosen.insert(check, wording);
        }
    }
    let mut order: Vec<&Wording> = chosen.into_values().collect();
    for at in (1..order.len()).rev() {
        order.swap(at, dice.roll(at + 1));
    }
    let named = |text: &str| text.replace("{V}", sells).replace("{C}", buys);
    let mut parties = [
        format!("{seller} (\"{sells}\")"),
        format!("{buyer} (\"{buys}\")"),
    ];
    parties.rotate_left(dice.roll(2));
    let mut text = format!(
        "# Master Services Agreement\n\nThis Master Services Agreement is made as of May {}, 2024 by and between {} and {}.\n\n## 1. Definitions\n\n1.1 \"Documentation\" means the user guides of {sells}.\n\n",
        dice.roll(28) + 1,
        parties[0],
        parties[1],
    );
    let mut noise = Dice(seed ^ 0x5CA4);
    let mut as_read = |text: String| match variant {
        Variant::Scan => scan(&text, &mut noise),
        _ => text,
    };
    let mut wordings = Vec::new();
    let mut sections = String::new();
    let mut annex = String::new();
    let mut defined = 1;
    for (at, wording) in order.into_iter().enumerate() {
        let sentence = match wording.text.split_once("||") {
            Some((definition, sentence)) => {
                defined += 1;
                let definition = as_read(named(definition));
                match variant {
                    Variant::Late => annex.push_str(&format!("{definition}\n\n")),
                    _ => text.push_str(&format!("1.{defined} {definition}\n\n")),
                }
                sentence
            }
            None => wording.text,
        };
        let sentence = as_read(named(sentence));
        if variant == Variant::Hidden {
            sections.push_str(PLEA);
        }
        sections.push_str(&format!("{}.1 {sentence}\n\n", at + 3));
        wordings.push((*wording, sentence));
    }
    text.push_str(&format!(
        "## 2. The services\n\n2.1 {sells} shall perform the services described in the Documentation for {buys}.\n\n"
    ));
    text.push_str(&sections);
    text.push_str(&format!(
        "## {}. General\n\nThis Agreement is governed by the laws of the State of New York.\n",
        wordings.len() + 3
    ));
    if !annex.is_empty() {
        text.push_str(&format!("\n## Annex A: Definitions\n\n{annex}"));
    }
    Planted { text, wordings }
}

/// Makes `count` contracts of one half, from `seed` on.
#[must_use]
pub fn make_contracts(seed: u64, count: u64, half: Half, variant: Variant) -> Vec<Planted> {
    (0..count)
        .map(|number| {
            let seed = seed.wrapping_add(number).wrapping_mul(0x2545_f491);
            make_contract(seed, half, variant)
        })
        .collect()
}

/// Judges `count` contracts of one half, from `seed` on, by a playbook.
#[must_use]
pub fn measure(
    seed: u64,
    count: u64,
    half: Half,
    variant: Variant,
    playbook: &Playbook,
) -> Measured {
    let mut measured = Measured::default();
    for planted in make_contracts(seed, count, half, variant) {
        let document = Document::from_plain_text(&planted.text);
        let profile = profile_document(&document);
        let clauses = read_document(&document, &profile);
        measured.count(&planted, &document, &profile, &clauses, playbook);
    }
    measured
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Without the punctuation at its ends, which a quote may lack.
fn bare(text: &str) -> String {
    let plain = plain(text);
    let bare = plain.trim_matches(|c: char| !c.is_alphanumeric());
    bare.to_owned()
}

impl Planted {
    /// How many of its risks stand in a clause of the kind that their check looks at, whatever is made of
    /// it then.
    #[must_use]
    pub fn risks_read(
        &self,
        document: &Document,
        clauses: &[Clause],
        playbook: &Playbook,
    ) -> usize {
        let kind_of = |check: &str| {
            let position = playbook.positions.iter().find(|p| p.check == check);
            position.map(|p| p.clause_kind)
        };
        let risks = self
            .wordings
            .iter()
            .filter(|(w, _)| w.nature == Nature::Risk);
        risks
            .filter(|(wording, sentence)| {
                let (kind, sentence) = (kind_of(wording.check), bare(sentence));
                clauses.iter().filter(|c| Some(c.kind) == kind).any(|c| {
                    let words = bare(document.slice(c.span));
                    !words.is_empty() && (sentence.contains(&words) || words.contains(&sentence))
                })
            })
            .count()
    }
}

impl Measured {
    /// Judges what was read of a contract and counts what was found of what was planted in it.
    pub fn count(
        &mut self,
        planted: &Planted,
        document: &Document,
        profile: &DocumentProfile,
        clauses: &[Clause],
        playbook: &Playbook,
    ) {
        let judgement = judge(document, profile, clauses, playbook);
        let whole = plain(&document.text);
        for citation in judgement.findings.iter().flat_map(|f| &f.citations) {
            self.quotes += 1;
            self.inexact += usize::from(!whole.contains(&plain(&citation.quote)));
        }
        for (wording, sentence) in &planted.wordings {
            let score = self.checks.entry(wording.check).or_default();
            let finding = judgement.findings.iter().find(|f| f.check == wording.check);
            let is_flagged = finding.is_some_and(|f| {
                let quoted = |c: &Citation| plain(&c.quote).contains(&plain(sentence));
                f.is_risk() && f.citations.iter().any(quoted)
            });
            match wording.nature {
                Nature::Risk => {
                    score.risks += 1;
                    score.found += usize::from(is_flagged);
                }
                Nature::Decoy => {
                    score.decoys += 1;
                    score.flagged += usize::from(is_flagged);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_makes_the_same_contract_and_another_one_another() {
        let first = make_contract(7, Half::Tuning, Variant::Plain);
        assert_eq!(first, make_contract(7, Half::Tuning, Variant::Plain));
        assert_ne!(
            first.text,
            make_contract(8, Half::Tuning, Variant::Plain).text
        );
        for (wording, sentence) in &first.wordings {
            assert_eq!(wording.half(), Half::Tuning);
            assert!(first.text.contains(sentence.as_str()));
            assert!(!sentence.contains('{'));
        }
    }

    #[test]
    fn planted_risks_are_found_and_decoys_left_alone() {
        let playbook = Playbook::procurement().unwrap();
        let measured = measure(1, 40, Half::Tuning, Variant::Plain, &playbook);
        let total = measured.total();
        assert_eq!(measured.inexact, 0, "of {} quotes", measured.quotes);
        assert!(total.risks > 150 && total.decoys > 150, "{total:?}");
        assert!(
            total.found * 100 >= total.risks * LEAST_FOUND,
            "{measured:?}"
        );
        assert!(
            total.flagged * 100 <= total.decoys * MOST_FLAGGED,
            "{measured:?}"
        );
    }

    #[test]
    fn a_plea_to_the_reviewer_and_late_definitions_change_nothing() {
        let playbook = Playbook::procurement().unwrap();
        let plain = measure(1, 20, Half::Tuning, Variant::Plain, &playbook).total();
        for variant in [Variant::Hidden, Variant::Late] {
            let total = measure(1, 20, Half::Tuning, variant, &playbook).total();
            assert_eq!(total, plain, "{variant:?}");
        }
    }

    /// Percent.
    const LEAST_FOUND: usize = 90;
    const MOST_FLAGGED: usize = 5;
}
