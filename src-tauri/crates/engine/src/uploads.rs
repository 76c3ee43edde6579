//! Contracts that programs submit: bytes first, then the review, once for each key that a program gives.

use std::path::Path;

use countersign_documents::Format;
use countersign_store::blobs::{Blob, sha256_hex};
use countersign_store::clients::{Keyed, SubmissionKey};
use tokio::io::AsyncRead;

use crate::Engine;
use crate::clock::new_id;
use crate::drops::clean_name;
use crate::error::Error;
use crate::submit::PlaybookChoice;

/// Bytes that were streamed into the data folder and are not submitted yet.
#[derive(Debug)]
pub struct Upload(Blob);

/// What is submitted.
#[derive(Debug, Clone)]
pub struct UploadRequest {
    /// The file's name as the program gave it, if it did; folders before it are left out.
    pub name: Option<String>,
    /// The media type that it gave.
    pub media_type: Option<String>,
    /// Playbook id; the default playbook when absent.
    pub playbook: Option<String>,
    /// Who submits it, and the key under which the same submission has the same answer.
    pub key: Option<ClientKey>,
}

/// A key that a client gave to a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientKey {
    /// The client.
    pub client_id: String,
    /// As given.
    pub key: String,
}

/// The review that a submission led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedUpload {
    /// The name that the file has here.
    pub file: String,
    /// Review id.
    pub review_id: String,
    /// The same file was reviewed before with this playbook: this is that review.
    pub existing: bool,
}

/// Ids of the playbooks that come with the program, the default first.
///
/// # Errors
/// [`Error::Playbook`], when one of them can't be used.
pub fn playbook_ids() -> Result<Vec<String>, Error> {
    Ok(crate::playbooks::built_in_ids()?)
}

/// Media types of the files that can be reviewed.
pub fn media_types() -> impl Iterator<Item = &'static str> {
    Format::all().map(Format::media_type)
}

impl Engine {
    /// Streams an upload into the data folder; at most `largest` bytes of it.
    ///
    /// # Errors
    /// [`Error::Refused`] when it is too large or empty, or what the store says.
    pub async fn keep_upload(
        &self,
        source: impl AsyncRead + Unpin,
        largest: u64,
    ) -> Result<Upload, Error> {
        let blob = self.keep(source, largest).await?;
        if blob.size == 0 {
            return Err(Error::Refused {
                code: "empty",
                message:
                    "The file is empty, so there is nothing to review. Send the contract's bytes."
                        .to_owned(),
            });
        }
        Ok(Upload(blob))
    }

    /// Submits an upload. Under a key, the same submission has the same answer for a day.
    ///
    /// # Errors
    /// [`Error::KeyTaken`], a playbook that can't be used, or what the store says.
    pub async fn submit_upload(
        &self,
        upload: Upload,
        request: UploadRequest,
    ) -> Result<AcceptedUpload, Error> {
        let Upload(blob) = upload;
        let file = plain_name(request.name.as_deref(), request.media_type.as_deref());
        let choice = request
            .playbook
            .map_or(PlaybookChoice::Default, PlaybookChoice::Named);
        let playbook = self.playbook_row(&choice).await?;
        let what = [
            blob.sha256.as_str(),
            playbook.sha256.as_str(),
            file.as_str(),
        ];
        let request_sha256 = sha256_hex(what.join("\n").as_bytes());
        let _hold = self.inner.context.blobs.hold().await?;
        if !self.inner.context.blobs.path(&blob.sha256).is_file() {
            // It was that of a contract that was removed for good at this very moment.
            return Err(Error::Refused {
                code: "removed_meanwhile",
                message:
                    "A contract with this very file was just being removed for good. Send it again."
                        .to_owned(),
            });
        }
        let submission = self.submission(new_id(), file.clone(), blob, playbook)?;
        let now = self.now();
        let accepted = match request.key {
            None => self.inner.store.submit(submission, now).await?,
            Some(ClientKey { client_id, key }) => {
                let key = SubmissionKey {
                    client_id,
                    key,
                    request_sha256,
                };
                match self
                    .inner
                    .store
                    .submit_under_key(submission, key, now)
                    .await?
                {
                    Keyed::Accepted(accepted) => accepted,
                    Keyed::Taken => return Err(Error::KeyTaken),
                }
            }
        };
        self.wake_workers();
        Ok(AcceptedUpload {
            file,
            review_id: accepted.review_id,
            existing: accepted.existing,
        })
    }
}

/// One plain name, with the ending of the media type where it has none that is known.
fn plain_name(given: Option<&str>, media_type: Option<&str>) -> String {
    let given = given.unwrap_or_default();
    // Programs on other systems separate folders otherwise.
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = match last {
        "." | ".." => clean_name(Path::new("")),
        last => clean_name(Path::new(last)),
    };
    let format = media_type.and_then(Format::of_media_type);
    match format {
        Some(format) if Format::of_name(&name).is_none() => format!("{name}.{}", format.ending()),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_uploads_name_is_one_plain_name() {
        let cases = [
            (Some("supply.pdf"), None, "supply.pdf"),
            (Some("../../etc/passwd"), None, "passwd"),
            (Some("..\\..\\boot.ini"), None, "boot.ini"),
            (Some("C:\\a\\supply.docx"), None, "supply.docx"),
            (Some("a\r\nSet-Cookie: x.pdf"), None, "a  Set-Cookie: x.pdf"),
            (Some("/"), None, "contract"),
            (Some(".."), None, "contract"),
            (None, Some("application/pdf"), "contract.pdf"),
            (Some("supply"), Some("application/rtf"), "supply.rtf"),
            (Some("supply.pdf"), Some("application/rtf"), "supply.pdf"),
            (None, Some("application/octet-stream"), "contract"),
        ];
        for (given, media_type, expected) in cases {
            assert_eq!(plain_name(given, media_type), expected, "{given:?}");
        }
    }
}
