//! DOCX files made on the spot, read back.

use std::path::Path;

use countersign_contracts::document::{Document, HiddenKind, Page};
use countersign_contracts::side::ChangeKind;
use countersign_tests::make_docx::{Docx, cases, item, level, list, paragraph, run};
use countersign_tests::make_zip;

use crate::{Format, ReadSummary, read_file};

struct Read {
    document: Document,
    summary: ReadSummary,
}

impl Read {
    fn paragraphs(&self) -> Vec<&str> {
        let paragraphs = self.document.paragraphs.iter();
        paragraphs.map(|p| self.document.slice(p.span)).collect()
    }
}

fn read(docx: &Docx) -> Read {
    let mut pages: Vec<Page> = Vec::new();
    let summary = read_file(docx.bytes(), Some(Format::Docx), &mut |p| pages.push(p)).unwrap();
    Read {
        document: Document::from_pages(pages),
        summary,
    }
}

fn code(bytes: Vec<u8>) -> &'static str {
    read_file(bytes, Some(Format::Docx), &mut |_| {})
        .unwrap_err()
        .code()
}

/// Compares with what LibreOffice makes of the same files; with `COUNTERSIGN_ORACLES` set, asks it
/// again and keeps its answers.
#[test]
fn numbers_are_those_that_office_programs_show() {
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/docx");
    let mut wrong = Vec::new();
    for (name, docx) in cases::all() {
        let file = format!("{golden}/{name}.txt");
        let asked = std::env::var_os("COUNTERSIGN_ORACLES").is_some();
        let known = |(other, _): &(&str, Docx)| *other == name;
        if asked && !cases::beyond_the_oracle().iter().any(known) {
            std::fs::write(&file, oracle(name, &docx)).unwrap();
        }
        let wanted = std::fs::read_to_string(&file).unwrap();
        let found = read(&docx).paragraphs().join("\n") + "\n";
        if found != wanted {
            wrong.push(format!("{name}: found\n{found}wanted\n{wanted}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What LibreOffice reads, a paragraph a line. It writes changes that are tracked as if none had been
/// made, so that a file with some goes through its own format, where what was taken out is marked.
fn oracle(name: &str, docx: &Docx) -> String {
    let folder = std::env::temp_dir().join(format!("countersign-oracle-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut file = folder.join(format!("{name}.docx"));
    std::fs::write(&file, docx.bytes()).unwrap();
    if docx.body.contains("<w:del ") {
        convert(&folder, &file, "fodt");
        file = folder.join(format!("{name}.fodt"));
        let changed = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, without_deletions(&changed)).unwrap();
    }
    convert(&folder, &file, "txt:Text (encoded):UTF8");
    let text = std::fs::read_to_string(folder.join(format!("{name}.txt"))).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let text = text.trim_start_matches('\u{feff}');
    let lines = text
        .lines()
        .map(|l| l.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|l| !l.is_empty()).map(|l| l + "\n").collect()
}

fn convert(folder: &Path, file: &Path, to: &str) {
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    let ended = std::process::Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", to, "--outdir"])
        .args([folder, file])
        .output()
        .unwrap();
    assert!(ended.status.success(), "{ended:?}");
}

/// A flat OpenDocument file with what LibreOffice marks as taken out gone, and no change tracked.
fn without_deletions(file: &str) -> String {
    const LIST: (&str, &str) = ("<text:tracked-changes", "</text:tracked-changes>");
    let (head, rest) = file.split_once(LIST.0).unwrap();
    let (changes, body) = rest.split_once(LIST.1).unwrap();
    let mut file = format!("{head}{body}");
    for region in changes.split("<text:changed-region ").skip(1) {
        let id = region.split("xml:id=\"").nth(1).unwrap();
        let id = id.split('"').next().unwrap();
        let ends =
            ["start", "end"].map(|end| format!("<text:change-{end} text:change-id=\"{id}\"/>"));
        if region.contains("<text:deletion") {
            let (before, rest) = file.split_once(&ends[0]).unwrap();
            let (_, after) = rest.split_once(&ends[1]).unwrap();
            file = format!("{before}{after}");
        }
    }
    file
}

#[test]
fn what_libreoffice_marks_as_taken_out_is_left_out() {
    let change = |id: &str, kind: &str| {
        format!(
            "<text:changed-region xml:id=\"{id}\"><text:{kind}></text:{kind}></text:changed-region>"
        )
    };
    let changes = change("a", "deletion") + &change("b", "insertion");
    let ends = |id: &str, text: &str| {
        format!(
            "<text:change-start text:change-id=\"{id}\"/>{text}<text:change-end text:change-id=\"{id}\"/>"
        )
    };
    let file = format!(
        "<t><text:tracked-changes>{changes}</text:tracked-changes>{}{}</t>",
        ends("a", "30"),
        ends("b", "60")
    );
    assert_eq!(
        without_deletions(&file),
        format!("<t>{}</t>", ends("b", "60"))
    );
}

#[test]
fn tracked_changes_are_accepted_and_listed() {
    let change = |kind: &str, text: &str, author: &str| {
        let tag = if kind == "del" || kind == "moveFrom" {
            "delText"
        } else {
            "t"
        };
        format!(
            "<w:{kind} w:id=\"1\" w:author=\"{author}\" w:date=\"2026-03-01T10:00:00Z\"><w:r><w:{tag} xml:space=\"preserve\">{text}</w:{tag}></w:r></w:{kind}>"
        )
    };
    let body = format!(
        "<w:p>{}{}{}{}</w:p><w:p>{}{}</w:p><w:p>{}</w:p>",
        run("Payment is due within "),
        change("del", "thirty (30)", "Ann"),
        change("ins", "sixty (60)", "Bob"),
        run(" days."),
        change("moveTo", "Moved sentence.", "Ann"),
        run(" Rest."),
        change("moveFrom", "Moved sentence.", "Ann"),
    );
    let read = read(&Docx::of(body));
    assert_eq!(
        read.paragraphs(),
        [
            "Payment is due within sixty (60) days.",
            "Moved sentence. Rest."
        ]
    );
    let changes = &read.summary.side.changes;
    let told: Vec<(ChangeKind, &str, &str)> = changes
        .iter()
        .map(|c| (c.kind, c.author.as_deref().unwrap_or(""), c.text.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (ChangeKind::Deletion, "Ann", "thirty (30)"),
            (ChangeKind::Insertion, "Bob", "sixty (60)"),
            (ChangeKind::MoveTo, "Ann", "Moved sentence."),
            (ChangeKind::MoveFrom, "Ann", "Moved sentence."),
        ]
    );
    assert_eq!(changes[0].date.as_deref(), Some("2026-03-01T10:00:00Z"));
    let word = |text: &str| {
        let words = read.document.pages[0].words.iter();
        words.into_iter().find(|w| w.text == text).unwrap().bbox
    };
    // What was added stands at its words, what was taken out at the word before.
    assert_eq!(changes[1].place.boxes, [word("sixty").union(word("(60)"))]);
    assert_eq!(changes[0].place.boxes, [word("within")]);
    assert_eq!(changes[0].place.page, 1);
}

#[test]
fn a_paragraph_whose_end_was_taken_out_goes_on_in_the_next_and_counts_once() {
    let (pattern, uses) = list(1, &level(0, "decimal", "%1.", ""));
    let joined = "<w:p><w:pPr><w:numPr><w:numId w:val=\"1\"/></w:numPr><w:rPr><w:del w:id=\"2\" w:author=\"Ann\"/></w:rPr></w:pPr><w:r><w:t xml:space=\"preserve\">The fee </w:t></w:r></w:p>";
    let docx = Docx {
        body: joined.to_owned() + &item(1, 0, "is fixed.") + &item(1, 0, "It is due."),
        numbering: pattern + &uses,
        ..Docx::default()
    };
    let read = read(&docx);
    assert_eq!(read.paragraphs(), ["1. The fee is fixed.", "2. It is due."]);
    assert_eq!(read.summary.side.changes.len(), 1);
}

#[test]
fn comments_notes_boxes_fields_and_headers_are_told_apart_from_the_text() {
    let body = [
        "<w:p><w:r><w:t xml:space=\"preserve\">Liability is </w:t></w:r><w:commentRangeStart w:id=\"0\"/><w:r><w:t>unlimited</w:t></w:r><w:commentRangeEnd w:id=\"0\"/><w:r><w:commentReference w:id=\"0\"/></w:r><w:r><w:t>.</w:t></w:r><w:r><w:footnoteReference w:id=\"2\"/></w:r></w:p>",
        "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>REF _1 \\h</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>Clause 7</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r><w:r><w:t xml:space=\"preserve\"> applies </w:t><w:sym w:font=\"Wingdings\" w:char=\"F0FE\"/></w:r></w:p>",
        "<w:p><w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing><wps:txbx><w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent><w:t>Beside it</w:t></w:r></w:p>",
        "<w:sdt><w:sdtPr/><w:sdtContent><w:p><w:r><w:t xml:space=\"preserve\">Controlled </w:t><w:tab/><w:t>non</w:t><w:noBreakHyphen/><w:t>stop</w:t></w:r></w:p></w:sdtContent></w:sdt>",
        "<w:p><w:r><w:t xml:space=\"preserve\">Seen </w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden words</w:t></w:r><w:r><w:rPr><w:color w:val=\"FFFFFF\"/></w:rPr><w:t xml:space=\"preserve\"> white</w:t></w:r></w:p>",
        "<w:p><w:r><w:t>See the end</w:t></w:r><w:r><w:endnoteReference w:id=\"2\"/></w:r></w:p>",
    ];
    let read = read(&Docx {
        body: body.concat(),
        comments: "<w:comment w:id=\"0\" w:author=\"Carol\" w:date=\"2026-01-02T03:04:05Z\"><w:p><w:r><w:annotationRef/><w:t>Never!</w:t></w:r></w:p></w:comment>".into(),
        footnotes: "<w:footnote w:type=\"separator\" w:id=\"0\"><w:p><w:r><w:separator/></w:r></w:p></w:footnote><w:footnote w:id=\"2\"><w:p><w:r><w:footnoteRef/><w:t xml:space=\"preserve\"> Save as the law demands.</w:t></w:r></w:p></w:footnote>".into(),
        endnotes: "<w:endnote w:id=\"2\"><w:p><w:r><w:t>At the end.</w:t></w:r></w:p></w:endnote>".into(),
        header: "<w:p><w:r><w:t>Draft 3</w:t></w:r><w:r><w:pict><v:shape><v:textpath string=\"CONFIDENTIAL\"/></v:shape></w:pict></w:r></w:p>".into(),
        template: "https://templates.invalid/evil.dotm".into(),
        ..Docx::default()
    });
    assert_eq!(
        read.paragraphs(),
        [
            "Liability is unlimited. ¹",
            "Clause 7 applies ☒",
            "Beside it",
            "In a box",
            "Controlled non-stop",
            "Seen",
            "See the end⁽¹⁾",
            "⁽¹⁾ At the end.",
            "¹ Save as the law demands.",
        ]
    );
    let side = &read.summary.side;
    assert_eq!(side.running, ["Draft 3", "CONFIDENTIAL"]);
    assert!(side.notes[0].contains("not fetched"), "{:?}", side.notes);
    let [comment] = side.comments.as_slice() else {
        panic!("{:?}", side.comments);
    };
    assert_eq!(
        (
            comment.text.as_str(),
            comment.anchor.as_str(),
            comment.author.as_deref()
        ),
        ("Never!", "unlimited", Some("Carol"))
    );
    let hidden = countersign_contracts::coverage::hidden_text(&read.document);
    let hidden: Vec<(&str, HiddenKind)> =
        hidden.iter().map(|h| (h.text.as_str(), h.kind)).collect();
    assert_eq!(
        hidden,
        [
            ("hidden words", HiddenKind::Marked),
            ("white", HiddenKind::White)
        ]
    );
    // The note stands at the end of its page.
    let note = read.document.pages[0].words.last().unwrap();
    assert!(note.bbox.0[3] > 750.0 && note.size < 10.0, "{note:?}");
}

#[test]
fn tables_are_rows_of_cells_with_places() {
    let cell =
        |more: &str, text: &str| format!("<w:tc><w:tcPr>{more}</w:tcPr>{}</w:tc>", paragraph(text));
    let long = "The Supplier answers within one hour and keeps answering until the fault is gone, day and night.";
    let body = format!(
        "<w:tbl><w:tblGrid><w:gridCol w:w=\"2000\"/><w:gridCol w:w=\"6000\"/></w:tblGrid><w:tr>{}</w:tr><w:tr>{}{}</w:tr><w:tr>{}{}</w:tr></w:tbl>{}",
        cell("<w:gridSpan w:val=\"2\"/>", "Service levels"),
        cell("<w:vMerge w:val=\"restart\"/>", "Priority 1"),
        cell("", &long.repeat(2)),
        cell("<w:vMerge/>", ""),
        cell("", "EUR 100"),
        paragraph("After the table."),
    );
    let read = read(&Docx::of(body));
    let twice = long.repeat(2);
    assert_eq!(
        read.paragraphs(),
        [
            "Service levels",
            "Priority 1",
            twice.as_str(),
            "EUR 100",
            "After the table."
        ]
    );
    let [table] = read.summary.side.tables.as_slice() else {
        panic!("{:?}", read.summary.side.tables);
    };
    let texts: Vec<Vec<&str>> = table
        .rows
        .iter()
        .map(|row| row.iter().map(|c| c.text.as_str()).collect())
        .collect();
    assert_eq!(
        texts,
        [
            vec!["Service levels"],
            vec!["Priority 1", &twice],
            vec!["", "EUR 100"]
        ]
    );
    let right = &table.rows[1][1].place;
    assert!(right.page == 1 && right.boxes.len() >= 2, "{right:?}");
    let left = &table.rows[1][0].place.boxes[0];
    assert!(left.0[2] < right.boxes[0].0[0], "{left:?} {right:?}");
}

#[test]
fn long_text_goes_over_pages_in_order_and_inside_the_margins() {
    let sentence = "The Supplier shall deliver the Goods to the place named in the order. ";
    let body: String = (1..=120)
        .map(|n| paragraph(&format!("{n} {}", sentence.repeat(3))))
        .collect();
    let read = read(&Docx::of(body));
    assert!(read.document.pages.len() > 4);
    let paragraphs = read.paragraphs();
    assert_eq!(paragraphs.len(), 120);
    for (paragraph, number) in paragraphs.iter().zip(1..) {
        assert!(
            paragraph.starts_with(&format!("{number} The")),
            "{paragraph}"
        );
    }
    for page in &read.document.pages {
        for word in &page.words {
            let [x0, y0, x1, y1] = word.bbox.0;
            assert!(
                x0 >= 71.9 && x1 <= 523.1 && y0 >= 71.9 && y1 <= 770.1,
                "{word:?}"
            );
        }
        for pair in page.words.windows(2) {
            let apart = pair[0].line != pair[1].line || pair[0].bbox.0[2] < pair[1].bbox.0[0];
            assert!(apart, "{pair:?}");
        }
    }
}

#[test]
fn hostile_files_end_in_words() {
    let entity = |prologue: &str| Docx {
        prologue: prologue.to_owned(),
        body: "<w:p><w:r><w:t>&x;</w:t></w:r></w:p>".to_owned(),
        ..Docx::default()
    };
    let outside = "<!DOCTYPE w [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>";
    let laughs = "<!DOCTYPE w [<!ENTITY a \"ha\"><!ENTITY x \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    assert_eq!(code(entity(outside).bytes()), "entities");
    assert_eq!(code(entity(laughs).bytes()), "entities");
    assert_eq!(code(entity("").bytes()), "entities");
    let nested = "<w:tbl><w:tr><w:tc>".repeat(20_000) + &"</w:tc></w:tr></w:tbl>".repeat(20_000);
    assert_eq!(code(Docx::of(nested).bytes()), "too_deep");
    let whole = Docx::of(paragraph("Some text.")).bytes();
    assert_eq!(code(whole[..whole.len() / 2].to_vec()), "file_damaged");
    let parts = Docx::of("").parts();
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .filter(|(name, _)| *name != "word/document.xml")
        .map(|(name, text)| (*name, text.as_bytes()))
        .collect();
    assert_eq!(code(make_zip::zip_of(&parts)), "file_damaged");
    let bomb = make_zip::bomb(&parts, "word/document.xml", 300);
    assert!(bomb.len() < 1 << 20);
    assert_eq!(code(bomb), "out_of_limits");
    assert_eq!(code(Docx::of("").bytes()), "nothing_readable");
}

#[test]
fn names_of_parts_that_are_paths_are_names_only() {
    let evil = std::env::temp_dir().join(format!("countersign-evil-{}", std::process::id()));
    let climbing = format!("../../../../../../../..{}", evil.display());
    let parts = Docx::of(paragraph("Some text.")).parts();
    let mut parts: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, text)| (*name, text.as_bytes()))
        .collect();
    parts.push((&climbing, b"x"));
    parts.push((evil.to_str().unwrap(), b"x"));
    let mut pages = Vec::new();
    let file = make_zip::zip_of(&parts);
    read_file(file, None, &mut |page| pages.push(page)).unwrap();
    assert_eq!(Document::from_pages(pages).text, "Some text.");
    assert!(!evil.exists());
}
