//! HTML: its text as blocks, without scripts and styles; what is hidden is marked as hidden.
//!
//! Only the tokenizer of html5ever is used: a flow needs no tree, so nesting costs nothing. Nothing
//! that the page refers to is fetched.

mod builder;

use encoding_rs::Encoding;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use crate::error::ReadError;
use crate::flow::Flow;
use crate::plain_text::decode;
use builder::Builder;

/// How far into a page its encoding may be declared.
const DECLARED_WITHIN: usize = 4096;

/// Reads an HTML file.
pub(crate) fn read(bytes: &[u8]) -> Result<Flow, ReadError> {
    let text = decode(bytes, declared_encoding(bytes))?;
    Ok(flow_of(&text))
}

/// Reads HTML that is text already.
pub(crate) fn flow_of(text: &str) -> Flow {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(text));
    let sink = Sink(std::cell::RefCell::new(Builder::default()));
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    // A sink that asks for no scripts is never handed one.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner().finish()
}

fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(DECLARED_WITHIN))?;
    let at = memchr::memmem::find(head, b"charset=")?;
    let name = head.get(at + 8..)?;
    let name: Vec<u8> = name
        .iter()
        .copied()
        .skip_while(|b| matches!(b, b'"' | b'\''))
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        .collect();
    Encoding::for_label(&name)
}

struct Sink(std::cell::RefCell<Builder>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut builder = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => builder.text(&text),
            Token::TagToken(tag) => {
                builder.tag(&tag);
                let opens = tag.kind == html5ever::tokenizer::StartTag && !tag.self_closing;
                match &*tag.name {
                    "script" if opens => {
                        return TokenSinkResult::RawData(RawKind::ScriptData);
                    }
                    "style" | "xmp" | "iframe" | "noembed" | "noframes" if opens => {
                        return TokenSinkResult::RawData(RawKind::Rawtext);
                    }
                    "title" | "textarea" if opens => {
                        return TokenSinkResult::RawData(RawKind::Rcdata);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}
