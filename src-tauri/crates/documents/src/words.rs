//! Glyphs to words, words to lines, lines to reading order.

use countersign_contracts::document::{Bbox, HiddenKind, Word};
use rustc_hash::FxHashMap;

use crate::columns;
use crate::glyphs::{Direction, Painted};

/// Gap between two glyphs, in ems, from which they belong to two words.
const WORD_GAP: f32 = 0.1;

/// A run of glyphs without a break, in the frame of its direction.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub text: String,
    pub start: f32,
    pub end: f32,
    pub baseline: f32,
    pub size: f32,
    pub direction: Direction,
    pub bold: bool,
    pub hidden: Option<HiddenKind>,
    pub bbox: [f32; 4],
}

/// The words of a page in reading order, each with the index of its line.
pub(crate) fn words_of(mut glyphs: Vec<Painted>) -> Vec<Word> {
    drop_doubles(&mut glyphs);
    let pieces = pieces_of(&glyphs);
    let mut words = Vec::with_capacity(pieces.len());
    let mut line = 0;
    let mut directions: Vec<(Direction, usize)> = Vec::new();
    for piece in &pieces {
        match directions.iter_mut().find(|d| d.0 == piece.direction) {
            Some(d) => d.1 += 1,
            None => directions.push((piece.direction, 1)),
        }
    }
    directions.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    for (direction, _) in directions {
        let own: Vec<Piece> = pieces
            .iter()
            .filter(|p| p.direction == direction)
            .cloned()
            .collect();
        for row in columns::reading_order(rows_of(own)) {
            for piece in join_touching(row) {
                words.push(Word {
                    text: piece.text,
                    bbox: Bbox(piece.bbox),
                    line,
                    size: piece.size,
                    bold: piece.bold,
                    hidden: piece.hidden,
                    confidence: None,
                });
            }
            line += 1;
        }
    }
    words
}

/// Drops a glyph that was painted again at the same place, as some producers do to make text look
/// bold: the same character within half a point. The visible one of the two stays.
fn drop_doubles(glyphs: &mut Vec<Painted>) {
    let cell = |v: f32| (v * 2.0).floor() as i32;
    let mut seen: FxHashMap<(char, i32, i32), Vec<usize>> = FxHashMap::default();
    seen.reserve(glyphs.len());
    let mut doubled = vec![false; glyphs.len()];
    for (i, glyph) in glyphs.iter().enumerate() {
        if glyph.character.is_whitespace() {
            continue;
        }
        let (x, y) = (cell(glyph.start), cell(glyph.baseline));
        let twin = (-1..=1)
            .flat_map(|dx| (-1..=1).map(move |dy| (x + dx, y + dy)))
            .filter_map(|(x, y)| seen.get(&(glyph.character, x, y)))
            .flatten()
            .copied()
            .find(|j| {
                let other = &glyphs[*j];
                other.direction == glyph.direction
                    && (other.start - glyph.start).abs() < 0.5
                    && (other.baseline - glyph.baseline).abs() < 0.5
            });
        match twin {
            Some(j) if glyphs[j].hidden.is_some() && glyph.hidden.is_none() => {
                doubled[j] = true;
                seen.entry((glyph.character, x, y)).or_default().push(i);
            }
            Some(_) => doubled[i] = true,
            None => seen.entry((glyph.character, x, y)).or_default().push(i),
        }
    }
    let mut flags = doubled.iter();
    glyphs.retain(|_| !flags.next().copied().unwrap_or(false));
}

/// Chains glyphs in painting order.
fn pieces_of(glyphs: &[Painted]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut open = false;
    for glyph in glyphs {
        let space = glyph.character.is_whitespace() || glyph.character == '\u{200b}';
        if space || glyph.character.is_control() {
            open = false;
            continue;
        }
        let bbox = glyph.bbox;
        if open
            && let Some(piece) = pieces.last_mut()
            && continues(piece, glyph)
        {
            piece.text.push(glyph.character);
            piece.end = piece.end.max(glyph.end);
            piece.size = piece.size.max(glyph.size);
            piece.bbox = union(piece.bbox, bbox);
            piece.hidden = piece.hidden.and(glyph.hidden);
            continue;
        }
        open = true;
        pieces.push(Piece {
            text: glyph.character.to_string(),
            start: glyph.start,
            end: glyph.end,
            baseline: glyph.baseline,
            size: glyph.size,
            direction: glyph.direction,
            bold: glyph.bold,
            hidden: glyph.hidden,
            bbox,
        });
    }
    pieces
}

fn continues(piece: &Piece, glyph: &Painted) -> bool {
    let em = piece.size.min(glyph.size).max(1.0);
    let gap = glyph.start - piece.end;
    piece.direction == glyph.direction
        && same_sight(piece.hidden, glyph.hidden)
        && (piece.baseline - glyph.baseline).abs() < 0.4 * piece.size.max(glyph.size)
        && gap < WORD_GAP * em
        && gap > -0.5 * em
        && glyph.start > piece.start
}

/// Whether two neighbours can be one word: both seen, or both not for the same reason. A word that
/// is cut at the edge of its cell is a word that is seen.
fn same_sight(a: Option<HiddenKind>, b: Option<HiddenKind>) -> bool {
    let clipped = Some(HiddenKind::Clipped);
    a == b || (a == clipped && b.is_none()) || (a.is_none() && b == clipped)
}

/// Gathers pieces into rows by their baselines, each row from left to right.
fn rows_of(mut pieces: Vec<Piece>) -> Vec<Vec<Piece>> {
    pieces.sort_by(|a, b| {
        a.baseline
            .total_cmp(&b.baseline)
            .then(a.start.total_cmp(&b.start))
    });
    let mut rows: Vec<Vec<Piece>> = Vec::new();
    for piece in pieces {
        match rows.last_mut() {
            Some(row) if on_row(row, &piece) => row.push(piece),
            _ => rows.push(vec![piece]),
        }
    }
    merge_raised(&mut rows);
    for row in &mut rows {
        row.sort_by(|a, b| a.start.total_cmp(&b.start));
    }
    rows
}

fn on_row(row: &[Piece], piece: &Piece) -> bool {
    row.iter()
        .rev()
        .take(8)
        .any(|other| (other.baseline - piece.baseline).abs() < 0.3 * other.size.min(piece.size))
}

/// Puts footnote marks and other raised or lowered pieces on the row they stand beside.
fn merge_raised(rows: &mut Vec<Vec<Piece>>) {
    let mut at = 0;
    while at < rows.len() {
        let small = rows[at]
            .iter()
            .all(|p| p.size < 9.0 && p.text.chars().count() <= 4);
        let target = if small {
            [at.checked_sub(1), Some(at + 1)]
                .into_iter()
                .flatten()
                .find(|other| {
                    rows.get(*other).is_some_and(|row| {
                        rows[at].iter().all(|p| row.iter().any(|q| touches(p, q)))
                    })
                })
        } else {
            None
        };
        match target {
            Some(other) => {
                let raised = std::mem::take(&mut rows[at]);
                rows[other].extend(raised);
                rows.remove(at);
            }
            None => at += 1,
        }
    }
}

/// Whether a small piece stands directly beside a larger one, its box overlapping it in height.
fn touches(small: &Piece, large: &Piece) -> bool {
    let beside = (small.start - large.end).abs() < 0.3 * large.size
        || (large.start - small.end).abs() < 0.3 * large.size;
    let raise = large.baseline - small.baseline;
    small.size < 0.85 * large.size
        && beside
        && raise < 0.7 * large.size
        && raise > -0.35 * large.size
}

/// Joins neighbours on a row that were painted apart but stand together.
fn join_touching(row: Vec<Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::with_capacity(row.len());
    for piece in row {
        if let Some(last) = joined.last_mut()
            && same_sight(piece.hidden, last.hidden)
            && piece.start - last.end < 0.05 * last.size.min(piece.size)
            && piece.start - last.end > -0.4 * last.size.min(piece.size)
            && (last.baseline - piece.baseline).abs() < 0.5 * last.size.max(piece.size)
            && piece.start > last.start
        {
            last.text.push_str(&piece.text);
            last.end = last.end.max(piece.end);
            last.size = last.size.max(piece.size);
            last.bbox = union(last.bbox, piece.bbox);
            last.hidden = last.hidden.and(piece.hidden);
            continue;
        }
        joined.push(piece);
    }
    joined
}

fn union(a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
    [
        a[0].min(b[0]),
        a[1].min(b[1]),
        a[2].max(b[2]),
        a[3].max(b[3]),
    ]
}
