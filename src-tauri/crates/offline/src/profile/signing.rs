//! Where the parties sign: a date there is the day on which one of them did.

use countersign_contracts::document::Span;

use super::parties::floor;
use crate::pattern::rx_printed;

/// What belongs to a signature stands within this many bytes in front of its mark …
const BEFORE: usize = 160;
/// … and within this many behind.
const BEHIND: usize = 320;

/// The places around every mark of a signature, in order and apart from one another.
pub(super) fn find_signing(text: &str) -> Vec<Span> {
    let marks = rx_printed!(
        r"/s/|\b(?:By|BY)\s*:|\b(?i:in witness whereof|authori[sz]ed (?:signature|signatory|representative)|signature\s*:|signature authenticated)|\bSIGNED\b"
    );
    let mut places: Vec<Span> = Vec::new();
    for mark in marks.find_iter(text) {
        let start = floor(text, mark.start().saturating_sub(BEFORE));
        let end = floor(text, mark.end() + BEHIND);
        match places.last_mut() {
            Some(last) if last.end as usize >= start => last.end = end as u32,
            _ => places.push(Span::new(start, end)),
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_close_together_are_one_place_and_running_words_none() {
        let text = format!(
            "This Agreement is made by Acme.{}IN WITNESS WHEREOF\n\nBy: /s/ A. Moss\n\nBy: /s/ B. Lind",
            " The Supplier shall sign nothing by itself.".repeat(20)
        );
        let places = find_signing(&text);
        assert_eq!(places.len(), 1);
        let place = places.first().unwrap();
        assert!(place.start > 500 && place.end as usize == text.len());
        assert_eq!(
            find_signing("signed by both, by: no one".to_lowercase().as_str()),
            []
        );
    }
}
