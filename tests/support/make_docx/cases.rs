//! Contracts with every way of numbering that contracts use. What LibreOffice makes of them is kept
//! as golden texts, which tests make anew where `COUNTERSIGN_ORACLES` is set.

use super::{Docx, item, level, list, paragraph, styled};

/// Each case with its name.
#[must_use]
pub fn all() -> Vec<(&'static str, Docx)> {
    let mut all = vec![
        ("legal", legal()),
        ("linked-styles", linked_styles()),
        ("start-override", start_override()),
        ("shared-pattern", shared_pattern()),
        ("numbering-style", numbering_style()),
        ("figures", figures()),
        ("skipped-level", skipped_level()),
        ("level-override", level_override()),
        ("based-on", based_on()),
        ("plain-between", plain_between()),
        ("section-end", section_end()),
        ("tracked-changes", tracked_changes()),
    ];
    all.extend(beyond_the_oracle());
    all
}

/// Cases in which LibreOffice shows other numbers than Word: it knows neither `w:lvlRestart` nor
/// `w:isLgl`. Their golden texts are written by the rules of the format.
#[must_use]
pub fn beyond_the_oracle() -> Vec<(&'static str, Docx)> {
    vec![("restart", restart()), ("articles", articles())]
}

fn numbered(lists: &[(String, String)], styles: &str, body: &str) -> Docx {
    let patterns: String = lists.iter().map(|(pattern, _)| pattern.as_str()).collect();
    let uses: String = lists.iter().map(|(_, list)| list.as_str()).collect();
    Docx {
        body: body.to_owned(),
        numbering: patterns + &uses,
        styles: styles.to_owned(),
        ..Docx::default()
    }
}

fn style(id: &str, name: &str, based_on: &str, paragraph: &str) -> String {
    let based_on = if based_on.is_empty() {
        String::new()
    } else {
        format!("<w:basedOn w:val=\"{based_on}\"/>")
    };
    format!(
        "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/>{based_on}<w:pPr>{paragraph}</w:pPr></w:style>"
    )
}

const LEGAL: [(&str, &str); 4] = [
    ("decimal", "%1."),
    ("decimal", "%1.%2"),
    ("lowerLetter", "(%3)"),
    ("lowerRoman", "(%4)"),
];

fn legal_levels() -> String {
    let levels = LEGAL.iter().zip(0..);
    levels
        .map(|((format, text), at)| level(at, format, text, ""))
        .collect()
}

/// `1.`, `1.1`, `(a)`, `(i)`, each beginning anew below the one above.
fn legal() -> Docx {
    let mut body = String::new();
    for chapter in ["Definitions", "Fees", "Liability"] {
        body += &item(1, 0, chapter);
        for sentence in [
            "In this agreement the following applies.",
            "It applies to both parties.",
        ] {
            body += &item(1, 1, sentence);
            body += &item(1, 2, "to the Supplier; and");
            body += &item(1, 3, "in writing;");
            body += &item(1, 3, "by mail;");
            body += &item(1, 2, "to the Customer.");
        }
    }
    numbered(&[list(1, &legal_levels())], "", &body)
}

/// Levels that are reached through paragraph styles alone.
fn linked_styles() -> Docx {
    let linked = |at: u32, text: &str, style: &str| {
        level(
            at,
            "decimal",
            text,
            &format!("<w:pStyle w:val=\"{style}\"/>"),
        )
    };
    let levels = linked(0, "%1", "Heading1")
        + &linked(1, "%1.%2", "Heading2")
        + &linked(2, "%1.%2.%3", "Heading3");
    let number = |level: u32| {
        let level = if level == 0 {
            String::new()
        } else {
            format!("<w:ilvl w:val=\"{level}\"/>")
        };
        format!("<w:numPr>{level}<w:numId w:val=\"1\"/></w:numPr>")
    };
    let styles = style("Heading1", "heading 1", "", &number(0))
        + &style("Heading2", "heading 2", "", &number(1))
        + &style("Heading3", "heading 3", "", &number(2));
    let body = styled("Heading1", "Term")
        + &styled("Heading2", "Initial term")
        + &paragraph("The term is three years.")
        + &styled("Heading2", "Renewal")
        + &styled("Heading3", "Notice")
        + &styled("Heading3", "Price on renewal")
        + &styled("Heading1", "Termination")
        + &styled("Heading2", "For cause")
        + &styled("Heading3", "Cure period");
    numbered(&[list(1, &levels)], &styles, &body)
}

/// A level that never begins anew, and one that does so only below the first.
fn restart() -> Docx {
    let levels = level(0, "decimal", "%1.", "")
        + &level(1, "decimal", "%2)", "<w:lvlRestart w:val=\"0\"/>")
        + &level(2, "lowerLetter", "%3)", "<w:lvlRestart w:val=\"1\"/>");
    let body = item(1, 0, "First part")
        + &item(1, 1, "counts on")
        + &item(1, 2, "letter")
        + &item(1, 1, "counts on")
        + &item(1, 2, "letter")
        + &item(1, 0, "Second part")
        + &item(1, 1, "counts on")
        + &item(1, 2, "letter");
    numbered(&[list(1, &levels)], "", &body)
}

/// A second list of the same pattern that starts anew.
fn start_override() -> Docx {
    let (pattern, first) = list(1, &legal_levels());
    let second = "<w:num w:numId=\"2\"><w:abstractNumId w:val=\"1\"/><w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"1\"/></w:lvlOverride></w:num>";
    let third = "<w:num w:numId=\"3\"><w:abstractNumId w:val=\"1\"/><w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"7\"/></w:lvlOverride></w:num>";
    let body = item(1, 0, "Scope")
        + &item(1, 0, "Fees")
        + &paragraph("Schedule 1")
        + &item(2, 0, "Service levels")
        + &item(2, 1, "Availability")
        + &item(2, 0, "Credits")
        + &paragraph("Schedule 2")
        + &item(3, 0, "Data")
        + &item(3, 1, "Kinds of data")
        + &item(3, 0, "Transfers");
    numbered(&[(pattern, first + second + third)], "", &body)
}

/// Two lists of one pattern without overrides count on together.
fn shared_pattern() -> Docx {
    let (pattern, first) = list(1, &legal_levels());
    let second = "<w:num w:numId=\"2\"><w:abstractNumId w:val=\"1\"/></w:num>";
    let body = item(1, 0, "Scope")
        + &item(1, 1, "Services")
        + &item(2, 1, "Goods")
        + &item(2, 0, "Fees")
        + &item(1, 0, "Taxes");
    numbered(&[(pattern, first + second)], "", &body)
}

/// A pattern that only names the numbering style in which the real one is kept.
fn numbering_style() -> Docx {
    let real = format!(
        "<w:abstractNum w:abstractNumId=\"1\"><w:multiLevelType w:val=\"multilevel\"/><w:styleLink w:val=\"Clauses\"/>{}</w:abstractNum>",
        legal_levels()
    );
    let link = "<w:abstractNum w:abstractNumId=\"2\"><w:multiLevelType w:val=\"multilevel\"/><w:numStyleLink w:val=\"Clauses\"/></w:abstractNum>";
    let uses = "<w:num w:numId=\"1\"><w:abstractNumId w:val=\"1\"/></w:num><w:num w:numId=\"2\"><w:abstractNumId w:val=\"2\"/></w:num>";
    let styles = "<w:style w:type=\"numbering\" w:styleId=\"Clauses\"><w:name w:val=\"Clauses\"/><w:pPr><w:numPr><w:numId w:val=\"1\"/></w:numPr></w:pPr></w:style>";
    let body = item(2, 0, "Warranty")
        + &item(2, 1, "Period")
        + &item(2, 2, "twelve months")
        + &item(2, 0, "Insurance")
        + &item(2, 1, "Cover");
    numbered(&[(real + link, uses.to_owned())], styles, &body)
}

/// Roman articles whose sections are legal: `Article IV`, `4.1`.
fn articles() -> Docx {
    let levels = level(0, "upperRoman", "Article %1", "")
        + &level(1, "decimal", "%1.%2", "<w:isLgl/>")
        + &level(2, "upperLetter", "%1.%2(%3)", "<w:isLgl/>")
        + &level(3, "lowerLetter", "(%4)", "");
    let mut body = String::new();
    for _ in 0..4 {
        body += &(item(1, 0, "Title") + &item(1, 1, "Section") + &item(1, 1, "Section"));
    }
    body += &(item(1, 2, "Point") + &item(1, 3, "Letter"));
    numbered(&[list(1, &levels)], "", &body)
}

/// Every kind of figures.
fn figures() -> Docx {
    let kinds = [
        "decimal",
        "upperRoman",
        "lowerRoman",
        "upperLetter",
        "lowerLetter",
        "ordinal",
        "cardinalText",
        "ordinalText",
        "decimalZero",
    ];
    let lists: Vec<(String, String)> = kinds
        .iter()
        .zip(1..)
        .map(|(kind, id)| list(id, &level(0, kind, "%1.", "")))
        .collect();
    let mut body = String::new();
    for id in 1..=kinds.len() as u32 {
        for text in ["one", "two", "three", "four"] {
            body += &item(id, 0, text);
        }
    }
    for _ in 0..24 {
        body += &item(5, 0, "letter");
    }
    numbered(&lists, "", &body)
}

/// A document that begins below its first level.
fn skipped_level() -> Docx {
    let body = item(1, 1, "First")
        + &item(1, 1, "Second")
        + &item(1, 0, "Chapter")
        + &item(1, 1, "Third")
        + &item(1, 3, "Deep")
        + &item(1, 2, "Less deep")
        + &item(1, 3, "Deep again");
    numbered(&[list(1, &legal_levels())], "", &body)
}

/// A list that sets one level of its pattern another way.
fn level_override() -> Docx {
    let (pattern, first) = list(1, &legal_levels());
    let second = format!(
        "<w:num w:numId=\"2\"><w:abstractNumId w:val=\"1\"/><w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"1\"/>{}</w:lvlOverride></w:num>",
        level(0, "upperLetter", "Annex %1", "")
    );
    let body = item(1, 0, "Scope") + &item(2, 0, "Prices") + &item(2, 0, "Contacts");
    numbered(&[(pattern, first + &second)], "", &body)
}

/// A style that inherits its number from the one it is based on, and one that has it taken away.
fn based_on() -> Docx {
    let levels = level(0, "decimal", "%1.", "") + &level(1, "decimal", "%1.%2.", "");
    let styles = style(
        "Clause",
        "Clause",
        "",
        "<w:numPr><w:numId w:val=\"1\"/></w:numPr>",
    ) + &style(
        "Narrow",
        "Narrow clause",
        "Clause",
        "<w:ind w:left=\"720\"/>",
    ) + &style(
        "Bare",
        "Bare clause",
        "Clause",
        "<w:numPr><w:numId w:val=\"0\"/></w:numPr>",
    );
    let second = "<w:p><w:pPr><w:pStyle w:val=\"Clause\"/><w:numPr><w:ilvl w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>Level from the paragraph</w:t></w:r></w:p>";
    let body = styled("Clause", "Own")
        + &styled("Narrow", "Inherited")
        + &styled("Bare", "Taken away")
        + second
        + &styled("Clause", "Own again");
    numbered(&[list(1, &levels)], &styles, &body)
}

/// Paragraphs without numbers don't disturb the count.
fn plain_between() -> Docx {
    let bullets = list(2, &level(0, "bullet", "•", ""));
    let body = item(1, 0, "Price")
        + &paragraph("The price is fixed.")
        + &item(2, 0, "hardware")
        + &item(2, 0, "software")
        + &item(1, 1, "It may rise")
        + &paragraph("but never by more than 3% a year.")
        + &item(1, 1, "It may fall")
        + &item(1, 0, "Payment");
    numbered(&[list(1, &legal_levels()), bullets], "", &body)
}

/// A numbered paragraph that is nothing but the end of a section, and one with text that ends one.
fn section_end() -> Docx {
    let end = |text: &str| {
        let run = if text.is_empty() {
            String::new()
        } else {
            super::run(text)
        };
        format!(
            "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr><w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/></w:sectPr></w:pPr>{run}</w:p>"
        )
    };
    let body = paragraph("Cover page")
        + &end("")
        + &item(1, 0, "Service")
        + &item(1, 1, "Access")
        + &end("Fees")
        + &item(1, 0, "Term");
    numbered(&[list(1, &legal_levels())], "", &body)
}

/// Words and whole paragraphs that were put in, taken out and moved, among numbered ones.
fn tracked_changes() -> Docx {
    let by = "w:id=\"1\" w:author=\"Ann\" w:date=\"2026-03-01T10:00:00Z\"";
    let text = |text: &str| format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>");
    let gone =
        |text: &str| format!("<w:r><w:delText xml:space=\"preserve\">{text}</w:delText></w:r>");
    let put_in = |words: &str| format!("<w:ins {by}>{}</w:ins>", text(words));
    let taken_out = |words: &str| format!("<w:del {by}>{}</w:del>", gone(words));
    let number = "<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr>";
    let item = |mark: &str, runs: &str| {
        format!("<w:p><w:pPr>{number}<w:rPr>{mark}</w:rPr></w:pPr>{runs}</w:p>")
    };
    let body = [
        item(
            "",
            &(text("Fees fall due in ") + &taken_out("30") + &put_in("60") + &text(" days.")),
        ),
        item(
            &format!("<w:ins {by}/>"),
            &put_in("Late fees are 1 % a month."),
        ),
        item(
            &format!("<w:del {by}/>"),
            &taken_out("Supplier may raise prices."),
        ),
        item("", &text("Notices are written.")),
        item(
            "",
            &(text("Either party ") + &put_in("may not ") + &taken_out("may ") + &text("assign.")),
        ),
    ];
    numbered(
        &[list(1, &level(0, "decimal", "%1.", ""))],
        "",
        &body.concat(),
    )
}
