//! DOCX files made on the spot: the parts that a test is about, within a package that Word opens.

pub mod cases;

use crate::make_zip::zip_of;

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/><Override PartName="/word/comments.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"/><Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"/><Override PartName="/word/endnotes.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.endnotes+xml"/><Override PartName="/word/header1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/><Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/></Types>"#;
const PACKAGE: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;
const NAMESPACES: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml""#;

/// The content of each part; empty ones are left out.
#[derive(Debug, Clone, Default)]
pub struct Docx {
    /// Within `w:body`.
    pub body: String,
    /// Within `w:styles`.
    pub styles: String,
    /// Within `w:numbering`.
    pub numbering: String,
    /// Within `w:comments`.
    pub comments: String,
    /// Within `w:footnotes`.
    pub footnotes: String,
    /// Within `w:endnotes`.
    pub endnotes: String,
    /// Within `w:hdr`.
    pub header: String,
    /// Address of a template on another computer.
    pub template: String,
    /// Before the root element of the document, such as a document type.
    pub prologue: String,
}

impl Docx {
    /// A document of these paragraphs.
    #[must_use]
    pub fn of(body: impl Into<String>) -> Self {
        Self {
            body: body.into(),
            ..Self::default()
        }
    }

    /// The file.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let parts = self.parts();
        let parts: Vec<(&str, &[u8])> = parts
            .iter()
            .map(|(name, text)| (*name, text.as_bytes()))
            .collect();
        zip_of(&parts)
    }

    /// Its parts by name.
    #[must_use]
    pub fn parts(&self) -> Vec<(&'static str, String)> {
        let mut section = String::from(r#"<w:pgSz w:w="11906" w:h="16838"/>"#);
        if !self.header.is_empty() {
            section.insert_str(0, r#"<w:headerReference w:type="default" r:id="rId6"/>"#);
        }
        let document = format!(
            "<w:document {NAMESPACES}><w:body>{}<w:sectPr>{section}</w:sectPr></w:body></w:document>",
            self.body
        );
        let mut parts = vec![
            ("[Content_Types].xml", TYPES.to_owned()),
            ("_rels/.rels", PACKAGE.to_owned()),
            (
                "word/document.xml",
                format!(
                    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>{}{document}",
                    self.prologue
                ),
            ),
        ];
        let mut relations = String::new();
        let others = [
            (1, "styles", "w:styles", &self.styles),
            (2, "numbering", "w:numbering", &self.numbering),
            (3, "comments", "w:comments", &self.comments),
            (4, "footnotes", "w:footnotes", &self.footnotes),
            (5, "endnotes", "w:endnotes", &self.endnotes),
            (6, "header", "w:hdr", &self.header),
        ];
        for (number, kind, root, content) in others {
            if content.is_empty() {
                continue;
            }
            let (name, file) = match kind {
                "styles" => ("word/styles.xml", "styles.xml"),
                "numbering" => ("word/numbering.xml", "numbering.xml"),
                "comments" => ("word/comments.xml", "comments.xml"),
                "footnotes" => ("word/footnotes.xml", "footnotes.xml"),
                "endnotes" => ("word/endnotes.xml", "endnotes.xml"),
                _ => ("word/header1.xml", "header1.xml"),
            };
            parts.push((name, format!("<{root} {NAMESPACES}>{content}</{root}>")));
            relations.push_str(&relation(number, kind, file, ""));
        }
        if !self.template.is_empty() {
            parts.push((
                "word/settings.xml",
                format!(
                    "<w:settings {NAMESPACES}><w:attachedTemplate r:id=\"rId1\"/></w:settings>"
                ),
            ));
            let template = relation(1, "attachedTemplate", &self.template, "External");
            parts.push(("word/_rels/settings.xml.rels", relations_of(&template)));
            relations.push_str(&relation(7, "settings", "settings.xml", ""));
        }
        parts.push(("word/_rels/document.xml.rels", relations_of(&relations)));
        parts
    }
}

fn relation(number: u32, kind: &str, target: &str, mode: &str) -> String {
    let mode = if mode.is_empty() {
        String::new()
    } else {
        format!(" TargetMode=\"{mode}\"")
    };
    format!(
        "<Relationship Id=\"rId{number}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"{mode}/>"
    )
}

fn relations_of(relations: &str) -> String {
    format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{relations}</Relationships>"
    )
}

/// A run of text.
#[must_use]
pub fn run(text: &str) -> String {
    format!(
        "<w:r><w:t xml:space=\"preserve\">{}</w:t></w:r>",
        escaped(text)
    )
}

/// A paragraph of plain text.
#[must_use]
pub fn paragraph(text: &str) -> String {
    format!("<w:p>{}</w:p>", run(text))
}

/// A paragraph of a list.
#[must_use]
pub fn item(list: u32, level: u32, text: &str) -> String {
    format!(
        "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{list}\"/></w:numPr></w:pPr>{}</w:p>",
        run(text)
    )
}

/// A paragraph of a style.
#[must_use]
pub fn styled(style: &str, text: &str) -> String {
    format!(
        "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{}</w:p>",
        run(text)
    )
}

/// A level of a list pattern; `more` is put after its number format.
#[must_use]
pub fn level(at: u32, format: &str, text: &str, more: &str) -> String {
    format!(
        "<w:lvl w:ilvl=\"{at}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{format}\"/>{more}<w:lvlText w:val=\"{text}\"/></w:lvl>"
    )
}

/// A list pattern with these levels, and list `id` that uses it.
#[must_use]
pub fn list(id: u32, levels: &str) -> (String, String) {
    (
        format!(
            "<w:abstractNum w:abstractNumId=\"{id}\"><w:multiLevelType w:val=\"multilevel\"/>{levels}</w:abstractNum>"
        ),
        format!("<w:num w:numId=\"{id}\"><w:abstractNumId w:val=\"{id}\"/></w:num>"),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
