//! The typesetter that the other tests stand on.

use countersign_tests::make_pdf::{self, Options};

#[test]
fn a_contract_has_exactly_the_pages_asked_for_and_the_same_bytes_each_time() {
    for (pages, seed) in [(1, 1), (2, 3), (5, 5), (40, 11)] {
        let pdf = make_pdf::contract_of(pages, seed);
        assert_eq!(
            count(&pdf, b"/Type /Page\n"),
            pages,
            "{pages} pages, seed {seed}"
        );
        assert_eq!(pdf, make_pdf::contract_of(pages, seed));
    }
    assert_ne!(make_pdf::contract_of(1, 1), make_pdf::contract_of(1, 2));
}

#[test]
fn typeset_text_wraps_and_breaks_pages() {
    let paragraph = "The Supplier shall deliver the Goods to the Site. ".repeat(200);
    let pdf = make_pdf::typeset(
        &format!("# Supply\n\n{paragraph}\n\n---\n\nEnd."),
        &Options::default(),
    );
    assert_eq!(count(&pdf, b"/Type /Page\n"), 4);
}

fn count(haystack: &[u8], needle: &[u8]) -> usize {
    haystack
        .windows(needle.len())
        .filter(|w| *w == needle)
        .count()
}
