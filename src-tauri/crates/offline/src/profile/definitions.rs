//! The table of defined terms.

use countersign_contracts::document::Span;
use countersign_contracts::profile::Definition;

use crate::pattern::rx_printed;
use crate::sentences::cut_sentences;

/// A definition is kept up to this length (bytes): enough for its number.
const LONGEST: usize = 1200;

/// Finds `"Fee Base" means …` and `… (the "Fee Base")`. The first definition of a term counts.
pub(super) fn find_definitions(text: &str) -> Vec<Definition> {
    let says = rx_printed!(
        r#"^(?:[^"]{0,60}?)"([^"]{2,60})",?(?: or "[^"]{2,60}")?\s*(?:\([^)]{0,80}\)\s*)?,?\s*(?:means|mean|shall mean|will mean|is defined|has the meaning|have the meaning|shall have the meaning|refers to|shall refer|is the|shall be|includes|:)"#
    );
    let inline = rx_printed!(
        r#"\((?:(?:the|this|each|collectively|hereinafter|together|referred to as|such|an?|individually|as|herein|or|and|,|all|in this agreement|called)\s*,?\s*)*"([^"]{2,60})"[^)]{0,60}\)"#
    );
    let mut definitions: Vec<Definition> = Vec::new();
    for cut in cut_sentences(text) {
        let Some(sentence) = text.get(cut.start..cut.end) else {
            continue;
        };
        if !sentence.contains(['"', '“']) {
            continue;
        }
        if let Some(term) = says.captures(sentence).and_then(|c| c.get(1)) {
            // The number may stand in a later sentence of the defining paragraph.
            let mut end = cut.paragraph_end.min(cut.start + LONGEST).max(cut.end);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            push(&mut definitions, text, term.as_str(), cut.start, end);
            continue;
        }
        for captures in inline.captures_iter(sentence) {
            let Some(term) = captures.get(1) else {
                continue;
            };
            push(&mut definitions, text, term.as_str(), cut.start, cut.end);
        }
    }
    definitions
}

fn push(definitions: &mut Vec<Definition>, text: &str, term: &str, start: usize, end: usize) {
    let term = term.trim_matches([' ', ',', '.', '“', '”']);
    let known = definitions
        .iter()
        .any(|d| d.term.eq_ignore_ascii_case(term));
    let Some(body) = text.get(start..end).map(str::trim_end) else {
        return;
    };
    if !known && term.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) {
        definitions.push(Definition {
            term: term.to_owned(),
            span: Span::new(start, start + body.len()),
            text: body.to_owned(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defined_terms_are_found_where_they_are_defined() {
        let text = "1.5 \"Fee Base\" means the fees paid in three months.\n\n\
            (b) “Term” shall mean two years. It renews.\n\nPaid by Acme (the \"Annual Fee\") yearly.";
        let found = find_definitions(text);
        let terms: Vec<&str> = found.iter().map(|d| d.term.as_str()).collect();
        assert_eq!(terms, ["Fee Base", "Term", "Annual Fee"]);
        assert!(found[1].text.ends_with("It renews."));
        assert_eq!(&text[found[0].span.range()], found[0].text);
    }
}
