//! `facts` and `eval facts`: key terms of files, and how well they are read.

use countersign_engine::measure::{facts_of_file, score_facts};
use serde_json::json;

use crate::arguments::{EvalFacts, Facts};
use crate::error::Error;
use crate::{OK, SOME_FAILED};

/// Prints the key terms of each file, one JSON object a line.
pub(crate) async fn facts(options: &Facts) -> Result<u8, Error> {
    let program = std::env::current_exe().map_err(Error::Start)?;
    let mut code = OK;
    for file in &options.files {
        match facts_of_file(&program, file).await {
            Ok(facts) => println!(
                "{}",
                json!({ "file": file.display().to_string(), "facts": facts })
            ),
            Err(error) => {
                eprintln!("countersign: {}: {error}", file.display());
                code = SOME_FAILED;
            }
        }
    }
    Ok(code)
}

/// Prints recall and precision of each field.
pub(super) async fn eval_facts(options: EvalFacts) -> Result<u8, Error> {
    let scores = tokio::task::spawn_blocking(move || score_facts(&options.gold, &options.out))
        .await
        .map_err(|error| Error::Start(error.into()))??;
    println!("field             answers  read right beside  recall precision  strict");
    for (field, score) in scores {
        println!(
            "{field:16} {:8} {:5} {:5} {:6}  {:6.3} {:9.3} {:7.3}",
            score.stated,
            score.read,
            score.right,
            score.unstated,
            score.recall(),
            score.precision(),
            score.strict_precision()
        );
    }
    Ok(OK)
}
