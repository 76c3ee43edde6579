//! What the integration tests and the tools stand on: contracts made on the spot, and a model server
//! that fails on purpose.
//!
//! Start with [`make_pdf::typeset`] for a document of given words and [`make_pdf::contract_of`] for
//! a plausible contract of a given length; with [`fault_server::FaultServer`] for a model, and
//! [`recorder::Recorder`] for what goes over the wire to it; with [`receiver::Receiver`] for whom webhooks tell.

pub mod fault_server;
pub mod figures;
pub mod make_docx;
pub mod make_msg;
pub mod make_odt;
pub mod make_pdf;
pub mod make_zip;
pub mod processes;
pub mod receiver;
pub mod recorder;
mod widths;
