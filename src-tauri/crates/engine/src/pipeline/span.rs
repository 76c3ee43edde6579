//! The span of a call, in the words of OpenTelemetry's conventions for generative AI. Numbers and names
//! only: neither the question nor the answer is part of it.

use countersign_providers::{EmbedRequest, ModelRequest};
use countersign_store::calls::CallRecord;
use tracing::Span;
use tracing::field::Empty;

use crate::models::Model;

/// Begins the span of a call.
pub(super) fn of_call(model: &Model, request: &ModelRequest) -> Span {
    tracing::info_span!(
        "chat",
        "gen_ai.operation.name" = "chat",
        "gen_ai.provider.name" = %model.config.id,
        "gen_ai.request.model" = %request.model,
        "gen_ai.request.max_tokens" = request.max_output_tokens,
        "gen_ai.request.temperature" = f64::from(request.temperature),
        "gen_ai.output.type" = "json",
        "gen_ai.response.id" = Empty,
        "gen_ai.usage.input_tokens" = Empty,
        "gen_ai.usage.output_tokens" = Empty,
        "http.response.status_code" = Empty,
        "error.type" = Empty,
    )
}

/// Begins the span of a call for embeddings.
pub(super) fn of_embedding(model: &Model, request: &EmbedRequest) -> Span {
    tracing::info_span!(
        "embeddings",
        "gen_ai.operation.name" = "embeddings",
        "gen_ai.provider.name" = %model.config.id,
        "gen_ai.request.model" = %request.model,
        "gen_ai.response.id" = Empty,
        "gen_ai.usage.input_tokens" = Empty,
        "gen_ai.usage.output_tokens" = Empty,
        "http.response.status_code" = Empty,
        "error.type" = Empty,
    )
}

/// Writes into the span how its call ended, and says that it did.
pub(super) fn end(span: &Span, record: &CallRecord) {
    if let Some(usage) = &record.usage {
        span.record("gen_ai.usage.input_tokens", usage.input_tokens);
        span.record("gen_ai.usage.output_tokens", usage.output_tokens);
    }
    if let Some(status) = record.http_status {
        span.record("http.response.status_code", status);
    }
    if let Some(id) = &record.response_id {
        span.record("gen_ai.response.id", id.as_str());
    }
    if let Some(class) = record.error_class {
        span.record("error.type", class);
    }
    span.in_scope(|| tracing::info!(ms = record.call_ms, "a model was asked"));
}
