//! The gold: contracts with marked clauses, one JSON object a line, as CUAD v1 can be written.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use countersign_contracts::clause::ClauseKind;
use flate2::read::GzDecoder;
use serde::Deserialize;

use crate::error::Error;

/// A contract and where its clauses stand.
#[derive(Debug, Clone)]
pub struct Contract {
    /// Its name in the gold.
    pub title: String,
    /// Its text.
    pub text: String,
    /// Byte ranges of each kind's clauses.
    pub gold: BTreeMap<ClauseKind, Vec<(usize, usize)>>,
}

#[derive(Deserialize)]
struct Line {
    title: String,
    text: String,
    clauses: BTreeMap<String, Vec<(usize, usize)>>,
}

/// Reads the contracts of a gold file; a name that ends in `.gz` is unpacked.
///
/// # Errors
/// When the file can't be read or a line is no such object.
pub fn read_corpus(path: &Path) -> Result<Vec<Contract>, Error> {
    let read = |source| Error::Read {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(read)?;
    let input: Box<dyn Read> = if path.extension().is_some_and(|e| e == "gz") {
        Box::new(GzDecoder::new(file))
    } else {
        Box::new(file)
    };
    let mut contracts = Vec::new();
    for (number, line) in BufReader::new(input).lines().enumerate() {
        let line = line.map_err(read)?;
        if line.trim().is_empty() {
            continue;
        }
        let line: Line = serde_json::from_str(&line).map_err(|source| Error::Gold {
            path: path.to_owned(),
            line: number + 1,
            source,
        })?;
        contracts.push(line.into_contract());
    }
    Ok(contracts)
}

impl Line {
    fn into_contract(self) -> Contract {
        let mut bytes: Vec<usize> = self.text.char_indices().map(|(at, _)| at).collect();
        bytes.push(self.text.len());
        let place = |at: usize| bytes.get(at).copied().unwrap_or(self.text.len());
        let mut gold = BTreeMap::new();
        for kind in ClauseKind::ALL {
            let spans = kind.cuad_name().and_then(|name| self.clauses.get(name));
            let spans: Vec<(usize, usize)> = spans
                .into_iter()
                .flatten()
                .map(|(start, end)| (place(*start), place(*end)))
                .collect();
            if !spans.is_empty() {
                gold.insert(*kind, spans);
            }
        }
        Contract {
            title: self.title,
            text: self.text,
            gold,
        }
    }
}
