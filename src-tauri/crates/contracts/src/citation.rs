//! Citations: the words on the page that prove something.

use std::collections::{HashMap, HashSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::document::{Bbox, Document, Span, Word, WordRef};

/// A quote and its place. The quote is always the document's own text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Citation {
    /// Counted from 1.
    pub page: u32,
    /// The document's words on that page, one space between words.
    pub quote: String,
    /// One box a line; empty when the page's source gives no places.
    pub boxes: Vec<Bbox>,
    /// Whether code found the quote in the page's text.
    pub verified: bool,
}

/// A gap between two words of a line past this many times the font size is not a space: a table, a
/// column or a number that stands apart. What lies beyond it is quoted by itself.
const GAP: f32 = 1.5;
/// A gap past this many times the font size is a double space, as justified typewriter text has them.
const DOUBLE_SPACE: f32 = 1.1;
/// A line with this many double spaces, and at least as many as single ones, is set so wide that other
/// readers of the page may take it apart: it is quoted by itself.
const WIDE_LINE: usize = 3;
/// A piece shorter than this many words that a gap cut off says nothing by itself.
const FEWEST_WORDS: usize = 3;
/// A paragraph that gaps cut into more pieces than this is a table: its longest piece stands for it.
const MOST_PIECES: usize = 3;
/// A word smaller than this share of the one before it, and raised, is a superscript: it stands between
/// two pieces and in neither.
const SUPERSCRIPT: f32 = 0.8;

/// Cites a span: quotes and boxes taken from the page itself, so that each quote is one run of words as
/// it stands there. A new citation begins with a page, a paragraph and behind a wide gap; a paragraph's
/// own number is not quoted. Empty when the span holds no words.
#[must_use]
pub fn cite_span(document: &Document, span: Span) -> Vec<Citation> {
    let mut pieces: Vec<Piece> = Vec::new();
    let wide_lines = wide_lines(document, span);
    for word_ref in document.words_in(span) {
        let Some(word) = document
            .page(word_ref.page)
            .and_then(|p| p.words.get(word_ref.word as usize))
        else {
            continue;
        };
        let paragraph = document
            .paragraphs
            .partition_point(|p| p.span.end <= word_ref.span.start);
        if is_number(document, paragraph, word_ref.span) {
            continue;
        }
        let wide = wide_lines.contains(&(word_ref.page, word.line));
        if pieces
            .last()
            .is_some_and(|piece| piece.has_superscript(word))
        {
            let line = pieces.last_mut().and_then(Piece::end_before_its_line);
            pieces.extend(line);
            continue;
        }
        let goes_on = pieces
            .last()
            .filter(|piece| piece.wide == wide)
            .and_then(|piece| piece.join_of(word_ref, word, paragraph));
        if goes_on.is_none() {
            let after_gap = pieces.last().is_some_and(|p| {
                p.page == word_ref.page
                    && p.paragraph == paragraph
                    && p.next_is(word_ref)
                    && p.wide == wide
            });
            if let (true, Some(before)) = (after_gap, pieces.last_mut()) {
                before.cut = true;
            }
            let gap_here = after_gap && pieces.last().is_some_and(|p| p.breaks_off_on(word.line));
            let mut piece = Piece::new(word_ref.page, paragraph, after_gap);
            piece.cut_line = gap_here.then_some(word.line);
            piece.wide = wide;
            pieces.push(piece);
        }
        if let Some(piece) = pieces.last_mut() {
            if goes_on == Some(Join::Space) {
                piece.quote.push(' ');
            }
            piece.push(document.slice(word_ref.span), word_ref, word);
        }
    }
    leave_out_scraps(&mut pieces);
    pieces
        .into_iter()
        .map(Piece::without_end_number)
        .map(|piece| Citation {
            page: piece.page,
            quote: piece.quote,
            boxes: piece.boxes,
            verified: true,
        })
        .collect()
}

/// Drops what gaps cut too short to say anything, and of a table all but its longest piece.
fn leave_out_scraps(pieces: &mut Vec<Piece>) {
    // A paragraph that is wide as a whole is a list of contents or a place to sign, and says little beside
    // other words. A wide line within a paragraph is a part of its sentence.
    let words = |wide: bool| -> usize {
        pieces
            .iter()
            .filter(|p| p.wide == wide)
            .map(|p| p.words)
            .sum()
    };
    if words(false) >= words(true) {
        let running: HashSet<(u32, usize)> = pieces
            .iter()
            .filter(|piece| !piece.wide)
            .map(|piece| (piece.page, piece.paragraph))
            .collect();
        pieces.retain(|piece| running.contains(&(piece.page, piece.paragraph)));
    }
    let whole = pieces.iter().any(|piece| piece.words >= FEWEST_WORDS);
    pieces.retain(|piece| !(whole && piece.cut && piece.words < FEWEST_WORDS));
    let mut at = 0;
    while let Some(first) = pieces.get(at) {
        let (page, paragraph) = (first.page, first.paragraph);
        let same = |p: &&Piece| (p.page, p.paragraph) == (page, paragraph);
        let count = pieces.iter().skip(at).take_while(same).count();
        let cut = pieces.iter().skip(at).take(count).filter(|p| p.cut).count();
        if cut > MOST_PIECES {
            let longest = pieces.iter().skip(at).take(count).map(|p| p.words).max();
            let keep = pieces
                .iter()
                .skip(at)
                .position(|p| Some(p.words) == longest)
                .unwrap_or(0);
            pieces.drain(at + keep + 1..at + count);
            pieces.drain(at..at + keep);
            at += 1;
        } else {
            at += count;
        }
    }
}

/// Lines of the span that are set very wide, as (page, line).
fn wide_lines(document: &Document, span: Span) -> HashSet<(u32, u32)> {
    let mut gaps: HashMap<(u32, u32), (usize, usize)> = HashMap::new();
    let mut last: Option<((u32, u32), f32)> = None;
    for word_ref in document.words_in(span) {
        let Some(word) = document
            .page(word_ref.page)
            .and_then(|p| p.words.get(word_ref.word as usize))
        else {
            continue;
        };
        let line = (word_ref.page, word.line);
        if let Some((_, end)) = last.filter(|(before, _)| *before == line) {
            let (wide, all) = gaps.entry(line).or_default();
            *wide += usize::from(word.bbox.0[0] - end > DOUBLE_SPACE * word.size);
            *all += 1;
        }
        last = Some((line, word.bbox.0[2]));
    }
    gaps.retain(|_, (wide, all)| *wide >= WIDE_LINE && *wide * 2 >= *all);
    gaps.into_keys().collect()
}

/// Bytes that may stand around a number as printed: brackets, full stops, spaces.
const LONGEST_MARK: u32 = 12;

/// Whether a word is (part of) the number that its paragraph starts with.
fn is_number(document: &Document, paragraph: usize, word: Span) -> bool {
    let Some(paragraph) = document.paragraphs.get(paragraph) else {
        return false;
    };
    let Some(number) = &paragraph.number else {
        return false;
    };
    if word.end - paragraph.span.start > number.len() as u32 + LONGEST_MARK {
        return false;
    }
    let head = document.slice(Span {
        start: paragraph.span.start,
        end: word.end,
    });
    let bare = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    bare(number).starts_with(&bare(head))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Join {
    /// The second half of a word that was hyphenated.
    Nothing,
    Space,
}

/// A run of words on one page.
#[derive(Debug)]
struct Piece {
    page: u32,
    paragraph: usize,
    quote: String,
    boxes: Vec<Bbox>,
    words: usize,
    /// A gap stands before or behind it.
    cut: bool,
    /// It stands on a line that is set very wide.
    wide: bool,
    /// The line on which a gap stands before it: it does not go on past that line.
    cut_line: Option<u32>,
    /// Nothing joins on any more.
    ended: bool,
    last: Option<Last>,
    /// Where in the quote the current line begins, and the words of that line.
    line_from: usize,
    line_words: usize,
}

/// The word that a piece ends with.
#[derive(Debug, Clone, Copy)]
struct Last {
    line: u32,
    bbox: Bbox,
    end: u32,
    word: u32,
    size: f32,
}

impl Piece {
    fn new(page: u32, paragraph: usize, cut: bool) -> Self {
        Self {
            page,
            paragraph,
            quote: String::new(),
            boxes: Vec::new(),
            words: 0,
            cut,
            wide: false,
            cut_line: None,
            ended: false,
            last: None,
            line_from: 0,
            line_words: 0,
        }
    }

    /// How a word joins on, if it does.
    fn join_of(&self, word_ref: &WordRef, word: &Word, paragraph: usize) -> Option<Join> {
        let last = self.last?;
        if self.ended || self.page != word_ref.page || self.paragraph != paragraph {
            return None;
        }
        if self.cut_line.is_some_and(|line| line != word.line) {
            return None;
        }
        // Words of the page that are not in the text stand in between: a page number, a header.
        if !self.next_is(word_ref) {
            return None;
        }
        let gap = word.bbox.0[0] - last.bbox.0[2];
        if last.line == word.line && gap > GAP * word.size && word.bbox.width() > 0.0 {
            return None;
        }
        Some(if last.end == word_ref.span.start {
            Join::Nothing
        } else {
            Join::Space
        })
    }

    /// Ends the piece for good. Other readers put a superscript before or behind its whole line, so
    /// that line, where it is not the first, becomes a piece of its own.
    fn end_before_its_line(&mut self) -> Option<Self> {
        self.ended = true;
        if self.line_from == 0 {
            return None;
        }
        let mut line = Self::new(self.page, self.paragraph, true);
        line.quote = self.quote.split_off(self.line_from).trim_start().to_owned();
        self.quote.truncate(self.quote.trim_end().len());
        line.boxes.extend(self.boxes.pop());
        line.words = std::mem::take(&mut self.line_words);
        line.last = self.last;
        line.ended = true;
        self.words -= line.words;
        Some(line)
    }

    /// A number that a gap stands behind numbers what is there, and is not said here.
    fn without_end_number(mut self) -> Self {
        if let Some((rest, end)) = self.quote.rsplit_once(' ') {
            let numbers = end.contains('.') && end.chars().all(|c| c.is_ascii_digit() || c == '.');
            if self.cut && numbers && !rest.is_empty() {
                self.quote.truncate(rest.len());
            }
        }
        self
    }

    /// Whether the word follows on the page with nothing in between.
    fn next_is(&self, word_ref: &WordRef) -> bool {
        self.last.is_some_and(|last| last.word + 1 == word_ref.word)
    }

    /// Whether what follows on this line stands behind a gap, not behind a superscript.
    fn breaks_off_on(&self, line: u32) -> bool {
        !self.ended && self.last.is_some_and(|last| last.line == line)
    }

    /// Whether a word is a superscript to the piece's last one.
    fn has_superscript(&self, word: &Word) -> bool {
        self.last.is_some_and(|last| {
            last.line == word.line
                && word.size < SUPERSCRIPT * last.size
                && word.bbox.0[3] < last.bbox.0[3] - 0.15 * last.size
        })
    }

    fn push(&mut self, text: &str, word_ref: &WordRef, word: &Word) {
        if self.last.is_some_and(|last| last.line != word.line) {
            self.line_from = self.quote.len();
            self.line_words = 0;
        }
        self.quote.push_str(text);
        self.words += 1;
        self.line_words += 1;
        if word.bbox.width() > 0.0 {
            let same_line = self.last.is_some_and(|last| last.line == word.line);
            match self.boxes.last_mut() {
                Some(line) if same_line => *line = line.union(word.bbox),
                _ => self.boxes.push(word.bbox),
            }
        }
        self.last = Some(Last {
            line: word.line,
            bbox: word.bbox,
            end: word_ref.span.end,
            word: word_ref.word,
            size: word.size,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Page, PageQuality, PageSource, Paragraph};

    /// One page; words as (text, x, line), one paragraph with the number `7.2`.
    fn document(words: &[(&str, f32, u32)]) -> Document {
        let mut document = Document {
            pages: vec![],
            text: String::new(),
            words: vec![],
            paragraphs: vec![],
        };
        let mut page = Page {
            number: 1,
            width: 600.0,
            height: 800.0,
            source: PageSource::Text,
            quality: PageQuality::Ok,
            problem: None,
            words: vec![],
        };
        for (at, (text, x, line)) in words.iter().enumerate() {
            if at > 0 {
                document.text.push(' ');
            }
            let start = document.text.len();
            document.text.push_str(text);
            let span = Span::new(start, document.text.len());
            document.words.push(WordRef {
                span,
                page: 1,
                word: at as u32,
            });
            let y = 100.0 + 12.0 * *line as f32;
            let bbox = Bbox([*x, y, x + 5.0 * text.len() as f32, y + 10.0]);
            page.words.push(Word {
                text: (*text).into(),
                bbox,
                line: *line,
                size: 10.0,
                bold: false,
                hidden: None,
                confidence: None,
            });
        }
        let span = Span::new(0, document.text.len());
        document.paragraphs.push(Paragraph {
            span,
            page: 1,
            number: Some("7.2".into()),
            heading: None,
            level: 1,
        });
        document.pages.push(page);
        document
    }

    fn quotes(document: &Document) -> Vec<String> {
        let citations = cite_span(document, document.paragraphs[0].span);
        citations.into_iter().map(|c| c.quote).collect()
    }

    #[test]
    fn a_quote_is_one_run_with_a_box_a_line_and_without_the_paragraphs_number() {
        let document = document(&[
            ("7.2", 10.0, 0),
            ("Fees", 40.0, 0),
            ("are", 63.0, 0),
            ("due", 40.0, 1),
        ]);
        let citations = cite_span(&document, document.paragraphs[0].span);
        assert_eq!(citations.len(), 1);
        assert_eq!(citations[0].quote, "Fees are due");
        assert_eq!(
            citations[0].boxes,
            [
                Bbox([40.0, 100.0, 78.0, 110.0]),
                Bbox([40.0, 112.0, 55.0, 122.0])
            ]
        );
    }

    #[test]
    fn a_line_that_is_set_wide_is_quoted_by_itself_and_no_word_of_it_is_left_out() {
        let document = document(&[
            ("Customer", 10.0, 0),
            ("undertakes", 53.0, 0),
            ("and", 106.0, 0),
            ("agrees", 124.0, 0),
            ("that", 157.0, 0),
            ("it", 180.0, 0),
            ("shall", 10.0, 1),
            ("not", 47.0, 1),
            ("order", 74.0, 1),
            ("or", 111.0, 1),
            ("buy", 10.0, 2),
            ("elsewhere", 28.0, 2),
            ("at", 76.0, 2),
            ("all.", 89.0, 2),
        ]);
        assert_eq!(
            quotes(&document),
            [
                "Customer undertakes and agrees that it",
                "shall not order or",
                "buy elsewhere at all."
            ]
        );
    }

    #[test]
    fn behind_a_wide_gap_begins_another_quote_and_a_scrap_is_left_out() {
        let document = document(&[
            ("Fees", 10.0, 0),
            ("are", 33.0, 0),
            ("due", 51.0, 0),
            ("12", 300.0, 0),
            ("now", 10.0, 1),
        ]);
        assert_eq!(quotes(&document), ["Fees are due"]);
    }

    #[test]
    fn what_stands_behind_a_gap_ends_with_its_line() {
        let document = document(&[
            ("All", 10.0, 0),
            ("disputes", 28.0, 0),
            ("arising", 73.0, 0),
            ("in", 400.0, 0),
            ("the", 10.0, 1),
            ("courts", 28.0, 1),
            ("here", 63.0, 1),
        ]);
        assert_eq!(
            quotes(&document),
            ["All disputes arising", "the courts here"]
        );
    }

    #[test]
    fn words_that_are_not_part_of_the_text_end_a_quote() {
        let mut document = document(&[
            ("the", 10.0, 0),
            ("amounts", 28.0, 0),
            ("30", 300.0, 1),
            ("shown", 10.0, 2),
            ("here", 38.0, 2),
        ]);
        document.words.remove(2);
        assert_eq!(quotes(&document), ["the amounts", "shown here"]);
    }

    #[test]
    fn a_raised_small_word_is_left_out_between_two_quotes() {
        let mut document = document(&[
            ("as", 10.0, 0),
            ("of", 23.0, 0),
            ("27", 36.0, 0),
            ("th", 47.0, 0),
            ("day", 60.0, 0),
            ("of", 78.0, 0),
            ("April", 91.0, 0),
        ]);
        let raised = &mut document.pages[0].words[3];
        raised.size = 6.0;
        raised.bbox = Bbox([47.0, 98.0, 57.0, 104.0]);
        assert_eq!(quotes(&document), ["as of 27", "day of April"]);
    }

    #[test]
    fn the_line_before_a_superscript_is_a_quote_of_its_own() {
        let mut document = document(&[
            ("entered", 10.0, 0),
            ("into", 48.0, 0),
            ("today", 71.0, 0),
            ("at", 10.0, 1),
            ("Madison", 23.0, 1),
            ("Avenue", 61.0, 1),
            ("8", 94.0, 1),
            ("th", 100.0, 1),
            ("Floor", 113.0, 1),
            ("of", 141.0, 1),
            ("it", 154.0, 1),
        ]);
        let raised = &mut document.pages[0].words[7];
        raised.size = 6.0;
        raised.bbox = Bbox([100.0, 110.0, 110.0, 116.0]);
        let citations = cite_span(&document, document.paragraphs[0].span);
        let quotes: Vec<&str> = citations.iter().map(|c| c.quote.as_str()).collect();
        assert_eq!(
            quotes,
            ["entered into today", "at Madison Avenue 8", "Floor of it"]
        );
        assert!(citations.iter().all(|c| c.boxes.len() == 1));
    }

    #[test]
    fn of_a_table_the_longest_piece_stands_for_the_rest() {
        let cells: Vec<(String, f32, u32)> = (0..6_u32)
            .flat_map(|row| {
                [
                    ("Item", 10.0),
                    ("one", 33.0),
                    ("two", 51.0),
                    ("1.00", 300.0),
                ]
                .map(|(text, x)| (text.to_owned(), x, row))
            })
            .chain([("more".to_owned(), 69.0, 5)])
            .collect();
        let words: Vec<(&str, f32, u32)> = cells
            .iter()
            .map(|(text, x, line)| (text.as_str(), *x, *line))
            .collect();
        let document = document(&words);
        assert_eq!(cite_span(&document, document.paragraphs[0].span).len(), 1);
    }

    #[test]
    fn a_number_alone_is_not_a_citation() {
        let document = document(&[("7.2", 10.0, 0)]);
        assert!(cite_span(&document, document.paragraphs[0].span).is_empty());
    }
}
