//! Predictions for contracts that the predicting model has not seen, and their form in a file.

use std::collections::BTreeMap;
use std::io::Write;

use countersign_offline::model::file::ModelError;
use countersign_offline::model::{ClauseModel, Prediction};
use serde::Serialize;

use crate::dataset::{Dataset, deal};
use crate::fit::{Options, fit};

/// Spans per contract and kind at most, as in CUAD's own evaluation.
const MOST: usize = 20;

/// Trains a model for each fold on the other folds and predicts the fold with it.
///
/// # Errors
/// When a model can't be read back.
pub fn predict_out_of_fold(
    dataset: &Dataset,
    folds: usize,
    options: &Options,
    mut done: impl FnMut(usize),
) -> Result<Vec<(usize, Vec<Prediction>)>, ModelError> {
    let all: Vec<usize> = (0..dataset.contracts.len()).collect();
    let mut predicted = Vec::new();
    for (number, fold) in deal(&all, folds, options.seed.rotate_left(32))
        .iter()
        .enumerate()
    {
        let others: Vec<usize> = all.iter().copied().filter(|c| !fold.contains(c)).collect();
        let bytes = fit(dataset, &others, options).0.to_bytes();
        let model = ClauseModel::load(&bytes)?;
        for &contract in fold {
            let text = &dataset.contracts[contract].text;
            let spans = model.predict_spans(text, &dataset.segments[contract]);
            predicted.push((contract, spans));
        }
        done(number);
    }
    predicted.sort_by_key(|(contract, _)| *contract);
    Ok(predicted)
}

#[derive(Serialize)]
struct Line<'a> {
    title: &'a str,
    category: &'a str,
    start: usize,
    end: usize,
    score: f32,
}

/// Writes predictions of CUAD's kinds as JSON lines, places counted in characters; returns how many.
///
/// # Errors
/// When the output can't be written.
pub fn write_predictions(
    title: &str,
    text: &str,
    predictions: &[Prediction],
    out: &mut dyn Write,
) -> std::io::Result<usize> {
    let mut characters = vec![0_u32; text.len() + 1];
    let mut count = 0;
    for (at, slot) in characters.iter_mut().enumerate() {
        *slot = count;
        count += u32::from(at < text.len() && text.is_char_boundary(at));
    }
    let place = |byte: u32| characters.get(byte as usize).map_or(0, |c| *c as usize);
    let mut counts = BTreeMap::new();
    for prediction in predictions {
        let Some(category) = prediction.kind.cuad_name() else {
            continue;
        };
        let written: &mut usize = counts.entry(prediction.kind).or_default();
        if *written == MOST {
            continue;
        }
        *written += 1;
        let line = Line {
            title,
            category,
            start: place(prediction.span.start),
            end: place(prediction.span.end),
            score: prediction.confidence,
        };
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
    }
    Ok(counts.values().sum())
}
