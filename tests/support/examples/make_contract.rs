//! `cargo run -p countersign-tests --example make_contract -- PAGES SEED OUT.pdf` writes a made-up
//! contract; with SOURCE.md in place of the two numbers it typesets that text.

use std::error::Error;

use countersign_tests::make_pdf::{self, Options};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [pages, seed, out] => {
            std::fs::write(out, make_pdf::contract_of(pages.parse()?, seed.parse()?))?;
        }
        [source, out] => {
            let text = std::fs::read_to_string(source)?;
            std::fs::write(out, make_pdf::typeset(&text, &Options::default()))?;
        }
        _ => return Err("expected PAGES SEED OUT.pdf or SOURCE.md OUT.pdf".into()),
    }
    Ok(())
}
