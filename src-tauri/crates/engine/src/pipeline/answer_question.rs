//! Answer a question: first what is to be read, which is all of the contract, then one part after the other by a
//! model. Without one the passages that hold the question's words are all there is.
//!
//! Safe to run twice: the plan and each part's answer are replaced as a whole, and the question to the model finds the
//! answer that was kept by its key. A sentence whose words do not stand in its part is asked for once more by a step
//! of its own, so that what was proved is kept whatever becomes of it.

use std::sync::Arc;

use countersign_contracts::answer::{
    AnswerPassage, PlannedPart, ReadingPlan, words_asked_for, words_held,
};
use countersign_contracts::chunk::Chunk;
use countersign_contracts::citation::{Citation, cite_span};
use countersign_contracts::coverage::pages_read;
use countersign_contracts::document::{Document, Span};
use countersign_offline::retrieve::Index;
use countersign_providers::{ErrorClass, ProviderError, Purpose, estimate_tokens};
use countersign_store::calls::CallRecord;
use countersign_store::products::Product;
use countersign_store::questions::Question;
use countersign_store::steps::{ASK, ClaimedStep, NewStep, StepResult};
use serde::{Deserialize, Serialize};

use super::ask_model::middle_of;
use super::prompt::answer::{self, Answer, Asking, Said};
use super::{
    Again, Context, MODEL, OFFLINE, StepError, call, document, profile, prompt, redaction,
};
use crate::models::Model;
use crate::passages::index;

/// A part is not longer than this, even where a model could read more at once: the longer it is, the more it misses.
const PART_TOKENS: u32 = 6_000;
/// Passages shown to a question.
const SHOWN: usize = 6;
/// Passages that these are chosen from.
const LOOKED_AT: usize = 40;
/// Times an answer of the wrong shape is asked for again.
const MAX_REPAIRS: i64 = 2;
/// Tokens kept free for the sentence that says what was wrong with the last answer.
const REPAIR_TOKENS: u32 = 120;

/// What a step is to do for which question.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Asked {
    question: String,
    /// The part to be read; none for the step that plans.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    part: Option<(u32, u32)>,
    /// Sentences to ask for once more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    again: Vec<Said>,
}

impl Asked {
    fn step(
        &self,
        need: Option<countersign_store::steps::ModelNeed>,
    ) -> Result<NewStep, StepError> {
        let of = format!("{ASK}/{}", self.question);
        let key = match (self.part, self.again.is_empty()) {
            (None, _) => of,
            (Some((from, to)), true) => format!("{of}/{from}-{to}"),
            (Some((from, to)), false) => format!("{of}/{from}-{to}/again"),
        };
        Ok(NewStep {
            key,
            kind: ASK,
            lane: if need.is_some() { MODEL } else { OFFLINE },
            phase: None,
            input: serde_json::to_string(self).map_err(|_| StepError::lost("question"))?,
            need,
        })
    }
}

/// The step that plans the others.
pub(crate) fn first_step(question_id: &str) -> NewStep {
    let asked = Asked {
        question: question_id.to_owned(),
        part: None,
        again: Vec::new(),
    };
    asked
        .step(None)
        .unwrap_or_else(|_| super::step(ASK, OFFLINE))
}

/// What is to be read, and the passages that hold the question's words.
pub(super) async fn plan(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
) -> Result<StepResult, StepError> {
    let (asked, question) = asked(context, claimed).await?;
    let document = document(context, claimed).await?;
    let chunks = context.store.chunks_of_review(&claimed.review_id).await?;
    let model = models_of(context, &question)
        .into_iter()
        .next()
        .filter(|_| !context.models.way().is_shut());
    let index = index(&context.store, &context.cache, &claimed.review_id).await?;
    let profile = profile(context, claimed).await?;
    let planned = context.compute(move || {
        let mut plan = ReadingPlan {
            parts: Vec::new(),
            passages: index.map_or_else(Vec::new, |index| found(&index, &document, &question.text)),
            pages_total: document.pages.len() as u32,
            pages_readable: pages_read(&document),
        };
        let mut next = Vec::new();
        if let Some(model) = model {
            let asking = |text| Asking {
                profile: &profile,
                question: &question.text,
                text,
                before: &[],
                repair: None,
            };
            let frame = prompt::tokens(&answer::request(&model.config, asking(""))) + REPAIR_TOKENS;
            let room = model.config.context_tokens.saturating_sub(frame);
            for span in parts(&document, &chunks, room.min(PART_TOKENS)) {
                plan.parts.push(PlannedPart::of(&document, span));
                let request = answer::request(&model.config, asking(document.slice(span)));
                let part = Asked {
                    part: Some((span.start, span.end)),
                    ..asked.clone()
                };
                next.push(part.step(Some(prompt::need(&model.config, &request)))?);
            }
        }
        Ok::<_, StepError>((plan, next))
    });
    let (plan, next) = planned.await??;
    Ok(StepResult {
        products: vec![Product::ReadingPlan {
            question_id: question_of(claimed)?,
            plan: Box::new(plan),
        }],
        next,
        ..StepResult::default()
    })
}

/// Whole chunks, as many to a part as it has room for; together they are the whole text.
fn parts(document: &Document, chunks: &[(Chunk, String)], room: u32) -> Vec<Span> {
    let mut parts: Vec<Span> = Vec::new();
    for (chunk, _) in chunks {
        if let Some(last) = parts.last_mut() {
            let longer = Span {
                start: last.start,
                end: chunk.span.end,
            };
            if estimate_tokens(document.slice(longer)) <= room {
                *last = longer;
                continue;
            }
        }
        parts.push(chunk.span);
    }
    parts
}

/// Passages that hold words of the question, those with most of them first.
fn found(index: &Index, document: &Document, question: &str) -> Vec<AnswerPassage> {
    let wanted = words_asked_for(question);
    let mut held: Vec<(usize, AnswerPassage)> = index
        .related(question, None, LOOKED_AT)
        .into_iter()
        .filter_map(|related| {
            let count = words_held(&related.passage.searchable(), &wanted);
            let citations = holding(cite_span(document, related.passage.span), &wanted);
            (count > 0 && !citations.is_empty()).then(|| {
                let heading_path = related.passage.heading_path.clone();
                let words = AnswerPassage {
                    heading_path,
                    citations,
                };
                (count, words)
            })
        })
        .collect();
    // A stable sort: among equals the better ranked stay first.
    held.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    held.truncate(SHOWN);
    held.into_iter().map(|(_, words)| words).collect()
}

/// Of a passage's words those that hold the question's; all of them where its heading alone does.
fn holding(all: Vec<Citation>, wanted: &[String]) -> Vec<Citation> {
    let holds = |citation: &&Citation| words_held(&citation.quote, wanted) > 0;
    let held: Vec<Citation> = all.iter().filter(holds).cloned().collect();
    if held.is_empty() { all } else { held }
}

/// Asks a model about one part.
pub(super) async fn run(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
    boot_id: &str,
) -> Result<StepResult, StepError> {
    let (asked, question) = asked(context, claimed).await?;
    let span = asked
        .part
        .map(|(start, end)| Span { start, end })
        .ok_or_else(|| StepError::lost("question"))?;
    let chain = models_of(context, &question);
    if context.models.way().is_shut() {
        return Ok(call::not_asked(context));
    }
    let id = claimed.provider.as_deref().unwrap_or_default();
    let model = chain.iter().find(|model| model.config.id == id);
    let model = model.ok_or_else(|| StepError::lost("provider"))?;
    let document = document(context, claimed).await?;
    let profile = profile(context, claimed).await?;
    let text = document.slice(span);
    let asking = |repair| Asking {
        profile: &profile,
        question: &question.text,
        text,
        before: &asked.again,
        repair,
    };
    let asker = Asker {
        claimed,
        chain: &chain,
        model,
        asked: &asked,
        asking: asking(None),
    };
    let request = answer::request(&model.config, asking(claimed.repair.as_deref()));
    let request = redaction::question(context, claimed, request).await?;
    if prompt::tokens(&request.request) > model.config.context_tokens {
        let words = "This part is longer than the model can read at once.";
        return asker.take_apart("context_exceeded", words, None);
    }
    let hash = answer::hash();
    let said = call::answer(
        context,
        claimed,
        boot_id,
        model,
        Purpose::Ask,
        &request,
        hash,
    );
    let (said, record): (Answer, _) = match said.await? {
        Ok(answered) => answered,
        Err((error, record)) => return asker.decide(&error, record),
    };
    let of_document = Arc::clone(&document);
    let asked_text = question.text.clone();
    let proved = context.compute(move || answer::proved(&of_document, span, &asked_text, said));
    let (part, others) = proved.await?;
    let note = (!others.is_empty()).then(|| {
        let words = format!(
            "{} sentences of the model rest on words or numbers that do not stand in this part and were left out.",
            others.len()
        );
        ("unverified_sentences".to_owned(), words)
    });
    let next = asker.once_more(others)?;
    Ok(StepResult {
        products: vec![Product::Answer {
            question_id: asked.question.clone(),
            part: span,
            again: !asked.again.is_empty(),
            answer: part,
        }],
        next: next.into_iter().collect(),
        call: Some(record),
        note,
        ..StepResult::default()
    })
}

async fn asked(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
) -> Result<(Asked, Question), StepError> {
    let asked: Asked =
        serde_json::from_str(&claimed.input).map_err(|_| StepError::lost("question"))?;
    // Taken away by the person meanwhile.
    let question = context.store.question(&asked.question).await?;
    Ok((asked, question.ok_or(StepError::TooLate)?))
}

fn question_of(claimed: &ClaimedStep) -> Result<String, StepError> {
    let asked: Asked =
        serde_json::from_str(&claimed.input).map_err(|_| StepError::lost("question"))?;
    Ok(asked.question)
}

/// The providers that a question asks, in their order, as far as they are still set up.
fn models_of(context: &Context, question: &Question) -> Vec<Arc<Model>> {
    let ids: Vec<String> = serde_json::from_str(&question.providers).unwrap_or_default();
    ids.iter().filter_map(|id| context.models.get(id)).collect()
}

/// Who asks, about what: enough to decide what an error means.
struct Asker<'a> {
    claimed: &'a ClaimedStep,
    chain: &'a [Arc<Model>],
    model: &'a Model,
    asked: &'a Asked,
    asking: Asking<'a>,
}

impl Asker<'_> {
    /// The step that asks for the words of these sentences once more; none where that was done.
    fn once_more(&self, others: Vec<Said>) -> Result<Option<NewStep>, StepError> {
        if others.is_empty() || !self.asked.again.is_empty() {
            return Ok(None);
        }
        let asking = Asking {
            before: &others,
            ..self.asking
        };
        let request = answer::request(&self.model.config, asking);
        if prompt::tokens(&request) > self.model.config.context_tokens {
            return Ok(None);
        }
        let need = prompt::need(&self.model.config, &request);
        let again = Asked {
            again: others,
            ..self.asked.clone()
        };
        again.step(Some(need)).map(Some)
    }

    fn decide(
        &self,
        error: &ProviderError,
        call: Option<CallRecord>,
    ) -> Result<StepResult, StepError> {
        if let Some(again) = call::again(self.claimed, error, call.as_ref(), MAX_REPAIRS) {
            return Err(again);
        }
        match error.class {
            ErrorClass::Shrink => self.take_apart(error.code, &error.message, call),
            _ => self.fall_back(error.code, &error.message, call),
        }
    }

    /// Two halves instead of the whole.
    fn take_apart(
        &self,
        code: &'static str,
        message: &str,
        call: Option<CallRecord>,
    ) -> Result<StepResult, StepError> {
        let part = self.asked.part.zip(middle_of(self.asking.text));
        let Some(((from, to), middle)) = part.filter(|_| self.asked.again.is_empty()) else {
            return self.fall_back(code, message, call);
        };
        let cut = from + middle as u32;
        let half = |from: u32, to: u32| {
            let text = self
                .asking
                .text
                .get((from - self.start()) as usize..(to - self.start()) as usize);
            let asking = Asking {
                text: text.unwrap_or_default(),
                ..self.asking
            };
            let request = answer::request(&self.model.config, asking);
            let half = Asked {
                part: Some((from, to)),
                ..self.asked.clone()
            };
            half.step(Some(prompt::need(&self.model.config, &request)))
        };
        Ok(StepResult {
            next: vec![half(from, cut)?, half(cut, to)?],
            call,
            note: Some((code.to_owned(), message.to_owned())),
            ..StepResult::default()
        })
    }

    fn start(&self) -> u32 {
        self.asked.part.map_or(0, |(from, _)| from)
    }

    /// The next provider of the question's chain; after the last this part stays unread.
    fn fall_back(
        &self,
        code: &'static str,
        message: &str,
        call: Option<CallRecord>,
    ) -> Result<StepResult, StepError> {
        let behind = self
            .chain
            .iter()
            .skip_while(|model| model.config.id != self.model.config.id)
            .nth(1)
            .filter(|_| self.asked.again.is_empty());
        let Some(next) = behind else {
            let instead = "This part was not read for the answer.";
            return Ok(call::without(code, message, instead, call));
        };
        let request = answer::request(&next.config, self.asking);
        Err(Again {
            code,
            message: call::then(message, &format!("{} is asked instead.", next.config.name)),
            call,
            ask_instead: Some(prompt::need(&next.config, &request)),
            ..Again::default()
        }
        .after(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_contracts::chunk::chunk_document;

    #[test]
    fn the_parts_together_are_all_chunks_and_none_has_more_than_its_room() {
        let clause = |n: usize| {
            format!(
                "{n}. Clause\n\n{}",
                "The parties agree on this. ".repeat(30)
            )
        };
        let text: Vec<String> = (1..=12).map(clause).collect();
        let document = Document::from_plain_text(&text.join("\n\n"));
        let chunks: Vec<(Chunk, String)> = chunk_document(&document)
            .into_iter()
            .map(|chunk| (chunk, String::new()))
            .collect();
        for room in [1, 400, 1_000, 100_000] {
            let parts = parts(&document, &chunks, room);
            let inside = |chunk: &Chunk| {
                parts
                    .iter()
                    .any(|part| part.start <= chunk.span.start && chunk.span.end <= part.end)
            };
            assert!(chunks.iter().all(|(chunk, _)| inside(chunk)));
            let too_long = parts
                .iter()
                .filter(|part| estimate_tokens(document.slice(**part)) > room);
            assert!(
                too_long.count() == 0 || parts.len() == chunks.len() || room == 1,
                "{room}"
            );
        }
        assert_eq!(parts(&document, &chunks, 100_000).len(), 1);
        assert_eq!(parts(&document, &chunks, 1).len(), chunks.len());
    }
}
