//! Files that can't be read, each for its own reason.

use super::{Options, contract_of, typeset};

/// A file of no bytes.
#[must_use]
pub fn empty() -> Vec<u8> {
    Vec::new()
}

/// Plain words under a PDF's name.
#[must_use]
pub fn not_a_pdf() -> Vec<u8> {
    b"Dear colleague,\n\nthe contract is in the post.\n".repeat(20)
}

/// The first bytes of a contract: header and catalog, neither pages nor cross-references.
#[must_use]
pub fn truncated() -> Vec<u8> {
    let mut pdf = contract_of(4, 7);
    pdf.truncate(150);
    pdf
}

/// Pages that are one picture each, as scanners make them.
#[must_use]
pub fn scan(pages: usize) -> Vec<u8> {
    pages_of(&vec![picture(); pages])
}

/// A page of text between two scanned ones.
#[must_use]
pub fn partly_scanned() -> Vec<u8> {
    let text =
        b"BT /F0 11 Tf 72 700 Td (This Agreement is governed by the laws of England.) Tj ET\n";
    pages_of(&[picture(), text.to_vec(), picture()])
}

/// Content that fills an A4 page with a grey picture of 8 by 8 pixels.
fn picture() -> Vec<u8> {
    let mut content = b"q 595 0 0 842 0 0 cm\nBI /W 8 /H 8 /BPC 8 /CS /G ID ".to_vec();
    content.extend((0..64u8).map(|i| 200 + i % 50));
    content.extend_from_slice(b"\nEI Q\n");
    content
}

/// Needs a password to be opened (`secret`); AES-256, made with qpdf from a typeset page.
#[must_use]
pub fn encrypted() -> Vec<u8> {
    include_bytes!("../../fixtures/encrypted.pdf").to_vec()
}

/// Opens without a password although it is encrypted: only what may be done with it is locked.
#[must_use]
pub fn owner_locked() -> Vec<u8> {
    include_bytes!("../../fixtures/owner-locked.pdf").to_vec()
}

/// One page whose content inflates to `megabytes` of blanks.
#[must_use]
pub fn flate_bomb(megabytes: usize) -> Vec<u8> {
    one_page("/Filter /FlateDecode", &packed_blanks(megabytes))
}

/// One page whose content inflates twice: a few kilobytes to `megabytes`.
#[must_use]
pub fn double_flate_bomb(megabytes: usize) -> Vec<u8> {
    let twice = miniz_oxide::deflate::compress_to_vec_zlib(&packed_blanks(megabytes), 9);
    one_page("/Filter [/FlateDecode /FlateDecode]", &twice)
}

/// A zlib stream of blanks, made by repeating one packed megabyte: packing it all would take as
/// long as the bomb hopes to.
fn packed_blanks(megabytes: usize) -> Vec<u8> {
    static MEGABYTE: [u8; 1 << 20] = [b' '; 1 << 20];
    let mut packer = miniz_oxide::deflate::core::CompressorOxide::new(
        miniz_oxide::deflate::core::create_comp_flags_from_zip_params(9, 0, 0),
    );
    let mut block = vec![0; 1 << 16];
    let flush = miniz_oxide::deflate::core::TDEFLFlush::Full;
    let (_, _, length) =
        miniz_oxide::deflate::core::compress(&mut packer, &MEGABYTE, &mut block, flush);
    let mut stream = vec![0x78, 0x9c];
    for _ in 0..megabytes {
        stream.extend_from_slice(&block[..length]);
    }
    // An empty last block; no checksum, as in a file that was cut.
    stream.extend_from_slice(&[0x03, 0x00]);
    stream
}

/// One page whose content opens `depth` arrays and closes none.
#[must_use]
pub fn nested_arrays(depth: usize) -> Vec<u8> {
    one_page("", "[".repeat(depth).as_bytes())
}

/// A page tree that has itself for a child.
#[must_use]
pub fn page_tree_cycle() -> Vec<u8> {
    object_file(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>".to_vec(),
    ])
}

/// A form that draws ten forms that draw ten forms, `depth` deep: 10^depth in the end.
#[must_use]
pub fn nested_forms(depth: usize) -> Vec<u8> {
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
          /Resources << /XObject << /X 5 0 R >> >> >>"
            .to_vec(),
        stream_object("", b"/X Do"),
    ];
    for level in 0..depth {
        let next = 6 + level;
        let dict = format!(
            "/Type /XObject /Subtype /Form /BBox [0 0 595 842] \
             /Resources << /XObject << /X {next} 0 R >> >>"
        );
        objects.push(stream_object(&dict, "/X Do ".repeat(10).as_bytes()));
    }
    objects.push(stream_object(
        "/Type /XObject /Subtype /Form /BBox [0 0 595 842]",
        b"0 0 m 10 10 l S",
    ));
    object_file(&objects)
}

/// A contract in which the content of page `page` never ends being read: its forms nest without
/// bound in time. The other pages are ordinary.
#[must_use]
pub fn hanging_page(pages: usize, page: usize) -> Vec<u8> {
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        Vec::new(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>".to_vec(),
    ];
    const DEPTH: usize = 12;
    for level in 0..DEPTH {
        let next = 5 + level;
        let dict = format!(
            "/Type /XObject /Subtype /Form /BBox [0 0 595 842] \
             /Resources << /XObject << /X {next} 0 R >> >>"
        );
        objects.push(stream_object(&dict, "/X Do ".repeat(10).as_bytes()));
    }
    objects.push(stream_object(
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9]",
        b"0 0 m 9 9 l S",
    ));
    let mut kids = String::new();
    for number in 1..=pages {
        let id = objects.len() + 1;
        kids.push_str(&format!("{id} 0 R "));
        let text =
            format!("BT /F0 11 Tf 72 700 Td (Clause {number} stands on page {number}.) Tj ET");
        let content = if number == page {
            "/X Do".to_owned()
        } else {
            text
        };
        objects.push(
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R /Resources \
                 << /Font << /F0 3 0 R >> /XObject << /X 4 0 R >> >> >>",
                id + 1
            )
            .into_bytes(),
        );
        objects.push(stream_object("", content.as_bytes()));
    }
    objects[1] = format!("<< /Type /Pages /Kids [{kids}] /Count {pages} >>").into_bytes();
    object_file(&objects)
}

/// A page whose font says of no glyph which character it shows.
#[must_use]
pub fn undecodable() -> Vec<u8> {
    object_file(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
          /Resources << /Font << /F0 5 0 R >> >> >>"
            .to_vec(),
        stream_object("", b"BT /F0 11 Tf 72 700 Td <0102010301040105010601070108> Tj ET"),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Odd /Encoding /Identity-H \
          /DescendantFonts [6 0 R] >>"
            .to_vec(),
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Odd /CIDSystemInfo << /Registry (Adobe) \
          /Ordering (Identity) /Supplement 0 >> /FontDescriptor 7 0 R >>"
            .to_vec(),
        b"<< /Type /FontDescriptor /FontName /Odd /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 \
          /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>"
            .to_vec(),
    ])
}

/// A page without anything on it.
#[must_use]
pub fn blank() -> Vec<u8> {
    typeset(
        "",
        &Options {
            page_numbers: false,
            ..Options::default()
        },
    )
}

fn one_page(filter: &str, content: &[u8]) -> Vec<u8> {
    object_file(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>"
            .to_vec(),
        stream_object(filter, content),
    ])
}

fn pages_of(contents: &[Vec<u8>]) -> Vec<u8> {
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        Vec::new(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>".to_vec(),
    ];
    let mut kids = String::new();
    for content in contents {
        let id = objects.len() + 1;
        kids.push_str(&format!("{id} 0 R "));
        objects.push(
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R \
                 /Resources << /Font << /F0 3 0 R >> >> >>",
                id + 1
            )
            .into_bytes(),
        );
        objects.push(stream_object("", content));
    }
    objects[1] = format!(
        "<< /Type /Pages /Kids [{kids}] /Count {} >>",
        contents.len()
    )
    .into_bytes();
    object_file(&objects)
}

pub(super) fn stream_object(dict: &str, data: &[u8]) -> Vec<u8> {
    let mut object = format!("<< {dict} /Length {} >>\nstream\n", data.len()).into_bytes();
    object.extend_from_slice(data);
    object.extend_from_slice(b"\nendstream");
    object
}

/// Numbers the objects from 1, the first of them the catalog, and writes the cross-references.
pub(super) fn object_file(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::with_capacity(objects.len());
    for (i, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        file.extend_from_slice(format!("{} 0 obj\n", i + 1).as_bytes());
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    let start = file.len();
    file.extend_from_slice(
        format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes(),
    );
    for offset in offsets {
        file.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    file.extend_from_slice(
        format!(
            "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
            objects.len() + 1
        )
        .as_bytes(),
    );
    file
}
