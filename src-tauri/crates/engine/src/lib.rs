//! The running program: a durable queue of steps that take a contract from a dropped file to a report,
//! and the one table of commands that every host offers.
//!
//! It joins the crates that each know one edge of the world ([`countersign_documents`],
//! [`countersign_offline`], [`countersign_store`]) and knows no host: no window, no HTTP, no terminal.
//!
//! Start with [`Engine::open`], then [`api`] (what can be asked of it) and `pipeline` (what a review
//! goes through).

mod activity;
mod again;
pub mod api;
mod cache;
pub mod child;
pub mod clients;
pub mod clock;
mod commands;
mod computing;
pub mod config;
pub mod decisions;
mod deletion;
pub mod diagnostics;
mod doctor;
mod drive;
mod drops;
mod engine;
pub mod error;
mod events;
mod explain;
mod export;
mod find;
pub mod inquiries;
pub mod logs;
pub mod maintenance;
pub mod measure;
mod measurements;
pub mod models;
pub mod notifications;
pub mod otlp;
mod outbound;
mod own_findings;
mod passages;
mod passwords;
mod pipeline;
mod playbooks;
mod portfolio;
mod progress;
mod questions;
pub mod reading;
mod recognition;
mod register_csv;
mod samples;
mod spots;
pub mod submit;
pub mod uploads;
pub mod verify;
pub mod views;
pub mod watch;
mod webhooks;
mod worker;

pub use countersign_exports as exports;
pub use engine::Engine;
pub use export::FINDING_LINK;
pub use pipeline::PIPELINE_VERSION;
