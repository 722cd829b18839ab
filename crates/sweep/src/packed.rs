//! Archives, and other files whose text is packed, among other bytes: in a disk image, or where a deleted one lay in one piece.

use std::ops::Range;

use crate::pieces::{Nibbles, nibbles};

/// More of one kind are looked for in no stream, so that memory stays bounded.
const MOST: usize = 50_000;

const ZIP_END: &[u8] = b"PK\x05\x06";
const SEVEN: &[u8] = b"7z\xBC\xAF\x27\x1C";
const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
const DATABASE: &[u8] = b"SQLite format 3\0";
const GZIP: &[u8] = b"\x1F\x8B\x08";
/// Bytes of the fixed part of a ZIP archive's end.
const ZIP_END_LENGTH: u64 = 22;
/// Bytes of the header of a 7-Zip archive.
const SEVEN_LENGTH: u64 = 32;

/// What was found in a stream.
#[derive(Debug, Default)]
pub(crate) struct Archives {
    found: Vec<Range<u64>>,
    /// How many of each kind.
    counts: [usize; KINDS.len()],
    /// True where there are more than are looked for.
    pub(crate) more: bool,
}

/// By what each kind is known, and what tells where it is. Those of one kind do not crowd out another.
const KINDS: [(&[u8], Read); 5] =
    [(ZIP_END, zip), (SEVEN, seven), (COMPOUND, compound), (DATABASE, database), (GZIP, gzip)];

/// The first two bytes of each mark.
const PAIRS: [(u8, u8, u8); KINDS.len()] = pairs();

const fn pairs() -> [(u8, u8, u8); KINDS.len()] {
    let mut pairs = [(0, 0, 0); KINDS.len()];
    let mut at = 0;
    while at < KINDS.len() {
        let mark = KINDS[at].0;
        pairs[at] = (mark[0], mark[1], at as u8);
        at += 1;
    }
    pairs
}

pub(crate) const NIBBLES: Nibbles = nibbles(&PAIRS);

/// True for two bytes that a mark begins with.
pub(crate) fn may_begin(first: u8, second: u8) -> bool {
    PAIRS.iter().fold(false, |is, (a, b, _)| is | ((first == *a) & (second == *b)))
}

impl Archives {
    /// Notes the archives whose end (ZIP) or start (7-Zip, compound files of OLE, SQLite, gzip) is at one of these places, among bytes
    /// that begin at `base` in the stream. Where nothing tells how long one is, it may go on to the end of the stream.
    pub(crate) fn find(&mut self, bytes: &[u8], places: &[usize], base: u64) {
        for ((mark, read), count) in KINDS.iter().zip(&mut self.counts) {
            for at in places {
                let header = bytes.get(*at..).unwrap_or_default();
                if !header.starts_with(mark) {
                    continue;
                }
                let archive = read(header, base + *at as u64).filter(|archive| archive.start < archive.end);
                match archive {
                    Some(_) if *count >= MOST => self.more = true,
                    Some(archive) => {
                        *count += 1;
                        self.found.push(archive);
                    }
                    None => {}
                }
            }
        }
    }

    /// Those of a stream of so many bytes.
    pub(crate) fn finish(mut self, length: u64) -> Vec<Range<u64>> {
        self.found.iter_mut().for_each(|archive| archive.end = archive.end.min(length));
        self.found
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
    // Three numbers of the header are the same in all databases.
    let sound = page >= 512 && page.is_power_of_two() && header.get(21..24)? == [64, 32, 32];
    sound.then(|| at..at.saturating_add(page * pages))
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

    fn places(bytes: &[u8]) -> Vec<usize> {
        (0..bytes.len()).collect()
    }

    fn found(bytes: &[u8]) -> Vec<Range<u64>> {
        let mut archives = Archives::default();
        archives.find(bytes, &places(bytes), 1_000);
        assert!(!archives.more);
        archives.finish(u64::MAX)
    }

    #[test]
    fn an_archive_begins_where_its_end_says() {
        let mut end = b"PK\x05\x06".to_vec();
        end.extend([0; 8]);
        end.extend(50_u32.to_le_bytes());
        end.extend(30_u32.to_le_bytes());
        end.extend(3_u16.to_le_bytes());
        let bytes = [vec![1; 100], end].concat();
        assert_eq!(found(&bytes), vec![Range { start: 1_020, end: 1_125 }]);
        // One that would begin before the stream does.
        let mut alone = Archives::default();
        alone.find(&bytes[100..], &[0], 10);
        assert!(alone.finish(u64::MAX).is_empty());
    }

    #[test]
    fn many_of_one_kind_are_told_and_do_not_hide_another() {
        let mut archives = Archives::default();
        let stream = b"\x1F\x8B\x08\x00aaaa\x00\x03".repeat(MOST + 1);
        archives.find(&stream, &places(&stream), 0);
        assert!(archives.more);
        let seven =
            [SEVEN, &[0, 4, 1, 1, 1, 1], &[5, 0, 0, 0, 0, 0, 0, 0], &[9, 0, 0, 0, 0, 0, 0, 0]].concat();
        archives.find(&seven, &[0], 7_000_000);
        assert!(archives.finish(u64::MAX).contains(&(7_000_000..7_000_046)));
    }

    #[test]
    fn headers_that_cannot_be_true_are_passed_over() {
        assert_eq!(found(b"\x1F\x8B\x08\x00aaaa\x00\x03"), vec![Range { start: 1_000, end: u64::MAX }]);
        assert!(found(b"\x1F\x8B\x08\xFFaaaa\x00\x03").is_empty());
        let seven =
            [SEVEN, &[0, 4, 1, 1, 1, 1], &[5, 0, 0, 0, 0, 0, 0, 0], &[9, 0, 0, 0, 0, 0, 0, 0]].concat();
        assert_eq!(found(&seven), vec![Range { start: 1_000, end: 1_046 }]);
        assert!(found(&[SEVEN, &[0xFF; 30]].concat()).is_empty());
    }
}
