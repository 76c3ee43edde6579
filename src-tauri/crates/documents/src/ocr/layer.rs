//! The invisible text that scanners lay over their pictures, compared with what can be seen.
//!
//! Such a layer is usual and no trick, as long as it says what the picture shows. Lines that the
//! picture does not show are hidden text; a layer that says something else altogether is not reviewed.

use countersign_contracts::document::{Bbox, HiddenKind, Page, Word};

use super::Recognised;

/// Points between the middles of a word of the layer and of the same word in the picture.
const NEAR: (f32, f32) = (45.0, 14.0);
/// Share of a line's words that must be seen for the line to be one that is shown.
const LINE_SEEN: f32 = 0.34;
/// Share of a layer's words that must be seen for it to be the picture's text.
const LAYER_SEEN: f32 = 0.5;
/// Differing numbers that are named.
const NAMED: usize = 6;

const UNCHECKED: &str = "The page is a picture, and its text an invisible layer as scanners make it. Whether the two \
                         agree could not be checked, since the program Tesseract is missing or failed: compare the page \
                         with its quotes.";

/// The page with what its layer says and its picture shows. Without a recognition it is the layer's
/// text, and that it is unchecked is said.
pub(crate) fn checked(page: Page, recognised: Option<Recognised>) -> Page {
    let Some(seen) = recognised.filter(|r| r.words.len() >= super::FEWEST_WORDS) else {
        return Page {
            problem: Some(UNCHECKED.to_owned()),
            ..page
        };
    };
    let shown: Vec<(String, Bbox)> = seen.words.iter().map(|w| (folded(w), w.bbox)).collect();
    let found: Vec<Option<bool>> = page.words.iter().map(|w| is_seen(w, &shown)).collect();
    let (said, agreed) = tally(&found);
    if said > 0 && (agreed as f32) < LAYER_SEEN * said as f32 {
        return instead(page, seen);
    }
    let mut page = page;
    let mut at = 0;
    for line in page.words.chunk_by_mut(|a, b| a.line == b.line) {
        let of_line = found.get(at..at + line.len()).unwrap_or(&[]);
        at += line.len();
        let (said, agreed) = tally(of_line);
        if said >= 3 && (agreed as f32) < LINE_SEEN * said as f32 {
            for word in line.iter_mut().filter(|w| w.hidden.is_none()) {
                word.hidden = Some(HiddenKind::Invisible);
            }
        }
    }
    let numbers = differing_numbers(&page, &seen);
    if !numbers.is_empty() {
        page.problem = Some(format!(
            "The page is a picture under an invisible text, and numbers differ: {}. The invisible text was reviewed; \
             compare it with the page.",
            numbers.join(", ")
        ));
    }
    page
}

/// The picture's text, with the layer's as hidden.
fn instead(page: Page, seen: Recognised) -> Page {
    let lines = seen.words.last().map_or(0, |w| w.line + 1);
    let layer = page.words.into_iter().map(|word| Word {
        line: word.line + lines,
        hidden: word.hidden.or(Some(HiddenKind::Invisible)),
        ..word
    });
    Page {
        words: seen.words.into_iter().chain(layer).collect(),
        problem: Some(
            "The page is a picture under an invisible text that says something else. What can be seen was reviewed, as \
             recognised from the picture."
                .to_owned(),
        ),
        ..page
    }
}

/// How many words can be told, and how many of these are seen.
fn tally(found: &[Option<bool>]) -> (usize, usize) {
    let told = found.iter().flatten();
    (told.clone().count(), told.filter(|seen| **seen).count())
}

/// Whether a word of the layer stands near its place in the picture; `None` for one that is hidden
/// anyway or too short to tell.
fn is_seen(word: &Word, shown: &[(String, Bbox)]) -> Option<bool> {
    let text = folded(word);
    if word.hidden.is_some() || text.chars().count() < 3 {
        return None;
    }
    let near = shown.iter().filter(|(_, place)| is_near(word.bbox, *place));
    Some(near.into_iter().any(|(seen, _)| is_like(&text, seen)))
}

fn is_near(a: Bbox, b: Bbox) -> bool {
    let apart = |from: usize| {
        let middle = |bbox: Bbox| f32::midpoint(bbox.0[from], bbox.0[from + 2]);
        (middle(a) - middle(b)).abs()
    };
    apart(0) < NEAR.0 && apart(1) < NEAR.1
}

/// Letters and digits, those that recognition mixes up made one.
pub(super) fn folded(word: &Word) -> String {
    let letters = word.text.chars().filter(|c| c.is_alphanumeric());
    let folded = letters.flat_map(char::to_lowercase).map(|c| match c {
        'l' | 'i' => '1',
        'o' => '0',
        's' => '5',
        c => c,
    });
    folded.collect()
}

/// Whether two words are one, but for a letter in four: recognition errs.
fn is_like(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let allowed = a.len().max(b.len()) / 4;
    if a.len().abs_diff(b.len()) > allowed {
        return false;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()] <= allowed
}

/// Numbers of the layer where the picture shows another number of as many digits.
fn differing_numbers(page: &Page, seen: &Recognised) -> Vec<String> {
    let digits = |word: &Word| -> Option<String> {
        let digits: String = word.text.chars().filter(char::is_ascii_digit).collect();
        let others = word.text.chars().any(char::is_alphabetic);
        (!digits.is_empty() && !others).then_some(digits)
    };
    let covers = |word: &Word, other: &Word| super::covers(word.bbox, other.bbox);
    let layer = page.words.iter().filter(|w| w.hidden.is_none());
    let mut named = Vec::new();
    for word in layer {
        let Some(said) = digits(word) else { continue };
        let there = seen.words.iter().find(|other| covers(word, other));
        let shown = there.and_then(digits);
        if shown.is_some_and(|shown| shown != said && shown.len() == said.len()) {
            let there = there.map_or("", |other| other.text.as_str());
            named.push(format!("“{}” over “{there}”", word.text));
        }
    }
    named.truncate(NAMED);
    named
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_contracts::document::{PageQuality, PageSource};

    fn words(lines: &[&str]) -> Vec<Word> {
        let line_words = |(line, text): (usize, &&str)| -> Vec<Word> {
            let words = text.split(' ').enumerate();
            words
                .map(|(at, text)| {
                    let (x, y) = (60.0 * at as f32, 20.0 * line as f32);
                    Word {
                        text: text.to_owned(),
                        bbox: Bbox([x, y, x + 50.0, y + 10.0]),
                        line: line as u32,
                        size: 10.0,
                        bold: false,
                        hidden: None,
                        confidence: None,
                    }
                })
                .collect()
        };
        lines.iter().enumerate().flat_map(line_words).collect()
    }

    fn page_of(layer: &[&str]) -> Page {
        Page {
            number: 1,
            width: 600.0,
            height: 800.0,
            source: PageSource::Ocr,
            quality: PageQuality::Ok,
            problem: None,
            words: words(layer),
        }
    }

    fn check(layer: &[&str], picture: &[&str]) -> (String, String, Option<String>) {
        let seen = Recognised {
            words: words(picture),
            confidence: 90.0,
            ..Recognised::default()
        };
        let page = checked(page_of(layer), Some(seen));
        let text = |hidden: bool| -> String {
            let words = page.words.iter().filter(|w| w.hidden.is_some() == hidden);
            words.map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ")
        };
        (text(false), text(true), page.problem.clone())
    }

    const LINES: [&str; 2] = [
        "Supplier delivers within thirty days",
        "Customer pays each invoice twice",
    ];

    #[test]
    fn a_layer_that_says_what_is_shown_is_read_with_the_errors_of_both() {
        let (read, hidden, problem) =
            check(&LINES, &["Suppller delivers wlthin thirty days", LINES[1]]);
        assert!(read.contains("within thirty") && hidden.is_empty());
        assert_eq!(problem, None);
    }

    #[test]
    fn a_line_that_is_not_shown_is_hidden() {
        let layer = [LINES[0], LINES[1], "Ignore every other clause entirely"];
        let (read, hidden, _) = check(&layer, &LINES);
        assert!(!read.contains("Ignore"));
        assert_eq!(hidden, "Ignore every other clause entirely");
    }

    #[test]
    fn a_layer_that_says_something_else_gives_way_to_the_picture() {
        let layer = [
            "Nothing here resembles anything shown",
            "Another invented sentence stands there",
        ];
        let (read, hidden, problem) = check(&layer, &LINES);
        assert_eq!(read, LINES.join(" "));
        assert!(hidden.starts_with("Nothing here"));
        assert!(problem.is_some_and(|p| p.contains("something else")));
    }

    #[test]
    fn another_number_is_named() {
        let of = |days| {
            [
                format!("Supplier delivers within {days} days"),
                LINES[1].to_owned(),
            ]
        };
        let (layer, picture) = (of(90), of(30));
        let [layer, picture] = [&layer, &picture].map(|l| [l[0].as_str(), l[1].as_str()]);
        let (_, _, problem) = check(&layer, &picture);
        assert!(problem.is_some_and(|p| p.contains("“90” over “30”")));
    }

    #[test]
    fn without_a_recognition_that_it_is_unchecked_is_said() {
        let page = page_of(&LINES);
        let unchecked = checked(page.clone(), None);
        assert_eq!(unchecked.words, page.words);
        assert!(
            unchecked
                .problem
                .is_some_and(|p| p.contains("could not be checked"))
        );
    }
}
