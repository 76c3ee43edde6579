//! Questions about a contract: asked, answered in the background, taken away.

use countersign_contracts::answer::one_answer;
use countersign_store::questions::{NewQuestion, Question};

use crate::Engine;
use crate::clock::new_id;
use crate::commands::positive;
use crate::error::Error;
use crate::pipeline::first_step_of_question;
use crate::views::{
    AnswerSentence, AskContract, Nothing, QuestionId, QuestionState, QuestionView, ReviewId,
};

/// A question longer than this is a document of its own, characters.
const LONGEST: usize = 1_000;

impl Engine {
    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoQuestion`], [`Error::NoSuchReview`], [`Error::NoReport`], or what the store says.
    pub async fn ask_contract(&self, argument: AskContract) -> Result<QuestionView, Error> {
        let text = argument.text.split_whitespace().collect::<Vec<_>>();
        let text = text.join(" ");
        if text.is_empty() || text.chars().count() > LONGEST {
            return Err(Error::NoQuestion { longest: LONGEST });
        }
        let row = self.existing_row(&argument.review_id).await?;
        let hidden = self.inner.store.hidden().await?;
        if hidden.contracts.contains(&row.contract_id) {
            return Err(Error::NoSuchReview { id: row.id });
        }
        let settings = self.inner.context.models.settings();
        let chain = match settings.offline {
            true => Vec::new(),
            false => settings.chain,
        };
        let id = new_id();
        let question = NewQuestion {
            first: first_step_of_question(&id),
            id: id.clone(),
            review_id: row.id,
            text,
            providers: serde_json::to_string(&chain)?,
        };
        if !self.inner.store.ask(question, self.now()).await? {
            return Err(Error::NoReport { file: row.file });
        }
        self.wake_workers();
        let kept = self.inner.store.question(&id).await?;
        kept.map(|kept| self.question_view(kept))
            .ok_or(Error::NoSuchReview {
                id: argument.review_id,
            })
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn list_questions(&self, argument: ReviewId) -> Result<Vec<QuestionView>, Error> {
        let id = &argument.review_id;
        if self.inner.store.hidden().await?.reviews.contains(id) {
            return Ok(Vec::new());
        }
        let questions = self.inner.store.questions_of_review(id).await?;
        Ok(questions
            .into_iter()
            .map(|question| self.question_view(question))
            .collect())
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn remove_question(&self, argument: QuestionId) -> Result<Nothing, Error> {
        let store = &self.inner.store;
        store
            .remove_question(&argument.question_id, self.now())
            .await?;
        self.wake_workers();
        Ok(Nothing {})
    }

    fn question_view(&self, question: Question) -> QuestionView {
        let plan = question.plan.unwrap_or_default();
        let state = match question.state.as_str() {
            "waiting" => QuestionState::Waiting,
            "answered" => QuestionState::Answered,
            "failed" => QuestionState::Failed,
            _ => QuestionState::Running,
        };
        let chain: Vec<String> = serde_json::from_str(&question.providers).unwrap_or_default();
        let named = |id: &String| {
            let model = self.inner.context.models.get(id)?;
            Some(format!("{}: {}", model.config.name, model.config.model))
        };
        let asked = question.asked.map(|(provider, model)| {
            let known = self.inner.context.models.get(&provider);
            let name = known.map_or(provider, |known| known.config.name.clone());
            format!("{name}: {model}")
        });
        let count = |number: i64| u32::try_from(number).unwrap_or(0);
        let left_out = question.said.iter().map(|part| part.left_out).sum();
        let sentence = |s: countersign_contracts::answer::Sentence| AnswerSentence {
            text: s.text,
            citations: s.citations,
        };
        QuestionView {
            id: question.id,
            review_id: question.review_id,
            text: question.text,
            state,
            code: question.code,
            message: question.message,
            model: asked.or_else(|| chain.first().and_then(named)),
            answer: one_answer(question.said)
                .into_iter()
                .map(sentence)
                .collect(),
            left_out,
            pages_read: plan.pages_read(&question.read),
            pages_total: plan.pages_total,
            passages: plan.passages,
            parts_done: count(question.steps.1),
            parts_total: count(question.steps.0),
            calls: positive(question.calls),
            tokens: positive(question.tokens),
            micros: positive(question.micros),
            asked_at: question.asked_at,
            ended_at: question.ended_at,
        }
    }
}
