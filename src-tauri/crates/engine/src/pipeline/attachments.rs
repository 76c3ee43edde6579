//! The files of a mail: each is a contract of its own, reviewed on the mail's terms and tied to it.
//!
//! Safe to run twice: the same file on the same terms finds its review, and a tie is made once.

use std::path::Path;
use std::sync::Arc;

use countersign_documents::Attachment;
use countersign_store::steps::ClaimedStep;
use countersign_store::submissions::Submission;

use super::{Context, StepError, first_step};
use crate::clock::new_id;
use crate::config::LARGEST_FILE;
use crate::drops::clean_name;
use crate::submit::media_type;

/// Submits the files that came with the mail of this step.
pub(super) async fn submit(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
    files: Vec<Attachment>,
) -> Result<(), StepError> {
    if files.is_empty() {
        return Ok(());
    }
    let store = &context.store;
    let terms = store
        .review_terms(&claimed.review_id)
        .await?
        .ok_or_else(|| StepError::lost("review"))?;
    let playbook = store
        .playbook(&terms.playbook_sha256)
        .await?
        .ok_or_else(|| StepError::lost("playbook"))?;
    for file in files {
        // Until its row is written, nobody removes the file.
        let _hold = context.blobs.hold().await?;
        let blobs = context.blobs.clone();
        let blob = context
            .compute(move || blobs.keep(&new_id(), file.bytes.as_slice(), LARGEST_FILE))
            .await??;
        let name = clean_name(Path::new(&file.name));
        let submission = Submission {
            contract_id: new_id(),
            review_id: new_id(),
            media_type: media_type(&name),
            file_name: name.clone(),
            sha256: blob.sha256,
            size_bytes: blob.size,
            playbook: playbook.clone(),
            pipeline_version: terms.pipeline_version,
            reader: terms.reader.clone(),
            providers: terms.providers.clone(),
            first: first_step(),
        };
        let accepted = store
            .submit(submission, context.config.clock.now_ms())
            .await?;
        store
            .attach_contract(&claimed.contract_id, &accepted.review_id, &name)
            .await?;
    }
    Ok(())
}
