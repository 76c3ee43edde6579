//! `eval`: predictions for marked contracts, for whoever measures the readers.

pub(crate) mod facts;
mod planted;

use std::path::PathBuf;

use countersign_training::evaluate::{predict_gold, predict_gold_out_of_fold};

use crate::OK;
use crate::arguments::{Eval, EvalClauses};
use crate::error::Error;

/// Measures what was named.
pub(crate) async fn eval(folder: PathBuf, command: Eval) -> Result<u8, Error> {
    match command {
        Eval::Clauses(options) => eval_clauses(options).await,
        Eval::Facts(options) => facts::eval_facts(options).await,
        Eval::Planted(options) => planted::eval_planted(folder, options).await,
    }
}

async fn eval_clauses(options: EvalClauses) -> Result<u8, Error> {
    let evaluated = tokio::task::spawn_blocking(move || {
        if options.oof {
            let folds = usize::from(options.folds);
            predict_gold_out_of_fold(&options.gold, &options.out, folds, options.seed, |fold| {
                eprintln!("fold {} of {folds} done", fold + 1);
            })
        } else {
            predict_gold(&options.gold, &options.out)
        }
    })
    .await
    .map_err(|error| Error::Start(error.into()))??;
    eprintln!(
        "{} contracts, {} predicted spans",
        evaluated.contracts, evaluated.predictions
    );
    Ok(OK)
}
