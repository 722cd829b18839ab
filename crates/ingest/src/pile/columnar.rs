//! Parquet: each row as one of text, its columns' names the headings.

use std::io::{self, Read, Seek, SeekFrom};

use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::Field;
use parquet::record::reader::RowIter;

use super::guard::guarded;
use super::lines::{Lines, Rows, push_bounded_row, push_row};
use super::meter::{MOST_IN_MEMORY, Meter};
use super::{MemberText, PileError, Walk};

const PARQUET: &str = "Parquet file";
const MOST_COLUMNS: usize = 2_000;
/// Bytes of text for each byte of a file: one value may stand for a million rows.
const MOST_TEXT: u64 = 256;
/// So many for the smallest file.
const LEAST_TEXT: u64 = 256 << 20;

impl Walk<'_> {
    pub(super) fn parquet<R: Read + Seek>(&mut self, mut input: R, name: &str) -> Result<(), PileError> {
        let length = input.seek(SeekFrom::End(0))?;
        if length > MOST_IN_MEMORY {
            return Err(PileError::TooLargeBook);
        }
        input.rewind()?;
        let mut bytes = Vec::new();
        input.read_to_end(&mut bytes)?;
        if bytes.starts_with(b"PARE") {
            return Err(PileError::Encrypted);
        }
        let digest = blake3::hash(&bytes).to_hex().to_string();
        let open = || {
            let reader = SerializedFileReader::new(Bytes::from(bytes))?;
            let schema = reader.metadata().file_metadata().schema_descr().root_schema().clone();
            let columns: Vec<String> =
                schema.get_fields().iter().map(|field| field.name().to_owned()).collect();
            Ok((RowIter::from_file_into(Box::new(reader)), columns))
        };
        let opened = guarded(open).ok_or(PileError::Damaged(PARQUET))?;
        let (rows, columns) =
            opened.map_err(|error: ParquetError| explained(&error, PileError::Damaged(PARQUET)))?;
        if columns.len() > MOST_COLUMNS {
            return Err(PileError::TooLargeBook);
        }
        let left = Meter::of(LEAST_TEXT + MOST_TEXT * length);
        let mut text = Lines::new(FileRows { rows, columns, begun: false, left, wrong: None });
        if !text.at_end()? {
            let digest = || digest.clone();
            self.show(name, Ok(MemberText { input: &mut text, table: Some(&digest) }));
        }
        match text.into_rows().wrong {
            Some(error) => self.shown(name, Err(error)),
            None => Ok(()),
        }
    }
}

/// The rows of a file.
struct FileRows<'a> {
    rows: RowIter<'a>,
    columns: Vec<String>,
    begun: bool,
    /// Bytes of text that the file may still give.
    left: Meter,
    /// What ended it before its end.
    wrong: Option<PileError>,
}

impl Rows for FileRows<'_> {
    fn next_row(&mut self, line: &mut Vec<u8>) -> io::Result<()> {
        if self.wrong.is_some() {
            return Ok(());
        }
        let mut cells = Vec::new();
        // Dates that are out of all bounds panic where they are written.
        let read = guarded(|| match self.rows.next() {
            Some(row) => {
                push_bounded_row(&mut cells, row?.get_column_iter(), |(_, field)| text_of(field));
                Ok(true)
            }
            None => Ok(false),
        });
        match read {
            Some(Ok(true)) => {}
            Some(Ok(false)) => return Ok(()),
            Some(Err(error)) => {
                self.wrong = Some(explained(&error, PileError::CutShort(PARQUET)));
                return Ok(());
            }
            None => {
                self.wrong = Some(PileError::CutShort(PARQUET));
                return Ok(());
            }
        }
        if !std::mem::replace(&mut self.begun, true) {
            push_row(line, self.columns.iter().map(String::as_str));
        }
        line.append(&mut cells);
        if self.left.count(line.len()).is_err() {
            self.wrong = Some(PileError::TooLargeBook);
        }
        Ok(())
    }
}

/// What a cell holds, as text; what is in others is left out.
fn text_of(field: &Field) -> String {
    match field {
        Field::Str(text) => text.clone(),
        Field::Bytes(bytes) => std::str::from_utf8(bytes.data()).unwrap_or_default().to_owned(),
        Field::Float(number) => number.to_string(),
        Field::Double(number) => number.to_string(),
        // Only the day is of a person.
        Field::TimestampMillis(_) | Field::TimestampMicros(_) => {
            field.to_string().split(' ').next().unwrap_or_default().to_owned()
        }
        Field::Null | Field::Bool(_) | Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => {
            String::new()
        }
        _ => field.to_string(),
    }
}

/// What an error of the reader means.
fn explained(error: &ParquetError, otherwise: PileError) -> PileError {
    let said = error.to_string();
    match () {
        () if said.contains("encrypted") => PileError::Encrypted,
        () if said.contains("Disabled feature") || matches!(error, ParquetError::NYI(_)) => {
            PileError::Unsupported
        }
        () => otherwise,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::pile::is_pile;
    use crate::pile::shown::shown;

    const TEXT: &[u8] = include_bytes!("../../../../testdata/inputs/parquet/text.parquet");

    #[test]
    fn rows_are_read() {
        assert!(is_pile(TEXT));
        let (text, errors) = shown(TEXT);
        let list = include_str!("../../../../testdata/inputs/list.csv");
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(text.replace('"', "").lines().collect::<Vec<_>>(), list.lines().collect::<Vec<_>>());
    }

    proptest! {
        /// Damage gives rows or errors.
        #[test]
        fn damaged_bytes_do_no_harm(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..9), cut in 0..9_usize) {
            let mut bytes = TEXT.to_vec();
            for (place, byte) in changes {
                *place.get_mut(&mut bytes) = byte;
            }
            bytes.truncate(TEXT.len() - cut / 8 * 50);
            let _ = shown(&bytes);
        }
    }
}
