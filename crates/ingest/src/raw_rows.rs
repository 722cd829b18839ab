//! The rows of a file as bytes, for whoever copies a list and must not change it.

use std::io::{self, BufRead, Read as _};

use crate::rows::{self, Cells, Dialect, Found, MAX_ROW_BYTES};
use crate::{Encoding, FixedWidth};

/// Bytes of one line, of which a character may take four.
const MAX_LINE_BYTES: u64 = 4 * MAX_ROW_BYTES as u64 + 4;

/// How the rows of a file are separated, as [`ListReader`](crate::ListReader) found it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowShape {
    pub(crate) dialect: Dialect,
    pub(crate) fixed: Option<FixedWidth>,
    /// Rows before the first person: titles and the header.
    pub(crate) front: usize,
    /// Whether the first line says what the delimiter is.
    pub(crate) said: bool,
}

impl RowShape {
    /// The byte between cells.
    pub fn delimiter(&self) -> u8 {
        self.dialect.delimiter
    }

    /// True where cells are told by their place in the line.
    pub fn is_fixed(&self) -> bool {
        self.fixed.is_some()
    }
}

/// What stands in a stretch of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stretch {
    /// What stands before the first person: titles, the header, blank lines.
    Front,
    /// A row of cells.
    Row,
    /// A blank line, or a line that is no row.
    Other,
}

/// Reads a file stretch by stretch: all of them one after the other are its bytes, and those that are rows are the rows that a
/// [`ListReader`](crate::ListReader) reads as such. Memory is that of one row.
///
/// ```
/// use meibo_ingest::{ListReader, RawRows, ReadOptions, Stretch};
///
/// let file = "氏名,電話番号\r\n山田 太郎,03-1234-5678\r\n".as_bytes();
/// let reader = ListReader::open(file, &ReadOptions::default())?;
/// let (shape, encoding) = (reader.shape(), reader.finish()?.encoding);
/// let mut rows = RawRows::new(file, shape, encoding);
/// assert_eq!(rows.read()?, Some(Stretch::Front));
/// assert_eq!(rows.read()?, Some(Stretch::Row));
/// assert_eq!((rows.cells().nth(1), rows.bytes().len()), (Some("03-1234-5678"), 28));
/// assert_eq!(rows.read()?, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RawRows<R> {
    input: R,
    shape: RowShape,
    encoding: Encoding,
    /// Lines that were read: their bytes and their text, and where each of them ends in both.
    bytes: Vec<u8>,
    text: String,
    ends: Vec<(usize, usize)>,
    /// How much of the bytes and of the text is the stretch read last.
    taken: (usize, usize),
    cells: Cells,
    ended: bool,
    at_start: bool,
    /// Rows of the front that are still to come.
    front: usize,
    /// Within a line too long to keep.
    within: bool,
}

impl<R: BufRead> RawRows<R> {
    /// The rows of a file of this shape and encoding, from its first byte on.
    pub fn new(input: R, shape: RowShape, encoding: Encoding) -> Self {
        Self {
            input,
            encoding,
            bytes: Vec::new(),
            text: String::new(),
            ends: Vec::new(),
            taken: (0, 0),
            cells: Cells::default(),
            ended: false,
            at_start: true,
            front: shape.front,
            within: false,
            shape,
        }
    }

    /// Reads the next stretch; `None` at the end of the file.
    ///
    /// # Errors
    /// When the input fails, or its line ends are of a kind that its first part does not show.
    pub fn read(&mut self) -> io::Result<Option<Stretch>> {
        self.forget_last();
        loop {
            if self.ends.is_empty() && !self.line()? {
                return Ok(None);
            }
            if self.at_start {
                self.at_start = false;
                self.text.drain(..self.text.len() - self.text.trim_start_matches('\u{FEFF}').len());
                self.ends.iter_mut().for_each(|end| end.1 = self.text.len());
                if self.shape.said {
                    return self.take(Stretch::Front, self.text.len());
                }
            }
            if self.within {
                self.within = !self.text.ends_with(['\n', '\r']);
                return self.take(Stretch::Other, self.text.len());
            }
            let scanned = rows::scan(&self.text, self.ended, self.shape.dialect, &mut self.cells);
            match scanned.found {
                Found::Incomplete if self.ended => return self.take(Stretch::Other, self.text.len()),
                Found::Incomplete => {
                    self.line()?;
                }
                Found::Row => {
                    if let Some(fixed) = &self.shape.fixed {
                        fixed.cut(&mut self.cells);
                    }
                    let is_front = self.front > 0;
                    self.front = self.front.saturating_sub(1);
                    return self.take(if is_front { Stretch::Front } else { Stretch::Row }, scanned.length);
                }
                Found::TooLong { goes_on: true } => {
                    self.within = !self.text.ends_with(['\n', '\r']);
                    return self.take(Stretch::Other, self.text.len());
                }
                _ if self.front > 0 => return self.take(Stretch::Front, scanned.length),
                _ => return self.take(Stretch::Other, scanned.length),
            }
        }
    }

    /// The bytes of the stretch read last, its line end included.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.taken.0).unwrap_or_default()
    }

    /// Its text.
    pub fn text(&self) -> &str {
        self.text.get(..self.taken.1).unwrap_or_default()
    }

    /// Its cells, where it is a row.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.cells.iter()
    }

    fn take(&mut self, stretch: Stretch, length: usize) -> io::Result<Option<Stretch>> {
        let ended = self.ends.iter().find(|(_, text)| *text >= length);
        match ended.or(self.ends.last()) {
            Some(&(bytes, text)) if text == length || stretch != Stretch::Row => {
                self.taken = (bytes, text);
                Ok(Some(stretch))
            }
            _ => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "its lines end in different ways; save it with one kind of line end",
            )),
        }
    }

    fn forget_last(&mut self) {
        let (bytes, text) = std::mem::take(&mut self.taken);
        self.bytes.drain(..bytes);
        self.text.drain(..text);
        self.ends.retain(|(end, _)| *end > bytes);
        self.ends.iter_mut().for_each(|end| *end = (end.0 - bytes, end.1 - text));
    }

    /// Reads one line more; false where there is none.
    fn line(&mut self) -> io::Result<bool> {
        let before = self.bytes.len();
        let most = before as u64 + MAX_LINE_BYTES;
        match self.encoding {
            Encoding::Utf16Le | Encoding::Utf16Be => self.wide_line(most)?,
            _ if self.shape.dialect.lone_cr => self.mac_line(most)?,
            _ => self.until(b'\n', most)?,
        }
        self.ended = self.input.fill_buf()?.is_empty();
        let Some(line) = self.bytes.get(before..).filter(|line| !line.is_empty()) else { return Ok(false) };
        self.encoding.decode(line, &mut self.text);
        self.ends.push((self.bytes.len(), self.text.len()));
        Ok(true)
    }

    fn until(&mut self, end: u8, most: u64) -> io::Result<()> {
        let room = most.saturating_sub(self.bytes.len() as u64);
        (&mut self.input).take(room).read_until(end, &mut self.bytes).map(|_| ())
    }

    /// A line that a carriage return ends, with a line feed after it or without.
    fn mac_line(&mut self, most: u64) -> io::Result<()> {
        self.until(b'\r', most)?;
        if self.bytes.ends_with(b"\r") && self.input.fill_buf()?.first() == Some(&b'\n') {
            self.bytes.push(b'\n');
            self.input.consume(1);
        }
        Ok(())
    }

    /// A line of two bytes a character. A byte of a line feed's value may be half of another character.
    fn wide_line(&mut self, most: u64) -> io::Result<()> {
        let (start, low_first) = (self.bytes.len(), self.encoding == Encoding::Utf16Le);
        loop {
            let before = self.bytes.len();
            self.until(b'\n', most)?;
            if self.bytes.len() == before || self.bytes.last() != Some(&b'\n') {
                return Ok(());
            }
            let is_first = (self.bytes.len() - start) % 2 == 1;
            let high = match (low_first, is_first) {
                (true, true) => {
                    let high = self.input.fill_buf()?.first().copied();
                    self.bytes.extend(high);
                    self.input.consume(usize::from(high.is_some()));
                    high
                }
                (false, false) => self.bytes.iter().rev().nth(1).copied(),
                _ => continue,
            };
            if high == Some(0) {
                return Ok(());
            }
        }
    }
}
