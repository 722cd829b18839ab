//! Text to rows of cells.
//!
//! Quotation marks follow RFC 4180 and, beyond it, what spreadsheets write: text after a closing mark is kept, spaces
//! before an opening mark are not. A mark that is never closed must not swallow the file: a row may span
//! [`MAX_LINES`] lines and [`MAX_ROW_BYTES`] bytes, and a quoted cell that ran over a delimiter or a line end must
//! end where a cell can end.

use std::ops::Range;

/// Bytes of UTF-8 text that one row may have.
pub(crate) const MAX_ROW_BYTES: usize = 1024 * 1024;
/// Lines that one row's quoted cells may span. Each line can be the start of a failed attempt to close a quote, so
/// this also bounds how often a line is looked at.
const MAX_LINES: usize = 200;

/// What separates cells and rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    /// Whether a carriage return alone ends a line. In a file with line feeds it does not.
    pub(crate) lone_cr: bool,
}

/// The cells of one row; a buffer that is filled again and again.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    text: String,
    ends: Vec<usize>,
    /// Bytes between the end of a cell and the next one: 1 where the delimiters stand in the text.
    gap: usize,
}

impl Cells {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let before = index.checked_sub(1).and_then(|before| self.ends.get(before));
        self.text.get(before.map_or(0, |before| before + self.gap)..end)
    }

    /// The text of all cells, one after the other, with the delimiters between them or without.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.gap = 0;
    }

    /// Takes a line without quotation marks for a row.
    fn take_line(&mut self, line: &str, delimiter: u8) {
        self.text.push_str(line);
        self.ends.extend(memchr::memchr_iter(delimiter, line.as_bytes()));
        self.ends.push(line.len());
        self.gap = 1;
    }

    /// Cuts a row that is one cell at these bytes, each the end of a cell.
    pub(crate) fn cut_at(&mut self, ends: &[usize]) {
        self.ends.clear();
        self.ends.extend(ends);
        self.ends.push(self.text.len());
        self.gap = 0;
    }

    fn end_cell(&mut self) {
        self.ends.push(self.text.len());
    }
}

/// What stands at the front of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scanned {
    pub(crate) found: Found,
    /// Bytes to consume.
    pub(crate) length: usize,
    /// Lines begun and ended in them.
    pub(crate) lines: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A row; its cells are in the buffer.
    Row,
    /// A line without any cell.
    Blank,
    /// A line whose quotation mark is not closed; the next line may be sound.
    UnterminatedQuote,
    /// A row longer than allowed; where `true`, its end is not in the text yet.
    TooLong { goes_on: bool },
    /// The text ends before the row does: give more.
    Incomplete,
}

const INCOMPLETE: Scanned = Scanned { found: Found::Incomplete, length: 0, lines: 0 };

/// Reads one row from the front of `text`; `at_end` says that no more text follows.
pub(crate) fn scan(text: &str, at_end: bool, dialect: Dialect, cells: &mut Cells) -> Scanned {
    cells.clear();
    if let Some((line, length)) = plain_line(text, dialect) {
        cells.take_line(line, dialect.delimiter);
        let found = if cells.len() == 1 && is_blank(line) { Found::Blank } else { Found::Row };
        return Scanned { found, length, lines: 1 };
    }
    scan_quoted(text, at_end, dialect, cells)
}

/// Reads a row that may have quotation marks.
fn scan_quoted(text: &str, at_end: bool, dialect: Dialect, cells: &mut Cells) -> Scanned {
    let mut scanner = Scanner { text, bytes: text.as_bytes(), at_end, dialect, position: 0, lines: 0 };
    match scanner.row(cells) {
        Ok(quoted) => {
            let blank = cells.len() == 1 && !quoted && is_blank(cells.get(0).unwrap_or_default());
            scanner.result(if blank { Found::Blank } else { Found::Row })
        }
        Err(Stop::MoreText) if text.len() <= MAX_ROW_BYTES => INCOMPLETE,
        Err(stop) => scanner.recover(stop),
    }
}

/// The line that a text begins with, and its length with its end: where a line feed ends it and no quotation mark or
/// carriage return stands in it, so that it is a row.
fn plain_line(text: &str, dialect: Dialect) -> Option<(&str, usize)> {
    if dialect.lone_cr {
        return None;
    }
    let bytes = text.as_bytes().get(..MAX_ROW_BYTES.min(text.len()))?;
    let end = memchr::memchr(b'\n', bytes)?;
    let line = text.get(..end)?;
    let line = line.strip_suffix('\r').unwrap_or(line);
    memchr::memchr2(b'"', b'\r', line.as_bytes()).is_none().then_some((line, end + 1))
}

/// Finds the end of a line that was too long to keep: the bytes to skip, and whether the line ends there.
pub(crate) fn skip_line(text: &str, at_end: bool, dialect: Dialect) -> (usize, bool) {
    let scanner = Scanner { text, bytes: text.as_bytes(), at_end, dialect, position: 0, lines: 0 };
    match scanner.line_end(0) {
        Ok(end) => (end.end, true),
        // A carriage return at the very end stays, as a line feed may follow.
        Err(_) => (text.strip_suffix('\r').unwrap_or(text).len(), false),
    }
}

/// Blank also are the end-of-file mark of old systems and padding with NULs.
fn is_blank(line: &str) -> bool {
    line.chars().all(|c| c.is_whitespace() || matches!(c, '\u{1a}' | '\0' | '\u{FEFF}'))
}

enum Stop {
    MoreText,
    Quote,
    TooLong,
}

struct Scanner<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at_end: bool,
    dialect: Dialect,
    position: usize,
    lines: u64,
}

impl Scanner<'_> {
    /// Reads to the end of the row; true where its last cell was quoted.
    fn row(&mut self, cells: &mut Cells) -> Result<bool, Stop> {
        if self.bytes.is_empty() {
            return Err(Stop::MoreText);
        }
        loop {
            let quoted = match self.opening_quote() {
                Some(start) => {
                    self.quoted(start, cells)?;
                    true
                }
                None => false,
            };
            let end = self.plain_end()?;
            cells.text.push_str(self.text.get(self.position..end.start).unwrap_or_default());
            cells.end_cell();
            self.position = end.end;
            if self.position > MAX_ROW_BYTES {
                return Err(Stop::TooLong);
            }
            let delimited = end.len() == 1 && self.bytes.get(end.start) == Some(&self.dialect.delimiter);
            if !delimited {
                self.lines += 1;
                return Ok(quoted);
            }
        }
    }

    /// Where the quoted text of a cell begins, if the cell is quoted.
    fn opening_quote(&self) -> Option<usize> {
        let rest = self.bytes.get(self.position..)?;
        let spaces = rest.iter().take_while(|&&b| b == b' ').count();
        (rest.get(spaces) == Some(&b'"')).then_some(self.position + spaces + 1)
    }

    /// Takes the text up to the closing mark into the cell and moves behind the mark.
    fn quoted(&mut self, start: usize, cells: &mut Cells) -> Result<(), Stop> {
        let mut from = start;
        let mut ran_over = false;
        loop {
            let rest = self.bytes.get(from..).unwrap_or_default();
            let Some(length) = self.quoted_stretch(rest, &mut ran_over)? else {
                return Err(if self.at_end { Stop::Quote } else { Stop::MoreText });
            };
            let mark = from + length;
            cells.text.push_str(self.text.get(from..mark).unwrap_or_default());
            match self.bytes.get(mark + 1) {
                Some(b'"') => cells.text.push('"'),
                None if !self.at_end => return Err(Stop::MoreText),
                next => {
                    let ends = next
                        .is_none_or(|&b| b == self.dialect.delimiter || matches!(b, b'\n' | b'\r' | b' '));
                    self.position = mark + 1;
                    return if ran_over && !ends { Err(Stop::Quote) } else { Ok(()) };
                }
            }
            from = mark + 2;
        }
    }

    /// Bytes up to the next quotation mark, with the lines in them counted; `None` where there is no mark.
    fn quoted_stretch(&mut self, rest: &[u8], ran_over: &mut bool) -> Result<Option<usize>, Stop> {
        for (index, &byte) in rest.iter().enumerate() {
            if byte == b'"' {
                return Ok(Some(index));
            }
            *ran_over |= byte == self.dialect.delimiter || byte == b'\n' || byte == b'\r';
            let line_ends = byte == b'\n' || (byte == b'\r' && self.dialect.lone_cr);
            if line_ends {
                self.lines += 1;
                if self.lines >= MAX_LINES as u64 {
                    return Err(Stop::Quote);
                }
            }
        }
        Ok(None)
    }

    /// The delimiter or line end that ends an unquoted stretch from here.
    fn plain_end(&self) -> Result<Range<usize>, Stop> {
        self.find_end(self.position, self.dialect.delimiter)
    }

    /// The line end at or after `from`, whatever is quoted.
    fn line_end(&self, from: usize) -> Result<Range<usize>, Stop> {
        self.find_end(from, b'\n')
    }

    fn find_end(&self, from: usize, delimiter: u8) -> Result<Range<usize>, Stop> {
        let mut start = from;
        while let Some(index) =
            memchr::memchr3(delimiter, b'\n', b'\r', self.bytes.get(start..).unwrap_or_default())
        {
            let at = start + index;
            if self.bytes.get(at) != Some(&b'\r') {
                return Ok(at..at + 1);
            }
            match self.bytes.get(at + 1) {
                Some(b'\n') => return Ok(at..at + 2),
                None if self.at_end => return Ok(at..at + 1),
                None => return Err(Stop::MoreText),
                Some(_) if self.dialect.lone_cr => return Ok(at..at + 1),
                Some(_) => start = at + 1,
            }
        }
        let end = self.bytes.len();
        if self.at_end { Ok(end..end) } else { Err(Stop::MoreText) }
    }

    /// Gives up the first line of what was tried as a row.
    fn recover(&self, stop: Stop) -> Scanned {
        let several_lines = self.lines > 0;
        let Ok(end) = self.line_end(0) else {
            if self.text.len() <= MAX_ROW_BYTES {
                return INCOMPLETE;
            }
            let length = self.text.strip_suffix('\r').unwrap_or(self.text).len();
            return Scanned { found: Found::TooLong { goes_on: true }, length, lines: 0 };
        };
        let found = match stop {
            Stop::Quote => Found::UnterminatedQuote,
            _ if several_lines => Found::UnterminatedQuote,
            _ => Found::TooLong { goes_on: false },
        };
        Scanned { found, length: end.end, lines: 1 }
    }

    fn result(&self, found: Found) -> Scanned {
        Scanned { found, length: self.position, lines: self.lines }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COMMA: Dialect = Dialect { delimiter: b',', lone_cr: false };

    fn scan_all(text: &str) -> Vec<Vec<String>> {
        let mut cells = Cells::default();
        let (mut rest, mut rows) = (text, Vec::new());
        loop {
            let scanned = scan(rest, true, COMMA, &mut cells);
            match scanned.found {
                Found::Row => rows.push(cells.iter().map(str::to_owned).collect()),
                Found::Incomplete => return rows,
                _ => {}
            }
            rest = &rest[scanned.length..];
        }
    }

    proptest! {
        /// The csv crate is the oracle: what it writes is read back as it was given.
        #[test]
        fn what_another_writer_wrote_is_read(
            rows in prop::collection::vec(prop::collection::vec("[a山,;\"\n\r ]{0,12}", 2..5), 0..8),
            crlf: bool,
            always: bool,
        ) {
            let mut writer = csv::WriterBuilder::new()
                .flexible(true)
                .terminator(if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') })
                .quote_style(if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary })
                .from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            prop_assert_eq!(scan_all(&text), rows);
        }

        #[test]
        fn plain_lines_are_read_as_any_other(text in "[a山, \"\n\r\u{1a}\u{FEFF}]{0,20}", delimiter in "[, a]", at_end: bool, lone_cr: bool) {
            let dialect = Dialect { delimiter: delimiter.as_bytes()[0], lone_cr };
            let (mut cells, mut expected) = (Cells::default(), Cells::default());
            let scanned = scan(&text, at_end, dialect, &mut cells);
            prop_assert_eq!(scanned, scan_quoted(&text, at_end, dialect, &mut expected));
            prop_assert_eq!(cells.iter().collect::<Vec<_>>(), expected.iter().collect::<Vec<_>>());
        }

        /// Whatever is scanned, the text gets shorter until nothing is left, and more text never changes a row.
        #[test]
        fn rows_do_not_depend_on_how_much_text_is_there(text in "[a山,\"\n\r]{0,60}", cut in 0..60usize) {
            let mut whole = Cells::default();
            let full = scan(&text, true, COMMA, &mut whole);
            let cut = text.char_indices().map(|(index, _)| index).nth(cut).unwrap_or(text.len());
            let mut part = Cells::default();
            let early = scan(&text[..cut], false, COMMA, &mut part);
            if early.found != Found::Incomplete {
                prop_assert_eq!(early, full);
                prop_assert_eq!(part.iter().collect::<Vec<_>>(), whole.iter().collect::<Vec<_>>());
            }
            prop_assert!(full.length > 0 || text.is_empty());
        }
    }

    #[test]
    fn spaces_before_and_text_behind_a_quoted_cell() {
        assert_eq!(scan_all("a, \"b,c\"\n"), [["a", "b,c"]]);
        assert_eq!(scan_all("\"山田\"太郎,b\n"), [["山田太郎", "b"]]);
        assert_eq!(scan_all("a\"b,c\n"), [["a\"b", "c"]]);
    }
}
