//! Messages in Outlook's own format.

use std::io::{Cursor, Write};

use cfb::CompoundFile;

/// A message to be written.
#[derive(Debug, Clone, Default)]
pub struct Message {
    /// Its subject.
    pub subject: String,
    /// Who sent it.
    pub from: String,
    /// To whom, as shown.
    pub to: String,
    /// When: tenths of a microsecond since 1601.
    pub sent: u64,
    /// Its text; left out when empty.
    pub text: String,
    /// Its text as HTML; left out when empty.
    pub html: String,
    /// Names and bytes of its files.
    pub files: Vec<(String, Vec<u8>)>,
    /// Messages attached to it.
    pub messages: Vec<Message>,
}

impl Message {
    /// The file.
    ///
    /// # Panics
    /// Never: it is written into memory.
    #[must_use]
    #[expect(clippy::unwrap_used, reason = "writing into memory does not fail")]
    pub fn bytes(&self) -> Vec<u8> {
        let mut file = CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        self.write(&mut file, "", 32).unwrap();
        file.flush().unwrap();
        file.into_inner().into_inner()
    }

    fn write(
        &self,
        file: &mut CompoundFile<Cursor<Vec<u8>>>,
        folder: &str,
        head: usize,
    ) -> std::io::Result<()> {
        let mut put = |name: &str, bytes: &[u8]| {
            file.create_stream(format!("{folder}/{name}"))?
                .write_all(bytes)
        };
        let mut fixed = vec![0; head];
        fixed.extend_from_slice(&[0x40, 0x00, 0x39, 0x00, 6, 0, 0, 0]);
        fixed.extend_from_slice(&self.sent.to_le_bytes());
        put("__properties_version1.0", &fixed)?;
        let texts = [
            ("0037", &self.subject),
            ("0C1A", &self.from),
            ("0E04", &self.to),
            ("1000", &self.text),
        ];
        for (number, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
            put(&format!("__substg1.0_{number}001F"), &utf16(text))?;
        }
        if !self.html.is_empty() {
            put("__substg1.0_10130102", self.html.as_bytes())?;
        }
        for (at, (name, bytes)) in self.files.iter().enumerate() {
            let folder = format!("{folder}/__attach_version1.0_#{at:08X}");
            file.create_storage(&folder)?;
            let name_stream = format!("{folder}/__substg1.0_3707001F");
            file.create_stream(name_stream)?.write_all(&utf16(name))?;
            let data = format!("{folder}/__substg1.0_37010102");
            file.create_stream(data)?.write_all(bytes)?;
        }
        for (at, message) in self.messages.iter().enumerate() {
            let number = self.files.len() + at;
            let folder = format!("{folder}/__attach_version1.0_#{number:08X}");
            file.create_storage(&folder)?;
            let folder = format!("{folder}/__substg1.0_3701000D");
            file.create_storage(&folder)?;
            message.write(file, &folder, 24)?;
        }
        Ok(())
    }
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
