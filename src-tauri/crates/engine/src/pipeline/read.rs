//! Read: the file's pages, by a child process.
//!
//! Safe to run twice: pages are replaced as a whole, and a contract that was read already is not read
//! again.

use std::sync::Arc;
use std::time::Duration;

use countersign_documents::{
    Format, KeptPages, RECOGNITION_VERSION, ReadError, ReadLimits, ReadRequest, Recognised,
    read_document,
};
use countersign_store::documents::PackedPage;
use countersign_store::products::Product;
use countersign_store::steps::{ClaimedStep, StepResult};
use tokio::task::JoinHandle;

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
    let mut request = request(context, &claimed.contract_id).await?;
    let keeping = keep_recognised(context, &claimed.contract_id, &mut request).await?;
    let mut pages = Vec::new();
    let summary = read_document(&request, &mut |page| {
        pages.push(PackedPage::of(&page));
        context
            .progress
            .set(&claimed.review_id, pages.len() as u32, 0);
    })
    .await;
    context.progress.clear(&claimed.review_id);
    // The last page is kept once nobody can send another.
    drop(request);
    if let Some(keeping) = keeping {
        let _ = keeping.await;
    }
    if matches!(summary, Err(ReadError::WrongPassword)) {
        context.passwords.forget(&claimed.contract_id);
    }
    let summary = summary.map_err(words)?;
    attachments::submit(context, claimed, summary.attachments).await?;
    countersign_store::faults::point("read.done");
    let product = Product::Document {
        reader_version: READER_VERSION,
        pages: Arc::new(pages.into_iter().collect::<Result<_, _>>()?),
        side: Arc::new(summary.side),
    };
    Ok(StepResult {
        products: vec![product],
        next,
        ..StepResult::default()
    })
}

/// Takes the pages that were recognised before, and keeps each that is recognised now at once: a
/// step that ends in the middle does not begin anew.
async fn keep_recognised(
    context: &Arc<Context>,
    contract_id: &str,
    request: &mut ReadRequest,
) -> Result<Option<JoinHandle<()>>, StepError> {
    let Some(recogniser) = &request.recogniser else {
        return Ok(None);
    };
    let languages = recogniser.languages().to_owned();
    let known: Vec<(u32, Recognised)> = context
        .store
        .recognised_pages(contract_id, &languages, RECOGNITION_VERSION)
        .await?;
    let (fresh, mut recognised) = tokio::sync::mpsc::unbounded_channel();
    request.kept = KeptPages {
        known: Arc::new(known.into_iter().collect()),
        fresh: Some(fresh),
    };
    let (context, contract_id) = (Arc::clone(context), contract_id.to_owned());
    Ok(Some(tokio::spawn(async move {
        while let Some((number, page)) = recognised.recv().await {
            let made = (languages.as_str(), RECOGNITION_VERSION);
            let kept = context
                .store
                .keep_recognised(&contract_id, made, number, &page);
            if let Err(error) = kept.await {
                tracing::warn!(%error, "a recognised page could not be kept");
            }
        }
    })))
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
        recogniser: crate::recognition::recogniser(&context.store).await?,
        kept: KeptPages::default(),
        limits: ReadLimits {
            wall: WALL_LIMIT,
            ..ReadLimits::default()
        },
    })
}

fn words(error: ReadError) -> StepError {
    let (code, message) = (error.code(), error.to_string());
    match error {
        ReadError::PasswordNeeded | ReadError::WrongPassword => {
            StepError::NeedsPerson { code, message }
        }
        error if error.may_pass() => StepError::Retry { code, message },
        _ => StepError::GiveUp { code, message },
    }
}
