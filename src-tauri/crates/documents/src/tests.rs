//! A typeset page read back.

use countersign_contracts::document::{Document, HiddenKind, Page, PageQuality};
use countersign_tests::make_pdf::{self, Face, Options, bad};

use crate::read_pdf;
use crate::second::SecondReader;

fn pages_of(pdf: Vec<u8>) -> Vec<Page> {
    let mut pages = Vec::new();
    // A document without one readable page is an error; what was said of its pages counts here.
    let _ = read_pdf(pdf, &mut |page| pages.push(page));
    pages
}

const SOURCE: &str = "# Supply Agreement\n\n## 1. Delivery\n\n1.1 The Supplier delivers the Goods “free \
                      of charge” within thirty (30) days.\n\n1.2 Late delivery costs 0.5% a day.\n";

#[test]
fn words_come_back_in_order_with_their_places() {
    let pages = pages_of(make_pdf::typeset(SOURCE, &Options::default()));
    let words = &pages[0].words;
    let text: Vec<&str> = words.iter().map(|w| w.text.as_str()).collect();
    assert_eq!(
        text[..6],
        ["Supply", "Agreement", "1.", "Delivery", "1.1", "The"]
    );
    assert_eq!(text[text.len() - 4..], ["Page", "1", "of", "1"]);
    let number = &words[4];
    assert!((number.bbox.0[0] - 72.0).abs() < 0.5, "{number:?}");
    assert!((number.bbox.width() - 13.75).abs() < 0.3, "{number:?}");
    assert!(
        (number.size - 11.0).abs() < 0.1 && !number.bold && words[2].bold,
        "{number:?}"
    );
}

#[test]
fn bold_is_told_from_regular_by_the_letters_strokes() {
    for face in [Face::Times, Face::Helvetica] {
        let options = Options {
            face,
            page_numbers: false,
            ..Options::default()
        };
        let pages = pages_of(make_pdf::typeset(SOURCE, &options));
        let lettered = pages[0]
            .words
            .iter()
            .filter(|w| w.text.chars().all(char::is_alphabetic));
        let bold: Vec<&str> = lettered
            .filter(|w| w.bold)
            .map(|w| w.text.as_str())
            .collect();
        assert_eq!(bold, ["Supply", "Agreement", "Delivery"], "{face:?}");
    }
}

#[test]
fn a_rotated_and_cropped_page_gives_places_as_shown() {
    let upright = pages_of(make_pdf::typeset(SOURCE, &Options::default()));
    let word = &upright[0].words[4];
    for (rotate, crop) in [(90, 0.0), (180, 0.0), (270, 0.0), (0, 20.0), (90, 20.0)] {
        let options = Options {
            rotate,
            crop,
            ..Options::default()
        };
        let pages = pages_of(make_pdf::typeset(SOURCE, &options));
        let turned = pages[0].words.iter().find(|w| w.text == "1.1").unwrap();
        let [x0, y0, x1, y1] = word.bbox.0.map(|v| v - crop);
        let (width, height) = (595.0 - 2.0 * crop, 842.0 - 2.0 * crop);
        let expect = match rotate {
            90 => [height - y1, x0, height - y0, x1],
            180 => [width - x1, height - y1, width - x0, height - y0],
            270 => [y0, width - x1, y1, width - x0],
            _ => [x0, y0, x1, y1],
        };
        let close = turned
            .bbox
            .0
            .iter()
            .zip(expect)
            .all(|(a, b)| (a - b).abs() < 0.5);
        assert!(
            close,
            "rotate {rotate}, crop {crop}: {:?} is not {expect:?}",
            turned.bbox
        );
    }
}

#[test]
fn two_columns_are_read_one_after_the_other() {
    let paragraph =
        |n: u32| format!("{n}. Column text number {n} goes on for a while and is wrapped.\n\n");
    let source: String = (1..=40).map(paragraph).collect();
    let options = Options {
        columns: 2,
        face: Face::Helvetica,
        ..Options::default()
    };
    let document = Document::from_pages(pages_of(make_pdf::typeset(&source, &options)));
    let numbers: Vec<String> = document
        .paragraphs
        .iter()
        .filter_map(|p| p.number.clone())
        .collect();
    assert_eq!(
        numbers,
        (1..=40).map(|n: u32| n.to_string()).collect::<Vec<_>>()
    );
}

#[test]
fn cells_whose_text_runs_over_rows_are_read_one_by_one() {
    let rows = [
        ("“Excusable", "means a delay that is caused by"),
        ("Delay”", "events beyond the control of a party"),
        ("", "or by the other party."),
    ];
    let mut page = String::new();
    for (index, (left, right)) in rows.iter().enumerate() {
        let y = 700 - 13 * index;
        for (x, text) in [(72, left), (200, right)] {
            let text = text.replace('“', "\\223").replace('”', "\\224");
            page.push_str(&format!("BT /F0 11 Tf {x} {y} Td ({text}) Tj ET "));
        }
    }
    let pages = pages_of(make_pdf::pdf_of_content(&[&page]));
    let text: Vec<&str> = pages[0].words.iter().map(|w| w.text.as_str()).collect();
    assert_eq!(
        text.join(" "),
        "“Excusable Delay” means a delay that is caused by events beyond the control of a party or \
         by the other party."
    );
}

#[test]
fn text_that_nobody_sees_is_marked() {
    let page = "BT /F0 12 Tf 72 700 Td (Seen) Tj ET \
                BT /F0 12 Tf 3 Tr 72 680 Td (Invisible) Tj 0 Tr ET \
                1 g BT /F0 12 Tf 72 660 Td (White) Tj ET 0 g \
                /Ghost gs BT /F0 12 Tf 72 640 Td (Ghost) Tj ET";
    let other = "BT /F0 0.8 Tf 72 620 Td (Tiny) Tj ET BT /F0 12 Tf 900 600 Td (Outside) Tj ET \
                 BT /F0 12 Tf 72 560 Td (Covered) Tj ET 70 550 100 30 re f \
                 q 0 0 50 50 re W n BT /F0 12 Tf 72 540 Td (Clipped) Tj ET Q \
                 BT /F0 12 Tf 72 440 Td (Pictured) Tj ET q 200 0 0 40 60 430 cm \
                 BI /W 1 /H 1 /BPC 8 /CS /G ID z EI Q \
                 0 0 1 rg 60 480 200 40 re f 1 g BT /F0 12 Tf 72 500 Td (Knockout) Tj ET";
    let pages = pages_of(make_pdf::pdf_of_content(&[page, other]));
    let mut hidden: Vec<(&str, Option<HiddenKind>)> = pages
        .iter()
        .flat_map(|p| &p.words)
        .map(|w| (w.text.as_str(), w.hidden))
        .collect();
    hidden.sort_by_key(|w| w.0);
    assert_eq!(
        hidden,
        [
            ("Clipped", Some(HiddenKind::Clipped)),
            ("Covered", Some(HiddenKind::Covered)),
            ("Ghost", Some(HiddenKind::Transparent)),
            ("Invisible", Some(HiddenKind::Invisible)),
            ("Knockout", None),
            ("Outside", Some(HiddenKind::OffPage)),
            ("Pictured", Some(HiddenKind::Covered)),
            ("Seen", None),
            ("Tiny", Some(HiddenKind::Tiny)),
            ("White", Some(HiddenKind::White)),
        ]
    );
}

#[test]
fn text_on_a_layer_that_is_off_is_marked_and_on_one_that_is_shown_it_is_read() {
    let hidden = |shown| {
        let pages = pages_of(make_pdf::upon::layered(shown));
        let words = pages[0].words.clone();
        let hidden: Vec<String> = words
            .iter()
            .filter(|w| w.hidden == Some(HiddenKind::Marked))
            .map(|w| w.text.clone())
            .collect();
        (words.len(), hidden.join(" "))
    };
    assert_eq!(hidden(true), (15, String::new()));
    assert_eq!(
        hidden(false),
        (15, "The price doubles each year.".to_owned())
    );
}

#[test]
fn a_font_that_says_other_letters_than_it_shows_is_doubted() {
    let read = |lying| {
        let page = pages_of(make_pdf::upon::two_fonts(lying)).remove(0);
        let text: Vec<String> = page.words.into_iter().map(|w| w.text).collect();
        (text.join(" "), page.problem)
    };
    let (text, problem) = read(false);
    assert!(text.contains("pays 19 EUR") && problem.is_none(), "{text}");
    let (text, problem) = read(true);
    assert!(text.contains("pays 91 EUR"), "{text}");
    assert!(problem.is_some_and(|p| p.contains("two names")));
}

#[test]
fn what_lies_upon_a_page_is_told() {
    let summary = read_pdf(make_pdf::upon::annotated(), &mut |_| {}).unwrap();
    let side = summary.side;
    let comments: Vec<[&str; 4]> = side
        .comments
        .iter()
        .map(|c| {
            let (author, date) = (c.author.as_deref(), c.date.as_deref());
            [author.unwrap_or(""), date.unwrap_or(""), &c.text, &c.anchor]
        })
        .collect();
    let note = "Legal has not seen this page.";
    assert_eq!(
        comments,
        [
            ["Ann Lee", "2026-03-01T09:30:00Z", note, ""],
            ["", "", "Was 600", "900 EUR"],
        ]
    );
    let link = &side.links[0];
    assert_eq!(
        (link.address.as_str(), link.anchor.as_str()),
        ("https://www.example.com/terms", "www.example.com")
    );
    let fields: Vec<(&str, &str, bool)> = side
        .fields
        .iter()
        .map(|f| (f.name.as_str(), f.value.as_str(), f.shown))
        .collect();
    assert_eq!(
        fields,
        [
            ("order", "PO-17", true),
            ("rebate", "12 %", false),
            ("renew", "Yes", true)
        ]
    );
    let signatures: Vec<(&str, bool, Option<&str>)> = side
        .signatures
        .iter()
        .map(|s| (s.name.as_str(), s.signed, s.signer.as_deref()))
        .collect();
    assert_eq!(
        signatures,
        [("buyer", false, None), ("seller", true, Some("Sam Seller"))]
    );
}

#[test]
fn a_glyph_painted_twice_counts_once_and_ligatures_are_split() {
    let page = "BT /F0 12 Tf 72 700 Td (Bold) Tj ET BT /F0 12 Tf 72.2 700 Td (Bold) Tj ET";
    let pages = pages_of(make_pdf::pdf_of_content(&[page]));
    let text: Vec<&str> = pages[0].words.iter().map(|w| w.text.as_str()).collect();
    assert_eq!(text, ["Bold"]);
    assert_eq!(crate::glyphs::as_written("\u{fb03}"), "ffi");
    assert_eq!(crate::glyphs::as_written("\u{37e}"), ";");
}

#[test]
fn what_can_be_expected_of_a_page_is_said() {
    let quality = |pdf| pages_of(pdf).iter().map(|p| p.quality).collect::<Vec<_>>();
    assert_eq!(quality(bad::scan(1)), [PageQuality::NeedsOcr]);
    assert_eq!(quality(bad::blank()), [PageQuality::Blank]);
    assert_eq!(quality(bad::undecodable()), [PageQuality::Unreadable]);
    assert_eq!(
        quality(bad::partly_scanned()),
        [
            PageQuality::NeedsOcr,
            PageQuality::Ok,
            PageQuality::NeedsOcr
        ]
    );
    assert_eq!(quality(bad::owner_locked()), [PageQuality::Ok]);
}

#[test]
fn the_second_reader_gives_words_without_places() {
    let bytes = std::sync::Arc::new(make_pdf::contract_of(2, 4));
    let reader = SecondReader::new(bytes, "");
    let words = crate::second::words_of(&reader.text_of_page(2).unwrap());
    assert!(words.len() > 100 && words.iter().all(|w| w.bbox.width() == 0.0));
    assert!(reader.text_of_page(3).is_none());
    let broken = SecondReader::new(std::sync::Arc::new(bad::not_a_pdf()), "");
    assert!(broken.text_of_page(1).is_none());
}

#[test]
fn files_that_are_no_contract_end_in_words() {
    let code = |pdf: Vec<u8>| read_pdf(pdf, &mut |_| {}).unwrap_err().code();
    assert_eq!(code(bad::empty()), "file_empty");
    assert_eq!(code(bad::not_a_pdf()), "not_a_pdf");
    assert_eq!(code(bad::encrypted()), "password_needed");
    assert_eq!(code(bad::truncated()), "file_damaged");
    assert_eq!(code(bad::page_tree_cycle()), "file_damaged");
    assert_eq!(code(bad::scan(2)), "only_scans");
    assert_eq!(code(bad::blank()), "nothing_readable");
}
