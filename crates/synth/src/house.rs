//! House styles: encoding, file layout and notation of one organisation, and the bytes of its files.

use encoding_rs::{EUC_JP, ISO_2022_JP, SHIFT_JIS};

use crate::draw::{Draw, Purpose};
use crate::layout::{Column, draw_columns};
use crate::notation::Notation;
use crate::roster::Word;

/// Encoding of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names say it")]
pub enum Encoding {
    Cp932,
    Utf8,
    Utf8Bom,
    /// Little-endian, with a byte order mark.
    Utf16Le,
    EucJp,
    Iso2022Jp,
}

impl Encoding {
    /// A name for people and manifests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cp932 => "cp932",
            Self::Utf8 => "utf-8",
            Self::Utf8Bom => "utf-8-bom",
            Self::Utf16Le => "utf-16le",
            Self::EucJp => "euc-jp",
            Self::Iso2022Jp => "iso-2022-jp",
        }
    }

    /// What stands before the first row.
    pub(crate) fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8Bom => b"\xEF\xBB\xBF",
            Self::Utf16Le => b"\xFF\xFE",
            _ => b"",
        }
    }

    /// Appends `text`; what the encoding lacks becomes a numeric character reference, as browsers do.
    pub(crate) fn encode(self, text: &str, out: &mut Vec<u8>) {
        let legacy = match self {
            Self::Utf8 | Self::Utf8Bom => {
                out.extend_from_slice(text.as_bytes());
                return;
            }
            Self::Utf16Le => {
                out.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
                return;
            }
            Self::Cp932 => SHIFT_JIS,
            Self::EucJp => EUC_JP,
            Self::Iso2022Jp => ISO_2022_JP,
        };
        out.extend_from_slice(&legacy.encode(text).0);
    }
}

/// When cells are put in quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Quoting {
    WhenNeeded,
    Always,
}

/// How one organisation's files look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct House {
    /// Encoding of its files.
    pub encoding: Encoding,
    /// Between cells: `,` or a tab.
    pub delimiter: char,
    /// Between rows.
    pub line_end: &'static str,
    /// Quoting of cells.
    pub quoting: Quoting,
    /// Whether the first line names the columns.
    pub header: bool,
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// How cells are written.
    pub notation: Notation,
}

impl House {
    /// The house style of client number `client`, for its fields.
    pub(crate) fn of_client(seed: u64, client: u64, words: &[Word]) -> Self {
        Self::draw(words, &mut Draw::new(seed, Purpose::Style, client))
    }

    /// The style of broker number `broker`, for these fields.
    pub(crate) fn of_broker(seed: u64, broker: u64, words: &[Word]) -> Self {
        Self::draw(words, &mut Draw::new(seed, Purpose::Broker, broker))
    }

    fn draw(words: &[Word], draw: &mut Draw) -> Self {
        let encoding = draw.weighted(&[
            (48, Encoding::Cp932),
            (16, Encoding::Utf8),
            (16, Encoding::Utf8Bom),
            (8, Encoding::Utf16Le),
            (7, Encoding::EucJp),
            (5, Encoding::Iso2022Jp),
        ]);
        let tab = if encoding == Encoding::Utf16Le { 80 } else { 15 };
        Self {
            encoding,
            delimiter: if draw.percent(tab) { '\t' } else { ',' },
            line_end: if draw.percent(70) { "\r\n" } else { "\n" },
            quoting: if draw.percent(30) { Quoting::Always } else { Quoting::WhenNeeded },
            header: draw.percent(88),
            columns: draw_columns(words, draw),
            notation: Notation::draw(draw),
        }
    }

    /// Appends the first line, where there is one, with the encoding's mark.
    pub(crate) fn start(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.encoding.mark());
        if self.header {
            let cells: Vec<&str> = self.columns.iter().map(|column| column.header).collect();
            self.row(&cells, out);
        }
    }

    /// Appends one row.
    pub(crate) fn row<T: AsRef<str>>(&self, cells: &[T], out: &mut Vec<u8>) {
        let mut line = String::new();
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                line.push(self.delimiter);
            }
            let cell = cell.as_ref();
            let needed = cell.contains([self.delimiter, '"', '\n', '\r']);
            if needed || self.quoting == Quoting::Always {
                line.push('"');
                line.push_str(&cell.replace('"', "\"\""));
                line.push('"');
            } else {
                line.push_str(cell);
            }
        }
        line.push_str(self.line_end);
        self.encoding.encode(&line, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_encoding_lacks_becomes_a_reference() {
        for (encoding, codec) in
            [(Encoding::Cp932, SHIFT_JIS), (Encoding::EucJp, EUC_JP), (Encoding::Iso2022Jp, ISO_2022_JP)]
        {
            let mut bytes = Vec::new();
            encoding.encode("𠮷田 髙橋", &mut bytes);
            let (text, _, malformed) = codec.decode(&bytes);
            assert!(!malformed);
            assert_eq!(text, "&#134071;田 髙橋");
        }
    }

    #[test]
    fn quotes_where_needed() {
        let words = [Word::Name];
        let mut house = House::of_client(1, 1, &words);
        (house.encoding, house.delimiter, house.line_end) = (Encoding::Utf8, ',', "\n");
        house.quoting = Quoting::WhenNeeded;
        let mut out = Vec::new();
        house.row(&["a,b", "c\"d", "e"], &mut out);
        assert_eq!(out, b"\"a,b\",\"c\"\"d\",e\n");
    }
}
