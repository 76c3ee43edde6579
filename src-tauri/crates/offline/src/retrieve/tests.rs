//! What is found in one contract, shown on small ones.

use std::sync::Arc;

use countersign_contracts::chunk::chunk_document;
use countersign_contracts::document::Document;
use countersign_contracts::embedding::Embedder;
use countersign_contracts::passage::cut_passages;
use proptest::prelude::*;

use super::context::{ContextPassage, Reason, estimate_tokens};
use super::*;
use crate::profile_document;

/// A contract whose sections each fill a chunk.
fn contract() -> Document {
    let filler = "The parties record here what they have agreed about this matter in detail. ";
    let mut text = String::from("# Services Agreement\n\n");
    let sections = [
        (
            "Definitions",
            "1.1 \"Fee Base\" means the Annual Charge less taxes.\n\n1.2 \"Annual Charge\" means the sum of all invoices of one year.\n\n1.3 \"Regulator\" means an authority with power over the services.",
        ),
        (
            "Payment",
            "2.1 Invoices are due within thirty days of receipt.\n\n2.2 Late sums bear interest at two percent above the base rate:\n\n(a) from the due date;\n\n(b) until payment.",
        ),
        (
            "Liability",
            "3.1 Neither party's total liability exceeds twice the Fee Base. Section 2.2(b) and Schedule 1 remain unaffected.",
        ),
        (
            "Confidentiality",
            "4.1 Each party keeps the other's confidential information secret and returns it at the end.",
        ),
        (
            "Governing law",
            "5.1 This agreement is governed by the laws of England.",
        ),
    ];
    for (at, (heading, words)) in sections.iter().enumerate() {
        let number = at + 1;
        text.push_str(&format!("## {number}. {heading}\n\n{words}\n\n"));
        for clause in 7..=9 {
            text.push_str(&format!("{number}.{clause} {}\n\n", filler.repeat(9)));
        }
    }
    text.push_str(
        "# Schedule 1\n\n1.1 Service credits: the supplier owes five percent for each missed hour.",
    );
    Document::from_plain_text(&text)
}

fn rows_of(document: &Document) -> Vec<EmbeddedPassage> {
    cut_passages(document, &chunk_document(document))
        .into_iter()
        .map(|passage| EmbeddedPassage {
            embedding: embed(&passage.searchable()),
            passage,
        })
        .collect()
}

fn index() -> Index {
    let document = contract();
    Index::new(rows_of(&document), &profile_document(&document))
}

fn chunk_with(index: &Index, words: &str) -> u32 {
    let row = index.rows.iter().find(|r| r.passage.text.contains(words));
    row.unwrap().passage.chunk
}

fn reasons(context: &[ContextPassage]) -> Vec<(&Reason, &str)> {
    context
        .iter()
        .map(|c| (&c.reason, c.text.as_str()))
        .collect()
}

#[test]
fn the_passage_that_says_it_comes_first() {
    let index = index();
    let cases = [
        ("interest on late invoices", "2.2 Late sums"),
        ("which law governs", "laws of England"),
        ("return of confidential informatlon", "4.1 Each party"),
        ("service credit", "Service credits"),
    ];
    for (query, words) in cases {
        let found = index.related(query, None, 3);
        let texts: Vec<(&str, &Why)> = found
            .iter()
            .map(|r| (&r.passage.text[..20], &r.why))
            .collect();
        assert!(found[0].passage.text.contains(words), "{query}: {texts:?}");
        assert!(found[0].why.words_rank.is_some());
        assert!(found[0].why.cosine.is_some());
    }
    assert!(index.related("zymurgy", None, 3).is_empty());
}

#[test]
fn what_defines_a_term_of_the_query_comes_before_all_else() {
    let index = index();
    let found = index.related("liability above the fee base", None, 5);
    assert_eq!(found[0].why.defines.as_deref(), Some("Fee Base"));
    assert!(found[0].passage.text.contains("1.1"));
    assert!(found[1].passage.text.contains("3.1 Neither"));
}

#[test]
fn a_chunk_is_not_related_to_itself() {
    let index = index();
    let chunk = chunk_with(&index, "3.1 Neither");
    let found = index.related("liability above the Fee Base", Some(chunk), 50);
    assert!(!found.is_empty());
    assert!(found.iter().all(|r| r.passage.chunk != chunk));
}

#[test]
fn a_chunks_context_is_its_terms_its_references_and_what_is_like_it() {
    let index = index();
    let chunk = chunk_with(&index, "3.1 Neither");
    let context = index.context_for_chunk(chunk, 4000);
    let reasons = reasons(&context);
    let starts = |at: usize, words: &str| reasons[at].1.starts_with(words);
    assert_eq!(reasons[0].0, &Reason::Definition("Fee Base".into()));
    assert!(starts(0, "1.1"), "{reasons:#?}");
    assert_eq!(
        reasons[1],
        (&Reason::Reference("2.2(b)".into()), "(b) until payment.")
    );
    assert_eq!(reasons[2].0, &Reason::Reference("schedule 1".into()));
    assert!(reasons[2].1.contains("Service credits"));
    assert_eq!(reasons[3].0, &Reason::Definition("Annual Charge".into()));
    assert!(starts(3, "1.2"), "{reasons:#?}");
    assert!(reasons[4..].iter().all(|r| r.0 == &Reason::Related));
    assert!(reasons.len() > 4);
    assert!(context.iter().all(|c| c.chunk != chunk));
    let document = contract();
    for one in &context {
        assert_eq!(
            one.text,
            document.slice(one.span),
            "text is the document's own"
        );
    }
}

#[test]
fn context_keeps_to_its_budget_and_gives_up_the_least_needed_first() {
    let index = index();
    let chunk = chunk_with(&index, "3.1 Neither");
    assert!(index.context_for_chunk(chunk, 0).is_empty());
    let small = index.context_for_chunk(chunk, 60);
    assert_eq!(small[0].reason, Reason::Definition("Fee Base".into()));
    for budget in [60, 100, 300, 1000, 5000] {
        let context = index.context_for_chunk(chunk, budget);
        let tokens: usize = context.iter().map(|c| estimate_tokens(&c.text)).sum();
        assert!(tokens <= budget, "{tokens} of {budget}");
    }
}

#[test]
fn the_same_rows_give_the_same_context() {
    let (one, two) = (index(), index());
    for chunk in 0..=one.rows.last().unwrap().passage.chunk {
        assert_eq!(
            one.context_for_chunk(chunk, 900),
            two.context_for_chunk(chunk, 900)
        );
    }
}

#[test]
fn passages_of_another_embedder_are_found_by_words_alone() {
    let document = contract();
    let other = Arc::new(Embedder {
        name: "provider".into(),
        version: 1,
        dimension: 3,
    });
    let rows = rows_of(&document)
        .into_iter()
        .map(|row| EmbeddedPassage {
            embedding: Embedding::from_floats(Arc::clone(&other), &[0.1, 0.2, 0.3]).unwrap(),
            ..row
        })
        .collect();
    let index = Index::new(rows, &profile_document(&document));
    let found = index.related("interest on late invoices", None, 3);
    assert!(found[0].passage.text.contains("2.2 Late"));
    assert!(found.iter().all(|r| r.why.cosine.is_none()));
    let chunk = chunk_with(&index, "3.1 Neither");
    assert!(!index.context_for_chunk(chunk, 900).is_empty());
}

#[test]
fn terms_are_whole_words_as_printed() {
    assert!(uses("the Fee Base.", "Fee Base"));
    assert!(uses("all Fees", "Fee"));
    assert!(!uses("the Feel", "Fee"));
    assert!(!uses("coFee", "Fee"));
    assert!(!uses("the fee", "Fee"));
    assert!(!uses("anything", ""));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_query_is_answered(query in any::<String>(), most in 0_usize..9) {
        let index = index();
        prop_assert!(index.related(&query, Some(1), most).len() <= most);
    }
}
