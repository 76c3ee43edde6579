//! Answers to a person's question about a contract: sentences that each carry words of the contract, and how much
//! of it was read for them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::citation::Citation;
use crate::document::{Document, Span};

/// A sentence of an answer. Without words of the contract there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sentence {
    /// What it says, in a model's words.
    pub text: String,
    /// Where the words stand that it rests on.
    pub place: Span,
    /// Those words, as the pages have them.
    pub citations: Vec<Citation>,
}

/// What one part of a contract answers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PartAnswer {
    /// In the order they were said.
    pub sentences: Vec<Sentence>,
    /// Sentences whose words do not stand in the part, or that hold numbers which are not in their words.
    pub left_out: u32,
}

/// Words of a contract that a question's words stand in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AnswerPassage {
    /// Headings they stand under, outermost first.
    pub heading_path: Vec<String>,
    /// Where they stand.
    pub citations: Vec<Citation>,
}

/// A part of the contract that is read for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedPart {
    /// Its place in the document's text.
    pub span: Span,
    /// The page it begins on.
    pub first_page: u32,
    /// The page it ends on.
    pub last_page: u32,
}

/// What is to be read for an answer. The parts together are the whole text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadingPlan {
    /// Parts that a model reads; none where none is asked.
    pub parts: Vec<PlannedPart>,
    /// Passages that hold the question's words.
    pub passages: Vec<AnswerPassage>,
    /// Pages of the contract.
    pub pages_total: u32,
    /// Pages that could be read at all.
    pub pages_readable: u32,
}

impl PlannedPart {
    /// A part of a document.
    #[must_use]
    pub fn of(document: &Document, span: Span) -> Self {
        let words = document.words_in(span);
        let page = |word: Option<&crate::document::WordRef>| word.map_or(1, |word| word.page);
        Self {
            span,
            first_page: page(words.first()),
            last_page: page(words.last()),
        }
    }

    /// Whether parts of it that were read are all of it.
    fn is_read(&self, read: &[Span]) -> bool {
        let mut inside: Vec<&Span> = read
            .iter()
            .filter(|span| self.span.start <= span.start && span.end <= self.span.end)
            .collect();
        inside.sort_by_key(|span| span.start);
        let reached = inside.iter().fold(self.span.start, |reached, span| {
            if span.start <= reached {
                reached.max(span.end)
            } else {
                reached
            }
        });
        reached >= self.span.end
    }
}

impl ReadingPlan {
    /// Pages that were read to the end, when these places were.
    #[must_use]
    pub fn pages_read(&self, read: &[Span]) -> u32 {
        let unread: BTreeSet<u32> = self
            .parts
            .iter()
            .filter(|part| !part.is_read(read))
            .flat_map(|part| part.first_page..=part.last_page)
            .collect();
        self.pages_readable.saturating_sub(unread.len() as u32)
    }
}

/// One answer of what the parts said, in the order of the contract; what is said twice is said once, with the words
/// of both.
#[must_use]
pub fn one_answer(parts: Vec<PartAnswer>) -> Vec<Sentence> {
    let mut all: Vec<Sentence> = parts.into_iter().flat_map(|part| part.sentences).collect();
    all.sort_by_key(|sentence| (sentence.place.start, sentence.place.end));
    let mut answer: Vec<Sentence> = Vec::with_capacity(all.len());
    for sentence in all {
        match answer.iter_mut().find(|known| known.text == sentence.text) {
            Some(known) if known.place != sentence.place => {
                known.citations.extend(sentence.citations);
            }
            Some(_) => {}
            None => answer.push(sentence),
        }
    }
    answer
}

/// Words of questions that say nothing of what is asked for.
const EMPTY_WORDS: &[&str] = &[
    "about",
    "after",
    "agreement",
    "all",
    "also",
    "and",
    "any",
    "are",
    "because",
    "before",
    "between",
    "both",
    "but",
    "can",
    "clause",
    "contract",
    "could",
    "did",
    "does",
    "each",
    "for",
    "from",
    "get",
    "give",
    "had",
    "has",
    "have",
    "how",
    "into",
    "its",
    "long",
    "many",
    "may",
    "much",
    "must",
    "not",
    "off",
    "one",
    "other",
    "our",
    "out",
    "over",
    "own",
    "say",
    "says",
    "shall",
    "should",
    "some",
    "such",
    "tell",
    "than",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "this",
    "those",
    "under",
    "upon",
    "was",
    "were",
    "what",
    "when",
    "where",
    "whether",
    "which",
    "while",
    "who",
    "whom",
    "whose",
    "why",
    "will",
    "with",
    "within",
    "would",
    "you",
    "your",
];
/// A word shorter than this says nothing of what is asked for.
const SHORTEST_WORD: usize = 3;
/// Endings are left out of the comparison of words longer than this.
const STEM: usize = 4;

/// The words of a question that a passage can hold, without their endings.
#[must_use]
pub fn words_asked_for(question: &str) -> Vec<String> {
    let lower = question.to_lowercase();
    let mut wanted: Vec<String> = Vec::new();
    for word in lower.split(|c: char| !c.is_alphanumeric()) {
        if word.chars().count() < SHORTEST_WORD || EMPTY_WORDS.contains(&word) {
            continue;
        }
        let word = word.strip_suffix('s').unwrap_or(word);
        let length = word.chars().count();
        let stem: String = word
            .chars()
            .take(length.saturating_sub(2).max(STEM))
            .collect();
        if !wanted.contains(&stem) {
            wanted.push(stem);
        }
    }
    wanted
}

/// How many of these words a text holds.
#[must_use]
pub fn words_held(text: &str, wanted: &[String]) -> usize {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    wanted
        .iter()
        .filter(|stem| words.iter().any(|word| word.starts_with(stem.as_str())))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: u32, end: u32) -> Span {
        Span { start, end }
    }

    fn sentence(text: &str, start: u32) -> Sentence {
        Sentence {
            text: text.to_owned(),
            place: span(start, start + 20),
            citations: vec![Citation {
                page: 1,
                quote: format!("words at {start}"),
                boxes: Vec::new(),
                verified: true,
            }],
        }
    }

    #[test]
    fn a_page_counts_as_read_when_all_parts_on_it_were() {
        let part = |start, end, first_page, last_page| PlannedPart {
            span: span(start, end),
            first_page,
            last_page,
        };
        let plan = ReadingPlan {
            parts: vec![part(0, 100, 1, 2), part(102, 200, 2, 4)],
            passages: Vec::new(),
            pages_total: 5,
            pages_readable: 4,
        };
        assert_eq!(plan.pages_read(&[span(0, 100), span(102, 200)]), 4);
        assert_eq!(plan.pages_read(&[span(0, 100)]), 1);
        assert_eq!(plan.pages_read(&[]), 0);
        let halves = [span(150, 200), span(0, 100), span(102, 150)];
        assert_eq!(plan.pages_read(&halves), 4, "in two halves");
        assert_eq!(plan.pages_read(&halves[..2]), 1, "half of it is not it");
        let nobody_asked = ReadingPlan {
            parts: Vec::new(),
            ..plan
        };
        assert_eq!(nobody_asked.pages_read(&[]), 4);
    }

    #[test]
    fn an_answer_follows_the_contract_and_says_nothing_twice() {
        let part = |sentences| PartAnswer {
            sentences,
            left_out: 0,
        };
        let answer = one_answer(vec![
            part(vec![sentence("B.", 80), sentence("A.", 300)]),
            part(vec![sentence("A.", 10), sentence("A.", 10)]),
        ]);
        let told: Vec<(&str, usize)> = answer
            .iter()
            .map(|s| (s.text.as_str(), s.citations.len()))
            .collect();
        assert_eq!(told, [("A.", 2), ("B.", 1)]);
    }

    #[test]
    fn a_passage_holds_a_questions_words_whatever_their_endings() {
        let wanted = words_asked_for("When may we terminate the agreement, and who pays?");
        assert_eq!(wanted, ["termina", "pay"]);
        assert_eq!(words_held("Termination for cause.", &wanted), 1);
        let wanted = words_asked_for("Is the supplier liable?");
        assert_eq!(
            words_held("The Supplier's liability is capped.", &wanted),
            2
        );
        assert_eq!(words_held("Governing law: Norway.", &wanted), 0);
        assert!(words_asked_for("What is this about?").is_empty());
    }
}
