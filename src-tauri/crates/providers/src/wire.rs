//! One POST of JSON and its answer, with an end to every wait.

use std::error::Error;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Proxy, RequestBuilder, Response, Url};
use tokio::time::timeout;

use crate::config::{ProviderConfig, Timeouts, WireFormat};
use crate::endpoint::{Endpoint, bad_settings};
use crate::error::{ErrorClass, ProviderError, code};
use crate::preset::Quirks;
use crate::secret::Secret;
use crate::way_out::{Back, Leaving, WayOut};

/// The largest answer taken. A thousand long vectors fit in.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// Connections are kept this long, to spare the calls of one contract the greeting. Shorter than the
/// five seconds after which servers close them (uvicorn, Node), or a call would meet a closed door.
const KEEP_CONNECTION: Duration = Duration::from_secs(3);

/// The version of Anthropic's wire that [`crate::anthropic`] speaks.
const ANTHROPIC_VERSION: HeaderValue = HeaderValue::from_static("2023-06-01");

/// A client of one provider.
#[derive(Debug)]
pub(crate) struct Wire {
    client: Client,
    timeouts: Timeouts,
    name: String,
    host: String,
    is_local: bool,
    way: WayOut,
}

/// What came back, whatever its status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    pub first_byte_ms: u64,
    pub total_ms: u64,
}

/// Why nothing complete came back.
#[derive(Debug)]
pub(crate) struct Lost {
    pub error: ProviderError,
    /// The model may have worked for us all the same.
    pub may_be_billed: bool,
    /// There was no connection: not a byte of the body left.
    pub never_left: bool,
}

impl Lost {
    fn unsent(error: ProviderError) -> Self {
        Self {
            error,
            may_be_billed: false,
            never_left: true,
        }
    }
}

/// Chooses the cryptography of every TLS connection of this process, once.
pub fn prepare_tls() {
    // An error says that somebody else has installed one: any does.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

impl Wire {
    /// A client that sends `key` as this provider wants it, to this provider only.
    pub fn open(
        config: &ProviderConfig,
        endpoint: &Endpoint,
        quirks: &Quirks,
        key: Option<&Secret>,
        way: &WayOut,
    ) -> Result<Self, ProviderError> {
        prepare_tls();
        let mut headers = HeaderMap::new();
        if let Some(key) = key {
            let (name, value) = key_header(config.wire, quirks, key)?;
            headers.insert(name, value);
        }
        if config.wire == WireFormat::Anthropic {
            headers.insert("anthropic-version", ANTHROPIC_VERSION);
        }
        let mut builder = Client::builder()
            .user_agent(concat!("Countersign/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(Duration::from_millis(config.timeouts.connect_ms))
            .pool_idle_timeout(KEEP_CONNECTION)
            .https_only(!endpoint.is_local)
            .no_proxy();
        if let Some(proxy) = &config.proxy {
            builder = builder.proxy(read_proxy(proxy)?);
        }
        if endpoint.call("").scheme() == "http" {
            // Works without the system's list of certificates too, which small containers lack.
            builder = builder.tls_certs_only([]);
        }
        let client = builder.build().map_err(|_| {
            bad_settings(
                "This computer's list of trusted certificates cannot be read, so no encrypted \
                 connection can be checked. Install the package ca-certificates",
            )
        })?;
        Ok(Self {
            client,
            timeouts: config.timeouts,
            name: config.name.clone(),
            host: endpoint.host(),
            is_local: endpoint.is_local,
            way: way.clone(),
        })
    }

    /// Sends a body and reads the answer to its end.
    pub async fn post(&self, url: Url, body: Vec<u8>, leaving: Leaving) -> Result<Answer, Lost> {
        let request = self.client.post(url);
        let request = request.header(CONTENT_TYPE, "application/json").body(body);
        self.send(request, leaving).await
    }

    /// Asks for something that costs nothing.
    pub async fn get(&self, url: Url, leaving: Leaving) -> Result<Answer, Lost> {
        self.send(self.client.get(url), leaving).await
    }

    async fn send(&self, request: RequestBuilder, leaving: Leaving) -> Result<Answer, Lost> {
        if self.way.is_shut() {
            return Err(self.shut(false));
        }
        let number = match &self.way.witness {
            Some(witness) => Some(witness.leaves(leaving).await.map_err(Lost::unsent)?),
            None => None,
        };
        let started = Instant::now();
        let whole = Duration::from_millis(self.timeouts.whole_ms);
        let received = AtomicU64::new(0);
        let mut outcome = tokio::select! {
            biased;
            () = self.way.until_shut() => Err(self.shut(true)),
            outcome = timeout(whole, self.exchange(started, request, &received)) => match outcome {
                Ok(outcome) => outcome,
                Err(_) => Err(self.timed_out(self.timeouts.whole_ms, "was not done")),
            },
        };
        if let Err(lost) = &mut outcome {
            lost.error.total_ms = millis(started);
        }
        if let (Some(witness), Some(number)) = (&self.way.witness, number) {
            let bytes_received = received.load(Ordering::Relaxed);
            let back = match &outcome {
                Ok(Answer { status, .. }) => Back::Answered {
                    status: *status,
                    bytes_received,
                },
                Err(lost) if lost.never_left => Back::NeverLeft,
                Err(_) => Back::Broken { bytes_received },
            };
            witness.came_back(number, back).await;
        }
        outcome
    }

    async fn exchange(
        &self,
        started: Instant,
        request: RequestBuilder,
        received: &AtomicU64,
    ) -> Result<Answer, Lost> {
        let first_byte = Duration::from_millis(self.timeouts.first_byte_ms);
        let response = match timeout(first_byte, request.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(self.not_sent(&error)),
            Err(_) => {
                return Err(self.timed_out(self.timeouts.first_byte_ms, "did not begin to answer"));
            }
        };
        let first_byte_ms = millis(started);
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = match self.body(response, received).await {
            Ok(body) => body,
            // The status says enough of an error.
            Err(_) if !(200..300).contains(&status) => Vec::new(),
            Err(lost) => return Err(lost),
        };
        Ok(Answer {
            status,
            headers,
            body,
            first_byte_ms,
            total_ms: millis(started),
        })
    }

    async fn body(&self, mut response: Response, received: &AtomicU64) -> Result<Vec<u8>, Lost> {
        let idle = Duration::from_millis(self.timeouts.idle_ms);
        let status = response.status().as_u16();
        let with_status = |mut lost: Lost| {
            lost.error.http_status = Some(status);
            lost.may_be_billed = true;
            lost
        };
        let mut body = Vec::new();
        loop {
            let chunk = timeout(idle, response.chunk())
                .await
                .map_err(|_| with_status(self.timed_out(self.timeouts.idle_ms, "fell silent")))?
                .map_err(|_| with_status(self.connection_lost()))?;
            let Some(chunk) = chunk else {
                return Ok(body);
            };
            received.fetch_add(chunk.len() as u64, Ordering::Relaxed);
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(with_status(self.too_large()));
            }
            body.extend_from_slice(&chunk);
        }
    }

    /// No head of an answer.
    fn not_sent(&self, error: &reqwest::Error) -> Lost {
        let Self { name, host, .. } = self;
        let tls = tls_error(error);
        let is_untrusted = matches!(tls, Some(rustls::Error::InvalidCertificate(_)));
        let error = if is_untrusted {
            ProviderError::new(
                ErrorClass::UserAction,
                code::UNTRUSTED,
                format!(
                    "The certificate of {host} cannot be trusted, so nothing was sent to {name}. \
                     Check the address and this computer's clock; in a company network its \
                     certificate has to be installed on this computer"
                ),
            )
        } else if !error.is_connect() {
            return self.connection_lost();
        } else if self.is_local && tls.is_some() {
            bad_settings(format!(
                "{name} at {host} on this computer does not encrypt. Let the address in its \
                 settings begin with http://"
            ))
        } else if self.is_local {
            ProviderError::new(
                ErrorClass::Fallback,
                code::NOT_RUNNING,
                format!("Nothing answers at {host} on this computer. Is {name} running? Start it"),
            )
        } else {
            ProviderError::new(
                ErrorClass::RetryBackoff,
                code::UNREACHABLE,
                format!(
                    "{name} cannot be reached at {host}. Countersign asks again by itself; check \
                     the network connection and the address if this lasts"
                ),
            )
        };
        Lost::unsent(error)
    }

    /// Nothing may leave: before anything was sent, or while the answer was waited for.
    fn shut(&self, may_be_billed: bool) -> Lost {
        Lost {
            error: WayOut::refusal(&self.name),
            may_be_billed,
            never_left: !may_be_billed,
        }
    }

    fn connection_lost(&self) -> Lost {
        let name = &self.name;
        Lost {
            error: ProviderError::new(
                ErrorClass::RetryBackoff,
                code::CONNECTION_LOST,
                format!(
                    "The connection to {name} broke before its answer was complete. Countersign \
                     asks again by itself"
                ),
            ),
            may_be_billed: false,
            never_left: false,
        }
    }

    fn timed_out(&self, after_ms: u64, what: &str) -> Lost {
        let name = &self.name;
        let seconds = after_ms.div_ceil(1_000);
        Lost {
            error: ProviderError::new(
                ErrorClass::RetryBackoff,
                code::TIMED_OUT,
                format!(
                    "{name} {what} within {seconds} s. Countersign asks again by itself; if this \
                     lasts, allow more time in the provider's settings or choose a faster model"
                ),
            ),
            may_be_billed: true,
            never_left: false,
        }
    }

    fn too_large(&self) -> Lost {
        let name = &self.name;
        Lost {
            error: ProviderError::new(
                ErrorClass::Permanent,
                code::TOO_LARGE_ANSWER,
                format!(
                    "{name} sent an answer larger than {} MiB, which no answer of a model is. Check \
                     the address of the provider",
                    MOST_BYTES / 1024 / 1024
                ),
            ),
            may_be_billed: true,
            never_left: false,
        }
    }
}

/// The header a key goes into, and how it stands there.
fn key_header(
    wire: WireFormat,
    quirks: &Quirks,
    key: &Secret,
) -> Result<(HeaderName, HeaderValue), ProviderError> {
    let bare = match (&quirks.key_header, wire) {
        (Some(name), _) => Some(name.as_str()),
        (None, WireFormat::OpenAi) => None,
        (None, WireFormat::Anthropic) => Some("x-api-key"),
        (None, WireFormat::Gemini) => Some("x-goog-api-key"),
    };
    let (name, value) = match bare.map(HeaderName::from_str) {
        Some(Ok(name)) => (name, key.expose().to_owned()),
        _ => (AUTHORIZATION, format!("Bearer {}", key.expose())),
    };
    let mut value = HeaderValue::from_str(&value).map_err(|_| {
        bad_settings(
            "The key has characters in it that no key has. Copy it again from the provider's page",
        )
    })?;
    value.set_sensitive(true);
    Ok((name, value))
}

fn read_proxy(proxy: &str) -> Result<Proxy, ProviderError> {
    let is_http = proxy.starts_with("http://") || proxy.starts_with("https://");
    let unreadable = || {
        bad_settings(
            "The address of the proxy cannot be read. It looks like http://proxy.example.com:3128",
        )
    };
    if !is_http {
        return Err(unreadable());
    }
    Proxy::all(proxy).map_err(|_| unreadable())
}

/// What went wrong in making the connection secret, when that was it.
fn tls_error(error: &reqwest::Error) -> Option<&rustls::Error> {
    let mut source = error.source();
    while let Some(error) = source {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        source = match error.downcast_ref::<std::io::Error>() {
            // Its own source would skip the error it was made from.
            Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
            None => error.source(),
        };
    }
    None
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
