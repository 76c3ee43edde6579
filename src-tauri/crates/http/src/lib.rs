//! The HTTP host: the page's files and its wire, on this computer only and behind a token.
//!
//! `POST /call/{command}`, `GET /events` (server-sent), `POST /drops?name=…` (upload), `GET
//! /docs/{contract_id}` (the original file, by ranges). It knows the engine's table of commands and
//! nothing of what the commands do.

mod guard;
mod wire;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware;
use axum::routing::{get, post};
use countersign_engine::Engine;
use tokio::net::TcpListener;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// The page may load nothing from outside and run nothing written into it.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
     style-src 'self'; img-src 'self' blob: data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What is being answered at the end gets this long.
const LAST_ANSWERS: std::time::Duration = std::time::Duration::from_secs(2);

/// How the host is to be reached.
#[derive(Debug, Clone)]
pub struct Options {
    /// 0 for any free port.
    pub port: u16,
    /// The built page; without it only the wire is served.
    pub ui: Option<PathBuf>,
}

/// A host that listens but does not answer yet.
#[derive(Debug)]
pub struct Host {
    listener: TcpListener,
    router: Router,
    address: SocketAddr,
    token: String,
}

#[derive(Debug)]
pub(crate) struct Shared {
    engine: Engine,
    token: String,
    port: u16,
}

impl Host {
    /// Listens on the loopback address with a new token.
    ///
    /// # Errors
    /// When the port can't be had.
    pub async fn listen(engine: Engine, options: Options) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
        let address = listener.local_addr()?;
        let token = uuid::Uuid::new_v4().simple().to_string();
        let shared = Arc::new(Shared {
            engine,
            token: token.clone(),
            port: address.port(),
        });
        let wire = Router::new()
            .route("/call/{command}", post(wire::call))
            .route("/events", get(wire::events))
            .route("/drops", post(wire::drop_file))
            .route("/docs/{contract_id}", get(wire::document))
            .route_layer(middleware::from_fn_with_state(
                Arc::clone(&shared),
                guard::token,
            ))
            .with_state(Arc::clone(&shared));
        let router = match options.ui {
            Some(folder) => wire.fallback_service(ServeDir::new(folder)),
            None => wire,
        };
        let header = |name: &'static str, value: &'static str| {
            SetResponseHeaderLayer::overriding(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        };
        let router = router
            .layer(middleware::from_fn_with_state(shared, guard::own_origin))
            .layer(header("content-security-policy", CONTENT_SECURITY_POLICY))
            .layer(header("x-content-type-options", "nosniff"))
            .layer(header("referrer-policy", "no-referrer"))
            .layer(header("cache-control", "no-store"));
        Ok(Self {
            listener,
            router,
            address,
            token,
        })
    }

    /// Where the page opens, token included.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/#token={}", self.address, self.token)
    }

    /// Answers until `ended` is done; what is being answered then gets two more seconds, for a page that
    /// listens for changes would never end by itself.
    ///
    /// # Errors
    /// When the listener breaks.
    pub async fn run(
        self,
        ended: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        let (told, ending) = tokio::sync::oneshot::channel::<()>();
        let serve = axum::serve(self.listener, self.router).with_graceful_shutdown(async move {
            ended.await;
            drop(told);
        });
        let cut_off = async move {
            // The sender goes away when the end has come, and says nothing.
            let _ = ending.await;
            tokio::time::sleep(LAST_ANSWERS).await;
        };
        tokio::select! {
            result = async move { serve.await } => result,
            () = cut_off => Ok(()),
        }
    }
}
