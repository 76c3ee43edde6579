//! Layers of a PDF that are switched off: text that the file holds and no viewer shows.
//!
//! The interpreter leaves such layers out, so a page is painted once more from a copy of the file
//! whose catalog knows no layers; what is on that painting only is the hidden text.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use countersign_contracts::document::HiddenKind;
use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Name};
use hayro_syntax::page::Page;

use crate::glyphs::{Direction, Painted, Painting};

/// A copy of the file without its layers, where one of them is off.
pub(crate) struct Layers {
    all_on: Option<Pdf>,
}

impl Layers {
    /// Looks whether a layer is off. What can't be checked is said in `notes`.
    pub fn of(pdf: &Pdf, bytes: &[u8], password: &str, notes: &mut Vec<String>) -> Self {
        if !has_layer_off(pdf) {
            return Self { all_on: None };
        }
        let all_on = catch_unwind(AssertUnwindSafe(|| without_layers(bytes, password)))
            .ok()
            .flatten()
            .filter(|copy| copy.pages().len() == pdf.pages().len());
        if all_on.is_none() {
            notes.push(
                "The file has layers that are switched off. What they hold could not be checked."
                    .to_owned(),
            );
        }
        Self { all_on }
    }

    /// The page of the copy, counted from 0.
    pub fn page(&self, index: usize) -> Option<&Page<'_>> {
        self.all_on.as_ref()?.pages().get(index)
    }

    /// The copy, or the file itself.
    pub fn pdf<'p>(&'p self, file: &'p Pdf) -> &'p Pdf {
        self.all_on.as_ref().unwrap_or(file)
    }
}

fn has_layer_off(pdf: &Pdf) -> bool {
    let xref = pdf.xref();
    if !xref.has_optional_content_groups() {
        return false;
    }
    let catalog = xref.get::<Dict<'_>>(xref.root_id());
    let usual = catalog
        .and_then(|catalog| catalog.get::<Dict<'_>>("OCProperties"))
        .and_then(|properties| properties.get::<Dict<'_>>("D"));
    let Some(usual) = usual else { return false };
    let listed = usual
        .get::<Array<'_>>("OFF")
        .is_some_and(|off| off.raw_iter().next().is_some());
    listed
        || usual
            .get::<Name<'_>>("BaseState")
            .is_some_and(|state| state.as_str() == "OFF")
}

fn without_layers(bytes: &[u8], password: &str) -> Option<Pdf> {
    let mut document = crate::second::load(bytes, password)?;
    document.catalog_mut().ok()?.remove(b"OCProperties");
    let mut copy = Vec::with_capacity(bytes.len());
    document.save_to(&mut copy).ok()?;
    Pdf::new(copy).ok()
}

/// Adds the glyphs that only the painting with all layers has, as hidden ones.
pub(crate) fn add_unshown(shown: &mut Painting, all: Painting) {
    let mut known: HashMap<(char, Direction, i32, i32), usize> = HashMap::new();
    for glyph in &shown.glyphs {
        *known.entry(place(glyph)).or_default() += 1;
    }
    for glyph in all.glyphs {
        match known.get_mut(&place(&glyph)) {
            Some(count) if *count > 0 => *count -= 1,
            _ => shown.glyphs.push(Painted {
                hidden: Some(HiddenKind::Marked),
                ..glyph
            }),
        }
    }
}

fn place(glyph: &Painted) -> (char, Direction, i32, i32) {
    let cell = |v: f32| (v * 4.0).round() as i32;
    (
        glyph.character,
        glyph.direction,
        cell(glyph.start),
        cell(glyph.baseline),
    )
}
