//! What a chunk needs beside it to be understood: the terms it uses, the numbers it names, and what
//! else the contract says of the same thing.
//!
//! Context is only added to what is read. Every chunk is read whatever is found here.

use std::collections::BTreeSet;

use countersign_contracts::document::Span;
use countersign_contracts::passage::Passage;

use super::references::references_in;
use super::{Defined, Index, uses};
use crate::embed::words::words_of;

/// Passages beside a chunk because they are about the same at the most.
const MOST_RELATED: usize = 6;
/// Tokens that a passage's heading and its mark in a prompt take.
const FRAME: usize = 12;

/// Words that stand beside a chunk, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextPassage {
    /// Why.
    pub reason: Reason,
    /// The chunk it is from.
    pub chunk: u32,
    /// The passage of that chunk.
    pub passage: u32,
    /// Its range of the document's text.
    pub span: Span,
    /// The page it starts on.
    pub page: u32,
    /// Headings it stands under, outermost first.
    pub heading_path: Vec<String>,
    /// The document's text.
    pub text: String,
}

/// Why words stand beside a chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// They define this term, which the chunk uses (or which such a definition uses).
    Definition(String),
    /// The chunk refers to this number.
    Reference(String),
    /// They are about the same.
    Related,
}

/// Tokens that a text may take in a model's prompt. Models count differently; this errs upwards for
/// English.
#[must_use]
pub fn estimate_tokens(text: &str) -> usize {
    (text.len() * 2).div_ceil(7)
}

/// What still fits.
struct Budget {
    left: usize,
    chosen: Vec<ContextPassage>,
}

impl Budget {
    /// Takes what fits and is not there yet; what is too long is left out, and shorter ones may follow.
    fn add(&mut self, one: ContextPassage) {
        let within = |outer: Span| outer.start <= one.span.start && one.span.end <= outer.end;
        let path = one.heading_path.last().map_or("", String::as_str);
        let cost = estimate_tokens(&one.text) + estimate_tokens(path) + FRAME;
        if cost <= self.left && !self.chosen.iter().any(|c| within(c.span)) {
            self.left -= cost;
            self.chosen.push(one);
        }
    }
}

impl Index {
    /// The context of a chunk within a budget of tokens: definitions first, the rarest term first;
    /// then what it refers to; then the definitions those definitions need; then passages about the
    /// same. The same rows, profile and budget always give the same context.
    #[must_use]
    pub fn context_for_chunk(&self, chunk: u32, budget_tokens: usize) -> Vec<ContextPassage> {
        let own: Vec<&Passage> = self
            .rows
            .iter()
            .map(|row| &row.passage)
            .filter(|p| p.chunk == chunk)
            .collect();
        let text = own
            .iter()
            .map(|p| p.text.as_str())
            .collect::<Vec<_>>()
            .join("\n\n");
        let mut budget = Budget {
            left: budget_tokens,
            chosen: Vec::new(),
        };
        let mut known = BTreeSet::new();
        let direct = self.definitions_used(&text, chunk, &mut known);
        for defined in &direct {
            self.add_definition(&mut budget, defined);
        }
        for names in references_in(&text) {
            self.add_reference(&mut budget, &names, &own, chunk);
        }
        for defined in &direct {
            for needed in self.definitions_used(&defined.definition.text, chunk, &mut known) {
                self.add_definition(&mut budget, needed);
            }
        }
        let embeddings: Vec<_> = self
            .rows
            .iter()
            .filter(|row| row.passage.chunk == chunk)
            .map(|row| &row.embedding)
            .collect();
        let cosines = self.cosines(&embeddings);
        let by_words = self.lexical.rank(&words_of(&text));
        let related = self.fused(&cosines, &by_words, Some(chunk));
        for (row, _) in related.into_iter().take(MOST_RELATED) {
            if let Some(row) = self.rows.get(row) {
                budget.add(whole(&row.passage, Reason::Related));
            }
        }
        budget.chosen
    }

    /// Definitions, outside the chunk, of terms that a text uses; each once, the rarest term first.
    fn definitions_used(
        &self,
        text: &str,
        chunk: u32,
        known: &mut BTreeSet<String>,
    ) -> Vec<&Defined> {
        let mut used: Vec<&Defined> = self
            .definitions
            .iter()
            .filter(|d| self.is_outside(d.row, Some(chunk)))
            .filter(|d| uses(text, &d.definition.term))
            .filter(|d| known.insert(d.definition.term.clone()))
            .collect();
        used.sort_by_key(|d| (d.used, d.definition.span.start));
        used
    }

    fn add_definition(&self, budget: &mut Budget, defined: &Defined) {
        let Some(row) = self.rows.get(defined.row) else {
            return;
        };
        let definition = &defined.definition;
        budget.add(ContextPassage {
            span: definition.span,
            text: definition.text.clone(),
            ..whole(&row.passage, Reason::Definition(definition.term.clone()))
        });
    }

    /// The words under a number: from its paragraph to the next number that is not below it, as far as
    /// the passage goes. A number in the chunk's own schedule comes before the same in the main part.
    fn add_reference(&self, budget: &mut Budget, names: &[String], own: &[&Passage], chunk: u32) {
        let part = own
            .iter()
            .flat_map(|p| &p.numbers)
            .find_map(|n| n.number.split_once('/').map(|(part, _)| part));
        let found = names.iter().find_map(|name| {
            let inner = part.map(|part| format!("{part}/{name}"));
            let inner = inner.and_then(|name| self.numbers.get_key_value(&name));
            inner.or_else(|| self.numbers.get_key_value(name))
        });
        let Some((number, (row, start))) = found else {
            return;
        };
        let Some(row) = self.rows.get(*row) else {
            return;
        };
        let passage = &row.passage;
        if passage.chunk == chunk {
            return;
        }
        let is_below = |other: &str| {
            other
                .strip_prefix(number.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '(', '/']))
        };
        let end = passage
            .numbers
            .iter()
            .filter(|n| n.span.start > *start && !is_below(&n.number))
            .map(|n| n.span.start)
            .next()
            .unwrap_or(passage.span.end);
        let from = (*start - passage.span.start) as usize;
        let to = (end - passage.span.start) as usize;
        let Some(text) = passage.text.get(from..to).map(str::trim_end) else {
            return;
        };
        budget.add(ContextPassage {
            span: Span::new(*start as usize, *start as usize + text.len()),
            text: text.to_owned(),
            ..whole(passage, Reason::Reference(number.clone()))
        });
    }
}

fn whole(passage: &Passage, reason: Reason) -> ContextPassage {
    ContextPassage {
        reason,
        chunk: passage.chunk,
        passage: passage.passage,
        span: passage.span,
        page: passage.page,
        heading_path: passage.heading_path.clone(),
        text: passage.text.clone(),
    }
}
