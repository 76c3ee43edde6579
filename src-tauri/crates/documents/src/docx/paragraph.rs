//! A paragraph of a DOCX: its number and its runs, with all changes accepted.

use countersign_contracts::document::HiddenKind;

use super::body::{Body, DEEPEST_BOX, chosen, is_shaded};
use super::styles::{Numbering, RunFormat, outline, toggle};
use crate::error::ReadError;
use crate::figures::symbol;
use crate::flow::{Block, Paragraph, Run};
use crate::xml::Element;

/// Letters up to this many half points can't be read.
const TINY_HALF_POINTS: u32 = 5;

/// A field being read.
#[derive(Debug)]
pub(super) struct Field {
    /// Its result has begun: what comes is shown.
    shown: bool,
}

/// How the runs of a paragraph are set where they say nothing themselves.
struct Ground {
    format: RunFormat,
    shaded: bool,
}

impl Body {
    /// Reads a paragraph, then the text boxes that hang on it.
    pub(super) fn paragraph(
        &mut self,
        element: &Element,
        blocks: &mut Vec<Block>,
    ) -> Result<(), ReadError> {
        let properties = element.child("w:pPr");
        let style = properties.and_then(|p| p.value("w:pStyle", "val"));
        let mark = properties.and_then(|p| p.child("w:rPr"));
        let ground = Ground {
            format: self.styles.run_format(style),
            shaded: self.shaded || properties.is_some_and(is_shaded),
        };
        if properties.is_some_and(|p| toggle(p, "w:pageBreakBefore") == Some(true)) {
            blocks.push(Block::PageBreak);
        }
        self.apart = true;
        let mut runs = std::mem::take(&mut self.carried);
        let outer = std::mem::take(&mut self.boxes);
        let mut breaks = Vec::new();
        let end_change = mark.and_then(|mark| {
            let taken_out = mark.child("w:del").or_else(|| mark.child("w:moveFrom"));
            taken_out.or_else(|| mark.child("w:ins").or_else(|| mark.child("w:moveTo")))
        });
        self.runs(element, &ground, &mut runs, &mut breaks)?;
        let boxes = std::mem::replace(&mut self.boxes, outer);
        let joins_next =
            end_change.is_some_and(|c| matches!(&*c.name, "w:del" | "w:moveFrom")) || self.gone > 0;
        if joins_next {
            if let Some(change) = end_change {
                self.within_change(change, |body| {
                    body.take_out("\n");
                    runs.push(Run {
                        marks: body.changes.clone(),
                        ..Run::default()
                    });
                    Ok(())
                })?;
            }
            self.carried = runs;
            blocks.extend(boxes);
            return Ok(());
        }
        let own = properties.map(Numbering::of).unwrap_or_default();
        let hidden_mark = mark
            .map(RunFormat::of)
            .unwrap_or_default()
            .over(ground.format)
            .vanish
            == Some(true);
        let all_hidden = runs
            .iter()
            .all(|run| run.hidden.is_some() || run.text.is_empty());
        let section = properties.and_then(|p| p.child("w:sectPr"));
        // The end of a section looks like an empty paragraph and is none: it bears no number.
        let ends_section = section.is_some() && runs.iter().all(|run| run.text.trim().is_empty());
        let label = if ends_section || (hidden_mark && all_hidden) {
            None
        } else {
            self.lists.next(&own, style, &self.styles)
        };
        let level = label.as_ref().map(|label| label.level + 1);
        let own_outline = properties.and_then(outline);
        let heading = match own_outline {
            Some(9..) => None,
            Some(level) => Some(level + 1),
            None => self.styles.heading(style),
        };
        let mut paragraph = Paragraph {
            label: label.map(|l| l.text).unwrap_or_default(),
            runs: Vec::new(),
            heading,
            indent: if heading.is_some() {
                0
            } else {
                level.map_or_else(|| indent(properties), |l| l.saturating_sub(1))
            },
            contents: self.styles.is_contents(style),
        };
        let mut at = 0;
        for cut in breaks {
            // A page break within the paragraph: what stands before it ends there.
            let head: Vec<Run> = runs.drain(..(cut - at).min(runs.len())).collect();
            at = cut;
            let head = Paragraph {
                runs: head,
                ..paragraph.clone()
            };
            if !head.is_empty() {
                blocks.push(Block::Paragraph(head));
                paragraph.label.clear();
            }
            blocks.push(Block::PageBreak);
        }
        paragraph.runs = runs;
        let number_only = paragraph.is_empty() && !paragraph.label.is_empty();
        if number_only && self.box_depth == 0 {
            // Word shows the number of an empty paragraph; it says nothing, so it is kept out.
            paragraph.label.clear();
        }
        blocks.push(Block::Paragraph(paragraph));
        blocks.extend(boxes);
        if section.is_some_and(|s| s.value("w:type", "val") != Some("continuous")) {
            blocks.push(Block::PageBreak);
        }
        Ok(())
    }

    /// Reads the runs of a paragraph, a link, a field or a content control.
    fn runs(
        &mut self,
        parent: &Element,
        ground: &Ground,
        runs: &mut Vec<Run>,
        breaks: &mut Vec<usize>,
    ) -> Result<(), ReadError> {
        for element in parent.elements() {
            match &*element.name {
                "w:r" => self.run(element, ground, runs, breaks)?,
                "w:ins" | "w:del" | "w:moveTo" | "w:moveFrom" => {
                    self.within_change(element, |body| {
                        body.runs(element, ground, runs, breaks)?;
                        if body.gone > 0 {
                            runs.push(Run {
                                marks: body.changes.clone(),
                                ..Run::default()
                            });
                        }
                        Ok(())
                    })?;
                }
                "w:hyperlink" | "w:smartTag" | "w:customXml" | "w:fldSimple" | "w:dir"
                | "w:bdo" | "w:rt" | "w:rubyBase" => {
                    self.runs(element, ground, runs, breaks)?;
                }
                "w:sdt" => {
                    if let Some(content) = element.child("w:sdtContent") {
                        self.runs(content, ground, runs, breaks)?;
                    }
                }
                "mc:AlternateContent" => {
                    if let Some(choice) = chosen(element) {
                        self.runs(choice, ground, runs, breaks)?;
                    }
                }
                "w:commentRangeStart" => self.open_comment(element),
                "w:commentRangeEnd" => self.close_comment(element),
                "m:oMath" | "m:oMathPara" => {
                    let mut texts = Vec::new();
                    element.descendants("m:t", &mut texts);
                    let formula: String = texts.iter().map(|t| t.text()).collect();
                    self.push(&formula, ground.format, ground, runs)?;
                    self.note(
                        "The file holds formulas; only their characters were read, not how they stand.",
                    );
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn run(
        &mut self,
        element: &Element,
        ground: &Ground,
        runs: &mut Vec<Run>,
        breaks: &mut Vec<usize>,
    ) -> Result<(), ReadError> {
        let properties = element.child("w:rPr");
        let character = properties
            .and_then(|p| p.value("w:rStyle", "val"))
            .map(|id| self.styles.character_format(id))
            .unwrap_or_default();
        let format = properties
            .map(RunFormat::of)
            .unwrap_or_default()
            .over(character)
            .over(ground.format);
        self.run_content(element, format, ground, runs, breaks)
    }

    fn run_content(
        &mut self,
        element: &Element,
        format: RunFormat,
        ground: &Ground,
        runs: &mut Vec<Run>,
        breaks: &mut Vec<usize>,
    ) -> Result<(), ReadError> {
        for part in element.elements() {
            match &*part.name {
                "w:fldChar" => self.field(part, format, ground, runs)?,
                "w:drawing" | "w:pict" | "w:object" => self.text_boxes(part)?,
                "mc:AlternateContent" => {
                    if let Some(choice) = chosen(part) {
                        self.run_content(choice, format, ground, runs, breaks)?;
                    }
                }
                _ if self.fields.iter().any(|field| !field.shown) => {}
                "w:t" | "w:delText" => {
                    let text = part.text();
                    self.push(&text, format, ground, runs)?;
                }
                "w:tab" | "w:ptab" => self.push("\t", format, ground, runs)?,
                "w:cr" => self.push("\n", format, ground, runs)?,
                "w:br" => match part.attribute("type") {
                    Some("page" | "column") if self.gone == 0 => breaks.push(runs.len()),
                    _ => self.push("\n", format, ground, runs)?,
                },
                "w:noBreakHyphen" => self.push("-", format, ground, runs)?,
                "w:softHyphen" => self.push("\u{ad}", format, ground, runs)?,
                "w:sym" => {
                    let code = part
                        .attribute("char")
                        .and_then(|c| u32::from_str_radix(c, 16).ok())
                        .map(|c| if c < 0x100 { c + 0xf000 } else { c })
                        .and_then(char::from_u32);
                    if let Some(c) = code {
                        self.push(symbol(c).encode_utf8(&mut [0; 4]), format, ground, runs)?;
                    }
                }
                "w:footnoteReference" | "w:endnoteReference" if self.gone == 0 => {
                    let id = part.attribute("id").unwrap_or("");
                    let referred = if &*part.name == "w:footnoteReference" {
                        self.refer_to_footnote(id)
                    } else {
                        self.refer_to_endnote(id)
                    };
                    if let Some((text, footnote)) = referred {
                        runs.push(Run {
                            text,
                            footnote,
                            marks: self.changes.clone(),
                            ..Run::default()
                        });
                    }
                }
                "w:commentReference" => {
                    if let Some((_, mark)) = self.comment_mark(part) {
                        runs.push(Run {
                            marks: vec![mark],
                            ..Run::default()
                        });
                    }
                }
                "w:ruby" => {
                    if let Some(base) = part.child("w:rubyBase") {
                        self.runs(base, ground, runs, breaks)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Adds text as it is set, or to the change that took it out.
    fn push(
        &mut self,
        text: &str,
        format: RunFormat,
        ground: &Ground,
        runs: &mut Vec<Run>,
    ) -> Result<(), ReadError> {
        self.count(text.len())?;
        if self.gone > 0 {
            self.take_out(text);
            return Ok(());
        }
        let shaded = format.shaded.unwrap_or(ground.shaded);
        let hidden = if format.vanish == Some(true) {
            Some(HiddenKind::Marked)
        } else if format.white == Some(true) && !shaded && self.box_depth == 0 {
            Some(HiddenKind::White)
        } else if format.size.is_some_and(|size| size <= TINY_HALF_POINTS) {
            Some(HiddenKind::Tiny)
        } else {
            None
        };
        self.apart |= self.changes.is_empty();
        let mut marks = self.changes.clone();
        marks.extend(self.open_comments.iter().map(|(_, mark)| *mark));
        runs.push(Run {
            text: text.to_owned(),
            bold: format.bold == Some(true),
            hidden,
            marks,
            footnote: None,
        });
        Ok(())
    }

    fn field(
        &mut self,
        part: &Element,
        format: RunFormat,
        ground: &Ground,
        runs: &mut Vec<Run>,
    ) -> Result<(), ReadError> {
        match part.attribute("fldCharType") {
            Some("begin") => {
                if let Some(ticked) = ticked(part) {
                    let sign = if ticked { "☒" } else { "☐" };
                    self.push(sign, format, ground, runs)?;
                }
                self.fields.push(Field { shown: false });
            }
            Some("separate") => {
                if let Some(field) = self.fields.last_mut() {
                    field.shown = true;
                }
            }
            Some("end") => {
                self.fields.pop();
            }
            _ => {}
        }
        Ok(())
    }

    /// Reads the text boxes of a drawing.
    fn text_boxes(&mut self, drawing: &Element) -> Result<(), ReadError> {
        if self.box_depth >= DEEPEST_BOX || self.gone > 0 {
            return Ok(());
        }
        let mut found = Vec::new();
        contents_of_boxes(drawing, &mut found);
        for content in found {
            self.box_depth += 1;
            let carried = std::mem::take(&mut self.carried);
            let fields = std::mem::take(&mut self.fields);
            let mut blocks = Vec::new();
            let read = self.blocks(content, &mut blocks);
            self.carried = carried;
            self.fields = fields;
            self.box_depth -= 1;
            read?;
            self.boxes.extend(blocks);
        }
        Ok(())
    }
}

/// The outermost text boxes of a drawing; of alternatives, the chosen.
fn contents_of_boxes<'e>(element: &'e Element, found: &mut Vec<&'e Element>) {
    for child in element.elements() {
        match &*child.name {
            "w:txbxContent" => found.push(child),
            "mc:AlternateContent" => {
                if let Some(choice) = chosen(child) {
                    contents_of_boxes(choice, found);
                }
            }
            _ => contents_of_boxes(child, found),
        }
    }
}

/// Whether a field of a form is a box, and ticked.
fn ticked(part: &Element) -> Option<bool> {
    let tick = part.child("w:ffData")?.child("w:checkBox")?;
    Some(
        toggle(tick, "w:checked")
            .or_else(|| toggle(tick, "w:default"))
            .unwrap_or(false),
    )
}

/// Depth of an indented paragraph that has no number: a step each half inch.
fn indent(properties: Option<&Element>) -> u8 {
    let indent = properties.and_then(|p| p.child("w:ind"));
    let left = indent.and_then(|i| i.attribute("left").or_else(|| i.attribute("start")));
    let twentieths: i32 = left.and_then(|v| v.parse().ok()).unwrap_or(0);
    u8::try_from((twentieths / 720).clamp(0, 8)).unwrap_or(0)
}
