//! A provider put to the test: the very question that reviews ask, about a part as long as theirs.
//!
//! What it takes to be answered (a plainer way to ask for a shape, no temperature) is found out here once,
//! so that no review has to.

use std::sync::Arc;

use countersign_contracts::clause::{ClauseKind, Side};
use countersign_contracts::profile::{ContractType, DocumentProfile, SideLabel};
use countersign_providers::{
    About, Finish, ModelReply, Provider, ProviderConfig, ProviderError, Purpose, SchemaMode,
    Secret, WayOut, code, parse_reply,
};

use super::prompt::{self, Answer, Part};
use crate::models::Model;
use crate::views::ProviderTest;

const SAMPLE: &str = "9.1 The Supplier's total liability under this Agreement shall not exceed the fees paid in the twelve months \
     before the claim. 9.2 Either party may terminate this Agreement for convenience on ninety days' written notice.";
/// Says nothing of any kind that is asked about.
const FILLER: &str =
    " The parties shall meet in the first week of each quarter to speak about the plan of work.";
/// As long as the longest part that is asked about in one piece, bytes.
const LONGEST_PART: usize = 4_000;
/// Simpler ways to ask, one after the other: four shapes, with and without a temperature.
const MOST_TRIES: usize = 5;
/// Parts of a usual contract of twenty pages.
const USUAL_PARTS: u64 = 30;
/// A review that takes longer than this for a usual contract is slow, milliseconds.
const SLOW_MS: u64 = 10 * 60 * 1_000;
/// A model's name may be looked for among so many.
const SHOWN_MODELS: usize = 8;

/// Asks for the clauses of a sample part. Never fails: what went wrong is the answer. With it comes what was
/// learnt of how the provider wants to be asked.
pub(crate) async fn try_model(model: &Model) -> (ProviderTest, ProviderConfig) {
    let mut trial = Trial {
        config: model.config.clone(),
        key: model.key().await.key.clone(),
        way: model.way().clone(),
        hints: Vec::new(),
        total_ms: 0,
        tokens: 0,
        micros: 0,
    };
    let tried = match model.client(About::of(Purpose::Test)).await {
        Ok(_) => trial.run().await,
        Err(error) => Err(error),
    };
    let (works, code, message) = match tried {
        Ok(Verdict { works, code, words }) => (works, code, words),
        Err(error) => (false, error.code, trial.in_words(&error).await),
    };
    let test = ProviderTest {
        works,
        code: code.to_owned(),
        message,
        hints: trial.hints,
        total_ms: trial.total_ms,
        tokens: trial.tokens,
        micros: trial.micros,
    };
    (test, trial.config)
}

/// The tries until one was answered.
struct Trial {
    config: ProviderConfig,
    key: Option<Secret>,
    way: WayOut,
    hints: Vec<String>,
    total_ms: u64,
    tokens: u64,
    micros: u64,
}

/// What an answer is worth.
struct Verdict {
    works: bool,
    code: &'static str,
    words: String,
}

impl Trial {
    async fn run(&mut self) -> Result<Verdict, ProviderError> {
        let text = sample();
        let profile = sample_profile();
        let part = Part {
            profile: &profile,
            heading_path: &[],
            text: &text,
            context: "",
            repair: None,
        };
        let mut tries = 0;
        let (client, reply) = loop {
            let client = self.open()?;
            let question = prompt::question(&self.config, part);
            tries += 1;
            match client.complete(&question).await {
                Ok(reply) => break (client, reply),
                Err(error) => {
                    self.total_ms += error.total_ms;
                    if tries == MOST_TRIES || !self.ask_simpler(error.code) {
                        return Err(error);
                    }
                }
            }
        };
        self.count(&reply);
        let answer: Answer = parse_reply(&reply)?;
        self.look_at_size(client.as_ref(), &prompt::question(&self.config, part))
            .await;
        self.look_at_time(reply.total_ms);
        let (clauses, unverified) = prompt::verified(answer, &text, 0);
        let is_found = clauses.iter().any(|c| c.kind == ClauseKind::CapOnLiability);
        Ok(verdict(is_found, unverified.len(), &reply))
    }

    fn open(&self) -> Result<Arc<dyn Provider>, ProviderError> {
        let client = countersign_providers::open(&self.config, self.key.clone(), &self.way)?;
        Ok(client.about(About::of(Purpose::Test)))
    }

    fn count(&mut self, reply: &ModelReply) {
        self.total_ms += reply.total_ms;
        self.tokens += reply.usage.input_tokens + reply.usage.output_tokens;
        let price = self.config.price.as_ref();
        self.micros += price.map_or(0, |price| price.cost_micros(&reply.usage));
    }

    /// Changes how the provider is asked by what it complained of. False when nothing is left to change.
    fn ask_simpler(&mut self, complaint: &str) -> bool {
        match (complaint, self.config.schema_mode.lower()) {
            (code::SCHEMA_UNSUPPORTED, Some(lower)) => {
                self.config.schema_mode = lower;
                let way = match lower {
                    SchemaMode::Tool => "by a tool it has to call",
                    _ => "in words",
                };
                self.hints = vec![format!(
                    "It can't be held to the shape of an answer by a schema, so it is asked for it {way} from now on."
                )];
                true
            }
            (code::SAMPLING_UNSUPPORTED, _) if self.config.sampling => {
                self.config.sampling = false;
                true
            }
            _ => false,
        }
    }

    /// Whether the question fits what the model can see, as entered and as the provider says.
    async fn look_at_size(
        &mut self,
        client: &dyn Provider,
        question: &countersign_providers::ModelRequest,
    ) {
        let entered = self.config.context_tokens;
        let needed = prompt::tokens(question).saturating_add(prompt::CONTEXT_TOKENS);
        let listed = client.list_models().await.unwrap_or_default();
        let said = listed
            .iter()
            .find(|listed| listed.id == self.config.model)
            .and_then(|listed| listed.context_tokens);
        if let Some(said) = said.filter(|said| *said < entered) {
            self.hints.push(format!(
                "It says it can read {said} tokens at once, but {entered} are entered. What is too much may be cut off silently: \
                 enter {said}."
            ));
        }
        if said.unwrap_or(entered).min(entered) < needed {
            self.hints.push(format!(
                "A long part of a contract needs about {needed} tokens with its question and answer, more than the model can \
                 read at once. Such parts are read in pieces, which costs more and finds less: give the model more context, or \
                 choose another."
            ));
        }
    }

    fn look_at_time(&mut self, reply_ms: u64) {
        let at_once = u64::from(self.config.concurrency.max(1));
        let review_ms = USUAL_PARTS.div_ceil(at_once) * reply_ms;
        if review_ms > SLOW_MS {
            self.hints.push(format!(
                "It is slow: {} s for one part, so a contract of twenty pages takes about {} minutes. A smaller model, or a \
                 computer with a graphics card, would be faster.",
                reply_ms.div_ceil(1_000),
                review_ms.div_ceil(60_000)
            ));
        }
    }

    /// An error in words that fit a test: nothing is asked again by itself.
    async fn in_words(&self, error: &ProviderError) -> String {
        let ProviderConfig { name, model, .. } = &self.config;
        match error.code {
            code::MODEL_UNKNOWN => match self.models().await {
                Some(models) => {
                    format!("{name} does not know the model {model}. It has: {models}.")
                }
                None => format!("{error}."),
            },
            code::CONTEXT_EXCEEDED => format!(
                "{model} can't read a part of a contract with its question at once. Give it more context where it runs, or choose \
                 a model with more."
            ),
            code::CUT_OFF => format!(
                "{model} reached its limit of words before its answer was complete. A model that thinks at length needs more room \
                 than it has here; choose one that thinks less."
            ),
            code::NOT_THE_SCHEMA => format!(
                "{model} answers, but not in the form that was asked for, so nothing of it could be used. Choose a larger model."
            ),
            code::TIMED_OUT => format!(
                "{name} is there, but took longer than {} s for one part. Choose a smaller model, or allow more time.",
                error.total_ms.div_ceil(1_000)
            ),
            _ => {
                let words = error.to_string();
                let words = words.split(" Countersign asks again by itself").next();
                let words = words.unwrap_or_default().trim_end_matches('.');
                format!("{words}.")
            }
        }
    }

    /// Names of the models there are, some of them.
    async fn models(&self) -> Option<String> {
        let client = self.open().ok()?;
        let listed = client.list_models().await.ok()?;
        let mut names: Vec<String> = listed.into_iter().map(|model| model.id).collect();
        names.sort();
        let more = names.len().saturating_sub(SHOWN_MODELS);
        names.truncate(SHOWN_MODELS);
        if more > 0 {
            names.push(format!("{more} more"));
        }
        (!names.is_empty()).then(|| names.join(", "))
    }
}

fn verdict(is_found: bool, unverified: usize, reply: &ModelReply) -> Verdict {
    let model = &reply.model;
    let odd = !matches!(reply.finish, Finish::Stop);
    let (works, code, words) = match (is_found, unverified) {
        (true, 0) => (
            true,
            "works",
            format!("It works: {model} found the limit of liability in a sample part and quoted it rightly."),
        ),
        (true, _) => (
            true,
            "works",
            format!(
                "It works: {model} found the limit of liability in a sample part. Of its quotes {unverified} do not stand there; \
                 such quotes are thrown away."
            ),
        ),
        (false, 0) => (
            false,
            "found_nothing",
            "It answers in the right form, but did not find the limit of liability in a sample part, so it would add little; \
             choose a larger model, or give this one more context."
                .to_owned(),
        ),
        (false, _) => (
            false,
            "invents_quotes",
            "It answers, but quoted words that are not in the sample part. Such quotes are thrown away, so this model would add \
             little; choose a larger one."
                .to_owned(),
        ),
    };
    let words = if odd && !works {
        format!("{words} It stopped for a reason of its own.")
    } else {
        words
    };
    Verdict { works, code, words }
}

/// The clause first, so that a server which cuts off the beginning of what is too long does not find it.
fn sample() -> String {
    let mut text = SAMPLE.to_owned();
    while text.len() + FILLER.len() <= LONGEST_PART {
        text.push_str(FILLER);
    }
    text
}

fn sample_profile() -> DocumentProfile {
    let label = |label: &str, side| SideLabel {
        label: label.to_owned(),
        side,
    };
    DocumentProfile {
        labels: vec![
            label("Supplier", Side::Theirs),
            label("Customer", Side::Ours),
        ],
        contract_type: ContractType::Services,
        ..DocumentProfile::default()
    }
}
