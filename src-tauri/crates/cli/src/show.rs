//! Looking: the list, one review, the self-check.

use std::path::PathBuf;

use countersign_engine::Engine;
use countersign_engine::views::{ChooseContractType, ChooseSide, Nothing, ReviewRow};

use crate::arguments::{Choose, Show};
use crate::error::Error;
use crate::output::to_stdout;
use crate::progress::{end_in_words, stage_in_words};
use crate::queue::named;
use crate::review::config;
use crate::{OK, SOME_FAILED};

pub(crate) async fn list(folder: PathBuf, json: bool) -> Result<u8, Error> {
    let engine = Engine::attach(config(folder)?).await?;
    let rows = engine.list_reviews(Nothing {}).await?;
    engine.close().await;
    if json {
        let text =
            serde_json::to_string_pretty(&rows).map_err(countersign_engine::error::Error::from)?;
        println!("{text}");
        return Ok(OK);
    }
    if rows.is_empty() {
        eprintln!("No reviews yet. `countersign review FILE` makes the first.");
    }
    for row in &rows {
        println!("{}  {:<60}  {}", row.id, row.file, state_in_words(row));
    }
    Ok(OK)
}

pub(crate) async fn show(folder: PathBuf, options: &Show) -> Result<u8, Error> {
    let engine = Engine::attach(config(folder)?).await?;
    let row = named(&engine, &options.id).await?;
    let code = match engine.export_file(&row.id, options.format, None).await {
        Ok(file) => {
            to_stdout(&file.bytes, options.format.is_text())?;
            OK
        }
        Err(countersign_engine::error::Error::NoReport { .. }) => {
            println!("{}  {}  {}", row.id, row.file, state_in_words(&row));
            if let Some(message) = &row.message {
                println!("{message}");
            }
            SOME_FAILED
        }
        Err(other) => return Err(other.into()),
    };
    engine.close().await;
    Ok(code)
}

/// Chooses our side, the type, or both, and says what the judgement is now.
pub(crate) async fn choose(folder: PathBuf, options: &Choose) -> Result<u8, Error> {
    let engine = Engine::attach(config(folder)?).await?;
    let mut row = named(&engine, &options.id).await?;
    if let Some(party) = &options.side {
        let side = ChooseSide {
            review_id: row.id.clone(),
            party: party.clone(),
        };
        row = engine.choose_side(side).await?;
    }
    if let Some(chosen) = options.contract_type {
        let contract_type = ChooseContractType {
            review_id: row.id.clone(),
            contract_type: chosen.contract_type(),
        };
        row = engine.choose_contract_type(contract_type).await?;
    }
    engine.close().await;
    println!("{}  {}  {}", row.id, row.file, state_in_words(&row));
    Ok(OK)
}

pub(crate) async fn doctor(folder: PathBuf, json: bool) -> Result<u8, Error> {
    let engine = Engine::attach(config(folder)?).await?;
    let status = engine.get_status(Nothing {}).await?;
    engine.close().await;
    let code = if status.problems.is_empty() {
        OK
    } else {
        SOME_FAILED
    };
    if json {
        let text = serde_json::to_string_pretty(&status)
            .map_err(countersign_engine::error::Error::from)?;
        println!("{text}");
        return Ok(code);
    }
    println!("Countersign {}", status.version);
    println!("Data folder: {}", status.data_folder);
    println!(
        "Workers: {} reading, {} offline",
        status.settings.reading_workers, status.settings.offline_workers
    );
    for problem in &status.problems {
        println!("Problem: {}", problem.message);
    }
    if code == OK {
        println!("All is well.");
    }
    Ok(code)
}

fn state_in_words(row: &ReviewRow) -> String {
    if row.finished_at.is_some() {
        end_in_words(row)
    } else {
        stage_in_words(row)
    }
}
