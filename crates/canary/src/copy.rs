//! A copy of a list: the list's own bytes, and the rows of decoys between them.

use std::borrow::Cow;
use std::io::{self, BufReader, Read, Seek, Write};

use foldhash::HashMap;
use meibo_ingest::{Encoding, ListReader, RawRows, ReadOptions, Stretch};
use meibo_normalize::{Field, Record};

use crate::error::PlantError;
use crate::plan::{Plan, Planted};
use crate::sheet::Sheet;

impl Plan<'_> {
    /// Writes a recipient's copy: every byte of the list in its order, and between its rows those of the decoys.
    ///
    /// # Errors
    /// Where reading or writing fails, or the list is not what it was.
    pub fn write_copy(
        &self,
        recipient: usize,
        input: &mut (impl Read + Seek),
        out: &mut dyn Write,
    ) -> Result<(), PlantError> {
        input.rewind()?;
        let sheet = self.sheet;
        let mut decoys: Vec<&Planted> = self.of(recipient).collect();
        decoys.sort_by(|a, b| self.order(a, b));
        let mut waiting = decoys.into_iter().peekable();
        let mut rows = RawRows::new(BufReader::new(input), sheet.shape.clone(), sheet.encoding);
        let (mut digest, mut row) = (blake3::Hasher::new(), 0);
        while let Some(stretch) = rows.read()? {
            digest.update(rows.bytes());
            if stretch != Stretch::Row {
                out.write_all(rows.bytes())?;
                continue;
            }
            while let Some(decoy) = waiting.next_if(|decoy| decoy.before <= row) {
                write_line(sheet, &decoy.line, true, out)?;
            }
            out.write_all(rows.bytes())?;
            row += 1;
            if row == sheet.rows {
                // A last row without an end gets one before each decoy instead of behind it.
                let is_ended = rows.text().ends_with(['\n', '\r']);
                for decoy in waiting.by_ref() {
                    if !is_ended {
                        write_text(sheet.encoding, &sheet.end, out)?;
                    }
                    write_line(sheet, &decoy.line, is_ended, out)?;
                }
            }
        }
        match digest.finalize().to_hex().as_str() == sheet.blake3 && row == sheet.rows {
            true => Ok(()),
            false => Err(PlantError::Changed),
        }
    }
}

impl Plan<'_> {
    /// Reads a copy as whoever finds it will: its columns are those of the list, each decoy of the recipient is a row of
    /// it, and it has no other rows than these and the list's.
    ///
    /// # Errors
    /// Where it is not so: then the list is not read as it was meant, and the copy must not be handed over.
    pub fn check_copy(
        &self,
        recipient: usize,
        copy: &mut dyn Read,
        options: &ReadOptions,
    ) -> Result<(), PlantError> {
        let mut reader = ListReader::open(copy, options)?;
        if reader.layout().columns != self.sheet.layout.columns {
            return Err(PlantError::Misread);
        }
        // Whose values the rows of the copy may be, as often as they are.
        let mut expected: HashMap<Vec<(Field, String)>, u64> = HashMap::default();
        self.of(recipient).for_each(|decoy| *expected.entry(decoy.values.clone()).or_default() += 1);
        let mut record = Record::new();
        let mut values: Vec<(Field, String)> = Vec::new();
        while reader.read(&mut record)?.is_some() {
            values.clear();
            values.extend(record.iter().map(|(field, value)| (field, value.to_owned())));
            if let Some(left) = expected.get_mut(&values) {
                *left = left.saturating_sub(1);
            }
        }
        let rows = reader.finish()?.rows;
        let all = self.sheet.rows_read + self.decoys_of(recipient) as u64;
        match rows == all && expected.values().all(|left| *left == 0) {
            true => Ok(()),
            false => Err(PlantError::Misread),
        }
    }
}

fn write_line(sheet: &Sheet, line: &str, with_end: bool, out: &mut dyn Write) -> io::Result<()> {
    write_text(sheet.encoding, line, out)?;
    if with_end { write_text(sheet.encoding, &sheet.end, out) } else { Ok(()) }
}

fn write_text(encoding: Encoding, text: &str, out: &mut dyn Write) -> io::Result<()> {
    // Decoys that cannot be written were passed over when they were drawn.
    out.write_all(&encoded(encoding, text).unwrap_or_default())
}

/// The row of these cells, quoted as the list's own are; without what ends it.
pub(crate) fn line_of(sheet: &Sheet, cells: &[String]) -> String {
    let delimiter = char::from(sheet.shape.delimiter());
    let mut line = String::new();
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            line.push(delimiter);
        }
        let [filled, blank] = sheet.columns.get(at).map(|column| column.quoted).unwrap_or_default();
        let always = if cell.is_empty() { blank } else { filled };
        if always || cell.contains([delimiter, '"', '\n', '\r']) {
            line.push('"');
            line.push_str(&cell.replace('"', "\"\""));
            line.push('"');
        } else {
            line.push_str(cell);
        }
    }
    line
}

/// A text in an encoding; none where that has not all of its characters.
pub(crate) fn encoded(encoding: Encoding, text: &str) -> Option<Cow<'_, [u8]>> {
    let by = |codec: &'static encoding_rs::Encoding| {
        let (bytes, _, unmappable) = codec.encode(text);
        if unmappable { None } else { Some(bytes) }
    };
    match encoding {
        Encoding::Utf8 => Some(Cow::Borrowed(text.as_bytes())),
        Encoding::Utf16Le => Some(Cow::Owned(text.encode_utf16().flat_map(u16::to_le_bytes).collect())),
        Encoding::Utf16Be => Some(Cow::Owned(text.encode_utf16().flat_map(u16::to_be_bytes).collect())),
        Encoding::Cp932 => by(encoding_rs::SHIFT_JIS),
        Encoding::EucJp => by(encoding_rs::EUC_JP),
        Encoding::Iso2022Jp => by(encoding_rs::ISO_2022_JP),
        _ => None,
    }
}
