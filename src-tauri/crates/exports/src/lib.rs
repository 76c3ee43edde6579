//! What leaves the program: a report and what was decided about it, written in many forms.
//!
//! Every form is written from the same [`Source`], so a quote, its page and its number are the same in
//! all of them. Nothing here reads a file, a clock or a store; what a person sees of a contract's text
//! is always text, never markup, a formula or a path. Start with [`write()`] and [`ExportFormat`].

mod brief;
mod cells;
mod csv;
mod docx;
mod file_name;
mod format;
mod ics;
mod json;
mod letter;
mod markdown;
mod pdf;
mod say;
mod source;
mod typed;
mod xlsx;

pub use cells::untyped;
pub use file_name::{name_by, safe_name, stem};
pub use format::ExportFormat;
pub use json::{SCHEMA, read_json, schema};
pub use pdf::PdfError;
pub use source::{ReportedDecision, Source, day_of};

/// A file ready to be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// A name that every system takes.
    pub name: String,
    /// Media type.
    pub media_type: &'static str,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Why a form could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The report does not satisfy its own schema: a defect of the program, told rather than exported.
    #[error("the report does not satisfy its schema: {problem}")]
    MalformedReport {
        /// What is wrong, and where.
        problem: String,
    },
    /// The report could not be put into words of JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The workbook could not be written.
    #[error("the workbook could not be written")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The document could not be written.
    #[error("the document could not be written")]
    Document(#[from] docx_rs::DocxError),
    /// The PDF could not be written.
    #[error("the PDF could not be written")]
    Pdf(#[from] pdf::PdfError),
}

/// Writes a report in one of its forms.
///
/// # Errors
/// When the form can't hold the report; see [`Error`].
pub fn write(source: &Source<'_>, format: ExportFormat) -> Result<File, Error> {
    let bytes = match format {
        ExportFormat::Markdown => markdown::write(source).into_bytes(),
        ExportFormat::Json => json::write(source)?.into_bytes(),
        ExportFormat::Csv => csv::write(source).into_bytes(),
        ExportFormat::Xlsx => xlsx::write(source)?,
        ExportFormat::Docx => docx::write(source)?,
        ExportFormat::LetterDocx => letter::write_docx(source)?,
        ExportFormat::LetterMarkdown => letter::write_markdown(source).into_bytes(),
        ExportFormat::Ics => ics::write(source).into_bytes(),
        ExportFormat::Pdf => pdf::write(source)?,
    };
    Ok(File {
        name: format.file_name(&source.report.contract.file),
        media_type: format.media_type(),
        bytes,
    })
}

#[cfg(test)]
mod tests;
