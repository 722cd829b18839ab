//! A file read stretch by stretch is the file, and its rows are those of its list.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::io::BufReader;

use meibo_ingest::{ListReader, RawRows, ReadOptions, RejectReason, Stretch};
use meibo_normalize::Record;
use meibo_synth::World;
use proptest::prelude::*;

/// The bytes of all stretches, how many of them are rows, and how many rows the list's reader finds; none where it finds no list.
fn read(file: &[u8]) -> Option<(Vec<u8>, u64, u64)> {
    let mut reader = ListReader::open(file, &ReadOptions::default()).ok()?;
    let (shape, mut record, mut rows) = (reader.shape(), Record::new(), 0);
    while let Some(row) = reader.read(&mut record).unwrap() {
        let is_none =
            matches!(row.outcome, Err(RejectReason::UnterminatedQuote | RejectReason::TooLong { .. }));
        rows += u64::from(!is_none);
    }
    // A small buffer cuts lines anywhere.
    let input = BufReader::with_capacity(7, file);
    let mut raw = RawRows::new(input, shape, reader.finish().unwrap().encoding);
    let (mut bytes, mut found) = (Vec::new(), 0);
    while let Some(stretch) = raw.read().unwrap() {
        bytes.extend_from_slice(raw.bytes());
        found += u64::from(stretch == Stretch::Row);
    }
    Some((bytes, found, rows))
}

#[test]
fn lists_of_every_house_are_read_whole() {
    let world = World::generate(5, 0.001);
    for client in world.clients() {
        let Some(handover) = client.handovers().next() else { continue };
        let file = handover.to_bytes();
        let (bytes, found, rows) = read(&file).unwrap();
        assert_eq!(found, rows, "{}", client.id());
        assert!(bytes == file, "{}", client.id());
    }
}

#[test]
fn a_line_too_long_is_no_row() {
    let long =
        format!("氏名,電話番号\n山田太郎,03-1234-5678\n{}\n鈴木花子,03-1234-5679\n", "x".repeat(9 << 20));
    let (bytes, found, rows) = read(long.as_bytes()).unwrap();
    assert_eq!((found, rows), (2, 2));
    assert!(bytes == long.as_bytes());
}

proptest! {
    #[test]
    fn stretches_are_the_file_whatever_it_holds(text in "[a山,\"\n\r\u{1a}\u{FEFF}]{0,80}", crlf: bool) {
        let end = if crlf { "\r\n" } else { "\n" };
        let file = format!("氏名,電話番号{end}山田太郎,03-1234-5678{end}{text}");
        let (bytes, found, rows) = read(file.as_bytes()).unwrap();
        prop_assert_eq!(bytes, file.into_bytes());
        prop_assert_eq!(found, rows);
    }

    #[test]
    fn wide_characters_are_cut_at_line_ends_alone(text in "[a\u{0A0A}\u{0A00}\u{000A}\u{010A}山,]{0,60}", low_first: bool) {
        let text = format!("氏名,電話番号\n山田太郎,03-1234-5678\n{text}");
        let units = "\u{FEFF}".encode_utf16().chain(text.encode_utf16());
        let file: Vec<u8> =
            units.flat_map(|unit| if low_first { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect();
        let (bytes, found, rows) = read(&file).unwrap();
        prop_assert_eq!(bytes, file);
        prop_assert_eq!(found, rows);
    }
}
