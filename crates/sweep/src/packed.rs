//! Archives, and other files whose text is packed, among other bytes: in a disk image, or where a deleted one lay in one piece.

use std::ops::Range;

use memchr::memmem;

/// More are looked for in no stream, so that memory stays bounded.
const MOST: usize = 100_000;

const ZIP_END: &[u8] = b"PK\x05\x06";
const SEVEN: &[u8] = b"7z\xBC\xAF\x27\x1C";
const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
const DATABASE: &[u8] = b"SQLite format 3\0";
const GZIP: &[u8] = b"\x1F\x8B\x08";
/// Bytes of the fixed part of a ZIP archive's end.
const ZIP_END_LENGTH: u64 = 22;
/// Bytes of the header of a 7-Zip archive.
const SEVEN_LENGTH: u64 = 32;

/// Notes the archives whose end (ZIP) or start (7-Zip, compound files of OLE, SQLite, gzip) is in `range` of these bytes, which begin at `base` in the stream. Where
/// nothing tells how long one is, it may go on to the end of the stream.
pub(crate) fn find(bytes: &[u8], range: Range<usize>, base: u64, found: &mut Vec<Range<u64>>) {
    let first = bytes.get(range.start..).unwrap_or_default();
    let kinds =
        [(ZIP_END, zip as Read), (SEVEN, seven), (COMPOUND, compound), (DATABASE, database), (GZIP, gzip)];
    for (mark, read) in kinds {
        for at in memmem::find_iter(first, mark) {
            let at = range.start + at;
            if at >= range.end || found.len() >= MOST {
                break;
            }
            let header = bytes.get(at..).unwrap_or_default();
            found.extend(read(header, base + at as u64).filter(|archive| archive.start < archive.end));
        }
    }
}

type Read = fn(&[u8], u64) -> Option<Range<u64>>;

/// The archive whose end is here: its directory, of so many bytes, lies before the end and begins so many bytes from its start.
fn zip(end: &[u8], at: u64) -> Option<Range<u64>> {
    let number =
        |place: usize| Some(u64::from(u32::from_le_bytes(end.get(place..place + 4)?.try_into().ok()?)));
    let (size, offset) = (number(12)?, number(16)?);
    let comment = u64::from(u16::from_le_bytes(end.get(20..22)?.try_into().ok()?));
    let start = at.checked_sub(size)?.checked_sub(offset)?;
    Some(start..at + ZIP_END_LENGTH + comment)
}

/// The archive that begins here: its header says where what describes it stands, which is at the end.
fn seven(header: &[u8], at: u64) -> Option<Range<u64>> {
    let number = |place: usize| Some(u64::from_le_bytes(header.get(place..place + 8)?.try_into().ok()?));
    let length = SEVEN_LENGTH.checked_add(number(12)?)?.checked_add(number(20)?)?;
    Some(at..at.checked_add(length)?)
}

/// The compound file that begins here: its tables, whose number stands in its header, have an entry of four bytes for each of its
/// sectors, and perhaps for some more.
fn compound(header: &[u8], at: u64) -> Option<Range<u64>> {
    let shift = u16::from_le_bytes(header.get(30..32)?.try_into().ok()?);
    let tables = u64::from(u32::from_le_bytes(header.get(44..48)?.try_into().ok()?));
    let sector = matches!(shift, 9 | 12).then(|| 1_u64 << shift)?;
    let sectors = tables * (sector / 4) + 1;
    (tables > 0).then(|| at..at.saturating_add(sectors * sector))
}

/// The database that begins here: its header tells the size of a page, 1 for 65,536, and how many there are.
fn database(header: &[u8], at: u64) -> Option<Range<u64>> {
    let page = match u64::from(u16::from_be_bytes(header.get(16..18)?.try_into().ok()?)) {
        1 => 65_536,
        page => page,
    };
    let pages = u64::from(u32::from_be_bytes(header.get(28..32)?.try_into().ok()?));
    Some(at..at.saturating_add(page * pages))
}

/// The stream that begins here, if all of its header can be true.
fn gzip(header: &[u8], at: u64) -> Option<Range<u64>> {
    match *header {
        [_, _, _, flags, _, _, _, _, extra, system, ..] => {
            let sound = flags & 0xE0 == 0 && matches!(extra, 0 | 2 | 4) && matches!(system, 0..=13 | 255);
            sound.then_some(at..u64::MAX)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> Vec<Range<u64>> {
        let mut found = Vec::new();
        find(bytes, 0..bytes.len(), 1_000, &mut found);
        found
    }

    #[test]
    fn an_archive_begins_where_its_end_says() {
        let mut end = b"PK\x05\x06".to_vec();
        end.extend([0; 8]);
        end.extend(50_u32.to_le_bytes());
        end.extend(30_u32.to_le_bytes());
        end.extend(3_u16.to_le_bytes());
        let bytes = [vec![1; 100], end].concat();
        assert_eq!(found(&bytes), [1_020..1_125]);
        // One that would begin before the stream does.
        let mut alone = Vec::new();
        find(&bytes[100..], 0..22, 10, &mut alone);
        assert!(alone.is_empty());
    }

    #[test]
    fn headers_that_cannot_be_true_are_passed_over() {
        assert_eq!(found(b"\x1F\x8B\x08\x00aaaa\x00\x03"), [1_000..u64::MAX]);
        assert!(found(b"\x1F\x8B\x08\xFFaaaa\x00\x03").is_empty());
        let seven =
            [SEVEN, &[0, 4, 1, 1, 1, 1], &[5, 0, 0, 0, 0, 0, 0, 0], &[9, 0, 0, 0, 0, 0, 0, 0]].concat();
        assert_eq!(found(&seven), [1_000..1_046]);
        assert!(found(&[SEVEN, &[0xFF; 30]].concat()).is_empty());
    }
}
