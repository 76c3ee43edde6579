//! `eval planted`: risks planted in contracts that were made for it.

use countersign_engine::measure::{Variant, score_planted};

use crate::OK;
use crate::arguments::EvalPlanted;
use crate::error::Error;

/// Prints what was found of each check.
pub(super) async fn eval_planted(options: EvalPlanted) -> Result<u8, Error> {
    let measured = tokio::task::spawn_blocking(move || {
        let variant = Variant::of_id(&options.variant).unwrap_or_default();
        score_planted(options.seed, options.count, options.tuning, variant)
    })
    .await
    .map_err(|error| Error::Start(error.into()))??;
    println!("check                   found  of risks   flagged  of decoys  precision  recall");
    let total = measured.total();
    let rows = measured
        .checks
        .iter()
        .map(|(check, score)| (*check, *score));
    for (check, score) in rows.chain([("all", total)]) {
        println!(
            "{check:24} {:4} {:10} {:9} {:10} {:>10} {:>7}",
            score.found,
            score.risks,
            score.flagged,
            score.decoys,
            share(score.precision()),
            share(score.recall())
        );
    }
    println!(
        "{:.1} % of risks found, {:.1} % of decoys flagged; {} of {} quotes are not word for word",
        100.0 * total.found as f64 / total.risks.max(1) as f64,
        100.0 * total.flagged as f64 / total.decoys.max(1) as f64,
        measured.inexact,
        measured.quotes
    );
    Ok(OK)
}

fn share(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{share:.3}"))
}
