//! Reviews as files, one or many.

use std::path::{Path, PathBuf};

use countersign_engine::Engine;
use countersign_engine::views::{Nothing, ReviewRow, ReviewState};

use crate::arguments::Export;
use crate::error::Error;
use crate::output::{Folder, to_stdout};
use crate::queue::named;
use crate::review::config;
use crate::{OK, SOME_FAILED};

pub(crate) async fn export(folder: PathBuf, options: &Export) -> Result<u8, Error> {
    let engine = Engine::attach(config(folder)?).await?;
    let written = write(&engine, options).await;
    engine.close().await;
    written
}

async fn write(engine: &Engine, options: &Export) -> Result<u8, Error> {
    let rows = chosen(engine, options).await?;
    let pattern = options.name.as_deref();
    if options.out == Path::new("-") {
        let ([row], [format]) = (rows.as_slice(), options.format.as_slice()) else {
            return Err(Error::OneFile);
        };
        let file = engine.export_file(&row.id, *format, pattern).await?;
        to_stdout(&file.bytes, format.is_text())?;
        return Ok(OK);
    }
    let mut code = OK;
    let mut folder = Folder::open(&options.out)?;
    for row in &rows {
        for format in &options.format {
            match engine.export_file(&row.id, *format, pattern).await {
                Ok(file) => println!("{}", folder.write(&file.name, &file.bytes)?.display()),
                Err(error) => {
                    eprintln!("countersign: {}: {error}", row.file);
                    code = SOME_FAILED;
                }
            }
        }
    }
    Ok(code)
}

async fn chosen(engine: &Engine, options: &Export) -> Result<Vec<ReviewRow>, Error> {
    if options.all {
        let rows = engine.list_reviews(Nothing {}).await?;
        let done = |row: &ReviewRow| row.state == ReviewState::Completed;
        return Ok(rows.into_iter().filter(done).collect());
    }
    let mut rows = Vec::with_capacity(options.ids.len());
    for id in &options.ids {
        rows.push(named(engine, id).await?);
    }
    Ok(rows)
}
