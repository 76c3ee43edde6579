//! Keeping the data folder: backups, deleting, how long reviews are kept, diagnostics.

use std::path::{Path, PathBuf};

use countersign_engine::Engine;
use countersign_engine::clock::{Clock, SystemClock};
use countersign_engine::maintenance::{self, Restore};
use countersign_engine::views::{DeleteContract, Nothing, Retention, ReviewRow};

use crate::OK;
use crate::arguments::{Backup, Delete, Diagnostics, Keep};
use crate::error::Error;
use crate::review::config;

pub(crate) async fn backup(folder: PathBuf, command: Backup) -> Result<u8, Error> {
    match command {
        Backup::List => list(&folder),
        Backup::Now => now(folder).await,
        Backup::Restore { name } => restore(&folder, &name).await,
        Backup::Fresh => fresh(&folder),
    }
}

fn list(folder: &Path) -> Result<u8, Error> {
    let backups = maintenance::backups_in(folder)?;
    if backups.is_empty() {
        eprintln!("No backups yet. One is made every day, and `countersign backup now` makes one.");
    }
    for backup in backups {
        println!(
            "{}  {:>8} kB",
            backup.name,
            backup.size_bytes.div_ceil(1024)
        );
    }
    Ok(OK)
}

async fn now(folder: PathBuf) -> Result<u8, Error> {
    let engine = Engine::attach(config(folder)?).await?;
    let made = engine.make_backup(Nothing {}).await;
    engine.close().await;
    println!("{}", made?.name);
    Ok(OK)
}

async fn restore(folder: &Path, name: &str) -> Result<u8, Error> {
    match maintenance::restore_in(folder, name, SystemClock.now_ms()).await? {
        Restore::Done { moved_to } => {
            println!("{name} is in the database's place.");
            if let Some(place) = moved_to {
                println!(
                    "The database that stood there is in {}. Nothing was deleted.",
                    place.display()
                );
            }
            println!(
                "Contracts that were deleted after the backup are back, those added after it are not in the list."
            );
        }
        Restore::AtNextStart => println!(
            "{name} takes the database's place when the Countersign that is at work in {} is started again.",
            folder.display()
        ),
    }
    Ok(OK)
}

fn fresh(folder: &Path) -> Result<u8, Error> {
    if maintenance::begin_anew_in(folder)? {
        println!(
            "The next start begins with an empty list. The damaged database stays where it is."
        );
    } else {
        println!("The database is not known to be damaged: nothing was changed.");
    }
    Ok(OK)
}

pub(crate) async fn delete(folder: PathBuf, options: &Delete) -> Result<u8, Error> {
    let engine = Engine::attach(config(folder)?).await?;
    let deleted = delete_found(&engine, options).await;
    engine.close().await;
    println!("{}", deleted?);
    Ok(OK)
}

async fn delete_found(engine: &Engine, options: &Delete) -> Result<String, Error> {
    let rows = engine.list_reviews(Nothing {}).await?;
    let contract_id = contract_of(&rows, &options.id)?;
    let deletion = DeleteContract {
        contract_id,
        and_backups: options.and_backups,
    };
    let deleted = engine.delete_contract_for_good(deletion).await?;
    Ok(format!("{}: {}", deleted.file, deleted.message))
}

/// The contract of the one review that an id, or its beginning, names.
fn contract_of(rows: &[ReviewRow], id: &str) -> Result<String, Error> {
    let mut found: Vec<&str> = rows
        .iter()
        .filter(|row| row.id.starts_with(id))
        .map(|row| row.contract_id.as_str())
        .collect();
    found.dedup();
    match found.as_slice() {
        [one] => Ok((*one).to_owned()),
        [] => Err(Error::NoSuchReview { id: id.to_owned() }),
        _ => Err(Error::Ambiguous { id: id.to_owned() }),
    }
}

pub(crate) async fn keep(folder: PathBuf, options: &Keep) -> Result<u8, Error> {
    let engine = Engine::attach(config(folder)?).await?;
    let wanted = match (options.days, options.for_ever) {
        (Some(days), _) => Some(Retention { days: Some(days) }),
        (None, true) => Some(Retention { days: None }),
        (None, false) => None,
    };
    let kept = async {
        if let Some(retention) = wanted {
            engine.change_retention(retention).await?;
        }
        engine.get_status(Nothing {}).await
    };
    let status = kept.await;
    engine.close().await;
    match status?.retention_days {
        Some(days) => println!("Contracts are deleted {days} days after their last review ended."),
        None => println!("Reviews are kept until you delete them."),
    }
    Ok(OK)
}

pub(crate) async fn diagnostics(folder: PathBuf, options: Diagnostics) -> Result<u8, Error> {
    let engine = Engine::attach(config(folder)?).await?;
    let bundle = engine.diagnostics().await;
    engine.close().await;
    let bundle = bundle?;
    if options.preview {
        print!("{}", bundle.preview());
        return Ok(OK);
    }
    let path = options.out.unwrap_or_else(|| {
        let stamp = countersign_engine::maintenance::stamp(SystemClock.now_ms());
        PathBuf::from(format!("countersign-diagnostics-{stamp}.zip"))
    });
    std::fs::write(&path, bundle.zip()?).map_err(|source| Error::Save {
        path: path.clone(),
        source,
    })?;
    println!("{}", path.display());
    eprintln!("Read what is in it with `countersign diagnostics --preview` before you hand it on.");
    Ok(OK)
}
