//! A file's bytes to pages: text, and the place of every word.
//!
//! hayro interprets a page of a PDF and `glyphs` collects what it paints, so the geometry is that of
//! the page as shown. Files of other formats have no pages: their readers give a `flow`, which is
//! laid out as pages of words here. Knows nothing of clauses, queues or storage. Start with
//! [`read_document`], which reads in a child process, or [`read_file`], which reads here.

mod annotations;
mod cage;
pub mod child;
mod columns;
mod docx;
mod error;
mod figures;
mod flow;
mod formats;
mod glyphs;
mod html;
mod layers;
mod mail;
mod markdown;
mod ocr;
mod odt;
mod outlook;
mod package;
mod password;
mod pdf;
mod picture;
mod plain_text;
mod rtf;
mod second;
mod shapes;
mod straight;
mod weight;
mod wire;
mod words;
mod xml;

pub use cage::{
    ReadLimits, ReadRequest, ReadSummary, Spot, compare_readings, draw_spot, read_document,
};
pub use error::ReadError;
pub use flow::Attachment;
pub use formats::{Format, read_file};
pub use ocr::{KeptPages, RECOGNITION_VERSION, Recognised, Recogniser};
pub use password::Password;
pub use pdf::read_pdf;
pub use picture::{Picture, draw_page};
pub use second::read_text_layer;

#[cfg(test)]
mod tests;
