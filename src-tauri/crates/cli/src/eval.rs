//! `eval`: how well contracts are read, for whoever measures the readers.

pub(crate) mod facts;
mod planted;

use crate::arguments::Eval;
use crate::error::Error;

/// Measures what was named.
pub(crate) async fn eval(command: Eval) -> Result<u8, Error> {
    match command {
        Eval::Facts(options) => facts::eval_facts(options).await,
        Eval::Planted(options) => planted::eval_planted(options).await,
    }
}
