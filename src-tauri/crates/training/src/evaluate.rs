//! Predictions for a gold file: by the model that comes with the program, or out of fold.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use countersign_offline::model::embedded;
use countersign_offline::model::segments::cut_segments;

use crate::corpus::read_corpus;
use crate::dataset::Dataset;
use crate::error::Error;
use crate::fit::Options;
use crate::out_of_fold::{predict_out_of_fold, write_predictions};

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evaluated {
    /// Contracts of the gold.
    pub contracts: usize,
    /// Spans predicted, alternatives among them.
    pub predictions: usize,
}

/// Predicts every contract with the model that comes with the program. Contracts it was trained on flatter
/// it: those belong out of fold.
///
/// # Errors
/// When a file can't be read or written, or the model is damaged.
pub fn predict_gold(gold: &Path, out: &Path) -> Result<Evaluated, Error> {
    let contracts = read_corpus(gold)?;
    let model = embedded().map_err(|error| Error::Model(error.clone()))?;
    let mut lines = Lines::create(out)?;
    for contract in &contracts {
        let segments = cut_segments(&contract.text);
        let spans = model.predict_spans(&contract.text, &segments);
        lines.write(&contract.title, &contract.text, &spans)?;
    }
    lines.finish(contracts.len())
}

/// Predicts every contract by a model trained on the other folds; `done` hears of each fold.
///
/// # Errors
/// When a file can't be read or written.
pub fn predict_gold_out_of_fold(
    gold: &Path,
    out: &Path,
    folds: usize,
    seed: u64,
    done: impl FnMut(usize),
) -> Result<Evaluated, Error> {
    let dataset = Dataset::new(read_corpus(gold)?);
    let options = Options {
        seed,
        ..Options::default()
    };
    let mut lines = Lines::create(out)?;
    let predicted = predict_out_of_fold(&dataset, folds, &options, done).map_err(Error::Model)?;
    for (contract, spans) in &predicted {
        let contract = &dataset.contracts[*contract];
        lines.write(&contract.title, &contract.text, spans)?;
    }
    lines.finish(predicted.len())
}

struct Lines<'a> {
    path: &'a Path,
    file: BufWriter<File>,
    count: usize,
}

impl<'a> Lines<'a> {
    fn create(path: &'a Path) -> Result<Self, Error> {
        let file = File::create(path).map_err(|source| Error::Write {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self {
            path,
            file: BufWriter::new(file),
            count: 0,
        })
    }

    fn write(
        &mut self,
        title: &str,
        text: &str,
        spans: &[countersign_offline::model::Prediction],
    ) -> Result<(), Error> {
        self.count += write_predictions(title, text, spans, &mut self.file)
            .map_err(|source| self.failed(source))?;
        Ok(())
    }

    fn finish(mut self, contracts: usize) -> Result<Evaluated, Error> {
        self.file.flush().map_err(|source| self.failed(source))?;
        Ok(Evaluated {
            contracts,
            predictions: self.count,
        })
    }

    fn failed(&self, source: std::io::Error) -> Error {
        Error::Write {
            path: self.path.to_owned(),
            source,
        }
    }
}
