//! Terms that are part of the contract and stand on a website, where they can change.

use countersign_contracts::clause::{Clause, ClauseKind, Fact, FactValue};
use countersign_contracts::document::Span;

use super::clause;
use crate::pattern::{fold, rx};
use crate::sentences::cut_sentences;

/// Sentences that make terms on a website binding.
pub(super) fn find_online_terms(text: &str) -> Vec<Clause> {
    let address = rx!(
        r"\bhttps?://[^ \n]+|\bwww\.[a-z0-9-]+\.[^ \n]+|\b[a-z0-9-]{3,}\.(?:com|net|org|io)/[a-z0-9][^ \n]*"
    );
    let terms = rx!(
        r"\b(?:terms|polic(?:y|ies)|guidelines|rules|requirements|conditions|service levels?|sla|specifications?|price list|agreement|addendum|code of conduct)\b"
    );
    let binds = rx!(
        r"\bincorporat|\bmade (?:a )?part|\bform(?:s|ing)? part|\b(?:shall|will|must|agrees? to|required to) (?:\w+ ){0,4}(?:comply|abide|adhere|conform|be (?:bound|governed|subject))|\bcompliance with\b|\b(?:is|are|be) (?:\w+ )?(?:subject to|governed by)\b|\bin accordance with\b|\bset (?:out|forth) (?:at|on)\b|\bpursuant to\b|\bapplicable (?:terms|policies)"
    );
    let only_facts = rx!(
        r"\b(?:arbitration|rules of (?:the )?(?:american|international|aaa|jams|icc)|press release|domain name|url|logo|copyright|privacy shield|standard contractual|notices?\b[^.]{0,40}\b(?:to|at)|e-?mail|source:|sec\.gov|law(?:s)? of|regulation|icc|incoterms|libor|wall street journal|listed on|index)\b"
    );
    let mut found = Vec::new();
    for cut in cut_sentences(text) {
        let Some(sentence) = text.get(cut.start..cut.end) else {
            continue;
        };
        if !sentence.contains("www.") && !sentence.contains("://") && !sentence.contains(".com/") {
            continue;
        }
        let lower = fold(sentence);
        let Some(hit) = address.find(&lower) else {
            continue;
        };
        let head = lower.get(..hit.start()).unwrap_or("");
        let near = head.get(head.len().saturating_sub(160)..).unwrap_or(head);
        // "the Acceptable Use Policy available at www…": the terms stand right before the address.
        let places = rx!(r"\b(?:at|on|from|via|through|to|url|under)\s*:?\W{0,3}$");
        if !(terms.is_match(near) && places.is_match(near) && binds.is_match(&lower))
            || only_facts.is_match(near)
        {
            continue;
        }
        let start = cut.start + hit.start();
        let url = hit
            .as_str()
            .trim_end_matches(['.', ',', ';', ')', '\u{1}', '"']);
        let mut facts = vec![Fact {
            name: "address".to_owned(),
            value: FactValue::Text {
                value: url.to_owned(),
            },
            span: Span::new(start, start + url.len()),
        }];
        if rx!(r"\b(?:from time to time|as (?:amended|updated|modified|revised)|may (?:\w+ )?(?:update|modify|change|revise)|then[- ]current|as may be)\b")
            .is_match(&lower)
        {
            facts.push(Fact {
                name: "changeable".to_owned(),
                value: FactValue::Flag,
                span: Span::new(cut.start, cut.end),
            });
        }
        found.push(clause(
            ClauseKind::OnlineTerms,
            Span::new(cut.start, cut.end),
            facts,
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binding_terms_on_a_website_are_found_and_addresses_alone_are_not() {
        let found = find_online_terms(
            "Customer shall comply with the Acceptable Use Policy available at https://vendor.example/aup, as updated from time to time.",
        );
        assert_eq!(found.len(), 1);
        assert!(found[0].fact("changeable").is_some());
        let value = &found[0].fact("address").unwrap().value;
        assert_eq!(
            value,
            &FactValue::Text {
                value: "https://vendor.example/aup".to_owned()
            }
        );
        let others = [
            "The Vendor operates the website www.vendor.com.",
            "Disputes are settled in accordance with the arbitration rules at www.adr.org/rules.",
            "Customer shall comply with the policies in Schedule 2.",
        ];
        for text in others {
            assert!(find_online_terms(text).is_empty(), "{text}");
        }
    }
}
