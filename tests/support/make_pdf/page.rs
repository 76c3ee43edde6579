//! Lines and pages: wraps words by their widths and writes them as a PDF.

use pdf_writer::types::TextRenderingMode;
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};

use crate::widths;

/// The sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// 595 by 842 points.
    A4,
    /// 612 by 792 points.
    Letter,
}

/// The type face of the whole document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// Times, with serifs.
    Times,
    /// Helvetica, without.
    Helvetica,
}

/// How the text is set.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The sheet.
    pub paper: Paper,
    /// The type face.
    pub face: Face,
    /// Size of the running text in points.
    pub size: f32,
    /// Printed at the top of every page.
    pub header: Option<String>,
    /// Whether `Page 3 of 12` is printed at the foot of every page.
    pub page_numbers: bool,
    /// Whether lines are stretched to the right margin.
    pub justify: bool,
    /// One or two columns.
    pub columns: u8,
    /// `/Rotate` of every page: 0, 90, 180 or 270.
    pub rotate: i32,
    /// A crop box this many points inside the sheet on every side.
    pub crop: f32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            paper: Paper::A4,
            face: Face::Times,
            size: 11.0,
            header: None,
            page_numbers: true,
            justify: true,
            columns: 1,
            rotate: 0,
            crop: 0.0,
        }
    }
}

/// Sets a light Markdown: `# Title`, `## 1. Heading`, `### Subheading`, paragraphs apart by blank
/// lines, `- item` and `(a) item` lists (two leading spaces indent one step further), `**bold**`,
/// `---` for a new page. A soft hyphen (U+00AD) is a place where a word may be broken.
#[must_use]
pub fn typeset(source: &str, options: &Options) -> Vec<u8> {
    let mut setter = Typesetter::new(options.clone());
    setter.push_source(source);
    setter.finish()
}

/// Makes a PDF with one A4 page for each content stream. The streams can use `/F0` Times, `/F1`
/// Times bold, `/F2` Helvetica, `/F3` Helvetica bold, and the graphics state `/Ghost` (2 % opaque).
#[must_use]
pub fn pdf_of_content(streams: &[&str]) -> Vec<u8> {
    let pages: Vec<Vec<u8>> = streams.iter().map(|s| s.as_bytes().to_vec()).collect();
    write_pdf(&pages, &Options::default())
}

const MARGIN: f32 = 72.0;
const GUTTER: f32 = 24.0;
const LEADING: f32 = 1.25;

/// A paragraph before it is broken into lines.
pub(super) struct Block {
    words: Vec<(String, bool)>,
    size: f32,
    indent: f32,
    hang: f32,
    space_before: f32,
    centred: bool,
    heading: bool,
    page_break: bool,
}

impl Block {
    fn new(text: &str, size: f32) -> Self {
        Self {
            words: split_bold(text),
            size,
            indent: 0.0,
            hang: 0.0,
            space_before: 0.5 * size,
            centred: false,
            heading: false,
            page_break: false,
        }
    }

    /// Empty space of two lines.
    pub(super) fn rule_space() -> Self {
        Self {
            space_before: 22.0,
            ..Self::new("", 11.0)
        }
    }

    fn parse(line: &str, size: f32) -> Self {
        let text = line.trim_start();
        let steps = ((line.len() - text.len()) / 2) as f32;
        let indent = 18.0 * steps;
        let heading = |text: &str, size: f32, centred: bool| {
            let mut block = Self::new(text, size);
            block.words.iter_mut().for_each(|w| w.1 = true);
            Self {
                centred,
                heading: true,
                space_before: size,
                ..block
            }
        };
        if text == "---" {
            return Self {
                page_break: true,
                ..Self::new("", size)
            };
        }
        if let Some(title) = text.strip_prefix("# ") {
            return heading(title, size * 1.5, true);
        }
        if let Some(title) = text.strip_prefix("## ") {
            return heading(title, size * 1.15, false);
        }
        if let Some(title) = text.strip_prefix("### ") {
            return heading(title, size, false);
        }
        if let Some(item) = text.strip_prefix("- ") {
            let block = Self::new(&format!("• {item}"), size);
            return Self {
                indent: indent + 18.0,
                hang: 12.0,
                ..block
            };
        }
        if is_list_item(text) {
            return Self {
                indent: indent + 18.0,
                hang: 20.0,
                ..Self::new(text, size)
            };
        }
        Self {
            indent,
            ..Self::new(text, size)
        }
    }
}

/// Sets blocks one by one, line by line.
pub(super) struct Typesetter {
    options: Options,
    pages: Vec<Content>,
    column: u8,
    y: f32,
}

impl Typesetter {
    pub(super) fn new(options: Options) -> Self {
        let mut setter = Self {
            options,
            pages: Vec::new(),
            column: 0,
            y: 0.0,
        };
        setter.start_page();
        setter
    }

    /// The page that is being filled, from 1.
    pub(super) fn page_number(&self) -> usize {
        self.pages.len()
    }

    /// How much of the page is filled, 0 to 1.
    pub(super) fn filled(&self) -> f32 {
        (self.top() - self.y) / (self.top() - MARGIN)
    }

    pub(super) fn push_source(&mut self, source: &str) {
        let mut paragraph = String::new();
        for line in source.lines().chain([""]) {
            let text = line.trim_start();
            let starts = text.starts_with(['#', '-']) || is_list_item(text);
            if (text.is_empty() || starts) && !paragraph.is_empty() {
                self.push(&Block::parse(&paragraph, self.options.size));
                paragraph.clear();
            }
            if paragraph.is_empty() {
                paragraph.push_str(line);
            } else {
                paragraph.push(' ');
                paragraph.push_str(text);
            }
            if text.starts_with('#') || text == "---" {
                self.push(&Block::parse(&paragraph, self.options.size));
                paragraph.clear();
            }
        }
    }

    pub(super) fn push(&mut self, block: &Block) {
        if block.page_break {
            self.start_page();
            return;
        }
        self.y -= block.space_before;
        if block.heading && self.y - 4.0 * block.size * LEADING < MARGIN {
            self.next_column();
        }
        let width = self.column_width() - block.indent;
        for line in break_lines(block, width, self.options.face) {
            let leading = block.size * LEADING;
            if self.y - leading < MARGIN {
                self.next_column();
            }
            self.y -= leading;
            self.show_line(block, &line, width);
        }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        let total = self.pages.len();
        let (width, height) = self.sheet();
        let options = self.options;
        let mut streams = Vec::with_capacity(total);
        for (index, mut content) in self.pages.into_iter().enumerate() {
            if let Some(header) = &options.header {
                let x = (width - text_width(header, false, 9.0, options.face)) / 2.0;
                show(
                    &mut content,
                    header,
                    (x, height - 40.0),
                    9.0,
                    false,
                    options.face,
                );
            }
            if options.page_numbers {
                let footer = format!("Page {} of {total}", index + 1);
                let x = (width - text_width(&footer, false, 9.0, options.face)) / 2.0;
                show(&mut content, &footer, (x, 36.0), 9.0, false, options.face);
            }
            streams.push(content.finish().into_vec());
        }
        write_pdf(&streams, &options)
    }

    fn show_line(&mut self, block: &Block, line: &Line, width: f32) {
        let face = self.options.face;
        let slack = width - line.left - line.width;
        let left = MARGIN + f32::from(self.column) * (self.column_width() + GUTTER);
        let mut x = left + block.indent + line.left;
        if block.centred {
            x += slack / 2.0;
        }
        let gaps = line.words.len().saturating_sub(1) as f32;
        let stretch = self.options.justify && !line.last && !block.centred && gaps > 0.0;
        let gap = if stretch { slack / gaps } else { 0.0 };
        let Some(content) = self.pages.last_mut() else {
            return;
        };
        content
            .begin_text()
            .set_word_spacing(gap)
            .next_line(x, self.y);
        let mut at = 0;
        while let Some((_, bold)) = line.words.get(at) {
            let run = line.words[at..].iter().take_while(|w| w.1 == *bold).count();
            let mut text: String = line.words[at..at + run]
                .iter()
                .map(|w| w.0.as_str())
                .collect::<Vec<_>>()
                .join(" ");
            at += run;
            if at < line.words.len() {
                text.push(' ');
            }
            content
                .set_font(font_name(face, *bold), block.size)
                .show(Str(&encode(&text)));
        }
        content.set_word_spacing(0.0).end_text();
    }

    fn next_column(&mut self) {
        if self.column + 1 < self.options.columns.max(1) {
            self.column += 1;
            self.y = self.top();
        } else {
            self.start_page();
        }
    }

    fn start_page(&mut self) {
        self.pages.push(Content::new());
        self.column = 0;
        self.y = self.top();
    }

    fn top(&self) -> f32 {
        self.sheet().1 - MARGIN
    }

    fn column_width(&self) -> f32 {
        let columns = f32::from(self.options.columns.max(1));
        (self.sheet().0 - 2.0 * MARGIN - GUTTER * (columns - 1.0)) / columns
    }

    fn sheet(&self) -> (f32, f32) {
        sheet(self.options.paper)
    }
}

struct Line {
    words: Vec<(String, bool)>,
    width: f32,
    left: f32,
    last: bool,
}

fn break_lines(block: &Block, width: f32, face: Face) -> Vec<Line> {
    let space = text_width(" ", false, block.size, face);
    let mut lines: Vec<Line> = Vec::new();
    let mut line = Line {
        words: Vec::new(),
        width: 0.0,
        left: 0.0,
        last: false,
    };
    let mut rest: Vec<(String, bool)> = block.words.iter().rev().cloned().collect();
    while let Some((word, bold)) = rest.pop() {
        let lead = if line.words.is_empty() { 0.0 } else { space };
        let plain = word.replace('\u{ad}', "");
        let room = width - line.left - line.width - lead;
        let needed = text_width(&plain, bold, block.size, face);
        if needed <= room || line.words.is_empty() {
            line.width += lead + needed;
            line.words.push((plain, bold));
            continue;
        }
        // Breaks at the last soft hyphen that still fits.
        let cut = word
            .match_indices('\u{ad}')
            .map(|(at, _)| at)
            .rev()
            .find(|at| {
                let head = format!("{}-", word[..*at].replace('\u{ad}', ""));
                text_width(&head, bold, block.size, face) <= room
            });
        match cut {
            Some(at) => {
                let head = format!("{}-", word[..at].replace('\u{ad}', ""));
                line.width += lead + text_width(&head, bold, block.size, face);
                line.words.push((head, bold));
                rest.push((word[at + 2..].to_owned(), bold));
            }
            None => rest.push((word, bold)),
        }
        let next = Line {
            words: Vec::new(),
            width: 0.0,
            left: block.hang,
            last: false,
        };
        lines.push(std::mem::replace(&mut line, next));
    }
    line.last = true;
    lines.push(line);
    lines.retain(|l| !l.words.is_empty());
    lines
}

fn split_bold(text: &str) -> Vec<(String, bool)> {
    text.split("**")
        .enumerate()
        .flat_map(|(i, part)| {
            part.split_whitespace()
                .map(move |w| (w.to_owned(), i % 2 == 1))
        })
        .collect()
}

fn is_list_item(text: &str) -> bool {
    text.strip_prefix('(')
        .and_then(|rest| rest.split_once(") "))
        .is_some_and(|(label, _)| {
            label.len() <= 4 && !label.is_empty() && label.chars().all(char::is_alphanumeric)
        })
}

fn show(content: &mut Content, text: &str, at: (f32, f32), size: f32, bold: bool, face: Face) {
    content
        .begin_text()
        .set_text_rendering_mode(TextRenderingMode::Fill);
    content
        .set_font(font_name(face, bold), size)
        .next_line(at.0, at.1);
    content.show(Str(&encode(text))).end_text();
}

fn sheet(paper: Paper) -> (f32, f32) {
    match paper {
        Paper::A4 => (595.0, 842.0),
        Paper::Letter => (612.0, 792.0),
    }
}

fn font_name(face: Face, bold: bool) -> Name<'static> {
    match (face, bold) {
        (Face::Times, false) => Name(b"F0"),
        (Face::Times, true) => Name(b"F1"),
        (Face::Helvetica, false) => Name(b"F2"),
        (Face::Helvetica, true) => Name(b"F3"),
    }
}

fn text_width(text: &str, bold: bool, size: f32, face: Face) -> f32 {
    let table = match (face, bold) {
        (Face::Times, false) => &widths::TIMES,
        (Face::Times, true) => &widths::TIMES_BOLD,
        (Face::Helvetica, false) => &widths::HELVETICA,
        (Face::Helvetica, true) => &widths::HELVETICA_BOLD,
    };
    let units: f32 = encode(text)
        .iter()
        .filter_map(|code| table.get(usize::from(*code).wrapping_sub(32)))
        .map(|w| f32::from(*w))
        .sum();
    units * size / 1000.0
}

/// WinAnsi codes of the text; `?` for what the standard fonts don't have.
fn encode(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| match c {
            ' '..='~' | '\u{a1}'..='\u{ff}' => c as u8,
            '€' => 0x80,
            '…' => 0x85,
            '‘' => 0x91,
            '’' => 0x92,
            '“' => 0x93,
            '”' => 0x94,
            '•' => 0x95,
            '–' => 0x96,
            '—' => 0x97,
            '™' => 0x99,
            _ => b'?',
        })
        .collect()
}

fn write_pdf(streams: &[Vec<u8>], options: &Options) -> Vec<u8> {
    const FONTS: [&[u8]; 4] = [
        b"Times-Roman",
        b"Times-Bold",
        b"Helvetica",
        b"Helvetica-Bold",
    ];
    let (catalog, tree, ghost) = (Ref::new(1), Ref::new(2), Ref::new(3));
    let font = |i: usize| Ref::new(4 + i as i32);
    let page_id = |i: usize| Ref::new(10 + 2 * i as i32);
    let content_id = |i: usize| Ref::new(11 + 2 * i as i32);
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    let kids: Vec<Ref> = (0..streams.len()).map(page_id).collect();
    pdf.pages(tree).count(kids.len() as i32).kids(kids);
    let (width, height) = sheet(options.paper);
    for (i, stream) in streams.iter().enumerate() {
        let mut page = pdf.page(page_id(i));
        page.media_box(Rect::new(0.0, 0.0, width, height))
            .parent(tree)
            .contents(content_id(i));
        if options.crop > 0.0 {
            let inset = options.crop;
            page.crop_box(Rect::new(inset, inset, width - inset, height - inset));
        }
        if options.rotate != 0 {
            page.rotate(options.rotate);
        }
        let mut resources = page.resources();
        let mut fonts = resources.fonts();
        for (n, name) in [b"F0", b"F1", b"F2", b"F3"].into_iter().enumerate() {
            fonts.pair(Name(name), font(n));
        }
        fonts.finish();
        resources.ext_g_states().pair(Name(b"Ghost"), ghost);
        resources.finish();
        page.finish();
        pdf.stream(content_id(i), stream);
    }
    pdf.ext_graphics(ghost)
        .non_stroking_alpha(0.02)
        .stroking_alpha(0.02);
    for (n, name) in FONTS.into_iter().enumerate() {
        pdf.type1_font(font(n))
            .base_font(Name(name))
            .encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    pdf.finish()
}
