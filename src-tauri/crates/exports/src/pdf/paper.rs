//! Pages being filled from the top: text, boxes and rows, and beside them the structure that a reader of
//! the screen follows.

use krilla::tagging::TagKind;

use super::fonts::Fonts;
use super::lines::{Colour, Line, Run, Style, height, lines};

/// A4, in points.
pub(super) const PAGE: (f32, f32) = (595.28, 841.89);
/// Left and right margin.
pub(super) const SIDE: f32 = 51.0;
/// Top margin.
const TOP: f32 = 46.0;
/// Where the text of a page ends; the foot is below.
const BOTTOM: f32 = PAGE.1 - 52.0;
/// Width of the text.
pub(super) const WIDTH: f32 = PAGE.0 - 2.0 * SIDE;

/// Something drawn.
#[derive(Debug, Clone)]
pub(super) enum Op {
    /// Text from a baseline's left end on.
    Text {
        x: f32,
        y: f32,
        style: Style,
        text: String,
    },
    /// A filled box.
    Box {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        colour: Colour,
    },
}

/// Something drawn and the leaf of the structure it belongs to; none for what only adorns.
#[derive(Debug, Clone)]
pub(super) struct Drawn {
    pub op: Op,
    pub leaf: Option<usize>,
}

/// The structure: groups and, in reading order, what is drawn for them.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Group(TagKind, Vec<Node>),
    Leaf(usize),
}

/// A line of the outline.
#[derive(Debug, Clone)]
pub(super) struct Bookmark {
    pub text: String,
    pub page: usize,
    pub y: f32,
}

/// A cell of a row.
pub(super) struct Cell {
    pub tag: TagKind,
    /// From the left margin.
    pub x: f32,
    pub width: f32,
    pub runs: Vec<Run>,
}

/// Pages under way.
pub(super) struct Paper<'f> {
    pub fonts: &'f Fonts,
    pub pages: Vec<Vec<Drawn>>,
    pub outline: Vec<Bookmark>,
    pub leaves: usize,
    y: f32,
    /// Open groups, the outermost first; the first holds what is closed.
    open: Vec<(Option<TagKind>, Vec<Node>)>,
}

impl<'f> Paper<'f> {
    pub fn new(fonts: &'f Fonts) -> Self {
        Self {
            fonts,
            pages: vec![Vec::new()],
            outline: Vec::new(),
            leaves: 0,
            y: TOP,
            open: vec![(None, Vec::new())],
        }
    }

    /// The structure of what was set.
    pub fn structure(&self) -> &[Node] {
        self.open.first().map_or(&[], |(_, nodes)| nodes)
    }

    /// Sets what `set` sets as a part of a group.
    pub fn group(&mut self, tag: impl Into<TagKind>, set: impl FnOnce(&mut Self)) {
        self.open.push((Some(tag.into()), Vec::new()));
        set(self);
        if let Some((Some(tag), nodes)) = self.open.pop()
            && !nodes.is_empty()
        {
            self.push(Node::Group(tag, nodes));
        }
    }

    /// Empty space, unless the page begins.
    pub fn space(&mut self, points: f32) {
        if self.y > TOP {
            self.y += points;
        }
    }

    /// A new page, unless this one is empty.
    pub fn new_page(&mut self) {
        if self.y > TOP {
            self.pages.push(Vec::new());
            self.y = TOP;
        }
    }

    /// A new page when less than this is left.
    pub fn need(&mut self, points: f32) {
        if self.y + points > BOTTOM {
            self.new_page();
        }
    }

    /// A line of the outline that leads here.
    pub fn bookmark(&mut self, text: &str) {
        self.outline.push(Bookmark {
            text: self.fonts.drawable(text),
            page: self.pages.len() - 1,
            y: (self.y - 12.0).max(0.0),
        });
    }

    /// Sets a block on one page if a page can hold it: where it would be broken, it begins the next page.
    pub fn keep(&mut self, set: impl Fn(&mut Self)) {
        let pages = self.pages.len();
        let drawn = self.pages.last().map_or(0, Vec::len);
        let (outline, leaves, y) = (self.outline.len(), self.leaves, self.y);
        let open: Vec<usize> = self.open.iter().map(|(_, nodes)| nodes.len()).collect();
        set(self);
        if self.pages.len() == pages || y <= TOP {
            return;
        }
        self.pages.truncate(pages);
        if let Some(page) = self.pages.last_mut() {
            page.truncate(drawn);
        }
        self.outline.truncate(outline);
        (self.leaves, self.y) = (leaves, y);
        for ((_, nodes), length) in self.open.iter_mut().zip(open) {
            nodes.truncate(length);
        }
        self.new_page();
        set(self);
    }

    /// A paragraph; it goes on on the next page, but leaves no single line behind.
    pub fn text(&mut self, tag: impl Into<TagKind>, x: f32, width: f32, runs: &[Run]) {
        let lines = lines(self.fonts, runs, width);
        self.need(height(lines.get(..2).unwrap_or(&lines)));
        self.group(tag, |paper| paper.set(x, &lines));
    }

    /// A paragraph on a coloured box with a bar at its left.
    pub fn boxed(&mut self, tag: impl Into<TagKind>, runs: &[Run], bar: Colour, ground: Colour) {
        let (pad_x, pad_y) = (12.0, 8.0);
        let lines = lines(self.fonts, runs, WIDTH - 2.0 * pad_x);
        let high = height(&lines) + 2.0 * pad_y;
        self.need(high);
        self.draw_box(0.0, self.y, WIDTH, high, ground);
        self.draw_box(0.0, self.y, 4.0, high, bar);
        self.y += pad_y;
        self.group(tag, |paper| paper.set(pad_x, &lines));
        self.y += pad_y;
    }

    /// Cells side by side, as high as the highest; never broken over pages.
    pub fn row(&mut self, cells: &[Cell], ground: Option<Colour>, gap: f32) {
        let set: Vec<Vec<Line>> = cells
            .iter()
            .map(|cell| lines(self.fonts, &cell.runs, cell.width))
            .collect();
        let high = set.iter().map(|lines| height(lines)).fold(0.0, f32::max);
        self.need(high + gap);
        if let Some(colour) = ground {
            self.draw_box(0.0, self.y - 1.0, WIDTH, high + gap, colour);
        }
        let top = self.y + gap / 2.0;
        for (cell, lines) in cells.iter().zip(&set) {
            self.y = top;
            self.group(cell.tag.clone(), |paper| paper.set(cell.x, lines));
        }
        self.y = top + high + gap / 2.0;
    }

    /// A thin line across the page.
    pub fn rule(&mut self, colour: Colour) {
        self.draw_box(0.0, self.y, WIDTH, 0.6, colour);
        self.y += 0.6;
    }

    /// Draws a box; it says nothing.
    pub fn draw_box(&mut self, x: f32, y: f32, width: f32, height: f32, colour: Colour) {
        self.draw(
            Op::Box {
                x: SIDE + x,
                y,
                width,
                height,
                colour,
            },
            None,
        );
    }

    fn set(&mut self, x: f32, lines: &[Line]) {
        let first = self.leaves;
        let mut leaf = None;
        for line in lines {
            if self.y + line.height > BOTTOM + 0.1 {
                self.new_page();
                leaf = None;
            }
            let leaf = *leaf.get_or_insert_with(|| {
                self.leaves += 1;
                self.leaves - 1
            });
            for piece in &line.pieces {
                let op = Op::Text {
                    x: SIDE + x + piece.x,
                    y: self.y + line.ascent,
                    style: piece.style,
                    text: piece.text.clone(),
                };
                self.draw(op, Some(leaf));
            }
            self.y += line.height;
        }
        for leaf in first..self.leaves {
            self.push(Node::Leaf(leaf));
        }
    }

    fn push(&mut self, node: Node) {
        if let Some((_, nodes)) = self.open.last_mut() {
            nodes.push(node);
        }
    }

    fn draw(&mut self, op: Op, leaf: Option<usize>) {
        if let Some(page) = self.pages.last_mut() {
            page.push(Drawn { op, leaf });
        }
    }
}
