//! Forms that are attached to be filled in later: they bind nobody yet, and are meant to have blanks.

use countersign_contracts::document::{Document, Span};

use super::parties::floor;
use crate::pattern::rx_printed;

/// A part's name and what it says it is stand within this many bytes.
const HEAD: usize = 400;
/// Places left open that make a form of a part that calls itself one.
const OPEN: usize = 4;

/// The attached parts that call themselves forms or models and leave the names open.
pub(super) fn find_forms(document: &Document) -> Vec<Span> {
    let named = rx_printed!(
        r#"^(?:Schedule|Exhibit|Annex|Appendix|Attachment|SCHEDULE|EXHIBIT|ANNEX|APPENDIX|ATTACHMENT)\s+["“]?[A-Z0-9]"#
    );
    let is_form = rx_printed!(
        r"\b(?i:(?:preferred |standard |agreed )?forms? of|template|specimen)\b|\b(?:MODEL|Model)\b[^.\n]{0,40}\b(?i:agreement|contract)\b"
    );
    let left_open = rx_printed!(
        r"\[[A-Z][A-Za-z/ ]{1,40}\]|\[\s*(?i:insert|name|party|date|x|●|•)[^\]]{0,60}\]|_{5,}"
    );
    let heads: Vec<usize> = document
        .paragraphs
        .iter()
        .filter(|p| named.is_match(document.slice(p.span)))
        .map(|p| p.span.start as usize)
        .chain([document.text.len()])
        .collect();
    heads
        .windows(2)
        .filter_map(|two| {
            let (start, end) = (*two.first()?, *two.get(1)?);
            let part = document.text.get(start..end)?;
            // What is most of the document, or begins it, is the contract itself, whatever it is called.
            let all = document.text.len();
            if (end - start) * 2 > all || start * 5 < all {
                return None;
            }
            let head = floor(part, HEAD);
            let blank = left_open.find_iter(part).take(OPEN).count() == OPEN;
            (blank && is_form.is_match(part.get(..head)?)).then(|| Span::new(start, end))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_with_open_names_is_one_and_a_part_that_binds_is_not() {
        let open = "[Party] shall indemnify [Supplier]. [Party] pays on [date].";
        let text = format!(
            "{}1. Fees are set out in Exhibit A.\n\nEXHIBIT A\n\nUSD 100 a month.\n\nEXHIBIT B\n\nPREFERRED FORM OF \
             EVALUATION AGREEMENT\n\n{open}\n\nEXHIBIT C\n\nForm of Order\n\nThe order is binding.",
            "The parties agree on what follows.\n\n".repeat(9)
        );
        let document = Document::from_plain_text(&text);
        let forms = find_forms(&document);
        let found: Vec<&str> = forms.iter().map(|span| document.slice(*span)).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("EXHIBIT B") && found[0].contains(open));
        let itself = format!("EXHIBIT 10.2\n\nFORM OF SERVICES AGREEMENT\n\n{open} {open}");
        assert!(find_forms(&Document::from_plain_text(&itself)).is_empty());
    }
}
