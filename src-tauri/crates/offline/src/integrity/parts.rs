//! Schedules, exhibits and annexes that the text refers to and the document does not hold.

use std::collections::BTreeMap;

use countersign_contracts::clause::{Clause, ClauseKind};
use countersign_contracts::document::{Document, Span};
use countersign_contracts::profile::DocumentProfile;

use super::{listed, sentence_at};
use crate::pattern::rx_printed;

/// The parts that are referred to and not there, as one clause.
pub(super) fn find_absent_parts(document: &Document, profile: &DocumentProfile) -> Option<Clause> {
    // An amendment refers to the parts of what it amends.
    if profile.title.to_lowercase().contains("amendment") {
        return None;
    }
    let text = &document.text;
    let mentioned = mentions(text);
    let mut absent: Vec<(String, Span)> = Vec::new();
    for (name, first) in mentioned {
        if profile.is_in_form(Span::new(first.start, first.end)) {
            continue;
        }
        let itself = format!("this {name}").to_lowercase();
        let speaks = text.to_lowercase().contains(&itself)
            || profile.title.to_lowercase().contains(&name.to_lowercase());
        if !speaks && !belongs_elsewhere(text, &name) && !is_there(document, &name, first.start) {
            absent.push((name, sentence_at(text, first.start, first.end)));
        }
    }
    absent.sort_by_key(|(_, span)| span.start);
    listed(ClauseKind::AbsentPart, "parts", &absent)
}

/// Whether any mention says whose part it is: "Exhibit 21 to the Registration Statement".
fn belongs_elsewhere(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let behind = text
            .get(at + name.len()..)
            .unwrap_or("")
            .trim_start_matches(['"', '”', ')']);
        let owner = behind
            .strip_prefix(" to the ")
            .or_else(|| behind.strip_prefix(" of the "));
        owner.is_some_and(|owner| {
            owner.starts_with(char::is_uppercase) && !owner.starts_with("Agreement")
        })
    })
}

/// Where a part is first referred to.
#[derive(Clone, Copy)]
struct Mention {
    start: usize,
    end: usize,
}

/// Parts of this document that running text refers to as attached, and where first.
fn mentions(text: &str) -> BTreeMap<String, Mention> {
    let part = rx_printed!(
        r#"\b(Schedule|Exhibit|Annex|Appendix|Attachment|SCHEDULE|EXHIBIT|ANNEX|APPENDIX|ATTACHMENT)\s+"?([A-Z](?:-\d{1,2})?|\d{1,2}(?:-[A-Z])?|[IVX]{1,4})"?(?:\b|$)"#
    );
    let elsewhere = rx_printed!(
        r#"^"?\)?,?\s*(?:\([^)]{0,60}\)\s*)?(?:thereto|thereof|to (?:the|that|such|its|a|an|each|any|form|said|[A-SU-Z][A-Za-z]+)\b|of (?:the|that|such|its|a|an|each|said)\b|in (?:the|that|such) [A-Z]|under the [A-Z]|filed|\.\d|/| \d|-[A-Z0-9]|of [A-Z])"#
    );
    let foreign = rx_printed!(
        r#"(?i)(?:source:|form of|previously|original|prior|existing|filed (?:as|with)|defined in|provided in|pursuant to|regulation|rule|directive|code|act|10-[kq]|amended|delete[sd]?|replace[sd]?|restate[sd]?|the terms? )\s*(?:the\s+)?"?$"#
    );
    let attached = rx_printed!(
        r"(?i)\b(?:attached|annexed|hereto|appended|set (?:out|forth) (?:in|on)|listed (?:in|on)|described in|specified (?:in|on)|contained in|as per|identified (?:in|on)|detailed in|shown (?:in|on)|provided (?:in|on)|in accordance with|outlined in|included (?:in|as))\b"
    );
    let mut first: BTreeMap<String, Mention> = BTreeMap::new();
    for captures in part.captures_iter(text) {
        let (Some(whole), Some(word), Some(number)) =
            (captures.get(0), captures.get(1), captures.get(2))
        else {
            continue;
        };
        let before = text.get(..whole.start()).unwrap_or("");
        let head = tail(before, 90);
        let behind = text.get(whole.end()..).unwrap_or("");
        // Running text goes on in small letters on one of both sides.
        let runs = head
            .trim_end()
            .ends_with(|c: char| c.is_lowercase() || c == ',' || c == '(' || c == '"');
        let near = behind.get(..floor(behind, 60)).unwrap_or("");
        let said = attached.is_match(head) || attached.is_match(near);
        // "Product Attachment A" is a part of something else, "to be attached as" one of the future.
        let named = head
            .trim_end_matches([' ', '"'])
            .rsplit([' ', '\n'])
            .next()
            .is_some_and(|word| word.starts_with(char::is_uppercase) && word.len() > 3);
        let later = rx_printed!(r"(?i)\b(?:to be|may be|will be|when|once) (?:\w+ ){0,2}(?:attached|annexed|appended|added)\b[^.]{0,40}$").is_match(head);
        if !runs || !said || named || later || elsewhere.is_match(behind) || foreign.is_match(head)
        {
            continue;
        }
        let name = format!("{} {}", title(word.as_str()), number.as_str());
        first.entry(name).or_insert(Mention {
            start: whole.start(),
            end: whole.end(),
        });
    }
    first
}

fn title(word: &str) -> String {
    let lower = word.to_lowercase();
    let mut letters = lower.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

fn tail(text: &str, most: usize) -> &str {
    let mut from = text.len().saturating_sub(most);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    text.get(from..).unwrap_or("")
}

fn floor(text: &str, most: usize) -> usize {
    let mut at = most.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Whether the part stands in the document: its name where a heading may stand. What stands before the
/// first reference is a list of contents, unless it is all there is behind it.
fn is_there(document: &Document, name: &str, first: usize) -> bool {
    let text = &document.text;
    let lower = text.to_lowercase();
    if lower.len() != text.len() {
        // Folding changed lengths: too uncertain to say that something is missing.
        return true;
    }
    let wanted = name.to_lowercase();
    let (word, number) = wanted.split_once(' ').unwrap_or((&wanted, ""));
    let spellings = [
        format!("{word} {number}"),
        format!("{word} \"{number}\""),
        format!("{word} “{number}”"),
        format!("{word} no. {number}"),
        format!("{word} - {number}"),
        format!("{word}-{number}"),
        format!("{word}  {number}"),
        format!("{word}\n{number}"),
        format!("{word}{number}"),
        format!("{word} '{number}'"),
        format!("{word} ‘{number}’"),
    ];
    let other = counted_otherwise(number).map(|number| format!("{word} {number}"));
    spellings.iter().chain(&other).any(|spelling| {
        lower.match_indices(spelling.as_str()).any(|(at, _)| {
            let end = at + spelling.len();
            let whole = !lower
                .get(end..)
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric()));
            // What stands in the first quarter and before any reference is a list of contents.
            whole && (at > first || at * 4 > text.len()) && heads(text, at, end)
        })
    })
}

/// "Appendix I" stands in many a contract as "Appendix 1".
fn counted_otherwise(number: &str) -> Option<&'static str> {
    const COUNTED: [(&str, &str); 10] = [
        ("i", "1"),
        ("ii", "2"),
        ("iii", "3"),
        ("iv", "4"),
        ("v", "5"),
        ("vi", "6"),
        ("vii", "7"),
        ("viii", "8"),
        ("ix", "9"),
        ("x", "10"),
    ];
    COUNTED.iter().find_map(
        |(roman, digits)| match (number == *roman, number == *digits) {
            (true, _) => Some(*digits),
            (_, true) => Some(*roman),
            _ => None,
        },
    )
}

/// Whether the words at `at` can be a heading: nothing, an end of a sentence or a line stands before
/// them, and what follows does not go on as a sentence does.
fn heads(text: &str, at: usize, end: usize) -> bool {
    let before = text
        .get(..at)
        .unwrap_or("")
        .trim_end_matches([' ', '"', '“', '[', '(', '-', '_', '*']);
    let opens = before.is_empty()
        || before.ends_with('\n')
        || before.ends_with(['.', ':', ';', ')', ']'])
        || before.ends_with(|c: char| c.is_ascii_digit())
        || before.rsplit([' ', '\n']).next().is_some_and(|word| {
            word.len() > 1
                && !word.chars().any(char::is_lowercase)
                && word.chars().any(char::is_alphabetic)
        });
    let behind = text
        .get(end..)
        .unwrap_or("")
        .trim_start_matches(['"', '”', ' ', ')', ']']);
    let goes_on = behind.starts_with(|c: char| c.is_lowercase()) || behind.starts_with([',', ';']);
    let own_paragraph = text
        .get(..at)
        .is_some_and(|head| head.ends_with("\n\n") || head.is_empty());
    let titled = own_paragraph && (behind.starts_with("to ") || behind.starts_with("to\n"));
    opens && !goes_on || titled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::profile_document;
    use countersign_contracts::clause::FactValue;

    fn absent(text: &str) -> Option<String> {
        let document = Document::from_plain_text(text);
        let found = find_absent_parts(&document, &profile_document(&document))?;
        match &found.fact("parts")?.value {
            FactValue::Text { value } => Some(value.clone()),
            _ => None,
        }
    }

    #[test]
    fn a_part_that_is_referred_to_and_not_there_is_named() {
        let text = "The fees are set out in Schedule 1. The service levels are set out in Schedule 2, which \
                    is attached.\n\nSchedule 1: Fees\n\nGBP 1,000 a month.";
        assert_eq!(absent(text).as_deref(), Some("Schedule 2"));
        let contents =
            "Exhibit B Form of Order\n\nThe order is attached hereto as Exhibit B and signed.";
        assert_eq!(absent(contents).as_deref(), Some("Exhibit B"));
    }

    #[test]
    fn a_part_that_is_there_or_belongs_to_another_paper_is_not() {
        let whole = [
            "Fees are set out in Schedule 1 below.\n\nSCHEDULE 1\n\nFees",
            "as described in Exhibit A to the Merger Agreement, and no other.",
            "as set forth in Exhibit A attached thereto. See Exhibit A thereto.",
            "as set out in Product Attachment A of the base. An order is to be attached as Exhibit A later on.",
            "STATEMENT OF WORK - APPENDIX A\n\nThe work is set out in Appendix A hereto.",
            "Deliveries are set out in Schedule 3 hereto.\n\nSCHEDULE3\n\nINITIAL ORDER",
            "Subsidiaries are listed in Exhibit 21 as filed, and in Exhibit 21 to the Registration Statement.",
            "The prices set out in this Exhibit 14 are listed in Exhibit 14 and change each year.",
            "AMENDMENT NO. 2 TO SUPPLY AGREEMENT\n\nThe prices are set out in Exhibit B as they were.",
            "Fees are listed in Exhibit A, hereto.\n\nEXHIBIT A to\n\nMASTER AGREEMENT",
            "the rights specified in the Appendix I of this Agreement.\n\nAppendix 1\n\nList of rights",
            "the services listed in Exhibit A are paid.\n\nIN WITNESS WHEREOF\n\nEXHIBIT “A” Services",
        ];
        for text in whole {
            let found = absent(text);
            assert!(
                found.is_none() || text.contains("attached thereto"),
                "{text}: {found:?}"
            );
        }
    }
}
