//! The rows of a file as records, one after the other.

use std::io::Read;

use meibo_normalize::{Field, Record};

use crate::compound::Compound;
use crate::join::join;
use crate::plan::plan;
use crate::raw_rows::RowShape;
use crate::rows::Cells;
use crate::table::{TableReader, cell};
use crate::text::MALFORMED;
use crate::{Encoding, FoundColumn, IngestError, Layout, ReadOptions, RejectReason};

/// Reads a customer list of any encoding, delimiter and column layout, row by row, in constant memory.
///
/// ```
/// use meibo_ingest::{ListReader, ReadOptions};
/// use meibo_normalize::{Field, Record};
///
/// let file = "氏名,電話番号\n山田 太郎,03-1234-5678\n".as_bytes();
/// let mut reader = ListReader::open(file, &ReadOptions::default())?;
/// let mut record = Record::new();
/// while let Some(row) = reader.read(&mut record)? {
///     assert_eq!((row.number, row.outcome), (1, Ok(())));
///     assert_eq!(record.values(Field::Name).next(), Some("山田 太郎"));
/// }
/// assert_eq!(reader.finish()?.rows, 1);
/// # Ok::<(), meibo_ingest::IngestError>(())
/// ```
pub struct ListReader<R: Read> {
    table: TableReader<R>,
    /// Rows before the first person.
    front: usize,
    layout: Layout,
    header: Option<Vec<String>>,
    value: String,
    compounds: Vec<Compound>,
}

/// One row of the file: where it stands and whether it gave a record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// Row, counted from 1; header, titles and blank lines are not counted, rejects are.
    pub number: u64,
    /// Line of the file on which the row begins, counted from 1.
    pub line: u64,
    /// Whether the record was filled, or why not.
    pub outcome: Result<(), RejectReason>,
}

/// What a file was, known once it was read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// BLAKE3 of all bytes of the file as it is, compressed or not, 64 hex digits.
    pub blake3: String,
    /// Bytes of the file as it is.
    pub bytes: u64,
    /// Rows read, rejects among them. A caller that stopped early gets those up to there.
    pub rows: u64,
    /// Rows that gave no record.
    pub rejects: u64,
    /// The encoding used.
    pub encoding: Encoding,
}

impl<R: Read> ListReader<R> {
    /// Reads the head of the input and decides the layout.
    ///
    /// # Errors
    /// When the input fails, holds no row or no column of a person, or an option does not fit it.
    pub fn open(input: R, options: &ReadOptions) -> Result<Self, IngestError> {
        let mut table = TableReader::open(input, options)?;
        let mut plan = plan(table.first(), options, table.encoding(), table.delimiter())?;
        plan.layout.compression = table.source().compression();
        plan.layout.fixed = table.fixed().cloned();
        table.skip(plan.data);
        Ok(ListReader {
            table,
            front: plan.data,
            compounds: Compound::all(&plan.layout.columns),
            layout: plan.layout,
            header: plan.header,
            value: String::new(),
        })
    }

    /// What was decided about the file.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// How its rows are separated, for reading them as they stand in the file.
    pub fn shape(&self) -> RowShape {
        self.table.shape(self.front)
    }

    /// The cells of the header row; none where the file has no header.
    pub fn headings(&self) -> Option<&[String]> {
        self.header.as_deref()
    }

    /// The cells of the row read last as they stand in it, used or not, without quotation marks. Bytes that are no text in the file's
    /// encoding stand as [`UNDECODABLE`](crate::UNDECODABLE).
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.table.cells().iter()
    }

    /// Reads the next row into `record`, which is cleared first; `None` at the end of the file.
    ///
    /// # Errors
    /// Only when the input fails; what is wrong with a row stands in the row.
    pub fn read(&mut self, record: &mut Record) -> Result<Option<Row>, IngestError> {
        record.clear();
        let Some(row) = self.table.read()? else { return Ok(None) };
        let outcome = row.outcome.and_then(|()| self.fill(record));
        if outcome.is_err() {
            record.clear();
            self.table.reject();
        }
        Ok(Some(Row { number: row.number, line: row.line, outcome }))
    }

    /// Fills the record from a row that does not stand in the file, as if it did.
    ///
    /// # Errors
    /// As a row of the file would be a reject; [`RejectReason::NoValues`] where it is no row.
    pub fn read_other(&mut self, row: &str, record: &mut Record) -> Result<(), RejectReason> {
        record.clear();
        match self.table.read_other(row) {
            true => self.fill(record),
            false => Err(RejectReason::NoValues),
        }
    }

    /// Reads the input to its end, rows not yet read included, and sums up.
    ///
    /// # Errors
    /// When the input fails.
    pub fn finish(self) -> Result<Summary, IngestError> {
        self.table.finish()
    }

    /// Fills the record from the cells of the current row.
    fn fill(&mut self, record: &mut Record) -> Result<(), RejectReason> {
        let cells = self.table.cells();
        if cells.len() > self.layout.width {
            let found = filled_width(cells);
            if found > self.layout.width && self.goes_beyond(found) {
                return Err(RejectReason::TooManyCells { expected: self.layout.width, found });
            }
        }
        if self.repeats_header() {
            return Err(RejectReason::RepeatedHeader);
        }
        let suspicious = memchr::memchr2(MALFORMED_BEGINS, 0, cells.text().as_bytes()).is_some();
        for column in &self.layout.columns {
            if suspicious {
                check(cells, column)?;
            }
            if column.in_part {
                continue;
            }
            let value = match column.columns.as_slice() {
                [number] => cell(cells, *number),
                several => {
                    let parts = several.iter().zip(&column.glue).map(|(n, glue)| (cell(cells, *n), *glue));
                    join(parts, column.field == Field::BirthDate, &mut self.value);
                    self.value.as_str()
                }
            };
            if !value.is_empty() {
                record.push(column.field, value);
            }
        }
        for compound in &self.compounds {
            compound.values(cell(cells, compound.column), |field, value| record.push(field, value));
        }
        if record.is_empty() { Err(RejectReason::NoValues) } else { Ok(()) }
    }

    /// True for surplus cells that no option asked for.
    fn goes_beyond(&self, found: usize) -> bool {
        let last_used = self.layout.columns.iter().flat_map(|column| &column.columns).max();
        last_used.is_none_or(|&last| found > last)
    }

    fn repeats_header(&self) -> bool {
        self.header.as_ref().is_some_and(|header| {
            header.len() == self.table.cells().len()
                && header.iter().zip(self.table.cells().iter()).all(|(a, b)| a == b)
        })
    }
}

/// The first byte of [`MALFORMED`], which hardly any other character has.
const MALFORMED_BEGINS: u8 = 0xF4;

/// Cells up to the last that holds something.
fn filled_width(cells: &Cells) -> usize {
    let mut width = cells.len();
    while width > 0 && cell(cells, width).is_empty() {
        width -= 1;
    }
    width
}

fn check(cells: &Cells, column: &FoundColumn) -> Result<(), RejectReason> {
    for &number in &column.columns {
        let text = cell(cells, number);
        if text.contains(MALFORMED) {
            return Err(RejectReason::Undecodable { column: number });
        }
        if text.contains('\0') {
            return Err(RejectReason::NulInCell { column: number });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a text over and over, up to a number of bytes.
    struct Repeated(&'static str, usize);

    impl Read for Repeated {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let length = self.0.len().min(buffer.len()).min(self.1);
            buffer[..length].copy_from_slice(&self.0.as_bytes()[..length]);
            self.1 -= length;
            Ok(length)
        }
    }

    #[test]
    fn memory_does_not_grow_with_the_file() {
        let shapes = ["山田太郎,03-1234-5678\n", "x", "\"", "\"\n", "a,\"b\n", ",", "\r", "x\",\"y\n"];
        for text in shapes {
            let front = "氏名,電話番号\n山田太郎,03-1234-5678\n".as_bytes();
            let input = front.chain(Repeated(text, 24 << 20));
            let mut reader = ListReader::open(input, &ReadOptions::default()).unwrap();
            let mut record = Record::new();
            let (mut most, mut rows) = (0, 0u64);
            while rows < 100_000 && reader.read(&mut record).unwrap().is_some() {
                most = most.max(reader.table.source().memory() + reader.table.cells().text().len());
                rows += 1;
            }
            assert!(most < 12 << 20, "{text:?} took {most} bytes");
            assert_eq!(reader.finish().unwrap().bytes, (24 << 20) + front.len() as u64, "all is hashed");
        }
    }
}
