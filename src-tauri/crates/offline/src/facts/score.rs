//! Key terms against the answers that people wrote down, field by field.
//!
//! The rules of equality are few and strict, because a register's cell is right or wrong:
//!
//! - **dates** (agreement date, expiration): the same day. `perpetual` is a value like a day.
//! - **governing law**: the same places by their words, without "State of", "Province of" and the
//!   country behind a state; of an answer with several places one is enough.
//! - **renewal term, notice period**: the same length; a year is twelve months, a month is not thirty
//!   days. "Successive" and how often are not compared; of several lengths one is enough.
//! - **parties**: each party of the answer is looked for among the parties read, by the letters and
//!   digits of its name; in a long name two letters may differ, since the answers were typed by hand.
//!
//! Answers with a blank in them (`[]`) are left out, whatever was read.

use std::collections::BTreeSet;

use countersign_contracts::clause::TimeUnit;
use countersign_contracts::date::CivilDate;

use super::Facts;
use crate::dates::find_dates;
use crate::numbers::find_durations;
use crate::pattern::{fold, rx, rx_printed};

/// How values of a field are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    Place,
    Day,
    Length,
    Names,
}

/// A field of the register and the question of the gold file that it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The register's field; `parties` for the names of the parties.
    pub id: &'static str,
    /// The key of `answers` in the gold file.
    pub question: &'static str,
    rule: Rule,
}

/// The fields that are scored, in the order of the report.
pub const FIELDS: [Field; 6] = [
    field("governing_law", "Governing Law", Rule::Place),
    field("agreement_date", "Agreement Date", Rule::Day),
    field("expiration_date", "Expiration Date", Rule::Day),
    field("renewal_term", "Renewal Term", Rule::Length),
    field(
        "renewal_notice",
        "Notice Period To Terminate Renewal",
        Rule::Length,
    ),
    field("parties", "Parties", Rule::Names),
];

const fn field(id: &'static str, question: &'static str, rule: Rule) -> Field {
    Field { id, question, rule }
}

/// One answer held against what was read: for parties one a name, else one a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The field's id.
    pub field: &'static str,
    /// As the gold file has it; empty when it has none.
    pub gold: String,
    /// As read; empty when nothing was found.
    pub read: String,
    /// Whether both say the same.
    pub right: bool,
}

/// Counts of one field over many contracts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    /// Answers in the gold file.
    pub stated: usize,
    /// Values read where the gold file has an answer.
    pub read: usize,
    /// Of these, right ones.
    pub right: usize,
    /// Values read where the gold file has no answer.
    pub unstated: usize,
}

impl Score {
    /// Counts a row.
    pub fn add(&mut self, row: &Row) {
        let (gold, read) = (!row.gold.is_empty(), !row.read.is_empty());
        self.stated += usize::from(gold);
        self.read += usize::from(gold && read);
        self.right += usize::from(row.right);
        self.unstated += usize::from(!gold && read);
    }

    /// Right ones of all answers.
    #[must_use]
    pub fn recall(&self) -> f64 {
        self.right as f64 / self.stated.max(1) as f64
    }

    /// Right ones of all values read where there is an answer to compare with.
    #[must_use]
    pub fn precision(&self) -> f64 {
        self.right as f64 / self.read.max(1) as f64
    }

    /// Right ones of all values read, those without an answer counted as wrong.
    #[must_use]
    pub fn strict_precision(&self) -> f64 {
        self.right as f64 / (self.read + self.unstated).max(1) as f64
    }
}

/// Compares what was read of one contract with its answers; `answer` gives the answer to a question.
#[must_use]
pub fn compare<'a>(facts: &Facts, answer: impl Fn(&str) -> Option<&'a str>) -> Vec<Row> {
    let mut rows = Vec::new();
    for field in FIELDS {
        let gold = answer(field.question).unwrap_or("").trim();
        if field.rule == Rule::Names {
            rows.extend(compare_names(field.id, gold, facts));
            continue;
        }
        if gold.contains('[') {
            continue;
        }
        let gold = if gold.eq_ignore_ascii_case("no") {
            ""
        } else {
            gold
        };
        let read = facts.value(field.id);
        if gold.is_empty() && read.is_empty() {
            continue;
        }
        rows.push(Row {
            field: field.id,
            right: !gold.is_empty() && !read.is_empty() && says_same(field.rule, gold, read),
            gold: gold.to_owned(),
            read: read.to_owned(),
        });
    }
    rows
}

fn says_same(rule: Rule, gold: &str, read: &str) -> bool {
    match rule {
        Rule::Place => same_place(gold, read),
        Rule::Day => same_day(gold, read),
        Rule::Length => same_length(gold, read),
        Rule::Names => same_name(gold, read),
    }
}

fn is_endless(words: &str) -> bool {
    words.to_ascii_lowercase().contains("perpetual")
}

fn same_day(gold: &str, read: &str) -> bool {
    if is_endless(read) || is_endless(gold) {
        return is_endless(read) && is_endless(gold);
    }
    let days: BTreeSet<CivilDate> = gold_days(gold);
    find_dates(&fold(read))
        .first()
        .is_some_and(|found| days.contains(&found.value))
}

/// The answers write month/day/year; a few day/month/year where only that can be meant.
fn gold_days(gold: &str) -> BTreeSet<CivilDate> {
    find_dates(&fold(gold)).iter().map(|f| f.value).collect()
}

fn same_length(gold: &str, read: &str) -> bool {
    if is_endless(gold) || is_endless(read) {
        return is_endless(gold) && is_endless(read);
    }
    let read = lengths(read);
    lengths(gold).iter().any(|length| read.contains(length))
}

/// Lengths as (months, days) in hundredths; only one of both is not zero.
fn lengths(words: &str) -> BTreeSet<(i64, i64)> {
    // "2 successive 5 years" and "10 1 years" name how often before how long.
    let words = fold(words).replace(')', " ");
    find_durations(&words)
        .iter()
        .map(|found| {
            let hundredths = |value: f64| (value * 100.0).round() as i64;
            match found.value.unit {
                TimeUnit::Year => (hundredths(found.value.value * 12.0), 0),
                TimeUnit::Month => (hundredths(found.value.value), 0),
                _ => (0, hundredths(found.value.days())),
            }
        })
        .collect()
}

fn same_place(gold: &str, read: &str) -> bool {
    let read = place_words(read);
    gold.split([';', '/'])
        .chain(gold.split([';', ',']))
        .chain([gold])
        .map(place_words)
        .any(|gold| {
            !gold.is_empty() && (gold == read || (!read.is_empty() && read.is_subset(&gold)))
        })
}

/// The telling words of a place: without its rank, its country and little words.
fn place_words(place: &str) -> BTreeSet<String> {
    const NOISE: [&str; 32] = [
        "the",
        "of",
        "and",
        "state",
        "states",
        "province",
        "commonwealth",
        "republic",
        "federal",
        "kingdom",
        "united",
        "people's",
        "peoples",
        "usa",
        "us",
        "u",
        "s",
        "a",
        "uk",
        "canada",
        "america",
        "australia",
        "sar",
        "in",
        "laws",
        "law",
        "district",
        "special",
        "administrative",
        "region",
        "country",
        "england's",
    ];
    let lower = place
        .to_lowercase()
        .replace('’', "'")
        .replace("p.r.c.", "china")
        .replace("prc", "china");
    let all: BTreeSet<String> = lower
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let telling: BTreeSet<String> = all
        .iter()
        .filter(|word| !NOISE.contains(&word.as_str()))
        .cloned()
        .collect();
    // "United States" alone is a place too.
    if telling.is_empty() { all } else { telling }
}

fn compare_names(field: &'static str, gold: &str, facts: &Facts) -> Vec<Row> {
    let read: Vec<&str> = facts
        .profile
        .parties
        .iter()
        .map(|p| p.name.as_str())
        .collect();
    let all = gold_names(gold);
    let mut rows: Vec<Row> = all
        .iter()
        .map(|name| {
            let found = read.iter().find(|read| same_name(name, read));
            Row {
                field,
                gold: name.clone(),
                read: found.map_or(String::new(), |read| (*read).to_owned()),
                right: found.is_some(),
            }
        })
        .collect();
    // A name read that is none of the answer's counts against the precision.
    if !all.is_empty() {
        let wrong = read
            .iter()
            .filter(|read| !all.iter().any(|name| same_name(name, read)));
        rows.extend(wrong.map(|read| Row {
            field,
            gold: String::new(),
            read: (*read).to_owned(),
            right: false,
        }));
    }
    rows
}

/// The parties of an answer: `Acme, Inc. ("Acme"); Beta Ltd ("Beta")`, without the sentences about
/// "each a Party".
fn gold_names(gold: &str) -> Vec<String> {
    let about = rx!(
        r"\b(?:each|together|collectively|individually|jointly|foregoing|referred to|hereinafter|and/or)\b"
    );
    let describes = rx_printed!(
        r"(?i),? \b(?:d/?b/?a|doing business as|operating (?:with|under|as)|formerly known as|f/k/a|and its (?:associated|subsidiaries|affiliates))\b"
    );
    let place = rx_printed!(r"\(([^()\x22“”]{2,30})\)(\s+[A-Z])");
    gold.split(';')
        .filter_map(|part| {
            // "Baidu Online (Beijing) Co., Ltd.": those brackets belong to the name.
            let part = place.replace(part.trim().trim_start_matches('('), "$1$2");
            let name = part.split(['(', '"', '“']).next().unwrap_or("").trim();
            let name = describes
                .find(name)
                .map_or(name, |hit| name.get(..hit.start()).unwrap_or(name));
            let plural = fold(&part);
            let told = about.is_match(&fold(name))
                || plural.contains("parties")
                || plural.contains("\x01\"party")
                || plural.contains("\"party\"");
            let name = name.trim_matches(|c: char| !c.is_alphanumeric() && c != '.' && c != ')');
            (!told && plain_name(name).len() >= 3 && !name.contains('[')).then(|| name.to_owned())
        })
        .collect()
}

/// By letters and digits, without what stands behind the name ("a Delaware corporation"); the forms of
/// companies are spelled in many ways and say nothing when the rest is the same.
fn same_name(gold: &str, read: &str) -> bool {
    let (gold, read) = (plain_name(gold), plain_name(read));
    let (short, long) = if gold.len() <= read.len() {
        (&gold, &read)
    } else {
        (&read, &gold)
    };
    let contained = short.len() >= 3 && long.contains(short.as_str());
    let (plain_short, plain_long) = (without_form(short), without_form(long));
    (contained && long.len() <= short.len() * 2 + 12)
        || mistyped(short, long)
        || plain_short.len() >= 4 && plain_short == plain_long
        || mistyped(plain_short, plain_long)
}

/// A name by its letters without the company's form at its end, however often one is there.
fn without_form(name: &str) -> &str {
    const FORMS: [&str; 16] = [
        "incorporated",
        "corporation",
        "limited",
        "company",
        "corp",
        "gmbh",
        "llc",
        "inc",
        "ltd",
        "plc",
        "pty",
        "pte",
        "llp",
        "co",
        "lp",
        "na",
    ];
    let mut rest = name;
    while let Some(shorter) = FORMS
        .iter()
        .find_map(|form| rest.strip_suffix(form))
        .filter(|s| s.len() >= 3)
    {
        rest = shorter;
    }
    rest
}

/// Whether two long names differ in at most two letters: the answers were typed by hand.
fn mistyped(short: &str, long: &str) -> bool {
    if short.len() < 10 || long.len() > short.len() + 2 {
        return false;
    }
    let long: Vec<char> = long.chars().collect();
    let mut row: Vec<usize> = (0..=long.len()).collect();
    for (at, c) in short.chars().enumerate() {
        let mut corner = at;
        let mut left = at + 1;
        for (above, other) in row.iter_mut().skip(1).zip(&long) {
            let cost = (corner + usize::from(c != *other))
                .min(*above + 1)
                .min(left + 1);
            corner = *above;
            *above = cost;
            left = cost;
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().is_some_and(|distance| *distance <= 2)
}

fn plain_name(name: &str) -> String {
    name.to_lowercase()
        .trim_start_matches("the ")
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equality_is_strict_and_knows_the_answers_spellings() {
        let same = [
            (Rule::Day, "6/21/99", "1999-06-21"),
            (Rule::Day, "31/01/2025", "2025-01-31"),
            (Rule::Day, "Perpetual", "perpetual"),
            (Rule::Length, "successive 1 year", "12 months"),
            (Rule::Length, "10 1 years", "1 year"),
            (Rule::Length, "60 days; 180 days", "180 days"),
            (Rule::Length, "(6) months", "6 months"),
            (Rule::Place, "Ontario, Canada", "Ontario"),
            (Rule::Place, "England; Wales", "England and Wales"),
            (Rule::Place, "People's Republic of China", "PRC"),
            (Rule::Place, "United States", "United States"),
            (Rule::Names, "2THEMART.COM, INC.", "2TheMart.com, Inc."),
            (
                Rule::Names,
                "Bellicum Phamaceuticals, Inc.",
                "Bellicum Pharmaceuticals, Inc.",
            ),
            (Rule::Names, "Beta Limited", "BETA Ltd."),
            (Rule::Names, "SLICON SMELTERS PTY LTD", "SILICON SMELTERS"),
        ];
        for (rule, gold, read) in same {
            assert!(says_same(rule, gold, read), "{gold} = {read}");
        }
        let other = [
            (Rule::Day, "6/21/99", "1999-06-22"),
            (Rule::Day, "Perpetual", "1999-06-22"),
            (Rule::Length, "1 month", "30 days"),
            (Rule::Length, "successive 5 years", "1 year"),
            (Rule::Place, "New York", "New Jersey"),
            (Rule::Place, "Delaware", "United States"),
            (Rule::Names, "Beta Corp.", "Alpha LLC"),
            (Rule::Names, "Beta Corp.", "Beth Corp."),
        ];
        for (rule, gold, read) in other {
            assert!(!says_same(rule, gold, read), "{gold} != {read}");
        }
    }

    #[test]
    fn an_answers_parties_are_named_one_by_one() {
        let gold = "ACME, INC. (\"Acme\"); Beta Ltd (\"Beta\"); Acme and Beta each a “Party” and \
                    collectively the “Parties”";
        assert_eq!(gold_names(gold), ["ACME, INC.", "Beta Ltd"]);
        let gold = "(DGT Corp. (\"DGT\"); Baidu Online (Beijing) Co., Ltd. (\"Party B\")";
        assert_eq!(
            gold_names(gold),
            ["DGT Corp.", "Baidu Online Beijing Co., Ltd."]
        );
    }
}
