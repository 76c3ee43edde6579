//! `countersign read`: what the reader sees in a file.

use std::io::{ErrorKind, Write, stdout};

use countersign_engine::reading::{ReadFile, read_file};

use crate::arguments::{Read, ReadFormat};
use crate::error::Error;
use crate::{OK, SOME_FAILED};

pub(crate) async fn read(options: &Read) -> Result<u8, Error> {
    let program = std::env::current_exe().map_err(Error::Start)?;
    let languages = options.languages.as_deref();
    let read = read_file(&program, &options.file, options.password.clone(), languages);
    let file = match read.await {
        Ok(file) => file,
        Err(error) => {
            eprintln!("countersign: {}: {error}", options.file.display());
            return Ok(SOME_FAILED);
        }
    };
    match print(&file, options.format) {
        // Who pipes into `head` has read enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(OK),
        Err(source) => Err(Error::Read {
            path: options.file.clone(),
            source,
        }),
        Ok(()) => Ok(OK),
    }
}

fn print(file: &ReadFile, format: ReadFormat) -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(stdout().lock());
    match format {
        ReadFormat::Json => {
            serde_json::to_writer(&mut out, file)?;
            writeln!(out)?;
        }
        ReadFormat::Text => {
            writeln!(out, "{}", file.text)?;
            for note in &file.notes {
                eprintln!("Note: {note}");
            }
            for hidden in &file.hidden {
                eprintln!("Hidden on page {}: {}", hidden.page, hidden.text);
            }
            let second = file.second_reading.iter();
            for page in second.flat_map(|second| &second.disputed) {
                eprintln!(
                    "Page {} is disputed: only the first reader finds “{}”, only the second “{}”.",
                    page.page, page.only_first, page.only_second
                );
            }
            for change in &file.changes {
                eprintln!("Tracked change on page {}.", change.place.page);
            }
            for comment in &file.comments {
                eprintln!("Comment on page {}.", comment.place.page);
            }
        }
    }
    out.flush()
}
