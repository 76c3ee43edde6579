//! Reading order: rows as they stand, columns of prose one after the other, and the cells of a
//! table one by one where their text runs over several rows.

use crate::words::Piece;

/// Narrowest gutter between two columns, in points.
const GUTTER: f32 = 9.0;
/// Fewest rows of text on either side of a gutter.
const FEWEST_ROWS: usize = 6;
/// Distance of the places where a gutter is looked for, in points.
const STRIDE: f32 = 4.0;

type Row = Vec<Piece>;

/// Cuts rows at gutters and orders what results as a person reads it.
pub(crate) fn reading_order(rows: Vec<Row>) -> Vec<Row> {
    cut(rows, 3)
}

fn cut(mut rows: Vec<Row>, depth: u8) -> Vec<Row> {
    let found = if depth > 0 {
        widest_region(&rows)
    } else {
        None
    };
    let Some(region) = found else {
        return cells(rows);
    };
    let after = rows.split_off(region.end);
    let inside = rows.split_off(region.start);
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for row in inside {
        let (l, r): (Row, Row) = row.into_iter().partition(|p| middle(p) < region.gutter);
        left.extend((!l.is_empty()).then_some(l));
        right.extend((!r.is_empty()).then_some(r));
    }
    let mut ordered = cut(rows, depth - 1);
    ordered.extend(cut(left, depth - 1));
    ordered.extend(cut(right, depth - 1));
    ordered.extend(cut(after, depth - 1));
    ordered
}

/// Rows `start..end` are set in two columns with the gutter at `gutter`.
struct Region {
    start: usize,
    end: usize,
    gutter: f32,
}

fn middle(piece: &Piece) -> f32 {
    (piece.start + piece.end) / 2.0
}

/// Finds the longest stretch of rows with an empty strip down its middle and prose on both sides.
fn widest_region(rows: &[Row]) -> Option<Region> {
    if rows.len() < FEWEST_ROWS {
        return None;
    }
    let left = rows
        .iter()
        .flatten()
        .map(|p| p.start)
        .fold(f32::INFINITY, f32::min);
    let right = rows
        .iter()
        .flatten()
        .map(|p| p.end)
        .fold(f32::NEG_INFINITY, f32::max);
    let (from, to) = (left + 0.2 * (right - left), right - 0.2 * (right - left));
    let mut best: Option<(usize, Region)> = None;
    let mut x = from;
    while x <= to {
        let mut start = 0;
        while start < rows.len() {
            let length = rows[start..]
                .iter()
                .take_while(|row| is_open(row, x))
                .count();
            if let Some((weight, region)) = columns_in(rows, start, start + length, x)
                && best.as_ref().is_none_or(|b| weight > b.0)
            {
                best = Some((weight, region));
            }
            start += length + 1;
        }
        x += STRIDE;
    }
    best.map(|b| b.1)
}

/// Leading in ems from which two rows stand apart.
const APART: f32 = 1.45;
/// Most columns of a table that are looked for.
const MOST_COLUMNS: usize = 12;

/// Reads each band of rows that stand close together cell by cell, where it has cells whose text
/// runs on from row to row; other rows stay as they are.
fn cells(rows: Vec<Row>) -> Vec<Row> {
    let mut ordered = Vec::with_capacity(rows.len());
    let mut band: Vec<Row> = Vec::new();
    for row in rows {
        if band.last().is_some_and(|last| stands_apart(last, &row)) {
            ordered.extend(cells_of_band(std::mem::take(&mut band)));
        }
        band.push(row);
    }
    ordered.extend(cells_of_band(band));
    ordered
}

fn stands_apart(above: &Row, below: &Row) -> bool {
    let lowest = above
        .iter()
        .map(|p| p.baseline)
        .fold(f32::NEG_INFINITY, f32::max);
    let highest = below
        .iter()
        .map(|p| p.baseline)
        .fold(f32::INFINITY, f32::min);
    let size = below.iter().map(|p| p.size).fold(0.0, f32::max);
    highest - lowest > APART * size
}

fn cells_of_band(band: Vec<Row>) -> Vec<Row> {
    let mut strips = open_strips(&band);
    let mut columns = columns_at(&band, &strips);
    // A number or a bullet before a hanging paragraph is no cell of its own.
    while let Some(at) = columns
        .iter()
        .take(strips.len())
        .position(|c| c.iter().all(is_marker))
    {
        strips.remove(at);
        columns = columns_at(&band, &strips);
    }
    if band.len() < 2 || strips.is_empty() {
        return band;
    }
    let several = columns.iter().filter(|c| c.len() > 1).count();
    let first_runs = columns.first().is_some_and(|c| c.len() > 1);
    let hanging = !first_runs && several < 2;
    if hanging || is_grid(&band, &columns) || !columns.iter().any(|c| runs_on(c)) {
        return band;
    }
    columns.into_iter().flatten().collect()
}

/// The band's pieces by the strips they stand between.
fn columns_at(band: &[Row], strips: &[f32]) -> Vec<Vec<Row>> {
    let mut columns: Vec<Vec<Row>> = vec![Vec::new(); strips.len() + 1];
    for row in band {
        let mut parts: Vec<Row> = vec![Vec::new(); strips.len() + 1];
        for piece in row {
            let at = strips.iter().filter(|x| middle(piece) > **x).count();
            if let Some(part) = parts.get_mut(at) {
                part.push(piece.clone());
            }
        }
        for (column, part) in columns.iter_mut().zip(parts) {
            column.extend((!part.is_empty()).then_some(part));
        }
    }
    columns
}

/// `7.2`, `(iv)`, `•`: one short piece that counts or points.
fn is_marker(row: &Row) -> bool {
    let [piece] = row.as_slice() else {
        return false;
    };
    let text = piece.text.as_str();
    let short = text.chars().count() <= 7;
    let counts = text.ends_with(['.', ')']) || text.chars().all(|c| c.is_ascii_digit() || c == '.');
    short && (counts || !text.chars().any(char::is_alphanumeric))
}

/// Whether the rows are those of a table with a line for each: three columns or more, nearly all
/// cells filled, few words in each.
fn is_grid(band: &[Row], columns: &[Vec<Row>]) -> bool {
    let filled: usize = columns.iter().map(Vec::len).sum();
    let words: usize = band.iter().map(Vec::len).sum();
    columns.len() >= 3 && filled * 10 >= band.len() * columns.len() * 8 && words <= filled * 5 / 2
}

/// Whether the text of a cell goes on from row to row, as told by small first letters or by a
/// quotation that is not closed on its first row.
fn runs_on(column: &[Row]) -> bool {
    let quoted = |row: &Row| {
        let text = || row.iter().flat_map(|p| p.text.chars());
        text().filter(|c| *c == '“').count() > text().filter(|c| *c == '”').count()
    };
    if column.len() > 1 && column.first().is_some_and(quoted) {
        return true;
    }
    let following = column.iter().skip(1);
    let small = following
        .filter_map(|row| row.first()?.text.chars().find(|c| c.is_alphanumeric()))
        .filter(|c| c.is_lowercase())
        .count();
    small > 0 && small * 5 >= (column.len() - 1) * 2
}

/// The middles of the strips that all rows of a band leave empty, wide against its word spaces.
fn open_strips(band: &[Row]) -> Vec<f32> {
    let mut taken: Vec<(f32, f32)> = band.iter().flatten().map(|p| (p.start, p.end)).collect();
    taken.sort_by(|a, b| a.0.total_cmp(&b.0));
    let size = band.iter().flatten().map(|p| p.size).fold(0.0, f32::max);
    let narrowest = GUTTER.max(if band.len() < 4 {
        1.6 * size
    } else {
        1.1 * size
    });
    let mut strips = Vec::new();
    let mut end = f32::INFINITY;
    for (from, to) in taken {
        if from - end >= narrowest {
            strips.push((from + end) / 2.0);
        }
        end = if end.is_finite() { end.max(to) } else { to };
    }
    strips.truncate(MOST_COLUMNS);
    strips
}

/// Whether the strip around `x` is empty on this row.
fn is_open(row: &Row, x: f32) -> bool {
    row.iter()
        .all(|p| p.end <= x - GUTTER / 2.0 || p.start >= x + GUTTER / 2.0)
}

/// The columns on both sides of `x` among these rows, and how many rows of prose they hold.
fn columns_in(rows: &[Row], start: usize, end: usize, x: f32) -> Option<(usize, Region)> {
    let side = |left: bool| {
        (start..end)
            .filter(|at| rows[*at].iter().any(|p| (middle(p) < x) == left))
            .collect::<Vec<usize>>()
    };
    let (lefts, rights) = (side(true), side(false));
    if lefts.len() < FEWEST_ROWS || rights.len() < FEWEST_ROWS {
        return None;
    }
    // Where both columns run side by side; text above or below belongs to one of them only.
    let from = *lefts.first()?.max(rights.first()?);
    let to = *lefts.last()?.min(rights.last()?);
    let shared = |side: &[usize]| side.iter().filter(|at| (from..=to).contains(*at)).count();
    if shared(&lefts) < FEWEST_ROWS || shared(&rights) < FEWEST_ROWS {
        return None;
    }
    let prose = |side: &[usize], left: bool| {
        let inside: Vec<usize> = side
            .iter()
            .copied()
            .filter(|at| (from..=to).contains(at))
            .collect();
        let good = inside
            .iter()
            .filter(|at| is_prose(&rows[**at], x, left))
            .count();
        (good * 5 >= inside.len() * 3).then_some(good)
    };
    let weight = prose(&lefts, true)? + prose(&rights, false)?;
    // A column goes on above and below its neighbour as long as nothing crosses the gutter.
    Some((
        weight,
        Region {
            start,
            end,
            gutter: x,
        },
    ))
}

/// Whether the row's text on one side is several words set close together, as in prose, not in a
/// table's cells.
fn is_prose(row: &Row, x: f32, left: bool) -> bool {
    let side: Vec<&Piece> = row.iter().filter(|p| (middle(p) < x) == left).collect();
    let Some((first, last)) = side.first().zip(side.last()) else {
        return false;
    };
    let close = side
        .windows(2)
        .all(|w| w[1].start - w[0].end < 1.5 * w[0].size);
    side.len() >= 3 && close && last.end - first.start > 8.0 * first.size
}
