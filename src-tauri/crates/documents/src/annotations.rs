//! What lies upon the pages of a PDF: notes and highlights, links, fields of forms, signatures.

use countersign_contracts::document::{Bbox, Page, Word};
use countersign_contracts::side::{Comment, DocumentSide, FormField, Link, Place, SignatureField};
use hayro_interpret::kurbo::{Affine, Rect};
use hayro_syntax::object::{Array, Dict, Name, Object, Rect as PdfRect, String as PdfString};

/// Most annotations that are read of one page.
const MOST: usize = 2_000;
/// Most levels of the tree of fields.
const DEEPEST: usize = 16;
/// Longest text that is kept of one annotation, in characters.
const LONGEST: usize = 20_000;

/// Adds what lies upon a page, whose words were read.
pub(crate) fn read(page: &hayro_syntax::page::Page<'_>, read: &Page, side: &mut DocumentSide) {
    let Some(annotations) = page.raw().get::<Array<'_>>("Annots") else {
        return;
    };
    let transform = Affine::new(page.initial_transform(true).as_coeffs());
    for annotation in annotations.iter::<Dict<'_>>().take(MOST) {
        let sheet = Sheet { read, transform };
        match name(&annotation, "Subtype").as_deref() {
            Some("Link") => side.links.extend(sheet.link(&annotation)),
            Some("Widget") => sheet.field(&annotation, side),
            Some("Popup") | None => {}
            Some(_) => side.comments.extend(sheet.comment(&annotation)),
        }
    }
}

/// The page that annotations lie upon.
struct Sheet<'p> {
    read: &'p Page,
    transform: Affine,
}

impl Sheet<'_> {
    fn comment(&self, annotation: &Dict<'_>) -> Option<Comment> {
        let text = text(annotation, "Contents").unwrap_or_default();
        if text.trim().is_empty() {
            return None;
        }
        let boxes = self.marked(annotation);
        let (anchor, boxes) = self.words_under(&boxes);
        Some(Comment {
            author: text_of(annotation, "T"),
            date: text_of(annotation, "M").and_then(|date| iso(&date)),
            text,
            anchor,
            place: self.place(boxes, annotation),
        })
    }

    fn link(&self, annotation: &Dict<'_>) -> Option<Link> {
        let address = text(&annotation.get::<Dict<'_>>("A")?, "URI")?;
        let (anchor, boxes) = self.words_under(&self.marked(annotation));
        Some(Link {
            address,
            anchor,
            place: self.place(boxes, annotation),
        })
    }

    fn field(&self, widget: &Dict<'_>, side: &mut DocumentSide) {
        let Some(kind) = inherited(widget, |d| name(d, "FT")) else {
            return;
        };
        let place = self.place(Vec::new(), widget);
        let name = full_name(widget);
        if kind == "Sig" {
            let signature = inherited(widget, |d| d.get::<Dict<'_>>("V"));
            side.signatures.push(SignatureField {
                name,
                signed: signature.is_some(),
                signer: signature.as_ref().and_then(|s| text_of(s, "Name")),
                date: signature.as_ref().and_then(|s| iso(&text_of(s, "M")?)),
                place,
            });
            return;
        }
        let value = inherited(widget, |d| d.get::<Object<'_>>("V"));
        let value = value.map(shown_value).unwrap_or_default();
        if kind == "Btn" && (value.is_empty() || value == "Off") {
            return;
        }
        let (under, _) = self.words_under(&self.marked(widget));
        let squeezed = |text: &str| text.split_whitespace().collect::<String>();
        let shown = kind == "Btn" || squeezed(&under).contains(&squeezed(&value));
        side.fields.push(FormField {
            name,
            value,
            shown,
            place,
        });
    }

    /// The boxes that an annotation marks: its quadrilaterals, or its rectangle.
    fn marked(&self, annotation: &Dict<'_>) -> Vec<Bbox> {
        let numbers: Vec<f64> = annotation
            .get::<Array<'_>>("QuadPoints")
            .map(|points| points.iter::<f64>().take(8 * MOST).collect())
            .unwrap_or_default();
        let quads: Vec<Bbox> = numbers
            .chunks_exact(8)
            .filter_map(|quad| {
                let across = quad.iter().step_by(2);
                let along = quad.iter().skip(1).step_by(2);
                let ends = |values: &mut dyn Iterator<Item = &f64>| {
                    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
                        (low.min(*v), high.max(*v))
                    })
                };
                let ((x0, x1), (y0, y1)) = (ends(&mut { across }), ends(&mut { along }));
                self.shown(Rect::new(x0, y0, x1, y1))
            })
            .collect();
        if quads.is_empty() {
            self.rectangle(annotation).into_iter().collect()
        } else {
            quads
        }
    }

    fn rectangle(&self, annotation: &Dict<'_>) -> Option<Bbox> {
        let rect = annotation.get::<PdfRect>("Rect")?;
        self.shown(Rect::new(rect.x0, rect.y0, rect.x1, rect.y1))
    }

    /// A rectangle of the file on the page as shown.
    fn shown(&self, rect: Rect) -> Option<Bbox> {
        let rect = self.transform.transform_rect_bbox(rect);
        let sides = [rect.x0, rect.y0, rect.x1, rect.y1].map(|v| v as f32);
        sides.iter().all(|v| v.is_finite()).then_some(Bbox(sides))
    }

    /// The words whose middles lie in the boxes, and their places line by line.
    fn words_under(&self, boxes: &[Bbox]) -> (String, Vec<Bbox>) {
        let inside = |word: &&Word| {
            let [x0, y0, x1, y1] = word.bbox.0;
            let (x, y) = ((x0 + x1) / 2.0, (y0 + y1) / 2.0);
            word.hidden.is_none()
                && boxes
                    .iter()
                    .any(|b| (b.0[0]..=b.0[2]).contains(&x) && (b.0[1]..=b.0[3]).contains(&y))
        };
        let mut text = String::new();
        let mut places: Vec<(u32, Bbox)> = Vec::new();
        for word in self.read.words.iter().filter(inside) {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&word.text);
            match places.last_mut() {
                Some((line, bbox)) if *line == word.line => *bbox = bbox.union(word.bbox),
                _ => places.push((word.line, word.bbox)),
            }
        }
        (text, places.into_iter().map(|(_, bbox)| bbox).collect())
    }

    /// On this page, in these boxes, or in the annotation's own.
    fn place(&self, boxes: Vec<Bbox>, annotation: &Dict<'_>) -> Place {
        let boxes = if boxes.is_empty() {
            self.rectangle(annotation).into_iter().collect()
        } else {
            boxes
        };
        Place {
            page: self.read.number,
            boxes,
        }
    }
}

/// What a field or the nearest of its parents says.
fn inherited<'a, T>(field: &Dict<'a>, ask: impl Fn(&Dict<'a>) -> Option<T>) -> Option<T> {
    let mut at = field.clone();
    for _ in 0..DEEPEST {
        if let Some(answer) = ask(&at) {
            return Some(answer);
        }
        at = at.get::<Dict<'a>>("Parent")?;
    }
    None
}

/// The names from the top of the tree of fields down, joined by dots.
fn full_name(field: &Dict<'_>) -> String {
    let mut names = Vec::new();
    let mut at = Some(field.clone());
    while let Some(dict) = at.filter(|_| names.len() < DEEPEST) {
        names.push(text_of(&dict, "T"));
        at = dict.get::<Dict<'_>>("Parent");
    }
    let names: Vec<String> = names.into_iter().rev().flatten().collect();
    names.join(".")
}

fn shown_value(value: Object<'_>) -> String {
    match value {
        Object::String(string) => decoded(string.as_bytes()),
        Object::Name(name) => name.as_str().to_owned(),
        Object::Array(choices) => {
            let choices = choices.iter::<PdfString<'_>>().take(MOST);
            let choices: Vec<String> = choices.map(|c| decoded(c.as_bytes())).collect();
            choices.join(", ")
        }
        _ => String::new(),
    }
}

fn name(dict: &Dict<'_>, key: &str) -> Option<String> {
    Some(dict.get::<Name<'_>>(key)?.as_str().to_owned())
}

fn text(dict: &Dict<'_>, key: &str) -> Option<String> {
    Some(decoded(dict.get::<PdfString<'_>>(key)?.as_bytes()))
}

/// The text unless it is blank.
fn text_of(dict: &Dict<'_>, key: &str) -> Option<String> {
    text(dict, key).filter(|text| !text.trim().is_empty())
}

/// A text string: UTF-16 or UTF-8 behind its mark, else the encoding of Western documents.
fn decoded(bytes: &[u8]) -> String {
    let encoding = match bytes {
        [0xfe, 0xff, ..] => encoding_rs::UTF_16BE,
        [0xff, 0xfe, ..] => encoding_rs::UTF_16LE,
        [0xef, 0xbb, 0xbf, ..] => encoding_rs::UTF_8,
        _ => encoding_rs::WINDOWS_1252,
    };
    let (text, _) = encoding.decode_with_bom_removal(bytes);
    let printed = text
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
    printed
        .take(LONGEST)
        .collect::<String>()
        .replace("\r\n", "\n")
        .replace('\r', "\n")
}

/// `D:20200326120000Z` as ISO 8601; the offset from Greenwich is kept.
fn iso(date: &str) -> Option<String> {
    let digits = date.trim().strip_prefix("D:").unwrap_or(date.trim());
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    let (numbers, zone) = digits.split_at(end);
    let part = |from: usize, to: usize| numbers.get(from..to);
    let day = format!("{}-{}-{}", part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let (Some(hour), Some(minute)) = (part(8, 10), part(10, 12)) else {
        return Some(day);
    };
    let second = part(12, 14).unwrap_or("00");
    let zone: String = match zone.get(..1) {
        Some(sign @ ("+" | "-")) => {
            let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
            let (hours, minutes) = (digits.get(..2)?, digits.get(2..4).unwrap_or("00"));
            format!("{sign}{hours}:{minutes}")
        }
        Some("Z") => "Z".to_owned(),
        _ => String::new(),
    };
    Some(format!("{day}T{hour}:{minute}:{second}{zone}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_as_others_do() {
        let told = |date| iso(date).unwrap_or_default();
        assert_eq!(told("D:20200326120000Z"), "2020-03-26T12:00:00Z");
        assert_eq!(told("D:20200326120000+02'00'"), "2020-03-26T12:00:00+02:00");
        assert_eq!(told("20200326"), "2020-03-26");
        assert_eq!(told("yesterday"), "");
    }

    #[test]
    fn text_is_decoded_by_its_mark() {
        assert_eq!(decoded(b"\xfe\xff\x00\xa3\x20\xac"), "£€");
        assert_eq!(decoded(b"caf\xe9\rau lait\x00"), "café\nau lait");
        assert_eq!(decoded(b"\xef\xbb\xbf\xe2\x82\xac"), "€");
    }
}
