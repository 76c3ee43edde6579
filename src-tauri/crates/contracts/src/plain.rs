//! A [`Document`] made from plain text or light Markdown: words without boxes. For contracts that
//! come as text, and for everything that is tested without a page.

use crate::document::{
    Bbox, Document, Page, PageQuality, PageSource, Paragraph, Span, Word, WordRef,
};

impl Document {
    /// Makes a document from text: a blank line ends a paragraph, a form feed a page; `#` marks a
    /// heading, and a number at the start of a paragraph (`7.2`, `(a)`, `S1.1`) is its own.
    #[must_use]
    pub fn from_plain_text(source: &str) -> Self {
        let mut document = Self {
            pages: Vec::new(),
            text: String::new(),
            words: Vec::new(),
            paragraphs: Vec::new(),
        };
        for (index, page_text) in source.replace("\r\n", "\n").split('\x0c').enumerate() {
            let number = index as u32 + 1;
            let mut page = empty_page(number);
            let mut block = String::new();
            for line in page_text.lines().chain([""]) {
                if line.trim().is_empty() {
                    document.push_paragraph(&mut page, &block);
                    block.clear();
                } else {
                    block.push_str(line);
                    block.push(' ');
                }
            }
            document.pages.push(page);
        }
        document
    }

    fn push_paragraph(&mut self, page: &mut Page, block: &str) {
        let marks = block.chars().take_while(|c| *c == '#').count();
        let body = block.get(marks..).unwrap_or("").trim();
        if body.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
        let start = self.text.len();
        for word in body.split_whitespace() {
            if self.text.len() > start {
                self.text.push(' ');
            }
            let from = self.text.len();
            self.text.push_str(word);
            let span = Span::new(from, self.text.len());
            let index = page.words.len() as u32;
            self.words.push(WordRef {
                span,
                page: page.number,
                word: index,
            });
            page.words.push(plain_word(word, index));
        }
        let (number, rest) = split_number(body);
        let level = match (marks, number) {
            (1.., _) => marks as u8 - 1,
            (0, Some(n)) => n.matches('.').count() as u8 + 1,
            (0, None) => 2,
        };
        self.paragraphs.push(Paragraph {
            span: Span::new(start, self.text.len()),
            page: page.number,
            number: number.map(str::to_owned),
            heading: (marks > 0).then(|| rest.to_owned()),
            level,
        });
    }
}

fn empty_page(number: u32) -> Page {
    Page {
        number,
        width: 612.0,
        height: 792.0,
        source: PageSource::Text,
        quality: PageQuality::Ok,
        problem: None,
        words: Vec::new(),
    }
}

fn plain_word(text: &str, line: u32) -> Word {
    Word {
        text: text.to_owned(),
        bbox: Bbox([0.0; 4]),
        line,
        size: 0.0,
        bold: false,
        hidden: None,
        confidence: None,
    }
}

/// `7.2 Term` gives `7.2` and `Term`.
fn split_number(body: &str) -> (Option<&str>, &str) {
    let Some((first, rest)) = body.split_once(' ') else {
        return (None, body);
    };
    let bare = first.trim_end_matches(['.', ')']).trim_start_matches('(');
    let numeric = bare.chars().any(|c| c.is_ascii_digit())
        && bare
            .chars()
            .all(|c| c.is_ascii_digit() || c == '.' || c.is_ascii_uppercase())
        && bare.len() <= 8;
    let lettered = first.starts_with('(') && first.ends_with(')') && bare.len() <= 4;
    if numeric || lettered {
        (Some(bare), rest)
    } else {
        (None, body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::citation::cite_span;

    #[test]
    fn plain_text_becomes_paragraphs_pages_and_citable_words() {
        let document = Document::from_plain_text(
            "# Title here\n\n## 2. Term\n\n2.1 It starts\nnow.\n\x0c(a) Next page.",
        );
        assert_eq!(
            document.text,
            "Title here\n\n2. Term\n\n2.1 It starts now.\n\n(a) Next page."
        );
        let numbers: Vec<_> = document
            .paragraphs
            .iter()
            .map(|p| p.number.as_deref())
            .collect();
        assert_eq!(numbers, [None, Some("2"), Some("2.1"), Some("a")]);
        assert_eq!(document.paragraphs[1].heading.as_deref(), Some("Term"));
        let at = document.text.find("Next").unwrap();
        let citations = cite_span(&document, Span::new(at, at + 9));
        assert_eq!(
            (citations[0].page, citations[0].quote.as_str()),
            (2, "Next page.")
        );
    }
}
