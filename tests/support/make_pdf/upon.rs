//! Pages with something upon or beneath their text: layers, notes, links, fields, signatures.

use super::bad::{object_file, stream_object};

/// Two lines of text, the second on a layer that is shown or switched off.
#[must_use]
pub fn layered(shown: bool) -> Vec<u8> {
    let (on, off) = if shown { ("6 0 R", "") } else { ("", "6 0 R") };
    let content = b"BT /F0 11 Tf 72 700 Td (The price is fixed.) Tj ET \
                    /OC /L0 BDC BT /F0 11 Tf 72 680 Td (The price doubles each year.) Tj ET EMC \
                    BT /F0 11 Tf 72 660 Td (Payment is due in thirty days.) Tj ET";
    object_file(&[
        format!(
            "<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [6 0 R] \
             /D << /Order [6 0 R] /ON [{on}] /OFF [{off}] >> >> >>"
        )
        .into_bytes(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources \
          << /Font << /F0 5 0 R >> /Properties << /L0 6 0 R >> >> >>"
            .to_vec(),
        stream_object("", content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>".to_vec(),
        b"<< /Type /OCG /Name (Fees) >>".to_vec(),
    ])
}

/// A page with a sticky note, a highlight with a remark, a link, a filled and an empty text field,
/// a ticked box, a signed and an unsigned field for signatures.
#[must_use]
pub fn annotated() -> Vec<u8> {
    let content = b"BT /F0 12 Tf 72 700 Td (The fee is 900 EUR a year.) Tj ET \
                    BT /F0 12 Tf 72 680 Td (See www.example.com for terms.) Tj ET \
                    BT /F0 12 Tf 72 640 Td (Order number: PO-17) Tj ET";
    object_file(&[
        b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [8 0 R 9 0 R 10 0 R 11 0 R 12 0 R] /NeedAppearances true >> >>"
            .to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
          /Resources << /Font << /F0 5 0 R >> >> /Annots [6 0 R 7 0 R 14 0 R 8 0 R 9 0 R 10 0 R 11 0 R 12 0 R] >>"
            .to_vec(),
        stream_object("", content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>".to_vec(),
        b"<< /Type /Annot /Subtype /Text /Rect [500 700 520 720] /T (Ann Lee) /M (D:20260301093000Z) \
          /Contents (Legal has not seen this page.) >>"
            .to_vec(),
        b"<< /Type /Annot /Subtype /Highlight /Rect [70 696 240 712] \
          /QuadPoints [130 712 168 712 130 696 168 696] /Contents (Was 600) >>"
            .to_vec(),
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (order) /V (PO-17) /Rect [140 635 260 655] >>".to_vec(),
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (rebate) /V (12 %) /Rect [140 600 260 620] >>".to_vec(),
        b"<< /Type /Annot /Subtype /Widget /FT /Btn /T (renew) /V /Yes /AS /Yes /Rect [140 580 150 590] >>".to_vec(),
        b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (buyer) /Rect [72 100 260 140] >>".to_vec(),
        b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (seller) /Rect [300 100 500 140] /V 13 0 R >>".to_vec(),
        b"<< /Type /Sig /Name (Sam Seller) /M (D:20260215) >>".to_vec(),
        b"<< /Type /Annot /Subtype /Link /Rect [92 676 180 692] /A << /S /URI /URI (https://www.example.com/terms) >> >>"
            .to_vec(),
    ])
}

/// A page whose second font shows `1` and says `9`, and the other way round, or one that says what
/// it shows.
#[must_use]
pub fn two_fonts(lying: bool) -> Vec<u8> {
    let (one, nine) = if lying {
        ("0039", "0031")
    } else {
        ("0031", "0039")
    };
    let map = format!(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /M def /CMapType 2 def \
         1 begincodespacerange <00> <FF> endcodespacerange \
         3 beginbfrange <20> <30> <0020> <32> <38> <0032> <3A> <7E> <003A> endbfrange \
         2 beginbfchar <31> <{one}> <39> <{nine}> endbfchar endcmap end end"
    );
    let lines = [
        "F0|This agreement of 19 March 2019 is made between the parties below.",
        "F0|The Supplier delivers 91 machines to the place named by the Customer.",
        "F1|The Customer pays 19 EUR for each machine within 91 days of delivery.",
        "F1|Liability is limited to 199 EUR in each year of the agreement.",
        "F0|The agreement is governed by the laws of England and Wales.",
    ];
    let mut content = String::new();
    for (row, line) in lines.iter().enumerate() {
        let (font, text) = line.split_once('|').unwrap_or(("F0", line));
        let y = 700 - 24 * row;
        content.push_str(&format!("BT /{font} 14 Tf 72 {y} Td ({text}) Tj ET "));
    }
    let font = "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding";
    object_file(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
          /Resources << /Font << /F0 5 0 R /F1 6 0 R >> >> >>"
            .to_vec(),
        stream_object("", content.as_bytes()),
        format!("{font} >>").into_bytes(),
        format!("{font} /ToUnicode 7 0 R >>").into_bytes(),
        stream_object("", map.as_bytes()),
    ])
}
