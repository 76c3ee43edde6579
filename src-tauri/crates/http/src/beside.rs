//! The interface for other programs beside a window: there while a person has turned it on.

use countersign_engine::Engine;
use countersign_engine::clients::Serving;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::{Host, Options};

/// A host at work.
struct Running {
    serving: Serving,
    end: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

/// Serves programs, and not the page, while the setting says so, until the engine is gone. A port that
/// can't be had is told to the log, and tried again when the setting changes.
pub async fn serve_while_wanted(engine: Engine) {
    let mut events = engine.events();
    let mut running: Option<Running> = None;
    loop {
        match engine.serving().await {
            Ok(wanted)
                if running.as_ref().map(|now| now.serving) != wanted.on.then_some(wanted) =>
            {
                if let Some(before) = running.take() {
                    // The port must be free before it is taken again.
                    drop(before.end);
                    let _ = before.ended.await;
                }
                if wanted.on {
                    running = begin(&engine, wanted).await;
                }
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "whether to serve programs could not be read"),
        }
        loop {
            match events.recv().await {
                Ok(event) if event.kind == "settings_changed" => break,
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => break,
                Err(RecvError::Closed) => return,
            }
        }
    }
}

async fn begin(engine: &Engine, serving: Serving) -> Option<Running> {
    let options = Options {
        port: serving.port,
        page: false,
        ..Options::default()
    };
    let host = match Host::listen(engine.clone(), options).await {
        Ok(host) => host,
        Err(error) => {
            tracing::warn!(%error, port = serving.port, "programs are not served");
            return None;
        }
    };
    tracing::info!(url = host.api_url(), "programs are served");
    let (end, told) = oneshot::channel::<()>();
    let ended = tokio::spawn(async move {
        let told = async {
            // The other end is dropped, and says nothing.
            let _ = told.await;
        };
        if let Err(error) = host.run(told).await {
            tracing::warn!(%error, "programs are no longer served");
        }
    });
    Some(Running {
        serving,
        end,
        ended,
    })
}
