//! Values shaped for the people's side: what commands take and what they reply.
//!
//! Every type here is exported to TypeScript by [`crate::api`]; times are milliseconds since 1970
//! in UTC, ids are UUIDv7 in text.

use countersign_contracts::clause::{ClauseKind, Side};
use countersign_contracts::decision::Verdict;
use countersign_contracts::document::{Bbox, HiddenKind, Word};
pub use countersign_contracts::finding::Finding;
pub use countersign_contracts::profile::ContractType;
pub use countersign_contracts::report::{Proposal, Report, SeverityCounts};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use crate::decisions::DecisionsView;

mod activity;
mod measurements;
mod notifications;
mod own_findings;
mod playbooks;
mod portfolio;
mod questions;
mod watch;
mod webhooks;
pub use activity::*;
pub use measurements::*;
pub use notifications::*;
pub use own_findings::*;
pub use playbooks::*;
pub use portfolio::*;
pub use questions::*;
pub use watch::*;
pub use webhooks::*;

/// A command without arguments.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, TS)]
pub struct Nothing {}

/// Which dropped files to review.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SubmitContracts {
    /// Ids that the host gave when files were dropped, picked or uploaded.
    pub drop_ids: Vec<String>,
    /// Playbook id; the default playbook when absent.
    #[serde(default)]
    pub playbook: Option<String>,
}

/// What became of one dropped file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Submitted {
    /// The file's name.
    pub file: String,
    /// The review that was made or found; absent when the file was refused.
    pub review_id: Option<String>,
    /// The same file was reviewed before with this playbook: `review_id` is that review.
    pub existing: bool,
    /// Why the file was refused.
    pub refusal: Option<ErrorView>,
}

/// An error at the edge: a code to decide on and a sentence to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ErrorView {
    /// Stable code.
    pub code: String,
    /// What happened, what it means, what to do.
    pub message: String,
}

/// Names a review.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ReviewId {
    /// Review id.
    pub review_id: String,
}

/// Says which party is our side.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ChooseSide {
    /// Review id.
    pub review_id: String,
    /// A party's name, or the word that the contract uses for it.
    pub party: String,
}

/// Says what sort of agreement a contract is.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ChooseContractType {
    /// Review id.
    pub review_id: String,
    /// The type.
    pub contract_type: ContractType,
}

/// Settles a finding.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DecideFinding {
    /// Review id.
    pub review_id: String,
    /// The finding's key, as [`DecisionsView`] has it.
    pub key: String,
    /// How it is settled; absent to open it again.
    pub verdict: Option<Verdict>,
    /// Why; needed to dismiss it.
    #[serde(default)]
    pub reason: String,
}

/// Puts a note beside a finding.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct NoteFinding {
    /// Review id.
    pub review_id: String,
    /// The finding's key, as [`DecisionsView`] has it.
    pub key: String,
    /// The note; empty to take it away.
    pub note: String,
}

/// Takes a decision back.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct UndoDecision {
    /// Review id.
    pub review_id: String,
    /// Which; the newest that still holds when absent.
    pub decision: Option<i64>,
}

/// Asks why a finding is there.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ExplainFinding {
    /// Review id.
    pub review_id: String,
    /// The finding's key, as [`DecisionsView`] has it.
    pub key: String,
}

/// Why a finding is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Explanation {
    /// Name of the playbook.
    pub playbook: String,
    /// Its version.
    pub version: String,
    /// What the position is about; empty when the playbook has no such position.
    pub position: String,
    /// What had to hold for the rule that fired, in the playbook's words; none when none fired.
    pub conditions: Vec<String>,
    /// The clauses it quotes, as they were read.
    pub clauses: Vec<SeenClause>,
}

/// A clause as the judgement saw it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SeenClause {
    /// Who read it: `offline`, or a model provider.
    pub reader: String,
    /// What it is about.
    pub kind: ClauseKind,
    /// Whom it is about.
    pub bound: Side,
    /// It says that it does not hold.
    pub negated: bool,
    /// Where it begins.
    pub page: u32,
    /// Its words.
    pub text: String,
    /// Values read from it.
    pub facts: Vec<FactView>,
}

/// A value read from a clause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct FactView {
    /// What it means: `notice_period`.
    pub name: String,
    /// In words.
    pub value: String,
    /// What it was read from.
    pub words: String,
}

/// Looks for words in a contract.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FindWords {
    /// Contract id.
    pub contract_id: String,
    /// The words, as they follow one another.
    pub text: String,
}

/// Places of words in a contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct WordsFound {
    /// In reading order.
    pub places: Vec<FoundWords>,
    /// There are more than are told.
    pub more: bool,
}

/// A place of words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct FoundWords {
    /// Counted from 1.
    pub page: u32,
    /// One box a line.
    pub boxes: Vec<Bbox>,
}

/// The password of a review's file.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct GivePassword {
    /// Review id.
    pub review_id: String,
    /// As typed; held in memory only.
    pub password: String,
}

impl std::fmt::Debug for GivePassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GivePassword")
            .field("review_id", &self.review_id)
            .finish_non_exhaustive()
    }
}

/// The state of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    /// Accepted; nothing has started yet.
    Queued,
    /// Being worked on.
    Running,
    /// Nothing can run before a point in time; `message` says why.
    Waiting,
    /// Held by the person.
    Paused,
    /// The report is there.
    Completed,
    /// Ended by the person.
    Stopped,
    /// Ended by a problem; `message` says what to do.
    Failed,
}

/// Where a review stands on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Reading the file's pages.
    Read,
    /// Cutting the text into chunks.
    Chunk,
    /// Finding clauses in the chunks.
    ReadClauses,
    /// Judging clauses by the playbook.
    Judge,
    /// Writing the summary.
    Synthesise,
    /// Handing the report over.
    Deliver,
}

/// A line of the queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ReviewRow {
    /// Review id.
    pub id: String,
    /// Contract id: the file's pages are asked for by it.
    pub contract_id: String,
    /// The file's name.
    pub file: String,
    /// Name of the playbook.
    pub playbook: String,
    /// Its state.
    pub state: ReviewState,
    /// The stage it is in, or ended in.
    pub stage: Stage,
    /// Units done in this stage (pages while reading, chunks while finding clauses).
    pub done: u32,
    /// Units of this stage, 0 while unknown.
    pub total: u32,
    /// Pages of the file, once known.
    pub pages: Option<u32>,
    /// Submitted at.
    pub created_at: i64,
    /// First step claimed at.
    pub started_at: Option<i64>,
    /// Ended at.
    pub finished_at: Option<i64>,
    /// Why it is waiting, stopped or failed, and what to do.
    pub message: Option<String>,
    /// Stable code of the failure.
    pub code: Option<String>,
    /// It went on after a restart of the program.
    pub resumed: bool,
    /// Nothing of it can be done before then; absent while something is.
    pub waiting_until: Option<i64>,
    /// It ends as soon as the steps at work are done.
    pub stopping: bool,
    /// Smaller goes first; 0 unless changed.
    pub priority: i64,
    /// Who reads: `offline`, and the model providers asked besides.
    pub reader: String,
    /// What its questions to models cost and may cost.
    pub spending: Spending,
    /// The proposal, once completed.
    pub proposal: Option<Proposal>,
    /// Risks by severity, once completed.
    pub counts: SeverityCounts,
}

/// What a review's questions to models come to. Money is in millionths of a US dollar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Spending {
    /// The most that all questions may use, tokens; known once the text is cut into chunks.
    pub estimate_tokens: Option<u64>,
    /// The same in money; 0 where a price is not known.
    pub estimate_micros: Option<u64>,
    /// Tokens so far.
    pub spent_tokens: u64,
    /// Money so far.
    pub spent_micros: u64,
    /// Its own cap on tokens.
    pub budget_tokens: Option<u64>,
    /// Its own cap on money.
    pub budget_micros: Option<u64>,
}

/// A page's place in the document view.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct PageView {
    /// Counted from 1.
    pub number: u32,
    /// Points.
    pub width: f32,
    /// Points.
    pub height: f32,
    /// The file has no pages of its own: this one is drawn from its words.
    pub flow: bool,
}

/// Names a page of a contract.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PageOfContract {
    /// Contract id.
    pub contract_id: String,
    /// Counted from 1.
    pub number: u32,
}

/// Names a spot of a page.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SpotOfContract {
    /// Contract id.
    pub contract_id: String,
    /// Counted from 1.
    pub page: u32,
    /// Where it is.
    pub place: Bbox,
}

/// A part of a page as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SpotPicture {
    /// A PNG file in Base64.
    pub png: String,
    /// What it shows of the page.
    pub area: Bbox,
}

/// A word to be drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct WordView {
    /// Its characters.
    pub text: String,
    /// Where it stands.
    #[serde(rename = "box")]
    pub bbox: Bbox,
    /// Index of its line on the page.
    pub line: u32,
    /// Font size in points.
    pub size: f32,
    /// Set in bold.
    pub bold: bool,
    /// Why the page doesn't show it.
    pub hidden: Option<HiddenKind>,
    /// How sure recognition is of it, in percent; absent for a word that was not recognised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub confidence: Option<u8>,
}

impl From<Word> for WordView {
    fn from(word: Word) -> Self {
        Self {
            text: word.text,
            bbox: word.bbox,
            line: word.line,
            size: word.size,
            bold: word.bold,
            hidden: word.hidden,
            confidence: word.confidence,
        }
    }
}

/// The words of a page, to be drawn where they stand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PageText {
    /// In reading order.
    pub words: Vec<WordView>,
}

/// A review with all there is to show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ReviewView {
    /// The line of the queue.
    pub row: ReviewRow,
    /// Media type of the original file: `application/pdf`.
    pub media_type: String,
    /// Pages with their sizes, once read.
    pub pages: Vec<PageView>,
    /// The report, once completed.
    pub report: Option<Report>,
    /// What was decided about its findings.
    pub decisions: DecisionsView,
    /// What the playbook says of findings of which a person says something else.
    pub edited: Vec<EditedFinding>,
}

pub use countersign_exports::ExportFormat;

/// Asks for a risk summary.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ExportReview {
    /// Review id.
    pub review_id: String,
    /// Its form.
    pub format: ExportFormat,
}

/// A risk summary ready to be saved.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Export {
    /// Proposed name.
    pub file_name: String,
    /// Media type.
    pub media_type: String,
    /// Content, as the encoding says.
    pub content: String,
    /// How the content is to be read.
    pub encoding: Encoding,
}

/// How a file's content crosses the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// As it is: text in UTF-8.
    Text,
    /// In Base64, with padding.
    Base64,
}

/// One try at a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AttemptView {
    /// Counted from 1.
    pub number: u32,
    /// Started at.
    pub started_at: i64,
    /// Ended at; absent while it runs.
    pub ended_at: Option<i64>,
    /// `completed`, `failed`, `lost` (its process ended), `cancelled`; absent while it runs.
    pub outcome: Option<String>,
    /// What went wrong, or is worth knowing.
    pub error: Option<ErrorView>,
    /// The start of the program it ran in.
    pub boot_id: String,
    /// Hash of what it had to do: the same hash, the same work.
    pub input_hash: Option<String>,
    /// The question to a model it made.
    pub call: Option<CallView>,
}

/// A question to a model: of whom, how it went, what it used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CallView {
    /// The provider's id.
    pub provider: String,
    /// The model.
    pub model: Option<String>,
    /// Hash of the prompt's own words.
    pub prompt_hash: Option<String>,
    /// Sent at; absent when a kept answer was used or nothing was sent.
    pub sent_at: Option<i64>,
    /// Until the first byte of the answer, milliseconds.
    pub first_byte_ms: Option<i64>,
    /// Until its end, milliseconds.
    pub total_ms: Option<i64>,
    /// HTTP status.
    pub http_status: Option<i64>,
    /// `retry_after`, `retry_backoff`, `repair_prompt`, `shrink`, `fallback`, `permanent`, `user_action`.
    pub error_class: Option<String>,
    /// Tokens sent.
    pub input_tokens: Option<i64>,
    /// Tokens received.
    pub output_tokens: Option<i64>,
    /// Tokens the provider had in its cache.
    pub cached_tokens: Option<i64>,
    /// Millionths of a US dollar.
    pub cost_micros: Option<i64>,
    /// Which price table the cost was computed by.
    pub price_version: Option<String>,
    /// The provider's id of the answer.
    pub response_id: Option<String>,
    /// A kept answer was used: nothing was sent, nothing was paid.
    pub reused: bool,
}

/// A step of a review with its history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct StepView {
    /// Its key within the review: `read`, `read_clauses/12`.
    pub key: String,
    /// `available`, `running`, `retryable`, `scheduled`, `completed`, `cancelled`, `discarded`.
    pub state: String,
    /// Which workers do it: `reading`, `offline`, `model`.
    pub lane: String,
    /// Made at.
    pub created_at: i64,
    /// Its tries, in order.
    pub attempts: Vec<AttemptView>,
}

/// A line of the notice list: what the desktop notification said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Notice {
    /// Notice id.
    pub id: String,
    /// The review it is about.
    pub review_id: String,
    /// First line.
    pub title: String,
    /// Second line.
    pub body: String,
    /// Made at.
    pub created_at: i64,
    /// Read at.
    pub read_at: Option<i64>,
}

/// How many workers of each sort run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Settings {
    /// Reading children at once, 1 to 16.
    pub reading_workers: u32,
    /// Offline workers at once, 1 to 16.
    pub offline_workers: u32,
}

/// Recognition of scanned pages on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RecognitionView {
    /// Whether the program for it was found.
    pub available: bool,
    /// Codes of the languages that pages are expected in.
    pub languages: Vec<String>,
    /// Codes of the languages to choose from.
    pub installed: Vec<String>,
    /// The command that installs the program.
    pub how_to_install: String,
}

/// Languages of scanned pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Languages {
    /// Their codes, as installed.
    pub languages: Vec<String>,
}

/// A model provider as a person sets it up. Its key is never part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProviderSetup {
    /// Short name in small letters; the key is looked for by it.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// The preset it is set up by; absent for a server that speaks OpenAI's wire.
    pub preset: Option<String>,
    /// Where its API begins: `https://api.openai.com/v1`, `http://localhost:11434/v1`; empty for where its
    /// preset says.
    pub base_url: String,
    /// The model.
    pub model: String,
    /// Calls a minute; absent for no limit.
    pub requests_per_minute: Option<u32>,
    /// Tokens a minute; absent for no limit.
    pub tokens_per_minute: Option<u32>,
    /// Calls at once.
    pub concurrency: u32,
    /// Tokens the model can read and write at once.
    pub context_tokens: u32,
    /// Your own price of a million tokens read, millionths of a US dollar; absent for the one that is known.
    pub input_micros_per_million: Option<u64>,
    /// Price of a million tokens written.
    pub output_micros_per_million: Option<u64>,
    /// The model that turns passages into embeddings; absent for the offline embeddings alone.
    pub embedding_model: Option<String>,
    /// Price of a million tokens that it reads.
    pub embedding_micros_per_million: Option<u64>,
}

impl Default for ProviderSetup {
    /// No limits, no prices, and room for a part of a contract with what it needs beside it.
    fn default() -> Self {
        Self {
            id: String::new(),
            name: String::new(),
            preset: None,
            base_url: String::new(),
            model: String::new(),
            requests_per_minute: None,
            tokens_per_minute: None,
            concurrency: 4,
            context_tokens: 32_000,
            input_micros_per_million: None,
            output_micros_per_million: None,
            embedding_model: None,
            embedding_micros_per_million: None,
        }
    }
}

/// A provider with its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProviderView {
    /// How it was set up.
    pub setup: ProviderSetup,
    /// Its place among those that new reviews ask, from 1; absent when it isn't asked.
    pub rank: Option<u32>,
    /// Where its key is. The key itself is never shown.
    pub key: KeyView,
    /// Why it waits for you, if it does.
    pub paused: Option<ErrorView>,
    /// It is left alone until then, since it failed or asked for it.
    pub resting_until: Option<i64>,
    /// Calls it is given at once at present.
    pub concurrency_now: u32,
    /// Where text goes and what becomes of it there, where that is known.
    pub privacy: Option<String>,
    /// What its model costs; absent when not known.
    pub price: Option<PriceView>,
}

/// Where a provider's key is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeyView {
    /// Where.
    pub place: KeyPlace,
    /// The same in words, and what to do where there is something to do.
    pub words: String,
}

/// Where a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeyPlace {
    /// In the system's keychain.
    Keychain,
    /// In this program's memory, until it ends: there is no keychain.
    Memory,
    /// In an environment variable.
    Environment,
    /// Nowhere.
    None,
}

/// The key of a provider, on its way into the keychain.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct ProviderKey {
    /// The provider's id.
    pub provider: String,
    /// As typed.
    pub key: String,
}

impl std::fmt::Debug for ProviderKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProviderKey")
            .field("provider", &self.provider)
            .finish_non_exhaustive()
    }
}

/// What a model costs, in millionths of a US dollar for a million tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PriceView {
    /// Tokens read.
    pub input: u64,
    /// Tokens read that were in the provider's cache.
    pub cached: u64,
    /// Tokens written.
    pub output: u64,
    /// Where the price is from, in words.
    pub source: String,
}

/// A provider that is known by name, to set one up by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PresetView {
    /// Its name in settings.
    pub id: String,
    /// Its name on screen.
    pub name: String,
    /// Where its API begins.
    pub base_url: String,
    /// Nothing is answered without a key.
    pub needs_key: bool,
    /// Tokens its models can see.
    pub context_tokens: u32,
    /// What you need to know to set it up.
    pub note: String,
    /// Where text goes and what becomes of it there.
    pub privacy: String,
    /// Models whose price is known.
    pub models: Vec<String>,
    /// Where and when those prices were read; absent when none is known.
    pub prices: Option<String>,
}

/// What a provider answers when it is asked for its models.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ModelList {
    /// By name.
    pub models: Vec<ModelView>,
    /// Why there are none, and what to do.
    pub problem: Option<String>,
}

/// A model that a provider says it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ModelView {
    /// The provider's name of it.
    pub id: String,
    /// Tokens it can see, where the provider says.
    pub context_tokens: Option<u32>,
}

/// What a provider answered to a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProviderTest {
    /// It found the clause in a sample part and quoted it rightly.
    pub works: bool,
    /// What came of it, in a word that stays the same.
    pub code: String,
    /// What happened, and what to do if it doesn't work.
    pub message: String,
    /// What to know or to change though it works.
    pub hints: Vec<String>,
    /// How long it took, milliseconds.
    pub total_ms: u64,
    /// Tokens it used.
    pub tokens: u64,
    /// What that cost, millionths of a US dollar.
    pub micros: u64,
}

/// What is replaced by marks in questions before they leave, and put back into the answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RedactionSettings {
    /// E-mail addresses.
    pub emails: bool,
    /// Telephone and fax numbers.
    pub phones: bool,
    /// Bank accounts.
    pub accounts: bool,
    /// Names of people, as far as a title, a label or an e-mail address tells them.
    pub names: bool,
}

/// Which calls that left the computer are asked for.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
pub struct ListOutbound {
    /// At the most so many, newest first.
    pub limit: u32,
    /// Only older ones than the call of this id.
    pub before: Option<i64>,
}

/// What left this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OutboundLog {
    /// Newest first.
    pub calls: Vec<OutboundCall>,
    /// All calls of the last year.
    pub total: u64,
    /// Bytes they sent, in their bodies.
    pub bytes_sent: u64,
    /// Bytes that came back, in their bodies.
    pub bytes_received: u64,
}

/// A call that left this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OutboundCall {
    /// Counted up.
    pub id: i64,
    /// When.
    pub at: i64,
    /// Host and port it went to.
    pub host: String,
    /// The provider's id, or the webhook's name.
    pub provider: String,
    /// The model; empty when the provider was asked for its models, and for webhooks.
    pub model: String,
    /// What it was for: `read`, `second_look`, `embed`, `test`, `models`, `measure`, `webhook`.
    pub purpose: String,
    /// For which review, while there is one.
    pub review_id: Option<String>,
    /// Name of its file.
    pub file: Option<String>,
    /// Bytes of its body.
    pub bytes_sent: u64,
    /// Bytes of the answer's body.
    pub bytes_received: Option<u64>,
    /// The answer's status.
    pub http_status: Option<u16>,
    /// `answered`, `refused` or `broken`; absent when nobody waited for the end.
    pub outcome: Option<String>,
}

/// Whether anything may leave this computer.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
pub struct OfflineSwitch {
    /// Nothing may.
    pub offline: bool,
}

/// Names a provider.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ProviderId {
    /// Its id.
    pub provider: String,
}

/// Which providers new reviews ask, in this order; none for the offline reader alone.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ReaderChoice {
    /// Ids of providers.
    pub providers: Vec<String>,
}

/// Caps on spending; absent means none. Money is in millionths of a US dollar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BudgetSettings {
    /// Money in a calendar month (UTC).
    pub month_micros: Option<u64>,
    /// Tokens in a calendar month.
    pub month_tokens: Option<u64>,
    /// Money for one review.
    pub review_micros: Option<u64>,
    /// Tokens for one review.
    pub review_tokens: Option<u64>,
}

/// A cap of one review's own; absent means the common one.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ReviewBudget {
    /// Review id.
    pub review_id: String,
    /// Money, millionths of a US dollar.
    pub micros: Option<u64>,
    /// Tokens.
    pub tokens: Option<u64>,
}

/// What a month's calls of one provider came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MonthSpending {
    /// `2026-11`.
    pub month: String,
    /// The provider's id.
    pub provider: String,
    /// Calls.
    pub calls: u64,
    /// Tokens.
    pub tokens: u64,
    /// Millionths of a US dollar.
    pub micros: u64,
}

/// Budgets, and what was spent, newest month first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SpendingView {
    /// The caps in force.
    pub budgets: BudgetSettings,
    /// By month and provider.
    pub months: Vec<MonthSpending>,
}

/// A review's place in the queue.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ReviewPriority {
    /// Review id.
    pub review_id: String,
    /// Smaller goes first; 0 is usual.
    pub priority: i64,
}

/// Holds the whole queue, or lets it go on.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
pub struct PauseAll {
    /// Whether nothing new may begin.
    pub paused: bool,
}

/// The state of the program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Status {
    /// Program version.
    pub version: String,
    /// The data folder.
    pub data_folder: String,
    /// Worker counts in force.
    pub settings: Settings,
    /// The whole queue is held.
    pub paused: bool,
    /// Nothing leaves this computer: no provider is asked for anything, not even one that runs on it.
    pub offline: bool,
    /// What is replaced in questions before they leave.
    pub redaction: RedactionSettings,
    /// Findings of the self-check, empty when all is well.
    pub problems: Vec<ErrorView>,
    /// Contracts are deleted this many days after their last review ended; absent: never.
    pub retention_days: Option<u32>,
    /// The backup that takes the database's place at the next start.
    pub restore_pending: Option<String>,
}

/// A copy of the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BackupView {
    /// Names it in commands.
    pub name: String,
    /// Made at.
    pub made_at: i64,
    /// Bytes.
    pub size_bytes: u64,
}

impl From<countersign_store::backup::Backup> for BackupView {
    fn from(backup: countersign_store::backup::Backup) -> Self {
        Self {
            name: backup.name,
            made_at: backup.made_at,
            size_bytes: backup.size_bytes,
        }
    }
}

/// Names a backup.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BackupName {
    /// Its name.
    pub name: String,
}

/// Which contract to delete.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DeleteContract {
    /// Contract id.
    pub contract_id: String,
    /// Backups go with it: all are replaced by one made afterwards.
    #[serde(default)]
    pub and_backups: bool,
}

/// Names a contract.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ContractId {
    /// Contract id.
    pub contract_id: String,
}

/// A contract that was deleted and is hidden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Deleted {
    /// Contract id.
    pub contract_id: String,
    /// The file's name.
    pub file: String,
    /// Until then the deletion can be undone; then everything is removed for good.
    pub purge_at: i64,
    /// What is removed, and what is not.
    pub message: String,
}

/// How long finished reviews are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Retention {
    /// Days after a contract's last review ended, 1 to 3650; absent: for ever.
    pub days: Option<u32>,
}

/// Something changed. Carries no facts: ask for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Event {
    /// Ascending number; a host that lost the thread asks for all after the last it saw.
    pub seq: i64,
    /// `review_changed`, `notice_created`, `settings_changed`, `status_changed`, `webhooks_changed`,
    /// `watch_changed`.
    pub kind: String,
    /// The review it is about.
    pub review_id: Option<String>,
}

/// Asks one contract for passages.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RelatedPassages {
    /// Review id.
    pub review_id: String,
    /// A few words, or a whole passage.
    pub text: String,
    /// Nothing of this chunk is wanted.
    #[serde(default)]
    pub exclude_chunk: Option<u32>,
    /// How many at the most, up to 100; 10 when absent.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// Asks all contracts for passages.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SearchText {
    /// A few words; a phrase in quotation marks is looked for as it stands.
    pub text: String,
    /// How many at the most, up to 100; 10 when absent.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// A passage of a contract and why it was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PassageView {
    /// The chunk it belongs to.
    pub chunk: u32,
    /// Position within the chunk, from 0.
    pub passage: u32,
    /// First byte of the document's text.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// The page it starts on.
    pub page: u32,
    /// Headings it stands under, outermost first.
    pub heading_path: Vec<String>,
    /// The document's text.
    pub text: String,
    /// For ordering only.
    pub score: f64,
    /// Why it was found.
    pub why: Why,
}

/// Why a passage was found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Why {
    /// How alike its embedding is to the question's, up to 1; absent when the two can't be compared.
    pub cosine: Option<f32>,
    /// Its place by the words it shares, from 1; absent when it shares none.
    pub words_rank: Option<u32>,
    /// The term of the question that it defines.
    pub defines: Option<String>,
}

/// A passage and the contract it is from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct FoundPassage {
    /// The review whose text it is: the newest of its contract.
    pub review_id: String,
    /// The contract.
    pub contract_id: String,
    /// Name of the contract's file.
    pub file: String,
    /// The passage.
    pub passage: PassageView,
}
