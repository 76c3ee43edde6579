//! The whole offline review without queue and database: what it takes at the least.
//!
//! The same child process reads the file, the same functions cut, read and judge, as many chunks at once as there are
//! cores. Nothing is kept, so nothing is left of it when the program ends.

use std::error::Error;
use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::available_parallelism;

use countersign_contracts::chunk::{Chunk, chunk_document};
use countersign_contracts::clause::Clause;
use countersign_contracts::document::Document;
use countersign_contracts::judge::judge;
use countersign_contracts::passage::{EmbeddedPassage, cut_passages};
use countersign_contracts::playbook::Playbook;
use countersign_contracts::profile::DocumentProfile;
use countersign_contracts::readers::{ReadClause, combine};
use countersign_documents::{Format, KeptPages, ReadLimits, ReadRequest, read_document};
use countersign_offline::embed::embed;
use countersign_offline::{ChunkInput, check_document, profile_document, read_chunk};

/// Reviews a file; how many findings came of it and how many passages were embedded.
///
/// # Errors
/// When it can't be read.
pub async fn review(file: &Path) -> Result<(usize, usize), Box<dyn Error>> {
    let request = ReadRequest {
        program: std::env::current_exe()?,
        file: file.to_owned(),
        named: Some(Format::Pdf),
        limits: ReadLimits::default(),
        password: None,
        recogniser: None,
        kept: KeptPages::default(),
    };
    let mut pages = Vec::new();
    read_document(&request, &mut |page| pages.push(page)).await?;
    let document = Document::from_pages(pages);
    let chunks = chunk_document(&document);
    let profile = profile_document(&document);
    let passages: Vec<EmbeddedPassage> = cut_passages(&document, &chunks)
        .into_iter()
        .map(|passage| EmbeddedPassage {
            embedding: embed(&passage.searchable()),
            passage,
        })
        .collect();
    let read = read_all(&document, &chunks, &profile);
    let read = read.into_iter().map(|clause| ReadClause {
        offline: true,
        clause,
    });
    let mut clauses = combine(read.collect());
    clauses.extend(check_document(&document, &profile));
    let judgement = judge(&document, &profile, &clauses, &Playbook::procurement()?);
    Ok((judgement.findings.len(), passages.len()))
}

/// The clauses of every chunk, in order.
fn read_all(document: &Document, chunks: &[Chunk], profile: &DocumentProfile) -> Vec<Clause> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut read = Vec::new();
        while let Some(chunk) = chunks.get(next.fetch_add(1, Ordering::Relaxed)) {
            let input = ChunkInput {
                text: document.slice(chunk.span),
                start: chunk.span.start as usize,
                heading_path: &chunk.heading_path,
                profile,
            };
            read.push((chunk.index, read_chunk(&input)));
        }
        read
    };
    let cores = available_parallelism().map_or(1, NonZero::get);
    let mut read: Vec<_> = std::thread::scope(|threads| {
        let all: Vec<_> = (0..cores).map(|_| threads.spawn(work)).collect();
        all.into_iter()
            .flat_map(|one| one.join().unwrap_or_default())
            .collect()
    });
    read.sort_by_key(|(index, _)| *index);
    read.into_iter().flat_map(|(_, clauses)| clauses).collect()
}
