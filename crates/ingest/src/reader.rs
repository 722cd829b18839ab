//! The rows of a file as records, one after the other.

use std::io::Read;

use meibo_normalize::{Field, Record};

use crate::compound::Compound;
use crate::join::{clean, join};
use crate::plan::plan;
use crate::raw_rows::RowShape;
use crate::rows::{self, Cells, Dialect, Found, MAX_ROW_BYTES};
use crate::sample::{self, Separated};
use crate::text::{MALFORMED, TextSource};
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
    source: TextSource<R>,
    dialect: Dialect,
    /// Rows before the first person, and whether a line before them says what the delimiter is.
    front: (usize, bool),
    layout: Layout,
    header: Option<Vec<String>>,
    cells: Cells,
    value: String,
    compounds: Vec<Compound>,
    rows: u64,
    rejects: u64,
    lines: u64,
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
        if let Some(delimiter) = options.delimiter.filter(|&d| !can_delimit(d)) {
            return Err(IngestError::BadDelimiter(delimiter));
        }
        let mut source = TextSource::open(input, options.encoding)?;
        if let Some(kind) = other_kind(source.head_bytes()) {
            return Err(IngestError::NotText(kind));
        }
        source.decode_head()?;
        let Separated { dialect, fixed, said } =
            sample::separation_of(source.pending(), source.at_end(), options);
        source.consume(said);
        let mut first = sample::rows_of(source.pending(), source.at_end(), dialect, fixed.as_ref());
        while first.is_empty() && !source.at_end() && source.pending().len() <= MAX_ROW_BYTES {
            source.more()?;
            first = sample::rows_of(source.pending(), source.at_end(), dialect, fixed.as_ref());
        }
        if first.is_empty() {
            let too_long = sample::begins_too_long(source.pending(), source.at_end(), dialect);
            let limit = MAX_ROW_BYTES;
            return Err(if too_long { IngestError::FirstLineTooLong { limit } } else { IngestError::NoRows });
        }
        let mut plan = plan(&first, options, source.encoding(), dialect.delimiter)?;
        plan.layout.compression = source.compression();
        plan.layout.fixed = fixed;
        let before = plan.data.checked_sub(1).and_then(|last| first.get(last));
        let (skip, lines) = before.map_or((0, 0), |row| (row.end, row.lines));
        source.consume(skip);
        Ok(ListReader {
            source,
            dialect,
            front: (plan.data, said > 0),
            compounds: Compound::all(&plan.layout.columns),
            layout: plan.layout,
            header: plan.header,
            cells: Cells::default(),
            value: String::new(),
            rows: 0,
            rejects: 0,
            lines: lines + u64::from(said > 0),
        })
    }

    /// What was decided about the file.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// How its rows are separated, for reading them as they stand in the file.
    pub fn shape(&self) -> RowShape {
        let (front, said) = self.front;
        RowShape { dialect: self.dialect, fixed: self.layout.fixed.clone(), front, said }
    }

    /// The cells of the header row; none where the file has no header.
    pub fn headings(&self) -> Option<&[String]> {
        self.header.as_deref()
    }

    /// Reads the next row into `record`, which is cleared first; `None` at the end of the file.
    ///
    /// # Errors
    /// Only when the input fails; what is wrong with a row stands in the row.
    pub fn read(&mut self, record: &mut Record) -> Result<Option<Row>, IngestError> {
        record.clear();
        loop {
            let scanned =
                rows::scan(self.source.pending(), self.source.at_end(), self.dialect, &mut self.cells);
            if let (Found::Row, Some(fixed)) = (scanned.found, &self.layout.fixed) {
                fixed.cut(&mut self.cells);
            }
            let line = self.lines + 1;
            self.source.consume(scanned.length);
            self.lines += scanned.lines;
            let outcome = match scanned.found {
                Found::Row => self.fill(record),
                Found::Blank => continue,
                Found::UnterminatedQuote => Err(RejectReason::UnterminatedQuote),
                Found::TooLong { goes_on } => {
                    if goes_on {
                        self.skip_line()?;
                    }
                    Err(RejectReason::TooLong { limit: MAX_ROW_BYTES })
                }
                Found::Incomplete if self.source.at_end() => return Ok(None),
                Found::Incomplete => {
                    self.source.more()?;
                    continue;
                }
            };
            self.rows += 1;
            if outcome.is_err() {
                record.clear();
                self.rejects += 1;
            }
            return Ok(Some(Row { number: self.rows, line, outcome }));
        }
    }

    /// Fills the record from a row that does not stand in the file, as if it did.
    ///
    /// # Errors
    /// As a row of the file would be a reject; [`RejectReason::NoValues`] where it is no row.
    pub fn read_other(&mut self, row: &str, record: &mut Record) -> Result<(), RejectReason> {
        record.clear();
        let scanned = rows::scan(row, true, self.dialect, &mut self.cells);
        match (scanned.found, &self.layout.fixed) {
            (Found::Row, None) => self.fill(record),
            _ => Err(RejectReason::NoValues),
        }
    }

    /// Reads the input to its end, rows not yet read included, and sums up.
    ///
    /// # Errors
    /// When the input fails.
    pub fn finish(self) -> Result<Summary, IngestError> {
        let encoding = self.source.encoding();
        let (blake3, bytes) = self.source.finish()?;
        Ok(Summary { blake3, bytes, rows: self.rows, rejects: self.rejects, encoding })
    }

    fn skip_line(&mut self) -> Result<(), IngestError> {
        loop {
            let at_end = self.source.at_end();
            let (length, ended) = rows::skip_line(self.source.pending(), at_end, self.dialect);
            self.source.consume(length);
            if ended {
                self.lines += 1;
                return Ok(());
            }
            self.source.more()?;
        }
    }

    /// Fills the record from the cells of the current row.
    fn fill(&mut self, record: &mut Record) -> Result<(), RejectReason> {
        if self.cells.len() > self.layout.width {
            let found = filled_width(&self.cells);
            if found > self.layout.width && self.goes_beyond(found) {
                return Err(RejectReason::TooManyCells { expected: self.layout.width, found });
            }
        }
        if self.repeats_header() {
            return Err(RejectReason::RepeatedHeader);
        }
        let suspicious = memchr::memchr2(MALFORMED_BEGINS, 0, self.cells.text().as_bytes()).is_some();
        for column in &self.layout.columns {
            if suspicious {
                check(&self.cells, column)?;
            }
            if column.in_part {
                continue;
            }
            let value = match column.columns.as_slice() {
                [number] => cell(&self.cells, *number),
                several => {
                    let cells =
                        several.iter().zip(&column.glue).map(|(n, glue)| (cell(&self.cells, *n), *glue));
                    join(cells, column.field == Field::BirthDate, &mut self.value);
                    self.value.as_str()
                }
            };
            if !value.is_empty() {
                record.push(column.field, value);
            }
        }
        for compound in &self.compounds {
            compound.values(cell(&self.cells, compound.column), |field, value| record.push(field, value));
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
            header.len() == self.cells.len() && header.iter().zip(self.cells.iter()).all(|(a, b)| a == b)
        })
    }
}

/// The first byte of [`MALFORMED`], which hardly any other character has.
const MALFORMED_BEGINS: u8 = 0xF4;

fn can_delimit(byte: u8) -> bool {
    byte == b'\t' || (byte.is_ascii_punctuation() && byte != b'"') || byte == b' '
}

/// Kinds of files that people take for lists.
fn other_kind(head: &[u8]) -> Option<&'static str> {
    // What would be decompressed is seen here only inside another compressed file.
    const KINDS: [(&[u8], &str); 9] = [
        (b"PK\x03\x04", "an Excel workbook or ZIP archive"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an old Excel workbook"),
        (b"\x1F\x8B\x08", "a gzip file that was compressed once more"),
        (b"\xFD7zXZ\0", "an xz file that was compressed once more"),
        (b"BZh91AY&SY", "a bzip2 file that was compressed once more"),
        (b"%PDF-", "a PDF"),
        (b"SQLite format 3\0", "a database"),
        (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive"),
        (b"(\xB5\x2F\xFD", "a Zstandard file that was compressed once more"),
    ];
    if head.get(257..262) == Some(b"ustar") {
        return Some("a tar archive");
    }
    KINDS.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, kind)| *kind)
}

fn cell(cells: &Cells, number: usize) -> &str {
    number.checked_sub(1).and_then(|index| cells.get(index)).map_or("", clean)
}

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
                most = most.max(reader.source.memory() + reader.cells.text().len());
                rows += 1;
            }
            assert!(most < 12 << 20, "{text:?} took {most} bytes");
            assert_eq!(reader.finish().unwrap().bytes, (24 << 20) + front.len() as u64, "all is hashed");
        }
    }
}
