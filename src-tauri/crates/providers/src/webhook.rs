//! Telling an address that something happened, by the Standard Webhooks specification: one signed message out,
//! one word of thanks or one reason why not back. No retries, no redirections.
//!
//! Where a message may go is checked on the address it is sent to, never on the name alone ([`address`]).

mod address;
mod signature;

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Response, StatusCode, Url};
use tokio::time::timeout;

use crate::limits::retry_after_ms;
use crate::way_out::{About, Back, Leaving, Purpose, WayOut};
use crate::wire::prepare_tls;
use address::{Guard, Refused};
pub use signature::SigningSecret;

/// Of an answer's body, so many bytes are read at most: none of them is looked at.
const MOST_BYTES: u64 = 64 * 1024;

/// An address that messages may be sent to.
#[derive(Debug, Clone)]
pub struct WebhookAddress {
    url: Url,
    /// It may be on this computer or in its own network.
    private: bool,
}

/// Why an address can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// It is none.
    #[error("that address can't be read. It looks like https://example.com/hooks/countersign")]
    Unreadable,
    /// Not https.
    #[error(
        "the address has to begin with https://, so that nobody can read along. http:// is for servers on this computer"
    )]
    Unencrypted,
    /// A name or password in it.
    #[error(
        "the address has a name or password in it. Take it out: messages are signed with a secret of their own"
    )]
    Credentials,
    /// On this computer or in its own network, which was not permitted.
    #[error(
        "the address is on this computer or in its own network. Permit that for this webhook if it is meant"
    )]
    Private,
    /// An address that nothing should be sent to.
    #[error("nothing can be sent to that address: it is reserved, or for more than one receiver")]
    Reserved,
}

/// What is sent.
#[derive(Debug)]
pub struct WebhookMessage<'a> {
    /// The webhook's name.
    pub webhook: &'a str,
    /// The message's id, the same in every try.
    pub id: &'a str,
    /// What is said, JSON.
    pub body: &'a str,
    /// The review it is about.
    pub review_id: Option<&'a str>,
    /// Seconds since 1970.
    pub timestamp: i64,
    /// The secrets it is signed with, the present one first.
    pub secrets: &'a [SigningSecret],
    /// Longest time until the answer.
    pub patience: Duration,
}

/// A message was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct NotTaken {
    /// What happened, what it means, what to do.
    pub words: String,
    /// The answer's status, when there was one.
    pub http_status: Option<u16>,
    /// Not before this has passed, milliseconds: the server says so.
    pub retry_after_ms: Option<u64>,
    /// It can't be sent for now, whoever it is for: that is no try.
    pub held: bool,
}

impl NotTaken {
    fn because(words: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            http_status: None,
            retry_after_ms: None,
            held: false,
        }
    }

    /// The address says that it is gone for good.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.http_status == Some(StatusCode::GONE.as_u16())
    }
}

impl WebhookAddress {
    /// Reads the address a person typed. What its name means is checked when something is sent.
    ///
    /// # Errors
    /// [`BadAddress`].
    pub fn parse(text: &str, private: bool) -> Result<Self, BadAddress> {
        let mut url = Url::parse(text.trim()).map_err(|_| BadAddress::Unreadable)?;
        let host = url.host_str().ok_or(BadAddress::Unreadable)?;
        let is_here = address::is_this_computer(host);
        match url.scheme() {
            "https" => {}
            "http" if is_here => {}
            "http" => return Err(BadAddress::Unencrypted),
            _ => return Err(BadAddress::Unreadable),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadAddress::Credentials);
        }
        if is_here && !private {
            return Err(BadAddress::Private);
        }
        if let Some(literal) = address::literal(host) {
            address::check(literal, private).map_err(|refused| match refused {
                Refused::Private => BadAddress::Private,
                Refused::Reserved => BadAddress::Reserved,
            })?;
        }
        url.set_fragment(None);
        Ok(Self { url, private })
    }

    /// The address as it is used.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// Host and port, for people and the log: the path may hold a secret.
    #[must_use]
    pub fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match self.url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// Sends a message; the status with which it was taken.
    ///
    /// # Errors
    /// [`NotTaken`].
    pub async fn send(&self, message: WebhookMessage<'_>, way: &WayOut) -> Result<u16, NotTaken> {
        if way.is_shut() {
            return Err(held());
        }
        let client = self.client(message.patience)?;
        let request = client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", message.id)
            .header("webhook-timestamp", message.timestamp)
            .header("webhook-signature", signature::header(&message))
            .body(message.body.to_owned());
        let number = match &way.witness {
            Some(witness) => {
                let noted = witness.leaves(self.leaving(&message)).await;
                Some(noted.map_err(|error| NotTaken {
                    held: true,
                    ..NotTaken::because(error.message.clone())
                })?)
            }
            None => None,
        };
        let received = AtomicU64::new(0);
        let mut never_left = false;
        let outcome = tokio::select! {
            biased;
            () = way.until_shut() => Err(held()),
            outcome = timeout(message.patience, exchange(request, &received)) => match outcome {
                Ok(Ok(answer)) => Ok(answer),
                Ok(Err(error)) => {
                    never_left = error.is_connect();
                    Err(self.lost(&error))
                }
                Err(_) => Err(self.too_slow(message.patience)),
            },
        };
        if let (Some(witness), Some(number)) = (&way.witness, number) {
            let bytes_received = received.load(Ordering::Relaxed);
            let back = match &outcome {
                Ok((status, _)) => Back::Answered {
                    status: status.as_u16(),
                    bytes_received,
                },
                Err(_) if never_left => Back::NeverLeft,
                Err(_) => Back::Broken { bytes_received },
            };
            witness.came_back(number, back).await;
        }
        let (status, retry_after_ms) = outcome?;
        if status.is_success() {
            return Ok(status.as_u16());
        }
        Err(NotTaken {
            http_status: Some(status.as_u16()),
            retry_after_ms,
            ..NotTaken::because(self.refusal(status))
        })
    }

    /// A client for this one message: connections are not kept, so each is to an address that was checked.
    fn client(&self, patience: Duration) -> Result<Client, NotTaken> {
        prepare_tls();
        let mut builder = Client::builder()
            .user_agent(concat!("Countersign/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(patience)
            .pool_max_idle_per_host(0)
            .no_proxy()
            .dns_resolver(Arc::new(Guard {
                private: self.private,
            }));
        if self.url.scheme() == "http" {
            // Works without the system's list of certificates too, which small containers lack.
            builder = builder.tls_certs_only([]);
        } else {
            builder = builder.https_only(true);
        }
        builder.build().map_err(|_| {
            NotTaken::because(
                "This computer's list of trusted certificates can't be read, so no encrypted connection can be checked. \
                 Install the package ca-certificates",
            )
        })
    }

    fn leaving(&self, message: &WebhookMessage<'_>) -> Leaving {
        Leaving {
            host: self.host(),
            provider: message.webhook.to_owned(),
            model: String::new(),
            about: About {
                purpose: Purpose::Webhook,
                review_id: message.review_id.map(str::to_owned),
            },
            bytes_sent: message.body.len() as u64,
        }
    }

    fn lost(&self, error: &reqwest::Error) -> NotTaken {
        let host = self.host();
        NotTaken::because(match refused(error) {
            Some(Refused::Private) => format!(
                "{host} is on this computer or in its own network, so nothing was sent. Permit that for this webhook if it \
                 is meant"
            ),
            Some(Refused::Reserved) => {
                format!(
                    "{host} stands for no address that anything can be sent to. Check the address"
                )
            }
            None if error.is_connect() => format!(
                "{host} can't be reached, or its certificate can't be trusted. Check the address, the network and that the \
                 server runs"
            ),
            None => format!("The connection to {host} broke before its answer"),
        })
    }

    fn too_slow(&self, patience: Duration) -> NotTaken {
        NotTaken::because(format!(
            "{} did not answer within {} s. It should answer at once and do its work afterwards",
            self.host(),
            patience.as_secs_f32()
        ))
    }

    fn refusal(&self, status: StatusCode) -> String {
        let (host, code) = (self.host(), status.as_u16());
        match status {
            StatusCode::GONE => format!(
                "{host} says that it is gone for good (410), so this webhook was switched off. Switch it on again if it is back"
            ),
            _ if status.is_redirection() => format!(
                "{host} sends us elsewhere ({code}), and messages follow no redirection. Enter the address it really has"
            ),
            StatusCode::TOO_MANY_REQUESTS => {
                format!("{host} wants fewer messages for now ({code})")
            }
            _ if status.is_server_error() => format!("{host} has trouble of its own ({code})"),
            _ => format!(
                "{host} did not take the message ({code}). Check the address and what it expects"
            ),
        }
    }
}

fn held() -> NotTaken {
    NotTaken {
        held: true,
        ..NotTaken::because(
            "Nothing was sent, because nothing may leave this computer. It goes once that is switched off in the settings",
        )
    }
}

/// The answer, read to its end so that the server is not cut off; what it says beyond its status is nobody's business.
async fn exchange(
    request: reqwest::RequestBuilder,
    received: &AtomicU64,
) -> Result<(StatusCode, Option<u64>), reqwest::Error> {
    let mut response: Response = request.send().await?;
    let status = response.status();
    let wait = retry_after_ms(response.headers());
    let mut bytes = 0;
    // The status says whether it was taken, whatever becomes of the rest.
    while let Ok(Some(chunk)) = response.chunk().await {
        bytes += chunk.len() as u64;
        received.store(bytes, Ordering::Relaxed);
        if bytes > MOST_BYTES {
            break;
        }
    }
    Ok((status, wait))
}

/// Whether it was we who would not go there.
fn refused(error: &reqwest::Error) -> Option<Refused> {
    let mut source = error.source();
    while let Some(error) = source {
        if let Some(refused) = error.downcast_ref::<Refused>() {
            return Some(*refused);
        }
        source = match error.downcast_ref::<std::io::Error>() {
            // Its own source would skip the error it was made from.
            Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
            None => error.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_encrypted_or_here_and_here_only_by_permission() {
        use BadAddress::*;
        for (text, public, private) in [
            ("https://example.com/hook?a=1", Ok(()), Ok(())),
            (
                "http://example.com/hook",
                Err(Unencrypted),
                Err(Unencrypted),
            ),
            ("http://localhost:9/hook", Err(Private), Ok(())),
            ("https://localhost/hook", Err(Private), Ok(())),
            ("https://hooks.localhost/hook", Err(Private), Ok(())),
            ("https://127.0.0.1/hook", Err(Private), Ok(())),
            ("https://[::1]/hook", Err(Private), Ok(())),
            ("https://[::ffff:127.0.0.1]/hook", Err(Private), Ok(())),
            ("https://2130706433/hook", Err(Private), Ok(())),
            ("https://0x7f.1/hook", Err(Private), Ok(())),
            ("https://192.168.1.7/hook", Err(Private), Ok(())),
            (
                "http://192.168.1.7/hook",
                Err(Unencrypted),
                Err(Unencrypted),
            ),
            (
                "https://169.254.169.254/latest",
                Err(Reserved),
                Err(Reserved),
            ),
            ("https://0.0.0.0/hook", Err(Reserved), Err(Reserved)),
            (
                "https://name:word@example.com/",
                Err(Credentials),
                Err(Credentials),
            ),
            ("ftp://example.com/", Err(Unreadable), Err(Unreadable)),
            ("example.com", Err(Unreadable), Err(Unreadable)),
        ] {
            let found = |private| WebhookAddress::parse(text, private).map(|_| ());
            assert_eq!(found(false), public, "{text}");
            assert_eq!(found(true), private, "{text}");
        }
    }

    #[test]
    fn people_and_the_log_see_the_host_alone() {
        let address = WebhookAddress::parse("https://example.com:8443/secret#part", false).unwrap();
        assert_eq!(address.host(), "example.com:8443");
        assert_eq!(address.as_str(), "https://example.com:8443/secret");
    }
}
