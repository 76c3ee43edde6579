//! Risks planted in contracts that were made for it, and what became of each wording of the half that the
//! reader may be improved on.
//!
//! `cargo run -p countersign-offline --example planted -- [COUNT]`
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::error::Error;

use countersign_contracts::document::Document;
use countersign_contracts::judge::judge;
use countersign_contracts::playbook::Playbook;
use countersign_offline::facts::read_document;
use countersign_offline::planted::bank::{Half, Nature};
use countersign_offline::planted::{Variant, make_contract, measure};
use countersign_offline::profile_document;

fn main() -> Result<(), Box<dyn Error>> {
    let count = std::env::args().nth(1).map_or(Ok(200), |n| n.parse())?;
    let playbook = Playbook::procurement()?;
    let halves = [Half::Tuning, Half::Evaluation];
    for (half, variant) in halves
        .into_iter()
        .flat_map(|half| Variant::ALL.map(|variant| (half, variant)))
    {
        let total = measure(1, count, half, variant, &playbook).total();
        println!(
            "{half:?} {variant:?}: {:.1} % of {} risks found, {:.1} % of {} decoys flagged",
            100.0 * total.found as f64 / total.risks.max(1) as f64,
            total.risks,
            100.0 * total.flagged as f64 / total.decoys.max(1) as f64,
            total.decoys
        );
    }
    let mut told: BTreeMap<(&str, Nature, &str), [usize; 2]> = BTreeMap::new();
    for seed in 0..count {
        let planted = make_contract(
            seed.wrapping_add(1).wrapping_mul(0x2545_f491),
            Half::Tuning,
            Variant::Plain,
        );
        let document = Document::from_plain_text(&planted.text);
        let profile = profile_document(&document);
        let clauses = read_document(&document, &profile);
        let judged = judge(&document, &profile, &clauses, &playbook);
        for (wording, sentence) in &planted.wordings {
            let told = told
                .entry((wording.check, wording.nature, wording.text))
                .or_default();
            let flagged = judged.findings.iter().any(|f| {
                f.check == wording.check
                    && f.is_risk()
                    && f.citations
                        .iter()
                        .any(|c| plain(&c.quote).contains(&plain(sentence)))
            });
            told[0] += 1;
            told[1] += usize::from(flagged == (wording.nature == Nature::Risk));
        }
    }
    println!("\nwordings of the tuning half that were told wrong");
    for ((check, nature, text), [all, right]) in told {
        if right < all {
            println!("{right:4} of {all:4} {check} {nature:?}: {text}");
        }
    }
    Ok(())
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
