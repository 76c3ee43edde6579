//! A text's words as search hears them: without case, accents and endings.

use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longer runs of letters are no words; what is beyond is not heard.
const LONGEST: usize = 48;

static STEMMER: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// In small letters, without accents, ligatures taken apart.
    pub folded: String,
    /// Without its ending: `terminate`, `termination` and `terminating` are one.
    pub stem: String,
}

/// The words of a text, in order. Letters and digits make words; all else stands between them.
#[must_use]
pub fn words_of(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut open = String::new();
    let mut length = 0;
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        // An apostrophe ends the word it belongs to: `Supplier's` is Supplier and a lone `s`.
        if c.is_alphanumeric() {
            length += 1;
            if length <= LONGEST {
                open.extend(c.to_lowercase());
            }
        } else if !open.is_empty() {
            words.extend(word(std::mem::take(&mut open)));
            length = 0;
        }
    }
    words.extend(word(open));
    words
}

fn word(folded: String) -> Option<Word> {
    if folded.is_empty() || folded == "s" {
        return None;
    }
    let stem = if folded.is_ascii() {
        STEMMER.stem(&folded).into_owned()
    } else {
        folded.clone()
    };
    Some(Word { folded, stem })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_case_accents_and_endings() {
        let stems =
            |text: &str| -> Vec<String> { words_of(text).into_iter().map(|w| w.stem).collect() };
        assert_eq!(stems("Terminating TERMINATION terminates"), ["termin"; 3]);
        assert_eq!(stems("The Supplier’s café"), ["the", "supplier", "cafe"]);
        assert_eq!(stems("Ｗｅ deﬁne §7.2"), ["we", "defin", "7", "2"]);
        assert!(stems(" — …").is_empty());
    }
}
