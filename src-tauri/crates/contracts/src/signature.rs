//! Lines for signatures that are printed on the page, and whether something stands on them.
//!
//! A signature by hand is a picture, which says nothing here: an empty line is one without letters.

use crate::document::{Bbox, Document, Page, Word};

/// A line on which somebody signs.
#[derive(Debug, Clone, PartialEq)]
pub struct SignatureLine {
    /// Counted from 1.
    pub page: u32,
    /// Where it stands, its label included.
    pub bbox: Bbox,
    /// What is signed with: `/s/ Jane Doe`; `None` for a line without letters.
    pub signed: Option<String>,
}

/// What signature lines begin with.
const LABELS: [&str; 4] = ["by:", "signature:", "signed:", "/s/"];
/// What may follow on the same line for the next entry of the block.
const OTHERS: [&str; 6] = ["by:", "name:", "title:", "date:", "its:", "signature:"];
/// Words of a signature.
const MOST_WORDS: usize = 8;

/// Finds such lines: `By:` with a line or a name behind it, `/s/` with a name.
#[must_use]
pub fn signature_lines(document: &Document) -> Vec<SignatureLine> {
    let mut found = Vec::new();
    for page in &document.pages {
        let seen: Vec<&Word> = page.words.iter().filter(|w| w.hidden.is_none()).collect();
        let mut at = 0;
        while let Some(word) = seen.get(at) {
            let label = word.text.to_lowercase();
            let is_label = LABELS
                .iter()
                .any(|l| label == *l || label.starts_with("/s/"));
            if !is_label {
                at += 1;
                continue;
            }
            let rest: Vec<&Word> = seen[at + 1..]
                .iter()
                .take_while(|next| next.line == word.line && !is_other(next))
                .take(MOST_WORDS)
                .copied()
                .collect();
            at += 1 + rest.len();
            found.extend(signature_line(page, word, &rest));
        }
    }
    found
}

fn is_other(word: &Word) -> bool {
    let text = word.text.to_lowercase();
    OTHERS.contains(&text.as_str())
}

/// `By:` begins sentences too: behind the label stands a rule, a conformed signature, or nothing.
fn signature_line(page: &Page, label: &Word, rest: &[&Word]) -> Option<SignatureLine> {
    let is_rule = |word: &Word| word.text.len() >= 3 && word.text.chars().all(|c| c == '_');
    let conformed = |word: &Word| word.text.to_lowercase().starts_with("/s/");
    let letters = |word: &Word| word.text.chars().any(char::is_alphabetic);
    let bbox = rest.iter().fold(label.bbox, |all, w| all.union(w.bbox));
    let line = |signed: Option<String>| SignatureLine {
        page: page.number,
        bbox,
        signed,
    };
    let all = || -> String {
        let words = rest.iter().filter(|w| !is_rule(w)).map(|w| w.text.as_str());
        words.collect::<Vec<_>>().join(" ")
    };
    if conformed(label) {
        return Some(line(Some(
            format!("{} {}", label.text, all()).trim().to_owned(),
        )));
    }
    if rest.iter().any(|w| conformed(w)) {
        return Some(line(Some(all())));
    }
    let empty = rest.iter().all(|w| !letters(w));
    let ruled = rest.iter().any(|w| is_rule(w));
    (empty && ruled).then(|| line(None))
}

/// What a person should know of the signatures; nothing where no line for one was found.
#[must_use]
pub fn in_words(lines: &[SignatureLine]) -> Option<String> {
    let empty: Vec<u32> = lines
        .iter()
        .filter(|line| line.signed.is_none())
        .map(|line| line.page)
        .collect();
    let first = empty.first()?;
    let all = lines.len();
    Some(if empty.len() == all {
        format!(
            "Page {first}: nothing is typed on any of the {all} signature lines, so the copy seems not to be signed. \
             Signatures by hand are pictures, which are not looked at."
        )
    } else {
        format!(
            "Page {first}: nothing is typed on {} of the {all} signature lines. Signatures by hand are pictures, which are \
             not looked at.",
            empty.len()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{PageQuality, PageSource};

    fn lines_of(lines: &[&str]) -> Vec<SignatureLine> {
        let words = lines.iter().enumerate().flat_map(|(line, text)| {
            text.split(' ').enumerate().map(move |(at, text)| Word {
                text: text.to_owned(),
                bbox: Bbox([
                    at as f32 * 50.0,
                    line as f32 * 20.0,
                    at as f32 * 50.0 + 40.0,
                    line as f32 * 20.0 + 10.0,
                ]),
                line: line as u32,
                size: 10.0,
                bold: false,
                hidden: None,
                confidence: None,
            })
        });
        signature_lines(&Document::from_pages(vec![Page {
            number: 1,
            width: 600.0,
            height: 800.0,
            source: PageSource::Text,
            quality: PageQuality::Ok,
            problem: None,
            words: words.collect(),
        }]))
    }

    #[test]
    fn signed_and_empty_lines_are_told_apart_from_sentences() {
        let lines = lines_of(&[
            "By: ______________ By: /s/ Jane Doe",
            "Name: Bo Name: Jane Doe",
            "/s/ Cy Lee",
            "By: signing below the parties agree to be bound.",
        ]);
        let signed: Vec<Option<&str>> = lines.iter().map(|l| l.signed.as_deref()).collect();
        assert_eq!(signed, [None, Some("/s/ Jane Doe"), Some("/s/ Cy Lee")]);
        let words = in_words(&lines).unwrap();
        assert!(
            words.starts_with("Page 1") && words.contains("1 of the 3"),
            "{words}"
        );
    }

    #[test]
    fn a_copy_without_a_signature_says_so_and_one_without_lines_nothing() {
        let unsigned = in_words(&lines_of(&["By: _______", "Title: ______", "By: _____"])).unwrap();
        assert!(unsigned.contains("not to be signed"), "{unsigned}");
        assert_eq!(in_words(&lines_of(&["/s/ Cy Lee"])), None);
        assert_eq!(in_words(&lines_of(&["No lines here."])), None);
    }
}
