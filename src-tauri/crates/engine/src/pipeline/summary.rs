//! Summary: a model writes a few sentences about the findings. Each names the findings that it rests on; those that do
//! not, and those with numbers of their own, are left out. What the rules propose stands above them, and without a
//! model that is the summary.
//!
//! Safe to run twice: the question's key finds the answer that was kept, and the sentences are replaced as a whole.

use std::sync::Arc;

use countersign_contracts::finding::Finding;
use countersign_contracts::report::SummarySentence;
use countersign_providers::{ProviderError, Purpose};
use countersign_store::calls::CallRecord;
use countersign_store::products::Product;
use countersign_store::steps::{ClaimedStep, NewPhase, NewStep, StepResult};

use super::ask_model::asked_model;
use super::chunk::model_needs;
use super::prompt::summary::{self as words, Answer, MOST_FINDINGS};
use super::{
    Again, Context, MODEL, OFFLINE, StepError, call, chain_of, first_model, next_model, profile,
    prompt, redaction, second_look, step,
};
use crate::models::Model;

/// The kind of the step that prepares the question.
pub(super) const PREPARE: &str = "summary";
/// The kind of the step that asks it, and the phase that waits for it.
pub(super) const WRITE: &str = "write_summary";
/// Times an answer of the wrong shape is asked for again.
const MAX_REPAIRS: i64 = 1;

/// What follows the judgement: the summary, where a model is asked; else the report.
pub(super) async fn next(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
) -> Result<NewStep, StepError> {
    let kind = match chain_of(context, claimed).await?.is_empty() {
        true => "synthesise",
        false => PREPARE,
    };
    Ok(step(kind, OFFLINE))
}

/// The question about the gravest findings; none where there are no findings or no model is asked by now.
pub(super) async fn prepare(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
) -> Result<StepResult, StepError> {
    let model = first_model(context, claimed).await?;
    let findings = gravest(context, claimed).await?;
    let Some(model) = model.filter(|_| !findings.is_empty()) else {
        return Ok(report_next());
    };
    let profile = profile(context, claimed).await?;
    let request = words::request(&model.config, &profile, &findings, None);
    if prompt::tokens(&request) > model.config.context_tokens {
        return Ok(report_next());
    }
    let next = vec![NewStep {
        key: WRITE.to_owned(),
        kind: WRITE,
        lane: MODEL,
        phase: Some(WRITE),
        input: serde_json::to_string(&findings).map_err(|_| StepError::lost("findings"))?,
        need: Some(prompt::need(&model.config, &request)),
    }];
    Ok(StepResult {
        // A phase of one: the report follows however the question ends.
        phases: vec![NewPhase {
            name: WRITE,
            total: 1,
            then_kind: "synthesise",
            then_lane: OFFLINE,
            then_phase: None,
        }],
        estimate: Some(model_needs(&next)),
        next,
        ..StepResult::default()
    })
}

fn report_next() -> StepResult {
    StepResult {
        next: vec![step("synthesise", OFFLINE)],
        ..StepResult::default()
    }
}

/// The risks that the report will have, the gravest first.
async fn gravest(context: &Arc<Context>, claimed: &ClaimedStep) -> Result<Vec<Finding>, StepError> {
    let Some(judgement) = second_look::judged_again(context, claimed).await? else {
        return Ok(Vec::new());
    };
    let mut findings: Vec<Finding> = judgement.findings;
    findings.retain(Finding::is_risk);
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings.truncate(MOST_FINDINGS);
    Ok(findings)
}

pub(super) async fn write(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
    boot_id: &str,
) -> Result<StepResult, StepError> {
    let findings: Vec<Finding> =
        serde_json::from_str(&claimed.input).map_err(|_| StepError::lost("findings"))?;
    let Some(model) = asked_model(context, claimed).await? else {
        return Ok(call::not_asked(context));
    };
    let profile = profile(context, claimed).await?;
    let request = words::request(
        &model.config,
        &profile,
        &findings,
        claimed.repair.as_deref(),
    );
    let question = redaction::question(context, claimed, request).await?;
    let writer = Writer {
        context,
        claimed,
        model: &model,
        findings: &findings,
    };
    let hash = words::hash();
    let asked = call::answer(
        context,
        claimed,
        boot_id,
        &model,
        Purpose::Summary,
        &question,
        hash,
    );
    let (answer, record): (Answer, _) = match asked.await? {
        Ok(answered) => answered,
        Err((error, record)) => return writer.decide(&error, record).await,
    };
    let (sentences, left_out) = words::rested(answer, &findings);
    Ok(StepResult {
        products: vec![Product::Summary(sentences)],
        call: Some(record),
        note: (left_out > 0).then(|| {
            let words = format!(
                "{left_out} sentences of the model rest on no finding, or hold numbers that no finding has, and were left out."
            );
            ("unproved_sentences".to_owned(), words)
        }),
        ..StepResult::default()
    })
}

/// Who writes, about what: enough to decide what an error means.
struct Writer<'a> {
    context: &'a Arc<Context>,
    claimed: &'a ClaimedStep,
    model: &'a Model,
    findings: &'a [Finding],
}

impl Writer<'_> {
    /// The next provider of the review's chain writes it; after the last what the rules say is summary enough.
    async fn decide(
        &self,
        error: &ProviderError,
        call: Option<CallRecord>,
    ) -> Result<StepResult, StepError> {
        if let Some(again) = call::again(self.claimed, error, call.as_ref(), MAX_REPAIRS) {
            return Err(again);
        }
        let next = next_model(self.context, self.claimed, self.model).await?;
        let Some(next) = next else {
            let instead = "The summary is that of the rules alone.";
            return Ok(call::without(error.code, &error.message, instead, call));
        };
        let profile = profile(self.context, self.claimed).await?;
        let request = words::request(&next.config, &profile, self.findings, None);
        Err(Again {
            message: call::then(
                &error.message,
                &format!("{} is asked instead.", next.config.name),
            ),
            ask_instead: Some(prompt::need(&next.config, &request)),
            ..call::of_error(error, call.as_ref())
        }
        .after(0))
    }
}

/// What was written, as far as the findings it rests on are those of the report.
pub(super) async fn written(
    context: &Arc<Context>,
    claimed: &ClaimedStep,
    findings: &[Finding],
) -> Result<Vec<SummarySentence>, StepError> {
    let mut sentences = context.store.summary_of_review(&claimed.review_id).await?;
    let is_there = |check: &String| findings.iter().any(|f| f.is_risk() && f.check == *check);
    sentences.retain(|sentence| sentence.checks.iter().all(is_there));
    Ok(sentences)
}
