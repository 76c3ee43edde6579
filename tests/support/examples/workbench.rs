//! What benches do with an engine: hand it contracts, wait for them, set up the model server.

#![allow(dead_code, reason = "each bench uses a part of it")]

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use countersign_engine::Engine;
use countersign_engine::views::{ProviderSetup, ReaderChoice, SubmitContracts};

/// Time between two looks at the queue.
const LOOK: Duration = Duration::from_millis(5);

/// Writes a file `name.pdf` and submits it; the review's id.
///
/// # Errors
/// When it was not accepted.
pub async fn submit(
    engine: &Engine,
    folder: &Path,
    name: &str,
    bytes: &[u8],
) -> Result<String, Box<dyn Error>> {
    let path = folder.join(format!("{name}.pdf"));
    std::fs::write(&path, bytes)?;
    let drop_ids = vec![engine.register_file(&path)];
    let submit = SubmitContracts {
        drop_ids,
        playbook: None,
    };
    let submitted = engine.submit_contracts(submit).await?;
    let id = submitted.into_iter().find_map(|one| one.review_id);
    Ok(id.ok_or("a contract was not accepted")?)
}

/// Waits until none of these reviews is left to do, or none at all.
///
/// # Errors
/// What the engine says.
pub async fn settle(engine: &Engine, these: Option<&[String]>) -> Result<(), Box<dyn Error>> {
    loop {
        let unfinished = engine.unfinished_reviews().await?;
        let left = match these {
            Some(these) => these.iter().any(|id| unfinished.contains(id)),
            None => !unfinished.is_empty(),
        };
        if !left {
            return Ok(());
        }
        // Changes are told ten times a second: too seldom for what is measured here.
        tokio::time::sleep(LOOK).await;
    }
}

/// Has the model server asked by all reviews from now on, so many questions at once.
///
/// # Errors
/// What the engine says.
pub async fn ask(engine: &Engine, base_url: &str, concurrency: u32) -> Result<(), Box<dyn Error>> {
    let setup = ProviderSetup {
        id: "local".to_owned(),
        name: "Local".to_owned(),
        base_url: base_url.to_owned(),
        model: "bench".to_owned(),
        concurrency,
        input_micros_per_million: Some(1_000_000),
        output_micros_per_million: Some(2_000_000),
        ..ProviderSetup::default()
    };
    engine.save_provider(setup).await?;
    let providers = vec!["local".to_owned()];
    engine.choose_readers(ReaderChoice { providers }).await?;
    Ok(())
}
