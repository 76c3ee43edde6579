//! Files of every format that has no pages, read to paragraphs.

use countersign_contracts::coverage::hidden_text;
use countersign_contracts::document::{Document, HiddenKind, Page, PageSource};
use countersign_contracts::side::ChangeKind;
use countersign_tests::make_docx::{Docx, paragraph};
use countersign_tests::make_msg::Message;
use countersign_tests::make_odt::odt_of;

use super::{Format, read_file};
use crate::{ReadError, ReadSummary};

struct Read {
    document: Document,
    summary: ReadSummary,
}

impl Read {
    fn paragraphs(&self) -> Vec<&str> {
        let paragraphs = self.document.paragraphs.iter();
        paragraphs.map(|p| self.document.slice(p.span)).collect()
    }

    fn hidden(&self) -> Vec<(String, HiddenKind)> {
        let hidden = hidden_text(&self.document).into_iter();
        hidden.map(|h| (h.text, h.kind)).collect()
    }
}

fn try_read(bytes: &[u8], named: Option<Format>) -> Result<Read, ReadError> {
    let mut pages: Vec<Page> = Vec::new();
    let summary = read_file(bytes.to_vec(), named, &mut |page| pages.push(page))?;
    let flows = pages.iter().all(|p| p.source == PageSource::Flow);
    assert!(flows, "a page of another source");
    Ok(Read {
        document: Document::from_pages(pages),
        summary,
    })
}

fn read(bytes: &[u8], named: Format) -> Read {
    try_read(bytes, Some(named)).unwrap()
}

fn code(bytes: &[u8], named: Option<Format>) -> &'static str {
    match try_read(bytes, named) {
        Ok(_) => "read",
        Err(error) => error.code(),
    }
}

#[test]
fn plain_text_is_read_in_every_usual_encoding() {
    let text = "Preis: 5 €\n\n“Größe” – naïve";
    let wanted = ["Preis: 5 €", "“Größe” – naïve"];
    let utf16 = |order: fn(u16) -> [u8; 2], mark: &[u8]| {
        let units = text.encode_utf16().flat_map(order);
        mark.iter().copied().chain(units).collect::<Vec<u8>>()
    };
    let (windows, ..) = encoding_rs::WINDOWS_1252.encode(text);
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let files = [
        text.as_bytes().to_vec(),
        marked,
        windows.into_owned(),
        utf16(u16::to_le_bytes, b"\xff\xfe"),
        utf16(u16::to_be_bytes, b"\xfe\xff"),
    ];
    for file in files {
        assert_eq!(read(&file, Format::Text).paragraphs(), wanted);
    }
}

#[test]
fn lines_that_were_wrapped_are_joined_and_others_are_not() {
    let text = "SUPPLY AGREEMENT\n\n1.1 The Supplier delivers the Goods to the place named in\nthe order and bears the risk until then.\n1.2 The Customer inspects them.\n(a) at once; and\n(b) in writing.\n\x0cSCHEDULE 1\nPrices\n";
    let read = read(text.as_bytes(), Format::Text);
    assert_eq!(
        read.paragraphs(),
        [
            "SUPPLY AGREEMENT",
            "1.1 The Supplier delivers the Goods to the place named in the order and bears the risk until then.",
            "1.2 The Customer inspects them.",
            "(a) at once; and",
            "(b) in writing.",
            "SCHEDULE 1",
            "Prices",
        ]
    );
    assert_eq!(read.document.pages.len(), 2);
}

#[test]
fn markdown_is_read_as_it_is_set() {
    let text = "# Agreement\n\nThe *Supplier* shall **deliver**\nthe goods[^1].\n\n3. Price\n4. Term\n   - three years\n   - ~~five~~ years\n\n| Fee | Amount |\n|---|---|\n| Setup | EUR 100 |\n\n<script>alert(1)</script>\n\n[^1]: As ordered.\n";
    let read = read(text.as_bytes(), Format::Markdown);
    assert_eq!(
        read.paragraphs(),
        [
            "Agreement",
            "The Supplier shall deliver the goods ¹ .",
            "3. Price",
            "4. Term",
            "• three years",
            "• years",
            "Fee Amount",
            "Setup EUR 100",
            "¹ As ordered.",
        ]
    );
    assert_eq!(read.summary.side.changes[0].text, "five");
    assert_eq!(read.summary.side.tables[0].rows[1][1].text, "EUR 100");
}

#[test]
fn html_gives_its_text_without_scripts_and_tells_what_is_hidden() {
    let page = "<!doctype html><html><head><title>T</title><style>.gone{display:none} p{color:red}</style><script>document.write('<p>no</p>')</script></head><body>\
        <h1>Terms &amp; Conditions</h1><p>First line<br>second line.\
        <p>Unclosed <b>bold</b> text.<ol type=a start=3><li>alpha<li><p>beta</p></ol>\
        <div class=gone>Secret one</div><div style=\"display: none\">Secret two<p>deep</div>\
        <span style='font-size:0'>tiny</span>\
        <table><tr><th>Fee</th><td>EUR&nbsp;5</td></tr></table>\
        <p>Within <del>30</del><ins>60</ins> days.</p><!-- comment --></body></html>";
    let read = read(page.as_bytes(), Format::Html);
    assert_eq!(
        read.paragraphs(),
        [
            "Terms & Conditions",
            "First line second line.",
            "Unclosed bold text.",
            "c. alpha",
            "d. beta",
            "Fee EUR 5",
            "Within 60 days.",
        ]
    );
    assert_eq!(
        read.hidden(),
        [
            ("Secret one Secret two deep".to_owned(), HiddenKind::Marked),
            ("tiny".to_owned(), HiddenKind::Tiny),
        ]
    );
    let kinds: Vec<ChangeKind> = read.summary.side.changes.iter().map(|c| c.kind).collect();
    assert_eq!(kinds, [ChangeKind::Deletion, ChangeKind::Insertion]);
    assert_eq!(
        read.document.paragraphs[0].heading.as_deref(),
        Some("Terms & Conditions")
    );
}

#[test]
fn rtf_is_read_with_its_numbers_notes_changes_and_hidden_text() {
    let text = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Times;}{\f1\fcharset2 Symbol;}{\f2\fcharset238 Times CE;}}{\colortbl;\red255\green255\blue255;}{\*\revtbl{Unknown;}{Ann;}}{\info{\title No}}
{\header\pard Draft 3\par}\paperw11906\paperh16838
\pard{\listtext\pard\plain 7.2\tab}Preis \'80 5 \u8211? \b gro\'df\b0{\v  hidden}{\cf1  white}\par
\pard{\pntext\f1\'b7\tab}bullet {\f2 \'e8} and{\footnote\pard {\super\chftn} A note.} more\par
\pard Within {\deleted\revauthdel1\revdttmdel132319872 30}{\revised\revauth1 60} days{\*\atnid A}{\*\atnauthor Bob}{\*\annotation\pard Check this.}.\par
\trowd\cellx1000\cellx2000\intbl Fee\cell EUR 5\cell\row\pard
{\*\unknown secret}{\field{\*\fldinst HYPERLINK x}{\fldrslt Link}} end\par}";
    let read = read(text.as_bytes(), Format::Rtf);
    assert_eq!(
        read.paragraphs(),
        [
            "7.2 Preis € 5 – groß",
            "• bullet č and more",
            "Within 60 days.",
            "Fee EUR 5",
            "Link end",
        ]
        .map(str::to_owned)
    );
    assert_eq!(read.summary.side.running, ["Draft 3"]);
    let change = &read.summary.side.changes[0];
    assert_eq!(
        (change.text.as_str(), change.author.as_deref()),
        ("30", Some("Ann"))
    );
    assert_eq!(change.date.as_deref(), Some("2026-03-01T10:00:00"));
    let comment = &read.summary.side.comments[0];
    assert_eq!(
        (comment.text.as_str(), comment.author.as_deref()),
        ("Check this.", Some("Bob"))
    );
    assert_eq!(
        read.hidden(),
        [
            ("hidden".to_owned(), HiddenKind::Marked),
            ("white".to_owned(), HiddenKind::White)
        ]
    );
}

#[test]
fn odt_is_read_with_its_numbers_notes_changes_and_comments() {
    let styles = "<text:list-style style:name=\"L1\"><text:list-level-style-number text:level=\"1\" style:num-format=\"1\" style:num-suffix=\".\"/><text:list-level-style-number text:level=\"2\" style:num-format=\"1\" text:display-levels=\"2\"/></text:list-style><style:style style:name=\"T1\" style:family=\"text\"><style:text-properties text:display=\"none\"/></style:style>";
    let text = "<text:tracked-changes><text:changed-region text:id=\"c1\"><text:deletion><office:change-info><dc:creator>Ann</dc:creator><dc:date>2026-03-01T10:00:00</dc:date></office:change-info><text:p>30</text:p></text:deletion></text:changed-region></text:tracked-changes>\
        <text:h text:outline-level=\"1\">Agreement</text:h>\
        <text:list text:style-name=\"L1\"><text:list-item><text:p>Price</text:p><text:list><text:list-item><text:p>Fixed<text:span text:style-name=\"T1\"> hidden</text:span></text:p></text:list-item></text:list></text:list-item><text:list-item><text:p>Term</text:p></text:list-item></text:list>\
        <text:p>Within <text:change text:change-id=\"c1\"/>60<text:s/>days<text:note text:note-class=\"footnote\"><text:note-citation>1</text:note-citation><text:note-body><text:p>A note.</text:p></text:note-body></text:note><office:annotation><dc:creator>Bob</dc:creator><text:p>Check.</text:p></office:annotation></text:p>\
        <table:table><table:table-row><table:table-cell><text:p>Fee</text:p></table:table-cell><table:table-cell><text:p>EUR 5</text:p></table:table-cell></table:table-row></table:table>";
    let read = read(&odt_of(styles, text), Format::Odt);
    assert_eq!(
        read.paragraphs(),
        [
            "Agreement",
            "1. Price",
            "1.1 Fixed",
            "2. Term",
            "Within 60 days ¹",
            "Fee EUR 5",
            "¹ A note.",
        ]
    );
    let change = &read.summary.side.changes[0];
    assert_eq!(
        (change.text.as_str(), change.author.as_deref()),
        ("30", Some("Ann"))
    );
    assert_eq!(read.summary.side.comments[0].text, "Check.");
    assert_eq!(read.hidden(), [("hidden".to_owned(), HiddenKind::Marked)]);
}

/// The same contract as LibreOffice saves it in each format, with the numbers that it shows.
#[test]
fn what_libreoffice_saves_is_read_as_it_shows_it() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/libreoffice");
    for name in ["legal", "linked-styles"] {
        let wanted = std::fs::read_to_string(format!("{folder}/../docx/{name}.txt")).unwrap();
        for format in [Format::Odt, Format::Rtf] {
            let file = format!("{folder}/{name}.{}", format.ending());
            let read = read(&std::fs::read(file).unwrap(), format);
            assert_eq!(
                read.paragraphs().join("\n") + "\n",
                wanted,
                "{name} {format:?}"
            );
        }
    }
}

#[test]
fn a_mail_gives_its_text_and_hands_its_files_on() {
    let inner = "From: c@example.com\r\nSubject: Inner\r\n\r\nForwarded terms.\r\n";
    let mail = format!(
        "From: Ann <ann@example.com>\r\nTo: bob@example.com\r\nSubject: =?UTF-8?Q?Vertrag_f=C3=BCr_uns?=\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Type: multipart/alternative; boundary=C\r\n\r\n--C\r\nContent-Type: text/plain\r\n\r\nPlease sign.\r\n--C\r\nContent-Type: text/html\r\n\r\n<p>Please sign.<p style=\"display:none\">Or else</p>\r\n--C--\r\n--B\r\nContent-Type: application/pdf; name=\"contract.pdf\"\r\nContent-Disposition: attachment; filename=\"../contract.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n--B\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=\"logo.png\"\r\n\r\nxx\r\n--B\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--B--\r\n"
    );
    let read = read(mail.as_bytes(), Format::Mail);
    assert_eq!(
        read.paragraphs(),
        [
            "Vertrag für uns",
            "From: Ann <ann@example.com>",
            "To: bob@example.com",
            "Date: 2026-03-02T10:00:00Z",
            "Please sign.",
            "Inner",
            "From: c@example.com",
            "Forwarded terms.",
        ]
    );
    assert_eq!(read.hidden(), [("Or else".to_owned(), HiddenKind::Marked)]);
    let [file] = read.summary.attachments.as_slice() else {
        panic!("{:?}", read.summary.attachments);
    };
    assert_eq!(file.name.rsplit('/').next(), Some("contract.pdf"));
    assert_eq!(file.bytes, b"%PDF-1.4\n");
    let notes = read.summary.side.notes.join(" ");
    assert!(
        notes.contains("logo.png") && notes.contains("not read"),
        "{notes}"
    );
}

#[test]
fn bytes_decide_over_the_name() {
    let docx = Docx::of(paragraph("From Word.")).bytes();
    assert_eq!(
        try_read(&docx, Some(Format::Pdf)).unwrap().paragraphs(),
        ["From Word."]
    );
    assert_eq!(try_read(&docx, None).unwrap().paragraphs(), ["From Word."]);
    let rtf = br"{\rtf1 Rich\par}";
    assert_eq!(read(rtf, Format::Docx).paragraphs(), ["Rich"]);
    let html = b"<!DOCTYPE html><p>Page</p>";
    assert_eq!(read(html, Format::Docx).paragraphs(), ["Page"]);
    let mail = b"Received: x\r\nSubject: Hello\r\n\r\nBody\r\n";
    assert_eq!(
        try_read(mail, None).unwrap().paragraphs(),
        ["Hello", "Body"]
    );
    assert_eq!(code(b"just text", Some(Format::Pdf)), "not_a_pdf");
}

fn compound(stream: &str) -> Vec<u8> {
    let mut file = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    file.resize(1024, 0);
    file.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
    file
}

#[test]
fn files_that_are_not_read_end_in_words() {
    assert_eq!(
        code(&compound("EncryptedPackage"), Some(Format::Docx)),
        "locked_office"
    );
    assert_eq!(code(&compound("WordDocument"), None), "old_word");
    let broken = compound("__substg1.0_1000001F");
    assert_eq!(code(&broken, None), "file_damaged");
    assert_eq!(code(&compound("Workbook"), None), "unknown_format");
    assert_eq!(
        code(b"text\0with\0nothing", Some(Format::Text)),
        "unknown_format"
    );
    assert_eq!(
        code(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", None),
        "unknown_format"
    );
    assert_eq!(code(b"", Some(Format::Text)), "file_empty");
    assert_eq!(code(b"   \n\n", Some(Format::Text)), "nothing_readable");
    let sheet = countersign_tests::make_zip::zip_of(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", b"<workbook/>"),
    ]);
    assert_eq!(code(&sheet, Some(Format::Docx)), "unknown_format");
    let locked = countersign_tests::make_zip::zip_of(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", b"xx"),
        (
            "META-INF/manifest.xml",
            b"<m:manifest xmlns:m=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>",
        ),
    ]);
    assert_eq!(code(&locked, Some(Format::Odt)), "locked_office");
}

#[test]
fn deep_and_long_files_are_bounded() {
    let deep_rtf = format!(
        "{{\\rtf1 {}text{}}}",
        "{".repeat(100_000),
        "}".repeat(100_000)
    );
    assert_eq!(code(deep_rtf.as_bytes(), Some(Format::Rtf)), "too_deep");
    let deep_html = "<div>".repeat(100_000) + "text" + &"</div>".repeat(100_000);
    assert_eq!(
        read(deep_html.as_bytes(), Format::Html).paragraphs(),
        ["text"]
    );
    let stray = "<b>".repeat(50_000) + &"</i>".repeat(50_000) + "text";
    assert_eq!(read(stray.as_bytes(), Format::Html).paragraphs(), ["text"]);
    let mut nested = "Subject: inmost\r\n\r\nInmost text.\r\n".to_owned();
    for level in 0..50 {
        nested = format!(
            "Subject: level {level}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B{level}\r\n\r\n--B{level}\r\nContent-Type: message/rfc822\r\n\r\n{nested}\r\n--B{level}--\r\n"
        );
    }
    let mail = read(nested.as_bytes(), Format::Mail);
    assert!(mail.paragraphs().len() < 50, "{:?}", mail.paragraphs());
    assert!(
        mail.summary.side.notes.join(" ").contains("left out"),
        "{:?}",
        mail.summary.side.notes
    );
    let long = vec![b'a'; 200 << 20];
    assert_eq!(code(&long, Some(Format::Text)), "out_of_limits");
    let words = b"word ".repeat(1 << 18);
    let most_pages = 20;
    let opened = super::open(words, Some(Format::Text), most_pages, "");
    assert_eq!(opened.err().map(|e| e.code()), Some("out_of_limits"));
    let one_word = vec![b'a'; 1 << 20];
    assert!(read(&one_word, Format::Text).document.pages.len() > 100);
    let quotes = ">".repeat(20_000) + " text";
    assert_eq!(
        read(quotes.as_bytes(), Format::Markdown).paragraphs(),
        ["text"]
    );
}

#[test]
fn an_outlook_message_is_read_with_its_files_and_messages() {
    let inner = Message {
        subject: "Earlier".into(),
        text: "We agreed on thirty days.".into(),
        ..Message::default()
    };
    let message = Message {
        subject: "Our terms – final".into(),
        from: "Ann Lee".into(),
        to: "Bo; Cy".into(),
        // 1 March 2026, 09:30.
        sent: 134_168_310_000_000_000,
        html: "<p>Please find our <b>terms</b>.</p><p style=\"display:none\">Approve</p>".into(),
        files: vec![
            ("terms.txt".into(), b"1. Payment".to_vec()),
            ("logo.png".into(), b"\x89PNG".to_vec()),
        ],
        messages: vec![inner],
        ..Message::default()
    };
    let read = read(&message.bytes(), Format::Outlook);
    assert_eq!(
        read.paragraphs(),
        [
            "Our terms – final",
            "From: Ann Lee",
            "To: Bo; Cy",
            "Date: 2026-03-01T09:30:00Z",
            "Please find our terms.",
            "Earlier",
            "We agreed on thirty days.",
        ]
    );
    let files: Vec<&str> = read
        .summary
        .attachments
        .iter()
        .map(|a| a.name.as_str())
        .collect();
    assert_eq!(files, ["terms.txt"]);
    let notes = read.summary.side.notes.join(" ");
    assert!(notes.contains("not read: logo.png"), "{notes}");
    let plain = Message {
        text: "Plain text alone.".into(),
        ..Message::default()
    };
    let bytes = plain.bytes();
    assert_eq!(
        try_read(&bytes, None).unwrap().paragraphs(),
        ["Plain text alone."]
    );
    for cut in [100, 600] {
        let cut = &bytes[..cut];
        assert!(try_read(cut, Some(Format::Outlook)).is_err_and(|e| e.to_string().len() > 30));
    }
}
