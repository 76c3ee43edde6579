//! Tells bold faces from regular ones.
//!
//! A TrueType or CID font says its name and weight. A Type 1 font doesn't, so its letters are
//! measured: twice the area over the length of the outline is the mean thickness of the strokes.

use std::collections::HashMap;

use hayro_interpret::font::{Glyph, GlyphRun, OutlineGlyph};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::kurbo::Shape;

/// Mean stroke in thousandths of an em from which a face counts as bold.
const BOLD_FROM: f64 = 80.0;

/// What has been found out about the document's fonts and letters so far.
#[derive(Debug, Default)]
pub(crate) struct Weights {
    fonts: HashMap<u128, bool>,
    letters: HashMap<u128, f64>,
}

impl Weights {
    /// Whether the run is set in bold.
    pub fn is_bold(&mut self, run: &GlyphRun<'_, '_>) -> bool {
        let Some(Glyph::Outline(first)) = run.glyphs().first().map(|g| &**g) else {
            return false;
        };
        if let Some(data) = first.font_data() {
            return *self.fonts.entry(data.cache_key).or_insert_with(|| {
                let name = data
                    .postscript_name
                    .unwrap_or_default()
                    .to_ascii_lowercase();
                ["bold", "black", "heavy"].iter().any(|w| name.contains(w))
                    || data.weight.is_some_and(|w| (600..=1000).contains(&w))
            });
        }
        let (mut sum, mut count) = (0.0, 0.0);
        for glyph in run.glyphs() {
            let Glyph::Outline(outline) = &**glyph else {
                continue;
            };
            if matches!(outline.as_unicode(), Some(BfString::Char(c)) if c.is_alphabetic()) {
                sum += self.stroke(outline);
                count += 1.0;
            }
            if count >= 4.0 {
                break;
            }
        }
        count > 0.0 && sum / count > BOLD_FROM
    }

    fn stroke(&mut self, glyph: &OutlineGlyph) -> f64 {
        *self
            .letters
            .entry(glyph.identifier().cache_key())
            .or_insert_with(|| {
                let outline = glyph.outline();
                let length = outline.perimeter(1.0);
                if length > 0.0 {
                    2.0 * outline.area().abs() / length
                } else {
                    0.0
                }
            })
    }
}
