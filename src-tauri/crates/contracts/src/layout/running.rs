//! What runs along the edges of the pages: headers, footers, page numbers.

use std::collections::HashMap;

use super::lines::Line;
use crate::document::Page;
use crate::numeral::roman_value;

/// Share of the page's height, at its head and at its foot, in which such lines stand.
const EDGE: f32 = 0.14;
/// Lines looked at from each edge inwards.
const DEEPEST: usize = 6;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum End {
    Head,
    Foot,
}

/// Leaves out the lines that repeat at the same place from page to page, and page numbers.
pub(super) fn without_running<'a>(lines: Vec<Line<'a>>, pages: &[Page]) -> Vec<Line<'a>> {
    let mut seen: HashMap<(End, String), Vec<Sighting>> = HashMap::new();
    let mut edges: Vec<(usize, End, String)> = Vec::new();
    let mut at = 0;
    for page in lines.chunk_by(|a, b| a.page == b.page) {
        // Pages laid out here have nothing but text on them.
        let flow = page.first().is_some_and(|line| line.begins.is_some());
        let edge = if flow { Vec::new() } else { edge_lines(page) };
        for (index, end) in edge {
            let line = &page[index];
            let text = line.text();
            let key = key_of(&text);
            let sighting = Sighting {
                page: line.page,
                edge: edge_distance(line, end),
                numbers: numbers(&text),
                text,
            };
            seen.entry((end, key.clone())).or_default().push(sighting);
            edges.push((at + index, end, key));
        }
        at += page.len();
    }
    let read = pages.iter().filter(|p| !p.words.is_empty()).count();
    let running: HashMap<&(End, String), bool> = seen
        .iter()
        .map(|(key, sightings)| (key, runs(&key.1, sightings, read)))
        .collect();
    let mut drop = vec![false; lines.len()];
    // From the edge inwards: the first line that doesn't run ends the search.
    let mut blocked: Option<(u32, End)> = None;
    for (index, end, key) in &edges {
        let page = lines[*index].page;
        if blocked == Some((page, *end)) {
            continue;
        }
        let runs = running.get(&(*end, key.clone())).copied().unwrap_or(false);
        if runs || is_lone_page_number(&lines, *index, *end) {
            drop[*index] = true;
        } else {
            blocked = Some((page, *end));
        }
    }
    mark_numbers_within(&lines, &mut drop);
    mark_footers_within(&lines, &mut drop);
    let mut kept: Vec<Line<'a>> = Vec::with_capacity(lines.len());
    let mut dropped = false;
    for (mut line, drop) in lines.into_iter().zip(drop) {
        if !drop {
            line.resumes = dropped;
            kept.push(line);
        }
        dropped = drop;
    }
    kept
}

/// Marks page numbers that stand within a page: a contract filed as one long text and printed
/// anew keeps the numbers of its first pages, alone on a line, each one more than the last.
fn mark_numbers_within(lines: &[Line<'_>], drop: &mut [bool]) {
    /// Lines between two page numbers; the numbers of a list stand closer.
    const APART: std::ops::Range<usize> = 12..250;
    const SHORTEST_CHAIN: usize = 3;
    let alone: Vec<(usize, u32)> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.begins.is_none() && line.words.len() <= 4)
        .filter(|(_, line)| is_number_key(&key_of(&line.text())))
        .filter_map(|(at, line)| Some((at, *numbers(&line.text()).first()?)))
        .collect();
    // The longest chain that ends at each number, and the number before it in that chain.
    let mut best: Vec<(usize, Option<usize>)> = vec![(1, None); alone.len()];
    for (at, (line, value)) in alone.iter().enumerate() {
        for (before, (other, smaller)) in alone[..at].iter().enumerate().rev().take(60) {
            let follows = (1..=2).contains(&value.saturating_sub(*smaller));
            if follows && APART.contains(&(line - other)) && best[before].0 >= best[at].0 {
                best[at] = (best[before].0 + 1, Some(before));
            }
        }
    }
    for (at, (length, _)) in best.iter().enumerate() {
        let mut link = Some(at).filter(|_| *length >= SHORTEST_CHAIN);
        while let Some(number) = link {
            drop[alone[number].0] = true;
            link = best[number].1;
        }
    }
}

/// Marks the running lines of a contract's first pages, where it was filed as one long text and
/// printed anew: the same two short lines, again and again at the distance of a page, with the rule
/// beneath them.
fn mark_footers_within(lines: &[Line<'_>], drop: &mut [bool]) {
    /// Lines of a page.
    const PAGE: std::ops::Range<usize> = 20..100;
    const FEWEST: usize = 4;
    let short = |line: &Line<'_>| line.begins.is_none() && (1..=8).contains(&line.words.len());
    let mut seen: HashMap<(String, String), Vec<usize>> = HashMap::new();
    for (at, pair) in lines.windows(2).enumerate() {
        if !pair.iter().all(short) {
            continue;
        }
        let texts = (pair[0].text(), pair[1].text());
        // Lines to be filled in repeat where parties sign, and phrases within sentences.
        let plain = |text: &String| {
            text.chars().filter(|c| c.is_alphabetic()).count() >= 5
                && !text.contains([':', '_', '['])
                && !text.ends_with([',', ';', '.'])
        };
        if plain(&texts.0) && plain(&texts.1) {
            seen.entry(texts).or_default().push(at);
        }
    }
    for places in seen.values().filter(|places| places.len() >= FEWEST) {
        let steps: Vec<usize> = places.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let of_pages = steps.iter().filter(|step| PAGE.contains(step)).count();
        if of_pages * 10 < steps.len() * 8 {
            continue;
        }
        for at in places {
            let rule = lines.get(at + 2).is_some_and(|line| {
                let text = line.text();
                text.len() > 3
                    && text
                        .chars()
                        .all(|c| matches!(c, '-' | '_' | '=' | '—' | ' '))
            });
            let end = at + 2 + usize::from(rule);
            drop.iter_mut().take(end).skip(*at).for_each(|d| *d = true);
        }
    }
}

/// `3`, `- 3 -`, `Page 3`, `Page -3-`, `3 of 7`, `Page 3 / 7`; `3.` and `(3)` number a clause.
fn is_number_key(key: &str) -> bool {
    let bare: String = key
        .chars()
        .filter(|c| c.is_alphanumeric() || *c == '#')
        .collect();
    let counts = matches!(
        bare.as_str(),
        "#" | "page#" | "page#of#" | "#of#" | "##" | "page##"
    );
    counts && !key.contains(['.', ')'])
}

struct Sighting {
    page: u32,
    edge: f32,
    numbers: Vec<u32>,
    text: String,
}

/// Indices of the lines near an edge, each end from outside inwards.
fn edge_lines(page: &[Line<'_>]) -> Vec<(usize, End)> {
    let mut order: Vec<usize> = (0..page.len()).collect();
    order.sort_by(|a, b| page[*a].top.total_cmp(&page[*b].top));
    let most = if page.first().is_some_and(Line::placed) {
        DEEPEST
    } else {
        2
    };
    let head = order.iter().take(most).map(|i| (*i, End::Head));
    let foot = order.iter().rev().take(most).map(|i| (*i, End::Foot));
    head.chain(foot).collect()
}

/// Distance from the edge as a share of the page's height.
fn edge_distance(line: &Line<'_>, end: End) -> f32 {
    let height = line.page_height.max(1.0);
    match end {
        End::Head => line.top / height,
        End::Foot => 1.0 - line.bottom / height,
    }
}

/// The text with its numbers left open: `page # of #`.
fn key_of(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !key.is_empty() {
            key.push(' ');
        }
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if !bare.is_empty() && bare.len() <= 6 && roman_value(bare).is_some() {
            key.push('#');
            continue;
        }
        let mut digits = false;
        for c in word.chars() {
            if c.is_ascii_digit() {
                if !digits {
                    key.push('#');
                }
                digits = true;
            } else {
                digits = false;
                key.extend(c.to_lowercase());
            }
        }
    }
    key
}

/// The numbers of a line in order, roman ones too when there are no others.
fn numbers(text: &str) -> Vec<u32> {
    let digits = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|d| !d.is_empty());
    let found: Vec<u32> = digits.map(|d| d.parse().unwrap_or(0)).collect();
    if !found.is_empty() {
        return found;
    }
    text.split_whitespace()
        .filter_map(|w| roman_value(w.trim_matches(['-', '.'])))
        .collect()
}

fn runs(key: &str, sightings: &[Sighting], pages: usize) -> bool {
    let count = {
        let mut on: Vec<u32> = sightings.iter().map(|s| s.page).collect();
        on.dedup();
        on.len()
    };
    let enough = if pages <= 3 { 2 } else { 3 };
    if count < enough {
        return false;
    }
    let same = {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for sighting in sightings {
            *counts.entry(sighting.text.as_str()).or_default() += 1;
        }
        counts.values().copied().max().unwrap_or(0)
    };
    // "ANNEX I" heads each of several forms: as a header it goes on from page to page.
    let goes_on = sightings
        .windows(2)
        .filter(|two| two[0].text == two[1].text && two[1].page == two[0].page + 1)
        .count();
    let is_part = names_a_part(key);
    let repeats = same >= enough && same * 2 >= count && (!is_part || goes_on * 2 >= count);
    let counts = !repeats && counts_up(sightings) && !is_part;
    // At the very edge and always at the same height, or on most pages wherever their text ends.
    (repeats || counts) && (is_steady(sightings) || (count >= 5 && count * 10 >= pages * 6))
}

fn is_steady(sightings: &[Sighting]) -> bool {
    let mut edges: Vec<f32> = sightings.iter().map(|s| s.edge).collect();
    edges.sort_by(f32::total_cmp);
    let Some(middle) = edges.get(edges.len() / 2) else {
        return false;
    };
    let close = edges.iter().filter(|e| (**e - middle).abs() < 0.02).count();
    *middle < EDGE && close * 10 >= edges.len() * 6
}

/// Whether one of the numbers in the line goes up with the pages.
fn counts_up(sightings: &[Sighting]) -> bool {
    let most = sightings.iter().map(|s| s.numbers.len()).max().unwrap_or(0);
    (0..most.min(8)).any(|at| {
        let mut offsets: HashMap<i64, usize> = HashMap::new();
        for sighting in sightings {
            if let Some(number) = sighting.numbers.get(at) {
                *offsets
                    .entry(i64::from(*number) - i64::from(sighting.page))
                    .or_default() += 1;
            }
        }
        // A file may hold several numberings one after the other, each with its own offset.
        let steps: usize = offsets.values().filter(|n| **n >= 2).sum();
        steps * 10 >= sightings.len() * 6
    })
}

fn names_a_part(key: &str) -> bool {
    let part = [
        "schedule",
        "exhibit",
        "annex",
        "appendix",
        "article",
        "section",
        "attachment",
    ];
    part.iter().any(|p| key.starts_with(p)) && !key.contains("page")
}

/// `Page 3 of 7`, `- 3 -` or a bare `3` at the very edge and apart from the text, even if it is
/// the only one of its kind.
fn is_lone_page_number(lines: &[Line<'_>], index: usize, end: End) -> bool {
    let line = &lines[index];
    let key = key_of(&line.text());
    let bare = is_number_key(&key);
    let named = bare && (key.starts_with("page") || key.contains("of"));
    if named && edge_distance(line, end) < EDGE {
        return true;
    }
    if !bare
        || !line.placed()
        || edge_distance(line, end) > EDGE
        || numbers(&line.text()).first().is_none_or(|n| *n > 2_000)
    {
        return false;
    }
    let same_page = |l: &&Line<'_>| l.page == line.page;
    let neighbours = lines
        .iter()
        .skip(index.saturating_sub(60))
        .take(120)
        .filter(same_page);
    let apart = match end {
        End::Head => neighbours
            .filter(|l| l.top > line.top + 1.0)
            .map(|l| l.top - line.bottom)
            .fold(f32::INFINITY, f32::min),
        End::Foot => neighbours
            .filter(|l| l.bottom < line.bottom - 1.0)
            .map(|l| line.top - l.bottom)
            .fold(f32::INFINITY, f32::min),
    };
    apart > 0.8 * line.size && edge_distance(line, end) < 0.1
}
