//! `cargo run -p countersign-documents --example read -- FILE [words|text|paragraphs|none]` prints
//! what is read from a PDF, and on stderr how long it took.

use std::error::Error;
use std::io::{Write, stdout};
use std::time::Instant;

use countersign_contracts::document::{Document, Page};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("expected a file")?;
    let what = arguments.next().unwrap_or_else(|| "words".to_owned());
    let started = Instant::now();
    let mut pages: Vec<Page> = Vec::new();
    countersign_documents::read_pdf(std::fs::read(file)?, &mut |page| pages.push(page))?;
    let read = started.elapsed();
    let document = Document::from_pages(pages);
    let laid_out = started.elapsed() - read;
    eprintln!(
        "{} pages read in {read:?}, laid out in {laid_out:?}",
        document.pages.len()
    );
    let mut out = stdout().lock();
    match what.as_str() {
        "words" => serde_json::to_writer(&mut out, &document)?,
        "text" => out.write_all(document.text.as_bytes())?,
        "paragraphs" => {
            for paragraph in &document.paragraphs {
                let indent = "  ".repeat(usize::from(paragraph.level));
                let number = paragraph.number.as_deref().unwrap_or("-");
                let heading = paragraph.heading.as_deref().unwrap_or("");
                writeln!(
                    out,
                    "{indent}p{} L{} [{number}] <{heading}> {}",
                    paragraph.page,
                    paragraph.level,
                    document.slice(paragraph.span)
                )?;
            }
        }
        _ => {}
    }
    Ok(())
}
