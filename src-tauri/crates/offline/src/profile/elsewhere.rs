//! Parties named elsewhere than in a preamble: behind their role, and where they sign.

use super::names::{is_company, is_own_name, names_in};
use super::parties::{HEAD, floor};
use crate::pattern::rx_printed;

/// Signatures stand within this many bytes of the end.
const SIGNED: usize = 12_000;

/// A company's name stands within this many bytes in front of its signature.
const LEAD: usize = 240;

/// "Galacticomm and Horst Entertainment Inc." alone are two parties: a contract has no fewer.
pub(super) fn split_the_only(met: &mut Vec<(String, Option<String>)>) {
    let [(name, None)] = met.as_slice() else {
        return;
    };
    if let Some((first, second)) = name
        .split_once(" and ")
        .filter(|(_, second)| is_company(second))
    {
        *met = vec![(first.to_owned(), None), (second.to_owned(), None)];
    }
}

/// "Party A: Acme Ltd", "Licensor: ACME", "Company Name: Acme, Inc.": names behind their role.
pub(super) fn announced(text: &str) -> Vec<(String, Option<String>)> {
    let role = rx_printed!(
        r"(?:\b(?i:party [a-d]|licen[cs]or|licen[cs]ee|supplier|customer|client|seller|buyer|purchaser|vendor|sponsor|shipper|carrier|franchisor|franchisee|consultant|contractor|distributor|owner|provider)\b)\s*(?:\(([^)]{2,40})\)\s*)?(?::|：)\s*(?i:name:\s*)?|\b(?i:company|customer|supplier|vendor|client) (?i:name)\s*:\s*"
    );
    let front = text.get(..floor(text, HEAD)).unwrap_or("");
    role.find_iter(front)
        .filter_map(|hit| {
            let end = floor(front, hit.end() + 160);
            let line = front.get(hit.end()..end)?.split(['\n', ':', '：']).next()?;
            let name = names_in(line)
                .into_iter()
                .next()
                .filter(|name| name.start < 6)?;
            let label = hit
                .as_str()
                .split([':', '：', '('])
                .next()?
                .trim()
                .to_owned();
            is_own_name(&name.words).then_some((name.words, Some(label)))
        })
        .collect()
}

/// The companies that sign: "ACME CORPORATION By: /s/ …". They sign at the end; where nobody does, in
/// front of what is attached.
pub(super) fn signatures(text: &str) -> Vec<(String, Option<String>)> {
    let tail = floor(text, text.len().saturating_sub(SIGNED));
    let words = text.get(tail..).unwrap_or("");
    let mut signed = signing(words);
    if signed.is_empty() {
        signed = signing(text);
    }
    signed.extend(behalf_of(words));
    signed
}

/// The company right in front of each place where somebody signs.
fn signing(text: &str) -> Vec<(String, Option<String>)> {
    let signs = rx_printed!(r"(?:\bBy|\bBY)\s*:|/s/|\b(?:Signature|Signed|SIGNED)\s*:");
    signs
        .find_iter(text)
        .filter_map(|mark| {
            let from = floor(text, mark.start().saturating_sub(LEAD));
            let before = text.get(from..mark.start())?;
            let name = names_in(before).pop()?;
            let gap = before.len() - (name.start + name.words.len());
            (name.company && is_own_name(&name.words) && gap < 24)
                .then(|| (printed_in_capitals(&name.words).to_owned(), None))
        })
        .collect()
}

/// "Chief Financial Officer ACME LTD": of a run that ends in capitals the capitals.
fn printed_in_capitals(words: &str) -> &str {
    let capital = |word: &&str| {
        !word.chars().any(char::is_lowercase) && word.chars().any(char::is_alphabetic)
    };
    let tail = words.rsplit(' ').take_while(capital).count();
    let start = words
        .rsplit(' ')
        .take(tail)
        .map(|word| word.len() + 1)
        .sum::<usize>();
    let from = words.len().saturating_sub(start.saturating_sub(1));
    let title = rx_printed!(
        r"(?i)\b(?:officer|director|president|manager|secretary|treasurer|chairman|counsel|member|name|title)\b"
    );
    match words.get(from..) {
        Some(name)
            if tail >= 2 && is_company(name) && title.is_match(words.get(..from).unwrap_or("")) =>
        {
            name
        }
        _ => words,
    }
}

/// "For and on behalf of Japan Telecom Co., Ltd. By: …".
fn behalf_of(words: &str) -> Vec<(String, Option<String>)> {
    let lead = rx_printed!(r"(?i)\bfor and on behalf of:?\s+");
    lead.find_iter(words)
        .filter_map(|hit| {
            let end = floor(words, hit.end() + 120);
            let behind = words.get(hit.end()..end)?.split("By:").next()?;
            let name = names_in(behind).into_iter().next()?;
            (name.start < 5 && is_own_name(&name.words)).then_some((name.words, None))
        })
        .collect()
}
