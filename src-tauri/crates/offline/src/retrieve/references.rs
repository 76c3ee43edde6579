//! Cross-references: `Section 7.2(b)`, `clauses 4 and 9`, `Schedule 2`.

use std::sync::LazyLock;

use regex::Regex;

/// A keyword and the numbers behind it.
static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
    let number = r"(?:\d{1,3}(?:\.\d{1,3})*|[IVXLC]{1,6}\b|[A-Z](?:-\d{1,2})?\b)(?:\s?\([A-Za-z0-9]{1,4}\))*";
    compile(&format!(
        r"\b(?i:(sections?|clauses?|paragraphs?|articles?|schedules?|exhibits?|annex(?:es)?|appendix|appendices|attachments?|addendum))\s+({number}(?:\s*(?:,\s*and|,\s*or|,|and|or|to|through|&|–|-)\s*{number})*)"
    ))
});
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(\d{1,3}(?:\.\d{1,3})*|\b[IVXLC]{1,6}\b|\b[A-Z](?:-\d{1,2})?\b)((?:\s?\([A-Za-z0-9]{1,4}\))*)",
    )
});
/// What follows when the number is one of another paper.
static ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"^\s*of\s+(?:the|that|such)\s+(?:[A-Z][\w'-]*\s+){0,6}(?:Act|Code|Regulations?|Rules?|Directive|Statute|Law)\b",
    )
});

#[expect(
    clippy::expect_used,
    reason = "the three patterns are compiled by a test"
)]
fn compile(source: &str) -> Regex {
    Regex::new(source).expect("the pattern is well formed")
}

/// The numbers that a text refers to, in the order of the text, each once. A number is given by all
/// the names it may have in the contract, the most exact first.
#[must_use]
pub fn references_in(text: &str) -> Vec<Vec<String>> {
    let mut references: Vec<Vec<String>> = Vec::new();
    for captures in REFERENCE.captures_iter(text) {
        let (Some(all), Some(word), Some(numbers)) =
            (captures.get(0), captures.get(1), captures.get(2))
        else {
            continue;
        };
        let behind = text.get(all.end()..).unwrap_or_default();
        if ELSEWHERE.is_match(behind) {
            continue;
        }
        let word = singular(&word.as_str().to_lowercase());
        for number in NUMBER.captures_iter(numbers.as_str()) {
            let base = number.get(1).map_or("", |m| m.as_str()).to_lowercase();
            let below: String = number
                .get(2)
                .map_or("", |m| m.as_str())
                .to_lowercase()
                .split_whitespace()
                .collect();
            let names = names(&word, &base, &below);
            if !references.contains(&names) {
                references.push(names);
            }
        }
    }
    references
}

fn singular(word: &str) -> String {
    match word {
        "annexes" => "annex",
        "appendices" => "appendix",
        other => other.strip_suffix('s').unwrap_or(other),
    }
    .to_owned()
}

/// `section` `7.2` `(b)(i)`: 7.2(b)(i), else 7.2(b), else 7.2.
fn names(word: &str, base: &str, below: &str) -> Vec<String> {
    let bases = match word {
        "section" | "clause" | "paragraph" => vec![base.to_owned(), format!("article {base}")],
        "article" => vec![format!("article {base}"), base.to_owned()],
        part => vec![format!("{part} {base}")],
    };
    let mut names = Vec::new();
    let mut below = below;
    loop {
        names.extend(bases.iter().map(|base| format!("{base}{below}")));
        match below.rfind('(') {
            Some(at) => below = below.get(..at).unwrap_or(""),
            None => return names,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_with_all_their_numbers() {
        let cases: [(&str, &[&str]); 9] = [
            ("subject to Section 7.2(b)(i)", &["7.2(b)(i)"]),
            (
                "under Sections 4, 5.1 and 9 (c) hereof",
                &["4", "5.1", "9(c)"],
            ),
            ("Articles IV and VI", &["article iv", "article vi"]),
            (
                "set out in Schedule 2 and Exhibit A.",
                &["schedule 2", "exhibit a"],
            ),
            ("clauses 3.1 to 3.4", &["3.1", "3.4"]),
            ("Section 7 and Section 7", &["7"]),
            ("Section 365 of the United States Bankruptcy Code", &[]),
            ("in this section a party pays", &[]),
            ("the clause is void", &[]),
        ];
        for (text, wanted) in cases {
            let found: Vec<String> = references_in(text)
                .into_iter()
                .filter_map(|names| names.into_iter().next())
                .collect();
            assert_eq!(found, wanted, "{text}");
        }
    }

    #[test]
    fn a_reference_falls_back_to_what_stands_above() {
        let names = references_in("Section 7.2(b)").remove(0);
        assert_eq!(names, ["7.2(b)", "article 7.2(b)", "7.2", "article 7.2"]);
        let names = references_in("Article 3").remove(0);
        assert_eq!(names, ["article 3", "3"]);
    }
}
