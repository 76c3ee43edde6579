//! The command line.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use countersign_engine::clients::Scope;
use countersign_engine::config::default_data_folder;
use countersign_engine::views::{ContractType, ExportFormat};

use crate::error::Error;

/// Reviews contracts before you sign them, on this computer alone.
///
/// Exit codes: 0 all went well; 1 at least one contract could not be reviewed; 2 the command line is
/// wrong; 3 the program could not work (data folder, output folder, playbook).
#[derive(Debug, Parser)]
#[command(name = "countersign", version)]
pub(crate) struct Arguments {
    /// Everything is kept in this folder [default: the system's place for a program's data]
    #[arg(long, global = true, env = "COUNTERSIGN_DATA", value_name = "DIR")]
    data_dir: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Review contracts and write their risk summaries
    Review(Review),
    /// Print what the reader sees in a file, without reviewing it
    Read(Read),
    /// Print the key terms of files as JSON, without reviewing them
    Facts(Facts),
    /// Put contracts into the queue and return at once
    Submit(Submit),
    /// Work off whatever is unfinished in the data folder
    Resume(Resume),
    /// Go on with reviews that failed or were stopped, from where they ended
    Retry(Retry),
    /// List the reviews in the data folder
    List(List),
    /// Show one review
    Show(Show),
    /// Write reviews as files: summaries, workbooks, calendars, letters
    Export(Export),
    /// Say which party is our side, or what sort of agreement it is, and judge again
    Choose(Choose),
    /// What ran for a review, when, what failed, where time and money went
    History(History),
    /// Stop, pause, go on with, reorder or finish reviews of the queue
    #[command(subcommand)]
    Queue(Queue),
    /// Model providers: set up, test, choose
    #[command(subcommand)]
    Provider(Provider),
    /// What may leave this computer
    #[command(subcommand)]
    Settings(Settings),
    /// Review contracts as they are saved into a folder, and write what was found beside them
    ///
    /// A contract is reviewed once it is whole, and each file once, whatever it is called. The folder is watched until
    /// this command is ended; the window and `serve` watch it too, until --off. Exit codes are those of `review`.
    Watch(Watch),
    /// Webhooks: addresses that are told when a review ends
    #[command(subcommand)]
    Webhook(Webhook),
    /// What left this computer: every call of a provider or a webhook, its size and what came back
    ///
    /// Sizes are those of what was said, without the heads of HTTP. Spans that COUNTERSIGN_OTLP has sent to a
    /// collector are not among them; no contract's words are in those.
    Outbound(Outbound),
    /// Caps on what models may cost, and what was spent
    Budget(Budget),
    /// Ask about a contract: every part of it is read for the answer
    ///
    /// The providers that are chosen are asked, and each sentence of the answer stands with the contract's own words;
    /// without one the passages are shown that hold the question's words.
    Ask(Ask),
    /// Find passages of one contract by words
    Related(Related),
    /// Find passages of all contracts by words
    Search(Search),
    /// Check an exported JSON report against the file it was made from: every quote where it is said to stand
    ///
    /// No model is asked and nothing is kept. What doesn't match is printed, and the exit code is 1.
    Import(Import),
    /// Check that this computer has what Countersign needs
    Doctor(Doctor),
    /// Backups of the database: list them, make one, put one in its place
    #[command(subcommand)]
    Backup(Backup),
    /// Delete a contract for good, with its file, its text, its reviews and notices
    Delete(Delete),
    /// Show or change how long finished reviews are kept
    Keep(Keep),
    /// Pack what helps to find a defect and says nothing of any contract
    Diagnostics(Diagnostics),
    /// Measure the readers against marked contracts
    #[command(subcommand)]
    Eval(Eval),
    /// Serve the window's page and the interface for other programs on this computer (prints their addresses)
    Serve(Serve),
    /// Programs that may use the HTTP interface of `serve`: add, list, revoke
    #[command(subcommand)]
    Client(Client),
    /// Print what a shell needs to complete these commands
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man {
        /// Write a page for every command into this folder instead
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Review {
    /// Contracts (PDF, DOCX, ODT, RTF, HTML, Markdown, text, EML)
    pub(crate) files: Vec<PathBuf>,
    /// Review the sample contracts that come with the program
    #[arg(long)]
    pub(crate) samples: bool,
    /// Form of the risk summary
    #[arg(long, value_parser = formats(), default_value = "md")]
    pub(crate) format: ExportFormat,
    /// Write one file a contract into this folder, named after it, instead of to stdout
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Judge by this playbook: the id of one that comes with the program, or a TOML file
    #[arg(long, value_name = "ID|FILE")]
    pub(crate) playbook: Option<PathBuf>,
    /// No progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// Progress as JSON on stdout, one object a line; summaries are written only with --out
    #[arg(long, conflicts_with = "quiet")]
    pub(crate) json: bool,
    /// What opens the locked ones among the files; better given by COUNTERSIGN_PASSWORD, which other
    /// users of the computer can't see
    #[arg(long, env = "COUNTERSIGN_PASSWORD", hide_env_values = true)]
    pub(crate) password: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Read {
    /// The file
    pub(crate) file: PathBuf,
    /// Form
    #[arg(long, value_enum, default_value_t = ReadFormat::Text)]
    pub(crate) format: ReadFormat,
    /// What opens the file, where it is locked; better given by COUNTERSIGN_PASSWORD, which other
    /// users of the computer can't see
    #[arg(long, env = "COUNTERSIGN_PASSWORD", hide_env_values = true)]
    pub(crate) password: Option<String>,
    /// Languages of scanned pages, as Tesseract names them: eng+deu
    #[arg(long, value_name = "CODES")]
    pub(crate) languages: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReadFormat {
    /// Pages, words and their places, headings, tables, changes and comments
    Json,
    /// The text that would be reviewed
    Text,
}

#[derive(Debug, Args)]
pub(crate) struct Submit {
    /// Contracts (PDF, DOCX, ODT, RTF, HTML, Markdown, text, EML)
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Judge by this playbook: the id of one that comes with the program, or a TOML file
    #[arg(long, value_name = "ID|FILE")]
    pub(crate) playbook: Option<PathBuf>,
    /// As JSON, one object a file and line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Resume {
    /// Progress as JSON on stdout, one object a line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Retry {
    /// Review ids, or the beginnings of them
    #[arg(required_unless_present = "failed")]
    pub(crate) ids: Vec<String>,
    /// Every review that failed
    #[arg(long, conflicts_with = "ids")]
    pub(crate) failed: bool,
    /// Progress as JSON on stdout, one object a line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// A report that was exported as JSON
    pub(crate) report: PathBuf,
    /// The file it was made from
    #[arg(long, value_name = "FILE")]
    pub(crate) original: PathBuf,
    /// What opens the file, where it is locked; better given by COUNTERSIGN_PASSWORD, which other
    /// users of the computer can't see
    #[arg(long, env = "COUNTERSIGN_PASSWORD", hide_env_values = true)]
    pub(crate) password: Option<String>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Eval {
    /// Predict the clauses of every contract of a gold file, one JSON object a line
    Clauses(EvalClauses),
    /// Score the key terms of every contract of a gold file against its answers
    Facts(EvalFacts),
    /// Plant risks in contracts made for it and count what is found
    Planted(EvalPlanted),
}

#[derive(Debug, Args)]
pub(crate) struct Facts {
    /// Contracts
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct EvalFacts {
    /// Marked contracts: one JSON object a line (`title`, `text`, `answers`), plain or gzip
    #[arg(long, value_name = "FILE")]
    pub(crate) gold: PathBuf,
    /// Where each answer goes with what was read, tabs between
    #[arg(long, value_name = "FILE.tsv")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct EvalPlanted {
    /// The first contract's seed
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// So many contracts
    #[arg(long, default_value_t = 200)]
    pub(crate) count: u64,
    /// With the wordings that the reader may be improved on, instead of those kept for measuring
    #[arg(long)]
    pub(crate) tuning: bool,
    /// What else is the matter: a bad scan, definitions at the end, a text that asks to find nothing
    #[arg(long, value_name = "VARIANT", default_value = "plain", value_parser = ["plain", "scan", "late", "hidden"])]
    pub(crate) variant: String,
    /// Who reads: `offline`, or the id of a provider that is set up, which is then asked about every part of
    /// every contract (its calls cost what they cost, and stand in no budget: begin with a small --count)
    #[arg(long, value_name = "offline|PROVIDER", default_value = "offline")]
    pub(crate) reader: String,
}

#[derive(Debug, Args)]
pub(crate) struct EvalClauses {
    /// Marked contracts: one JSON object a line (`title`, `text`, `clauses`), plain or gzip
    #[arg(long, value_name = "FILE")]
    pub(crate) gold: PathBuf,
    /// Where the predictions go: {title, category, start, end, score}, places in Unicode code points
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Predict each contract by a model trained on the others (minutes; use a release build)
    #[arg(long)]
    pub(crate) oof: bool,
    /// Folds of --oof, by contract
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(2..))]
    pub(crate) folds: u8,
    /// Seed of --oof
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// As a JSON array
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Review id, or the beginning of one
    pub(crate) id: String,
    /// Form
    #[arg(long, value_parser = formats(), default_value = "md")]
    pub(crate) format: ExportFormat,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Review ids, or the beginnings of them
    #[arg(required_unless_present = "all")]
    pub(crate) ids: Vec<String>,
    /// Every review that is done
    #[arg(long, conflicts_with = "ids")]
    pub(crate) all: bool,
    /// Forms, separated by commas
    #[arg(long, value_parser = formats(), value_delimiter = ',', default_value = "md")]
    pub(crate) format: Vec<ExportFormat>,
    /// Folder to write into, or - to write one file to stdout
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) out: PathBuf,
    /// How the files are named: {contract}, {supplier}, {decision}, {reviewed} and {form} stand for what
    /// they say
    #[arg(long, value_name = "PATTERN")]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Choose {
    /// Review id, or the beginning of one
    pub(crate) id: String,
    /// The party that is our side: its name, or the word the contract uses for it
    #[arg(long, value_name = "PARTY", required_unless_present = "contract_type")]
    pub(crate) side: Option<String>,
    /// What sort of agreement it is
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    pub(crate) contract_type: Option<ChosenType>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChosenType {
    Saas,
    Licence,
    Services,
    Goods,
    Nda,
    Dpa,
    Other,
}

impl ChosenType {
    pub(crate) fn contract_type(self) -> ContractType {
        match self {
            Self::Saas => ContractType::Saas,
            Self::Licence => ContractType::Licence,
            Self::Services => ContractType::Services,
            Self::Goods => ContractType::Goods,
            Self::Nda => ContractType::Nda,
            Self::Dpa => ContractType::Dpa,
            Self::Other => ContractType::Other,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct History {
    /// Review id, or the beginning of one
    pub(crate) id: String,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Queue {
    /// End a review; what was done is kept
    Stop {
        /// Review id, or the beginning of one
        id: String,
        /// Let the steps at work finish first
        #[arg(long)]
        after_step: bool,
    },
    /// Hold a review, or the whole queue
    Pause {
        /// Review id, or the beginning of one [default: all]
        id: Option<String>,
    },
    /// Go on with a review that was held, stopped or failed, or with the whole queue
    Go {
        /// Review id, or the beginning of one [default: all]
        id: Option<String>,
    },
    /// Leave out what models have not answered yet
    Offline {
        /// Review id, or the beginning of one
        id: String,
    },
    /// Move a review before (smaller) or behind the others
    Priority {
        /// Review id, or the beginning of one
        id: String,
        /// 0 is usual
        #[arg(allow_negative_numbers = true)]
        priority: i64,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Provider {
    /// Those that are set up, with their state
    List,
    /// Those that are known by name, for --preset
    Presets,
    /// The models that one says it has
    Models {
        /// Its id
        id: String,
    },
    /// Set one up, or change how it is
    Add(AddProvider),
    /// Take one away
    Remove {
        /// Its id
        id: String,
    },
    /// Ask one about a sample part of a contract, as reviews ask
    Test {
        /// Its id
        id: String,
    },
    /// Keep the key of one in the system's keychain, or forget it
    ///
    /// The key is typed without being shown, or comes from a pipe; never as an argument, which other users
    /// of the computer could see. Where there is no keychain, put it into the environment instead.
    Key {
        /// Its id
        id: String,
        /// Take the key out of the keychain
        #[arg(long)]
        forget: bool,
    },
    /// Ask one again that waited for you
    Resume {
        /// Its id
        id: String,
    },
    /// Choose which new reviews ask, in this order; none for the offline reader alone
    Use {
        /// Their ids
        ids: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Watch {
    /// The folder; without one, the folder that was watched before
    pub(crate) folder: Option<PathBuf>,
    /// Form of what is written beside the contracts
    #[arg(long, value_parser = formats())]
    pub(crate) format: Option<ExportFormat>,
    /// Judge by this playbook: the id of one that comes with the program
    #[arg(long, value_name = "ID")]
    pub(crate) playbook: Option<String>,
    /// Watch no folder any more
    #[arg(long, conflicts_with_all = ["folder", "format", "playbook"])]
    pub(crate) off: bool,
}

/// Messages follow the Standard Webhooks specification: `webhook-id` is the same in every try, `webhook-signature` is
/// made with the webhook's secret. They hold ids, states and counts, and no words of contracts.
#[derive(Debug, Subcommand)]
pub(crate) enum Webhook {
    /// Add one; its secret is printed this once
    Add {
        /// Short name in small letters
        name: String,
        /// Where messages go: https://, or http:// on this computer
        url: String,
        /// It may be on this computer or in its own network
        #[arg(long)]
        private: bool,
    },
    /// Those there are
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Send one a message that is about nothing
    Test {
        /// Its name
        name: String,
    },
    /// Give one a new secret, which is printed this once; the one before signs beside it for 24 hours
    Rotate {
        /// Its name
        name: String,
    },
    /// Tell one again what happens, and what waits for it
    On {
        /// Its name
        name: String,
    },
    /// Tell one nothing
    Off {
        /// Its name
        name: String,
    },
    /// Take one away, with its secret and all it was told
    Remove {
        /// Its name
        name: String,
    },
    /// What one was told, with every try
    Deliveries {
        /// Its name
        name: String,
        /// At the most so many, newest first
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Send a message once more
    Redeliver {
        /// Its id, as `deliveries` prints it
        id: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Outbound {
    /// At the most so many, newest first
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: u32,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Settings {
    /// Nothing leaves this computer while this is on: no provider is asked for anything, not even one that
    /// runs on it, since it may pass on what it is asked. Without a value: what is set
    Offline {
        /// On or off
        switch: Option<Switch>,
    },
    /// Replace personal data by marks in what providers are asked, and put it back into their answers. Without
    /// kinds: what is set
    ///
    /// Known by their form, so not all is found: above all a name that stands beside no title, label or e-mail
    /// address of that person is sent as it is. Companies and postal addresses are never replaced.
    Redact {
        /// What is replaced from now on
        kinds: Vec<RedactKind>,
        /// Nothing is
        #[arg(long, conflicts_with = "kinds")]
        none: bool,
    },
    /// Other programs may use the HTTP interface of the window, on this computer and with a token of
    /// `client add`; off unless it is turned on. Without a value: what is set
    Programs {
        /// On or off
        switch: Option<Switch>,
        /// Where [default: as before, at first 8171]
        #[arg(long, requires = "switch", value_parser = clap::value_parser!(u16).range(1..))]
        port: Option<u16>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RedactKind {
    /// E-mail addresses
    Emails,
    /// Telephone and fax numbers
    Phones,
    /// IBANs, BICs, account numbers, sort codes
    Accounts,
    /// Names of people
    Names,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

#[derive(Debug, Args)]
pub(crate) struct AddProvider {
    /// Short name in small letters; its key goes into the keychain by `provider key`, or into COUNTERSIGN_KEY_
    /// and this name in capitals
    pub(crate) id: String,
    /// A provider that is known by name: openai, azure, mistral, openrouter, anthropic, gemini, ollama,
    /// lm-studio, llama-cpp, vllm
    #[arg(long)]
    pub(crate) preset: Option<String>,
    /// Where its API begins, as in localhost:11434/v1 with http:// before it, or https:// elsewhere
    /// [default: where its preset says]
    #[arg(long, required_unless_present = "preset")]
    pub(crate) url: Option<String>,
    /// The model, as the provider calls it
    #[arg(long)]
    pub(crate) model: String,
    /// Name for people
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Calls a minute [default: no limit]
    #[arg(long, value_name = "N")]
    pub(crate) requests_per_minute: Option<u32>,
    /// Tokens a minute [default: no limit]
    #[arg(long, value_name = "N")]
    pub(crate) tokens_per_minute: Option<u32>,
    /// Calls at once
    #[arg(long, value_name = "N", default_value_t = 4)]
    pub(crate) concurrency: u32,
    /// Tokens the model can read and write at once [default: as its preset says, else 32000]
    #[arg(long, value_name = "N")]
    pub(crate) context_tokens: Option<u32>,
    /// US dollars for a million tokens read [default: as published, where that is known]
    #[arg(long, value_name = "USD", requires = "price_out")]
    pub(crate) price_in: Option<f64>,
    /// US dollars for a million tokens written
    #[arg(long, value_name = "USD", requires = "price_in")]
    pub(crate) price_out: Option<f64>,
    /// Its model for embeddings, to find related passages by [default: the offline embeddings]
    #[arg(long, value_name = "MODEL")]
    pub(crate) embedding_model: Option<String>,
    /// US dollars for a million tokens that it reads
    #[arg(long, value_name = "USD", requires = "embedding_model")]
    pub(crate) embedding_price: Option<f64>,
}

#[derive(Debug, Args)]
pub(crate) struct Budget {
    /// US dollars a calendar month
    #[arg(long, value_name = "USD")]
    pub(crate) month_usd: Option<f64>,
    /// Tokens a calendar month
    #[arg(long, value_name = "N")]
    pub(crate) month_tokens: Option<u64>,
    /// US dollars a review
    #[arg(long, value_name = "USD")]
    pub(crate) review_usd: Option<f64>,
    /// Tokens a review
    #[arg(long, value_name = "N")]
    pub(crate) review_tokens: Option<u64>,
    /// No caps at all
    #[arg(long)]
    pub(crate) none: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Ask {
    /// Review id, or the beginning of one
    pub(crate) id: String,
    /// The question
    pub(crate) question: String,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Related {
    /// Review id, or the beginning of one
    pub(crate) id: String,
    /// What is looked for
    pub(crate) words: String,
    /// At the most so many
    #[arg(long, default_value_t = 5)]
    pub(crate) limit: u32,
}

#[derive(Debug, Args)]
pub(crate) struct Search {
    /// What is looked for; a phrase in quotation marks is looked for as it stands
    pub(crate) words: String,
    /// At the most so many
    #[arg(long, default_value_t = 10)]
    pub(crate) limit: u32,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Backup {
    /// The backups that are there, newest first
    List,
    /// Make a backup now
    Now,
    /// Put a backup in the database's place; the database that stands there is moved, not deleted
    Restore {
        /// As `backup list` names it
        name: String,
    },
    /// After damage: begin with an empty list; the damaged database stays where it was moved
    Fresh,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    /// Id of a review of the contract, or the beginning of one
    pub(crate) id: String,
    /// Replace all backups by one made afterwards; without it older ones hold the contract until they age out
    #[arg(long)]
    pub(crate) and_backups: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Keep {
    /// Delete contracts this many days after their last review ended
    #[arg(long, value_name = "N", conflicts_with = "for_ever")]
    pub(crate) days: Option<u32>,
    /// Delete nothing by itself
    #[arg(long)]
    pub(crate) for_ever: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Diagnostics {
    /// Write the archive here [default: a file in the current folder]
    #[arg(long, value_name = "FILE.zip", conflicts_with = "preview")]
    pub(crate) out: Option<PathBuf>,
    /// Print what the archive would hold, and write nothing
    #[arg(long)]
    pub(crate) preview: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Client {
    /// Add one; its token is printed once
    Add {
        /// Name for people
        name: String,
        /// What it may do
        #[arg(long, value_enum, value_delimiter = ',', default_values = ["read", "submit"])]
        scope: Vec<ClientScope>,
    },
    /// Those that were added, and what they may do
    List {
        /// As a JSON array
        #[arg(long)]
        json: bool,
    },
    /// Make the token of one worth nothing
    Revoke {
        /// Its name or id
        client: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ClientScope {
    /// Look: reviews, findings, exports, events, figures
    Read,
    /// Submit contracts
    Submit,
    /// Stop, pause and go on with reviews, delete contracts
    Manage,
}

impl From<ClientScope> for Scope {
    fn from(scope: ClientScope) -> Self {
        match scope {
            ClientScope::Read => Self::Read,
            ClientScope::Submit => Self::Submit,
            ClientScope::Manage => Self::Manage,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Listen at this address; at any but this computer's own only programs are served, not the page
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(crate) bind: IpAddr,
    /// 0 for any free port
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// Folder of the built page
    #[arg(long, value_name = "DIR")]
    pub(crate) ui: Option<PathBuf>,
    /// Serve programs only
    #[arg(long, conflicts_with = "ui")]
    pub(crate) no_page: bool,
    /// A name under which programs may ask, besides those of this computer; may be given again
    #[arg(long, value_name = "NAME")]
    pub(crate) host: Vec<String>,
    /// Programs may submit files of at most so many megabytes
    #[arg(long, value_name = "N", default_value_t = 512, value_parser = clap::value_parser!(u64).range(1..=512))]
    pub(crate) max_upload_mb: u64,
}

/// The forms of an export, as the engine lists them.
fn formats() -> impl TypedValueParser<Value = ExportFormat> {
    let values = ExportFormat::ALL
        .iter()
        .map(|format| PossibleValue::new(format.id()).help(format.purpose()));
    PossibleValuesParser::new(values)
        .try_map(|id| ExportFormat::of_id(&id).ok_or("there is no such form"))
}

impl Arguments {
    pub(crate) fn data_folder(&self) -> Result<PathBuf, Error> {
        self.data_dir
            .clone()
            .or_else(default_data_folder)
            .ok_or(Error::NoDataFolder)
    }
}
