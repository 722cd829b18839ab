//! What is in areas, as text, whatever encoding each piece of it is in.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use meibo_ingest::Encoding;

use crate::area::Area;
use crate::wide;

/// Bytes that are read and decoded at once.
const PART: u64 = 1 << 20;
/// Before a part's end a line's end is looked for, so that no row is cut.
const LINE: usize = 64 << 10;
/// What begins a change of characters in ISO-2022-JP.
const ESCAPE: u8 = 0x1B;
/// Shorter pieces of text between other bytes hold no value that could be told.
const SHORTEST: usize = 6;
/// Rows of a list stand together; among bytes that are no text, shorter pieces are none of it.
const SHORTEST_OF_LIST: usize = 256;

/// The text in areas of a file, disk image or device, in UTF-8, one piece after the other; between pieces is the end of a line.
pub struct AreaText<R> {
    input: R,
    areas: Vec<Area>,
    /// The area after the one that is being read.
    next: usize,
    /// What is left of the area that is being read.
    left: Range<u64>,
    wide: bool,
    /// Shorter pieces are left out.
    shortest: usize,
    /// The encoding of the piece before: the next one is mostly in it too.
    encoding: Option<Encoding>,
    text: String,
    given: usize,
}

impl<R: Read + Seek> AreaText<R> {
    /// The text of these areas, in their order.
    pub fn new(input: R, areas: Vec<Area>) -> Self {
        Self {
            input,
            areas,
            next: 0,
            left: 0..0,
            wide: false,
            shortest: SHORTEST,
            encoding: None,
            text: String::new(),
            given: 0,
        }
    }

    /// The same without the short pieces that other bytes read as, which are no rows of a list.
    #[must_use]
    pub fn of_lists(self) -> Self {
        Self { shortest: SHORTEST_OF_LIST, ..self }
    }

    /// Text that was not given out yet, up to the end of a line where it has one; none at the end.
    ///
    /// # Errors
    /// Where the input fails.
    pub fn next_part(&mut self) -> io::Result<Option<&str>> {
        if !self.fill()? {
            return Ok(None);
        }
        let from = std::mem::replace(&mut self.given, self.text.len());
        Ok(self.text.get(from..))
    }

    /// Makes sure that there is text; false at the end.
    fn fill(&mut self) -> io::Result<bool> {
        while self.given == self.text.len() {
            self.text.clear();
            self.given = 0;
            if self.left.is_empty() {
                let Some(area) = self.areas.get(self.next) else { return Ok(false) };
                (self.left, self.wide) = (area.bytes.clone(), area.wide);
                self.next += 1;
                continue;
            }
            let mut bytes = Vec::new();
            self.input.seek(SeekFrom::Start(self.left.start))?;
            let wanted = PART.min(self.left.end - self.left.start);
            (&mut self.input).take(wanted).read_to_end(&mut bytes)?;
            if bytes.is_empty() {
                self.left = 0..0;
                continue;
            }
            if bytes.len() as u64 == PART && self.left.end - self.left.start > PART {
                bytes.truncate(end_of_line(&bytes, self.wide));
            }
            self.left.start += bytes.len() as u64;
            match self.wide {
                true => wide::decode(&bytes, &mut self.text),
                false => self.decode(&bytes),
            }
            if self.text.contains("\\u") {
                self.text = unescaped(&self.text);
            }
        }
        Ok(true)
    }

    /// Adds the pieces of text among these bytes.
    fn decode(&mut self, bytes: &[u8]) {
        let shortest = self.shortest;
        for piece in bytes.split(|byte| is_no_text(*byte)).filter(|piece| piece.len() >= shortest) {
            match piece.contains(&ESCAPE) {
                // Each line of ISO-2022-JP stands by itself, whatever other bytes are beside it.
                true => piece.split_inclusive(|byte| *byte == b'\n').for_each(|line| self.decode_piece(line)),
                false => self.decode_piece(piece),
            }
            if !self.text.ends_with('\n') {
                self.text.push('\n');
            }
        }
    }

    fn decode_piece(&mut self, piece: &[u8]) {
        if piece.contains(&ESCAPE) {
            Encoding::Iso2022Jp.decode(piece, &mut self.text);
            return;
        }
        if let Ok(text) = std::str::from_utf8(piece) {
            return self.text.push_str(text);
        }
        let before = self.text.len();
        if let Some(encoding) = self.encoding {
            if encoding.decode(piece, &mut self.text) {
                return;
            }
            self.text.truncate(before);
        }
        let encoding = Encoding::of(piece).unwrap_or(Encoding::Utf8);
        encoding.decode(piece, &mut self.text);
        self.encoding = Some(encoding);
    }
}

impl<R: Read + Seek> Read for AreaText<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.fill()? {
            return Ok(0);
        }
        let read = self.text.as_bytes().get(self.given..).unwrap_or_default().read(buffer)?;
        self.given += read;
        Ok(read)
    }
}

impl<R: Read + Seek> Seek for AreaText<R> {
    /// Back to the start of the text, and nowhere else.
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        if to != SeekFrom::Start(0) {
            return Err(io::ErrorKind::Unsupported.into());
        }
        (self.next, self.left, self.encoding) = (0, 0..0, None);
        self.text.clear();
        self.given = 0;
        Ok(0)
    }
}

/// True for what stands in no text: control characters but those for lines, tabs and escape sequences.
fn is_no_text(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\n' | b'\r' | b'\t' | 0x0C | 0x1B) || byte == 0x7F
}

/// Where the last line ends; the end of the bytes where none does.
fn end_of_line(bytes: &[u8], wide: bool) -> usize {
    let from = bytes.len() - LINE.min(bytes.len());
    let tail = bytes.get(from..).unwrap_or_default();
    let end = match wide {
        true => wide::end_of_line(tail),
        false => memchr::memrchr(b'\n', tail).map(|at| at + 1),
    };
    end.map_or(bytes.len(), |end| from + end)
}

/// The text with the characters that JSON and many programs write as \u5C71.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut units: Vec<u16> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\u") {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        rest = escape;
        while let Some(unit) = escaped_unit(rest) {
            units.push(unit);
            rest = rest.get(6..).unwrap_or_default();
        }
        match units.is_empty() {
            true => {
                out.push_str("\\u");
                rest = rest.get(2..).unwrap_or_default();
            }
            false => out.extend(char::decode_utf16(units.drain(..)).map(|c| c.unwrap_or('\u{FFFD}'))),
        }
    }
    out.push_str(rest);
    out
}

/// The unit of UTF-16 that a text begins with.
fn escaped_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_characters_are_read() {
        assert_eq!(unescaped(r#"{"a":"\u5c71\u7530 x"}"#), r#"{"a":"山田 x"}"#);
        assert_eq!(unescaped(r"\ud842\udfb7\ud842 \u12 \user"), "𠮷\u{FFFD} \\u12 \\user");
    }
}
