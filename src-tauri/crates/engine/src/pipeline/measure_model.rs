//! A provider measured by contracts with planted risks: the very questions that reviews ask, and what a
//! review would find with its answers beside what it finds without.
//!
//! For whoever chooses a model; no review depends on it. Nothing is kept, and the calls stand in no budget:
//! they are counted in the result.

use std::sync::Arc;
use std::time::{Duration, Instant};

use countersign_contracts::chunk::chunk_document;
use countersign_contracts::clause::Clause;
use countersign_contracts::document::{Document, Span};
use countersign_contracts::playbook::Playbook;
use countersign_contracts::profile::DocumentProfile;
use countersign_contracts::readers::{ReadClause, combine};
use countersign_offline::facts::read_document;
use countersign_offline::planted::{Measured, Planted};
use countersign_offline::profile_document;
use countersign_providers::{
    About, ErrorClass, ModelReply, ProviderError, Purpose, Usage, code, parse_reply,
};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::prompt::{self, Answer, Part};
use crate::models::Model;

/// Times a part is asked about before it counts as unanswered.
const TRIES: u32 = 3;
/// The longest wait between two of them.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What a provider made of the contracts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModelMeasured {
    /// What reviews find without it.
    pub offline: Measured,
    /// What reviews find with it.
    pub together: Measured,
    /// Planted risks that the offline reader reads as a clause of the right kind.
    pub read_offline: usize,
    /// The same by the model alone.
    pub read_by_model: usize,
    /// Answers that came.
    pub calls: u64,
    /// Parts that no answer came for, or none of use.
    pub unanswered: u64,
    /// Quotes in the answers.
    pub quotes: usize,
    /// Of these, those that stand in the part they were said to be from.
    pub verified: usize,
    /// Tokens read and written, our own estimate where the provider gave none.
    pub tokens: u64,
    /// What they cost by the provider's price list, millionths.
    pub micros: u64,
    /// Time of all calls, one after the other.
    pub total_ms: u64,
    /// Time of the offline reader.
    pub offline_ms: u64,
}

/// What one part of a contract brought.
#[derive(Debug, Default)]
struct Asked {
    clauses: Vec<Clause>,
    calls: u64,
    unanswered: u64,
    quotes: usize,
    tokens: u64,
    micros: u64,
    total_ms: u64,
}

/// Asks `model` about every part of each contract and judges with its answers and without; `read` is called behind
/// each.
///
/// # Errors
/// What a person has to put right before any answer can come: a wrong key, no such model.
pub(crate) async fn measure_model(
    model: &Arc<Model>,
    contracts: &[Planted],
    playbook: &Playbook,
    read: impl Fn(),
) -> Result<ModelMeasured, ProviderError> {
    let mut measured = ModelMeasured::default();
    for planted in contracts {
        let started = Instant::now();
        let document = Document::from_plain_text(&planted.text);
        let profile = Arc::new(profile_document(&document));
        let own = read_document(&document, &profile);
        measured
            .offline
            .count(planted, &document, &profile, &own, playbook);
        measured.offline_ms += millis(started.elapsed());
        let mut said = Vec::new();
        for asked in ask_all(model, &document, &profile).await? {
            measured.calls += asked.calls;
            measured.unanswered += asked.unanswered;
            measured.quotes += asked.quotes;
            measured.verified += asked.clauses.len();
            measured.tokens += asked.tokens;
            measured.micros += asked.micros;
            measured.total_ms += asked.total_ms;
            said.extend(asked.clauses);
        }
        measured.read_offline += planted.risks_read(&document, &own, playbook);
        measured.read_by_model += planted.risks_read(&document, &said, playbook);
        let of = |offline: bool| move |clause| ReadClause { offline, clause };
        let all = own
            .into_iter()
            .map(of(true))
            .chain(said.into_iter().map(of(false)));
        let together = combine(all.collect());
        measured
            .together
            .count(planted, &document, &profile, &together, playbook);
        read();
    }
    Ok(measured)
}

/// Asks about every part of a contract, as many at once as the provider is asked at once.
async fn ask_all(
    model: &Arc<Model>,
    document: &Document,
    profile: &Arc<DocumentProfile>,
) -> Result<Vec<Asked>, ProviderError> {
    let gate = Arc::new(Semaphore::new(model.config.concurrency.max(1) as usize));
    let mut parts = JoinSet::new();
    for chunk in chunk_document(document) {
        let (model, profile) = (Arc::clone(model), Arc::clone(profile));
        let (gate, text) = (Arc::clone(&gate), document.slice(chunk.span).to_owned());
        parts.spawn(async move {
            let _turn = gate.acquire().await;
            ask(&model, &profile, &chunk.heading_path, &text, chunk.span).await
        });
    }
    let mut asked = Vec::new();
    while let Some(part) = parts.join_next().await {
        // A part that ended by a panic has no answer.
        asked.push(part.unwrap_or_else(|_| {
            Ok(Asked {
                unanswered: 1,
                ..Asked::default()
            })
        })?);
    }
    Ok(asked)
}

async fn ask(
    model: &Model,
    profile: &DocumentProfile,
    heading_path: &[String],
    text: &str,
    span: Span,
) -> Result<Asked, ProviderError> {
    let client = model.client(About::of(Purpose::Measure)).await?;
    let mut asked = Asked::default();
    let mut repair: Option<String> = None;
    for attempt in 0..TRIES {
        let part = Part {
            profile,
            heading_path,
            text,
            context: "",
            repair: repair.as_deref(),
        };
        let request = prompt::question(&model.config, part);
        let error = match client.complete(&request).await {
            Ok(reply) => {
                asked.book(model, &reply);
                match parse_reply::<Answer>(&reply) {
                    Ok(answer) => {
                        let (clauses, unverified) = prompt::verified(answer, text, span.start);
                        asked.quotes += clauses.len() + unverified.len();
                        asked.clauses = clauses;
                        return Ok(asked);
                    }
                    Err(error) => error,
                }
            }
            Err(error) => {
                asked.total_ms += error.total_ms;
                // An answer that broke off was paid for all the same.
                if let Some(usage) = &error.usage {
                    asked.pay(model, usage);
                }
                error
            }
        };
        match error.class {
            ErrorClass::UserAction => return Err(error),
            _ if error.code == code::OFFLINE => return Err(error),
            ErrorClass::RetryAfter { ms } => {
                tokio::time::sleep(Duration::from_millis(ms).min(LONGEST_WAIT)).await;
            }
            ErrorClass::RetryBackoff => {
                tokio::time::sleep(Duration::from_secs(1 << attempt)).await;
            }
            ErrorClass::RepairPrompt => repair = Some(error.message.clone()),
            ErrorClass::Shrink | ErrorClass::Fallback | ErrorClass::Permanent => break,
        }
    }
    asked.unanswered = 1;
    Ok(asked)
}

impl Asked {
    fn book(&mut self, model: &Model, reply: &ModelReply) {
        self.calls += 1;
        self.total_ms += reply.total_ms;
        self.pay(model, &reply.usage);
    }

    fn pay(&mut self, model: &Model, usage: &Usage) {
        self.tokens += usage.input_tokens + usage.output_tokens;
        let price = model.config.price.as_ref();
        self.micros += price.map_or(0, |price| price.cost_micros(usage));
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
