//! Spans for a collector of OpenTelemetry, where a person names one: what ran for a review, when, how it
//! ended, and what each question to a model took.
//!
//! Off unless `COUNTERSIGN_OTLP` holds the collector's address (`http://localhost:4318`). What is sent is
//! what the log holds: names, numbers and hashes, never a contract's words, a file's name or a key. All
//! steps of a review are one trace, whose id is the review's. The history in the database stays the record:
//! a collector that does not answer costs nobody anything.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use countersign_store::steps::ClaimedStep;
use opentelemetry::trace::{
    SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState, TracerProvider as _,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider, SpanData, SpanExporter as Export};
use tracing::Span;
use tracing::field::Empty;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// Holds the collector's address.
pub const ADDRESS: &str = "COUNTERSIGN_OTLP";
/// A collector that takes longer is not waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// Nothing may leave this computer. It may until an engine has read otherwise: before that there is nothing to tell.
static MUTE: AtomicBool = AtomicBool::new(false);

/// Keeps spans from being sent, or lets them be sent again.
pub(crate) fn mute(mute: bool) {
    MUTE.store(mute, Ordering::Relaxed);
}

/// Drops spans instead of sending them while nothing may leave.
#[derive(Debug)]
struct Mutable(SpanExporter);

impl Export for Mutable {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        if MUTE.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.0.export(batch).await
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}

/// Sends spans until it is dropped, and then those that are left.
#[derive(Debug)]
pub(crate) struct Collector(SdkTracerProvider);

impl Collector {
    /// The collector of `COUNTERSIGN_OTLP`, if a person has named one. Call outside of a runtime: it
    /// sends from a thread of its own.
    ///
    /// # Errors
    /// In words, when the address is of no use.
    pub(crate) fn of_this_program() -> Result<Option<Self>, String> {
        let Some(address) = std::env::var(ADDRESS).ok().filter(|a| !a.trim().is_empty()) else {
            return Ok(None);
        };
        let address = address.trim().trim_end_matches('/');
        if !address.starts_with("http://") && !address.starts_with("https://") {
            return Err(format!(
                "{ADDRESS} holds no address of a collector, so nothing is sent: write it as in http://localhost:4318"
            ));
        }
        countersign_providers::prepare_tls();
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{address}/v1/traces"))
            .with_timeout(PATIENCE)
            .build()
            .map_err(|error| format!("spans can't be sent to {address} ({error})"))?;
        let who = Resource::builder_empty()
            .with_service_name("countersign")
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(Mutable(exporter))
            .with_resource(who)
            .build();
        Ok(Some(Self(provider)))
    }

    /// What turns this program's spans into the collector's.
    pub(crate) fn tracer(&self) -> SdkTracer {
        self.0.tracer("countersign")
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        // What could not be sent is in the history all the same.
        let _ = self.0.shutdown_with_timeout(PATIENCE);
    }
}

/// Begins the span of one try of a step, within the trace of its review.
pub(crate) fn of_step(step: &ClaimedStep, lane: &str) -> Span {
    let span = tracing::info_span!(
        "step",
        "otel.name" = %step.kind,
        "countersign.review.id" = %step.review_id,
        "countersign.step.key" = %step.key,
        "countersign.step.attempt" = step.attempt,
        "countersign.step.lane" = lane,
        "countersign.step.outcome" = Empty,
        "error.type" = Empty,
    );
    // A span that nobody collects has no parent, which is no error.
    let _ = span.set_parent(trace_of(&step.review_id));
    span
}

/// The trace of a review: its id has the length of a trace's.
fn trace_of(review_id: &str) -> Context {
    let Ok(id) = uuid::Uuid::parse_str(review_id) else {
        return Context::new();
    };
    let bytes = id.into_bytes();
    let mut root = [0; 8];
    root.copy_from_slice(&bytes[8..]);
    let parent = SpanContext::new(
        TraceId::from_bytes(bytes),
        SpanId::from_bytes(root),
        TraceFlags::SAMPLED,
        true,
        TraceState::default(),
    );
    Context::new().with_remote_span_context(parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_of_a_review_are_one_trace() {
        let context = trace_of("0190a6c5-3f2e-7c41-9d1a-5b7e2f0c8a63");
        let trace = context.span().span_context().trace_id();
        assert_eq!(trace.to_string(), "0190a6c53f2e7c419d1a5b7e2f0c8a63");
        assert!(!trace_of("r1").span().span_context().is_valid());
    }
}
