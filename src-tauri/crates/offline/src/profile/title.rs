//! The document's title and what type of contract it is.

use countersign_contracts::document::{Document, Span};
use countersign_contracts::profile::ContractType;

use super::parties::floor;
use crate::pattern::rx_printed;

/// The title stands within this many bytes.
const HEAD: usize = 4000;

/// Finds the title: the first short paragraph that names a kind of agreement in title case.
pub(super) fn find_title(document: &Document) -> Option<(String, Span)> {
    let names = rx_printed!(
        r"(?i)\b(agreement|contract|terms|addendum|licen[cs]e|order form|lease|amendment|schedule|statement of work|deed|memorandum|letter of intent|policy|plan)\b"
    );
    let noise = rx_printed!(
        r"(?i)^(exhibit|ex-|\d+ page|page|confidential|execution (copy|version)|table of contents|source:|certain|portions|this |whereas|now,|in witness|between|dated|\*|note)"
    );
    let head = document
        .paragraphs
        .iter()
        .take_while(|p| (p.span.start as usize) < HEAD);
    let found = head.enumerate().find_map(|(at, paragraph)| {
        let text = document.slice(paragraph.span);
        let text = without_exhibit(text).trim_start_matches(|c: char| !c.is_alphanumeric());
        // A line of the contents ("2.1 Scope of Agreement 5") and a footer ("… Page 1 of 75") are none.
        let of_a_list = rx_printed!(r"(?i)^\d+\.\d|\bpage \d+ of \d+$");
        let fits = text.len() <= 140
            && names.is_match(text)
            && !noise.is_match(text)
            && !of_a_list.is_match(text);
        (fits && is_title_case(text)).then_some((at, paragraph.span, text))
    });
    let Some((at, span, text)) = found else {
        return named_in_preamble(document);
    };
    let title = text.trim_end_matches(['.', ',', ':', ' ']);
    // "FIRST AMENDMENT TO" goes on in the next line.
    let goes_on = rx_printed!(r"(?i) (?:and|for|of|to|with)$").is_match(title);
    let next = document.paragraphs.get(at + 1).filter(|_| goes_on);
    let rest = next.map(|next| (next.span, document.slice(next.span).trim()));
    match rest.filter(|(_, rest)| rest.len() <= 140 && is_title_case(rest)) {
        Some((next, rest)) => {
            let title = format!("{title} {}", rest.trim_end_matches(['.', ',', ':', ' ']));
            Some((title, Span::new(span.start as usize, next.end as usize)))
        }
        None => Some((title.to_owned(), span)),
    }
}

/// "This Strategic Alliance Agreement is made …".
fn named_in_preamble(document: &Document) -> Option<(String, Span)> {
    let end = floor(&document.text, HEAD);
    let named = rx_printed!(
        r"\b(?:This|THIS) ((?:[A-Z][A-Za-z&/,-]*|of|and|for|the) ){1,9}?(?:Agreement|AGREEMENT|Contract|CONTRACT|Addendum|ADDENDUM|Lease|LEASE|Amendment|AMENDMENT)\b"
    );
    let hit = named.find(document.text.get(..end)?)?;
    let (_, title) = hit.as_str().split_once(' ')?;
    Some((title.to_owned(), Span::new(hit.start() + 5, hit.end())))
}

/// "EXHIBIT 10.4 SERVICES AGREEMENT" without its filing number.
fn without_exhibit(text: &str) -> &str {
    let filing = rx_printed!(
        r"(?i)^(?:exhibit|ex-?|annex|schedule)\s*[\d.]+[a-z]?(?:\([a-z0-9]+\))*\s*[-–:]?\s*"
    );
    filing
        .find(text)
        .and_then(|m| text.get(m.end()..))
        .unwrap_or(text)
}

/// Whether most of the longer words are capitalised.
fn is_title_case(text: &str) -> bool {
    let long: Vec<&str> = text.split_whitespace().filter(|w| w.len() > 3).collect();
    let capital = long
        .iter()
        .filter(|w| w.starts_with(|c: char| !c.is_lowercase()))
        .count();
    !long.is_empty() && capital * 4 >= long.len() * 3
}

/// Decides on the type by the title, and where that does not say, by the words of the text.
pub(super) fn classify(title: &str, text: &str) -> ContractType {
    let lower = title.to_ascii_lowercase();
    let hosted = || {
        count(
            text,
            &[
                "software as a service",
                "Software as a Service",
                "SaaS",
                "Subscription Services",
            ],
        ) >= 2
            || count(
                text,
                &[
                    "Hosted Service",
                    "hosted service",
                    "Cloud Service",
                    "cloud service",
                ],
            ) >= 4
    };
    let by_title = [
        (
            ContractType::Nda,
            rx_printed!(r"non-?\s?disclosure|\bnda\b|^(mutual )?confidentiality|secrecy"),
        ),
        (
            ContractType::Dpa,
            rx_printed!(r"data (processing|protection)|\bdpa\b|business associate"),
        ),
        (
            ContractType::Other,
            rx_printed!(
                r"joint venture|joint filing|franchis|sponsor|affiliate|endorsement|alliance|collaborat|co-?brand|lease|employment|merger|investment|promissory|loan|stock|share|partnership|promotion|marketing|agency|transport|remarket|amendment|intellectual property"
            ),
        ),
        (
            ContractType::Saas,
            rx_printed!(r"subscription|saas|software.as.a.service|cloud|application service|asp "),
        ),
        (ContractType::Licence, rx_printed!(r"licen[cs]")),
        (
            ContractType::Goods,
            rx_printed!(
                r"supply|purchase|manufactur|distribut|\bsale|resell|\bgoods|equipment|procurement"
            ),
        ),
        (
            ContractType::Services,
            rx_printed!(
                r"service|consult|maintenance|outsourc|development|support|statement of work|work order|hosting|contractor|construction|engineering"
            ),
        ),
    ];
    for (kind, words) in by_title {
        if words.is_match(&lower) {
            return match kind {
                ContractType::Services | ContractType::Licence if hosted() => ContractType::Saas,
                other => other,
            };
        }
    }
    // A plan or a form is no contract: only what calls itself one is judged as one.
    let contract = count(
        text,
        &[
            "this Agreement",
            "This Agreement",
            "this Contract",
            "these Terms",
        ],
    ) >= 3;
    if contract {
        by_words(text, hosted())
    } else {
        ContractType::Other
    }
}

fn by_words(text: &str, hosted: bool) -> ContractType {
    if hosted {
        return ContractType::Saas;
    }
    let scores = [
        (
            ContractType::Licence,
            count(text, &["Licensed Software", "Licensor", "Licensee"]),
        ),
        (
            ContractType::Goods,
            count(text, &["Purchase Order", "Products", "Goods"]),
        ),
        (
            ContractType::Services,
            count(text, &["the Services", "Deliverables", "Statement of Work"]),
        ),
    ];
    scores
        .into_iter()
        .filter(|(_, score)| *score >= 12)
        .max_by_key(|(_, score)| *score)
        .map_or(ContractType::Other, |(kind, _)| kind)
}

fn count(text: &str, words: &[&str]) -> usize {
    words.iter().map(|word| text.matches(word).count()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_decide_on_the_type() {
        let cases = [
            ("Master Subscription Agreement", ContractType::Saas),
            ("Managed Services Agreement", ContractType::Services),
            ("Mutual Non-Disclosure Agreement", ContractType::Nda),
            ("Software License Agreement", ContractType::Licence),
            ("Supply Agreement", ContractType::Goods),
            ("Joint Filing Agreement", ContractType::Other),
            ("Data Processing Addendum", ContractType::Dpa),
        ];
        for (title, expect) in cases {
            assert_eq!(classify(title, ""), expect, "{title}");
        }
    }
}
