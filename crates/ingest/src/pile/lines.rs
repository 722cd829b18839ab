//! Tables that are no text, given out as text: a line a row, commas between cells.

use std::io::{self, Read};

/// What writes one row after the other.
pub(super) trait Rows {
    /// Writes the next row, with the end of its line; nothing at the end.
    fn next_row(&mut self, line: &mut Vec<u8>) -> io::Result<()>;
}

/// Rows, read as text.
pub(super) struct Lines<R> {
    rows: R,
    line: Vec<u8>,
    given: usize,
}

impl<R: Rows> Lines<R> {
    pub(super) fn new(rows: R) -> Self {
        Self { rows, line: Vec::new(), given: 0 }
    }

    /// True where there is no row, or no more; the next one is ready to be read otherwise.
    pub(super) fn at_end(&mut self) -> io::Result<bool> {
        if self.given == self.line.len() {
            self.line.clear();
            self.given = 0;
            self.rows.next_row(&mut self.line)?;
        }
        Ok(self.line.is_empty())
    }

    /// What wrote the rows.
    pub(super) fn into_rows(self) -> R {
        self.rows
    }
}

impl<R: Rows> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at_end()? {
            return Ok(0);
        }
        let length = self.line.get(self.given..).unwrap_or_default().read(buffer)?;
        self.given += length;
        Ok(length)
    }
}

/// A row of more bytes is no person, and is refused by who reads the text.
pub(super) const MOST_LINE: usize = 2 << 20;

/// Writes a cell in quotation marks.
pub(super) fn push_quoted(line: &mut Vec<u8>, text: &str) {
    line.push(b'"');
    for byte in text.bytes() {
        line.extend(std::iter::repeat_n(byte, if byte == b'"' { 2 } else { 1 }));
    }
    line.push(b'"');
}

/// Writes a row of cells that may be of any length: what is beyond the most that a row may have is left out.
pub(super) fn push_bounded_row<C>(
    line: &mut Vec<u8>,
    cells: impl IntoIterator<Item = C>,
    text: impl Fn(C) -> String,
) {
    for (column, cell) in cells.into_iter().enumerate() {
        if column > 0 {
            line.push(b',');
        }
        if line.len() < MOST_LINE {
            push_quoted(line, &text(cell));
        }
    }
    line.extend(b"\r\n");
}

/// Writes a whole row.
pub(super) fn push_row<'c>(line: &mut Vec<u8>, cells: impl IntoIterator<Item = &'c str>) {
    for (column, text) in cells.into_iter().enumerate() {
        if column > 0 {
            line.push(b',');
        }
        push_quoted(line, text);
    }
    line.extend(b"\r\n");
}
