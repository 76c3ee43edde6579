//! Outlook's own messages (MSG): the same as a mail, kept as properties in a compound file.
//!
//! A property is a stream whose name says its number and its type. Messages attached to the message are
//! read within it; attached files are handed on as they are.

use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use cfb::CompoundFile;
use encoding_rs::{Encoding, UTF_16LE, WINDOWS_1252};
use mail_parser::DateTime;

use crate::error::ReadError;
use crate::flow::{Block, Flow, MOST_TEXT_BYTES, Paragraph};
use crate::mail::{attach, line, note};
use crate::{html, plain_text, rtf};

/// Messages within messages that are read.
const DEEPEST: u32 = 8;
/// Most attachments that are looked at, and most bytes of one.
const MOST_ATTACHMENTS: usize = 200;
const MOST_BYTES: u64 = 48 << 20;

type File = CompoundFile<Cursor<Vec<u8>>>;

/// Numbers of the properties that are read (MS-OXPROPS).
mod property {
    pub const SUBJECT: u16 = 0x0037;
    pub const SENT: u16 = 0x0039;
    pub const SENDER: u16 = 0x0c1a;
    pub const SENDER_ADDRESS: u16 = 0x5d01;
    pub const TO: u16 = 0x0e04;
    pub const CC: u16 = 0x0e03;
    pub const BODY: u16 = 0x1000;
    pub const BODY_RTF: u16 = 0x1009;
    pub const BODY_HTML: u16 = 0x1013;
    pub const DATA: u16 = 0x3701;
    pub const LONG_NAME: u16 = 0x3707;
    pub const NAME: u16 = 0x3704;
    pub const CODE_PAGE: u16 = 0x3ffd;
}

/// Reads a message.
pub(crate) fn read(bytes: Vec<u8>) -> Result<Flow, ReadError> {
    let read = catch_unwind(AssertUnwindSafe(|| {
        let mut file = CompoundFile::open(Cursor::new(bytes)).ok()?;
        let mut flow = Flow::default();
        push_message(&mut file, "", 0, &mut flow);
        Some(flow)
    }));
    let flow = read.ok().flatten().ok_or(ReadError::Damaged)?;
    if flow.blocks.is_empty() && flow.attachments.is_empty() {
        return Err(ReadError::Damaged);
    }
    Ok(flow)
}

/// Reads the message whose properties stand in `folder`.
fn push_message(file: &mut File, folder: &str, depth: u32, flow: &mut Flow) {
    let fixed = Fixed::of(file, folder, if depth == 0 { 32 } else { 24 });
    let mut text = |number| fixed.text(file, folder, number).unwrap_or_default();
    let subject = text(property::SUBJECT);
    let (sender, address) = (text(property::SENDER), text(property::SENDER_ADDRESS));
    let from = match (sender.is_empty(), address.is_empty() || address == sender) {
        (false, false) => format!("{sender} <{address}>"),
        (true, _) => address,
        (false, true) => sender,
    };
    let (to, copies) = (text(property::TO), text(property::CC));
    if !subject.is_empty() {
        flow.blocks.push(Block::Paragraph(Paragraph {
            heading: Some(if depth == 0 { 1 } else { 2 }),
            ..Paragraph::plain(subject)
        }));
    }
    let sent = fixed.sent.clone().unwrap_or_default();
    for (name, value) in [("From", from), ("To", to), ("Cc", copies), ("Date", sent)] {
        flow.blocks.extend(line(name, &value));
    }
    push_body(file, folder, &fixed, flow);
    push_attachments(file, folder, depth, flow);
}

/// The text of a message; of one that has several forms, the HTML, which says what is hidden.
fn push_body(file: &mut File, folder: &str, fixed: &Fixed, flow: &mut Flow) {
    if let Some(bytes) = stream(file, folder, property::BODY_HTML, "0102") {
        if let Ok(body) = html::read(&bytes) {
            flow.append(body);
        }
        return;
    }
    if let Some(text) = fixed.text(file, folder, property::BODY_HTML) {
        flow.append(html::flow_of(&text));
        return;
    }
    if let Some(text) = fixed.text(file, folder, property::BODY) {
        flow.blocks.extend(plain_text::blocks_of(&text));
        return;
    }
    let Some(packed) = stream(file, folder, property::BODY_RTF, "0102") else {
        return;
    };
    // It panics on what is shorter than its head.
    let unpacked = catch_unwind(|| compressed_rtf::decompress_rtf(&packed).ok());
    match unpacked
        .ok()
        .flatten()
        .and_then(|text| rtf::read(text.as_bytes()).ok())
    {
        Some(body) => flow.append(body),
        None => note(flow, "The message's text is damaged and could not be read."),
    }
}

fn push_attachments(file: &mut File, folder: &str, depth: u32, flow: &mut Flow) {
    let Ok(entries) = file.read_storage(format!("{folder}/")) else {
        return;
    };
    let mut attached: Vec<String> = entries
        .filter(|entry| entry.is_storage() && entry.name().starts_with("__attach_version1.0_"))
        .map(|entry| entry.name().to_owned())
        .take(MOST_ATTACHMENTS)
        .collect();
    attached.sort();
    for name in attached {
        let folder = format!("{folder}/{name}");
        let message = format!("{folder}/__substg1.0_{:04X}000D", property::DATA);
        if file.is_storage(&message) {
            if depth < DEEPEST {
                push_message(file, &message, depth + 1, flow);
            } else {
                note(
                    flow,
                    "Messages attached to messages were read to the eighth; deeper ones were left out.",
                );
            }
            continue;
        }
        let fixed = Fixed::of(file, &folder, 8);
        let name = fixed
            .text(file, &folder, property::LONG_NAME)
            .or_else(|| fixed.text(file, &folder, property::NAME))
            .unwrap_or_default();
        let bytes = stream(file, &folder, property::DATA, "0102").unwrap_or_default();
        attach(name, &bytes, flow);
    }
}

/// What stands in the stream of properties of a fixed length.
#[derive(Debug, Default)]
struct Fixed {
    /// ISO 8601.
    sent: Option<String>,
    /// The encoding of strings that are not Unicode.
    encoding: Option<&'static Encoding>,
}

impl Fixed {
    /// `head` bytes come before the first property: how many depends on whose properties they are.
    fn of(file: &mut File, folder: &str, head: usize) -> Self {
        let mut fixed = Self::default();
        let path = format!("{folder}/__properties_version1.0");
        let bytes = bytes_of(file, &path).unwrap_or_default();
        for entry in bytes.get(head..).unwrap_or(&[]).chunks_exact(16) {
            let [_, _, low, high, _, _, _, _, value @ ..] = entry else {
                continue;
            };
            let value = value.first_chunk::<8>().copied().unwrap_or_default();
            match u16::from_le_bytes([*low, *high]) {
                property::SENT => fixed.sent = date_of(u64::from_le_bytes(value)),
                property::CODE_PAGE => fixed.encoding = encoding_of(u64::from_le_bytes(value)),
                _ => {}
            }
        }
        fixed
    }

    /// A property that is a string.
    fn text(&self, file: &mut File, folder: &str, number: u16) -> Option<String> {
        let (encoding, bytes) = match stream(file, folder, number, "001F") {
            Some(bytes) => (UTF_16LE, bytes),
            None => {
                let bytes = stream(file, folder, number, "001E")?;
                (self.encoding.unwrap_or(WINDOWS_1252), bytes)
            }
        };
        let bytes = bytes.get(..MOST_TEXT_BYTES).unwrap_or(&bytes);
        let (text, ..) = encoding.decode(bytes);
        let text = text.trim_end_matches('\0').to_owned();
        (!text.trim().is_empty()).then_some(text)
    }
}

/// A property of any length.
fn stream(file: &mut File, folder: &str, number: u16, kind: &str) -> Option<Vec<u8>> {
    bytes_of(file, &format!("{folder}/__substg1.0_{number:04X}{kind}"))
}

fn bytes_of(file: &mut File, path: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let stream = file.open_stream(path).ok()?;
    stream.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Tenths of a microsecond since 1601 as a date.
fn date_of(filetime: u64) -> Option<String> {
    const FROM_1601_TO_1970_SECONDS: i64 = 11_644_473_600;
    let seconds = i64::try_from(filetime / 10_000_000).ok()? - FROM_1601_TO_1970_SECONDS;
    let likely = (0..32_503_680_000).contains(&seconds);
    likely.then(|| DateTime::from_timestamp(seconds).to_rfc3339())
}

fn encoding_of(code_page: u64) -> Option<&'static Encoding> {
    match code_page & 0xffff_ffff {
        65001 => Some(encoding_rs::UTF_8),
        932 => Some(encoding_rs::SHIFT_JIS),
        936 => Some(encoding_rs::GBK),
        949 => Some(encoding_rs::EUC_KR),
        950 => Some(encoding_rs::BIG5),
        page => Encoding::for_label(format!("windows-{page}").as_bytes()),
    }
}
