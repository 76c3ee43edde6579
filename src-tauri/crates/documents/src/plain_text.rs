//! Plain text: its encoding, and where its paragraphs end.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::error::ReadError;
use crate::flow::{Block, Flow, MOST_TEXT_BYTES, Paragraph};

/// Longest line of a text that was wrapped for a terminal or a typewriter.
const WRAPPED: usize = 100;

/// Reads a text file.
pub(crate) fn read(bytes: &[u8]) -> Result<Flow, ReadError> {
    let text = decode(bytes, None)?;
    Ok(Flow {
        blocks: blocks_of(&text),
        ..Flow::default()
    })
}

/// The text of a file: by its mark, as UTF-8 when it is, as `declared`, or as Windows' Western
/// European. A text with NUL bytes is none.
pub(crate) fn decode(
    bytes: &[u8],
    declared: Option<&'static Encoding>,
) -> Result<String, ReadError> {
    if bytes.len() > 2 * MOST_TEXT_BYTES {
        return Err(ReadError::OutOfLimits { what: "memory" });
    }
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding.decode(bytes).0,
        None => match std::str::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(_) => {
                let encoding = declared.filter(|e| *e != UTF_8).unwrap_or(WINDOWS_1252);
                encoding.decode_without_bom_handling(bytes).0
            }
        },
    };
    if text.contains('\0') {
        return Err(ReadError::UnknownFormat);
    }
    if text.len() > MOST_TEXT_BYTES {
        return Err(ReadError::OutOfLimits { what: "memory" });
    }
    Ok(text.into_owned())
}

/// The paragraphs of a text: blank lines part them, and so does a line's end where the next word
/// would still have fitted.
pub(crate) fn blocks_of(text: &str) -> Vec<Block> {
    let longest = text.lines().map(|l| l.chars().count()).max().unwrap_or(0);
    let wrap = (longest <= WRAPPED).then_some(longest);
    let mut blocks = Vec::new();
    let mut open = String::new();
    // Columns of the open paragraph's last line.
    let mut last = 0;
    for line in text.lines() {
        let fresh = line.contains('\u{c}');
        let line = line.trim_matches('\u{c}').trim_end();
        let bare = line.trim_start();
        let first = bare.split_whitespace().next().unwrap_or("");
        let wrapped = wrap.is_some_and(|wrap| last + 1 + first.chars().count() > wrap);
        if bare.is_empty() || fresh || !wrapped || is_item(first) {
            close(&mut open, &mut blocks);
        }
        if fresh {
            blocks.push(Block::PageBreak);
        }
        if !bare.is_empty() {
            if !open.is_empty() {
                open.push(' ');
            }
            open.push_str(bare);
        }
        last = line.chars().count();
    }
    close(&mut open, &mut blocks);
    blocks
}

fn close(open: &mut String, blocks: &mut Vec<Block>) {
    if !open.is_empty() {
        let text = std::mem::take(open);
        blocks.push(Block::Paragraph(Paragraph::plain(text)));
    }
}

/// Whether a word begins an item of a list: `7.2`, `(a)`, `-`.
fn is_item(word: &str) -> bool {
    let bare = word.trim_start_matches('(').trim_end_matches(['.', ')']);
    let marked = word.len() > bare.len() || bare.contains('.');
    matches!(word, "-" | "*" | "•")
        || (marked
            && bare.len() <= 8
            && bare.starts_with(|c: char| c.is_ascii_digit())
            && bare.chars().all(|c| c.is_ascii_digit() || c == '.'))
        || (word.starts_with('(') && word.ends_with(')') && bare.len() <= 4)
}
