//! What left this computer: every call of a provider and of a webhook is written down before it leaves, and what
//! came back after it. Sizes, times and names; no words of contracts.

use std::sync::Arc;

use countersign_providers::way_out::{Back, Leaving, Purpose, Witness};
use countersign_providers::{ErrorClass, ProviderError, WayOut, code};
use countersign_store::Store;
use countersign_store::outbound::{NewOutbound, OutboundRow};

use crate::Engine;
use crate::clock::Clock;
use crate::commands::positive;
use crate::error::Error;
use crate::views::{ListOutbound, OutboundCall, OutboundLog};

/// So long a call stays written down.
const KEEP_MS: i64 = 365 * 86_400_000;
/// Calls of one look at them.
const MOST: u32 = 1_000;

/// Writes down what leaves.
#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
}

type Future<'a, T> = std::pin::Pin<Box<dyn std::future::Future<Output = T> + Send + 'a>>;

impl Witness for Log {
    fn leaves(&self, call: Leaving) -> Future<'_, Result<i64, ProviderError>> {
        Box::pin(async move {
            let name = call.provider.clone();
            let row = NewOutbound {
                host: call.host,
                provider: call.provider,
                model: call.model,
                purpose: word(call.about.purpose),
                review_id: call.about.review_id,
                bytes_sent: call.bytes_sent,
            };
            let noted = self.store.note_outbound(row, self.clock.now_ms()).await;
            match noted {
                Ok(Some(number)) => Ok(number),
                Ok(None) => Err(WayOut::refusal(&name)),
                Err(error) => {
                    tracing::warn!(%error, "a call was not made, because it could not be written down");
                    Err(ProviderError::new(
                        ErrorClass::RetryBackoff,
                        code::NOT_NOTED,
                        format!(
                            "{name} was not asked, because it could not be written down that it is. Countersign asks again by itself"
                        ),
                    ))
                }
            }
        })
    }

    fn came_back(&self, number: i64, back: Back) -> Future<'_, ()> {
        Box::pin(async move {
            let noted = match back {
                Back::NeverLeft => self.store.note_never_left(number).await,
                Back::Answered {
                    status,
                    bytes_received,
                } => {
                    let status = Some(status);
                    self.store
                        .note_came_back(number, bytes_received, status)
                        .await
                }
                Back::Broken { bytes_received } => {
                    self.store
                        .note_came_back(number, bytes_received, None)
                        .await
                }
            };
            if let Err(error) = noted {
                tracing::warn!(%error, "what came back of a call could not be written down");
            }
        })
    }
}

fn word(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Read => "read",
        Purpose::SecondLook => "second_look",
        Purpose::Embed => "embed",
        Purpose::Test => "test",
        Purpose::Models => "models",
        Purpose::Measure => "measure",
        Purpose::Webhook => "webhook",
        Purpose::Ask => "ask",
        Purpose::Summary => "summary",
    }
}

impl Engine {
    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn list_outbound(&self, argument: ListOutbound) -> Result<OutboundLog, Error> {
        let store = &self.inner.store;
        let calls = store
            .outbound(argument.before, argument.limit.min(MOST))
            .await?;
        let total = store.outbound_total().await?;
        Ok(OutboundLog {
            calls: calls.into_iter().map(view).collect(),
            total: positive(total.calls),
            bytes_sent: positive(total.bytes_sent),
            bytes_received: positive(total.bytes_received),
        })
    }

    /// Forgets calls that left long ago.
    pub(crate) async fn forget_old_calls(&self) -> Result<(), Error> {
        let then = self.now() - KEEP_MS;
        self.inner.context.store.forget_outbound(then).await?;
        Ok(())
    }
}

fn view(row: OutboundRow) -> OutboundCall {
    OutboundCall {
        id: row.id,
        at: row.at,
        host: row.host,
        provider: row.provider,
        model: row.model,
        purpose: row.purpose,
        review_id: row.review_id.filter(|_| row.file_name.is_some()),
        file: row.file_name,
        bytes_sent: positive(row.bytes_sent),
        bytes_received: row.bytes_received.map(positive),
        http_status: row.http_status,
        outcome: row.outcome,
    }
}
