//! A small typesetter: contract text in, PDF bytes out, the same bytes each time.
//!
//! Uses the standard Times and Helvetica fonts with Adobe's published widths, so every reader
//! finds the words where they were put. [`bad`] makes files that must end in words instead.

pub mod bad;
mod bank;
pub mod hostile;
mod page;
pub mod scanned;
pub mod upon;

pub use page::{Face, Options, Paper, pdf_of_content, typeset};

use bank::Bank;
use page::{Block, Typesetter};

/// Makes a plausible services agreement of exactly `pages` pages with running numbering. The same
/// `pages` and `seed` give the same bytes; another seed gives other parties, amounts and clauses.
#[must_use]
pub fn contract_of(pages: usize, seed: u64) -> Vec<u8> {
    let mut bank = Bank::new(seed);
    let options = Options {
        header: Some(bank.header()),
        ..Options::default()
    };
    let mut setter = Typesetter::new(options);
    setter.push_source(&bank.opening());
    while setter.page_number() < pages.max(1) || setter.filled() < 0.6 {
        if setter.page_number() > pages.max(1) {
            break;
        }
        setter.push_source(&bank.next_clause());
    }
    setter.push(&Block::rule_space());
    setter.push_source(&bank.signatures());
    setter.finish()
}
