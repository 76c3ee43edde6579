//! Words found in the pages of a contract, where they stand. The text is the one that was read, so words
//! of scanned pages and words that a page does not show are found too.

use countersign_contracts::document::{Bbox, Page, Word};

use crate::Engine;
use crate::error::Error;
use crate::pipeline::READER_VERSION;
use crate::views::{FindWords, FoundWords, WordsFound};

/// A person looks at some of them, not at thousands.
const MOST: usize = 1000;

impl Engine {
    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn find_words(&self, argument: FindWords) -> Result<WordsFound, Error> {
        let id = &argument.contract_id;
        let nothing = WordsFound {
            places: Vec::new(),
            more: false,
        };
        if self.inner.store.hidden().await?.contracts.contains(id) {
            return Ok(nothing);
        }
        let pages = self.inner.store.pages_of_contract(id, READER_VERSION);
        let Some(pages) = pages.await? else {
            return Ok(nothing);
        };
        let wanted = argument.text;
        Ok(tokio::task::spawn_blocking(move || find(&pages, &wanted)).await?)
    }
}

fn find(pages: &[Page], wanted: &str) -> WordsFound {
    let wanted = alike(&wanted.split_whitespace().collect::<Vec<_>>().join(" "));
    let mut places = Vec::new();
    if wanted.is_empty() {
        return WordsFound {
            places,
            more: false,
        };
    }
    for page in pages {
        places.extend(on_page(page, &wanted));
        if places.len() > MOST {
            places.truncate(MOST);
            return WordsFound { places, more: true };
        }
    }
    WordsFound {
        places,
        more: false,
    }
}

fn on_page(page: &Page, wanted: &str) -> Vec<FoundWords> {
    let mut text = String::new();
    let mut ends = Vec::with_capacity(page.words.len());
    for word in &page.words {
        text.push_str(&alike(&word.text));
        ends.push(text.len());
        text.push(' ');
    }
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(wanted)) {
        let (start, end) = (from + at, from + at + wanted.len());
        let first = ends.partition_point(|word_end| *word_end <= start);
        let last = ends.partition_point(|word_end| *word_end < end);
        let words = page.words.get(first..=last.min(ends.len() - 1));
        found.push(FoundWords {
            page: page.number,
            boxes: boxes(words.unwrap_or_default()),
        });
        from = end;
    }
    found
}

/// One box a line.
fn boxes(words: &[Word]) -> Vec<Bbox> {
    words
        .chunk_by(|a, b| a.line == b.line)
        .filter_map(|line| line.iter().map(|word| word.bbox).reduce(Bbox::union))
        .collect()
}

/// Capital and small letters are alike, and so are the quotation marks and dashes that no keyboard has.
fn alike(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '\u{2018}' | '\u{2019}' => '\'',
            '\u{201c}' | '\u{201d}' => '"',
            '\u{2010}'..='\u{2014}' => '-',
            '\u{a0}' => ' ',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use countersign_contracts::document::{PageQuality, PageSource};

    use super::*;

    fn page(number: u32, lines: &[&str]) -> Page {
        let word = |line: usize, at: usize, text: &str| Word {
            text: text.to_owned(),
            bbox: Bbox([
                at as f32 * 10.0,
                line as f32 * 12.0,
                at as f32 * 10.0 + 9.0,
                line as f32 * 12.0 + 11.0,
            ]),
            line: line as u32,
            size: 11.0,
            bold: false,
            hidden: None,
            confidence: None,
        };
        let words = lines.iter().enumerate().flat_map(|(line, text)| {
            text.split(' ')
                .enumerate()
                .map(move |(at, text)| word(line, at, text))
        });
        Page {
            number,
            width: 600.0,
            height: 800.0,
            source: PageSource::Text,
            quality: PageQuality::Ok,
            problem: None,
            words: words.collect(),
        }
    }

    fn told(pages: &[Page], wanted: &str) -> Vec<(u32, usize, f32, f32)> {
        let found = find(pages, wanted);
        assert!(!found.more);
        let tell = |one: FoundWords| {
            (
                one.page,
                one.boxes.len(),
                one.boxes[0].0[0],
                one.boxes[0].0[2],
            )
        };
        found.places.into_iter().map(tell).collect()
    }

    #[test]
    fn words_are_found_over_lines_in_any_case_with_the_marks_of_print() {
        let pages = [
            page(1, &["The Supplier\u{2019}s total", "LIABILITY is limited"]),
            page(2, &["total liability and liability"]),
        ];
        assert_eq!(
            told(&pages, "total  liability"),
            [(1, 2, 20.0, 29.0), (2, 1, 0.0, 19.0)]
        );
        assert_eq!(told(&pages, "supplier's"), [(1, 1, 10.0, 19.0)]);
        assert_eq!(
            told(&pages, "liab"),
            [(1, 1, 0.0, 9.0), (2, 1, 10.0, 19.0), (2, 1, 30.0, 39.0)]
        );
        assert_eq!(
            told(&pages, "limited total"),
            [],
            "a place does not go over pages"
        );
        assert_eq!(told(&pages, "   "), []);
    }

    #[test]
    fn a_letter_that_is_everywhere_is_not_told_for_ever() {
        let line = "a".to_owned() + &" a".repeat(1200);
        let found = find(&[page(1, &[&line])], "a");
        assert_eq!((found.places.len(), found.more), (MOST, true));
    }
}
