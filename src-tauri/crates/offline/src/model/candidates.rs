//! The second stage's input: for each kind the places in a contract that could be its clauses, and what is
//! known about each.

use countersign_contracts::clause::ClauseKind;

use super::features::{AROUND, CONTRACT, GROUPS, HEADING, OWN, SHAPE};
use super::phrases::{find_dates, find_titles};
use super::segments::Segment;
use super::vocabulary::has_words;

/// How many numbers describe a candidate.
pub const WIDTH: usize = 50;
/// Segments looked at per kind, the best first.
const TOP: usize = 10;
/// A segment scored below this is no candidate.
const LOWEST: f32 = -6.9;
/// Only around this many of the best segments are longer and shorter spans tried.
const VARIED: usize = 4;
/// A neighbour scored this much below a candidate may still belong to it.
const FALL: f32 = 4.0;
/// Segments in a candidate at most.
const MOST: usize = 8;

/// What a kind's clauses look like as spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Whole sentences.
    Sentences,
    /// A date alone, or a sentence.
    Date,
    /// A title alone.
    Title,
}

/// What is known of a kind before a contract is read.
#[derive(Debug, Clone, Copy)]
pub struct KindTraits {
    /// Which kind.
    pub name: ClauseKind,
    /// How its spans look.
    pub extent: Extent,
    /// Logarithm of the share of segments that are of this kind.
    pub prior: f32,
    /// Mean logarithm of its clauses' lengths in bytes.
    pub length: f32,
}

/// How a candidate's span was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Sentence,
    Segment,
    WithNext,
    WithBefore,
    Neighbourhood,
    Paragraph,
    Phrase,
    Tail,
}

/// The first stage's sums for every segment and kind.
#[derive(Debug, Default)]
pub struct Scores {
    /// Kinds per segment.
    pub kinds: usize,
    /// Sum of all groups and the bias.
    pub total: Vec<f32>,
    /// The sums of each group apart, with their place in `total`, in that order: where the total is at least
    /// `lowest`.
    parts: Vec<(u32, [f32; GROUPS])>,
    lowest: f32,
}

/// A place that could be a clause of a kind.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Which kind, as the model counts them.
    pub kind: usize,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The segment it was made around.
    pub segment: usize,
    /// What is known about it.
    pub known: [f32; WIDTH],
}

impl Candidate {
    /// The first stage's best score within the span.
    #[must_use]
    pub fn first_stage(&self) -> f32 {
        self.known[0]
    }

    /// The first stage's best score for this kind in the whole contract.
    #[must_use]
    pub fn best_of_contract(&self) -> f32 {
        self.known[12]
    }
}

impl Scores {
    /// Empty scores with room for so many segments, to be read as they are.
    #[must_use]
    pub fn with_room(kinds: usize, segments: usize) -> Self {
        Self {
            lowest: LOWEST,
            ..Self::to_calibrate(kinds, segments)
        }
    }

    /// Empty scores that will be calibrated: any of them may become a candidate's then.
    #[must_use]
    pub fn to_calibrate(kinds: usize, segments: usize) -> Self {
        Self {
            kinds,
            total: Vec::with_capacity(kinds * segments),
            parts: Vec::new(),
            lowest: f32::MIN,
        }
    }

    /// Adds the next score, kind by kind and segment by segment.
    pub fn push(&mut self, total: f32, parts: impl FnOnce() -> [f32; GROUPS]) {
        if total >= self.lowest {
            self.parts.push((self.total.len() as u32, parts()));
        }
        self.total.push(total);
    }

    /// The first stage's score of a segment for a kind.
    #[must_use]
    pub fn at(&self, segment: usize, kind: usize) -> f32 {
        self.total
            .get(segment * self.kinds + kind)
            .copied()
            .unwrap_or(-12.0)
    }

    /// Makes `offset + slope * score` of the scores of each kind.
    pub fn calibrate(&mut self, kinds: &[(f32, f32)]) {
        for row in self.total.chunks_exact_mut(self.kinds.max(1)) {
            for (score, (offset, slope)) in row.iter_mut().zip(kinds) {
                *score = offset + slope * *score;
            }
        }
        for (at, parts) in &mut self.parts {
            let slope = kinds
                .get(*at as usize % self.kinds.max(1))
                .map_or(1.0, |k| k.1);
            parts.iter_mut().for_each(|part| *part *= slope);
        }
    }

    /// The sums of each group apart, for a place whose score is not below what counts.
    fn parts(&self, segment: usize, kind: usize) -> [f32; GROUPS] {
        let place = (segment * self.kinds + kind) as u32;
        let found = self.parts.binary_search_by_key(&place, |part| part.0);
        found
            .ok()
            .and_then(|at| self.parts.get(at))
            .map_or([0.0; GROUPS], |part| part.1)
    }

    fn of(&self, segment: usize) -> &[f32] {
        self.total
            .get(segment * self.kinds..(segment + 1) * self.kinds)
            .unwrap_or(&[])
    }
}

/// What all candidates of a kind in a contract share.
struct Ranking {
    order: Vec<(f32, usize)>,
    best: f32,
    second: f32,
    third: f32,
    above: [f32; 3],
    sum: f32,
}

impl Ranking {
    fn new(scores: &Scores, segments: usize, kind: usize) -> Self {
        let mut order: Vec<(f32, usize)> = Vec::new();
        let mut above = [0.0; 3];
        let mut sum = 0.0;
        for at in 0..segments {
            let score = scores.at(at, kind);
            if score < LOWEST {
                continue;
            }
            order.push((score, at));
            for (count, limit) in above.iter_mut().zip([-4.0, -2.0, 0.0]) {
                *count += f32::from(u8::from(score > limit));
            }
            sum += 1.0 / (1.0 + (-score).exp());
        }
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        order.truncate(TOP);
        let nth = |n: usize| order.get(n).map_or(LOWEST, |o| o.0);
        let (best, second, third) = (nth(0), nth(1), nth(2));
        Self {
            order,
            best,
            second,
            third,
            above,
            sum,
        }
    }
}

/// The candidates of one kind in a contract.
pub fn list_candidates(
    text: &str,
    segments: &[Segment],
    scores: &Scores,
    kind: usize,
    traits: &KindTraits,
    out: &mut Vec<Candidate>,
) {
    let ranking = Ranking::new(scores, segments.len(), kind);
    let own_words: Vec<f32> = ranking
        .order
        .iter()
        .map(|&(_, at)| {
            let segment = segments.get(at).and_then(|s| text.get(s.start..s.end));
            has_words(traits.name, segment.unwrap_or(""))
        })
        .collect();
    let mut spans: Vec<(usize, usize, usize, usize, usize, Shape)> = Vec::new();
    for (rank, &(_, at)) in ranking.order.iter().enumerate() {
        spans_around(
            text,
            segments,
            scores,
            kind,
            traits,
            at,
            &mut |first, last, start, end, shape| {
                let plain = matches!(shape, Shape::Sentence | Shape::Segment | Shape::Phrase);
                if rank >= VARIED && !plain {
                    return;
                }
                let known = spans.iter().any(|s| s.3 == start && s.4 == end);
                if !known && start < end {
                    spans.push((rank, first, last, start, end, shape));
                }
            },
        );
    }
    for (rank, first, last, start, end, shape) in spans {
        let Some(&(_, segment)) = ranking.order.get(rank) else {
            continue;
        };
        let place = Place {
            kind,
            segment,
            first,
            last,
            start,
            end,
            rank,
            shape,
            own_words: own_words.get(rank).copied().unwrap_or(0.0),
        };
        out.push(Candidate {
            kind,
            start,
            end,
            segment,
            known: describe(text, segments, scores, traits, &ranking, &place),
        });
    }
}

struct Place {
    kind: usize,
    segment: usize,
    first: usize,
    last: usize,
    start: usize,
    end: usize,
    rank: usize,
    shape: Shape,
    own_words: f32,
}

fn spans_around(
    text: &str,
    segments: &[Segment],
    scores: &Scores,
    kind: usize,
    traits: &KindTraits,
    at: usize,
    add: &mut dyn FnMut(usize, usize, usize, usize, Shape),
) {
    let Some(segment) = segments.get(at) else {
        return;
    };
    let own = scores.at(at, kind);
    let phrases = match traits.extent {
        Extent::Sentences => Vec::new(),
        Extent::Date => find_dates(text.get(segment.start..segment.end).unwrap_or("")),
        Extent::Title => find_titles(text.get(segment.start..segment.end).unwrap_or("")),
    };
    for (start, end) in phrases {
        add(
            at,
            at,
            segment.start + start,
            segment.start + end,
            Shape::Phrase,
        );
    }
    let mut run = |first: usize, last: usize, shape: Shape| {
        if last - first < MOST
            && let (Some(a), Some(b)) = (segments.get(first), segments.get(last))
        {
            add(first, last, a.start, b.end, shape);
        }
    };
    let (first, last) = reach(segments, at, |s| s.sentence == segment.sentence);
    run(first, last, Shape::Sentence);
    if traits.extent == Extent::Title {
        return;
    }
    if first != last {
        run(at, at, Shape::Segment);
    }
    // A sentence's end behind "provided" or a semicolon, and its head before it.
    let near = |other: usize| {
        segments
            .get(other)
            .is_some_and(|o| o.paragraph.abs_diff(segment.paragraph) <= 1)
            && scores.at(other, kind) > own - FALL
    };
    let (next_first, next_last) = reach_of(segments, last + 1);
    if near(last + 1) {
        run(first, next_last, Shape::WithNext);
    }
    if let Some(before) = first.checked_sub(1) {
        let (before_first, _) = reach_of(segments, before);
        if near(before) {
            run(before_first, last, Shape::WithBefore);
            if near(next_first) {
                run(before_first, next_last, Shape::Neighbourhood);
            }
        }
    }
    let (paragraph_first, paragraph_last) =
        reach(segments, at, |s| s.paragraph == segment.paragraph);
    if traits.extent == Extent::Sentences {
        run(paragraph_first, paragraph_last, Shape::Paragraph);
        if paragraph_last > last {
            run(first, paragraph_last, Shape::Tail);
        }
    }
}

/// The first and last segment of the sentence that a segment belongs to.
fn reach_of(segments: &[Segment], at: usize) -> (usize, usize) {
    match segments.get(at) {
        Some(segment) => reach(segments, at, |s| s.sentence == segment.sentence),
        None => (at, at),
    }
}

fn reach(segments: &[Segment], at: usize, belongs: impl Fn(&Segment) -> bool) -> (usize, usize) {
    let mut first = at;
    while let Some(before) = first.checked_sub(1)
        && segments.get(before).is_some_and(&belongs)
    {
        first = before;
    }
    let mut last = at;
    while segments.get(last + 1).is_some_and(&belongs) {
        last += 1;
    }
    (first, last)
}

fn describe(
    text: &str,
    segments: &[Segment],
    scores: &Scores,
    traits: &KindTraits,
    ranking: &Ranking,
    place: &Place,
) -> [f32; WIDTH] {
    let kind = place.kind;
    let run = place.first..=place.last;
    let (mut most, mut least, mut sum) = (f32::MIN, f32::MAX, 0.0);
    for at in run.clone() {
        let score = scores.at(at, kind);
        most = most.max(score);
        least = least.min(score);
        sum += score;
    }
    let count = (place.last - place.first + 1) as f32;
    let own = scores.at(place.segment, kind);
    let parts = scores.parts(place.segment, kind);
    let before = place
        .first
        .checked_sub(1)
        .map_or(-12.0, |b| scores.at(b, kind));
    let after = scores.at(place.last + 1, kind);
    let mut others = (f32::MIN, 0.0, 0.0);
    for (other, &score) in scores.of(place.segment).iter().enumerate() {
        if other != kind {
            others.1 += f32::from(u8::from(score > own));
            if score > others.0 {
                others.0 = score;
                others.2 = other as f32;
            }
        }
    }
    let words = text.get(place.start..place.end).unwrap_or("");
    let length = (words.len() as f32).ln();
    let all = segments.len();
    let opens = segments.get(place.first);
    let head = place.first == 0
        || opens.map(|s| s.paragraph) != segments.get(place.first - 1).map(|s| s.paragraph);
    let tail = segments.get(place.last).map(|s| s.paragraph)
        != segments.get(place.last + 1).map(|s| s.paragraph);
    let capitals = words.bytes().filter(u8::is_ascii_uppercase).count() as f32;
    let letters = words.bytes().filter(u8::is_ascii_alphabetic).count().max(1) as f32;
    let flag = |is: bool| f32::from(u8::from(is));
    let lead = segments
        .get(place.segment)
        .map_or(0, |s| place.start.saturating_sub(s.start));
    let lead_words = text
        .get(place.start.saturating_sub(24)..place.start)
        .unwrap_or("")
        .to_ascii_lowercase();
    let close_words = text
        .get(place.end..(place.end + 40).min(text.len()))
        .unwrap_or("")
        .to_ascii_lowercase();
    let mut known = [0.0; WIDTH];
    let values = [
        most,
        sum / count,
        least,
        own,
        parts[OWN],
        parts[HEADING],
        parts[AROUND],
        parts[SHAPE],
        before,
        after,
        place.rank as f32,
        ranking.best - own,
        ranking.best,
        ranking.second,
        ranking.third,
        ranking.above[0],
        ranking.above[1],
        ranking.above[2],
        ranking.sum,
        place.shape as u8 as f32,
        traits.prior,
        kind as f32,
        length,
        length - traits.length,
        place.segment as f32 / all.max(1) as f32,
        place.segment.min(300) as f32,
        flag(opens.is_some_and(|s| s.is_heading)),
        others.0,
        others.1,
        others.2,
        count,
        flag(head),
        flag(tail),
        flag(words.ends_with(':')),
        flag(words.starts_with(char::is_lowercase)),
        flag(words.starts_with('(')),
        words.bytes().filter(u8::is_ascii_digit).count() as f32,
        flag(words.contains(['"', '“'])),
        capitals / letters,
        (all as f32).ln(),
        lead as f32,
        flag(
            lead_words.contains("dated")
                || lead_words.contains("as of")
                || lead_words.contains("made"),
        ),
        flag(lead_words.contains("effective") || lead_words.contains("commenc")),
        flag(close_words.contains("effective date")),
        place.start.min(20_000) as f32,
        flag(lead_words.contains("this")),
        (text.len() - place.end).min(20_000) as f32,
        others.0 - own,
        parts[CONTRACT],
        place.own_words,
    ];
    known.copy_from_slice(&values);
    known
}
