//! What several tests need: reading a file whole, and writing one in any encoding.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "a test may fail loudly")]

use std::io::{self, Read};

use meibo_ingest::{
    Encoding, HeaderMode, IngestError, Layout, ListReader, ReadOptions, RejectReason, Summary,
};
use meibo_normalize::{Field, Record};

/// Everything that reading a file gave.
pub struct Outcome {
    pub layout: Layout,
    pub rows: Vec<Result<Vec<(Field, String)>, RejectReason>>,
    pub lines: Vec<u64>,
    pub summary: Summary,
}

impl Outcome {
    /// The layout as `name=1 address=2+3`.
    pub fn described(&self) -> String {
        let join = |columns: &[usize]| columns.iter().map(usize::to_string).collect::<Vec<_>>().join("+");
        let found = self.layout.columns.iter();
        found.map(|c| format!("{}={}", c.field, join(&c.columns))).collect::<Vec<_>>().join(" ")
    }

    /// The columns of a field's values, as numbers.
    pub fn columns(&self, field: Field) -> Vec<Vec<usize>> {
        self.layout.columns.iter().filter(|c| c.field == field).map(|c| c.columns.clone()).collect()
    }

    /// The value of a field in a row; empty where there is none.
    pub fn value(&self, row: usize, field: Field) -> &str {
        self.values(row, field).first().copied().unwrap_or_default()
    }

    pub fn values(&self, row: usize, field: Field) -> Vec<&str> {
        let record = self.rows[row].as_ref().unwrap();
        record.iter().filter(|(f, _)| *f == field).map(|(_, value)| value.as_str()).collect()
    }
}

pub fn read_all(input: impl Read, options: &ReadOptions) -> Result<Outcome, IngestError> {
    let mut reader = ListReader::open(input, options)?;
    let layout = reader.layout().clone();
    let mut record = Record::new();
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    while let Some(row) = reader.read(&mut record)? {
        assert_eq!(row.number, rows.len() as u64 + 1);
        assert_eq!(row.outcome.is_err(), record.is_empty(), "a reject has no values, a record has some");
        rows.push(row.outcome.map(|()| record.iter().map(|(f, v)| (f, v.to_owned())).collect()));
        lines.push(row.line);
    }
    let summary = reader.finish()?;
    Ok(Outcome { layout, rows, lines, summary })
}

pub fn read(bytes: &[u8]) -> Outcome {
    read_all(bytes, &ReadOptions::default()).unwrap()
}

pub fn read_text(text: &str) -> Outcome {
    read(text.as_bytes())
}

pub const ENCODINGS: [Encoding; 6] = [
    Encoding::Utf8,
    Encoding::Utf16Le,
    Encoding::Utf16Be,
    Encoding::Cp932,
    Encoding::EucJp,
    Encoding::Iso2022Jp,
];

pub fn encode(text: &str, encoding: Encoding) -> Vec<u8> {
    let codec = match encoding {
        Encoding::Utf16Le => return text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => return text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Encoding::Utf8 => encoding_rs::UTF_8,
        Encoding::Cp932 => encoding_rs::SHIFT_JIS,
        Encoding::EucJp => encoding_rs::EUC_JP,
        _ => encoding_rs::ISO_2022_JP,
    };
    let (bytes, _, lossy) = codec.encode(text);
    assert!(!lossy, "the test's text does not fit its encoding");
    bytes.into_owned()
}

/// An input that gives a few bytes at a time.
pub struct Trickle<'b>(pub &'b [u8], pub usize);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.1.min(buffer.len()).min(self.0.len());
        let (now, later) = self.0.split_at(length);
        buffer[..length].copy_from_slice(now);
        self.0 = later;
        Ok(length)
    }
}

/// A seeded source of numbers, so that generated tables are the same every time.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides
    }

    pub fn pick<'t, T: ?Sized>(&mut self, things: &[&'t T]) -> &'t T {
        things[self.roll(things.len())]
    }
}

/// The layout as `name=1 address=2+3`, for a header alone; the row below it is of no help.
pub fn layout_of_header(header: &str) -> String {
    let row = ",".repeat(header.split(',').count() - 1);
    let options = ReadOptions { header: HeaderMode::Present, ..ReadOptions::default() };
    let outcome = read_all(format!("{header}\n{row}\n").as_bytes(), &options);
    outcome.map_or_else(|error| error.to_string(), |outcome| outcome.described())
}
