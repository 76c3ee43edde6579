//! The steps of a review: read, chunk, read clauses, judge, synthesise, deliver; where a model is asked,
//! embed, find context and second look too.
//!
//! Each step takes what the store holds and returns what it made and what comes next; the worker
//! commits both together. A step may run twice (its process can end at any moment): each says at its
//! top why that does no harm.

mod answer_question;
mod ask_again;
mod ask_model;
mod attachments;
mod call;
mod chunk;
mod compare;
mod deliver;
mod embed;
mod find_context;
mod judge;
mod measure_model;
mod prompt;
pub(crate) mod read;
mod read_clauses;
mod redaction;
mod second_look;
mod span;
mod summary;
mod synthesise;
mod try_model;

use std::sync::Arc;

use countersign_contracts::document::Document;
use countersign_contracts::playbook::Playbook;
use countersign_contracts::profile::DocumentProfile;
use countersign_store::Store;
use countersign_store::calls::CallRecord;
use countersign_store::steps::{ASK, ClaimedStep, ModelNeed, NewStep, SECOND_READING, StepResult};

use crate::cache::Cache;
use crate::computing::Computing;
use crate::config::Config;
use crate::models::{Model, Models};
use crate::passwords::Passwords;
use crate::progress::Progress;

pub(crate) use answer_question::first_step as first_step_of_question;
pub(crate) use judge::judge_all;
pub use measure_model::ModelMeasured;
pub(crate) use measure_model::measure_model;
pub(crate) use try_model::try_model;

/// Version of the steps below and of what they make. A change that makes older results unusable or
/// findings different counts one up: contracts submitted again are then reviewed again.
pub const PIPELINE_VERSION: u32 = 5;
/// Version of the reading of files into pages.
pub(crate) const READER_VERSION: u32 = 1;
/// Who reads the clauses.
pub(crate) const READER: &str = "offline";

/// Steps that wait for a reading child.
pub(crate) const READING: &str = "reading";
/// Steps that compute.
pub(crate) const OFFLINE: &str = "offline";
/// Steps that wait for a model provider.
pub(crate) const MODEL: &str = "model";

/// The phase that counts the reading of chunks, by every reader.
const READ_CLAUSES: &str = "read_clauses";

/// What steps work with.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) config: Config,
    pub(crate) store: Store,
    pub(crate) blobs: countersign_store::blobs::Blobs,
    pub(crate) cache: Cache,
    pub(crate) computing: Computing,
    pub(crate) progress: Progress,
    pub(crate) models: Models,
    /// Held while settings are changed or read anew: what is in memory never falls behind the database.
    pub(crate) settings_gate: tokio::sync::Mutex<()>,
    pub(crate) passwords: Passwords,
}

impl Context {
    /// Runs pure computation where it can't keep other tasks from running.
    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, StepError> {
        self.computing.run(work).await.map_err(|error| StepError::Retry {
            code: "internal",
            message: format!("This part of the review stopped because of a defect of Countersign ({error}). It will be tried again."),
        })
    }
}

/// Why a step did not get done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StepError {
    /// Trying again can't help; the review ends with these words.
    #[error("{message}")]
    GiveUp { code: &'static str, message: String },
    /// A person has to give something first; until then the review waits.
    #[error("{message}")]
    NeedsPerson { code: &'static str, message: String },
    /// Something outside stood in the way; worth another try.
    #[error("{message}")]
    Retry { code: &'static str, message: String },
    /// This try did not succeed; the next one knows what this one learnt.
    #[error("{}", .0.message)]
    Again(Box<Again>),
    /// The step is somebody else's by now: nothing is said about it.
    #[error("the step was taken over")]
    TooLate,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] countersign_store::Error),
}

/// What the next try of a step does otherwise.
#[derive(Debug, Clone, Default)]
pub(crate) struct Again {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// Not before this has passed, milliseconds.
    pub(crate) in_ms: i64,
    /// Whether the try counts against the step.
    pub(crate) burns: bool,
    pub(crate) call: Option<CallRecord>,
    pub(crate) ask_instead: Option<ModelNeed>,
    pub(crate) repair: Option<String>,
    pub(crate) pauses_provider: bool,
}

impl Again {
    fn after(self, in_ms: i64) -> StepError {
        StepError::Again(Box::new(Self { in_ms, ..self }))
    }
}

impl StepError {
    /// What went wrong, in one stable word.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::GiveUp { code, .. }
            | Self::NeedsPerson { code, .. }
            | Self::Retry { code, .. } => code,
            Self::Again(again) => again.code,
            Self::TooLate => "too_late",
            Self::Store(_) => "store",
        }
    }

    /// For a state of the store that no sequence of steps leads to.
    fn lost(what: &str) -> Self {
        Self::GiveUp {
            code: "lost_result",
            message: format!(
                "The {what} of this contract is not in the database any more, so the review can't go on. Remove the review \
                 and submit the contract again."
            ),
        }
    }
}

/// The first step of a review.
pub(crate) fn first_step() -> NewStep {
    step("read", READING)
}

fn step(kind: &'static str, lane: &'static str) -> NewStep {
    NewStep {
        key: kind.to_owned(),
        kind,
        lane,
        phase: None,
        input: "{}".to_owned(),
        need: None,
    }
}

/// Does one step.
pub(crate) async fn run(
    context: &Arc<Context>,
    step: &ClaimedStep,
    boot_id: &str,
) -> Result<StepResult, StepError> {
    if step.provider.is_some() {
        return match step.kind.as_str() {
            "embed" => embed::run(context, step, boot_id).await,
            ASK => answer_question::run(context, step, boot_id).await,
            ask_again::KIND => ask_again::run(context, step, boot_id).await,
            summary::WRITE => summary::write(context, step, boot_id).await,
            second_look::KIND => second_look::run(context, step, boot_id).await,
            _ => ask_model::run(context, step, boot_id).await,
        };
    }
    if step.key == SECOND_READING {
        return compare::run(context, step).await;
    }
    match step.kind.as_str() {
        ASK => answer_question::plan(context, step).await,
        "find_context" => find_context::run(context, step).await,
        "read" => read::run(context, step).await,
        "chunk" => chunk::run(context, step).await,
        "read_clauses" => read_clauses::run(context, step).await,
        "judge" => judge::run(context, step).await,
        summary::PREPARE => summary::prepare(context, step).await,
        "synthesise" => synthesise::run(context, step).await,
        "deliver" => deliver::run(context, step).await,
        other => Err(StepError::GiveUp {
            code: "unknown_step",
            message: format!(
                "This review was begun by another version of Countersign, which had a step called {other}. Submit the contract again."
            ),
        }),
    }
}

/// The contract's document, from memory or put together from its stored pages.
async fn document(context: &Arc<Context>, step: &ClaimedStep) -> Result<Arc<Document>, StepError> {
    if let Some(document) = context.cache.document(&step.contract_id) {
        return Ok(document);
    }
    let pages = context
        .store
        .pages_of_contract(&step.contract_id, READER_VERSION)
        .await?
        .ok_or_else(|| StepError::lost("text"))?;
    let document = Arc::new(context.compute(|| Document::from_pages(pages)).await?);
    context
        .cache
        .keep_document(&step.contract_id, Arc::clone(&document));
    Ok(document)
}

/// Ids of the providers that a review asks, in their order; none when it is the offline reader's alone.
async fn chain_of(context: &Arc<Context>, step: &ClaimedStep) -> Result<Vec<String>, StepError> {
    let review = context.store.review(&step.review_id).await?;
    let review = review.ok_or_else(|| StepError::lost("review"))?;
    Ok(serde_json::from_str(&review.providers).unwrap_or_default())
}

/// The model that is asked in place of this one: the next of the review's providers that is there.
async fn next_model(
    context: &Arc<Context>,
    step: &ClaimedStep,
    model: &Model,
) -> Result<Option<Arc<Model>>, StepError> {
    let chain = chain_of(context, step).await?;
    let mut behind = chain
        .iter()
        .skip_while(|id| **id != model.config.id)
        .skip(1);
    Ok(behind.find_map(|id| context.models.get(id)))
}

/// The provider that is asked first.
async fn first_model(
    context: &Arc<Context>,
    step: &ClaimedStep,
) -> Result<Option<Arc<Model>>, StepError> {
    let chain = chain_of(context, step).await?;
    Ok(chain.iter().find_map(|id| context.models.get(id)))
}

async fn profile(
    context: &Arc<Context>,
    step: &ClaimedStep,
) -> Result<Arc<DocumentProfile>, StepError> {
    if let Some(profile) = context.cache.profile(&step.review_id) {
        return Ok(profile);
    }
    let profile = context
        .store
        .profile_of_review(&step.review_id)
        .await?
        .ok_or_else(|| StepError::lost("profile"))?;
    let profile = Arc::new(profile);
    context
        .cache
        .keep_profile(&step.review_id, Arc::clone(&profile));
    Ok(profile)
}

async fn playbook(
    context: &Arc<Context>,
    step: &ClaimedStep,
) -> Result<(Playbook, countersign_store::submissions::PlaybookRow), StepError> {
    let row = context
        .store
        .playbook(&step.playbook_sha256)
        .await?
        .ok_or_else(|| StepError::lost("playbook"))?;
    let playbook = Playbook::parse(&row.source).map_err(|error| StepError::GiveUp {
        code: "playbook",
        message: format!("The playbook of this review can't be used: {error}."),
    })?;
    Ok((playbook, row))
}
