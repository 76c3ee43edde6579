//! One of the five hottest paths of an offline review, for callgrind to count its instructions.
//!
//! `counts PATH`, where PATH is one of `PATHS`. Everything before it is done too, and a shorter contract goes
//! first, so that what is made once is not counted. Only [`measured`] is: `cargo xtask test counts`.

use std::error::Error;

use countersign_contracts::chunk::{Chunk, chunk_document};
use countersign_contracts::clause::Clause;
use countersign_contracts::document::Document;
use countersign_contracts::judge::judge;
use countersign_contracts::passage::cut_passages;
use countersign_contracts::playbook::Playbook;
use countersign_contracts::profile::DocumentProfile;
use countersign_documents::{read_pdf, read_text_layer};
use countersign_offline::embed::{embed, embedder};
use countersign_offline::{ChunkInput, check_document, profile_document, read_chunk};
use countersign_tests::make_pdf::contract_of;

/// Reading the pages, the second reading, cutting, reading clauses, judging.
const PATHS: [&str; 5] = ["pages", "second_reading", "chunks", "clauses", "judgement"];
/// Pages of the contract that is counted, and of the one before it.
const PAGES: usize = 12;
const BEFORE: usize = 2;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).unwrap_or_default();
    if !PATHS.contains(&path.as_str()) {
        return Err(format!("name one of {PATHS:?}").into());
    }
    review(contract_of(BEFORE, 1), "")?;
    review(contract_of(PAGES, 2), &path)
}

/// What is counted: the name is what callgrind looks for.
#[inline(never)]
fn measured<T>(work: &mut dyn FnMut() -> T) -> T {
    work()
}

fn review(bytes: Vec<u8>, path: &str) -> Result<(), Box<dyn Error>> {
    let run = |name: &str, work: &mut dyn FnMut()| {
        if name == path {
            measured(work);
        } else {
            work();
        }
    };
    let mut pages = Vec::new();
    run("pages", &mut || {
        // A file of pictures only would be an error; this one has text, as the next line proves.
        let _ = read_pdf(bytes.clone(), &mut |page| pages.push(page));
    });
    assert!(pages.iter().any(|page| !page.words.is_empty()));
    let mut layers = 0;
    run("second_reading", &mut || {
        read_text_layer(bytes.clone(), &mut |_, text| {
            layers += usize::from(text.is_some())
        });
    });
    assert_eq!(layers, pages.len());
    let document = Document::from_pages(pages);
    let (mut chunks, mut profile): (Vec<Chunk>, _) = (Vec::new(), DocumentProfile::default());
    run("chunks", &mut || {
        chunks = chunk_document(&document);
        profile = profile_document(&document);
        for passage in cut_passages(&document, &chunks) {
            assert_eq!(*embed(&passage.searchable()).embedder(), embedder());
        }
    });
    let mut clauses: Vec<Clause> = Vec::new();
    run("clauses", &mut || {
        clauses = chunks
            .iter()
            .flat_map(|chunk| {
                read_chunk(&ChunkInput {
                    text: document.slice(chunk.span),
                    start: chunk.span.start as usize,
                    heading_path: &chunk.heading_path,
                    profile: &profile,
                })
            })
            .collect();
    });
    let playbook = Playbook::procurement()?;
    run("judgement", &mut || {
        let mut all = clauses.clone();
        all.extend(check_document(&document, &profile));
        let judgement = judge(&document, &profile, &all, &playbook);
        assert!(!judgement.findings.is_empty());
    });
    Ok(())
}
