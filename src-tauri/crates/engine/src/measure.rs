//! Measuring the readers: key terms against answers that people wrote down, and risks planted in contracts
//! that were made for it, by the offline reader alone or with a provider. For whoever improves the reader
//! or chooses a model; no review depends on it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use countersign_contracts::document::Document;
use countersign_contracts::playbook::Playbook;
use countersign_contracts::report::{ContractParty, KeyTerm};
use countersign_documents::{
    Format, KeptPages, ReadError, ReadLimits, ReadRequest, Recogniser, read_document,
};
use countersign_offline::facts::read_facts;
use countersign_offline::facts::score::{FIELDS, Score, compare};
pub use countersign_offline::planted::Measured;
pub use countersign_offline::planted::Variant;
use countersign_offline::planted::bank::Half;
use countersign_offline::planted::{make_contracts, measure};
use flate2::read::GzDecoder;
use serde::{Deserialize, Serialize};

use crate::Engine;
use crate::error::Error;
pub use crate::pipeline::ModelMeasured;

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    /// A file that can't be read or written.
    #[error("{} can't be used: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line that is no marked contract.
    #[error("{}, line {line}: no marked contract ({source}). Each line is a JSON object with title, text and answers", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
    /// The program's own playbook.
    #[error(transparent)]
    Playbook(#[from] countersign_contracts::playbook::PlaybookError),
}

/// The key terms of a file, without a review.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileFacts {
    /// What sort of agreement it is.
    #[serde(rename = "type")]
    pub contract_type: String,
    /// The parties that it names.
    pub parties: Vec<ContractParty>,
    /// The register's row.
    pub key_terms: Vec<KeyTerm>,
}

/// Reads a file in a child process (`program` is the host's own binary) and its key terms.
///
/// # Errors
/// When the file can't be read.
pub async fn facts_of_file(program: &Path, file: &Path) -> Result<FileFacts, ReadError> {
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned());
    let request = ReadRequest {
        program: program.to_owned(),
        file: file.to_owned(),
        named: name.as_deref().and_then(Format::of_name),
        limits: ReadLimits::default(),
        password: None,
        recogniser: Recogniser::find(),
        kept: KeptPages::default(),
    };
    let mut pages = Vec::new();
    read_document(&request, &mut |page| pages.push(page)).await?;
    let facts = read_facts(&Document::from_pages(pages));
    Ok(FileFacts {
        contract_type: facts.profile.contract_type.id().to_owned(),
        parties: facts.profile.parties,
        key_terms: facts.terms,
    })
}

#[derive(Deserialize)]
struct Gold {
    title: String,
    text: String,
    answers: BTreeMap<String, String>,
}

/// Scores the key terms of every contract of a gold file and writes one line an answer to `out`: title,
/// field, right or wrong, the answer, what was read.
///
/// # Errors
/// When a file can't be used or a line is no marked contract.
pub fn score_facts(gold: &Path, out: &Path) -> Result<Vec<(&'static str, Score)>, MeasureError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| MeasureError::File { path, source }
    };
    let file = File::open(gold).map_err(failed(gold))?;
    let packed = gold.extension().is_some_and(|ending| ending == "gz");
    let reader: Box<dyn BufRead> = if packed {
        Box::new(BufReader::new(GzDecoder::new(file)))
    } else {
        Box::new(BufReader::new(file))
    };
    let mut writer = BufWriter::new(File::create(out).map_err(failed(out))?);
    writeln!(writer, "title\tfield\tverdict\tanswer\tread").map_err(failed(out))?;
    let mut scores: BTreeMap<&str, Score> = BTreeMap::new();
    for (at, line) in reader.lines().enumerate() {
        let line = line.map_err(failed(gold))?;
        let contract: Gold = serde_json::from_str(&line).map_err(|source| MeasureError::Line {
            path: gold.to_owned(),
            line: at + 1,
            source,
        })?;
        let facts = read_facts(&Document::from_plain_text(&contract.text));
        let answer = |question: &str| contract.answers.get(question).map(String::as_str);
        for row in compare(&facts, answer) {
            scores.entry(row.field).or_default().add(&row);
            let verdict = if row.right { "right" } else { "wrong" };
            let cells = [&contract.title, row.field, verdict, &row.gold, &row.read];
            let cells = cells.map(|cell| cell.replace(['\t', '\n', '\r'], " "));
            writeln!(writer, "{}", cells.join("\t")).map_err(failed(out))?;
        }
    }
    writer.flush().map_err(failed(out))?;
    Ok(FIELDS
        .iter()
        .filter_map(|field| Some((field.id, *scores.get(field.id)?)))
        .collect())
}

/// Which contracts with planted risks are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlantedOptions {
    /// The first contract's seed.
    pub seed: u64,
    /// So many.
    pub count: u64,
    /// Of the wordings that the reader may be improved on.
    pub tuning: bool,
    /// What else is the matter with them.
    pub variant: Variant,
}

impl PlantedOptions {
    fn half(self) -> Half {
        if self.tuning {
            Half::Tuning
        } else {
            Half::Evaluation
        }
    }
}

impl Engine {
    /// Has a provider that is set up read contracts with planted risks, by the very questions that reviews
    /// ask, and counts what reviews would find with its answers and without. Nothing is kept; the calls
    /// cost what they cost.
    ///
    /// # Errors
    /// [`Error::Setting`] when there is no such provider or it says what a person has to put right first.
    pub async fn measure_planted(
        &self,
        provider: &str,
        options: PlantedOptions,
    ) -> Result<ModelMeasured, Error> {
        self.measure_each(provider, options, || {}).await
    }

    /// The same; `read` is called behind each contract.
    pub(crate) async fn measure_each(
        &self,
        provider: &str,
        options: PlantedOptions,
        read: impl Fn(),
    ) -> Result<ModelMeasured, Error> {
        let model = self.model_called(provider)?;
        let PlantedOptions { seed, count, .. } = options;
        let contracts = make_contracts(seed, count, options.half(), options.variant);
        let playbook = Playbook::procurement().map_err(|e| Error::Setting(e.to_string()))?;
        crate::pipeline::measure_model(&model, &contracts, &playbook, read)
            .await
            .map_err(|error| Error::Setting(error.to_string()))
    }
}

/// Plants risks of the wordings kept for measuring (or, asked for, of those the reader may be improved
/// on) in contracts and counts what the default playbook finds.
///
/// # Errors
/// Never in a released build: the playbook is part of the program.
pub fn score_planted(options: PlantedOptions) -> Result<Measured, MeasureError> {
    let PlantedOptions { seed, count, .. } = options;
    let playbook = Playbook::procurement()?;
    Ok(measure(
        seed,
        count,
        options.half(),
        options.variant,
        &playbook,
    ))
}
