//! Read: the file's pages, by a child process.
//!
//! Safe to run twice: pages are replaced as a whole, and a contract that was read already is not read
//! again.

use std::sync::Arc;
use std::time::Duration;

use countersign_documents::{
    Format, ReadError, ReadLimits, ReadRequest, Recogniser, read_document,
};
use countersign_store::products::Product;
use countersign_store::steps::{ClaimedStep, StepResult};

use super::{Context, OFFLINE, READER_VERSION, StepError, attachments, step};

/// A contract of a thousand pages reads in seconds; past this something is wrong with the file.
const WALL_LIMIT: Duration = Duration::from_secs(600);

pub(super) async fn run(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
) -> Result<StepResult, StepError> {
    let next = vec![step("chunk", OFFLINE)];
    if context
        .store
        .document_exists(&claimed.contract_id, READER_VERSION)
        .await?
    {
        return Ok(StepResult {
            next,
            ..StepResult::default()
        });
    }
    let request = request(context, &claimed.contract_id).await?;
    let mut pages = Vec::new();
    let summary = read_document(&request, &mut |page| {
        pages.push(page);
        context
            .progress
            .set(&claimed.review_id, pages.len() as u32, 0);
    })
    .await;
    context.progress.clear(&claimed.review_id);
    if matches!(summary, Err(ReadError::WrongPassword)) {
        context.passwords.forget(&claimed.contract_id);
    }
    let summary = summary.map_err(words)?;
    attachments::submit(context, claimed, summary.attachments).await?;
    countersign_store::faults::point("read.done");
    let product = Product::Document {
        reader_version: READER_VERSION,
        pages: Arc::new(pages),
        side: Arc::new(summary.side),
    };
    Ok(StepResult {
        products: vec![product],
        next,
        ..StepResult::default()
    })
}

/// How a contract's file is opened: for reading, for the second reading, for pictures of its pages.
pub(crate) async fn request(
    context: &Arc<Context>,
    contract_id: &str,
) -> Result<ReadRequest, StepError> {
    let (sha256, media_type) = context
        .store
        .contract_file(contract_id)
        .await?
        .ok_or_else(|| StepError::lost("contract"))?;
    Ok(ReadRequest {
        program: context.config.reader_program.clone(),
        file: context.blobs.path(&sha256),
        named: Format::of_media_type(&media_type),
        password: context.passwords.of(contract_id),
        recogniser: Recogniser::find(),
        limits: ReadLimits {
            wall: WALL_LIMIT,
            ..ReadLimits::default()
        },
    })
}

fn words(error: ReadError) -> StepError {
    if error.may_pass() {
        StepError::Retry {
            code: error.code(),
            message: error.to_string(),
        }
    } else {
        StepError::GiveUp {
            code: error.code(),
            message: error.to_string(),
        }
    }
}
