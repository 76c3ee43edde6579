//! What the reading child tells its parent: frames of a length (four bytes, little endian) and a
//! [`Message`] in postcard's encoding.

use std::io::{self, Write};

use countersign_contracts::document::Page;
use countersign_contracts::side::DocumentSide;
use serde::{Deserialize, Serialize};

use crate::error::ReadError;
use crate::flow::Attachment;
use crate::picture::Picture;

/// Longest frame; a page of 400,000 glyphs stays under it.
pub(crate) const LONGEST_FRAME: u32 = 64 << 20;

/// One message of the child.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Message {
    /// The file is open and holds this many pages.
    Opened { pages: u32 },
    /// Work on this page starts: named before, so that a crash can be laid at its door.
    Began { page: u32 },
    /// A page is done.
    Done { page: Page, look: Look },
    /// The page that was asked for, drawn.
    Drawn(Picture),
    /// The words of a page as the second reader finds them; `None` where it can't read it.
    Layer {
        page: u32,
        words: Option<Vec<String>>,
    },
    /// What the file says beside its text.
    Side(DocumentSide),
    /// A file that came with it.
    Attached(Attachment),
    /// The file can't be opened.
    Refused(Refusal),
    /// All pages are done.
    Finished { peak_memory_bytes: u64 },
}

/// What recognition of a page's picture is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Look {
    /// Nothing: the page says what it shows.
    No,
    /// Most of the page is a picture, which may hold text.
    Picture,
    /// The page's text is an invisible layer over a picture, which may show something else.
    Layer,
    /// The page's fonts may say other letters than they show.
    Doubt,
}

/// Why a file can't be opened, as sent over the wire.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) enum Refusal {
    Empty,
    NotAPdf,
    PasswordNeeded,
    WrongPassword,
    UnknownEncryption,
    Damaged,
    TooManyPages,
    TooMuchMemory,
    UnknownFormat,
    OldWord,
    LockedOffice,
    Entities,
    TooDeep,
}

impl From<Refusal> for ReadError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Empty => Self::Empty,
            Refusal::NotAPdf => Self::NotAPdf,
            Refusal::PasswordNeeded => Self::PasswordNeeded,
            Refusal::WrongPassword => Self::WrongPassword,
            Refusal::UnknownEncryption => Self::UnknownEncryption,
            Refusal::Damaged => Self::Damaged,
            Refusal::TooManyPages => Self::OutOfLimits { what: "pages" },
            Refusal::TooMuchMemory => Self::OutOfLimits { what: "memory" },
            Refusal::UnknownFormat => Self::UnknownFormat,
            Refusal::OldWord => Self::OldWord,
            Refusal::LockedOffice => Self::LockedOffice,
            Refusal::Entities => Self::Entities,
            Refusal::TooDeep => Self::TooDeep,
        }
    }
}

impl From<&ReadError> for Refusal {
    fn from(error: &ReadError) -> Self {
        match error {
            ReadError::Empty => Self::Empty,
            ReadError::NotAPdf => Self::NotAPdf,
            ReadError::PasswordNeeded => Self::PasswordNeeded,
            ReadError::WrongPassword => Self::WrongPassword,
            ReadError::UnknownEncryption => Self::UnknownEncryption,
            ReadError::OutOfLimits { what: "memory" } => Self::TooMuchMemory,
            ReadError::OutOfLimits { .. } => Self::TooManyPages,
            ReadError::UnknownFormat => Self::UnknownFormat,
            ReadError::OldWord => Self::OldWord,
            ReadError::LockedOffice => Self::LockedOffice,
            ReadError::Entities => Self::Entities,
            ReadError::TooDeep => Self::TooDeep,
            _ => Self::Damaged,
        }
    }
}

/// Writes one frame and flushes it.
pub(crate) fn send(out: &mut dyn Write, message: &Message) -> io::Result<()> {
    let body = postcard::to_stdvec(message).map_err(io::Error::other)?;
    let length = u32::try_from(body.len()).map_err(io::Error::other)?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(&body)?;
    out.flush()
}

/// Decodes the body of a frame.
pub(crate) fn decode(body: &[u8]) -> Option<Message> {
    postcard::from_bytes(body).ok()
}
