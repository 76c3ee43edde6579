//! Finding passages: in one contract, in all of them.

use std::path::PathBuf;

use countersign_engine::Engine;
use countersign_engine::views::{PassageView, RelatedPassages, SearchText};

use crate::OK;
use crate::arguments::{Related, Search};
use crate::error::Error;
use crate::queue::named;
use crate::review::config;

pub(crate) async fn related(folder: PathBuf, options: Related) -> Result<u8, Error> {
    let engine = Engine::attach(config(folder)?).await?;
    let review_id = named(&engine, &options.id).await?.id;
    let found = engine
        .related_passages(RelatedPassages {
            review_id,
            text: options.words,
            exclude_chunk: None,
            limit: Some(options.limit),
        })
        .await?;
    engine.close().await;
    if found.is_empty() {
        eprintln!("Nothing in this contract has to do with these words.");
    }
    for passage in &found {
        print_passage(passage, None);
    }
    Ok(OK)
}

pub(crate) async fn search(folder: PathBuf, options: Search) -> Result<u8, Error> {
    let engine = Engine::attach(config(folder)?).await?;
    let found = engine
        .search_text(SearchText {
            text: options.words,
            limit: Some(options.limit),
        })
        .await?;
    engine.close().await;
    if found.is_empty() {
        eprintln!("No contract has passages that have to do with these words.");
    }
    for one in &found {
        print_passage(&one.passage, Some(&one.file));
    }
    Ok(OK)
}

fn print_passage(passage: &PassageView, file: Option<&str>) {
    let mut place: Vec<String> = file.map(str::to_owned).into_iter().collect();
    place.push(format!("page {}", passage.page));
    place.extend(passage.heading_path.last().cloned());
    if let Some(term) = &passage.why.defines {
        place.push(format!("defines {term}"));
    }
    println!("{}\n{}\n", place.join(" · "), passage.text);
}
