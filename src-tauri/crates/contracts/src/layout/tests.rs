use super::*;
use crate::document::{Bbox, PageQuality, PageSource, Word};

/// A page of lines: each line's text, its left edge and its distance from the top in points.
fn page(number: u32, lines: &[(&str, f32, f32)]) -> Page {
    let mut words = Vec::new();
    for (index, (text, left, top)) in lines.iter().enumerate() {
        let mut x = *left;
        for word in text.split(' ') {
            let bold = word.starts_with('*');
            let text = word.trim_start_matches('*').to_owned();
            let width = 5.0 * text.chars().count() as f32;
            words.push(Word {
                text,
                bbox: Bbox([x, *top, x + width, top + 11.0]),
                line: index as u32,
                size: 10.0,
                bold,
                hidden: None,
                confidence: None,
            });
            x += width + 3.0;
        }
    }
    Page {
        number,
        width: 595.0,
        height: 842.0,
        source: PageSource::Text,
        quality: PageQuality::Ok,
        problem: None,
        words,
    }
}

fn check(pages: Vec<Page>, expect: &[&str]) {
    let document = Document::from_pages(pages);
    let got: Vec<&str> = document
        .paragraphs
        .iter()
        .map(|p| document.slice(p.span))
        .collect();
    assert_eq!(got, expect);
    for word in &document.words {
        let painted = &document.pages[word.page as usize - 1].words[word.word as usize];
        assert!(
            painted.text.starts_with(document.slice(word.span)),
            "{word:?}"
        );
    }
}

const FULL: &str =
    "the Supplier shall deliver the Goods to the place of delivery named in the order form";

#[test]
fn words_broken_at_a_lines_end_are_joined_and_compounds_keep_their_hyphen() {
    let first = format!("{FULL} under this agree-");
    let second = format!("ment and {FULL} of any third-");
    check(
        vec![page(
            1,
            &[
                (&first, 72.0, 100.0),
                (&second, 72.0, 113.0),
                ("party claim.", 72.0, 126.0),
            ],
        )],
        &[&format!(
            "{FULL} under this agreement and {FULL} of any third-party claim."
        )],
    );
}

#[test]
fn headers_footers_and_page_numbers_are_left_out() {
    let body = ["Alpha begins.", "Beta follows.", "Gamma ends."];
    let pages = (1..=3u32)
        .map(|n| {
            let foot = format!("Page {n} of 3");
            page(
                n,
                &[
                    ("Services Agreement – Confidential", 200.0, 40.0),
                    (body[n as usize - 1], 72.0, 120.0),
                    (&foot, 270.0, 800.0),
                ],
            )
        })
        .collect();
    check(pages, &body);
}

#[test]
fn the_name_of_a_part_on_several_pages_is_no_header_unless_it_goes_on_from_page_to_page() {
    let texts = ["One.", "Two.", "Three.", "Four.", "Five.", "Six."];
    let pages = |named: &[u32]| -> Vec<Page> {
        (1..=6u32)
            .map(|n| {
                let mut lines = vec![(texts[n as usize - 1], 72.0, 120.0)];
                if named.contains(&n) {
                    lines.insert(0, ("ANNEX I", 270.0, 40.0));
                }
                page(n, &lines)
            })
            .collect()
    };
    check(
        pages(&[2, 4, 6]),
        &[
            "One.", "ANNEX I", "Two.", "Three.", "ANNEX I", "Four.", "Five.", "ANNEX I", "Six.",
        ],
    );
    check(pages(&[3, 4, 5, 6]), &texts);
}

#[test]
fn a_number_or_a_gap_starts_a_paragraph_and_a_broken_reference_does_not() {
    let reference = format!("{FULL} as set out in Section");
    check(
        vec![page(
            1,
            &[
                ("1. Delivery", 72.0, 100.0),
                (&format!("1.1 {reference}"), 72.0, 120.0),
                ("3.2 of the order form.", 72.0, 133.0),
                ("(a) The Goods; and", 90.0, 146.0),
                ("(b) the Services.", 90.0, 159.0),
                ("Later text stands apart.", 72.0, 190.0),
            ],
        )],
        &[
            "1. Delivery",
            &format!("1.1 {reference} 3.2 of the order form."),
            "(a) The Goods; and",
            "(b) the Services.",
            "Later text stands apart.",
        ],
    );
}

#[test]
fn a_sentence_goes_on_over_a_page_break() {
    let first = page(
        1,
        &[(
            "1.1 The Supplier shall deliver the Goods to the place that the",
            72.0,
            780.0,
        )],
    );
    let second = page(2, &[("order form names.", 72.0, 72.0)]);
    check(
        vec![first, second],
        &["1.1 The Supplier shall deliver the Goods to the place that the order form names."],
    );
}

#[test]
fn numbers_headings_and_depth_are_read() {
    let document = Document::from_pages(vec![page(
        1,
        &[
            ("ARTICLE IV", 280.0, 100.0),
            ("LIMITATION OF LIABILITY", 240.0, 114.0),
            (
                "Section 4.1 Cap. Each party’s liability is limited as follows:",
                72.0,
                140.0,
            ),
            ("(h) for loss of data;", 90.0, 160.0),
            ("(i) for fraud:", 90.0, 180.0),
            ("(i) of its staff; and", 108.0, 200.0),
            ("(ii) of its agents.", 108.0, 220.0),
            ("Schedule 2", 280.0, 300.0),
        ],
    )]);
    let got: Vec<(Option<&str>, Option<&str>, u8)> = document
        .paragraphs
        .iter()
        .map(|p| (p.number.as_deref(), p.heading.as_deref(), p.level))
        .collect();
    assert_eq!(
        got,
        [
            (Some("Article IV"), Some("LIMITATION OF LIABILITY"), 0),
            (Some("4.1"), Some("Cap"), 1),
            (Some("(h)"), None, 2),
            (Some("(i)"), None, 2),
            (Some("(i)"), None, 3),
            (Some("(ii)"), None, 3),
            (Some("Schedule 2"), None, 0),
        ]
    );
}

#[test]
fn hidden_words_stay_out_of_the_text() {
    let mut only = page(1, &[("The price is not fixed.", 72.0, 100.0)]);
    only.words[3].hidden = Some(crate::document::HiddenKind::White);
    check(vec![only], &["The price is fixed."]);
}

#[test]
fn footers_of_the_pages_before_a_refiling_do_not_break_sentences() {
    let text_of = |footer: [&str; 2]| {
        let mut lines = Vec::new();
        for part in 0..5 {
            for row in 0..24 {
                lines.push(format!("{FULL} row {part} {}", "x".repeat(row + 1)));
            }
            lines.extend(footer.map(str::to_owned));
            lines.push("- -------------------".to_owned());
        }
        lines.push("The last line of all ends here.".to_owned());
        let placed: Vec<(&str, f32, f32)> = lines
            .iter()
            .enumerate()
            .map(|(i, text)| (text.as_str(), 72.0, 60.0 + 13.0 * i as f32))
            .collect();
        Document::from_pages(vec![page(1, &placed)]).text
    };
    let footer = text_of(["Ashworth/Nantz", "Promotion Agreement"]);
    assert!(!footer.contains("Nantz"), "{footer}");
    assert!(footer.contains("xx Full") || footer.matches("row").count() == 120);
    let signed = text_of(["Name: ________", "Title: ________"]);
    assert_eq!(signed.matches("Name:").count(), 5);
}

#[test]
fn page_numbers_within_pages_and_rules_do_not_break_sentences() {
    let mut lines = Vec::new();
    for number in 1..=3 {
        for row in 0..15 {
            lines.push((format!("{FULL} row {}", "x".repeat(row + 1)), 72.0));
        }
        lines.push((format!("Page -{number}-"), 290.0));
    }
    lines.push(("--------------------".to_owned(), 72.0));
    lines.push(("2.0 Charges".to_owned(), 72.0));
    let placed: Vec<(&str, f32, f32)> = lines
        .iter()
        .enumerate()
        .map(|(i, (text, left))| (text.as_str(), *left, 60.0 + 13.0 * i as f32))
        .collect();
    let document = Document::from_pages(vec![page(1, &placed)]);
    let texts: Vec<&str> = document
        .paragraphs
        .iter()
        .map(|p| document.slice(p.span))
        .collect();
    assert_eq!(texts.len(), 3, "{texts:?}");
    assert!(
        !texts[0].contains(|c: char| c.is_ascii_digit()),
        "{}",
        texts[0]
    );
    let charges = &document.paragraphs[2];
    assert_eq!(
        (charges.heading.as_deref(), charges.level),
        (Some("Charges"), 0)
    );
}

#[test]
fn roman_articles_hold_letters_and_lists_and_go_on_behind_them() {
    let lines = [
        "II. TERM AND RENEWAL",
        "A. The term is ten years.",
        "B. You may renew if:",
        "1. you complied with this agreement; and",
        "2. you paid.",
        "C. We furnish you with the form.",
        "III. LOCATION",
        "A. You operate at the location only.",
    ];
    let placed: Vec<(&str, f32, f32)> = lines
        .iter()
        .enumerate()
        .map(|(i, l)| (*l, 72.0, 100.0 + 30.0 * i as f32))
        .collect();
    let document = Document::from_pages(vec![page(1, &placed)]);
    let levels: Vec<u8> = document.paragraphs.iter().map(|p| p.level).collect();
    assert_eq!(levels, [0, 1, 1, 2, 2, 1, 0, 1]);
}

#[test]
fn a_number_that_a_list_and_the_articles_both_reach_stands_under_its_own() {
    let lines: [(&str, f32); 10] = [
        ("4. The Supplier has duties.", 72.0),
        ("(a) The Supplier shall:", 90.0),
        ("1. deliver;", 120.0),
        ("2. install;", 120.0),
        ("3. train; and", 120.0),
        ("4. support.", 120.0),
        ("5. The Customer has duties.", 72.0),
        ("(a) The Customer shall:", 90.0),
        ("1. pay; and", 120.0),
        ("2. cooperate.", 120.0),
    ];
    let placed: Vec<(&str, f32, f32)> = lines
        .iter()
        .enumerate()
        .map(|(i, (text, left))| (*text, *left, 100.0 + 30.0 * i as f32))
        .collect();
    let document = Document::from_pages(vec![page(1, &placed)]);
    let levels: Vec<u8> = document.paragraphs.iter().map(|p| p.level).collect();
    assert_eq!(levels, [0, 1, 2, 2, 2, 2, 0, 1, 2, 2]);
}

#[test]
fn an_entry_of_the_contents_that_takes_two_lines_is_no_heading() {
    let document = Document::from_pages(vec![page(
        1,
        &[
            ("TABLE OF CONTENTS", 240.0, 80.0),
            ("1. *Definitions ........................ 3", 72.0, 110.0),
            (
                "2. *LICENCE *OF *THE *SOFTWARE *AND *OF *THE *DOCUMENTATION",
                72.0,
                140.0,
            ),
            ("*FOR *AFFILIATES ........................ 5", 90.0, 153.0),
            ("3. *Fees ........................ 9", 72.0, 183.0),
            ("1. Definitions", 72.0, 300.0),
        ],
    )]);
    let headings: Vec<&str> = document
        .paragraphs
        .iter()
        .filter_map(|p| p.heading.as_deref())
        .collect();
    assert_eq!(headings, ["TABLE OF CONTENTS", "Definitions"]);
}
