//! A page as a grey picture, for the recognition of text.

use countersign_contracts::document::Bbox;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use hayro_syntax::page::Page;
use serde::{Deserialize, Serialize};

use crate::pdf::PdfReader;

/// Most pixels of a picture: A3 at 300 dots an inch. Larger pages are drawn smaller.
const MOST_PIXELS: f32 = 18_000_000.0;
/// Longest side in pixels that the renderer can address.
const LONGEST_SIDE: f32 = 32_000.0;

/// A grey picture, row by row from the top.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Pixels to a point of the page.
    pub scale: f32,
    /// One byte a pixel, 0 for black.
    pub grey: Vec<u8>,
}

impl Picture {
    /// The part of it that shows an area of the page; `None` where that is nothing.
    pub fn part(&self, area: Bbox) -> Option<Self> {
        let pixel = |at: f32, most: u32| ((at * self.scale).max(0.0) as u32).min(most) as usize;
        let [x0, y0, x1, y1] = area.0;
        let (left, right) = (pixel(x0, self.width), pixel(x1, self.width));
        let (top, bottom) = (pixel(y0, self.height), pixel(y1, self.height));
        if left >= right || top >= bottom {
            return None;
        }
        let rows = self.grey.chunks_exact(self.width as usize);
        let rows = rows.skip(top).take(bottom - top);
        Some(Self {
            width: (right - left) as u32,
            height: (bottom - top) as u32,
            scale: self.scale,
            grey: rows.flat_map(|row| row[left..right].to_vec()).collect(),
        })
    }

    /// As a PNG file.
    pub fn to_png(&self) -> Option<Vec<u8>> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().ok()?;
        writer.write_image_data(&self.grey).ok()?;
        writer.finish().ok()?;
        Some(file)
    }

    /// As a file that programs take: portable greymap.
    pub fn to_pgm(&self) -> Vec<u8> {
        let mut file = format!("P5\n{} {}\n255\n", self.width, self.height).into_bytes();
        file.extend_from_slice(&self.grey);
        file
    }
}

/// Draws a page of a PDF, counted from 1, in this process; `None` when it can't be.
#[must_use]
pub fn draw_page(bytes: Vec<u8>, number: u32, dots: f32) -> Option<Picture> {
    PdfReader::open(bytes, "").ok()?.draw(number, dots)
}

/// Draws a page at so many dots an inch, as far as the cap on pixels lets it; `None` for a page
/// without an area.
pub(crate) fn draw(page: &Page<'_>, dots: f32) -> Option<Picture> {
    let (width, height) = page.render_dimensions();
    let scale = scale_of((width, height), dots)?;
    let settings = PixmapSettings {
        x_scale: scale,
        y_scale: scale,
        bg_color: WHITE,
    };
    let pixmap = render(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &settings,
    );
    let grey = pixmap.data().iter().map(|pixel| {
        let [r, g, b] = [pixel.r, pixel.g, pixel.b].map(u32::from);
        // The weights of Rec. 601, in 256ths.
        ((77 * r + 150 * g + 29 * b) >> 8) as u8
    });
    Some(Picture {
        width: u32::from(pixmap.width()),
        height: u32::from(pixmap.height()),
        scale,
        grey: grey.collect(),
    })
}

fn scale_of((width, height): (f32, f32), dots: f32) -> Option<f32> {
    let area = width * height;
    if !(area.is_finite() && width >= 1.0 && height >= 1.0) {
        return None;
    }
    let by_pixels = (MOST_PIXELS / area).sqrt();
    let by_side = LONGEST_SIDE / width.max(height);
    let scale = (dots / 72.0).min(by_pixels).min(by_side);
    (scale * width.min(height) >= 1.0).then_some(scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_giant_page_is_drawn_small_and_one_without_an_area_not_at_all() {
        assert_eq!(scale_of((595.0, 842.0), 200.0), Some(200.0 / 72.0));
        let giant = scale_of((2_000_000.0, 2_000_000.0), 200.0).unwrap();
        assert!(giant * 2_000_000.0 <= 4_300.0, "{giant}");
        assert_eq!(scale_of((2_000_000.0, 1.0), 200.0), None);
        assert_eq!(scale_of((0.0, 842.0), 200.0), None);
        assert_eq!(scale_of((f32::NAN, 842.0), 200.0), None);
    }
}
