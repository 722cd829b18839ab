//! Areas are found wherever lists begin, and nowhere else.

use std::io::{Cursor, Read as _};

use meibo_sweep::{AreaText, clusters, scan};
use proptest::prelude::*;

fn list(rows: usize) -> String {
    (0..rows).map(|i| format!("山田太郎,岐阜県岐阜市薮田南2-1-{i},058-265-{:04}\r\n", 4_100 + i)).collect()
}

fn encoded(text: &str, how: usize) -> Vec<u8> {
    match how {
        0 => text.as_bytes().to_vec(),
        1 => encoding_rs::SHIFT_JIS.encode(text).0.into_owned(),
        2 => encoding_rs::EUC_JP.encode(text).0.into_owned(),
        3 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        4 => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => encoding_rs::ISO_2022_JP.encode(text).0.into_owned(),
    }
}

/// Bytes that say nothing.
fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 24) as u8
    };
    (0..length).map(|_| next()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_list_is_read_wherever_it_stands(
        before in 0_usize..3_000_000, how in 0_usize..5, rows in 20_usize..200, seed: u64, zeros: bool,
    ) {
        // Files begin at sectors of a disk; within other files anywhere.
        let before = if zeros { before / 512 * 512 } else { before };
        let filler = |length| if zeros { vec![0; length] } else { noise(length, seed) };
        let list = list(rows);
        let bytes = [filler(before), encoded(&list, how), filler(100_000)].concat();
        let scanned = scan(&bytes[..]).unwrap();
        prop_assert_eq!(scanned.bytes, bytes.len() as u64);
        let mut text = String::new();
        AreaText::new(Cursor::new(&bytes), scanned.areas).read_to_string(&mut text).unwrap();
        // The first and the last row may touch what is beside them.
        let found = list.lines().filter(|line| text.contains(line)).count();
        prop_assert!(found + 2 >= rows, "{} of {} rows", found, rows);
    }

    #[test]
    fn noise_has_no_areas(seed: u64) {
        prop_assert!(scan(&noise(1 << 20, seed)[..]).unwrap().areas.is_empty());
    }

    #[test]
    fn any_bytes_are_scanned_and_read(bytes in proptest::collection::vec(any::<u8>(), 0..5_000), copies in 1_usize..300) {
        let bytes = bytes.repeat(copies);
        let areas = scan(&bytes[..]).unwrap().areas;
        prop_assert!(areas.iter().all(|area| area.bytes.start < area.bytes.end && area.bytes.end <= bytes.len() as u64));
        AreaText::new(Cursor::new(&bytes), areas).read_to_end(&mut Vec::new()).unwrap();
    }
}

#[test]
fn japanese_by_escape_sequences_is_found() {
    let list = list(40);
    for around in [vec![0; 70_000], noise(70_000, 9)] {
        let bytes = [around.clone(), encoded(&list, 5), around].concat();
        let mut text = String::new();
        AreaText::new(Cursor::new(&bytes), scan(&bytes[..]).unwrap().areas)
            .read_to_string(&mut text)
            .unwrap();
        assert!(list.lines().skip(1).all(|line| text.contains(line)));
    }
}

#[test]
fn lists_far_apart_are_of_clusters_of_their_own() {
    let list = encoded(&list(50), 1);
    let bytes = [list.clone(), vec![0; 200_000], list.clone(), vec![0; 3_000_000], list].concat();
    let areas = scan(&bytes[..]).unwrap().areas;
    assert_eq!(areas.len(), 3);
    assert_eq!(clusters(areas).iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
}
