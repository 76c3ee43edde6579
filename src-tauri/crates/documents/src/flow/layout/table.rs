//! A table's rows on the page: cells side by side, each with the words of its own column.

use countersign_contracts::document::Bbox;
use countersign_contracts::side::{Place, Table, TableCell};

use super::lines::{FlowLine, break_paragraph, widest_word};
use super::{GAP, MARGIN, Pager, Setting};
use crate::error::ReadError;
use crate::flow::{Cell, Note};

/// Sizes that cells are set in, the first that their widest words fit at.
const SIZES: [f32; 3] = [10.0, 8.5, 7.0];
const PADDING: f32 = 4.0;
/// Between two paragraphs of a cell, and above and below a row.
const CELL_GAP: f32 = 3.0;
/// Most cells kept in the list of tables.
const MOST_CELLS: usize = 100_000;

/// Places a table's rows.
pub(super) fn place(
    pager: &mut Pager,
    rows: &[Vec<Cell>],
    notes: &[Note],
) -> Result<(), ReadError> {
    if pager.last_line.is_some() {
        pager.y += GAP - CELL_GAP;
    }
    let mut table = Table { rows: Vec::new() };
    let known: usize = pager
        .side
        .tables
        .iter()
        .flat_map(|table| &table.rows)
        .map(Vec::len)
        .sum();
    let grid = Grid::of(rows, pager.column());
    for row in rows {
        let mut kept: Vec<TableCell> = row
            .iter()
            .map(|cell| TableCell {
                text: text_of(cell),
                columns: cell.columns.max(1),
                place: Place::default(),
            })
            .collect();
        match &grid {
            Some(grid) => place_row(pager, row, grid, notes, &mut kept)?,
            None => place_stacked(pager, row, notes, &mut kept)?,
        }
        table.rows.push(kept);
    }
    let cells: usize = table.rows.iter().map(Vec::len).sum();
    if cells > 0 && known + cells <= MOST_CELLS {
        pager.side.tables.push(table);
    }
    Ok(())
}

fn text_of(cell: &Cell) -> String {
    let paragraphs: Vec<String> = cell
        .paragraphs
        .iter()
        .map(|p| {
            let text = p.text();
            let words: Vec<&str> = p
                .label
                .split_whitespace()
                .chain(text.split_whitespace())
                .collect();
            words.join(" ")
        })
        .filter(|text| !text.is_empty())
        .collect();
    paragraphs.join("\n")
}

/// The columns of a table and the size its cells are set in.
struct Grid {
    size: f32,
    /// Left edge and width of each column.
    columns: Vec<(f32, f32)>,
}

impl Grid {
    /// `None` when the words of a row don't fit side by side at any size.
    fn of(rows: &[Vec<Cell>], width: f32) -> Option<Self> {
        let count = rows
            .iter()
            .map(|row| row.iter().map(|c| c.columns.max(1) as usize).sum::<usize>())
            .max()?;
        if count == 0 || count > 60 {
            return None;
        }
        let mut shares = vec![0.0_f32; count];
        for row in rows {
            let mut at = 0;
            for cell in row {
                if cell.columns <= 1
                    && let Some(share) = shares.get_mut(at)
                {
                    *share = share.max(cell.share);
                }
                at += cell.columns.max(1) as usize;
            }
        }
        let size = SIZES.into_iter().find(|size| {
            let least = least_widths(rows, count, *size);
            least.iter().sum::<f32>() <= width
        })?;
        let least = least_widths(rows, count, size);
        let spare = width - least.iter().sum::<f32>();
        let all: f32 = shares.iter().sum();
        let mut left = MARGIN;
        let columns = least
            .iter()
            .zip(&shares)
            .map(|(least, share)| {
                let part = if all > 0.0 {
                    share / all
                } else {
                    1.0 / count as f32
                };
                let column = (left, least + spare * part);
                left += column.1;
                column
            })
            .collect();
        Some(Self { size, columns })
    }

    fn place_of(&self, at: usize, columns: usize) -> (f32, f32) {
        let cells = self.columns.get(at..).unwrap_or(&[]);
        let cells = cells.get(..columns).unwrap_or(cells);
        let left = cells.first().map_or(MARGIN, |c| c.0);
        (left, cells.iter().map(|c| c.1).sum())
    }
}

/// What each column needs for its widest word.
fn least_widths(rows: &[Vec<Cell>], count: usize, size: f32) -> Vec<f32> {
    let mut least = vec![2.0 * PADDING + size; count];
    for row in rows {
        let mut at = 0;
        for cell in row {
            let columns = cell.columns.max(1) as usize;
            let labels = cell.paragraphs.iter().map(|p| widest_word(p, size));
            let wanted = labels.fold(0.0, f32::max) + 2.0 * PADDING + 0.5;
            let range = least.get_mut(at..(at + columns).min(count));
            if let Some(range) = range {
                let missing = wanted - range.iter().sum::<f32>();
                if missing > 0.0 {
                    let part = missing / range.len().max(1) as f32;
                    range.iter_mut().for_each(|w| *w += part);
                }
            }
            at += columns;
        }
    }
    least
}

/// A cell's lines, each with its distance to the line above.
type CellLines = Vec<(f32, FlowLine)>;

fn lines_of(cell: &Cell, setting: &Setting) -> CellLines {
    let mut lines = Vec::new();
    for (at, paragraph) in cell.paragraphs.iter().enumerate() {
        let gap = if at > 0 { CELL_GAP } else { 0.0 };
        let broken = break_paragraph(paragraph, setting);
        lines.extend(
            broken
                .into_iter()
                .enumerate()
                .map(|(i, line)| (if i == 0 { gap } else { 0.0 }, line)),
        );
    }
    lines
}

fn height_of(lines: &[(f32, FlowLine)]) -> f32 {
    lines.iter().map(|(gap, line)| gap + line.height()).sum()
}

fn place_row(
    pager: &mut Pager,
    row: &[Cell],
    grid: &Grid,
    notes: &[Note],
    kept: &mut [TableCell],
) -> Result<(), ReadError> {
    let mut cells: Vec<CellLines> = Vec::with_capacity(row.len());
    let mut at = 0;
    for cell in row {
        let columns = cell.columns.max(1) as usize;
        let (left, width) = grid.place_of(at, columns);
        at += columns;
        let setting = Setting {
            size: grid.size,
            bold: false,
            left: left + PADDING,
            width: (width - 2.0 * PADDING).max(grid.size),
        };
        cells.push(lines_of(cell, &setting));
    }
    for (_, line) in cells.iter().flatten() {
        for note in &line.notes {
            pager.add_note(*note, notes);
        }
    }
    let height = cells.iter().map(|c| height_of(c)).fold(0.0, f32::max);
    pager.y += CELL_GAP;
    if pager.last_line.is_some()
        && pager.y + height > pager.bottom()
        && height < 0.66 * pager.body_height()
    {
        pager.end_page()?;
    }
    if cells.iter().all(|lines| lines.len() <= 1) {
        // A row of short cells reads as one line: `Fee  EUR 100  a month`.
        let index = pager.last_line.map_or(1, |last| last.saturating_add(2));
        let y = pager.y;
        for (lines, kept) in cells.into_iter().zip(kept) {
            for (_, line) in lines {
                put(pager, line, y, Some(index), kept);
            }
        }
        pager.y += height + CELL_GAP;
        return Ok(());
    }
    let mut cells: Vec<std::collections::VecDeque<(f32, FlowLine)>> =
        cells.into_iter().map(Into::into).collect();
    loop {
        let top = pager.y;
        let bottom = pager.bottom();
        let mut lowest = top;
        let mut placed = false;
        for (lines, kept) in cells.iter_mut().zip(kept.iter_mut()) {
            let mut y = top;
            while let Some((gap, line)) = lines.front() {
                let next = y + gap;
                if next + line.height() > bottom && (placed || pager.last_line.is_some()) {
                    break;
                }
                let Some((_, line)) = lines.pop_front() else {
                    break;
                };
                y = next + line.height();
                put(pager, line, next, None, kept);
                placed = true;
            }
            lowest = lowest.max(y);
        }
        pager.y = lowest + CELL_GAP;
        if cells.iter().all(std::collections::VecDeque::is_empty) {
            return Ok(());
        }
        pager.end_page()?;
    }
}

/// Places the cells of a row one below the other.
fn place_stacked(
    pager: &mut Pager,
    row: &[Cell],
    notes: &[Note],
    kept: &mut [TableCell],
) -> Result<(), ReadError> {
    let setting = Setting {
        size: super::BODY_SIZE,
        bold: false,
        left: MARGIN,
        width: pager.column(),
    };
    for (cell, kept) in row.iter().zip(kept) {
        for paragraph in &cell.paragraphs {
            let lines = break_paragraph(paragraph, &setting);
            let from = pager.words.len();
            let page = pager.number();
            pager.place_lines(lines, CELL_GAP, notes)?;
            if page == pager.number() {
                note_place(pager, from, kept);
            } else {
                note_place(pager, 0, kept);
            }
        }
    }
    Ok(())
}

fn put(pager: &mut Pager, line: FlowLine, y: f32, index: Option<u32>, kept: &mut TableCell) {
    let from = pager.words.len();
    match index {
        Some(index) => pager.put_words(line, y, index),
        None => pager.put_line(line, y),
    }
    note_place(pager, from, kept);
}

/// Adds the words placed from `from` on to where the cell stands: its first page, a box a line.
fn note_place(pager: &Pager, from: usize, kept: &mut TableCell) {
    let words = pager.words.get(from..).unwrap_or(&[]);
    let boxes = words
        .chunk_by(|a, b| a.line == b.line)
        .filter_map(|line| line.iter().map(|w| w.bbox).reduce(Bbox::union));
    let boxes: Vec<Bbox> = boxes.collect();
    if boxes.is_empty() {
        return;
    }
    if kept.place.boxes.is_empty() {
        kept.place.page = pager.number();
    }
    if kept.place.page == pager.number() {
        kept.place.boxes.extend(boxes);
    }
}
