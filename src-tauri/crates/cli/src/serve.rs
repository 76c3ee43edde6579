//! Serving the page: the same engine and the same page as in the window, in a browser on this computer.

use std::path::PathBuf;

use countersign_engine::Engine;
use countersign_http::{Host, Options};

use crate::OK;
use crate::arguments::Serve;
use crate::error::Error;
use crate::review::config;

pub(crate) async fn serve(folder: PathBuf, options: Serve) -> Result<u8, Error> {
    let engine = Engine::open(config(folder)?).await?;
    let host = Host::listen(
        engine.clone(),
        Options {
            port: options.port,
            ui: options.ui,
        },
    )
    .await
    .map_err(Error::Listen)?;
    println!("{}", serde_json::json!({ "url": host.url() }));
    host.run(ended()).await.map_err(Error::Listen)?;
    engine.close().await;
    Ok(OK)
}

/// Ctrl-C or a polite request to end.
async fn ended() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        if let Ok(mut terminate) = terminate {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Without a handler the signal itself ends the program.
    let _ = interrupt.await;
}
