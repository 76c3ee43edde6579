//! What a person types, as a query that FTS5 can't misunderstand.

/// Words of a query that count; the rest is left out.
const MOST: usize = 24;
/// Letters of a word that count.
const LONGEST: usize = 64;
/// Words that every contract has: they count only when there are no others.
const COMMON: [&str; 40] = [
    "a", "about", "an", "and", "any", "are", "as", "at", "be", "by", "can", "do", "does", "for",
    "from", "how", "if", "in", "is", "it", "may", "must", "of", "on", "or", "our", "shall", "that",
    "the", "their", "this", "to", "we", "what", "when", "which", "who", "will", "with", "your",
];

/// Words, and phrases that were in quotation marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WordQuery {
    /// Each in quotation marks and made of letters and digits alone, so nothing in it is an operator.
    terms: Vec<String>,
}

impl WordQuery {
    /// Nothing when there is no word in it.
    pub(super) fn of(typed: &str) -> Option<Self> {
        let is_mark = |c: char| matches!(c, '"' | '“' | '”');
        // Every second part stood in quotation marks; one left open ends with the text.
        let parts = typed.split(is_mark).enumerate();
        let mut terms: Vec<String> = Vec::new();
        let mut common: Vec<String> = Vec::new();
        for (at, part) in parts {
            let words = words_of(part);
            if at % 2 == 1 {
                terms.extend((!words.is_empty()).then(|| words.join(" ")));
                continue;
            }
            let (often, seldom): (Vec<_>, Vec<_>) = words
                .into_iter()
                .partition(|w| COMMON.contains(&w.as_str()));
            terms.extend(seldom);
            common.extend(often);
        }
        if terms.is_empty() {
            terms = common;
        }
        let mut seen = std::collections::BTreeSet::new();
        terms.retain(|term| seen.insert(term.clone()));
        terms.truncate(MOST);
        let quoted: Vec<String> = terms.iter().map(|t| format!("\"{t}\"")).collect();
        (!quoted.is_empty()).then_some(Self { terms: quoted })
    }

    /// Whether any of the words is less than all of them.
    pub(super) fn is_several(&self) -> bool {
        self.terms.len() > 1
    }

    /// Passages that have all of the words.
    pub(super) fn all(&self) -> String {
        self.terms.join(" AND ")
    }

    /// Passages that have any of the words.
    pub(super) fn any(&self) -> String {
        self.terms.join(" OR ")
    }
}

fn words_of(part: &str) -> Vec<String> {
    part.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| {
            word.chars()
                .take(LONGEST)
                .flat_map(char::to_lowercase)
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_are_words_and_quotation_marks_make_phrases() {
        let cases = [
            ("liability NOT cap*", r#""liability" AND "not" AND "cap""#),
            ("what is the Cap", r#""cap""#),
            ("is it", r#""is" AND "it""#),
            (
                "\"limitation of liability\" cap",
                r#""limitation of liability" AND "cap""#,
            ),
            (
                "heading:x NEAR(a b) ^y",
                r#""heading" AND "x" AND "near" AND "b" AND "y""#,
            ),
            ("open \"phrase", r#""open" AND "phrase""#),
            ("cap CAP", r#""cap""#),
        ];
        for (typed, wanted) in cases {
            assert_eq!(WordQuery::of(typed).unwrap().all(), wanted, "{typed}");
        }
        for empty in ["", " ", "\"\"", "* ( ) ^ : -", "\0"] {
            assert_eq!(WordQuery::of(empty), None, "{empty:?}");
        }
        assert_eq!(WordQuery::of("a cap b").unwrap().any(), r#""cap" OR "b""#);
    }
}
