//! The styles and colours of the PDF, in one place.

use std::num::NonZeroU16;

use countersign_contracts::finding::Severity;
use krilla::tagging::{Tag, TagKind};

use super::fonts::Face;
use super::lines::{Colour, Run, Style};
use crate::brief::Signal;

pub(super) const INK: Colour = Colour(0x1b, 0x24, 0x30);
pub(super) const SOFT: Colour = Colour(0x52, 0x5d, 0x6c);
pub(super) const HEAD: Colour = Colour(0x1f, 0x3a, 0x5f);
pub(super) const LINE: Colour = Colour(0xd5, 0xdb, 0xe3);
pub(super) const PALE: Colour = Colour(0xf3, 0xf6, 0xfa);
const RED: Colour = Colour(0xa8, 0x1f, 0x1a);
const AMBER: Colour = Colour(0x8a, 0x52, 0x00);
const GREEN: Colour = Colour(0x1c, 0x66, 0x38);
const PALE_RED: Colour = Colour(0xfd, 0xee, 0xec);
const PALE_AMBER: Colour = Colour(0xff, 0xf5, 0xdf);
const PALE_GREEN: Colour = Colour(0xe9, 0xf5, 0xec);

pub(super) fn title() -> Style {
    of(Face::SemiBold, 18.0, HEAD)
}

pub(super) fn heading() -> Style {
    of(Face::SemiBold, 11.5, HEAD)
}

pub(super) fn strong() -> Style {
    of(Face::SemiBold, 9.2, INK)
}

pub(super) fn body() -> Style {
    of(Face::Regular, 9.2, INK)
}

pub(super) fn quote() -> Style {
    of(Face::Italic, 8.8, SOFT)
}

pub(super) fn small() -> Style {
    of(Face::Regular, 7.8, SOFT)
}

pub(super) fn label() -> Style {
    of(Face::SemiBold, 8.2, SOFT)
}

/// Text in a style.
pub(super) fn run(text: &str, style: Style) -> Run {
    Run {
        text: text.to_owned(),
        style,
    }
}

/// The tag of a heading, which carries its words.
pub(super) fn heading_tag(level: u16, text: &str) -> TagKind {
    Tag::Hn(
        NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN),
        Some(text.to_owned()),
    )
    .into()
}

/// The colour of a light, and of the ground behind it.
pub(super) fn light(signal: Signal) -> (Colour, Colour) {
    match signal {
        Signal::Stop => (RED, PALE_RED),
        Signal::Settle => (AMBER, PALE_AMBER),
        Signal::Clear => (GREEN, PALE_GREEN),
        Signal::NotJudged => (SOFT, PALE),
    }
}

/// The colour of a severity's word.
pub(super) fn severity(severity: Severity) -> Colour {
    match severity {
        Severity::Critical | Severity::High => RED,
        Severity::Medium => AMBER,
        Severity::Low => SOFT,
    }
}

fn of(face: Face, size: f32, colour: Colour) -> Style {
    Style { face, size, colour }
}
