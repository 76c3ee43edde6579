//! A review as a file: the report and its decisions from the store, written by the exports crate.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use countersign_exports::{ExportFormat, File, Source, day_of, name_by};

use countersign_store::decisions::finding_key;

use crate::Engine;
use crate::error::Error;
use crate::views::{Encoding, Export, ExportReview};

/// What a link that opens a finding in the window begins with; the review's id, a slash and the finding's key follow.
pub const FINDING_LINK: &str = "countersign://finding/";

impl Engine {
    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], [`Error::NoReport`], [`Error::MalformedReport`], [`Error::Export`], or what
    /// the store says.
    pub async fn export_review(&self, argument: ExportReview) -> Result<Export, Error> {
        let file = self
            .export_file(&argument.review_id, argument.format, None)
            .await?;
        Ok(Export::of(file, argument.format))
    }

    /// The same as bytes, for a host that writes them itself, named by a pattern of the person's own; see
    /// [`countersign_exports::name_by`].
    ///
    /// # Errors
    /// As [`Self::export_review`].
    pub async fn export_file(
        &self,
        review_id: &str,
        format: ExportFormat,
        name: Option<&str>,
    ) -> Result<File, Error> {
        let row = self.existing_row(review_id).await?;
        let report = self.report_with_own(review_id, &row.contract_id).await?;
        let report = report.ok_or(Error::NoReport { file: row.file })?;
        let decisions = self.decided(&row.contract_id, &report).await?.reported();
        let links: Vec<String> = report
            .findings
            .iter()
            .map(|finding| format!("{FINDING_LINK}{review_id}/{}", finding_key(finding)))
            .collect();
        let reviewed_at = row.finished_at.unwrap_or(row.created_at);
        let today = day_of(self.now());
        let name = name.map(str::to_owned);
        let written = tokio::task::spawn_blocking(move || {
            let source = Source {
                report: &report,
                decisions: &decisions,
                links: &links,
                reviewed_at,
                today,
            };
            let mut file = countersign_exports::write(&source, format)?;
            if let Some(pattern) = name {
                file.name = name_by(&pattern, &source, format);
            }
            Ok::<_, countersign_exports::Error>(file)
        });
        Ok(written.await.map_err(Error::ExportEnded)??)
    }
}

impl Export {
    fn of(file: File, format: ExportFormat) -> Self {
        let (content, encoding) = match String::from_utf8(file.bytes) {
            Ok(text) if format.is_text() => (text, Encoding::Text),
            Ok(text) => (BASE64.encode(text), Encoding::Base64),
            Err(binary) => (BASE64.encode(binary.as_bytes()), Encoding::Base64),
        };
        Self {
            file_name: file.name,
            media_type: file.media_type.to_owned(),
            content,
            encoding,
        }
    }

    /// The file's bytes.
    ///
    /// # Errors
    /// [`Error::DamagedExport`] when the content is not what its encoding says.
    pub fn into_bytes(self) -> Result<Vec<u8>, Error> {
        match self.encoding {
            Encoding::Text => Ok(self.content.into_bytes()),
            Encoding::Base64 => BASE64
                .decode(self.content)
                .map_err(|_| Error::DamagedExport),
        }
    }
}
