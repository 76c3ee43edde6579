//! The lines of all pages, and what is usual among them.

use std::collections::HashMap;

use crate::document::{Page, PageSource, Word};

/// A visible word on its line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'a> {
    /// The word's characters.
    pub text: &'a str,
    /// Index into the page's words.
    pub index: u32,
    /// Left and right edge.
    pub x: (f32, f32),
    /// Set in bold.
    pub bold: bool,
}

/// A line of visible words.
#[derive(Debug, Clone)]
pub(super) struct Line<'a> {
    pub page: u32,
    pub page_height: f32,
    pub words: Vec<Token<'a>>,
    pub left: f32,
    pub right: f32,
    pub top: f32,
    pub bottom: f32,
    /// Size of most of the words, in points; 0 when the page gives no places.
    pub size: f32,
    /// All words with letters are bold.
    pub bold: bool,
    /// A page number or the like was left out just before it.
    pub resumes: bool,
    /// Whether a paragraph begins with it, where the page's source knows.
    pub begins: Option<bool>,
}

impl Line<'_> {
    /// Whether the page gave places for its words.
    pub fn placed(&self) -> bool {
        self.bottom > self.top
    }

    /// The words with one space between.
    pub fn text(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(|w| w.text).collect();
        words.join(" ")
    }

    /// Letters of the line and, among them, capitals.
    pub fn letters(&self) -> (usize, usize) {
        let letters = self
            .words
            .iter()
            .flat_map(|w| w.text.chars())
            .filter(|c| c.is_alphabetic());
        letters.fold((0, 0), |(all, upper), c| {
            (all + 1, upper + usize::from(c.is_uppercase()))
        })
    }
}

/// The visible lines of all pages in reading order.
pub(super) fn lines_of(pages: &[Page]) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    for page in pages {
        let mut open: Option<u32> = None;
        let flow = page.source == PageSource::Flow;
        let mut before: Option<u32> = None;
        let mut skipped = false;
        for (index, word) in page.words.iter().enumerate() {
            skipped |= before.map_or(word.line > 0, |before| word.line > before + 1);
            before = Some(word.line);
            if word.hidden.is_some() {
                continue;
            }
            let token = Token {
                text: word.text.as_str(),
                index: index as u32,
                x: (word.bbox.0[0], word.bbox.0[2]),
                bold: word.bold,
            };
            match lines.last_mut() {
                Some(line) if open == Some(word.line) => {
                    line.words.push(token);
                    line.left = line.left.min(word.bbox.0[0]);
                    line.right = line.right.max(word.bbox.0[2]);
                    line.top = line.top.min(word.bbox.0[1]);
                    line.bottom = line.bottom.max(word.bbox.0[3]);
                }
                _ => {
                    open = Some(word.line);
                    let begins = flow.then_some(std::mem::take(&mut skipped));
                    lines.push(Line {
                        begins,
                        ..start_line(page, word, token)
                    });
                }
            }
        }
    }
    for line in &mut lines {
        finish_line(line, pages);
    }
    lines
}

fn start_line<'a>(page: &Page, word: &Word, token: Token<'a>) -> Line<'a> {
    let [left, top, right, bottom] = word.bbox.0;
    Line {
        page: page.number,
        page_height: page.height,
        words: vec![token],
        left,
        right,
        top,
        bottom,
        size: 0.0,
        bold: false,
        resumes: false,
        begins: None,
    }
}

fn finish_line(line: &mut Line<'_>, pages: &[Page]) {
    let Some(page) = pages
        .get((line.page as usize).saturating_sub(1))
        .filter(|p| p.number == line.page)
        .or_else(|| pages.iter().find(|p| p.number == line.page))
    else {
        return;
    };
    let words = || {
        line.words
            .iter()
            .filter_map(|t| page.words.get(t.index as usize))
    };
    let mut sizes: Vec<(f32, usize)> = words().map(|w| (w.size, w.text.len())).collect();
    sizes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = sizes.iter().map(|s| s.1).sum::<usize>() / 2;
    let mut seen = 0;
    line.size = sizes
        .iter()
        .find(|s| {
            seen += s.1;
            seen > half
        })
        .map_or(0.0, |s| s.0);
    // The line's own height: a raised mark or a big initial must not move its edges.
    let usual = |w: &&Word| (w.size - line.size).abs() < 0.2 * line.size.max(1.0);
    let top = words()
        .filter(usual)
        .map(|w| w.bbox.0[1])
        .fold(f32::INFINITY, f32::min);
    let bottom = words()
        .filter(usual)
        .map(|w| w.bbox.0[3])
        .fold(f32::NEG_INFINITY, f32::max);
    let mut lettered = words()
        .filter(|w| w.text.chars().any(char::is_alphabetic))
        .peekable();
    let bold = lettered.peek().is_some() && lettered.all(|w| w.bold);
    if top.is_finite() && bottom.is_finite() {
        (line.top, line.bottom) = (top, bottom);
    }
    line.bold = bold;
}

/// What is usual in the document: size, leading and the right edge of its columns.
#[derive(Debug)]
pub(super) struct Measure {
    /// Size of most of the text.
    pub body_size: f32,
    /// Whether most of the text is bold.
    pub body_bold: bool,
    leading: HashMap<u32, f32>,
    usual_leading: f32,
    margins: HashMap<u32, (f32, f32)>,
}

impl Measure {
    pub fn of(lines: &[Line<'_>]) -> Self {
        let mut sizes: HashMap<i32, usize> = HashMap::new();
        let (mut bold, mut letters) = (0, 0);
        for line in lines {
            let length: usize = line.words.iter().map(|w| w.text.len()).sum();
            *sizes.entry((line.size * 2.0).round() as i32).or_default() += length;
            letters += length;
            bold += if line.bold { length } else { 0 };
        }
        let body = sizes.iter().max_by_key(|(size, count)| (**count, **size));
        let mut leading = HashMap::new();
        let mut margins = HashMap::new();
        let mut gaps_of_all = Vec::new();
        for page in lines.chunk_by(|a, b| a.page == b.page) {
            let Some(number) = page.first().map(|l| l.page) else {
                continue;
            };
            let mut gaps: Vec<f32> = page
                .windows(2)
                .filter(|w| w[0].placed() && w[1].placed())
                .map(|w| (w[1].bottom - w[0].bottom, w[1].size))
                .filter(|(gap, size)| *gap > 0.7 * size && *gap < 3.2 * size)
                .map(|(gap, _)| gap)
                .collect();
            gaps_of_all.extend_from_slice(&gaps);
            if gaps.len() >= 8
                && let Some(gap) = quantile(&mut gaps, 0.3)
            {
                leading.insert(number, gap);
            }
            let mut rights: Vec<f32> = page.iter().map(|l| l.right).collect();
            let mut lefts: Vec<f32> = page.iter().map(|l| l.left).collect();
            if let Some(right) = quantile(&mut rights, 0.9)
                && let Some(left) = quantile(&mut lefts, 0.1)
            {
                margins.insert(number, (left, right));
            }
        }
        Self {
            body_size: body.map_or(0.0, |(size, _)| *size as f32 / 2.0),
            body_bold: bold * 2 > letters,
            leading,
            usual_leading: quantile(&mut gaps_of_all, 0.3).unwrap_or(14.0),
            margins,
        }
    }

    /// Distance of two lines of one paragraph on this page.
    pub fn leading(&self, page: u32) -> f32 {
        self.leading
            .get(&page)
            .copied()
            .unwrap_or(self.usual_leading)
    }

    /// Left and right edge of the text on this page.
    pub fn margins(&self, page: u32) -> (f32, f32) {
        self.margins.get(&page).copied().unwrap_or((0.0, 0.0))
    }
}

fn quantile(values: &mut [f32], share: f32) -> Option<f32> {
    values.sort_by(f32::total_cmp);
    values
        .get(((values.len() as f32 - 1.0).max(0.0) * share).round() as usize)
        .copied()
}
