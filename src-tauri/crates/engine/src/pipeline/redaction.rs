//! Redaction of questions: what a person chose is replaced before a question about a contract leaves, and the
//! contract's own words are put back into its answer. Names are looked for in the whole contract, once.

use std::sync::Arc;

use countersign_providers::{ModelReply, ModelRequest, Redactor, Replaced};
use countersign_store::steps::ClaimedStep;

use super::{Context, StepError};

/// A question as it may leave.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) request: ModelRequest,
    replaced: Replaced,
}

impl Question {
    /// Its answer with the contract's own words.
    pub(super) fn answer(&self, said: &ModelReply) -> ModelReply {
        ModelReply {
            text: self.replaced.put_back(&said.text),
            ..said.clone()
        }
    }
}

/// What replaces in questions about a step's contract; nothing where nothing is to be replaced.
pub(super) async fn redactor(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
) -> Result<Option<Arc<Redactor>>, StepError> {
    let kinds = context.models.settings().redaction;
    if !kinds.is_on() {
        return Ok(None);
    }
    let known = context.cache.redactor(&claimed.contract_id);
    if let Some(known) = known.filter(|known| known.kinds() == kinds) {
        return Ok(Some(known));
    }
    let chunks = context.store.chunks_of_review(&claimed.review_id).await?;
    let redactor = context.compute(move || {
        let texts: Vec<&str> = chunks.iter().map(|(_, text)| text.as_str()).collect();
        Redactor::new(kinds, &texts.join("\n"))
    });
    let redactor = Arc::new(redactor.await?);
    context
        .cache
        .keep_redactor(&claimed.contract_id, Arc::clone(&redactor));
    Ok(Some(redactor))
}

/// A question without what is not to leave.
pub(super) async fn question(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
    request: ModelRequest,
) -> Result<Question, StepError> {
    let Some(redactor) = redactor(context, claimed).await? else {
        return Ok(Question {
            request,
            replaced: Replaced::default(),
        });
    };
    let (request, replaced) = redactor.question(&request);
    Ok(Question { request, replaced })
}
