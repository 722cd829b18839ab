//! The first rows of a file, and what separates their cells.

use std::cell::OnceCell;

use crate::ReadOptions;
use crate::cells::{Traits, is_missing, traits_of};
use crate::fixed::{self, FixedWidth, NO_DELIMITER};
use crate::rows::{self, Cells, Dialect, Found};

/// Rows looked at when a layout is decided.
const SAMPLE_ROWS: usize = 1000;
/// Rows looked at when delimiters are compared.
const TRIAL_ROWS: usize = 200;
/// The least score of a delimiter that makes a table.
const REGULAR: f64 = 0.3;
const CANDIDATES: [u8; 4] = [b',', b'\t', b';', b'|'];

/// One row of the head.
#[derive(Clone, Debug, Default)]
pub(crate) struct SampleRow {
    pub(crate) cells: Vec<String>,
    /// Bytes of text from the start of the file to the end of this row.
    pub(crate) end: usize,
    /// Lines up to there.
    pub(crate) lines: u64,
    /// What the cells look like, as far as anybody asked.
    traits: Vec<OnceCell<Traits>>,
}

impl SampleRow {
    fn new(cells: Vec<String>, end: usize, lines: u64) -> Self {
        let traits = vec![OnceCell::new(); cells.len()];
        Self { cells, end, lines, traits }
    }

    /// What a cell looks like.
    pub(crate) fn traits(&self, index: usize) -> Traits {
        let look = || traits_of(self.cell(index));
        self.traits.get(index).map_or_else(look, |known| *known.get_or_init(look))
    }

    /// A cell without the space around it; empty where the row is too short.
    pub(crate) fn cell(&self, index: usize) -> &str {
        self.cells.get(index).map_or("", |cell| cell.trim())
    }

    /// A cell as [`SampleRow::cell`] gives it; empty as well where it only says that there is nothing: なし.
    pub(crate) fn value(&self, index: usize) -> &str {
        let cell = self.cell(index);
        if cell.len() <= 12 && is_missing(cell) { "" } else { cell }
    }

    /// Cells that hold something.
    pub(crate) fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.trim().is_empty()).count()
    }

    /// Cells up to the last that holds something.
    pub(crate) fn width(&self) -> usize {
        self.cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |last| last + 1)
    }
}

/// The first rows of a text, broken ones left out.
fn take(text: &str, at_end: bool, table: Table<'_>, limit: usize) -> (Vec<SampleRow>, usize) {
    let mut rows = Vec::new();
    let mut broken = 0;
    let mut cells = Cells::default();
    let (mut position, mut lines) = (0, 0);
    while rows.len() < limit {
        let rest = text.get(position..).unwrap_or_default();
        if rest.is_empty() {
            break;
        }
        let scanned = rows::scan(rest, at_end, table.dialect, &mut cells);
        position += scanned.length;
        lines += scanned.lines;
        match scanned.found {
            Found::Row => {
                if let Some(fixed) = table.fixed {
                    fixed.cut(&mut cells);
                }
                let cells = cells.iter().map(str::to_owned).collect();
                rows.push(SampleRow::new(cells, position, lines));
            }
            Found::Blank => {}
            Found::Incomplete => break,
            Found::UnterminatedQuote | Found::TooLong { .. } => broken += 1,
        }
        if scanned.length == 0 {
            break;
        }
    }
    (rows, broken)
}

/// True where the first line that is not blank is longer than any row may be.
pub(crate) fn begins_too_long(mut text: &str, at_end: bool, dialect: Dialect) -> bool {
    let mut cells = Cells::default();
    loop {
        let scanned = rows::scan(text, at_end, dialect, &mut cells);
        match (scanned.found, text.get(scanned.length..)) {
            (Found::Blank, Some(rest)) if scanned.length > 0 => text = rest,
            (found, _) => return matches!(found, Found::TooLong { .. }),
        }
    }
}

/// The rows that decide the layout.
pub(crate) fn rows_of(
    text: &str,
    at_end: bool,
    dialect: Dialect,
    fixed: Option<&FixedWidth>,
) -> Vec<SampleRow> {
    take(text, at_end, Table { dialect, fixed }, SAMPLE_ROWS).0
}

/// How the cells of a text are separated.
#[derive(Clone, Copy)]
struct Table<'f> {
    dialect: Dialect,
    fixed: Option<&'f FixedWidth>,
}

/// How a text's cells and rows are separated: by a delimiter, or by their place.
pub(crate) struct Separated {
    pub(crate) dialect: Dialect,
    pub(crate) fixed: Option<FixedWidth>,
    /// Bytes of an opening `sep=` line.
    pub(crate) said: usize,
}

/// Finds out how a text is separated, unless it is given.
pub(crate) fn separation_of(text: &str, at_end: bool, options: &ReadOptions) -> Separated {
    let lone_cr = !text.contains('\n');
    if let Some(fixed) = &options.fixed {
        let dialect = Dialect { delimiter: NO_DELIMITER, lone_cr };
        return Separated { dialect, fixed: Some(fixed.clone()), said: 0 };
    }
    let (delimiter, said) = said_delimiter(text);
    if let Some(delimiter) = options.delimiter.or(delimiter) {
        return Separated { dialect: Dialect { delimiter, lone_cr }, fixed: None, said };
    }
    let mut best = (0.0, b',');
    for delimiter in CANDIDATES {
        let score = trial(text, at_end, Dialect { delimiter, lone_cr });
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    // What a delimiter separates regularly is no text of fixed places, whatever stands below what in it.
    let fixed = if best.0 < REGULAR { fixed::find(text, at_end, lone_cr) } else { None };
    let delimiter = if fixed.is_some() { NO_DELIMITER } else { best.1 };
    Separated { dialect: Dialect { delimiter, lone_cr }, fixed, said: 0 }
}

/// Spreadsheets can be told the delimiter by a first line such as `sep=;`.
fn said_delimiter(text: &str) -> (Option<u8>, usize) {
    let Some(rest) = text.strip_prefix("sep=") else { return (None, 0) };
    match *rest.as_bytes() {
        [mark, b'\r', b'\n', ..] if mark.is_ascii() => (Some(mark), "sep=;\r\n".len()),
        [mark, b'\n' | b'\r', ..] if mark.is_ascii() => (Some(mark), "sep=;\n".len()),
        _ => (None, 0),
    }
}

/// How regular a table the delimiter makes: the share of rows with the commonest number of cells, a little more for
/// more cells, less where each mark is followed by a space, as in prose.
fn trial(text: &str, at_end: bool, dialect: Dialect) -> f64 {
    let (rows, broken) = take(text, at_end, Table { dialect, fixed: None }, TRIAL_ROWS);
    let Some(width) = common_width(&rows) else { return 0.0 };
    if width < 2 {
        return 0.0;
    }
    let regular = rows.iter().filter(|row| row.cells.len() == width).count();
    let share = regular as f64 / (rows.len() + broken) as f64;
    let cells = rows.iter().flat_map(|row| row.cells.iter().skip(1));
    let spaced = cells.clone().filter(|cell| cell.starts_with(' ')).count();
    let prose = if spaced * 5 > cells.count() * 4 { 0.8 } else { 1.0 };
    share * prose * (1.0 - 1.0 / (width as f64 + 1.0))
}

/// The commonest number of cells above one; one only where no row has more.
fn common_width(rows: &[SampleRow]) -> Option<usize> {
    let mut counts = std::collections::BTreeMap::new();
    for row in rows {
        *counts.entry(row.cells.len()).or_insert(0usize) += 1;
    }
    let several = counts.iter().filter(|(width, _)| **width > 1).max_by_key(|(_, count)| **count);
    several.or(counts.iter().next()).map(|(width, _)| *width)
}
