//! Puts the pieces of lines into the columns that most lines share.

use std::ops::Range;

use super::beside::joined;
use super::line::{Line, Piece, lines};
use super::place::Glyph;

/// Pieces of one file, and bytes in them, that are kept until all are there.
const MOST_PIECES: usize = 4_000_000;
const MOST_BYTES: usize = 256 << 20;
/// Lines above a table, its headings among them.
const MOST_HEADINGS: usize = 5;
/// What is beyond them is in the last one.
const MOST_COLUMNS: usize = 500;
/// Points from the left end of all that is drawn to its right one, and on both sides of zero.
const POINTS: usize = 8192;

/// Pages as they come.
#[derive(Default)]
pub(super) struct Tables {
    pages: Vec<Vec<Line>>,
    /// Pieces, and bytes in them.
    pieces: usize,
    bytes: usize,
}

impl Tables {
    /// Adds a page. False where it is more than is kept.
    pub(super) fn push(&mut self, glyphs: Vec<Glyph>) -> bool {
        let page = lines(glyphs);
        for piece in page.iter().flat_map(|line| &line.pieces) {
            self.pieces += 1;
            self.bytes += piece.text.len();
        }
        self.pages.push(page);
        self.pieces <= MOST_PIECES && self.bytes <= MOST_BYTES
    }

    /// The tables: each of all the pages that keep their columns so.
    pub(super) fn finish(self) -> Vec<Table> {
        let (mut done, mut last) = (Vec::new(), None::<Pages>);
        for page in with_headings_once(joined(self.pages)) {
            let page = Pages::of(page);
            match &mut last {
                Some(last) if last.goes_on(&page) => last.append(page),
                last => done.extend(last.replace(page).map(Pages::finish)),
            }
        }
        done.extend(last.map(Pages::finish));
        done
    }
}

/// Pages that are not empty, without what each begins with that stands at the top of the first: titles and headings.
fn with_headings_once(pages: Vec<Vec<Line>>) -> Vec<Vec<Line>> {
    let mut pages: Vec<Vec<Line>> = pages.into_iter().filter(|page| !page.is_empty()).collect();
    let Some((first, others)) = pages.split_first_mut() else { return pages };
    let top = first.get(..MOST_HEADINGS.min(first.len())).unwrap_or_default();
    let is_heading = |line: &Line| top.iter().any(|heading| heading.reads_as(line));
    if others.iter().all(|page| page.first().is_some_and(is_heading)) {
        for page in others {
            let count = page.iter().take_while(|line| is_heading(line)).count();
            page.drain(..count);
        }
    }
    pages
}

/// Pages that go on with one table.
struct Pages {
    lines: Vec<Line>,
    /// How many lines have something at a point.
    covered: Vec<u32>,
    /// How many have a piece that begins there, under one that has not ended.
    begun: Vec<u32>,
    /// Lines that were counted there: those of more than one piece.
    counted: u32,
}

impl Pages {
    fn of(lines: Vec<Line>) -> Self {
        let (covered, begun) = (vec![0; POINTS], vec![0; POINTS]);
        let mut pages = Self { lines: Vec::new(), covered, begun, counted: 0 };
        for line in lines.iter().filter(|line| line.pieces.len() > 1) {
            pages.counted += 1;
            pages.count(&line.pieces);
        }
        pages.lines = lines;
        pages
    }

    fn count(&mut self, line: &[Piece]) {
        let mut end = f32::MIN;
        for piece in line {
            let points = self.covered.get_mut(point(piece.start + 0.5)..point(piece.end + 0.5));
            points.unwrap_or_default().iter_mut().for_each(|count| *count += 1);
            if piece.start < end
                && let Some(count) = self.begun.get_mut(point(piece.start + 0.5))
            {
                *count += 1;
            }
            end = end.max(piece.end);
        }
    }

    fn columns(&self) -> Vec<Range<usize>> {
        columns(&self.covered, &self.begun, self.counted)
    }

    fn goes_on(&self, page: &Self) -> bool {
        let sum = |a: &[u32], b: &[u32]| a.iter().zip(b).map(|(a, b)| a + b).collect::<Vec<_>>();
        let (covered, begun) = (sum(&self.covered, &page.covered), sum(&self.begun, &page.begun));
        let together = columns(&covered, &begun, self.counted + page.counted).len();
        together >= self.columns().len().max(page.columns().len())
    }

    fn append(&mut self, page: Self) {
        self.lines.extend(page.lines);
        self.covered.iter_mut().zip(page.covered).for_each(|(all, count)| *all += count);
        self.begun.iter_mut().zip(page.begun).for_each(|(all, count)| *all += count);
        self.counted += page.counted;
    }

    fn finish(self) -> Table {
        Table { columns: self.columns(), lines: self.lines }
    }
}

/// Lines that share their columns.
pub(super) struct Table {
    columns: Vec<Range<usize>>,
    lines: Vec<Line>,
}

impl Table {
    pub(super) fn into_rows(self) -> TableRows {
        TableRows { columns: self.columns, lines: self.lines.into_iter() }
    }
}

/// Where columns are: points at which more than a few lines have something. A title may reach from one into the next.
fn columns(covered: &[u32], begun: &[u32], counted: u32) -> Vec<Range<usize>> {
    let few = counted / 20 + 1;
    let mut columns: Vec<Range<usize>> = Vec::new();
    let filled = covered.iter().zip(begins(begun, few)).enumerate();
    for (at, (_, begins)) in filled.filter(|(_, (count, _))| **count > few) {
        let count = columns.len();
        match columns.last_mut() {
            Some(column) if column.end == at && !begins => column.end += 1,
            _ if count < MOST_COLUMNS => columns.push(at..at + 1),
            _ => break,
        }
    }
    columns
}

/// True for the points at which cells begin whose left neighbours reach into them.
fn begins(begun: &[u32], few: u32) -> impl Iterator<Item = bool> {
    let count = |at: usize| begun.get(at).copied().unwrap_or(0);
    (0..begun.len()).map(move |at| {
        let (before, here, after) = (count(at.wrapping_sub(1)), count(at), count(at + 1));
        // A place between two points counts for one of them.
        before + here + after > few && here > before && here >= after
    })
}

/// The column in which a piece begins; where none is, that which it shares most with, or stands nearest to.
fn column_of(columns: &[Range<usize>], piece: &Piece) -> usize {
    // As far as the place of one that begins there may differ.
    let start = point(piece.start + 1.5);
    if let Some(at) = columns.iter().position(|column| column.contains(&start)) {
        return at;
    }
    let (start, end) = (point(piece.start), point(piece.end));
    let shared = |column: &Range<usize>| {
        let (first, last) = (start.max(column.start), end.min(column.end));
        // Below zero where there is a gap, by how wide it is.
        last as i64 - first as i64
    };
    let best = columns.iter().enumerate().rev().max_by_key(|(_, column)| shared(column));
    best.map_or(0, |(at, _)| at)
}

fn point(along: f32) -> usize {
    // Clamped: no sign is lost, and nothing is cut but the fraction.
    (along + (POINTS / 2) as f32).clamp(0.0, (POINTS - 1) as f32) as usize
}

/// The rows of a table: as many cells each as there are columns.
pub(super) struct TableRows {
    columns: Vec<Range<usize>>,
    lines: std::vec::IntoIter<Line>,
}

impl Iterator for TableRows {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Vec<String>> {
        let line = self.lines.next()?;
        let mut cells = vec![String::new(); self.columns.len().max(1)];
        for piece in line.pieces {
            let Some(cell) = cells.get_mut(column_of(&self.columns, &piece)) else { continue };
            if !cell.is_empty() {
                cell.push(' ');
            }
            cell.push_str(&piece.text);
        }
        Some(cells)
    }
}
