//! Mail: who wrote what to whom, and the files that came with it.
//!
//! The message's own text is read; attached messages are read within it, to a depth of their own.
//! Attached files are handed on as they are.

use std::panic::catch_unwind;

use mail_parser::{Address, Message, MessageParser, MimeHeaders, PartType};

use crate::error::ReadError;
use crate::flow::{Attachment, Block, Flow, MOST_TEXT_BYTES, Paragraph, Run};
use crate::formats::Format;
use crate::{html, plain_text};

/// Messages within messages that are read.
const DEEPEST: u32 = 8;
/// Most files handed on, and most bytes of them.
const MOST_FILES: usize = 50;
const MOST_FILE_BYTES: usize = 48 << 20;

/// Reads a message.
pub(crate) fn read(bytes: &[u8]) -> Result<Flow, ReadError> {
    // It panics on some messages whose parts end within one another.
    let parsed = catch_unwind(|| MessageParser::default().parse(bytes));
    let Ok(Some(message)) = parsed else {
        return Err(ReadError::Damaged);
    };
    let mut flow = Flow::default();
    push_message(&message, 0, &mut flow);
    Ok(flow)
}

fn push_message(message: &Message<'_>, depth: u32, flow: &mut Flow) {
    if depth > DEEPEST {
        note(
            flow,
            "Messages attached to messages were read to the eighth; deeper ones were left out.",
        );
        return;
    }
    if let Some(subject) = message.subject() {
        flow.blocks.push(Block::Paragraph(Paragraph {
            heading: Some(if depth == 0 { 1 } else { 2 }),
            ..Paragraph::plain(subject)
        }));
    }
    let lines = [
        ("From", people(message.from())),
        ("To", people(message.to())),
        (
            "Date",
            message.date().map(|d| d.to_rfc3339()).unwrap_or_default(),
        ),
    ];
    for (name, value) in lines {
        flow.blocks.extend(line(name, &value));
    }
    push_bodies(message, flow);
    for part in message.attachments() {
        match &part.body {
            PartType::Message(inner) => push_message(inner, depth + 1, flow),
            PartType::Multipart(_) => {}
            body => {
                let name = part.attachment_name().unwrap_or("").to_owned();
                let bytes: &[u8] = match body {
                    PartType::Text(text) | PartType::Html(text) => text.as_bytes(),
                    PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes,
                    PartType::Message(_) | PartType::Multipart(_) => &[],
                };
                attach(name, bytes, flow);
            }
        }
    }
}

/// A line of a message's head; none where it says nothing.
pub(crate) fn line(name: &str, value: &str) -> Option<Block> {
    let name = Run {
        text: format!("{name}: "),
        bold: true,
        ..Run::default()
    };
    let said = Run {
        text: value.to_owned(),
        ..Run::default()
    };
    (!value.is_empty()).then(|| {
        Block::Paragraph(Paragraph {
            runs: vec![name, said],
            ..Paragraph::default()
        })
    })
}

/// The texts of a message; of one that comes as text and as HTML, the HTML, which says what is
/// hidden.
fn push_bodies(message: &Message<'_>, flow: &mut Flow) {
    let mut bytes = 0;
    for part in message.html_bodies() {
        let (text, is_html) = match &part.body {
            PartType::Html(text) => (text, true),
            PartType::Text(text) => (text, false),
            _ => continue,
        };
        bytes += text.len();
        if bytes > MOST_TEXT_BYTES {
            note(
                flow,
                "The message is too long; the rest of its text was left out.",
            );
            return;
        }
        if !is_html {
            flow.blocks.extend(plain_text::blocks_of(text));
            continue;
        }
        flow.append(html::flow_of(text));
    }
}

/// Hands an attached file on, or says that it is none that is read.
pub(crate) fn attach(name: String, bytes: &[u8], flow: &mut Flow) {
    let shown = if name.is_empty() {
        "without a name".to_owned()
    } else {
        name.clone()
    };
    let held: usize = flow.attachments.iter().map(|a| a.bytes.len()).sum();
    let is_document = Format::of_name(&name).is_some() || bytes.starts_with(b"%PDF-");
    if !is_document {
        flow.notes.push(format!("Attachment not read: {shown}."));
    } else if flow.attachments.len() >= MOST_FILES || held + bytes.len() > MOST_FILE_BYTES {
        note(
            flow,
            "The message holds more attachments than are taken; the rest was left out.",
        );
    } else {
        flow.notes.push(format!("Attachment: {shown}."));
        flow.attachments.push(Attachment {
            name,
            bytes: bytes.to_vec(),
        });
    }
}

/// Notes something once.
pub(crate) fn note(flow: &mut Flow, text: &str) {
    if flow.notes.iter().all(|known| known != text) {
        flow.notes.push(text.to_owned());
    }
}

fn people(address: Option<&Address<'_>>) -> String {
    let people: Vec<String> = address
        .into_iter()
        .flat_map(Address::iter)
        .take(50)
        .map(|a| match (a.name(), a.address()) {
            (Some(name), Some(address)) => format!("{name} <{address}>"),
            (name, address) => name.or(address).unwrap_or("").to_owned(),
        })
        .collect();
    people.join(", ")
}
