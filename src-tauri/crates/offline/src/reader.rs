//! Reads one chunk: sentences, the kinds whose words occur in them, and the clauses they make. Where the
//! patterns read nothing, what the trained model heard is looked at.

use std::cell::OnceCell;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use countersign_contracts::clause::{Clause, ClauseKind, Fact, FactValue, Polarity, Side};
use countersign_contracts::date::CivilDate;
use countersign_contracts::document::Span;
use countersign_contracts::profile::{DocumentProfile, Heard};
use regex::Regex;

use crate::dates::find_dates;
use crate::kinds::RULES;
use crate::kinds::heard::{doubt_ruled_out, read_heard};
use crate::negation::is_negated;
use crate::numbers::{
    Amount, Duration, Found, Percentage, find_amounts, find_durations, find_percentages,
};
use crate::pattern::{fold, rx};
use crate::sentences::{Cut, cut_sentences};
use crate::sides::{Mention, Sides, auxiliaries, auxiliary_before, subject_of};

/// A negation further than this in front of a verb does not negate it (bytes).
const FAR: usize = 140;

/// A chunk to read.
#[derive(Debug, Clone, Copy)]
pub struct ChunkInput<'a> {
    /// The chunk's text: the document's text over the chunk's span.
    pub text: &'a str,
    /// Where it starts in the document's text (bytes).
    pub start: usize,
    /// Headings it stands under, outermost first.
    pub heading_path: &'a [String],
    /// What the document says about itself.
    pub profile: &'a DocumentProfile,
}

/// A sentence as the kinds see it.
#[derive(Debug)]
pub struct Sentence<'a> {
    /// As printed.
    pub text: &'a str,
    /// Lower-cased (ASCII only, so that offsets stay).
    pub lower: &'a str,
    /// Lower-cased headings it stands under, innermost last, joined by ` / `.
    pub heading: &'a str,
    /// Its whole paragraph, lower-cased.
    pub paragraph: &'a str,
    /// The sentence that led into a list it stands in, lower-cased; empty without one.
    pub lead_in: &'a str,
    /// Whom the lead-in is about.
    pub lead_in_subject: Option<Mention>,
    /// Parties named in it.
    pub mentions: Vec<Mention>,
    /// Where its auxiliaries stand: shall, may, will, …
    pub auxiliaries: Vec<usize>,
    values: Values,
    /// What the document says about itself.
    pub profile: &'a DocumentProfile,
    /// Where it starts in the document's text.
    pub start: usize,
}

/// Numbers of a sentence, found when first asked for.
#[derive(Debug, Default)]
struct Values {
    durations: OnceCell<Vec<Found<Duration>>>,
    percentages: OnceCell<Vec<Found<Percentage>>>,
    amounts: OnceCell<Vec<Found<Amount>>>,
    dates: OnceCell<Vec<Found<CivilDate>>>,
}

/// Reads the clauses of a chunk. Spans are offsets of the document's text.
#[must_use]
pub fn read_chunk(input: &ChunkInput) -> Vec<Clause> {
    let lower = fold(input.text);
    let cuts = cut_sentences(input.text);
    let wanted = rules_per_sentence(&lower, &cuts);
    let sides = Sides::new(input.profile);
    let path = fold(&input.heading_path.join(" / "));
    let mut heading = path.clone();
    let mut own_headings: Vec<(usize, String)> = Vec::new();
    let mut lead_in: Option<(Cut, Option<Mention>)> = None;
    let mut clauses = Vec::new();
    let mut proposed = Vec::new();
    let heard = heard_in(input);
    for (cut, rules) in cuts.iter().zip(wanted) {
        let (Some(text), Some(sentence), Some(paragraph)) = (
            input.text.get(cut.start..cut.end),
            lower.get(cut.start..cut.end),
            lower.get(cut.paragraph_start..cut.paragraph_end),
        ) else {
            continue;
        };
        if let Some(own) = own_heading(text, cut) {
            let depth = number_depth(own);
            own_headings.retain(|(level, _)| *level < depth);
            own_headings.push((depth, fold(own)));
            heading.clone_from(&path);
            for (_, own) in &own_headings {
                heading.push_str(" / ");
                heading.push_str(own);
            }
        }
        let opens_list = sentence.ends_with(':') || sentence.ends_with(":-");
        let place = Span::new(input.start + cut.start, input.start + cut.end);
        let heard_here = || heard.iter().filter(move |h| h.span.overlaps(place));
        let nothing = rules.is_empty() && heard_here().next().is_none();
        if (nothing && !opens_list) || is_bare_heading(text) {
            continue;
        }
        let mentions = sides.mentions(text, sentence);
        if opens_list {
            lead_in = Some((
                *cut,
                mentions
                    .iter()
                    .find(|m| !m.oblique && !m.possessive)
                    .copied(),
            ));
        }
        let in_list = lead_in.filter(|(lead, _)| {
            cut.start > lead.start && is_list_item(sentence) && cut.start - lead.end < 3000
        });
        let seen = Sentence {
            text,
            lower: sentence,
            heading: &heading,
            paragraph,
            lead_in: in_list
                .and_then(|(l, _)| lower.get(l.start..l.end))
                .unwrap_or(""),
            lead_in_subject: in_list.and_then(|(_, subject)| subject),
            auxiliaries: auxiliaries(sentence),
            mentions,
            values: Values::default(),
            profile: input.profile,
            start: input.start + cut.start,
        };
        for rule in rules {
            if let Some(read) = RULES.get(rule) {
                (read.read)(&seen, &mut clauses);
            }
        }
        proposed.extend(heard_here().filter_map(|h| read_heard(&seen, h.kind, h.found)));
    }
    doubt_ruled_out(input.profile, &mut clauses);
    add_proposed(proposed, &mut clauses);
    clauses
}

/// What the model heard in a chunk.
fn heard_in<'a>(input: &ChunkInput<'a>) -> &'a [Heard] {
    let heard = input.profile.heard.as_slice();
    let first = heard.partition_point(|h| (h.span.start as usize) < input.start);
    let end = input.start + input.text.len();
    let count = heard
        .iter()
        .skip(first)
        .take_while(|h| (h.span.start as usize) < end)
        .count();
    heard.get(first..first + count).unwrap_or(&[])
}

/// Adds what was heard where the patterns read nothing of its kind, each place once.
fn add_proposed(proposed: Vec<Clause>, clauses: &mut Vec<Clause>) {
    for clause in proposed {
        let known = clauses
            .iter()
            .any(|c| c.kind == clause.kind && c.span.overlaps(clause.span));
        if !known {
            clauses.push(clause);
        }
    }
}

/// Words at most in a heading that stands alone.
const LONGEST_HEADING: usize = 10;
/// The same in capitals, where a heading can't be told from a sentence by its letters.
const LONGEST_IN_CAPITALS: usize = 4;
/// Letters at most of the small words that a heading writes small: of, and, the, with.
const SMALL_WORD: usize = 4;

/// Whether a sentence is only a heading, or a line of a table of contents: it names a subject and says
/// nothing about it.
fn is_bare_heading(text: &str) -> bool {
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.chars().any(char::is_alphabetic))
        .collect();
    let is_name = |word: &&str| {
        word.len() <= SMALL_WORD || word.chars().next().is_some_and(char::is_uppercase)
    };
    let says_something = |word: &&str| {
        let word = word.to_lowercase();
        matches!(
            word.as_str(),
            "shall" | "may" | "will" | "must" | "is" | "are" | "has" | "not" | "no"
        )
    };
    let digits = text.chars().any(|c| c.is_ascii_digit());
    let numbered = text
        .trim_start()
        .starts_with(|c: char| c.is_ascii_digit() || c == '(');
    let longest = if text.chars().any(char::is_lowercase) {
        LONGEST_HEADING
    } else {
        LONGEST_IN_CAPITALS
    };
    (1..=longest).contains(&words.len())
        && !text.contains(':')
        && (!digits || numbered)
        && words.iter().all(is_name)
        && !words.iter().any(says_something)
}

static NEEDS: LazyLock<(Option<AhoCorasick>, Vec<usize>)> = LazyLock::new(|| {
    let mut words = Vec::new();
    let mut rule_of_word = Vec::new();
    for (index, rule) in RULES.iter().enumerate() {
        for word in rule.needs {
            words.push(*word);
            rule_of_word.push(index);
        }
    }
    (AhoCorasick::new(&words).ok(), rule_of_word)
});

/// For each sentence the rules one of whose words occurs in it, ascending.
fn rules_per_sentence(lower: &str, cuts: &[Cut]) -> Vec<Vec<usize>> {
    let mut wanted: Vec<Vec<usize>> = vec![Vec::new(); cuts.len()];
    let (Some(words), rule_of_word) = (&NEEDS.0, &NEEDS.1) else {
        return wanted;
    };
    for hit in words.find_overlapping_iter(lower) {
        let at = cuts.partition_point(|cut| cut.end <= hit.start());
        let Some(rule) = rule_of_word.get(hit.pattern().as_usize()) else {
            continue;
        };
        if let Some(rules) = wanted.get_mut(at).filter(|r| !r.contains(rule)) {
            rules.push(*rule);
        }
    }
    for rules in &mut wanted {
        rules.sort_unstable();
    }
    wanted
}

/// The heading a sentence is: "7.2 Suspension." or "LIMITATION OF LIABILITY".
fn own_heading<'a>(text: &'a str, cut: &Cut) -> Option<&'a str> {
    let starts_paragraph = cut.start <= cut.paragraph_start + 2;
    let words = text.split_whitespace().count();
    let titled = text
        .split_whitespace()
        .filter(|w| w.len() > 3 && w.chars().all(|c| c.is_alphabetic() || c == '-'))
        .all(|w| w.starts_with(char::is_uppercase));
    (starts_paragraph && text.len() < 90 && words <= 10 && titled).then_some(text)
}

/// How deep a heading's number is: 2 for "7.2 Suspension", 1 for "7. Term" and without a number.
fn number_depth(heading: &str) -> usize {
    let number = heading
        .split_whitespace()
        .next()
        .unwrap_or("")
        .trim_end_matches('.');
    let numeric = number.starts_with(|c: char| c.is_ascii_digit());
    if numeric {
        number.matches('.').count() + 1
    } else {
        1
    }
}

fn is_list_item(lower: &str) -> bool {
    let first = lower.split_whitespace().next().unwrap_or("");
    first.len() <= 7
        && (first.starts_with('(')
            || first.ends_with([')', '.'])
            || first.starts_with(['•', '-', '–', '·', '*']))
}

impl Sentence<'_> {
    /// Whom the verb at `verb` is about.
    #[must_use]
    pub fn subject(&self, verb: usize) -> Side {
        subject_of(self.lower, &self.auxiliaries, &self.mentions, verb)
            .or(self.lead_in_subject)
            .map_or(Side::Unknown, |mention| mention.side)
    }

    /// Whether the verb at `verb..verb_end` is negated: between its auxiliary and its end, in its
    /// subject ("neither Party"), or by a sentence that starts with "Nothing in …".
    #[must_use]
    pub fn negated(&self, verb: usize, verb_end: usize) -> bool {
        let subject = subject_of(self.lower, &self.auxiliaries, &self.mentions, verb);
        let auxiliary = verb
            .checked_sub(1)
            .and_then(|v| auxiliary_before(&self.auxiliaries, v));
        // A verb without an auxiliary ("Customer grants") is judged from its subject on.
        let from = match (auxiliary, subject.filter(|s| s.end <= verb)) {
            (Some(auxiliary), Some(subject)) => auxiliary.max(subject.end),
            (auxiliary, subject) => auxiliary.or(subject.map(|s| s.end)).unwrap_or(0),
        };
        // A negation far in front of the verb belongs to something else.
        let from = from
            .max(verb.saturating_sub(FAR))
            .max(self.condition_end(verb));
        let none = subject
            .and_then(|m| self.lower.get(m.start..m.end))
            .is_some_and(|words| words.starts_with("neither") || words.starts_with("no "));
        // "shall refrain from using" denies; "is not prohibited from using" does not.
        let barred = rx!(
            r"\b(?:refrains?|abstains?|desists?|prohibited|barred|precluded|forbidden|restrained|debarred|prevented)\s+(?:from|to)\b[^.;,]{0,60}$"
        );
        let barred = self
            .lower
            .get(from..verb)
            .and_then(|head| barred.find(head));
        if let Some(barred) = barred {
            return !none && !is_negated(self.lower, from, from + barred.start());
        }
        none || is_negated(self.lower, from, verb_end)
            || rx!(r"^(?:\S{1,8}\s)?(?:[^,]{0,60},\s)?nothing\b").is_match(self.lower)
            || self.lower.get(..verb).is_some_and(|head| {
                rx!(r"\b(?:not|never) (?:be )?(?:read|construed|interpreted|deemed|understood|taken) (?:as|to)\b[^.;]*$|\b(?:waives?|gives? up|forgoes?|relinquish(?:es)?)\b[^.;]{0,24}\brights? (?:to|of)\b[^.;]*$")
                    .is_match(head)
            })
            || self
                .lower
                .get(verb.saturating_sub(80)..verb)
                .is_some_and(|head| {
                    rx!(r"\b(?:in no event|under no circumstances|at no time)\b[^.,;]*$")
                        .is_match(head)
                })
    }

    /// Where a condition in front of the verb at `verb` ends: "If neither party objects, …" denies
    /// nothing of what follows.
    #[must_use]
    pub fn condition_end(&self, verb: usize) -> usize {
        rx!(r"^(?:\S{1,8}\s)?(?:if|unless|where|when|should|in the absence)\b[^,]{0,140},\s")
            .find(self.lower)
            .map_or(0, |condition| condition.end())
            .min(verb)
    }

    /// Whether the pattern occurs.
    #[must_use]
    pub fn has(&self, pattern: &Regex) -> bool {
        pattern.is_match(self.lower)
    }

    /// Whether the pattern occurs in the words that lead into the list it stands in.
    #[must_use]
    pub fn has_lead(&self, pattern: &Regex) -> bool {
        pattern.is_match(self.lead_in)
    }

    /// A flag under each name whose pattern occurs.
    #[must_use]
    pub fn flags(&self, named: &[(&str, &Regex)]) -> Vec<Fact> {
        named
            .iter()
            .filter(|(_, p)| self.has(p))
            .map(|(name, _)| self.flag(name))
            .collect()
    }

    /// Its lengths of time, in order.
    #[must_use]
    pub fn durations(&self) -> &[Found<Duration>] {
        self.values
            .durations
            .get_or_init(|| find_durations(self.lower))
    }

    /// Its percentages, in order.
    #[must_use]
    pub fn percentages(&self) -> &[Found<Percentage>] {
        self.values
            .percentages
            .get_or_init(|| find_percentages(self.lower))
    }

    /// Its amounts of money, in order.
    #[must_use]
    pub fn amounts(&self) -> &[Found<Amount>] {
        self.values.amounts.get_or_init(|| find_amounts(self.lower))
    }

    /// Its dates, in order.
    #[must_use]
    pub fn dates(&self) -> &[Found<CivilDate>] {
        self.values.dates.get_or_init(|| find_dates(self.lower))
    }

    /// The length of time whose place is nearest to `at`, of those that `fits`.
    #[must_use]
    pub fn duration_near(&self, at: usize, fits: fn(&Duration) -> bool) -> Option<Found<Duration>> {
        self.durations()
            .iter()
            .filter(|found| fits(&found.value))
            .min_by_key(|found| found.start.abs_diff(at))
            .copied()
    }

    /// A fact from a value found in this sentence.
    #[must_use]
    pub fn duration_fact(&self, name: &str, found: &Found<Duration>) -> Fact {
        self.fact(name, found.value.fact(), found.start, found.end)
    }

    /// The sentence's place in the document.
    #[must_use]
    pub fn span(&self) -> Span {
        Span::new(self.start, self.start + self.text.len())
    }

    /// A clause that this sentence is.
    #[must_use]
    pub fn clause(&self, kind: ClauseKind, bound: Side, negated: bool, confidence: f32) -> Clause {
        Clause {
            kind,
            span: self.span(),
            bound,
            polarity: if negated {
                Polarity::Negated
            } else {
                Polarity::Affirmed
            },
            confidence,
            facts: Vec::new(),
        }
    }

    /// A fact read from bytes `start..end` of this sentence.
    #[must_use]
    pub fn fact(&self, name: &str, value: FactValue, start: usize, end: usize) -> Fact {
        Fact {
            name: name.to_owned(),
            value,
            span: Span::new(self.start + start, self.start + end),
        }
    }

    /// How many of something, proved by the whole sentence.
    #[must_use]
    pub fn count(&self, name: &str, count: usize) -> Fact {
        let value = FactValue::Count {
            value: count as f64,
        };
        self.fact(name, value, 0, self.text.len())
    }

    /// A property of the clause, proved by the whole sentence.
    #[must_use]
    pub fn flag(&self, name: &str) -> Fact {
        self.fact(name, FactValue::Flag, 0, self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::is_bare_heading;

    #[test]
    fn a_heading_alone_says_nothing_and_a_short_sentence_does() {
        for heading in [
            "20. CONFIDENTIALITY",
            "Accounting Procedures; Right of Audit.",
            "10. Accounting Procedures; Right of Audit.",
            "Limitation of Liability",
        ] {
            assert!(is_bare_heading(heading), "{heading}");
        }
        for sentence in [
            "Governing Law: New York",
            "Customer shall pay.",
            "CUSTOMER WAIVES TRIAL BY JURY.",
            "THE SERVICES ARE PROVIDED AS IS.",
            "No assignment without consent.",
            "Payment terms are net 30.",
            "[●]",
        ] {
            assert!(!is_bare_heading(sentence), "{sentence}");
        }
    }
}
