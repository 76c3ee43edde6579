//! Collects what a page paints: glyphs with their places, and the shapes that hide or back them.
//!
//! Knows nothing of words. All places are in points from the top left of the page as shown: the
//! interpreter is started with the page's own transform, so crop box and rotation are applied.

use countersign_contracts::document::HiddenKind;
use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect, Shape};
use hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, Paint, SoftMask,
};

use crate::weight::{Weight, Weights};

/// Height of the glyph box above and below the baseline, in ems.
const ASCENT: f32 = 0.85;
const DESCENT: f32 = 0.22;

/// Opacity under which nobody reads a glyph.
const FAINTEST: f32 = 0.1;
/// Size in points under which nobody reads a glyph.
const SMALLEST: f32 = 1.5;

/// Most opaque shapes and pictures of a page under which glyphs are looked for.
const MOST_LIDS: usize = 20_000;

/// Which way a line of text runs on the page as shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Direction {
    /// Left to right.
    Right,
    /// Top to bottom.
    Down,
    /// Right to left (a page upside down).
    Left,
    /// Bottom to top.
    Up,
}

/// One painted character.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Painted {
    pub character: char,
    /// Place in the frame of its direction: along the line, and the baseline across it.
    pub start: f32,
    pub end: f32,
    pub baseline: f32,
    pub size: f32,
    pub direction: Direction,
    pub weight: Weight,
    pub bold: bool,
    pub hidden: Option<HiddenKind>,
    /// The box on the page: left, top, right, bottom.
    pub bbox: [f32; 4],
}

/// Turns a box of a direction's frame into one of the page.
fn from_frame(direction: Direction, [a, b, c, d]: [f32; 4]) -> [f32; 4] {
    match direction {
        Direction::Right => [a, b, c, d],
        Direction::Down => [-d, a, -b, c],
        Direction::Left => [-c, -d, -a, -b],
        Direction::Up => [b, -c, d, -a],
    }
}

/// What a page painted.
#[derive(Debug, Default)]
pub(crate) struct Painting {
    /// In painting order.
    pub glyphs: Vec<Painted>,
    /// Glyphs that no map turns into a character.
    pub undecodable: usize,
    /// Glyphs whose outline stands for another letter elsewhere.
    pub doubtful: usize,
    /// Share of the page under its largest picture, 0 to 1.
    pub picture_share: f32,
    /// Whether anything at all was painted.
    pub marked: bool,
    /// Whether the page paints more than is read from one page.
    pub overflowed: bool,
    /// Whether more shapes lie over glyphs than were looked at.
    pub unchecked: bool,
}

/// The device that the interpreter paints on.
pub(crate) struct Collector {
    painting: Painting,
    page: Rect,
    clips: Vec<Rect>,
    opacities: Vec<f32>,
    backgrounds: Vec<Rect>,
    weights: Weights,
    limit: usize,
    lids: usize,
}

impl Collector {
    /// A collector for a page of this size that stops after `limit` glyphs.
    pub fn new(width: f32, height: f32, weights: Weights, limit: usize) -> Self {
        Self {
            painting: Painting::default(),
            page: Rect::new(0.0, 0.0, f64::from(width), f64::from(height)),
            clips: Vec::new(),
            opacities: Vec::new(),
            backgrounds: Vec::new(),
            weights,
            limit,
            lids: 0,
        }
    }

    /// What was painted, and the font weights found so far for the next page.
    pub fn finish(mut self) -> (Painting, Weights) {
        let mut last = (Weight::Unknown, false);
        for glyph in &mut self.painting.glyphs {
            if glyph.weight != last.0 {
                last = (glyph.weight, self.weights.is_bold(glyph.weight));
            }
            glyph.bold = last.1;
        }
        (self.painting, self.weights)
    }

    fn clip(&self) -> Rect {
        self.clips.last().copied().unwrap_or(self.page)
    }

    fn push_clip(&mut self, bounds: Rect) {
        let clip = self.clip().intersect(bounds);
        self.clips.push(clip);
    }

    /// Notes a filled shape: a ground on which white text can be seen, and, when it is an opaque
    /// rectangle, a lid over the glyphs painted before it.
    fn fill(&mut self, bounds: Rect, props: &DrawProps<'_>, mode: &DrawMode, is_rect: bool) {
        self.painting.marked = true;
        if !matches!(mode, DrawMode::Fill(_) | DrawMode::FillAndStroke(..)) {
            return;
        }
        let bounds = bounds.intersect(self.clip());
        if bounds.width() < 3.0 || bounds.height() < 3.0 {
            return;
        }
        let rgba = solid(&props.paint);
        let opacity = rgba.map_or(1.0, |c| c[3]) * self.opacity();
        if !rgba.is_some_and(is_white) && opacity > FAINTEST && self.backgrounds.len() < 20_000 {
            self.backgrounds.push(bounds);
        }
        let is_lid = is_rect
            && opacity > 0.99
            && rgba.is_some()
            && props.blend_mode == BlendMode::Normal
            && props.soft_mask.is_none()
            && is_upright(props.transform);
        if is_lid {
            self.cover(bounds);
        }
    }

    fn cover(&mut self, lid: Rect) {
        if self.lids >= MOST_LIDS {
            self.painting.unchecked |= !self.painting.glyphs.is_empty();
            return;
        }
        self.lids += 1;
        let (left, top) = (lid.x0 as f32 - 0.5, lid.y0 as f32 - 0.5);
        let (right, bottom) = (lid.x1 as f32 + 0.5, lid.y1 as f32 + 0.5);
        for glyph in &mut self.painting.glyphs {
            let [x0, y0, x1, y1] = glyph.bbox;
            // The middle of its height: a rule through a line or a cell's ground under the next
            // one doesn't hide it, a black bar does.
            let margin = 0.2 * (y1 - y0);
            let under = left <= x0 && x1 <= right && top <= y0 + margin && y1 - margin <= bottom;
            if under && glyph.hidden.is_none() {
                glyph.hidden = Some(HiddenKind::Covered);
            }
        }
    }

    fn opacity(&self) -> f32 {
        self.opacities.iter().product()
    }

    fn hidden(
        &self,
        glyph: &Painted,
        props: &DrawProps<'_>,
        mode: &DrawMode,
    ) -> Option<HiddenKind> {
        let [x0, y0, x1, y1] = glyph.bbox.map(f64::from);
        let middle = Point::new((x0 + x1) / 2.0, (y0 + y1) / 2.0);
        if matches!(mode, DrawMode::Invisible) {
            return Some(HiddenKind::Invisible);
        }
        if !self.page.inflate(1.0, 1.0).contains(middle) {
            return Some(HiddenKind::OffPage);
        }
        if !self.clip().inflate(1.0, 1.0).contains(middle) {
            return Some(HiddenKind::Clipped);
        }
        if glyph.size < SMALLEST {
            return Some(HiddenKind::Tiny);
        }
        let rgba = solid(&props.paint)?;
        if rgba[3] * self.opacity() < FAINTEST {
            return Some(HiddenKind::Transparent);
        }
        let backed = || self.backgrounds.iter().any(|b| b.contains(middle));
        (is_white(rgba) && !backed()).then_some(HiddenKind::White)
    }
}

impl<'a> Device<'a> for Collector {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, draw_mode: &DrawMode) {
        let bounds = props.transform.transform_rect_bbox(path.bounding_box());
        self.fill(bounds, &props, draw_mode, false);
    }

    fn draw_rect(&mut self, rect: &Rect, props: DrawProps<'a>, draw_mode: &DrawMode) {
        let bounds = props.transform.transform_rect_bbox(*rect);
        self.fill(bounds, &props, draw_mode, true);
    }

    fn push_clip_path(&mut self, clip_path: &ClipPath) {
        self.push_clip(clip_path.path.bounding_box());
    }

    fn push_clip_rect(&mut self, rect: &Rect) {
        self.push_clip(*rect);
    }

    fn pop_clip(&mut self) {
        self.clips.pop();
    }

    fn push_transparency_group(&mut self, opacity: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.opacities.push(opacity);
    }

    fn pop_transparency_group(&mut self) {
        self.opacities.pop();
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.painting.marked = true;
        let unit = Rect::new(
            0.0,
            0.0,
            f64::from(image.width()),
            f64::from(image.height()),
        );
        let bounds = props
            .transform
            .transform_rect_bbox(unit)
            .intersect(self.clip());
        let share = (bounds.area() / self.page.area().max(1.0)) as f32;
        self.painting.picture_share = self.painting.picture_share.max(share);
        if self.backgrounds.len() < 20_000 {
            self.backgrounds.push(bounds);
        }
        let is_lid = is_opaque(&image)
            && props.soft_mask.is_none()
            && props.blend_mode == BlendMode::Normal
            && self.opacity() > 0.99
            && is_upright(props.transform);
        if is_lid && bounds.width() >= 3.0 && bounds.height() >= 3.0 {
            self.cover(bounds);
        }
    }

    fn draw_glyph_run(
        &mut self,
        run: &GlyphRun<'_, 'a>,
        props: DrawProps<'a>,
        draw_mode: &DrawMode,
    ) {
        self.painting.marked = true;
        let scale = text_scale(run);
        let weight = self.weights.weigh(run);
        for glyph in run.glyphs() {
            if self.painting.glyphs.len() >= self.limit {
                self.painting.overflowed = true;
                return;
            }
            let transform = props.transform * glyph.transform();
            let (advance, is_type3) = match &**glyph {
                Glyph::Outline(outline) => (outline.advance_width(), false),
                Glyph::Type3(type3) => (type3.advance_width(), true),
            };
            let advance = advance.unwrap_or(500.0);
            let [a, b, c, d, ..] = transform.as_coeffs();
            let (across, along) = (c.hypot(d), a.hypot(b));
            // Text space is 1000 units an em.
            let mut size = (across * 1000.0) as f32;
            let ratio = axis_ratio(glyph.transform()).max(1e-6);
            let step = if is_type3 { 1.0 } else { scale / ratio };
            let mut length = (along as f32) * advance * step;
            if is_type3 && size < 0.7 * length {
                size = length;
            }
            if !size.is_finite() || !length.is_finite() || size <= 0.0 {
                continue;
            }
            length = length.max(0.02 * size);
            let Some(text) = glyph.as_unicode() else {
                self.painting.undecodable += 1;
                self.push(
                    REPLACEMENT,
                    transform,
                    (0.0, length),
                    size,
                    weight,
                    &props,
                    draw_mode,
                );
                continue;
            };
            let mut buffer = [0u8; 4];
            let text: &str = match &text {
                BfString::Char(c) => c.encode_utf8(&mut buffer),
                BfString::String(s) => s,
            };
            if let (Glyph::Outline(outline), Some(only)) = (&**glyph, only_character(text))
                && self.weights.shapes.is_doubtful(outline, only)
            {
                self.painting.doubtful += 1;
            }
            let parts = as_written(text);
            let width = length / parts.chars().count().max(1) as f32;
            for (i, character) in parts.chars().enumerate() {
                if character == REPLACEMENT || is_private(character) {
                    self.painting.undecodable += 1;
                }
                let from = i as f32 * width;
                self.push(
                    character,
                    transform,
                    (from, width),
                    size,
                    weight,
                    &props,
                    draw_mode,
                );
            }
        }
    }
}

fn only_character(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}

const REPLACEMENT: char = '\u{fffd}';

impl Collector {
    #[expect(
        clippy::too_many_arguments,
        reason = "one glyph's attributes, called in one place"
    )]
    fn push(
        &mut self,
        character: char,
        transform: Affine,
        (from, width): (f32, f32),
        size: f32,
        weight: Weight,
        props: &DrawProps<'_>,
        mode: &DrawMode,
    ) {
        let [a, b, _, _, x, y] = transform.as_coeffs();
        let (x, y) = (x as f32, y as f32);
        if !(x.is_finite() && y.is_finite()) {
            return;
        }
        let direction = match (a.abs() >= b.abs(), a >= 0.0, b >= 0.0) {
            (true, true, _) => Direction::Right,
            (true, false, _) => Direction::Left,
            (false, _, true) => Direction::Down,
            (false, _, false) => Direction::Up,
        };
        let (start, baseline) = match direction {
            Direction::Right => (x, y),
            Direction::Down => (y, -x),
            Direction::Left => (-x, -y),
            Direction::Up => (-y, x),
        };
        let start = start + from;
        let mut glyph = Painted {
            character,
            start,
            end: start + width,
            baseline,
            size,
            direction,
            weight,
            bold: false,
            hidden: None,
            bbox: [0.0; 4],
        };
        let over = baseline - ASCENT * size;
        let under = baseline + DESCENT * size;
        glyph.bbox = from_frame(direction, [start, over, start + width, under]);
        glyph.hidden = self.hidden(&glyph, props, mode);
        self.painting.glyphs.push(glyph);
    }
}

/// The horizontal scale of a run apart from the stretching of substituted fonts. A glyph's own
/// transform mixes the two, and only glyphs of different stretch give the second away.
fn text_scale(run: &GlyphRun<'_, '_>) -> f32 {
    let ratios = || run.glyphs().iter().map(|g| axis_ratio(g.transform()));
    let first = ratios().next().unwrap_or(1.0);
    if ratios().any(|r| (r / first - 1.0).abs() > 0.01) {
        1.0
    } else {
        first
    }
}

/// How far the first axis of a transform is stretched against the second.
fn axis_ratio(transform: Affine) -> f32 {
    let [a, b, c, d, ..] = transform.as_coeffs();
    let across = c.hypot(d);
    if across > 0.0 {
        (a.hypot(b) / across) as f32
    } else {
        1.0
    }
}

/// Whether nothing shows through a picture: it has no mask of any sort.
fn is_opaque(image: &Image<'_, '_>) -> bool {
    let Image::Raster(raster) = image else {
        return false;
    };
    let dict = raster.stream().dict();
    let transparent: [&[u8]; 3] = [b"SMask", b"Mask", b"SMaskInData"];
    !transparent.iter().any(|key| dict.contains_key(*key))
}

fn is_upright(transform: Affine) -> bool {
    let [a, b, c, d, ..] = transform.as_coeffs();
    (b.abs() < 1e-6 && c.abs() < 1e-6) || (a.abs() < 1e-6 && d.abs() < 1e-6)
}

fn solid(paint: &Paint<'_>) -> Option<[f32; 4]> {
    match paint {
        Paint::Color(color) => Some(color.to_rgba().components()),
        Paint::Pattern(_) => None,
    }
}

fn is_white(rgba: [f32; 4]) -> bool {
    rgba[..3].iter().all(|c| *c > 0.97)
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

/// The characters that a glyph's text stands for: ligatures split, and look-alikes that some fonts'
/// maps give (a Greek question mark for every semicolon) put back to what is printed.
pub(crate) fn as_written(text: &str) -> &str {
    match text {
        "\u{fb00}" => "ff",
        "\u{fb01}" => "fi",
        "\u{fb02}" => "fl",
        "\u{fb03}" => "ffi",
        "\u{fb04}" => "ffl",
        "\u{fb05}" | "\u{fb06}" => "st",
        "\u{37e}" => ";",
        "\u{2010}" | "\u{2011}" | "\u{ad}" => "-",
        "\u{85}" => "…",
        "\u{91}" => "‘",
        "\u{92}" => "’",
        "\u{93}" => "“",
        "\u{94}" => "”",
        "\u{95}" => "•",
        "\u{96}" => "–",
        "\u{97}" => "—",
        "\u{99}" => "™",
        "\u{f0b7}" => "•",
        "\u{f0a7}" => "▪",
        other => other,
    }
}
