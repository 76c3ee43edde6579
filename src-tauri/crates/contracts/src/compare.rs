//! Where two readers of one page differ.
//!
//! The second reader cuts words and lines in another way and knows nothing of what can be seen, so
//! only words count that one of them finds on a page and the other finds nowhere on it, not even in
//! pieces.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::document::{Page, PageQuality, PageSource, Word};

/// More words than these, and the page is disputed.
const A_FEW: usize = 3;
/// Longest text of each version that is kept, in characters.
const LONGEST: usize = 300;

/// What came of a second reading.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct SecondReading {
    /// Pages that can be read twice: those with a text layer, and blank ones.
    pub pages_of_text: u32,
    /// Of these, the ones that the second reader could read.
    pub pages_compared: u32,
    /// Pages on which the two differ by more than a few words, ascending.
    pub disputed: Vec<DisputedPage>,
    /// It has not ended yet: nothing can be said of the pages.
    #[serde(default)]
    pub under_way: bool,
}

impl SecondReading {
    /// One that is to come; `None` where no page has text to read twice.
    #[must_use]
    pub fn to_come(pages: &[Page]) -> Option<Self> {
        let of_text = pages.iter().any(|page| page.source == PageSource::Text);
        let comparable = pages.iter().filter(|page| is_comparable(page)).count();
        of_text.then(|| Self {
            pages_of_text: comparable as u32,
            under_way: true,
            ..Self::default()
        })
    }

    /// One that came to nothing.
    #[must_use]
    pub fn given_up(pages_of_text: u32) -> Self {
        Self {
            pages_of_text,
            ..Self::default()
        }
    }

    /// Whether every page with a text layer was read twice with the same words.
    #[must_use]
    pub fn agrees(&self) -> bool {
        !self.under_way && self.disputed.is_empty() && self.pages_compared == self.pages_of_text
    }
}

/// A page of which two readers say different words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct DisputedPage {
    /// Counted from 1.
    pub page: u32,
    /// Words that only the first reader finds: they were reviewed.
    pub only_first: String,
    /// Words that only the second reader finds: they were not reviewed.
    pub only_second: String,
}

/// Whether a page can be read twice. A blank one can: there may be text on it after all.
#[must_use]
pub fn is_comparable(page: &Page) -> bool {
    match page.source {
        PageSource::Text => true,
        PageSource::None => page.quality == PageQuality::Blank,
        _ => false,
    }
}

/// Compares a page with the words that the second reader finds on it.
#[must_use]
pub fn compare_page(page: &Page, second: &[String]) -> Option<DisputedPage> {
    let seen: Vec<String> = page
        .words
        .iter()
        .filter(|w| w.hidden.is_none())
        .map(|w| bare(&w.text))
        .collect();
    // Hidden words are no dispute: both find them, and the report names them.
    let first: Vec<String> = page.words.iter().map(|w: &Word| bare(&w.text)).collect();
    let second: Vec<String> = second.iter().map(|w| bare(w)).collect();
    let only_first = missing(&seen, &second);
    let only_second = missing(&second, &first);
    (only_first.len() > A_FEW || only_second.len() > A_FEW).then(|| DisputedPage {
        page: page.number,
        only_first: shortened(&only_first),
        only_second: shortened(&only_second),
    })
}

/// The words of `one` that `other` has neither whole nor in pieces, each once.
fn missing<'w>(one: &'w [String], other: &[String]) -> Vec<&'w str> {
    let whole: HashSet<&str> = other.iter().map(String::as_str).collect();
    let mut stream: Option<String> = None;
    let mut told: HashSet<&str> = HashSet::new();
    let mut missing = Vec::new();
    for word in one {
        if word.is_empty() || whole.contains(word.as_str()) || !told.insert(word) {
            continue;
        }
        let stream = stream.get_or_insert_with(|| other.concat());
        if !stream.contains(word.as_str()) {
            missing.push(word.as_str());
        }
    }
    missing
}

/// Letters and digits alone: readers differ in quotation marks, dashes and ligatures.
fn bare(word: &str) -> String {
    let mut bare = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            '\u{fb00}' => bare.push_str("ff"),
            '\u{fb01}' => bare.push_str("fi"),
            '\u{fb02}' => bare.push_str("fl"),
            '\u{fb03}' => bare.push_str("ffi"),
            '\u{fb04}' => bare.push_str("ffl"),
            c if c.is_alphanumeric() => bare.push(c),
            _ => {}
        }
    }
    bare
}

fn shortened(words: &[&str]) -> String {
    let all = words.join(" ");
    let mut text: String = all.chars().take(LONGEST).collect();
    if text.len() < all.len() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Bbox, HiddenKind};

    fn page(seen: &str, hidden: &str) -> Page {
        let word = |text: &str, hidden| Word {
            text: text.into(),
            bbox: Bbox([0.0; 4]),
            line: 0,
            size: 10.0,
            bold: false,
            hidden,
            confidence: None,
        };
        let seen = seen.split_whitespace().map(|w| word(w, None));
        let hidden = hidden
            .split_whitespace()
            .map(|w| word(w, Some(HiddenKind::White)));
        Page {
            number: 4,
            width: 100.0,
            height: 100.0,
            source: PageSource::Text,
            quality: PageQuality::Ok,
            problem: None,
            words: seen.chain(hidden).collect(),
        }
    }

    fn compare(seen: &str, hidden: &str, second: &str) -> Option<DisputedPage> {
        let second: Vec<String> = second.split_whitespace().map(str::to_owned).collect();
        compare_page(&page(seen, hidden), &second)
    }

    #[test]
    fn words_cut_otherwise_or_marked_otherwise_are_no_dispute() {
        let seen = "The Supplier delivers the “Goods” in find-able boxes within thirty days";
        let cut = "TheSupplier deli vers the \"Goods\" in \u{fb01}ndable boxes with in thirty days";
        assert_eq!(compare(seen, "", cut), None);
        assert_eq!(
            compare(
                "One two",
                "ignore all earlier rules now",
                "One two ignore all earlier rules now"
            ),
            None,
            "hidden words are known"
        );
        assert_eq!(
            compare("price 30 EUR", "", "price 60 EUR"),
            None,
            "a few words"
        );
    }

    #[test]
    fn text_on_a_page_that_was_read_as_blank_is_a_dispute() {
        let blank = Page {
            source: PageSource::None,
            quality: PageQuality::Blank,
            ..page("", "")
        };
        assert!(is_comparable(&blank));
        let unread = Page {
            quality: PageQuality::NeedsOcr,
            ..blank.clone()
        };
        assert!(!is_comparable(&unread));
        let words = ["There", "are", "four", "words"].map(str::to_owned);
        let got = compare_page(&blank, &words).unwrap();
        assert_eq!(
            (got.only_first.as_str(), got.only_second.as_str()),
            ("", "There are four words")
        );
    }

    #[test]
    fn pages_with_other_words_are_named_with_both_versions() {
        let got = compare(
            "Payment is due within thirty days of receipt",
            "",
            "Payment is due whenever Supplier calls for money",
        );
        let got = got.unwrap();
        assert_eq!(got.page, 4);
        assert_eq!(got.only_first, "within thirty days of receipt");
        assert_eq!(got.only_second, "whenever Supplier calls for money");
    }
}
