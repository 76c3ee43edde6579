//! Watching a folder from the terminal.

use std::path::{Path, PathBuf};

use countersign_engine::Engine;
use countersign_engine::config::Config;
use countersign_engine::error::Error as EngineError;
use countersign_engine::views::Nothing;
use countersign_engine::watch::Looked;
use tokio::sync::broadcast::error::RecvError;

use crate::OK;
use crate::arguments::Watch;
use crate::error::Error;
use crate::review::config;
use crate::serve::ended;

pub(crate) async fn watch(data_folder: PathBuf, options: Watch) -> Result<u8, Error> {
    if options.off {
        let engine = Engine::attach(config(data_folder)?).await?;
        engine.stop_watching(Nothing {}).await?;
        engine.close().await;
        eprintln!("No folder is watched any more. What was taken from it stays in the list.");
        return Ok(OK);
    }
    let watching = Config {
        watches: true,
        ..config(data_folder.clone())?
    };
    let (engine, alone) = match Engine::open(watching).await {
        Err(EngineError::Busy { .. }) => (Engine::attach(config(data_folder)?).await?, false),
        opened => (opened?, true),
    };
    let mut looks = engine.watched();
    let folder = match chosen(&engine, options).await {
        Ok(folder) => folder,
        Err(error) => {
            engine.close().await;
            return Err(error);
        }
    };
    if alone {
        eprintln!("Watching {folder}; Ctrl-C ends it.");
        let end = ended();
        tokio::pin!(end);
        loop {
            tokio::select! {
                () = &mut end => break,
                looked = looks.recv() => match looked {
                    Ok(looked) => say(&looked),
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => break,
                },
            }
        }
        engine.deliver_messages().await?;
    } else {
        eprintln!("{folder} is watched by the Countersign that is at work on this data folder.");
    }
    engine.close().await;
    Ok(OK)
}

/// Chooses the folder, or goes on with the one that was chosen before.
async fn chosen(engine: &Engine, options: Watch) -> Result<String, Error> {
    let before = engine.get_watch(Nothing {}).await?.folder;
    let folder = options.folder.or(before.map(PathBuf::from));
    let folder = folder.ok_or(Error::NoWatchFolder)?;
    let playbook = options.playbook.as_deref();
    let view = engine
        .watch_folder(Path::new(&folder), options.format, playbook)
        .await?;
    Ok(view.folder.unwrap_or_default())
}

fn say(looked: &Looked) {
    for contract in &looked.taken {
        eprintln!("reviewing {}", contract.display());
    }
    for result in &looked.written {
        println!("{}", result.display());
    }
    for problem in &looked.problems {
        eprintln!("countersign: {problem}");
    }
}
