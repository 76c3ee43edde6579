//! The HTTP host: the page's files and its wire, on this computer only and behind a token; and beside it
//! the interface for other programs.
//!
//! The page's wire is `POST /call/{command}`, `GET /events` (server-sent), `POST /drops?name=…` (upload), `GET
//! /docs/{contract_id}` (the original file, by ranges). It knows the engine's table of commands and
//! nothing of what the commands do. Programs have resources under `/v1` and tokens of their own: see `api`.

mod api;
mod beside;
mod guard;
mod wire;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware;
use axum::routing::{any, get, post};
use countersign_engine::Engine;
use countersign_engine::config::LARGEST_FILE;
use tokio::net::TcpListener;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// The page may load nothing from outside and run nothing written into it.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
     style-src 'self'; img-src 'self' blob: data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What is being answered at the end gets this long.
const LAST_ANSWERS: std::time::Duration = std::time::Duration::from_secs(2);

pub use api::document as openapi_document;
pub use beside::serve_while_wanted;

/// How the host is to be reached.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it listens. The page is served on this computer only.
    pub bind: IpAddr,
    /// 0 for any free port.
    pub port: u16,
    /// Whether the page and its wire are served beside the interface for programs.
    pub page: bool,
    /// The built page; without it only the wire is served.
    pub ui: Option<PathBuf>,
    /// Names, besides those of this computer, under which programs may ask.
    pub hosts: Vec<String>,
    /// Programs may submit files of at most so many bytes.
    pub largest_upload: u64,
}

impl Default for Options {
    /// Page and interface, on this computer.
    fn default() -> Self {
        Self {
            bind: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            page: true,
            ui: None,
            hosts: Vec::new(),
            largest_upload: LARGEST_FILE,
        }
    }
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
    /// Under which names the page may be asked for.
    own_names: Vec<String>,
    /// Under which names programs may ask.
    names: Vec<String>,
    largest_upload: u64,
    metrics: api::Metrics,
}

impl Host {
    /// Listens, with a new token for the page.
    ///
    /// # Errors
    /// When the port can't be had, or the page would be served to other computers.
    pub async fn listen(engine: Engine, options: Options) -> std::io::Result<Self> {
        if options.page && !options.bind.is_loopback() {
            return Err(std::io::Error::new(
                std::io::ErrorKind::InvalidInput,
                "the page is served on this computer only",
            ));
        }
        let listener = TcpListener::bind((options.bind, options.port)).await?;
        let address = listener.local_addr()?;
        let token = uuid::Uuid::new_v4().simple().to_string();
        let own_names = guard::own_names(address.port());
        let shared = Arc::new(Shared {
            engine,
            token: token.clone(),
            names: guard::names(&own_names, &options.hosts, address.port()),
            own_names,
            largest_upload: options.largest_upload,
            metrics: api::Metrics::default(),
        });
        let mut router = Router::new();
        if options.page {
            router = router
                .route("/call/{command}", post(wire::call))
                .route("/events", get(wire::events))
                .route("/drops", post(wire::drop_file))
                .route("/docs/{contract_id}", get(wire::document))
                .route_layer(middleware::from_fn_with_state(
                    Arc::clone(&shared),
                    guard::token,
                ));
        }
        let router = router
            .nest("/v1", api::router(&shared))
            // Nesting leaves this one out.
            .route("/v1/", any(api::nothing_here))
            .with_state(Arc::clone(&shared));
        let router = match options.ui.filter(|_| options.page) {
            Some(folder) => router.fallback_service(ServeDir::new(folder)),
            None => router,
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

    /// Where the page opens, token included, if it is served.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/#token={}", self.address, self.token)
    }

    /// Where programs ask.
    #[must_use]
    pub fn api_url(&self) -> String {
        format!("http://{}/v1", self.address)
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
