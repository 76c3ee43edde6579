//! Cuts a text into segments, what the model judges one by one: a sentence, a heading, a list's item.

use crate::sentences::cut_sentences;

/// A segment longer than this is cut again, at a semicolon or a comma (bytes).
const LONG: usize = 700;
/// A part of a cut segment is at least this long (bytes).
const SHORT: usize = 160;
/// A heading is no longer than this (bytes).
const LONGEST_HEADING: usize = 90;

/// One sentence, heading or item of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// First byte in the text.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Which paragraph it stands in, counted from 0.
    pub paragraph: usize,
    /// Which sentence it is or is a part of, counted from 0.
    pub sentence: usize,
    /// The segment that is the heading it stands under, if any.
    pub heading: Option<usize>,
    /// The heading above that one.
    pub chapter: Option<usize>,
    /// Whether it is itself a heading.
    pub is_heading: bool,
}

/// Cuts a text whose paragraphs are separated by blank lines.
#[must_use]
pub fn cut_segments(text: &str) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::with_capacity(text.len() / 120);
    let (mut heading, mut chapter) = (None, None);
    let (mut paragraph, mut paragraph_start) = (0, usize::MAX);
    for (sentence_number, cut) in cut_sentences(text).into_iter().enumerate() {
        if cut.paragraph_start != paragraph_start {
            paragraph += usize::from(paragraph_start != usize::MAX);
            paragraph_start = cut.paragraph_start;
        }
        let opens_paragraph = segments.last().is_none_or(|s| s.paragraph != paragraph);
        let Some(sentence) = text.get(cut.start..cut.end) else {
            continue;
        };
        let is_heading = opens_paragraph && is_heading(sentence);
        if is_heading {
            if is_chapter(sentence) || chapter.is_none() {
                chapter = Some(segments.len());
                heading = chapter;
            } else {
                heading = Some(segments.len());
            }
        }
        for (start, end) in parts(sentence) {
            segments.push(Segment {
                start: cut.start + start,
                end: cut.start + end,
                paragraph,
                sentence: sentence_number,
                heading,
                chapter,
                is_heading,
            });
        }
    }
    segments
}

/// Whether a sentence names a subject and says nothing about it: "7.2 Suspension." or "TERM".
fn is_heading(sentence: &str) -> bool {
    if sentence.len() > LONGEST_HEADING {
        return false;
    }
    let mut letters = false;
    let mut words = 0;
    for word in sentence.split_whitespace() {
        words += 1;
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let Some(first) = bare.chars().next() else {
            continue;
        };
        letters |= bare.len() > 1 && first.is_alphabetic();
        if bare.len() > 4 && first.is_lowercase() {
            return false;
        }
    }
    letters && words <= 12
}

/// Whether a heading opens a chapter: in capitals, "ARTICLE 7", or numbered with one number.
fn is_chapter(heading: &str) -> bool {
    let first = heading.split_whitespace().next().unwrap_or("");
    let number = first.trim_end_matches(['.', ')', ':']);
    let one_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    one_number
        || !heading.chars().any(char::is_lowercase)
        || first.eq_ignore_ascii_case("article")
        || first.eq_ignore_ascii_case("section")
}

/// The parts of a sentence: itself, or where it is long its pieces between semicolons or commas.
fn parts(sentence: &str) -> Vec<(usize, usize)> {
    let mut parts = Vec::new();
    let mut start = 0;
    while sentence.len() - start > LONG {
        let Some(cut) = cut_point(sentence, start) else {
            break;
        };
        push_trimmed(sentence, start, cut, &mut parts);
        start = cut;
    }
    push_trimmed(sentence, start, sentence.len(), &mut parts);
    parts
}

fn cut_point(sentence: &str, start: usize) -> Option<usize> {
    let bytes = sentence.as_bytes();
    let from = start + SHORT;
    let to = (start + LONG).min(sentence.len().checked_sub(SHORT)?);
    let after = |mark: &[u8]| {
        (from..to)
            .rev()
            .find(|&at| bytes.get(at..at + mark.len()) == Some(mark))
            .map(|at| at + 1)
    };
    after(b"; ")
        .or_else(|| after(b", "))
        .or_else(|| after(b" "))
}

fn push_trimmed(sentence: &str, start: usize, end: usize, parts: &mut Vec<(usize, usize)>) {
    let Some(part) = sentence.get(start..end) else {
        return;
    };
    let leading = part.len() - part.trim_start().len();
    let trimmed = part.trim().len();
    if trimmed > 0 {
        parts.push((start + leading, start + leading + trimmed));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        cut_segments(text)
            .iter()
            .map(|s| &text[s.start..s.end])
            .collect()
    }

    #[test]
    fn a_heading_is_a_segment_and_what_follows_stands_under_it() {
        let text = "7. TERM\n\n7.1 Renewal. It renews each year.\n\nIt ends.";
        let segments = cut_segments(text);
        assert_eq!(
            texts(text),
            [
                "7. TERM",
                "7.1 Renewal.",
                "It renews each year.",
                "It ends."
            ]
        );
        assert_eq!(segments[2].heading, Some(1));
        assert_eq!(segments[2].chapter, Some(0));
        assert_eq!(segments[2].paragraph, segments[1].paragraph);
        assert_ne!(segments[3].paragraph, segments[2].paragraph);
    }

    #[test]
    fn a_long_sentence_is_cut_and_nothing_of_it_lost() {
        let item = "the Supplier shall do whatever the Customer may reasonably ask of it; ";
        let text = item.repeat(40);
        let words: usize = texts(&text)
            .iter()
            .map(|t| t.split_whitespace().count())
            .sum();
        assert_eq!(words, text.split_whitespace().count());
        assert!(texts(&text).iter().all(|t| t.len() <= LONG));
    }

    #[test]
    fn no_place_of_a_segment_splits_a_character() {
        let text = "§ 7 „Käufer“ zahlt – sofort; ".repeat(80);
        assert!(texts(&text).iter().all(|t| !t.is_empty()));
    }
}
