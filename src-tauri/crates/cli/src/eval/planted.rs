//! `eval planted`: risks planted in contracts that were made for it.

use std::path::PathBuf;

use countersign_engine::Engine;
use countersign_engine::measure::{
    Measured, ModelMeasured, PlantedOptions, Variant, score_planted,
};

use crate::OK;
use crate::arguments::EvalPlanted;
use crate::error::Error;
use crate::review::config;

/// The reader that comes with the program.
const OFFLINE: &str = "offline";
/// Millionths in a dollar.
const MICROS: f64 = 1_000_000.0;

/// Prints what was found of each check, or what a provider adds to it.
pub(super) async fn eval_planted(folder: PathBuf, options: EvalPlanted) -> Result<u8, Error> {
    let made = PlantedOptions {
        seed: options.seed,
        count: options.count,
        tuning: options.tuning,
        variant: Variant::of_id(&options.variant).unwrap_or_default(),
    };
    if options.reader != OFFLINE {
        let engine = Engine::attach(config(folder)?).await?;
        let measured = engine.measure_planted(&options.reader, made).await;
        engine.close().await;
        print_beside(&options.reader, &measured?);
        return Ok(OK);
    }
    let measured = tokio::task::spawn_blocking(move || score_planted(made))
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
        percent(total.found, total.risks),
        percent(total.flagged, total.decoys),
        measured.inexact,
        measured.quotes
    );
    Ok(OK)
}

fn print_beside(provider: &str, measured: &ModelMeasured) {
    let row = |what: &str, offline: String, with: String| {
        println!("{what:34} {offline:>12} {with:>12}");
    };
    let (offline, together) = (&measured.offline, &measured.together);
    row("", OFFLINE.to_owned(), format!("with {provider}"));
    let of = |number: usize, all: usize| format!("{:.1} %", percent(number, all));
    let risks = offline.total().risks;
    let found = |m: &Measured| of(m.total().found, m.total().risks);
    let flagged = |m: &Measured| of(m.total().flagged, m.total().decoys);
    row("planted risks found", found(offline), found(together));
    row("decoys flagged", flagged(offline), flagged(together));
    let (alone, said) = (measured.read_offline, measured.read_by_model);
    row(
        "risks read as their kind, alone",
        of(alone, risks),
        of(said, risks),
    );
    let exact = |m: &Measured| of(m.quotes - m.inexact, m.quotes);
    row(
        "quotes that stand in the text",
        exact(offline),
        exact(together),
    );
    row(
        "quotes of the answers that do",
        "-".to_owned(),
        of(measured.verified, measured.quotes),
    );
    row("answers", "-".to_owned(), measured.calls.to_string());
    row(
        "parts without one",
        "-".to_owned(),
        measured.unanswered.to_string(),
    );
    row("tokens", "-".to_owned(), measured.tokens.to_string());
    let cost = format!("USD {:.4}", measured.micros as f64 / MICROS);
    row("cost", "-".to_owned(), cost);
    let seconds = |ms: u64| format!("{:.1} s", ms as f64 / 1000.0);
    row(
        "time",
        seconds(measured.offline_ms),
        seconds(measured.total_ms),
    );
    println!("{risks} planted risks, {} decoys", offline.total().decoys);
}

fn percent(number: usize, all: usize) -> f64 {
    100.0 * number as f64 / all.max(1) as f64
}

fn share(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{share:.3}"))
}
