//! Cuts a chunk into paragraphs and sentences, keeping each sentence's place.

/// A sentence's bytes in the chunk, and the paragraph it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// First byte of its paragraph.
    pub paragraph_start: usize,
    /// One past the last byte of its paragraph.
    pub paragraph_end: usize,
}

/// Sentences longer than this are cut at a semicolon.
const LONG: usize = 900;

/// Cuts text whose paragraphs are separated by blank lines.
#[must_use]
pub fn cut_sentences(text: &str) -> Vec<Cut> {
    let mut cuts = Vec::new();
    let mut paragraph_start = 0;
    for paragraph in text.split("\n\n") {
        let paragraph_end = paragraph_start + paragraph.len();
        let mut start = 0;
        let bytes = paragraph.as_bytes();
        for at in 0..bytes.len() {
            if ends_sentence(paragraph, start, at) {
                push(
                    &mut cuts,
                    paragraph,
                    start,
                    at + 1,
                    paragraph_start,
                    paragraph_end,
                );
                start = at + 1;
            }
        }
        push(
            &mut cuts,
            paragraph,
            start,
            paragraph.len(),
            paragraph_start,
            paragraph_end,
        );
        paragraph_start = paragraph_end + 2;
    }
    cuts
}

fn push(
    cuts: &mut Vec<Cut>,
    paragraph: &str,
    start: usize,
    end: usize,
    paragraph_start: usize,
    paragraph_end: usize,
) {
    let Some(sentence) = paragraph.get(start..end) else {
        return;
    };
    let leading = sentence.len() - sentence.trim_start().len();
    let trimmed = sentence.trim();
    if !trimmed.is_empty() {
        cuts.push(Cut {
            start: paragraph_start + start + leading,
            end: paragraph_start + start + leading + trimmed.len(),
            paragraph_start,
            paragraph_end,
        });
    }
}

/// Whether the byte at `at` ends the sentence that began at `start`.
fn ends_sentence(paragraph: &str, start: usize, at: usize) -> bool {
    let bytes = paragraph.as_bytes();
    match bytes.get(at) {
        Some(b';') => {
            // An exception belongs to what it is an exception from.
            let goes_on = [
                "except",
                "provided",
                "unless",
                "save ",
                "but ",
                "subject to",
            ];
            at - start > LONG
                && bytes.get(at + 1) == Some(&b' ')
                && !paragraph
                    .get(at + 2..)
                    .is_some_and(|rest| goes_on.iter().any(|word| rest.starts_with(word)))
        }
        Some(b'.' | b'?' | b'!') => {
            let rest = paragraph.get(at + 1..).unwrap_or("");
            let Some(after) = rest.strip_prefix([' ', '\n']) else {
                // A closing quotation mark or bracket may follow the stop.
                let closed = rest
                    .strip_prefix(['"', '”', ')'])
                    .and_then(|r| r.strip_prefix(' '));
                return closed.is_some_and(starts_upper) && !abbreviates(paragraph, start, at);
            };
            (starts_upper(after)
                || after.starts_with(['(', '“', '"', '['])
                || after.starts_with(|c: char| c.is_ascii_digit()))
                && !abbreviates(paragraph, start, at)
        }
        _ => false,
    }
}

fn starts_upper(text: &str) -> bool {
    text.trim_start_matches(['"', '“', '('])
        .starts_with(char::is_uppercase)
}

/// Whether the stop belongs to an abbreviation or a paragraph's number.
fn abbreviates(paragraph: &str, start: usize, at: usize) -> bool {
    let before = paragraph.get(start..at).unwrap_or("");
    let word = before.rsplit([' ', '(', '“', '"']).next().unwrap_or("");
    if word.len() == before.trim_start().len() && word.len() <= 6 {
        // "7.2." or "(a)." at the start: a number, not a sentence.
        return true;
    }
    let lower = word.trim_start_matches('_').to_ascii_lowercase();
    const MONTHS: [&str; 7] = [
        "january", "february", "march", "april", "june", "july", "august",
    ];
    let next = paragraph.get(at + 1..).unwrap_or("").trim_start();
    if MONTHS.contains(&lower.as_str()) && next.starts_with(|c: char| c.is_ascii_digit()) {
        // "April. 1st 2019" is a slip of the pen.
        return true;
    }
    // "until March 18. 2021" goes on to the year.
    let year = next.len() >= 4
        && next.bytes().take(4).all(|b| b.is_ascii_digit())
        && (next.starts_with("19") || next.starts_with("20"));
    let day = !word.is_empty() && word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit());
    if year && day {
        return true;
    }
    const ABBREVIATIONS: [&str; 37] = [
        "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "oct", "nov", "dec", "inc", "ltd",
        "co", "corp", "no", "nos", "sec", "art", "mr", "mrs", "ms", "dr", "st", "vs", "e.g", "i.e",
        "etc", "u.s", "u.s.c", "approx", "jr", "dept", "tel", "p.o", "l.p", "n.a",
    ];
    (word.len() == 1 && word.starts_with(char::is_uppercase))
        || ABBREVIATIONS.contains(&lower.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_a_reader_ends_them() {
        let cases: [(&str, &[&str]); 7] = [
            (
                "In effect until March 18. 2021, unless ended. Then stop.",
                &[
                    "In effect until March 18. 2021, unless ended.",
                    "Then stop.",
                ],
            ),
            (
                "Made on April. 1st 2019. It ends in March. Then stop.",
                &[
                    "Made on April. 1st 2019.",
                    "It ends in March.",
                    "Then stop.",
                ],
            ),
            (
                "1.1 First one. Second one.",
                &["1.1 First one.", "Second one."],
            ),
            (
                "Acme Inc. shall pay. Then stop.",
                &["Acme Inc. shall pay.", "Then stop."],
            ),
            ("7. Term. It runs.", &["7. Term.", "It runs."]),
            (
                "Pays $1.5 million. \"X\" means y.",
                &["Pays $1.5 million.", "\"X\" means y."],
            ),
            ("One.\n\nTwo", &["One.", "Two"]),
        ];
        for (text, expect) in cases {
            let got: Vec<&str> = cut_sentences(text)
                .iter()
                .map(|c| &text[c.start..c.end])
                .collect();
            assert_eq!(got, expect, "{text}");
        }
    }
}
