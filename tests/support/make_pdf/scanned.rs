//! Copies of pages as a scanner makes them: a picture, a little askew, with dirt on it.

use std::collections::HashMap;

use super::bad::{object_file, stream_object};

/// A grey picture of a page.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Pixels.
    pub width: usize,
    /// Pixels.
    pub height: usize,
    /// One byte a pixel, row by row from the top, 0 for black.
    pub grey: Vec<u8>,
}

impl Sheet {
    /// The same sheet turned by `degrees` about its middle and dirtied; the same each time.
    #[must_use]
    pub fn scanned(&self, degrees: f64) -> Self {
        let (sine, cosine) = degrees.to_radians().sin_cos();
        let (middle_x, middle_y) = (self.width as f64 / 2.0, self.height as f64 / 2.0);
        let mut seed = 0x2545_f491_4f6c_dd1d_u64;
        let mut grey = Vec::with_capacity(self.grey.len());
        for y in 0..self.height {
            for x in 0..self.width {
                let (dx, dy) = (x as f64 - middle_x, y as f64 - middle_y);
                let from_x = middle_x + cosine * dx + sine * dy;
                let from_y = middle_y - sine * dx + cosine * dy;
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                let dirt = match seed % 1_000 {
                    0 => -120,
                    _ => (seed >> 32) as i32 % 25 - 12,
                };
                let level = i32::from(self.at(from_x, from_y)) * 9 / 10 + 12 + dirt;
                grey.push(level.clamp(0, 255) as u8);
            }
        }
        Self { grey, ..*self }
    }

    /// Between the four pixels around a place; white outside.
    fn at(&self, x: f64, y: f64) -> u8 {
        let pixel = |x: f64, y: f64| {
            let inside = x >= 0.0 && y >= 0.0 && x < self.width as f64 && y < self.height as f64;
            let at = (y.max(0.0) as usize) * self.width + x.max(0.0) as usize;
            match self.grey.get(at) {
                Some(level) if inside => f64::from(*level),
                _ => 255.0,
            }
        };
        let (left, top) = (x.floor(), y.floor());
        let (across, down) = (x - left, y - top);
        let upper = pixel(left, top) * (1.0 - across) + pixel(left + 1.0, top) * across;
        let lower = pixel(left, top + 1.0) * (1.0 - across) + pixel(left + 1.0, top + 1.0) * across;
        (upper * (1.0 - down) + lower * down) as u8
    }
}

/// A file of one page, `width` by `height` points, that is this picture.
#[must_use]
pub fn pdf_of_sheet(sheet: &Sheet, size: (f32, f32)) -> Vec<u8> {
    pdf_of_layered_sheet(sheet, size, &[])
}

/// The same with words laid invisibly over the picture, each at its box, as scanners do.
#[must_use]
pub fn pdf_of_layered_sheet(
    sheet: &Sheet,
    (width, height): (f32, f32),
    words: &[(&str, [f32; 4])],
) -> Vec<u8> {
    let layer: String = words
        .iter()
        .filter(|(word, _)| word.is_ascii())
        .map(|(word, [x, top, _, bottom])| {
            let word = word.replace(['\\', '(', ')'], "");
            // The baseline stands a fifth of the box above its foot.
            let (size, y) = ((bottom - top) * 0.9, height - bottom + 0.2 * (bottom - top));
            format!(" BT 3 Tr {size:.2} 0 0 {size:.2} {x:.2} {y:.2} Tm /F 1 Tf ({word}) Tj ET")
        })
        .collect();
    let image = format!(
        "/Type /XObject /Subtype /Image /Width {} /Height {} /BitsPerComponent 8 /ColorSpace /DeviceGray \
         /Filter /FlateDecode",
        sheet.width, sheet.height
    );
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(&sheet.grey, 1);
    object_file(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents 4 0 R \
             /Resources << /XObject << /X 5 0 R >> /Font << /F << /Type /Font /Subtype /Type1 \
             /BaseFont /Times-Roman >> >> >> >>"
        )
        .into_bytes(),
        stream_object(
            "",
            format!("q {width} 0 0 {height} 0 0 cm /X Do Q{layer}").as_bytes(),
        ),
        stream_object(&image, &packed),
    ])
}

/// How many words two texts share, 0 to 1: the harmonic mean of both shares.
#[must_use]
pub fn word_f1(expected: &[String], got: &[String]) -> f64 {
    let mut left: HashMap<&str, usize> = HashMap::new();
    for word in expected {
        *left.entry(word).or_default() += 1;
    }
    let mut common = 0;
    for word in got {
        if let Some(count) = left.get_mut(word.as_str()).filter(|count| **count > 0) {
            *count -= 1;
            common += 1;
        }
    }
    2.0 * f64::from(common) / (expected.len() + got.len()).max(1) as f64
}
