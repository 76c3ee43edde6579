//! RTF: our own reader, since the crates for it drop list numbers, notes and tracked changes.
//!
//! Groups are kept on a stack of our own, so that nesting costs memory only, and not much of it.

mod tokens;
mod writer;

use crate::error::ReadError;
use crate::flow::Flow;
use tokens::{Token, Tokens};
use writer::{Destination, Writer};

/// Deepest nesting of groups; Word writes some thirty.
const DEEPEST: usize = 10_000;

/// Reads an RTF file.
pub(crate) fn read(bytes: &[u8]) -> Result<Flow, ReadError> {
    let mut writer = Writer::default();
    let mut groups = 0_usize;
    let mut starred = false;
    let mut fresh = false;
    for token in Tokens::new(bytes) {
        match token {
            Token::Open => {
                groups += 1;
                if groups > DEEPEST {
                    return Err(ReadError::TooDeep);
                }
                writer.open();
                (starred, fresh) = (false, true);
                continue;
            }
            Token::Close => {
                if groups == 0 {
                    break;
                }
                groups -= 1;
                writer.close();
                if groups == 0 {
                    break;
                }
            }
            Token::Ignorable => {
                starred = true;
                continue;
            }
            Token::Word { word, number } => {
                let destination = if fresh { Destination::of(word) } else { None };
                match destination {
                    Some(destination) => writer.enter(destination),
                    // What a reader doesn't know, it leaves out where the file says so.
                    None if starred => writer.enter(Destination::Skipped),
                    None => writer.word(word, number)?,
                }
            }
            Token::Byte(byte) => writer.byte(byte)?,
            Token::Text(text) => writer.bytes(text)?,
            Token::Binary => {}
        }
        (starred, fresh) = (false, false);
    }
    writer.finish()
}
