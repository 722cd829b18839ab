#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::io::Cursor;
use std::path::{Path, PathBuf};

use meibo_normalize::{Field, Record};
use proptest::prelude::*;

use crate::pile::shown::shown;
use crate::pile::{PileError, each_member, each_text, is_packed, is_pile};
use crate::{ListReader, ReadOptions};

const TABLE: &[u8] = include_bytes!("../../../../../testdata/inputs/pdf/table-ucs2.pdf");
const PLACED: &[u8] = include_bytes!("../../../../../testdata/inputs/pdf/placed-cp932.pdf");
const SCAN: &[u8] = include_bytes!("../../../../../testdata/inputs/pdf/hostile-picture.pdf");
const LIST: &str = include_str!("../../../../../testdata/inputs/list.csv");

#[test]
fn lines_are_read_as_rows() {
    assert!(is_pile(PLACED) && is_packed(PLACED));
    let (text, errors) = shown(PLACED);
    assert!(errors.is_empty(), "{errors:?}");
    let read: Vec<String> = text.lines().map(|line| line.replace('"', "")).collect();
    assert!(each_member(Cursor::new(PLACED), &mut |member| assert_eq!(member.name, "!text")).is_ok());
    // The headings, which stand on each page, once.
    let without_blanks = |line: &str| line.replace(" ,", ",");
    assert_eq!(read, LIST.lines().map(without_blanks).collect::<Vec<_>>());
}

#[test]
fn a_scan_is_named_but_where_any_text_is_looked_for() {
    let (text, errors) = shown(SCAN);
    assert!(
        text.is_empty()
            && errors == ["is a PDF without text, such as a scan, not a list; export the list in it as CSV"]
    );
    assert!(each_text(Cursor::new(SCAN), &mut |_| unreachable!("nothing is in it")).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Damage gives rows or errors.
    #[test]
    fn damaged_bytes_do_no_harm(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..9), cut in 0..9_usize) {
        let mut bytes = TABLE.to_vec();
        for (place, byte) in changes {
            *place.get_mut(&mut bytes) = byte;
        }
        bytes.truncate(TABLE.len() - cut / 8 * 900);
        let _ = shown(&bytes);
    }
}

/// The people of a list, as their names, addresses and phone numbers without blanks.
fn people(text: &str) -> Vec<String> {
    let mut reader = ListReader::open(text.as_bytes(), &ReadOptions::default()).unwrap();
    let (mut people, mut record) = (Vec::new(), Record::new());
    while let Some(row) = reader.read(&mut record).unwrap() {
        if row.outcome.is_ok() {
            let of = |field| record.values(field).collect::<String>();
            let person = [Field::Name, Field::Address, Field::Phone].map(of).concat();
            people.push(person.chars().filter(|letter| !letter.is_whitespace()).collect());
        }
    }
    people
}

fn files(hostile: bool) -> impl Iterator<Item = PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/inputs/pdf");
    let files = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    files.filter(move |file| file.to_str().unwrap().contains("hostile") == hostile)
}

#[test]
fn a_list_is_the_same_in_whatever_pdf_it_is_printed() {
    let mut count = 0;
    for file in files(false) {
        let mut text = String::new();
        let walked = each_member(std::fs::File::open(&file).unwrap(), &mut |member| {
            drop(member.content.unwrap().input.read_to_string(&mut text));
        });
        assert!(walked.is_ok(), "{file:?}: {walked:?}");
        assert_eq!(people(&text), people(LIST), "{file:?}");
        count += 1;
    }
    assert!(count >= 12, "{count}");
}

#[test]
fn what_is_broken_on_purpose_gives_an_error() {
    let mut count = 0;
    for file in files(true).filter(|file| !file.ends_with("hostile-range.pdf")) {
        let (text, errors) = shown(&std::fs::read(&file).unwrap());
        assert_eq!(errors.len(), 1, "{file:?}: {errors:?} {}", text.len());
        count += 1;
    }
    assert!(count >= 21, "{count}");
}

#[test]
fn a_table_of_more_letters_than_there_are_does_no_harm() {
    let (text, errors) = shown(include_bytes!("../../../../../testdata/inputs/pdf/hostile-range.pdf"));
    assert_eq!((text.lines().count(), errors), (1, Vec::<String>::new()));
}

#[test]
fn what_stands_before_damage_is_read_and_the_file_named() {
    let (text, errors) = shown(include_bytes!("../../../../../testdata/inputs/pdf/hostile-flipped.pdf"));
    assert!(!text.is_empty());
    assert_eq!(errors, [PileError::CutShort("PDF").to_string()]);
}
