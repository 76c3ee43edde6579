//! Tells bold faces from regular ones.
//!
//! A TrueType or CID font says its name and weight. A Type 1 font doesn't, so its letters are
//! measured: twice the area over the length of the outline is the mean thickness of the strokes.
//! In thousandths of an em Times measures 55 to 65, Helvetica 80 to 84, Times Bold 85 to 100 and
//! Helvetica Bold 115 to 125, so what lies between is judged by what most of the text measures.

use std::collections::HashMap;

use hayro_interpret::font::{Glyph, GlyphRun, OutlineGlyph};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::kurbo::Shape;

use crate::shapes::Shapes;

/// Thinner strokes are regular, and thicker than the second ones bold, whatever the face.
const UNCLEAR: std::ops::Range<f32> = 72.0..105.0;
/// A bold face's strokes against those of its regular one, at least.
const THICKER: f32 = 1.25;

/// How heavy a run of text is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Weight {
    /// As the font's name says.
    Named { bold: bool },
    /// Mean stroke in thousandths of an em.
    Stroke(f32),
    /// Nothing to go by.
    Unknown,
}

/// What has been found out about the document's fonts and letters so far.
#[derive(Debug, Default)]
pub(crate) struct Weights {
    named: HashMap<u128, bool>,
    letters: HashMap<u128, f32>,
    /// Runs by the thousandths of an em that their strokes measure.
    strokes: HashMap<u16, u32>,
    /// What the letters look like.
    pub shapes: Shapes,
}

impl Weights {
    /// Measures a run.
    pub fn weigh(&mut self, run: &GlyphRun<'_, '_>) -> Weight {
        let Some(Glyph::Outline(first)) = run.glyphs().first().map(|g| &**g) else {
            return Weight::Unknown;
        };
        if let Some(data) = first.font_data() {
            let bold = *self.named.entry(data.cache_key).or_insert_with(|| {
                let name = data
                    .postscript_name
                    .unwrap_or_default()
                    .to_ascii_lowercase();
                ["bold", "black", "heavy"].iter().any(|w| name.contains(w))
                    || data.weight.is_some_and(|w| (600..=1000).contains(&w))
            });
            return Weight::Named { bold };
        }
        let letters = run.glyphs().iter().filter_map(|glyph| match &**glyph {
            Glyph::Outline(outline) => match outline.as_unicode() {
                Some(BfString::Char(c)) if c.is_alphabetic() => Some(outline),
                _ => None,
            },
            Glyph::Type3(_) => None,
        });
        let (mut sum, mut count) = (0.0, 0.0);
        for outline in letters.take(4) {
            sum += self.stroke(outline);
            count += 1.0;
        }
        if count == 0.0 {
            return Weight::Unknown;
        }
        let stroke: f32 = sum / count;
        *self.strokes.entry(stroke.round() as u16).or_default() += run.glyphs().len() as u32;
        Weight::Stroke(stroke)
    }

    /// Whether that is bold, as far as the document has been seen.
    pub fn is_bold(&self, weight: Weight) -> bool {
        match weight {
            Weight::Named { bold } => bold,
            Weight::Unknown => false,
            Weight::Stroke(stroke) if UNCLEAR.contains(&stroke) => {
                stroke > THICKER * self.usual_stroke()
            }
            Weight::Stroke(stroke) => stroke >= UNCLEAR.end,
        }
    }

    /// The stroke of most of the text: its median.
    fn usual_stroke(&self) -> f32 {
        let mut strokes: Vec<(u16, u32)> = self.strokes.iter().map(|(k, v)| (*k, *v)).collect();
        strokes.sort_unstable();
        let half = strokes.iter().map(|s| s.1).sum::<u32>() / 2;
        let mut seen = 0;
        let middle = strokes.iter().find(|(_, count)| {
            seen += count;
            seen > half
        });
        middle.map_or(0.0, |(stroke, _)| f32::from(*stroke))
    }

    fn stroke(&mut self, glyph: &OutlineGlyph) -> f32 {
        *self
            .letters
            .entry(glyph.identifier().cache_key())
            .or_insert_with(|| {
                let outline = glyph.outline();
                let length = outline.perimeter(1.0);
                if length > 0.0 {
                    (2.0 * outline.area().abs() / length) as f32
                } else {
                    0.0
                }
            })
    }
}
