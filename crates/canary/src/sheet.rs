//! What a list looks like: learnt from its own cells, so that decoys look like it.

use std::io::{BufRead, BufReader, Read, Seek};

use meibo_ingest::{Encoding, Layout, ListReader, RawRows, ReadOptions, RowShape, Stretch, Summary};
use meibo_normalize::{Field, Record};

use crate::draw::Seed;
use crate::error::PlantError;
use crate::number;
use crate::order::{self, Course, Sorted};

/// Rows that notations are learnt from.
const SAMPLE: usize = 2_000;
/// Bytes of the longest of them; longer ones are of no person's row.
const LONGEST: usize = 16 << 10;
/// Columns that are looked at.
const COLUMNS: usize = 2_000;

/// A list that decoys are to be planted in.
#[derive(Debug)]
pub struct Sheet {
    pub(crate) layout: Layout,
    pub(crate) shape: RowShape,
    pub(crate) encoding: Encoding,
    /// Digest of the file.
    pub(crate) blake3: String,
    /// Rows as the list's reader counts them, those that give no record among them.
    pub(crate) rows_read: u64,
    /// Rows of cells.
    pub(crate) rows: u64,
    /// Some of them, each as likely as any other: their cells.
    pub(crate) sample: Vec<Vec<String>>,
    /// What ends a row.
    pub(crate) end: String,
    /// Cells of a row.
    pub(crate) width: usize,
    pub(crate) columns: Vec<Column>,
    pub(crate) sorted: Option<Sorted>,
}

/// What is known of a column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Column {
    /// Whether cells that hold something, and those that hold nothing, stand in quotation marks.
    pub(crate) quoted: [bool; 2],
    /// The least and the greatest of its numbers.
    pub(crate) numbers: Option<(u64, u64)>,
}

/// A row of the sample.
struct Sampled {
    cells: Vec<String>,
    quoted: Vec<bool>,
    end: &'static str,
}

impl Sheet {
    /// Reads a list twice, from its first byte to its last.
    ///
    /// # Errors
    /// Where it cannot be read or decoys cannot be planted in a list of its kind.
    pub fn learn(
        input: &mut (impl Read + Seek),
        options: &ReadOptions,
        seed: &Seed,
    ) -> Result<Self, PlantError> {
        input.rewind()?;
        let mut reader = ListReader::open(&mut *input, options)?;
        let (layout, shape) = (reader.layout().clone(), reader.shape());
        check(&layout, &shape)?;
        let mut record = Record::new();
        while reader.read(&mut record)?.is_some() {}
        let summary = reader.finish()?;
        input.rewind()?;
        let rows = RawRows::new(BufReader::new(input), shape.clone(), summary.encoding);
        let learnt = Learnt::of(rows, shape.delimiter(), seed)?;
        Ok(learnt.sheet(layout, shape, summary))
    }

    /// Rows of the list.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// How it is read.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// A cell of a row of the sample, by its column from 1.
    pub(crate) fn cell(&self, row: usize, column: usize) -> &str {
        let cell = self.sample.get(row).and_then(|cells| cells.get(column.checked_sub(1)?));
        cell.map_or("", String::as_str)
    }
}

fn check(layout: &Layout, shape: &RowShape) -> Result<(), PlantError> {
    if layout.compression.is_some() {
        return Err(PlantError::Compressed);
    }
    if shape.is_fixed() {
        return Err(PlantError::Fixed);
    }
    let compound = layout.columns.iter().find(|column| column.in_part);
    if let Some(column) = compound.and_then(|column| column.columns.first().copied()) {
        return Err(PlantError::Compound { column });
    }
    let has_name = layout.columns.iter().any(|column| matches!(column.field, Field::Name | Field::Kana));
    has_name.then_some(()).ok_or(PlantError::NoName)
}

/// What the second reading tells.
struct Learnt {
    rows: u64,
    sample: Vec<Sampled>,
    courses: Vec<Course>,
    numbers: Vec<Option<(u64, u64)>>,
}

impl Learnt {
    fn of(mut rows: RawRows<impl BufRead>, delimiter: u8, seed: &Seed) -> Result<Self, PlantError> {
        let mut learnt = Self { rows: 0, sample: Vec::new(), courses: Vec::new(), numbers: Vec::new() };
        let mut draw = seed.draw("sample", 0);
        while let Some(stretch) = rows.read()? {
            if stretch != Stretch::Row {
                continue;
            }
            learnt.rows += 1;
            learnt.add_cells(rows.cells());
            let text = rows.text();
            let place = if learnt.sample.len() < SAMPLE { SAMPLE } else { draw.below(learnt.rows) as usize };
            if text.len() > LONGEST || place < SAMPLE && place >= learnt.sample.len() {
                continue;
            }
            let Some(quoted) = quoted(text, delimiter) else { continue };
            let cells = rows.cells().take(COLUMNS).map(str::to_owned).collect();
            let sampled = Sampled { cells, quoted, end: end_of(text) };
            match learnt.sample.get_mut(place) {
                Some(old) => *old = sampled,
                None if place == SAMPLE => learnt.sample.push(sampled),
                None => {}
            }
        }
        Ok(learnt)
    }

    fn add_cells<'c>(&mut self, cells: impl Iterator<Item = &'c str>) {
        for (at, cell) in cells.take(COLUMNS).enumerate() {
            if at >= self.courses.len() {
                self.courses.push(Course::default());
                self.numbers.push(None);
            }
            if let Some(course) = self.courses.get_mut(at) {
                course.add(cell);
            }
            if let (Some(known), Some(value)) = (self.numbers.get_mut(at), number::value_of(cell)) {
                let (least, greatest) = known.unwrap_or((value, value));
                *known = Some((least.min(value), greatest.max(value)));
            }
        }
    }

    fn sheet(self, layout: Layout, shape: RowShape, summary: Summary) -> Sheet {
        let width = common(self.sample.iter().map(|row| row.cells.len())).unwrap_or(layout.width);
        let columns = (0..width).map(|at| Column {
            quoted: [true, false].map(|filled| self.mostly_quoted(at, filled)),
            numbers: self.numbers.get(at).copied().flatten(),
        });
        Sheet {
            columns: columns.collect(),
            width,
            end: common(self.sample.iter().map(|row| row.end)).unwrap_or("\n").to_owned(),
            sorted: order::sorted_by(&self.courses),
            sample: self.sample.into_iter().map(|row| row.cells).collect(),
            rows: self.rows,
            layout,
            shape,
            rows_read: summary.rows,
            encoding: summary.encoding,
            blake3: summary.blake3,
        }
    }

    fn mostly_quoted(&self, at: usize, filled: bool) -> bool {
        let (mut all, mut quoted) = (0, 0);
        for row in &self.sample {
            let Some((cell, is_quoted)) = row.cells.get(at).zip(row.quoted.get(at)) else { continue };
            if cell.is_empty() != filled {
                all += 1;
                quoted += usize::from(*is_quoted);
            }
        }
        quoted * 2 > all
    }
}

/// The commonest of these; of several the greatest.
fn common<T: Ord + Copy>(of: impl Iterator<Item = T>) -> Option<T> {
    let mut counts = std::collections::BTreeMap::new();
    of.for_each(|one| *counts.entry(one).or_insert(0usize) += 1);
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(one, _)| one)
}

fn end_of(text: &str) -> &'static str {
    ["\r\n", "\n", "\r"].into_iter().find(|end| text.ends_with(end)).unwrap_or("\n")
}

/// Which cells of a row stand in quotation marks; none for a row of several lines.
fn quoted(text: &str, delimiter: u8) -> Option<Vec<bool>> {
    let line = text.trim_end_matches(['\r', '\n']);
    if line.contains(['\r', '\n']) {
        return None;
    }
    let (mut quoted, mut rest) = (Vec::new(), line);
    loop {
        let inside = rest.trim_start_matches(' ').strip_prefix('"');
        quoted.push(inside.is_some());
        let behind = inside.map_or(rest, |inside| {
            let pairs_are_text = inside.replace("\"\"", "  ");
            let end = pairs_are_text.find('"').map_or(inside.len(), |at| at + 1);
            inside.get(end..).unwrap_or_default()
        });
        match behind.split_once(char::from(delimiter)) {
            Some((_, next)) => rest = next,
            None => return Some(quoted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_cells_are_told() {
        assert_eq!(quoted("a,\"b,c\",,\"\"\r\n", b','), Some(vec![false, true, false, true]));
        assert_eq!(quoted("\"a\"\"b\",c\n", b','), Some(vec![true, false]));
        assert_eq!(quoted("\"a\nb\",c\n", b','), None);
    }

    #[test]
    fn a_list_is_learnt_whatever_stands_around_it() {
        let mut text = "名簿\r\n会員番号,\"氏名\",電話番号\r\n".to_owned();
        for number in 0..50 {
            text += &format!("{},\"山田　太郎\",03-1234-{:04}\r\n", 100 + number, 5_678 + number);
        }
        text += "\r\n\x1a";
        let mut input = std::io::Cursor::new(text);
        let sheet = Sheet::learn(&mut input, &ReadOptions::default(), &Seed::from_bytes([1; 32])).unwrap();
        assert_eq!((sheet.rows, sheet.sample.len(), sheet.width, sheet.end.as_str()), (50, 50, 3, "\r\n"));
        let quoted: Vec<bool> = sheet.columns.iter().map(|column| column.quoted[0]).collect();
        assert_eq!(quoted, [false, true, false]);
        assert_eq!(sheet.columns[0].numbers, Some((100, 149)));
        assert_eq!(sheet.sorted, Some(Sorted { column: 0, descending: false }));
    }
}
