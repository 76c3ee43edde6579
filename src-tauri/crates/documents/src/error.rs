//! Why a document can't be read, in words for the person who dropped it.

use std::io;

/// A document that can't be read, or no longer.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file has no bytes.
    #[error("The file is empty. Ask the sender for it again, or drop another copy.")]
    Empty,
    /// The file is something else than its name says.
    #[error("The file is not a PDF. Save or print the contract as a PDF and drop that.")]
    NotAPdf,
    /// None of the formats that are read.
    #[error(
        "The file is in a format that Countersign can't read. It reads PDF, Word (DOCX), \
         OpenDocument (ODT), RTF, HTML, Markdown, plain text and mail (EML, MSG); save the contract as \
         one of these and drop that."
    )]
    UnknownFormat,
    /// Word's format before DOCX.
    #[error(
        "The file is in Word's old format (DOC). Open it in Word or LibreOffice, save it as DOCX \
         or PDF, and drop that."
    )]
    OldWord,
    /// A file of an office program that is locked: its password does not help here.
    #[error(
        "The file is protected with a password by its office program. Open it there, save a copy \
         without the password or as a PDF, and drop that."
    )]
    LockedOffice,
    /// XML that refers to something outside itself, or multiplies.
    #[error(
        "The file was refused because it declares entities, which office programs don't write and \
         which can reach for other files or grow without end. Save it anew with the program it \
         was made with, or ask the sender for a PDF."
    )]
    Entities,
    /// Nested deeper than any office program allows.
    #[error(
        "The file was refused because its parts are nested deeper than office programs allow. \
         Save it anew with the program it was made with, or ask the sender for a PDF."
    )]
    TooDeep,
    /// A password is needed to open it.
    #[error(
        "The file is protected with a password. Give the password to go on; it is kept in memory \
         only. Or save a copy without one and drop that."
    )]
    PasswordNeeded,
    /// The password that was given is not the file's.
    #[error(
        "The password does not open the file. Check capital letters and the keyboard's language and \
         give it again, or ask the sender for it. Passwords are kept in memory only."
    )]
    WrongPassword,
    /// It is encrypted in a way that only its own software opens.
    #[error(
        "The file is encrypted in a way that Countersign can't open. Print it to a new PDF with \
         the program that opens it, and drop that."
    )]
    UnknownEncryption,
    /// No page could be found in it.
    #[error(
        "The file is damaged: no page was found in it. It may have been cut off on its way; ask \
         the sender for it again."
    )]
    Damaged,
    /// All pages are pictures.
    #[error(
        "Every page is a picture, such as a scan, and no text could be read from it. Install the \
         program Tesseract ({}) and try again, or ask for the original file.",
        crate::ocr::Recogniser::how_to_install()
    )]
    OnlyScans,
    /// Pages were found, and none could be read.
    #[error("None of the {pages} pages could be read. {reason}")]
    NothingReadable {
        /// Pages of the file.
        pages: u32,
        /// What was the matter with the first of them.
        reason: String,
    },
    /// The reading process died and did not come back with a page.
    #[error(
        "The file made the reader stop several times, so reading was given up. The file may be \
         damaged; a copy printed to a new PDF may work."
    )]
    Crashed,
    /// It took more time, memory or pages than a document may.
    #[error("The file needs more {what} to read than is allowed. A smaller copy may work.")]
    OutOfLimits {
        /// `time`, `memory` or `pages`.
        what: &'static str,
    },
    /// The file is not there any more.
    #[error("The file can't be opened any more. It may have been moved or deleted; drop it again.")]
    FileGone(#[source] io::Error),
    /// The reading process could not be started or spoken to.
    #[error("The reading process could not be started. Restart Countersign and try again.")]
    Process(#[source] io::Error),
}

impl ReadError {
    /// The stable code of the error, for the interface and for retries.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "file_empty",
            Self::NotAPdf => "not_a_pdf",
            Self::UnknownFormat => "unknown_format",
            Self::OldWord => "old_word",
            Self::LockedOffice => "locked_office",
            Self::Entities => "entities",
            Self::TooDeep => "too_deep",
            Self::PasswordNeeded => "password_needed",
            Self::WrongPassword => "wrong_password",
            Self::UnknownEncryption => "unknown_encryption",
            Self::Damaged => "file_damaged",
            Self::OnlyScans => "only_scans",
            Self::NothingReadable { .. } => "nothing_readable",
            Self::Crashed => "reader_crashed",
            Self::OutOfLimits { .. } => "out_of_limits",
            Self::FileGone(_) => "file_gone",
            Self::Process(_) => "reader_not_started",
        }
    }

    /// Whether another try may end differently.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Process(_))
    }
}
