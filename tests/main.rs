//! The integration tests: one binary, one module a subject.

// `cfg(test)` tells clippy that the helpers in there are test code too.
#[cfg(test)]
mod api;
#[cfg(test)]
mod architecture;
#[cfg(test)]
mod choices;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod decisions;
#[cfg(test)]
mod doubts;
#[cfg(test)]
mod embeddings;
#[cfg(test)]
mod engine;
#[cfg(test)]
mod exports;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod http;
#[cfg(target_os = "linux")]
#[cfg(test)]
mod keychain;
#[cfg(test)]
mod lifetime;
#[cfg(test)]
mod make_pdf;
#[cfg(test)]
mod measurements;
#[cfg(test)]
mod models;
#[cfg(test)]
mod otlp;
#[cfg(test)]
mod outbound;
#[cfg(test)]
mod own_findings;
#[cfg(test)]
mod passages;
#[cfg(test)]
mod playbooks;
#[cfg(test)]
mod portfolio;
#[cfg(test)]
mod providers;
#[cfg(test)]
mod questions;
#[cfg(test)]
mod redaction;
#[cfg(test)]
mod resume;
#[cfg(test)]
mod review;
#[cfg(unix)]
#[cfg(test)]
mod soak;
#[cfg(test)]
mod summaries;
#[cfg(test)]
mod watch;
#[cfg(test)]
mod webhooks;
