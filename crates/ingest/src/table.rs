//! The rows of a text as cells: what lists are read by, and other tables.

use std::io::Read;

use crate::join::clean;
use crate::raw_rows::RowShape;
use crate::rows::{self, Cells, Dialect, Found, MAX_ROW_BYTES};
use crate::sample::{self, SampleRow, Separated};
use crate::text::{MALFORMED, TextSource};
use crate::{Encoding, FixedWidth, IngestError, ReadOptions, RejectReason, Summary};

/// Reads a table of any encoding and delimiter, row by row, in constant memory; what its columns mean is the caller's matter.
///
/// ```
/// use meibo_ingest::{ReadOptions, TableReader};
///
/// let file = "日時\t件数\n2016-04-01 09:05\t1,234\n".as_bytes();
/// let mut table = TableReader::open(file, &ReadOptions::default())?;
/// assert_eq!(table.first_rows().count(), 2);
/// table.skip(1);
/// let row = table.read()?.ok_or("no row")?;
/// assert_eq!((row.number, row.line, table.cell(2)), (1, 2, "1,234"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct TableReader<R: Read> {
    source: TextSource<R>,
    dialect: Dialect,
    fixed: Option<FixedWidth>,
    /// Whether the first line says what the delimiter is.
    said: bool,
    first: Vec<SampleRow>,
    cells: Cells,
    rows: u64,
    rejects: u64,
    lines: u64,
}

/// One row of a table: where it stands, and whether its cells could be told.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableRow {
    /// Row, counted from 1; those that were skipped and blank lines are not counted.
    pub number: u64,
    /// Line of the file on which it begins, counted from 1.
    pub line: u64,
    /// Whether it has cells to read, or why not.
    pub outcome: Result<(), RejectReason>,
}

impl<R: Read> TableReader<R> {
    /// Reads the head of the input and finds out how it is separated. Of the options those about encoding, delimiter and places are
    /// heeded; what the columns are is not asked.
    ///
    /// # Errors
    /// When the input fails or holds no row, or an option does not fit it.
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
        let (cells, said) = (Cells::default(), said > 0);
        let lines = u64::from(said);
        Ok(TableReader { source, dialect, fixed, said, first, cells, rows: 0, rejects: 0, lines })
    }

    /// The cells of the first rows, up to a thousand, broken ones left out: what tells what the columns are.
    pub fn first_rows(&self) -> impl Iterator<Item = &[String]> {
        self.first.iter().map(|row| row.cells.as_slice())
    }

    /// Leaves out so many of the [first rows](Self::first_rows), before the first is read: titles and headings.
    pub fn skip(&mut self, rows: usize) {
        if let Some(last) = rows.checked_sub(1).and_then(|last| self.first.get(last)) {
            self.source.consume(last.end);
            self.lines += last.lines;
        }
        self.first = Vec::new();
    }

    /// Reads the next row, whose cells are then at hand; `None` at the end of the input.
    ///
    /// # Errors
    /// Only when the input fails; what is wrong with a row stands in the row.
    pub fn read(&mut self) -> Result<Option<TableRow>, IngestError> {
        loop {
            let scanned =
                rows::scan(self.source.pending(), self.source.at_end(), self.dialect, &mut self.cells);
            if let (Found::Row, Some(fixed)) = (scanned.found, &self.fixed) {
                fixed.cut(&mut self.cells);
            }
            let line = self.lines + 1;
            self.source.consume(scanned.length);
            self.lines += scanned.lines;
            let outcome = match scanned.found {
                Found::Row => Ok(()),
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
            return Ok(Some(TableRow { number: self.rows, line, outcome }));
        }
    }

    /// How the rows are separated, so many of them standing before those that are of interest.
    pub(crate) fn shape(&self, front: usize) -> RowShape {
        RowShape { dialect: self.dialect, fixed: self.fixed.clone(), front, said: self.said }
    }

    /// Takes the cells of a row that does not stand in the file as those of the row read last; false where it is no row, or where
    /// cells are told by their place.
    pub(crate) fn read_other(&mut self, row: &str) -> bool {
        self.fixed.is_none() && rows::scan(row, true, self.dialect, &mut self.cells).found == Found::Row
    }

    /// A cell of the row that was read last, from 1, without the space around it; empty where the row is shorter.
    pub fn cell(&self, number: usize) -> &str {
        cell(&self.cells, number)
    }

    /// How many cells the row that was read last has.
    pub fn width(&self) -> usize {
        self.cells.len()
    }

    /// What makes a cell of the row that was read last unreadable, if anything does.
    pub fn fault(&self, number: usize) -> Option<RejectReason> {
        let text = self.cell(number);
        if text.contains(MALFORMED) {
            return Some(RejectReason::Undecodable { column: number });
        }
        text.contains('\0').then_some(RejectReason::NulInCell { column: number })
    }

    /// Reads the input to its end and sums up.
    ///
    /// # Errors
    /// When the input fails.
    pub fn finish(self) -> Result<Summary, IngestError> {
        let encoding = self.source.encoding();
        let (blake3, bytes) = self.source.finish()?;
        Ok(Summary { blake3, bytes, rows: self.rows, rejects: self.rejects, encoding })
    }

    pub(crate) fn first(&self) -> &[SampleRow] {
        &self.first
    }

    pub(crate) fn cells(&self) -> &Cells {
        &self.cells
    }

    pub(crate) fn source(&self) -> &TextSource<R> {
        &self.source
    }

    pub(crate) fn delimiter(&self) -> u8 {
        self.dialect.delimiter
    }

    pub(crate) fn fixed(&self) -> Option<&FixedWidth> {
        self.fixed.as_ref()
    }

    pub(crate) fn encoding(&self) -> Encoding {
        self.source.encoding()
    }

    /// Counts the row that was read last as one that is of no use.
    pub(crate) fn reject(&mut self) {
        self.rejects += 1;
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
}

pub(crate) fn cell(cells: &Cells, number: usize) -> &str {
    number.checked_sub(1).and_then(|index| cells.get(index)).map_or("", clean)
}

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
