//! DOCX: our own reader of WordprocessingML.
//!
//! The text is the one that Word shows with all tracked changes accepted; what was changed, by whom
//! and when, stands in the flow's marks. Numbers are computed as Word computes them. Nothing that the
//! file refers to outside itself is fetched.

mod body;
mod numbering;
mod paragraph;
mod styles;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use crate::error::ReadError;
use crate::flow::{Flow, Paragraph};
use crate::package::Package;
use crate::xml::{Element, parse};
use body::Body;

/// Most bytes of text in comments kept, each.
const LONGEST_COMMENT: usize = 20_000;

/// A comment as its part has it.
#[derive(Debug, Clone)]
struct Remark {
    author: Option<String>,
    date: Option<String>,
    text: String,
}

/// Reads a DOCX.
pub(crate) fn read(mut package: Package) -> Result<Flow, ReadError> {
    let root = relationships(&mut package, "")?;
    let main = root
        .iter()
        .find(|r| r.kind == "officeDocument")
        .map_or_else(|| "word/document.xml".to_owned(), |r| r.target.clone());
    let Some(bytes) = package.part(&main)? else {
        return Err(ReadError::Damaged);
    };
    let document = parse(&bytes)?;
    drop(bytes);
    let related = relationships(&mut package, &main)?;
    let mut part_of = |kind: &str| -> Result<Option<Element>, ReadError> {
        let Some(relation) = related.iter().find(|r| r.kind == kind) else {
            return Ok(None);
        };
        read_part(&mut package, &relation.target)
    };
    let styles = part_of("styles")?.map(|p| styles::Styles::of(&p));
    let lists = part_of("numbering")?.map(|p| numbering::Lists::of(&p));
    let comments = part_of("comments")?.map(|p| remarks(&p));
    let footnotes = part_of("footnotes")?;
    let endnotes = part_of("endnotes")?;
    let Some(content) = document.child("w:body") else {
        return Err(ReadError::Damaged);
    };
    let mut body = Body::new(
        styles.unwrap_or_default(),
        lists.unwrap_or_default(),
        comments.unwrap_or_default(),
    );
    body.read_notes(footnotes.as_ref(), endnotes.as_ref());
    body.read_document(content)?;
    let mut flow = body.finish();
    flow.paper = paper(content);
    for relation in &related {
        if matches!(&*relation.kind, "header" | "footer")
            && let Some(part) = read_part(&mut package, &relation.target)?
        {
            push_running(&part, &mut flow.running);
        }
        if relation.kind == "aFChunk" {
            note(
                &mut flow,
                "A document is embedded in this one as a whole; it was not read.",
            );
        }
    }
    let settings = related.iter().find(|r| r.kind == "settings");
    if let Some(settings) = settings {
        let template = relationships(&mut package, &settings.target)?;
        if template
            .iter()
            .any(|r| r.kind == "attachedTemplate" && r.external)
        {
            note(
                &mut flow,
                "The file names a template on another computer. It was not fetched.",
            );
        }
    }
    Ok(flow)
}

fn note(flow: &mut Flow, text: &str) {
    if flow.notes.iter().all(|known| known != text) {
        flow.notes.push(text.to_owned());
    }
}

fn read_part(package: &mut Package, name: &str) -> Result<Option<Element>, ReadError> {
    // A part beside the text that can't be read must not cost the text.
    match package.part(name)?.map(|bytes| parse(&bytes)) {
        Some(Ok(part)) => Ok(Some(part)),
        Some(Err(error @ (ReadError::Entities | ReadError::OutOfLimits { .. }))) => Err(error),
        Some(Err(_)) | None => Ok(None),
    }
}

/// What one part says of another.
struct Relation {
    kind: String,
    target: String,
    external: bool,
}

/// The relations of a part; the package's own for an empty name.
fn relationships(package: &mut Package, part: &str) -> Result<Vec<Relation>, ReadError> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let file = if folder.is_empty() {
        format!("_rels/{name}.rels")
    } else {
        format!("{folder}/_rels/{name}.rels")
    };
    let Some(relations) = read_part(package, &file)? else {
        return Ok(Vec::new());
    };
    let all = relations.elements().filter_map(|r| {
        let kind = r.attribute("Type")?;
        Some(Relation {
            kind: kind.rsplit('/').next().unwrap_or(kind).to_owned(),
            target: resolve(folder, r.attribute("Target")?),
            external: r.attribute("TargetMode") == Some("External"),
        })
    });
    Ok(all.collect())
}

/// The name of a part that another in `folder` refers to. It is looked up in the package only.
fn resolve(folder: &str, target: &str) -> String {
    let whole = match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None if folder.is_empty() => target.to_owned(),
        None => format!("{folder}/{target}"),
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn remarks(part: &Element) -> HashMap<String, Remark> {
    let comments = part.elements().filter(|e| &*e.name == "w:comment");
    comments
        .filter_map(|comment| {
            let text: Vec<String> = body::plain_paragraphs(comment)
                .iter()
                .map(Paragraph::text)
                .filter(|text| !text.trim().is_empty())
                .collect();
            let remark = Remark {
                author: named(comment, "author"),
                date: named(comment, "date"),
                text: text.join("\n").chars().take(LONGEST_COMMENT).collect(),
            };
            Some((comment.attribute("id")?.to_owned(), remark))
        })
        .collect()
}

/// An attribute that says something.
fn named(element: &Element, attribute: &str) -> Option<String> {
    let value = element.attribute(attribute)?.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// The lines of a header or footer and its watermarks, each once.
fn push_running(part: &Element, running: &mut Vec<String>) {
    let mut lines: Vec<String> = body::plain_paragraphs(part)
        .iter()
        .map(|p| p.text().split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let mut marks = Vec::new();
    part.descendants("v:textpath", &mut marks);
    lines.extend(marks.iter().filter_map(|m| named(m, "string")));
    for line in lines {
        if !line.is_empty() && !running.contains(&line) {
            running.push(line);
        }
    }
}

/// The paper of the last section, in points.
fn paper(content: &Element) -> Option<(f32, f32)> {
    let size = content.child("w:sectPr")?.child("w:pgSz")?;
    let twentieths = |name| size.attribute(name)?.parse::<f32>().ok();
    Some((twentieths("w")? / 20.0, twentieths("h")? / 20.0))
}
