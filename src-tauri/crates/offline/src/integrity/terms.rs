//! Terms said to be defined that are not, and definitions that nothing uses.

use countersign_contracts::clause::{Clause, ClauseKind, Fact, FactValue};
use countersign_contracts::document::{Document, Span};
use countersign_contracts::profile::DocumentProfile;

use super::{listed, sentence_at};
use crate::pattern::rx_printed;

/// "the Deposit (as defined below)" where nothing defines a Deposit: only what the text itself says is
/// defined here, for capitals alone prove nothing.
pub(super) fn find_undefined(document: &Document, profile: &DocumentProfile) -> Option<Clause> {
    let text = &document.text;
    let said = rx_printed!(
        r"\b(?:the|The|a|A|an|An|any|Any|each|Each|such|all|its|no|No) ((?:[A-Z][A-Za-z-]+ ){0,3}[A-Z][A-Za-z-]+) \((?:as|each as|as such term is|as that term is) (?:hereinafter |further )?defined (?:below|above|herein|hereinafter|hereunder|in this Agreement|in (?:Section|Article|Clause|Paragraph) [\d.]+(?:\([a-z0-9]+\))*(?: hereof| below| above)?)\)"
    );
    let mut found: Vec<(String, Span)> = Vec::new();
    for captures in said.captures_iter(text) {
        let (Some(whole), Some(term)) = (captures.get(0), captures.get(1)) else {
            continue;
        };
        let all: Vec<&str> = term.as_str().split(' ').collect();
        // "Subject to the Deposit" may be longer than the term: any tail of it may be what is defined.
        let defined = (0..all.len()).any(|from| is_defined(text, profile, &all[from..].join(" ")));
        let known = found.iter().any(|(name, _)| name == term.as_str());
        if !defined && !known {
            found.push((
                term.as_str().to_owned(),
                sentence_at(text, whole.start(), whole.end()),
            ));
        }
    }
    listed(ClauseKind::UndefinedTerm, "terms", &found)
}

fn is_defined(text: &str, profile: &DocumentProfile, term: &str) -> bool {
    let stem = singular(term);
    let named = |other: &str| singular(other).eq_ignore_ascii_case(stem);
    let quoted = |word: &str| {
        ['"', '“', '‘', '\''].iter().any(|quote| {
            text.contains(&format!("{quote}{word}"))
                || text.contains(&format!("{quote}the {word}"))
                || text.contains(&format!("{quote}The {word}"))
        })
    };
    let longer = |other: &str| other.to_lowercase().contains(&stem.to_lowercase());
    profile
        .definitions
        .iter()
        .any(|d| named(&d.term) || longer(&d.term))
        || profile.headings.iter().any(|heading| longer(heading))
        || profile.labels.iter().any(|label| named(&label.label))
        || quoted(term)
        || quoted(stem)
        || quoted(&stem.to_uppercase())
        || heads_a_line(text, stem)
}

/// "Deposit: the sum …", "Deposit means …", "shall be Deposits", "2. DEPOSIT": defined without
/// quotation marks, or what a section is about.
fn heads_a_line(text: &str, stem: &str) -> bool {
    const SAYS: [&str; 10] = [
        "means",
        "mean ",
        "shall mean",
        "has the meaning",
        "is defined",
        ":",
        "–",
        "- ",
        "is the",
        "shall be",
    ];
    const OPENS: [&str; 6] = [
        "(",
        "(collectively, ",
        "(collective, ",
        "(together, ",
        "(each, a ",
        "shall be ",
    ];
    let upper = stem.to_uppercase();
    [stem, upper.as_str()].into_iter().any(|word| {
        text.match_indices(word).any(|(at, _)| {
            let behind = text.get(at + word.len()..).unwrap_or("");
            let behind = behind
                .strip_prefix(['s', 'S'])
                .unwrap_or(behind)
                .trim_start();
            let before = text.get(..at).unwrap_or("");
            let head = before.trim_end_matches("the ");
            let number = before.trim_end().rsplit([' ', '\n']).next().unwrap_or("");
            let numbered = number.starts_with(|c: char| c.is_ascii_digit())
                && number.ends_with(|c: char| c == '.' || c.is_ascii_digit());
            SAYS.iter().any(|says| behind.starts_with(says))
                || OPENS.iter().any(|open| head.ends_with(open))
                || numbered
        })
    })
}

fn singular(term: &str) -> &str {
    term.strip_suffix('s').unwrap_or(term)
}

/// Two terms each of which is defined by the other alone.
pub(super) fn find_circles(profile: &DocumentProfile) -> Option<Clause> {
    let body = rx_printed!(
        r#"^[^"]{0,60}"([^"]{2,60})",?\s+(?:shall mean|means|has the meaning (?:given|assigned|ascribed|set forth) (?:to|in))\s+(?:the |an? |any |each |to )?(?:definition of )?"?([A-Z][A-Za-z -]{2,50}?)"?\."#
    );
    let defined: Vec<(&str, String, Span)> = profile
        .definitions
        .iter()
        .filter_map(|definition| {
            let captures = body.captures(&definition.text)?;
            let by = captures.get(2)?.as_str().trim().to_owned();
            let end = definition.span.start as usize + captures.get(0)?.end();
            let span = Span::new(definition.span.start as usize, end);
            Some((definition.term.as_str(), by, span))
        })
        .collect();
    let same = |a: &str, b: &str| singular(a).eq_ignore_ascii_case(singular(b));
    let (term, by, span, back) = defined.iter().find_map(|(term, by, span)| {
        let back = defined
            .iter()
            .find(|(other, its, _)| same(other, by) && same(its, term) && !same(other, term))?;
        Some((*term, by.clone(), *span, back.2))
    })?;
    let places = [(term.to_owned(), span), (by, back)];
    let mut circle = listed(ClauseKind::UndefinedTerm, "terms", &places)?;
    circle.facts.push(Fact {
        name: "circular".to_owned(),
        value: FactValue::Flag,
        span,
    });
    Some(circle)
}

/// Definitions by "means" whose term stands nowhere else.
pub(super) fn find_unused(document: &Document, profile: &DocumentProfile) -> Option<Clause> {
    let text = &document.text;
    let means = rx_printed!(r#""[^"]{2,60}",?\s+(?:shall mean|means)\b"#);
    let found: Vec<(String, Span)> = profile
        .definitions
        .iter()
        .filter(|d| means.is_match(&d.text) && d.term.len() >= 4)
        .filter(|d| {
            let term = d.term.trim_end_matches("(s)").trim_end_matches("(es)");
            let term = term.trim_end_matches("(ies)");
            let stem = singular(term).to_lowercase();
            let stem = stem.strip_suffix('y').unwrap_or(&stem);
            let own = text.get(d.span.range()).unwrap_or("").to_lowercase();
            let squeezed = |words: &str| {
                words
                    .to_lowercase()
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
            };
            let wanted = squeezed(stem);
            let in_all = squeezed(text).matches(&wanted).count();
            let once = squeezed(&own).matches(&wanted).count() == 1;
            let spelled = means
                .find(&d.text)
                .is_some_and(|hit| hit.as_str().to_lowercase().contains(stem));
            once && spelled && in_all == 1
        })
        .map(|d| {
            let end = d.span.end.min(d.span.start + 160) as usize;
            let start = d.span.start as usize;
            (d.term.clone(), sentence_at(text, start, floor(text, end)))
        })
        .collect();
    listed(ClauseKind::UnusedTerm, "terms", &found)
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::profile_document;

    fn check(text: &str) -> (bool, bool) {
        let document = Document::from_plain_text(text);
        let profile = profile_document(&document);
        (
            find_undefined(&document, &profile).is_some(),
            find_unused(&document, &profile).is_some(),
        )
    }

    #[test]
    fn a_term_said_to_be_defined_and_a_definition_that_nothing_uses_are_found() {
        assert_eq!(
            check("The Customer pays the Deposit (as defined below) on signature."),
            (true, false)
        );
        assert_eq!(
            check("\"Escrow Agent\" means the bank.\n\nThe Customer pays at once."),
            (false, true)
        );
    }

    #[test]
    fn two_terms_that_define_each_other_are_a_circle_and_a_chain_is_none() {
        let circle = |text: &str| {
            let document = Document::from_plain_text(text);
            find_circles(&profile_document(&document)).is_some()
        };
        assert!(circle(
            "\"Fees\" means the Charges.\n\n\"Charges\" means the Fees."
        ));
        assert!(!circle(
            "\"Fees\" means the Charges.\n\n\"Charges\" means the sums in Schedule 1."
        ));
    }

    #[test]
    fn what_is_defined_and_used_is_not() {
        for text in [
            "The Customer pays the Deposit (as defined below).\n\n\"Deposit\" means EUR 10.",
            "The Customer pays the Deposit (as defined below).\n\nDeposit: EUR 10.",
            "The Customer pays the Deposit (as defined below) and a sum (collectively, Deposits).",
            "The Customer pays the Deposit (as defined below). 4. Deposit shall mean EUR 10.",
            "On a Release Condition (as defined below) it is given. These events shall be Release Conditions.",
            "During the Term (as defined below) it is paid. 8.1 Term. It runs for a year.",
            "Upon a Change of Control (as defined below) the Customer may leave.",
            "\"Patent(s)\" means any patent.\n\nThe Patents stay with the Customer.",
            "\"Escrow Agent\" means the bank.\n\nThe Escrow\nAgents keep it.",
        ] {
            assert_eq!(check(text), (false, false), "{text}");
        }
    }
}
