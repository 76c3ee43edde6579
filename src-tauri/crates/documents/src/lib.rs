//! A file's bytes to pages: text, and the place of every word.
//!
//! hayro interprets a page and `glyphs` collects what it paints, so the geometry is that of the
//! page as shown. Knows nothing of clauses, queues or storage. Start with [`read_document`], which
//! reads in a child process, or [`read_pdf`], which reads here.

mod cage;
pub mod child;
mod columns;
mod error;
mod glyphs;
mod pdf;
mod second;
mod weight;
mod wire;
mod words;

pub use cage::{ReadLimits, ReadRequest, ReadSummary, read_document};
pub use error::ReadError;
pub use pdf::read_pdf;

#[cfg(test)]
mod tests;
