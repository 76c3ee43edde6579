//! The three faces the PDF is set in, how wide words are in them, and which characters they have.

use std::cell::RefCell;
use std::collections::HashMap;

use rustybuzz::{Direction, UnicodeBuffer};

/// A face of the family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Face {
    Regular,
    SemiBold,
    Italic,
}

impl Face {
    /// Every face.
    pub const ALL: [Self; 3] = [Self::Regular, Self::SemiBold, Self::Italic];

    /// The font file: IBM Plex Sans, under the SIL Open Font License (`fonts/OFL.txt`).
    pub fn file(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("../../fonts/IBMPlexSans-Regular.ttf"),
            Self::SemiBold => include_bytes!("../../fonts/IBMPlexSans-SemiBold.ttf"),
            Self::Italic => include_bytes!("../../fonts/IBMPlexSans-Italic.ttf"),
        }
    }
}

/// Stands for a character that the faces lack.
const STAND_IN: char = '\u{fffd}';

/// The faces, loaded.
pub(super) struct Fonts {
    faces: [rustybuzz::Face<'static>; 3],
    /// Widths at size 1.
    widths: RefCell<HashMap<(Face, String), f32>>,
}

impl Fonts {
    /// Loads the faces that are built into the program; `None` were one of them damaged.
    pub fn load() -> Option<Self> {
        let face = |face: Face| rustybuzz::Face::from_slice(face.file(), 0);
        let [regular, semi_bold, italic] = Face::ALL.map(face);
        Some(Self {
            faces: [regular?, semi_bold?, italic?],
            widths: RefCell::default(),
        })
    }

    /// How wide the text is, in points.
    pub fn width(&self, face: Face, size: f32, text: &str) -> f32 {
        let mut widths = self.widths.borrow_mut();
        let key = (face, text.to_owned());
        let width = widths
            .entry(key)
            .or_insert_with(|| self.width_at_one(face, text));
        *width * size
    }

    fn width_at_one(&self, face: Face, text: &str) -> f32 {
        let face = self.face(face);
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(Direction::LeftToRight);
        let glyphs = rustybuzz::shape(face, &[], buffer);
        let units: i32 = glyphs.glyph_positions().iter().map(|p| p.x_advance).sum();
        units as f32 / face.units_per_em() as f32
    }

    fn face(&self, face: Face) -> &rustybuzz::Face<'static> {
        let [regular, semi_bold, italic] = &self.faces;
        match face {
            Face::Regular => regular,
            Face::SemiBold => semi_bold,
            Face::Italic => italic,
        }
    }

    /// The text as the faces can show it: what they lack becomes a stand-in, spaces of every kind a space.
    pub fn drawable(&self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                _ if c.is_whitespace() || c.is_control() => shown.push(' '),
                '\u{ad}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}' => {}
                _ if self.has(c) => shown.push(c),
                _ => shown.push(STAND_IN),
            }
        }
        shown
    }

    /// Whether every character of the text can be shown.
    pub fn shows(&self, text: &str) -> bool {
        !self
            .drawable(text)
            .contains(|c| c == STAND_IN && !text.contains(STAND_IN))
    }

    fn has(&self, c: char) -> bool {
        self.faces.iter().all(|face| face.glyph_index(c).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_faces_lack_is_replaced_and_told() {
        let fonts = Fonts::load().unwrap();
        assert_eq!(fonts.drawable("Größe\u{a0}≥ 1\n\u{ad}x"), "Größe ≥ 1 x");
        assert_eq!(fonts.drawable("合同 §1"), "\u{fffd}\u{fffd} §1");
        assert!(fonts.shows("“Ж” — €") && !fonts.shows("合同"));
    }

    #[test]
    fn a_wider_text_is_wider() {
        let fonts = Fonts::load().unwrap();
        let width = |text| fonts.width(Face::Regular, 10.0, text);
        assert!(width("iii") < width("mmm"));
        assert!((width("mm") - 2.0 * width("m")).abs() < 0.01);
        assert!(fonts.width(Face::SemiBold, 10.0, "Liability") > width("Liability"));
    }
}
