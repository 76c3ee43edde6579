//! Pages to one running text: [`Document::from_pages`].
//!
//! Visible words in reading order, without running headers, footers and page numbers; words broken
//! at a line's end joined; paragraphs with their numbers, headings and depth. Each step stands in
//! a module of its own: lines, what runs along the pages' edges, paragraph breaks, numbering.

mod heading;
mod hyphen;
mod lines;
mod numbering;
mod paragraphs;
mod running;

use std::ops::Range;

use crate::document::{Document, Page, Paragraph, Span, WordRef};
use heading::Outline;
use hyphen::{Joint, Vocabulary};
use lines::{Line, Measure};

impl Document {
    /// Lays the words of the pages out as one text. Takes some 100 microseconds a page.
    #[must_use]
    pub fn from_pages(pages: Vec<Page>) -> Self {
        let mut document = Self {
            pages,
            text: String::new(),
            words: Vec::new(),
            paragraphs: Vec::new(),
        };
        let (text, words, paragraphs) = lay_out(&document.pages);
        (document.text, document.words, document.paragraphs) = (text, words, paragraphs);
        document
    }
}

fn lay_out(pages: &[Page]) -> (String, Vec<WordRef>, Vec<Paragraph>) {
    let all = lines::lines_of(pages);
    let kept = running::without_running(all, pages);
    let measure = Measure::of(&kept);
    let groups = join_contents(paragraphs::group(&kept, &measure), &kept);
    let vocabulary = Vocabulary::of(&kept);
    let mut writer = Writer {
        text: String::new(),
        words: Vec::new(),
        vocabulary,
    };
    let mut outline = Outline::new(&measure);
    let mut paragraphs = Vec::with_capacity(groups.len());
    for group in groups {
        let lines = kept.get(group).unwrap_or(&[]);
        let Some(span) = writer.push_paragraph(lines) else {
            continue;
        };
        let text = writer.text.get(span.range()).unwrap_or("");
        let (number, heading, level) = outline.place(text, lines);
        let page = lines.first().map_or(1, |l| l.page);
        paragraphs.push(Paragraph {
            span,
            page,
            number,
            heading,
            level,
        });
    }
    (writer.text, writer.words, paragraphs)
}

/// Puts the first line of an entry of a table of contents, whose title takes two, to the second,
/// which has the page's number.
fn join_contents(groups: Vec<Range<usize>>, lines: &[Line<'_>]) -> Vec<Range<usize>> {
    let entry = |at: usize| lines.get(at).is_some_and(paragraphs::is_contents_entry);
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(groups.len());
    for group in groups {
        let goes_on = entry(group.start)
            && lines
                .get(group.start)
                .is_some_and(|line| numbering::label_of(&line.text()).is_none());
        let before = joined.len().checked_sub(2).and_then(|at| joined.get(at));
        let in_contents =
            before.is_some_and(|b| entry(b.end.saturating_sub(1))) || entry(group.end);
        match joined.last_mut() {
            Some(last) if goes_on && in_contents && last.len() <= 2 && !last.clone().any(entry) => {
                last.end = group.end;
            }
            _ => joined.push(group),
        }
    }
    joined
}

struct Writer {
    text: String,
    words: Vec<WordRef>,
    vocabulary: Vocabulary,
}

impl Writer {
    /// Writes the lines as one paragraph; `None` when they hold nothing to write.
    fn push_paragraph(&mut self, lines: &[Line<'_>]) -> Option<Span> {
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
        let start = self.text.len();
        let mut joint = Joint::Space;
        for (at, line) in lines.iter().enumerate() {
            for (index, word) in line.words.iter().enumerate() {
                let clean = hyphen::without_soft(word.text);
                if clean.is_empty() {
                    continue;
                }
                if joint == Joint::Space && self.text.len() > start {
                    self.text.push(' ');
                }
                let next = lines.get(at + 1).and_then(|l| l.words.first());
                let last = index + 1 == line.words.len();
                joint = match next {
                    // Words are whole on pages laid out here.
                    Some(next) if last && line.begins.is_none() => {
                        self.vocabulary.joint(word.text, next.text)
                    }
                    _ => Joint::Space,
                };
                let from = self.text.len();
                let written = match joint {
                    Joint::DropHyphen => clean.strip_suffix(hyphen::HYPHENS).unwrap_or(&clean),
                    _ => &clean,
                };
                self.text.push_str(written);
                let span = Span::new(from, self.text.len());
                self.words.push(WordRef {
                    span,
                    page: line.page,
                    word: word.index,
                });
            }
        }
        if self.text.len() == start {
            self.text.truncate(start.saturating_sub(2));
            return None;
        }
        Some(Span::new(start, self.text.len()))
    }
}

#[cfg(test)]
mod tests;
