//! The bytes of an RTF as groups, control words and text.

/// A token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'b> {
    Open,
    Close,
    /// `\*`: who doesn't know the destination that follows leaves it out.
    Ignorable,
    Word {
        word: &'b str,
        number: Option<i32>,
    },
    /// `\'e9`.
    Byte(u8),
    Text(&'b [u8]),
    /// `\bin` with its bytes.
    Binary,
}

/// Reads tokens one by one.
pub(super) struct Tokens<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Tokens<'b> {
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn control(&mut self) -> Option<Token<'b>> {
        let first = self.peek()?;
        if !first.is_ascii_alphabetic() {
            self.at += 1;
            return Some(match first {
                b'*' => Token::Ignorable,
                b'\'' => {
                    let hex = self.bytes.get(self.at..self.at + 2)?;
                    self.at += 2;
                    let hex = std::str::from_utf8(hex).ok();
                    let byte = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
                    Token::Byte(byte.unwrap_or(b'?'))
                }
                b'~' => Token::Text(b" "),
                b'_' => Token::Text(b"-"),
                b'-' => Token::Word {
                    word: "softhyphen",
                    number: None,
                },
                b'\r' | b'\n' => Token::Word {
                    word: "par",
                    number: None,
                },
                b'\t' => Token::Word {
                    word: "tab",
                    number: None,
                },
                b'{' => Token::Text(b"{"),
                b'}' => Token::Text(b"}"),
                b'\\' => Token::Text(b"\\"),
                _ => Token::Text(b""),
            });
        }
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_alphabetic()) && self.at - start < 32 {
            self.at += 1;
        }
        let word = std::str::from_utf8(self.bytes.get(start..self.at)?).ok()?;
        let digits = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        while self.peek().is_some_and(|b| b.is_ascii_digit()) && self.at - digits < 11 {
            self.at += 1;
        }
        let number = std::str::from_utf8(self.bytes.get(digits..self.at)?).ok();
        let number = number.and_then(|n| n.parse().ok());
        if self.peek() == Some(b' ') {
            self.at += 1;
        }
        if word == "bin" {
            let length = usize::try_from(number.unwrap_or(0)).unwrap_or(0);
            self.at = self.at.saturating_add(length).min(self.bytes.len());
            return Some(Token::Binary);
        }
        Some(Token::Word { word, number })
    }
}

impl<'b> Iterator for Tokens<'b> {
    type Item = Token<'b>;

    fn next(&mut self) -> Option<Token<'b>> {
        loop {
            let byte = self.peek()?;
            let start = self.at;
            self.at += 1;
            match byte {
                b'{' => return Some(Token::Open),
                b'}' => return Some(Token::Close),
                b'\\' => return self.control(),
                b'\r' | b'\n' | 0 => {}
                _ => {
                    while self
                        .peek()
                        .is_some_and(|b| !matches!(b, b'{' | b'}' | b'\\' | b'\r' | b'\n' | 0))
                    {
                        self.at += 1;
                    }
                    return self.bytes.get(start..self.at).map(Token::Text);
                }
            }
        }
    }
}
