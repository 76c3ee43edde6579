//! Measuring the offline reader: key terms against answers that people wrote down, and risks planted in
//! contracts that were made for it. For whoever improves the reader; no review depends on it.

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
pub use countersign_offline::planted::Variant;
use countersign_offline::planted::bank::Half;
use countersign_offline::planted::{Measured, measure};
use flate2::read::GzDecoder;
use serde::{Deserialize, Serialize};

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

/// Plants risks of the wordings kept for measuring (or, asked for, of those the reader may be improved
/// on) in `count` contracts and counts what the default playbook finds.
///
/// # Errors
/// Never in a released build: the playbook is part of the program.
pub fn score_planted(
    seed: u64,
    count: u64,
    tuning: bool,
    variant: Variant,
) -> Result<Measured, MeasureError> {
    let half = if tuning {
        Half::Tuning
    } else {
        Half::Evaluation
    };
    Ok(measure(
        seed,
        count,
        half,
        variant,
        &Playbook::procurement()?,
    ))
}
