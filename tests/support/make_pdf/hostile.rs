//! Files made to exhaust, confuse or misuse whoever reads them.

use super::bad::{object_file, stream_object};

const CATALOG: &[u8] = b"<< /Type /Catalog /Pages 2 0 R >>";
const ONE_PAGE: &[u8] = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>";
const FONT: &[u8] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>";
const TEXT: &[u8] =
    b"BT /F0 11 Tf 72 700 Td (This Agreement is governed by the laws of England.) Tj ET";

/// Every such file with its name.
#[must_use]
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("arrays nested in an object", nested_object(200_000)),
        ("a form that draws itself", self_drawing_form()),
        ("a page that is its own parent", parent_cycle()),
        ("500,000 kids that are one page", many_kids(500_000)),
        ("a length that refers to itself", length_loop()),
        ("cross-references in a circle", xref_loop()),
        ("a giant image", giant_image()),
        ("a giant media box", giant_page()),
        ("a predictor of 2^31 columns", giant_predictor()),
        ("inline-image garbage", inline_image_garbage()),
    ]
}

/// An object of `depth` arrays in one another.
#[must_use]
pub fn nested_object(depth: usize) -> Vec<u8> {
    let nested = [b"[".repeat(depth), b"]".repeat(depth)].concat();
    object_file(&[
        CATALOG.to_vec(),
        ONE_PAGE.to_vec(),
        page("/Annots 6 0 R"),
        content(TEXT),
        FONT.to_vec(),
        nested,
    ])
}

/// A form that draws itself beside a line of text.
#[must_use]
pub fn self_drawing_form() -> Vec<u8> {
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /X 6 0 R >> >>";
    let text = [TEXT, b" /X Do"].concat();
    object_file(&[
        CATALOG.to_vec(),
        ONE_PAGE.to_vec(),
        page_with("/XObject << /X 6 0 R >>", ""),
        content(&text),
        FONT.to_vec(),
        stream_object(form, b"/X Do /X Do"),
    ])
}

/// A page without a size whose parent, which might name one, is itself.
#[must_use]
pub fn parent_cycle() -> Vec<u8> {
    object_file(&[
        CATALOG.to_vec(),
        ONE_PAGE.to_vec(),
        b"<< /Type /Page /Parent 3 0 R /Contents 4 0 R /Resources << /Font << /F0 5 0 R >> >> >>"
            .to_vec(),
        content(TEXT),
        FONT.to_vec(),
    ])
}

/// A page tree with one page `count` times.
#[must_use]
pub fn many_kids(count: usize) -> Vec<u8> {
    let kids = "3 0 R ".repeat(count);
    let tree = format!("<< /Type /Pages /Kids [{kids}] /Count {count} >>");
    object_file(&[
        CATALOG.to_vec(),
        tree.into_bytes(),
        page(""),
        content(TEXT),
        FONT.to_vec(),
    ])
}

/// A stream whose length is the stream.
#[must_use]
pub fn length_loop() -> Vec<u8> {
    let stream = [
        b"<< /Length 4 0 R >>\nstream\n".as_slice(),
        TEXT,
        b"\nendstream",
    ]
    .concat();
    object_file(&[
        CATALOG.to_vec(),
        ONE_PAGE.to_vec(),
        page(""),
        stream,
        FONT.to_vec(),
    ])
}

/// Cross-references that name themselves as the ones before.
#[must_use]
pub fn xref_loop() -> Vec<u8> {
    let file = object_file(&[
        CATALOG.to_vec(),
        ONE_PAGE.to_vec(),
        page(""),
        content(TEXT),
        FONT.to_vec(),
    ]);
    let text = String::from_utf8_lossy(&file).into_owned();
    let start = text.rfind("xref\n0").unwrap_or(0);
    text.replacen("/Root 1 0 R", &format!("/Prev {start} /Root 1 0 R"), 1)
        .into_bytes()
}

/// An image that says it is 60,000 pixels wide and high, and isn't.
#[must_use]
pub fn giant_image() -> Vec<u8> {
    let image = "/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 \
                 /ColorSpace /DeviceRGB";
    let text = [TEXT, b" q 500 0 0 500 20 20 cm /X Do Q"].concat();
    object_file(&[
        CATALOG.to_vec(),
        ONE_PAGE.to_vec(),
        page_with("/XObject << /X 6 0 R >>", ""),
        content(&text),
        FONT.to_vec(),
        stream_object(image, &[0; 300]),
    ])
}

/// A page of 700 metres by 700, with a line of text.
#[must_use]
pub fn giant_page() -> Vec<u8> {
    object_file(&[
        CATALOG.to_vec(),
        ONE_PAGE.to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 2000000 2000000] /Contents 4 0 R \
          /Resources << /Font << /F0 5 0 R >> >> >>"
            .to_vec(),
        content(TEXT),
        FONT.to_vec(),
    ])
}

/// Content packed with a predictor for lines of two billion columns.
#[must_use]
pub fn giant_predictor() -> Vec<u8> {
    let dict = "/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 2147483647 /Colors 32 \
                /BitsPerComponent 16 >>";
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(TEXT, 6);
    object_file(&[
        CATALOG.to_vec(),
        ONE_PAGE.to_vec(),
        page(""),
        stream_object(dict, &packed),
        FONT.to_vec(),
    ])
}

/// Text before and behind an inline image that has no end.
#[must_use]
pub fn inline_image_garbage() -> Vec<u8> {
    let mut text = TEXT.to_vec();
    text.extend_from_slice(b" BI /W 99999 /H -3 /BPC 77 /CS /None /F [/A85 /A85 /LZW] ID ");
    text.extend((0..4_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8));
    object_file(&[
        CATALOG.to_vec(),
        ONE_PAGE.to_vec(),
        page(""),
        content(&text),
        FONT.to_vec(),
    ])
}

/// A contract that would run a script and start a program when it is opened, had it its way.
#[must_use]
pub fn scripted() -> Vec<u8> {
    object_file(&[
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.launchURL\\('http://127.0.0.1:9/'\\)) \
          /Next << /S /Launch /F (/bin/touch) /Win << /F (cmd.exe) >> >> >> >>"
            .to_vec(),
        ONE_PAGE.to_vec(),
        page("/AA << /O << /S /URI /URI (http://127.0.0.1:9/opened) >> >>"),
        content(TEXT),
        FONT.to_vec(),
    ])
}

fn content(text: &[u8]) -> Vec<u8> {
    stream_object("", text)
}

fn page(more: &str) -> Vec<u8> {
    page_with("", more)
}

fn page_with(resources: &str, more: &str) -> Vec<u8> {
    format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F0 5 0 R >> {resources} >> {more} >>"
    )
    .into_bytes()
}
