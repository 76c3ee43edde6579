//! Figures for Prometheus: what was answered since the start, and what the queue has to do.

use std::fmt::Error as FormatError;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use countersign_engine::inquiries::QueueFigures;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::Problem;
use crate::Shared;

/// Media type of the figures.
pub(crate) const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper ends of the times that answers take, seconds.
const TIMES: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

type Labels = Vec<(&'static str, String)>;

/// What was answered since the start.
#[derive(Debug)]
pub(crate) struct Metrics {
    answers: Family<Labels, Counter>,
    times: Family<Labels, Histogram>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            answers: Family::default(),
            times: Family::new_with_constructor(|| Histogram::new(TIMES)),
        }
    }
}

impl Metrics {
    /// Counts an answer of an operation.
    pub(crate) fn answered(&self, operation: &str, status: u16, took: Duration) {
        let name = ("operation", operation.to_owned());
        let status = ("status", status.to_string());
        self.answers
            .get_or_create(&vec![name.clone(), status])
            .inc();
        self.times
            .get_or_create(&vec![name])
            .observe(took.as_secs_f64());
    }

    /// The text form.
    fn text(&self, queue: &QueueFigures, now: i64) -> Result<String, FormatError> {
        let mut registry = Registry::with_prefix("countersign");
        registry.register(
            "http_answers",
            "Answers to programs, by operation and status",
            self.answers.clone(),
        );
        registry.register_with_unit(
            "http_answer_time",
            "How long answers took; a stream counts until its beginning",
            Unit::Seconds,
            self.times.clone(),
        );
        let reviews = queue.reviews.iter();
        let reviews = gauge(reviews.map(|(state, count)| (vec![("state", state.clone())], *count)));
        registry.register("reviews", "Reviews in each state", reviews);
        let steps = queue.steps.iter();
        let steps = gauge(steps.map(|(lane, state, count)| {
            let labels = vec![("lane", lane.clone()), ("state", state.clone())];
            (labels, *count)
        }));
        registry.register("steps_open", "Steps that are not at an end", steps);
        let outbox = queue.outbox.iter();
        let outbox =
            gauge(outbox.map(|(channel, count)| (vec![("channel", channel.clone())], *count)));
        registry.register("deliveries_waiting", "What waits to be delivered", outbox);
        let oldest = Gauge::<i64>::default();
        oldest.set(queue.oldest.map_or(0, |then| (now - then).max(0) / 1000));
        registry.register_with_unit(
            "oldest_review_age",
            "How long ago the oldest review that is not at an end was submitted; 0 when there is none",
            Unit::Seconds,
            oldest,
        );
        let version = vec![("version", env!("CARGO_PKG_VERSION").to_owned())];
        registry.register("build", "The program's version", gauge([(version, 1)]));
        let mut text = String::new();
        encode(&mut text, &registry)?;
        Ok(text)
    }
}

fn gauge(values: impl IntoIterator<Item = (Labels, i64)>) -> Family<Labels, Gauge<i64>> {
    let family = Family::<Labels, Gauge<i64>>::default();
    for (labels, value) in values {
        family.get_or_create(&labels).set(value);
    }
    family
}

pub(crate) async fn metrics(State(shared): State<Arc<Shared>>) -> Result<Response, Problem> {
    let queue = shared.engine.queue_figures().await?;
    let text = shared.metrics.text(&queue, shared.engine.now());
    let text = text.map_err(|_| {
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "metrics",
            "The figures could not be written down.",
        )
    })?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], text).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_told_in_the_text_form() {
        let metrics = Metrics::default();
        metrics.answered("getReview", 200, Duration::from_millis(3));
        metrics.answered("getReview", 404, Duration::from_millis(3));
        let queue = QueueFigures {
            reviews: vec![("completed".into(), 7)],
            steps: vec![("model".into(), "running".into(), 2)],
            outbox: Vec::new(),
            oldest: Some(1_000),
        };
        let text = metrics.text(&queue, 31_500).unwrap();
        for line in [
            "countersign_http_answers_total{operation=\"getReview\",status=\"404\"} 1",
            "countersign_http_answer_time_seconds_bucket{le=\"0.005\",operation=\"getReview\"} 2",
            "countersign_reviews{state=\"completed\"} 7",
            "countersign_steps_open{lane=\"model\",state=\"running\"} 2",
            "countersign_oldest_review_age_seconds 30",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }
}
