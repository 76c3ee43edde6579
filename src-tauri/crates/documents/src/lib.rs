//! A file's bytes to pages: text, and the place of every word.
//!
//! hayro interprets the page and [`glyphs`](self) collects what it paints, so the geometry is that
//! of the page as shown. Knows nothing of clauses, queues or storage.

mod columns;
mod error;
mod glyphs;
mod pdf;
mod second;
mod weight;
mod words;

pub use error::ReadError;
pub use pdf::read_pdf;

#[cfg(test)]
mod tests;
