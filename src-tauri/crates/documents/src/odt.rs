//! ODT: our own reader of OpenDocument text.
//!
//! As with DOCX, numbers are computed, tracked changes are read as accepted and listed, and nothing
//! outside the file is fetched.

mod body;
mod lists;
mod styles;

use std::collections::HashMap;

use countersign_contracts::side::ChangeKind;

use crate::error::ReadError;
use crate::flow::Flow;
use crate::package::Package;
use crate::xml::{Element, parse};
use body::Body;
use lists::Lists;
use styles::Styles;

/// A tracked change as the file's list of them has it.
#[derive(Debug, Clone)]
struct Change {
    kind: ChangeKind,
    author: Option<String>,
    date: Option<String>,
    gone: String,
}

/// Reads an ODT.
pub(crate) fn read(mut package: Package) -> Result<Flow, ReadError> {
    let manifest = part(&mut package, "META-INF/manifest.xml")?;
    if let Some(manifest) = &manifest {
        let mut encrypted = Vec::new();
        manifest.descendants("manifest:encryption-data", &mut encrypted);
        if !encrypted.is_empty() {
            return Err(ReadError::LockedOffice);
        }
    }
    let Some(bytes) = package.part("content.xml")? else {
        return Err(ReadError::Damaged);
    };
    let content = parse(&bytes)?;
    drop(bytes);
    let common = part(&mut package, "styles.xml")?;
    let Some(text) = content
        .child("office:body")
        .and_then(|body| body.child("office:text"))
    else {
        return Err(ReadError::UnknownFormat);
    };
    let mut styles = Styles::default();
    let mut lists = Lists::default();
    for root in common.iter().chain([&content]) {
        for part in root.elements() {
            if matches!(&*part.name, "office:styles" | "office:automatic-styles") {
                styles.take(part);
                lists.take(part);
            }
        }
    }
    let mut body = Body::new(styles, lists, changes(text));
    body.read(text)?;
    let mut flow = body.finish();
    if let Some(common) = &common {
        push_running(common, &mut flow.running);
        flow.paper = paper(common);
    }
    Ok(flow)
}

/// A part that may be missing, and must not cost the text when it is damaged.
fn part(package: &mut Package, name: &str) -> Result<Option<Element>, ReadError> {
    match package.part(name)?.map(|bytes| parse(&bytes)) {
        Some(Ok(part)) => Ok(Some(part)),
        Some(Err(error @ ReadError::OutOfLimits { .. })) => Err(error),
        // A manifest may name its document type; it is not read then.
        Some(Err(_)) | None => Ok(None),
    }
}

fn changes(text: &Element) -> HashMap<String, Change> {
    let tracked = text.child("text:tracked-changes");
    let regions = tracked.into_iter().flat_map(Element::elements);
    regions
        .filter_map(|region| {
            let change = region.elements().find(|e| e.name.starts_with("text:"))?;
            let kind = match &*change.name {
                "text:insertion" => ChangeKind::Insertion,
                "text:deletion" => ChangeKind::Deletion,
                _ => return None,
            };
            let info = change.child("office:change-info");
            let said = |name| {
                let text = info?.child(name)?.text();
                Some(text.trim().to_owned()).filter(|text| !text.is_empty())
            };
            let gone: Vec<String> = change
                .elements()
                .filter(|e| e.name.starts_with("text:"))
                .map(Element::text)
                .collect();
            let change = Change {
                kind,
                author: said("dc:creator"),
                date: said("dc:date"),
                gone: gone.join("\n"),
            };
            Some((region.attribute("id")?.to_owned(), change))
        })
        .collect()
}

/// The lines of headers and footers, each once.
fn push_running(common: &Element, running: &mut Vec<String>) {
    let pages = common.child("office:master-styles");
    for page in pages.into_iter().flat_map(Element::elements) {
        for edge in page.elements() {
            if !matches!(
                &*edge.name,
                "style:header"
                    | "style:footer"
                    | "style:header-left"
                    | "style:footer-left"
                    | "style:header-first"
                    | "style:footer-first"
            ) {
                continue;
            }
            let mut paragraphs = Vec::new();
            edge.descendants("text:p", &mut paragraphs);
            for paragraph in paragraphs {
                let text = paragraph.text();
                let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
                if !line.is_empty() && !running.contains(&line) {
                    running.push(line);
                }
            }
        }
    }
}

fn paper(common: &Element) -> Option<(f32, f32)> {
    let automatic = common.child("office:automatic-styles")?;
    let page = automatic.child("style:page-layout")?;
    let properties = page.child("style:page-layout-properties")?;
    Some((
        points(properties.attribute("page-width")?)?,
        points(properties.attribute("page-height")?)?,
    ))
}

/// A length in points.
fn points(length: &str) -> Option<f32> {
    let at = length.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = length.split_at(at);
    let number: f32 = number.trim().parse().ok()?;
    let scale = match unit {
        "cm" => 72.0 / 2.54,
        "mm" => 72.0 / 25.4,
        "in" => 72.0,
        "pt" => 1.0,
        _ => return None,
    };
    Some(number * scale)
}
