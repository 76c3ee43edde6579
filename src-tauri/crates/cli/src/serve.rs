//! Serving: the same engine and the same page as in the window, in a browser on this computer; and the
//! interface for other programs.

use std::path::PathBuf;

use countersign_engine::Engine;
use countersign_engine::config::Config;
use countersign_http::{Host, Options};

use crate::OK;
use crate::arguments::Serve;
use crate::error::Error;
use crate::review::config;

pub(crate) async fn serve(folder: PathBuf, options: Serve) -> Result<u8, Error> {
    let config = Config {
        watches: true,
        ..config(folder)?
    };
    let engine = Engine::open(config).await?;
    let page = options.bind.is_loopback() && !options.no_page;
    let host = Host::listen(
        engine.clone(),
        Options {
            bind: options.bind,
            port: options.port,
            page,
            ui: options.ui,
            hosts: options.host,
            largest_upload: options.max_upload_mb * 1024 * 1024,
        },
    )
    .await
    .map_err(Error::Listen)?;
    let url = page.then(|| host.url());
    println!(
        "{}",
        serde_json::json!({ "url": url, "api": host.api_url() })
    );
    if !options.bind.is_loopback() {
        eprintln!(
            "countersign: other computers reach {} without encryption, tokens and contracts too. Put a program that speaks \
             HTTPS before it, or listen on this computer only.",
            host.api_url()
        );
    }
    host.run(ended()).await.map_err(Error::Listen)?;
    engine.close().await;
    Ok(OK)
}

/// Ctrl-C or a polite request to end.
pub(crate) async fn ended() {
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
